"""Who opens the book: people, their passphrases, the recovery key, the keyring of this computer, a new data key.

Whoever opened the book has seen its data key: leaving takes away a slot, only `rotate` takes away what she could have kept.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.roles import RECOVERY, check_role, keeps_people
from fundledger.domain.spelling import spelled
from fundledger.services.backups import back_up_first
from fundledger.services.changes import Area, Changes
from fundledger.store import keys
from fundledger.store import people as table
from fundledger.store.keys import Kind
from fundledger.store.operations import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from fundledger.store.book import Book
    from fundledger.store.keyring import Keyring
    from fundledger.store.keys import Cost, Member, Secret

_TOUCHED = frozenset({Area.BOOK})


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as lists show one; `opens` says that there is a slot of hers, `fingerprint` is for paper."""

    id: int
    name: str
    role: str
    opens: bool
    removed: bool
    fingerprint: str | None


def fingerprint(public_key: bytes) -> str:
    """A signing key as eight groups of four: auditors have it on paper, because a key inside a pack proves nothing."""
    return spelled(hashlib.sha256(public_key).digest()[:20])


def list_people(book: Book) -> list[PersonRow]:
    """Everybody who opens the book or once did; the recovery key is not among them."""
    opening = {one.person_id for one in book.members() if one.slot.kind is Kind.PERSON}
    with book.reading() as db:
        found = [one for one in table.people(db) if one.role != RECOVERY]
    return [
        PersonRow(one.id, one.name, one.role, one.id in opening, one.removed, fingerprint(one.public_key) if one.public_key else None)
        for one in found
    ]


def attention(book: Book) -> list[Problem]:
    """What is missing for the day a passphrase is forgotten: recovery.none or recovery.unconfirmed."""
    recovery = [one for one in book.members() if one.slot.kind is Kind.RECOVERY]
    if not recovery:
        return [Problem("recovery.none")]
    return [] if all(one.confirmed for one in recovery) else [Problem("recovery.unconfirmed")]


# --- people -----------------------------------------------------------------------------------------------------------
def add_person(book: Book, name: str, role: str, passphrase: str, at: datetime, cost: Cost | None = None) -> Changes:
    """Let a person in with a passphrase, a slot and a signing key of her own.

    Raises KnownError person.not_allowed, person.role_unknown, person.no_name, book.no_passphrase, passphrase.taken.
    """
    _refuse_unless_allowed(book)
    problems = (*check_role(role), *(() if name.strip() else (Problem("person.no_name"),)))
    if problems:
        raise refusal(problems)
    _refuse_taken(book, passphrase)
    members = book.members()
    with book.operation("person add", at) as op:
        person_id = table.add_person(op, str(uuid4()), name.strip(), role)
        secret = keys.new_secret(person_id, role, secrets.token_bytes(32))
        table.set_public_key(op, person_id, secret.verifying)
        # A slot whose person was rolled back may have been left under this very id.
        kept = [one for one in members if one.person_id != person_id]
        book.admit([*kept, _member(book, secret, Kind.PERSON, passphrase, cost)])
        return Changes(op.id, (person_id,), _TOUCHED)


def remove_person(book: Book, person_id: int, at: datetime) -> Changes:
    """Take a person's slots away; a warning says that the book should be rotated, for she has seen its data key.

    Raises KnownError person.not_allowed, person.unknown, person.removed, person.yourself, person.last.
    """
    _refuse_unless_allowed(book)
    _present(book, person_id)
    if person_id == book.person_id:
        raise KnownError("person.yourself")
    kept = [one for one in book.members() if one.person_id != person_id]
    if not any(one.slot.kind is Kind.PERSON for one in kept):
        raise KnownError("person.last", str(person_id))
    with book.operation("person remove", at, subject=str(person_id)) as op:
        table.mark_removed(op, person_id)
        book.admit(kept)
        return Changes(op.id, (person_id,), _TOUCHED, (Problem("person.rotate_advised", str(person_id)),))


def change_role(book: Book, person_id: int, role: str, at: datetime) -> Changes:
    """What a person does from now on; what she did stays as it was, and the log says who changed it.

    Raises KnownError person.not_allowed, person.role_unknown, person.unknown, person.removed, person.own_role, person.role_same.
    """
    _refuse_unless_allowed(book)
    found = _present(book, person_id)
    if problems := check_role(role):
        raise refusal(tuple(problems))
    if person_id == book.person_id:
        raise KnownError("person.own_role")
    if found.role == role:
        raise KnownError("person.role_same", str(person_id), role=role)
    with book.operation("person role", at, subject=str(person_id)) as op:
        table.set_role(op, person_id, role)
        return Changes(op.id, (person_id,), _TOUCHED)


