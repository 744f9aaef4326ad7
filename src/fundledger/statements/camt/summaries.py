"""What a camt statement says its entries add up to, held against what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.statements.camt import values
from fundledger.statements.counts import CREDIT, DEBIT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fundledger.statements.camt.head import Summary
    from fundledger.statements.counts import Counts
    from fundledger.statements.findings import Findings

_SIDES = {"TtlNtries": (CREDIT, DEBIT), "TtlCdtNtries": (CREDIT,), "TtlDbtNtries": (DEBIT,)}


def compare(counts: Counts, summaries: Iterable[Summary], currency: str, where: str, found: Findings) -> None:
    """Warn where a summary states other numbers or sums, whether it counts pending lines or not."""
    for summary in summaries:
        sides = _SIDES[summary.path]
        booked, every = sum(counts.n_booked[side] for side in sides), sum(counts.n_booked[side] + counts.n_other[side] for side in sides)
        if summary.number is not None and summary.number not in {booked, every}:
            found.warn("statement.summary_number", f"{where}/TxsSummry/{summary.path}", stated=summary.number, counted=every)
        totals = {
            sum(abs(counts.booked_minor[side]) for side in sides),
            sum(abs(counts.booked_minor[side]) + abs(counts.other_minor[side]) for side in sides),
        }
        if summary.total and _minor(summary.total, currency) not in totals:
            total = Money(max(totals), currency)
            found.warn("statement.summary_sum", f"{where}/TxsSummry/{summary.path}", stated=summary.total[:40], counted=total)


def _minor(text: str, currency: str) -> int | None:
    try:
        return values.amount(text, currency, credit=True).minor
    except KnownError:
        return None
