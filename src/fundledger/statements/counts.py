"""What the lines of one statement add up to, to be held against what the statement says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.domain.statement import LineStatus, StatementEnd, balanced

if TYPE_CHECKING:
    from fundledger.domain.statement import Balance, StatementLine

CREDIT, DEBIT = 0, 1
_BOOKED = LineStatus.BOOKED


class Counts:
    """Numbers and sums in minor units, each of credits and debits: of booked lines, and of the others.

    `n_foreign` booked lines are in another currency than the account's and join no sum.
    """

    def __init__(self) -> None:
        """Start at zero."""
        self.booked_minor, self.other_minor = [0, 0], [0, 0]
        self.n_booked, self.n_other = [0, 0], [0, 0]
        self.n_foreign = 0

    @property
    def n_lines(self) -> int:
        """Every line, booked or not."""
        return sum(self.n_booked) + sum(self.n_other)

    def add(self, line: StatementLine, currency: str) -> None:
        """Count one line."""
        amount = line.amount
        side = CREDIT if amount.minor >= 0 else DEBIT
        if line.status is _BOOKED:
            numbers, sums = self.n_booked, self.booked_minor
        else:
            numbers, sums = self.n_other, self.other_minor
        numbers[side] += 1
        if amount.currency == currency:
            sums[side] += amount.minor
        elif numbers is self.n_booked:
            self.n_foreign += 1

    def end(self, currency: str, opening: Balance | None, closing: Balance | None, *, faulty: bool) -> StatementEnd:
        """The end of the statement; nothing is said of its balance when lines could not be read or not be added."""
        booked = Money(sum(self.booked_minor), currency)
        meets = None if faulty or self.n_foreign else balanced(opening, booked, closing)
        return StatementEnd(opening, closing, booked, self.n_lines, sum(self.n_booked), self.n_foreign, meets)
