"""Closing: what blocks it, what goes back gift by gift, the ended rule, and what a shortfall leaves to choose from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.recognising import METHODS
from fundledger.domain.refunding import Fate
from fundledger.domain.voucher import Draft, VoucherKind
from fundledger.services import campaigns, donors, reconciling, undoing
from fundledger.services.vouchers import book_voucher
from fundledger.store import logbook, receipts, refunds
from fundledger.store.timeline import timeline
from tests.services.bookkeeping import LAWYER, PEOPLE, Desk, Paid, collected, day, euro, faults, refused, standard_desk

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from fundledger.domain.matching import Evidence
    from fundledger.domain.problem import Problem
    from fundledger.store.book import Book


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    return standard_desk(book, tmp_path)


def change(desk: Desk, **terms: object) -> None:
    campaigns.change_mandate(desk.book, "C-101", day("01-31"), desk.now, terms)


def shares(desk: Desk, **more: bool) -> list[tuple[str, str, str]]:
    return [(one.code or "-", str(one.share), one.fate.value) for one in campaigns.settlement(desk.book, "C-101", **more).shares]


def paid(desk: Desk, amount: str = "2800.00", on: str = "02-10") -> None:
    """The lawyer's invoice, paid."""
    desk.invoice(amount)
    desk.take(Paid(f"-{amount}", on, LAWYER, "LT999", text="SLO-14"), opening="3530.00", first="02-01", last="02-28", number="2")
    desk.accept(desk.line(f"-{amount}"), "invoice:SLO-14")


def codes(said: Iterable[Problem | Evidence]) -> list[str]:
    return [one.code for one in said]


# --- what blocks -------------------------------------------------------------------------------------------------------
def test_a_retainer_that_no_invoice_used_and_what_a_payee_owes_block_closing(desk: Desk) -> None:
    desk.take(Paid("-500.00", "02-01", LAWYER, "LT999"), opening="3530.00", first="02-01", last="02-28", number="2")
    desk.accept(desk.line("-500.00"), "account:1210@C-101=500.00")
    desk.end()
    [problem] = campaigns.blocking(desk.book, "C-101")
    assert (problem.code, problem.values["amount"]) == ("campaign.advances_unused", euro("500.00"))
    book_voucher(desk.book, Draft(VoucherKind.ADVANCE_UNUSED, euro("500.00"), day("02-20"), campaign="C-101", payee=LAWYER), desk.now)
    [problem] = campaigns.blocking(desk.book, "C-101")
    assert (problem.code, problem.values["amount"]) == ("campaign.due_back", euro("500.00"))
    assert refused(desk.close) == ["campaign.due_back"]


def test_payments_without_papers_are_counted_and_close_all_the_same(desk: Desk) -> None:
    paid(desk)
    desk.end()
    found = campaigns.settlement(desk.book, "C-101")
    assert (codes(found.blocks), codes(found.warnings)) == ([], ["campaign.undocumented"])
    assert found.warnings[0].values == {"done": 0, "n": 1}
    changes = campaigns.close_campaign(desk.book, "C-101", day("03-31"), desk.now)
    assert "campaign.undocumented" in codes(changes.warnings)


# --- what goes back ----------------------------------------------------------------------------------------------------
def test_a_surplus_of_230_goes_back_to_each_account_by_what_came_from_it(desk: Desk) -> None:
    change(desk, surplus="refund")
    paid(desk)
    desk.end()
    assert shares(desk) == [
        ("D-0001", "75.91", "refund"), ("D-0002", "60.73", "refund"), ("D-0003", "45.54", "refund"), ("D-0004", "30.36", "refund"),
        ("D-0005", "17.46", "refund"),
    ]  # fmt: skip
    desk.close()
    assert str(campaigns.refunds_owed(desk.book, "C-101")) == "230.00"
    with desk.book.reading() as db:
        kept = db.exec_driver_sql("SELECT count(*), sum(amount_minor) FROM refund_share").one()
        owed = [(one.ibans, str(one.amount)) for one in refunds.refunds_owed(db, "EUR")]
    assert tuple(kept) == (5, 23000)
    assert owed[0] == (("LT1099",), "75.91")
    assert faults(desk.book) == []


