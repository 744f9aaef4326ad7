"""Donors; payees, what they invoice and what they are paid."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.domain.problem import Problem
from fundledger.domain.roles import PEOPLE, STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from fundledger.domain.figures import FundFigures


@dataclass(frozen=True, slots=True)
class Donor:
    """Someone who gives; the code is what books and logs know, the name stands apart."""

    id: int
    code: str
    name: str
    protected: bool = False
    restricted: bool = False

    @property
    def guarded(self) -> bool:
        """Whether nothing that concerns her leaves by one person alone: no refund, no letter."""
        return self.protected or self.restricted


@dataclass(frozen=True, slots=True)
class Payee:
    """Someone the foundation pays, as a rule a lawyer."""

    id: int
    code: str
    name: str
    iban: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """One version of what a payee asks for a campaign; `document` is the SHA-256 of the file, one version a campaign is accepted.

    `vat` says whether the amount is `with` it, `without` it or `unsaid`; `scope` what it is for, in a person's words; `decided_on` when
    it was accepted or refused.
    """

    id: int
    campaign_code: str
    payee_code: str
    version: int
    amount: Money
    received_on: date
    state: str
    document: str | None = None
    vat: str = "unsaid"
    scope: str = ""
    decided_on: date | None = None

    @property
    def accepted(self) -> bool:
        """Whether it is the one that says what the campaign asks for."""
        return self.state == "accepted"


class InvoiceState(StrEnum):
    """How far an invoice has come; paid is seen from what was allocated to it."""

    ENTERED = "entered"
    APPROVED = "approved"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice; `paid` is what payments and settlements were allocated to it, the rest is its payable.

    `original` is what one in another currency than the book's says, and `original_paid` what of that was paid or settled. `withheld`
    is what will be kept back of it on approval, in minor units of its own currency.
    """

    id: int
    campaign: int
    campaign_code: str
    fund: int
    payee: int
    payee_code: str
    number: str
    amount: Money
    issued_on: date
    approved: bool
    paid: Money
    document: str | None = None
    original: Money | None = None
    original_paid: Money | None = None
    due_on: date | None = None
    withheld: int = 0

    @property
    def own(self) -> Money:
        """Its amount as it stands on it, in its own currency."""
        return self.original or self.amount

    @property
    def own_paid(self) -> Money:
        """What of that was paid or settled."""
        return self.paid if self.original is None or self.original_paid is None else self.original_paid

    @property
    def payable(self) -> Money:
        """What is still owed on it; before it is approved, what the payee will get where it is in the book's currency."""
        kept_back = 0 if self.approved or self.original else self.withheld
        return self.amount - self.paid - Money(kept_back, self.amount.currency)

    @property
    def state(self) -> InvoiceState:
        """Entered, approved or paid in full."""
        if not self.approved:
            return InvoiceState.ENTERED
        return InvoiceState.APPROVED if self.payable else InvoiceState.PAID


@dataclass(frozen=True, slots=True)
class Disbursement:
    """One payment on an invoice, with the bank line that proves it (None: an advance was used); negative when it came back.

    `original` is what it paid of an invoice in another currency, in that one; `documented`: letter, invoice, approval and proof are there.
    """

    invoice: int
    line: int | None
    amount: Money
    paid_on: date
    documented: bool
    original: Money | None = None
    id: str = ""


def documented(paid: Sequence[Disbursement]) -> tuple[int, int]:
    """How many payments stand, and how many of them are documented; one that came back is none."""
    n, done = (sum(1 if one.amount.minor > 0 else -1 for one in some) for some in (paid, [one for one in paid if one.documented]))
    return n, done


def check_approval(
    invoice: Invoice, figures: FundFigures, quoted: Money | None, *, by_herself: bool, people: int = PEOPLE
) -> tuple[list[Problem], list[Problem]]:
    """What refuses an approval, and what only warns: over the quote or what is available, by who entered it though others could.

    `people` are so many as it takes to enter, approve and pay; where those are three, nobody approves what she entered.
    """
    refused, warned = [], []
    if by_herself and people == len(STEPS):
        refused.append(Problem("approval.herself", invoice.number))
    elif by_herself:
        warned.append(Problem("invoice.approved_by_herself", invoice.number))
    if invoice.approved:
        refused.append(Problem("invoice.already_approved", invoice.number))
    if invoice.amount.minor <= 0:
        refused.append(Problem("invoice.amount", invoice.number))
    if quoted is not None and quoted < figures.invoiced + invoice.amount:
        warned.append(Problem("invoice.over_quote", invoice.number, {"quoted": quoted, "invoiced": figures.invoiced + invoice.amount}))
    if figures.available < invoice.amount:
        warned.append(Problem("invoice.over_available", invoice.number, {"available": figures.available, "amount": invoice.amount}))
    return refused, warned


def check_request(invoice: Invoice, figures: FundFigures, quoted: Money | None) -> list[Problem]:
    """What to tell somebody who is asked to approve it: the same warnings of quote and money, as they are before."""
    told = []
    if quoted is not None and quoted < figures.invoiced + invoice.amount:
        told.append(Problem("approval.over_quote", invoice.number, {"quoted": quoted, "invoiced": figures.invoiced + invoice.amount}))
    if figures.available < invoice.amount:
        told.append(Problem("approval.over_available", invoice.number, {"available": figures.available, "amount": invoice.amount}))
    return told
