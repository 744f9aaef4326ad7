"""Donors and their pledges."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from fundledger.domain.duplicates import Duplicate, duplicates
from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.reference import compact
from fundledger.services.changes import Area, Changes
from fundledger.services.folding import fold, sound
from fundledger.store import campaigns, parties
from fundledger.store.personal import everything_about

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from fundledger.domain.money import Money
    from fundledger.store.book import Book
    from fundledger.store.personal import PersonalData


def add_donor(book: Book, name: str, ibans: Sequence[str], at: datetime, *, protected: bool = False) -> Changes:
    """Add a donor with the accounts gifts come from; warns when the name, folded, is known already.

    The name is kept composed (NFC), so that one name is one row of letters; one without a letter or digit is none.
    """
    name = normalize("NFC", name)
    if not fold(name):
        raise KnownError("donor.no_name")
    with book.operation("donor add", at) as op:
        same = [code for _, code in parties.donors_named(op.db, fold(name))]
        added = parties.add_donor(op, name.strip(), fold(name), [compact(iban) for iban in ibans if compact(iban)], protected=protected)
        warnings = (Problem("donor.alike", added.code, {"other": same[0]}),) if same else ()
        return Changes(op.id, (added.id,), frozenset({Area.DONORS}), warnings)


def possible_duplicates(book: Book) -> list[Duplicate]:
    """Donors who may be one person by their names, whatever the alphabet; nobody is found by the name of a restricted or erased one."""
    with book.reading() as db:
        return duplicates(parties.donors_for_matching(db), lambda folded: " ".join(sorted(map(sound, folded.split()))))


def personal_data(book: Book, donor: str | int, at: datetime) -> PersonalData:
    """Everything the book holds about one donor, for herself alone; that it was asked for is logged."""
    with book.reading() as db:
        who = parties.find_donor(db, donor)
    with book.operation("donor export", at, subject=who.code):
        pass
    with book.reading() as db:
        return everything_about(db, who.id, book.name, book.currency)


def add_pledge(book: Book, donor: str | int, code: str, amount: Money, on: date, at: datetime) -> Changes:
    """Take down a promise; a memo that is never counted as collected."""
    if amount.minor <= 0:
        raise KnownError("pledge.amount", str(donor))
    with book.operation("pledge add", at) as op:
        found = campaigns.find_campaign(op.db, code, op.currency)
        who = parties.find_donor(op.db, donor)
        return Changes(op.id, (parties.add_pledge(op, who.id, found.id, amount, on),), frozenset({Area.DONORS}))