def test_a_gift_in_cash_by_card_or_by_nobody_known_goes_to_the_fallback(desk: Desk) -> None:
    desk.campaign("C-104")
    desk.take(Paid("100.00", "01-20", None, None, rf=desk.find("C-101").reference), opening="3530.00", first="01-20", number="2")
    assert desk.sure() == 1
    change(desk, surplus="refund", fallback="campaign:C-104")
    desk.end()
    found = campaigns.settlement(desk.book, "C-101")
    assert [(one.code, str(one.share), one.fate) for one in found.shares if one.fate is not Fate.REFUND] == [(None, "100.00", Fate.SOURCE)]
    assert (str(found.refunded), str(found.moved), found.taker) == ("3030.00", "100.00", "C-104")
    desk.close()
    assert desk.money("C-104") == "100.00"
    assert faults(desk.book) == []


def test_an_anonymous_gift_goes_back_to_its_account_and_its_refund_is_proposed(desk: Desk) -> None:
    rf = desk.find("C-101").reference
    twins = [Paid("50.00", "01-20", "Sample Twin", f"LT7{n}", rf=rf, bank=f"t{n}") for n in (1, 2)]
    desk.take(*twins, opening="3530.00", first="01-20", number="2")
    first, second = sorted(one.id for one in desk.lines())
    desk.accept(first, "campaign:C-101", anonymous=True)
    desk.accept(second, "campaign:C-101", anonymous=True)
    change(desk, surplus="refund")
    desk.end()
    unnamed = [one for one in campaigns.settlement(desk.book, "C-101").shares if one.donor is None]
    assert [(str(one.share), one.fate, len(one.gifts)) for one in unnamed] == [("50.00", Fate.REFUND, 1)] * 2
    desk.close()
    desk.take(Paid("-50.00", "02-03", "Sample Twin", "LT71"), opening="3630.00", first="02-01", last="02-28", number="3")
    [matches] = reconciling.proposals(desk.book).values()
    assert codes(matches[0].evidence) == ["gift_account", "refund_owed", "amount_equal"]
    reconciling.accept_match(desk.book, matches[0], desk.now)
    with desk.book.reading() as db:
        left = {one.ibans: str(one.amount) for one in refunds.refunds_owed(db, "EUR")}
    assert (("LT71",) in left, left[("LT72",)]) == (False, "50.00")
    assert faults(desk.book) == []


def test_what_was_no_gift_goes_to_the_fallback_and_no_donor_gets_more_than_she_gave(desk: Desk) -> None:
    change(desk, surplus="refund", shortfall="cover")
    desk.invoice("3400.00")
    campaigns.cover(desk.book, "C-101", euro("370.00"), day("02-01"), desk.now)
    book_voucher(desk.book, Draft(VoucherKind.CREDIT, euro("3400.00"), day("02-03"), invoice="SLO-14"), desk.now)
    desk.end()
    found = campaigns.settlement(desk.book, "C-101")
    assert (str(found.surplus), str(found.refunded), str(found.held)) == ("3400.00", "3030.00", "370.00")
    [cover] = [one for one in found.shares if one.fate is Fate.SOURCE]
    assert (cover.gifts[0].gift, str(cover.share)) == (None, "370.00")


def test_what_went_back_before_is_no_gift_any_more(desk: Desk) -> None:
    change(desk, surplus="refund")
    book_voucher(desk.book, Draft(VoucherKind.REFUND, euro("400.00"), day("01-20"), campaign="C-101", donor="D-0004"), desk.now)
    desk.take(Paid("-400.00", "01-22", PEOPLE[3], "LT1399"), Paid("-230.00", "01-23", PEOPLE[4], "LT1499"), opening="3530.00", number="2")
    desk.accept(desk.line("-400.00"), "account:2030@C-101=400.00")
    desk.accept_as(desk.line("-230.00"), "refund", campaign="C-101")
    desk.end()
    assert [one[:2] for one in shares(desk)] == [("D-0001", "1000.00"), ("D-0002", "800.00"), ("D-0003", "600.00")]
    desk.close()
    assert faults(desk.book) == []


