from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from fundledger.gui.account_form import AccountForm
from fundledger.gui.file_lines import FileLines
from fundledger.i18n import Speaker
from fundledger.services.reconciling import accept_as
from fundledger.store.accounts import bank_accounts
from fundledger.store.lines import line_ids
from fundledger.store.rows import add_row
from fundledger.store.schema import period
from tests.gui.conftest import FEBRUARY, JANUARY, NOW, SAMPLE, FakeDialogs, settle
from tests.gui.test_disbursements import drop
from tests.services.bookkeeping import OURS, Paid, camt

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.file_card import FileCard
    from fundledger.gui.importing import ImportingPage
    from fundledger.gui.window import Desktop

CONTROL = Qt.KeyboardModifier.ControlModifier
GIFT = Paid("50.00", "02-05", "Sample Person Beta", text="gift", bank="B-1")
OTHER = Paid("20.00", "02-06", "Sample Person Gamma", text="gift", bank="B-2")
TABLE = "Date;Who;Text;Amount;Currency\n2026-02-03;Sample Person Beta;gift;12,50;EUR\n2026-02-04;Sample Person Gamma;gift;7,20;EUR\n"


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> ImportingPage:
    made = cast("ImportingPage", desktop.go("importing"))
    settle(qtbot, desktop.desk)
    return made


def said(card: QWidget) -> str:
    """Everything on a card."""
    shown = [one.text() for one in card.findChildren(QLabel)] + [one.text() for one in card.findChildren(QAbstractButton)]
    return "\n".join(shown)


def count_lines(page: ImportingPage) -> int:
    """Lines in the book."""
    with page.desk.book.reading() as db:
        return len(line_ids(db))


def press(card: QWidget, qtbot: QtBot, page: ImportingPage, name: str) -> None:
    """A button of a card, and its answers."""
    found = card.findChild(QPushButton, name)
    assert found is not None, said(card)
    assert found.isEnabled()
    found.click()
    settle(qtbot, page.desk)


def tick(card: FileCard, name: str) -> None:
    box = card.findChild(QCheckBox, f"tick.{name}")
    assert box is not None, said(card)
    box.click()


def choose(card: QWidget, qtbot: QtBot, page: ImportingPage, name: str, value: object) -> None:
    """An answer in a choice."""
    box = card.findChild(QComboBox, f"ask.{name}")
    assert box is not None, said(card)
    assert box.findData(value) > 0
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())
    settle(qtbot, page.desk)


