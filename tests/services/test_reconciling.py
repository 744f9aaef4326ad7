"""What a bank line may become: whatever a bank did is booked, in the fund it belongs to, and can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fundledger.services import deciding, invoices, reconciling, undoing
from fundledger.store import funds
from tests.services.bookkeeping import LAWYER, OTHER_BANK, OURS, PAYEE, Desk, Paid, day, euro, faults, refused, standard_desk

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book

FEBRUARY = {"first": "02-01", "last": "02-28", "opening": "3530.00", "number": "2"}


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    """3,030.00 of five donors for C-101, 500.00 of the foundation's own."""
    return standard_desk(book, tmp_path)


def held(desk: Desk, of: str, *accounts: str) -> list[str]:
    """What a fund has in accounts, debit positive."""
    own = {"U": desk.book.unrestricted_fund, "S": desk.book.suspense_fund}
    fund = own.get(of) or desk.find(of).fund
    with desk.book.reading() as db:
        found = funds.bank_split(db, fund)
    return [f"{found.get(one, 0) / 100:.2f}" for one in accounts]


def warned(desk: Desk, line: int, *targets: str) -> list[str]:
    sign = 1 if next(one for one in desk.lines() if one.id == line).amount.minor > 0 else -1
    shares = [reconciling.parse_target(desk.book, target, sign) for target in targets]
    return [one.code for one in reconciling.accept(desk.book, line, shares, desk.now).warnings]


def test_a_payment_above_the_payable_is_due_back_and_its_return_settles_it(desk: Desk) -> None:
    desk.invoice("1000.00")
    desk.take(Paid("-1200.00", "02-05", LAWYER, PAYEE, "SLO-14"), Paid("200.00", "02-09", LAWYER, PAYEE), **FEBRUARY)
    assert warned(desk, desk.line("-1200.00"), "invoice:SLO-14=1200.00") == ["invoice.paid_over"]
    assert held(desk, "C-101", "2010", "1220") == ["0.00", "200.00"]
    desk.accept(desk.line("200.00"), "account:1220@C-101=200.00")
    assert held(desk, "C-101", "2010", "1220") == ["0.00", "0.00"]
    assert (str(desk.figures().paid), faults(desk.book)) == ("1000.00", [])


def test_a_double_payment_that_comes_back(desk: Desk) -> None:
    desk.invoice("1000.00")
    desk.take(
        *(Paid("-1000.00", f"02-0{n}", LAWYER, PAYEE, "SLO-14", bank=f"P{n}") for n in (5, 6)), Paid("1000.00", "02-09", LAWYER, PAYEE),
        **FEBRUARY,
    )  # fmt: skip
    one, other, back = (line.id for line in desk.lines())
    desk.accept(one, "invoice:SLO-14")
    assert warned(desk, other, "invoice:SLO-14=1000.00") == ["invoice.paid_over"]
    desk.accept_as(back, "return", of=other)
    assert (held(desk, "C-101", "1220", "2010"), str(desk.figures().paid)) == (["0.00", "0.00"], "1000.00")
    assert faults(desk.book) == []


def test_a_payment_on_an_invoice_nobody_approved_is_an_advance(desk: Desk) -> None:
    desk.invoice("1000.00", approve=False)
    desk.take(Paid("-1000.00", "02-05", LAWYER, PAYEE, "SLO-14"), **FEBRUARY)
    assert warned(desk, desk.line("-1000.00"), "invoice:SLO-14=1000.00") == ["invoice.paid_as_advance"]
    assert (str(desk.figures().advanced), str(desk.figures().paid), faults(desk.book)) == ("1000.00", "0.00", [])
    invoices.approve_invoice(desk.book, "SLO-14", desk.now)
    assert faults(desk.book) == []


def test_two_payments_accepted_together_are_counted_together(desk: Desk) -> None:
    desk.invoice("1000.00")
    desk.take(Paid("-1500.00", "02-05", LAWYER, PAYEE, "SLO-14"), **FEBRUARY)
    assert warned(desk, desk.line("-1500.00"), "invoice:SLO-14=900.00", "invoice:SLO-14=600.00") == ["invoice.paid_over"]
    assert held(desk, "C-101", "2010", "1220") == ["0.00", "500.00"]
    assert faults(desk.book) == []


