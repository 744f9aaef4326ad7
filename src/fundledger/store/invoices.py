"""Invoices, the documents behind them and the payments on them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, exists, func, literal, null, or_, select, union_all, update

from fundledger.domain.approval import PaperKind
from fundledger.domain.invoice import LINES, NO_DETAILS, Details
from fundledger.domain.money import Money
from fundledger.domain.people import Disbursement, Invoice
from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.voucher import SETTLING, VoucherKind
from fundledger.store.approvals import add_approval
from fundledger.store.rows import add_row
from fundledger.store.schema import (
    allocation,
    book,
    campaign,
    document,
    identity_document,
    identity_invoice,
    invoice,
    line,
    paper,
    payee,
    quote,
    reconciliation,
    voucher,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from fundledger.domain.approval import Signed
    from fundledger.store.operations import Operation


@dataclass(frozen=True, slots=True)
class Document:
    """A file kept inside the book, found by the SHA-256 of its bytes.

    `original_sha256` is that of the file as it came where a photo is kept without its camera's data; `warnings` are of this keeping.
    """

    id: int
    sha256: str
    kind: str
    size: int
    original_sha256: str | None = None
    warnings: tuple[Problem, ...] = ()


_DOCUMENT = select(document.c.id, document.c.sha256, document.c.kind, document.c.size, document.c.original_sha256)


def add_document(op: Operation, name: str, kind: str, content: bytes, original: bytes | None = None) -> Document:
    """Keep a document; the same bytes are kept once. `original` are those that came, where others are kept."""
    digest = hashlib.sha256(content).hexdigest()
    found = op.db.execute(_DOCUMENT.where(document.c.sha256 == digest)).one_or_none()
    if found:
        return Document(*found)
    came = None if original is None or original == content else hashlib.sha256(original).hexdigest()
    row_id = add_row(op.db, document, sha256=digest, kind=kind, size=len(content), original_sha256=came)
    add_row(op.db, identity_document, document_id=row_id, name=name, content=content)
    return Document(row_id, digest, kind, len(content), came)


def find_document(db: Connection, sha256: str) -> tuple[Document, str] | None:
    """A document of the book with its file name."""
    query = _DOCUMENT.add_columns(identity_document.c.name).join(identity_document)
    row = db.execute(query.where(document.c.sha256 == sha256)).one_or_none()
    return (Document(*row[:5]), row[5]) if row else None


def document_content(db: Connection, sha256: str) -> bytes | None:
    """The bytes of a document of the book."""
    query = select(identity_document.c.content).join(document).where(document.c.sha256 == sha256)
    return db.execute(query).scalar_one_or_none()


def add_invoice(  # noqa: PLR0913  an invoice has this many facts
    op: Operation,
    *,
    campaign_id: int,
    payee_id: int,
    number: str,
    amount: Money,
    issued_on: date,
    document_id: int | None,
    original: Money | None = None,
    details: Details = NO_DETAILS,
) -> int:
    """A new invoice, entered and not yet approved, with its `original` amount in another currency and what it says beside.

    Raises invoice.number_taken for a number this payee used before.
    """
    if op.db.execute(select(invoice.c.id).where(invoice.c.payee_id == payee_id, invoice.c.number == number)).first():
        raise KnownError("invoice.number_taken", number)
    values = {
        "campaign_id": campaign_id,
        "payee_id": payee_id,
        "number": number,
        "amount_minor": amount.minor,
        "original_minor": original.minor if original else None,
        "original_currency": original.currency if original else None,
        "issued_on": issued_on.isoformat(),
        "state": "entered",
        "document_id": document_id,
        "entered_by": op.person_id,
        "due_on": details.due_on.isoformat() if details.due_on else None,
        "origins": json.dumps(details.origins, sort_keys=True) if details.origins else None,
        **{f"{name}_minor": line.minor for name, line in details.lines.items()},
    }
    row_id = add_row(op.db, invoice, **values)
    if details.iban or details.reference:
        add_row(op.db, identity_invoice, invoice_id=row_id, iban=details.iban or None, reference=details.reference or None)
    return row_id


def details_of(db: Connection, invoice_ids: Sequence[int]) -> dict[int, Details]:
    """What each of these invoices says beside its amount."""
    own = func.coalesce(invoice.c.original_currency, select(book.c.currency).scalar_subquery())
    lines = [invoice.c[f"{name}_minor"] for name in LINES]
    query = select(invoice.c.id, own, invoice.c.due_on, invoice.c.origins, identity_invoice.c.iban, identity_invoice.c.reference, *lines)
    query = query.outerjoin(identity_invoice, identity_invoice.c.invoice_id == invoice.c.id).where(invoice.c.id.in_(invoice_ids))
    return {
        row_id: Details(
            {name: Money(each, currency) for name, each in zip(LINES, minors, strict=True) if each},
            date.fromisoformat(due) if due else None, reference or "", iban or "", json.loads(origins) if origins else None,
        )
        for row_id, currency, due, origins, iban, reference, *minors in db.execute(query)
    }  # fmt: skip


def set_approved(op: Operation, invoice_id: int, entry_id: int, amount: Money, signed: Signed) -> None:
    """Remember who approved an invoice and her signature, the entry that booked it, and at how much."""
    add_approval(op, invoice_id, signed)
    values = {"state": "approved", "entry_id": entry_id, "approved_by": signed.person_id, "amount_minor": amount.minor}
    op.db.execute(update(invoice).where(invoice.c.id == invoice_id).values(**values))


_SETTLED = (
    select(voucher.c.invoice_id, func.sum(voucher.c.amount_minor).label("minor"), func.sum(voucher.c.original_minor).label("own"))
    .where(voucher.c.undone == 0, voucher.c.kind.in_(SETTLING))
    .group_by(voucher.c.invoice_id)
    .subquery()
)
# In the book's currency, whatever the line's is.
_BOOKED = func.coalesce(allocation.c.booked_minor, allocation.c.amount_minor)
_PAID = (
    select(allocation.c.invoice_id, func.sum(_BOOKED).label("minor"), func.sum(allocation.c.original_minor).label("own"))
    .join(reconciliation)
    .where(reconciliation.c.undone == 0, allocation.c.invoice_id.is_not(None))
    .group_by(allocation.c.invoice_id)
    .subquery()
)
_INVOICES = (
    select(
        invoice.c.id,
        invoice.c.campaign_id,
        campaign.c.code,
        campaign.c.fund_id,
        invoice.c.payee_id,
        payee.c.code,
        invoice.c.number,
        invoice.c.amount_minor,
        invoice.c.issued_on,
        invoice.c.state,
        func.coalesce(_SETTLED.c.minor, 0) - func.coalesce(_PAID.c.minor, 0),
        document.c.sha256,
        invoice.c.original_currency,
        invoice.c.original_minor,
        func.coalesce(_SETTLED.c.own, 0) - func.coalesce(_PAID.c.own, 0),
        invoice.c.due_on,
        func.coalesce(invoice.c.withholding_minor, 0),
    )
    .join(campaign, campaign.c.id == invoice.c.campaign_id)
    .join(payee, payee.c.id == invoice.c.payee_id)
    .outerjoin(document, document.c.id == invoice.c.document_id)
    .outerjoin(_PAID, _PAID.c.invoice_id == invoice.c.id)
    .outerjoin(_SETTLED, _SETTLED.c.invoice_id == invoice.c.id)
)


def _invoice(row: Sequence[Any], currency: str) -> Invoice:
    row_id, campaign_id, code, fund, payee_id, payee_code, number, minor, issued, state, settled, sha256, *rest = row
    own, own_minor, own_settled, due, withheld = rest
    return Invoice(
        row_id, campaign_id, code, fund, payee_id, payee_code, number, Money(minor, currency), date.fromisoformat(issued),
        state == "approved", Money(settled, currency), sha256, Money(own_minor, own) if own else None,
        Money(own_settled, own) if own else None, date.fromisoformat(due) if due else None, withheld,
    )  # fmt: skip


def invoices(db: Connection, currency: str, *, campaign_id: int | None = None) -> list[Invoice]:
    """Every invoice (of one campaign), by date of issue; paid is what was allocated to it so far."""
    query = _INVOICES.order_by(invoice.c.issued_on, invoice.c.id)
    if campaign_id is not None:
        query = query.where(invoice.c.campaign_id == campaign_id)
    return [_invoice(row, currency) for row in db.execute(query)]


def invoices_of(db: Connection, ids: Sequence[int], currency: str) -> list[Invoice]:
    """These invoices."""
    return [_invoice(row, currency) for row in db.execute(_INVOICES.where(invoice.c.id.in_(ids)))]


def any_foreign(db: Connection) -> bool:
    """Whether any invoice is in another currency than the book."""
    return db.execute(select(invoice.c.id).where(invoice.c.original_currency.is_not(None)).limit(1)).first() is not None


def find_invoice(db: Connection, key: str | int, currency: str) -> Invoice:
    """The invoice with this number or row id; raises invoice.unknown, or invoice.ambiguous where two payees share the number."""
    rows = db.execute(_INVOICES.where(invoice.c.number == str(key))).all() if isinstance(key, str) else []
    if not rows and (isinstance(key, int) or key.isdecimal()):
        rows = db.execute(_INVOICES.where(invoice.c.id == int(key))).all()
    if len(rows) > 1:
        raise KnownError("invoice.ambiguous", str(key))
    if not rows:
        raise KnownError("invoice.unknown", str(key))
    return _invoice(rows[0], currency)


def find_of_payee(db: Connection, payee_code: str, number: str, currency: str) -> Invoice | None:
    """The invoice of a payee with this number."""
    row = db.execute(_INVOICES.where(payee.c.code == payee_code, invoice.c.number == number)).one_or_none()
    return _invoice(row, currency) if row else None


def settled_unapproved(db: Connection) -> int | None:
    """An invoice that was paid or has vouchers, in part at least, though it is not approved; there is none in a sound book."""
    booked = select(voucher.c.invoice_id).where(voucher.c.undone == 0, voucher.c.invoice_id.is_not(None))
    settled = or_(func.coalesce(_PAID.c.minor, 0) != 0, invoice.c.id.in_(booked))
    query = select(invoice.c.id).outerjoin(_PAID, _PAID.c.invoice_id == invoice.c.id)
    return db.execute(query.where(invoice.c.state != "approved", settled).limit(1)).scalar_one_or_none()


_OTHER = invoice.alias()
# A letter is about all that one payee does for a campaign, and her quote is one once it was accepted on paper; an approval is in the
# book, and a payment is proved by its line.
_HAS_LETTER = or_(
    select(paper.c.id)
    .join(_OTHER, _OTHER.c.id == paper.c.invoice_id)
    .where(paper.c.kind == PaperKind.LETTER.value, _OTHER.c.payee_id == invoice.c.payee_id, _OTHER.c.campaign_id == invoice.c.campaign_id)
    .exists(),
    exists().where(
        quote.c.payee_id == invoice.c.payee_id, quote.c.campaign_id == invoice.c.campaign_id, quote.c.state == "accepted",
        quote.c.document_id.is_not(None),
    ),
)  # fmt: skip
_HAS_INVOICE = or_(
    invoice.c.document_id.is_not(None), invoice.c.id.in_(select(paper.c.invoice_id).where(paper.c.kind == PaperKind.INVOICE.value))
)
_DOCUMENTED = and_(_HAS_LETTER, _HAS_INVOICE, invoice.c.state == "approved")


def disbursements(db: Connection, currency: str, invoice_ids: Iterable[int] | None = None) -> list[Disbursement]:
    """Every payment on an invoice, by money or by an advance, and every return of one, by day."""
    paid = (
        select(
            allocation.c.invoice_id,
            reconciliation.c.line_id,
            -_BOOKED,
            line.c.booked_on.label("day"),
            _DOCUMENTED,
            -allocation.c.original_minor,
            invoice.c.original_currency,
            cast(allocation.c.id, String),
        )
        .join(reconciliation, reconciliation.c.id == allocation.c.reconciliation_id)
        .join(line, line.c.id == reconciliation.c.line_id)
        .join(invoice, invoice.c.id == allocation.c.invoice_id)
        .where(reconciliation.c.undone == 0)
    )
    used = (
        select(
            voucher.c.invoice_id,
            null(),
            voucher.c.amount_minor,
            voucher.c.dated,
            _DOCUMENTED,
            voucher.c.original_minor,
            invoice.c.original_currency,
            literal("advance:") + cast(voucher.c.id, String),
        )
        .join(invoice, invoice.c.id == voucher.c.invoice_id)
        .where(voucher.c.undone == 0, voucher.c.kind == VoucherKind.ADVANCE_USED.value)
    )
    if invoice_ids is not None:
        wanted = tuple(invoice_ids)
        paid, used = paid.where(allocation.c.invoice_id.in_(wanted)), used.where(voucher.c.invoice_id.in_(wanted))
    rows = sorted(db.execute(union_all(paid, used)), key=lambda row: (row[3], row[1] or 0))
    return [
        Disbursement(
            row[0],
            row[1],
            Money(row[2], currency),
            date.fromisoformat(row[3]),
            bool(row[4]),
            Money(row[5], row[6]) if row[6] else None,
            row[7],
        )
        for row in rows
    ]
