"""Paints the cells of every list: money, pills, bars and text, readable on a selected row too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fundledger.domain.money import Money
from fundledger.gui.table import VALUE_ROLE, Bar, Pill, shown
from fundledger.gui.theme import tabular

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from fundledger.gui.colours import Theme
    from fundledger.gui.theme import Look
    from fundledger.i18n import Speaker

Index = QModelIndex | QPersistentModelIndex
_PAD = 8


def ground(theme: Theme, *, selected: bool, hovered: bool = False) -> str:
    """The colour behind a cell."""
    return theme.selection if selected else theme.hover if hovered else theme.card


def ink(theme: Theme, value: object) -> str:
    """The colour of a cell's text: negative money is also told by its sign."""
    return theme.negative if isinstance(value, Money) and value.minor < 0 else theme.text


def pill_colours(theme: Theme, tone: str) -> tuple[str, str]:
    """Ground and text of a pill."""
    return {
        "good": (theme.positive_soft, theme.positive),
        "bad": (theme.negative_soft, theme.negative),
        "warn": (theme.warning_soft, theme.warning),
        "live": (theme.accent_soft, theme.accent),
    }.get(tone, (theme.track, theme.muted))


def paint_bar(painter: QPainter, room: QRectF, bar: Bar, theme: Theme) -> None:
    """What was asked as a track, what was collected softly on it, what was paid in the accent."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    radius = room.height() / 2
    most = max(bar.asked.minor, bar.collected.minor, bar.paid.minor, 1)
    collected, paid = QColor(theme.accent), QColor(theme.accent)
    collected.setAlphaF(0.42)
    for minor, colour in ((bar.asked.minor, QColor(theme.track)), (bar.collected.minor, collected), (bar.paid.minor, paid)):
        if minor > 0:
            painter.setBrush(colour)
            painter.drawRoundedRect(
                QRectF(room.x(), room.y(), max(room.width() * minor / most, room.height()), room.height()), radius, radius
            )
    painter.restore()


class CellDelegate(QStyledItemDelegate):
    """Paints a whole cell by its value."""

    def __init__(self, look: Look, speaker: Speaker, parent: QObject | None = None) -> None:
        """`look` says the colours of the moment."""
        super().__init__(parent)
        self._look, self._speaker = look, speaker

    def _text(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, value: object) -> None:
        theme = self._look.theme
        font = tabular(option.font) if isinstance(value, Money | int) else option.font
        painter.setFont(font)
        painter.setPen(QColor(ink(theme, value)))
        room = option.rect.adjusted(_PAD, 0, -_PAD, 0)
        alignment = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole))
        text = QFontMetrics(font).elidedText(shown(value, self._speaker), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, alignment | Qt.TextFlag.TextSingleLine, text)

    def _pill(self, painter: QPainter, option: QStyleOptionViewItem, pill: Pill) -> None:
        text, theme = shown(pill, self._speaker), self._look.theme
        soft, strong = pill_colours(theme, pill.tone)
        metrics = QFontMetrics(option.font)
        height = metrics.height() + 4
        room = QRect(option.rect.x() + _PAD, option.rect.center().y() - height // 2, metrics.horizontalAdvance(text) + 16, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(soft))
        painter.drawRoundedRect(room, height / 2, height / 2)
        painter.setPen(QColor(strong))
        painter.setFont(option.font)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground, hairline, content, and the ring of the current row."""
        theme, state = self._look.theme, option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(option.rect, QColor(ground(theme, selected=selected, hovered=bool(state & QStyle.StateFlag.State_MouseOver))))
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        if selected and index.column() == 0:
            painter.fillRect(QRect(option.rect.x(), option.rect.y(), 3, option.rect.height()), QColor(theme.accent))
        value = index.data(VALUE_ROLE)
        if isinstance(value, Bar):
            room = option.rect
            paint_bar(painter, QRectF(room.x() + _PAD, room.center().y() - 3, room.width() - 2 * _PAD, 7), value, theme)
        elif isinstance(value, Pill):
            self._pill(painter, option, value)
        else:
            self._text(painter, option, index, value)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Rows have air."""
        hint = super().sizeHint(option, index)
        return QSize(hint.width() + 2 * _PAD, QFontMetrics(option.font).height() + 16)
