"""Sets a `Report` as canonical JSON: for programs and for whoever compares two editions."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.export.text import clean, said
from fundledger.export.wording import column_name, differences, heading, sum_of
from fundledger.reports.value import Audience, Bar, Comparison, Figures, Identity, Message, Paragraph, Report, Section, Table

if TYPE_CHECKING:
    from fundledger.i18n import Speaker

# What REPORT.md describes: keys may be added in a version; one that goes or changes its meaning makes the next.
SCHEMA, VERSION = "fundledger.report", 1


def render(report: Report, speaker: Speaker) -> bytes:
    """The report as JSON in UTF-8: keys sorted, money as signed decimal text with its currency, dates ISO.

    Every section carries its `kind` and its `key` (English, the same in every language) beside what is said. REPORT.md lists all keys.
    """
    return canonical(
        {
            "schema": SCHEMA,
            "version": VERSION,
            "report": report.name,
            "audience": report.audience,
            "draft": report.draft,
            "language": speaker.language,
            "title": said(report.title, speaker),
            "subject": said(report.subject, speaker),
            "foundation": clean(report.foundation),
            "currency": report.currency,
            "as_of": plain(report.as_of, speaker),
            "start_on": plain(report.start_on, speaker),
            "end_on": plain(report.end_on, speaker),
            "log_head": str(report.head) if report.head else None,
            "sections": [_section(section, report, speaker) for section in report.sections],
        },
    )


def canonical(content: object) -> bytes:
    """One spelling of a JSON value: sorted keys, no blanks, letters as they are, a line end."""
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def plain(value: object, speaker: Speaker) -> object:
    """A value as JSON has it."""
    if isinstance(value, Money):
        return {"amount": str(value), "currency": value.currency}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (Message, str)):
        return said(value, speaker)
    return value


def _section(section: Section, report: Report, speaker: Speaker) -> dict[str, object]:
    match section:
        case Paragraph():
            return {"kind": "paragraph", "text": said(section.text, speaker)}
        case Bar():
            return {"kind": "bar"} | {name: plain(getattr(section, name), speaker) for name in ("needed", "collected", "paid")}
        case Figures():
            items = [{"label": said(label, speaker), "key": label.key, "value": plain(cell, speaker)} for label, cell in section.items]
            return _named(section, speaker) | {"items": items, "note": plain(section.note, speaker)}
        case Identity():
            return _named(section, speaker) | _identity(section, speaker)
        case Comparison():
            return _named(section, speaker) | _comparison(section, speaker)
        case Table():
            return _named(section, speaker) | _table(section, report, speaker)


def _named(section: Figures | Identity | Comparison | Table, speaker: Speaker) -> dict[str, object]:
    return {"kind": type(section).__name__.lower(), "key": section.key, "title": heading(section, speaker)}


def _identity(identity: Identity, speaker: Speaker) -> dict[str, object]:
    return {
        "terms": [
            {"key": term.key, "label": speaker.say(f"term.{term.key}"), "sign": term.sign, "value": plain(term.amount, speaker)}
            for term in identity.terms
        ],
        "result": {
            "key": identity.result_key,
            "label": speaker.say(f"term.{identity.result_key}"),
            "value": plain(identity.result, speaker),
        },
        "difference": plain(sum_of(identity) - identity.result, speaker),
    }


def _comparison(comparison: Comparison, speaker: Speaker) -> dict[str, object]:
    sides = [
        {"label": said(label, speaker), "key": label.key, "value": plain(amount, speaker), "difference": plain(difference, speaker)}
        for (label, amount), difference in zip(comparison.sides, differences(comparison), strict=True)
    ]
    return {"sides": sides, "note": plain(comparison.note, speaker)}


def _table(table: Table, report: Report, speaker: Speaker) -> dict[str, object]:
    rows: list[dict[str, object]] = []
    for row in table.rows:
        cells: dict[str, object] = {column.key: plain(cell, speaker) for column, cell in zip(table.columns, row.cells, strict=True)}
        rows.append({"cells": cells} if report.audience == Audience.PUBLIC else {"cells": cells, "entries": list(row.entries)})
    return {
        "columns": [{"key": column.key, "label": column_name(column, speaker), "kind": column.kind} for column in table.columns],
        "rows": rows,
        "totals": {key: plain(total, speaker) for key, total in table.totals.items()},
        "note": plain(table.note, speaker),
    }
