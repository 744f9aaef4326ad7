from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QProgressBar, QTableView, QWidget

from fundledger.gui.sidebar import PAGES
from fundledger.gui.tasks import News, Told
from tests.gui.conftest import settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.tasks import Cancelled, Progress
    from fundledger.gui.window import Desktop

CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QProgressBar, QTableView)


@pytest.fixture
def everything(desktop: Desktop, qtbot: QtBot) -> list[QWidget]:
    """Every widget of every page, with its forms open."""
    for page in PAGES:
        desktop.go(page)
        settle(qtbot, desktop.desk)
    for page in ("campaigns", "donors", "disbursements"):
        desktop.go(page).new()
        settle(qtbot, desktop.desk)
    desktop.go("importing").new_account()  # type: ignore[attr-defined]
    return desktop.findChildren(QWidget)


def _says_itself(control: QWidget) -> bool:
    """A button with text is read by its text; Qt's own parts have its own names."""
    return (isinstance(control, QAbstractButton) and bool(control.text())) or control.objectName().startswith("qt_")


def test_every_control_has_a_name_for_those_who_hear_it(everything: list[QWidget]) -> None:
    controls = [each for each in everything if isinstance(each, CONTROLS) and not isinstance(each.parent(), QLineEdit | QTableView)]
    nameless = [(type(each).__name__, each.objectName()) for each in controls if not each.accessibleName() and not _says_itself(each)]
    assert nameless == []


def test_no_text_is_ever_read_as_rich_text(everything: list[QWidget]) -> None:
    rich = [each.text() for each in everything if isinstance(each, QLabel) and each.text() and each.textFormat() != Qt.TextFormat.PlainText]
    assert rich == []


def test_every_page_has_its_key(desktop: Desktop, qtbot: QtBot) -> None:
    opened = []
    for number, _ in enumerate(PAGES):
        QTest.keyClick(desktop.window(), Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, desktop.desk)
        opened.append(desktop.shown)
    assert opened == list(PAGES)


def test_light_and_dark_are_chosen_in_the_menu(desktop: Desktop) -> None:
    grounds = []
    for choice in ("light", "dark", "system"):
        desktop.actions_of.press(choice)
        assert desktop.actions_of[choice].isChecked()
        grounds.append(QGuiApplication.palette().window().color().lightness())
    assert grounds[0] > 200
    assert grounds[1] < 50


def test_long_work_shows_its_progress_and_stops_when_it_is_cancelled(desktop: Desktop, qtbot: QtBot) -> None:
    refused: list[object] = []
    steps: list[object] = []

    def long(progress: Progress, cancelled: Cancelled) -> None:
        n, never = 0, Event()
        while not cancelled():
            never.wait(0.001)  # as something that is read or written: work that did nothing else would say more than anybody hears
            n += 1
            progress(n % 1000, 1000)

    def watch(told: Told) -> None:
        if told.news is News.PROGRESS:
            steps.append(told.value)

    desktop.desk.tasks.told.connect(watch)
    desktop.desk.tasks.write("Counting", long, refused.append, lambda _: None)
    qtbot.wait_until(lambda: desktop._work_box.isVisible() and bool(steps))
    assert desktop.work_text.text() == "Counting"
    desktop.work_cancel.click()
    settle(qtbot, desktop.desk)
    assert refused == [None]
    assert not desktop._work_box.isVisible()
