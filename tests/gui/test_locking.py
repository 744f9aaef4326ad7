"""Nobody sits at the desk: the book locks itself, nothing shown stays, what was typed is offered again."""

from __future__ import annotations

import subprocess
import sys
import weakref
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fundledger.gui.donor_forms import DonorForm
from fundledger.gui.donors import DonorsPage
from fundledger.gui.papers import PaperView
from fundledger.services import people
from fundledger.store import keys
from fundledger.store.operations import operations
from tests.gui.conftest import NOW, PASSPHRASE, settle
from tests.gui.test_start import opened

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.app import Shell
    from fundledger.gui.disbursements import DisbursementsPage
    from fundledger.gui.reconcile import ReconcilePage
    from fundledger.gui.window import Desktop


@pytest.fixture(autouse=True)
def _cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "calibrated", lambda: keys.Cost(32, 1, 4))


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(desktop: Desktop, shell: Shell) -> Clock:
    assert shell.desktop is desktop
    made = Clock()
    shell.idle.clock = made
    shell.idle.begin(5)
    return made


def unlock(shell: Shell, passphrase: str, qtbot: QtBot) -> Desktop:
    shell.start.passphrase.setText(passphrase)
    shell.start.open_book()
    return opened(shell, qtbot)


def test_five_idle_minutes_lock_the_book(desktop: Desktop, shell: Shell, clock: Clock, qtbot: QtBot) -> None:
    book = desktop.desk.book
    clock.seconds = 299
    assert not shell.idle.look()
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_Shift)
    clock.seconds = 598
    assert not shell.idle.look(), "a key is a sign that somebody is there"
    clock.seconds = 600
    assert shell.idle.look()
    assert shell.desktop is None
    assert shell.currentWidget() is shell.start
    assert book.locked
    assert unlock(shell, PASSPHRASE, qtbot).desk.book is book, "it is reopened where it stands"


def test_the_first_key_after_a_sleep_locks_instead_of_waking(desktop: Desktop, shell: Shell, clock: Clock) -> None:
    clock.seconds = 4000
    assert shell.desktop is desktop
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_A)
    assert shell.desktop is None


def test_the_minutes_chosen_for_the_book_are_heeded(desktop: Desktop, shell: Shell, clock: Clock, qtbot: QtBot) -> None:
    page = desktop.go("settings_page")
    settle(qtbot, desktop.desk)
    minutes = page.privacy.minutes  # type: ignore[attr-defined]
    minutes.setCurrentIndex(minutes.findData(1))
    minutes.activated.emit(minutes.currentIndex())
    settle(qtbot, desktop.desk)
    clock.seconds = 61
    assert shell.idle.look()


def test_our_clipboard_goes_and_a_wrong_passphrase_opens_nothing(desktop: Desktop, shell: Shell, qtbot: QtBot) -> None:
    table = desktop.go("campaigns").listing.table  # type: ignore[attr-defined]
    settle(qtbot, desktop.desk)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "C-101" in QGuiApplication.clipboard().text()
    desktop.actions_of.press("lock")
    assert QGuiApplication.clipboard().text() == ""
    shell.start.passphrase.setText("wrong")
    shell.start.open_book()
    qtbot.wait_until(shell.start._refused.isVisible)
    assert shell.desktop is None


def test_what_was_typed_is_offered_again_after_the_lock(desktop: Desktop, shell: Shell, qtbot: QtBot) -> None:
    page = desktop.go("donors")
    settle(qtbot, desktop.desk)
    page.new()
    form = page.findChild(DonorForm)
    assert form is not None
    QTest.keyClicks(form.name, "Sample Person Beta")
    form.protected.setChecked(True)
    desktop.actions_of.press("lock")
    again = unlock(shell, PASSPHRASE, qtbot)
    assert again.shown == "donors"
    assert "new donor" in again.drafts.text.text()
    assert "Beta" not in again.drafts.text.text(), "what was typed is shown when it is asked for"
    again.drafts.resume.click()
    settle(qtbot, again.desk)
    found = again.pages["donors"].findChild(DonorForm)
    assert found is not None
    assert (found.name.text(), found.protected.isChecked()) == ("Sample Person Beta", True)
    settle(qtbot, again.desk)
    assert not again.drafts.isVisible()
    found.kept.emit(False)
    settle(qtbot, again.desk)
    listed = again.pages["donors"]
    assert isinstance(listed, DonorsPage)
    assert listed.listing.model.rowCount() == 2


def test_a_form_nobody_typed_in_leaves_no_draft(desktop: Desktop, shell: Shell, qtbot: QtBot) -> None:
    desktop.go("campaigns").new()
    settle(qtbot, desktop.desk)
    desktop.actions_of.press("lock")
    again = unlock(shell, PASSPHRASE, qtbot)
    assert not again.drafts.isVisible()


