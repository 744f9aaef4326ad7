"""Tables that are drawn as well: rows as bars on one scale, each with its words and its figure: no meaning hangs on a colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.export.wording import cell_text, column_name
from fundledger.reports.value import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fundledger.i18n import Speaker
    from fundledger.reports.value import Bar, Row, Table

# Which columns of which table are drawn; more rows than a page holds are no picture any more.
DRAWN: Mapping[str, tuple[str, ...]] = {"quarters": ("collected",), "bands": ("given",), "funds": ("collected", "paid")}
_FEWEST, _MOST = 2, 24


@dataclass(frozen=True, slots=True)
class Bars:
    """What one row shows: its words, and for each series the figure in words and its part of the longest bar, 0 to 1000."""

    label: str
    figures: tuple[str, ...]
    lengths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The names of the series and a row of bars for each row of the table."""

    series: tuple[str, ...]
    rows: tuple[Bars, ...]

    def said(self) -> str:
        """Everything the picture shows, in words."""
        return "; ".join(
            f"{row.label}: {', '.join(f'{name} {figure}'.strip() for name, figure in zip(self.series, row.figures, strict=True))}"
            for row in self.rows
        )


def chart(table: Table, speaker: Speaker, currency: str) -> Chart | None:
    """The drawing of a table; None where none is drawn, there is nothing to compare or too much to see."""
    wanted = drawn_columns(table)
    if not wanted or not _FEWEST <= len(table.rows) <= _MOST:
        return None
    longest = max((abs(_minor(row, place)) for row in table.rows for place in wanted), default=0) or 1
    words = [place for place in range(words_of(table)) if any(row.cells[place] != table.rows[0].cells[place] for row in table.rows)]
    rows = tuple(
        Bars(
            " · ".join(filter(None, (cell_text(row.cells[place], speaker, currency) for place in words))),
            tuple(cell_text(row.cells[place], speaker, currency) for place in wanted),
            tuple(max(_minor(row, place), 0) * 1000 // longest for place in wanted),
        )
        for row in table.rows
    )
    return Chart(tuple(column_name(table.columns[place], speaker) for place in wanted), rows)


def bar_chart(bar: Bar, speaker: Speaker) -> Chart:
    """The bar of a campaign: needed, collected and paid below each other, in words with their currency."""
    amounts = {name: getattr(bar, name) for name in ("needed", "collected", "paid")}
    longest = max(amount.minor for amount in amounts.values()) or 1
    rows = (
        Bars(speaker.say(f"bar.{name}"), (speaker.money(amount),), (max(amount.minor, 0) * 1000 // longest,))
        for name, amount in amounts.items()
    )
    return Chart(("",), tuple(rows))


def drawn_columns(table: Table) -> list[int]:
    """The places of the columns that are drawn."""
    return [place for place, column in enumerate(table.columns) if column.key in DRAWN.get(table.key, ())]


def words_of(table: Table) -> int:
    """How many columns at the beginning say what a row is."""
    told = (column.kind is Kind.TEXT and column.key != "state" for column in table.columns)
    return next((place for place, one in enumerate(told) if not one), len(table.columns))


def _minor(row: Row, place: int) -> int:
    cell = row.cells[place]
    return cell.minor if isinstance(cell, Money) else 0
