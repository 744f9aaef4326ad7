"""The calendar of what is in the book: a row a year, a block a month, gaps and overlaps in words."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyleOptionViewItem, QVBoxLayout, QWidget

from fundledger.domain.money import Money
from fundledger.gui.cells import CellDelegate, Index, ground
from fundledger.gui.few_rows import FewRows
from fundledger.gui.parts import Drawing, clear, columns, framed, holding, label, pill, rows, scrolling
from fundledger.gui.table import MINUS, VALUE_ROLE, Column, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fundledger.domain.coverage import Coverage, Gap
    from fundledger.gui.desk import Desk
    from fundledger.services.coverage import AccountCoverage

_MOST_SENTENCES = 12
_ROW_HEIGHT = 34
Days = tuple["date", "date"]


@dataclass(frozen=True, slots=True)
class Month:
    """One month: its length, and the days of it that are covered, stated twice, and between two statements.

    A `Said` of the catalogue, so that a cell reads as the sentence of its month.
    """

    first: date
    covered: tuple[tuple[int, int], ...]
    twice: tuple[tuple[int, int], ...]
    gaps: tuple[tuple[int, int], ...]

    @property
    def n_days(self) -> int:
        """How long it is."""
        return calendar.monthrange(self.first.year, self.first.month)[1]

    @property
    def key(self) -> str:
        """Whole, in part, or not at all."""
        if not (self.covered or self.gaps):
            return "gui.coverage.month.none"
        if self.covered == ((1, self.n_days),):
            return "gui.coverage.month.twice" if self.twice else "gui.coverage.month.whole"
        return "gui.coverage.month.gaps" if self.gaps else "gui.coverage.month.part"

    @property
    def values(self) -> Mapping[str, object]:
        """The days in words."""
        return {"covered": _ranges(self.covered) or "–", "gaps": _ranges(self.gaps), "twice": _ranges(self.twice)}


def _ranges(found: Sequence[tuple[int, int]]) -> str:
    return ", ".join(f"{one}–{other}" if one != other else str(one) for one, other in found)


def months(found: Coverage) -> dict[int, list[Month]]:
    """Every month of the years that the statements of an account touch, by year, the latest year first."""
    if not found.covered:
        return {}
    years = range(found.covered[-1][1].year, found.covered[0][0].year - 1, -1)
    gaps = [(gap.start_on, gap.end_on) for gap in found.gaps]

    def month(first: date) -> Month:
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        return Month(first, _within(found.covered, first, last), _within(found.overlaps, first, last), _within(gaps, first, last))

    return {year: [month(date(year, number, 1)) for number in range(1, 13)] for year in years}


def _within(spans: Sequence[Days], first: date, last: date) -> tuple[tuple[int, int], ...]:
    """The days of a month that lie in one of these stretches."""
    return tuple((max(start, first).day, min(end, last).day) for start, end in spans if start <= last and end >= first)


class MonthDelegate(CellDelegate):
    """Paints a month as a strip of its days: covered full, gaps framed and hatched, what is stated twice with a line on top."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The strip in the middle of the cell; any other cell as ever."""
        month = index.data(VALUE_ROLE)
        if not isinstance(month, Month):
            super().paint(painter, option, index)
            return
        theme, room = self._look.theme, QRectF(option.rect).adjusted(4, 8, -4, -8)
        painter.save()
        painter.fillRect(option.rect, QColor(ground(theme, selected=False)))
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.fillRect(room, QColor(theme.track))
        for days, colour in ((month.covered, theme.accent), (month.gaps, theme.negative_soft)):
            for part in days:
                painter.fillRect(_strip(room, part, month.n_days), QColor(colour))
        for part in month.gaps:
            painter.fillRect(_strip(room, part, month.n_days), QBrush(QColor(theme.negative), Qt.BrushStyle.BDiagPattern))
        for part in month.twice:
            strip = _strip(room, part, month.n_days)
            painter.fillRect(QRectF(strip.x(), strip.y() - 4, strip.width(), 3), QColor(theme.warning))
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(theme.text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(option.rect).adjusted(2, 3, -2, -3))
        painter.restore()


def _strip(room: QRectF, days: tuple[int, int], n_days: int) -> QRectF:
    width = room.width() / n_days
    return QRectF(room.x() + (days[0] - 1) * width, room.y(), (days[1] - days[0] + 1) * width, room.height())


