"""Payees: found by name or code, made when new, with a word of warning; their accounts verified by somebody, and again when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.paying import AccountState
from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.services.changes import Area, Changes
from fundledger.services.folding import fold
from fundledger.store import parties
from fundledger.store import paying as store

if TYPE_CHECKING:
    from datetime import datetime

    from fundledger.domain.paying import PayeeAccount
    from fundledger.domain.people import Payee
    from fundledger.store.book import Book
    from fundledger.store.operations import Operation
    from fundledger.store.rows import Database


def the_payee(op: Operation, name: str, iban: str | None) -> tuple[Payee, tuple[Problem, ...]]:
    """The payee of this name or code, made when there is none; warns of a new one, of another account than known and of wrong digits."""
    if not name.strip():
        raise KnownError("payee.no_name")
    number = compact(iban) if iban else None
    wrong = (Problem("account.check_digits", number[:4]),) if number and not iban_is_valid(number) else ()
    found = parties.find_payee(op.db, name.strip(), fold(name))
    if found is None:
        made = parties.add_payee(op, name.strip(), fold(name), number)
        return made, (Problem("payee.new", made.code), *wrong)
    if number and found.iban and number != found.iban:
        return found, (Problem("payee.other_account", found.code), *wrong)
    if number and not found.iban:
        parties.set_payee_account(op, found.id, number)
        return found, (Problem("payee.account_added", found.code), *wrong)
    return found, wrong


_TOUCHED = frozenset({Area.INVOICES})


def add_payee(book: Book, name: str, iban: str, at: datetime) -> Changes:
    """A new payee; raises KnownError payee.no_name, payee.known, payee.iban for an account with wrong check digits."""
    number = _checked(name, iban)
    with book.operation("payee add", at) as op:
        known = parties.find_payee(op.db, name.strip(), fold(name))
        if known:
            raise KnownError("payee.known", known.code)
        made = parties.add_payee(op, name.strip(), fold(name), number)
        return Changes(op.id, (made.id,), _TOUCHED, () if number else (Problem("payee.no_account", made.code),))


def edit_payee(book: Book, key: str, at: datetime, name: str | None = None, iban: str | None = None) -> Changes:
    """Another name or account; an account that was another before pays nothing until somebody verifies it."""
    with book.operation("payee edit", at, subject=key) as op:
        known = find(op.db, key)
        called = name.strip() if name is not None else known.name
        number = _checked(called, iban) if iban is not None else known.iban
        same = parties.find_payee(op.db, called, fold(called))
        if same and same.id != known.payee:
            raise KnownError("payee.known", same.code)
        store.set_payee(op, known, called, fold(called), number)
        changed = known.iban is not None and number != known.iban
        return Changes(op.id, (known.payee,), _TOUCHED, (Problem("payee.account_changed", known.code),) if changed else ())


def verify_payee(book: Book, key: str, iban: str, at: datetime, how: str | None = None) -> Changes:
    """Say that the payee's account is what she said when she was asked (`how`: a word of ASKED), which is typed anew.

    Raises payee.other_typed where it is another.
    """
    with book.operation("payee verify", at, subject=key) as op:
        known = find(op.db, key)
        if known.state is AccountState.NONE:
            raise KnownError("payee.no_account", known.code)
        if compact(iban) != known.iban:
            raise KnownError("payee.other_typed", known.code)
        _checked(known.name, iban)
        store.set_verified(op, known.payee, how)
        return Changes(op.id, (known.payee,), _TOUCHED)


def find(db: Database, key: str) -> PayeeAccount:
    """The payee with this code or name, with her account; raises payee.unknown."""
    found = parties.find_payee(db, key.strip(), fold(key))
    if found is None:
        raise KnownError("payee.unknown", key)
    return store.payee_accounts(db)[found.id]


def _checked(name: str, iban: str) -> str | None:
    if not name.strip():
        raise KnownError("payee.no_name")
    number = compact(iban)
    if number and not iban_is_valid(number):
        raise KnownError("payee.iban", number[:4])
    return number or None