# --- passphrases ------------------------------------------------------------------------------------------------------
def change_passphrase(book: Book, old: str, new: str, at: datetime, cost: Cost | None = None) -> Changes:
    """Another passphrase for the person who works now; her signing key stays.

    Raises KnownError passphrase.wrong, book.no_passphrase, passphrase.taken.
    """
    secret = book.secret
    _refuse_unless_hers(book, old)
    if secret is None:
        raise KnownError("passphrase.wrong")
    _refuse_taken(book, new)
    fresh = keys.new_secret(secret.person_id, secret.role, secret.signing)
    with book.operation("passphrase change", at) as op:
        book.admit([*_without(book, Kind.PERSON, book.person_id), _member(book, fresh, Kind.PERSON, new, cost)])
        return Changes(op.id, (book.person_id,), _TOUCHED, (Problem("passphrase.rotate_if_known"),))


def export_key(book: Book, passphrase: str, at: datetime, deliver: Callable[[bytes], object], cost: Cost | None = None) -> Changes:
    """Hand out the signing key of who works now, sealed by her passphrase, for a machine without the book: it signs and opens nothing.

    `deliver` writes the file within the operation. Raises KnownError passphrase.wrong, book.no_signing_key.
    """
    secret = book.secret
    if secret is None or secret.signing is None:
        raise KnownError("book.no_signing_key")
    _refuse_unless_hers(book, passphrase)
    alone = keys.new_secret(secret.person_id, secret.role, secret.signing)
    with book.operation("person key", at) as op:
        deliver(keys.key_file(book.uid, _member(book, alone, Kind.PERSON, passphrase, cost).slot))
        return Changes(op.id, (book.person_id,), _TOUCHED)


def reset_passphrase(book: Book, person_id: int, new: str, at: datetime, cost: Cost | None = None) -> Changes:
    """A new passphrase for a person who forgot hers. Her signing key was locked under the old one, so she gets a new one.

    Raises KnownError person.not_allowed, person.unknown, person.removed, book.no_passphrase, passphrase.taken.
    """
    _refuse_unless_allowed(book)
    person = _present(book, person_id)
    _refuse_taken(book, new)
    secret = keys.new_secret(person_id, person.role, secrets.token_bytes(32))
    with book.operation("passphrase reset", at, subject=str(person_id)) as op:
        table.set_public_key(op, person_id, secret.verifying)
        book.admit([*_without(book, Kind.PERSON, person_id), _member(book, secret, Kind.PERSON, new, cost)])
        return Changes(op.id, (person_id,), _TOUCHED, (Problem("person.fingerprint_changed", str(person_id)),))


# --- the recovery key -------------------------------------------------------------------------------------------------
def new_recovery_key(book: Book, at: datetime, cost: Cost | None = None) -> tuple[Changes, str]:
    """A new recovery key, to be shown once; the one before opens the book no more. Raises KnownError person.not_allowed."""
    _refuse_unless_allowed(book)
    typed = keys.new_recovery_key()
    with book.reading() as db:
        secret = keys.new_secret(table.recovery_person(db), RECOVERY)
    with book.operation("recovery new", at) as op:
        book.admit([*_without(book, Kind.RECOVERY, secret.person_id), _member(book, secret, Kind.RECOVERY, typed, cost)])
        return Changes(op.id, (secret.person_id,), _TOUCHED, (Problem("recovery.unconfirmed"),)), typed


def confirm_recovery(book: Book, typed: str, at: datetime) -> Changes:
    """Write down that the recovery key was typed back from its paper; raises KnownError recovery.unreadable, recovery.wrong."""
    try:
        with book.trying():
            key, _ = keys.unlock(book.keys_file, typed, Kind.RECOVERY)
    except KnownError as error:
        raise KnownError("recovery.wrong") if error.code == "book.does_not_open" else error from None
    public = key.secret.public if key.secret else b""
    with book.operation("recovery confirm", at) as op:
        book.admit([replace(one, confirmed=one.confirmed or one.slot.public == public) for one in book.members()])
        return Changes(op.id, (), _TOUCHED)


