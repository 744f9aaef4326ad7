"""Forgetting whoever asks: donors, restricted while the law wants their gifts kept; beneficiaries; and again on each restore."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError, Problem
from fundledger.services.changes import Area, Changes
from fundledger.services.erased_list import LIST, Forgotten, read_list, write_list
from fundledger.services.folding import fold, fold_text
from fundledger.store import backups, campaigns, donors, erasing, merges, parties
from fundledger.store.erasing import RESTRICT, Erased, Restricted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from fundledger.store.book import Book
    from fundledger.store.operations import Operation

REASONS = ("request", "consent", "needless")
_TOUCHED = frozenset({Area.DONORS, Area.LINES, Area.BOOK})
_APPEALS = frozenset({Area.CAMPAIGNS, Area.BOOK})


def erase_donor(book: Book, donor: str | int, at: datetime, *, retain_until: date | None = None, reason: str = REASONS[0]) -> Changes:
    """Forget a donor: names, accounts, history, secret and the texts of her gifts; amounts, days and ids stay.

    Until `retain_until` (given now or earlier) the answer is restriction: she is kept, and shown to nobody. Nothing takes an
    erasure back. Warns what is left to a person: backups that still hold the name, other people's texts that mention it, pages that
    are written anew later. Whoever was merged into her is forgotten with her. Raises KnownError erase.reason, erase.already,
    erase.refund_owed (the bank has not paid back yet what is hers), erase.list_damaged and those of the book.
    """
    if reason not in REASONS:
        raise KnownError("erase.reason", reason[:40], known=REASONS)
    with book.reading() as db:
        who = parties.find_donor(db, donor)
        if erasing.is_erased(db, who.id):
            raise KnownError("erase.already", who.code)
        kept_until, owed = erasing.retention(db, who.id)[1], erasing.owed(db, who.id)
    until = retain_until or (date.fromisoformat(kept_until) if kept_until else None)
    if until is not None and until > at.date():
        return _restrict(book, who.id, who.code, until, at)
    if owed:
        raise KnownError("erase.refund_owed", who.code, amount=Money(owed, book.currency))
    with book.operation("donor erase", at, subject=who.code) as op:
        mentioned = _erase(op, who.id, reason, book)
        changed = op.id
    whole = book.rewrite()
    return Changes(changed, (who.id,), _TOUCHED, _warnings(book, who.code, at, mentioned, whole=whole))


def _restrict(book: Book, donor_id: int, code: str, until: date, at: datetime) -> Changes:
    with book.operation(RESTRICT, at, subject=code) as op:
        erasing.restrict(op, donor_id, until.isoformat())
        write_list(book, Forgotten(restrictions=(Restricted(erasing.uid_of(op.db, donor_id), until.isoformat()),)))
        return Changes(op.id, (donor_id,), _TOUCHED, (Problem("erase.restricted", code, {"until": until}),))


def _erase(op: Operation, donor_id: int, reason: str, book: Book, keys: Iterable[str] = ()) -> dict[str, list[int]]:
    """Erase inside an operation and write the list beside the backups; returns where others still mention her."""
    ids = [donor_id, *merges.former(op.db, donor_id)]
    names = [one for one in dict.fromkeys(parties.find_donor(op.db, each, merged=True).name for each in ids) if one]
    ibans, emails = ([one for each in ids for one in of(op.db, each)] for of in (donors.accounts_of, donors.emails_of))
    shared = {name for name in names for row, _ in parties.donors_named(op.db, fold(name)) if row != donor_id}
    folded = {fold(name) for name in names if name not in shared}
    alike = [name for name in erasing.names_on_lines(op.db) if fold(name) in folded] if folded else []
    found = erasing.traces(op.db, donor_id, alike, ibans, erasing.find_places(op.db, keys))
    needles = [text for text in dict.fromkeys((*names, *alike, *ibans, *emails)) if text.strip()]
    erasing.erase_texts(op, found, needles)
    for name in names or [""]:
        erasing.erase_rules(op, donor_id, ibans, fold(name), fold_text(name))
    for each in ids:
        erasing.erase_person(op, each, reason)
    erasing.rebuild_indexes(op)
    uids = [erasing.uid_of(op.db, each) for each in ids]
    where = erasing.places(op.db, found)
    write_list(book, Forgotten(tuple(Erased(uid, op.at.isoformat(), reason, where if uid == uids[0] else ()) for uid in uids)))
    return erasing.mentions(op.db, needles)


def _warnings(book: Book, code: str, at: datetime, mentioned: dict[str, list[int]], *, whole: bool) -> tuple[Problem, ...]:
    """What a person should know after an erasure."""
    found = []
    if mentioned:
        where = ", ".join(f"{table.removeprefix('identity_')} {row}" for table, rows in mentioned.items() for row in rows[:5])
        found.append(Problem("erase.still_named", code, {"where": where}))
    if not whole:
        found.append(Problem("erase.pages_later", code))
    if any(backups.folder_of(book.path).glob(f"*{backups.ENDING}")):
        # The rotation keeps a monthly one for so many months; nothing older is left after them.
        found.append(Problem("erase.backups", code, {"until": _months_later(at.date(), backups.MONTHLY)}))
    return (*found, Problem("erase.fresh_backup", code))


def _months_later(day: date, months: int) -> date:
    """The same day so many months on, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return next(date(year, month + 1, last) for last in range(day.day, 0, -1) if _is_day(year, month + 1, last))


