"""Statement files inside a ZIP or gzip archive, unpacked as they are read and never onto a disk; no name inside becomes a path."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from contextlib import contextmanager
from gzip import GzipFile
from itertools import pairwise
from typing import IO, TYPE_CHECKING, cast

from fundledger.domain.problem import KnownError
from fundledger.statements.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MOST_MEMBERS = 1_000
MOST_UNPACKED = 1024 * 1024 * 1024
# A member may unpack to so many times what the archive weighs; small archives are let alone.
MOST_TIMES, HARMLESS = 100, 1024 * 1024
# What stands in an archive's own list of a thousand members; more than this is never read at once.
_LONGEST_LIST = 4 * 1024 * 1024
_BLOCK = 64 * 1024
_ZIP, _GZIP = (b"PK\x03\x04", b"PK\x05\x06"), b"\x1f\x8b"
# Stored and deflated: the other methods unpack without a bound to what a small block becomes.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# Office files are ZIP archives, too; a reader of tables takes them as one file.
_OFFICE = frozenset({"[Content_Types].xml", "xl/workbook.xml", "mimetype"})
_LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|\._[^/]*$|Thumbs\.db$|desktop\.ini$)")
_OUTSIDE = re.compile(r"^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)|\0")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, struct.error, IndexError)
_HEADER, _ENCRYPTED = 30, 0x1


def members(packed: Source, limit: int) -> Iterator[Source] | None:
    """The files inside an archive, each to be done with before the next; None where the file is no archive of files.

    Everything is unpacked once, counted and checked, before the first is given, so that an archive is refused as a whole. `limit` is the
    size of one member. Raises KnownError file.archive_broken, file.archive_large, file.archive_members, file.archive_name,
    file.archive_encrypted, file.archive_method, file.archive_empty, file.too_large.
    """
    if packed.head.startswith(_GZIP):
        return _only_one(packed, limit)
    if not packed.head.startswith(_ZIP):
        return None
    with _refusing(packed.name):
        archive = zipfile.ZipFile(cast("IO[bytes]", _Listed(packed)))
    infos = archive.infolist()
    if any(info.filename in _OFFICE for info in infos):
        return None
    wanted = _checked(infos, packed.name, archive.start_dir)
    openers = [(_shown(packed.name, info.filename), _opener(archive, info)) for info in wanted]
    _prove(packed, openers, limit)
    return (Source(name, _Unpacked(name, opener), limit) for name, opener in openers)


def _only_one(packed: Source, limit: int) -> Iterator[Source]:
    def opener() -> IO[bytes]:
        packed.octets.seek(0)
        return cast("IO[bytes]", GzipFile(fileobj=packed.octets, mode="rb"))

    name = _shown(packed.name, packed.name.removesuffix(".gz"))
    _prove(packed, [(name, opener)], limit)
    return iter([Source(name, _Unpacked(name, opener), limit)])


def _shown(archive: str, member: str) -> str:
    return f"{archive} › {member}"


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(info)


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Whatever a library says of octets that are no sound archive becomes one refusal; a fault of the drive stays one."""
    try:
        yield
    except _BROKEN as error:
        raise KnownError("file.archive_broken", name) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise KnownError("file.archive_broken", name) from error


class _Listed:
    """A file as the ZIP library wants one, which reads no more at once than the list of a thousand members takes."""

    def __init__(self, packed: Source) -> None:
        self._packed = packed
        self._place = 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = 0) -> int:
        self._place = offset + (0, self._place, self._packed.size)[whence]
        if self._place < 0:
            raise OSError("before the beginning")
        return self._place

    def read(self, size: int = -1) -> bytes:
        size = self._packed.size - self._place if size < 0 else size
        if size > _LONGEST_LIST:
            raise KnownError("file.archive_members", self._packed.name, limit=MOST_MEMBERS)
        self._packed.octets.seek(self._place)
        found = self._packed.octets.read(max(size, 0))
        self._place += len(found)
        return found

    def close(self) -> None:
        """The source closes its octets itself."""


class _Unpacked:
    """One member, unpacked anew from its beginning whenever it is sought."""

    def __init__(self, name: str, opener: Callable[[], IO[bytes]]) -> None:
        self._name, self._opener = name, opener
        self._stream: IO[bytes] | None = None

    def seek(self, _: int, /) -> None:
        self.close()
        with _refusing(self._name):
            self._stream = self._opener()

    def read(self, size: int, /) -> bytes:
        with _refusing(self._name):
            return self._stream.read(size) if self._stream else b""

    def close(self) -> None:
        if self._stream:
            self._stream.close()
        self._stream = None


def _checked(infos: Sequence[zipfile.ZipInfo], archive: str, end: int) -> list[zipfile.ZipInfo]:
    """The members to read, in the archive's order; one that is dangerous refuses the archive."""
    if len(infos) > MOST_MEMBERS:
        raise KnownError("file.archive_members", archive, limit=MOST_MEMBERS)
    for info in infos:
        name = info.orig_filename.replace("\\", "/")
        if _OUTSIDE.search(name) or stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise KnownError("file.archive_name", archive, member=name)
        if info.flag_bits & _ENCRYPTED:
            raise KnownError("file.archive_encrypted", archive, member=name)
        if info.compress_type not in _METHODS:
            raise KnownError("file.archive_method", archive, member=name, method=info.compress_type)
    places = sorted((info.header_offset, info.compress_size) for info in infos)
    if any(place + _HEADER + size > after for (place, size), (after, _) in pairwise([*places, (end, 0)])):
        raise KnownError("file.archive_broken", archive)
    wanted = [info for info in infos if info.file_size and not info.is_dir() and not _LITTER.search(info.filename.replace("\\", "/"))]
    if not wanted:
        raise KnownError("file.archive_empty", archive)
    return wanted


def _prove(packed: Source, openers: Sequence[tuple[str, Callable[[], IO[bytes]]]], limit: int) -> None:
    """Unpack everything once and keep nothing: sizes as they are, not as they are stated, and every checksum."""
    most = min(MOST_UNPACKED, max(MOST_TIMES * packed.size, HARMLESS))
    total = 0
    for name, opener in openers:
        member, size = _Unpacked(name, opener), 0
        member.seek(0)
        while block := member.read(_BLOCK):
            size += len(block)
            total += len(block)
            if total > most:
                raise KnownError("file.archive_large", packed.name, limit=most)
            if size > limit:
                raise KnownError("file.too_large", name, size=size, limit=limit)
        member.close()