def test_closing_is_undone_with_its_refunds(desk: Desk) -> None:
    change(desk, surplus="refund")
    desk.end()
    before = desk.figures()
    desk.close()
    undoing.undo(desk.book, desk.now)
    assert (desk.figures(), str(campaigns.refunds_owed(desk.book, "C-101")), desk.find("C-101").state) == (before, "0.00", "over")
    assert len(shares(desk)) == 5
    desk.close()
    assert faults(desk.book) == []


# --- after closing -----------------------------------------------------------------------------------------------------
def test_a_campaign_is_put_away_when_its_refunds_are_paid(desk: Desk) -> None:
    change(desk, surplus="refund")
    desk.end()
    desk.close()
    assert refused(lambda: campaigns.archive_campaign(desk.book, "C-101", day("04-01"), desk.now)) == ["campaign.refunds_owed"]
    gone = [replace(one, amount=f"-{one.amount}", on="04-02", rf=None) for one in collected()]
    desk.take(*gone, opening="3530.00", first="04-01", last="04-30", number="2")
    for matches in reconciling.proposals(desk.book).values():
        reconciling.accept_match(desk.book, matches[0], desk.now)
    assert str(campaigns.refunds_owed(desk.book, "C-101")) == "0.00"
    campaigns.archive_campaign(desk.book, "C-101", day("04-30"), desk.now)
    assert desk.find("C-101").state == "archived"
    assert faults(desk.book) == []


def test_a_person_who_is_free_has_a_rule_of_her_own(desk: Desk) -> None:
    desk.campaign("C-104")
    change(desk, surplus="hold", ended="campaign:C-104")
    desk.end()
    found = campaigns.settlement(desk.book, "C-101", ended=True)
    assert (found.rule, found.taker, campaigns.settlement(desk.book, "C-101").rule) == ("campaign:C-104", "C-104", "hold")
    campaigns.close_campaign(desk.book, "C-101", day("03-31"), desk.now, ended=True)
    assert desk.money("C-104") == "3030.00"
    with desk.book.reading() as db:
        assert logbook.operation_rows(db, logbook.operation_ids(db)[:1])[0].verb == "campaign close ended"


# --- a shortfall -------------------------------------------------------------------------------------------------------
def test_a_shortfall_is_covered_paid_by_others_or_collected_anew(desk: Desk) -> None:
    desk.invoice("3400.00")
    desk.end()
    found = campaigns.shortfall_choices(desk.book, "C-101")
    assert ([one.number for one in found.unpaid], found.reopen) == (["SLO-14"], True)
    assert (str(found.missing), str(found.cover)) == ("370.00", "0.00")
    change(desk, shortfall="cover")
    assert str(campaigns.shortfall_choices(desk.book, "C-101").cover) == "370.00"
    book_voucher(desk.book, Draft(VoucherKind.SETTLED, euro("370.00"), day("02-20"), invoice="SLO-14", reason="waived"), desk.now)
    assert str(campaigns.shortfall_choices(desk.book, "C-101").missing) == "0.00"


# --- the whole life ----------------------------------------------------------------------------------------------------
def test_a_campaigns_timeline_tells_its_life_in_order_and_names_nobody(desk: Desk) -> None:
    change(desk, surplus="refund", consent_scope="name", consent_on=day("01-01"), consent_until=day("12-31"))
    later = campaigns.add_quote(desk.book, "C-101", LAWYER, euro("2900.00"), day("01-03"), desk.now, accepted=False).ids[0]
    campaigns.accept_quote(desk.book, later, day("01-04"), desk.now)
    paid(desk)
    desk.end(on="02-15")
    desk.close()
    desk.take(Paid("-75.91", "04-02", PEOPLE[0], "LT1099"), opening="730.00", first="04-01", last="04-30", number="3")
    [matches] = reconciling.proposals(desk.book).values()
    reconciling.accept_match(desk.book, matches[0], desk.now)
    with desk.book.reading() as db:
        told = timeline(db, desk.find("C-101"))
    lines = [" ".join([f"{one.on:%m-%d}", one.kind, *(str(value) for value in one.values.values())]) for one in told]
    assert lines == [
        "01-01 consent name",
        "01-01 quote 3030.00 P-001 1",
        "01-01 quote_accepted 3030.00 P-001 1",
        "01-01 opened",
        "01-03 quote 2900.00 P-001 2",
        "01-04 quote_accepted 2900.00 P-001 2",
        "01-05 gifts 3030.00 2026-01-05 5",
        "01-31 mandate 2",
        "02-01 invoice 2800.00 SLO-14",
        "02-10 paid 2800.00 SLO-14",
        "02-15 over",
        "03-31 refund 230.00 5",
        "03-31 closed",
        "04-02 returned 75.91 1",
        "12-31 mandate 1",
        "12-31 consent_until",
        "12-31 approved 2800.00 SLO-14",
    ]
    assert not any(name in line for name in PEOPLE for line in lines)


