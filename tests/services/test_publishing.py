"""Publishing: what says what the book says becomes an edition; the fourth figure is the edition and what came since."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from fundledger.domain.closing import days_of
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import creditor_reference
from fundledger.export.recognising import recognise
from fundledger.export.writing import FORMATS, write_page, write_report
from fundledger.i18n import Speaker
from fundledger.reports import appeal
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience, Comparison, Table
from fundledger.services import closing, people, publishing, undoing
from fundledger.services.checking import check_book
from tests.services.bookkeeping import CHEAP, Desk, Paid, collected, day, empty_book, faults, refused, standard_desk

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from fundledger.services.changes import Changes
    from fundledger.store.book import Book

SECOND = "antras slaptas sakinys"


def write(desk: Desk, name: str = "overview", formats: tuple[str, ...] = ("pdf",), language: str = "en", **more: object) -> list[Path]:
    """A report as the shells write it."""
    built = build_report(desk.book, name, Audience.AUDITOR, language=language, **more)  # type: ignore[arg-type]
    return write_report(built, desk.folder / "out", formats, Speaker(language), ())


def publish(desk: Desk, *paths: Path) -> Changes:
    return publishing.publish(desk.book, recognise(desk.book, paths), desk.now)


def fourth(book: Book, end: date | None = None) -> str | None:
    """The fourth figure of the tie-out."""
    report = build_report(book, "reconciliation", Audience.AUDITOR, end=end)
    [found] = [one for one in report.sections if isinstance(one, Comparison)]
    return str(found.sides[3][1]) if found.sides[3][1] else None


def since(book: Book) -> list[tuple[str, str]]:
    """The entries since the edition, (account, amount) each."""
    report = build_report(book, "reconciliation", Audience.AUDITOR)
    [table] = [one for one in report.sections if isinstance(one, Table) and one.key == "since_edition"]
    return [(str(row.cells[3]), str(row.cells[4])) for row in table.rows]


@pytest.mark.parametrize("form", FORMATS)
def test_a_written_report_of_any_format_becomes_an_edition(desk: Desk, form: str) -> None:
    [path] = write(desk, formats=(form,))
    assert fourth(desk.book) is None
    publish(desk, path)
    [edition] = publishing.list_editions(desk.book)
    assert (edition.report, edition.audience, edition.end_on, edition.superseded) == ("overview", "auditor", day("01-05"), False)
    assert [one.format for one in edition.files] == [form]
    assert fourth(desk.book) == "3530.00"
    assert since(desk.book) == []
    assert faults(desk.book) == []


def test_the_fourth_figure_is_the_edition_and_what_came_since(desk: Desk) -> None:
    publish(desk, *write(desk))
    desk.take(Paid("20.00", "02-03"), Paid("-7.00", "02-04"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept_as(desk.line("20.00"), "suspense")
    desk.accept_as(desk.line("-7.00"), "charge")
    assert fourth(desk.book) == "3543.00"
    assert since(desk.book) == [("1010-1", "20.00"), ("1010-1", "-7.00")]
    assert fourth(desk.book, day("01-31")) == "3530.00"
    assert fourth(desk.book, day("01-04")) is None, "the edition shows days that are not over then"
    assert faults(desk.book) == []


def test_an_entry_dated_before_the_cut_but_made_after_it_came_since(desk: Desk) -> None:
    publish(desk, *write(desk, end=day("01-31")))
    desk.take(Paid("20.00", "01-30"), first="01-30", last="01-31", opening="3530.00", number="2")
    desk.accept_as(desk.line("20.00"), "suspense")
    assert fourth(desk.book, day("01-31")) == "3550.00"


def test_reports_of_a_campaign_and_in_two_languages_stand_side_by_side(desk: Desk) -> None:
    both = [*write(desk, "campaign", ("pdf", "json"), campaign="C-101"), *write(desk, "campaign", ("html",), "lt", campaign="C-101")]
    [edition] = publish(desk, *both).ids
    assert [one.id for one in publishing.list_editions(desk.book)] == [edition]
    publish(desk, *write(desk))
    publish(desk, *write(desk, language="lt"))
    assert [one.superseded for one in publishing.list_editions(desk.book)] == [False, False, False]
    publish(desk, *write(desk, formats=("xlsx",)))
    assert [one.superseded for one in publishing.list_editions(desk.book)] == [False, False, True, False]
    assert faults(desk.book) == []


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    [path] = write(desk)
    publish(desk, path)
    again = publish(desk, path)
    assert (again.operation, [one.code for one in again.warnings]) == (None, ["publish.already"])
    assert len(publishing.list_editions(desk.book)) == 1


def test_a_renamed_file_is_known_by_the_json_beside_it(desk: Desk) -> None:
    pdf, twin = write(desk, formats=("pdf", "json"))
    renamed = desk.folder / "what we told the board.pdf"
    shutil.copy(pdf, renamed)
    assert refused(lambda: publish(desk, renamed)) == ["publish.unrecognised"]
    shutil.copy(twin, renamed.with_suffix(".json"))
    assert publish(desk, renamed).ids


def test_what_the_book_does_not_say_is_not_published(desk: Desk, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    pdf, text = write(desk, formats=("pdf", "json"))
    forged = desk.folder / "out" / text.name
    forged.write_text(text.read_text(encoding="utf-8").replace("3030.00", "3130.00"), encoding="utf-8")
    stray = desk.folder / "letter.txt"
    stray.write_text("Dear donors", encoding="utf-8")
    assert refused(lambda: publish(desk, forged, stray)) == ["publish.differs", "evidence.no_head"]
    desk.take(Paid("20.00", "02-03"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept_as(desk.line("20.00"), "suspense")
    assert refused(lambda: publish(desk, pdf)) == ["publish.differs"]
    (tmp_path / "other").mkdir()
    with empty_book(tmp_path_factory, tmp_path / "other") as other:
        stranger = Desk(other, tmp_path / "other")
        stranger.account(opening="1.00")
        assert refused(lambda: publish(stranger, pdf)) == ["publish.other_log"]
    assert publishing.list_editions(desk.book) == []
    assert refused(lambda: publish(desk)) == ["publish.nothing"]


def test_an_edition_is_not_undone_changed_or_deleted(desk: Desk) -> None:
    publish(desk, *write(desk))
    assert undoing.next_undo(desk.book) is None
    for statement in ("DELETE FROM edition", "UPDATE edition SET end_on = '2026-02-01'", "UPDATE edition_figure SET amount_minor = 1"):
        with pytest.raises(IntegrityError), desk.book.operation("by hand", desk.now) as op:
            op.db.exec_driver_sql(statement)
    assert check_book(desk.book) == []


def test_reopening_supersedes_the_editions_that_show_its_days(book: Book, tmp_path: Path) -> None:
    desk = standard_desk(book, tmp_path)
    people.add_person(book, "Sample Person Beta", "approve", SECOND, desk.now, CHEAP)
    closing.close_period(book, days_of("2026-01"), desk.now)
    publish(desk, *write(desk, end=day("01-31")))
    warned = closing.reopen(book, days_of("2026-01"), "A line was missing.", book.witness(SECOND), desk.now).warnings
    assert [(one.code, one.values["n"]) for one in warned] == [("period.editions_superseded", 1)]
    assert [one.superseded for one in publishing.list_editions(book)] == [True]
    assert fourth(book) is None
    assert faults(book) == []


def test_reopening_leaves_alone_what_was_published_of_the_time_before(book: Book, tmp_path: Path) -> None:
    desk = standard_desk(book, tmp_path)
    desk.take(Paid("20.00", "02-03"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept(desk.line("20.00"), "campaign:C-101")
    people.add_person(book, "Sample Person Beta", "approve", SECOND, desk.now, CHEAP)
    closing.close_period(book, days_of("2026-02"), desk.now)
    publish(desk, *write(desk, end=day("01-31")), *write(desk, "reconciliation", end=day("02-28")))
    closing.reopen(book, days_of("2026-02"), "A line was missing.", book.witness(SECOND), desk.now)
    assert {one.report: one.superseded for one in publishing.list_editions(book)} == {"overview": False, "reconciliation": True}


@pytest.mark.parametrize("language", ["en", "lt"])
def test_the_page_of_an_appeal_becomes_an_edition_in_all_its_forms(desk: Desk, language: str) -> None:
    paths = write_page(appeal.build(desk.book, "C-101", language), desk.folder / "out", Speaker(language), ())
    publish(desk, *paths)
    [edition] = publishing.list_editions(desk.book)
    assert (edition.report, edition.audience, edition.campaign, edition.end_on) == ("page", "public", "C-101", day("01-05"))
    assert {(one.format, one.language) for one in edition.files} == {(form, language) for form in ("html", "txt", "json")}
    assert fourth(desk.book) == "3530.00"
    assert faults(desk.book) == []


def test_a_page_somebody_changed_or_renamed_is_not_published(desk: Desk) -> None:
    html, text, twin = write_page(appeal.build(desk.book, "C-101"), desk.folder / "out", Speaker("en"), ())
    html.write_text(html.read_text(encoding="utf-8").replace("Title of", "Another title of"), encoding="utf-8")
    renamed = desk.folder / "on our site.txt"
    shutil.copy(text, renamed)
    assert refused(lambda: publish(desk, html, renamed)) == ["publish.differs", "publish.unrecognised"]
    shutil.copy(twin, renamed.with_suffix(".json"))
    assert publish(desk, renamed).ids


def test_a_file_too_strange_to_read_is_a_known_error(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match=r"evidence\.no_head"):
        publish(desk, tmp_path / "missing.pdf")


# --- the hostile reader -----------------------------------------------------------------------------------------------
def write_public(desk: Desk) -> Path:
    built = build_report(desk.book, "campaign", Audience.PUBLIC, campaign="C-101")
    [path] = write_report(built, desk.folder / "public", ("json",), Speaker("en"), ())
    return path


def test_a_single_late_gift_holds_the_next_public_edition_back(book: Book, tmp_path: Path) -> None:
    desk = Desk(book, tmp_path)
    desk.account(opening="500.00")
    desk.campaign()
    desk.take(*collected(), opening="500.00")
    desk.sure()
    first = write_public(desk)
    assert publishing.hostile_preview(book, recognise(book, [first])) == publishing.Preview(2, ())
    publish(desk, first)
    rf = creditor_reference("C-101")
    desk.take(Paid("11.00", name="Sample Person Late", iban="LT7700", rf=rf, bank="B-late", on="01-06"), opening="500.00")
    desk.sure()
    second = write_public(desk)
    [found] = publishing.hostile_preview(book, recognise(book, [second])).problems
    assert (
        Speaker("en")
        .problem(found)
        .startswith("Nothing was published, and the earlier edition stays: with it, “Collected” of C-101 would single out 1 gift.")
    )
    assert refused(lambda: publish(desk, second)) == ["disclosure.singled_out"]
    assert [one.superseded for one in publishing.list_editions(book)] == [False], "the earlier edition stays"
