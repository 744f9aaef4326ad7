"""What a treasurer sets beside the amount of an invoice, and how far an invoice has come on its way to the payee."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from fundledger.domain.paying import AccountState
from fundledger.domain.people import InvoiceState
from fundledger.domain.problem import Problem
from fundledger.domain.voucher import VoucherKind

if TYPE_CHECKING:
    from datetime import date

    from fundledger.domain.money import Money
    from fundledger.domain.people import Invoice

LINES = ("vat", "reverse_charge", "withholding")
# What is booked of them on approval; tax inside the amount is part of the cost.
BOOKED = MappingProxyType({"reverse_charge": VoucherKind.REVERSE_CHARGE, "withholding": VoucherKind.WITHHELD})


def number_key(number: str) -> str:
    """An invoice number as people mistake it: without case, signs, blanks and the zeros before its digits."""
    letters = "".join(sign for sign in number.upper() if sign.isalnum())
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", letters)


@dataclass(frozen=True, slots=True)
class Details:
    """What an invoice says beside its amount: `lines` by the words of `LINES`, in its own currency; `origins` by field.

    `iban` is the account that stands on it, which may be another than the payee's; `reference` is what the payee wants to read.
    """

    lines: dict[str, Money]
    due_on: date | None = None
    reference: str = ""
    iban: str = ""
    origins: dict[str, str] | None = None

    @property
    def withheld(self) -> int:
        """What is kept back for the tax office, in minor units."""
        found = self.lines.get("withholding")
        return found.minor if found else 0


NO_DETAILS = Details({})


def check_lines(number: str, amount: Money, lines: dict[str, Money]) -> list[Problem]:
    """Whether lines can be of this amount: invoice.line_unknown, invoice.line_currency, invoice.line_amount, invoice.line_both."""
    problems = []
    for name, line in lines.items():
        if name not in LINES:
            problems.append(Problem("invoice.line_unknown", name))
        elif line.currency != amount.currency:
            problems.append(Problem("invoice.line_currency", number, {"line": line.currency, "currency": amount.currency}))
        elif line.minor <= 0 or (name != "reverse_charge" and line >= amount):
            problems.append(Problem("invoice.line_amount", number, {"line": line, "amount": amount}))
    if lines.keys() >= {"vat", "reverse_charge"}:
        problems.append(Problem("invoice.line_both", number))
    return problems


class Lane(StrEnum):
    """Where an invoice is on its way."""

    INBOX = "inbox"  # something is missing before anybody can approve it
    APPROVE = "approve"
    PAY = "pay"
    UNMATCHED = "unmatched"  # in a payment file, and the bank has not shown it
    DONE = "done"


def missing(invoice: Invoice, account: AccountState) -> list[str]:
    """What an invoice lacks before it is ready for approval: its paper, the payee's account, somebody who compared that."""
    lacks = [] if invoice.document else ["paper"]
    if account is not AccountState.VERIFIED:
        lacks.append("account" if account is AccountState.NONE else "verified")
    return lacks


def lane_of(invoice: Invoice, account: AccountState, *, in_file: bool) -> Lane:
    """The lane of an invoice, by its payee's account and whether a payment of it is on its way."""
    if invoice.state is InvoiceState.ENTERED:
        return Lane.INBOX if missing(invoice, account) else Lane.APPROVE
    if invoice.state is InvoiceState.PAID:
        return Lane.DONE
    return Lane.UNMATCHED if in_file else Lane.PAY
