"""Lines of text become rows of cells: quotes closed or refused, bounds kept, nothing shifted silently."""

from __future__ import annotations

import csv
import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from fundledger.domain.problem import KnownError
from fundledger.statements.safety import LONGEST_FIELD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fundledger.statements.text import Line

DELIMITERS = (";", "\t", ",", "|")
MOST_COLUMNS = 1_000
# Lines one quoted cell may run over: an address or a letter of thanks, not the rest of a file.
_MOST_LINES = 200
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATOR = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_FORMULA_TEXT = re.compile(r'="([^"]*)"')


def _patterns(delimiter: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One cell with the delimiter behind it, quoted or not, as the rules have it; and a quote before a delimiter."""
    own = re.escape(delimiter)
    quoted, bare, end = r' *+"((?:[^"]++|"")*+)" *+', rf'([^"{own}][^{own}]*+|)', rf"(?:{own}|$)"
    return re.compile(f"{quoted}{end}|{bare}{end}"), re.compile(rf'" *(?={own}|$)')


_PATTERNS = {delimiter: _patterns(delimiter) for delimiter in DELIMITERS}


class Cells(NamedTuple):
    """One row: its line in the file (or row in the sheet), its cells without blanks around them, and what stands in the file.

    `unstored` says that a formula in it has no result in the file.
    """

    number: int
    cells: list[str]
    raw: str
    unstored: bool = False


class _Open(Exception):  # noqa: N818  no error: the row goes on in the next line
    """A quote is open at the end of the text."""


def separator(line: str) -> str | None:
    """The delimiter a first line such as "sep=;" names; None for any other line."""
    match = _SEPARATOR.fullmatch(line.strip())
    return match[1] if match and match[1] in DELIMITERS else None


def n_delimiters(text: str) -> tuple[int, ...]:
    """How many of each of `DELIMITERS` stand in a line outside quotes."""
    if '"' in text:
        text = _QUOTED.sub("", text)
    return tuple(map(text.count, DELIMITERS))


def rows(lines: Iterable[Line], delimiter: str, width: int | None = None) -> Iterator[Cells]:
    """The rows of a text, rows without any filled cell left out.

    `width` is the number of cells a row should have: where quotes inside a quoted cell are not doubled, it tells how they were meant.
    Raises KnownError file.quote with the line in which a quote opened that is never closed, file.columns and file.field at the bounds.
    """
    source = iter(lines)
    for line in source:
        text = line.text
        if text.count(delimiter) > MOST_COLUMNS:
            raise KnownError("file.columns", "", limit=MOST_COLUMNS, line=line.number)
        if '"' not in text:
            found = text.split(delimiter)
        else:
            found, text = _quoted(line, source, delimiter, width)
        cells = list(map(str.strip, found))
        if not any(cells):
            continue
        if len(text) > LONGEST_FIELD and max(map(len, cells)) > LONGEST_FIELD:
            raise KnownError("file.field", "", limit=LONGEST_FIELD, line=line.number)
        yield Cells(line.number, cells, text)


def _quoted(line: Line, source: Iterator[Line], delimiter: str, width: int | None) -> tuple[list[str], str]:
    """The cells of a row with quotes, and its text, which may take more lines."""
    text = line.text
    try:
        found = _strict(text, delimiter)
    except _Open:
        found = _loose(text, delimiter)
        if found is None or (width is not None and len(found) != width):
            return _joined(line, source, delimiter)
        return found, text
    if found is None or (width is not None and len(found) != width):
        meant = _loose(text, delimiter, width)
        if meant is not None and (found is None or len(meant) == width):
            found = meant
    if found is None:
        raise KnownError("file.quote", "", line=line.number)
    return found, text


def _joined(line: Line, source: Iterator[Line], delimiter: str) -> tuple[list[str], str]:
    """The cells of a row that goes on in the lines that follow, until a line closes what this one opened."""
    parts = [line.text]
    for more in source:
        parts.append(more.text)
        if more.text.count('"') % 2:
            text = "\n".join(parts)
            try:
                found = _strict(text, delimiter)
            except _Open:
                found = None
            if found is None:
                break
            return found, text
        if len(parts) > _MOST_LINES:
            break
    raise KnownError("file.quote", "", line=line.number)


def _strict(text: str, delimiter: str) -> list[str] | None:
    """The cells as the rules of quoting have them; None where a quote stands where none may. Raises _Open."""
    if '="' not in text:
        with suppress(csv.Error):  # a quote out of its place, or one left open: looked at below
            return next(csv.reader((text,), delimiter=delimiter, strict=True, skipinitialspace=True))
    pattern, found, place, end = _PATTERNS[delimiter][0], [], 0, len(text)
    while True:
        match = pattern.match(text, place)
        if match is None:
            rest = text[place:].lstrip(" ")
            if rest.startswith('"') and len(_doubled_out(rest[1:])) and '"' not in _doubled_out(rest[1:]):
                raise _Open
            return None
        quoted = match[1]
        found.append(_FORMULA_TEXT.sub(r"\1", match[2]) if quoted is None else quoted.replace('""', '"'))
        if match.end() == end and not _ends_with_delimiter(match, text, delimiter):
            return found
        place = match.end()


def _doubled_out(text: str) -> str:
    return text.replace('""', " ")


def _ends_with_delimiter(match: re.Match[str], text: str, delimiter: str) -> bool:
    """Whether the match took a delimiter at the very end of the text, behind which one more, empty cell stands."""
    return match.end() > match.start() and text[match.end() - 1] == delimiter and match.end(match.lastindex or 0) < match.end()


def _loose(text: str, delimiter: str, width: int | None = None) -> list[str] | None:
    """The cells where quotes inside a quoted cell are not doubled: a quote closes where a delimiter follows it.

    None where a cell begins with a quote that is closed nowhere.
    """
    between = f'"{delimiter}"'
    if width and text.startswith('"') and text.endswith('"') and text.count(between) == width - 1:
        return text[1:-1].split(between)
    closing, found, place = _PATTERNS[delimiter][1], [], 0
    while place <= len(text):
        start = place
        while text[start : start + 1] == " ":
            start += 1
        match = closing.search(text, start + 1) if text[start : start + 1] == '"' else None
        if match:
            found.append(text[start + 1 : match.start()])
            place = match.end() + 1
            continue
        end = text.find(delimiter, place)
        end = len(text) if end < 0 else end
        cell = text[place:end]
        if text[start : start + 1] == '"' and cell.count('"') % 2:
            return None
        found.append(_FORMULA_TEXT.sub(r"\1", cell))
        place = end + 1
    return found
