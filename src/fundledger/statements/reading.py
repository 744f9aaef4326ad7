"""Opens a bank file: what it is by its content, and its statements as a stream."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from fundledger.domain.problem import KnownError
from fundledger.domain.statement import Statement, StatementEnd, StatementLine
from fundledger.statements import camt
from fundledger.statements.findings import Findings
from fundledger.statements.given import Given
from fundledger.statements.safety import FILE_LIMIT
from fundledger.statements.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from fundledger.domain.problem import Problem

Event = Statement | StatementLine | StatementEnd

_FOREIGN = (
    (b"%PDF", "file.pdf"),
    (b"PK\x03\x04", "file.archive"),
    (b"PK\x05\x06", "file.archive"),
    (b"\x1f\x8b", "file.archive"),
    (b"\x89PNG", "file.picture"),
    (b"\xff\xd8\xff", "file.picture"),
)
_WEB_PAGE = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_NOTHING = Given()
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]{0,60})[\s/>]")


@dataclass(frozen=True, slots=True)
class Reader:
    """One format: `recognise` names it by a file's beginning or gives None, `read` streams it."""

    recognise: Callable[[bytes], str | None]
    read: Callable[[Source, str, Findings, Given], Iterator[Event]]


READERS: tuple[Reader, ...] = (Reader(camt.recognise, camt.read),)


def identify(head: bytes) -> str:
    """The format of a file by its first 64 KiB, such as camt.053.001.08; its name plays no part.

    Raises KnownError that says what it is instead: file.empty, file.pdf, file.archive, file.picture, file.web_page,
    file.binary, file.other_xml, file.unknown; or why it is not looked at: file.doctype, file.encoding, file.part.
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
    for reader in READERS:
        form = reader.recognise(head)
        if form:
            return reader, form
    raise _unknown(head, text)


def _unknown(head: bytes, text: str) -> KnownError:
    if not head.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")) and b"\0" in head:
        return KnownError("file.binary", "", offset=head.index(b"\0"))
    root = _ROOT.search(text)
    if root and "<" in text[: root.end()].lstrip("\xef\xbb\xbf \t\r\n\xff\xfe")[:1]:
        return KnownError("file.other_xml", "", root=root[1])
    return KnownError("file.unknown")


class StatementFile:
    """A bank file that was opened, hashed and recognised.

    Attributes: name, sha256 (hexadecimal), size (bytes), format, problems (warnings, filled while `events` runs).
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

    def events(self) -> Iterator[Event]:
        """Stream Statement, its StatementLines, its StatementEnd, and so on; each call reads the file anew.

        What was yielded may be kept only when the stream ends by itself: the file is refused as a whole, at its end,
        with every row that could not be taken, and when it is not the file that was hashed.
        Raises KnownError; every problem's subject is where in the file, or its name.
        """
        self._found = Findings()
        try:
            yield from self._reader.read(self._source, self.format, self._found, self._given)
        except KnownError as error:
            if error.code != "file.changed":
                self._source.check_unchanged()
            raise _named(error, self.name) from error
        refused = self._found.close(leave=self._given.leave_unreadable)
        if refused:
            raise refused


def open_statement(path: Path, limit: int = FILE_LIMIT, *, given: Given = _NOTHING) -> StatementFile:
    """Open a bank file: bounded, hashed in a first pass, recognised by its content. A context manager.

    `limit` in bytes. Raises KnownError as `Source` and `identify` do.
    """
    source = Source(path, limit)
    try:
        return StatementFile(source, *_choose(source.head), given)
    except KnownError as error:
        source.__exit__()
        raise _named(error, source.name) from error


def _named(error: KnownError, name: str) -> KnownError:
    """The same refusal, about the file where it was about nothing."""
    problem = error.problems[0]
    return error if problem.subject else KnownError(problem.code, name, **problem.values)
