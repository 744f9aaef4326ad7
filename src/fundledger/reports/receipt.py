"""A receipt as a letter: what stands of each gift, when it came and what it was for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from fundledger.reports.letter import Letter
from fundledger.reports.value import Cell, Column, Kind, Message, Row, Table

if TYPE_CHECKING:
    from fundledger.domain.receipt import Gift, Receipt


def letter(receipt: Receipt) -> Letter:
    """The receipt, for the donor alone."""
    values = {"number": receipt.number, "year": str(receipt.year or "")}
    notes = [Message("letter.receipt.returned")] if any(gift.returned for gift in receipt.gifts) else []
    notes += [Message("letter.receipt.rates")] if any(gift.original for gift in receipt.gifts) else []
    return Letter(
        stem=f"receipt-{receipt.number}",
        title=Message(f"letter.receipt.{receipt.kind.value}", values),
        foundation=receipt.foundation,
        currency=receipt.total.currency,
        to=receipt.donor.name,
        code=receipt.donor.code,
        dated=receipt.issued_on,
        body=(Message("letter.receipt.thanks", {"total": receipt.total}), _table(receipt), *notes),
        marks=_marks(receipt),
        signed=True,
    )


def _marks(receipt: Receipt) -> tuple[Message, ...]:
    """Says what was confirmed before: all of it, or some gifts."""
    before = list(dict.fromkeys(number for gift in receipt.gifts for number in receipt.earlier.get(gift.id, ())))
    if receipt.repeats:
        return (Message("letter.receipt.duplicate", {"number": receipt.repeats}),)
    if not before:
        return ()
    every = all(receipt.earlier.get(gift.id) for gift in receipt.gifts)
    return (Message("letter.receipt.all_before" if every else "letter.receipt.some_before", {"numbers": before}),)


def _table(receipt: Receipt) -> Table:
    """One row a gift; columns for what nobody needs are left out."""
    foreign, returned = any(gift.original for gift in receipt.gifts), any(gift.returned for gift in receipt.gifts)
    before = bool(receipt.earlier) and not receipt.repeats
    columns = [Column("given_on", Kind.DATE), Column("purpose")]
    columns += [Column("original")] if foreign else []
    columns += [Column("given", Kind.MONEY), Column("returned", Kind.MONEY)] if returned else []
    columns += [Column("receipt_before")] if before else []
    columns.append(Column("stands" if returned else "given", Kind.MONEY, totalled=True))
    rows = tuple(Row(tuple(_cells(gift, receipt, foreign=foreign, returned=returned, before=before))) for gift in receipt.gifts)
    return Table("gifts", tuple(columns), rows, {columns[-1].key: receipt.total})


def _cells(gift: Gift, receipt: Receipt, *, foreign: bool, returned: bool, before: bool) -> list[Cell]:
    purpose = receipt.purposes[gift.campaign] if gift.campaign else Message("letter.foundation_itself")
    cells: list[Cell] = [gift.given_on, purpose]
    if foreign:
        cells.append(_rate(gift) if gift.original else None)
    cells += [gift.amount, gift.returned] if returned else []
    cells += [", ".join(receipt.earlier.get(gift.id, ()))] if before else []
    return [*cells, gift.stands]


def _rate(gift: Gift) -> Message:
    """What a gift was in its own currency, and at which rate it was booked."""
    told = gift.original
    if told is None:
        raise ValueError("a gift in the book's currency has no rate")
    values = {
        "amount": told.amount,
        "rate": Decimal(told.rate),
        "currency": told.amount.currency,
        "own": gift.amount.currency,
        "on": told.on,
    }
    return Message("letter.receipt.rate", values)
