"""The book: a folder with an encrypted database, its key slots and its backups, opened by one program at a time."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from filelock import FileLock, Timeout

from fundledger.domain.chart import CHART
from fundledger.domain.problem import KnownError
from fundledger.store import connecting, keys, migrating, operations
from fundledger.store.operations import Operation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from sqlalchemy import Connection, Engine

ENDING = ".fundledger"
FOUNDER = "treasurer"
_LEDGER, _KEYS, _BACKUPS, _LOCK, _SINCE = "ledger.db", "keys.json", "backups", "open.lock", "open.since"
_PLAIN_SQLITE = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class _Facts:
    """What never changes in a book: read once, when it is opened."""

    uid: str
    currency: str
    unrestricted_fund: int
    suspense_fund: int


class Book:
    """An open book. Readers see it as it was committed last; there is at most one open operation, and it is one commit."""

    def __init__(self, path: Path, facts: _Facts, person_id: int, *, reader: Engine, writer: Engine | None, held: ExitStack) -> None:
        """Made by `open_book`; `held` closes whatever was opened on the way."""
        self.path = path
        self.uid, self.currency = facts.uid, facts.currency
        self.unrestricted_fund, self.suspense_fund = facts.unrestricted_fund, facts.suspense_fund
        self.person_id = person_id
        self._reader, self._writer, self._held = reader, writer, held
        self._turn, self._whose = Lock(), 0
        self._born = _identity(path)

    @property
    def name(self) -> str:
        """The foundation's name, read when it is asked for."""
        with self.reading() as db:
            return str(db.exec_driver_sql("SELECT name FROM identity_book").scalar_one())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the book, beside any writer, and can change nothing."""
        with connecting.world(self.path / _LEDGER), self._reader.begin() as db:
            yield db

    @contextmanager
    def operation(self, verb: str, at: datetime, *, subject: str | None = None, undoes: int | None = None) -> Iterator[Operation]:
        """One intent: what is written inside is committed together and logged, or nothing is changed.

        Raises KnownError operation.nested, book.read_only, book.gone, book.replaced and what `connecting.world` names.
        """
        with self._own_turn() as writer, connecting.world(self.path / _LEDGER), writer.begin() as db:
            self._same_file()
            row_id = operations.begin(db, verb, at, self.person_id, subject=subject, undoes=undoes)
            yield Operation(row_id, db, at, self.person_id, self.currency, self.unrestricted_fund, self.suspense_fund)
            operations.finish(db, row_id)
            self._same_file()

    def close(self) -> None:
        """Close every connection and let another program open the book; closing twice is no fault."""
        self._held.close()

    @contextmanager
    def _own_turn(self) -> Iterator[Engine]:
        """Threads take turns; a thread that already has its turn is refused, because one intent is one operation."""
        if self._writer is None:
            raise KnownError("book.read_only", str(self.path))
        if self._whose == get_ident():
            raise KnownError("operation.nested")
        with self._turn:
            self._whose = get_ident()
            try:
                yield self._writer
            finally:
                self._whose = 0

    def _same_file(self) -> None:
        """SQLite acknowledges what it writes into a deleted file, so the path is compared with what was opened."""
        now = _identity(self.path)
        if now != self._born:
            raise KnownError("book.gone" if now is None else "book.replaced", str(self.path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def with_ending(path: Path) -> Path:
    """The absolute path with the ending of a book, added where it is missing."""
    path = path.absolute()
    return path if path.name.endswith(ENDING) else path.with_name(path.name + ENDING)


def create_book(path: Path, *, name: str, currency: str, passphrase: str, person: str, at: datetime, cost: keys.Cost | None = None) -> Book:
    """Make a new book and open it; it is there as a whole or not at all.

    `cost` is for tests: without it the cost of the key slot is measured on this machine and has a floor. Raises
    KnownError book.exists, book.cannot_write, book.disk_full, book.io.
    """
    path = with_ending(path)
    if path.exists():
        raise KnownError("book.exists", str(path))
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    key, uid = keys.Key(keys.new_data_key(), 1, FOUNDER), str(uuid4())
    try:
        with connecting.disk(path):
            beside.mkdir(mode=0o700)
            (beside / _BACKUPS).mkdir(mode=0o700)
            keys.write(beside / _KEYS, uid, [keys.wrap(key, uid, passphrase, cost or keys.calibrated())])
            _fill(beside / _LEDGER, key, at, uid=uid, currency=currency, name=name, person=person)
            beside.rename(path)
            keys.sync_folder(path.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return open_book(path, raw_key=key.data)


def open_book(path: Path, passphrase: str | None = None, *, raw_key: bytes | None = None, read_only: bool = False) -> Book:
    """Open a book with a passphrase, or with its data key as the founding person; migrates an older one after a backup.

    Raises KnownError book.not_found, book.not_a_book, book.plain_file, book.keys_missing, book.keys_unreadable,
    book.keys_refused, book.does_not_open, book.key_does_not_fit, book.newer, book.older (read only), book.open_elsewhere
    (since), and what `connecting.world` names.
    """
    path = with_ending(path)
    _look(path)
    with ExitStack() as held:
        if not read_only:
            held.enter_context(_only_program(path))
        key, uid = (keys.Key(raw_key, 1, FOUNDER), None) if raw_key else keys.unlock(path / _KEYS, passphrase or "")
        reader = _reader(path, key.data, held, read_only=read_only)
        writer = None if read_only else _closed_by(held, connecting.writing(path / _LEDGER, key.data))
        with connecting.world(path / _LEDGER):
            _bring_up_to_date(path, reader, writer, key.data)
            facts = _facts(reader)
        if uid not in {None, facts.uid}:
            raise KnownError("book.key_does_not_fit", str(path))
        return Book(path, facts, key.person_id, reader=reader, writer=writer, held=held.pop_all())


def _look(path: Path) -> None:
    """Refuse what is no book before a key is asked for."""
    if not path.exists():
        raise KnownError("book.not_found", str(path))
    if not (path / _LEDGER).is_file():
        raise KnownError("book.not_a_book", str(path))
    with connecting.disk(path), (path / _LEDGER).open("rb") as ledger:
        if ledger.read(len(_PLAIN_SQLITE)) == _PLAIN_SQLITE:
            raise KnownError("book.plain_file", str(path))


@contextmanager
def _only_program(path: Path) -> Iterator[None]:
    """Hold the operating system's lock of the book, which dies with its process; beside it stands since when."""
    lock, since = FileLock(path / _LOCK, timeout=0, mode=0o600, thread_local=False), path / _SINCE
    with connecting.disk(path):
        try:
            lock.acquire()
        except Timeout:
            raise KnownError("book.open_elsewhere", str(path), since=_since(since)) from None
        since.write_text(f"{os.getpid()}\n", encoding="ascii")
    try:
        yield
    finally:
        since.unlink(missing_ok=True)
        lock.release()


