"""The worked examples, each through import, reconciling and reports, to the cent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.money import Money
from fundledger.domain.reference import creditor_reference
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience, Figures
from fundledger.services import campaigns, invoices, reconciling
from fundledger.store import invoices as invoice_store
from fundledger.store import reconciliations
from tests.services.bookkeeping import LAWYER, OTHER_BANK, OURS, PAYEE, Desk, Paid, collected, day, euro, faults, figure, refused, said

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book

RF = creditor_reference("C-101")


def report(desk: Desk, *keys: str, code: str = "C-101", audience: Audience = Audience.PUBLIC) -> list[object]:
    """Named figures of a campaign's report, the public one as a rule."""
    made = build_report(desk.book, "campaign", audience, campaign=code)
    return [said(figure(made, f"figure.{key}")) for key in keys]


def state(desk: Desk, code: str = "C-101") -> str:
    return desk.find(code).state.value


def pay(desk: Desk, amount: str, number: str = "SLO-14", *, opening: str = "3530.00", on: str = "02-10", bank: str = "P-1") -> None:
    """A payment on an invoice leaves the bank and is accepted as the best proposal says."""
    desk.take(
        Paid(f"-{amount}", on, LAWYER, PAYEE, f"Invoice {number}", bank=bank, end_to_end=f"E-{bank}"),
        first="02-01", last="02-28", opening=opening, number="2",
    )  # fmt: skip
    line_id = desk.line(f"-{amount}")
    reconciling.accept_match(desk.book, reconciling.proposals(desk.book, [line_id])[line_id][0], desk.now)


def test_exact_collected_3030_paid_3030(desk: Desk) -> None:
    desk.end()
    desk.invoice("3030.00")
    pay(desk, "3030.00")
    desk.close()
    expected = ["3030.00", "3030.00", "3030.00", "0.00"]
    assert report(desk, "needed", "collected", "paid", "remaining") == expected
    assert report(desk, "needed", "collected", "paid", "remaining", audience=Audience.AUDITOR) == expected
    assert (state(desk), desk.money("U"), faults(desk.book)) == ("closed", "500.00", [])


def test_a_surplus_that_is_held_stays_in_the_fund_and_is_shown(desk: Desk) -> None:
    desk.end()
    desk.invoice("2800.00")
    pay(desk, "2800.00")
    desk.close()
    assert report(desk, "collected", "paid", "remaining") == ["3030.00", "2800.00", "230.00"]
    assert (state(desk), desk.money(), desk.money("U"), faults(desk.book)) == ("closed", "230.00", "500.00", [])


def test_a_surplus_with_a_second_purpose_goes_to_the_campaign_the_mandate_names(book: Book, tmp_path: Path) -> None:
    desk = Desk(book, tmp_path)
    desk.account(opening="500.00")
    desk.campaign("C-104", "5000.00")
    desk.campaign("C-101", surplus="campaign:C-104")
    desk.take(*collected(), opening="500.00")
    desk.sure()
    desk.end()
    desk.invoice("2800.00")
    pay(desk, "2800.00")
    desk.close()
    assert report(desk, "collected", "paid", "remaining") == ["3030.00", "2800.00", "0.00"]
    own = build_report(book, "campaign", Audience.PUBLIC, campaign="C-101")
    assert figure(own, "figure.moved_out_to") == "230.00"
    assert (desk.money("C-104"), str(desk.figures("C-104").moved_in), desk.money("U")) == ("230.00", "230.00", "500.00")
    assert (state(desk), faults(book)) == ("closed", [])


def test_a_shortfall_is_paid_in_part_and_the_rest_stays_owed(desk: Desk) -> None:
    desk.end()
    desk.invoice("3400.00")
    pay(desk, "3030.00")
    assert report(desk, "collected", "paid", "unpaid", "remaining", audience=Audience.AUDITOR) == ["3030.00", "3030.00", "370.00", "0.00"]
    assert refused(desk.close) == ["campaign.still_owed"]
    assert refused(lambda: campaigns.cover(desk.book, "C-101", euro("370.00"), day("03-01"), desk.now)) == ["campaign.cover_not_promised"]
    assert (state(desk), str(campaigns.shortfall(desk.book, "C-101")), faults(desk.book)) == ("over", "370.00", [])


