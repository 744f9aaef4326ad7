"""Whatever a pack says of the books is traced to its leaves: one figure changed, its sums changed with it, is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from fundledger.domain import bundle as bundles
from fundledger.domain.money import Money
from fundledger.export import recomputing, retracing
from fundledger.reports.catalogue import BOOKS, REPORTS, build_report
from fundledger.reports.value import Audience, Column, Comparison, Figures, Message, Report, Row, Table
from fundledger.store import bundles as store
from fundledger.store import log
from tests.services import bookkeeping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.domain.bundle import Bundle

PERIODS = {"whole": (None, None), "to June": (None, date(2025, 6, 30)), "spring": (date(2025, 4, 1), date(2025, 6, 30))}


class Pack(NamedTuple):
    """The reports of a pack by their names, and its leaves."""

    reports: dict[str, Report]
    bundle: Bundle
    entries: tuple[dict[str, object], ...]

    def wrong(self, report: Report) -> list[str]:
        return [str(one.values["what"]) for one in recomputing.wrong(report, self.bundle, self.entries)]


@pytest.fixture(scope="module", params=PERIODS)
def pack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pack]:
    start, end = PERIODS[request.param]
    with bookkeeping.sample_book(tmp_path_factory, tmp_path_factory.mktemp("retraced")) as book:
        with book.reading() as db:
            bundle = store.read_bundle(db, start, log.head(db).size, book.currency)
        reports = {
            f"{name} {code}": whole(build_report(book, name, Audience.AUDITOR, campaign=code or None, start=start, end=end))
            for name in (*REPORTS, *BOOKS)
            for code in (("C-101", "C-103", "C-105") if name == "campaign" else ("",))
        }
        yield Pack(reports, bundle, bundles.read(bundle).entries)


def whole(report: Report) -> Report:
    """With every row in it, as a pack keeps it."""
    return replace(report, sections=tuple(replace(one, rows=tuple(one.rows)) if isinstance(one, Table) else one for one in report.sections))


def test_all_that_a_genuine_pack_says_is_in_its_leaves(pack: Pack) -> None:
    assert {name: found for name, report in pack.reports.items() if (found := pack.wrong(report))} == {}


def other(cell: object) -> object:
    """A cell that says something else."""
    match cell:
        case Money():
            return Money(cell.minor + 1, cell.currency)
        case int():
            return cell + 1
        case date():
            return cell + timedelta(1)
        case Message():
            return Message("fund.suspense" if cell.key != "fund.suspense" else "fund.unrestricted")
        case _:
            return f"{cell}9" if cell else cell


def forged(table: Table) -> Iterator[tuple[str, Table]]:
    """The table with one cell of a column changed, in the middle of it, its sum changed with it."""
    for place, column in enumerate(table.columns):
        rows = list(table.rows)
        at = next((at for at in range(len(rows) // 2, len(rows)) if other(rows[at].cells[place]) != rows[at].cells[place]), None)
        if at is None or not traced(table, column):
            continue
        cells = rows[at].cells
        rows[at] = Row((*cells[:place], other(cells[place]), *cells[place + 1 :]), rows[at].entries)  # type: ignore[arg-type]
        said = table.totals.get(column.key)
        totals = dict(table.totals) | ({column.key: other(said)} if said is not None else {})
        yield f"{table.key}.{column.key}", replace(table, rows=tuple(rows), totals=totals)  # type: ignore[arg-type]


# What no leaf says: which line a payment had is its bank's, how late or documented it was is reckoned elsewhere.
UNTRACED = {
    "gifts": {"given_on", "donor", "line"}, "payments": {"paid_on", "invoice", "documented", "original"},
    "book_payments": {"invoice", "paid_on", "documented"}, "book_ledger": {"ordinal", "reverses"},
    "book_sample": {"place", "dated", "kind"},
    "funds": {"fund", "state", "needed"}, "by_account": {"kind"}, "book_uses": {"difference"}, "book_funds": {"difference"},
    "book_banks": {"statement_on", "closing", "later", "open", "ignored", "unsure", "adjusted", "difference"},
    "four_figures": {"statement", "stated", "bank", "published", "difference"}, "payments.line": set(),
}  # fmt: skip


def traced(table: Table, column: Column) -> bool:
    return column.key not in UNTRACED.get(table.key, set())


def test_each_cell_that_an_entry_says_is_named_where_it_was_changed(pack: Pack) -> None:
    tried, missed = set(), []
    for name, report in pack.reports.items():
        for one in (one for one in report.sections if isinstance(one, Table) and one.key in retracing._TABLES):
            for what, table in forged(one):
                tried.add(what)
                sections = tuple(table if section is one else section for section in report.sections)
                if not any(found.split(" ")[0].split(".")[0] == one.key for found in pack.wrong(replace(report, sections=sections))):
                    missed.append((name, what))
    assert missed == []
    assert len(tried) > 40


def test_each_control_figure_and_each_side_is_named_where_it_was_changed(pack: Pack) -> None:
    report = pack.reports["workbook "]
    [control] = [one for one in report.sections if isinstance(one, Figures)]
    for place, (label, value) in enumerate(control.items):
        if label.key.rpartition(".")[2] in {"entries", "postings", "debit", "credit"}:
            items = (*control.items[:place], (label, other(value)), *control.items[place + 1 :])
            changed = replace(report, sections=(replace(control, items=items), *report.sections[1:]))  # type: ignore[arg-type]
            assert any(what.startswith("control ") for what in pack.wrong(changed)), label.key
    for key in ("book_sums", "book_money", "book_funds", "book_gifts", "book_payables"):
        [one] = [one for one in report.sections if isinstance(one, Comparison) and one.key == key]
        sides = tuple((label, other(amount)) for label, amount in one.sides)
        changed = replace(report, sections=tuple(replace(one, sides=sides) if each is one else each for each in report.sections))  # type: ignore[arg-type]
        assert any(what.startswith(f"{key} ") for what in pack.wrong(changed)), key


def test_a_row_left_out_or_added_is_named(pack: Pack) -> None:
    for name, key in (
        ("workbook ", "book_ledger"),
        ("journal ", "journal"),
        ("general-ledger ", "by_account"),
        ("workbook ", "book_trial"),
    ):
        report = pack.reports[name]
        [table] = [one for one in report.sections if isinstance(one, Table) and one.key == key]
        for rows in (table.rows[1:], table.rows[:-1], (*table.rows, table.rows[-1])):
            sections = tuple(replace(one, rows=tuple(rows)) if one is table else one for one in report.sections)
            found = pack.wrong(replace(report, sections=sections))
            assert any(what.startswith(f"{key} ") for what in found) or len(rows) > len(table.rows), (name, key)
