"""The running balance of a table: which way it runs, where it breaks, what it opens and closes with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.domain.statement import Balance, LineStatus, StatementEnd
from fundledger.statements.counts import Counts

if TYPE_CHECKING:
    from datetime import date

    from fundledger.domain.statement import StatementLine


@dataclass(slots=True)
class _Way:
    """One direction tried: how many links hold, how many break, and the first row that breaks."""

    n_links: int = 0
    n_breaks: int = 0
    first: int = 0

    def link(self, row: int, *, holds: bool) -> None:
        self.n_links += 1
        if not holds:
            self.n_breaks += 1
            self.first = self.first or row


class Chain:
    """Adds up the lines of one statement and follows its balances both ways at once, so that one reading is enough."""

    def __init__(self, currency: str, *, newest_first: bool = False) -> None:
        """`newest_first`: how the whole file runs, for a statement of one day whose balances fit either way."""
        self.currency = currency
        self._usual = newest_first
        self._stated: dict[str, tuple[Money, date | None]] = {}
        self._counts = Counts()
        self._down, self._up = _Way(), _Way()
        self._first: tuple[int, int, int] | None = None  # of the first row that has a balance: it, amounts before, the row's own
        self._last: tuple[int, int] | None = None  # balance of the last row that has one, and the amount of that very row
        self._since = 0
        self._rows: tuple[date, date] | None = None

    def add(self, line: StatementLine, balance: Money | None, row: int) -> None:
        """Take a line, with the balance its row states."""
        self._counts.add(line, self.currency)
        if line.status is not LineStatus.BOOKED or line.amount.currency != self.currency:
            return
        on = line.booked_on or line.value_on
        if on:
            self._rows = (self._rows[0] if self._rows else on, on)
        if balance is None:
            self._since += line.amount.minor
            return
        self._link(line.amount.minor, balance.minor, row)

    def state(self, kind: str, amount: Money, on: date | None) -> None:
        """Take a balance that stands in words, in a row of its own or beside the table; the first opening and the last closing count."""
        if kind == "closing" or kind not in self._stated:
            self._stated[kind] = (amount, on)

    def _stated_balance(self, kind: str) -> Balance | None:
        """A balance stated, on its own day or that of the first or last line; without any day it says nothing."""
        if kind not in self._stated:
            return None
        amount, on = self._stated[kind]
        day = on or (self._rows and (min(self._rows) if kind == "opening" else max(self._rows)))
        return Balance(day, amount) if day else None

    def _link(self, amount: int, balance: int, row: int) -> None:
        """Oldest first, a balance is the one before it and what was booked since; newest first, the other way round."""
        if self._last is None:
            self._first = (balance, self._since, amount)
        else:
            before, its_amount = self._last
            self._down.link(row, holds=balance == before + self._since + amount)
            self._up.link(row, holds=before == balance + its_amount + self._since)
        self._last = (balance, amount)
        self._since = 0

    @property
    def newest_first(self) -> bool:
        """Whether the rows run from the newest to the oldest."""
        if self._down.n_breaks != self._up.n_breaks:
            return self._up.n_breaks < self._down.n_breaks
        if self._rows and self._rows[0] != self._rows[1]:
            return self._rows[0] > self._rows[1]
        return self._usual

    @property
    def breaks(self) -> tuple[int, int]:
        """How many rows do not follow from the one before, and the first of them."""
        way = self._up if self.newest_first else self._down
        return way.n_breaks, way.first

    @property
    def holds(self) -> bool:
        """Whether at least one balance follows from another, and more do than do not."""
        way = self._up if self.newest_first else self._down
        return way.n_links > 0 and way.n_breaks * 2 < way.n_links

    def end(self, *, faulty: bool) -> StatementEnd:
        """What the statement comes to; the running balance opens and closes it where nothing else does.

        A balance that does not follow from row to row is told, but proves nothing: it counts as an available one.
        """
        opening, closing = self._running()
        opening, closing = self._stated_balance("opening") or opening, self._stated_balance("closing") or closing
        return self._counts.end(self.currency, opening, closing, faulty=faulty)

    def _running(self) -> tuple[Balance | None, Balance | None]:
        if self._first is None or self._last is None or self._rows is None or (self._down.n_links and not self.holds):
            return None, None
        (balance, before, amount), (last, its_amount) = self._first, self._last
        if self.newest_first:
            opening, closing = last - its_amount - self._since, balance + before
        else:
            opening, closing = balance - amount - before, last + self._since
        sound = opening + sum(self._counts.booked_minor) == closing
        first, until = sorted(self._rows)
        return (
            Balance(first, Money(opening, self.currency), booked=sound),
            Balance(until, Money(closing, self.currency), booked=sound),
        )
