"""Shows strangers' documents without reading them here: a process of its own draws the pages, bound in memory and time."""

from __future__ import annotations

from dataclasses import dataclass

from fundledger.services.documents import MOST_BYTES, kind_of
from fundledger.services.strangers import ask

MOST_PAGES = 30
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Preview:
    """The first pages of a document as PNG, of how many; where there is none, why.

    encrypted, broken, too_many_pages, too_many_pixels, too_large (memory), too_slow, no_pages (an XML invoice), no_document.
    """

    pages: tuple[bytes, ...]
    total: int
    why: str | None = None


def preview(content: bytes, width: int, most: int = MOST_PAGES) -> Preview:
    """Draw the first pages of a document, each at most so many pixels wide; never raises for what a document holds."""
    kind = kind_of(content) if len(content) <= MOST_BYTES else None
    if kind in {None, "xml"}:
        return Preview((), 0, "no_pages" if kind else "no_document")
    answer = ask(content, str(kind), width, most)
    if answer.why:
        return Preview((), 0, answer.why)
    whole = answer.parts and all(page.startswith(_PNG) for page in answer.parts)
    return Preview(answer.parts, answer.total) if whole else Preview((), 0, "broken")
