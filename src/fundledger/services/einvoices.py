"""The electronic invoice of a file: an XML, or the XML inside a PDF, which a process of its own takes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.einvoice import check_sums
from fundledger.domain.problem import KnownError, Problem
from fundledger.services.documents import kind_of, read_document
from fundledger.services.drawing import ATTACHED
from fundledger.services.folding import fold
from fundledger.services.invoice_xml import read_invoice
from fundledger.services.strangers import ask

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.domain.einvoice import EInvoice


def read_file(path: Path) -> tuple[EInvoice, list[Problem]]:
    """What the electronic invoice of a file says, and where its sums differ.

    Raises what `read_document` and `read_invoice` raise; of a PDF einvoice.encrypted, einvoice.closed (broken, too large, too
    slow), einvoice.none_inside, einvoice.several; einvoice.no_xml for a picture.
    """
    content = read_document(path)
    found = read_invoice(_xml(content, path.name), path.name)
    return found, check_sums(found, path.name)


def offered(path: Path) -> tuple[EInvoice | None, list[Problem]]:
    """The same where a file may be any document: none for a scan, and what refuses an invoice is only told."""
    try:
        return read_file(path)
    except KnownError as error:
        told = {"einvoice.no_xml", "einvoice.none_inside", "document.kind", "document.unreadable", "document.too_big"}
        return None, [one for one in error.problems if one.code not in told]


def sums_inside(path: Path) -> list[Problem]:
    """Where the sums of an electronic invoice inside a PDF differ, or why it cannot be read; nothing for any other document."""
    try:
        content = read_document(path)
    except KnownError:
        return []
    # Every PDF with an attachment names the kind, or hides it in a stream of objects.
    may_hold = content.lstrip().startswith(b"%PDF-") and any(mark in content for mark in (b"/EmbeddedFile", b"/ObjStm"))
    return offered(path)[1] if may_hold else []


def check_buyer(found: EInvoice, ours: str) -> list[Problem]:
    """Whether it is addressed to somebody else: einvoice.other_buyer; a name with more or fewer words, such as a legal form, is ours."""
    theirs, own = set(fold(found.buyer).split()), set(fold(ours).split())
    other = theirs and own and not (theirs <= own or own <= theirs)
    return [Problem("einvoice.other_buyer", found.number or found.payee)] if other else []


def refuse_credit_note(found: EInvoice, name: str) -> None:
    """A credit note is booked on the invoice it is about; raises einvoice.credit_note."""
    if found.credit_note:
        raise KnownError("einvoice.credit_note", name, number=found.number, invoice=found.credits)


def _xml(content: bytes, name: str) -> bytes:
    if content.lstrip().startswith(b"%PDF-"):
        answer = ask(content, ATTACHED)
        if answer.why:
            raise KnownError("einvoice.encrypted" if answer.why == "encrypted" else "einvoice.closed", name)
        if answer.total != 1:
            raise KnownError("einvoice.several" if answer.total else "einvoice.none_inside", name)
        return answer.parts[0]
    if kind_of(content) not in {None, "xml"}:
        raise KnownError("einvoice.no_xml", name)
    return content