def test_a_shortfall_the_foundation_covers_is_paid_in_full(book: Book, tmp_path: Path) -> None:
    desk = Desk(book, tmp_path)
    desk.account(opening="500.00")
    desk.campaign(asked="3400.00", shortfall="cover")
    desk.take(*collected(), opening="500.00")
    desk.sure()
    desk.end()
    desk.invoice("3400.00")
    assert refused(lambda: campaigns.cover(book, "C-101", euro("500.01"), day("03-01"), desk.now)) == ["campaign.cover_too_much"]
    assert refused(lambda: campaigns.cover(book, "C-101", euro("0.00"), day("03-01"), desk.now)) == ["campaign.cover_amount"]
    campaigns.cover(book, "C-101", campaigns.shortfall(book, "C-101"), day("03-01"), desk.now)
    pay(desk, "3400.00")
    desk.close()
    assert report(desk, "collected", "moved_in", "paid", "remaining") == ["3030.00", "370.00", "3400.00", "0.00"]
    assert (state(desk), desk.money("U"), faults(book)) == ("closed", "130.00", [])


def test_a_rest_that_others_pay_is_settled_outside_the_money_collected(desk: Desk) -> None:
    desk.end()
    desk.invoice("3400.00")
    pay(desk, "3030.00")
    assert refused(lambda: invoices.settle_by_others(desk.book, "SLO-14", euro("370.01"), day("03-01"), desk.now)) == [
        "invoice.settle_amount"
    ]
    invoices.settle_by_others(desk.book, "SLO-14", euro("370.00"), day("03-01"), desk.now)
    desk.close()
    keys = ("collected", "invoiced", "paid", "unpaid", "remaining")
    assert report(desk, *keys, audience=Audience.AUDITOR) == ["3030.00", "3400.00", "3030.00", "0.00", "0.00"]
    assert (state(desk), faults(desk.book)) == ("closed", [])


def test_a_payment_that_comes_back_leaves_the_invoice_owed_until_it_is_paid_again(desk: Desk) -> None:
    desk.invoice("2800.00")
    pay(desk, "2800.00")
    back = Paid("2800.00", "03-02", LAWYER, PAYEE, bank="R-1", end_to_end="E-P-1", reason="AC04")
    desk.take(
        back, Paid("-2800.00", "03-09", LAWYER, PAYEE, "SLO-14", bank="P-2"), first="03-01", last="03-31", opening="730.00", number="3"
    )
    line_id = desk.line("2800.00")
    [proposal] = reconciling.proposals(desk.book, [line_id])[line_id]
    assert [one.code for one in proposal.evidence] == ["amount_equal", "end_to_end_equal", "payee_account", "return_reason"]
    desk.accept_as(line_id, "return")
    assert report(desk, "paid", "unpaid", "remaining", audience=Audience.AUDITOR) == ["0.00", "2800.00", "3030.00"]
    desk.accept(desk.line("-2800.00"), "invoice:SLO-14")
    public = build_report(desk.book, "campaign", Audience.PUBLIC, campaign="C-101")
    assert report(desk, "paid", "remaining") == ["2800.00", "230.00"]
    [note] = [one.note for one in public.sections if isinstance(one, Figures)]
    assert said(note) == ("note.documented", {"n": "1", "documented": "0"}), "one payment stands, and its invoice has no document"
    assert faults(desk.book) == []


def test_twin_gifts_of_one_donor_on_one_day_are_two(book: Book, tmp_path: Path) -> None:
    desk = Desk(book, tmp_path)
    desk.account()
    desk.campaign()
    twin = Paid("50.00", "01-05", "Donor Alpha", "LT1099", rf=RF)
    found = desk.take(twin, twin)
    assert (found.new, desk.sure(), desk.money()) == (2, 2, "100.00")
    again = desk.take_in(_reformatted(tmp_path))
    assert (again.new, again.already_here, desk.money(), faults(book)) == (0, 2, "100.00", [])


def _reformatted(folder: Path) -> bytes:
    """The first file as another download writes it."""
    [first] = folder.glob("statement-1.xml")
    return first.read_bytes().replace(b"><", b">\n  <")


