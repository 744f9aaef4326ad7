"""Backups: one file with the encrypted database and its key slots, proved to open before it gets its name.

The file is a ZIP of three stored members in this order: `header.json`, `keys.json`, `ledger.db`. Its name is its number;
what it holds and when it was made stand in the header, so a renamed or touched file changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import struct
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.store import connecting
from fundledger.store.keys import sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Connection, Engine

    from fundledger.store.operations import Operation

ENDING = ".flbackup"
FORMAT = 1
LAST, DAILY, WEEKLY, MONTHLY = 10, 14, 8, 24
_HEADER, _KEYS, _LEDGER = "header.json", "keys.json", "ledger.db"
_MEMBERS = (_HEADER, _KEYS, _LEDGER)
_MOST_HEADER, _MOST_KEYS, _CHUNK = 64 * 1024, 4 * 1024 * 1024, 1024 * 1024
_BORN = (1980, 1, 1, 0, 0, 0)  # a ZIP wants a time; the one that counts is in the header
_SECOND_PLACE = "second place"


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says of itself: its number, when it was made, which book, how far it goes, the digests of its members."""

    number: int
    made_at: datetime
    book: str
    schema: str
    operations: int
    entries: int
    imports: int
    ledger_sha256: str
    keys_sha256: str


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file and its header; `size` in bytes."""

    file: Path
    header: Header
    size: int


def folder_of(book: Path) -> Path:
    """Where a book keeps its own backups."""
    return book / "backups"


def make(
    engine: Engine,
    book: Path,
    key: bytes,
    at: datetime | None = None,
    place: Path | None = None,
    *,
    proof: Callable[[Connection], list[Problem]] | None = None,
) -> Backup:
    """Back a book up into a place, its own folder where none is named, and let the oldest there go by the rules.

    The copy is opened with the key and proved, by `checked` where nothing else is named, before it is packed; the packed file is read back
    before it is renamed. `at` is when it is made; None takes the time of the last operation. Raises KnownError backup.no_space (needed,
    in bytes), backup.unsound with every fault found, and what `connecting.world` and `connecting.disk` name.
    """
    place = (place or folder_of(book)).absolute()
    with connecting.disk(place), connecting.world(book / _LEDGER), ExitStack() as left:
        place.mkdir(mode=0o700, exist_ok=True)
        _sweep(place)
        _need(place, 2 * _size(book) + _MOST_HEADER)
        number = _next_number(place, folder_of(book))
        copied, packed = (_beside(place, left) for _ in range(2))
        connecting.copy(engine, copied, key)
        header = _proved(copied, key, proof, number=number, at=at, slots=(book / _KEYS).read_bytes())
        _pack(packed, header, copied, book / _KEYS)
        _prove_packed(packed, header)
        made = Backup(place / f"{number:07}{ENDING}", header, packed.stat().st_size)
        packed.replace(made.file)
        sync_folder(place)
        _rotate(place, header.book)
    return made


def checked(db: Connection) -> list[Problem]:
    """Every fault of a whole book."""
    from fundledger.store.checking import check  # noqa: PLC0415  most commands back nothing up, and what checks knows every table

    return check(db)


def backups(place: Path) -> list[Backup]:
    """The readable backups of a folder, the newest number first; whatever else lies there is passed over."""
    found = []
    for file in place.glob(f"*{ENDING}"):
        try:
            found.append(read(file))
        except KnownError:
            continue
    return sorted(found, key=lambda one: one.header.number, reverse=True)


def read(file: Path) -> Backup:
    """The header of a backup; raises KnownError backup.not_found, backup.unreadable."""
    with _opened(file) as (_, header):
        return Backup(file, header, file.stat().st_size)


def intact(made: Backup) -> bool:
    """Whether every byte of a backup is what was proved when it was made."""
    try:
        _prove_packed(made.file, made.header)
    except KnownError:
        return False
    return True


def newest_named(book: Path) -> Iterator[Backup]:
    """The readable backups of a book's own folder one by one, the highest number in their names first, each read when it is asked for."""
    for file in sorted(folder_of(book).glob(f"*{ENDING}"), reverse=True):
        with suppress(KnownError):
            yield read(file)


def newest_good(book: Path) -> Backup | None:
    """The newest intact backup in a book's own folder."""
    return next((made for made in backups(folder_of(book)) if intact(made)), None)


def unpack(file: Path, folder: Path) -> Header:
    """Write a backup's key slots and database into a folder, synced; each must be what the header says.

    Raises KnownError backup.not_found, backup.unreadable, backup.no_space (needed, in bytes), book.disk_full, book.cannot_write.
    """
    with _opened(file) as (packed, header):
        _need(folder, sum(packed.getinfo(name).file_size for name in (_KEYS, _LEDGER)))
        for name, wanted in ((_KEYS, header.keys_sha256), (_LEDGER, header.ledger_sha256)):
            with connecting.disk(folder), packed.open(name) as member, _private(folder / name) as out:
                found = _pour(member, out)
            if found != wanted:
                raise KnownError("backup.unreadable", str(file))
        with connecting.disk(folder):
            sync_folder(folder)
        return header


