"""Receipts and letters for a donor who asks, and only then; each one that leaves is numbered or logged."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, refusal
from fundledger.domain.receipt import Receipt, ReceiptKind, check_letter, check_receipt
from fundledger.services.changes import Area, Changes
from fundledger.services.signing import sign_close
from fundledger.store import erasing, parties
from fundledger.store import receipts as store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from fundledger.domain.people import Donor
    from fundledger.domain.problem import Problem
    from fundledger.domain.receipt import Gift
    from fundledger.store.book import Book, Witness
    from fundledger.store.operations import Operation

_TOUCHED = frozenset({Area.DONORS})


def issue_receipt(
    book: Book,
    donor: str | int,
    at: datetime,
    deliver: Callable[[Receipt], bytes],
    *,
    gift: str | int | None = None,
    year: int | None = None,
    language: str = "en",
    second: Witness | None = None,
) -> tuple[Changes, Receipt]:
    """Make a receipt for the payment a `gift` came by, or for a `year`; `deliver` writes it and returns its bytes, in the operation.

    What was confirmed before says so, with the word duplicate. A protected donor's leaves with a `second` person's consent, who signs
    the log. Raises KnownError receipt.which, receipt.nothing, gift.unknown, gift.not_hers, letter.*.
    """
    if (gift is None) == (year is None):
        raise KnownError("receipt.which", str(donor))
    agreed = second if second and second.person_id != book.person_id else None
    with book.operation("donor receipt", at) as op:
        who = parties.find_donor(op.db, donor)
        gifts = _of_year(op, who, year) if year is not None else store.payment_of(op.db, who, gift or 0, op.currency)
        gifts = tuple(one for one in gifts if one.stands.minor > 0)
        problems = check_receipt(who, gifts, erased=erasing.is_erased(op.db, who.id), second=agreed is not None)
        if problems:
            raise refusal(tuple(problems))
        made = _receipt(op, book, who, gifts, at.date(), language, year)
        digest = hashlib.sha256(deliver(made)).hexdigest()
        row_id = store.add_receipt(op, made, digest, agreed.person_id if agreed else None)
        signed = sign_agreed(book, op, agreed)
        return Changes(op.id, (row_id,), _TOUCHED, signed), made


def sign_agreed(book: Book, op: Operation, second: Witness | None) -> tuple[Problem, ...]:
    """Sign what two persons did, with both; nothing where one was enough."""
    return sign_close(book, op, second) if second else ()


def _of_year(op: Operation, who: Donor, year: int | None) -> tuple[Gift, ...]:
    return tuple(one for one in store.gifts_of(op.db, who.id, op.currency) if one.given_on.year == year)


def _receipt(op: Operation, book: Book, who: Donor, gifts: Sequence[Gift], on: date, language: str, year: int | None) -> Receipt:
    kind, ids = ReceiptKind.SINGLE if year is None else ReceiptKind.YEARLY, [one.id for one in gifts]
    before = store.same_before(op.db, kind.value, ids)
    named, earlier = store.purposes(op.db, gifts, op.currency, language), store.earlier(op.db, ids)
    number, repeats = store.next_number(op.db, on.year), before[1] if before else None
    return Receipt(number, kind, book.name, who, tuple(gifts), on, language, named, earlier, year, repeats)


def log_letter(book: Book, donor: str | int, at: datetime, second: Witness | None = None) -> Changes:
    """Write down that a letter to a donor leaves; a protected one's with a `second` person. Raises letter.*."""
    agreed = second if second and second.person_id != book.person_id else None
    with book.reading() as db:
        who = parties.find_donor(db, donor)
        erased = erasing.is_erased(db, who.id)
    problems = check_letter(who, erased=erased, second=agreed is not None)
    if problems:
        raise refusal(tuple(problems))
    with book.operation("donor where", at, subject=who.code) as op:
        return Changes(op.id, (who.id,), frozenset(), sign_agreed(book, op, agreed))


def set_anonymous(book: Book, gift: str | int, at: datetime, *, anonymous: bool = True) -> Changes:
    """Make a gift anonymous, or no longer so; whose it is stays known to the books. Raises gift.unknown."""
    with book.operation("gift anonymous", at) as op:
        found = store.find_gift(op.db, gift, op.currency)
        store.set_anonymous(op, found.id, anonymous=anonymous)
        return Changes(op.id, (found.id,), _TOUCHED)