def look(page: ImportingPage, qtbot: QtBot, folder: Path, content: str | bytes, name: str = "file.xml") -> FileCard:
    """The card of a file with this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    page.take([path])
    settle(qtbot, page.desk)
    return page.cards[0]


def bring(page: ImportingPage, qtbot: QtBot, folder: Path, content: str, name: str = "file.xml") -> FileCard:
    """The same, imported with every note seen."""
    card = look(page, qtbot, folder, content, name)
    if card.outcome == "asking":
        tick(card, "noticed")
    assert card.outcome == "ready", said(card)
    card.take()
    settle(qtbot, page.desk)
    assert card.outcome == "taken", said(card)
    return card


# --- looked at first, then imported -----------------------------------------------------------------------------------
def test_a_dropped_file_is_looked_at_first_then_imported_and_can_be_undone(page: ImportingPage, desktop: Desktop, qtbot: QtBot) -> None:
    before, waiting = count_lines(page), int(desktop.sidebar.count("reconcile"))
    drop(page, FEBRUARY)
    settle(qtbot, page.desk)
    card = page.cards[0]
    assert (card.outcome, count_lines(page)) == ("ready", before), "nothing is in before a person says so"
    for words in ("camt.053", "BkToCstmrStmt", "1010-1", "opening", "closing", "✓ adds up"):
        assert words in said(card)
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert card.outcome == "taken"
    assert int(desktop.sidebar.count("reconcile")) > waiting
    assert count_lines(page) > before
    desktop.toast.undo.click()
    settle(qtbot, page.desk)
    assert (card.outcome, count_lines(page)) == ("ready", before), "what was taken back may be imported again"


def test_the_import_is_undone_on_its_card_as_long_as_nothing_is_booked(page: ImportingPage, qtbot: QtBot) -> None:
    before = count_lines(page)
    page.take([FEBRUARY])
    settle(qtbot, page.desk)
    page.cards[0].take()
    settle(qtbot, page.desk)
    press(page.cards[0], qtbot, page, "do.undo")
    assert (page.cards[0].outcome, count_lines(page)) == ("ready", before)
    page.cards[0].take()
    settle(qtbot, page.desk)
    with page.desk.book.reading() as db:
        latest = line_ids(db, "open")[-1]
    page.desk.act("accept", lambda _, __: accept_as(page.desk.book, latest, "suspense", NOW))
    settle(qtbot, page.desk)
    assert page.cards[0].findChild(QPushButton, "do.undo") is None, "part of it is booked"
    assert page.cards[0].findChild(QPushButton, "do.reconcile") is not None


def test_the_same_file_again_is_here_already(page: ImportingPage, dialogs: FakeDialogs, desktop: Desktop, qtbot: QtBot) -> None:
    before = count_lines(page)
    dialogs.chosen = [JANUARY]
    QTest.keyClick(desktop.window(), Qt.Key.Key_I, CONTROL)
    settle(qtbot, page.desk)
    assert page.cards[0].outcome == "before"
    assert "in the book" in said(page.cards[0])
    assert count_lines(page) == before


def test_one_refused_file_does_not_keep_the_others_out(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    broken = tmp_path / "a-broken.xml"
    broken.write_bytes(FEBRUARY.read_bytes()[:4000])
    page.take([broken, FEBRUARY])
    settle(qtbot, page.desk)
    assert [card.outcome for card in page.cards] == ["ready", "refused"]
    assert "a-broken.xml" in said(page.cards[1])
    assert "download it again" in said(page.cards[1]).lower(), "the sentence stands on the card"


def test_ctrl_enter_imports_all_that_is_ready_in_turn(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    before = count_lines(page)
    one, other = tmp_path / "1.xml", tmp_path / "2.xml"
    one.write_text(camt([GIFT], number="50", first="02-01", last="02-05"))
    other.write_text(camt([OTHER], number="51", first="02-06", last="02-28", opening="50.00"))
    broken = tmp_path / "3.xml"
    broken.write_text("<Document>")
    page.take([one, other, broken])
    settle(qtbot, page.desk)
    for card in page.cards[1:]:
        tick(card, "noticed")
    assert [card.outcome for card in page.cards] == ["refused", "ready", "ready"]
    QTest.keyClick(page.choosing, Qt.Key.Key_Return, CONTROL)
    settle(qtbot, page.desk)
    assert [card.outcome for card in page.cards] == ["refused", "taken", "taken"]
    assert count_lines(page) == before + 2


def test_what_is_stopped_leaves_nothing(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    before = count_lines(page)
    card = look(page, qtbot, tmp_path, FEBRUARY.read_bytes())
    card.take()
    page.desk.tasks.cancel()
    settle(qtbot, page.desk)
    assert (card.outcome, count_lines(page)) == ("stopped", before)
    press(card, qtbot, page, "do.again")
    assert card.outcome == "ready"


def test_every_file_of_an_archive_has_its_card(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    before, path = count_lines(page), tmp_path / "both.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1.xml", camt([GIFT], number="50", first="02-01", last="02-05"))
        archive.writestr("2.xml", camt([OTHER], number="51", first="02-06", last="02-28", opening="50.00"))
    page.take([path])
    settle(qtbot, page.desk)
    assert [card.name for card in page.cards] == ["both.zip › 1.xml", "both.zip › 2.xml"]
    tick(page.cards[1], "noticed")
    page.cards[1].take()
    settle(qtbot, page.desk)
    assert [card.outcome for card in page.cards] == ["asking", "taken"]
    assert count_lines(page) == before + 1


# --- what the file does not say ---------------------------------------------------------------------------------------
def test_a_file_of_an_unknown_account_offers_to_add_it_and_is_looked_at_again(page: ImportingPage, qtbot: QtBot) -> None:
    page.take([SAMPLE / "statements" / "bank-b-2025-q1.xml"])
    settle(qtbot, page.desk)
    card = page.cards[0]
    assert card.outcome == "asking"
    box = card.findChild(QComboBox, "ask.account")
    assert box is not None
    assert box.currentData() is None, "never preset to the first"
    next(each for each in card.findChildren(QPushButton) if each.text().startswith("Add an account")).click()
    form = page._form
    assert isinstance(form, AccountForm)
    assert "check digits are right" in form.checked.text()
    form.name.setText("Second account")
    QTest.keyClick(form.name, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert card.outcome == "ready"
    with page.desk.book.reading() as db:
        assert [one.code for one in bank_accounts(db)] == ["1010-1", "1010-2"]


def test_row_20_a_file_that_names_no_account_is_asked_for_it(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    card = look(page, qtbot, tmp_path, TABLE, "table.csv")
    assert card.outcome == "asking"
    choose(card, qtbot, page, "account", OURS)
    assert "2 new" in said(card)
    tick(card, "noticed")
    assert card.outcome == "ready", said(card)


def test_ctrl_enter_in_the_form_keeps_the_account_and_imports_nothing(page: ImportingPage, qtbot: QtBot) -> None:
    page.take([FEBRUARY])
    settle(qtbot, page.desk)
    page.new_account("LT709999900000000007")
    form = page._form
    assert isinstance(form, AccountForm)
    QTest.keyClick(form.name, Qt.Key.Key_Return, CONTROL)
    settle(qtbot, page.desk)
    assert page._form is None
    assert page.cards[0].outcome == "ready"


def test_a_look_that_is_stopped_says_so(page: ImportingPage, qtbot: QtBot) -> None:
    page.take([FEBRUARY])
    press(page.cards[0], qtbot, page, "do.cancel")
    assert page.cards[0].outcome == "stopped"
    press(page.cards[0], qtbot, page, "do.again")
    assert page.cards[0].outcome == "ready"


def test_the_account_of_a_payment_processor_is_added_by_its_currency(page: ImportingPage, qtbot: QtBot) -> None:
    page.new_account("PAYPAL/EUR")
    form = page._form
    assert isinstance(form, AccountForm)
    assert (form.processor.currentData(), form.iban.isEnabled()) == ("paypal", False)
    form.kept.emit(False)
    settle(qtbot, page.desk)
    with page.desk.book.reading() as db:
        assert [(one.code, one.iban) for one in bank_accounts(db)][1:] == [("1060-1", "PAYPAL/EUR")]


def test_row_19_a_file_that_does_not_add_up_is_taken_for_a_reason(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    card = look(page, qtbot, tmp_path, camt([GIFT], number="50", first="02-01", last="02-28").replace(">50.00<", ">51.00<", 1))
    assert card.outcome == "asking"
    assert "does not add up" in said(card)
    line = card.findChild(QLineEdit, "ask.unbalanced")
    assert line is not None
    line.setText("The bank left a fee out.")
    QTest.keyClick(line, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert "✗ off by" in said(card)
    tick(card, "noticed")
    assert card.outcome == "ready"


def test_row_58_the_order_of_dates_is_asked(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    table = f"Account;Date;Text;Amount;Currency\n{OURS};03/04/2026;gift;12,50;EUR\n{OURS};05/04/2026;gift;7,20;EUR\n"
    card = look(page, qtbot, tmp_path, table, "table.csv")
    choose(card, qtbot, page, "date_order", "mdy")
    assert "2 new" in said(card)
    days = {one.line.booked_on.isoformat() for one in card.found.lines if one.line.booked_on}
    assert days == {"2026-03-04", "2026-05-04"}
    choose(card, qtbot, page, "date_order", "dmy")
    assert {one.line.booked_on.day for one in card.found.lines if one.line.booked_on} == {3, 5}, "an answer may be changed"


def test_row_8_the_encoding_is_shown_and_may_be_changed(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    table = f"Account;Date;Name;Text;Amount;Currency\n{OURS};2026-02-03;Testa Testaitė;dovana;12,50;EUR\n"
    card = look(page, qtbot, tmp_path, table.encode("cp1257"), "table.csv")
    box = card.findChild(QComboBox, "ask.encoding")
    assert box is not None
    assert box.currentData()
    choose(card, qtbot, page, "encoding", "cp1257")
    assert [one.line.counterparty.name for one in card.found.lines] == ["Testa Testaitė"]
    assert "Testa" not in said(card), "names are masked"


def test_rows_nobody_can_read_are_left_out_only_by_a_tick(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    before = count_lines(page)
    card = look(page, qtbot, tmp_path, TABLE + "2026-02-31;Sample Person Delta;gift;5,00;EUR\n", "table.csv")
    choose(card, qtbot, page, "account", OURS)
    assert "1 unreadable" in said(card)
    press(card, qtbot, page, "group.unreadable")
    tick(card, "noticed")
    assert card.outcome == "asking"
    tick(card, "leave")
    assert card.outcome == "ready"
    card.take()
    settle(qtbot, page.desk)
    assert (card.outcome, count_lines(page)) == ("taken", before + 2)


def test_a_count_shows_its_lines_with_names_masked(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    card = look(page, qtbot, tmp_path, camt([GIFT, OTHER], number="50", first="02-01", last="02-28"))
    press(card, qtbot, page, "group.new")
    [lines] = card.findChildren(FileLines)
    assert lines.table is not None
    model = lines.table.rows_model
    assert model.rowCount() == 2
    assert model.text(0, model.columns[1]) == "•••  •••"
    page.desk.revealed = True
    page.desk.names_shown.emit()
    assert "Sample Person Beta" in model.text(0, model.columns[1])
    press(card, qtbot, page, "group.new")
    assert lines.table is None


def test_an_iban_is_checked_while_it_is_typed(page: ImportingPage, qtbot: QtBot) -> None:
    page.actions_of.press("account.new")
    form = page._form
    assert isinstance(form, AccountForm)
    QTest.keyClicks(form.iban, "LT02 9999 9000 0000 0000 2")
    assert "no valid IBAN" in form.checked.text()
    form.kept.emit(False)
    settle(qtbot, page.desk)
    assert page._form is None, "an odd number is kept, with a warning"


def test_row_25_closed_days_are_meant_only_when_a_person_says_so(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    with page.desk.book.operation("close", NOW) as op:
        add_row(op.db, period, start_on="2026-02-01", end_on="2026-02-28", locked=1)
    card = look(page, qtbot, tmp_path, camt([GIFT], number="50", first="02-01", last="02-28"))
    assert card.outcome == "asking"
    box = card.findChild(QCheckBox, "ask.late")
    assert box is not None
    box.click()
    settle(qtbot, page.desk)
    tick(card, "noticed")
    card.take()
    settle(qtbot, page.desk)
    assert card.outcome == "taken", said(card)


def test_row_22_a_missing_statement_is_a_note_that_must_be_seen(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    bring(page, qtbot, tmp_path, camt([GIFT], number="41", first="02-01", last="02-05"), "1.xml")
    card = look(page, qtbot, tmp_path, camt([OTHER], number="43", first="02-06", last="02-28", opening="50.00"), "2.xml")
    assert "Statement 42 is missing" in said(card)
    card.take()
    settle(qtbot, page.desk)
    assert card.outcome == "asking", "nothing is imported before the note was seen"


def test_row_28_a_file_name_is_shown_safely(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    card = look(page, qtbot, tmp_path, "<Document>", "fdp.\u202elmx" + "a" * 200)
    assert "<U+202E>" in card.accessibleName()
    assert "\u202e" not in said(card)
    assert len(card.name) < 150


def test_a_card_put_away_hears_no_answer(page: ImportingPage, qtbot: QtBot) -> None:
    page.take([FEBRUARY])
    settle(qtbot, page.desk)
    card = page.cards[0]
    card.look()
    card.wants.emit("away")
    settle(qtbot, page.desk)
    assert page.cards == []
    assert page.empty.isVisibleTo(page)


def test_the_page_speaks_lithuanian(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    page.desk.speaker = Speaker("lt")
    card = look(page, qtbot, tmp_path, TABLE, "table.csv")
    assert "Kuri tai mūsų sąskaita?" in said(card)


def test_choosing_nothing_does_nothing(page: ImportingPage) -> None:
    page.new()
    assert page.cards == []
    assert page.empty.isVisibleTo(page)