def kept(headers: Iterable[Header]) -> set[int]:
    """The numbers that stay: the last ten, and the newest of each of the last 14 days, 8 weeks and 24 months there are backups of.

    What is newer is said by the number alone; a clock that was wrong only puts a backup into another day.
    """
    newest_first = sorted(headers, key=lambda one: one.number, reverse=True)
    stay = {one.number for one in newest_first[:LAST]}
    for most, span in ((DAILY, _day), (WEEKLY, _week), (MONTHLY, _month)):
        newest: dict[tuple[int, ...], int] = {}
        for one in newest_first:
            newest.setdefault(span(one.made_at), one.number)
        stay |= set(list(newest.values())[:most])
    return stay


def _day(at: datetime) -> tuple[int, ...]:
    return at.year, at.month, at.day


def _week(at: datetime) -> tuple[int, ...]:
    return at.isocalendar()[:2]


def _month(at: datetime) -> tuple[int, ...]:
    return at.year, at.month


# --- the second place -------------------------------------------------------------------------------------------------
def second_place(db: Connection) -> Path | None:
    """The folder outside the book into which every backup is copied; None where none was named."""
    found = db.exec_driver_sql("SELECT value FROM identity_setting WHERE name = ?", (_SECOND_PLACE,)).scalar_one_or_none()
    return Path(found) if found else None


def set_second_place(op: Operation, place: Path | None) -> None:
    """Name the second place, or none."""
    op.db.exec_driver_sql("DELETE FROM identity_setting WHERE name = ?", (_SECOND_PLACE,))
    if place:
        op.db.exec_driver_sql("INSERT INTO identity_setting (name, value) VALUES (?, ?)", (_SECOND_PLACE, str(place)))


def folder_in(place: Path, book: str) -> Path:
    """Where backups of the book with this uid lie in a place of several; a short part of the uid, never the foundation's name."""
    return place / f"fundledger-{book[:8]}"


def keep_second(made: Backup, place: Path) -> Backup:
    """Copy a backup into the second place, in a folder for this book, read it back and only then give it its name.

    The place itself is never made: a drive that is not there would leave its copies on the wrong one. Raises KnownError
    backup.second_place_missing, backup.no_space, backup.unreadable, book.disk_full, book.cannot_write, book.io.
    """
    if not place.is_dir():
        raise KnownError("backup.second_place_missing", str(place))
    folder = folder_in(place, made.header.book)
    with connecting.disk(folder), ExitStack() as left:
        folder.mkdir(mode=0o700, exist_ok=True)
        _sweep(folder)
        _need(folder, made.size)
        beside = _beside(folder, left)
        with made.file.open("rb") as source, _private(beside) as out:
            _pour(source, out)
        _prove_packed(beside, made.header)
        copy = Backup(folder / made.file.name, made.header, made.size)
        beside.replace(copy.file)
        sync_folder(folder)
        _rotate(folder, made.header.book)
    return copy


def put(file: Path, content: bytes) -> None:
    """Write a small file whole or not at all."""
    with connecting.disk(file.parent), ExitStack() as left:
        beside = _beside(file.parent, left)
        with _private(beside) as out:
            out.write(content)
        beside.replace(file)
        sync_folder(file.parent)


# --- making -----------------------------------------------------------------------------------------------------------
def _size(book: Path) -> int:
    files = (book / f"{_LEDGER}{end}" for end in ("", "-wal"))
    return sum(each.stat().st_size for each in files if each.exists())


def _need(place: Path, needed: int) -> None:
    with connecting.disk(place):
        free = shutil.disk_usage(place).free
    if free < needed:
        raise KnownError("backup.no_space", str(place), needed=needed)


def _beside(place: Path, left: ExitStack) -> Path:
    """A name for unfinished work in the same folder; gone at the end, whatever happens."""
    name = place / f".{secrets.token_hex(8)}.unfinished"
    left.callback(name.unlink, missing_ok=True)
    return name


def _sweep(place: Path) -> None:
    """Take away what a killed program left; only the program that has the book open makes backups of it."""
    for leftover in place.glob(".*.unfinished"):
        leftover.unlink(missing_ok=True)


def _next_number(*places: Path) -> int:
    """One more than any number given here, in a header or in a name: no file is ever overwritten."""
    headers = [one.header.number for place in places for one in backups(place)]
    names = [int(each.stem) for place in places for each in place.glob(f"*{ENDING}") if each.stem.isdecimal()]
    return 1 + max((*headers, *names), default=0)


def _proved(
    copied: Path, key: bytes, proof: Callable[[Connection], list[Problem]] | None, *, number: int, at: datetime | None, slots: bytes
) -> Header:
    """Open the copy with the key, prove it, and read from it what the header says."""
    engine = connecting.reading(copied, key, immutable=True)
    try:
        with engine.begin() as db:
            faults = (proof or checked)(db)
            if faults:
                raise refusal((Problem("backup.unsound", str(copied.parent)), *faults))
            uid, schema, made_at = db.exec_driver_sql(
                "SELECT uid, version_num, (SELECT at FROM operation ORDER BY id DESC LIMIT 1) FROM book, alembic_version"
            ).one()
            far = reach(db)
    finally:
        engine.dispose()
    connecting.sync_file(copied)
    digests = (_digest(copied), hashlib.sha256(slots).hexdigest())
    return Header(number, at or datetime.fromisoformat(made_at), uid, schema, *far, *digests)


