"""In the window: a receipt is written, a gift is held from the list of lines, and two people decide on it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from fundledger.domain.review import ReviewState
from fundledger.gui.donor_papers import PaperForm
from fundledger.gui.reviewing import DecisionForm, LimitsForm
from fundledger.services import people, pledges, reconciling, reviews
from fundledger.store import keys, lines, parties
from fundledger.store import pledges as promised
from fundledger.store import receipts as papers
from fundledger.store import reviews as store
from tests.gui.conftest import NOW, FakeDialogs, euros, settle

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.donors import DonorsPage
    from fundledger.gui.reconcile import ReconcilePage
    from fundledger.gui.window import Desktop
    from fundledger.store.book import Book

AGREES = "antro asmens sakinys"


@pytest.fixture
def gift(desktop: Desktop) -> int:
    """The first line that brought money, booked to C-101; its row id."""
    book = desktop.desk.book
    people.add_person(book, "Sample Person Second", "approve", AGREES, NOW, keys.Cost(32, 1, 4))
    with book.reading() as db:
        line = next(one for one in lines.line_rows(db, lines.line_ids(db, "open")) if one.amount.minor > 0)
    shares = [reconciling.parse_target(book, f"campaign:C-101={line.amount}", 1)]
    reconciling.accept(book, line.id, shares, NOW)
    return line.id


@pytest.fixture
def page(desktop: Desktop, gift: int, qtbot: QtBot) -> DonorsPage:
    assert gift
    made = cast("DonorsPage", desktop.go("donors"))
    settle(qtbot, desktop.desk)
    return made


def giver(book: Book) -> int:
    with book.reading() as db:
        code = papers.gifts(db, "EUR", {})[0].donor
        return parties.find_donor(db, code or "").id


def ask_for_paper(page: DonorsPage, qtbot: QtBot) -> PaperForm:
    """The form of papers for whoever gave."""
    page.pick(giver(page.desk.book))
    settle(qtbot, page.desk)
    found = page.card.findChild(QPushButton, "papers")
    assert found is not None
    found.click()
    settle(qtbot, page.desk)
    assert isinstance(page._form, PaperForm)
    return page._form


@pytest.mark.parametrize(("paper", "files"), [("receipt", 1), ("yearly", 1), ("where", 2)])
def test_a_paper_is_written_for_whoever_gave(
    page: DonorsPage, dialogs: FakeDialogs, qtbot: QtBot, tmp_path: Path, paper: str, files: int
) -> None:
    form = ask_for_paper(page, qtbot)
    form.paper.setCurrentIndex(form.paper.findData(paper))
    assert form.gift.isVisible() == (paper != "yearly")
    dialogs.place = tmp_path / "out"
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert len(list((tmp_path / "out").iterdir())) == files
    assert page.told_box.isVisible()
    with page.desk.book.reading() as db:
        assert len(papers.receipts(db, "EUR")) == (paper != "where")


def test_a_paper_that_no_folder_was_chosen_for_is_not_written(page: DonorsPage, dialogs: FakeDialogs, qtbot: QtBot) -> None:
    form = ask_for_paper(page, qtbot)
    dialogs.place = None
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert form.keep.isEnabled()
    with page.desk.book.reading() as db:
        assert papers.receipts(db, "EUR") == []


def test_whoever_gave_nothing_is_told_so(page: DonorsPage, qtbot: QtBot) -> None:
    page.pick(1)
    settle(qtbot, page.desk)
    page.begin("papers")
    settle(qtbot, page.desk)
    assert isinstance(page._form, PaperForm)
    assert not page._form.keep.isEnabled()
    assert page._form.refused.isVisible()


def test_a_held_gift_is_cleared_by_two(desktop: Desktop, page: DonorsPage, gift: int, qtbot: QtBot) -> None:
    reviews.hold(desktop.desk.book, gift, NOW, "asked by the board")
    page.reviews.click()
    settle(qtbot, desktop.desk)
    pane = page.reviewing
    assert pane.isVisible()
    assert pane.told.text().startswith("Held: a person asked for it.")
    assert "asked by the board" not in pane.told.text()
    pane.clear.click()
    form = pane.form
    assert isinstance(form, DecisionForm)
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, desktop.desk)
    assert "two people decide" in form.refused.text()
    QTest.keyClicks(form.against, "Invented list")
    QTest.keyClicks(form.second, AGREES)
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, desktop.desk)
    with desktop.desk.book.reading() as db:
        [row] = store.reviews(db)
    assert row.state is ReviewState.CLEAR
    assert pane.form is None
    assert not pane.clear.isEnabled()


def test_h_on_a_line_holds_its_gift(desktop: Desktop, qtbot: QtBot) -> None:
    lines_page = cast("ReconcilePage", desktop.go("reconcile"))
    settle(qtbot, desktop.desk)
    with desktop.desk.book.reading() as db:
        open_ones = lines.line_rows(db, lines.line_ids(db, "open"))
    line = next(one.id for one in open_ones if one.amount.minor > 0)
    lines_page.pick(line)
    settle(qtbot, desktop.desk)
    QTest.keyClick(lines_page.listing.table, Qt.Key.Key_H)
    settle(qtbot, desktop.desk)
    with desktop.desk.book.reading() as db:
        assert [one.line for one in store.reviews(db, "held")] == [line]


def test_the_limits_are_changed_and_said(page: DonorsPage, qtbot: QtBot) -> None:
    page.reviews.click()
    settle(qtbot, page.desk)
    assert "No limit is set" in page.reviewing.limits.text()
    page.reviewing.change.click()
    form = page.reviewing.form
    assert isinstance(form, LimitsForm)
    QTest.keyClicks(form.single.line, "400")
    QTest.keyClicks(form.countries, "xx, yy")
    form.third_party.setChecked(True)
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert "one gift from €400.00" in page.reviewing.limits.text()
    assert "XX, YY" in page.reviewing.limits.text()


def test_a_pledge_past_its_day_is_given_up_on_the_card(page: DonorsPage, qtbot: QtBot) -> None:
    book, donor = page.desk.book, giver(page.desk.book)
    pledges.add_pledge(book, donor, "C-104", euros(20), date(2025, 1, 2), datetime(2025, 1, 2, tzinfo=UTC), due_on=date(2025, 2, 1))
    page.pick(donor)
    settle(qtbot, page.desk)
    page.card.show_donor(donor)
    settle(qtbot, page.desk)
    up = next(one for one in page.card.findChildren(QPushButton) if one.accessibleName().startswith("Give up"))
    up.click()
    settle(qtbot, page.desk)
    with book.reading() as db:
        assert [one.cancelled_on for one in promised.pledges(db, "EUR")] == [NOW.date()]


def test_every_pledge_is_listed_and_one_given_up(page: DonorsPage, qtbot: QtBot) -> None:
    book, donor = page.desk.book, giver(page.desk.book)
    page.pledges.click()
    settle(qtbot, page.desk)
    assert "Nothing was pledged" in page.pledged.told.text()
    pledges.add_pledge(book, donor, "C-104", euros(20), date(2025, 1, 2), NOW, due_on=date(2025, 2, 1))
    page.pledged.begin()
    settle(qtbot, page.desk)
    assert page.pledged.list.model().rowCount() == 1
    page.pledged.give_up.click()
    settle(qtbot, page.desk)
    with book.reading() as db:
        assert [one.state(NOW.date()) for one in promised.pledges(db, "EUR")] == ["cancelled"]
    assert not page.pledged.give_up.isEnabled()


def test_a_gift_is_made_anonymous_on_the_card(page: DonorsPage, qtbot: QtBot) -> None:
    page.pick(giver(page.desk.book))
    settle(qtbot, page.desk)
    for expected in (True, False):
        hide = page.card.findChild(QPushButton, "hide_gift")
        assert hide is not None
        hide.click()
        settle(qtbot, page.desk)
        with page.desk.book.reading() as db:
            assert [one.anonymous for one in papers.gifts(db, "EUR", {})] == [expected]
        page.card.show_donor(giver(page.desk.book))
        settle(qtbot, page.desk)
