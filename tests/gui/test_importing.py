from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from fundledger.store.accounts import bank_accounts
from fundledger.store.lines import line_ids
from tests.gui.conftest import FEBRUARY, JANUARY, SAMPLE, FakeDialogs, settle
from tests.gui.test_disbursements import drop

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.importing import FileCard, ImportingPage
    from fundledger.gui.window import Desktop


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> ImportingPage:
    made = cast("ImportingPage", desktop.go("importing"))
    settle(qtbot, desktop.desk)
    return made


def said(card: FileCard) -> str:
    """Everything on a card."""
    return "\n".join(label.text() for label in card.findChildren(QLabel))


def count_lines(page: ImportingPage) -> int:
    """Lines in the book."""
    with page.desk.book.reading() as db:
        return len(line_ids(db))


def test_a_dropped_file_says_what_came_of_it_and_can_be_undone(page: ImportingPage, desktop: Desktop, qtbot: QtBot) -> None:
    before, waiting = count_lines(page), int(desktop.sidebar.count("reconcile"))
    drop(page, FEBRUARY)
    settle(qtbot, page.desk)
    card = page.cards[0]
    assert card.outcome == "taken"
    assert "camt.053" in said(card)
    assert "1010-1" in said(card)
    assert "opening" in said(card)
    assert int(desktop.sidebar.count("reconcile")) > waiting
    assert count_lines(page) > before
    desktop.toast.undo.click()
    settle(qtbot, page.desk)
    assert count_lines(page) == before


def test_the_same_file_again_is_here_already(page: ImportingPage, dialogs: FakeDialogs, desktop: Desktop, qtbot: QtBot) -> None:
    before = count_lines(page)
    dialogs.chosen = [JANUARY]
    QTest.keyClick(desktop.window(), Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page.desk)
    assert page.cards[0].outcome == "before"
    assert "in the book" in said(page.cards[0])
    assert count_lines(page) == before


def test_one_refused_file_does_not_keep_the_others_out(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    broken = tmp_path / "a-broken.xml"
    broken.write_bytes(FEBRUARY.read_bytes()[:4000])
    page.take([broken, FEBRUARY])
    settle(qtbot, page.desk)
    assert [card.outcome for card in page.cards] == ["taken", "refused"]
    assert len(said(page.cards[1]).splitlines()) >= 3, "the sentence stands on the card"


def test_a_file_of_an_unknown_account_offers_to_add_it_and_is_read_again(page: ImportingPage, qtbot: QtBot) -> None:
    page.take([SAMPLE / "statements" / "bank-b-2025-q1.xml"])
    settle(qtbot, page.desk)
    assert page.cards[0].outcome == "refused"
    page.cards[0].findChildren(QPushButton)[0].click()
    form = page._form
    assert form is not None
    assert "check digits are right" in form.checked.text()
    form.name.setText("Second account")
    QTest.keyClick(form.name, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert page.cards[0].outcome == "taken"
    with page.desk.book.reading() as db:
        assert [one.code for one in bank_accounts(db)] == ["1010-1", "1010-2"]


def test_an_iban_is_checked_while_it_is_typed(page: ImportingPage, qtbot: QtBot) -> None:
    page.actions_of.press("account.new")
    form = page._form
    assert form is not None
    QTest.keyClicks(form.iban, "LT02 9999 9000 0000 0000 2")
    assert "no valid IBAN" in form.checked.text()
    form.kept.emit(False)
    settle(qtbot, page.desk)
    assert page._form is None, "an odd number is kept, with a warning"


def test_choosing_nothing_does_nothing(page: ImportingPage) -> None:
    page.new()
    assert page.cards == []
    assert page.empty.isVisibleTo(page)
