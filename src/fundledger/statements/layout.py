"""How the columns of a table are read: one value for a published layout, a saved profile and a guess from all rows."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.statement import LineStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from fundledger.domain.money import Money

# Stands in a column's name for a currency code, as in "Paid Out (¤)"; the code found there is the file's currency.
ANY_CURRENCY = "¤"


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
    FEE_INCLUDED = "fee_included"
    GROSS = "gross"
    NET = "net"
    BALANCE = "balance"
    PART = "part"
    NAME = "name"
    IBAN = "iban"
    PARTY = "party"
    TEXT = "text"
    BANK_REFERENCE = "bank_reference"
    END_TO_END = "end_to_end"
    STRUCTURED = "structured"
    TRANSACTION = "transaction"
    INSTRUCTION = "instruction"
    OUR_REFERENCE = "our_reference"
    RETURN_REASON = "return_reason"
    STATUS = "status"
    ROW_TYPE = "row_type"
    PARENT = "parent"
    BATCH = "batch"
    ORIGINAL_AMOUNT = "original_amount"
    ORIGINAL_FEE = "original_fee"
    ORIGINAL_CURRENCY = "original_currency"
    RATE = "rate"
    SETTLED_ON = "settled_on"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its role, and its name in the header, or its place from 0 where it has none.

    A name is compared folded (`fold`), and may hold `ANY_CURRENCY`. Where two columns have one name, `place` says which is meant.
    `when` is credit or debit for a column that counts on lines of that side only (the payer's name, the payee's name).
    """

    role: Role
    name: str = ""
    place: int | None = None
    when: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read one kind of table.

    `columns`: of one role all TEXT columns are joined in this order, of every other role the first filled one counts; a column that the
    file lacks is left out unless `header` names it. FEE is taken beside the amount (line = amount - fee), FEE_INCLUDED is only told.
    PARTY holds name and account in one cell ("name | BIC | IBAN"). AMOUNT may carry its currency ("12,50 EUR").
    `header` names every column that must be there to recognise it; the layout with the most wins. `shape` recognises a table without a
    header: one word a cell of the first row, out of iban, date, amount, currency, side, number, text (not empty) or "" (anything).
    `date_order` (dmy, mdy, ymd) and `decimal` ("." or ",") are None where they are decided from all rows.
    `sides` maps words of the SIDE column to credit, debit or signed (the amount's own sign); usual words need no line.
    `row_types` maps words of the ROW_TYPE column to line, opening, closing, turnover or skip, and for a processor to a `ProcessorKind`;
    a word not listed is a line. `statuses` maps words of the STATUS column to booked, pending, info or skip; usual words need no line.
    All these words are compared folded. `inverse`: spending is positive, as on a credit card. `negative_fees`: a fee taken is written
    negative, as PayPal does. `gateway` names a payment processor, `account` the account where no column holds it.
    `encodings`: codecs seen, the likeliest first. `beside`: layouts by which every row is read once more, for what a row says beside its
    own line (what was given back of a charge, the other side of an exchange).
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
    shape: tuple[str, ...] = ()
    negative_fees: bool = False
    account: str | None = None
    beside: tuple[Layout, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, read by a layout: filled texts, amounts and days by what they are.

    `number` is its line in the file (its row in a workbook). `kind` is what the layout's `row_types` say of it, "line" by default.
    Of a processor GROSS, FEE (positive when taken) and NET are always in `amounts`, in the settled currency, and net = gross - fee;
    ORIGINAL_AMOUNT and ORIGINAL_FEE only where the file has them. The line's own amount is AMOUNT, credit positive.
    """

    number: int
    texts: Mapping[Role, str]
    amounts: Mapping[Role, Money]
    days: Mapping[Role, date] = field(default_factory=dict)
    kind: str = "line"
    status: LineStatus = LineStatus.BOOKED


def fold(text: str) -> str:
    """A heading or a word as it is compared: composed, lower case, blanks joined, no mark or colon around it."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("\ufeff", "")
    return " ".join(text.casefold().split()).strip(":*# ")


def plain_letters(text: str) -> str:
    """A folded text whose letters have lost their marks, so that "Sąskaita", "SASKAITA" and "Währung", "Wahrung" meet."""
    folded = fold(text)
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("ł", "l").replace("ø", "o")
