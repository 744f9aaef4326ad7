"""The one table model: row ids in view order, and pages of rows fetched by id when they are looked at."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from fundledger.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fundledger.i18n import Speaker

Index = QModelIndex | QPersistentModelIndex
PAGE_ROWS = 40
_PAGES_KEPT = 24
MINUS = "\N{MINUS SIGN}"
ROW_ROLE = Qt.ItemDataRole.UserRole
VALUE_ROLE = Qt.ItemDataRole.UserRole + 1
_NOWHERE = QModelIndex()


class Kind(StrEnum):
    """How a column looks."""

    TEXT = "text"
    CODE = "code"
    MONEY = "money"
    DATE = "date"
    COUNT = "count"
    PILL = "pill"
    BAR = "bar"


@dataclass(frozen=True, slots=True)
class Pill:
    """A word of ours in a colour: the catalogue key and good, bad, warn, live or plain; `also` are keys of words it is found by too."""

    key: str
    tone: str = "plain"
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """How far a campaign is: what was asked, collected and paid."""

    asked: Money
    collected: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading is `gui.column.KEY`, its cell what `get` takes from a row.

    `letters` is the width in letters, 0 takes what is left. A `private` column never reaches the clipboard.
    """

    key: str
    get: Callable[[Any], object]
    kind: Kind = Kind.TEXT
    letters: int = 0
    private: bool = False


def shown(value: object, speaker: Speaker) -> str:
    """A cell as text: short dates, amounts without currency, a true minus."""
    match value:
        case None:
            return ""
        case Money():
            return speaker.amount(value).replace("-", MINUS)
        case date():
            return speaker.day(value, "medium")
        case Pill():
            return speaker.say(value.key)
        case Bar():
            return speaker.say("gui.bar.said", percent=percent(value.collected, value.asked))
    return speaker.value(value)


def percent(part: Money, whole: Money) -> int:
    """Whole percent, rounded down, so that 100 is only said when all is there."""
    return part.minor * 100 // whole.minor if whole.minor > 0 else 0


class TableModel(QAbstractTableModel):
    """Shows rows of anything: `fetch` gives frozen rows by id in the order asked for."""

    def __init__(self, columns: Sequence[Column], fetch: Callable[[Sequence[int]], Iterable[Any]], speaker: Speaker) -> None:
        """Start empty; `show` gives the ids."""
        super().__init__()
        self.columns = tuple(columns)
        self.speaker = speaker
        self._fetch = fetch
        self._ids = array("q")
        self._pages: OrderedDict[int, list[Any]] = OrderedDict()

    def show(self, ids: Iterable[int]) -> None:
        """Show these rows in this order."""
        self.beginResetModel()
        self._ids = ids if isinstance(ids, array) else array("q", ids)
        self._pages.clear()
        self.endResetModel()

    def forget(self) -> None:
        """Fetch the rows again when they are looked at; their order stays."""
        self._pages.clear()
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))

    def ids(self) -> Sequence[int]:
        """The ids in view order."""
        return self._ids

    def place(self, row_id: int) -> int | None:
        """The row in which an id stands; looked for, as a table of places would take ten times the memory of the ids."""
        try:
            return self._ids.index(row_id)
        except ValueError:
            return None

    def row(self, place: int) -> Any:  # noqa: ANN401  rows are of whatever the page lists
        """The row at a place; None where the book no longer has it."""
        page = self._page(place // PAGE_ROWS)
        within = place % PAGE_ROWS
        return page[within] if within < len(page) else None

    def text(self, place: int, column: Column) -> str:
        """A cell as it is read."""
        row = self.row(place)
        return "" if row is None else shown(column.get(row), self.speaker)

    def copied(self, places: Iterable[int]) -> str:
        """Rows for the clipboard: cells parted by tabs, private columns left out whether or not names are shown."""
        columns = [column for column in self.columns if not column.private]
        return "\n".join("\t".join(self.text(place, column) for column in columns) for place in places)

    def _page(self, number: int) -> list[Any]:
        if number not in self._pages:
            self._fetch_pages(number)
        self._pages.move_to_end(number)
        return self._pages[number]

    def _fetch_pages(self, number: int) -> None:
        """Fetch a page, and in the same question the next one: what is seen at once stands on two as a rule."""
        wanted = [number] if number + 1 in self._pages else [number, number + 1]
        first, end = number * PAGE_ROWS, (wanted[-1] + 1) * PAGE_ROWS
        found = list(self._fetch(self._ids[first:end].tolist()))
        for place, each in enumerate(wanted):
            self._pages[each] = found[place * PAGE_ROWS : (place + 1) * PAGE_ROWS]
        while len(self._pages) > _PAGES_KEPT:
            self._pages.popitem(last=False)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Rows of the table; a cell has none."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Columns of the table; a cell has none."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, value, alignment and what is read aloud."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column.kind)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._heading(column)}: {self.text(index.row(), column)}"
        if role in {ROW_ROLE, VALUE_ROLE}:
            row = self.row(index.row())
            return row if role == ROW_ROLE or row is None else column.get(row)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Headings of columns."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self._heading(self.columns[section])
        return _alignment(self.columns[section].kind) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _heading(self, column: Column) -> str:
        return self.speaker.say(f"gui.column.{column.key}")


def _alignment(kind: Kind) -> Qt.AlignmentFlag:
    right = kind in {Kind.MONEY, Kind.COUNT}
    return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
