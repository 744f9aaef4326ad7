"""Documents kept inside the book: their content says what they are, and they are never run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.store import invoices

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.invoices import Document
    from fundledger.store.operations import Operation

MOST_BYTES = 25 * 1024 * 1024
_KINDS = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"<?xml", "xml"),
)


def kind_of(content: bytes) -> str | None:
    """The kind of a document by its first bytes, None for a kind the book does not keep."""
    head = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((kind for start, kind in _KINDS if head.startswith(start)), None)


def keep_document(op: Operation, path: Path) -> Document:
    """Keep a file in the book, once; raises KnownError for one unreadable, over 25 MiB or of another kind."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise KnownError("document.too_big", path.name, size=size, limit=MOST_BYTES)
        content = path.read_bytes()
    except OSError as error:
        raise KnownError("document.unreadable", path.name, reason=error.strerror or "") from error
    kind = kind_of(content)
    if kind is None:
        raise KnownError("document.kind", path.name)
    return invoices.add_document(op, path.name, kind, content)
