"""Opens a bank file: what it is by its content, and its statements as a stream."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Self

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import LineStatus, Statement, StatementEnd, StatementLine
from fundledger.statements import archive
from fundledger.statements.evidence import evidence
from fundledger.statements.findings import Findings
from fundledger.statements.given import NOTHING, Given
from fundledger.statements.safety import FILE_LIMIT
from fundledger.statements.source import Source, open_source
from fundledger.statements.text import in_utf8

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from fundledger.domain.problem import Problem

Event = Statement | StatementLine | StatementEnd

_FOREIGN = (
    (b"%PDF", "file.pdf"),
    (b"7z\xbc\xaf\x27\x1c", "file.archive"),
    (b"Rar!\x1a\x07", "file.archive"),
    (b"\x89PNG", "file.picture"),
    (b"\xff\xd8\xff", "file.picture"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.office"),
    (b"{\\rtf", "file.office"),
)
_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b")
# Office files are ZIP archives that begin with one of these names.
_OFFICE = re.compile(rb"\[Content_Types\]\.xml|mimetypeapplication/vnd\.oasis")
_WEB_PAGE = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_REPLACED = "\ufffd".encode()
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]{0,60})[\s/>]")


@dataclass(frozen=True, slots=True)
class Reader:
    """One format: `recognise` names it by a file's beginning or gives None, `read` streams it.

    A text in UTF-16 comes to `recognise` in UTF-8, without a mark.
    """

    recognise: Callable[[bytes], str | None]
    read: Callable[[Source, str, Findings, Given], Iterator[Event]]


@cache
def _readers() -> tuple[Reader, ...]:
    """Every format there is; loaded with the first file, for a window that shows figures reads none."""
    from fundledger.statements import camt, litas, mt940, ofx, qif, tables  # noqa: PLC0415  see above

    return (
        Reader(camt.recognise, camt.read),
        Reader(ofx.recognise, ofx.read),
        Reader(qif.recognise, qif.read),
        Reader(mt940.recognise, mt940.read),
        Reader(litas.recognise, litas.read),
        Reader(tables.recognise, tables.read),  # the last: nearly any text may be a table
    )


def identify(head: bytes) -> str:
    """The format of a file by its first 64 KiB, such as camt.053.001.08; its name plays no part.

    Raises KnownError that says what it is instead: file.empty, file.pdf, file.archive, file.picture, file.web_page,
    file.office, file.binary, file.other_xml, file.unknown; or why it is not looked at: file.doctype, file.encoding, file.part.
    """
    return _choose(head)[1]


def _choose(head: bytes) -> tuple[Reader, str]:
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise KnownError("file.empty")
    for beginning, code in _FOREIGN:
        if head.startswith(beginning):
            raise KnownError(code)
    text = head[:4096].replace(b"\0", b"").decode("latin-1")
    if _WEB_PAGE.search(text):
        raise KnownError("file.web_page")
    shown = in_utf8(head)
    for reader in _readers():
        form = reader.recognise(shown)
        if form:
            return reader, form
    if head.startswith(_PACKED):
        raise KnownError("file.office" if _OFFICE.search(head[:4096]) else "file.archive")
    raise _unknown(head, text)


def _unknown(head: bytes, text: str) -> KnownError:
    if not head.startswith((b"<\0", b"\0<")) and b"\0" in in_utf8(head):
        return KnownError("file.binary", "", offset=head.index(b"\0"))
    root = _ROOT.search(text)
    if root and "<" in text[: root.end()].lstrip("\xef\xbb\xbf \t\r\n\xff\xfe")[:1]:
        return KnownError("file.other_xml", "", root=root[1])
    return KnownError("file.unknown")


class StatementFile:
    """A bank file that was opened, hashed and recognised.

    Attributes: name, sha256 (hexadecimal), size (bytes), format (empty for a member of an archive that is no statement: its events raise
    why), problems (warnings, filled while `events` runs).
    """

    def __init__(self, source: Source, reader: Reader, form: str, given: Given) -> None:
        """Take over an open source; `open_statement` makes these."""
        self._source = source
        self._reader = reader
        self._given = given
        self._found = Findings()
        self.name = source.name
        self.sha256 = source.sha256
        self.size = source.size
        self.format = form

    def __enter__(self) -> Self:
        """Give the file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._source.__exit__()

    @property
    def problems(self) -> Sequence[Problem]:
        """Warnings so far; complete after the last event."""
        return self._found.warnings

    @property
    def n_unreadable(self) -> int:
        """Rows that could not be taken so far."""
        return self._found.n_faults

    @property
    def unreadable(self) -> Sequence[Problem]:
        """Why those rows could not be taken, as far as they are listed."""
        return self._found.faults

    @property
    def evidence(self) -> str:
        """What in the file shows its format, as it stands there; complete after the last event."""
        return self._found.evidence or evidence(in_utf8(self._source.head), self.format)

    def events(self) -> Iterator[Event]:
        """Stream Statement, its StatementLines, its StatementEnd, and so on; each call reads the file anew.

        What was yielded may be kept only when the stream ends by itself: the file is refused as a whole, at its end,
        with every row that could not be taken, and when it is not the file that was hashed.
        Raises KnownError; every problem's subject is where in the file, or its name.
        """
        self._found = Findings()
        try:
            yield from _sound(self._reader.read(self._source, self.format, self._found, self._given), self._found)
        except KnownError as error:
            if error.code != "file.changed":
                self._source.check_unchanged()
            raise _named(error, self.name) from error
        refused = self._found.close(leave=self._given.leave_unreadable)
        if refused:
            raise refused


