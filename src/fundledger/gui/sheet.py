"""The style sheet: what Fusion and the palette do not say by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.settings import resources

if TYPE_CHECKING:
    from fundledger.gui.colours import Theme

_SHEET = """
QMainWindow, #page, #start {{ background: {window}; }}
QToolTip {{ background: {side}; color: {side_bright}; border: 0; padding: 4px 6px; }}

QFrame[role="card"] {{ background: {card}; border: 1px solid {line}; border-radius: 10px; }}
QFrame[role="card"]:focus {{ border: 2px solid {accent}; }}
QFrame[role="panel"] {{ background: {card}; border: 1px solid {accent}; border-radius: 10px; }}
QFrame[role="drop"] {{ background: {card}; border: 2px dashed {field}; border-radius: 12px; }}
QFrame[role="drop"][over="true"] {{ border-color: {accent}; background: {accent_soft}; }}
QFrame[role="rule"] {{ background: {line}; border: 0; max-height: 1px; min-height: 1px; }}
QFrame[role="error"] {{ background: {negative_soft}; border: 1px solid {negative}; border-radius: 8px;
    margin: 12px 24px 0 24px; }}
QFrame[role="note"] {{ background: {warning_soft}; border: 0; border-radius: 8px; }}
QFrame[role="toast"] {{ background: {side}; border: 1px solid {side_active}; border-radius: 10px; }}
QFrame[role="toast"] QLabel {{ color: {side_bright}; }}
QFrame[role="overlay"] {{ background: {card}; border: 1px solid {field}; border-radius: 12px; }}
QFrame[role="side"] {{ background: {side}; border: 0; }}
QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
QFrame[role="help"] {{ background: {card}; border: 0; border-left: 1px solid {line}; }}
QFrame[role="help"] QTextBrowser, QFrame[role="help"] QListWidget {{ background: transparent; border: 0; }}

