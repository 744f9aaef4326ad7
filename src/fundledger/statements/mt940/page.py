"""What stands in a message beside its lines: the header of one page, and the statement its pages make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fundledger.domain.money import NO_CURRENCY, Money, is_currency
from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.reference import iban_is_valid
from fundledger.domain.statement import Balance, Statement, StatementEnd
from fundledger.statements.counts import CREDIT, DEBIT, Counts
from fundledger.statements.mt940 import values

if TYPE_CHECKING:
    from datetime import date

    from fundledger.domain.statement import StatementLine
    from fundledger.statements.findings import Findings
    from fundledger.statements.given import Given
    from fundledger.statements.mt940.fields import Field

_FLOOR = re.compile(r"\s*([A-Z]{3})[CD]?[0-9,.]", re.ASCII)
_SUMMARY = re.compile(r"\s*([0-9]{1,9})[ ]*([A-Z]{3})[ ]*([0-9.,]+)", re.ASCII)
_PAGE = re.compile(r"[^/\n]*/0*([0-9]{1,6})", re.ASCII)


class Header:
    """The fields before a page's opening balance: 20, 25, 28C, and of an interim report 34F and 13D."""

    def __init__(self) -> None:
        """Nothing read yet."""
        self.line = 0
        self._account = ""
        self.number: str | None = None
        self.page = 1
        self.currency: str | None = None
        self.end_on: date | None = None

    def take(self, field: Field) -> None:
        """Read one field of the header; a day that cannot be read is left out."""
        line, tag, text = field
        self.line = self.line or line
        tag = tag[:2]
        if tag == "25":
            self._account = text
        elif tag == "28":
            self.number = values.number(text)
            page = _PAGE.match(text)
            self.page = int(page[1]) if page else 1
        elif tag == "34":
            floor = _FLOOR.match(text)
            self.currency = floor[1] if floor and is_currency(floor[1]) else None
        elif tag == "13":
            try:
                self.end_on = values.day(text.strip()[:6])
            except KnownError:
                self.end_on = None

    def account(self, currency: str) -> str:
        """The account as it is named, empty where it is not."""
        return values.account(self._account, currency)

    @property
    def account_currency(self) -> str | None:
        """The currency that stands behind an IBAN."""
        named = "".join(self._account.partition("\n")[0].split()).upper()
        return named[-3:] if iban_is_valid(named[:-3].rpartition("/")[2]) and is_currency(named[-3:]) else None


class Open:
    """A statement that is being read, over all its pages.

    `ended` is None before its closing balance, then F for the last page or M for one that others follow.
    """

    def __init__(self, header: Header, opening: values.StatedBalance | None, *, first_page: bool, form: str, given: Given) -> None:
        """Begin behind a header, with the opening balance if there is one."""
        self.header, self.opening, self.first_page = header, opening, first_page
        self.currency = opening.amount.currency if opening else header.currency or header.account_currency or given.currency or NO_CURRENCY
        self.account = header.account(self.currency) or given.account or ""
        self.kind = "report" if form == "mt942" or (opening is None and header.currency) else "statement"
        self.closing: values.StatedBalance | None = None
        self.ended: str | None = None
        self.head: Statement | None = None
        self.counts, self._reversed = Counts(), False
        self._summaries: list[Field] = []

    def goes_on(self, header: Header, tag: str) -> bool:
        """Whether a message that opens with this balance is this statement's next page."""
        if self.ended != "M" or header.account(self.currency) not in {"", self.account}:
            return False
        return tag == "60M" or (header.page > 1 and header.number == self.header.number)

    @property
    def lacks_end(self) -> bool:
        """Whether no closing balance has come; a report has none."""
        return self.kind == "statement" and self.ended is None

    @property
    def needs_more(self) -> bool:
        """Whether what begins with an opening balance has no end, or its first page has no last one."""
        if self.kind != "statement" or self.opening is None:
            return False
        return self.ended is None or (self.ended == "M" and self.first_page)

    def close(self, tag: str, closing: values.StatedBalance | None) -> None:
        """Take a closing balance; None where it cannot be read."""
        self.ended = "M" if tag == "62M" else "F"
        self.closing = closing

    def summary(self, field: Field) -> None:
        """Keep number and sum of debits or credits (fields 90D and 90C) until all lines are read."""
        self._summaries.append(field)

    def begin(self, fallback: date | None, found: Findings) -> Statement:
        """The head; `fallback` is the day of an opening balance without one."""
        where = f"line {self.header.line}" if self.header.line else ""
        if not self.account:
            found.warn("statement.account_missing", where)
        elif values.looks_like_iban(self.account) and not iban_is_valid(self.account):
            found.warn("statement.iban", where)
        opening = _dated(self.opening, fallback)
        if self.opening and not opening:
            found.warn("statement.balance_undated", where)
        self.head = Statement(self.account, self.currency, self.header.number, opening, end_on=self.header.end_on, kind=self.kind)
        return self.head

    def add(self, line: StatementLine) -> None:
        """Count a line."""
        self.counts.add(line, self.currency)
        self._reversed = self._reversed or line.reversal

    def end(self, last: date | None, found: Findings) -> StatementEnd:
        """The end; nothing is said of its balance when lines could not be read. `last` is the day of a closing balance without one."""
        where = f"line {self.header.line}" if self.header.line else ""
        opening = self.head.opening if self.head else None
        closing = _dated(self.closing, last or (opening.on if opening else None))
        if self.closing and not closing:
            found.warn("statement.balance_undated", where)
        if closing and closing.amount.currency != self.currency != NO_CURRENCY:
            found.warn("statement.balance_currency", where, currency=closing.amount.currency)
            closing = None
        if not found.faulty:
            self._compare(found)
        return self.counts.end(self.currency, opening, closing, faulty=found.faulty)

    def _compare(self, found: Findings) -> None:
        """Warn where the bank counted or summed otherwise; reversals are left to the bank, which may count them on either side."""
        for line, tag, text in () if self._reversed else self._summaries:
            match = _SUMMARY.match(text)
            side = CREDIT if tag == "90C" else DEBIT
            if match is None:
                continue
            number = self.counts.n_booked[side] + self.counts.n_other[side]
            total = abs(self.counts.booked_minor[side] + self.counts.other_minor[side])
            if int(match[1]) != number:
                found.warn("statement.summary_number", f"line {line}", stated=int(match[1]), counted=number)
            try:
                stated = values.minor(match[3], self.currency)
            except KnownError:
                continue
            if stated != total:
                found.warn("statement.summary_sum", f"line {line}", stated=match[3][:40], counted=Money(total, self.currency))


def stated(field: Field, found: Findings) -> values.StatedBalance | None:
    """The balance of field 60 or 62; None and a fault in `found` where it cannot be read."""
    try:
        return values.balance(field[2])
    except KnownError as error:
        problem = error.problems[0]
        found.fault(Problem(problem.code, f"line {field[0]}", problem.values))
        return None


def _dated(balance: values.StatedBalance | None, fallback: date | None) -> Balance | None:
    on = balance and (balance.on or fallback)
    return Balance(on, balance.amount) if balance and on else None