@pytest.mark.parametrize(
    ("came", "reason", "fee", "figures", "codes"),
    [
        ("2800.00", None, None, ("0.00", "0.00", "0.00"), []),
        ("2790.00", "AC04", None, ("0.00", "10.00", "0.00"), ["return.fee"]),
        ("2790.00", None, "10.00", ("0.00", "10.00", "0.00"), ["return.fee"]),
        ("1000.00", None, None, ("1800.00", "0.00", "0.00"), []),
        ("2850.00", "AC04", None, ("0.00", "0.00", "50.00"), ["return.over"]),
    ],
)
def test_a_payment_that_came_back(
    desk: Desk, came: str, reason: str | None, fee: str | None, figures: tuple[str, ...], codes: list[str]
) -> None:
    desk.invoice("2800.00")
    desk.take(Paid("-2800.00", "02-05", LAWYER, PAYEE, "SLO-14"), Paid(came, "02-09", LAWYER, PAYEE, reason=reason), **FEBRUARY)
    sent = desk.line("-2800.00")
    desk.accept(sent, "invoice:SLO-14")
    back = desk.line(came)
    kept = euro(fee) if fee else None
    made = reconciling.accept_as(desk.book, back, "return", desk.now, of=sent, fee=kept)
    assert [one.code for one in made.warnings] == codes
    assert (str(desk.figures().paid), str(desk.figures("U").fees), desk.money("S")) == figures
    [was] = reconciling.history(desk.book, back)
    assert {share.counterpart for share in was.shares if share.target == "invoice"} == {sent}
    assert faults(desk.book) == []
    reconciling.unmatch(desk.book, back, desk.now)
    assert (str(desk.figures().paid), faults(desk.book)) == ("2800.00", [])


@pytest.mark.parametrize("target", ["account:1210@C-101", "account:2030@C-101", "suspense", "campaign:C-101", "foundation"])
def test_whatever_a_payment_was_its_return_takes_it_back(desk: Desk, target: str) -> None:
    before = {of: desk.figures(of) for of in ("C-101", "U", "S")}
    desk.take(Paid("-70.00", "02-05", "Somebody"), Paid("70.00", "02-09", "Somebody", reason="AC04"), **FEBRUARY)
    desk.accept(desk.line("-70.00"), target)
    desk.accept_as(desk.line("70.00"), "return")
    assert {of: desk.figures(of) for of in before} == before
    assert faults(desk.book) == []


def test_shares_may_run_against_the_line(desk: Desk) -> None:
    desk.take(Paid("97.50", "02-05", "Donor Omega"), Paid("-40.00", "02-06"), **FEBRUARY)
    desk.accept(desk.line("97.50"), "campaign:C-101=100.00", "account:5320=-2.50")
    assert (str(desk.figures().collected), str(desk.figures("U").fees)) == ("3130.00", "2.50")
    desk.accept(desk.line("-40.00"), "campaign:C-101=50.00", "foundation=-10.00")
    assert (str(desk.figures().returned), str(desk.figures("U").collected)) == ("50.00", "10.00")
    assert faults(desk.book) == []


def test_accounts_of_a_campaign_are_not_the_foundations(desk: Desk) -> None:
    desk.take(Paid("-500.00", "02-05", LAWYER, PAYEE), **FEBRUARY)
    line = desk.line("-500.00")
    assert refused(lambda: desk.accept(line, "account:1210=500.00")) == ["account.of_campaign"]
    assert refused(lambda: desk.accept(line, "account:5320@C-101=500.00")) == ["campaign.bears_no_fees"]
    shares = [reconciling.parse_target(desk.book, "account:1210@C-101=500.00", -1)]
    reconciling.accept(desk.book, line, shares, desk.now, payee=1)
    assert [share.payee for share in reconciling.history(desk.book, line)[0].shares] == [1]
    assert (str(desk.figures().advanced), faults(desk.book)) == ("500.00", [])


