"""Opens encrypted connections to a book: what only SQLite and SQLCipher can do stands here and in `guards`."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

DriverError = dbapi2.Error
_BUSY_SECONDS = 5
_LEAST_ROOM = 16 * 1024 * 1024
_NO_ROOM = 64 * 1024  # bytes: too few even for the shared memory SQLite keeps beside a book
# The driver's own log goes to standard error and may quote what it reads: it is off before the key is given.
_BEFORE_KEY = ("PRAGMA cipher_log_level = NONE",)
_EVERY = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
)
# FULL, not NORMAL: after a power cut NORMAL has lost acknowledged statements, FULL never.
_WRITING = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA secure_delete = ON")
# Each reading connection keeps 4 MB of pages, half of what the driver would: no question got slower, a large book takes less.
_READING = ("PRAGMA query_only = ON", "PRAGMA cache_size = -4000")
# What the world can do to a file, by SQLite's primary result code.
_WORLD = {
    dbapi2.SQLITE_BUSY: "book.busy",
    dbapi2.SQLITE_LOCKED: "book.busy",
    dbapi2.SQLITE_FULL: "book.disk_full",
    dbapi2.SQLITE_IOERR: "book.io",
    dbapi2.SQLITE_CANTOPEN: "book.io",
    dbapi2.SQLITE_READONLY: "book.read_only",
    dbapi2.SQLITE_CORRUPT: "book.damaged",
    dbapi2.SQLITE_NOTADB: "book.key_does_not_fit",
}
# The backup functions of the driver give the sentence of a code in place of the code.
_SAID = {
    "database or disk is full": dbapi2.SQLITE_FULL,
    "disk I/O error": dbapi2.SQLITE_IOERR,
    "unable to open database file": dbapi2.SQLITE_CANTOPEN,
    "database disk image is malformed": dbapi2.SQLITE_CORRUPT,
    "database is locked": dbapi2.SQLITE_BUSY,
}
_DISK = {
    errno.ENOSPC: "book.disk_full",
    errno.EDQUOT: "book.disk_full",
    errno.EACCES: "book.cannot_write",
    errno.EPERM: "book.cannot_write",
    errno.EROFS: "book.cannot_write",
}


def writing(file: Path, key: bytes) -> Engine:
    """The one writer: begins IMMEDIATE, so that somebody else's writing never comes to light at commit."""
    return _engine(file.as_uri() + "?mode=rw", key, "BEGIN IMMEDIATE", (*_EVERY, *_WRITING), most=1)


def reading(file: Path, key: bytes, *, immutable: bool = False) -> Engine:
    """Readers beside the writer: each sees the book as it was when it began and can change nothing.

    `immutable` is for a folder that cannot be written, where SQLite could not keep its shared memory.
    """
    return _engine(file.as_uri() + ("?immutable=1" if immutable else "?mode=rw"), key, "BEGIN DEFERRED", (*_EVERY, *_READING), most=8)


def _engine(uri: str, key: bytes, begin: str, pragmas: tuple[str, ...], *, most: int) -> Engine:
    def connect() -> dbapi2.Connection:
        return _connect(uri, key, pragmas)

    def begin_ours(db: Connection) -> None:
        db.exec_driver_sql(begin)

    built = create_engine(
        "sqlite+pysqlite://", module=dbapi2, creator=connect, poolclass=QueuePool, pool_size=most, max_overflow=0, hide_parameters=True,
    )  # fmt: skip
    event.listen(built, "begin", begin_ours)
    return built


def _connect(uri: str, key: bytes, pragmas: tuple[str, ...]) -> dbapi2.Connection:
    db = dbapi2.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        for pragma in (*_BEFORE_KEY, f"PRAGMA key = \"x'{key.hex()}'\"", *pragmas, "SELECT count(*) FROM sqlite_master"):
            db.execute(pragma).fetchall()
    except dbapi2.Error:
        db.close()
        raise
    return db


def copy(engine: Engine, target: Path, key: bytes) -> None:
    """Copy the whole book as the engine sees it into a new encrypted file, while others read and write.

    No journal is kept of it: what fails half-way is thrown away, and leaves no second file to find.
    """
    target.touch(mode=0o600)
    out = _connect(target.as_uri() + "?mode=rw", key, ("PRAGMA journal_mode = OFF",))
    try:
        with engine.connect() as db:
            source = db.connection.driver_connection
            if source is not None:
                source.backup(out)
    finally:
        out.close()


