from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from fundledger.domain.money import Money
from fundledger.gui.table import PAGE_ROWS, VALUE_ROLE, Bar, Column, Kind, Pill, TableModel, percent, shown
from fundledger.i18n import Speaker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QApplication


@dataclass(frozen=True)
class Gift:
    """A row as a page lists one."""

    id: int
    name: str

    @property
    def amount(self) -> Money:
        """Its amount."""
        return Money(-self.id * 100, "EUR")


COLUMNS = (
    Column("code", lambda row: f"D-{row.id}"),
    Column("name", lambda row: row.name, private=True),
    Column("amount", lambda row: row.amount, Kind.MONEY),
)


class Rows:
    """Gives rows by id and remembers which were asked for."""

    def __init__(self) -> None:
        self.asked: list[Sequence[int]] = []

    def __call__(self, ids: Sequence[int]) -> list[Gift]:
        self.asked.append(ids)
        return [Gift(each, "Sample Person Alpha") for each in ids]


@pytest.fixture
def rows(qapp: QApplication) -> Rows:
    del qapp
    return Rows()


@pytest.fixture
def model(rows: Rows) -> TableModel:
    return TableModel(COLUMNS, rows, Speaker("en"))


def test_qt_finds_no_fault_with_the_model(model: TableModel) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(range(1, 301))
    model.forget()
    model.show(())
    model.show(range(5))
    assert tester.model() is model
    assert (model.rowCount(), model.columnCount()) == (5, 3)


def test_of_a_million_rows_only_the_pages_that_are_looked_at_are_fetched(model: TableModel, rows: Rows) -> None:
    model.show(range(1_000_000))
    for place in (0, 50, 999_999):
        assert model.index(place, 0).data() == f"D-{place}"
    assert [len(ids) for ids in rows.asked] == [2 * PAGE_ROWS, PAGE_ROWS], "the last page has none after it"


def test_scrolling_through_forgets_old_pages(model: TableModel, rows: Rows) -> None:
    model.show(range(10_000))
    for place in range(0, 10_000, 2 * PAGE_ROWS):
        model.row(place)
    model.row(0)
    assert len(rows.asked) == 10_000 // (2 * PAGE_ROWS) + 1


def test_a_row_is_found_by_its_id(model: TableModel) -> None:
    model.show((30, 10, 20))
    assert (model.place(10), model.place(99)) == (1, None)


def test_a_cell_is_read_aloud_with_its_heading_and_money_has_a_true_minus(model: TableModel) -> None:
    model.show((1234,))
    cell = model.index(0, 2)
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == "Amount: −1,234.00"
    assert cell.data(VALUE_ROLE) == Money(-123400, "EUR")
    assert Qt.AlignmentFlag(cell.data(Qt.ItemDataRole.TextAlignmentRole)) & Qt.AlignmentFlag.AlignRight


def test_a_private_column_never_reaches_the_clipboard(model: TableModel) -> None:
    model.show((7,))
    assert model.copied([0]) == "D-7\t−7.00"


def test_a_row_the_book_no_longer_has_is_empty() -> None:
    model = TableModel(COLUMNS, lambda _: [], Speaker("en"))
    model.show((1,))
    assert (model.index(0, 0).data(), model.index(0, 2).data(VALUE_ROLE)) == ("", None)


def test_cells_are_said_in_the_readers_language() -> None:
    speaker = Speaker("lt")
    assert shown(Money(303000, "EUR"), speaker) == "3\N{NO-BREAK SPACE}030,00"
    assert shown(date(2025, 3, 31), speaker) == "2025-03-31"
    assert shown(Pill("gui.state.over"), speaker) == "baigta"
    assert shown(None, speaker) == ""


def test_a_bar_says_100_only_when_all_is_there() -> None:
    asked = Money(3030_00, "EUR")
    assert percent(Money(3029_99, "EUR"), asked) == 99
    assert percent(asked, asked) == 100
    assert percent(asked, Money(0, "EUR")) == 0
    assert shown(Bar(asked, asked, asked), Speaker("en")) == "100 % of what is asked"
