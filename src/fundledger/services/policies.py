"""The foundation's own rules: how many people a payment takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.roles import check_people, keeps_people
from fundledger.services.changes import Area, Changes
from fundledger.services.signing import sign_close
from fundledger.store import policies

if TYPE_CHECKING:
    from datetime import datetime

    from fundledger.store.book import Book, Witness


def payment_people(book: Book) -> int:
    """How many different people enter, approve and pay one invoice at least."""
    with book.reading() as db:
        return policies.payment_people(db)


def set_payment_people(book: Book, n: int, at: datetime, second: Witness | None = None) -> Changes:
    """Let more or fewer people do for a payment; fewer takes a `second` person, and both sign the log.

    Raises person.not_allowed, policy.people, policy.loosened.
    """
    if not keeps_people(book.role):
        raise KnownError("person.not_allowed", book.role)
    with book.operation("policy set", at, subject="payment.people") as op:
        agreed = second if second and second.person_id != op.person_id else None
        problems = check_people(n, policies.payment_people(op.db), second=agreed is not None)
        if problems:
            raise refusal(tuple(problems))
        policies.set_payment_people(op, n)
        warned = (Problem("policy.one_person"),) if n == 1 else ()
        return Changes(op.id, (), frozenset({Area.BOOK, Area.INVOICES}), (*warned, *(sign_close(book, op, agreed) if agreed else ())))
