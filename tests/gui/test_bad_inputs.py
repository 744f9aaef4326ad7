"""What people and their clipboards put into fields, by the row of the catalogue of bad inputs."""

from __future__ import annotations

import time
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from fundledger.domain.money import Money
from fundledger.gui.campaign_forms import CampaignForm
from fundledger.gui.copying import copy
from fundledger.gui.donor_forms import DonorForm, PledgeForm
from fundledger.gui.fields import LONGEST, LONGEST_STORY, DayField, MoneyField, read_amount, read_day
from fundledger.gui.sidebar import PAGES
from fundledger.i18n import Speaker
from fundledger.store.operations import operations
from tests.gui.conftest import settle
from tests.gui.test_donors import ROLES

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.app import Shell
    from fundledger.gui.donors import DonorsPage
    from fundledger.gui.reconcile import ReconcilePage
    from fundledger.gui.window import Desktop

TODAY = date(2026, 3, 20)
HTML = '<b>bold</b><img src="file:///etc/passwd"><a href="x">'


@pytest.fixture
def donors(desktop: Desktop, qtbot: QtBot) -> DonorsPage:
    made = cast("DonorsPage", desktop.go("donors"))
    settle(qtbot, desktop.desk)
    return made


def new_donor(page: DonorsPage) -> DonorForm:
    page.new()
    form = page._form
    assert isinstance(form, DonorForm)
    return form


def add(page: DonorsPage, name: str, qtbot: QtBot) -> DonorForm:
    form = new_donor(page)
    form.name.setText(name)
    form.keep.click()
    settle(qtbot, page.desk)
    return form


def names(desktop: Desktop) -> list[str]:
    with desktop.desk.book.reading() as db:
        return list(db.exec_driver_sql("SELECT name FROM identity_donor ORDER BY id").scalars())


# --- 93: amounts ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("1,000", 100_000), ("1.000", 100_000), ("1 000", 100_000), ("1\N{NARROW NO-BREAK SPACE}000,5", 100_050), ("-0", 0),
        ("  € 12.50 ", 1250), ("12,50 €", 1250), ("12.50 EUR", 1250), ("eur 12.50", 1250), ("-12,50\N{NO-BREAK SPACE}€", -1250),
    ],
)  # fmt: skip
def test_row_93_an_amount_is_read_as_people_write_it_with_its_currency(typed: str, minor: int) -> None:
    assert read_amount(typed, "EUR") == Money(minor, "EUR")


@pytest.mark.parametrize(
    "typed", ["=2+3", "2+3", "1e3", "", " ", "€", "EUR", "$12.50", "12.50 USD", "0x10", "١٢", "10000000000000000", "9" * 60]
)
def test_row_93_no_expression_no_other_currency_and_nothing_above_the_bound(typed: str) -> None:
    assert read_amount(typed, "EUR") is None


@pytest.mark.parametrize(("language", "said"), [("en", "€1,000.00"), ("lt", "1\N{NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}€")])
def test_row_93_what_was_understood_is_echoed_in_the_readers_way(qtbot: QtBot, language: str, said: str) -> None:
    field = MoneyField("Amount", "EUR", Speaker(language))
    qtbot.add_widget(field)
    field.line.setText("1,000")
    assert field.echo.text() == said
    field.line.setText("=2+3")
    assert (field.value(), field.echo.text(), field.line.property("wrong")) == (None, "", True)


@pytest.mark.parametrize("typed", ["0", "-0", "-5", "0,00"])
def test_row_93_no_pledge_of_nothing(donors: DonorsPage, desktop: Desktop, typed: str, qtbot: QtBot) -> None:
    donors.new_pledge()
    settle(qtbot, desktop.desk)
    form = donors._form
    assert isinstance(form, PledgeForm)
    form.amount.line.setText(typed)
    form.keep.click()
    settle(qtbot, desktop.desk)
    assert form.refused.isVisible()
    assert form.keep.isEnabled()


# --- 94: names --------------------------------------------------------------------------------------------------------
def test_row_94_a_name_of_five_thousand_letters_is_kept_and_shown_clipped(donors: DonorsPage, desktop: Desktop, qtbot: QtBot) -> None:
    add(donors, "Ž" * LONGEST, qtbot)
    assert len(names(desktop)[-1]) == LONGEST
    desktop.desk.show_names("donors")
    settle(qtbot, desktop.desk)
    table = donors.listing.table
    assert table.rowHeight(donors.listing.model.rowCount() - 1) == table.rowHeight(0)
    assert table.columnWidth(1) < table.viewport().width()


