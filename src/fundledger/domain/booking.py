"""How each case is booked (restricted-income method): small builders of postings, one name a case."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from fundledger.domain.chart import (
    BANK_CHARGES,
    DONATIONS,
    FUND_BALANCE,
    IN_KIND,
    LEGAL_SERVICES,
    MOVED_IN,
    MOVED_OUT,
    PAYABLE,
    REFUNDED,
    TRANSIT,
    UNIDENTIFIED,
    group,
)
from fundledger.domain.entry import Flow, Posting

if TYPE_CHECKING:
    from fundledger.domain.money import Money

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


def approved(fund: int, amount: Money) -> tuple[Posting, Posting]:
    """An invoice, on approval: Dr 5010 / Cr 2010; memo flow invoiced."""
    return Posting(LEGAL_SERVICES, fund, amount), Posting(PAYABLE, fund, -amount, Flow.INVOICED)


def settled_by_others(fund: int, amount: Money) -> tuple[Posting, Posting]:
    """What others paid or the payee waived, with proof: Dr 2010 / Cr 4030, outside money collected."""
    return Posting(PAYABLE, fund, amount), Posting(IN_KIND, fund, -amount)


def move_between(bank: str, giver: int, taker: int, amount: Money) -> tuple[Posting, ...]:
    """A decided transfer between funds: Dr 3910 / Cr 1010 of the giver, Dr 1010 / Cr 3920 of the taker."""
    return (*move(bank, MOVED_OUT, giver, -amount), *move(bank, MOVED_IN, taker, amount))
