"""Vouchers: what is booked on a document and not on a bank line, one kind a case of the ledger's table of bookings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from fundledger.domain.problem import Problem

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from fundledger.domain.money import Money

UNRESTRICTED, SUSPENSE = "unrestricted", "suspense"
# What a campaign had behind it when its book began: the terms of its identity, in the order they are told.
TERMS = ("collected", "returned", "charged_back", "fees", "moved_in", "moved_out", "paid", "advanced", "due_back")


class VoucherKind(StrEnum):
    """What a voucher says happened."""

    SETTLED = "settled"  # others paid part of an invoice, or the payee waived it
    CREDIT = "credit"  # a credit note on what of an invoice is unpaid
    CREDIT_PAID = "credit_paid"  # a credit note on what of an invoice is paid: due back from the payee
    ADVANCE_USED = "advance_used"  # a retainer that pays an invoice
    ADVANCE_UNUSED = "advance_unused"  # a retainer the payee gives back
    BENEFICIARY = "beneficiary"  # the beneficiary paid an invoice and is owed it
    WITHHELD = "withheld"  # tax kept back from an invoice
    REVERSE_CHARGE = "reverse_charge"  # tax owed on top of an invoice
    IN_KIND = "in_kind"  # work that is never invoiced, at its value
    CASH = "cash"  # a gift in cash
    REFUND = "refund"  # a gift that is to be given back
    ADVANCE_BEFORE = "advance_before"  # a retainer that a payee had when the book began
    DUE_BACK_BEFORE = "due_back_before"  # what a payee owed when the book began
    TRANSFER = "transfer"  # money of one fund for another, decided and documented
    LOST = "lost"  # a chargeback that was decided against us
    ADJUSTMENT = "adjustment"  # dated the last day of a closed period, by two persons


# Kinds that only a take-over books, with the campaign's totals that prove them.
BEFORE = MappingProxyType({"advances": VoucherKind.ADVANCE_BEFORE, "due_back": VoucherKind.DUE_BACK_BEFORE})
BY_HAND = tuple(kind for kind in VoucherKind if kind not in BEFORE.values())
# Kinds that settle an invoice: its payable falls by the amount.
SETTLING = frozenset({VoucherKind.SETTLED, VoucherKind.CREDIT, VoucherKind.ADVANCE_USED, VoucherKind.BENEFICIARY, VoucherKind.WITHHELD})
# Kinds that one person alone cannot book.
OF_TWO = frozenset({VoucherKind.CASH, VoucherKind.TRANSFER, VoucherKind.ADJUSTMENT})
# Kinds that a paper proves; without one they are booked with a warning.
PROVED = SETTLING - {VoucherKind.ADVANCE_USED, VoucherKind.WITHHELD} | {VoucherKind.CREDIT_PAID, VoucherKind.IN_KIND, VoucherKind.TRANSFER}
# What each kind must name beside its amount and day. A gift in cash that names no donor is anonymous.
NAMES = MappingProxyType(
    {
        VoucherKind.SETTLED: ("invoice",),
        VoucherKind.CREDIT: ("invoice",),
        VoucherKind.CREDIT_PAID: ("invoice",),
        VoucherKind.ADVANCE_USED: ("invoice",),
        VoucherKind.ADVANCE_UNUSED: ("campaign", "payee"),
        VoucherKind.BENEFICIARY: ("invoice",),
        VoucherKind.WITHHELD: ("invoice",),
        VoucherKind.REVERSE_CHARGE: ("invoice",),
        VoucherKind.IN_KIND: ("campaign",),
        VoucherKind.CASH: ("campaign",),
        VoucherKind.REFUND: ("campaign", "donor"),
        VoucherKind.TRANSFER: ("campaign", "taker"),
        VoucherKind.LOST: ("campaign",),
        VoucherKind.ADVANCE_BEFORE: ("campaign", "payee"),
        VoucherKind.DUE_BACK_BEFORE: ("campaign", "payee"),
        VoucherKind.ADJUSTMENT: ("campaign", "debit", "credit"),
    },
)
_MISSING = MappingProxyType(
    {
        "invoice": "voucher.needs_invoice",
        "campaign": "voucher.needs_campaign",
        "payee": "voucher.needs_payee",
        "donor": "voucher.needs_donor",
        "taker": "voucher.needs_taker",
        "debit": "voucher.needs_accounts",
        "credit": "voucher.needs_accounts",
    },
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A voucher as a person fills it in, everything by the key she knows it by.

    `campaign` is whose money or debt it is: a code, `unrestricted` or `suspense`; `taker` the fund that a transfer goes to, likewise.
    `debit` and `credit` are the accounts of an adjustment. With an `invoice`, the fund and the payee are the invoice's. A document
    that is a photo is kept without its camera's data unless `keep_photo_data`.
    """

    kind: VoucherKind
    amount: Money
    on: date
    campaign: str | None = None
    invoice: str | int | None = None
    donor: str | None = None
    payee: str | None = None
    taker: str | None = None
    debit: str | None = None
    credit: str | None = None
    document: Path | None = None
    keep_photo_data: bool = False
    reason: str = ""


def check_draft(draft: Draft, currency: str, *, second: bool) -> list[Problem]:
    """Everything a draft lacks by itself; `second` says whether another person agrees."""
    problems = []
    kind = draft.kind.value
    if draft.kind not in BY_HAND:
        problems.append(Problem("voucher.by_takeover", kind))
    if draft.amount.minor <= 0:
        problems.append(Problem("voucher.amount", kind))
    if draft.amount.currency != currency:
        problems.append(Problem("voucher.currency", draft.amount.currency, {"currency": currency}))
    missing = dict.fromkeys(_MISSING[name] for name in NAMES[draft.kind] if not getattr(draft, name))
    problems.extend(Problem(code, kind) for code in missing)
    if draft.kind in OF_TWO and not second:
        problems.append(Problem("voucher.two_persons", kind))
    if draft.debit and draft.debit == draft.credit and "voucher.needs_accounts" not in missing:
        problems.append(Problem("voucher.needs_accounts", kind))
    if draft.taker and draft.taker == draft.campaign:
        problems.append(Problem("voucher.same_fund", draft.taker))
    return problems


@dataclass(frozen=True, slots=True)
class Room:
    """How far a draft may go, in minor units: what is left of what it takes from."""

    payable: int = 0
    paid: int = 0
    advanced: int = 0
    available: int = 0
    given: int = 0
    disputed: int = 0


def check_room(draft: Draft, room: Room, subject: str) -> list[Problem]:
    """Whether there is as much as the draft takes: of an invoice, an advance, a fund, a donor's gifts, a dispute."""
    limits = {
        **dict.fromkeys(SETTLING, ("invoice.settle_amount", "payable")),
        VoucherKind.CREDIT_PAID: ("voucher.nothing_paid", "paid"),
        VoucherKind.ADVANCE_UNUSED: ("voucher.no_advance", "advanced"),
        VoucherKind.TRANSFER: ("voucher.no_money", "available"),
        VoucherKind.REFUND: ("voucher.not_given", "given"),
        VoucherKind.LOST: ("voucher.not_disputed", "disputed"),
    }
    wanted = [limits[draft.kind]] if draft.kind in limits else []
    if draft.kind is VoucherKind.ADVANCE_USED:
        wanted.append(limits[VoucherKind.ADVANCE_UNUSED])
    left = {name: type(draft.amount)(getattr(room, name), draft.amount.currency) for _, name in wanted}
    return [Problem(code, subject, {name: left[name]}) for code, name in wanted if left[name] < draft.amount]
