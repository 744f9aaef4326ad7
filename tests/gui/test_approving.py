"""In the window: an approval is asked for by a file and taken back in; a role is changed; a payment takes so many people."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from fundledger.domain.approval import PaperKind
from fundledger.domain.people import InvoiceState
from fundledger.gui.approving import PaperForm, RequestForm, take
from fundledger.services import approval_files, people, policies
from fundledger.store import keys
from fundledger.store.approvals import papers
from tests.gui.conftest import NOW, PASSPHRASE, settle

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.disbursements import DisbursementsPage
    from fundledger.gui.settings_page import SettingsPage
    from fundledger.gui.window import Desktop
    from tests.gui.conftest import FakeDialogs

SECOND = "second river lamp"
CHEAP = keys.Cost(32, 1, 4)


@pytest.fixture
def her(desktop: Desktop) -> int:
    """A board member who approves."""
    return people.add_person(desktop.desk.book, "Second Sample Person", "approve", SECOND, NOW, CHEAP).ids[0]


def pressed(page: DisbursementsPage, text: str) -> None:
    """Press the button that says so."""
    next(one for one in page.findChildren(QPushButton) if one.text() == text).click()


def test_an_approval_is_asked_for_and_taken_in(desktop: Desktop, her: int, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    page, book = cast("DisbursementsPage", desktop.go("disbursements")), desktop.desk.book
    settle(qtbot, page.desk)
    made: list[bytes] = []
    book.switch(SECOND)
    people.export_key(book, SECOND, NOW, made.append, CHEAP)
    book.switch(PASSPHRASE)
    pressed(page, "Ask by a file…")
    settle(qtbot, page.desk)
    form = page._form
    assert isinstance(form, RequestForm)
    assert form.person.currentData() == her
    dialogs.place = tmp_path
    form.kept.emit(False)
    settle(qtbot, page.desk)
    [asked] = tmp_path.glob("approval-*.json")
    answer = tmp_path / "answer.json"
    answer.write_bytes(approval_files.render(approval_files.sign(asked.read_bytes(), made[0], SECOND)))
    dialogs.chosen = [answer]
    pressed(page, "Take an answer…")
    settle(qtbot, page.desk)
    assert page.shown is not None
    assert page.shown.invoice.state is InvoiceState.APPROVED
    pressed(page, "Take an answer…")
    settle(qtbot, page.desk)
    assert any("answered already" in one.text() for one in desktop.findChildren(QLabel))


def test_a_no_dropped_on_the_page_is_shown(desktop: Desktop, her: int, tmp_path: Path, qtbot: QtBot) -> None:
    page, book = cast("DisbursementsPage", desktop.go("disbursements")), desktop.desk.book
    settle(qtbot, page.desk)
    assert page.shown is not None
    number, made = page.shown.invoice.number, list[bytes]()
    book.switch(SECOND)
    people.export_key(book, SECOND, NOW, made.append, CHEAP)
    book.switch(PASSPHRASE)
    asked: list[bytes] = []
    approval_files.request_approval(book, number, her, NOW, lambda one: asked.append(approval_files.render(one)))
    page.refresh()
    settle(qtbot, page.desk)
    assert any("has not answered yet" in one.text() for one in page.findChildren(QLabel))
    answer = tmp_path / "answer.json"
    answer.write_bytes(approval_files.render(approval_files.sign(asked[0], made[0], SECOND, reason="Not our hours.")))
    take(page.desk, answer)
    settle(qtbot, page.desk)
    assert page.shown.invoice.state is InvoiceState.ENTERED
    assert page.shown.refused is not None
    assert (page.shown.refused.person, page.shown.refused.reason) == (her, "Not our hours.")
    said = [one.text() for one in page.findChildren(QLabel) if "did not approve it" in one.text()]
    assert said
    assert "Not our hours" not in said[0], "masked until names are shown"


def test_a_role_is_changed_and_a_payment_takes_three(desktop: Desktop, her: int, qtbot: QtBot) -> None:
    page = cast("SettingsPage", desktop.go("settings_page"))
    settle(qtbot, desktop.desk)
    section, book = page.people, desktop.desk.book
    section.change_role(her, "approve")
    assert section.form is not None
    chosen = section.form.findChildren(QComboBox)[0]
    chosen.setCurrentIndex(chosen.findData("approve+pay"))
    section.form.kept.emit(False)  # type: ignore[attr-defined]
    settle(qtbot, desktop.desk)
    assert {one.id: one.role for one in people.list_people(book)}[her] == "approve+pay"
    section.set_people()
    assert section.form is not None
    chosen = section.form.findChildren(QComboBox)[0]
    chosen.setCurrentIndex(2)
    section.form.kept.emit(False)  # type: ignore[attr-defined]
    settle(qtbot, desktop.desk)
    assert policies.payment_people(book) == 3


def test_a_letter_is_kept_later(desktop: Desktop, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    page = cast("DisbursementsPage", desktop.go("disbursements"))
    settle(qtbot, page.desk)
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7 an invented letter")
    dialogs.chosen = [letter]
    pressed(page, "Paper…")
    form = page._form
    assert isinstance(form, PaperForm)
    form.kept.emit(False)
    settle(qtbot, page.desk)
    with page.desk.book.reading() as db:
        assert [kind for found in papers(db).values() for kind, _ in found] == [PaperKind.INVOICE, PaperKind.LETTER]
