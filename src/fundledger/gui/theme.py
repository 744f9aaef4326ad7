"""How the window looks: Fusion in our colours, letters, drawings."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from fundledger.gui.colours import DARK, LIGHT, Theme
from fundledger.gui.sheet import style_sheet
from fundledger.settings import resources

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def system_theme() -> Theme:
    """The colours the system asks for; light where it does not say."""
    return DARK if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT


def palette(theme: Theme) -> QPalette:
    """The colours as Qt knows them, for everything the style sheet does not name."""
    made, role = QPalette(), QPalette.ColorRole
    for each, colour in {
        role.Window: theme.window, role.WindowText: theme.text, role.Base: theme.card, role.AlternateBase: theme.hover,
        role.Text: theme.text, role.Button: theme.card, role.ButtonText: theme.text, role.BrightText: theme.side_bright,
        role.Highlight: theme.accent, role.HighlightedText: theme.on_accent, role.ToolTipBase: theme.side,
        role.ToolTipText: theme.side_bright, role.PlaceholderText: theme.muted, role.Link: theme.accent, role.Accent: theme.accent,
        role.Mid: theme.line, role.Light: theme.card, role.Dark: theme.field, role.Shadow: theme.line, role.Midlight: theme.line,
    }.items():  # fmt: skip
        made.setColor(each, QColor(colour))
    for each in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.muted))
    return made


class Look(QObject):
    """The theme in use; a widget that paints by itself asks it each time, one that keeps a drawing hears `changed`."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        """Dress the application, and follow the system until light or dark is chosen."""
        super().__init__(app)
        self._app = app
        self.choice = "system"
        self.theme = LIGHT
        self.dense = False
        app.setStyle("Fusion")
        if not QFontDatabase.families():
            QFontDatabase.addApplicationFont(str(resources() / "fonts" / "DejaVuSans.ttf"))
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)
        self.choose("system")

    def choose(self, choice: str) -> None:
        """Dress in light, dark or what the system says."""
        self.choice = choice
        self.theme = {"light": LIGHT, "dark": DARK}.get(choice) or system_theme()
        self._app.setPalette(palette(self.theme))
        self._app.setStyleSheet(style_sheet(self.theme))
        self.changed.emit()

    def space(self, *, dense: bool) -> None:
        """Rows of tables near each other, or with air."""
        if dense != self.dense:
            self.dense = dense
            self.changed.emit()

    def _follow(self) -> None:
        if self.choice == "system":
            self.choose("system")


def scaled(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """A font of the same family in another size."""
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * factor)
    if bold:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def tabular(font: QFont) -> QFont:
    """The font with digits of one width, so that figures stand under each other."""
    made = QFont(font)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


@cache
def _drawing(name: str) -> bytes:
    return (resources() / "icons" / f"{name}.svg").read_bytes()


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """One of our drawings in a colour, sharp at the screen's ratio."""
    drawn = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    drawn.fill(Qt.GlobalColor.transparent)
    drawn.setDevicePixelRatio(ratio)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(_drawing(name).replace(b"currentColor", colour.encode()))).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return drawn


def icon(name: str, colour: str, active: str | None = None) -> QIcon:
    """A drawing as an icon, sharp at one and at two pixels a point; `active` is its colour while switched on."""
    made = QIcon()
    for state, chosen in ((QIcon.State.Off, colour), (QIcon.State.On, active or colour)):
        for ratio in (1.0, 2.0):
            made.addPixmap(pixmap(name, chosen, 20, ratio), QIcon.Mode.Normal, state)
    return made
