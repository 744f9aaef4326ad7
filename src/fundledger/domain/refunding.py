"""Who gets what of money that goes back: in proportion to what was given, and only to the account a gift came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.money import Money, split

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


class Fate(StrEnum):
    """What becomes of a share: all but a refund go where the mandate's fallback says."""

    REFUND = "refund"
    SMALL = "small"  # below the smallest refund
    SOURCE = "source"  # came in cash, by card or from an account nobody knows, or was no gift at all
    GUARDED = "guarded"  # of a protected, restricted or erased donor, who is asked first


@dataclass(frozen=True, slots=True)
class Given:
    """A gift as far as it stands: given less what went back, in minor units.

    `source` is the account it came from, where money can go back to it; `line` the bank line that brought it. `code` is the donor's.
    """

    gift: int
    donor: int | None
    code: str | None
    line: int | None
    source: str | None
    given_on: date
    minor: int
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class GiftShare:
    """What of a gift goes back; `gift` is None for what was no gift: a cover, or what came before the book."""

    gift: int | None
    given_on: date | None
    given: Money
    share: Money


@dataclass(frozen=True, slots=True)
class RefundShare:
    """One payment back, or what would be one: all gifts of a donor from one account; an unlinked gift stands for itself."""

    donor: int | None
    code: str | None
    line: int | None
    gifts: tuple[GiftShare, ...]
    fate: Fate

    @property
    def given(self) -> Money:
        """What stood of these gifts."""
        first, *rest = (one.given for one in self.gifts)
        return sum(rest, start=first)

    @property
    def share(self) -> Money:
        """What of them goes back, or to the fallback."""
        first, *rest = (one.share for one in self.gifts)
        return sum(rest, start=first)


def refund_shares(given: Sequence[Given], rest: Money, smallest_minor: int = 0, other_minor: int = 0) -> tuple[RefundShare, ...]:
    """Share `rest` over all gifts by largest remainder; the shares add up to it to the cent, the largest first.

    `other_minor` is what else the money was made of: its share is nobody's. Empty where nothing was given.
    """
    gifts = [one for one in given if one.minor > 0]
    other = max(other_minor, 0)
    if not gifts and not other:
        return ()
    *parts, left = split(rest, [*(one.minor for one in gifts), other])
    together: dict[object, list[tuple[Given, Money]]] = {}
    for one, part in zip(gifts, parts, strict=True):
        key = (one.donor, one.source) if one.donor is not None else one.gift
        together.setdefault(key, []).append((one, part))
    shares = [_share(some, smallest_minor) for some in together.values()]
    if other:
        own = GiftShare(None, None, Money(other, rest.currency), left)
        shares.append(RefundShare(None, None, None, (own,), Fate.SOURCE))
    return tuple(sorted(shares, key=lambda one: -one.share.minor))


def _share(some: Sequence[tuple[Given, Money]], smallest_minor: int) -> RefundShare:
    last, whole = some[-1][0], sum(part.minor for _, part in some)
    gifts = tuple(GiftShare(one.gift, one.given_on, Money(one.minor, part.currency), part) for one, part in some)
    if last.guarded:
        fate = Fate.GUARDED
    elif last.source is None:
        fate = Fate.SOURCE
    else:
        fate = Fate.SMALL if whole < max(smallest_minor, 1) else Fate.REFUND
    return RefundShare(last.donor, last.code, last.line, gifts, fate)
