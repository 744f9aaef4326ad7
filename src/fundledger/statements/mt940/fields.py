"""An MT940 text cut into its fields: `:61:` and the like at the start of a line, with all lines up to the next one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.statements.text import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.statements.findings import Findings
    from fundledger.statements.given import Given
    from fundledger.statements.source import Source

# What banks write MT940 in beside UTF-8, the likeliest first.
_LIKELY = ("cp1252", "cp1257", "cp1250", "cp850", "cp437", "cp1251")
# Characters before the next field; a page of free text is far below it.
_LONGEST_PIECE = 1024 * 1024
_TAG = re.compile(r"(?:[0-9]{2}[A-Za-z]?|NS):")
# The tags of lines, which are nearly all tags.
_OFTEN = frozenset({"61:", "86:"})
# Start and end of a message on the wire, and the end of a file of old systems; they belong to no text.
_MARKS = "\x01\x02\x03\x04\x1a"
_AT_ENDS = re.compile(r"^[\x01-\x04\x1a]+|[\x01-\x04\x1a]+$", re.MULTILINE)
_MESSAGE_END = re.compile(r"\n(?:-(?:[ \t]*$|\}|XXX)|\{[1-5]:)", re.MULTILINE)


# The number of its first line, its tag such as 61 or 60F, its text with every line of it.
Field = tuple[int, str, str]


def fields(source: Source, found: Findings, given: Given) -> Iterator[Field]:
    """The fields of a file; what looks like no tag stays in the text it stands in, what is before the first is left out.

    Raises KnownError file.binary, file.undecodable and file.field, and what `Source.bytes_again` raises.
    """
    number, begun, tag, text = 0, 0, "", ""
    for pieces in _pieces(texts(source, found, given, _LIKELY)):
        for piece in pieces:
            size = 3 if piece[:3] in _OFTEN else _size(piece)
            if size and number:
                if tag:
                    yield begun, tag, text
                begun, tag, text = number, piece[: size - 1].upper(), piece[size:]
            elif tag:
                text = f"{text}\n:{piece}"
                if len(text) > _LONGEST_PIECE:
                    raise KnownError("file.field", "", limit=_LONGEST_PIECE)
            number += piece.count("\n") + 1
    if tag:
        yield begun, tag, text


def _size(piece: str) -> int:
    """How many characters of a piece its tag and colon are; 0 where it has none."""
    match = _TAG.match(piece)
    return match.end() if match else 0


def _pieces(blocks: Iterator[str]) -> Iterator[list[str]]:
    """What stands between colons at the start of a line; before the first colon is one piece, too."""
    rest = ""
    for block in blocks:
        whole = f"{rest}\n{block}"
        if any(mark in whole for mark in _MARKS):
            whole = _AT_ENDS.sub("", whole)
        if "{4::" in whole:  # the first field beside the envelope
            whole = whole.replace("{4::", "{4:\n:")
        pieces = whole.split("\n:")
        rest = pieces.pop()
        if len(rest) > _LONGEST_PIECE:
            raise KnownError("file.field", "", limit=_LONGEST_PIECE)
        yield pieces
    yield [rest]


def before_end(text: str) -> str:
    """A field's text up to the line that ends its message; only where the message does end there (`-` is text elsewhere)."""
    match = _MESSAGE_END.search("\n" + text)
    return text if match is None else text[: max(match.start() - 1, 0)]


def has_end(text: str) -> bool:
    """Whether a message ends within a field's text."""
    return _MESSAGE_END.search("\n" + text) is not None
