"""A voucher in the window: its fields follow what happened, everything wrong is said first, the entry is seen before it is booked."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from fundledger.domain.voucher import BY_HAND, VoucherKind
from fundledger.gui.voucher_form import VoucherForm
from fundledger.services import invoices, people
from fundledger.store import funds, journal, keys, vouchers
from tests.gui.conftest import NOW, PAPER, PASSPHRASE, euros, settle
from tests.services.bookkeeping import faults

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.domain.figures import FundFigures
    from fundledger.gui.campaigns import CampaignsPage
    from fundledger.gui.disbursements import DisbursementsPage
    from fundledger.gui.window import Desktop
    from fundledger.store.vouchers import Voucher

SECOND = "antras slaptas sakinys"


@pytest.fixture
def campaign(desktop: Desktop, qtbot: QtBot) -> CampaignsPage:
    made = cast("CampaignsPage", desktop.go("campaigns"))
    settle(qtbot, desktop.desk)
    return made


@pytest.fixture
def invoice(desktop: Desktop, qtbot: QtBot) -> DisbursementsPage:
    """The page with its one invoice of 2,000, approved."""
    invoices.approve_invoice(desktop.desk.book, "SLO1-2025-014", NOW)
    made = cast("DisbursementsPage", desktop.go("disbursements"))
    settle(qtbot, desktop.desk)
    return made


def second_person(desktop: Desktop) -> None:
    people.add_person(desktop.desk.book, "Second Sample Person", "enter+approve", SECOND, NOW, keys.Cost(32, 1, 4))


def begun(page: CampaignsPage | DisbursementsPage, kind: VoucherKind, qtbot: QtBot) -> VoucherForm:
    """The form of a page with what happened chosen."""
    page.book_voucher()
    settle(qtbot, page.desk)
    shown = page.side.currentWidget()
    assert shown is not None
    form = shown if isinstance(shown, VoucherForm) else shown.findChild(VoucherForm)
    assert isinstance(form, VoucherForm)
    form.kind.setCurrentIndex(form.kind.findData(kind.value))
    settle(qtbot, page.desk)
    return form


def seen(form: VoucherForm) -> list[str]:
    return [name for name, slot in form.slots.items() if slot.isVisibleTo(form)]


def previewed(form: VoucherForm) -> str:
    return " | ".join(each.text() for each in form.view.findChildren(QLabel) if each.text())


def booked(desktop: Desktop) -> list[Voucher]:
    with desktop.desk.book.reading() as db:
        return vouchers.vouchers(db, "EUR")


def figures(desktop: Desktop, fund: str) -> FundFigures:
    with desktop.desk.book.reading() as db:
        row_id = vouchers.named_fund(db, fund)
        return funds.fund_figures(db, "EUR", [row_id])[row_id]


def sides(desktop: Desktop, number: int) -> list[tuple[str, int]]:
    """The accounts and amounts of an entry of the journal."""
    with desktop.desk.book.reading() as db:
        [found] = [one for one in journal.entries(db) if one.number == number]
    return [(posting.account, posting.amount.minor) for posting in found.entry.postings]


def test_only_what_happened_is_asked_first_and_then_what_belongs_to_it(campaign: CampaignsPage, qtbot: QtBot) -> None:
    campaign.book_voucher()
    settle(qtbot, campaign.desk)
    form = campaign.side.currentWidget()
    assert isinstance(form, VoucherForm)
    assert seen(form) == ["kind"]
    assert not form.keep.isEnabled()
    asked = {}
    for kind in BY_HAND:
        form.kind.setCurrentIndex(form.kind.findData(kind.value))
        asked[kind.value] = [name for name in seen(form) if name not in {"kind", "amount", "day", "document", "reason"}]
    settle(qtbot, campaign.desk)
    assert asked == {
        **{kind: ["invoice"] for kind in ("settled", "credit", "credit_paid", "advance_used", "beneficiary", "withheld", "reverse_charge")},
        "advance_unused": ["campaign", "payee"],
        "in_kind": ["campaign", "payee"],
        "cash": ["campaign", "donor", "second"],
        "refund": ["campaign", "donor", "second"],
        "transfer": ["campaign", "taker", "second"],
        "lost": ["campaign"],
        "adjustment": ["campaign", "debit", "credit", "second"],
    }


def test_a_credit_note_is_seen_booked_listed_and_taken_back(invoice: DisbursementsPage, desktop: Desktop, qtbot: QtBot) -> None:
    before = figures(desktop, "C-101")
    form = begun(invoice, VoucherKind.CREDIT, qtbot)
    assert form.boxes["invoice"].currentText() == "SLO1-2025-014  C-101: €2,000.00 of €2,000.00 unpaid", "it is chosen already"
    assert form.state.text() == "Still needed: Amount."
    QTest.keyClicks(form.amount.line, "2000.01")
    settle(qtbot, invoice.desk)
    assert form.slots["amount"].wrong.text() == "Only €2,000.00 is still owed on invoice SLO1-2025-014."
    assert not form.keep.isEnabled()
    form.amount.line.setText("300")
    form.document.take(PAPER)
    settle(qtbot, invoice.desk)
    assert "2010  Lawyers to pay | C-101 | 300.00" in previewed(form) or "2010" in previewed(form)
    assert "Owed | 2,000.00 | → | 1,700.00" in previewed(form)
    assert form.state.text() == "Ready to book."
    assert form.keep.isEnabled()
    assert booked(desktop) == [], "looking books nothing"
    QTest.keyClick(form.amount.line, Qt.Key.Key_Return)
    settle(qtbot, invoice.desk)
    [made] = booked(desktop)
    assert (made.kind, made.amount, made.invoice) == (VoucherKind.CREDIT, euros(300), "SLO1-2025-014")
    assert made.document is not None
    assert sides(desktop, made.entry_number) == [("2010", 30000), ("5010", -30000)]
    assert invoice.shown is not None
    assert invoice.shown.invoice.payable == euros(1700)
    assert [told.voucher.id for told in invoice.shown.vouchers] == [made.id]
    assert desktop.actions_of["undo"].text() == "Reverse: document booked"
    desktop.actions_of.press("undo")
    settle(qtbot, invoice.desk)
    assert booked(desktop)[0].undone
    assert invoice.shown.invoice.payable == euros(2000)
    assert figures(desktop, "C-101") == before
    assert faults(desktop.desk.book) == []


def test_a_gift_in_cash_needs_a_second_person_and_is_taken_back(campaign: CampaignsPage, desktop: Desktop, qtbot: QtBot) -> None:
    second_person(desktop)
    before = figures(desktop, "C-101")
    form = begun(campaign, VoucherKind.CASH, qtbot)
    assert form.boxes["campaign"].currentData() == "C-101"
    QTest.keyClicks(form.amount.line, "50")
    form.donor.setText("D-9999")
    settle(qtbot, campaign.desk)
    assert form.slots["donor"].wrong.text() == "No donor has the code D-9999."
    form.donor.clear()
    settle(qtbot, campaign.desk)
    assert form.slots["donor"].note.text() == "Left empty, the gift is anonymous."
    assert form.state.text() == "Still needed: Second person's passphrase."
    for passphrase, said in (("wrong", "opens this book for nobody"), (PASSPHRASE, "of the same person")):
        form.second.setText(passphrase)
        settle(qtbot, campaign.desk)
        form.keep.click()
        settle(qtbot, campaign.desk)
        assert said in form.refused.text()
        assert form.amount.line.text() == "50", "nothing that was typed is lost"
        assert booked(desktop) == []
    form.second.setText(SECOND)
    settle(qtbot, campaign.desk)
    assert not form.refused.isVisible()
    form.keep.click()
    settle(qtbot, campaign.desk)
    [made] = booked(desktop)
    assert (made.kind, made.amount, made.donor, made.fund) == (VoucherKind.CASH, euros(50), None, "C-101")
    assert sides(desktop, made.entry_number) == [("1020", 5000), ("4010", -5000)]
    assert figures(desktop, "C-101").collected == before.collected + euros(50)
    texts = [each.text() for each in campaign.card.findChildren(QLabel)]
    assert "Gift in cash" in texts
    assert any("agreed by" in text and "anonymous" in text for text in texts)
    assert not any("Second Sample Person" in text for text in texts), "names are masked"
    desktop.actions_of.press("undo")
    settle(qtbot, campaign.desk)
    assert figures(desktop, "C-101") == before
    assert "taken back" in [each.text() for each in campaign.card.findChildren(QLabel)]
    assert faults(desktop.desk.book) == []


def test_a_transfer_shows_both_funds_before_and_after_and_is_taken_back(campaign: CampaignsPage, desktop: Desktop, qtbot: QtBot) -> None:
    second_person(desktop)
    funds_before = figures(desktop, "unrestricted"), figures(desktop, "C-104")
    form = begun(campaign, VoucherKind.TRANSFER, qtbot)
    form.boxes["taker"].setCurrentIndex(form.boxes["taker"].findData("C-101"))
    form.amount.line.setText("20")
    form.second.setText(SECOND)
    settle(qtbot, campaign.desk)
    assert form.slots["taker"].wrong.text() == "C-101 would give money to itself."
    form.boxes["campaign"].setCurrentIndex(form.boxes["campaign"].findData("unrestricted"))
    form.boxes["taker"].setCurrentIndex(form.boxes["taker"].findData("C-104"))
    form.amount.line.setText("900000")
    settle(qtbot, campaign.desk)
    assert "that is not promised" in form.slots["amount"].wrong.text()
    form.amount.line.setText("20")
    settle(qtbot, campaign.desk)
    assert "The foundation's own money | Free | 500.00 | → | 480.00" in previewed(form)
    assert "C-104 | Free | 0.00 | → | 20.00" in previewed(form)
    form.keep.click()
    settle(qtbot, campaign.desk)
    [made] = booked(desktop)
    assert (made.fund, made.taker, made.amount) == ("unrestricted", "C-104", euros(20))
    assert [code[:4] for code, _ in sides(desktop, made.entry_number)] == ["1010", "3910", "1010", "3920"]
    assert figures(desktop, "C-104").moved_in == euros(20)
    desktop.actions_of.press("undo")
    settle(qtbot, campaign.desk)
    assert (figures(desktop, "unrestricted"), figures(desktop, "C-104")) == funds_before
    assert faults(desktop.desk.book) == []


def test_what_was_filled_in_is_put_back_but_never_a_passphrase(campaign: CampaignsPage, qtbot: QtBot) -> None:
    form = begun(campaign, VoucherKind.CASH, qtbot)
    QTest.keyClicks(form.amount.line, "50")
    QTest.keyClicks(form.reason, "collected at a stall")
    form.second.setText(SECOND)
    assert form.touched
    kept = form.typed()
    assert SECOND not in kept
    QTest.keyClick(form, Qt.Key.Key_Escape)
    campaign.book_voucher()
    settle(qtbot, campaign.desk)
    again = campaign.side.currentWidget()
    assert isinstance(again, VoucherForm)
    assert campaign.desk.speaker.knows(f"gui.draft.{again.place}")
    again.fill(kept)
    settle(qtbot, campaign.desk)
    assert (again.chosen, again.amount.value(), again.reason.text()) == (VoucherKind.CASH, euros(50), "collected at a stall")
    assert again.boxes["campaign"].currentData() == "C-101"
    assert again.second.text() == ""


def test_a_day_or_an_amount_that_cannot_be_read_is_said_under_it(campaign: CampaignsPage, qtbot: QtBot) -> None:
    form = begun(campaign, VoucherKind.IN_KIND, qtbot)
    form.amount.line.setText("1,2,3")
    form.day.line.setText("31.2")
    settle(qtbot, campaign.desk)
    assert form.slots["amount"].wrong.text() == "This is no amount that can be read."
    assert form.slots["day"].wrong.text() == "This is no day that can be read."
    assert not form.keep.isEnabled()


def test_an_adjustment_says_that_no_period_is_closed(campaign: CampaignsPage, qtbot: QtBot) -> None:
    form = begun(campaign, VoucherKind.ADJUSTMENT, qtbot)
    assert form.slots["day"].wrong.text() == "An adjustment is dated the last day of a closed period."
    assert form.state.text().startswith("Still needed: Debit, Credit, Amount")