def _is_day(year: int, month: int, day: int) -> bool:
    return day <= 28 or (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days >= day


def withdraw_consent(book: Book, code: str, on: date, at: datetime) -> Changes:
    """The person a campaign helps no longer agrees to be named: titles and stories are erased, its code is its title from now on.

    The name of the beneficiary joins what the gate looks for; agreed work is still paid. Nothing takes this back. Warns what is
    left to a person: editions that were published before, a name nobody told, and backups. Raises KnownError
    campaign.consent_withdrawn where it was done already.
    """
    with book.operation("campaign withdraw consent", at, subject=code) as op:
        found = campaigns.find_campaign(op.db, code, op.currency)
        if found.mandate.disclosure == "code" and not found.mandate.texts:
            raise KnownError("campaign.consent_withdrawn", found.code)
        erasing.erase_appeal(op, found.id)
        campaigns.add_mandate(op, found.id, replace(found.mandate, texts={}, disclosure="code"), on)
        named = erasing.has_beneficiary(op.db, found.id)
        erasing.rebuild_indexes(op)
        write_list(book, Forgotten(withdrawn=(found.code,)))
        changed = op.id
    book.rewrite()
    warnings = [Problem("campaign.earlier_editions", found.code)] + ([] if named else [Problem("campaign.no_beneficiary", found.code)])
    return Changes(changed, (found.id,), _APPEALS, tuple(warnings))


# --- the list beside the backups --------------------------------------------------------------------------------------
def reapply_erasures(book: Book, folder: Path, at: datetime) -> Changes:
    """Erase or restrict again in a restored book whom the list in `folder` (that of the backups) names, and withdraw consent again.

    People and campaigns the book does not know yet are kept on its own list. Warns that it was done (erase.again,
    erase.restricted_again); raises KnownError erase.list_damaged.
    """
    told = read_list(folder / LIST)
    if told == Forgotten():
        return Changes(None)
    changed: list[int] = []
    operation = None
    with book.reading() as db:
        open_appeals = {one.code for one in campaigns.campaigns(db, book.currency) if one.mandate.texts}
    restricted = [donor_id for one in told.restrictions if (donor_id := _restrict_again(book, one, at)) is not None]
    for one in told.erasures:
        with book.reading() as db:  # who was merged into another goes with the other
            donor_id = erasing.donor_of_uid(db, one.donor)
        if donor_id is not None:
            with book.operation("donor erase", at, subject=f"donor:{donor_id}") as op:
                _erase(op, donor_id, one.reason, book, one.lines)
                operation = op.id
            changed.append(donor_id)
        elif one.lines:
            operation = _erase_lines(book, one, at) or operation
    for code in told.withdrawn:
        if code in open_appeals:
            operation = withdraw_consent(book, code, at.date(), at).operation
    write_list(book, told)
    if operation is not None:
        book.rewrite()
    warnings = [Problem("erase.again")] if operation is not None else []
    warnings += [Problem("erase.restricted_again", "", {"n": len(restricted)})] if restricted else []
    return Changes(operation, (*restricted, *changed), _TOUCHED, tuple(warnings))


def _restrict_again(book: Book, one: Restricted, at: datetime) -> int | None:
    """The donor who was restricted since, and is not yet in this book; None where nothing was to be done."""
    with book.reading() as db:
        donor_id = erasing.donor_of_uid(db, one.donor)
        done = donor_id is None or erasing.retention(db, donor_id) == (True, one.until)
    if donor_id is None or done:
        return None
    with book.operation(RESTRICT, at, subject=f"donor:{donor_id}") as op:
        erasing.restrict(op, donor_id, one.until)
    return donor_id


def _erase_lines(book: Book, one: Erased, at: datetime) -> int | None:
    """The bank lines of somebody the restored book does not know as a donor yet."""
    with book.reading() as db:
        found = erasing.traces(db, 0, (), (), erasing.find_places(db, one.lines))
    if not found.lines and not found.details:
        return None
    with book.operation("donor erase", at) as op:
        erasing.erase_texts(op, found, ())
        erasing.rebuild_indexes(op)
        return op.id
