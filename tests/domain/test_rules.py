"""A rule holds of the lines that look as it says, and is whole before it is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fundledger.domain.matching import OpenLine, Payment, TargetKind
from fundledger.domain.money import Money
from fundledger.domain.rules import Direction, Rule, check_rule, matches

RENT = Rule(TargetKind.ACCOUNT, Direction.OUT, text="office rent", account="5400")


def line(minor: int = -40000, words: str = "office rent march", name: str = "sample landlord", iban: str = "LT12") -> OpenLine:
    amount = Money(minor, "EUR")
    return OpenLine(1, date(2026, 3, 2), amount, Payment(amount, words, "", iban, name, None, words), account="1010-1")


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        (RENT, True),
        (replace(RENT, direction=Direction.BOTH), True),
        (replace(RENT, direction=Direction.IN), False),
        (replace(RENT, text="office ren"), False),
        (replace(RENT, text="rent office"), False),
        (replace(RENT, name="sample landlord"), True),
        (replace(RENT, name="landlord"), False),
        (replace(RENT, iban="LT12"), True),
        (replace(RENT, iban="LT13"), False),
        (replace(RENT, bank="1010-1"), True),
        (replace(RENT, bank="1010-2"), False),
        (replace(RENT, least_minor=40000, most_minor=40000), True),
        (replace(RENT, least_minor=40001), False),
        (replace(RENT, most_minor=39999), False),
    ],
)
def test_everything_a_rule_names_must_hold(rule: Rule, holds: bool) -> None:
    assert matches(rule, line()) is holds


@pytest.mark.parametrize(
    ("rule", "lacks"),
    [
        (RENT, []),
        (replace(RENT, text=""), ["rule.looks_for_nothing"]),
        (replace(RENT, account=None), ["rule.no_account"]),
        (replace(RENT, target=TargetKind.CAMPAIGN), ["rule.no_campaign"]),
        (replace(RENT, target=TargetKind.INVOICE), ["rule.target"]),
        (replace(RENT, least_minor=2, most_minor=1, text=""), ["rule.looks_for_nothing", "rule.bounds"]),
    ],
)
def test_a_rule_says_all_it_lacks(rule: Rule, lacks: list[str]) -> None:
    assert [problem.code for problem in check_rule(rule)] == lacks
