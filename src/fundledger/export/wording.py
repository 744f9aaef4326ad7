"""What every format says alike: headings, the line under the title, the equation of an identity, cells, differences."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.export.text import clean, said

if TYPE_CHECKING:
    from fundledger.i18n import Speaker
    from fundledger.reports.value import Appeal, Cell, Column, Comparison, Figures, Identity, Report, Table

MINUS = "\N{MINUS SIGN}"


def heading(section: Figures | Identity | Comparison | Table, speaker: Speaker) -> str:
    """The heading of a section, from its own family of keys; with what a table is of."""
    name, of = speaker.say(f"{type(section).__name__.lower()}.{section.key}"), getattr(section, "of", None)
    name = f"{place} {name}" if (place := getattr(section, "place", "")) else name
    return f"{name}: {said(of, speaker)}" if of else name


def cell_text(cell: Cell, speaker: Speaker, currency: str) -> str:
    """A cell as printed: amounts without their currency where it is the report's."""
    if isinstance(cell, Money):
        return speaker.amount(cell) if cell.currency == currency else speaker.money(cell)
    if isinstance(cell, date):
        return speaker.day(cell, "medium")
    if isinstance(cell, str):
        return clean(cell)
    if cell is None:
        return ""
    return speaker.count(cell) if isinstance(cell, int) else clean(speaker.message(cell))


def column_name(column: Column, speaker: Speaker) -> str:
    """The head of a column: its own label, else the sentence of its key."""
    return column.label or speaker.say(f"column.{column.key}")


def meta(report: Report, speaker: Speaker) -> list[str]:
    """Period, date of data and currency, and whether it is a draft, as short sentences."""
    period = {
        (True, True): "paper.period",
        (True, False): "paper.since",
        (False, True): "paper.until",
    }.get((report.start_on is not None, report.end_on is not None))
    said = [speaker.say(period, **_bounds(report))] if period else []
    said.append(speaker.say("paper.as_of", day=report.as_of) if report.as_of else speaker.say("paper.no_data"))
    return [*said, amount_of(report, speaker), *([speaker.say("note.draft")] if report.draft else [])]


def _bounds(report: Report) -> dict[str, object]:
    return {name: day for name, day in (("start", report.start_on), ("end", report.end_on)) if day is not None}


def log_head(report: Report | Appeal, speaker: Speaker) -> list[str]:
    """The head of the book's log, as `check --against` finds it again; nothing where the report has none."""
    return [speaker.say("paper.log_head", head=str(report.head))] if report.head else []


def amount_of(report: Report, speaker: Speaker) -> str:
    """Says that amounts are in the report's currency."""
    return speaker.say("paper.in_currency", currency=report.currency)


def sum_of(identity: Identity) -> Money:
    """The signed sum of the terms."""
    return sum((term.amount if term.sign > 0 else -term.amount for term in identity.terms), Money(0, identity.result.currency))


def equation(identity: Identity, speaker: Speaker) -> tuple[list[str], Money]:
    """The terms as words that stay together, terms of zero left out, then the result; and sum less result."""
    shown = [term for term in identity.terms if term.amount] or list(identity.terms[:1])
    words = []
    for place, term in enumerate(shown):
        sign = f"{MINUS} " if term.sign < 0 else "+ " if place else ""
        words.append(f"{sign}{speaker.say(f'term.{term.key}')} {speaker.amount(term.amount)}")
    words.append(f"= {speaker.say(f'term.{identity.result_key}')} {speaker.amount(identity.result)}")
    return words, sum_of(identity) - identity.result


def differences(comparison: Comparison) -> list[Money | None]:
    """For each side its difference to the first side known; None for that first one and for sides without an amount."""
    first = next((amount for _, amount in comparison.sides if amount is not None), None)
    found: list[Money | None] = []
    seen = False
    for _, amount in comparison.sides:
        found.append(amount - first if seen and amount is not None and first is not None else None)
        seen = seen or amount is not None
    return found