# --- the keyring of this computer -------------------------------------------------------------------------------------
def keyring_on(book: Book, ring: Keyring, at: datetime, cost: Cost | None = None) -> Changes:
    """Let the keyring of this computer open the book as the person who works now, beside her passphrase.

    Raises KnownError keyring.failed, keyring.nobody (opened by the recovery key); then nothing has changed.
    """
    secret, typed = book.secret, secrets.token_hex(32)
    if secret is None or secret.signing is None:
        raise KnownError("keyring.nobody")
    fresh = keys.new_secret(secret.person_id, secret.role, secret.signing)
    ring.keep(book.uid, typed)
    try:
        with book.operation("keyring on", at) as op:
            book.admit([*_without(book, Kind.KEYRING), _member(book, fresh, Kind.KEYRING, typed, cost)])
            return Changes(op.id, (book.person_id,), _TOUCHED)
    except BaseException:
        with suppress(KnownError):
            ring.forget(book.uid)
        raise


def keyring_off(book: Book, ring: Keyring, at: datetime) -> Changes:
    """Take the keyring's slot away; what the keyring itself does not forget opens nothing any more, which a warning says."""
    with book.operation("keyring off", at) as op:
        book.admit(_without(book, Kind.KEYRING))
    try:
        ring.forget(book.uid)
    except KnownError as error:
        return Changes(op.id, (), _TOUCHED, error.problems)
    return Changes(op.id, (), _TOUCHED)


def keyring_is_on(book: Book) -> bool:
    """Whether a keyring opens the book."""
    return any(one.slot.kind is Kind.KEYRING for one in book.members())


# --- a new data key ---------------------------------------------------------------------------------------------------
def rotate(book: Book, at: datetime) -> Changes:
    """Encrypt the whole book under a new data key, which only its present members get; nobody else's passphrase is needed.

    A backup is made first; it and all before it keep the slots and the key they were made with, which a warning says. Raises KnownError
    person.not_allowed and what `Book.rotate` raises; then everything is as it was.
    """
    _refuse_unless_allowed(book)
    warned = back_up_first(book, at)
    book.rotate(at)
    with book.reading() as db:
        done = operations(db, 1)[0].id
    return Changes(done, (), _TOUCHED, (*warned, Problem("rotate.old_backups")))


def _refuse_unless_allowed(book: Book) -> None:
    if not keeps_people(book.role):
        raise KnownError("person.not_allowed", book.role)


def _present(book: Book, person_id: int) -> table.Person:
    with book.reading() as db:
        found = table.find_person(db, person_id)
    if found.removed:
        raise KnownError("person.removed", str(person_id))
    return found


def _refuse_unless_hers(book: Book, passphrase: str) -> None:
    """It takes her passphrase, typed anew, to change or hand out what it protects."""
    try:
        with book.trying():
            _refuse_another(book, keys.unlock(book.keys_file, passphrase)[0])
    except KnownError as error:
        raise KnownError("passphrase.wrong") if error.code == "book.does_not_open" else error from None


def _refuse_another(book: Book, key: keys.Key) -> None:
    """A passphrase of somebody else is a wrong one, and whose it is no answer for who guesses."""
    if key.person_id != book.person_id:
        raise KnownError("book.does_not_open")


def _refuse_taken(book: Book, passphrase: str) -> None:
    """Two people with one passphrase would be one person to the book."""
    if not passphrase:
        raise KnownError("book.no_passphrase")
    try:
        keys.unlock(book.keys_file, passphrase)
    except KnownError as error:
        if error.code != "book.does_not_open":
            raise
        return
    raise KnownError("passphrase.taken")


def _without(book: Book, kind: Kind, person_id: int | None = None) -> Sequence[Member]:
    return [one for one in book.members() if one.slot.kind is not kind or person_id not in {None, one.person_id}]


def _member(book: Book, secret: Secret, kind: Kind, typed: str, cost: Cost | None) -> Member:
    """A new slot, never cheaper to guess at than the dearest there is."""
    costs = [cost or keys.calibrated(), *(one.slot.cost for one in book.members())]
    dearest = max(costs, key=lambda one: one.memory_kib * one.iterations)
    return keys.new_member(secret, kind, book.uid, typed, dearest)
