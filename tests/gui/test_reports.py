from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from fundledger.gui.reports import FORMATS, ReportsPage, preview
from tests.gui.conftest import DONOR, FakeDialogs, settle

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.window import Desktop


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> ReportsPage:
    made = cast("ReportsPage", desktop.go("reports"))
    settle(qtbot, desktop.desk)
    return made


def test_what_is_seen_are_the_very_bytes_that_are_exported(page: ReportsPage, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    assert page.paper.pages
    seen = page.paper._content
    dialogs.place = tmp_path / "out"
    for form in FORMATS:
        page.exports[form].click()
        settle(qtbot, page.desk)
    written = {path.suffix[1:]: path.read_bytes() for path in dialogs.place.iterdir()}
    assert set(written) == set(FORMATS)
    assert written["pdf"] == seen


@pytest.mark.parametrize("name", ["campaign", "overview", "reconciliation"])
@pytest.mark.parametrize("audience", ["public", "auditor", "internal"])
def test_every_report_is_shown_to_every_audience(page: ReportsPage, qtbot: QtBot, name: str, audience: str) -> None:
    page.report[name].click()
    page.audience[audience].click()
    settle(qtbot, page.desk)
    assert page.paper.pages
    assert (page.wanted().name, page.wanted().audience) == (name, audience)
    assert page.campaign.isVisibleTo(page) is (name == "campaign")
    assert ("Searched" in page.gate.text()) is (audience == "public")


def test_the_language_of_the_paper_is_chosen_apart_from_the_windows(page: ReportsPage, qtbot: QtBot) -> None:
    english = page.paper._content
    page.language.setCurrentIndex(page.language.findData("lt"))
    settle(qtbot, page.desk)
    assert page.paper._content not in (english, b"")
    assert page.desk.speaker.language == "en"


def test_the_gate_looks_at_the_public_edition(page: ReportsPage) -> None:
    found = preview(page.desk.book, page.wanted())
    assert found.hits == ()
    assert DONOR.encode() not in found.content


def test_no_folder_no_file(page: ReportsPage, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    dialogs.place = None
    page.export("pdf")
    settle(qtbot, page.desk)
    assert list(tmp_path.glob("*.pdf")) == []


def test_a_folder_that_cannot_take_a_file_is_told(
    page: ReportsPage, dialogs: FakeDialogs, desktop: Desktop, tmp_path: Path, qtbot: QtBot
) -> None:
    dialogs.place = tmp_path / "file"
    dialogs.place.write_text("not a folder", encoding="utf-8")
    page.export("pdf")
    settle(qtbot, page.desk)
    assert desktop.errors.isVisible()
    assert len(desktop.errors.text.text()) > 20
