"""Backups, what is restored from them, and the drills that prove both before they are needed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem
from fundledger.services.changes import Area, Changes
from fundledger.services.erased_list import LIST
from fundledger.services.erasing import reapply_erasures
from fundledger.store import backups, restoring
from fundledger.store.backups import Backup
from fundledger.store.book import Book
from fundledger.store.restoring import Restored

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

__all__ = [
    "BULK", "Backup", "Drilled", "Kept", "Restored", "back_up", "back_up_first", "drill", "kept_backups", "restore", "set_second_place",
]  # fmt: skip
# A bank file this large, in bytes, holds about a thousand lines: before it is imported the book is backed up.
BULK = 1_000_000
# What a person mistyped is no answer to a drill.
_MISTYPED = frozenset({"book.does_not_open", "recovery.does_not_open", "recovery.unreadable"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that was made, its copy in a second place where there is one, and why there is none where there should be."""

    backup: Backup
    second: Backup | None = None
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Drilled:
    """A drill: the backup that was rehearsed, what was wrong with it (nothing: it would have served), and the operation."""

    backup: Backup
    problems: tuple[Problem, ...]
    operation: int


def back_up(book: Book, at: datetime, to: Path | None = None) -> Kept:
    """Back the book up, and copy the backup to the second place, or to the folder named; of a read-only book there only.

    That the second place failed is a warning, that a folder named here did is not. Raises as `backups.make` and `keep_second`.
    """
    if to and not to.is_dir():
        raise KnownError("backup.second_place_missing", str(to))
    if to and book.read_only:
        return Kept(book.back_up(at, backups.folder_in(to, book.uid)))
    made = book.back_up(at)
    if to:
        return Kept(made, _keep_second(made, to))
    with book.reading() as db:
        place = backups.second_place(db)
    try:
        return Kept(made, _keep_second(made, place) if place else None)
    except KnownError as error:
        return Kept(made, None, (Problem("backup.second_place_failed", str(place), {"number": made.header.number}), *error.problems))


def _keep_second(made: Backup, place: Path) -> Backup:
    """The backup and the list of who was erased, which must be at hand wherever something is restored."""
    copy = backups.keep_second(made, place)
    erased = made.file.parent / LIST
    if erased.exists():
        backups.put(copy.file.parent / LIST, erased.read_bytes())
    return copy


def back_up_first(book: Book, at: datetime) -> tuple[Problem, ...]:
    """Back the book up before something that is hard to take back, unless the newest backup already holds all of it.

    Returns what is to be told of it; raises as `backups.make`, and then the act must not follow.
    """
    newest = next(iter(kept_backups(book)), None)
    if newest:
        with book.reading() as db:
            far = backups.reach(db)
        slots = hashlib.sha256((book.path / "keys.json").read_bytes()).hexdigest()
        if (far, slots) == ((newest.header.operations, newest.header.entries, newest.header.imports), newest.header.keys_sha256):
            return ()
    return back_up(book, at).warnings


def kept_backups(book: Book) -> list[Backup]:
    """The backups in the book's own folder, the newest first."""
    return [one for one in backups.backups(backups.folder_of(book.path)) if one.header.book == book.uid]


def set_second_place(book: Book, place: Path | None, at: datetime) -> Changes:
    """Name the folder outside the book that gets a copy of every backup, or none.

    Raises KnownError backup.second_place_missing, backup.second_place_inside.
    """
    place = place.absolute() if place else None
    if place and not place.is_dir():
        raise KnownError("backup.second_place_missing", str(place))
    if place and place.resolve().is_relative_to(book.path.resolve()):
        raise KnownError("backup.second_place_inside", str(place))
    with book.operation("backup place", at) as op:
        backups.set_second_place(op, place)
        return Changes(op.id, (), frozenset({Area.BOOK}))


def restore(
    backup: Path,
    new: Path,
    at: datetime,
    passphrase: str | None = None,
    *,
    recovery_key: str | None = None,
    live: Path | Book | None = None,
) -> Restored:
    """Make a book of a backup under a new name; who was erased since is erased again before the book is there.

    Raises as `restoring.restore`, and KnownError erase.list_damaged.
    """
    home = live.path if isinstance(live, Book) else live or restoring.home(backup)
    lists = {backup.absolute().parent} | ({backups.folder_of(home)} if home else set())

    def erase_again(book: Book) -> tuple[Problem, ...]:
        return tuple(problem for folder in sorted(lists) for problem in reapply_erasures(book, folder, at).warnings)

    return restoring.restore(backup, new, passphrase, recovery_key=recovery_key, live=live, finish=erase_again)


def drill(book: Book, at: datetime, passphrase: str | None = None, *, recovery_key: str | None = None) -> Drilled:
    """Prove that the newest backup would serve: restored, opened with what a person has, checked, compared; the log says how it went.

    With the recovery key it is the drill for a lost passphrase. Raises KnownError backup.none, and when what was typed does not
    open the backup.
    """
    newest = next(iter(kept_backups(book)), None)
    if newest is None:
        raise KnownError("backup.none", str(book.path))
    try:
        problems = tuple(restoring.rehearse(newest.file, book, passphrase, recovery_key=recovery_key))
    except KnownError as error:
        if error.code in _MISTYPED:
            raise
        problems = error.problems
    verb = "drill recovery-key" if recovery_key is not None else "drill"
    with book.operation(verb, at, subject=f"{newest.header.number:07} {'failed' if problems else 'sound'}") as op:
        return Drilled(newest, problems, op.id)
