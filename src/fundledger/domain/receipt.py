"""What a receipt confirms: the gifts of one donor as they stand, given less what went back to her."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.money import Money, split
from fundledger.domain.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from fundledger.domain.entry import Original
    from fundledger.domain.people import Donor


class ReceiptKind(StrEnum):
    """For one payment, or for a year."""

    SINGLE = "single"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class Gift:
    """One share of a payment, booked as a donation; `payment` is the same for all shares of one payment.

    `campaign` is its code (None: the foundation itself), `amount` and `returned` are in the book's currency; `original` is what it was in
    another, with the rate it was booked at.
    """

    id: int
    payment: str
    given_on: date
    fund: int
    campaign: str | None
    amount: Money
    returned: Money
    anonymous: bool = False
    original: Original | None = None

    @property
    def stands(self) -> Money:
        """What was given less what went back."""
        return self.amount - self.returned


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Money of a fund that went back to a donor, a magnitude.

    `shares` are (gift, minor units given) of the payment that it takes back, whoever gave them; without them it takes back her gifts to
    the fund up to that day, in proportion.
    """

    fund: int
    on: date
    amount: Money
    shares: tuple[tuple[int, int], ...] = ()


def standing(gifts: Sequence[Gift], back: Iterable[GivenBack]) -> tuple[Gift, ...]:
    """The gifts with what went back of each, by largest remainder, never more than was given."""
    found = {gift.id: gift for gift in gifts}
    for one in sorted(back, key=lambda one: (not one.shares, one.on)):
        for gift_id, minor in _parts(one, found).items():
            gift = found.get(gift_id)
            if gift is not None:
                taken = min(minor, gift.stands.minor)
                found[gift_id] = replace(gift, returned=gift.returned + Money(taken, gift.amount.currency))
    return tuple(found.values())


def _parts(one: GivenBack, gifts: Mapping[int, Gift]) -> dict[int, int]:
    """How much of each gift a return takes, in minor units."""
    hers = [(gift.id, gift.stands.minor) for gift in gifts.values() if gift.fund == one.fund and gift.given_on <= one.on]
    shares = [(gift_id, minor) for gift_id, minor in one.shares or hers if minor > 0]
    if not shares or one.amount.minor <= 0:
        return {}
    return {gift_id: part.minor for (gift_id, _), part in zip(shares, split(one.amount, [minor for _, minor in shares]), strict=True)}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it leaves; `purposes` say per campaign code what it was for, `earlier` per gift the numbers of receipts before.

    `repeats` is the number of the one that confirmed these very gifts before, `year` that of a yearly one.
    """

    number: str
    kind: ReceiptKind
    foundation: str
    donor: Donor
    gifts: tuple[Gift, ...]
    issued_on: date
    language: str
    purposes: Mapping[str, str]
    earlier: Mapping[int, tuple[str, ...]]
    year: int | None = None
    repeats: str | None = None

    @property
    def total(self) -> Money:
        """What stands, altogether."""
        first, *rest = (gift.stands for gift in self.gifts)
        return sum(rest, start=first)


def check_receipt(donor: Donor, gifts: Sequence[Gift], *, erased: bool, second: bool) -> list[Problem]:
    """Everything that forbids a receipt: nobody to name, nothing that stands, a protected donor without a second person."""
    problems = check_letter(donor, erased=erased, second=second)
    if not any(gift.stands.minor > 0 for gift in gifts):
        problems.append(Problem("receipt.nothing", donor.code))
    return problems


def check_letter(donor: Donor, *, erased: bool, second: bool) -> list[Problem]:
    """Everything that forbids a letter to a donor."""
    problems = []
    if erased:
        problems.append(Problem("letter.erased", donor.code))
    elif donor.restricted:
        problems.append(Problem("letter.restricted", donor.code))
    if donor.protected and not second:
        problems.append(Problem("letter.protected", donor.code))
    return problems
