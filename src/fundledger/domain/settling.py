"""What money settles of an invoice: pro rata of what is open in its own currency and in the book's, and nothing left at its end."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

# What a bank exchanged is worth a tenth more or less at the most; whatever is further away is a part, or too much.
_NEAR = 10


@dataclass(frozen=True, slots=True)
class Open:
    """What may be settled of an invoice, in its own currency and in the book's, in minor units: one amount where they are the same."""

    own: int
    booked: int


@dataclass(frozen=True, slots=True)
class Part:
    """What is settled: `own` and `booked` of what was open, by `taken` of the money. All in minor units of their own currencies."""

    own: int = 0
    booked: int = 0
    taken: int = 0


def booked_part(left: Open, own: int) -> int:
    """What of the book's amount goes with a part of an invoice's own: all of it with the last part, less with any other, more beyond.

    That no part takes nothing keeps a bank line from an empty posting.
    """
    part = round(Fraction(left.booked * own, left.own))
    if own < left.own:
        return max(1, min(part, left.booked - 1))
    return left.booked if own == left.own else max(part, left.booked + 1)


def own_part(left: Open, booked: int) -> int:
    """What of an invoice's own amount goes with a part of the book's, the other way round."""
    return booked_part(Open(left.booked, left.own), booked)


def part_of(left: Open, money: int, worth: int, said: int | None = None) -> Part:
    """What a payment settles: `money` minor units of its currency, `worth` so much in the book's; all are magnitudes.

    `said` is what of the invoice's own amount it pays. Where nobody says so, it pays all that is open if its worth is near that, else
    as much as it is worth. The money that is not taken is beyond the invoice.
    """
    if left.booked <= 0 or left.own <= 0:
        return Part()
    if said is not None:
        own = min(said, left.own)
        return Part(own, booked_part(left, own), money if own == said else round(Fraction(money * own, said)))
    if abs(worth - left.booked) * _NEAR <= left.booked:
        return Part(left.own, left.booked, money)
    if worth > left.booked:
        return Part(left.own, left.booked, round(Fraction(money * left.booked, worth)))
    own = own_part(left, worth)
    return Part(own, booked_part(left, own) if own == left.own else worth, money)
