"""Sets a `Report` as CSV: for spreadsheets that ask for it and for programs; no cell can be taken for a formula."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.export.text import said
from fundledger.export.wording import column_name, differences, heading, log_head, meta, sum_of
from fundledger.reports.value import Audience, Bar, Cell, Comparison, Figures, Identity, Message, Paragraph, Report, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.i18n import Speaker

# What a spreadsheet, in any of its languages, may read as the start of a formula or of a command.
_STARTS = tuple("=+-@|\t\r\n%\uff1d\uff0b\uff0d\uff20\uff5c\N{MINUS SIGN}")


def render(report: Report, speaker: Speaker) -> bytes:
    """The report as CSV (RFC 4180) in UTF-8 with a mark, sections one under the other with an empty line between.

    Amounts are signed decimals with a point, dates ISO; only text is ever given an apostrophe.
    """
    target = io.StringIO(newline="")
    lines = csv.writer(target, lineterminator="\r\n")
    lines.writerow(_cells([said(report.title, speaker), said(report.subject, speaker)], speaker))
    lines.writerow(_cells([said(report.foundation, speaker), speaker.say(f"audience.{report.audience}"), *meta(report, speaker)], speaker))
    lines.writerows([line] for line in log_head(report, speaker))
    for section in report.sections:
        lines.writerow([])
        lines.writerows(_cells(cells, speaker) for cells in _section(section, report, speaker))
    return target.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Text that stays text when a spreadsheet opens it."""
    return f"'{text}" if text.lstrip(" \N{NO-BREAK SPACE}").startswith(_STARTS) or text.startswith(_STARTS) else text


def _cells(cells: list[Cell], speaker: Speaker) -> list[str]:
    return [_cell(cell, speaker) for cell in cells]


def _cell(cell: Cell, speaker: Speaker) -> str:
    if isinstance(cell, (str, Message)):
        return harmless(said(cell, speaker))
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _section(section: Section, report: Report, speaker: Speaker) -> Iterator[list[Cell]]:
    match section:
        case Paragraph():
            yield [section.text]
        case Bar():
            for name in ("needed", "collected", "paid"):
                yield [speaker.say(f"bar.{name}"), getattr(section, name)]
        case Figures():
            yield [heading(section, speaker)]
            for label, cell in section.items:
                yield [label, speaker.say("paper.none") if cell is None else cell, *_code_of(cell)]
        case Identity():
            yield from _identity(section, speaker)
        case Comparison():
            yield [heading(section, speaker), speaker.say("paper.amount"), speaker.say("sheet.difference")]
            for (side, amount), difference in zip(section.sides, differences(section), strict=True):
                yield [side, amount, difference]
        case Table():
            yield from _table(section, report, speaker)


def _code_of(cell: Cell) -> list[Cell]:
    return [cell.currency] if isinstance(cell, Money) else []


def _identity(identity: Identity, speaker: Speaker) -> Iterator[list[Cell]]:
    yield [heading(identity, speaker)]
    for term in identity.terms:
        yield [speaker.say(f"term.{term.key}"), term.amount if term.sign > 0 else -term.amount]
    yield [speaker.say(f"term.{identity.result_key}"), identity.result]
    yield [speaker.say("paper.difference"), sum_of(identity) - identity.result]


def _table(table: Table, report: Report, speaker: Speaker) -> Iterator[list[Cell]]:
    traced = report.audience != Audience.PUBLIC and any(row.entries for row in table.rows)
    yield [heading(table, speaker)]
    yield [*(column_name(column, speaker) for column in table.columns), *([speaker.say("sheet.entries")] if traced else [])]
    for row in table.rows:
        yield [*row.cells, *([" ".join(map(str, row.entries))] if traced else [])]
    if table.totals:
        totals: list[Cell] = [table.totals.get(column.key) for column in table.columns]
        yield [speaker.say("paper.total"), *totals[1:]] if totals[0] is None else totals