QLabel {{ background: transparent; color: {text}; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="label"] {{ color: {muted}; }}
QLabel[role="negative"] {{ color: {negative}; }}
QLabel[role="positive"] {{ color: {positive}; }}
QLabel[role="warning"] {{ color: {warning}; }}
QLabel[role="accent"] {{ color: {accent}; }}
QLabel[role="side"] {{ color: {side_text}; }}
QLabel[role="brand"] {{ color: {side_bright}; }}
QLabel[role="key"] {{ background: {window}; color: {muted}; border: 1px solid {line}; border-radius: 4px; padding: 1px 5px; }}
QLabel[role="tag"] {{ background: {window}; color: {muted}; border-radius: 7px; padding: 1px 7px; }}
QLabel[tone="good"] {{ background: {positive_soft}; color: {positive}; border-radius: 8px; padding: 2px 8px; }}
QLabel[tone="bad"] {{ background: {negative_soft}; color: {negative}; border-radius: 8px; padding: 2px 8px; }}
QLabel[tone="warn"] {{ background: {warning_soft}; color: {warning}; border-radius: 8px; padding: 2px 8px; }}
QLabel[tone="live"] {{ background: {accent_soft}; color: {accent}; border-radius: 8px; padding: 2px 8px; }}
QLabel[tone="plain"] {{ background: {track}; color: {muted}; border-radius: 8px; padding: 2px 8px; }}

QPushButton {{ background: {card}; color: {text}; border: 1px solid {field}; border-radius: 7px; padding: 6px 13px; }}
QPushButton:hover {{ background: {hover}; border-color: {muted}; }}
QPushButton:pressed {{ background: {selection}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 5px 12px; }}
QPushButton:disabled {{ color: {muted}; background: {window}; border-color: {line}; }}
QPushButton[role="primary"] {{ background: {accent}; color: {on_accent}; border: 1px solid {accent}; }}
QPushButton[role="primary"]:hover {{ background: {accent_hover}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {text}; }}
QPushButton[role="primary"]:disabled {{ background: {track}; color: {muted}; border-color: {track}; }}
QPushButton[role="quiet"] {{ background: transparent; border: 1px solid transparent; color: {accent}; padding: 4px 8px; }}
QPushButton[role="quiet"]:hover {{ background: {accent_soft}; }}
QPushButton[role="quiet"]:focus {{ border: 2px solid {accent}; padding: 3px 7px; }}
QFrame[role="toast"] QPushButton {{ background: transparent; color: {side_accent}; border: 1px solid transparent; padding: 4px 9px; }}
QFrame[role="toast"] QPushButton:hover {{ background: {side_active}; }}
QPushButton[role="chip"] {{ border-radius: 13px; padding: 4px 12px; min-height: 17px;
    background: transparent; border: 1px solid {line}; color: {muted}; }}
QPushButton[role="chip"]:hover {{ border-color: {muted}; }}
QPushButton[role="chip"]:checked {{ background: {accent_soft}; border-color: {accent}; color: {accent}; }}
QPushButton[role="chip"]:disabled {{ border-color: transparent; background: transparent; }}
QPushButton[role="chip"]:focus {{ border: 2px solid {accent}; padding: 3px 11px; }}
QPushButton[role="side"] {{ background: transparent; border: 1px solid transparent; border-radius: 8px; color: {side_text};
    text-align: left; padding: 8px 10px; }}
QPushButton[role="side"]:hover {{ background: {side_active}; }}
QPushButton[role="side"]:checked {{ background: {side_active}; color: {side_bright}; }}
QPushButton[role="side"]:focus {{ border: 1px solid {side_accent}; }}
QPushButton[role="small"] {{ padding: 3px 8px; border-radius: 6px; border: 1px solid {line}; }}
QPushButton[role="small"]:hover {{ border-color: {accent}; background: {accent_soft}; }}
QPushButton[role="small"]:focus {{ border: 2px solid {accent}; padding: 2px 7px; }}
QPushButton[role="suggestion"] {{ border: 1px dashed {field}; border-radius: 9px; background: {card}; }}
QPushButton[role="suggestion"]:hover {{ border-color: {accent}; }}
QPushButton[role="suggestion"]:checked {{ border: 2px solid {accent}; background: {accent_soft}; }}
QPushButton[role="suggestion"]:focus {{ border: 2px solid {accent}; }}
QPushButton[role="choice"] {{ text-align: left; padding: 10px 12px; border: 1px solid {line}; border-radius: 9px; background: {card}; }}
QPushButton[role="row"] {{ text-align: left; padding: 7px 10px; border: 1px solid transparent; border-radius: 7px;
    background: transparent; }}
QPushButton[role="row"]:hover {{ background: {hover}; }}
QPushButton[role="row"]:checked {{ background: {accent_soft}; color: {accent}; font-weight: 600; }}
QPushButton[role="row"]:focus {{ border: 2px solid {accent}; padding: 6px 9px; }}
QPushButton[role="choice"]:hover {{ border-color: {accent}; }}
QPushButton[role="choice"]:checked {{ border: 2px solid {accent}; background: {accent_soft}; padding: 9px 11px; }}
QPushButton[role="choice"]:focus {{ border: 2px solid {accent}; padding: 9px 11px; }}

QLineEdit, QComboBox, QPlainTextEdit {{ background: {card}; color: {text}; border: 1px solid {field}; border-radius: 7px; padding: 6px 9px;
    selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus {{ border: 2px solid {accent}; padding: 5px 8px; }}
QLineEdit:disabled {{ background: {window}; border-color: {line}; }}
QLineEdit[wrong="true"] {{ border-color: {negative}; }}
QComboBox QLineEdit, QComboBox QLineEdit:focus {{ background: transparent; border: 0; padding: 0; }}
QComboBox::drop-down {{ border: 0; width: 24px; }}
QComboBox::down-arrow {{ image: url("{icons}/chevron.svg"); width: 12px; height: 12px; margin-right: 8px; }}
QComboBox QAbstractItemView {{ background: {card}; color: {text}; border: 1px solid {field}; selection-background-color: {selection};
    selection-color: {text}; outline: 0; padding: 4px; }}
QCheckBox {{ color: {text}; spacing: 8px; background: transparent; padding: 3px; border: 1px solid transparent;
    border-radius: 5px; }}
QCheckBox:focus {{ border: 1px solid {accent}; }}
QCheckBox::indicator {{ width: 15px; height: 15px; border: 1px solid {muted}; border-radius: 4px; background: {card}; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent};
    image: url("{icons}/tick-{name}.svg"); }}

QTableView, QListView {{ background: {card}; color: {text}; border: 0; outline: 0; gridline-color: {line}; }}
QListView::item {{ padding: 4px; border-radius: 6px; }}
QListView::item:selected {{ background: {selection}; color: {text}; }}
QHeaderView {{ background: {card}; border: 0; }}
QHeaderView::section {{ background: {card}; color: {muted}; border: 0; border-bottom: 1px solid {line}; padding: 7px 8px; }}
QHeaderView::section:hover {{ color: {text}; }}
QScrollArea {{ background: transparent; border: 0; }}
#sheet, #viewport {{ background: transparent; }}
QSplitter::handle {{ background: transparent; }}
QSplitter::handle:hover {{ background: {line}; }}

QScrollBar:vertical {{ background: transparent; width: 11px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 2px; }}
QScrollBar::handle {{ background: {field}; border-radius: 3px; min-height: 28px; min-width: 28px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QMenuBar {{ background: {window}; color: {text}; border-bottom: 1px solid {line}; padding: 1px 6px; }}
QMenuBar::item {{ background: transparent; padding: 5px 9px; border-radius: 5px; }}
QMenuBar::item:selected {{ background: {selection}; color: {text}; }}
QMenu {{ background: {card}; color: {text}; border: 1px solid {field}; padding: 5px; }}
QMenu::item {{ padding: 6px 26px 6px 14px; border-radius: 5px; }}
QMenu::item:selected {{ background: {selection}; color: {text}; }}
QMenu::item:disabled {{ color: {muted}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 5px 8px; }}
QStatusBar {{ background: {window}; color: {muted}; border-top: 1px solid {line}; }}
QStatusBar::item {{ border: 0; }}
QProgressBar {{ background: {track}; border: 0; border-radius: 4px; max-height: 8px; min-height: 8px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 4px; }}
"""


def style_sheet(theme: Theme) -> str:
    """The sheet in the colours of a theme."""
    icons = str(resources() / "icons").replace("\\", "/")
    colours = {name: getattr(theme, name) for name in theme.__slots__}
    dark = theme.name == "dark"
    return _SHEET.format(**colours, icons=icons, accent_hover="#7adbcf" if dark else "#0a5a54")
