"""Accounts of the chart and the foundation's real bank accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from fundledger.domain.chart import BANK, group
from fundledger.store.rows import add_row
from fundledger.store.schema import account, identity_account

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fundledger.store.operations import Operation


@dataclass(frozen=True, slots=True)
class BankAccount:
    """One real bank account of the foundation: its code in the chart (1010-1), its IBAN and what we call it."""

    id: int
    code: str
    currency: str
    iban: str
    name: str


_BANKS = select(account.c.id, account.c.code, account.c.currency, identity_account.c.iban, identity_account.c.name).join(identity_account)


def bank_accounts(db: Connection) -> list[BankAccount]:
    """Every real bank account, in the order they were added."""
    return [BankAccount(*row) for row in db.execute(_BANKS.order_by(account.c.id))]


def find_bank_account(db: Connection, iban: str) -> BankAccount | None:
    """The bank account with this compact IBAN (or bank's own number), if it is ours."""
    row = db.execute(_BANKS.where(identity_account.c.iban == iban)).one_or_none()
    return BankAccount(*row) if row else None


def account_codes(db: Connection) -> dict[str, int]:
    """Row id of every account by its code."""
    return {code: row_id for row_id, code in db.execute(select(account.c.id, account.c.code))}


def add_bank_account(op: Operation, iban: str, name: str, currency: str, of: str = BANK) -> BankAccount:
    """Add a real account under the next 1010 code, or 1060 where `of` says that a payment processor keeps it.

    A number in use stays free of others when one before it goes.
    """
    taken = op.db.execute(select(account.c.code).where(account.c.bank == 1)).scalars()
    n = 1 + max((int(code.rpartition("-")[2]) for code in taken if group(code) == of), default=0)
    code = f"{of}-{n}"
    row_id = add_row(op.db, account, code=code, currency=currency, bank=1)
    add_row(op.db, identity_account, account_id=row_id, iban=iban, name=name)
    return BankAccount(row_id, code, currency, iban, name)


def add_account(op: Operation, code: str, name: str) -> int:
    """Add an account of the treasurer's own to the chart."""
    row_id = add_row(op.db, account, code=code, currency=op.currency, bank=0)
    add_row(op.db, identity_account, account_id=row_id, iban=None, name=name)
    return row_id
