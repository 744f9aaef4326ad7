from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

import pytest

from fundledger.gui.reporting import READERS, forms_of, preview, sets
from fundledger.gui.reports import FORMATS, ReportsPage
from fundledger.i18n import languages, public_languages
from fundledger.reports.value import Audience
from fundledger.store import choices, container, keys
from fundledger.store.operations import operations
from tests.gui.conftest import DONOR, NOW, FakeDialogs, settle

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


@pytest.mark.parametrize("audience", ["public", "auditor", "internal"])
def test_every_report_is_shown_to_every_audience(page: ReportsPage, qtbot: QtBot, audience: str) -> None:
    page.audience[audience].click()
    for name in ("campaign", "overview", "reconciliation"):
        page.report[name].click()
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


# --- who reads what ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("audience", list(Audience))
def test_every_report_of_the_list_can_be_looked_at_or_says_what_to_do(page: ReportsPage, qtbot: QtBot, audience: Audience) -> None:
    page.audience[audience].click()
    for name in (name for name, readers in READERS.items() if audience in readers):
        page.report[name].click()
        settle(qtbot, page.desk)
        assert page.report[name].isVisibleTo(page)
        assert page.about.text()
        assert bool(page.paper.pages) is bool(forms_of(name))


def test_each_reader_sees_the_reports_that_are_for_her(page: ReportsPage, qtbot: QtBot) -> None:
    for audience, one, other in (
        ("public", "transparency", "journal"),
        ("auditor", "workbook", "transparency"),
        ("internal", "board", "pack"),
    ):
        page.audience[audience].click()
        settle(qtbot, page.desk)
        assert page.report[one].isVisibleTo(page)
        assert not page.report[other].isVisibleTo(page)


def test_the_public_has_six_languages_and_the_auditor_those_of_the_window(page: ReportsPage) -> None:
    assert {page.language.itemData(place) for place in range(page.language.count())} == set(public_languages())
    page.audience["auditor"].click()
    assert {page.language.itemData(place) for place in range(page.language.count())} == set(languages())


@pytest.mark.parametrize("form", ["html", "json", "csv", "xlsx"])
def test_other_forms_are_shown_as_what_stands_in_them(page: ReportsPage, qtbot: QtBot, form: str) -> None:
    page.form.setCurrentIndex(page.form.findData(form))
    settle(qtbot, page.desk)
    assert page.side.currentWidget() is page.plain
    assert "A lawyer for Invented Person One" in page.plain.toPlainText()


# --- days and drafts --------------------------------------------------------------------------------------------------
def test_days_of_ones_own_are_read_as_they_are_typed(page: ReportsPage, qtbot: QtBot) -> None:
    page.audience["auditor"].click()
    page.report["overview"].click()
    page.period.setCurrentIndex(page.period.findData("free"))
    page.first.line.setText("2025-01-01")
    page.last.line.setText("nonsense")
    settle(qtbot, page.desk)
    assert not page.paper.pages, "no paper of days nobody can read"
    page.last.line.setText("2025-01-31")
    settle(qtbot, page.desk)
    assert (page.wanted().start, page.wanted().end) == (date(2025, 1, 1), date(2025, 1, 31))
    assert page.paper.pages


def test_open_days_make_a_draft_and_say_so(page: ReportsPage) -> None:
    assert preview(page.desk.book, page.wanted()).draft
    assert "Draft" in page.gate.text()


# --- what leaves ------------------------------------------------------------------------------------------------------
def write(page: ReportsPage, dialogs: FakeDialogs, folder: Path, form: str, qtbot: QtBot) -> list[Path]:
    dialogs.place = folder
    page.export(form)
    settle(qtbot, page.desk)
    return sorted(folder.iterdir()) if folder.is_dir() else []


def verbs_done(page: ReportsPage) -> list[str]:
    with page.desk.book.reading() as db:
        return [one.verb for one in operations(db, 2)]


