"""The cursor of the Reconcile page never loses its place, and the list does not jump."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from fundledger.services.changes import Area
from fundledger.store.lines import find_line
from tests.gui.conftest import settle
from tests.gui.month import CONTROL, SHIFT

if TYPE_CHECKING:
    from fundledger.gui.reconcile import ReconcilePage
    from tests.gui.month import Month

Key = Qt.Key


@pytest.fixture
def at_line(month: Month) -> Month:
    """The page with the cursor on the hundredth line, in the middle of what is seen."""
    month.keys.press(Key.Key_5, CONTROL)
    for place in (110, 100):
        month.page.listing.table.stand(place)
    settle(month.keys.qtbot, month.page.desk)
    return month


def height(page: ReconcilePage) -> int:
    """Where in the window the current row stands."""
    table = page.listing.table
    return table.rowViewportPosition(table.currentIndex().row())


def following(page: ReconcilePage, steps: int = 1) -> int:
    return page.listing.id_at(page.listing.table.currentIndex().row() + steps)


def state(page: ReconcilePage, line_id: int) -> str:
    with page.desk.book.reading() as db:
        return find_line(db, line_id).state


def test_after_accepting_it_stands_on_the_next_open_line_at_the_same_height(at_line: Month) -> None:
    page, stood = at_line.page, height(at_line.page)
    expected = following(page)
    at_line.keys.press(Key.Key_O)
    at_line.keys.press(Key.Key_Return)
    assert (page.listing.current(), height(page)) == (expected, stood)
    assert page.panel.known is not None
    assert page.panel.known.line.id == expected


def test_among_all_lines_it_goes_on_to_the_next_open_one(at_line: Month) -> None:
    page, line_id = at_line.page, at_line.page.listing.current()
    page.listing.choose("all")
    settle(at_line.keys.qtbot, page.desk)
    assert page.listing.current() == line_id
    expected = following(page)
    at_line.keys.press(Key.Key_O)
    at_line.keys.press(Key.Key_Return)
    assert page.listing.current() == expected
    assert state(page, line_id) == "matched"


def test_after_ignoring_it_stands_on_the_next_open_line(at_line: Month) -> None:
    page, expected, stood = at_line.page, following(at_line.page), height(at_line.page)
    at_line.keys.press(Key.Key_I)
    at_line.keys.type("not ours")
    at_line.keys.press(Key.Key_Return)
    assert (page.listing.current(), height(page)) == (expected, stood)


def test_after_undo_it_stays_on_its_line_at_the_same_height(at_line: Month) -> None:
    page, line_id = at_line.page, at_line.page.listing.current()
    at_line.keys.press(Key.Key_O)
    at_line.keys.press(Key.Key_Return)
    stands, stood = page.listing.current(), height(page)
    at_line.keys.press(Key.Key_Z, CONTROL)
    assert state(page, line_id) == "open"
    assert (page.listing.current(), height(page)) == (stands, stood)


def test_after_unmatching_it_stays_where_the_line_is_still_listed(at_line: Month) -> None:
    page = at_line.page
    page.listing.choose("all")
    settle(at_line.keys.qtbot, page.desk)
    line_id = page.listing.current()
    at_line.keys.press(Key.Key_O)
    at_line.keys.press(Key.Key_Return)
    at_line.keys.press(Key.Key_K)
    stood = height(page)
    at_line.keys.press(Key.Key_U)
    assert state(page, line_id) == "open"
    assert (page.listing.current(), height(page)) == (line_id, stood)


def test_a_filter_that_finds_nothing_gives_the_line_back(at_line: Month) -> None:
    page, line_id = at_line.page, at_line.page.listing.current()
    for text in ("nothing has these words", ""):
        page.listing.filter.setText(text)
        at_line.keys.qtbot.wait_until(lambda: not page.listing._pause.isActive())
        settle(at_line.keys.qtbot, page.desk)
    assert page.listing.current() == line_id


def test_another_chip_and_back_stands_on_the_same_line(at_line: Month) -> None:
    page, line_id = at_line.page, at_line.page.listing.current()
    for chip in ("matched", "ignored", "open"):
        page.listing.choose(chip)
        settle(at_line.keys.qtbot, page.desk)
    assert page.listing.current() == line_id


def test_asking_again_changes_nothing(at_line: Month) -> None:
    page, line_id, stood = at_line.page, at_line.page.listing.current(), height(at_line.page)
    page.desk.changed.emit(frozenset({Area.LINES}))
    settle(at_line.keys.qtbot, page.desk)
    assert (page.listing.current(), height(page)) == (line_id, stood)


def test_a_list_that_was_scrolled_away_is_not_pulled_back(at_line: Month) -> None:
    page, line_id = at_line.page, at_line.page.listing.current()
    bar = page.listing.table.verticalScrollBar()
    bar.setValue(bar.maximum())
    page.desk.changed.emit(frozenset({Area.LINES}))
    settle(at_line.keys.qtbot, page.desk)
    assert (page.listing.current(), bar.value()) == (line_id, bar.maximum())


def test_accepting_the_sure_ones_stands_on_the_nearest_line_that_is_left(at_line: Month) -> None:
    page, ids = at_line.page, list(at_line.page.listing.model.ids())
    place = page.listing.table.currentIndex().row()
    at_line.keys.press(Key.Key_Return, SHIFT)
    at_line.keys.press(Key.Key_Return)
    left = set(page.listing.model.ids())
    assert page.listing.current() == next(one for one in ids[place:] if one in left)


def test_a_refused_choice_stays_picked_and_the_cursor_with_it(at_line: Month) -> None:
    page, line_id = at_line.page, at_line.page.listing.current()
    at_line.keys.press(Key.Key_S)
    at_line.keys.type("0.01")
    at_line.keys.press(Key.Key_Return)
    assert page.listing.current() == line_id
    assert page.panel.editor is not None
    assert page.panel.editor.parts[0].amount.line.hasFocus()
    at_line.keys.press(Key.Key_Escape)
    assert page.listing.table.hasFocus()
