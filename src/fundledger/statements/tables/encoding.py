"""The encoding of a table that does not tell it, by the one text in it that is known beforehand: its header."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from fundledger.domain.problem import KnownError
from fundledger.statements.letters import CODECS
from fundledger.statements.tables.cells import DELIMITERS, Cells, n_delimiters, rows, separator
from fundledger.statements.tables.heading import meanings, names_of
from fundledger.statements.tables.table import MOST_ABOVE
from fundledger.statements.text import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from typing import Self

Ways = list[tuple[str, list[Cells]]]
# A published header counts more than any number of single words.
_PUBLISHED = 1_000
_FIRST_ROWS = 20


def ways_of(text: str) -> Ways:
    """The first rows of a text split at each delimiter that stands in it."""
    found = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[: MOST_ABOVE * 2]
    lines = [Line(number, line) for number, line in enumerate(found, 1)]
    body = lines[1:] if lines and separator(lines[0].text) else lines
    counts = [n_delimiters(line.text) for line in body]
    return [
        (delimiter, list(islice(_tolerant(body, delimiter), MOST_ABOVE)))
        for place, delimiter in enumerate(DELIMITERS)
        if any(n[place] for n in counts)
    ]


def _tolerant(lines: list[Line], delimiter: str) -> Iterator[Cells]:
    """Rows up to the first that cannot be taken apart, which the reader will refuse by its line."""
    with suppress(KnownError):
        yield from rows(lines, delimiter)


def whole_lines(head: bytes, size: int) -> bytes:
    """A beginning without the line it breaks off in; `size` is what a longer file's beginning has."""
    return head[: head.rfind(b"\n") + 1] or head if len(head) >= size else head


def by_header(head: bytes, likely: Sequence[str], is_published: Callable[[frozenset[str]], bool]) -> str | None:
    """The codec in which most of a header is known, the first of `likely` among equals; None where no heading helps.

    Every codec has ASCII as it is, delimiters and quotes with it: the text is split once, and only cells with other letters are read anew.
    `is_published` says it of the names of one row.
    """
    headers = [_Header.of(row.cells, n) for _, found in ways_of(head.decode("latin-1").translate(_MASKED)) for n, row in enumerate(found)]
    marked = [header for header in headers if header.marked]
    plain = _PUBLISHED * any(header.width > 1 and is_published(header.plain) for header in headers if not header.marked)
    best, most = None, 0
    for codec, letters in _codecs(likely, {_MASKED[octet] for octet in head.translate(None, _ASCII)}):
        score = plain
        for header in marked:
            cells = [cell.translate(letters).strip() for cell in header.marked]
            published = header.width > 1 and is_published(header.plain | names_of(cells))
            score = max(score, _PUBLISHED * published + (_known(cells) if header.place < _FIRST_ROWS else 0))
        if score > most:
            best, most = codec, score
    return best


class _Header(NamedTuple):
    """A row that may head a table: its width, its place, the names of its plain cells, and its cells with other letters, masked."""

    width: int
    place: int
    plain: frozenset[str]
    marked: list[str]

    @classmethod
    def of(cls, cells: Sequence[str], place: int) -> Self:
        """Part the cells of a row."""
        marked = [cell for cell in cells if not cell.isascii()]
        return cls(len(cells), place, names_of([cell for cell in cells if cell.isascii()]), marked)


def _codecs(likely: Sequence[str], used: Collection[int]) -> Iterator[tuple[str, dict[int, str]]]:
    """The codecs that have every letter used, with what those are in them; of several that read the text alike the first."""
    seen: set[tuple[str, ...]] = set()
    for codec in dict.fromkeys((*likely, *CODECS)):
        letters = _letters(codec)
        as_read = tuple(letters.get(octet, "") for octet in used)
        if all(as_read) and as_read not in seen:
            seen.add(as_read)
            yield codec, letters


_ASCII = bytes(range(0x80))
# Octets beyond ASCII stand for themselves, as letters that are neither blanks nor anybody's.
_MASKED = {octet: 0xE000 + octet for octet in range(0x80, 0x100)}


@lru_cache(maxsize=32)
def _letters(codec: str) -> dict[int, str]:
    """What each masked octet is in a codec, without those that are nothing in it; nothing where a letter takes more than one octet."""
    found = {}
    for octet, masked in _MASKED.items():
        with suppress(UnicodeDecodeError, LookupError):
            found[masked] = bytes([octet]).decode(codec)
    return found


def _known(cells: list[str]) -> int:
    """How many headings with letters beyond ASCII are known."""
    return sum(bool(meanings(cell)) for cell in cells if not cell.isascii())
