"""The encoding of a table that does not tell it, by the one text in it that is known beforehand: its header."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.statements.letters import CODECS
from fundledger.statements.tables.cells import DELIMITERS, Cells, n_delimiters, rows, separator
from fundledger.statements.tables.heading import meanings
from fundledger.statements.tables.table import MOST_ABOVE
from fundledger.statements.text import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Ways = list[tuple[str, list[Cells]]]
# A published header counts more than any number of single words.
_PUBLISHED = 1_000


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


def by_header(head: bytes, likely: Sequence[str], is_published: Callable[[Ways], bool]) -> str | None:
    """The codec in which most of a header is known, the first of `likely` among equals; None where no heading helps.

    Every codec has ASCII as it is, delimiters and quotes with it: the text is split once, and only cells with other letters are read anew.
    """
    ways = ways_of(head.decode("latin-1").translate(_MASKED))
    used = {_MASKED[octet] for octet in head.translate(None, _ASCII)}
    plain = _PUBLISHED * is_published([(way, [row if _is_plain(row) else _BLANK for row in found]) for way, found in ways])
    marked = [(way, [_BLANK if _is_plain(row) else row for row in found]) for way, found in ways]
    best, most = None, 0
    seen: set[tuple[str, ...]] = set()
    for codec in dict.fromkeys((*likely, *CODECS)):
        letters = _letters(codec) or {}
        as_read = tuple(letters.get(octet, "") for octet in used)
        if not all(as_read) or as_read in seen:
            continue
        seen.add(as_read)
        read = [(way, [_read(row, letters) for row in found]) for way, found in marked]
        score = max((_known(row.cells) for _, found in read for row in found[:20]), default=0) + (plain or _PUBLISHED * is_published(read))
        if score > most:
            best, most = codec, score
    return best


_ASCII = bytes(range(0x80))
# Octets beyond ASCII stand for themselves, as letters that are neither blanks nor anybody's.
_MASKED = {octet: 0xE000 + octet for octet in range(0x80, 0x100)}
_BLANK = Cells(0, [], "")


@lru_cache(maxsize=32)
def _letters(codec: str) -> dict[int, str] | None:
    """What each masked octet is in a codec, without those that are nothing in it; None where a letter takes more than one octet."""
    with suppress(UnicodeDecodeError, LookupError):
        if _ASCII.decode(codec) != _ASCII.decode("ascii"):
            return None
    found = {}
    for octet, masked in _MASKED.items():
        with suppress(UnicodeDecodeError, LookupError):
            found[masked] = bytes([octet]).decode(codec)
    return found or None


def _is_plain(row: Cells) -> bool:
    return all(map(str.isascii, row.cells))


def _read(row: Cells, letters: dict[int, str]) -> Cells:
    return row._replace(cells=[cell.translate(letters).strip() for cell in row.cells]) if row.cells else row


def _known(cells: list[str]) -> int:
    """How many headings with letters beyond ASCII are known."""
    return sum(bool(meanings(cell)) for cell in cells if not cell.isascii())
