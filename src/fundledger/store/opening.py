"""How a book is opened: what its folder holds, whose key fits, the lock, the connections."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.roles import TREASURER
from fundledger.store import backups, connecting, damage, keys, migrating, rotating
from fundledger.store.keys import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from fundledger.store.tries import Tries

LEDGER, KEYS, BACKUPS = "ledger.db", "keys.json", "backups"
_LOCK, _SINCE = "open.lock", "open.since"
_PLAIN_SQLITE = b"SQLite format 3\x00"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# What stops the writing and not the looking.
_LOOK = frozenset({"book.disk_full", "book.damaged", "book.foreign_log", "book.newer", "book.stepped_back"})
_KEYS_LOST = frozenset({"book.keys_missing", "book.keys_unreadable", "book.keys_refused"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What never changes in a book: read once, when it is opened."""

    uid: str
    currency: str
    unrestricted_fund: int
    suspense_fund: int


@dataclass(frozen=True, slots=True)
class Connections:
    """The engines of an open book; `closing` closes them and whatever they needed.

    `only_looking` says why there is no writer although nobody asked for that; it is empty else.
    """

    facts: Facts
    reader: Engine
    writer: Engine | None
    closing: ExitStack
    only_looking: tuple[Problem, ...] = ()


def unlocked(
    path: Path,
    passphrase: str | None,
    recovery_key: str | None,
    raw_key: bytes | None,
    tries: Tries,
    *,
    read_only: bool,
    only_looking: tuple[Problem, ...] = (),
    keyring_secret: str | None = None,
) -> tuple[keys.Key, Connections]:
    """Unlock, connect, and end a rotation that was interrupted; with `only_looking` the folder is left as it lies."""
    with _as_typed(recovery_key), tries.one(), _telling_of_keys(path):
        key, uid = given_key(path, passphrase, recovery_key, raw_key, keyring_secret)
        fits = rotating.fitting(path / LEDGER, (key.data, key.coming)) if key.coming else key.data
        with _telling_of_damage(path, fits), ExitStack() as on_failure:
            connections = connect(path, fits, read_only=read_only, only_looking=only_looking)
            on_failure.push(connections.closing)
            if uid not in {None, connections.facts.uid}:
                raise KnownError("book.key_does_not_fit", str(path))
            with connecting.world(path / LEDGER):
                known = welcome(connections.reader, key)
            if not known:
                raise KnownError("book.does_not_open", str(path))
            on_failure.pop_all()
    if connections.writer is not None:
        with suppress(KnownError), connecting.disk(path):  # tidying may wait until there is room again; the book opens in any case
            keys.sweep(path / KEYS)
            if key.coming:
                settle_keys(path, fits)
    return replace(key, data=fits, coming=None), connections


def given_key(
    path: Path, passphrase: str | None, recovery_key: str | None, raw_key: bytes | None, keyring_secret: str | None = None
) -> tuple[keys.Key, str | None]:
    """The key and the uid of its book, unknown for a raw key."""
    if raw_key:
        return keys.Key(raw_key, 1, TREASURER), None
    if recovery_key is not None:
        return keys.unlock(path / KEYS, recovery_key, Kind.RECOVERY)
    if keyring_secret is not None:
        return keys.unlock(path / KEYS, keyring_secret, Kind.KEYRING)
    return keys.unlock(path / KEYS, passphrase or "")


def welcome(reader: Engine, key: keys.Key) -> bool:
    """Whether the book knows the person whose slot was opened and has not let her go; the raw key asks nobody."""
    with reader.begin() as db:
        row = db.exec_driver_sql("SELECT removed FROM person WHERE id = ?", (key.person_id,)).one_or_none()
    return key.secret is None or (row is not None and not row[0])


def role_of(reader: Engine, key: keys.Key) -> str:
    """What a person does now: the book says so, for it may have changed since her slot was made."""
    with reader.begin() as db:
        found = db.exec_driver_sql("SELECT role FROM person WHERE id = ?", (key.person_id,)).scalar_one_or_none()
    return key.role if key.secret is None or found is None else str(found)


def settle_keys(path: Path, data_key: bytes) -> None:
    """Drop the data key the database does not have, and what is left of its copy."""
    rotating.drop_copy(path / LEDGER)
    with connecting.disk(path):
        keys.write(path / KEYS, keys.uid_of(path / KEYS), keys.members(path / KEYS, data_key), data_key)


def connect(path: Path, key: bytes, *, read_only: bool, only_looking: tuple[Problem, ...] = ()) -> Connections:
    """Open the engines and bring the book up to date; what stops the writing alone leaves a book to look at."""
    try:
        return _connected(path, key, only_looking, writing=not (read_only or only_looking))
    except KnownError as error:
        if read_only or only_looking or error.code not in _LOOK:
            raise
        why = damage.found(path, key) if error.code == "book.damaged" else error.problems
        return _connected(path, key, _as_reason(why), writing=False)


def _connected(path: Path, key: bytes, only_looking: tuple[Problem, ...], *, writing: bool) -> Connections:
    with ExitStack() as closing:
        if writing and _left_over(path):
            damage.refuse_foreign_log(path, key)
        reader = _reader(path, key, closing, only_looking, writing=writing)
        writer = _closed_by(closing, connecting.writing(path / LEDGER, key)) if writing else None
        with connecting.world(path / LEDGER):
            if writer is not None and _left_over(path):
                connecting.fold(path / LEDGER, key)
            if writer is not None:
                damage.refuse_damaged(path, key)
            _bring_up_to_date(path, reader, writer, key)
            facts = _facts(reader)
            if writer is not None:
                with reader.begin() as db:
                    damage.refuse_step_back(path, facts.uid, db)
        return Connections(facts, reader, writer, closing.pop_all(), only_looking)