def test_a_gift_for_two_campaigns(desk: Desk) -> None:
    desk.campaign("C-102")
    desk.take(Paid("50.00", "02-05", "Donor Omega"), **FEBRUARY)
    desk.accept(desk.line("50.00"), "campaign:C-101=30.00", "campaign:C-102=20.00")
    assert (desk.money(), desk.money("C-102"), faults(desk.book)) == ("3060.00", "20.00", [])


def test_an_own_transfer_is_of_the_fund_a_person_names_and_the_other_half_follows(desk: Desk) -> None:
    desk.account(OTHER_BANK)
    desk.take(Paid("-100.00", "02-05", iban=OTHER_BANK), **FEBRUARY)
    desk.take(Paid("100.00", "02-06", iban=OURS), first="02-01", last="02-28", account=OTHER_BANK)
    desk.accept(desk.line("-100.00"), "transfer@C-101=100.00")
    assert held(desk, "C-101", "1010-1", "1090") == ["2930.00", "100.00"]
    desk.accept_as(desk.line("100.00"), "transfer")
    assert held(desk, "C-101", "1010-1", "1010-2", "1090") == ["2930.00", "100.00", "0.00"]
    sent, came = desk.line("-100.00", "matched"), desk.line("100.00", "matched")
    assert reconciling.history(desk.book, sent)[0].shares[0].counterpart == came
    assert faults(desk.book) == []


def test_a_line_that_is_ignored_says_why_and_is_kept_again(desk: Desk) -> None:
    desk.take(Paid("4.00", "02-05"), **FEBRUARY)
    line = desk.line("4.00")
    assert refused(lambda: deciding.ignore_lines(desk.book, [line], " ", desk.now)) == ["line.no_reason"]
    deciding.ignore_lines(desk.book, [line], "another fund's", desk.now)
    assert [one.state for one in desk.lines("ignored")] == ["ignored"]
    assert refused(lambda: desk.accept(line, "foundation=4.00")) == ["line.not_booked"]
    deciding.keep_lines(desk.book, [line], desk.now)
    undoing.undo(desk.book, desk.now)
    assert [one.id for one in desk.lines("ignored")] == [line]
    undoing.undo(desk.book, desk.now)
    desk.accept(line, "foundation=4.00")
    assert refused(lambda: deciding.ignore_lines(desk.book, [line], "why", desk.now)) == ["line.not_open"]
    assert (desk.lines("ignored"), faults(desk.book)) == ([], [])


def test_the_history_of_a_line(desk: Desk) -> None:
    desk.take(Paid("4.00", "02-05"), **FEBRUARY)
    line = desk.line("4.00")
    desk.accept(line, "foundation")
    reconciling.unmatch(desk.book, line, desk.now)
    desk.accept_as(line, "other", account="4020")
    told = [(one.disposition, one.rule, one.undone, one.at) for one in reconciling.history(desk.book, line)]
    assert told == [("foundation", "person", True, desk.now), ("other", "person", False, desk.now)]


def test_why_a_line_was_accepted_is_read_back_as_it_was_proposed(desk: Desk) -> None:
    desk.account(OTHER_BANK)
    desk.invoice("2000.00")
    paid = Paid("25.00", "02-05", text="for C-101"), Paid("-1200.00", "02-06", LAWYER, PAYEE, "SLO-14")
    desk.take(*paid, Paid("-100.00", "02-07", iban=OTHER_BANK), **FEBRUARY)
    desk.take(Paid("100.00", "02-09", iban=OURS), first="02-01", last="02-28", account=OTHER_BANK)
    proposed = {line: matches[0] for line, matches in reconciling.proposals(desk.book).items()}
    for match in proposed.values():
        reconciling.accept_match(desk.book, match, desk.now)
    kept = {line: reconciling.history(desk.book, line)[0].evidence for line in proposed}
    assert kept == {line: match.evidence for line, match in proposed.items()}
    values = {one.code: dict(one.values) for told in kept.values() for one in told}
    assert values["code_in_text"] == {"campaign": "C-101"}
    assert values["part_of_invoice"] == {"payable": euro("2000.00")}
    assert values["days_apart"] == {"n": 2}
    assert values["other_half"]["date"] in {day("02-07"), day("02-09")}
