"""What may go into a payment file, and in which letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.domain.people import InvoiceState
from fundledger.domain.problem import Problem
from fundledger.domain.reference import iban_is_valid
from fundledger.domain.roles import PEOPLE, check_hands

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from fundledger.domain.people import Invoice

SEPA = "EUR"
LONGEST_NAME, LONGEST_TEXT, LONGEST_ID = 70, 140, 35
# EPC217-08, section 2: letters, digits and these signs; what is known by another sign is written so, any other becomes a point.
_NOT_SEPA = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_OTHER_SIGNS = str.maketrans(
    {"&": "+", "_": "-", "@": "(at)", '"': "'", "`": "'", "[": "(", "]": ")", "{": "(", "}": ")", ";": ",", "=": "-"}
)
_BLANKS = re.compile(r"\s+")


# How somebody may have asked a payee for her account; a letter or an e-mail can be anybody's, and is no way to ask.
ASKED = ("phone", "meeting", "contract", "bank")


class AccountState(StrEnum):
    """What is known of a payee's account."""

    NONE = "none"
    UNVERIFIED = "unverified"
    CHANGED = "changed"
    VERIFIED = "verified"


class RefundState(StrEnum):
    """What stands between a refund and a payment file."""

    READY = "ready"
    GUARDED = "guarded"  # of a protected donor: takes two people
    BARRED = "barred"  # of a restricted or erased donor
    NO_ACCOUNT = "no_account"  # no single account with an IBAN that the gift came from
    IN_FILE = "in_file"


@dataclass(frozen=True, slots=True)
class PayeeAccount:
    """A payee's account: its number, whether somebody asked her, who (a person's id), when and how."""

    payee: int
    code: str
    name: str
    iban: str | None
    changed: bool = False
    verified_by: int | None = None
    verified_on: date | None = None
    verified_how: str | None = None

    @property
    def state(self) -> AccountState:
        """A change stands out until somebody verifies the account again."""
        if not self.iban:
            return AccountState.NONE
        if self.changed:
            return AccountState.CHANGED
        return AccountState.VERIFIED if self.verified_on else AccountState.UNVERIFIED


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that goes back: what a document decided (`voucher`), or a late gift in suspense (`line`), as row ids.

    `code` is the donor's, `iban` the one account her gift came from: None where there is none, or several. `roles` are the persons who
    decided it and who agreed. `guarded` takes two people, `barred` is restricted or erased and paid by nobody.
    """

    fund: int
    amount: Money
    campaign: str
    code: str
    name: str
    iban: str | None
    voucher: int | None = None
    line: int | None = None
    roles: tuple[int | None, int | None] = (None, None)
    guarded: bool = False
    barred: bool = False
    in_file: str | None = None

    @property
    def key(self) -> str:
        """What names it on the command line."""
        return f"refund:{self.voucher}" if self.voucher is not None else f"late:{self.line}"

    @property
    def number(self) -> str:
        """What lists say of it, as an invoice has a number."""
        return " ".join(one for one in (self.campaign, self.code) if one) or self.key

    @property
    def state(self) -> RefundState:
        """What stands between it and a payment file."""
        if self.in_file:
            return RefundState.IN_FILE
        if self.barred:
            return RefundState.BARRED
        if not iban_is_valid(self.iban or ""):
            return RefundState.NO_ACCOUNT
        return RefundState.GUARDED if self.guarded else RefundState.READY

    @property
    def payable(self) -> bool:
        """Whether it goes into a file of every refund; what does not is told."""
        return self.state in {RefundState.READY, RefundState.GUARDED}


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of a file, on an invoice or of a `refund`: `shown` is the payee's name as the bank reads it, `text` what she reads."""

    invoice: int | None
    number: str
    payee: PayeeAccount
    amount: Money
    end_to_end: str
    shown: str
    text: str
    refund: Refund | None = None


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """A file for the bank, from one account of ours; `name` is ours as the bank reads it."""

    message: str
    name: str
    iban: str
    made_at: datetime
    execute_on: date
    payments: tuple[Payment, ...]

    @property
    def total(self) -> Money:
        """What leaves the account."""
        return sum((one.amount for one in self.payments), Money(0, SEPA))


@dataclass(frozen=True, slots=True)
class Wanted:
    """An invoice to be paid: its payee's account, `roles` the persons who entered and approved it, and the file it is in already."""

    invoice: Invoice
    payee: PayeeAccount
    roles: tuple[int | None, int | None]
    in_file: str | None = None


