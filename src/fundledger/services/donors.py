"""The register of donors."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from fundledger.domain.donors import code_begun, email_of
from fundledger.domain.duplicates import Duplicate, duplicates
from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.reference import compact
from fundledger.services.changes import Area, Changes
from fundledger.services.folding import fold, fold_text, sound
from fundledger.services.signing import sign_close
from fundledger.store import donors, merges, parties
from fundledger.store.donors import Term, Wanted
from fundledger.store.personal import everything_about

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from fundledger.domain.people import Donor
    from fundledger.store.book import Book, Witness
    from fundledger.store.operations import Operation
    from fundledger.store.personal import PersonalData

_TOUCHED = frozenset({Area.DONORS})
_COUNTRY = 2  # letters


def add_donor(
    book: Book, name: str, ibans: Sequence[str], at: datetime, *, protected: bool = False, emails: Sequence[str] = (), why: str = ""
) -> Changes:
    """Add a donor with the accounts gifts come from; warns when the name, folded, is known already, or an account somebody else's.

    The name is kept composed (NFC), so that one name is one row of letters. `why` says why she is protected. Raises KnownError
    donor.no_name (one without a letter or digit is none) and donor.email_unreadable.
    """
    name, mails = _a_name(name), [_an_email(one) for one in emails if one.strip()]
    with book.operation("donor add", at) as op:
        same = [code for _, code in parties.donors_named(op.db, fold(name))]
        wanted = [compact(iban) for iban in ibans if compact(iban)]
        owners = [parties.donor_of_account(op.db, iban) for iban in wanted]
        taken = [Problem("donor.account_elsewhere", _code(op, owner)) for owner in owners if owner is not None]
        added = parties.add_donor(op, name, fold(name), wanted, protected=protected)
        for mail in mails:
            donors.add_email(op, added.id, mail)
        if why.strip():
            donors.protect(op, added.id, why.strip(), protected=protected)
        warnings = (Problem("donor.alike", added.code, {"other": same[0]}),) if same else ()
        return Changes(op.id, (added.id,), _TOUCHED, (*warnings, *taken))


def _a_name(name: str) -> str:
    """A name as it is kept; raises donor.no_name for one without a letter or digit."""
    name = normalize("NFC", name)
    if not fold(name):
        raise KnownError("donor.no_name")
    return name.strip()


def _an_email(text: str) -> str:
    if not email_of(text):
        raise KnownError("donor.email_unreadable", text.strip()[:80])
    return email_of(text)


def _code(op: Operation, donor_id: int) -> str:
    return parties.find_donor(op.db, donor_id).code


# --- changing ---------------------------------------------------------------------------------------------------------
def edit_donor(
    book: Book,
    donor: str | int,
    at: datetime,
    *,
    name: str | None = None,
    protected: bool | None = None,
    why: str = "",
    second: Witness | None = None,
) -> Changes:
    """Another name, or protected from now on, or no longer; None leaves it as it is.

    Protecting needs a reason. Lifting it needs one and a second person, who signs the log with whoever acts. Raises KnownError
    donor.unchanged, donor.no_reason, donor.two_persons, donor.no_name, and those of a donor who cannot be changed (donor.unknown,
    donor.merged, donor.restricted, donor.erased).
    """
    named = _a_name(name) if name is not None else None
    with book.operation("donor edit", at) as op:
        who = _changeable(op, donor)
        renamed, turned = named not in {None, who.name}, protected not in {None, who.protected}
        if not renamed and not turned:
            raise KnownError("donor.unchanged", who.code)
        if turned and not why.strip():
            raise KnownError("donor.no_reason", who.code)
        same = []
        if renamed and named is not None:
            same = [code for row, code in parties.donors_named(op.db, fold(named)) if row != who.id]
            donors.rename(op, who.id, named, fold(named))
        if turned:
            check_second(who, second)
            donors.protect(op, who.id, why.strip(), protected=bool(protected))
        signed = sign_close(book, op, second) if second and turned and not protected else ()
        warnings = (Problem("donor.alike", who.code, {"other": same[0]}),) if same else ()
        return Changes(op.id, (who.id,), _TOUCHED, (*warnings, *signed))


def is_guarded(book: Book, donor: str | int) -> bool:
    """Whether what concerns a donor takes two people; raises donor.unknown and donor.merged."""
    with book.reading() as db:
        return parties.find_donor(db, donor).guarded


def check_second(who: Donor, second: Witness | None) -> None:
    """Raises donor.two_persons where a donor is protected or restricted and nobody stands by whoever acts."""
    if who.guarded and second is None:
        raise KnownError("donor.two_persons", who.code)


def _changeable(op: Operation, donor: str | int) -> Donor:
    who = parties.find_donor(op.db, donor)
    donors.check_changeable(op.db, who.id)
    return who


def _change(book: Book, verb: str, donor: str | int, at: datetime, change: Callable[[Operation, Donor], None]) -> Changes:
    """One change of one donor; raises donor.unknown, donor.merged, donor.restricted, donor.erased and what the change raises."""
    with book.operation(verb, at) as op:
        who = _changeable(op, donor)
        change(op, who)
        return Changes(op.id, (who.id,), _TOUCHED)


def add_account(book: Book, donor: str | int, iban: str, at: datetime) -> Changes:
    """An account gifts of a donor come from; raises KnownError donor.no_account, donor.account_taken and those of `_change`."""
    wanted = compact(iban)

    def change(op: Operation, who: Donor) -> None:
        owner = parties.donor_of_account(op.db, wanted)
        if not wanted:
            raise KnownError("donor.no_account", who.code)
        if owner is not None:
            raise KnownError("donor.account_taken", who.code, other=_code(op, owner))
        parties.add_donor_account(op, who.id, wanted)

    return _change(book, "donor account add", donor, at, change)


def remove_account(book: Book, donor: str | int, iban: str, at: datetime) -> Changes:
    """An account that is hers no longer; gifts that came from it stay. Raises KnownError donor.account_unknown and those of `_change`."""

    def change(op: Operation, who: Donor) -> None:
        if not donors.remove_account(op, who.id, compact(iban)):
            raise KnownError("donor.account_unknown", who.code)

    return _change(book, "donor account remove", donor, at, change)


def add_email(book: Book, donor: str | int, email: str, at: datetime) -> Changes:
    """An e-mail of a donor; others may have the same. Raises KnownError donor.email_unreadable and those of `_change`."""
    wanted = _an_email(email)
    return _change(book, "donor email add", donor, at, lambda op, who: donors.add_email(op, who.id, wanted))


def remove_email(book: Book, donor: str | int, email: str, at: datetime) -> Changes:
    """An e-mail that is hers no longer; raises KnownError donor.email_unknown and those of `_change`."""

    def change(op: Operation, who: Donor) -> None:
        if not donors.remove_email(op, who.id, email_of(email)):
            raise KnownError("donor.email_unknown", who.code)

    return _change(book, "donor email remove", donor, at, change)


def protect_countries(book: Book, countries: Sequence[str], at: datetime, second: Witness | None = None) -> Changes:
    """Protect every donor with an account in these countries (two letters each), now and from now on; instead of those before.

    Nobody is protected less by it. A country that is left out takes a second person: raises KnownError donor.two_persons, and
    donor.no_country for what is none.
    """
    wanted = {one.strip().upper() for one in countries if one.strip()}
    for one in sorted(wanted):
        if len(one) != _COUNTRY or not (one.isascii() and one.isalpha()):
            raise KnownError("donor.no_country", one[:20])
    with book.operation("donor countries", at) as op:
        dropped = donors.protected_countries(op.db) - wanted
        if dropped and second is None:
            raise KnownError("donor.two_persons", ", ".join(sorted(dropped)))
        donors.set_protected_countries(op, wanted)
        signed = sign_close(book, op, second) if second and dropped else ()
        return Changes(op.id, (), _TOUCHED, signed)


# --- finding ----------------------------------------------------------------------------------------------------------
def find_donors(book: Book, text: str, *, names: bool, chip: str = "all", column: str = "code", down: bool = False) -> Sequence[int]:
    """The row ids of the donors a text finds, by code, by a whole account number or e-mail, and only with `names` by names.

    `chip` is `all`, `gave` or `waiting`; `column` of the list puts them in order. Names are not searched while they are masked:
    whoever types one would learn whose code it is. An empty text finds everybody.
    """
    words = text.split()
    terms = tuple(Term(code_begun(word), tuple(fold_text(word).split()) if names else ()) for word in words)
    with book.reading() as db:
        wanted = Wanted(terms, compact(text), email_of(text))
        found = donors.find_donors(db, wanted, chip) if words else donors.donor_ids(db, chip)
        return donors.in_order(db, found, column if names or column != "name" else "code", down=down)


def possible_duplicates(book: Book) -> list[Duplicate]:
    """Donors who may be one person by their names, whatever the alphabet, or by an e-mail both have; without the pairs somebody told apart.

    Nobody is found by the name of a restricted or erased one.
    """
    with book.reading() as db:
        everybody = parties.donors_for_matching(db)
        return duplicates(
            everybody, lambda folded: " ".join(sorted(map(sound, folded.split()))), donors.emails_by_donor(db), merges.apart(db)
        )


def personal_data(book: Book, donor: str | int, at: datetime, second: Witness | None = None) -> PersonalData:
    """Everything the book holds about one donor, for herself alone; that it was asked for is logged.

    Nothing about a protected or restricted donor leaves by one person alone: raises KnownError donor.two_persons, and donor.unknown.
    """
    with book.reading() as db:
        who = parties.find_donor(db, donor)
    check_second(who, second)
    with book.operation("donor export", at, subject=who.code) as op:
        if second:
            sign_close(book, op, second)
    with book.reading() as db:
        return everything_about(db, who.id, book.name, book.currency)
