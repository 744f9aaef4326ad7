"""Undo by number: what later work was built on stays, whatever is asked; everything else is as it was."""

from __future__ import annotations

from fundledger.services import campaigns, deciding, invoices, undoing
from fundledger.store import accounts
from fundledger.store.operations import operations
from tests.services.bookkeeping import LAWYER, OTHER_BANK, OURS, PAYEE, Desk, Paid, camt, day, euro, faults, refused

FEBRUARY = {"first": "02-01", "last": "02-28", "opening": "3530.00", "number": "2"}


def number(desk: Desk, verb: str) -> int:
    """The latest operation with a verb."""
    with desk.book.reading() as db:
        return next(one.id for one in operations(db) if one.verb == verb)


def codes(desk: Desk) -> list[str]:
    with desk.book.reading() as db:
        return [one.code for one in accounts.bank_accounts(db)]


def undo(desk: Desk, verb: str) -> None:
    undoing.undo(desk.book, desk.now, number(desk, verb))


def test_a_campaign_with_money_is_not_undone(desk: Desk) -> None:
    assert refused(lambda: undo(desk, "campaign add")) == ["undo.changed_since"]
    assert refused(lambda: undo(desk, "account add")) == ["undo.changed_since"]
    assert (desk.money(), faults(desk.book)) == ("3030.00", [])


def test_an_approval_that_was_paid_or_settled_is_not_undone(desk: Desk) -> None:
    desk.invoice("100.00")
    desk.take(Paid("-60.00", "02-05", LAWYER, PAYEE, "SLO-14"), **FEBRUARY)
    line_id = desk.line("-60.00")
    desk.accept(line_id, "invoice:SLO-14")
    assert refused(lambda: undo(desk, "invoice approve")) == ["undo.changed_since"]
    undo(desk, "accept")
    invoices.settle_by_others(desk.book, "SLO-14", euro("40.00"), day("02-03"), desk.now)
    assert refused(lambda: undo(desk, "invoice approve")) == ["undo.changed_since"]
    undo(desk, "invoice settle")
    undo(desk, "invoice approve")
    assert (str(desk.figures().owed), str(desk.figures().invoiced), faults(desk.book)) == ("0.00", "0.00", [])


def test_a_line_that_was_kept_and_booked_does_not_become_unsure_again(desk: Desk) -> None:
    for n in ("11", "17"):
        desk.take_in(camt([Paid("50.00", "02-05")], opening=None, first="02-05", last="02-05", number=n))
    line_id = desk.line("50.00", "unsure")
    deciding.keep_lines(desk.book, [line_id], desk.now)
    desk.accept(line_id, "foundation")
    assert refused(lambda: undo(desk, "line decide")) == ["undo.changed_since"]
    undo(desk, "accept")
    undo(desk, "line decide")
    assert desk.line("50.00", "unsure") == line_id


def test_the_number_of_a_bank_account_is_not_given_twice(desk: Desk) -> None:
    desk.account(OTHER_BANK)
    first = number(desk, "account add")
    desk.account("LT457044060000000099")
    undoing.undo(desk.book, desk.now, first)
    assert codes(desk) == ["1010-1", "1010-3"]
    desk.account(OTHER_BANK)
    assert codes(desk) == ["1010-1", "1010-3", "1010-4"]
    assert refused(lambda: desk.account(OURS)) == ["account.exists"]


def test_identified_gifts_go_back_to_suspense_and_then_to_nobody(desk: Desk) -> None:
    desk.take(Paid("95.00", "02-05", "Donor Iota", "LT9999"), **FEBRUARY)
    line_id = desk.line("95.00")
    desk.accept_as(line_id, "suspense")
    desk.accept(line_id, "campaign:C-101")
    undoing.undo(desk.book, desk.now)
    assert (desk.money("S"), desk.money(), faults(desk.book)) == ("95.00", "3030.00", [])
    desk.accept(line_id, "foundation")
    assert (desk.money("S"), desk.money("U"), faults(desk.book)) == ("0.00", "595.00", [])
    undoing.undo(desk.book, desk.now)
    undoing.undo(desk.book, desk.now)
    assert ([one.id for one in desk.lines()], desk.money("S"), faults(desk.book)) == ([line_id], "0.00", [])


def test_a_closed_campaign_is_over_again_with_its_surplus(desk: Desk) -> None:
    desk.campaign("C-104")
    desk.campaign("C-102", surplus="campaign:C-104")
    desk.take(Paid("9.00", "02-05", text="C-102"), **FEBRUARY)
    desk.accept(desk.line("9.00"), "campaign:C-102")
    desk.end("C-102", "02-28")
    desk.close("C-102")
    assert (desk.money("C-102"), desk.money("C-104")) == ("0.00", "9.00")
    undoing.undo(desk.book, desk.now)
    assert (desk.money("C-102"), desk.money("C-104"), desk.find("C-102").state.value) == ("9.00", "0.00", "over")
    assert campaigns.blocking(desk.book, "C-102") == []
    assert faults(desk.book) == []


def test_undo_says_what_it_would_take_back_and_when_there_is_nothing(desk: Desk) -> None:
    found = undoing.next_undo(desk.book)
    assert found is not None
    assert found.verb == "accept sure"
    for _ in range(5):
        undoing.undo(desk.book, desk.now)
    assert undoing.next_undo(desk.book) is None
    assert refused(lambda: undoing.undo(desk.book, desk.now)) == ["undo.nothing"]
    assert (desk.lines("all"), faults(desk.book)) == ([], [])