def _since(file: Path) -> datetime | None:
    """When the file beside the lock was written; None while the other program is just opening or closing."""
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, tz=UTC)
    except FileNotFoundError:
        return None


def _reader(path: Path, key: bytes, held: ExitStack, *, read_only: bool) -> Engine:
    """Readers of the book; in a folder that cannot be written, of a private copy when there are changes not yet folded in."""
    file, wal = path / _LEDGER, path / f"{_LEDGER}-wal"
    if not read_only or os.access(path, os.W_OK):
        return _closed_by(held, connecting.reading(file, key))
    if not (wal.exists() and wal.stat().st_size):
        return _closed_by(held, connecting.reading(file, key, immutable=True))
    copy = Path(held.enter_context(TemporaryDirectory()))
    for each in (file, wal):
        shutil.copyfile(each, copy / each.name)
    return _closed_by(held, connecting.reading(copy / _LEDGER, key))


def _closed_by(held: ExitStack, engine: Engine) -> Engine:
    held.callback(engine.dispose)
    return engine


def _bring_up_to_date(path: Path, reader: Engine, writer: Engine | None, key: bytes) -> None:
    with reader.begin() as db:
        current = migrating.is_current(db, path)
    if not current and writer is None:
        raise KnownError("book.older", str(path))
    if not current and writer is not None:
        reader.dispose()
        migrating.migrate_with_backup(writer, path, key)


def _facts(reader: Engine) -> _Facts:
    with reader.begin() as db:
        uid, currency = db.exec_driver_sql("SELECT uid, currency FROM book").one()
        funds: dict[str, int] = dict(db.exec_driver_sql("SELECT kind, id FROM fund WHERE kind <> 'campaign'").all())
    return _Facts(uid, currency, funds["unrestricted"], funds["suspense"])


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of the database file; None when it is not there."""
    try:
        found = (path / _LEDGER).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _fill(file: Path, key: keys.Key, at: datetime, *, uid: str, currency: str, name: str, person: str) -> None:
    """The tables, the guards and the first operation of a book, in one commit."""
    file.touch(mode=0o600)
    engine = connecting.writing(file, key.data)
    rows: dict[str, list[tuple[object, ...]]] = {
        "INSERT INTO person (id, uid, role) VALUES (?, ?, ?)": [(key.person_id, str(uuid4()), key.role)],
        "INSERT INTO identity_person (person_id, name) VALUES (?, ?)": [(key.person_id, person)],
        "INSERT INTO book (uid, currency, secret) VALUES (?, ?, ?)": [(uid, currency, secrets.token_bytes(32))],
        "INSERT INTO identity_book (name) VALUES (?)": [(name,)],
        "INSERT INTO account (code, currency, bank) VALUES (?, ?, 0)": [(code, currency) for code in CHART],
        "INSERT INTO fund (kind) VALUES (?)": [("unrestricted",), ("suspense",)],
    }
    try:
        with connecting.world(file), engine.begin() as db:
            migrating.migrate(db)
            # The first operation is done by a person whose row it writes itself.
            db.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            row_id = operations.begin(db, "new", at, key.person_id)
            for statement, values in rows.items():
                db.exec_driver_sql(statement, values)
            operations.finish(db, row_id)
    finally:
        engine.dispose()
