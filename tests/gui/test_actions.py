from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fundledger.gui.actions import ACTS, MENUS, shortcuts
from tests.gui.conftest import settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.window import Desktop
    from tests.conftest import Golden


def test_no_shortcut_ever_disappears(golden: Golden) -> None:
    golden(Path("shortcuts.txt"), "".join(f"{key}\t{keys}\n" for key, keys in sorted(shortcuts().items())))


def test_no_shortcut_is_given_twice() -> None:
    given = [(act.where, act.shortcut) for act in ACTS if act.shortcut]
    assert len(given) == len(set(given))


def test_every_action_does_something_and_stands_in_a_menu(desktop: Desktop, qtbot: QtBot) -> None:
    for page in ("reconcile", "importing", "settings_page"):
        desktop.go(page)
    desktop.go_back()
    settle(qtbot, desktop.desk)
    assert [act.key for act in ACTS if not desktop.actions_of[act.key].isEnabled()] == ["redo"], "nothing was undone yet"
    assert {act.menu for act in ACTS} <= set(MENUS)
    menus = {action.menu().objectName(): action.menu().actions() for action in desktop.menuBar().actions()}  # type: ignore[attr-defined]
    assert sum(len(actions) for actions in menus.values()) == len(ACTS)


def test_the_palette_goes_to_a_campaign_by_a_few_letters(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.go("reports")
    desktop.actions_of.press("palette")
    settle(qtbot, desktop.desk)
    QTest.keyClicks(desktop.palette_of.line, "lasting")
    assert desktop.palette_of.list.count() == 1
    QTest.keyClick(desktop.palette_of.line, Qt.Key.Key_Return)
    settle(qtbot, desktop.desk)
    assert desktop.shown == "campaigns"
    assert desktop.pages["campaigns"].card.shown.campaign.code == "C-104"  # type: ignore[attr-defined]
    assert not desktop.palette_of.isVisible()


def test_the_palette_finds_an_invoice_by_its_number(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.actions_of.press("palette")
    settle(qtbot, desktop.desk)
    QTest.keyClicks(desktop.palette_of.line, "slo1")
    desktop.palette_of.take()
    settle(qtbot, desktop.desk)
    assert desktop.pages["disbursements"].shown.invoice.number == "SLO1-2025-014"  # type: ignore[attr-defined]


def test_escape_closes_what_lies_above_the_page(desktop: Desktop, qtbot: QtBot) -> None:
    for key, overlay in (("palette", desktop.palette_of), ("keys", desktop.keys)):
        desktop.actions_of.press(key)
        assert overlay.isVisible()
        settle(qtbot, desktop.desk)
        QTest.keyClick(overlay, Qt.Key.Key_Escape)
        assert not overlay.isVisible()
