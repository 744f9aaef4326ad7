"""How the columns of a table are read: one value for a published layout, a saved profile and a guess from all rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a column holds."""

    ACCOUNT = "account"
    BOOKED_ON = "booked_on"
    VALUE_ON = "value_on"
    TIME = "time"
    AMOUNT = "amount"
    DEBIT = "debit"
    CREDIT = "credit"
    SIDE = "side"
    CURRENCY = "currency"
    FEE = "fee"
    GROSS = "gross"
    NET = "net"
    BALANCE = "balance"
    NAME = "name"
    IBAN = "iban"
    TEXT = "text"
    BANK_REFERENCE = "bank_reference"
    END_TO_END = "end_to_end"
    STRUCTURED = "structured"
    STATUS = "status"
    ROW_TYPE = "row_type"
    PARENT = "parent"
    BATCH = "batch"
    ORIGINAL_AMOUNT = "original_amount"
    ORIGINAL_CURRENCY = "original_currency"
    RATE = "rate"
    SETTLED_ON = "settled_on"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its role, and its name in the header, or its place from 0 where there is no header."""

    role: Role
    name: str
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read one kind of table.

    `columns` in the order in which texts are joined. `header` names every column that must be there to recognise it, folded (lower case,
    blanks joined). `date_order` (dmy, mdy, ymd) and `decimal` are None where they are decided from all rows. `sides` maps words of the
    SIDE column to "credit" or "debit"; `row_types` maps words of the ROW_TYPE column to line, opening, closing, turnover or skip, and
    for a processor to a kind of `ProcessorKind`; `statuses` maps words of the STATUS column to booked, pending or skip. `inverse`:
    spending is positive, as on a credit card. `gateway` names a payment processor. `encodings`: codecs seen, the likeliest first.
    """

    name: str
    columns: tuple[Column, ...]
    header: tuple[str, ...] = ()
    date_order: str | None = None
    decimal: str | None = None
    currency: str | None = None
    sides: tuple[tuple[str, str], ...] = ()
    row_types: tuple[tuple[str, str], ...] = ()
    statuses: tuple[tuple[str, str], ...] = ()
    inverse: bool = False
    gateway: str | None = None
    encodings: tuple[str, ...] = ()
    delimiter: str | None = None