def _sound(events: Iterator[Event], found: Findings) -> Iterator[Event]:
    """The events without lines that hold a letter nobody can read; their statement cannot be proved any more."""
    left: list[StatementLine] = []
    for event in events:
        if found.undecodable and isinstance(event, StatementLine) and _REPLACED in event.raw:
            left.append(event)
        elif left and isinstance(event, StatementEnd):
            yield _without(event, left)
            left = []
        else:
            yield event


def _without(end: StatementEnd, left: Sequence[StatementLine]) -> StatementEnd:
    booked = [line.amount for line in left if line.status is LineStatus.BOOKED]
    own = [amount.minor for amount in booked if amount.currency == end.booked.currency]
    return replace(
        end, booked=end.booked - Money(sum(own), end.booked.currency), n_lines=end.n_lines - len(left), n_booked=end.n_booked - len(booked),
        n_foreign=end.n_foreign - (len(booked) - len(own)), balanced=None,
    )  # fmt: skip


def open_statement(path: Path, limit: int = FILE_LIMIT, *, given: Given = NOTHING) -> StatementFile:
    """Open a bank file that is no archive: bounded, hashed in a first pass, recognised by its content. A context manager.

    `limit` in bytes. Raises KnownError as `open_source` and `identify` do.
    """
    source = open_source(path, limit)
    try:
        return StatementFile(source, *_choose(source.head), given)
    except KnownError as error:
        source.__exit__()
        raise _named(error, source.name) from error


def open_statements(path: Path, limit: int = FILE_LIMIT, *, given: Given = NOTHING) -> Iterator[StatementFile]:
    """The bank file at a path, or each file inside an archive, each to be read before the next is asked for.

    What is no statement inside an archive is there too, and refused when it is read. Raises KnownError as `open_statement` and
    `archive.members` do, before the first file.
    """
    with open_source(path, limit) as source:
        yield from files_in(source, limit, given)


def files_in(source: Source, limit: int, given: Given) -> Iterator[StatementFile]:
    """The same of octets that are open already."""
    try:
        inside = archive.members(source, limit)
        if inside is None:
            yield StatementFile(source, *_choose(source.head), given)
            return
    except KnownError as error:
        raise _named(error, source.name) from error
    for member in inside:
        with member:
            yield _member(member, given)


def _member(source: Source, given: Given) -> StatementFile:
    try:
        return StatementFile(source, *_choose(source.head), given)
    except KnownError as error:
        return StatementFile(source, Reader(lambda _: None, _refusing(error)), "", given)


def _refusing(error: KnownError) -> Callable[[Source, str, Findings, Given], Iterator[Event]]:
    def read(*_: object) -> Iterator[Event]:
        raise error

    return read


def _named(error: KnownError, name: str) -> KnownError:
    """The same refusal, about the file where it was about nothing."""
    problem = error.problems[0]
    return error if problem.subject else KnownError(problem.code, name, **problem.values)
