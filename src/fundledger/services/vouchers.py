"""Vouchers: what is booked on a document and not on a bank line, by one verb for every kind."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.chart import ADVANCES, DISPUTED, DONATIONS, PAYABLE
from fundledger.domain.entry import Entry, EntryKind
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.settling import Open, booked_part, own_part
from fundledger.domain.voucher import NAMES, OF_TWO, PROVED, SETTLING, SUSPENSE, UNRESTRICTED, Room, VoucherKind, check_draft, check_room
from fundledger.services.approving import others
from fundledger.services.changes import Area, Changes
from fundledger.services.documents import keep_document
from fundledger.services.folding import fold
from fundledger.services.signing import sign_close
from fundledger.store import accounts, campaigns, funds, invoices, journal, parties, vouchers

if TYPE_CHECKING:
    from datetime import date, datetime

    from fundledger.domain.entry import Posting
    from fundledger.domain.people import Donor, Invoice
    from fundledger.domain.voucher import Draft
    from fundledger.store.book import Book, Witness
    from fundledger.store.operations import Operation
    from fundledger.store.rows import Database

_TOUCHED = frozenset({Area.INVOICES, Area.CAMPAIGNS, Area.DONORS, Area.BOOK})


@dataclass(frozen=True, slots=True)
class _Named:
    """Whom and what a draft names, found in the book."""

    fund: int
    subject: str
    taker: int | None = None
    invoice: Invoice | None = None
    payee: int | None = None
    donor: Donor | None = None


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a draft would book, and what stands in its way or is worth a look.

    `amount` is that of the draft in the book's currency, `original` what it settles of an invoice in another.
    """

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    named: _Named | None = None
    postings: tuple[Posting, ...] = ()
    amount: Money | None = None
    original: Money | None = None


def book_voucher(book: Book, draft: Draft, at: datetime, second: Witness | None = None) -> Changes:
    """Book a voucher; raises a refusal with everything that stands in its way, and what the journal refuses.

    Kinds of `OF_TWO` need the `second` person (`Book.witness`), who is not the one who acts; both sign the log with it. Warns where
    a paper should prove it and none is there, and of a refund for which there is no money now.
    """
    with book.operation("voucher add", at, subject=draft.kind.value) as op:
        row_id, warnings = write(op, draft, second)
        signed = sign_close(book, op, second) if second else ()
        return Changes(op.id, (row_id,), _TOUCHED, (*warnings, *signed))


def write(op: Operation, draft: Draft, second: Witness | None = None) -> tuple[int, tuple[Problem, ...]]:
    """The same inside an operation: the voucher's row id and its warnings."""
    agreed = second.person_id if second and second.person_id != op.person_id else None
    ready = _ready(op.db, op, draft, second=agreed is not None)
    if ready.problems or ready.named is None or ready.amount is None:
        raise refusal(ready.problems)
    kept = keep_document(op, draft.document, keep_photo_data=draft.keep_photo_data) if draft.document else None
    kind = EntryKind.ADJUSTMENT if draft.kind is VoucherKind.ADJUSTMENT else EntryKind.VOUCHER
    named = ready.named
    [entry_id] = journal.post(op, [Entry(str(uuid.uuid4()), kind, draft.on, ready.postings, named.subject)])
    facts = {
        "taker": named.taker,
        "invoice": named.invoice.id if named.invoice else None,
        "payee": named.payee,
        "donor": named.donor.id if named.donor else None,
        "document": kept.id if kept else None,
        "agreed_by": agreed,
    }
    row_id = vouchers.add_voucher(
        op, draft.kind, named.fund, ready.amount, draft.on, entry_id, reason=draft.reason.strip(), original=ready.original, **facts
    )
    if draft.kind is VoucherKind.CASH:
        vouchers.add_cash_gift(op, row_id, named.fund, ready.amount, draft.on, facts["donor"])
    return row_id, (*ready.warnings, *(kept.warnings if kept else ()))