def sepa_text(latin: str, longest: int = LONGEST_TEXT) -> str:
    """Latin text in the signs every bank of SEPA takes (EPC217-08), cut to its field; what is left of nothing is a point."""
    plain = _BLANKS.sub(" ", _NOT_SEPA.sub(".", _BLANKS.sub(" ", latin.translate(_OTHER_SIGNS)))).strip()
    return plain[:longest].rstrip() or "."


def check_payments(
    wanted: Sequence[Wanted],
    spendable: Mapping[int, Money],
    payer: int,
    *,
    alone: bool,
    people: int = PEOPLE,
    first: frozenset[int] = frozenset(),
) -> tuple[list[Problem], list[Problem]]:
    """What refuses a payment file, and what only warns.

    `spendable` is what each fund may still pay, less what is on its way; `payer` who asks, `alone` whether nobody else opens the
    book: then one person may enter, approve and pay, with a warning; else it takes so many `people`. `first` are payees who never were
    paid.
    """
    refused: list[Problem] = []
    warned: list[Problem] = []
    left = dict(spendable)
    for one in wanted:
        refused += _blocked(one)
        warned += _hints(one, first)
        few, told = check_hands(one.invoice.number, (*one.roles, payer), people, alone=alone)
        refused += few
        warned += told
        fund, amount = one.invoice.fund, one.invoice.payable
        if left[fund] < amount:
            refused.append(Problem("payment.no_money", one.invoice.number, {"spendable": left[fund], "amount": amount}))
        left[fund] -= amount
    return refused, warned


def check_refunds(
    wanted: Sequence[Refund], spendable: Mapping[int, Money], hands: tuple[int, int | None], *, alone: bool, people: int = PEOPLE
) -> tuple[list[Problem], list[Problem]]:
    """The same of refunds: only to the account a gift came from; `hands` are who pays and who stands by her.

    What the fund keeps back for refunds is theirs to spend. Deciding and agreeing are the first two steps of three.
    """
    refused: list[Problem] = []
    warned: list[Problem] = []
    left = dict(spendable)
    payer, second = hands
    for one in wanted:
        refused += _no_refund(one)
        decided, agreed = one.roles
        if one.guarded and second is None:
            refused.append(Problem("donor.two_persons", one.code))
        few, told = check_hands(one.number, (decided, agreed or second or decided, payer), people, alone=alone)
        refused += few
        warned += told
        if left[one.fund] < one.amount:
            refused.append(Problem("payment.no_money", one.number, {"spendable": left[one.fund], "amount": one.amount}))
        left[one.fund] -= one.amount
    return refused, warned


def _no_refund(one: Refund) -> list[Problem]:
    found = []
    if one.barred:
        found.append(Problem("payment.donor_barred", one.number))
    elif not iban_is_valid(one.iban or ""):
        found.append(Problem("payment.no_source", one.number))
    if one.in_file:
        found.append(Problem("payment.on_its_way", one.number, {"file": one.in_file}))
    if one.amount.currency != SEPA:
        found.append(Problem("payment.currency", one.number, {"currency": one.amount.currency}))
    return found


def _blocked(one: Wanted) -> list[Problem]:
    invoice, code = one.invoice, one.payee.code
    found = []
    if invoice.state is InvoiceState.ENTERED:
        found.append(Problem("payment.entered", invoice.number))
    if invoice.state is InvoiceState.PAID:
        found.append(Problem("payment.paid", invoice.number))
    if invoice.own.currency != SEPA or invoice.amount.currency != SEPA:
        found.append(Problem("payment.currency", invoice.number, {"currency": invoice.own.currency}))
    if one.in_file:
        found.append(Problem("payment.on_its_way", invoice.number, {"file": one.in_file}))
    if one.payee.state is AccountState.NONE:
        found.append(Problem("payment.no_account", code))
    if one.payee.state is AccountState.CHANGED:
        found.append(Problem("payment.account_changed", code))
    return found


def _hints(one: Wanted, first: frozenset[int]) -> list[Problem]:
    found = []
    if one.payee.state is AccountState.UNVERIFIED:
        found.append(Problem("payment.account_unverified", one.payee.code))
    if one.payee.payee in first:
        found.append(Problem("payment.first", one.payee.code))
    return found