@pytest.mark.parametrize("name", ["", "   ", "\t\u00a0\u2003", "\u200b\u200b", "\u0301\u0302"])
def test_row_94_a_name_of_nothing_is_none(donors: DonorsPage, desktop: Desktop, name: str, qtbot: QtBot) -> None:
    form = add(donors, name, qtbot)
    assert form.refused.isVisible()
    assert len(names(desktop)) == 1


@pytest.mark.parametrize("twin", ["Žanė Žemaitė", "ŽANĖ ŽEMAITĖ", "Žemaitė, Žanė", "Z\u0336ane\u0307 Z\u030ce\u0300maite"])
def test_row_94_twins_are_offered_as_the_same_person(donors: DonorsPage, desktop: Desktop, twin: str, qtbot: QtBot) -> None:
    add(donors, "Žanė Žemaitė", qtbot)
    add(donors, twin, qtbot)
    assert "D-0002" in desktop.toast.text.text()


def test_row_94_a_name_is_stored_composed(donors: DonorsPage, desktop: Desktop, qtbot: QtBot) -> None:
    add(donors, "Z\u030cane\u0307", qtbot)
    assert names(desktop)[-1] == "Žanė"


# --- 95: searching ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["'; DROP TABLE donor;--", "%%", "_", "D-____", "(a+)+$", ".*", "[", "\\", "*", '"'])
def test_row_95_searching_is_literal(desktop: Desktop, typed: str, qtbot: QtBot) -> None:
    began = time.perf_counter()

    def shown(page: str, *, some: bool) -> bool:
        return bool(desktop.pages[page].listing.model.rowCount()) is some  # type: ignore[attr-defined]

    for page in ("campaigns", "reconcile", "logbook", "donors"):
        listing = desktop.go(page).listing  # type: ignore[attr-defined]
        settle(qtbot, desktop.desk)
        listing.filter.setText(typed)
        qtbot.wait_until(partial(shown, page, some=False))
        settle(qtbot, desktop.desk)
        listing.filter.clear()
        qtbot.wait_until(partial(shown, page, some=True))
    assert time.perf_counter() - began < 20
    assert len(names(desktop)) == 1


# --- 96: markup -------------------------------------------------------------------------------------------------------
def test_row_96_markup_is_only_text(donors: DonorsPage, desktop: Desktop, qtbot: QtBot) -> None:
    page = desktop.go("campaigns")
    settle(qtbot, desktop.desk)
    page.new()
    settle(qtbot, desktop.desk)
    form = page.findChild(CampaignForm)
    assert form is not None
    form.title.setText(HTML)
    form.asked.line.setText("100")
    form.keep.click()
    settle(qtbot, desktop.desk)
    add(donors, HTML, qtbot)
    desktop.desk.show_names("donors")
    for name in PAGES:
        desktop.go(name)
        settle(qtbot, desktop.desk)
    everything = [desktop, *desktop.findChildren(QWidget)]
    rich = [each for each in everything if isinstance(each, QLabel) and each.textFormat() is not Qt.TextFormat.PlainText and each.text()]
    assert rich == []
    assert any(HTML in each.text() for each in everything if isinstance(each, QLabel)), "it is shown as it was typed"
    assert [each.toolTip() for each in everything if "<" in each.toolTip()] == []
    model = donors.listing.model
    last = [model.index(model.rowCount() - 1, column).data(role) for column in range(model.columnCount()) for role in ROLES[1:2]]
    assert [text for text in last if text] == [], "a cell has no tooltip that could be taken for markup"


# --- 97: pasting ------------------------------------------------------------------------------------------------------
def test_row_97_fifty_megabytes_are_cut_with_a_note(desktop: Desktop, qtbot: QtBot) -> None:
    page = desktop.go("campaigns")
    settle(qtbot, desktop.desk)
    page.new()
    settle(qtbot, desktop.desk)
    form = page.findChild(CampaignForm)
    assert form is not None
    QGuiApplication.clipboard().setText("x" * 50_000_000)
    began = time.perf_counter()
    for field, most in ((form.title, LONGEST), (form.story, LONGEST_STORY)):
        field.setFocus()
        field.paste()
        text = form.title.text() if field is form.title else form.story.toPlainText()
        assert len(text) == most
    assert time.perf_counter() - began < 5
    notes = [each.text() for each in form.findChildren(QLabel) if each.isVisible() and "longer than this field" in each.text()]
    assert len(notes) == 2
    QTest.keyClick(form.title, Qt.Key.Key_Backspace)
    assert len([each for each in form.findChildren(QLabel) if each.isVisible() and "longer than this field" in each.text()]) == 1
    QGuiApplication.clipboard().clear()


