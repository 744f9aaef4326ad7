"""Payment files for the bank: shown first, made under the guards, withdrawn where the bank did not take them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anyascii import anyascii

from fundledger.domain.money import Money
from fundledger.domain.paying import LONGEST_NAME, SEPA, Payment, PaymentFile, Wanted, check_payments, sepa_text
from fundledger.domain.people import InvoiceState
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.services.approving import others
from fundledger.services.changes import Area, Changes
from fundledger.store import accounts, funds, invoices, policies
from fundledger.store import paying as store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from fundledger.store.accounts import BankAccount
    from fundledger.store.book import Book
    from fundledger.store.rows import Database

_TOUCHED = frozenset({Area.INVOICES, Area.LINES})


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a payment file would hold, what refuses it and what to look at."""

    file: PaymentFile
    account: int
    refused: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def prepare(book: Book, keys: Sequence[str | int], account: str, execute_on: date, at: datetime) -> Prepared:
    """What a file of these invoices (of every approved one that can be paid so, without any) would hold; nothing is written."""
    with book.reading() as db:
        return _prepared(db, book, keys, account, execute_on, at)


def request_payments(
    book: Book, keys: Sequence[str | int], account: str, execute_on: date, at: datetime, deliver: Callable[[PaymentFile], bytes]
) -> tuple[Changes, PaymentFile]:
    """Make a payment file; `deliver` writes it and returns its bytes, within the operation: no file, no request."""
    with book.operation("invoice pay", at) as op:
        ready = _prepared(op.db, book, keys, account, execute_on, at)
        if ready.refused:
            raise refusal(ready.refused)
        row_id = store.add_payment_file(op, ready.file, ready.account, hashlib.sha256(deliver(ready.file)).hexdigest())
        return Changes(op.id, (row_id,), _TOUCHED, ready.warnings), ready.file


def withdraw_file(book: Book, key: str, at: datetime) -> Changes:
    """Say that the bank will not pay what is left of a file; its invoices may be requested again."""
    with book.operation("invoice withdraw", at, subject=key) as op:
        found = store.find_file(op.db, key, op.currency)
        if found.withdrawn:
            raise KnownError("payment.file_withdrawn", found.message)
        store.set_withdrawn(op, found.id)
        return Changes(op.id, (found.id,), _TOUCHED)


def _prepared(db: Database, book: Book, keys: Sequence[str | int], account: str, execute_on: date, at: datetime) -> Prepared:
    own, refused = _own_account(db, account)
    if execute_on < at.date():
        refused.append(Problem("payment.past", execute_on.isoformat()))
    sent = store.on_their_way(db, book.currency)
    in_file = {one.invoice: one.message for one in sent}
    payees = store.payee_accounts(db)
    every = [invoices.find_invoice(db, key, book.currency) for key in dict.fromkeys(keys)] if keys else [
        one for one in invoices.invoices(db, book.currency)
        if one.state is InvoiceState.APPROVED and one.id not in in_file and one.original is None
    ]  # fmt: skip
    if not every:
        refused.append(Problem("payment.nothing"))
    every = list({one.id: one for one in every}.values())
    roles = store.roles_of(db, [one.id for one in every])
    wanted = [Wanted(one, payees[one.payee], roles[one.id], in_file.get(one.id)) for one in every]
    spendable = {
        fund: found.spendable for fund, found in funds.fund_figures(db, book.currency, sorted({one.fund for one in every})).items()
    }
    for one in sent:
        if one.fund in spendable:
            spendable[one.fund] -= one.amount
    first = frozenset(payees) - store.paid_payees(db)
    alone, people = not others(db, book.person_id), policies.payment_people(db)
    more, warned = check_payments(wanted, spendable, book.person_id, alone=alone, people=people, first=frozenset(first))
    said = invoices.details_of(db, [one.id for one in every])
    warned += [
        Problem("payment.other_account", one.invoice.number) for one in wanted if said[one.invoice.id].iban not in {"", one.payee.iban}
    ]
    message = f"FL-{book.uid[:8]}-{store.next_file(db):05d}"
    payments = tuple(_payment(one, f"{message}-{place}", said[one.invoice.id].reference) for place, one in enumerate(wanted, 1))
    made = PaymentFile(message, latin(book.name, LONGEST_NAME), own.iban, at, execute_on, payments)
    return Prepared(made, own.id, (*refused, *more), tuple(warned))


def _own_account(db: Database, account: str) -> tuple[BankAccount, list[Problem]]:
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


def latin(text: str, longest: int = 140) -> str:
    """A text as a bank of SEPA takes it: every script in Latin letters, then the signs of EPC217-08."""
    return sepa_text(anyascii(text), longest)
