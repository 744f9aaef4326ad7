"""Gifts under review: held in suspense by limits or by hand, booked or sent back when two people say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.money import Money
from fundledger.domain.review import Limits, Offered, Reason, ReviewState, loosened, reasons
from fundledger.services import campaigns, erasing, people, reconciling, reviews, undoing
from fundledger.services.folding import fold
from fundledger.store import erasing as erasure
from fundledger.store import parties
from fundledger.store import reviews as store
from fundledger.store.personal import everything_about
from tests.services.bookkeeping import CHEAP, PEOPLE, Desk, Paid, day, euro, faults, refused

if TYPE_CHECKING:
    from fundledger.services.changes import Changes
    from fundledger.store.book import Witness

AGREES = "antro asmens sakinys"
ALPHA = PEOPLE[0]


@pytest.fixture
def second(desk: Desk) -> Witness:
    people.add_person(desk.book, "Sample Person Second", "approve", AGREES, desk.now, CHEAP)
    return desk.book.witness(AGREES)


def limit(desk: Desk, **limits: object) -> Changes:
    return reviews.set_limits(desk.book, Limits(**limits), desk.now)  # type: ignore[arg-type]


def gift(desk: Desk, amount: str = "900.00", name: str = ALPHA, iban: str = "LT1099", *, take: bool = True, on: str = "02-03") -> int:
    """One more gift from the bank, the campaign named by hand."""
    if take:
        desk.take(Paid(amount, on, name, iban, bank="more"), first="02-01", last="02-28", opening="3530.00", number="2")
    return desk.line(amount)


def waiting(desk: Desk) -> list[tuple[str, str]]:
    with desk.book.reading() as db:
        return [(one.state.value, " ".join(one.reasons)) for one in store.reviews(db)]


def test_nothing_is_held_before_somebody_sets_a_limit(desk: Desk) -> None:
    desk.accept(gift(desk), "campaign:C-101")
    assert waiting(desk) == []
    assert desk.money("S") == "0.00"


def test_a_gift_of_the_limit_waits_in_suspense_and_not_in_the_campaign(desk: Desk) -> None:
    limit(desk, single=euro("900.00"))
    line = gift(desk)
    shares = [reconciling.parse_target(desk.book, "campaign:C-101=900.00", 1)]
    [warning] = reconciling.accept(desk.book, line, shares, desk.now).warnings
    assert (warning.code, warning.values["reasons"][0].code) == ("review.held", "review.reason.single")  # type: ignore[index]
    assert waiting(desk) == [("held", "single")]
    assert (desk.money("S"), desk.money()) == ("900.00", "3030.00")
    assert faults(desk.book) == []


def test_what_one_donor_gives_in_twelve_months_counts_together(desk: Desk) -> None:
    limit(desk, year=euro("1050.00"))
    desk.accept(gift(desk, "40.00"), "campaign:C-101")
    assert waiting(desk) == []
    desk.take(Paid("10.00", "03-03", ALPHA, "LT1099", bank="last"), first="03-01", last="03-31", opening="3570.00", number="3")
    desk.accept(desk.line("10.00"), "campaign:C-101")
    assert waiting(desk) == [("held", "twelve_months")]


def test_gifts_accepted_together_count_together(desk: Desk) -> None:
    limit(desk, year=euro("100.00"))
    rf = desk.find("C-101").reference
    paid = [Paid("60.00", "02-03", "Sample Person New", rf=rf, bank=f"twin-{n}") for n in (1, 2)]
    desk.take(*paid, first="02-01", last="02-28", opening="3530.00", number="2")
    assert desk.sure() == 2
    assert waiting(desk) == [("held", "twelve_months")]
    assert faults(desk.book) == []


def test_a_listed_country_a_third_party_and_the_family_of_the_person_helped_ask(desk: Desk) -> None:
    with desk.book.operation("beneficiary", desk.now) as op:
        erasure.set_beneficiary(op, desk.find("C-101").id, "Invented Alpha")
    limit(desk, third_party=True, family=True, countries=frozenset({"XX"}))
    line = gift(desk, "20.00", "Donor Alpha", "XX1099")
    with desk.book.reading() as db:
        [(gamma, _)] = parties.donors_named(db, fold("Donor Gamma"))
    desk.accept(line, "campaign:C-101", donor=gamma)
    assert waiting(desk) == [("held", "third_party country family")]


def test_a_held_gift_can_be_neither_booked_nor_opened_nor_left_out(desk: Desk) -> None:
    limit(desk, single=euro("900.00"))
    line = gift(desk)
    desk.accept(line, "campaign:C-101")
    assert refused(lambda: desk.accept(line, "campaign:C-101")) == ["review.waiting"]
    assert refused(lambda: reconciling.unmatch(desk.book, line, desk.now)) == ["review.waiting"]
    assert refused(lambda: reviews.hold(desk.book, line, desk.now)) == ["review.waiting"]


def test_the_database_itself_keeps_a_held_gift_in_suspense(desk: Desk) -> None:
    from sqlalchemy.exc import IntegrityError  # noqa: PLC0415  one test of twenty

    line = gift(desk)
    reviews.hold(desk.book, line, desk.now)
    with pytest.raises(IntegrityError, match="gift under review"), desk.book.operation("walk round", desk.now) as op:
        op.db.exec_driver_sql(
            "INSERT INTO reconciliation (line_id, entry_id, disposition, rule, evidence, accepted_by, operation_id)"
            f" VALUES ({line}, 1, 'campaign', 'x', '[]', 1, {op.id})"
        )


def test_two_people_clear_it_against_a_list_and_then_it_is_booked(desk: Desk, second: Witness) -> None:
    limit(desk, single=euro("900.00"))
    line = gift(desk)
    desk.accept(line, "campaign:C-101")
    assert refused(lambda: reviews.clear(desk.book, 1, desk.now, None, "")) == ["review.two_persons", "review.no_list"]
    late = day("12-31").replace(year=2027)
    assert refused(lambda: reviews.clear(desk.book, 1, desk.now, second, "EU", late)) == ["review.screened_later"]
    reviews.clear(desk.book, 1, desk.now, second, "EU consolidated list", day("02-04"))
    assert desk.money("S") == "900.00"
    desk.accept(line, "campaign:C-101")
    assert (desk.money("S"), desk.money()) == ("0.00", "3930.00")
    assert refused(lambda: reviews.send_back(desk.book, 1, desk.now, second)) == ["review.decided"]
    assert faults(desk.book) == []


def test_a_gift_sent_back_leaves_suspense_by_the_bank_s_line_alone(desk: Desk, second: Witness) -> None:
    line = gift(desk)
    reviews.hold(desk.book, line, desk.now, "the payer asked for it")
    reviews.send_back(desk.book, 1, desk.now, second)
    assert refused(lambda: desk.accept(line, "campaign:C-101")) == ["review.goes_back"]
    desk.take(Paid("-900.00", "03-03", ALPHA, "LT1099", bank="back"), first="03-01", last="03-31", opening="4430.00", number="3")
    changes = reconciling.accept_as(desk.book, desk.line("-900.00"), "return", desk.now)
    assert changes.warnings == ()
    assert (desk.money("S"), desk.money()) == ("0.00", "3030.00")
    with desk.book.reading() as db:
        assert [(one.state, one.gone_back) for one in store.reviews(db)] == [(ReviewState.RETURNED, True)]
    assert faults(desk.book) == []


def test_money_sent_elsewhere_or_before_anybody_decided_is_booked_and_said(desk: Desk) -> None:
    reviews.hold(desk.book, line := gift(desk), desk.now)
    desk.take(Paid("-900.00", "03-03", ALPHA, "LT7799", bank="back"), first="03-01", last="03-31", opening="4430.00", number="3")
    changes = reconciling.accept_as(desk.book, desk.line("-900.00"), "return", desk.now, of=line)
    assert [one.code for one in changes.warnings] == ["review.not_decided", "review.other_account"]
    assert desk.money("S") == "0.00"


def test_a_booked_gift_held_by_hand_goes_back_to_suspense_and_undo_brings_it_back(desk: Desk) -> None:
    line = desk.line("1000.00", "matched")
    reviews.hold(desk.book, line, desk.now)
    assert (desk.money("S"), desk.money()) == ("1000.00", "2030.00")
    undoing.undo(desk.book, desk.now)
    assert (desk.money("S"), desk.money()) == ("0.00", "3030.00")
    assert waiting(desk) == []
    assert faults(desk.book) == []


def test_a_decision_is_undone_only_while_the_gift_stands_in_suspense(desk: Desk, second: Witness) -> None:
    line = gift(desk)
    reviews.hold(desk.book, line, desk.now)
    done = reviews.clear(desk.book, 1, desk.now, second, "EU consolidated list")
    undoing.undo(desk.book, desk.now)
    assert waiting(desk) == [("held", "hand")]
    done = reviews.clear(desk.book, 1, desk.now, second, "EU consolidated list")
    desk.accept(line, "campaign:C-101")
    assert refused(lambda: undoing.undo(desk.book, desk.now, done.operation)) == ["undo.changed_since"]
    assert faults(desk.book) == []


def test_holding_less_needs_two_people(desk: Desk, second: Witness) -> None:
    limit(desk, single=euro("900.00"), countries=frozenset({"XX"}))
    assert refused(lambda: limit(desk, single=euro("901.00"), countries=frozenset({"XX"}))) == ["review.loosened"]
    assert refused(lambda: limit(desk, single=euro("-1.00"), countries=frozenset({"x"}))) == [
        "review.limit", "review.country", "review.loosened",
    ]  # fmt: skip
    reviews.set_limits(desk.book, Limits(), desk.now, second)
    with desk.book.reading() as db:
        assert store.limits(db, "EUR") == Limits()
    assert faults(desk.book) == []


def test_money_that_went_out_is_no_gift_to_hold(desk: Desk) -> None:
    desk.take(Paid("-9.00", "02-03", bank="charge"), first="02-01", last="02-28", opening="3530.00", number="2")
    assert refused(lambda: reviews.hold(desk.book, desk.line("-9.00"), desk.now)) == ["review.no_gift"]
    assert refused(lambda: reviews.clear(desk.book, 7, desk.now, None, "x")) == ["review.unknown"]


def test_what_was_said_of_her_is_hers_to_see_and_goes_with_her(desk: Desk, second: Witness) -> None:
    line = desk.line("1000.00", "matched")
    reviews.hold(desk.book, line, desk.now, "Donor Alpha is a cousin")
    reviews.clear(desk.book, 1, desk.now, second, "EU consolidated list")
    desk.accept(line, "campaign:C-101")
    with desk.book.reading() as db:
        [(alpha, _)] = parties.donors_named(db, fold(ALPHA))
        told = everything_about(db, alpha, "Testų fondas", "EUR")
    assert [(one.state, one.said) for one in told.reviews] == [("clear", "Donor Alpha is a cousin")]
    erasing.erase_donor(desk.book, alpha, desk.now)
    with desk.book.reading() as db:
        assert [one.said for one in store.reviews(db, reveal=True)] == [""]
    assert faults(desk.book) == []
    assert campaigns.blocking(desk.book, "C-101")


# --- the rule ---------------------------------------------------------------------------------------------------------
@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_higher_limit_is_looser_and_holds_no_more(amount: int, before: int, low: int, high: int) -> None:
    low, high = sorted((low, high))
    tight, loose = (Limits(Money(one, "EUR"), Money(one, "EUR")) for one in (low, high))
    offered = Offered(Money(amount, "EUR"), Money(before, "EUR"))
    assert set(reasons(offered, loose)) <= set(reasons(offered, tight))
    assert loosened(tight, loose) == (low < high)
    assert not loosened(loose, tight)


def test_a_donor_s_own_account_is_no_third_party() -> None:
    same = Offered(euro("1.00"), euro("0.00"), "beta sample", "LT1", "alpha sample", knows_account=True)
    assert reasons(same, Limits(third_party=True)) == ()
    assert reasons(Offered(euro("1.00"), euro("0.00"), "beta sample", "LT1", "alpha sample"), Limits(third_party=True)) == (
        Reason.THIRD_PARTY,
    )
