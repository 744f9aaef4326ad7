"""Payment files for the bank: shown first, made under the guards, withdrawn where the bank did not take them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anyascii import anyascii

from fundledger.domain.money import Money
from fundledger.domain.paying import (
    LONGEST_NAME,
    SEPA,
    PayeeAccount,
    Payment,
    PaymentFile,
    Wanted,
    check_payments,
    check_refunds,
    sepa_text,
)
from fundledger.domain.people import InvoiceState
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.services.approving import others
from fundledger.services.changes import Area, Changes
from fundledger.services.receipts import sign_agreed
from fundledger.store import accounts, funds, invoices, paying_back, policies
from fundledger.store import paying as store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from fundledger.domain.paying import Refund
    from fundledger.store.accounts import BankAccount
    from fundledger.store.book import Book, Witness
    from fundledger.store.rows import Database

_TOUCHED = frozenset({Area.INVOICES, Area.LINES})
_SOMEBODY = 0  # no person's id


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a payment file would hold, what refuses it and what to look at."""

    file: PaymentFile
    account: int
    refused: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a file is to pay: invoices and refunds by their keys, or every refund (of a campaign); without any, every invoice that can be.

    `said` is what a donor reads before the campaign's code.
    """

    invoices: Sequence[str | int] = ()
    refunds: Sequence[str] = ()
    every_refund: bool = False
    campaign: str | None = None
    said: str = ""


def prepare(
    book: Book, wish: Wish | Sequence[str | int], account: str, execute_on: date, at: datetime, *, attended: bool = False
) -> Prepared:
    """What a file of these would hold; nothing is written. Without an `account`, the only one there is that fits.

    `attended` says that another person stands by, as a refund to a protected donor wants it.
    """
    with book.reading() as db:
        return _prepared(db, book, _wish(wish), account, execute_on, at, _SOMEBODY if attended else None)


def request_payments(
    book: Book,
    wish: Wish | Sequence[str | int],
    account: str,
    execute_on: date,
    at: datetime,
    deliver: Callable[[PaymentFile], bytes],
    second: Witness | None = None,
) -> tuple[Changes, PaymentFile]:
    """Make a payment file; `deliver` writes it and returns its bytes, within the operation: no file, no request.

    A refund to a protected donor takes a `second` person, and both sign the log.
    """
    agreed = second if second and second.person_id != book.person_id else None
    with book.operation("invoice pay", at) as op:
        ready = _prepared(op.db, book, _wish(wish), account, execute_on, at, agreed.person_id if agreed else None)
        if ready.refused:
            raise refusal(ready.refused)
        digest = hashlib.sha256(deliver(ready.file)).hexdigest()
        row_id = store.add_payment_file(op, ready.file, ready.account, digest, agreed.person_id if agreed else None)
        signed = sign_agreed(book, op, agreed)
        return Changes(op.id, (row_id,), _TOUCHED, (*ready.warnings, *signed)), ready.file


def _wish(wish: Wish | Sequence[str | int]) -> Wish:
    return wish if isinstance(wish, Wish) else Wish(wish)


def refunds_owed(book: Book, campaign: str | None = None) -> list[Refund]:
    """Every refund that is owed, with what stands in its way and the file it is in."""
    with book.reading() as db:
        return paying_back.refunds_to_pay(db, book.currency, campaign)


def withdraw_file(book: Book, key: str, at: datetime) -> Changes:
    """Say that the bank will not pay what is left of a file; its invoices may be requested again."""
    with book.operation("invoice withdraw", at, subject=key) as op:
        found = store.find_file(op.db, key, op.currency)
        if found.withdrawn:
            raise KnownError("payment.file_withdrawn", found.message)
        store.set_withdrawn(op, found.id)
        return Changes(op.id, (found.id,), _TOUCHED)


def _prepared(
    db: Database, book: Book, wish: Wish, account: str, execute_on: date, at: datetime, second: int | None
) -> Prepared:  # fmt: skip
    own, refused = _own_account(db, account)
    if execute_on < at.date():
        refused.append(Problem("payment.past", execute_on.isoformat()))
    back, warned = _refunds(db, book.currency, wish)
    wanted = _invoices(db, book.currency, wish)
    if not wanted and not back:
        refused += warned or [Problem("payment.nothing")]
    spendable = _spendable(db, book.currency, {one.invoice.fund for one in wanted} | {one.fund for one in back})
    alone, people = not others(db, book.person_id), policies.payment_people(db)
    kept = funds.reserves(db)
    for_refunds = {fund: money + Money(kept.get(fund, 0), book.currency) for fund, money in spendable.items()}
    hands = (book.person_id, second)
    found = check_refunds(back, for_refunds, hands, alone=alone, people=people)
    for one in back:
        spendable[one.fund] -= one.amount
    first = frozenset(one.payee.payee for one in wanted) - store.paid_payees(db)
    more = check_payments(wanted, spendable, book.person_id, alone=alone, people=people, first=first)
    said = invoices.details_of(db, [one.invoice.id for one in wanted])
    other = [
        Problem("payment.other_account", one.invoice.number) for one in wanted if said[one.invoice.id].iban not in {"", one.payee.iban}
    ]
    message = f"FL-{book.uid[:8]}-{store.next_file(db):05d}"
    payments = [_payment(one, f"{message}-{place}", said[one.invoice.id].reference) for place, one in enumerate(wanted, 1)]
    payments += [_refund(one, f"{message}-{place}", wish.said) for place, one in enumerate(back, len(wanted) + 1)]
    made = PaymentFile(message, latin(book.name, LONGEST_NAME), own.iban, at, execute_on, tuple(payments))
    return Prepared(made, own.id, (*refused, *more[0], *found[0]), (*more[1], *other, *found[1], *warned))


def _invoices(db: Database, currency: str, wish: Wish) -> list[Wanted]:
    """The invoices that are wished for; where nothing is, every approved one that is on no way to the bank."""
    in_file = {one.invoice: one.message for one in store.on_their_way(db, currency) if one.invoice is not None}
    if wish.invoices:
        every = [invoices.find_invoice(db, key, currency) for key in dict.fromkeys(wish.invoices)]
    elif wish.refunds or wish.every_refund:
        return []
    else:
        every = [
            one for one in invoices.invoices(db, currency)
            if one.state is InvoiceState.APPROVED and one.id not in in_file and one.original is None
            and wish.campaign in {None, one.campaign_code}
        ]  # fmt: skip
    every = list({one.id: one for one in every}.values())
    payees, roles = store.payee_accounts(db), store.roles_of(db, [one.id for one in every])
    return [Wanted(one, payees[one.payee], roles[one.id], in_file.get(one.id)) for one in every]


def _refunds(db: Database, currency: str, wish: Wish) -> tuple[list[Refund], list[Problem]]:
    """The refunds that are wished for; of every one, what cannot be paid is left out and told. Raises payment.refund_unknown."""
    if not (wish.refunds or wish.every_refund):
        return [], []
    known = paying_back.refunds_to_pay(db, currency, wish.campaign)
    by_key = {one.key: one for one in known}
    for key in wish.refunds:
        if key not in by_key:
            raise KnownError("payment.refund_unknown", key)
    named = [by_key[key] for key in dict.fromkeys(wish.refunds)]
    if not wish.every_refund:
        return named, []
    waiting = [one for one in known if not one.in_file]
    left = [Problem("payment.left_out", one.number) for one in waiting if not one.payable]
    return [one for one in waiting if one.payable], left


def _spendable(db: Database, currency: str, wanted: set[int]) -> dict[int, Money]:
    """What each fund may still pay, less what is on its way to the bank."""
    found = {fund: one.spendable for fund, one in funds.fund_figures(db, currency, sorted(wanted)).items()}
    for one in store.on_their_way(db, currency):
        if one.fund in found:
            found[one.fund] -= one.amount
    return found


def own_accounts(db: Database) -> list[BankAccount]:
    """Our own accounts that a file can pay from: at a bank, in euros, with a number that is one."""
    return [
        one for one in accounts.bank_accounts(db) if one.code.startswith("1010") and one.currency == SEPA and iban_is_valid(one.iban or "")
    ]


def _own_account(db: Database, account: str) -> tuple[BankAccount, list[Problem]]:
    if not account.strip():
        fitting = own_accounts(db)
        if len(fitting) != 1:
            raise KnownError("payment.which_account", "", n=len(fitting))
        return fitting[0], []
    found = next((one for one in accounts.bank_accounts(db) if account.strip() == one.code or compact(account) == one.iban), None)
    if found is None:
        raise KnownError("payment.own_account", account[:4])
    wrong = found.currency != SEPA or not iban_is_valid(found.iban or "")
    return found, [Problem("payment.own_not_sepa", found.code)] if wrong else []


def _payment(one: Wanted, end_to_end: str, reference: str) -> Payment:
    invoice = one.invoice
    text = latin(reference or invoice.number)
    return Payment(
        invoice.id, invoice.number, one.payee, Money(invoice.payable.minor, SEPA), end_to_end, latin(one.payee.name, LONGEST_NAME), text
    )


def _refund(one: Refund, end_to_end: str, said: str) -> Payment:
    to = PayeeAccount(0, one.code, one.name, one.iban)
    text = latin(f"{said} {one.campaign}".strip() or one.key)
    return Payment(None, one.number, to, Money(one.amount.minor, SEPA), end_to_end, latin(one.name, LONGEST_NAME), text, one)


def latin(text: str, longest: int = 140) -> str:
    """A text as a bank of SEPA takes it: every script in Latin letters, then the signs of EPC217-08."""
    return sepa_text(anyascii(text), longest)
