from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from fundledger.domain.matching import Share, TargetKind
from fundledger.domain.money import Money
from fundledger.services import invoices, rates
from fundledger.store.invoices import find_invoice
from fundledger.store.lines import find_line
from fundledger.store.reconciliations import active
from tests.gui.conftest import NOW, settle

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.reconcile import ReconcilePage
    from fundledger.gui.window import Desktop
    from fundledger.store.reconciliations import Reconciliation


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> ReconcilePage:
    made = cast("ReconcilePage", desktop.go("reconcile"))
    settle(qtbot, desktop.desk)
    made.listing.table.setFocus()
    return made


def press(page: ReconcilePage, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key in the list, and its answers."""
    QTest.keyClick(page.listing.table, key, modifier)
    settle(qtbot, page.desk)


def became(page: ReconcilePage, line_id: int) -> Reconciliation:
    """What a line is now."""
    with page.desk.book.reading() as db:
        found = active(db, line_id, "EUR")
    assert found is not None
    return found


def with_suggestion(page: ReconcilePage, qtbot: QtBot) -> int:
    """Go down to a line with a suggestion."""
    for _ in range(page.listing.model.rowCount()):
        if page.panel.suggestions:
            break
        press(page, qtbot, Qt.Key.Key_J)
    assert page.panel.suggestions
    return page.listing.current()


def texts(page: ReconcilePage) -> str:
    """Everything on the panel."""
    return "\n".join(label.text() for label in page.panel.findChildren(QLabel))


def test_j_and_k_go_through_the_lines(page: ReconcilePage, qtbot: QtBot) -> None:
    first = page.listing.current()
    press(page, qtbot, Qt.Key.Key_J)
    second = page.listing.current()
    assert second != first
    assert page.panel.known is not None
    assert page.panel.known.line.id == second
    press(page, qtbot, Qt.Key.Key_K)
    assert page.listing.current() == first


def test_enter_accepts_the_suggestion_and_goes_on(page: ReconcilePage, desktop: Desktop, qtbot: QtBot) -> None:
    waiting = page.listing.model.rowCount()
    line_id = with_suggestion(page, qtbot)
    place = page.listing.table.currentIndex().row()
    assert "The entry" in texts(page)
    assert "4010  Donations" in texts(page)
    press(page, qtbot, Qt.Key.Key_Return)
    assert became(page, line_id).rule != "person"
    assert page.listing.model.rowCount() == waiting - 1
    assert page.listing.table.currentIndex().row() == min(place, waiting - 2)
    assert desktop.actions_of["undo"].text() == "Reverse: line accepted"
    assert desktop.sidebar.count("reconcile") == str(waiting - 1)
    desktop.actions_of.press("undo")
    settle(qtbot, page.desk)
    assert page.listing.model.rowCount() == waiting


@pytest.mark.parametrize(("key", "disposition"), [(Qt.Key.Key_G, "foundation"), (Qt.Key.Key_O, "suspense"), (Qt.Key.Key_T, "transfer")])
def test_a_letter_picks_and_enter_books(page: ReconcilePage, qtbot: QtBot, key: Qt.Key, disposition: str) -> None:
    line_id = with_suggestion(page, qtbot)
    press(page, qtbot, key)
    with page.desk.book.reading() as db:
        assert find_line(db, line_id).state == "open", "a letter picks, only Enter books"
    press(page, qtbot, Qt.Key.Key_Return)
    assert became(page, line_id).disposition == disposition


def test_a_bank_charge_is_picked_with_f(page: ReconcilePage, qtbot: QtBot) -> None:
    model = page.listing.model
    place = next(place for place in range(model.rowCount()) if model.row(place).amount.minor < 0)
    page.listing.table.setCurrentIndex(model.index(place, 0))
    settle(qtbot, page.desk)
    line_id = page.listing.current()
    press(page, qtbot, Qt.Key.Key_F)
    assert "5320  Bank charges" in texts(page)
    press(page, qtbot, Qt.Key.Key_Return)
    assert became(page, line_id).disposition == "charge"


def test_a_split_is_kept_only_when_nothing_is_left(page: ReconcilePage, qtbot: QtBot) -> None:
    line_id = with_suggestion(page, qtbot)
    press(page, qtbot, Qt.Key.Key_S)
    editor = page.panel.editor
    assert editor is not None
    amount = page.panel.known.line.amount if page.panel.known else Money(0, "EUR")
    editor.parts[0].amount.set_value(Money(amount.minor - 500, "EUR"))
    qtbot.wait_until(lambda: page.panel.editor is None or not page.panel.editor._soon.isActive())
    settle(qtbot, page.desk)
    assert editor.rest() == Money(500, "EUR")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    with page.desk.book.reading() as db:
        assert find_line(db, line_id).state == "open"
    editor = page.panel.editor or editor
    editor.add(Share(TargetKind.FOUNDATION, None, Money(500, "EUR")))
    qtbot.wait_until(lambda: page.panel.editor is None or not page.panel.editor._soon.isActive())
    settle(qtbot, page.desk)
    assert editor.rest_text.text() == "Rest 0.00"
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert [share.amount.minor for share in became(page, line_id).shares] == [amount.minor - 500, 500]


def test_what_of_a_foreign_invoice_is_paid_is_said_beside_its_part(page: ReconcilePage, qtbot: QtBot, tmp_path: Path) -> None:
    book = page.desk.book
    published = tmp_path / "eurofxref.csv"
    published.write_text("Date,USD,\n2025-01-02,1.0300,\n")
    rates.import_rates(book, published, NOW)
    billed = Money(5000, "USD")
    added = invoices.add_invoice(
        book, campaign="C-101", payee="Sample Law Office Two", number="NY-7", amount=billed, issued_on=date(2025, 1, 2), at=NOW
    )
    invoices.approve_invoice(book, "NY-7", NOW)
    model = page.listing.model
    place = next(place for place in range(model.rowCount()) if model.row(place).amount.minor < 0)
    page.listing.table.setCurrentIndex(model.index(place, 0))
    settle(qtbot, page.desk)
    line_id = page.listing.current()
    press(page, qtbot, Qt.Key.Key_S)
    editor = page.panel.editor
    assert editor is not None
    assert not editor.parts[0].own.isVisible(), "only of an invoice in another currency"
    editor.parts[0].choose((TargetKind.INVOICE, added.ids[0]), None)
    assert editor.parts[0].own.isVisible()
    editor.parts[0].own.line.setText("1.00")
    qtbot.wait_until(lambda: page.panel.editor is None or not page.panel.editor._soon.isActive())
    settle(qtbot, page.desk)
    QTest.keyClick(page.panel.editor or editor, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert became(page, line_id).shares[0].original == Money(-100, "USD")
    with book.reading() as db:
        paid = find_invoice(db, "NY-7", "EUR")
    assert (paid.own, paid.own_paid) == (billed, Money(100, "USD"))


def test_sure_matches_are_listed_before_they_are_accepted_together(page: ReconcilePage, qtbot: QtBot) -> None:
    waiting = page.listing.model.rowCount()
    press(page, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    listed = page.sure.count
    assert 0 < listed <= waiting
    assert page.listing.model.rowCount() == waiting, "listing decides nothing"
    QTest.keyClick(page.sure, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert page.listing.model.rowCount() == waiting - listed


def test_escape_leaves_the_list_of_sure_matches(page: ReconcilePage, qtbot: QtBot) -> None:
    page.list_sure()
    settle(qtbot, page.desk)
    QTest.keyClick(page.sure, Qt.Key.Key_Escape)
    assert page.side.currentIndex() == 0


def test_a_matched_line_tells_why_and_is_opened_again_with_u(page: ReconcilePage, qtbot: QtBot) -> None:
    line_id = with_suggestion(page, qtbot)
    press(page, qtbot, Qt.Key.Key_Return)
    page.listing.choose("matched")
    settle(qtbot, page.desk)
    assert page.listing.current() == line_id
    assert "Booked as" in texts(page)
    press(page, qtbot, Qt.Key.Key_U)
    assert page.listing.model.rowCount() == 0
    with page.desk.book.reading() as db:
        assert find_line(db, line_id).state == "open"


def test_the_footer_explains_every_cent(page: ReconcilePage) -> None:
    figures = {label.objectName(): label.text() for label in page.findChildren(QLabel) if label.objectName()}
    assert figures["unexplained"] == "0.00"
    assert figures["booked"] == "500.00"
    assert "open" in page.open_text.text()


def test_names_on_bank_lines_are_masked_until_they_are_shown(page: ReconcilePage, desktop: Desktop, qtbot: QtBot) -> None:
    model = page.listing.model
    masked = [model.index(row, 2).data() for row in range(model.rowCount())]
    assert set("".join(masked)) <= {"•", " "}
    desktop.actions_of.press("names")
    settle(qtbot, page.desk)
    assert any(any(letter.isalpha() for letter in model.index(row, 2).data()) for row in range(model.rowCount()))
    desktop.desk.hide_names()
