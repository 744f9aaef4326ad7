"""The methods of recognition: same flows, other accounts, whatever the order of what happens."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain import booking
from fundledger.domain.entry import Entry, EntryKind, Posting, check_entry, reverse
from fundledger.domain.money import Money
from fundledger.domain.recognising import AGENCY, DEFERRAL, Recogniser, foreign_to
from fundledger.domain.voucher import VoucherKind

FUND, BANK = 3, "1010-1"


def _entry(case: str, minor: int) -> Entry:
    amount = Money(minor, "EUR")
    postings = {
        "gift": booking.gift(BANK, FUND, amount),
        "refund": booking.refund(BANK, FUND, -amount),
        "invoice": booking.approved(FUND, amount),
        "payment": booking.payment(BANK, FUND, -amount),
        "charge": booking.charge(BANK, FUND, -amount),
        "opening": booking.opening(BANK, FUND, amount),
        "moved": booking.move(BANK, "3920", FUND, amount),
        "credit": booking.document(VoucherKind.CREDIT, FUND, amount),
        "settled": booking.document(VoucherKind.SETTLED, FUND, amount),
        "lost": booking.document(VoucherKind.LOST, FUND, amount),
    }[case]
    return Entry(case, EntryKind.LINE, date(2026, 2, 1), postings)


CASES = st.lists(
    st.tuples(
        st.sampled_from(["gift", "refund", "invoice", "payment", "charge", "opening", "moved", "credit", "settled", "lost"]),
        st.integers(1, 400_000),
    ),
    max_size=15,
)


def _flows(entries: list[Entry]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for one in (posting for entry in entries for posting in entry.postings):
        sums[one.flow] += one.amount.minor if one.flow else 0
    return sums


def _accounts(entries: list[Entry]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for one in (posting for entry in entries for posting in entry.postings):
        sums[one.account] += one.amount.minor
    return sums


@given(CASES, st.sampled_from([DEFERRAL, AGENCY]))
def test_every_method_has_the_same_sources_and_uses(cases: list[tuple[str, int]], method: str) -> None:
    plain = [_entry(*case) for case in cases]
    said = [*map(Recogniser({FUND: method}, (), "EUR"), plain)]
    assert _flows(said) == _flows(plain)
    assert [problem for entry in said for problem in check_entry(entry)] == []
    assert not foreign_to(method) & _accounts(said).keys()
    assert _accounts(said)[BANK] == _accounts(plain)[BANK]


@given(CASES)
def test_deferral_releases_costs_up_to_what_is_held(cases: list[tuple[str, int]]) -> None:
    found = _accounts([*map(Recogniser({FUND: DEFERRAL}, (), "EUR"), (_entry(*case) for case in cases))])
    uncovered = sum(minor for code, minor in found.items() if code[0] in "345")
    assert min(uncovered, -found["2510"]) == 0


@given(CASES)
def test_agency_books_invoices_up_to_what_is_held(cases: list[tuple[str, int]]) -> None:
    found = _accounts([*map(Recogniser({FUND: AGENCY}, (), "EUR"), (_entry(*case) for case in cases))])
    assert found["9010"] == -found["9020"] >= 0
    if found["9010"]:
        assert found["2610"] >= 0  # nothing is held while something waits for it
        assert found["2610"] == 0 or found["2010"] >= 0  # overdrawn only by what the bank did


@given(CASES, st.sampled_from([DEFERRAL, AGENCY]))
def test_a_reversal_takes_back_what_was_released(cases: list[tuple[str, int]], method: str) -> None:
    say = Recogniser({FUND: method}, (), "EUR")
    before = [*map(say, (_entry(*case) for case in cases))]
    bill = say(_entry("invoice", 340_000))
    back = say(reverse(bill, 1, "back", date(2026, 2, 2)))
    assert back.postings == tuple(Posting(p.account, p.fund, -p.amount, p.flow) for p in bill.postings)
    left = {code: minor for code, minor in _accounts([*before, bill, back]).items() if minor}
    assert left == {code: minor for code, minor in _accounts(before).items() if minor}


def test_other_funds_stay_as_they_are() -> None:
    entry = _entry("gift", 5_000)
    assert Recogniser({FUND + 1: AGENCY}, (), "EUR")(entry) is entry
