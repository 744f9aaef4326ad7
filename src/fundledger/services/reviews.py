"""Gifts under review: held in suspense, cleared or sent back by two people, by limits that the log remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.review import Reason, ReviewState, check_decision, check_limits, loosened
from fundledger.services.changes import Area, Changes
from fundledger.services.reconciling import hold_in_suspense
from fundledger.services.screening import refuse_waiting
from fundledger.services.signing import sign_close
from fundledger.store import lines
from fundledger.store import reviews as store

if TYPE_CHECKING:
    from datetime import date, datetime

    from fundledger.domain.review import Limits
    from fundledger.store.book import Book, Witness

_TOUCHED = frozenset({Area.LINES, Area.CAMPAIGNS, Area.DONORS})


def hold(book: Book, line_id: int, at: datetime, said: str = "") -> Changes:
    """Put a gift in suspense until two people decide on it, wherever it stands. Raises review.no_gift, review.waiting, line.*."""
    with book.operation("review hold", at) as op:
        row = lines.find_line(op.db, line_id)
        if row.amount.minor <= 0:
            raise KnownError("review.no_gift", str(line_id))
        refuse_waiting(op.db, line_id)
        warnings = hold_in_suspense(op, row)
        row_id = store.add_review(op, line_id, (Reason.HAND,), said.strip())
        return Changes(op.id, (row_id,), _TOUCHED, warnings)


def clear(
    book: Book, review: str | int, at: datetime, second: Witness | None, against: str, screened_on: date | None = None, said: str = ""
) -> Changes:
    """Two people let a gift be booked: screened on a day against a list. It stays in suspense until somebody says what it is for.

    Raises review.unknown, review.decided, review.two_persons, review.no_list, review.screened_later.
    """
    return _decide(book, review, ReviewState.CLEAR, at, second, (against.strip(), said.strip()), screened_on or at.date())


def send_back(book: Book, review: str | int, at: datetime, second: Witness | None, said: str = "") -> Changes:
    """Two people decide that a gift goes back to the account it came from; until the bank has sent it, it stands in suspense.

    Raises as clear.
    """
    return _decide(book, review, ReviewState.RETURNED, at, second, ("", said.strip()), None)


def _decide(
    book: Book, review: str | int, to: ReviewState, at: datetime, second: Witness | None, texts: tuple[str, str], screened_on: date | None
) -> Changes:
    with book.operation("review clear" if to is ReviewState.CLEAR else "review return", at) as op:
        found = store.find_review(op.db, review)
        agreed = second if second and second.person_id != op.person_id else None
        days = {"screened_on": screened_on or at.date(), "today": at.date()}
        problems = check_decision(str(found.id), found.state, to, second=agreed is not None, against=texts[0], **days)
        if problems or agreed is None:
            raise refusal(tuple(problems))
        store.decide(op, found.id, to, agreed.person_id, screened_on, texts)
        return Changes(op.id, (found.id,), _TOUCHED, sign_close(book, op, agreed))


def set_limits(book: Book, limits: Limits, at: datetime, second: Witness | None = None) -> Changes:
    """What is held from now on; holding less needs a `second` person. Raises review.limit, review.country, review.loosened."""
    with book.operation("review settings", at) as op:
        problems = check_limits(limits, op.currency)
        agreed = second if second and second.person_id != op.person_id else None
        less = loosened(store.limits(op.db, op.currency), limits)
        problems += [Problem("review.loosened")] if less and agreed is None else []
        if problems:
            raise refusal(tuple(problems))
        store.set_limits(op, limits)
        return Changes(op.id, (), frozenset({Area.BOOK}), sign_close(book, op, agreed) if agreed else ())
