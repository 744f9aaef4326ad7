"""What check_entry refuses, each fault said once, and that a reversal takes back exactly what was posted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.entry import Entry, EntryKind, Flow, Posting, check_entry, reverse
from fundledger.domain.money import Money

DAY = date(2026, 3, 2)


def entry(*postings: Posting) -> Entry:
    return Entry("uid-1", EntryKind.LINE, DAY, postings, "line:1")


def posting(account: str, minor: int, fund: int = 1, flow: Flow = Flow.NONE, currency: str = "EUR") -> Posting:
    return Posting(account, fund, Money(minor, currency), flow)


def codes(found: Entry) -> list[str]:
    return [problem.code for problem in check_entry(found)]


GIFT = (posting("1010-1", 5000), posting("4010", -5000, flow=Flow.COLLECTED))


def test_a_gift_may_be_posted() -> None:
    assert check_entry(entry(*GIFT)) == []


@pytest.mark.parametrize(
    ("postings", "expected"),
    [
        ((), ["entry.too_few_postings"]),
        ((posting("1010-1", 5000),), ["entry.too_few_postings", "entry.fund_not_zero", "entry.flow_not_named"]),
        ((GIFT[0], posting("4010", -5000, flow=Flow.COLLECTED, currency="USD")), ["entry.mixed_currencies"]),
        ((*GIFT, posting("4010", 0), posting("4020", 0)), ["entry.zero_posting"]),
        ((GIFT[0], posting("4010", -4999, flow=Flow.COLLECTED)), ["entry.fund_not_zero", "entry.flow_not_named"]),
        ((GIFT[0], posting("4010", -5000)), ["entry.flow_not_named"]),
        ((posting("5010", 5000), posting("2010", -5000, flow=Flow.PAID)), ["entry.flow_not_named"]),
        (
            (GIFT[0], posting("4010", -5000, fund=2, flow=Flow.COLLECTED)),
            ["entry.fund_not_zero", "entry.flow_not_named", "entry.fund_not_zero", "entry.flow_not_named"],
        ),
    ],
)
def test_every_fault_is_said_once(postings: tuple[Posting, ...], expected: list[str]) -> None:
    assert codes(entry(*postings)) == expected


def test_a_fault_names_the_fund_and_the_difference() -> None:
    [fund, flow] = check_entry(entry(GIFT[0], posting("4010", -4990, flow=Flow.COLLECTED)))
    assert (fund.subject, dict(fund.values)) == ("uid-1", {"fund": 1, "difference_minor": 10})
    assert dict(flow.values) == {"fund": 1, "difference_minor": 10}


def test_funds_are_zero_each_for_itself_though_the_total_is() -> None:
    crossed = entry(*GIFT, posting("1010-1", 100, 2), posting("1010-1", -100, 3))
    assert codes(crossed) == ["entry.fund_not_zero", "entry.flow_not_named"] * 2


def test_what_moves_between_money_accounts_needs_no_flow_and_a_memo_moves_nothing() -> None:
    assert check_entry(entry(posting("1090", 5000), posting("1010-1", -5000))) == []
    assert check_entry(entry(posting("1210", 5000), posting("1010-1", -5000))) == []
    assert check_entry(entry(posting("5010", 5000), posting("2010", -5000, flow=Flow.INVOICED))) == []


@given(st.lists(st.tuples(st.sampled_from(["1010-1", "2010", "4010", "5320"]), st.integers(-9, 9), st.integers(1, 2)), max_size=6))
def test_a_reversal_is_as_sound_as_what_it_takes_back(drawn: list[tuple[str, int, int]]) -> None:
    first = entry(*(posting(account, minor, fund, Flow.COLLECTED if account != "1010-1" else Flow.NONE) for account, minor, fund in drawn))
    taken_back = reverse(first, 7, "uid-2", date(2026, 4, 1))
    assert codes(taken_back) == codes(first)
    assert [one.amount + other.amount for one, other in zip(first.postings, taken_back.postings, strict=True)] == [Money(0, "EUR")] * len(
        drawn
    )
    assert (taken_back.kind, taken_back.reverses, taken_back.subject, taken_back.dated) == (
        EntryKind.REVERSAL, 7, "line:1", date(2026, 4, 1),
    )  # fmt: skip
    assert reverse(taken_back, 8, "uid-3", DAY).postings == first.postings
