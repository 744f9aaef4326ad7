"""Names as they are compared: one alphabet, one case, no signs."""

from __future__ import annotations

import re

from anyascii import anyascii

_SIGNS = re.compile(r"[^a-z0-9]+")
# One sound, many spellings: be ru uk lt pl en write the same name with different letters. Longest first.
_SOUNDS = (
    ("shch", "s"), ("sch", "s"), ("sh", "s"), ("sz", "s"), ("ch", "c"), ("cz", "c"), ("zh", "z"), ("kh", "g"), ("ts", "c"),
    ("ia", "a"), ("ya", "a"), ("ja", "a"), ("iu", "u"), ("yu", "u"), ("ju", "u"), ("ie", "e"), ("ye", "e"), ("je", "e"),
    ("io", "o"), ("yo", "o"), ("jo", "o"), ("ks", "x"), ("h", "g"), ("w", "v"), ("y", "i"), ("j", "i"),
)  # fmt: skip
_SOUND = re.compile("|".join(spelling for spelling, _ in _SOUNDS))
_SAME = dict(_SOUNDS)
_DOUBLE = re.compile(r"(.)\1+")


def fold(name: str | None) -> str:
    """A name in plain Latin letters, its words in alphabetical order, so that order and script do not matter."""
    words = _SIGNS.sub(" ", anyascii(name or "").lower()).split()
    return " ".join(sorted(words))


def fold_text(text: str | None) -> str:
    """A text in plain Latin letters, its words in the order they stand in."""
    return " ".join(_SIGNS.sub(" ", anyascii(text or "").lower()).split())


def sound(word: str) -> str:
    """One spelling for the ways a name is written in Latin letters; numbers stay as they are."""
    if word.isdigit():
        return word
    return _DOUBLE.sub(r"\1", _SOUND.sub(lambda found: _SAME[found[0]], word))
