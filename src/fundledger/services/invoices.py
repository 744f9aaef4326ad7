"""Invoices: entered with their document, approved into the journal, settled by payments or by others."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.entry import Entry, EntryKind
from fundledger.domain.people import check_approval
from fundledger.domain.problem import Problem, refusal
from fundledger.domain.voucher import Draft, VoucherKind
from fundledger.services import vouchers
from fundledger.services.changes import Area, Changes
from fundledger.services.documents import keep_document
from fundledger.services.payees import the_payee
from fundledger.store import campaigns, funds, invoices, journal

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from fundledger.domain.money import Money
    from fundledger.store.book import Book

_TOUCHED = frozenset({Area.INVOICES, Area.CAMPAIGNS})


def add_invoice(  # noqa: PLR0913  an invoice has this many facts
    book: Book,
    *,
    campaign: str,
    payee: str,
    number: str,
    amount: Money,
    issued_on: date,
    at: datetime,
    iban: str | None = None,
    document: Path | None = None,
    keep_photo_data: bool = False,
) -> Changes:
    """Enter an invoice; an unknown payee is made, with a warning, and so are a document seen before and an early date."""
    problems = _check_new(book, number, amount)
    if problems:
        raise refusal(tuple(problems))
    with book.operation("invoice add", at, subject=campaign) as op:
        found = campaigns.find_campaign(op.db, campaign, op.currency)
        who, warnings = the_payee(op, payee, iban)
        kept = keep_document(op, document, keep_photo_data=keep_photo_data) if document else None
        others = invoices.invoices(op.db, op.currency)
        if kept:
            warnings = (*warnings, *kept.warnings)
            if any(one.document == kept.sha256 for one in others):
                warnings = (*warnings, Problem("invoice.document_seen", number))
        if found.opened_on and issued_on < found.opened_on:
            warnings = (*warnings, Problem("invoice.before_campaign", number))
        row_id = invoices.add_invoice(
            op,
            campaign_id=found.id,
            payee_id=who.id,
            number=number.strip(),
            amount=amount,
            issued_on=issued_on,
            document_id=kept.id if kept else None,
        )
        return Changes(op.id, (row_id,), _TOUCHED, warnings)


def _check_new(book: Book, number: str, amount: Money) -> list[Problem]:
    problems = []
    if not number.strip():
        problems.append(Problem("invoice.no_number"))
    if amount.minor <= 0:
        problems.append(Problem("invoice.amount", number))
    if amount.currency != book.currency:
        problems.append(Problem("invoice.currency", number, {"currency": book.currency}))
    return problems


def approve_invoice(book: Book, key: str | int, at: datetime, on: date | None = None) -> Changes:
    """Approve an invoice: it becomes a payable, dated by its issue; warns over the quote or over what is available."""
    with book.operation("invoice approve", at, subject=str(key)) as op:
        found = invoices.find_invoice(op.db, key, op.currency)
        campaign = campaigns.find_campaign(op.db, found.campaign, op.currency)
        figures = funds.fund_figures(op.db, op.currency, [found.fund])[found.fund]
        refused, warned = check_approval(found, figures, campaign.quoted)
        if refused:
            raise refusal(tuple(refused))
        postings = booking.approved(found.fund, found.amount)
        entry = Entry(str(uuid.uuid4()), EntryKind.INVOICE, on or found.issued_on, postings, f"invoice:{found.id}")
        invoices.set_approved(op, found.id, journal.post(op, [entry])[0])
        return Changes(op.id, (found.id,), _TOUCHED, tuple(warned))


def settle_by_others(book: Book, key: str | int, amount: Money, on: date, at: datetime) -> Changes:
    """Take down that others paid part of an invoice, or the payee waived it; outside the money collected."""
    with book.operation("invoice settle", at, subject=str(key)) as op:
        found = invoices.find_invoice(op.db, key, op.currency)
        vouchers.write(op, Draft(VoucherKind.SETTLED, amount, on, invoice=found.id))
        return Changes(op.id, (found.id,), _TOUCHED)
