"""Somebody clicks and types at random: no exception, no warning of Qt's, nothing typed is lost, and the books are sound after it."""

from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QLineEdit, QMenu, QPlainTextEdit, QWidget
from shiboken6 import isValid

from fundledger.gui.forms import Form
from fundledger.gui.sidebar import PAGES
from fundledger.gui.split import SplitEditor
from fundledger.services.drafts import load_drafts
from fundledger.store.checking import check
from fundledger.store.operations import operations
from tests.gui.conftest import settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.app import Shell
    from fundledger.gui.typed import Typed
    from fundledger.gui.window import Desktop

EVENTS = 10_000 if "FUNDLEDGER_FULL" in os.environ else 500
_TYPED = ("12,50", "Sample Person Beta", "C-101", "2026-01-31", "t", "=1+1", "<b>", "x" * 60, "ąžuolas", "яблык", "'; --", "100", "+1")
_KEYS = (
    Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Space,
    Qt.Key.Key_Delete, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_F1, Qt.Key.Key_J, Qt.Key.Key_K, Qt.Key.Key_S,
    Qt.Key.Key_P, Qt.Key.Key_U, Qt.Key.Key_I, Qt.Key.Key_L, Qt.Key.Key_N, Qt.Key.Key_T, Qt.Key.Key_1, Qt.Key.Key_2,
)  # fmt: skip
_CONTROL = (Qt.Key.Key_N, Qt.Key.Key_F, Qt.Key.Key_Z, Qt.Key.Key_K, Qt.Key.Key_Slash, Qt.Key.Key_Return, Qt.Key.Key_A, Qt.Key.Key_C)


class Hand:
    """Does one thing after the other; the same seed does the same things."""

    def __init__(self, desktop: Desktop, qtbot: QtBot, seed: str) -> None:
        self.desktop, self.qtbot, self.rnd = desktop, qtbot, Random(seed)
        self.done = ["begin"]
        self.at: QWidget | None = None  # what the last one was done to

    def act(self) -> None:
        """One click, key, word or turn of the wheel."""
        kind = self.rnd.choices((self.click, self.press, self.type, self.choose, self.combine), (5, 5, 2, 2, 1))[0]
        self.at = None
        kind()
        for popup in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if popup is not None:
                popup.close()

    def _seen(self, kind: type[QWidget]) -> list[QWidget]:
        return [each for each in self.desktop.findChildren(kind) if each.isVisible() and each.isEnabled() and not isinstance(each, QMenu)]

    def _ends(self, widget: QWidget | None) -> bool:
        """Whether it is a button that keeps or discards a form."""
        return any(widget in (form.keep, form.discard) for form in self.desktop.findChildren(Form))

    def click(self) -> None:
        """A button, or a row of a list."""
        found = self._seen(self.rnd.choice((QAbstractButton, QAbstractButton, QAbstractItemView, QLineEdit)))
        if not found:
            return
        widget = self.rnd.choice(found)
        self.at = widget
        target = widget.viewport() if isinstance(widget, QAbstractItemView) else widget
        spot = QPoint(self.rnd.randrange(max(target.width(), 1)), self.rnd.randrange(max(target.height(), 1)))
        self.done.append(f"{'leave' if self._ends(widget) else 'click'} {type(widget).__name__} {widget.accessibleName()}")
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)

    def press(self) -> None:
        """A key."""
        key, focus = self.rnd.choice(_KEYS), QApplication.focusWidget()
        self.at = focus
        self.done.append(f"{'leave' if self._ends(focus) else 'key'} {key.name}")
        QTest.keyClick(focus or self.desktop, key)

    def combine(self) -> None:
        """A key with Ctrl."""
        key = self.rnd.choice(_CONTROL)
        self.done.append(f"ctrl {key.name}")
        QTest.keyClick(QApplication.focusWidget() or self.desktop, key, Qt.KeyboardModifier.ControlModifier)

    def type(self) -> None:
        """A word in whatever is written in."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit | QPlainTextEdit):
            word, self.at = self.rnd.choice(_TYPED), focus
            self.done.append(f"type {word!r} in {focus.accessibleName()}")
            for letter in word:  # QTest knows Latin letters alone
                QApplication.sendEvent(focus, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))

    def choose(self) -> None:
        """Something in a box."""
        boxes = [each for each in self._seen(QComboBox) if isinstance(each, QComboBox) and each.count()]
        if boxes:
            self.at = box = self.rnd.choice(boxes)
            self.done.append(f"choose in {box.accessibleName()}")
            box.setCurrentIndex(self.rnd.randrange(box.count()))

    def forms(self) -> dict[str, Typed]:
        """Every open form that survives a lock and has something typed in it, by its place."""
        kinds = (*self.desktop.findChildren(Form), *self.desktop.findChildren(SplitEditor))
        # One that was put away is there, hidden with what holds it, until Qt comes to delete it.
        there = [each for each in kinds if not each.isHidden() and (each.isVisible() or not each.ended)]
        return {each.place: each for each in there if each.place and each.touched}

    def took_back(self, form: Typed) -> bool:
        """Whether the last one made an open form say again what it said at first."""
        if self.at is None or not isValid(form) or not isValid(self.at):
            return False
        return form.isVisible() and form.isAncestorOf(self.at)

    def operations(self) -> int:
        """The number of the last thing done to the book."""
        with self.desktop.desk.book.reading() as db:
            return operations(db, 1)[0].id


_LEAVING = ("leave", "key Key_Escape", "key Key_Return", "ctrl Key_Return", "ctrl Key_Z")


@pytest.mark.qt_log_ignore("This plugin does not support")  # of a list that opens where there is no screen
@pytest.mark.parametrize("page", PAGES)
def test_anything_may_be_clicked_and_typed(desktop: Desktop, shell: Shell, page: str, qtbot: QtBot) -> None:
    hand, book = Hand(desktop, qtbot, page), desktop.desk.book
    desktop.sidebar.worker.setEnabled(False)  # nobody locks the book or leaves
    for act in ("lock", "quit"):
        desktop.actions_of[act].setEnabled(False)
    desktop.go(page)
    settle(qtbot, desktop.desk)
    for _ in range(EVENTS):
        typed, before = hand.forms(), hand.operations()
        hand.act()
        settle(qtbot, desktop.desk)
        gone = set(typed) - set(hand.forms()) - set(load_drafts(book))
        lost = {place for place in gone if not hand.took_back(typed[place])}
        meant = hand.done[-1].startswith(_LEAVING) or hand.operations() > before
        assert not lost or meant, (lost, hand.done[-5:])
        if desktop.shown != page:
            desktop.go(page)
            settle(qtbot, desktop.desk)
    with book.reading() as db:
        assert check(db) == []
    shell.lock()
    assert shell.desktop is None
