"""Every public report in every public language: no sentence falls back to English, and the same figures are the same bytes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from fundledger.export.writing import FORMATS, render
from fundledger.i18n import Speaker, catalogue, public_languages
from fundledger.reports.catalogue import build_report
from fundledger.reports.disclosed import _PUBLIC
from fundledger.reports.value import Audience

if TYPE_CHECKING:
    from fundledger.reports.value import Report
    from fundledger.store.book import Book

YEAR = (date(2025, 1, 1), date(2025, 12, 31))
REPORTS = (
    ("campaign", "C-101"),
    ("campaign", "C-105"),
    ("overview", None),
    ("reconciliation", None),
    ("transparency", None),
    ("policy", None),
)


class Heard(Speaker):
    """A speaker who notes what she is asked to say."""

    asked: set[str]

    def _look_up(self, key: str, count: int | None) -> str:
        self.asked.add(key)
        return super()._look_up(key, count)


def built(book: Book, name: str, campaign: str | None, language: str) -> Report:
    start, end = YEAR if name == "transparency" else (None, None)
    return build_report(book, name, Audience.PUBLIC, campaign=campaign, start=start, end=end, language=language)


@pytest.mark.parametrize("language", public_languages())
def test_a_public_report_says_every_word_in_its_language(sample: Book, language: str) -> None:
    speaker = Heard(language, public=True)
    speaker.asked = set()
    for name, campaign in REPORTS:
        report = built(sample, name, campaign, language)
        once, again = ({form: render(report, form, speaker) for form in FORMATS} for _ in range(2))
        assert once == again
    said = catalogue(language)
    assert [key for key in sorted(speaker.asked) if said.gettext(key) == key == said.ngettext(key, key, 1)] == []


def test_whatever_the_policy_lets_the_public_read_is_a_public_text() -> None:
    said = catalogue("pl")
    parts = {part for fields in _PUBLIC.values() for some in fields.values() for part in some if "." in part}
    titles = {section for section in _PUBLIC if "." in section}
    assert [key for key in sorted(parts | titles) if said.gettext(key) == key == said.ngettext(key, key, 1)] == []