def test_a_gift_that_comes_after_the_closing_is_held(desk: Desk) -> None:
    desk.invoice("3030.00")
    pay(desk, "3030.00")
    desk.end()
    desk.close()
    desk.take(Paid("20.00", "04-05", "Donor Alpha", "LT1099", rf=RF, bank="L-1"), first="04-01", last="04-30", opening="500.00", number="4")
    line_id = desk.line("20.00")
    assert desk.sure() == 0
    assert refused(lambda: desk.accept(line_id, "campaign:C-101")) == ["campaign.not_collecting"]
    [proposal] = reconciling.proposals(desk.book, [line_id])[line_id]
    reconciling.accept_match(desk.book, proposal, desk.now)
    assert (desk.money("S"), report(desk, "collected", "remaining")) == ("20.00", ["3030.00", "0.00"])
    assert faults(desk.book) == []


def test_a_gift_of_the_last_day_is_in_time_though_the_statement_comes_later(desk: Desk) -> None:
    desk.end(on="02-05")
    gifts = [Paid("20.00", on, "Donor Alpha", "LT1099", rf=RF, bank=f"L-{on}") for on in ("02-05", "02-06")]
    desk.take(*gifts, first="02-01", last="02-28", opening="3530.00", number="2")
    assert desk.sure() == 1
    assert (desk.money(), len(desk.lines())) == ("3050.00", 1)


