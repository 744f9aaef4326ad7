"""Two entries of the register that are one person: whether they may become one, and what that one would be."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fundledger.domain.problem import Problem

if TYPE_CHECKING:
    from fundledger.domain.money import Money

_LONGEST = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_CODE = re.compile(r"([Dd]-)?([0-9]{1,9})", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>\"(),:;]+@[^\s@<>\"(),:;.]+(\.[^\s@<>\"(),:;.]+)+")


@dataclass(frozen=True, slots=True)
class Standing:
    """One entry as it stands: `given` is what was given less what was taken back, `last_on` an ISO day.

    `accounts`, `emails`, `pledges` and `vouchers` are counted. An erased donor and one merged into another, whose code is `into`, take
    nothing any more.
    """

    code: str
    gifts: int
    given: Money
    last_on: str | None
    accounts: int
    emails: int
    pledges: int
    vouchers: int
    protected: bool = False
    restricted: bool = False
    erased: bool = False
    into: str = ""


def email_of(text: str) -> str:
    """An e-mail as it is kept, in small letters; empty where the text is none."""
    said = text.strip().lower()
    return said if len(said) <= _LONGEST and _EMAIL.fullmatch(said) else ""


def code_begun(word: str) -> str:
    """The beginning of a code that a word is: `D-01` as it is typed, a number alone as the code of that number; else empty."""
    found = _CODE.fullmatch(word)
    if not found:
        return ""
    return word.upper() if found[1] else f"D-{int(found[2]):04d}"


def check_merge(gone: Standing, kept: Standing, *, apart: bool) -> list[Problem]:
    """Why two entries may not become one; `apart`: somebody said that they are two persons.."""
    if gone.code == kept.code:
        return [Problem("donor.same", gone.code)]
    found = [Problem("donor.merged", one.code, {"into": one.into}) for one in (gone, kept) if one.into]
    found += [Problem("donor.erased", one.code) for one in (gone, kept) if one.erased]
    found += [Problem("donor.restricted", one.code) for one in (gone, kept) if one.restricted and not one.erased]
    return found + ([Problem("donor.apart", gone.code, {"other": kept.code})] if apart else [])


def united(gone: Standing, kept: Standing, shared_emails: int) -> Standing:
    """What the one that is kept would be; whoever is protected stays so. `shared_emails` are e-mails both have."""
    return replace(
        kept,
        gifts=gone.gifts + kept.gifts,
        given=gone.given + kept.given,
        last_on=max(filter(None, (gone.last_on, kept.last_on)), default=None),
        accounts=gone.accounts + kept.accounts,
        emails=gone.emails + kept.emails - shared_emails,
        pledges=gone.pledges + kept.pledges,
        vouchers=gone.vouchers + kept.vouchers,
        protected=gone.protected or kept.protected,
    )
