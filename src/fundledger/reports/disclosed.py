"""Default deny: whatever a report holds reaches its audience only where the policy names its field; the last thing done to every report.

A part of a public report that stands for no field here stops the report, so that nobody adds one without deciding who may read it. A part
whose field the policy does not show leaves the report, and so every format and language of it. For other audiences a section is one part.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fundledger.domain.disclosure import is_shown
from fundledger.domain.problem import KnownError
from fundledger.domain.voucher import TERMS
from fundledger.reports.value import Appeal, Audience, Bar, Comparison, Figures, Identity, Message, Paragraph, Report, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fundledger.reports.value import Section

_MOVES = ("collected", "returned", "charged_back", "fees", "moved_in", "moved_out", "opening", "paid", "advanced", "due_back", "remaining")
_OWN_TEXT = "text"  # a title, a story
# Of each section of a public report: which of its parts are which field of the policy.
_PUBLIC: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "paragraph": {
        "campaign": (_OWN_TEXT, "note.fewer_than_five"),
        "campaign_totals": (
            "sentence.draft", "sentence.open", "sentence.over", "sentence.closed", "sentence.archived", "note.netted", "note.documented",
            "note.before",
        ),
        "all_totals": ("note.no_total", "note.nothing_to_show", "note.columns", "note.waiting", "note.none_published", "note.published"),
        "gift_cells": ("note.no_gift_table", "note.quarters", "note.bands"),
        "disclosure": ("note.policy",),
    },
    "bar": {"campaign": ("",), "campaign_totals": ("",)},
    "figures.campaign": {
        "campaign": ("figure.state", "figure.needed"),
        "campaign_totals": (*(f"figure.{name}" for name in _MOVES), "figure.moved_out_to"),
    },
    "figures.before": {"campaign_totals": tuple(f"figure.{name}" for name in TERMS)},
    "figures.overview": {"all_totals": ("figure.collected", "figure.paid", "figure.remaining")},
    "figures.lines": {"open_lines": ("figure.open_lines", "figure.unsure_lines", "figure.ignored_lines")},
    "identity.campaign": {"campaign_totals": ("",)},
    "comparison.overview": {"all_totals": ("",)},
    "comparison.tie_out": {"all_totals": ("",)},
    "table.funds": {"campaign": ("fund", "state", "needed"), "campaign_totals": _MOVES, "all_totals": ("totals",)},
    "table.quarters": {"gift_cells": ("quarter", "collected", "totals")},
    "table.bands": {"gift_cells": ("quarter", "band", "gifts", "given", "totals")},
    "table.policy": {"disclosure": ("field", *(f"for_{audience}" for audience in Audience))},
}  # fmt: skip
# The sections of those who keep and audit the books, each by its field.
_OTHERS: Mapping[str, tuple[str, ...]] = {
    "campaign": ("paragraph.text",),
    "campaign_totals": ("bar", "figures.campaign", "figures.before", "identity.campaign", "comparison.remaining", "table.board_campaigns"),
    "all_totals": (
        "figures.overview", "figures.places", "comparison.overview", "comparison.tie_out", "table.funds", "table.four_figures",
        "comparison.book_sums", "comparison.book_money", "comparison.book_funds", "figures.control", "table.book_controls",
        "table.book_uses", "table.book_funds", "table.overdrawn",
    ),
    "disclosure": ("table.policy", "table.book_dictionary"),
    "open_lines": ("figures.lines", "figures.decisions"),
    "gift": ("table.gifts", "comparison.book_gifts", "table.book_sample"),
    "pseudonym": ("table.gifts", "table.book_donors"),
    "bank_line": (
        "table.accounts", "table.foreign_accounts", "table.board_banks", "table.by_account", "table.split", "table.outstanding",
        "table.batches", "table.in_transit", "comparison.book_banks", "comparison.book_clearing", "table.book_banks", "table.book_split",
        "table.book_outstanding", "table.book_lines", "table.book_batches", "table.since_edition", "table.clearing",
    ),
    "payee": (
        "table.invoices", "table.payments", "comparison.book_payables", "table.book_invoices", "table.book_payments", "table.book_open",
    ),
    "document": ("table.invoices", "table.payments", "table.book_payments"),
    "books": (
        "comparison.trial_balance", "table.trial_balance", "table.trial_balance_of", "table.journal", "table.book_ledger",
        "table.book_trial", "table.book_trial_funds", "table.book_transfers", "table.book_exceptions", "table.book_log",
    ),
}  # fmt: skip
# What an appeal's own page can do without.
_OF_PAGE = (
    "collected", "paid", "remaining", "returned", "moved_in", "moved_out", "opening", "fees", "advanced", "due_back", "owed_back",
)  # fmt: skip


def disclosed(report: Report) -> Report:
    """The report with what the policy lets its audience read; raises KnownError report.not_in_policy for a part of no field."""
    audience = report.audience.value
    if report.subject and not is_shown("campaign", audience):
        report = replace(report, subject="")
    kept = (_public(one) if report.audience is Audience.PUBLIC else _whole(one, audience) for one in report.sections)
    return replace(report, sections=tuple(one for one in kept if one is not None))


def disclosed_page(appeal: Appeal) -> Appeal:
    """The page likewise; raises KnownError report.not_in_policy where the public may not even read which appeal it is."""
    if not is_shown("campaign", Audience.PUBLIC):
        raise KnownError("report.not_in_policy", "campaign")
    if is_shown("campaign_totals", Audience.PUBLIC):
        return appeal
    return replace(appeal, **dict.fromkeys(_OF_PAGE))  # type: ignore[arg-type]  # each of these may be None


def fields_of_public_reports() -> frozenset[str]:
    """Every field of the policy that a part of a public report is."""
    return frozenset(field for parts in _PUBLIC.values() for field in parts)


def _name(section: Section) -> str:
    """A section by its kind and key; paragraphs and bars are all of one."""
    kind = type(section).__name__.lower()
    return f"{kind}.{section.key}" if isinstance(section, (Figures, Identity, Comparison, Table)) else kind


def _may(name: str, part: str = "") -> bool:
    """Whether the public may read a part of a section."""
    fields = [field for field, parts in _PUBLIC.get(name, {}).items() if part in parts]
    if not fields:
        raise KnownError("report.not_in_policy", f"{name}.{part}".rstrip("."))
    return all(is_shown(field, Audience.PUBLIC) for field in fields)


def _public(section: Section) -> Section | None:
    name = _name(section)
    match section:
        case Paragraph():
            return section if _may(name, section.text.key if isinstance(section.text, Message) else _OWN_TEXT) else None
        case Figures():
            items = tuple((label, value) for label, value in section.items if _may(name, label.key))
            return replace(section, items=items, note=_note(section.note)) if items else None
        case Comparison():
            return replace(section, note=_note(section.note)) if _may(name) else None
        case Table():
            return _table(section, name)
        case Bar() | Identity():
            return section if _may(name) else None


def _note(note: Message | None) -> Message | None:
    return note if note and _may("paragraph", note.key) else None


def _table(table: Table, name: str) -> Table | None:
    kept = [place for place, column in enumerate(table.columns) if _may(name, column.key)]
    totals = table.totals if not table.totals or _may(name, "totals") else {}
    if len(kept) == len(table.columns) and totals == table.totals:
        return replace(table, note=_note(table.note))
    columns = tuple(replace(table.columns[place], totalled=table.columns[place].key in totals) for place in kept)
    rows = tuple(Row(tuple(row.cells[place] for place in kept), row.entries) for row in table.rows)
    of = {column.key for column in columns}
    told = {key: total for key, total in totals.items() if key in of}
    return replace(table, columns=columns, rows=rows, totals=told, note=_note(table.note)) if kept else None


def _whole(section: Section, audience: str) -> Section | None:
    """A section for those who keep or audit the books; sentences say what the sections beside them do."""
    if isinstance(section, Paragraph) and isinstance(section.text, Message):
        return section
    name = f"{_name(section)}.{_OWN_TEXT}" if isinstance(section, Paragraph) else _name(section)
    fields = [field for field, names in _OTHERS.items() if name in names]
    if not fields:
        raise KnownError("report.not_in_policy", name)
    return section if all(is_shown(field, audience) for field in fields) else None
