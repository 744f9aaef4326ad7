"""Payees: found by name or code, made when new, with a word of warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.services.folding import fold
from fundledger.store import parties

if TYPE_CHECKING:
    from fundledger.domain.people import Payee
    from fundledger.store.operations import Operation


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
