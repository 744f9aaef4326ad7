"""A month is reconciled by keys alone, from opening the page to the last line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from fundledger.services.checking import check_book
from fundledger.store import extracts, lines
from fundledger.store.reconciliations import active
from tests.gui.month import CONTROL, SHIFT

if TYPE_CHECKING:
    from tests.gui.month import Keyboard, Month

Key = Qt.Key


def decide(keys: Keyboard, what: str) -> None:
    """What a person presses on a line of this kind."""
    match what:
        case "charge":
            keys.press(Key.Key_F)
        case "unknown":
            keys.press(Key.Key_O)
        case "return":
            keys.press(Key.Key_R)
        case "transfer":
            keys.press(Key.Key_T)
        case "parts":
            keys.press(Key.Key_Down, SHIFT)
            keys.press(Key.Key_Down, SHIFT)
        case "ignore":
            keys.press(Key.Key_I)
            keys.type("the bank's own test")
        case "split":
            keys.press(Key.Key_S)
            keys.type("30.00")
            keys.press(Key.Key_Tab, SHIFT)
            keys.type("C-101")
            keys.press(Key.Key_Return, CONTROL)
            keys.type("C-104")
            keys.press(Key.Key_Return)
    keys.press(Key.Key_Return)


@pytest.mark.qt_log_ignore(
    "This plugin does not support (raise|grabbing the keyboard)"
)  # of the platform without a screen, for a list that drops down
def test_a_month_of_three_hundred_lines_is_reconciled_by_keys_alone(month: Month) -> None:
    keys, planned = month.keys, month.planned
    assert len(planned) == 300
    keys.press(Key.Key_5, CONTROL)
    page = keys.page
    assert QApplication.focusWidget() is page.listing.table, "opening the page leaves the keys in the list"
    assert page.listing.model.rowCount() == 301
    keys.press(Key.Key_Return, SHIFT)
    assert page.sure.count >= 200
    keys.press(Key.Key_Return)
    pressed = 0
    while page.listing.model.rowCount() and pressed < 120:
        before, line_id = page.listing.model.rowCount(), page.listing.current()
        what = planned[line_id].what if line_id in planned else "transfer"
        decide(keys, what)
        pressed += 1
        assert page.listing.model.rowCount() < before, f"{what} was not decided"
        assert QApplication.focusWidget() is (page.listing.table if page.listing.model.rowCount() else page.listing._empty)
    book = page.desk.book
    divided = next(row for row, one in planned.items() if one.what == "split")
    with book.reading() as db:
        became_two = active(db, divided, "EUR")
        assert became_two is not None
        assert [share.amount.minor for share in became_two.shares] == [3000, 4000]
        assert lines.count_open(db) == 0
        banks = extracts.bank_facts(db, None, "EUR")
        dispositions = {one.id: one.disposition or one.state for one in lines.line_rows(db, list(planned))}
    assert [bank.closing_minor for bank in banks] == [bank.ledger_minor for bank in banks]
    assert list(check_book(book)) == []
    became = {one.what: {dispositions[row] for row, other in planned.items() if other.what == one.what} for one in planned.values()}
    assert became == {
        "sure": {"campaign"}, "suggested": {"campaign", "invoice"}, "charge": {"charge"}, "unknown": {"suspense"}, "parts": {"invoice"},
        "split": {"campaign"}, "sent": {"invoice"}, "return": {"return"}, "transfer": {"transfer"}, "ignore": {"ignored"},
    }  # fmt: skip
    assert page.panel.known is None
    assert page.open_text.text() == page.desk.say("reconcile.all_done")
