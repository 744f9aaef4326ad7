"""Run by test_newcomer: somebody who never saw the program goes from nothing to a published page's report, on a screen, by keys alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QLineEdit, QWidget

from fundledger.gui.app import Shell
from fundledger.gui.dialogs import SystemDialogs
from fundledger.gui.theme import Look
from fundledger.i18n import Speaker

if TYPE_CHECKING:
    from collections.abc import Callable

Key, CONTROL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PASSPHRASE = "seven grey herons"


def rest(milliseconds: int) -> None:
    """Let the event loop run as in the program."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Newcomer:
    """Looks, presses and types; a mouse she has none."""

    def __init__(self, shell: Shell, out: Path) -> None:
        self.shell, self.out, self.pictures = shell, out, 0

    def wait(self, until: Callable[[], bool]) -> None:
        """Until something is so, and nothing is asked any more."""
        deadline = QDeadlineTimer(40_000)
        while not until() or self.shell.tasks.busy():
            if deadline.hasExpired():
                self.see()
                raise TimeoutError(said(QApplication.focusWidget()))
            rest(20)

    def see(self) -> None:
        """Keep a picture of the screen."""
        rest(150)
        self.pictures += 1
        QApplication.primaryScreen().grabWindow(0).save(str(self.out / f"{self.pictures:02}.png"))

    def step(self) -> str:
        """The step of the first run she is at."""
        return self.shell.first.step if self.shell.first else ""

    def shown(self) -> str:
        """The page she is on."""
        return self.shell.desktop.shown if self.shell.desktop else ""

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key, answered before the next."""
        QTest.keyClick(QApplication.focusWidget() or self.shell, key, modifier)
        self.wait(lambda: True)

    def type(self, text: str) -> None:
        """Words, into whatever has the focus."""
        QTest.keyClicks(QApplication.focusWidget() or self.shell, text)
        self.wait(lambda: True)

    def reach(self, name: str) -> None:
        """Tab until what is named so has the focus."""
        for _ in range(150):
            if said(QApplication.focusWidget()) == name:
                return
            self.press(Key.Key_Tab)
        self.see()
        raise LookupError(name)

    def push(self, name: str) -> None:
        """Tab to a button and press it."""
        self.reach(name)
        self.press(Key.Key_Space)

    def fill(self, name: str, text: str) -> None:
        """Tab to a field and write into it."""
        self.reach(name)
        self.press(Key.Key_A, CONTROL)
        self.type(text)

    def choose(self, path: Path) -> None:
        """What is typed into the next dialog of the system."""

        def typed() -> None:
            dialog = QApplication.activeModalWidget()
            if not isinstance(dialog, QFileDialog):
                QTimer.singleShot(100, typed)
                return
            line = dialog.findChild(QLineEdit, "fileNameEdit")
            assert isinstance(line, QLineEdit)
            line.selectAll()
            QTest.keyClicks(line, str(path))
            QTest.keyClick(line, Key.Key_Return)
            if QApplication.activeModalWidget() is dialog:  # a folder that stands there is only opened by the first
                QTest.keyClick(line, Key.Key_Return)

        QTimer.singleShot(200, typed)


def said(control: QWidget | None) -> str:
    """What a control is called."""
    if control is None:
        return ""
    own = control.text().strip() if isinstance(control, QAbstractButton) else ""
    return control.accessibleName().strip() or own


def read_key(shell: Shell) -> str:
    """The recovery key, as she reads it from its paper."""
    if shell.first is None:
        raise RuntimeError("no key is shown")
    groups = [each.text() for each in shell.first.cards["recovery"].findChildren(QLabel) if len(each.text()) == 4]
    return " ".join(groups[:8])


def main(folder: Path, statement: Path, out: Path) -> None:
    """The whole way; prints what was seen."""
    app = QApplication([])
    shell = Shell(Look(app), Speaker("en"), None, SystemDialogs())
    shell.show()
    shell.activateWindow()
    she = Newcomer(shell, out)
    she.wait(shell.isActiveWindow)
    she.see()
    found_the_book(she, folder)
    set_it_up(she)
    book_the_gifts(she, statement)
    write_the_report(she, out / "reports")
    shell.close()


def found_the_book(she: Newcomer, folder: Path) -> None:
    """A name, a passphrase twice, and where the book goes."""
    she.push("Start a new book")
    she.fill("Name of the foundation", "Newcomer Foundation")
    she.fill("Passphrase", PASSPHRASE)
    she.fill("Passphrase again", PASSPHRASE)
    she.see()
    she.choose(folder / "Newcomer.fundledger")
    she.press(Key.Key_Return)
    she.wait(lambda: she.shell.first is not None)
    she.see()


def set_it_up(she: Newcomer) -> None:
    """The recovery key typed back from its paper, backups later, our account, the first campaign."""
    key = read_key(she.shell)
    she.press(Key.Key_Space)
    she.type(key)
    she.press(Key.Key_Return)
    she.wait(lambda: she.step() == "backups")
    she.push("Skip")
    she.wait(lambda: she.step() == "account")
    she.fill("IBAN of our account", "LT029999900000000001")
    she.fill("What stood in it", "0")
    she.fill("First day in this book", "2025-12-31")
    she.see()
    she.press(Key.Key_Return)
    she.wait(lambda: she.step() == "campaign")
    she.fill("Title, English", "A lawyer for Invented Person One")
    she.fill("How much is asked", "3030")
    she.see()
    she.push("Keep")
    she.wait(lambda: she.step() == "ready")
    she.see()
    she.press(Key.Key_Space)
    she.wait(lambda: she.shown() == "importing")


def book_the_gifts(she: Newcomer, statement: Path) -> None:
    """The bank's file, then all that is sure."""
    she.choose(statement)
    she.press(Key.Key_I, CONTROL)
    she.wait(lambda: QApplication.activeModalWidget() is None)
    she.see()
    she.press(Key.Key_Return, CONTROL)
    she.see()
    she.press(Key.Key_5, CONTROL)
    she.wait(lambda: she.shown() == "reconcile")
    she.press(Key.Key_Return, SHIFT)
    she.see()
    she.press(Key.Key_Return)
    she.see()


def write_the_report(she: Newcomer, folder: Path) -> None:
    """The public report of the campaign."""
    folder.mkdir()
    she.press(Key.Key_6, CONTROL)
    she.wait(lambda: she.shown() == "reports")
    she.see()
    she.choose(folder)
    she.push("Export PDF")
    she.wait(lambda: bool(list(folder.glob("*.pdf"))))
    she.see()


main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
