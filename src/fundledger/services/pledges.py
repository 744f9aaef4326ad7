"""Promises of donors: taken down, and given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.services.changes import Area, Changes
from fundledger.store import campaigns, parties
from fundledger.store import pledges as store

if TYPE_CHECKING:
    from datetime import date, datetime

    from fundledger.domain.money import Money
    from fundledger.store.book import Book

_TOUCHED = frozenset({Area.DONORS})


def add_pledge(book: Book, donor: str | int, code: str, amount: Money, on: date, at: datetime, *, due_on: date | None = None) -> Changes:
    """Take down a promise; a memo that is never counted as collected. Raises pledge.amount, pledge.due."""
    problems = [] if amount.minor > 0 else [Problem("pledge.amount", str(donor))]
    problems += [Problem("pledge.due", str(donor), {"on": on})] if due_on and due_on < on else []
    if problems:
        raise refusal(tuple(problems))
    with book.operation("pledge add", at) as op:
        found = campaigns.find_campaign(op.db, code, op.currency)
        who = parties.find_donor(op.db, donor)
        return Changes(op.id, (store.add_pledge(op, who.id, found.id, amount, on, due_on),), _TOUCHED)


def cancel_pledge(book: Book, pledge: str | int, on: date, at: datetime) -> Changes:
    """Expect nothing of a promise any more. Raises pledge.unknown, pledge.cancelled, pledge.kept."""
    with book.operation("pledge cancel", at) as op:
        found = store.find_pledge(op.db, pledge, op.currency)
        if found.cancelled_on is not None:
            raise KnownError("pledge.cancelled", str(found.id), on=found.cancelled_on)
        if not found.left:
            raise KnownError("pledge.kept", str(found.id))
        store.cancel(op, found.id, on)
        return Changes(op.id, (found.id,), _TOUCHED)
