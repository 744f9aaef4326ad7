"""Two entries of the register that are one person, or are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.donors import Standing, check_merge, united
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.services.changes import Area, Changes
from fundledger.store import merges, parties

if TYPE_CHECKING:
    from datetime import datetime

    from fundledger.store.book import Book
    from fundledger.store.operations import Operation
    from fundledger.store.rows import Database

_TOUCHED = frozenset({Area.DONORS, Area.LINES, Area.BOOK})


@dataclass(frozen=True, slots=True)
class Merger:
    """What merging would do: both as they stand, the one that would be left, and everything that stands in the way."""

    gone: Standing
    kept: Standing
    result: Standing
    problems: tuple[Problem, ...]


def preview(book: Book, gone: str | int, kept: str | int) -> Merger:
    """What `merge` would do now, with nothing written; raises donor.unknown."""
    with book.reading() as db:
        return _prepared(db, book.currency, *_both(db, gone, kept))


def merge(book: Book, gone: str | int, kept: str | int, at: datetime) -> Changes:
    """Make the first donor part of the second: accounts, e-mails, gifts, pledges, vouchers and rules are the second's since.

    The first keeps its name, by which the second is found as well. It can be undone until something later touches either. Raises
    donor.unknown and a refusal: donor.same, donor.merged, donor.erased, donor.restricted, donor.apart.
    """
    with book.operation(merges.MERGE, at) as op:
        one, other = _both(op.db, gone, kept)
        if problems := _prepared(op.db, op.currency, one, other).problems:
            raise refusal(problems)
        merges.merge(op, one, other)
        return Changes(op.id, (other, one), _TOUCHED)


def set_apart(book: Book, one: str | int, other: str | int, at: datetime, *, lifted: bool = False) -> Changes:
    """Say that two donors are not the same person, so that they are proposed no more; `lifted` takes that back.

    Raises donor.unknown, donor.merged, donor.same, and donor.not_apart where nobody had said what is taken back.
    """
    with book.operation("donor apart", at) as op:
        first, second = (parties.find_donor(op.db, each) for each in (one, other))
        if first.id == second.id:
            raise KnownError("donor.same", first.code)
        _say(op, first.id, second.id, first.code, second.code, lifted=lifted)
        return Changes(op.id, (first.id, second.id), frozenset({Area.DONORS}))


def _say(op: Operation, one: int, other: int, code: str, other_code: str, *, lifted: bool) -> None:
    if not lifted:
        merges.set_apart(op, one, other)
    elif not merges.no_longer_apart(op, one, other):
        raise KnownError("donor.not_apart", code, other=other_code)


def _both(db: Database, gone: str | int, kept: str | int) -> tuple[int, int]:
    return parties.find_donor(db, gone, merged=True).id, parties.find_donor(db, kept, merged=True).id


def _prepared(db: Database, currency: str, gone: int, kept: int) -> Merger:
    one, other = (merges.standing(db, each, currency) for each in (gone, kept))
    apart = tuple(sorted((gone, kept))) in merges.apart(db)
    result = united(one, other, len(merges.shared_emails(db, gone, kept)))
    return Merger(one, other, result, tuple(check_merge(one, other, apart=apart)))
