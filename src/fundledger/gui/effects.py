"""What postings would do to the figures of each fund they touch, before they are booked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.figures import figures
from fundledger.store import funds
from fundledger.store.called import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fundledger.domain.entry import Posting
    from fundledger.domain.money import Money
    from fundledger.store.rows import Database

# The figures of a fund that are shown before and after: the last two always, the others where they change.
_CHANGED = ("collected", "returned", "charged_back", "fees", "invoiced", "paid", "advanced", "due_back", "owed", "committed")
_ALWAYS = ("available", "remaining")


@dataclass(frozen=True, slots=True)
class Effect:
    """One figure of a fund before and after; `fund` as it is called."""

    fund: str
    figure: str
    before: Money
    after: Money


def read_effects(db: Database, currency: str, postings: Sequence[Posting], names: Mapping[int, str]) -> tuple[Effect, ...]:
    """The figures of each touched fund, in the order of the postings; runs beside the window."""
    touched = tuple(dict.fromkeys(one.fund for one in postings))
    balances, kept, promised = funds.balances(db, touched), funds.reserves(db), quoted(db, touched, currency)
    effects = []
    for fund in touched:
        added = [(one.account, one.flow.value, one.amount.minor) for one in postings if one.fund == fund]
        before = figures(balances.get(fund, ()), currency, kept.get(fund, 0))
        after = figures([*balances.get(fund, ()), *added], currency, kept.get(fund, 0))
        quote = promised.get(fund)
        for name in (*_CHANGED, *_ALWAYS):
            pair = [one.committed(quote) if name == "committed" else getattr(one, name) for one in (before, after)]
            if name in _ALWAYS or pair[0] != pair[1] or (name == "committed" and quote):
                effects.append(Effect(names.get(fund, ""), name, *pair))
    return tuple(effects)
