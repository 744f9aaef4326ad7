"""Texts that a bank broke into lines or subfields of a fixed width, put together again without inventing blanks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Where banks break a text: the standard's line, the German subfield, the line of a clearing system.
_WIDTHS = frozenset({27, 35, 65})
_LINE, _TAG_SIZE = 65, 4


def joined(pieces: Sequence[str]) -> str:
    """The pieces as one text: a full one goes on at once; after a shorter one stands a line feed, a break that may be a blank.

    Full is what has the width the bank breaks at. A blank the bank cut off at a break makes a piece shorter, so it comes back.
    """
    if len(pieces) == 1:
        return pieces[0]
    lengths = set(map(len, pieces[:-1]))
    widest = max(lengths)
    whole = "\n".join(pieces)
    if widest not in _WIDTHS or _is_slip_reference(pieces[0], pieces[1]):
        return whole
    if len(lengths) == 1 and " \n" not in whole:
        return "".join(pieces)
    parts = []
    for number, piece in enumerate(pieces[:-1]):
        full = len(piece) == widest or (number == 0 and widest == _LINE == len(piece) + _TAG_SIZE)
        parts.append(piece if full and not piece.endswith(" ") else piece + "\n")
    return "".join(parts) + pieces[-1]


def _is_slip_reference(piece: str, after: str) -> bool:
    """Whether a piece is 27 digits and no digit follows: the reference of a Swiss payment slip, whole though as wide as a break."""
    return len(piece) == 27 and piece.isdigit() and not after[:1].isdigit()


def words(text: str) -> str:
    """A text for people: every break a blank."""
    if "\n" not in text:
        return text.strip()
    return " ".join([part.strip() for part in text.split("\n") if part and not part.isspace()])


def code(text: str) -> str:
    """A reference or number: every break nothing."""
    return "".join([part.strip() for part in text.split("\n")]) if "\n" in text else text.strip()
