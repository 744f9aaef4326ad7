"""Invoices: entered with their document, approved into the journal, settled by payments or by others."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.campaign import check_consent
from fundledger.domain.entry import Entry, EntryKind
from fundledger.domain.exchange import converted, with_original
from fundledger.domain.invoice import BOOKED, NO_DETAILS, check_lines, number_key
from fundledger.domain.money import is_currency
from fundledger.domain.people import check_approval
from fundledger.domain.problem import Problem, refusal
from fundledger.domain.reference import compact
from fundledger.domain.voucher import Draft, VoucherKind
from fundledger.services import vouchers
from fundledger.services.approving import others, signed_here
from fundledger.services.changes import Area, Changes
from fundledger.services.documents import keep_document
from fundledger.services.einvoices import sums_inside
from fundledger.services.payees import the_payee
from fundledger.services.rates import rate_on
from fundledger.store import campaigns, funds, invoices, journal, paying, policies

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from fundledger.domain.approval import Signed
    from fundledger.domain.exchange import Rate
    from fundledger.domain.invoice import Details
    from fundledger.domain.money import Money
    from fundledger.domain.people import Invoice
    from fundledger.store.book import Book
    from fundledger.store.operations import Operation

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
    details: Details = NO_DETAILS,
) -> Changes:
    """Enter an invoice; an unknown payee is made, with a warning, and so are a document seen before and an early date.

    Its lines (`details`) are booked when it is approved. The account that stands on it is kept with it, whatever the payee's is.

    One in another currency than the book's stands at the rate of its day; raises KnownError rate.missing where there is none.
    """
    problems = [*_check_new(number, amount), *check_lines(number, amount, details.lines)]
    if problems:
        raise refusal(tuple(problems))
    details = replace(details, iban=compact(iban or ""), reference=details.reference.strip())
    said = sums_inside(document) if document else []
    with book.operation("invoice add", at, subject=campaign) as op:
        found = campaigns.find_campaign(op.db, campaign, op.currency)
        rate = _rate(op, amount, issued_on)
        who, warnings = the_payee(op, payee, iban)
        kept = keep_document(op, document, keep_photo_data=keep_photo_data) if document else None
        known = invoices.invoices(op.db, op.currency)
        if kept:
            warnings = (*warnings, *kept.warnings, *said)
            if any(one.document == kept.sha256 for one in known):
                warnings = (*warnings, Problem("invoice.document_seen", number))
        alike = next((one for one in known if one.payee == who.id and number_key(one.number) == number_key(number)), None)
        if alike:
            warnings = (*warnings, Problem("invoice.number_alike", number, {"other": alike.number}))
        elsewhere = [one for one in known if one.payee != who.id and one.own == amount and number_key(one.number) == number_key(number)]
        if elsewhere:
            warnings = (*warnings, Problem("invoice.number_elsewhere", number, {"payee": elsewhere[0].payee_code}))
        if found.opened_on and issued_on < found.opened_on:
            warnings = (*warnings, Problem("invoice.before_campaign", number))
        row_id = invoices.add_invoice(
            op,
            campaign_id=found.id,
            payee_id=who.id,
            number=number.strip(),
            amount=converted(amount, rate) if rate else amount,
            original=amount if rate else None,
            issued_on=issued_on,
            document_id=kept.id if kept else None,
            details=details,
        )
        return Changes(op.id, (row_id,), _TOUCHED, warnings)


def _rate(op: Operation, amount: Money, issued_on: date) -> Rate | None:
    return None if amount.currency == op.currency else rate_on(op.db, amount.currency, issued_on, op.currency)


def _check_new(number: str, amount: Money) -> list[Problem]:
    problems = []
    if not number.strip():
        problems.append(Problem("invoice.no_number"))
    if amount.minor <= 0:
        problems.append(Problem("invoice.amount", number))
    if not is_currency(amount.currency):
        problems.append(Problem("invoice.currency", amount.currency))
    return problems


def approve_invoice(book: Book, key: str | int, at: datetime, on: date | None = None) -> Changes:
    """Approve an invoice: it becomes a payable, dated by its issue; warns over the quote or over what is available.

    What one in another currency says is kept behind its postings, with the rate of its day of issue, that rate's day and source.
    """
    with book.operation("invoice approve", at, subject=str(key)) as op:
        found = invoices.find_invoice(op.db, key, op.currency)
        warned = book_approval(op, found, signed_here(book, op, found.id), on)
        return Changes(op.id, (found.id,), _TOUCHED, warned)


def book_approval(op: Operation, found: Invoice, signed: Signed, on: date | None = None) -> tuple[Problem, ...]:
    """The same inside an operation, as somebody signed it; what to look at. Raises a refusal with everything that stands in its way."""
    rate = _rate(op, found.own, found.issued_on)
    found = replace(found, amount=converted(found.own, rate)) if rate else found
    campaign = campaigns.find_campaign(op.db, found.campaign, op.currency)
    expired = [one for one in check_consent(campaign, op.at.date()) if one.code == "campaign.consent_expired"]
    figures = funds.fund_figures(op.db, op.currency, [found.fund])[found.fund]
    entered = paying.roles_of(op.db, [found.id])[found.id][0]
    herself = entered == signed.person_id and others(op.db, signed.person_id)
    refused, warned = check_approval(found, figures, campaign.quoted, by_herself=herself, people=policies.payment_people(op.db))
    if refused:
        raise refusal(tuple(refused))
    postings = booking.approved(found.fund, found.amount)
    if rate:
        postings = tuple(with_original(one, found.own, found.amount, rate) for one in postings)
    entry = Entry(str(uuid.uuid4()), EntryKind.INVOICE, on or found.issued_on, postings, f"invoice:{found.id}")
    invoices.set_approved(op, found.id, journal.post(op, [entry])[0], found.amount, signed)
    for name, line in invoices.details_of(op.db, [found.id])[found.id].lines.items():
        if name in BOOKED:
            vouchers.write(op, Draft(BOOKED[name], line, entry.dated, invoice=found.id))
    return (*warned, *expired)


def settle_by_others(book: Book, key: str | int, amount: Money, on: date, at: datetime) -> Changes:
    """Take down that others paid part of an invoice, or the payee waived it; outside the money collected."""
    with book.operation("invoice settle", at, subject=str(key)) as op:
        found = invoices.find_invoice(op.db, key, op.currency)
        vouchers.write(op, Draft(VoucherKind.SETTLED, amount, on, invoice=found.id))
        return Changes(op.id, (found.id,), _TOUCHED)
