"""A payment processor's account: gifts whole, fees borne by whom the mandate says, payouts tied to their bank line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.matching import TargetKind
from fundledger.services import accounts, closing, importing, payouts, reconciling, undoing
from fundledger.services.checking import check_book
from fundledger.store import extracts, funds
from fundledger.store.payouts import batches
from tests.reports.test_tieout import table, tie_out
from tests.services.bookkeeping import Desk, Paid, day, faults, refused
from tests.store.test_evidence import tampered

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book

HEAD = (
    "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID,"
    "Reference Txn ID,Balance,Subject,Note"
)
GIFT = (
    "13/01/2026,10:00:00,CET,Sample Person Alpha,Donation Payment,Completed,EUR,100.00,-3.20,96.80,a@example.org,us@example.org,"
    "P1,,96.80,C-101,"
)
PAYOUT = "20/01/2026,10:00:00,CET,,General Withdrawal,Completed,EUR,-96.80,0.00,-96.80,,,P2,,0.00,,"


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    """A bank and an account with a processor, each empty."""
    made = Desk(book, tmp_path)
    made.account()
    accounts.add_account(book, "", "PayPal", made.now, processor="paypal")
    return made


def activity(desk: Desk, *rows: str) -> None:
    path = desk.folder / f"activity-{next(desk.files)}.csv"
    path.write_text("\n".join((HEAD, *rows, "")))
    importing.import_statement(desk.book, path, desk.now)


def money(desk: Desk) -> tuple[str, str, str]:
    """What the campaign collected and bore, and what the foundation bore."""
    own, free = desk.figures(), desk.figures("U")
    return str(own.collected), str(own.fees), str(free.fees)


@pytest.mark.parametrize(("fee", "figures"), [("foundation", ("100.00", "0.00", "3.20")), ("campaign", ("100.00", "3.20", "0.00"))])
def test_a_card_gift_is_collected_whole_and_its_fee_borne_as_the_mandate_says(desk: Desk, fee: str, figures: tuple[str, ...]) -> None:
    desk.campaign(fee=fee)
    activity(desk, GIFT)
    desk.accept(desk.line("96.80"), "campaign:C-101=100.00")
    assert money(desk) == figures
    assert faults(desk.book) == []


def test_the_proposal_is_of_the_whole_gift(desk: Desk) -> None:
    desk.campaign()
    activity(desk, GIFT)
    [match] = reconciling.proposals(desk.book)[desk.line("96.80")]
    assert [(share.target, str(share.amount)) for share in match.shares] == [(TargetKind.CAMPAIGN, "100.00")]
    reconciling.accept_match(desk.book, match, desk.now)
    assert money(desk) == ("100.00", "0.00", "3.20")


def test_the_shares_are_of_the_gift_not_of_what_was_left_of_it(desk: Desk) -> None:
    desk.campaign()
    activity(desk, GIFT)
    assert refused(lambda: desk.accept(desk.line("96.80"), "campaign:C-101=96.80")) == ["split.rest"]


def test_a_fee_for_two_campaigns_is_shared_to_the_cent(desk: Desk) -> None:
    desk.campaign(fee="campaign")
    desk.campaign("C-102", fee="foundation")
    activity(desk, GIFT)
    desk.accept(desk.line("96.80"), "campaign:C-101=33.33", "campaign:C-102=66.67")
    assert (str(desk.figures("C-101").fees), str(desk.figures("U").fees)) == ("1.07", "2.13")
    assert faults(desk.book) == []


def test_a_payout_ties_to_one_bank_line_and_the_clearing_account_to_the_processors_balance(desk: Desk) -> None:
    desk.campaign()
    activity(desk, GIFT, PAYOUT)
    desk.take(Paid("96.80", "01-22", "PayPal", text="PAYPAL PAYOUT"))
    found = reconciling.proposals(desk.book)
    sent = desk.line("-96.80")
    [came] = [one.id for one in desk.lines() if one.account == "1010-1"]
    assert [match.rule for match in (*found[sent], *found[came])] == ["payout", "payout"]
    assert {reason.code for reason in found[came][0].evidence} == {"other_half", "days_apart"}
    [gift] = [one.id for one in desk.lines() if one.kind == "donation"]
    desk.accept(gift, "campaign:C-101=100.00")
    desk.accept_as(sent, "payout")
    desk.accept_as(came, "payout")
    with desk.book.reading() as db:
        bank, processor = extracts.bank_facts(db, day("01-31"), "EUR")
    assert (bank.closing_minor, bank.ledger_minor) == (9680, 9680)
    assert (processor.closing_minor, processor.ledger_minor, processor.open_lines) == (0, 0, 0)
    assert faults(desk.book) == []
    assert money(desk) == ("100.00", "0.00", "3.20")


def test_a_fee_of_the_processor_itself_is_a_processor_fee(desk: Desk) -> None:
    activity(desk, "15/01/2026,10:00:00,CET,,Monthly Fee,Completed,EUR,-5.00,0.00,-5.00,,,P9,,-5.00,,")
    line = desk.line("-5.00")
    desk.accept_as(line, "charge")
    with desk.book.reading() as db:
        code = db.exec_driver_sql(
            "SELECT a.code FROM posting p JOIN account a ON a.id = p.account_id WHERE p.amount_minor = 500"
        ).scalar_one()
    assert code == "5310"
    assert faults(desk.book) == []


def test_a_fee_that_was_changed_behind_the_log_is_found(desk: Desk) -> None:
    activity(desk, GIFT)
    changed = tampered(desk.book, "UPDATE processed SET gross_minor = 12000, fee_minor = 2320")
    assert [problem.code for problem in check_book(changed)] == ["check.changed_content"]


def rows(desk: Desk, of: str, *accounts: str) -> list[str]:
    """What a fund has in accounts, debit positive."""
    fund = desk.book.unrestricted_fund if of == "U" else desk.find(of).fund
    with desk.book.reading() as db:
        found = funds.bank_split(db, fund)
    return [f"{found.get(one, 0) / 100:.2f}" for one in accounts]


@pytest.mark.parametrize("bank_first", [False, True])
@pytest.mark.parametrize(("fee", "money_of"), [("foundation", ("100.00", "-3.20")), ("campaign", ("96.80", "0.00"))])
def test_a_payout_brings_each_fund_its_own(desk: Desk, fee: str, money_of: tuple[str, str], *, bank_first: bool) -> None:
    desk.campaign(fee=fee)
    activity(desk, GIFT, PAYOUT)
    desk.take(Paid("96.80", "01-22", "PayPal"))
    sent = desk.line("-96.80")
    [came] = [one.id for one in desk.lines() if one.account == "1010-1"]
    [gift] = [one.id for one in desk.lines() if one.kind == "donation"]
    desk.accept(gift, "campaign:C-101=100.00")
    for one in (came, sent) if bank_first else (sent, came):
        desk.accept_as(one, "payout")
        assert faults(desk.book) == []
    assert rows(desk, "C-101", "1010-1", "1060-1", "1090") == [money_of[0], "0.00", "0.00"]
    assert rows(desk, "U", "1010-1", "1060-1", "1090") == [money_of[1], "0.00", "0.00"]
    reconciling.unmatch(desk.book, came, desk.now)
    assert faults(desk.book) == []
    desk.accept_as(came, "payout")
    assert rows(desk, "C-101", "1010-1", "1060-1", "1090") == [money_of[0], "0.00", "0.00"]
    assert reconciling.history(desk.book, came)[-1].shares[0].counterpart == sent
    assert faults(desk.book) == []


def test_of_three_payouts_one_is_in_flight(desk: Desk) -> None:
    desk.campaign()
    for n, days in enumerate((("13", "14"), ("15", "16"), ("17", "18"))):
        gift, payout = (
            GIFT.replace("P1", f"G{n}").replace("13/01", f"{days[0]}/01"),
            PAYOUT.replace("P2", f"O{n}").replace("20/01", f"{days[1]}/01"),
        )
        activity(desk, gift, payout)
    desk.take(Paid("96.80", "01-15", bank="A"), Paid("96.80", "01-17", bank="B"))
    for line in [one.id for one in desk.lines() if one.kind == "donation"]:
        desk.accept(line, "campaign:C-101=100.00")
    for line in [one.id for one in desk.lines()]:
        desk.accept_as(line, "payout")
    assert rows(desk, "C-101", "1010-1", "1060-1", "1090") == ["200.00", "0.00", "100.00"]
    assert rows(desk, "U", "1010-1", "1060-1", "1090") == ["-6.40", "0.00", "-3.20"]
    with desk.book.reading() as db:
        found = batches(db, day("01-31"))
    assert str(sum((one.paid_out.minor for one in found), 0)) == "29040"
    assert sum(one.rest.minor for one in found) == 0
    assert faults(desk.book) == []


BATCHED = "PO-1"


def of_one_batch(desk: Desk) -> tuple[int, int, int]:
    """A gift, its payout and the bank's line of it, the first two of one batch as some processors name them."""
    activity(desk, GIFT, PAYOUT)
    desk.take(Paid("96.80", "01-22", "PayPal"), last="01-25")
    with desk.book.operation("by hand", desk.now) as op:
        op.db.exec_driver_sql("UPDATE identity_processed SET batch = ?", (BATCHED,))
    [gift] = [one.id for one in desk.lines() if one.kind == "donation"]
    [came] = [one.id for one in desk.lines() if one.account == "1010-1"]
    return gift, desk.line("-96.80"), came