class CalendarTable(FewRows):
    """Years under each other; the arrows walk from month to month, each said in words."""

    def __init__(self, desk: Desk, name: str) -> None:
        """Empty until `show_rows`."""
        wide = (Column("year", lambda row: str(row[0].first.year), Kind.CODE, 6),)
        every = (Column(f"month.{place + 1}", itemgetter(place)) for place in range(12))
        super().__init__(desk, (*wide, *every), name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setItemDelegate(MonthDelegate(desk.look, desk.speaker, self))
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.horizontalHeader().setSectionsClickable(False)
        for place in range(1, 13):
            self.horizontalHeader().setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        self.said = label("", "muted")
        self.said.hide()
        self.selectionModel().currentChanged.connect(lambda index, _: self._say(index))
        self._desk = desk

    def _say(self, index: Index) -> None:
        month = index.data(VALUE_ROLE)
        text = self._desk.speaker.message(month) if isinstance(month, Month) else ""
        head = self.rows_model.headerData(index.column(), Qt.Orientation.Horizontal)
        self.said.setText(f"{head} {month.first.year}: {text}" if isinstance(month, Month) else "")
        self.said.setVisible(isinstance(month, Month))


class CoveragePanel(QWidget):
    """One card an account."""

    def __init__(self, desk: Desk) -> None:
        """Empty until `show_accounts`."""
        super().__init__()
        self._desk = desk
        self.tables: list[CalendarTable] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        sheet = holding(rows(self._list, None, margins=(0, 0, 6, 0)))
        self.setLayout(rows(scrolling(sheet)))

    def show_accounts(self, found: Sequence[AccountCoverage]) -> None:
        """What each account's statements cover."""
        clear(self._list)
        self.tables.clear()
        for one in found:
            self._list.addWidget(self._account(one))
        if not found:
            nothing = label(self._desk.say("coverage.empty"), "muted", wrap=True)
            nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._list.addWidget(holding(rows(40, Drawing(self._desk.look, "import", 40), nothing, spacing=12)))
        else:
            self._list.addWidget(self._legend())

    def _legend(self) -> QWidget:
        return label(self._desk.say("coverage.legend"), "muted", size=0.9, wrap=True)

    def _account(self, one: AccountCoverage) -> QWidget:
        say, account = self._desk.say, one.account
        head = columns(
            pill(account.code, "plain"), label(account.name, bold=True), label(account.currency, "muted"), None,
            label(say("coverage.statements", n=one.n_statements), "muted"), spacing=10,
        )  # fmt: skip
        body = rows(head, spacing=8, margins=(18, 14, 18, 14))
        years = list(months(one.coverage).values())
        if years:
            table = CalendarTable(self._desk, say("coverage.of", account=f"{account.code} {account.name}"))
            table.show_rows(years)
            table.hold_height()
            self.tables.append(table)
            body.addWidget(table)
            body.addWidget(table.said)
        else:
            body.addWidget(label(say("coverage.nothing"), "muted"))
        for text, role in self._sentences(one):
            body.addWidget(label(text, role, wrap=True))
        return framed(body)

    def _sentences(self, one: AccountCoverage) -> list[tuple[str, str]]:
        found = [(self._gap(gap, one.account.currency), "negative" if _matters(gap) else "muted") for gap in one.coverage.gaps]
        found += [(self._desk.say("coverage.overlap", start=start, end=end), "warning") for start, end in one.coverage.overlaps]
        if one.coverage.covered and not found:
            return [(self._desk.say("coverage.unbroken", start=one.coverage.covered[0][0], end=one.coverage.covered[-1][1]), "positive")]
        more = [(self._desk.say("coverage.more", n=len(found) - _MOST_SENTENCES), "muted")] if len(found) > _MOST_SENTENCES else []
        return found[:_MOST_SENTENCES] + more

    def _gap(self, gap: Gap, currency: str) -> str:
        """The days, the numbers that are missing, and what the balance moved by."""
        say, days = self._desk.say, (gap.end_on - gap.start_on + timedelta(days=1)).days
        parts = [say("coverage.gap", start=gap.start_on, end=gap.end_on, n=days)]
        if gap.missing:
            first, last = gap.missing
            numbers = str(first) if first == last else f"{first}–{last}"
            parts.append(say("coverage.gap.missing", numbers=numbers, n=last - first + 1))
        if gap.difference is None:
            parts.append(say("coverage.gap.unknown"))
        elif gap.difference == 0:
            parts.append(say("coverage.gap.same"))
        else:
            moved = self._desk.speaker.money(Money(gap.difference, currency)).replace("-", MINUS)
            parts.append(say("coverage.gap.moved", difference=moved))
        return " ".join(parts)


def _matters(gap: Gap) -> bool:
    return gap.difference != 0 or gap.missing is not None
