"""The chart of the first page: what was collected and what was paid, month by month, drawn in the colours of the moment.

A full column is what was collected, a hatched one what was paid, and everything it shows is said in words as well.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fundledger.domain.money import exponent
from fundledger.export.chart import Bars, Chart
from fundledger.gui.theme import scaled, tabular

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from PySide6.QtCore import QEvent

    from fundledger.gui.colours import Theme
    from fundledger.gui.desk import Desk
    from fundledger.i18n import Speaker
    from fundledger.services.dashboard import Month

_MOST_LINES = 5
_HEIGHT = 250


def month_name(day: date, speaker: Speaker) -> str:
    """A month with its year, in words."""
    return speaker.say("gui.dashboard.month", month=speaker.day(day, "LLLL"), year=str(day.year))


def described(months: Sequence[Month], speaker: Speaker) -> Chart:
    """The drawing as a value: rows of months, and the lengths of both columns by the longest one."""
    longest = max([1, *(amount.minor for one in months for amount in (one.collected, one.paid))])
    rows = tuple(
        Bars(
            month_name(one.first, speaker),
            tuple(speaker.money(amount) for amount in (one.collected, one.paid)),
            tuple(max(amount.minor, 0) * 1000 // longest for amount in (one.collected, one.paid)),
        )
        for one in months
    )
    return Chart((speaker.say("gui.figure.collected"), speaker.say("gui.figure.paid")), rows)


def scale(longest_minor: int, unit_minor: int) -> list[int]:
    """What the lines stand for, from 0 until one reaches the longest column: multiples of 1, 2 or 5 of the unit with noughts."""
    steps = (factor * unit_minor * 10**noughts for noughts in count() for factor in (1, 2, 5))
    step = next(one for one in steps if one * _MOST_LINES >= longest_minor)
    return [place * step for place in range(-(-longest_minor // step) + 1)]


class MonthChart(QWidget):
    """Two columns a month; pointing at a month tells its figures."""

    def __init__(self, desk: Desk) -> None:
        """Empty until `show_months`."""
        super().__init__()
        self._desk = desk
        self._months: Sequence[Month] = ()
        self._said = Chart((), ())
        self._unit = 10 ** exponent(desk.book.currency)
        self.setMinimumHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(desk.say("dashboard.chart"))
        desk.look.changed.connect(self.update)

    def show_months(self, months: Sequence[Month]) -> None:
        """Draw these."""
        self._months, self._said = months, described(months, self._desk.speaker)
        self.setAccessibleDescription(self._said.said())
        self.update()

    def told(self, place: int) -> str:
        """The figures of one month."""
        row = self._said.rows[place]
        return "\n".join([row.label, *(f"{name}: {figure}" for name, figure in zip(self._said.series, row.figures, strict=True))])

    # --- drawing ------------------------------------------------------------------------------------------------------
    def _room(self, metrics: QFontMetrics, lines: Sequence[int]) -> QRectF:
        """Where the columns stand: beside the scale, above the months, below what the columns mean."""
        left = max(metrics.horizontalAdvance(self._said_of(minor)) for minor in lines) + 10
        height = metrics.height()
        return QRectF(left, height + 18, self.width() - left - 2, self.height() - 3 * height - 28)

    def _said_of(self, minor: int) -> str:
        """An amount of the scale, without its hundredths."""
        return self._desk.speaker.count(minor // self._unit)

    def _scale(self) -> list[int]:
        return scale(max([1, *(amount.minor for one in self._months for amount in (one.collected, one.paid))]), self._unit)

    def _columns(self, painter: QPainter, room: QRectF, top: int, theme: Theme) -> None:
        wide = room.width() / len(self._months)
        column = min(wide * 0.34, 22.0)
        for place, one in enumerate(self._months):
            middle = room.x() + (place + 0.5) * wide
            for number, amount in enumerate((one.collected, one.paid)):
                high = room.height() * max(amount.minor, 0) / top
                if high:
                    paint_column(painter, QRectF(middle - column + number * column, room.bottom() - high, column - 2, high), number, theme)

    def _lines(self, painter: QPainter, room: QRectF, lines: Sequence[int], theme: Theme) -> None:
        """The scale: quiet lines with their amounts."""
        metrics = painter.fontMetrics()
        for minor in lines:
            y = room.bottom() - room.height() * minor / lines[-1]
            painter.setPen(QPen(QColor(theme.line if minor else theme.field), 1))
            painter.drawLine(QPointF(room.x(), y), QPointF(room.right(), y))
            painter.setPen(QColor(theme.muted))
            text = QRectF(0, y - metrics.height() / 2, room.x() - 8, metrics.height())
            painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._said_of(minor))

    def _names(self, painter: QPainter, room: QRectF, theme: Theme) -> None:
        """The months, as many as have room; the year under the first one and under each January."""
        metrics, wide = painter.fontMetrics(), room.width() / len(self._months)
        names = [self._desk.say(f"column.month.{one.first.month}") for one in self._months]
        every = 1 if max(map(metrics.horizontalAdvance, names)) + 4 <= wide else 2
        painter.setPen(QColor(theme.muted))
        for place, one in enumerate(self._months):
            spot = QRectF(room.x() + place * wide - wide / 2, room.bottom() + 5, wide * 2, metrics.height())
            if place % every == 0:
                painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, names[place])
            if place == 0 or one.first.month == 1:
                painter.drawText(spot.translated(0, metrics.height()), Qt.AlignmentFlag.AlignCenter, str(one.first.year))

    def _legend(self, painter: QPainter, theme: Theme) -> None:
        """Which column is which, and in what currency."""
        metrics, x = painter.fontMetrics(), 0.0
        for number, name in enumerate(self._said.series):
            paint_column(painter, QRectF(x, 3, 20, metrics.height() - 4), number, theme)
            painter.setPen(QColor(theme.text))
            painter.drawText(QPointF(x + 27, metrics.ascent() + 1), name)
            x += 27 + metrics.horizontalAdvance(name) + 22
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(0, 0, self.width() - 2, metrics.height()), Qt.AlignmentFlag.AlignRight, self._desk.book.currency)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        del event
        if not self._months:
            return
        theme, lines, painter = self._desk.look.theme, self._scale(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(tabular(scaled(self.font(), 0.88)))
        room = self._room(painter.fontMetrics(), lines)
        self._legend(painter, theme)
        self._lines(painter, room, lines, theme)
        self._columns(painter, room, lines[-1], theme)
        self._names(painter, room, theme)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Tell the figures of the month that is pointed at."""
        if isinstance(event, QHelpEvent) and self._months:
            room = self._room(QFontMetrics(tabular(scaled(self.font(), 0.88))), self._scale())
            place = int((event.pos().x() - room.x()) * len(self._months) // max(room.width(), 1))
            if 0 <= place < len(self._months):
                QToolTip.showText(event.globalPos(), self.told(place), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(520, _HEIGHT + 30)


def paint_column(painter: QPainter, room: QRectF, number: int, theme: Theme) -> None:
    """A full column, or a framed and hatched one."""
    if number:
        painter.setPen(QPen(QColor(theme.text), 1))
        painter.setBrush(QColor(theme.card))
        painter.drawRect(room.adjusted(0.5, 0.5, -0.5, 0))
        painter.setBrush(QBrush(QColor(theme.text), Qt.BrushStyle.BDiagPattern))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
    painter.drawRect(room.adjusted(0.5, 0.5, -0.5, 0) if number else room)
