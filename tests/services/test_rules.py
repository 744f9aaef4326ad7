"""Rules: learned from a decision, tried against the past, proposed and never accepted by themselves, undone like all else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.matching import TargetKind
from fundledger.domain.rules import Direction, Rule
from fundledger.services import reconciling, rules
from fundledger.services.proposing import proposals
from fundledger.services.undoing import undo
from fundledger.store.reconciliations import active
from tests.services.bookkeeping import Desk, Paid, faults, refused

if TYPE_CHECKING:
    from fundledger.domain.matching import Match

RENT = Rule(TargetKind.ACCOUNT, Direction.OUT, text="Office RENT", account="5400")


@pytest.fixture
def rents(desk: Desk) -> Desk:
    """Two months of rent; the first is booked."""
    for month, last in (("02", "28"), ("03", "31")):
        paid = Paid("-40.00", f"{month}-03", "Sample Landlord", text=f"Office rent {month}/2026")
        opening = "3530.00" if month == "02" else "3490.00"
        desk.take(paid, first=f"{month}-01", last=f"{month}-{last}", opening=opening, number=month)
    first = desk.lines()[0].id
    desk.accept(first, "account:5400")
    return desk


def best(desk: Desk) -> Match:
    [found] = proposals(desk.book).values()
    return found[0]


def test_a_rule_is_learned_from_a_decision_and_proposes_the_next_one(rents: Desk) -> None:
    [booked] = [one for one in rents.lines("matched") if str(one.amount) == "-40.00"]
    draft = rules.learn(rents.book, booked.id)
    assert (draft.name, draft.iban, draft.target, draft.account, draft.direction) == (
        "landlord sample", "", TargetKind.ACCOUNT, "5400", Direction.OUT,
    )  # fmt: skip
    assert [(one.became, one.agrees) for one in rules.would_have(rents.book, draft)] == [("", False), ("other", True)]
    assert rules.rules(rents.book) == [], "a draft is not saved"
    rules.save(rents.book, draft, rents.now)
    with rents.book.reading() as db:
        decision = active(db, booked.id, "EUR")
    assert [one.learned_from for one in rules.rules(rents.book)] == [decision.id if decision else 0]
    match = best(rents)
    assert (match.sure, match.rule.startswith("rule:"), match.evidence[0].values["number"]) == (False, True, 1)
    assert rents.sure() == 0
    reconciling.accept_match(rents.book, match, rents.now)
    assert faults(rents.book) == []


def test_what_is_kept_is_folded_and_the_order_is_the_order_they_are_tried_in(rents: Desk) -> None:
    rules.save(rents.book, RENT, rents.now)
    rules.save(rents.book, replace(RENT, target=TargetKind.SUSPENSE, account=None), rents.now)
    assert [one.text for one in rules.rules(rents.book)] == ["office rent"] * 2
    assert best(rents).shares[0].target is TargetKind.ACCOUNT
    rules.move(rents.book, 2, 1, rents.now)
    assert best(rents).shares[0].target is TargetKind.SUSPENSE
    rules.save(rents.book, replace(rules.find(rents.book, 1), off=True), rents.now)
    assert best(rents).shares[0].target is TargetKind.ACCOUNT
    rules.remove(rents.book, 2, rents.now)
    assert proposals(rents.book)[rents.lines()[0].id] == []
    undo(rents.book, rents.now)
    assert best(rents).evidence[0].values["number"] == 2
    assert faults(rents.book) == []


def test_a_saved_rule_is_undone(rents: Desk) -> None:
    rules.save(rents.book, RENT, rents.now)
    undo(rents.book, rents.now)
    assert rules.rules(rents.book) == []
    assert faults(rents.book) == []


def test_a_rule_that_is_not_whole_is_refused_with_everything_it_lacks(desk: Desk) -> None:
    def save(rule: Rule) -> list[str]:
        return refused(lambda: rules.save(desk.book, rule, desk.now))

    assert save(replace(RENT, text=" – ", account=None)) == ["rule.looks_for_nothing", "rule.no_account"]
    assert save(replace(RENT, account="2010")) == ["rule.account"]
    assert refused(lambda: rules.find(desk.book, 7)) == ["rule.unknown"]
    assert refused(lambda: rules.learn(desk.book, 99)) == ["line.unknown"]


def test_what_was_read_is_kept_until_the_next_operation_and_gone_when_the_book_locks(rents: Desk) -> None:
    proposals(rents.book)
    kept = dict(rents.book.kept)
    proposals(rents.book)
    assert all(rents.book.kept[name] is value for name, value in kept.items())
    assert kept
    rents.book.lock()
    assert rents.book.kept == {}
