"""What a bank states: a statement, its lines, the details of a batch; evidence, never money.

What a file has by the hundred thousand is a named tuple, which is made in a third of the time of a frozen dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from fundledger.domain.problem import Problem

if TYPE_CHECKING:
    from datetime import date

    from fundledger.domain.money import Money


class LineStatus(StrEnum):
    """Whether a line has touched the balance (ISO 20022 entry status)."""

    BOOKED = "booked"
    PENDING = "pending"
    INFO = "info"


class Party(NamedTuple):
    """Who stands on the other side of a line; identity data, kept apart from figures."""

    name: str | None = None
    iban: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """A fee the bank names on a line; borne inside or beside the amount, as the bank says."""

    amount: Money
    included: bool | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A currency exchange the bank names: the amount instructed and the rate as it stands in the file."""

    instructed: Money | None = None
    source: str | None = None
    target: str | None = None
    rate: str | None = None


class References(NamedTuple):
    """Every reference a line carries, each None where the bank gave none."""

    bank: str | None = None
    end_to_end: str | None = None
    structured: str | None = None
    transaction: str | None = None
    instruction: str | None = None
    entry: str | None = None

    @property
    def best(self) -> str | None:
        """The first reference there is, the payer's own before the bank's; `entry` may differ between two downloads."""
        return self.end_to_end or self.structured or self.transaction or self.instruction or self.bank or self.entry


class LineDetail(NamedTuple):
    """One payment inside a batch; its amount may be missing, then only the line's counts."""

    amount: Money | None = None
    references: References = References()
    remittance: str = ""
    counterparty: Party = Party()
    charges: tuple[Charge, ...] = ()
    exchange: Exchange | None = None
    return_reason: str | None = None


class ProcessorKind(StrEnum):
    """What a payment processor did."""

    DONATION = "donation"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    CHARGEBACK_REVERSAL = "chargeback_reversal"
    FEE = "fee"
    ADJUSTMENT = "adjustment"
    CONVERSION = "conversion"
    PAYOUT = "payout"


@dataclass(frozen=True, slots=True)
class Processed:
    """What a payment processor says of a line, in one form for all of them; the line's amount is `gross` less `fee`.

    `gross` and `fee` are of the settled currency, the fee positive when it was taken; `original_gross` and `original_fee` what the payer
    saw, `rate` as it stands in the file. The line's bank reference is the processor's id; `parent` is the id it refers to, `batch` the
    settlement batch, `our_reference` what we gave it.
    """

    gateway: str
    kind: ProcessorKind
    gross: Money
    fee: Money
    parent: str | None = None
    original_gross: Money | None = None
    original_fee: Money | None = None
    rate: str | None = None
    batch: str | None = None
    settled_on: date | None = None
    our_reference: str | None = None


class StatementLine(NamedTuple):
    """One entry of a statement; amount positive when money came in, whatever `reversal` says.

    `position` counts entries of the file from 1, `raw` is the fragment as it stands in the file. `processed` is there in the statement of
    a payment processor only.
    """

    amount: Money
    position: int
    booked_on: date | None = None
    value_on: date | None = None
    status: LineStatus = LineStatus.BOOKED
    reversal: bool = False
    references: References = References()
    remittance: str = ""
    counterparty: Party = Party()
    charges: tuple[Charge, ...] = ()
    exchange: Exchange | None = None
    return_reason: str | None = None
    details: tuple[LineDetail, ...] = ()
    batch_count: int | None = None
    raw: bytes = b""
    processed: Processed | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance on a day; `booked` is False for an available balance, which need not meet the booked lines."""

    on: date
    amount: Money
    booked: bool = True


@dataclass(frozen=True, slots=True)
class Statement:
    """The head of one statement; its lines follow it in the stream.

    `account` is an IBAN without blanks, or the bank's own number, or empty. The period may be missing.
    `kind` is statement (camt.053), report (camt.052, MT942, provisional), notification (camt.054, what is inside a batch) or processor (a
    payment processor's; `account` is then the gateway and the currency, such as PAYPAL/EUR). The currency is XXX where the file names none.
    """

    account: str
    currency: str
    number: str | None = None
    opening: Balance | None = None
    closing: Balance | None = None
    start_on: date | None = None
    end_on: date | None = None
    kind: str = "statement"


@dataclass(frozen=True, slots=True)
class StatementEnd:
    """What is known only after the last line: the balances as far as the file has them, and what the lines add up to.

    `booked` sums the booked lines in the account's currency, `n_lines` counts all lines, `n_foreign` the booked ones in
    another currency. `balanced` is None where a balance is missing or the lines cannot be added.
    """

    opening: Balance | None
    closing: Balance | None
    booked: Money
    n_lines: int
    n_booked: int
    n_foreign: int = 0
    balanced: bool | None = None


def balanced(opening: Balance | None, booked: Money, closing: Balance | None) -> bool | None:
    """Whether opening + booked lines = closing; None where a balance is missing or an available one does not meet them."""
    if opening is None or closing is None:
        return None
    if opening.amount.currency != booked.currency or closing.amount.currency != booked.currency:
        return None
    meets = opening.amount + booked == closing.amount
    return meets if meets or (opening.booked and closing.booked) else None


_NOT_BOOKED = MappingProxyType({"report": "statement.provisional", "notification": "statement.notification"})


def check_statement(head: Statement, end: StatementEnd) -> list[Problem]:
    """Every problem of a statement in itself, whatever the book holds; continuity with the book is another rule.

    Codes: statement.provisional and statement.notification (say what it is), statement.unbalanced (with the difference),
    statement.currency_mixed, statement.balance_missing, statement.period_reversed.
    """
    found = []
    if head.kind in _NOT_BOOKED:
        found.append(Problem(_NOT_BOOKED[head.kind], head.account))
    if end.n_foreign:
        found.append(Problem("statement.currency_mixed", head.account, {"currency": head.currency, "count": end.n_foreign}))
    if end.balanced is False and end.opening and end.closing:
        difference = end.closing.amount - end.opening.amount - end.booked
        values = {"opening": end.opening.amount, "booked": end.booked, "closing": end.closing.amount, "difference": difference}
        found.append(Problem("statement.unbalanced", head.account, values))
    if head.kind == "statement" and (end.opening is None or end.closing is None):
        found.append(Problem("statement.balance_missing", head.account))
    if head.start_on and head.end_on and head.start_on > head.end_on:
        found.append(Problem("statement.period_reversed", head.account, {"start_on": head.start_on, "end_on": head.end_on}))
    return found
