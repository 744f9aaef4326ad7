"""Names as they are compared: one alphabet, one case, no signs."""

from __future__ import annotations

import re

from anyascii import anyascii

_SIGNS = re.compile(r"[^a-z0-9]+")


def fold(name: str | None) -> str:
    """A name in plain Latin letters, its words in alphabetical order, so that order and script do not matter."""
    words = _SIGNS.sub(" ", anyascii(name or "").lower()).split()
    return " ".join(sorted(words))
