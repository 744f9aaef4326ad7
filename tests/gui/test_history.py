"""Back and forth through the pages, each list as it was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fundledger.gui.history import History, Place, Stood
from tests.gui.conftest import settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.window import Desktop


@given(st.lists(st.sampled_from(("go", "back", "forth"))))
def test_every_step_back_is_undone_by_one_forth(steps: list[str]) -> None:
    history, here, number = History(), Place("0"), 0
    for step in steps:
        if step == "go":
            history.leave(here)
            number += 1
            here = Place(str(number))
            assert history.ahead == []
        elif step == "back" and history.behind:
            before = here
            here = history.back(here)
            here = history.forth(here)
            assert here == before
            here = history.back(here)
        elif step == "forth" and history.ahead:
            here = history.forth(here)
    whole = [*history.behind, here, *reversed(history.ahead)]
    assert whole == sorted(whole, key=lambda place: int(place.page)), "places stay in the order they were gone through"


def test_there_is_no_step_where_nothing_is(desktop: Desktop) -> None:
    assert not desktop.actions_of["back"].isEnabled()
    assert not desktop.actions_of["forth"].isEnabled()
    with pytest.raises(IndexError):
        History().back(Place("x"))


def test_back_finds_the_list_as_it_was_left(desktop: Desktop, qtbot: QtBot) -> None:
    page: Any = desktop.go("campaigns")
    settle(qtbot, desktop.desk)
    page.listing.choose("open")
    settle(qtbot, desktop.desk)
    page.listing.filter.setText(page.listing.model.text(0, page.listing.model.columns[0]))
    qtbot.waitUntil(lambda: len(page.listing.model.ids()) == 1)
    stood = page.stood()
    desktop.go("donors")
    settle(qtbot, desktop.desk)
    desktop.go("campaigns", page.listing.model.ids()[0])  # as the palette does
    page.listing.choose("all")
    page.listing.filter.clear()
    settle(qtbot, desktop.desk)
    qtbot.waitUntil(lambda: len(page.listing.model.ids()) > 1)
    for expected in ("donors", "campaigns"):
        QTest.keyClick(desktop.window(), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        settle(qtbot, desktop.desk)
        assert desktop.shown == expected
    qtbot.waitUntil(lambda: page.stood() == stood)
    QTest.keyClick(desktop.window(), Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, desktop.desk)
    assert desktop.shown == "donors"
    desktop.go("logbook")
    assert not desktop.actions_of["forth"].isEnabled(), "a new way forgets what lay ahead"


def test_a_chip_that_is_no_more_leaves_the_list_where_it_is(desktop: Desktop, qtbot: QtBot) -> None:
    page: Any = desktop.go("campaigns")
    settle(qtbot, desktop.desk)
    page.stand(Stood("no such chip", "", -1))
    settle(qtbot, desktop.desk)
    assert page.listing.chip == "all"
