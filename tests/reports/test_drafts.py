"""A report of days that are not closed is a draft, on every page and in every form, and final when they are."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from fundledger.export.gate import texts
from fundledger.export.writing import render
from fundledger.i18n import Speaker
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience
from fundledger.services.closing import close_period, list_periods
from tests.services.bookkeeping import standard_desk

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book

EN = Speaker("en")
WORDS = "Draft: a day of these figures is not closed yet"


def test_the_sample_years_reports_are_drafts_where_its_days_are_open(sample: Book) -> None:
    closed = {(one.start_on, one.end_on) for one in list_periods(sample) if one.locked}
    for start, end in ((date(2025, 1, 1), date(2025, 3, 31)), (date(2025, 1, 1), date(2025, 12, 31))):
        report = build_report(sample, "overview", Audience.AUDITOR, start=start, end=end)
        assert report.draft is not any(first <= start and end <= last for first, last in closed)


def test_the_word_stands_on_every_page_and_in_every_form(book: Book, tmp_path: Path) -> None:
    report = build_report(standard_desk(book, tmp_path).book, "overview", Audience.INTERNAL)
    assert report.draft
    for form in ("pdf", "html", "xlsx"):
        assert WORDS in " ".join(" ".join(text.split()) for _, text in texts(render(report, form, EN)))
    assert json.loads(render(report, "json", EN))["draft"] is True
    assert "DRAFT" in " ".join(text for _, text in texts(render(report, "pdf", EN)))


def test_what_is_shown_to_whom_has_no_figures_and_is_no_draft(sample: Book) -> None:
    assert not build_report(sample, "policy", Audience.PUBLIC).draft


def test_closing_its_days_makes_it_final(book: Book, tmp_path: Path) -> None:
    desk, days = standard_desk(book, tmp_path), (date(2026, 1, 1), date(2026, 1, 31))
    before = build_report(book, "overview", Audience.INTERNAL, start=days[0], end=days[1])
    close_period(book, days, desk.now)
    after = build_report(book, "overview", Audience.INTERNAL, start=days[0], end=days[1])
    assert (before.draft, after.draft) == (True, False)
    assert "DRAFT" not in " ".join(text for _, text in texts(render(after, "pdf", EN)))
