"""Text made harmless on its way out: nothing that breaks a format, and words fit for a file name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anyascii import anyascii

if TYPE_CHECKING:
    from fundledger.i18n import Speaker
    from fundledger.reports.value import Message

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Control characters except tab and line ends, lone surrogates, the codes that are never characters, and marks that reverse text.
_BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


def clean(text: str) -> str:
    """Text with every character a file cannot carry shown as U+FFFD; line ends become plain newlines."""
    return _BROKEN.sub(REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n"))


def said(text: Message | str, speaker: Speaker) -> str:
    """A message in the reader's language, or the foundation's own words as they are; made harmless."""
    return clean(text if isinstance(text, str) else speaker.message(text))


def file_name(*parts: str, longest: int = 100) -> str:
    """A name every file system takes, from words: plain lower-case letters, digits and dashes; never a device, never empty."""
    words = [re.sub(r"[^a-z0-9]+", "-", anyascii(part).lower()).strip("-") for part in parts]
    name = "-".join(word for word in words if word)[:longest].strip("-") or "report"
    return f"{name}-file" if name in _DEVICES else name
