"""A campaign goes from step to step, and each step says everything that blocks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from fundledger.domain.campaign import Campaign, Mandate, PublicText, State, check_step
from fundledger.domain.figures import FundFigures, figures
from fundledger.domain.money import Money
from fundledger.domain.people import Invoice, InvoiceState, check_approval

TEXTS = {"en": PublicText("A lawyer for Sample Person", "A story."), "lt": PublicText("Advokatas", "Istorija.")}
DRAFT = Campaign(1, "C-101", 3, State.DRAFT, "RF70C101", Money(303000, "EUR"), Mandate(TEXTS))


def at(state: State, mandate: Mandate | None = None) -> Campaign:
    return replace(DRAFT, state=state, mandate=mandate or DRAFT.mandate)


def fund(collected: int = 0, paid: int = 0, invoiced: int = 0, reserve: int = 0, advanced: int = 0, due_back: int = 0) -> FundFigures:
    """The figures of a fund that collected, was invoiced and paid so much, and has so much with payees."""
    sums = [("1010-1", "", collected - paid - advanced - due_back), ("4010", "collected", -collected), ("2010", "paid", paid)]
    with_payees = [("1210", "", advanced), ("1220", "", due_back)]
    return figures([*sums, *with_payees, ("5010", "", invoiced), ("2010", "invoiced", -invoiced)], "EUR", reserve)


def codes(campaign: Campaign, to: State, found: FundFigures | None = None, unapproved: int = 0) -> list[str]:
    return [problem.code for problem in check_step(campaign, to, found, unapproved)]


ALLOWED = {("draft", "open"), ("open", "over"), ("over", "open"), ("over", "closed"), ("closed", "archived")}


@pytest.mark.parametrize(("before", "to"), list(product(State, State)))
def test_only_five_steps_are_there(before: State, to: State) -> None:
    blocked = codes(at(before), to, fund())
    assert blocked == ([] if (before.value, to.value) in ALLOWED else ["campaign.step"])


def test_a_campaign_that_asks_for_nothing_does_not_open() -> None:
    assert codes(replace(DRAFT, asked=Money(0, "EUR")), State.OPEN) == ["campaign.nothing_asked"]


@pytest.mark.parametrize(
    ("found", "surplus", "unapproved", "expected"),
    [
        (fund(303000, 303000, 303000), "hold", 0, []),
        (fund(303000, 280000, 280000), "hold", 0, []),
        (fund(303000, 280000, 280000), "campaign:C-104", 0, []),
        (fund(303000, 280000, 280000, advanced=5000, due_back=700), "hold", 0, ["campaign.advances_unused", "campaign.due_back"]),
        (fund(303000, 303000, 340000), "hold", 0, ["campaign.still_owed"]),
        (fund(100, 200, 200), "hold", 0, ["campaign.overdrawn"]),
        (fund(303000, 280000, 280000), "hold", 2, ["campaign.invoices_unapproved"]),
        (fund(100, 200, 300), "campaign:C-104", 1, ["campaign.invoices_unapproved", "campaign.still_owed", "campaign.overdrawn"]),
    ],
)
def test_closing_says_everything_that_blocks_it(found: FundFigures, surplus: str, unapproved: int, expected: list[str]) -> None:
    assert codes(at(State.OVER, Mandate(TEXTS, surplus=surplus)), State.CLOSED, found, unapproved) == expected


def test_what_blocks_is_said_with_its_amount() -> None:
    [problem] = check_step(at(State.OVER), State.CLOSED, fund(303000, 303000, 340000))
    assert problem.values["owed"] == Money(37000, "EUR")


def test_what_donors_are_owed_keeps_a_campaign_from_the_archive() -> None:
    owing = figures([("1010-1", "", 7000), ("4010", "collected", -7000), ("4090", "", 7000), ("2030", "", -7000)], "EUR")
    [problem] = check_step(at(State.CLOSED), State.ARCHIVED, owing)
    assert (problem.code, problem.values["owed"]) == ("campaign.refunds_owed", Money(7000, "EUR"))
    assert check_step(at(State.CLOSED), State.ARCHIVED, fund(7000)) == []


@pytest.mark.parametrize(
    ("state", "until"), [("draft", None), ("open", date.max), ("over", date(2026, 3, 31)), ("closed", None), ("archived", None)]
)
def test_until_when_a_gift_comes_in_time(state: str, until: date | None) -> None:
    assert replace(at(State(state)), over_on=date(2026, 3, 31)).collects_until == until


def test_a_closed_campaign_promises_nothing_more() -> None:
    quoted = replace(DRAFT, quoted=Money(280000, "EUR"))
    assert [replace(quoted, state=state).promised for state in (State.OVER, State.CLOSED)] == [Money(280000, "EUR"), None]


def test_the_title_in_the_readers_language_or_the_code_alone() -> None:
    code_only = at(State.OPEN, Mandate(TEXTS, disclosure="code"))
    other = at(State.OPEN, Mandate({"lt": TEXTS["lt"]}))
    assert [at(State.OPEN).title(language) for language in ("lt", "en", "de")] == ["Advokatas", *["A lawyer for Sample Person"] * 2]
    assert [other.title("en"), code_only.title("lt"), at(State.OPEN, Mandate({})).title("en")] == ["Advokatas", "C-101", "C-101"]
    assert [at(State.OPEN).story("lt"), code_only.story("en"), at(State.OPEN, Mandate({})).story("en")] == ["Istorija.", "", ""]


# --- figures and approvals --------------------------------------------------------------------------------------------
def test_available_is_what_is_not_owed_nor_kept_for_refunds() -> None:
    assert fund(303000, 100000, 280000, reserve=5000).available == Money(303000 - 100000 - 180000 - 5000, "EUR")
    clearing = [("1060", "", 9000), ("1020", "", 100), ("4010", "collected", -9100)]
    below = [("1060", "", -300), ("1010-1", "", 1000), ("4010", "collected", -700)]
    assert [figures(clearing, "EUR").available, figures(below, "EUR").available] == [Money(100, "EUR"), Money(700, "EUR")]


def test_committed_is_the_greater_promise_not_yet_paid() -> None:
    found = fund(303000, 100000, 280000)
    expected = [(None, 180000), (Money(250000, "EUR"), 180000), (Money(340000, "EUR"), 240000)]
    assert [found.committed(quoted).minor for quoted, _ in expected] == [minor for _, minor in expected]
    assert fund(303000, 280000, 280000).committed(None).minor == 0
    advance = [("1210", "", 50000), ("1010-1", "", -50000)]
    assert figures(advance, "EUR").committed(Money(20000, "EUR")).minor == 0


INVOICE = Invoice(1, 1, "C-101", 3, 1, "P-001", "SLO-14", Money(280000, "EUR"), date(2026, 3, 2), approved=False, paid=Money(0, "EUR"))


@pytest.mark.parametrize(
    ("invoice", "found", "quoted", "refused", "warned"),
    [
        (INVOICE, fund(303000), 303000, [], []),
        (INVOICE, fund(303000), None, [], []),
        (INVOICE, fund(303000), 279999, [], ["invoice.over_quote"]),
        (INVOICE, fund(303000, 0, 20000), 280000, [], ["invoice.over_quote"]),
        (INVOICE, fund(279999), 303000, [], ["invoice.over_available"]),
        (INVOICE, fund(300000, 0, 20001), None, [], ["invoice.over_available"]),
        (replace(INVOICE, approved=True), fund(303000), None, ["invoice.already_approved"], []),
        (replace(INVOICE, approved=True, amount=Money(0, "EUR")), fund(), None, ["invoice.already_approved", "invoice.amount"], []),
    ],
)
def test_an_approval_is_refused_or_warned_of(
    invoice: Invoice, found: FundFigures, quoted: int | None, refused: list[str], warned: list[str]
) -> None:
    result = check_approval(invoice, found, None if quoted is None else Money(quoted, "EUR"), by_herself=False)
    assert [[problem.code for problem in one] for one in result] == [refused, warned]


def test_an_invoice_is_entered_then_approved_then_paid() -> None:
    approved = replace(INVOICE, approved=True)
    paid = replace(approved, paid=INVOICE.amount)
    assert [one.state for one in (INVOICE, approved, paid)] == [InvoiceState.ENTERED, InvoiceState.APPROVED, InvoiceState.PAID]
    assert replace(approved, paid=Money(100000, "EUR")).payable == Money(180000, "EUR")
