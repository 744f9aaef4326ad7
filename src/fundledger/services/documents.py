"""Documents kept inside the book: their content says what they are, and they are never run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem
from fundledger.services.invoice_xml import is_invoice, sum_problems
from fundledger.services.photos import without_camera_data
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
)
# An XML text begins with a mark, in any of the encodings a bank or an office program may write.
_XML = (b"<", b"<\x00", b"\x00<", b"\xff\xfe<\x00", b"\xfe\xff\x00<")


def kind_of(content: bytes) -> str | None:
    """The kind of a document by its content, None for a kind the book does not keep; of XML it keeps invoices alone."""
    head = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(_XML):
        return "xml" if is_invoice(content) else None
    return next((kind for start, kind in _KINDS if head.startswith(start)), None)


def has_camera_data(path: Path) -> bool:
    """Whether a file is a photo whose camera's data would be left out; False for one that cannot be read or kept."""
    try:
        content = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
    except OSError:
        return False
    return without_camera_data(content, kind_of(content) or "") != content


def keep_document(op: Operation, path: Path, *, keep_photo_data: bool = False) -> Document:
    """Keep a file in the book, once; raises KnownError for one unreadable, over 25 MiB or of another kind.

    A photo is kept without place, time and camera unless `keep_photo_data`; the digest of the file that came stays in the record.
    Its warnings say that, and where the sums of an electronic invoice differ.
    """
    content = read_document(path)
    kind = kind_of(content)
    if kind is None:
        raise KnownError("document.kind", path.name)
    kept = content if keep_photo_data else without_camera_data(content, kind)
    warnings = [Problem("document.photo_data_left_out", path.name)] if kept != content else []
    if kind == "xml":
        warnings += sum_problems(content, path.name)
    return replace(invoices.add_document(op, path.name, kind, kept, content), warnings=tuple(warnings))


def read_document(path: Path) -> bytes:
    """The bytes of a file; raises document.unreadable, and document.too_big for one over 25 MiB."""
    try:
        with path.open("rb") as file:
            # A file may grow between being measured and being read; a pipe has no size at all.
            content = file.read(MOST_BYTES + 1)
            size = max(path.stat().st_size, len(content))
    except OSError as error:
        raise KnownError("document.unreadable", path.name, reason=error.strerror or "") from error
    if size > MOST_BYTES:
        raise KnownError("document.too_big", path.name, size=size, limit=MOST_BYTES)
    return content
