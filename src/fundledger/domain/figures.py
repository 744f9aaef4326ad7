"""The figures of a fund, computed from its balances: the terms of the identity and what follows from them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from fundledger.domain.chart import ADVANCES, BANK, CASH, CLEARING, DUE_BACK, MONEY, OWED, group
from fundledger.domain.entry import Flow
from fundledger.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable


# The terms that are flows, named alike, and the sign that makes a magnitude of what debits and credits add up to.
_SIGNS = MappingProxyType(
    {
        Flow.COLLECTED.value: -1,
        Flow.RETURNED.value: 1,
        Flow.CHARGED_BACK.value: 1,
        Flow.FEES.value: 1,
        Flow.MOVED_IN.value: -1,
        Flow.MOVED_OUT.value: 1,
        Flow.OPENING.value: -1,
        Flow.INVOICED.value: -1,
        Flow.PAID.value: 1,
    },
)


@dataclass(frozen=True, slots=True)
class FundFigures:
    """Sources and uses of one fund in book currency, magnitudes except available, remaining and money.

    `money` is the fund's own money (1010+1020+1060+1065+1090), found apart from the flows, so that the identity
    collected − returned − charged_back − fees + moved_in − moved_out + opening − paid − advanced − due_back = money
    is a check that can fail. `owed` is approved and unpaid (2010, 2020, 2030, 2040).
    """

    collected: Money
    returned: Money
    charged_back: Money
    fees: Money
    moved_in: Money
    moved_out: Money
    opening: Money
    invoiced: Money
    paid: Money
    advanced: Money
    due_back: Money
    owed: Money
    money: Money
    spendable: Money

    @property
    def remaining(self) -> Money:
        """The left side of the identity."""
        came = self.collected.minor + self.moved_in.minor + self.opening.minor
        went_back = self.returned.minor + self.charged_back.minor + self.fees.minor + self.moved_out.minor
        used = self.paid.minor + self.advanced.minor + self.due_back.minor
        return Money(came - went_back - used, self.collected.currency)

    @property
    def available(self) -> Money:
        """What may still be promised: spendable money less what is approved and unpaid."""
        return self.spendable - self.owed

    def committed(self, quoted: Money | None) -> Money:
        """What is promised and not yet paid: the greater of accepted quote and invoiced, less paid and advanced."""
        promised = self.invoiced if quoted is None or quoted < self.invoiced else quoted
        left = promised - self.paid - self.advanced
        return left if left.minor > 0 else Money(0, left.currency)

    def short(self, quoted: Money | None) -> Money:
        """What is promised and not yet paid above what is left of what was collected; nothing where nothing is promised."""
        committed = self.committed(quoted)
        lacking = committed - self.remaining
        return lacking if committed and lacking.minor > 0 else Money(0, lacking.currency)


def figures(balances: Iterable[tuple[str, str, int]], currency: str, reserve_minor: int = 0) -> FundFigures:
    """The figures of one fund from (account code, flow, amount in minor units) sums, debit positive."""
    flows: dict[str, int] = defaultdict(int)
    groups: dict[str, int] = defaultdict(int)
    for code, flow, amount in balances:
        flows[flow] += amount
        groups[group(code)] += amount
    nothing = Money(0, currency)  # most terms of most funds; one value serves them all

    def money(minor: int) -> Money:
        return Money(minor, currency) if minor else nothing

    return FundFigures(
        **{name: money(sign * flows[name]) for name, sign in _SIGNS.items()},
        advanced=money(groups[ADVANCES]),
        due_back=money(groups[DUE_BACK]),
        owed=money(-sum([groups[code] for code in OWED])),
        money=money(sum([groups[code] for code in MONEY])),
        spendable=money(groups[BANK] + groups[CASH] + min(0, groups[CLEARING]) - reserve_minor),
    )
