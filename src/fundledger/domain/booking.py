"""How each case is booked (restricted-income method): small builders of postings, one name a case."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from fundledger.domain.chart import (
    ADVANCES,
    BANK_CHARGES,
    BENEFICIARIES,
    CASH,
    CHARGED_BACK,
    DISPUTED,
    DONATIONS,
    DUE_BACK,
    FUND_BALANCE,
    IN_KIND,
    LEGAL_SERVICES,
    MOVED_IN,
    MOVED_OUT,
    PAYABLE,
    REFUNDED,
    REFUNDS,
    TAXES,
    TRANSIT,
    UNIDENTIFIED,
    group,
    holds_value,
)
from fundledger.domain.entry import Flow, Posting
from fundledger.domain.money import Money
from fundledger.domain.voucher import VoucherKind

if TYPE_CHECKING:
    from collections.abc import Iterable

_FLOW_OF_CLASS = MappingProxyType({"2": Flow.PAID, "3": Flow.OPENING, "4": Flow.COLLECTED, "5": Flow.PAID})
_FLOW_OF_GROUP = MappingProxyType(
    {
        "2030": Flow.RETURNED,
        "2090": Flow.COLLECTED,
        "3910": Flow.MOVED_OUT,
        "3920": Flow.MOVED_IN,
        "4090": Flow.RETURNED,
        "4091": Flow.CHARGED_BACK,
        "5310": Flow.FEES,
        "5320": Flow.FEES,
        "5330": Flow.FEES,
    },
)
# What each kind of voucher debits and credits, and why value moves. A credit note on what is paid takes the payable back and owes it
# to us again, in one entry: paid falls, due back rises, and so invoiced falls without anything being committed anew.
_CREDITED = ((PAYABLE, 1, Flow.INVOICED), (LEGAL_SERVICES, -1, Flow.NONE))
_SIDES = MappingProxyType(
    {
        VoucherKind.SETTLED: ((PAYABLE, 1, Flow.NONE), (IN_KIND, -1, Flow.NONE)),
        VoucherKind.CREDIT: _CREDITED,
        VoucherKind.CREDIT_PAID: (*_CREDITED, (PAYABLE, -1, Flow.PAID), (DUE_BACK, 1, Flow.NONE)),
        VoucherKind.ADVANCE_USED: ((PAYABLE, 1, Flow.PAID), (ADVANCES, -1, Flow.NONE)),
        VoucherKind.ADVANCE_UNUSED: ((DUE_BACK, 1, Flow.NONE), (ADVANCES, -1, Flow.NONE)),
        VoucherKind.BENEFICIARY: ((PAYABLE, 1, Flow.NONE), (BENEFICIARIES, -1, Flow.NONE)),
        VoucherKind.WITHHELD: ((PAYABLE, 1, Flow.NONE), (TAXES, -1, Flow.NONE)),
        VoucherKind.REVERSE_CHARGE: ((LEGAL_SERVICES, 1, Flow.NONE), (TAXES, -1, Flow.INVOICED)),
        VoucherKind.IN_KIND: ((LEGAL_SERVICES, 1, Flow.NONE), (IN_KIND, -1, Flow.NONE)),
        VoucherKind.CASH: ((CASH, 1, Flow.NONE), (DONATIONS, -1, Flow.COLLECTED)),
        VoucherKind.REFUND: ((REFUNDED, 1, Flow.NONE), (REFUNDS, -1, Flow.NONE)),
        VoucherKind.ADVANCE_BEFORE: ((ADVANCES, 1, Flow.NONE), (FUND_BALANCE, -1, Flow.OPENING)),
        VoucherKind.DUE_BACK_BEFORE: ((DUE_BACK, 1, Flow.NONE), (FUND_BALANCE, -1, Flow.OPENING)),
        VoucherKind.LOST: ((CHARGED_BACK, 1, Flow.CHARGED_BACK), (DISPUTED, -1, Flow.NONE)),
    },
)


def flow_of(counter: str) -> Flow:
    """Why money moves against an account: its own flow, else that of its class; against money itself, none."""
    code = group(counter)
    return _FLOW_OF_GROUP.get(code) or _FLOW_OF_CLASS.get(code[0], Flow.NONE)


def move(money: str, counter: str, fund: int, amount: Money) -> tuple[Posting, Posting]:
    """Money in (positive) or out (negative) of one fund, against the account that says why."""
    return Posting(money, fund, amount), Posting(counter, fund, -amount, flow_of(counter))


def gift(bank: str, fund: int, amount: Money) -> tuple[Posting, Posting]:
    """A gift to a campaign or to the foundation itself: Dr 1010 / Cr 4010."""
    return move(bank, DONATIONS, fund, amount)


def unidentified(bank: str, suspense: int, amount: Money) -> tuple[Posting, Posting]:
    """A receipt nobody can place yet: Dr 1010 S / Cr 2090 S."""
    return move(bank, UNIDENTIFIED, suspense, amount)


def sent_back(bank: str, suspense: int, amount: Money) -> tuple[Posting, Posting]:
    """Such a receipt sent back (negative), or what was sent coming back: Dr 2090 S / Cr 1010 S, returned."""
    money, held = unidentified(bank, suspense, amount)
    return money, replace(held, flow=Flow.RETURNED)


def charge(bank: str, fund: int, amount: Money) -> tuple[Posting, Posting]:
    """A bank charge (negative) or one given back: Dr 5320 / Cr 1010."""
    return move(bank, BANK_CHARGES, fund, amount)


def payment(bank: str, fund: int, amount: Money) -> tuple[Posting, Posting]:
    """Money to a payee (negative) on an approved invoice, or its return: Dr 2010 / Cr 1010."""
    return move(bank, PAYABLE, fund, amount)


def refund(bank: str, fund: int, amount: Money) -> tuple[Posting, Posting]:
    """Money back to a donor (negative), or a gift recalled by the payer's bank: Dr 4090 / Cr 1010."""
    return move(bank, REFUNDED, fund, amount)