# --- what stands behind a refund ---------------------------------------------------------------------------------------
def test_a_gift_that_goes_back_in_part_stays_booked_and_its_receipt_says_what_stands(desk: Desk) -> None:
    change(desk, surplus="refund")
    paid(desk)
    desk.end()
    desk.close()
    first = desk.line("1000.00", "matched")
    assert refused(lambda: reconciling.unmatch(desk.book, first, desk.now)) == ["gift.refund_decided"]
    with desk.book.reading() as db:
        [gift] = receipts.gifts_of(db, 1, "EUR")
    assert (str(gift.returned), str(gift.stands)) == ("75.91", "924.09")


def test_closed_by_the_rule_of_an_ended_cause_the_reports_name_that_rule(desk: Desk) -> None:
    change(desk, surplus="refund", ended="hold")
    desk.end()
    campaigns.close_campaign(desk.book, "C-101", day("03-31"), desk.now, ended=True)
    assert (desk.find("C-101").surplus_rule, desk.find("C-101").mandate.surplus) == ("hold", "refund")
    with desk.book.reading() as db:
        assert refunds.refunds_owed(db, "EUR") == []


# --- many gifts --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", METHODS)
def test_230_over_57_gifts_with_twins_a_smallest_refund_and_a_fallback(book: Book, tmp_path: Path, method: str) -> None:
    """55 gifts of 53.00, two of 57.50 by two people of one name on one day, 2,800.00 paid: 230.00 goes back to the cent."""
    desk = Desk(book, tmp_path)
    desk.account(opening="500.00")
    desk.campaign("C-104")
    rules = {"surplus": "refund", "fallback": "campaign:C-104", "smallest_minor": 403}
    rf = desk.campaign(method=method, **rules).reference  # type: ignore[arg-type]
    for iban in ("LT9001", "LT9002"):
        donors.add_donor(book, "Sample Twin", (iban,), desk.now)
    gifts = [Paid("53.00", "01-05", f"Sample Person {n}", f"LT{n}77", rf=rf, bank=f"g{n}") for n in range(10, 65)]
    twins = [Paid("57.50", "01-06", "Sample Twin", iban, rf=rf, bank=iban) for iban in ("LT9001", "LT9002")]
    desk.take(*gifts, *twins, opening="500.00")
    assert desk.sure() == 57
    paid(desk)
    desk.end()
    found = campaigns.settlement(desk.book, "C-101")
    parts = [one.share.minor for one in found.shares]
    assert (len(parts), sum(parts), {part for part in parts if part < 420}) == (57, 23000, {402, 403})
    assert [str(one.share) for one in found.shares if one.given == euro("57.50")] == ["4.37"] * 2
    small = parts.count(402)
    assert (found.n_refunds, found.moved.minor, found.refunded.minor) == (57 - small, 402 * small, 23000 - 402 * small)
    desk.close()
    assert (desk.money("C-104"), campaigns.refunds_owed(book, "C-101")) == (str(found.moved), found.refunded)
    with book.reading() as db:
        owed = refunds.refunds_owed(db, "EUR")
    assert (len({one.ibans for one in owed}), sum(one.amount.minor for one in owed)) == (57 - small, found.refunded.minor)
    assert {("LT9001",), ("LT9002",)} <= {one.ibans for one in owed}
    assert faults(book) == []
