"""A book that is not whole: what is hit, what is missing, and the newest good backup to go on from."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import DBAPIError

from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.store import backups, connecting, migrating

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

_Answer = TypeVar("_Answer")
_LEDGER, _MARK = "ledger.db", "damage.found"


def offer(book: Path) -> Problem:
    """The newest good backup in the book's own folder: backup.newest_good, or backup.no_good."""
    made = backups.newest_good(book)
    return Problem("backup.newest_good", str(made.file), {"made_at": made.header.made_at}) if made else Problem("backup.no_good", str(book))


def found(book: Path, key: bytes) -> tuple[Problem, ...]:
    """What is to be said of a damaged ledger. A mark is left, so that later programs look at every page before they write again."""
    with suppress(OSError):
        (book / _MARK).touch(mode=0o600)
    hit = connecting.damaged_tables(book / _LEDGER, key)
    return (Problem("book.damaged", str(book)), *([Problem("book.damaged_tables", str(book), {"tables": hit})] if hit else []), offer(book))


def refuse_damaged(book: Path, key: bytes) -> None:
    """Refuse to write a ledger that was found damaged, until every page of it is whole again; raises KnownError book.damaged."""
    if (book / _MARK).exists():
        if not connecting.is_whole(book / _LEDGER, key):
            raise refusal(found(book, key))
        (book / _MARK).unlink(missing_ok=True)


def refuse_foreign_log(book: Path, key: bytes) -> None:
    """Refuse to fold in a left-over log with which the book goes less far or has faults it has not without, as one from another time.

    It is tried on a private copy. Raises KnownError book.foreign_log. Where there is no room for the copy nothing is tried.
    """
    with suppress(OSError), TemporaryDirectory() as private:
        copy = Path(private) / _LEDGER
        for end in ("", "-wal"):
            shutil.copyfile(book / f"{_LEDGER}{end}", copy.with_name(f"{_LEDGER}{end}"))
        with suppress(DBAPIError, connecting.DriverError):
            connecting.fold(copy, key)
        alone, together = _asked(book / _LEDGER, key, _last), _asked(copy, key, _last)
        if alone is None and together is None:
            return  # another key, or damage: what is asked next says which
        back = together is None or any(now < before for now, before in zip(together, alone or together, strict=True))
        faults = _asked(copy, key, _faults)
        if faults:  # what was wrong without the log is no fault of the log
            faults -= _asked(book / _LEDGER, key, _faults) or frozenset()
        if back or faults is None or faults:
            raise refusal((Problem("book.foreign_log", str(book)), offer(book)))


def _asked(file: Path, key: bytes, question: Callable[[Connection], _Answer]) -> _Answer | None:
    """What a file answers without its log; None where it cannot be read."""
    engine = connecting.reading(file, key, immutable=True)
    try:
        with connecting.world(file), engine.begin() as db:
            return question(db)
    except (KnownError, DBAPIError):
        return None
    finally:
        engine.dispose()


def _faults(db: Connection) -> frozenset[tuple[str, str]]:
    """Every fault; of tables this program does not know, only those of the file itself."""
    found = backups.checked(db) if migrating.version(db) == migrating.VERSIONS[-1] else backups.whole(db)
    return frozenset((problem.code, problem.subject) for problem in found)


def _last(db: Connection) -> tuple[int, int]:
    found = "SELECT (SELECT coalesce(max(id), 0) FROM operation), (SELECT coalesce(max(number), 0) FROM entry)"
    operation, entry = db.exec_driver_sql(found).one()
    return operation, entry


def refuse_step_back(book: Path, uid: str, db: Connection) -> None:
    """Refuse to write a ledger that holds less than its newest backup, as one whose log was lost or an older copy does.

    Raises KnownError book.stepped_back.
    """
    newest = next((made.header for made in backups.newest_named(book) if made.header.book == uid), None)
    if newest is None:
        return
    operations, entries = _last(db)
    if operations < newest.operations or entries < newest.entries:
        missing = {"entries": max(newest.entries - entries, 0), "operations": max(newest.operations - operations, 0)}
        raise refusal((Problem("book.stepped_back", str(book), missing), offer(book)))
