"""Quotes: what payees ask for the work, offered, accepted or refused; the accepted one is what a campaign asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.campaign import VATS, State
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.services.changes import Area, Changes
from fundledger.services.documents import keep_document
from fundledger.services.payees import the_payee
from fundledger.store import campaigns

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from fundledger.domain.money import Money
    from fundledger.store.book import Book

_TOUCHED = frozenset({Area.CAMPAIGNS, Area.BOOK})
_FINISHED = frozenset({State.CLOSED, State.ARCHIVED})


def add_quote(  # noqa: PLR0913  a quote has this many facts
    book: Book,
    code: str,
    payee: str,
    amount: Money,
    received_on: date,
    at: datetime,
    iban: str | None = None,
    document: Path | None = None,
    *,
    keep_photo_data: bool = False,
    accepted: bool = True,
    vat: str = "unsaid",
    scope: str = "",
) -> Changes:
    """Take down a payee's quote: accepted at once, so that the campaign asks for it, or only offered.

    `vat` says whether the amount is `with` it, `without` it or `unsaid`; `scope` what it is for. Raises quote.amount, quote.vat,
    campaign.currency.
    """
    problems = [] if amount.minor > 0 else [Problem("quote.amount", code)]
    problems += [] if vat in VATS else [Problem("campaign.vat_rule", vat[:40])]
    if problems:
        raise refusal(tuple(problems))
    with book.operation("quote add", at, subject=code) as op:
        if amount.currency != op.currency:
            raise KnownError("campaign.currency", amount.currency, currency=op.currency)
        found = campaigns.find_campaign(op.db, code, op.currency)
        payee_found, warnings = the_payee(op, payee, iban)
        kept = keep_document(op, document, keep_photo_data=keep_photo_data) if document else None
        paper = kept.id if kept else None
        row_id = campaigns.add_quote(op, found.id, payee_found.id, amount, received_on, paper, vat=vat, scope=scope.strip())
        if accepted:
            campaigns.accept_quote(op, row_id, received_on)
        return Changes(op.id, (row_id,), _TOUCHED, (*warnings, *(kept.warnings if kept else ())))


def accept_quote(book: Book, quote_id: int | str, on: date, at: datetime) -> Changes:
    """The campaign asks for what this quote says from now on; the one before is replaced and stays to be seen.

    Raises quote.unknown, quote.decided (it is accepted already), quote.campaign_closed.
    """
    with book.operation("quote accept", at, subject=str(quote_id)) as op:
        found = campaigns.find_quote(op.db, quote_id, op.currency)
        of = campaigns.find_campaign(op.db, found.campaign_code, op.currency)
        if found.accepted:
            raise KnownError("quote.decided", str(found.id), state=found.state)
        if of.state in _FINISHED:
            raise KnownError("quote.campaign_closed", of.code)
        campaigns.accept_quote(op, found.id, on)
        return Changes(op.id, (found.id,), _TOUCHED)


def refuse_quote(book: Book, quote_id: int | str, on: date, at: datetime) -> Changes:
    """Nobody will work by this quote; it stays to be seen. Raises quote.unknown, quote.decided: one that was offered is refused."""
    with book.operation("quote refuse", at, subject=str(quote_id)) as op:
        found = campaigns.find_quote(op.db, quote_id, op.currency)
        if found.state != "offered":
            raise KnownError("quote.decided", str(found.id), state=found.state)
        campaigns.refuse_quote(op, found.id, on)
        return Changes(op.id, (found.id,), _TOUCHED)
