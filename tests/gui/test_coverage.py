from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from fundledger.domain.coverage import coverage
from fundledger.domain.identity import Span
from fundledger.gui.coverage import months
from tests.gui.conftest import settle
from tests.gui.test_importing import GIFT, bring, page
from tests.services.bookkeeping import Paid, camt

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.importing import ImportingPage

__all__ = ["page"]


def test_a_gap_is_said_with_the_missing_number_and_the_difference(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    bring(page, qtbot, tmp_path, camt([GIFT], number="41", first="02-01", last="02-28"), "1.xml")
    later = Paid("9.00", "04-05", "Sample Person Beta", text="gift", bank="B-9")
    bring(page, qtbot, tmp_path, camt([later], number="43", first="04-01", last="04-30", opening="40.00"), "2.xml")
    page.show_view("coverage")
    said = "\n".join(one.text() for one in page.coverage.findChildren(QLabel))
    assert "1 March 2026 to 31 March 2026: 31 days that no statement covers. Statement 42 is missing." in said
    assert "The balance moved by −€10.00 meanwhile" in said
    [table] = page.coverage.tables
    model = table.rows_model
    place = next(row for row in range(model.rowCount()) if model.index(row, 0).data() == "2026")
    heard = [model.index(place, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in range(1, 13)]
    assert heard[1] == "Feb: covered"
    assert heard[2] == "Mar: covered: –; between two statements: 1–31"
    assert heard[4] == "May: nothing here"
    table.setCurrentIndex(model.index(place, 2))
    QTest.keyClick(table, Qt.Key.Key_Right)
    assert table.said.text() == "Mar 2026: covered: –; between two statements: 1–31"


def test_an_overlap_is_said(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    bring(page, qtbot, tmp_path, camt([GIFT], number="", first="02-01", last="02-20"), "1.xml")
    later = Paid("9.00", "02-21", "Sample Person Beta", text="gift", bank="B-9")
    bring(page, qtbot, tmp_path, camt([GIFT, later], number="", first="02-01", last="02-28"), "2.xml")
    settle(qtbot, page.desk)
    said = "\n".join(one.text() for one in page.coverage.findChildren(QLabel))
    assert "1 February 2026 to 20 February 2026 stand in two statements" in said


def test_every_day_of_a_stretch_stands_in_its_month() -> None:
    found = coverage([Span(date(2024, 1, 15), date(2024, 2, 29), 0, 0, "1"), Span(date(2024, 3, 5), date(2024, 3, 31), 100, 100, "3")])
    [year] = months(found).values()
    assert [month.covered for month in year[:4]] == [((15, 31),), ((1, 29),), ((5, 31),), ()]
    assert year[2].gaps == ((1, 4),)
    assert months(coverage([])) == {}
