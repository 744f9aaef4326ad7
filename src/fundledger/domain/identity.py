"""What makes two bank lines the same line: never the amount alone, never anything that changes between downloads."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.reference import stated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from fundledger.domain.statement import StatementLine

_BLANKS = re.compile(r"\s+")


def line_key(line: StatementLine, account: str, secret: bytes) -> bytes:
    """Sixteen bytes that equal lines share: by bank reference, else by end-to-end id, else by content.

    Keyed with the book's secret, so that the key says nothing about a name to someone who only holds the figures.
    """
    references = line.references
    on = line.booked_on.isoformat() if line.booked_on else ""
    if references.bank and stated(references.bank):
        parts: tuple[str, ...] = ("a", references.bank)
    elif references.end_to_end and stated(references.end_to_end):
        parts = ("b", references.end_to_end)
    else:
        who = line.counterparty.iban or line.counterparty.name or ""
        parts = ("c", _BLANKS.sub(" ", who).casefold(), _BLANKS.sub(" ", line.remittance).strip().casefold())
    text = "\x1f".join((*parts, account, on, str(line.amount.minor), line.amount.currency))
    return hmac.digest(secret, text.encode(), hashlib.sha256)[:16]


@dataclass(frozen=True, slots=True)
class Span:
    """What a statement covers: its days, its balances in minor units and its number."""

    start_on: date | None
    end_on: date | None
    opening_minor: int | None = None
    closing_minor: int | None = None
    number: str | None = None


class Relation(StrEnum):
    """How two statements of one account stand to each other."""

    APART = "apart"
    OVERLAP = "overlap"
    UNCLEAR = "unclear"


def relate(one: Span, other: Span) -> Relation:
    """Whether two statements share what they state (equal lines are the same), share nothing, or it cannot be told.

    Sharing two days or more, or one day that lies inside the other, they overlap; only pages of the very same days may
    add up, where one opens as the other closes. Meeting on one day only, the balances decide, then the numbers.
    """
    if not (one.start_on and one.end_on and other.start_on and other.end_on):
        return Relation.UNCLEAR
    first, last = max(one.start_on, other.start_on), min(one.end_on, other.end_on)
    if last < first:
        return Relation.APART
    same_days = (one.start_on, one.end_on) == (other.start_on, other.end_on)
    if not same_days and (last > first or one.start_on < first < one.end_on or other.start_on < first < other.end_on):
        return Relation.OVERLAP
    return _by_balances(one, other) or (Relation.OVERLAP if last > first else _by_numbers(one, other))


def _by_balances(one: Span, other: Span) -> Relation | None:
    follows = _meets(one, other) or _meets(other, one)
    begins_alike = one.start_on == other.start_on and one.opening_minor is not None and one.opening_minor == other.opening_minor
    ends_alike = one.end_on == other.end_on and one.closing_minor is not None and one.closing_minor == other.closing_minor
    if follows == (begins_alike or ends_alike):
        return None
    return Relation.APART if follows else Relation.OVERLAP


def _by_numbers(one: Span, other: Span) -> Relation:
    if one.number is not None and one.number == other.number:
        return Relation.OVERLAP
    if _next_number(one.number, other.number) or _next_number(other.number, one.number):
        return Relation.APART
    return Relation.UNCLEAR


def _meets(earlier: Span, later: Span) -> bool:
    """The later opens with the balance with which the earlier closes, on that day or in the same days."""
    follows = earlier.end_on == later.start_on or (earlier.start_on, earlier.end_on) == (later.start_on, later.end_on)
    return follows and earlier.closing_minor is not None and earlier.closing_minor == later.opening_minor


def _next_number(number: str | None, following: str | None) -> bool:
    return bool(number and following and number.isdecimal() and following.isdecimal() and int(following) == int(number) + 1)


def shared_days(arriving: Span, known: Span) -> tuple[date, date] | None:
    """First and last day that an arriving statement covers whole and a known one covers too; None where there is none.

    A day on which the arriving one begins or ends may have more in it, unless the known one begins or ends with it.
    """
    if not (arriving.start_on and arriving.end_on and known.start_on and known.end_on):
        return None
    first, last = max(arriving.start_on, known.start_on), min(arriving.end_on, known.end_on)
    if first == arriving.start_on != known.start_on:
        first += timedelta(days=1)
    if last == arriving.end_on != known.end_on:
        last -= timedelta(days=1)
    return (first, last) if first <= last else None


class Verdict(StrEnum):
    """What becomes of a line of an arriving statement."""

    NEW = "new"
    HERE = "already_here"
    UNSURE = "unsure"


def judge(ordinal: int, candidates: Sequence[tuple[int, frozenset[Relation]]]) -> tuple[Verdict, int | None]:
    """Place the line that is number `ordinal` (from 0) among its equals of one statement.

    `candidates` are the equal lines in the book, each with how the statements it was seen in relate to the arriving
    one. A line seen in a statement apart from this one is another payment. Returns the verdict and the row it meets.
    """
    possible = [(row, relations) for row, relations in candidates if Relation.APART not in relations]
    certain = [row for row, relations in possible if Relation.OVERLAP in relations]
    doubtful = [row for row, relations in possible if Relation.OVERLAP not in relations]
    if ordinal < len(certain):
        return Verdict.HERE, certain[ordinal]
    if ordinal < len(certain) + len(doubtful):
        return Verdict.UNSURE, doubtful[ordinal - len(certain)]
    return Verdict.NEW, None