@pytest.mark.parametrize("bank_first", [False, True])
def test_a_payout_booked_before_its_batch_is_booked_again_once_the_batch_is(desk: Desk, *, bank_first: bool) -> None:
    desk.campaign()
    gift, sent, came = of_one_batch(desk)
    for one in (came, sent) if bank_first else (sent, came):
        desk.accept_as(one, "payout")
    assert rows(desk, "U", "1010-1", "1060-1") == ["96.80", "-96.80"]
    changes = reconciling.accept_match(desk.book, reconciling.proposals(desk.book)[gift][0], desk.now)
    assert [one.code for one in changes.warnings] == ["payout.booked_again"]
    assert rows(desk, "C-101", "1010-1", "1060-1", "1090") == ["100.00", "0.00", "0.00"]
    assert rows(desk, "U", "1010-1", "1060-1", "1090") == ["-3.20", "0.00", "0.00"]
    assert faults(desk.book) == []
    undoing.undo(desk.book, desk.now)
    assert rows(desk, "U", "1010-1", "1060-1") == ["96.80", "-96.80"]
    assert [one.id for one in desk.lines()] == [gift]
    assert faults(desk.book) == []


def test_the_tie_out_lists_what_a_processor_holds_batch_by_batch(desk: Desk) -> None:
    desk.campaign()
    gift, sent, came = of_one_batch(desk)
    desk.accept(gift, "campaign:C-101=100.00")
    held = table(tie_out(desk.book), "batches")
    assert held == [["1060-1", BATCHED, "2026-01-13", "batch.in_flight", "1", "100.00", "3.20", "0.00", "96.80"]]
    desk.accept_as(sent, "payout")
    assert table(tie_out(desk.book), "batches") == []
    assert table(tie_out(desk.book), "in_transit") == [[str(sent), "2026-01-20", "1060-1", "line_state.in_transit", "-96.80"]]
    assert table(tie_out(desk.book, day("01-15")), "batches") == held
    desk.accept_as(came, "payout")
    assert table(tie_out(desk.book), "in_transit") == []
    assert faults(desk.book) == []


