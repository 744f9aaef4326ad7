"""References, and numbers with check digits: IBAN (ISO 13616), creditor reference (ISO 11649), both mod 97-10 (ISO 7064)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
# Looked for at every place, so that a reference is not lost in the one before it, or in a word run into it.
_RF = re.compile(r"(?=(RF[ ]?[0-9]{2}(?:[ ]?[A-Z0-9]){1,21}))", re.ASCII)
_NOT_ALNUM = re.compile(r"[^A-Z0-9]", re.ASCII)
# What banks and their customers write where there is no reference.
_NONE = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NOT-PROVIDED", "NOT_PROVIDED", "NONREF", "NOREF"})
# A letter counts as two digits, from A = 10 to Z = 35.
_AS_DIGITS = str.maketrans({letter: str(int(letter, 36)) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"})


def compact(text: str) -> str:
    """Upper case without blanks and signs, as check digits are counted."""
    return _NOT_ALNUM.sub("", text.upper())


def stated(text: str) -> str | None:
    """A reference without blanks around it; None for an empty one and for what is written when there is none."""
    text = text.strip()
    return None if not text or text.upper() in _NONE else text


def _remainder(text: str) -> int:
    return int(text.translate(_AS_DIGITS)) % 97


def iban_is_valid(iban: str) -> bool:
    """Whether a compact IBAN has the right form and check digits."""
    if not _IBAN.fullmatch(iban):
        return False
    number = iban[4:]
    return int(f"{number if number.isdecimal() else number.translate(_AS_DIGITS)}{_country(iban[:2])}{iban[2:4]}") % 97 == 1


@lru_cache(maxsize=1024)
def _country(letters: str) -> str:
    """The digits of a country's two letters; translating is most of what a check costs."""
    return letters.translate(_AS_DIGITS)


def creditor_reference(body: str) -> str:
    """The RF reference of a body of at most 21 letters and digits; a campaign's body is its code."""
    body = compact(body)[:21]
    return f"RF{98 - _remainder(body + 'RF00'):02d}{body}"


def reference_is_valid(reference: str) -> bool:
    """Whether a compact RF reference carries its right check digits."""
    return (
        reference.startswith("RF")
        and 5 <= len(reference) <= 25
        and reference[2:4].isdigit()
        and _remainder(reference[4:] + reference[:4]) == 1
    )


def references_in(text: str, known: Container[str]) -> list[str]:
    """The known RF references that stand in a text, written together or in groups of four.

    A bank may run the words after the reference into it, so the longest known beginning is taken.
    """
    upper = text.upper()
    if "RF" not in upper:
        return []
    alone = upper.replace(" ", "")
    if alone in known:
        return [alone]
    found = []
    for match in _RF.finditer(upper):
        candidate = match[1].replace(" ", "")
        for size in range(min(len(candidate), 25), 4, -1):
            if candidate[:size] in known:
                found.append(candidate[:size])
                break
    return found
