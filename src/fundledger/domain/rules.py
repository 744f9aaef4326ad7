"""Rules a treasurer keeps: what a line must look like, and what is then proposed; never more than a proposal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.matching import TargetKind
from fundledger.domain.problem import Problem

if TYPE_CHECKING:
    from fundledger.domain.matching import OpenLine


class Direction(StrEnum):
    """Which way the money goes."""

    IN = "in"
    OUT = "out"
    BOTH = "both"


TARGETS = (TargetKind.CAMPAIGN, TargetKind.FOUNDATION, TargetKind.SUSPENSE, TargetKind.ACCOUNT, TargetKind.TRANSFER)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: everything it names must hold of a line; `number` is its place in the order, `id` 0 until it is saved.

    `text` stands in the line's text as whole words, `name` is the other party's; both are folded. `least_minor` and `most_minor`
    are magnitudes in the line's currency; `bank` is the code of an own account. `campaign` takes the share, or bears an account's.
    """

    target: TargetKind
    direction: Direction = Direction.BOTH
    text: str = ""
    name: str = ""
    iban: str = ""
    bank: str | None = None
    least_minor: int | None = None
    most_minor: int | None = None
    campaign: int | None = None
    account: str | None = None
    donor: int | None = None
    off: bool = False
    learned_from: int | None = None
    id: int = 0
    number: int = 0


def matches(rule: Rule, line: OpenLine) -> bool:
    """Whether a line looks as the rule says; whether the rule is on is not asked."""
    minor = line.amount.minor
    if rule.direction is not Direction.BOTH and (rule.direction is Direction.IN) != (minor > 0):
        return False
    if (rule.bank and rule.bank != line.account) or (rule.iban and rule.iban != line.whole.iban):
        return False
    if rule.name and rule.name != line.whole.folded:
        return False
    if rule.text and f" {rule.text} " not in f" {line.whole.words} ":
        return False
    return (rule.least_minor is None or rule.least_minor <= abs(minor)) and (rule.most_minor is None or abs(minor) <= rule.most_minor)


def check_rule(rule: Rule) -> list[Problem]:
    """What a rule lacks: something to look for, a target that is whole, bounds in order."""
    found, subject = [], str(rule.number or "")
    if not (rule.text or rule.name or rule.iban):
        found.append(Problem("rule.looks_for_nothing", subject))
    if rule.target not in TARGETS:
        found.append(Problem("rule.target", subject, {"target": rule.target.value}))
    if rule.target is TargetKind.CAMPAIGN and rule.campaign is None:
        found.append(Problem("rule.no_campaign", subject))
    if rule.target is TargetKind.ACCOUNT and not rule.account:
        found.append(Problem("rule.no_account", subject))
    if rule.least_minor is not None and rule.most_minor is not None and rule.least_minor > rule.most_minor:
        found.append(Problem("rule.bounds", subject))
    return found