def reach(db: Connection) -> tuple[int, int, int]:
    """How far a book goes: operations, entries, imported files."""
    count = "SELECT (SELECT count(*) FROM operation), (SELECT count(*) FROM entry), (SELECT count(*) FROM batch)"
    operations, entries, imports = db.exec_driver_sql(count).one()
    return operations, entries, imports


def is_import(db: Connection, operation_id: int) -> bool:
    """Whether an operation brought a bank file in: undoing it takes back more than a person sees."""
    return db.exec_driver_sql("SELECT 1 FROM operation WHERE id = ? AND verb = 'import'", (operation_id,)).first() is not None


def whole(db: Connection) -> list[Problem]:
    """Whether the file itself is whole, asked where its tables are those of an older program."""
    pages = [row[0] for row in db.exec_driver_sql("PRAGMA cipher_integrity_check").all()]
    rest = [row[0] for row in db.exec_driver_sql("PRAGMA integrity_check").all() if row[0] != "ok"]
    return [Problem("check.file", "", {"detail": detail}) for detail in pages + rest]


def _pack(file: Path, header: Header, ledger: Path, slots: Path) -> None:
    said = json.dumps({"format": FORMAT, **asdict(header), "made_at": header.made_at.isoformat()}, indent=1).encode()
    with _private(file) as out, ZipFile(out, "w", ZIP_STORED) as packed:
        packed.writestr(ZipInfo(_HEADER, _BORN), said)
        packed.writestr(ZipInfo(_KEYS, _BORN), slots.read_bytes())
        with ledger.open("rb") as source, packed.open(ZipInfo(_LEDGER, _BORN), "w", force_zip64=True) as member:
            shutil.copyfileobj(source, member, _CHUNK)


def _prove_packed(file: Path, header: Header) -> None:
    """Read a finished file back: every member must be what was proved."""
    with _opened(file) as (packed, found):
        with packed.open(_KEYS) as slots, packed.open(_LEDGER) as ledger:
            same = (_pour(slots), _pour(ledger)) == (header.keys_sha256, header.ledger_sha256)
        if not same or found != header:
            raise KnownError("book.backup_failed", str(file.parent))


def _rotate(place: Path, book: str) -> None:
    """Let the backups of this book go that the rules do not keep; others and unreadable ones are left alone."""
    mine = [one for one in backups(place) if one.header.book == book]
    stay = kept(one.header for one in mine)
    for one in mine:
        if one.header.number not in stay:
            one.file.unlink(missing_ok=True)


# --- files ------------------------------------------------------------------------------------------------------------
@contextmanager
def _private(file: Path) -> Iterator[IO[bytes]]:
    """A new file only its owner can read, on the disk when the block ends."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def _opened(file: Path) -> Iterator[tuple[ZipFile, Header]]:
    """A backup with its header; whatever a ZIP can be made to say wrong is one answer."""
    try:
        with ZipFile(file) as packed:
            _look(packed)
            yield packed, _header(packed.read(_HEADER))
    except FileNotFoundError:
        raise KnownError("backup.not_found", str(file)) from None
    except (OSError, EOFError, BadZipFile, ValueError, TypeError, KeyError, RuntimeError, OverflowError, struct.error):
        raise KnownError("backup.unreadable", str(file)) from None


def _look(packed: ZipFile) -> None:
    """Raise ValueError for anything but the three members, stored and of a bearable size."""
    members = packed.infolist()
    plain = all(one.compress_type == ZIP_STORED and not one.flag_bits & 1 for one in members)
    if [one.filename for one in members] != list(_MEMBERS) or not plain:
        raise ValueError("not the members of a backup")
    if members[0].file_size > _MOST_HEADER or members[1].file_size > _MOST_KEYS:
        raise ValueError("too large")


def _header(content: bytes) -> Header:
    """A header from its JSON; raises ValueError, KeyError or TypeError for anything that is none."""
    said = json.loads(content)
    if said.pop("format") != FORMAT:
        raise ValueError("another format")
    header = Header(**{**said, "made_at": datetime.fromisoformat(said["made_at"])})
    numbers = (header.number, header.operations, header.entries, header.imports)
    words = (header.book, header.schema, header.ledger_sha256, header.keys_sha256)
    if not all(type(one) is int and one >= 0 for one in numbers) or not all(isinstance(one, str) for one in words):
        raise ValueError("not a header")
    return header


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return _pour(content)


def _pour(source: IO[bytes], out: IO[bytes] | None = None) -> str:
    """Copy everything and return its SHA-256."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        if out:
            out.write(chunk)
    return digest.hexdigest()
