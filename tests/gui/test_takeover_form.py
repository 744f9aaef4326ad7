"""The window's take-over: an empty workbook is saved, one that was filled in is looked at, and a second person lets it be booked."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fundledger.gui.takeover_form import TakeoverForm
from fundledger.services import people, undoing
from fundledger.store import keys, vouchers
from tests.gui.conftest import NOW, FakeDialogs, settle
from tests.services.takeovers import Rows, workbook

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.importing import ImportingPage
    from fundledger.gui.window import Desktop

SECOND = "second river lamp"
OTHER_BANK = "DE93999999990000000001"
ROWS: Rows = {
    "about": [(date(2025, 1, 1),)],
    "accounts": [("LT029999900000000001", "", "EUR", 500, 100), (OTHER_BANK, "Other bank", "EUR", 80, 80)],
    "campaigns": [("C-101", 2000, 50, None, 10, None, None, 1300, 240)],
    "money": [("LT029999900000000001", "C-101", 400)],
    "payees": [("Sample Advocate", "")],
    "invoices": [("C-101", "Sample Advocate", "OLD-7", date(2024, 12, 3), 120)],
    "advances": [("C-101", "Sample Advocate", 240)],
}


@pytest.fixture
def form(desktop: Desktop, qtbot: QtBot) -> TakeoverForm:
    """The form as the menu opens it, in a book of two persons."""
    people.add_person(desktop.desk.book, "Sample Person Beta", "enter+approve", SECOND, NOW, keys.Cost(32, 1, 4))
    desktop.actions_of.press("takeover")
    settle(qtbot, desktop.desk)
    found = cast("ImportingPage", desktop.pages["importing"]).findChild(TakeoverForm)
    assert found is not None
    return found


def choose(form: TakeoverForm, dialogs: FakeDialogs, desktop: Desktop, qtbot: QtBot, path: Path) -> None:
    dialogs.chosen = [path]
    QTest.keyClick(form.choose, Qt.Key.Key_Space)
    settle(qtbot, desktop.desk)


def test_a_workbook_is_looked_at_and_booked_when_a_second_person_agrees(
    form: TakeoverForm, dialogs: FakeDialogs, desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    assert form.choose.hasFocus()
    assert not form.keep.isEnabled()
    choose(form, dialogs, desktop, qtbot, workbook(tmp_path, ROWS))
    model = form.steps.rows_model
    told = [[model.index(row, column).data() for column in range(7)] for row in range(model.rowCount())]
    assert told[:3] == [
        ["Accounts", "Accounts!A6", "1010-1", "The foundation's own money", "3900", "1010-1", "400.00"],
        ["Money in accounts", "Money in accounts!A6", "1010-1", "C-101", "1010-1", "3900", "400.00"],
        ["Accounts", "Accounts!A7", "1010-2", "", "", "", ""],
    ]
    assert form.state.text() == f"{len(told)} steps will be done. Undo takes all of them back."
    assert not form.keep.isEnabled(), "somebody else has to agree"
    form.second.setText("wrong words")
    form.keep.click()
    settle(qtbot, desktop.desk)
    assert form.refused.isVisible()
    form.second.setText(SECOND)
    QTest.keyClick(form.second, Qt.Key.Key_Return)
    settle(qtbot, desktop.desk)
    book = desktop.desk.book
    with book.reading() as db:
        assert vouchers.taken_over(db) == frozenset({"C-101"})
    assert cast("ImportingPage", desktop.pages["importing"]).findChild(TakeoverForm) is None
    desktop.actions_of.press("undo")
    settle(qtbot, desktop.desk)
    with book.reading() as db:
        assert vouchers.taken_over(db) == frozenset()
    assert undoing.next_undo(book) is None or undoing.next_undo(book).verb != "takeover read"  # type: ignore[union-attr]  # asked twice


def test_every_problem_stands_in_the_form_with_its_cell(
    form: TakeoverForm, dialogs: FakeDialogs, desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    form.second.setText(SECOND)
    wrong = ROWS | {"money": [("LT029999900000000001", "C-101", 390)], "payees": []}
    choose(form, dialogs, desktop, qtbot, workbook(tmp_path, wrong))
    assert [line.partition(" ")[0].rstrip(":") for line in form.problems.text().splitlines()] == [
        "Accounts!D6", "Campaigns!A6", "Unpaid", "Advances!B6",
    ]  # fmt: skip
    assert form.state.text().startswith("4 things stand in the way in take-over.xlsx.")
    assert not form.keep.isEnabled()
    prose = tmp_path / "notes.xlsx"
    prose.write_text("no workbook")
    choose(form, dialogs, desktop, qtbot, prose)
    assert form.refused.text() == "Nothing was changed: notes.xlsx is no workbook of the kind .xlsx. Save it as one and try again."
    assert not form.keep.isEnabled()


def test_an_empty_workbook_is_saved_and_never_over_another(
    form: TakeoverForm, dialogs: FakeDialogs, desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    dialogs.place = tmp_path / "empty"
    form.template.click()
    settle(qtbot, desktop.desk)
    assert (tmp_path / "empty.xlsx").is_file()
    form.template.click()
    settle(qtbot, desktop.desk)
    assert "is there already" in form.refused.text()
    dialogs.place = None
    form.template.click()
    QTest.keyClick(form, Qt.Key.Key_Escape)
    settle(qtbot, desktop.desk)
    assert cast("ImportingPage", desktop.pages["importing"]).findChild(TakeoverForm) is None
