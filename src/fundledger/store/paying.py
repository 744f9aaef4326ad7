"""Payees' accounts and who verified them, payment files and their payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from fundledger.domain.chart import REFUNDS
from fundledger.domain.invoice import lane_of
from fundledger.domain.money import Money
from fundledger.domain.paying import PayeeAccount
from fundledger.domain.problem import KnownError
from fundledger.store import invoices
from fundledger.store.rows import add_row
from fundledger.store.schema import identity_payee, invoice, payee, payee_account, payment, payment_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from fundledger.domain.invoice import Lane
    from fundledger.domain.paying import PaymentFile
    from fundledger.store.operations import Operation


@dataclass(frozen=True, slots=True)
class FileRow:
    """A payment file as lists show one."""

    id: int
    message: str
    made_at: datetime
    execute_on: date
    n_payments: int
    total: Money
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A payment that the bank has not shown yet: on an invoice, of a refund's document (`voucher`), of a late gift (`line`)."""

    invoice: int | None
    end_to_end: str
    amount: Money
    message: str
    fund: int
    voucher: int | None = None
    line: int | None = None


_ACCOUNTS = (
    select(
        payee.c.id, payee.c.code, identity_payee.c.name, identity_payee.c.iban,
        func.coalesce(payee_account.c.changed, 0), payee_account.c.verified_by, payee_account.c.verified_on,
        payee_account.c.verified_how,
    )
    .join(identity_payee, identity_payee.c.payee_id == payee.c.id)
    .outerjoin(payee_account, payee_account.c.payee_id == payee.c.id)
    .order_by(payee.c.id)
)  # fmt: skip


def payee_accounts(db: Connection) -> dict[int, PayeeAccount]:
    """Every payee with her account, by id."""
    return {
        row_id: PayeeAccount(row_id, code, name, iban, bool(changed), by, date.fromisoformat(on) if on else None, how)
        for row_id, code, name, iban, changed, by, on, how in db.execute(_ACCOUNTS)
    }


def set_payee(op: Operation, known: PayeeAccount, name: str, folded: str, iban: str | None) -> None:
    """Another name or account; an account that becomes another has to be verified again."""
    values = {"name": name, "folded": folded, "iban": iban}
    op.db.execute(update(identity_payee).where(identity_payee.c.payee_id == known.payee).values(**values))
    if known.iban and iban != known.iban:
        _set(op, known.payee, {"changed": 1, "verified_by": None, "verified_on": None, "verified_how": None})


def set_verified(op: Operation, payee_id: int, how: str | None) -> None:
    """Who acts has asked the payee for her account, and how."""
    _set(op, payee_id, {"changed": 0, "verified_by": op.person_id, "verified_on": op.at.date().isoformat(), "verified_how": how})


def _set(op: Operation, payee_id: int, values: dict[str, object]) -> None:
    if not op.db.execute(update(payee_account).where(payee_account.c.payee_id == payee_id).values(**values)).rowcount:
        add_row(op.db, payee_account, payee_id=payee_id, **values)


# --- payment files ----------------------------------------------------------------------------------------------------
def add_payment_file(op: Operation, made: PaymentFile, account_id: int, sha256: str, agreed_by: int | None = None) -> int:
    """A file for the bank with its payments; `agreed_by` is who stood by."""
    row_id = add_row(
        op.db, payment_file, message=made.message, account_id=account_id, made_at=made.made_at.isoformat(),
        execute_on=made.execute_on.isoformat(), n_payments=len(made.payments), amount_minor=made.total.minor, sha256=sha256,
        made_by=op.person_id, agreed_by=agreed_by,
    )  # fmt: skip
    for one in made.payments:
        back = one.refund
        add_row(
            op.db, payment, file_id=row_id, invoice_id=one.invoice, voucher_id=back.voucher if back else None,
            line_id=back.line if back else None, end_to_end=one.end_to_end, amount_minor=one.amount.minor,
        )  # fmt: skip
    return row_id


def next_file(db: Connection) -> int:
    """The number of the next payment file; none is given twice, for none is deleted but by an undo."""
    return int(db.execute(select(func.coalesce(func.max(payment_file.c.id), 0))).scalar_one()) + 1


