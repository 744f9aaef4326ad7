"""The lines of a QIF file as records: a letter and its text on each line, ^ at the end, under the header they belong to."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.statements.safety import LARGEST_PART, LONGEST_FIELD, MOST_ELEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fundledger.statements.text import Line

_TYPE = re.compile(r"!\s*Type\s*:\s*(.*)", re.IGNORECASE)
_ACCOUNT = re.compile(r"!\s*Account\b", re.IGNORECASE)


@dataclass(slots=True)
class Record:
    """One entry, account or header: `section` is that of the header, in small letters without blanks; `whole` when ^ closed it."""

    section: str
    number: int
    fields: list[tuple[str, str]] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    whole: bool = False
    header: str = ""
    size: int = 0

    def first(self, *letters: str) -> str:
        """The first filled text of the first letter that has one."""
        return next((text for letter in letters for own, text in self.fields if own == letter and text), "")


def records(lines: Iterable[Line]) -> Iterator[Record]:
    """Headers and records in the order of the file; the sections are account, type:bank and the like.

    A record that nobody closed comes last, or before the header that ends it. Raises KnownError file.field, file.part.
    """
    record = Record("", 0)
    for line in lines:
        text = line.text.strip("\ufeff \t\f")
        if text.startswith(("!", "^")) and record.fields:
            record.whole = text.startswith("^")
            if record.whole:
                record.raw.append(line.text)
            yield record
        if text.startswith("!"):
            yield Record(_section(text, record.section), line.number, header=text)
        if text.startswith(("!", "^")):
            record = Record(_section(text, record.section), 0)
        elif text:
            _take(record, line, text)
    if record.fields:
        yield record


def _take(record: Record, line: Line, text: str) -> None:
    record.number = record.number or line.number
    record.raw.append(line.text)
    record.fields.append((text[0], words(text[1:])))
    if len(text) > LONGEST_FIELD:
        raise KnownError("file.field", "", limit=LONGEST_FIELD)
    record.size += len(text)
    if record.size > LARGEST_PART or len(record.fields) > MOST_ELEMENTS:
        raise KnownError("file.part", "", limit=LARGEST_PART)


def _section(text: str, section: str) -> str:
    """The section a header begins; an option is of the section it stands in."""
    kind = _TYPE.match(text)
    if kind:
        return "type:" + "".join(kind[1].split()).casefold()
    return "account" if _ACCOUNT.match(text) else section


def words(text: str) -> str:
    """A text without blanks around it, in composed letters (NFC)."""
    text = text.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)
