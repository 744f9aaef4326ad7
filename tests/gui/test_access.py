"""Everything can be heard, and be reached without a mouse in the order one reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from fundledger.gui.sidebar import PAGES
from tests.gui.conftest import settle
from tests.gui.walking import buttons, jumps, missed, nameless, said, tab_order

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.window import Desktop


def faults(desktop: Desktop, where: str) -> list[str]:
    """What is wrong with the window as it stands."""
    order = tab_order(desktop)
    return [
        *(f"{where}: no name: {one}" for one in nameless(desktop)),
        *(f"{where}: Tab never comes to {one}" for one in missed(desktop, order)),
        *(f"{where}: Tab jumps {one}" for one in jumps(desktop, order)),
    ]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_heard_and_walked_through(desktop: Desktop, page: str, qtbot: QtBot) -> None:
    desktop.go(page)
    settle(qtbot, desktop.desk)
    assert faults(desktop, page) == []


@pytest.mark.qt_log_ignore("This plugin does not support")  # of a menu that opens where there is no screen
@pytest.mark.parametrize("page", PAGES)
def test_whatever_a_button_opens_is_heard_and_walked_through(desktop: Desktop, page: str, qtbot: QtBot) -> None:
    desktop.go(page)
    settle(qtbot, desktop.desk)
    found = []
    for name in [said(each) for each in buttons(desktop)]:
        desktop.go(page)
        settle(qtbot, desktop.desk)
        pressed = next((each for each in buttons(desktop) if said(each) == name), None)
        if pressed is None:
            continue
        pressed.click()
        settle(qtbot, desktop.desk)
        found += faults(desktop, f"{page} > {name}")
        QTest.keyClick(QApplication.focusWidget() or desktop, Qt.Key.Key_Escape)
        settle(qtbot, desktop.desk)
    assert found == []


def test_a_field_says_who_will_read_it_to_those_who_hear_it(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.go("donors").new()
    settle(qtbot, desktop.desk)
    described = {each.accessibleName(): each.accessibleDescription() for each in desktop.page().findChildren(QLineEdit) if each.isVisible()}
    assert described["Name"] == "Internal"
