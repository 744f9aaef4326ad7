"""The encoding of a table that does not tell it, by the one text in it that is known beforehand: its header."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.statements.letters import CODECS
from fundledger.statements.tables.cells import DELIMITERS, n_delimiters, rows, separator
from fundledger.statements.tables.heading import meanings
from fundledger.statements.tables.table import MOST_ABOVE
from fundledger.statements.text import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fundledger.statements.tables.cells import Cells

Ways = list[tuple[str, list["Cells"]]]
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
    """The codec in which most of a header is known, the first of `likely` among equals; None where no heading helps."""
    best, most = None, 0
    for codec in dict.fromkeys((*likely, *CODECS)):
        try:
            ways = ways_of(head.decode(codec))
        except (UnicodeDecodeError, LookupError):
            continue
        score = max((_known(row.cells) for _, found in ways for row in found[:20]), default=0) + _PUBLISHED * is_published(ways)
        if score > most:
            best, most = codec, score
    return best


def _known(cells: list[str]) -> int:
    """How many headings with letters beyond ASCII are known."""
    return sum(bool(meanings(cell)) for cell in cells if not cell.isascii())