def rewrite(engine: Engine) -> bool:
    """Write the file anew without what was deleted, and fold the log of changes in; False while a reader holds on to it."""
    held = engine.raw_connection()
    try:
        db = held.cursor()
        # Outside any transaction, where SQLAlchemy would begin one.
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = db.fetchone()
        return row is not None and row[0] == 0
    finally:
        held.close()


@contextmanager
def committing(engine: Engine, folder: Path) -> Iterator[Connection]:
    """One transaction, committed at the end of the block.

    Raises KnownError book.unsure_saved when the disk failed while it was committed, perhaps after everything was written and
    before it was synced: the next opening finds the transaction whole or not at all, and nobody can say which.
    """
    with engine.begin() as db:
        yield db
        try:
            db.commit()
        except DBAPIError as error:
            if _result_code(error) & 0xFF == dbapi2.SQLITE_IOERR:
                raise KnownError("book.unsure_saved", str(folder)) from None
            raise


def fold(file: Path, key: bytes) -> None:
    """Fold a left-over log of changes into the file, as after a power cut; what it holds counts in any case.

    Until then a page half written into the file reads as damaged although the log has it whole. Where the disk does not let it
    happen now, nothing is lost and it happens later.
    """
    db = _connect(file.as_uri() + "?mode=rw", key, ())
    try:
        with suppress(dbapi2.Error):
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        db.close()


def damaged_tables(file: Path, key: bytes) -> list[str]:
    """The tables with a page that is not what was written; SQLite's own list of them where that one is hit.

    SQLCipher answers nothing more on a connection that has met such a page, so each table is asked about on its own one.
    """
    names = _asked(file, key, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    if not names:
        return ["sqlite_master"]
    return [name for name in names if _asked(file, key, f'PRAGMA integrity_check("{name}")') != ["ok"]]


def is_whole(file: Path, key: bytes) -> bool:
    """Whether every page of a file is what its HMAC says."""
    return _asked(file, key, "PRAGMA cipher_integrity_check") == []


def _asked(file: Path, key: bytes, question: str) -> list[str] | None:
    """The first column of an answer on a connection of its own; None where the file gives none."""
    try:
        db = _connect(file.as_uri() + "?immutable=1", key, _READING)
        try:
            return [row[0] for row in db.execute(question).fetchall()]
        finally:
            db.close()
    except dbapi2.Error:
        return None


def is_ours(error: DBAPIError) -> bool:
    """Whether a statement does not fit the tables, which is no fault of the world."""
    return bool(_result_code(error) & 0xFF == dbapi2.SQLITE_ERROR)


def _result_code(error: DBAPIError | dbapi2.Error) -> int:
    """SQLite's extended result code; 0 where there is none."""
    told = getattr(error, "orig", error)
    return int(getattr(told, "sqlite_errorcode", None) or _SAID.get(str(told), 0))


@contextmanager
def world(file: Path) -> Iterator[None]:
    """Turn what the world does to the file into a KnownError; what is our own fault passes unchanged.

    A vanished drive reads as "malformed", so the path is looked at before the word damaged is used.
    Raises book.busy, book.disk_full, book.io, book.read_only, book.damaged, book.key_does_not_fit, book.gone.
    """
    try:
        yield
    except (DBAPIError, dbapi2.Error) as error:
        code = _WORLD.get(_result_code(error) & 0xFF)
        if code is None:
            raise
        if code not in {"book.busy", "book.disk_full"} and not file.exists():
            code = "book.gone"
        if code == "book.io" and _no_room(file.parent):
            code = "book.disk_full"  # where SQLite gets no shared memory it speaks of the disk alone
        raise _known(code, file.parent) from None


@contextmanager
def disk(path: Path) -> Iterator[None]:
    """Turn an operating system's refusal into a KnownError: book.disk_full, book.cannot_write, book.io."""
    try:
        yield
    except OSError as error:
        raise _known(_DISK.get(error.errno or 0, "book.io"), path) from None


def _no_room(folder: Path) -> bool:
    with suppress(OSError):
        return shutil.disk_usage(folder).free < _NO_ROOM
    return False


def _known(code: str, folder: Path) -> KnownError:
    """The world's fault; a full disk says how much would surely do."""
    return KnownError(code, str(folder), needed=room_needed(folder)) if code == "book.disk_full" else KnownError(code, str(folder))


def room_needed(folder: Path) -> int:
    """How many free bytes surely do for anything done to a book: as many again as it has, 16 MiB at least. Often far fewer do."""
    ledger = folder / "ledger.db"
    return max(_LEAST_ROOM, ledger.stat().st_size if ledger.exists() else 0)


def sync_file(file: Path) -> None:
    """Force a file that another writer has closed onto the disk."""
    with file.open("r+b") as written:
        os.fsync(written.fileno())