def preview(book: Book, draft: Draft) -> tuple[Posting, ...]:
    """The postings a draft would make, none while it cannot be booked at all; nothing is written."""
    with book.reading() as db:
        try:
            return _ready(db, book, draft, second=True).postings
        except KnownError:
            return ()


def problems(book: Book, draft: Draft, *, second: bool = False) -> list[Problem]:
    """Everything that stands in the way of a draft; `second` says whether another person agrees. Nothing is written."""
    with book.reading() as db:
        try:
            return list(_ready(db, book, draft, second=second).problems)
        except KnownError as error:
            return list(error.problems)


def needs_two(book: Book, draft: Draft) -> bool:
    """Whether a draft takes two people: its kind does, or the donor who is paid back is protected or restricted."""
    if draft.kind is not VoucherKind.REFUND or not draft.donor:
        return draft.kind in OF_TWO
    with book.reading() as db:
        return parties.find_donor(db, draft.donor).guarded


def _ready(db: Database, facts: Book | Operation, draft: Draft, *, second: bool) -> _Ready:
    found = check_draft(draft, facts.currency, second=second)
    complete = all(getattr(draft, name) for name in NAMES[draft.kind])
    named = _named(db, facts, draft) if complete else None
    own = named.invoice.own.currency if named and named.invoice else facts.currency
    if named is None or draft.amount.currency not in {facts.currency, own}:
        return _Ready(tuple(found))
    found = [one for one in found if one.code != "voucher.currency"]
    draft, original = _in_book(draft, named.invoice)
    about = named.invoice.number if named.invoice else named.subject
    found += [*check_room(draft, _room(db, draft, named, facts.currency), about), *_unfit(db, facts, draft, named)]
    if draft.kind is VoucherKind.REFUND and named.donor and named.donor.guarded and not second:
        found.append(Problem("donor.two_persons", named.donor.code))
    warnings = []
    if draft.kind in PROVED and draft.document is None:
        warnings.append(Problem("voucher.no_document", draft.kind.value))
    if draft.kind is VoucherKind.REFUND:
        available = funds.fund_figures(db, facts.currency, [named.fund])[named.fund].available
        if available < draft.amount:
            warnings.append(Problem("voucher.over_available", named.subject, {"available": available, "amount": draft.amount}))
    return _Ready(tuple(found), tuple(warnings), named, () if found else _postings(db, draft, named), draft.amount, original)


def _in_book(draft: Draft, invoice: Invoice | None) -> tuple[Draft, Money | None]:
    """A draft about an invoice in another currency with its amount in the book's, and what it settles of the invoice's own.

    Its amount may be in either: what settles goes pro rata of what is open, the rest at what the invoice stands at.
    """
    if invoice is None or invoice.original is None or draft.amount.minor <= 0:
        return draft, None
    amount, settles = draft.amount, draft.kind in SETTLING
    whole = Open(invoice.own.minor, invoice.amount.minor)
    left = Open((invoice.own - invoice.own_paid).minor, invoice.payable.minor) if settles else whole
    if left.own <= 0 or left.booked <= 0:
        left = whole
    if amount.currency == invoice.amount.currency:
        return draft, Money(own_part(left, amount.minor), invoice.own.currency) if settles else None
    booked = Money(booked_part(left, amount.minor), invoice.amount.currency)
    return replace(draft, amount=booked), amount if settles else None


def _named(db: Database, facts: Book | Operation, draft: Draft) -> _Named:
    """Raises the unknowns: invoice.unknown, invoice.ambiguous, campaign.unknown, donor.unknown, payee.unknown."""
    if "invoice" in NAMES[draft.kind]:
        bill = invoices.find_invoice(db, draft.invoice or "", facts.currency)
        return _Named(bill.fund, f"invoice:{bill.id}", invoice=bill, payee=bill.payee)
    key = draft.campaign or ""
    payee = parties.find_payee(db, draft.payee, fold(draft.payee)) if draft.payee else None
    if draft.payee and payee is None:
        raise KnownError("payee.unknown", draft.payee)
    return _Named(
        vouchers.named_fund(db, key),
        key,
        taker=vouchers.named_fund(db, draft.taker) if draft.taker else None,
        payee=payee.id if payee else None,
        donor=parties.find_donor(db, draft.donor) if draft.donor else None,
    )


