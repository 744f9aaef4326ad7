"""Names as they are compared: one alphabet, one case, no signs."""

from __future__ import annotations

import re

from anyascii import anyascii

_SIGNS = re.compile(r"[^a-z0-9]+")


def fold(name: str | None) -> str:
    """A name in plain Latin letters, its words in alphabetical order, so that order and script do not matter."""
    words = _SIGNS.sub(" ", anyascii(name or "").lower()).split()
    return " ".join(sorted(words))


def fold_text(text: str | None) -> str:
    """A text in plain Latin letters, its words in the order they stand in."""
    return " ".join(_SIGNS.sub(" ", anyascii(text or "").lower()).split())
