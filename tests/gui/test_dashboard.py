"""The first page: figures, what needs a person and where that leads, the chart and its words."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip

from fundledger.domain.money import Money
from fundledger.gui.dashboard import PLACES
from fundledger.gui.desk import Area
from fundledger.gui.month_chart import scale
from fundledger.services import backups, importing, people, reconciling
from fundledger.services.dashboard import NeedKey
from fundledger.store import keys, lines
from fundledger.store.book import create_book, open_book
from tests.gui.conftest import FEBRUARY, NOW, PASSPHRASE, settle
from tests.gui.test_start import opened

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.app import Shell
    from fundledger.gui.dashboard import DashboardPage
    from fundledger.gui.page import ListPage
    from fundledger.gui.window import Desktop

KEY = "0123 4567 89AB CDEF GHJK MNPQ RSTV WXYZ"


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> DashboardPage:
    """The first page of the small foundation: its January waits, an invoice was entered."""
    made = cast("DashboardPage", desktop.page())
    made.look_again()
    settle(qtbot, desktop.desk)
    return made


def counts(page: DashboardPage) -> dict[NeedKey, str]:
    """What each row counts."""
    return {key: " ".join(label.text() for label in row.findChildren(QLabel)).split()[0] for key, row in page.needs.items()}


def empty(shell: Shell, folder: Path, qtbot: QtBot) -> DashboardPage:
    """The first page of a book in which there is nothing."""
    facts = {"name": "New Foundation", "currency": "EUR", "passphrase": PASSPHRASE, "person": "Treasurer"}
    shell.show_book(create_book(folder / "New.fundledger", **facts, at=NOW, recovery_key=KEY, cost=keys.Cost(32, 1, 4)))
    assert shell.desktop is not None
    settle(qtbot, shell.desktop.desk)
    return cast("DashboardPage", shell.desktop.page())


# --- figures ----------------------------------------------------------------------------------------------------------
def test_the_book_opens_on_its_figures(page: DashboardPage, desktop: Desktop) -> None:
    assert desktop.shown == "dashboard"
    said = {key: card.amount.text() for key, card in page.figures.cards.items()}
    assert said == {"collected": "€0.00", "committed": "€0.00", "paid": "€0.00", "available": "€500.00"}
    assert page.figures.cards["available"].amount.accessibleName() == "Free: €500.00. can still be promised"


def test_a_long_figure_is_written_smaller_and_all_are_of_one_size(page: DashboardPage) -> None:
    cards = page.figures.cards.values()
    before = {card.amount.font().pointSizeF() for card in cards}
    page.figures.cards["paid"].show_amount(Money(123_456_789_012_345, "EUR"), "")
    page.figures.fit()
    [after] = {card.amount.font().pointSizeF() for card in cards}
    assert [after] < sorted(before)


def test_what_is_booked_renews_the_figures_and_the_chart(page: DashboardPage, desktop: Desktop, qtbot: QtBot) -> None:
    book = desktop.desk.book
    open_before = int(counts(page)[NeedKey.LINES])
    assert page.by_month.isHidden(), "nothing was collected yet"
    importing.import_statement(book, FEBRUARY, NOW)
    desktop.desk.changed.emit(frozenset({Area.LINES}))
    settle(qtbot, desktop.desk)
    assert int(counts(page)[NeedKey.LINES]) > open_before
    desktop.desk.act("accept_sure", lambda _, __: reconciling.accept_sure(book, NOW))
    settle(qtbot, desktop.desk)
    assert page.figures.cards["collected"].amount.text() != "€0.00"
    assert int(counts(page)[NeedKey.LINES]) <= open_before
    assert not page.by_month.isHidden()
    [goal] = [row.accessibleName() for code, row in page.goals.items() if code == "C-101"]
    assert page.figures.cards["collected"].amount.text() in goal or "of €3,030.00 collected" in goal


def test_the_focus_stays_among_the_rows_when_they_are_told_anew(page: DashboardPage, desktop: Desktop, qtbot: QtBot) -> None:
    page.enter()
    assert next(iter(page.needs.values())).hasFocus()
    page.look_again()
    settle(qtbot, desktop.desk)
    assert next(iter(page.needs.values())).hasFocus()


# --- what needs a person ----------------------------------------------------------------------------------------------
def test_each_row_counts_says_and_is_heard(page: DashboardPage, desktop: Desktop) -> None:
    with desktop.desk.book.reading() as db:
        waiting = lines.count_open(db)
    assert counts(page)[NeedKey.LINES] == str(waiting)
    assert page.needs[NeedKey.LINES].accessibleName().startswith(f"{waiting} bank lines to reconcile. The earliest is of ")
    assert page.needs[NeedKey.INBOX].accessibleName().startswith("1 invoice to complete. ")
    assert set(page.needs) <= set(NeedKey)


@pytest.mark.parametrize("key", [NeedKey.LINES, NeedKey.INBOX])
def test_enter_on_a_row_opens_its_page_with_nothing_else_in_it(page: DashboardPage, desktop: Desktop, key: NeedKey, qtbot: QtBot) -> None:
    count = int(counts(page)[key])
    QTest.keyClick(page.needs[key], Qt.Key.Key_Return)
    settle(qtbot, desktop.desk)
    assert desktop.shown == PLACES[key][0]
    listing = cast("ListPage", desktop.page()).listing
    assert (listing.chip, listing.filter.text(), listing.model.rowCount()) == (PLACES[key][1], "", count)


@pytest.mark.parametrize("key", [key for key in NeedKey if key is not NeedKey.PERIOD])
def test_every_kind_leads_to_its_part_of_a_page(desktop: Desktop, key: NeedKey, qtbot: QtBot) -> None:
    where, part = PLACES[key]
    desktop.desk.opens.emit(where, part)
    settle(qtbot, desktop.desk)
    page = desktop.page()
    assert desktop.shown == where
    if where == "importing":
        assert page.views.currentWidget() is getattr(page, part)  # type: ignore[attr-defined]
    elif where == "settings_page":
        assert page.sections.currentWidget().isAncestorOf(getattr(page, part))  # type: ignore[attr-defined]
    elif where == "donors":
        assert page.reviewing.isVisible()  # type: ignore[attr-defined]
    else:
        listing = cast("ListPage", page).listing
        assert listing.chip == part
        assert listing._chips[part].isChecked()
        assert listing._chips[part].isVisible()


def test_a_period_is_opened_by_its_name(desktop: Desktop, qtbot: QtBot) -> None:
    for name in ("2025-01", "2025-02"):
        desktop.desk.opens.emit("tieout", name)
        settle(qtbot, desktop.desk)
        assert desktop.page().found.days[0] == date.fromisoformat(f"{name}-01")  # type: ignore[attr-defined]


def test_a_list_shows_the_chip_of_a_need_only_while_it_is_narrowed_to_it(desktop: Desktop, qtbot: QtBot) -> None:
    listing = cast("ListPage", desktop.go("campaigns")).listing
    settle(qtbot, desktop.desk)
    assert not listing._chips["short"].isVisible()
    listing.filter.setText("C-104")
    desktop.desk.opens.emit("campaigns", "short")
    settle(qtbot, desktop.desk)
    assert (listing._chips["short"].isVisible(), listing.filter.text(), listing.model.rowCount()) == (True, "", 0)
    listing.choose("all")
    settle(qtbot, desktop.desk)
    assert not listing._chips["short"].isVisible()
    assert listing.model.rowCount() == 2


def test_a_campaign_is_opened_by_its_bar(page: DashboardPage, desktop: Desktop, qtbot: QtBot) -> None:
    page.goals["C-104"].click()
    settle(qtbot, desktop.desk)
    assert desktop.shown == "campaigns"
    assert desktop.page().card.shown.campaign.code == "C-104"  # type: ignore[attr-defined]


# --- nothing, and nothing yet -----------------------------------------------------------------------------------------
def test_an_empty_book_says_what_to_do_next(shell: Shell, tmp_path: Path, qtbot: QtBot) -> None:
    page = empty(shell, tmp_path, qtbot)
    assert list(page.steps) == ["account.new", "campaign.new", "import"]
    assert page.by_month.isHidden()
    assert page.by_campaign.isHidden()
    page.steps["campaign.new"].click()
    assert shell.desktop is not None
    assert shell.desktop.shown == "campaigns"
    assert len(shell.desktop.page()._forms) == 1  # type: ignore[attr-defined]


def test_where_all_is_done_the_page_is_calm(desktop: Desktop, qtbot: QtBot) -> None:
    book, page = desktop.desk.book, cast("DashboardPage", desktop.page())
    with book.operation("note", NOW) as op:
        op.db.exec_driver_sql("UPDATE line SET standing = 'withdrawn' WHERE standing = 'counted'")
    _, key = people.new_recovery_key(book, NOW, keys.Cost(32, 1, 4))
    people.confirm_recovery(book, key, NOW)
    backups.back_up(book, NOW)
    page.look_again()
    settle(qtbot, desktop.desk)
    left = set(page.needs)
    assert left <= {NeedKey.INBOX, NeedKey.PERIOD}
    page.show_needs(())
    said = [label.text() for label in page.attention.findChildren(QLabel)]
    assert "Nothing needs you now" in said


@pytest.mark.parametrize("read_only", [False, True])
def test_the_page_stands_through_a_lock_and_in_a_book_that_is_only_looked_at(
    shell: Shell, template: Path, tmp_path: Path, qtbot: QtBot, *, read_only: bool
) -> None:
    path = Path(shutil.copytree(template, tmp_path / "Small.fundledger"))
    shell.show_book(open_book(path, PASSPHRASE, read_only=read_only))
    assert shell.desktop is not None
    cast("DashboardPage", shell.desktop.page()).look_again()
    shell.lock()
    shell.start.passphrase.setText(PASSPHRASE)
    shell.start.open_book()
    again = opened(shell, qtbot)
    assert again.shown == "dashboard"
    assert NeedKey.LINES in cast("DashboardPage", again.page()).needs


# --- the chart --------------------------------------------------------------------------------------------------------
def test_the_chart_says_its_figures_in_words_and_as_a_table(page: DashboardPage, desktop: Desktop, qtbot: QtBot) -> None:
    book = desktop.desk.book
    desktop.desk.act("accept_sure", lambda _, __: reconciling.accept_sure(book, NOW))
    settle(qtbot, desktop.desk)
    collected = page.figures.cards["collected"].amount.text()
    said = page.chart.accessibleDescription()
    assert f"January 2025: Collected {collected}, Paid €0.00" in said
    assert said.count(";") == 11
    page.turn.click()
    assert page.table is not None
    assert page.table.isVisible()
    assert page.table.model().index(0, 0).data() == "January 2025"
    assert f"€{page.table.model().index(0, 1).data()}" == collected
    page.turn.click()
    assert page.chart.isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support")  # of a tooltip where there is no screen
def test_pointing_at_a_month_tells_its_figures(page: DashboardPage, desktop: Desktop, qtbot: QtBot) -> None:
    book = desktop.desk.book
    desktop.desk.act("accept_sure", lambda _, __: reconciling.accept_sure(book, NOW))
    settle(qtbot, desktop.desk)
    spot = QPoint(page.chart.width() - 12, page.chart.height() // 2)
    QApplication.sendEvent(page.chart, QHelpEvent(QEvent.Type.ToolTip, spot, page.chart.mapToGlobal(spot)))
    assert QToolTip.text().splitlines()[0] == "January 2025"
    QToolTip.hideText()


@pytest.mark.parametrize(
    ("longest", "lines"),
    [
        (1, "0 1"),
        (400, "0 1 2 3 4"),
        (600, "0 2 4 6"),
        (303_000, "0 1000 2000 3000 4000"),
        (85_700_000, "0 200000 400000 600000 800000 1000000"),
    ],
)
def test_the_lines_of_the_scale_stand_for_round_amounts(longest: int, lines: str) -> None:
    assert scale(longest, 100) == [int(line) * 100 for line in lines.split()]
