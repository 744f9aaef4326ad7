"""A backup becomes a book again under a new name, or is rehearsed: opened and compared with the book that is in use."""

from __future__ import annotations

import secrets
import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.store import backups, connecting, places
from fundledger.store.book import ENDING, Book, open_book, with_ending
from fundledger.store.checking import check
from fundledger.store.keys import sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from fundledger.store.backups import Header

_SETS = {"operations": "SELECT uid FROM operation", "entries": "SELECT uid FROM entry", "imports": "SELECT sha256 FROM batch"}


@dataclass(frozen=True, slots=True)
class Lacks:
    """What the book in use has and the restored one has not: operations, entries, imported files; zero where nothing is missing."""

    operations: int
    entries: int
    imports: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A book that was restored; `lacks` is None where there was no book to compare with, `warnings` say why."""

    path: Path
    header: Header
    lacks: Lacks | None
    warnings: tuple[Problem, ...] = ()


def _nothing(book: Book) -> tuple[Problem, ...]:
    del book
    return ()


def restore(
    backup: Path,
    new: Path,
    passphrase: str | None = None,
    *,
    recovery_key: str | None = None,
    live: Path | Book | None = None,
    finish: Callable[[Book], tuple[Problem, ...]] = _nothing,
) -> Restored:
    """Make a book of a backup at a path where nothing is; it is there as a whole and checked, or not at all.

    `live` is the book to compare with, open or not, by default the one in whose folder the backup lies; `finish` is done to the
    book before it gets its name. Raises KnownError book.exists,
    backup.not_found, backup.unreadable, backup.no_space (needed, in bytes), restore.unsound with every fault, and what
    `open_book` names, about the backup.
    """
    path = with_ending(new)
    if path.exists():
        raise KnownError("book.exists", str(path))
    places.refuse_live(path)
    beside = path.with_name(f".{secrets.token_hex(4)}.{path.name}")
    try:
        with _copy(backup, beside, passphrase, recovery_key) as (header, copy):
            lacks, warnings = _compared(copy, live or home(backup), passphrase, recovery_key)
            warnings += finish(copy)
        with connecting.disk(path):
            beside.rename(path)
            sync_folder(path.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Restored(path, header, lacks, warnings)


def rehearse(backup: Path, live: Book, passphrase: str | None = None, *, recovery_key: str | None = None) -> list[Problem]:
    """Restore a backup into a private folder that goes again, and compare every balance with the book in use as it was then.

    Returns what differs; raises as `restore`.
    """
    with TemporaryDirectory() as private, _copy(backup, Path(private) / f"Drill{ENDING}", passphrase, recovery_key) as (_, copy):
        with copy.reading() as db:
            last = db.exec_driver_sql("SELECT coalesce(max(number), 0) FROM entry").scalar_one()
            restored = _balances(db, last)
        with live.reading() as db:
            kept = _balances(db, last)
    wrong = sorted(where for where in restored.keys() | kept.keys() if restored.get(where) != kept.get(where))
    return [Problem("drill.differs", where, {"difference_minor": restored.get(where, 0) - kept.get(where, 0)}) for where in wrong]


@contextmanager
def _copy(backup: Path, folder: Path, passphrase: str | None, recovery_key: str | None) -> Iterator[tuple[Header, Book]]:
    """Unpack a backup into a new folder and open it like any book, checked and as long as its header says."""
    with connecting.disk(folder):
        folder.mkdir(mode=0o700)
        backups.folder_of(folder).mkdir(mode=0o700)
    header = backups.unpack(backup, folder)
    with _about(backup, folder), open_book(folder, passphrase, recovery_key=recovery_key) as copy:
        with copy.reading() as db:
            faults = check(db)
            found = backups.reach(db)
        if faults:
            raise refusal((Problem("restore.unsound", str(backup)), *faults))
        if found != (header.operations, header.entries, header.imports):
            raise KnownError("backup.unreadable", str(backup))
        yield header, copy


@contextmanager
def _about(backup: Path, folder: Path) -> Iterator[None]:
    """Say of the backup what was found out about the folder it was unpacked into, of which nobody knows."""
    try:
        yield
    except KnownError as error:
        told = (replace(one, subject=str(backup)) if one.subject == str(folder) else one for one in error.problems)
        raise refusal(tuple(told)) from None


def home(backup: Path) -> Path | None:
    """The book in whose folder a backup lies."""
    folder = backup.absolute().parent.parent
    return folder if folder.name.endswith(ENDING) and folder.exists() else None


def _compared(
    copy: Book, live: Path | Book | None, passphrase: str | None, recovery_key: str | None
) -> tuple[Lacks | None, tuple[Problem, ...]]:
    """What the restored book lacks and who could open it again; the book in use may well be the broken one, which stops nothing."""
    if live is None:
        return None, ()
    try:
        with ExitStack() as opened:
            other = (
                live
                if isinstance(live, Book)
                else opened.enter_context(open_book(live, passphrase, recovery_key=recovery_key, read_only=True))
            )
            db = opened.enter_context(other.reading())
            if other.uid != copy.uid:
                return None, (Problem("restore.other_book", str(other.path)),)
            theirs, gone = _sets(db), set(db.exec_driver_sql("SELECT uid FROM person WHERE removed = 1").scalars())
    except KnownError as error:
        where = live.path if isinstance(live, Book) else live
        return None, (Problem("restore.not_compared", str(where)), *error.problems)
    with copy.reading() as db:
        ours, welcome = _sets(db), set(db.exec_driver_sql("SELECT uid FROM person WHERE removed = 0").scalars())
    back = len(gone & welcome)
    warnings = (Problem("restore.people_back", "", {"n": back}),) if back else ()
    return Lacks(**{name: len(theirs[name] - ours[name]) for name in _SETS}), warnings


def _sets(db: Connection) -> dict[str, set[str]]:
    return {name: set(db.exec_driver_sql(query).scalars()) for name, query in _SETS.items()}


def _balances(db: Connection, last: int) -> dict[str, int]:
    """What fund, account and flow held when the entry with this number was the last one; minor units, without what is zero."""
    rows = db.exec_driver_sql(
        "SELECT p.fund_id || ':' || p.account_id || ':' || p.flow, sum(p.amount_minor) FROM posting p JOIN entry e ON e.id = p.entry_id"
        " WHERE e.number <= ? GROUP BY p.fund_id, p.account_id, p.flow HAVING sum(p.amount_minor) <> 0",
        (last,),
    )
    found: dict[str, int] = dict(rows.all())
    return found
