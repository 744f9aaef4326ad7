"""The three methods of recognition: the bookings of a fund are those of restricted income, said in the accounts of its own method.

Every case is written down once (`domain.booking`). A fund of another method books the same flows, so its sources and uses are the
same; only the accounts differ, and what its own account still holds is kept in step with its costs.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from fundledger.domain.chart import (
    BANK_CHARGES,
    CHARGED_BACK,
    DONATIONS,
    EXCHANGE,
    FUND_BALANCE,
    HELD,
    IN_KIND,
    LEGAL_SERVICES,
    MEMO_OWED,
    MEMO_PAYABLE,
    MOVED_IN,
    MOVED_OUT,
    PAYABLE,
    PROCESSOR_FEES,
    REFUNDED,
    RUNNING_COSTS,
    TARGETED,
    USED_FINANCING,
    group,
)
from fundledger.domain.entry import EntryKind, Flow, Posting
from fundledger.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fundledger.domain.entry import Entry

RESTRICTED, DEFERRAL, AGENCY = METHODS = ("restricted", "deferral", "agency")
_OWN = MappingProxyType({DEFERRAL: TARGETED, AGENCY: HELD})
_REPLACED = frozenset({DONATIONS, REFUNDED, CHARGED_BACK, MOVED_OUT, MOVED_IN})
_OF_OTHERS = MappingProxyType(
    {
        RESTRICTED: frozenset({TARGETED, HELD, USED_FINANCING, MEMO_OWED, MEMO_PAYABLE}),
        DEFERRAL: _REPLACED | {HELD, MEMO_OWED, MEMO_PAYABLE},
        AGENCY: _REPLACED | {TARGETED, USED_FINANCING, LEGAL_SERVICES, PROCESSOR_FEES, BANK_CHARGES, EXCHANGE, RUNNING_COSTS},
    },
)
_AS_THEY_ARE = frozenset({EntryKind.REVERSAL, EntryKind.CLOSING, EntryKind.RELEASE})


class Recogniser:
    """Says entries in the accounts of their funds' methods, one after another.

    `methods` are those of the funds that have another one than restricted income, `balances` what these have on every account in minor
    units, debit positive; they are kept up to date with each entry.
    """

    def __init__(self, methods: Mapping[int, str], balances: Iterable[tuple[int, str, int]], currency: str) -> None:
        self._methods, self._currency = methods, currency
        self._held: dict[tuple[int, str], int] = defaultdict(int)
        for fund, code, minor in balances:
            self._held[fund, group(code)] += minor

    def __call__(self, entry: Entry) -> Entry:
        """The entry in these accounts; a reversal takes back what was booked, a closing entry moves it, both as they are.

        What a reversal leaves out of step is for `steps`.
        """
        if entry.kind in _AS_THEY_ARE:
            self._take(entry.postings)
            return entry
        said = tuple(self._said(one) for one in entry.postings)
        self._take(said)
        steps = self.steps(one.fund for one in said)
        return replace(entry, postings=(*said, *steps)) if steps or said != entry.postings else entry

    def steps(self, funds: Iterable[int]) -> tuple[Posting, ...]:
        """What brings the own accounts of these funds in step with their costs; nothing where they are."""
        found = tuple(step for fund in sorted(set(funds)) for step in self._step(fund))
        self._take(found)
        return found

    def _take(self, postings: Iterable[Posting]) -> None:
        for one in postings:
            if one.fund in self._methods:
                self._held[one.fund, group(one.account)] += one.amount.minor

    def _said(self, one: Posting) -> Posting:
        method = self._methods.get(one.fund, RESTRICTED)
        return one if method == RESTRICTED else replace(one, account=_account(method, one))

    def _step(self, fund: int) -> tuple[Posting, ...]:
        method = self._methods.get(fund)
        if method == DEFERRAL:
            return self._between(fund, self._released(fund), ((TARGETED, 1), (USED_FINANCING, -1)))
        if method == AGENCY:
            memo = self._owed_by_beneficiary(fund) + self._held[fund, MEMO_PAYABLE]
            return self._between(fund, memo, ((PAYABLE, 1), (HELD, -1), (MEMO_OWED, 1), (MEMO_PAYABLE, -1)))
        return ()

    def _released(self, fund: int) -> int:
        """What is still to release: costs not covered by income, up to what 2510 holds; less than zero takes a release back.

        Afterwards one of the two is zero and neither is below it, whatever came before: a credit note, a gift charged back, a cover.
        """
        uncovered = sum(minor for (of, code), minor in self._held.items() if of == fund and _is_result(code))
        return min(uncovered, -self._held[fund, TARGETED])

    def _owed_by_beneficiary(self, fund: int) -> int:
        """What of the payables 2610 does not reach: a memo, until money for it comes."""
        memo = -self._held[fund, MEMO_PAYABLE]
        payable, short = memo - self._held[fund, PAYABLE], self._held[fund, HELD] + memo
        return max(0, min(payable, short))

    def _between(self, fund: int, minor: int, sides: tuple[tuple[str, int], ...]) -> tuple[Posting, ...]:
        return tuple(Posting(code, fund, Money(sign * minor, self._currency)) for code, sign in sides) if minor else ()


def _account(method: str, one: Posting) -> str:
    """The account of a posting by its fund's method; what a fund opens with is its own account's, too."""
    code = group(one.account)
    if code in _REPLACED or (code == FUND_BALANCE and one.flow is Flow.OPENING):
        return _OWN[method]
    if method == AGENCY and code == IN_KIND:
        return HELD
    return HELD if method == AGENCY and code[0] == "5" else one.account


def _is_result(code: str) -> bool:
    return code[0] in "345"


def foreign_to(method: str) -> frozenset[str]:
    """The accounts of the other methods, where a fund of this one has nothing."""
    return _OF_OTHERS[method]