def transfer(bank: str, fund: int, amount: Money) -> tuple[Posting, Posting]:
    """One half of a transfer between our own accounts: against 1090, no flow, for the money stays the fund's."""
    return move(bank, TRANSIT, fund, amount)


def opening(bank: str, fund: int, amount: Money) -> tuple[Posting, Posting]:
    """What stood in a bank account the day before its first statement: Dr 1010 / Cr 3900."""
    return move(bank, FUND_BALANCE, fund, amount)


def approved(fund: int, amount: Money) -> tuple[Posting, ...]:
    """An invoice, on approval: Dr 5010 / Cr 2010; memo flow invoiced."""
    return Posting(LEGAL_SERVICES, fund, amount), Posting(PAYABLE, fund, -amount, Flow.INVOICED)


def document(kind: VoucherKind, fund: int, amount: Money) -> tuple[Posting, ...]:
    """What a voucher books inside one fund, such as 370 of an invoice that others paid: Dr 2010 / Cr 4030.

    Every kind but a transfer (`move_between`) and an adjustment (`adjusted`), which name their accounts themselves.
    """
    return tuple(Posting(account, fund, amount if sign > 0 else -amount, flow) for account, sign, flow in _SIDES[kind])


def adjusted(debit: str, credit: str, fund: int, amount: Money) -> tuple[Posting, Posting]:
    """Between any two accounts of one fund; where one of them alone holds value, the other says why it moved."""
    one_holds = holds_value(debit) != holds_value(credit)
    flows = (Flow.NONE if not one_holds or holds_value(code) else flow_of(code) for code in (debit, credit))
    return Posting(debit, fund, amount, next(flows)), Posting(credit, fund, -amount, next(flows))


def move_between(bank: str, giver: int, taker: int, amount: Money) -> tuple[Posting, ...]:
    """A decided transfer between funds: Dr 3910 / Cr 1010 of the giver, Dr 1010 / Cr 3920 of the taker."""
    return (*move(bank, MOVED_OUT, giver, -amount), *move(bank, MOVED_IN, taker, amount))


def closed_year(fund: int, balances: Iterable[tuple[str, int]], currency: str) -> tuple[Posting, ...]:
    """The year's accounts of a fund into its balance: each (account code, minor units, debit positive) of 4xxx, 5xxx, 3910, 3920.

    No posting has a flow: what was collected and spent stays what it was. Empty where nothing is left to close.
    """
    open_ones = [(code, minor) for code, minor in balances if minor and (code[0] in "45" or group(code) in {MOVED_OUT, MOVED_IN})]
    rest = sum(minor for _, minor in open_ones)
    sides = [*((code, -minor) for code, minor in open_ones), (FUND_BALANCE, rest)]
    return tuple(Posting(code, fund, Money(minor, currency)) for code, minor in sides if minor)