def _room(db: Database, draft: Draft, named: _Named, currency: str) -> Room:
    held = funds.bank_split(db, named.fund)
    return Room(
        payable=named.invoice.payable.minor if named.invoice else 0,
        paid=vouchers.paid_of(db, named.invoice.id) if named.invoice else 0,
        advanced=held.get(ADVANCES, 0) - vouchers.advances_to_others(db, named.fund, named.payee),
        available=funds.fund_figures(db, currency, [named.fund])[named.fund].available.minor,
        given=vouchers.given_by(db, named.fund).get(named.donor.id, 0) if draft.kind is VoucherKind.REFUND and named.donor else 0,
        disputed=held.get(DISPUTED, 0),
    )


def _unfit(db: Database, facts: Book | Operation, draft: Draft, named: _Named) -> list[Problem]:
    """What only the book can know: an invoice nobody approved, a campaign that does not collect, accounts with a listing of their own."""
    if named.invoice and not named.invoice.approved:
        return [Problem("invoice.not_approved", named.invoice.number)]
    if draft.kind is VoucherKind.CASH and named.subject == SUSPENSE:
        return [Problem("voucher.needs_campaign", draft.kind.value)]
    if draft.kind is VoucherKind.CASH and named.subject != UNRESTRICTED:
        campaign = campaigns.find_campaign(db, named.subject, facts.currency)
        if campaign.collects_until is None or campaign.collects_until < draft.on:
            return [Problem("voucher.not_collecting", campaign.code, {"state": campaign.state.value})]
    if draft.kind is not VoucherKind.ADJUSTMENT:
        return []
    known = accounts.account_codes(db)
    kept = {DONATIONS, PAYABLE, *(one.code for one in accounts.bank_accounts(db))}
    sides = [code for code in (draft.debit, draft.credit) if code]
    unknown = [Problem("voucher.account_unknown", code) for code in sides if code not in known]
    return unknown + [Problem("voucher.account_kept", code) for code in sides if code in kept]


def _postings(db: Database, draft: Draft, named: _Named) -> tuple[Posting, ...]:
    if draft.kind is VoucherKind.TRANSFER and named.taker is not None:
        return booking.move_between(bank_of(db, named.fund, named.subject), named.fund, named.taker, draft.amount)
    if draft.kind is VoucherKind.ADJUSTMENT:
        return booking.adjusted(draft.debit or "", draft.credit or "", named.fund, draft.amount)
    return booking.document(draft.kind, named.fund, draft.amount)


def bank_of(db: Database, fund: int, subject: str) -> str:
    """The bank account in which a fund has most; raises fund.no_bank_money where it has none."""
    split = {code: minor for code, minor in funds.bank_split(db, fund).items() if code.startswith("1010")}
    if not split:
        raise KnownError("fund.no_bank_money", subject)
    return max(sorted(split), key=lambda code: split[code])


def move_money(op: Operation, giver: int, taker: int, amount: Money, on: date, subject: str, second: Witness | None) -> tuple[Problem, ...]:
    """Money of one fund for another as a mandate says, agreed to by a `second` person: both sign the log with what the operation did.

    Who opens the book alone moves it with a warning; raises KnownError move.two_persons where others could agree.
    """
    agreed = second.person_id if second and second.person_id != op.person_id else None
    if agreed is None and others(op.db, op.person_id):
        raise KnownError("move.two_persons", subject)
    postings = booking.move_between(bank_of(op.db, giver, subject), giver, taker, amount)
    [entry_id] = journal.post(op, [Entry(str(uuid.uuid4()), EntryKind.MOVE, on, postings, subject)])
    vouchers.add_voucher(op, VoucherKind.TRANSFER, giver, amount, on, entry_id, taker=taker, agreed_by=agreed)
    return () if agreed else (Problem("move.alone", subject),)
