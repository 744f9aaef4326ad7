"""Review of gifts: what asks for one, and what two people may decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.problem import Problem

if TYPE_CHECKING:
    from datetime import date

    from fundledger.domain.money import Money


class ReviewState(StrEnum):
    """Whether a gift waits in suspense, may be booked, or goes back to the account it came from."""

    HELD = "held"
    CLEAR = "clear"
    RETURNED = "returned"


class Reason(StrEnum):
    """What asks for a review; the last one is a person."""

    SINGLE = "single"
    TWELVE_MONTHS = "twelve_months"
    THIRD_PARTY = "third_party"
    COUNTRY = "country"
    FAMILY = "family"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Limits:
    """From which amounts on, and of whom, gifts are held; in the book's currency, at first nothing is.

    `single` is of one gift, `year` of all a donor gave within twelve months with it; `countries` are those of the payer's account, two
    capital letters each; `third_party` asks where another pays than the donor a person names, `family` where the payer is called as
    whom the campaign helps.
    """

    single: Money | None = None
    year: Money | None = None
    third_party: bool = False
    family: bool = False
    countries: frozenset[str] = field(default_factory=frozenset)

    @property
    def ask(self) -> bool:
        """Whether anything is held at all."""
        return bool(self.single or self.year or self.third_party or self.family or self.countries)


@dataclass(frozen=True, slots=True)
class Offered:
    """A gift before it is booked; names are folded. `before` is what the same donor gave in the twelve months before.

    `donor` is the name of whom a person says it is from, empty where nobody did; `knows_account` says that the payer's account is
    known to be hers. `helped` are the words of the name of whom the campaign helps.
    """

    amount: Money
    before: Money
    payer: str = ""
    iban: str = ""
    donor: str = ""
    knows_account: bool = False
    helped: frozenset[str] = field(default_factory=frozenset)


def reasons(gift: Offered, limits: Limits) -> tuple[Reason, ...]:
    """Everything that asks for a review of a gift."""
    other = gift.donor and gift.payer and gift.payer != gift.donor and not gift.knows_account
    asked = {
        Reason.SINGLE: limits.single is not None and gift.amount >= limits.single,
        Reason.TWELVE_MONTHS: limits.year is not None and gift.amount + gift.before >= limits.year,
        Reason.THIRD_PARTY: limits.third_party and bool(other),
        Reason.COUNTRY: gift.iban[:2].upper() in limits.countries,
        Reason.FAMILY: limits.family and bool(gift.helped & set(gift.payer.split())),
    }
    return tuple(reason for reason, asks in asked.items() if asks)


def check_limits(limits: Limits, currency: str) -> list[Problem]:
    """Amounts above zero in the book's currency, countries by two letters."""
    problems = [
        Problem("review.limit", str(amount), {"currency": currency})
        for amount in (limits.single, limits.year)
        if amount is not None and (amount.minor <= 0 or amount.currency != currency)
    ]
    wrong = sorted(one for one in limits.countries if len(one) != 2 or not (one.isascii() and one.isalpha() and one.isupper()))
    return problems + [Problem("review.country", one) for one in wrong]


def loosened(old: Limits, new: Limits) -> bool:
    """Whether gifts that were held before would now be booked."""
    higher = any(
        before is not None and (after is None or before < after) for before, after in ((old.single, new.single), (old.year, new.year))
    )
    return higher or old.third_party > new.third_party or old.family > new.family or not old.countries <= new.countries


def check_decision(
    review: str, state: ReviewState, to: ReviewState, *, second: bool, against: str, screened_on: date, today: date
) -> list[Problem]:
    """Everything that stands in the way of a decision: made already, made alone, cleared against no list or on a day to come."""
    problems = [] if state is ReviewState.HELD else [Problem("review.decided", review, {"state": state.value})]
    if not second:
        problems.append(Problem("review.two_persons", review))
    if to is ReviewState.CLEAR and not against.strip():
        problems.append(Problem("review.no_list", review))
    if screened_on > today:
        problems.append(Problem("review.screened_later", review, {"on": screened_on}))
    return problems
