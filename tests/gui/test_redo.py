"""Redo: what was taken back is done again, under the same rules, as of now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fundledger.store import funds
from fundledger.store.operations import find_operation
from fundledger.store.reconciliations import active
from tests.gui.conftest import settle
from tests.gui.test_reconcile import press, with_suggestion

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.window import Desktop

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> Any:  # noqa: ANN401  the page of Reconcile
    made: Any = desktop.go("reconcile")
    settle(qtbot, desktop.desk)
    made.listing.table.setFocus()
    return made


def keys(desktop: Desktop, qtbot: QtBot, *, again: bool) -> None:
    """Ctrl+Z, or Ctrl+Shift+Z."""
    QTest.keyClick(desktop.window(), Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier if again else CONTROL)
    settle(qtbot, desktop.desk)


def funds_now(desktop: Desktop) -> object:
    """What every fund has."""
    with desktop.desk.book.reading() as db:
        return funds.fund_figures(db, "EUR", range(1, 40))


def test_what_was_undone_is_done_again(page: Any, desktop: Desktop, qtbot: QtBot) -> None:  # noqa: ANN401  as above
    line_id, before, redo = with_suggestion(page, qtbot), funds_now(desktop), desktop.actions_of["redo"]
    assert not redo.isEnabled()
    press(page, qtbot, Qt.Key.Key_Return)
    accepted = funds_now(desktop)
    assert accepted != before
    keys(desktop, qtbot, again=False)
    assert funds_now(desktop) == before
    assert redo.isEnabled()
    assert redo.text() == f"Redo: {desktop.desk.say('verb.accept')}"
    keys(desktop, qtbot, again=True)
    assert funds_now(desktop) == accepted
    assert not redo.isEnabled()
    keys(desktop, qtbot, again=False)
    assert funds_now(desktop) == before, "what was done again can be taken back again"
    keys(desktop, qtbot, again=True)
    with desktop.desk.book.reading() as db:
        assert active(db, line_id, "EUR") is not None


def test_several_acts_come_back_in_their_order(page: Any, desktop: Desktop, qtbot: QtBot) -> None:  # noqa: ANN401  as above
    states = [funds_now(desktop)]
    for _ in range(2):
        with_suggestion(page, qtbot)
        press(page, qtbot, Qt.Key.Key_Return)
        states.append(funds_now(desktop))
    for expected in reversed(states[:-1]):
        keys(desktop, qtbot, again=False)
        assert funds_now(desktop) == expected
    for expected in states[1:]:
        keys(desktop, qtbot, again=True)
        assert funds_now(desktop) == expected


def test_another_act_forgets_what_could_be_done_again(page: Any, desktop: Desktop, qtbot: QtBot) -> None:  # noqa: ANN401  as above
    with_suggestion(page, qtbot)
    press(page, qtbot, Qt.Key.Key_Return)
    keys(desktop, qtbot, again=False)
    press(page, qtbot, Qt.Key.Key_O)
    press(page, qtbot, Qt.Key.Key_Return)
    assert not desktop.actions_of["redo"].isEnabled()
    assert desktop.desk.next_redo() is None


def test_the_log_says_when_it_was_done_again(page: Any, desktop: Desktop, qtbot: QtBot) -> None:  # noqa: ANN401  as above
    with_suggestion(page, qtbot)
    press(page, qtbot, Qt.Key.Key_Return)
    keys(desktop, qtbot, again=False)
    first = desktop.desk.now()
    later = first.replace(year=first.year + 1)
    desktop.desk.now = lambda: later
    keys(desktop, qtbot, again=True)
    with desktop.desk.book.reading() as db:
        newest = db.exec_driver_sql("SELECT max(id) FROM operation").scalar_one()
        entry = find_operation(db, newest)
    assert entry.verb == "accept"
    assert entry.at == later