@pytest.fixture
def _cheap_seal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "calibrated", lambda: keys.Cost(32, 1, 4))


@pytest.mark.usefixtures("_cheap_seal")
def test_what_is_not_public_leaves_sealed_and_is_logged(page: ReportsPage, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    page.audience["internal"].click()
    page.report["board"].click()
    assert write(page, dialogs, tmp_path / "out", "pdf", qtbot) == [], "without a passphrase nothing leaves"
    page.secret.setText("sealed words")
    page.again.setText("sealed wordz")
    assert write(page, dialogs, tmp_path / "out", "pdf", qtbot) == []
    page.again.setText("sealed words")
    [file] = write(page, dialogs, tmp_path / "out", "pdf", qtbot)
    assert file.suffix == ".sealed"
    assert container.unseal(file.read_bytes(), "sealed words").startswith(b"%PDF")
    assert verbs_done(page)[0] == "report"
    assert (page.secret.text(), page.again.text()) == ("", "")


def test_a_readable_copy_is_a_word_of_its_own_in_the_log(page: ReportsPage, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    page.audience["auditor"].click()
    page.report["trial-balance"].click()
    page.readable.setChecked(True)
    [file] = write(page, dialogs, tmp_path / "out", "pdf", qtbot)
    assert file.read_bytes().startswith(b"%PDF")
    assert verbs_done(page)[0] == "report readable"


@pytest.mark.usefixtures("_cheap_seal")
@pytest.mark.parametrize(("name", "ending"), [("pack", ".fundpack"), ("hledger", ".sealed"), ("beancount", ".sealed")])
def test_packs_and_journals_are_written_here_too(
    page: ReportsPage, desktop: Desktop, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot, name: str, ending: str
) -> None:
    page.audience["auditor"].click()
    page.report[name].click()
    page.secret.setText("sealed words")
    page.again.setText("sealed words")
    written = write(page, dialogs, tmp_path / "out", "one", qtbot)
    assert [file.suffix for file in written] == [ending], desktop.errors.text.text()
    [file] = written
    assert file.suffix == ending
    assert container.unseal(file.read_bytes(), "sealed words")


def test_publishing_writes_every_form_and_lists_the_edition(page: ReportsPage, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    page.report["campaign"].click()
    settle(qtbot, page.desk)
    assert "nobody is singled out" in page.hostile.text()
    dialogs.place = tmp_path / "out"
    page.publish_button.click()
    settle(qtbot, page.desk)
    assert {path.suffix[1:] for path in dialogs.place.iterdir()} == set(FORMATS)
    page.editions_button.click()
    settle(qtbot, page.desk)
    assert page.side.currentWidget() is page.editions
    [edition] = page.editions.found
    assert (edition.report, edition.campaign, edition.superseded) == ("campaign", "C-101", False)
    assert edition.head in page.editions.told.text()
    page.editions_button.click()
    settle(qtbot, page.desk)
    assert page.side.currentWidget() is page.paper


# --- sets -------------------------------------------------------------------------------------------------------------
def test_a_set_is_kept_written_in_one_go_and_forgotten(page: ReportsPage, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    page.sets.name.setCurrentText("Every quarter")
    for name in ("campaign", "transparency"):
        page.report[name].click()
        page.sets.add.click()
        settle(qtbot, page.desk)
    assert [one.name for one in page.sets.found["Every quarter"]] == ["campaign", "transparency"]
    dialogs.place = tmp_path / "out"
    page.sets.write.click()
    settle(qtbot, page.desk)
    assert len(list(dialogs.place.iterdir())) == 2
    page.sets.forget.click()
    settle(qtbot, page.desk)
    assert page.sets.found == {}


def test_a_set_nobody_can_read_is_left_out(page: ReportsPage) -> None:
    book = page.desk.book
    with book.operation("preference", NOW) as op:
        choices.choose(op, "report set Broken", '[{"name": 1}]')
    assert sets(book) == {}
