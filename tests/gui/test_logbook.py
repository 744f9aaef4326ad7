"""The log page: who did what, before and after, and the proof of the whole book."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtWidgets import QLabel

from fundledger.services import invoices
from fundledger.store.log import head
from tests.gui.conftest import DONOR, NOW, FakeDialogs, settle

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from fundledger.gui.logbook import LogbookPage
    from fundledger.gui.window import Desktop


def texts(widget: QWidget) -> str:
    """Everything a widget says."""
    return "\n".join(each.text() for each in widget.findChildren(QLabel))


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> LogbookPage:
    made = cast("LogbookPage", desktop.go("logbook"))
    settle(qtbot, desktop.desk)
    return made


def test_every_operation_stands_there_the_newest_first(page: LogbookPage) -> None:
    model = page.listing.model
    numbers = [model.row(place).id for place in range(model.rowCount())]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[-1] == 1
    assert model.index(0, 3).data() == "invoice entered"


def test_an_approval_is_shown_before_and_after(page: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    done = invoices.approve_invoice(desktop.desk.book, "SLO1-2025-014", NOW)
    desktop.desk.changed.emit(done.touched)
    settle(qtbot, desktop.desk)
    page.pick(done.operation or 0)
    settle(qtbot, desktop.desk)
    said = texts(page.card)
    assert "entered  →  approved" in said
    assert "invoice 1" in said


def test_of_personal_data_only_the_columns_are_told(page: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    for place in range(page.listing.model.rowCount()):
        page.pick(page.listing.model.row(place).id)
        settle(qtbot, desktop.desk)
        assert DONOR not in texts(page.card)


def test_who_is_masked_until_names_are_shown(page: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    assert "Treasurer" not in page.listing.model.index(0, 2).data()
    desktop.desk.show_names("logbook")
    settle(qtbot, desktop.desk)
    assert page.listing.model.index(0, 2).data() == "Treasurer"


def test_what_was_undone_says_by_what(page: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.actions_of.press("undo")
    settle(qtbot, desktop.desk)
    page.listing.choose("undone")
    settle(qtbot, desktop.desk)
    assert page.listing.model.rowCount() == 1
    assert "Taken back by operation" in texts(page.card)


def test_a_sound_book_is_said_to_be_sound(page: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    page.verify_button.click()
    assert not page.verify_button.isEnabled()
    settle(qtbot, desktop.desk)
    assert page.verified.said.text() == "The book is sound."
    assert page.verify_button.isEnabled()


def test_the_first_bad_place_is_named(page: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    with desktop.desk.book.operation("tampering", NOW) as op:
        op.db.exec_driver_sql("DROP TRIGGER guard_entry_delete")
    desktop.actions_of.press("verify")
    settle(qtbot, desktop.desk)
    said = texts(page.verified)
    assert "First bad place" in said
    assert page.verified.said.property("role") == "negative"


def test_an_earlier_report_is_compared(page: LogbookPage, desktop: Desktop, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    with desktop.desk.book.reading() as db:
        stands = str(head(db))
    report = tmp_path / "report.txt"
    dialogs.chosen = [report]
    report.write_text(stands, "utf-8")
    page.verify_against()
    settle(qtbot, desktop.desk)
    assert "Compared with an earlier report" in texts(page.verified)
    size, letters = stands.split(" · ")
    report.write_text(f"{size} · {'Q' if letters[0] != 'Q' else 'R'}{letters[1:]}", "utf-8")
    page.verify_against()
    settle(qtbot, desktop.desk)
    assert "First bad place" in texts(page.verified)
