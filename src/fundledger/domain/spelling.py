"""Bytes as groups of four digits and letters that a person reads out, writes down and types back."""

from __future__ import annotations

from fundledger.domain.problem import KnownError

# Thirty-two signs without I, L, O and U: nothing to take for 1, 0 or V.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TAKEN_FOR = str.maketrans("OILU", "011V")
_BETWEEN = str.maketrans("", "", " \t\r\n\u00a0-–.")
_BITS = 5


def spelled(content: bytes) -> str:
    """Twenty bytes become eight groups of four; any multiple of five bytes can be spelled."""
    number = int.from_bytes(content)
    length = len(content) * 8 // _BITS
    signs = "".join(_SIGNS[number >> (_BITS * place) & 31] for place in reversed(range(length)))
    return " ".join(signs[place : place + 4] for place in range(0, length, 4))


def read_back(text: str, size: int = 20) -> bytes:
    """The `size` bytes of a spelling, however it was typed: blanks, hyphens, small letters, O for 0, I or L for 1, U for V.

    Raises KnownError recovery.unreadable; the error does not repeat what was typed.
    """
    signs = text.upper().translate(_BETWEEN).translate(_TAKEN_FOR)
    if len(signs) * _BITS != size * 8 or not set(signs) <= set(_SIGNS):
        raise KnownError("recovery.unreadable")
    number = 0
    for sign in signs:
        number = number << _BITS | _SIGNS.index(sign)
    return number.to_bytes(size)