def payment_files(db: Connection, currency: str) -> list[FileRow]:
    """Every payment file, the newest first."""
    of = payment_file.c
    query = select(of.id, of.message, of.made_at, of.execute_on, of.n_payments, of.amount_minor, of.withdrawn).order_by(of.id.desc())
    return [
        FileRow(row_id, message, datetime.fromisoformat(made), date.fromisoformat(on), n, Money(minor, currency), bool(withdrawn))
        for row_id, message, made, on, n, minor, withdrawn in db.execute(query)
    ]


def find_file(db: Connection, key: str, currency: str) -> FileRow:
    """The payment file with this message id or row id; raises payment.file_unknown."""
    for one in payment_files(db, currency):
        if key in {one.message, str(one.id)}:
            return one
    raise KnownError("payment.file_unknown", key)


def set_withdrawn(op: Operation, file_id: int) -> None:
    """What is in a file and not yet at the bank is free for another."""
    op.db.execute(update(payment_file).where(payment_file.c.id == file_id).values(withdrawn=1))


_ON_ITS_WAY = """
    SELECT p.invoice_id, p.end_to_end, p.amount_minor, f.message,
        coalesce(c.fund_id, u.fund_id, (SELECT id FROM fund WHERE kind = 'suspense')), p.voucher_id, p.line_id
    FROM payment p JOIN payment_file f ON f.id = p.file_id LEFT JOIN invoice v ON v.id = p.invoice_id
    LEFT JOIN campaign c ON c.id = v.campaign_id LEFT JOIN voucher u ON u.id = p.voucher_id
    WHERE f.withdrawn = 0 AND NOT EXISTS (
        SELECT 1 FROM allocation x JOIN reconciliation r ON r.id = x.reconciliation_id AND r.undone = 0
        LEFT JOIN identity_line i ON i.line_id = r.line_id LEFT JOIN identity_detail j ON j.detail_id = x.detail_id
        WHERE x.id IN (
            SELECT id FROM allocation WHERE invoice_id = p.invoice_id UNION ALL SELECT id FROM allocation WHERE counterpart_id = p.line_id
            UNION ALL SELECT id FROM allocation WHERE p.voucher_id IS NOT NULL AND fund_id = u.fund_id
                AND account_id = (SELECT id FROM account WHERE code = ?))
        AND p.end_to_end IN (i.end_to_end, j.end_to_end))
    ORDER BY p.id"""


def on_their_way(db: Connection, currency: str) -> list[Sent]:
    """Every payment in a file that was not withdrawn and that no accepted line of the bank shows."""
    rows = db.exec_driver_sql(_ON_ITS_WAY, (REFUNDS,))
    return [Sent(bill, ours, Money(minor, currency), message, fund, back, late) for bill, ours, minor, message, fund, back, late in rows]


def lanes(db: Connection, currency: str) -> dict[int, Lane]:
    """The lane of every invoice, the newest first."""
    known, sent = payee_accounts(db), {one.invoice for one in on_their_way(db, currency)}
    found = invoices.invoices(db, currency)
    return {one.id: lane_of(one, known[one.payee].state, in_file=one.id in sent) for one in reversed(found)}


def roles_of(db: Connection, invoice_ids: Sequence[int]) -> dict[int, tuple[int | None, int | None]]:
    """Who entered and who approved each of these invoices, as persons' ids."""
    query = select(invoice.c.id, invoice.c.entered_by, invoice.c.approved_by).where(invoice.c.id.in_(invoice_ids))
    return {row_id: (entered, approved) for row_id, entered, approved in db.execute(query)}


def paid_payees(db: Connection) -> set[int]:
    """The payees whom a bank line or a payment file has paid before."""
    rows = db.exec_driver_sql(
        "SELECT v.payee_id FROM invoice v JOIN allocation x ON x.invoice_id = v.id JOIN reconciliation r ON r.id = x.reconciliation_id"
        " AND r.undone = 0 UNION SELECT v.payee_id FROM invoice v JOIN payment p ON p.invoice_id = v.id"
    )
    return {int(row) for (row,) in rows}