def test_another_person_goes_on_and_sees_no_draft_of_the_first(desktop: Desktop, shell: Shell, qtbot: QtBot) -> None:
    people.add_person(desktop.desk.book, "Sample Person Gamma", "enter", "second person", NOW)
    form_page = desktop.go("donors")
    settle(qtbot, desktop.desk)
    form_page.new()
    form = form_page.findChild(DonorForm)
    assert form is not None
    QTest.keyClicks(form.name, "Sample Person Beta")
    desktop.sidebar.worker.click()
    again = unlock(shell, "second person", qtbot)
    assert again.sidebar.worker.text() == "Sample Person Gamma"
    assert not again.drafts.isVisible()
    again.desk.now = lambda: NOW
    again.desk.show_names("donors")
    settle(qtbot, again.desk)
    with again.desk.book.reading() as db:
        assert operations(db, 1)[0].person_id == again.desk.book.person_id != 1


def test_a_locked_book_is_let_go_when_another_is_asked_for(desktop: Desktop, shell: Shell) -> None:
    path = desktop.desk.book.path
    desktop.actions_of.press("lock")
    shell.start.ask(None)
    shell.start.ask(path)
    assert shell.start._held is None


def test_the_recovery_key_opens_where_the_passphrase_is_lost(desktop: Desktop, shell: Shell, qtbot: QtBot) -> None:
    _, key = people.new_recovery_key(desktop.desk.book, NOW)
    desktop.actions_of.press("lock")
    shell.start.lost.click()
    assert unlock(shell, key.lower(), qtbot).sidebar.worker.text() == "Recovery key"


def test_a_split_that_was_begun_is_offered_again(desktop: Desktop, shell: Shell, qtbot: QtBot) -> None:
    page = cast("ReconcilePage", desktop.go("reconcile"))
    settle(qtbot, desktop.desk)
    page.listing.pick(page.listing.model.row(1).id)
    settle(qtbot, desktop.desk)
    line = page.current()
    desktop.actions_of.press("split")
    settle(qtbot, desktop.desk)
    editor = page.panel.editor
    assert editor is not None
    assert not editor.touched
    editor.parts[0].amount.line.setText("1.50")
    editor.add_rest()
    editor.parts[1].target.setCurrentIndex(1)
    kept = editor.typed()
    desktop.actions_of.press("lock")
    again = unlock(shell, PASSPHRASE, qtbot)
    assert "a split" in again.drafts.text.text()
    again.drafts.resume.click()
    settle(qtbot, again.desk)
    resumed = cast("ReconcilePage", again.pages["reconcile"])
    assert resumed.current() == line
    assert resumed.panel.editor is not None
    assert resumed.panel.editor.typed() == kept
    settle(qtbot, again.desk)
    assert not again.drafts.isVisible()


def test_a_split_nobody_changed_leaves_no_draft(desktop: Desktop, shell: Shell, qtbot: QtBot) -> None:
    desktop.go("reconcile")
    settle(qtbot, desktop.desk)
    desktop.actions_of.press("split")
    settle(qtbot, desktop.desk)
    desktop.actions_of.press("lock")
    assert not unlock(shell, PASSPHRASE, qtbot).drafts.isVisible()


def test_no_preview_outlives_the_lock(desktop: Desktop, shell: Shell, qtbot: QtBot) -> None:
    page = cast("DisbursementsPage", desktop.go("disbursements"))
    settle(qtbot, desktop.desk)
    qtbot.wait_until(lambda: any(view.pages for view in page.findChildren(PaperView)), timeout=20_000)
    drawn = [weakref.ref(view) for view in page.findChildren(PaperView)]
    desktop.actions_of.press("lock")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert [view for view in QApplication.allWidgets() if isinstance(view, PaperView) and view.pages] == []
    assert shell.findChildren(PaperView) == []
    assert drawn


# --- a sleep the system tells of --------------------------------------------------------------------------------------
def test_the_book_locks_before_a_sleep_the_system_tells_of(desktop: Desktop, shell: Shell) -> None:
    book, states = desktop.desk.book, []
    for going in (False, True, True):
        shell.idle.before_sleep(going)
        states.append(book.locked)
    assert states == [False, True, True], "it says False when it wakes"
    assert shell.currentWidget() is shell.start


ASLEEP = """
import os, subprocess
from PySide6.QtCore import QCoreApplication, QTimer
from fundledger.gui.idle import Idle
app = QCoreApplication([])
idle = Idle(app)
idle.over.connect(lambda: (print("locked"), app.quit()))
idle.begin(5)
said = ["/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep", "boolean:true"]
say = ["dbus-send", "--session", "--type=signal", *said]
QTimer.singleShot(200, lambda: subprocess.run(say, check=True))
QTimer.singleShot(20_000, app.quit)
app.exec()
"""


@pytest.mark.full
def test_the_signal_of_logind_is_heard_on_a_bus_of_our_own() -> None:
    start = f'DBUS_SYSTEM_BUS_ADDRESS="$DBUS_SESSION_BUS_ADDRESS" exec "{sys.executable}" -c \'{ASLEEP}\''
    done = subprocess.run(["dbus-run-session", "--", "sh", "-c", start], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "locked\n"
