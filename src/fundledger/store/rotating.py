"""A new data key for a whole book: its database copied under the new key, verified, and put in place of the old one.

The order makes every interruption harmless: slots hold both keys → verified copy → rename → slots hold the new key alone.
Whichever key fits the database when it is opened next is the book's; the other key and a copy left over are dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.store import connecting
from fundledger.store.keys import sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine

_COPY = ".rotating"
_PARTS = ("", "-wal", "-shm", "-journal")


def copy_under(key: bytes, source: Engine, ledger: Path, log: Callable[[Connection], None]) -> None:
    """Copy the database under a new key; `log` writes into the copy, so that the log tells of it exactly if it happened.

    Raises KnownError book.rotation_failed when the copy is not sound or not the same, and what `connecting.world` names.
    """
    drop_copy(ledger)
    copy = _copy(ledger)
    with connecting.world(ledger), connecting.disk(ledger.parent):
        connecting.copy(source, copy, key)
        wanted, found = _counts(source), _sound_counts(copy, key)
        if wanted != found:
            raise KnownError("book.rotation_failed", str(ledger.parent))
        written = connecting.writing(copy, key)
        try:
            with written.begin() as db:
                log(db)
            settle(written)
        finally:
            written.dispose()
        _sound_counts(copy, key)
        connecting.sync_file(copy)


def settle(engine: Engine) -> None:
    """Fold everything into the file itself, which needs every other connection closed: what follows is a single file.

    Raises what `connecting.world` makes of a lock when somebody else reads.
    """
    with engine.connect() as db:
        raw = db.connection.driver_connection
        if raw is not None:
            raw.execute("PRAGMA journal_mode = DELETE").fetchall()


def put_in_place(ledger: Path) -> None:
    """The moment the book has its new key."""
    with connecting.disk(ledger.parent):
        _copy(ledger).replace(ledger)
        sync_folder(ledger.parent)


def drop_copy(ledger: Path) -> None:
    """Remove what an interrupted rotation left beside the database."""
    with connecting.disk(ledger.parent):
        for part in _PARTS:
            ledger.with_name(f"{_copy(ledger).name}{part}").unlink(missing_ok=True)


def fitting(ledger: Path, keys: Sequence[bytes]) -> bytes:
    """Which of these keys the database has; the first where it is not there or none fits, so that opening it says why."""
    for key in keys[1:]:
        engine = connecting.reading(ledger, key, immutable=True)  # its first page tells
        try:
            with connecting.world(ledger), engine.begin():
                return key
        except KnownError:
            continue
        finally:
            engine.dispose()
    return keys[0]


def _copy(ledger: Path) -> Path:
    return ledger.with_name(ledger.name + _COPY)


def _counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as db:
        names = db.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").scalars().all()
        return {name: db.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in names}


def _sound_counts(copy: Path, key: bytes) -> dict[str, int]:
    """The rows of each table of the copy, opened again with its key; every page is read and its seal checked."""
    engine = connecting.reading(copy, key)
    try:
        with engine.begin() as db:
            sealed = not db.exec_driver_sql("PRAGMA cipher_integrity_check").all()
            if not sealed or db.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok":
                raise KnownError("book.rotation_failed", str(copy.parent))
        return _counts(engine)
    finally:
        engine.dispose()
