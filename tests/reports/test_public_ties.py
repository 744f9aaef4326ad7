"""The sample's whole year ties out, and what the public reads of it is what the auditor reads, as of every quarter's end."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.disclosure import quarter
from fundledger.domain.money import Money
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience, Figures, Message, Report, Table
from fundledger.store import extracts
from tests.services.bookkeeping import differences
from tests.worked.tying import assert_ties_out

if TYPE_CHECKING:
    from fundledger.store.book import Book

ENDS = [date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)]
PERIODS = (
    [(None, end) for end in ENDS] + [(date(2025, 1, 1), end) for end in ENDS] + [(date(2025, 4, 1), ENDS[1]), (date(2025, 7, 1), None)]
)
NOTHING = Money(0, "EUR")


def both(book: Book, name: str, start: date | None, end: date | None, **about: str) -> list[Report]:
    return [build_report(book, name, who, start=start, end=end, **about) for who in (Audience.PUBLIC, Audience.AUDITOR)]


def named(report: Report) -> dict[str, Money]:
    items = [item for one in report.sections if isinstance(one, Figures) for item in one.items]
    return {label.key: value for label, value in items if isinstance(value, Money)}


def table(report: Report, key: str) -> Table | None:
    return next((one for one in report.sections if isinstance(one, Table) and one.key == key), None)


def funds(report: Report) -> dict[str, dict[str, Money]]:
    """Each row of the table of funds by its name, each amount by its column."""
    found = table(report, "funds")
    assert found
    keys = [column.key for column in found.columns]
    rows = {}
    for row in found.rows:
        head = row.cells[0].key if isinstance(row.cells[0], Message) else str(row.cells[0])
        rows[head] = {key: cell for key, cell in zip(keys, row.cells, strict=True) if isinstance(cell, Money)}
    return rows


def net(row: dict[str, Money]) -> Money:
    return row["collected"] - row.get("returned", NOTHING) - row.get("charged_back", NOTHING)


def test_the_sample_year_ties_out(sample: Book) -> None:
    assert_ties_out(sample)


@pytest.mark.parametrize(("start", "end"), PERIODS)
@pytest.mark.parametrize("code", ["C-101", "C-102", "C-103", "C-104", "C-105"])
def test_a_campaigns_public_figures_are_the_auditors(sample: Book, code: str, start: date | None, end: date | None) -> None:
    public, auditor = both(sample, "campaign", start, end, campaign=code)
    told, full = named(public), named(auditor)
    if "figure.collected" in told:
        gross = full["figure.collected"]
        assert told.pop("figure.collected") in {gross, gross - full["figure.returned"] - full["figure.charged_back"]}
        fees = [value for key, value in full.items() if key.startswith("figure.fees")]
        assert [told.pop("figure.fees")] == fees
    assert told == {key: full[key] for key in told}
    quarters, gifts = table(public, "quarters"), table(auditor, "gifts")
    if quarters and gifts:
        assert quarters.totals["collected"] == gifts.totals["amount"]
        listed: dict[tuple[int, int], int] = {}
        for row in gifts.rows:
            assert isinstance(row.cells[0], date)
            assert isinstance(row.cells[4], Money)
            listed[quarter(row.cells[0])] = listed.get(quarter(row.cells[0]), 0) + row.cells[4].minor
        assert sum(listed.values()) == sum(getattr(row.cells[1], "minor", 0) for row in quarters.rows)
    assert differences(public) == differences(auditor) == []


@pytest.mark.parametrize("name", ["overview", "transparency"])
@pytest.mark.parametrize(("start", "end"), PERIODS)
def test_the_public_overview_is_the_auditors(sample: Book, name: str, start: date | None, end: date | None) -> None:
    public = build_report(sample, name, Audience.PUBLIC, start=start, end=end)
    told = funds(public) if table(public, "funds") else {}
    full = funds(build_report(sample, "overview", Audience.AUDITOR, start=start, end=end))
    alone = set(told) & set(full) - {"fund.unrestricted", "fund.suspense"}
    for fund in alone:
        assert told[fund]["collected"] == net(full[fund])
        assert {key: told[fund][key] for key in ("needed", "paid", "remaining")} == {
            key: full[fund][key] for key in ("needed", "paid", "remaining")
        }
    total, whole = table(public, "funds"), sum((net(row) for row in full.values()), NOTHING)
    if total and total.totals:
        assert total.totals["collected"] == whole
        assert total.totals["remaining"] == sum((row["remaining"] for row in full.values()), NOTHING)
    bands = table(public, "bands")
    with sample.reading() as db:
        given = sum(gift.amount_minor for gift in extracts.gifts(db, None, start, end))
    assert bands is None or bands.totals["given"] == Money(given, "EUR")
    assert differences(public) == []


@pytest.mark.parametrize("end", ENDS)
def test_the_public_tie_out_is_the_auditors_in_total(sample: Book, end: date) -> None:
    public, auditor = both(sample, "reconciliation", None, end)
    sides = [[str(amount) for one in report.sections if hasattr(one, "sides") for _, amount in one.sides] for report in (public, auditor)]
    assert sides[0] in (sides[1], [])
