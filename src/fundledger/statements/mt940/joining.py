"""Texts that a bank broke into lines or subfields of a fixed width, put together again without inventing blanks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Where banks break a text: the standard's line, the German subfield, the line of a clearing system.
_WIDTHS = frozenset({27, 35, 65})
_LINE, _TAG_SIZE = 65, 4


def unbroken(text: str) -> str:
    """The lines of a text as one, as `joined` makes it."""
    breaks = text.count("\n")
    if text[_LINE : breaks * (_LINE + 1) : _LINE + 1] != "\n" * breaks:
        return joined(text.split("\n"))
    return text.replace("\n", "") if " \n" not in text else " \n".join([part.replace("\n", "") for part in text.split(" \n")])


def joined(pieces: Sequence[str]) -> str:
    """The pieces as one text: a full one goes on at once; after a shorter one stands a line feed, a break that may be a blank.

    Full is what has the width the bank breaks at. A blank the bank cut off at a break makes a piece shorter, so it comes back.
    """
    if len(pieces) == 1:
        return pieces[0]
    *before, last = pieces
    widest = max(map(len, before))
    if widest not in _WIDTHS or _is_slip_reference(pieces[0], pieces[1]):
        return "\n".join(pieces)
    parts = [piece if len(piece) == widest and piece[-1] != " " else piece + "\n" for piece in before]
    if widest == _LINE == len(pieces[0]) + _TAG_SIZE and pieces[0][-1] != " ":
        parts[0] = pieces[0]
    return "".join(parts) + last


def _is_slip_reference(piece: str, after: str) -> bool:
    """Whether a piece is 27 digits and no digit follows: the reference of a Swiss payment slip, whole though as wide as a break."""
    return len(piece) == 27 and piece.isdigit() and not after[:1].isdigit()


def words(text: str) -> str:
    """A text for people: every break a blank."""
    text = text.strip()
    return " ".join([part.strip() for part in text.split("\n") if part and not part.isspace()]) if "\n" in text else text


def code(text: str) -> str:
    """A reference or number: every break nothing."""
    text = text.strip()
    return "".join([part.strip() for part in text.split("\n")]) if "\n" in text else text