def test_a_batch_that_was_paid_out_beyond_what_it_is_stops_a_close(desk: Desk) -> None:
    _, sent, _ = of_one_batch(desk)
    desk.accept_as(sent, "payout")
    [clearing] = [one for one in closing.checklist(desk.book, day("01-01"), day("01-21")) if one.key == "clearing"]
    assert [(one.code, one.subject) for one in clearing.problems] == [
        ("closing.batch", f"1060-1 {BATCHED}"),
        ("closing.transit", str(sent)),
    ]
    assert [row[3] for row in table(tie_out(desk.book), "batches")] == ["batch.overpaid"]


def test_a_chargeback_stands_in_dispute_until_it_is_won(desk: Desk) -> None:
    desk.campaign()
    disputed = "15/01/2026,10:00:00,CET,,Chargeback,Completed,EUR,-100.00,-15.00,-115.00,,,P3,P1,-18.20,,"
    won = "18/01/2026,10:00:00,CET,,Chargeback Reversal,Completed,EUR,100.00,0.00,100.00,,,P4,P1,81.80,,"
    activity(desk, GIFT, disputed, won)
    desk.accept(desk.line("96.80"), "campaign:C-101=100.00")
    with desk.book.reading() as db:
        of_fund = {desk.find("C-101").fund: desk.find("C-101").id}
        found = [payouts.processor_shares(db, one, of_fund) for one in desk.lines()]
    assert [(one.key, str(one.amount)) for (one,) in found] == [("1065", "-100.00"), ("1065", "100.00")]
    lost, back = (one.id for one in desk.lines())
    reconciling.accept(desk.book, lost, found[0], desk.now)
    assert rows(desk, "C-101", "1060-1", "1065") == ["0.00", "100.00"]
    assert (desk.money(), str(desk.figures("U").fees), faults(desk.book)) == ("100.00", "18.20", [])
    desk.accept(back, "account:1065@C-101=100.00")
    assert rows(desk, "C-101", "1060-1", "1065") == ["100.00", "0.00"]
    assert faults(desk.book) == []


@given(st.dictionaries(st.integers(1, 5), st.integers(-10000, 10000).filter(bool), max_size=5), st.integers(-20000, 20000).filter(bool))
def test_no_cent_of_a_payout_is_born_or_lost(balances: dict[int, int], minor: int) -> None:
    found = payouts.share_out(balances, minor, 9)
    assert not found or sum(found.values()) == minor
    if minor == -sum(balances.values()):
        assert found == {fund: -held for fund, held in balances.items()}