def _as_reason(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Why a book is open for looking alone; what refuses a step is said otherwise where there was no step."""
    first = problems[0]
    if first.code == "book.disk_full":
        return (Problem("book.opened_full", first.subject, first.values),)
    return (Problem("book.opened_newer", first.subject, first.values),) if first.code == "book.newer" else problems


@contextmanager
def _telling_of_keys(path: Path) -> Iterator[None]:
    """Say of key slots that are lost or another book's where good ones are."""
    try:
        yield
    except KnownError as error:
        if error.code in _KEYS_LOST:
            raise refusal((*error.problems, damage.offer(path))) from None
        if error.code in {"book.key_does_not_fit", "book.does_not_open"} and _of_another(path):
            raise refusal((Problem("book.keys_of_another", str(path)), damage.offer(path))) from None
        if error.code == "book.key_does_not_fit":
            raise refusal((*error.problems, damage.offer(path))) from None
        raise


@contextmanager
def _telling_of_damage(path: Path, key: bytes) -> Iterator[None]:
    """Say what is hit and what to go on from also where a damaged ledger cannot even be looked at."""
    try:
        yield
    except KnownError as error:
        if [one.code for one in error.problems] != ["book.damaged"]:
            raise
        raise refusal(damage.found(path, key)) from None


@contextmanager
def _as_typed(recovery_key: str | None) -> Iterator[None]:
    """Name what did not fit: a recovery key is no passphrase, and whoever types one has no other way in."""
    try:
        yield
    except KnownError as error:
        if error.code == "book.does_not_open" and recovery_key is not None:
            raise KnownError("recovery.does_not_open", error.problems[0].subject) from None
        raise


def _of_another(path: Path) -> bool:
    """Whether keys.json was written for another book than the newest backup beside it."""
    newest = next(backups.newest_named(path), None)
    return newest is not None and keys.uid_of(path / KEYS) != newest.header.book


def look(path: Path) -> None:
    """Refuse what is no book before a key is asked for."""
    if not path.exists():
        raise KnownError("book.not_found", str(path))
    if not (path / LEDGER).is_file():
        raise KnownError("book.not_a_book", str(path))
    with connecting.disk(path), (path / LEDGER).open("rb") as ledger:
        if ledger.read(len(_PLAIN_SQLITE)) == _PLAIN_SQLITE:
            raise KnownError("book.plain_file", str(path))


@contextmanager
def only_program(path: Path) -> Iterator[tuple[Problem, ...]]:
    """Hold the operating system's lock of the book, which dies with its process; beside it stands since when.

    Gives why the book can only be looked at: the disk has no room for these few bytes. A lock that could not even be made is
    nobody else's either. Raises KnownError book.open_elsewhere, book.cannot_write, book.io.
    """
    lock, since = FileLock(path / _LOCK, timeout=0, mode=0o600, thread_local=False), path / _SINCE
    full: tuple[Problem, ...] = ()
    with connecting.disk(path):
        try:
            lock.acquire()
            since.write_text(f"{os.getpid()}\n", encoding="ascii")
        except Timeout:
            raise KnownError("book.open_elsewhere", str(path), since=_since(since)) from None
        except OSError as error:
            if error.errno not in _FULL:
                lock.release()
                raise
            full = (Problem("book.opened_full", str(path), {"needed": connecting.room_needed(path)}),)
    try:
        yield full
    finally:
        since.unlink(missing_ok=True)
        lock.release()


def _since(file: Path) -> datetime | None:
    """When the file beside the lock was written; None while the other program is just opening or closing."""
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, tz=UTC)
    except FileNotFoundError:
        return None


def _reader(path: Path, key: bytes, held: ExitStack, only_looking: tuple[Problem, ...], *, writing: bool) -> Engine:
    """Readers of the book; where its folder is not to be touched, of a private copy when there are changes not yet folded in."""
    file, wal = path / LEDGER, path / f"{LEDGER}-wal"
    if writing or not (only_looking or not os.access(path, os.W_OK)):
        return _closed_by(held, connecting.reading(file, key))
    if not _left_over(path) or any(one.code == "book.foreign_log" for one in only_looking):
        return _closed_by(held, connecting.reading(file, key, immutable=True))
    copy = Path(held.enter_context(TemporaryDirectory()))
    with connecting.disk(copy), connecting.world(file):
        for each in (file, wal):
            shutil.copyfile(each, copy / each.name)
        connecting.fold(copy / LEDGER, key)
    return _closed_by(held, connecting.reading(copy / LEDGER, key))


def _left_over(path: Path) -> bool:
    """Whether there are changes beside the database that were not folded into it."""
    wal = path / f"{LEDGER}-wal"
    return wal.exists() and wal.stat().st_size > 0


def _closed_by(held: ExitStack, engine: Engine) -> Engine:
    held.callback(engine.dispose)
    return engine


def _bring_up_to_date(path: Path, reader: Engine, writer: Engine | None, key: bytes) -> None:
    with reader.begin() as db:
        current = migrating.is_current(db, path, looking=writer is None)
    if not current and writer is None:
        raise KnownError("book.older", str(path))
    if not current and writer is not None:
        reader.dispose()
        migrating.migrate_with_backup(writer, path, key)


def _facts(reader: Engine) -> Facts:
    with reader.begin() as db:
        uid, currency = db.exec_driver_sql("SELECT uid, currency FROM book").one()
        funds: dict[str, int] = dict(db.exec_driver_sql("SELECT kind, id FROM fund WHERE kind <> 'campaign'").all())
    return Facts(uid, currency, funds["unrestricted"], funds["suspense"])


def identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of the database file; None when it is not there."""
    try:
        found = (path / LEDGER).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
