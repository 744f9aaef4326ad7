"""The tables of what is paid and owed: invoices, payments, open items by their age."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from fundledger.domain.chart import (
    ADVANCES,
    BENEFICIARIES,
    CASH,
    DUE_BACK,
    PAYABLE,
    REFUNDS,
    TAXES,
    UNIDENTIFIED,
    group,
)  # fmt: skip
from fundledger.reports.listings import Source, counts, day_of, days, listed, person_code, summed, texts
from fundledger.reports.value import Cell, Message, Row, Table, money_columns
from fundledger.store import auditing, invoices

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is open on these accounts is open by fund, without a paper of its own.
_OPEN_ACCOUNTS = (
    (ADVANCES, "advance"), (DUE_BACK, "due_back"), (BENEFICIARIES, "beneficiary"), (REFUNDS, "refund"), (TAXES, "tax"),
    (UNIDENTIFIED, "unidentified"), (CASH, "cash"),
)  # fmt: skip
_BANDS = (30, 60, 90)


def invoice_list(at: Source) -> Table:
    """Every invoice: whose, how much, who entered and who approved it, whether its document is there."""
    columns = (
        *texts("invoice", "fund", "payee"), *days("issued_on", "due_on"), *texts("state"), *counts("entry"),
        *texts("entered_by", "approved_by", "documented"), *money_columns("amount"),
    )  # fmt: skip

    def make(rows: Iterator[Any]) -> Iterator[Row]:
        for number, fund, payee, issued, due, state, amount, entry, entered, approved, documented in rows:
            told = number, at.names.get(fund), payee, day_of(issued), day_of(due), Message(f"book_invoice.{state}"), entry
            yield Row((*told, person_code(entered), person_code(approved), _yes(documented), at.money(amount)))

    return listed(at, "book_invoices", columns, auditing.invoices(at.asked.start, at.asked.end), make, amount="amount")


def _yes(is_so: object) -> Message:
    return Message("book_is.yes" if is_so else "book_is.no")


def payments(at: Source) -> Table:
    """Every payment on an invoice, by bank line or by an advance, with its proof."""
    known = {one.id: one for one in invoices.invoices(at.db, at.facts.currency)}
    start, end = at.asked.start or date.min, at.asked.end or date.max
    rows = []
    for one in invoices.disbursements(at.db, at.facts.currency):
        if start <= one.paid_on <= end:
            invoice = known[one.invoice]
            rows.append(Row((invoice.number, one.paid_on, one.line, _yes(one.documented), one.amount)))
    columns = (*texts("invoice"), *days("paid_on"), *counts("line"), *texts("documented"), *money_columns("paid"))
    return summed("book_payments", columns, rows)


def open_items(at: Source) -> Table:
    """What is open on that day and for how long: invoices to pay, advances, amounts due back, unidentified receipts, bank lines."""
    until = at.asked.end or at.facts.as_of
    rows = [_item(at, "payable", ref, fund, day_of(since), amount, until) for _, ref, fund, since, amount in _payables(at)]
    for fund, sums in at.facts.sums.items():
        for account, kind in _OPEN_ACCOUNTS:
            minor = sum(amount for code, _, amount in sums if group(code) == account)
            if minor:
                rows.append(_item(at, kind, account, fund, None, abs(minor), until))
    for one in at.found.waiting:
        if one.amount.currency == at.facts.currency:
            told = Message("open_item.line"), f"{one.line} ({one.account})", None, one.booked_on
            rows.append(Row((*told, _age(one.booked_on, until), _band(one.booked_on, until), one.amount)))
    columns = (*texts("kind", "number", "fund"), *days("since"), *counts("age"), *texts("age_band"), *money_columns("amount"))
    return summed("book_open", columns, rows)


def _payables(at: Source) -> list[Any]:
    return list(auditing.open_payables(at.asked.end).rows(at.db))


def payables(at: Source) -> tuple[int, int]:
    """What the listed invoices have open, and the balance of the payable account; minor units, alike."""
    every = (row for rows in at.facts.sums.values() for row in rows)
    return sum(one[4] for one in _payables(at)), -sum(minor for code, _, minor in every if group(code) == PAYABLE)


def _item(at: Source, kind: str, ref: str, fund: int, since: date | None, minor: int, until: date | None) -> Row:
    cells = (Message(f"open_item.{kind}"), ref, at.names.get(fund), since, _age(since, until), _band(since, until), at.money(minor))
    return Row(cells)


def _age(since: date | None, until: date | None) -> int | None:
    return (until - since).days if since and until else None


def _band(since: date | None, until: date | None) -> Cell:
    age = _age(since, until)
    return None if age is None else Message(f"age_band.{sum(age > limit for limit in _BANDS)}")
