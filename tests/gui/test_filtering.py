"""The one filter syntax, what it means for a list, and the filters that are saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtTest import QTest

from fundledger.domain.money import Money
from fundledger.gui.filter_menu import FilterMenu
from fundledger.gui.filtering import terms, understand
from fundledger.gui.table import Bar, Column, Kind, Pill
from fundledger.i18n import Speaker
from fundledger.services.donors import add_donor
from fundledger.services.preferences import kept_filters
from tests.gui.conftest import NOW, settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.window import Desktop

TODAY = date(2026, 3, 20)


@dataclass(frozen=True)
class Line:
    """A bank line, as a list would show it."""

    day: date
    campaign: str
    name: str
    amount: Money
    state: Pill
    rows: int = 0


COLUMNS = (
    Column("booked_on", lambda row: row.day, Kind.DATE),
    Column("campaign", lambda row: row.campaign, Kind.CODE),
    Column("name", lambda row: row.name, private=True),
    Column("amount", lambda row: row.amount, Kind.MONEY),
    Column("line_state", lambda row: row.state, Kind.PILL),
    Column("rows", lambda row: row.rows, Kind.COUNT),
)
OPEN, MATCHED = Pill("line_state.open", also=("gui.filter.unmatched",)), Pill("gui.disposition.suspense", also=("line_state.matched",))
LINES = (
    Line(date(2026, 3, 1), "C-012", "Ann Alpha", Money(5000, "EUR"), OPEN, 1),
    Line(date(2026, 3, 31), "C-112", "•••", Money(15050, "EUR"), MATCHED, 2),
    Line(date(2026, 4, 2), "C-012", "Beta Bureau", Money(-280000, "EUR"), OPEN, 3),
    Line(date(2025, 3, 9), "C-001", "Gamma: legal", Money(1, "KWD"), MATCHED, 4),
)


def found(text: str, language: str = "en") -> list[int]:
    """The numbers of the lines a filter finds by its tests."""
    asked = understand(text, COLUMNS, Speaker(language), TODAY)
    return [line.rows for line in LINES if asked.passes(line)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [1, 2, 3, 4]),
        ("amount:>100", [2, 3]),
        ("amount:>=150,50", [2, 3]),
        ('amount:"2 800,00"', [3]),
        ("amount:2.800,00", [3]),
        ("amount:50..151", [1, 2]),
        ("amount:..50", [1, 4]),
        ("amount:<0", [3]),
        ("amount:-2800", [3]),
        ("amount:<50", [4]),
        ("campaign:12", [1, 3]),
        ("campaign:c-1", [2]),
        ("-campaign:12", [2, 4]),
        ('donor:"ann"', [1]),
        ("donor:beta", [3]),
        ("name:•••", [2]),
        ("date:2026-03", [1, 2]),
        ("date:2026", [1, 2, 3]),
        ("date:>2026-03", [3]),
        ("date:>=2026-03-31", [2, 3]),
        ("date:<2026", [4]),
        ("date:2026-03-31..2026-04-30", [2, 3]),
        ("date:1.3", [1]),
        ("is:unmatched", [1, 3]),
        ("is:open", [1, 3]),
        ("is:matched", [2, 4]),
        ("is:matched amount:>100", [2]),
        ("rows:>2", [3, 4]),
        ("booked-on:2026-04", [3]),
    ],
)
def test_what_a_filter_finds(text: str, lines: list[int]) -> None:
    assert found(text) == lines


@pytest.mark.parametrize(
    ("text", "language", "lines"),
    [
        ("suma:>100 kampanija:12", "lt", [3]),
        ("yra:nesuderinta", "lt", [1, 3]),
        ("is:unmatched", "lt", [1, 3]),
        ("збор:12 сума:50", "be", [1]),
    ],
)
def test_names_and_states_are_known_in_the_language_of_the_window_as_well(text: str, language: str, lines: list[int]) -> None:
    assert found(text, language) == lines


def test_a_percentage_is_compared_as_a_whole_number() -> None:
    column = Column("progress", lambda row: row, Kind.BAR)
    bar = Bar(Money(3000, "EUR"), Money(1999, "EUR"), Money(0, "EUR"))
    for text, passes in (("progress:66", True), ("progress:>66%", False), ("progress:50..70", True)):
        assert understand(text, (column,), Speaker(), TODAY).passes(bar) is passes


def test_what_is_not_known_is_searched_as_text_and_said() -> None:
    asked = understand('12:30 colour:red amount:abc is: date:2026-13 plain "two words" rows:>x', COLUMNS, Speaker(), TODAY)
    assert asked.words == ("12:30", "colour:red", "plain", "two words")
    assert asked.said == (
        ("filter.unknown", "colour"), ("filter.unclear", "amount:abc"), ("filter.unclear", "is:"), ("filter.unclear", "date:2026-13"),
        ("filter.unclear", "rows:>x"),
    )  # fmt: skip
    assert asked.tests == (), "what is not clear yet narrows nothing"


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(("amount:", "date:", "is:", "-", '"', ">", "..", "9", " ", "ä", "2026-", "+9999"))).map("".join)
)
@example("date:+9999")
@example("date:9999-12")
@example('amount:">')
def test_no_text_is_too_strange_to_be_understood(text: str) -> None:
    asked = understand(text, COLUMNS, Speaker("lt"), date(9998, 12, 31))
    for line in LINES:
        assert asked.passes(line) in {True, False}
    assert not text.strip() or [*terms(text)]


def test_the_list_is_narrowed_and_what_is_unclear_is_said_under_the_filter(desktop: Desktop, qtbot: QtBot) -> None:
    page: Any = desktop.go("campaigns")
    settle(qtbot, desktop.desk)
    listing = page.listing
    page.find_rows()
    QTest.keyClicks(listing.filter, "is:closed colour:red")
    qtbot.waitUntil(listing.said.isVisible)
    assert listing.said.text() == "“colour:” is not known here and is searched as text. Known: amount, is, campaign."
    listing.filter.setText("is:open asked:>1")
    qtbot.waitUntil(lambda: not listing.said.isVisible())
    settle(qtbot, desktop.desk)
    rows = [listing.model.row(place) for place in range(listing.model.rowCount())]
    assert rows
    assert {row.campaign.state for row in rows} == {"open"}


def test_a_long_list_that_finds_by_itself_is_narrowed_too(desktop: Desktop, qtbot: QtBot) -> None:
    add_donor(desktop.desk.book, "Sample Person Beta", [], NOW)
    page: Any = desktop.go("donors")
    settle(qtbot, desktop.desk)
    first, everybody = page.listing.model.row(0).code, page.listing.model.rowCount()
    page.listing.filter.setText("D-0 -code:1")
    qtbot.waitUntil(lambda: page.listing.model.rowCount() == everybody - 1)
    settle(qtbot, desktop.desk)
    assert first == "D-0001"
    assert page.listing.model.row(0).code == "D-0002"


def test_a_filter_is_saved_for_its_list_chosen_and_forgotten(desktop: Desktop, qtbot: QtBot) -> None:
    page: Any = desktop.go("campaigns")
    settle(qtbot, desktop.desk)
    line, book = page.listing.filter, desktop.desk.book
    opens = page.listing.findChild(FilterMenu)

    def choose(said: str) -> None:
        opens.fill()
        next(action for action in opens.menu_of.actions() if action.text() == said).trigger()
        settle(qtbot, desktop.desk)

    line.setText("is:open & more")
    choose("Save what is typed")
    assert kept_filters(book, "campaigns") == ["is:open & more"]
    assert kept_filters(book, "donors") == []
    line.clear()
    choose("is:open && more")
    assert line.text() == "is:open & more"
    choose("Forget what is typed")
    assert kept_filters(book, "campaigns") == []
    desktop.desk.undo()
    settle(qtbot, desktop.desk)
    assert kept_filters(book, "campaigns") == ["is:open & more"]
    line.clear()
    choose("amount:  >100, 50..80")
    assert line.text() == "amount:"
