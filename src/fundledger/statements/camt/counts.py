"""What the lines of one statement add up to, to be held against what the statement says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import LineStatus, StatementEnd, balanced
from fundledger.statements.camt import values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fundledger.domain.statement import Balance, StatementLine
    from fundledger.statements.camt.head import Summary
    from fundledger.statements.findings import Findings

_SIDES = {"TtlNtries": (0, 1), "TtlCdtNtries": (0,), "TtlDbtNtries": (1,)}


class Counts:
    """Numbers and sums of credits and debits, of booked lines and of the others."""

    def __init__(self) -> None:
        """Start at zero; the lists hold credit and debit."""
        self._booked_minor, self._other_minor = [0, 0], [0, 0]
        self._n_booked, self._n_other = [0, 0], [0, 0]
        self._n_foreign = 0

    def add(self, line: StatementLine, currency: str) -> None:
        """Count one line; a booked one in another currency than the account's joins no sum."""
        minor = line.amount.minor
        side = 0 if minor >= 0 else 1
        booked = line.status is LineStatus.BOOKED
        (self._n_booked if booked else self._n_other)[side] += 1
        if line.amount.currency == currency:
            (self._booked_minor if booked else self._other_minor)[side] += minor
        elif booked:
            self._n_foreign += 1

    def end(self, currency: str, opening: Balance | None, closing: Balance | None, *, faulty: bool) -> StatementEnd:
        """The end of the statement; nothing is said of its balance when lines could not be read or not be added."""
        booked = Money(sum(self._booked_minor), currency)
        n_booked = sum(self._n_booked)
        meets = None if faulty or self._n_foreign else balanced(opening, booked, closing)
        return StatementEnd(opening, closing, booked, n_booked + sum(self._n_other), n_booked, self._n_foreign, meets)

    def compare(self, summaries: Iterable[Summary], currency: str, where: str, found: Findings) -> None:
        """Warn where the summary states other numbers or sums, whether it counts pending lines or not."""
        for summary in summaries:
            sides = _SIDES[summary.path]
            counted = {sum(self._n_booked[side] for side in sides), sum(self._n_booked[side] + self._n_other[side] for side in sides)}
            if summary.number is not None and summary.number not in counted:
                found.warn("statement.summary_number", f"{where}/TxsSummry/{summary.path}", stated=summary.number, counted=max(counted))
            totals = {
                sum(abs(self._booked_minor[side]) for side in sides),
                sum(abs(self._booked_minor[side]) + abs(self._other_minor[side]) for side in sides),
            }
            if summary.total and _minor(summary.total, currency) not in totals:
                total = Money(max(totals), currency)
                found.warn("statement.summary_sum", f"{where}/TxsSummry/{summary.path}", stated=summary.total[:40], counted=total)


def _minor(text: str, currency: str) -> int | None:
    try:
        return values.amount(text, currency, credit=True).minor
    except KnownError:
        return None