def test_row_97_a_story_is_cut_at_its_bound_however_often_it_is_pasted(desktop: Desktop, qtbot: QtBot) -> None:
    form = CampaignForm(desktop.desk)
    qtbot.add_widget(form)
    paste = QMimeData()
    paste.setText("y" * (LONGEST_STORY - 1))
    for _ in range(3):
        form.story.insertFromMimeData(paste)
    assert len(form.story.toPlainText()) == LONGEST_STORY
    settle(qtbot, desktop.desk)


# --- 98: days ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["30.02.", "31.4", "29.2.2025", "2026-02-30", "0.1", "1.13", "99999-01-01", "1.1.26"])
def test_row_98_a_day_that_is_none_is_refused(typed: str) -> None:
    assert read_day(typed, TODAY) is None


def test_row_98_a_day_far_away_is_pointed_out_before_it_is_kept(qtbot: QtBot) -> None:
    field = DayField("Today", Speaker("en"), lambda: TODAY)
    qtbot.add_widget(field)
    for typed in ("1.1.2062", "0206-03-01", "2024-01-01"):
        field.line.setText(typed)
        assert field.value() is not None
        assert "more than a year away" in field.echo.text()
    field.line.setText("15.3")
    assert "away" not in field.echo.text()


# --- 99: twice --------------------------------------------------------------------------------------------------------
def test_row_99_a_double_click_and_a_held_key_keep_once(donors: DonorsPage, desktop: Desktop, qtbot: QtBot) -> None:
    form = new_donor(donors)
    form.name.setText("Sample Person Beta")
    for _ in range(5):
        form.keep.click()
        QTest.keyClick(form.name, Qt.Key.Key_Return)
    settle(qtbot, desktop.desk)
    assert names(desktop)[1:] == ["Sample Person Beta"]


def test_row_99_what_was_refused_can_be_kept_after_it_was_mended(donors: DonorsPage, desktop: Desktop, qtbot: QtBot) -> None:
    form = add(donors, " ", qtbot)
    form.name.setText("Sample Person Beta")
    form.keep.click()
    settle(qtbot, desktop.desk)
    assert len(names(desktop)) == 2


def test_row_99_enter_held_down_posts_a_line_once_and_undo_reverses(desktop: Desktop, qtbot: QtBot) -> None:
    page = cast("ReconcilePage", desktop.go("reconcile"))
    settle(qtbot, desktop.desk)
    page._choose("foundation")
    settle(qtbot, desktop.desk)
    line = page.current()
    for _ in range(5):
        page.accept()
    settle(qtbot, desktop.desk)
    query = "SELECT count(*) FROM reconciliation WHERE line_id = ?"
    with desktop.desk.book.reading() as db:
        assert db.exec_driver_sql(query, (line,)).scalar_one() == 1
        before = db.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
    desktop.actions_of.press("undo")
    settle(qtbot, desktop.desk)
    with desktop.desk.book.reading() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM entry").scalar_one() == before + 1, "a reversal, not a hole"
        assert operations(db, 1)[0].verb == "undo"


# --- 100: nobody there ------------------------------------------------------------------------------------------------
def test_row_100_a_lock_in_the_middle_keeps_the_draft_in_the_book_and_clears_what_was_shown(
    donors: DonorsPage, desktop: Desktop, shell: Shell, qtbot: QtBot
) -> None:
    form = new_donor(donors)
    QTest.keyClicks(form.name, "Sample Person Beta")
    copy("Sample Person Beta")
    settle(qtbot, desktop.desk)  # work under way is let come to its end before the lock
    path = desktop.desk.book.path
    shell.idle.clock = lambda: time.monotonic() + 10_000_000
    assert shell.idle.look()
    assert shell.desktop is None
    assert QGuiApplication.clipboard().text() == ""
    assert [each for each in shell.start.findChildren(QAbstractButton) if "Beta" in each.text()] == []
    inside = b"".join(each.read_bytes() for each in path.rglob("*") if each.is_file())
    assert b"Beta" not in inside