def test_a_gift_to_the_foundation_is_its_own_money(desk: Desk) -> None:
    desk.take(Paid("60.00", "02-05", "Donor Alpha", "LT1099", "for your work"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept(desk.line("60.00"), "foundation")
    assert (desk.money("U"), str(desk.figures("U").collected), desk.money(), faults(desk.book)) == ("560.00", "60.00", "3030.00", [])


def test_a_gift_nobody_can_place_is_held_then_identified(desk: Desk) -> None:
    desk.take(Paid("95.00", "02-05", "Donor Iota", "LT9999"), first="02-01", last="02-28", opening="3530.00", number="2")
    line_id = desk.line("95.00")
    desk.accept_as(line_id, "suspense")
    assert (desk.money("S"), desk.money("U"), faults(desk.book)) == ("95.00", "500.00", [])
    desk.accept(line_id, "campaign:C-101")
    assert (desk.money("S"), desk.money(), report(desk, "collected"), faults(desk.book)) == ("0.00", "3125.00", ["3125.00"], [])
    with desk.book.reading() as db:
        history = reconciliations.history(db, line_id, "EUR")
    assert [(one.disposition, one.undone) for one in history] == [("suspense", True), ("campaign", False)]


def test_a_gift_nobody_can_place_is_held_then_sent_back(desk: Desk) -> None:
    back = Paid("-95.00", "02-20", "Donor Iota", "LT9999", bank="B-1")
    desk.take(Paid("95.00", "02-05", "Donor Iota", "LT9999"), back, first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept_as(desk.line("95.00"), "suspense")
    desk.accept_as(desk.line("-95.00"), "suspense")
    held = desk.figures("S")
    assert (str(held.collected), str(held.returned), str(held.money), desk.money("U")) == ("95.00", "95.00", "0.00", "500.00")
    assert faults(desk.book) == []


def test_one_gift_for_two_campaigns_is_one_line_and_two_shares(desk: Desk) -> None:
    desk.campaign("C-102")
    desk.take(Paid("80.00", "02-05", "Donor Alpha", "LT1099", "half and half"), first="02-01", last="02-28", opening="3530.00", number="2")
    line_id = desk.line("80.00")
    assert refused(lambda: desk.accept(line_id, "campaign:C-101=50.00", "campaign:C-102=29.99")) == ["split.rest"]
    desk.accept(line_id, "campaign:C-101=50.00", "campaign:C-102=30.00")
    assert (desk.money(), desk.money("C-102"), desk.lines("matched")[-1].disposition) == ("3080.00", "30.00", "campaign")
    assert faults(desk.book) == []


def test_a_batch_goes_to_each_campaign_by_its_details(desk: Desk) -> None:
    desk.campaign("C-102")
    other = creditor_reference("C-102")
    parts = (
        Paid("10.00", name="Donor Alpha", iban="LT1099", rf=RF),
        Paid("20.00", name="Donor Kappa", iban="LT7777", text=f"gift {other[:4]} {other[4:]}"),
        Paid("5.00", name="Donor Kappa", iban="LT7777", rf=other),
    )
    desk.take(Paid("35.00", "02-05", bank="BATCH", parts=parts), first="02-01", last="02-28", opening="3530.00", number="2")
    assert desk.sure() == 1
    gifts = build_report(desk.book, "campaign", Audience.AUDITOR, campaign="C-102")
    assert (desk.money(), desk.money("C-102"), figure(gifts, "figure.donors")) == ("3040.00", "25.00", 1)
    assert faults(desk.book) == []


def test_a_batch_with_one_payment_nobody_can_place_asks(desk: Desk) -> None:
    parts = (Paid("10.00", name="Donor Alpha", rf=RF), Paid("7.00", name="Donor Kappa", text="?"))
    desk.take(Paid("17.00", "02-05", bank="BATCH", parts=parts), first="02-01", last="02-28", opening="3530.00", number="2")
    line_id = desk.line("17.00")
    assert desk.sure() == 0
    reconciling.accept_match(desk.book, reconciling.proposals(desk.book)[line_id][0], desk.now)
    assert (desk.money(), desk.money("S"), desk.lines("matched")[-1].disposition, faults(desk.book)) == ("3040.00", "7.00", "split", [])


def test_a_charge_is_the_foundations_and_comes_back_as_one(desk: Desk) -> None:
    desk.take(
        Paid("-3.50", "02-05", text="fee"),
        Paid("1.20", "02-06", text="fee back"),
        first="02-01",
        last="02-28",
        opening="3530.00",
        number="2",
    )
    desk.accept_as(desk.line("-3.50"), "charge")
    desk.accept_as(desk.line("1.20"), "charge")
    assert (desk.money("U"), str(desk.figures("U").fees), desk.money(), faults(desk.book)) == ("497.70", "2.30", "3030.00", [])


def test_a_charge_is_a_campaigns_only_where_its_mandate_says_so(desk: Desk) -> None:
    desk.campaign("C-102", fee="campaign")
    desk.take(Paid("-3.50", "02-05", text="fee"), first="02-01", last="02-28", opening="3530.00", number="2")
    line_id = desk.line("-3.50")
    assert refused(lambda: desk.accept_as(line_id, "charge", campaign="C-101")) == ["campaign.bears_no_fees"]
    desk.accept_as(line_id, "charge", campaign="C-102")
    assert (desk.money("C-102"), str(desk.figures("C-102").fees), desk.money("U"), faults(desk.book)) == ("-3.50", "3.50", "500.00", [])


def test_a_surplus_does_not_go_to_a_campaign_that_is_closed(desk: Desk) -> None:
    desk.campaign("C-104")
    desk.campaign("C-102", surplus="campaign:C-104")
    desk.take(*collected("C-102", on="02-05"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.sure()
    desk.end("C-104", "02-28")
    desk.close("C-104")
    desk.end("C-102", "02-28")
    assert refused(lambda: desk.close("C-102")) == ["campaign.surplus_taker"]
    assert desk.money("C-102") == "3030.00"


def test_both_halves_of_a_transfer_between_our_banks_reconcile_alone(desk: Desk) -> None:
    desk.account(OTHER_BANK)
    desk.take(Paid("-100.00", "02-05", iban=OTHER_BANK, bank="T-1"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept_as(desk.line("-100.00"), "transfer")
    overview = build_report(desk.book, "overview", Audience.AUDITOR)
    assert [figure(overview, f"place.{place}") for place in ("bank", "transit")] == ["3430.00", "100.00"]
    assert (desk.money("U"), faults(desk.book)) == ("500.00", [])
    desk.take(Paid("100.00", "02-06", iban=OURS, bank="T-2"), first="02-01", last="02-28", account=OTHER_BANK)
    line_id = desk.line("100.00")
    [proposal] = reconciling.proposals(desk.book, [line_id])[line_id]
    reconciling.accept_match(desk.book, proposal, desk.now)
    overview = build_report(desk.book, "overview", Audience.AUDITOR)
    assert [figure(overview, f"place.{place}") for place in ("bank", "transit", "clearing")] == ["3530.00", "0.00", "0.00"]
    assert (figure(overview, "figure.all_money"), faults(desk.book)) == ("3530.00", [])


def test_any_other_line_goes_to_an_account_the_treasurer_picks(desk: Desk) -> None:
    lines = (Paid("4.00", "02-05", text="interest"), Paid("-99.00", "02-06", text="post office"))
    desk.take(*lines, first="02-01", last="02-28", opening="3530.00", number="2")
    for account in ("2010", "3900", "4090", "9999", "1010-1"):
        assert refused(partial(desk.accept_as, desk.line("4.00"), "other", account=account)) == ["account.not_free"]
    assert refused(lambda: desk.accept_as(desk.line("4.00"), "other")) == ["disposition.no_account"]
    desk.accept_as(desk.line("4.00"), "other", account="4020")
    desk.accept_as(desk.line("-99.00"), "other", account="5400")
    own = desk.figures("U")
    assert (str(own.collected), str(own.paid), str(own.money), faults(desk.book)) == ("4.00", "99.00", "405.00", [])


def test_a_refund_goes_out_of_the_campaign(desk: Desk) -> None:
    desk.take(Paid("-230.00", "02-05", "Bandomas Žodis", "LT1499", "your gift"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept_as(desk.line("-230.00"), "refund", campaign="C-101")
    assert report(desk, "collected", "returned", "remaining", audience=Audience.AUDITOR) == ["3030.00", "230.00", "2800.00"]
    assert faults(desk.book) == []


def test_a_recalled_gift_is_taken_back_from_where_it_went(desk: Desk) -> None:
    desk.take(Paid("-230.00", "02-05", "Bandomas Žodis", "LT1499", bank="RC-1"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept_as(desk.line("-230.00"), "return", of=desk.line("230.00", "matched"))
    assert (desk.money(), str(desk.figures().returned), faults(desk.book)) == ("2800.00", "230.00", [])


def test_a_refund_that_comes_back_is_no_new_gift(desk: Desk) -> None:
    lines = (Paid("-230.00", "02-05", "Bandomas Žodis", "LT1499", bank="RF-1"), Paid("230.00", "02-09", bank="RF-2", reason="AC04"))
    desk.take(*lines, first="02-01", last="02-28", opening="3530.00", number="2")
    sent = desk.line("-230.00")
    desk.accept_as(sent, "refund", campaign="C-101")
    desk.end()
    desk.accept_as(desk.line("230.00"), "return", of=sent)
    found = desk.figures()
    assert (str(found.collected), str(found.returned), str(found.money)) == ("3030.00", "0.00", "3030.00")
    assert faults(desk.book) == []


def test_an_invoice_is_approved_and_paid_once_what_is_paid_again_is_due_back(desk: Desk) -> None:
    desk.invoice("2800.00", approve=False)
    payments = [Paid("-2800.00", "02-05", LAWYER, PAYEE, "SLO-14", bank=f"P-{n}") for n in (1, 2)]
    desk.take(*payments, first="02-01", last="02-28", opening="3530.00", number="2")
    one, other = (line.id for line in desk.lines())
    invoices.approve_invoice(desk.book, "SLO-14", desk.now)
    assert refused(lambda: invoices.approve_invoice(desk.book, "SLO-14", desk.now)) == ["invoice.already_approved"]
    desk.accept(one, "invoice:SLO-14")
    desk.accept(other, "invoice:SLO-14")
    assert refused(lambda: desk.accept(one, "foundation")) == ["line.matched"]
    assert (str(desk.figures().paid), str(desk.figures().due_back), faults(desk.book)) == ("2800.00", "2800.00", [])


def test_an_anonymous_gift_counts_as_nobody(desk: Desk) -> None:
    desk.take(Paid("20.00", "02-05", "Donor Omega", "LT5599"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept(desk.line("20.00"), "campaign:C-101", anonymous=True)
    auditor = build_report(desk.book, "campaign", Audience.AUDITOR, campaign="C-101")
    assert (figure(auditor, "figure.donors"), figure(auditor, "figure.collected"), faults(desk.book)) == (5, "3050.00", [])


@pytest.mark.parametrize("amount", ["1000.00", "3030.00"])
def test_what_was_paid_is_what_was_allocated(desk: Desk, amount: str) -> None:
    desk.invoice("3030.00")
    pay(desk, amount)
    with desk.book.reading() as db:
        [invoice] = invoice_store.invoices(db, "EUR")
        [paid] = invoice_store.disbursements(db, "EUR")
    assert (invoice.paid, invoice.payable, paid.amount) == (euro(amount), Money(303000 - euro(amount).minor, "EUR"), euro(amount))
