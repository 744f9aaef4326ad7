"""Run by test_real_window: opens the book named on the command line in a real window and works in it by keys."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fundledger.gui.app import Shell
from fundledger.gui.dialogs import SystemDialogs
from fundledger.gui.theme import Look
from fundledger.i18n import Speaker

if TYPE_CHECKING:
    from collections.abc import Callable


def rest(milliseconds: int) -> None:
    """Let the event loop run as in the program: QTest's own waiting would keep Python's lock from the other threads."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait(until: Callable[[], bool]) -> None:
    """Let the window work until something is so."""
    deadline = QDeadlineTimer(40_000)
    while not until():
        if deadline.hasExpired():
            raise TimeoutError
        rest(20)


def main(book: Path, passphrase: str, out: Path) -> None:
    """Unlock, go to Reconcile, accept one suggestion; say what was seen."""
    app = QApplication([])
    shell = Shell(Look(app), Speaker("en"), book, SystemDialogs())
    shell.show()
    shell.activateWindow()
    wait(shell.isActiveWindow)
    colours = {"lock": _colours(out / "lock.png")}
    QTest.keyClicks(shell.start.passphrase, passphrase)
    QTest.keyClick(shell.start.passphrase, Qt.Key.Key_Return)
    wait(lambda: shell.desktop is not None and not shell.tasks.busy())
    desktop = shell.desktop
    if desktop is None:
        raise RuntimeError("the book did not open")
    colours["dashboard"] = _colours(out / "dashboard.png")
    QTest.keyClick(shell, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: desktop.shown == "reconcile" and not shell.tasks.busy())
    listing = desktop.pages["reconcile"].listing  # type: ignore[attr-defined]
    panel = desktop.pages["reconcile"].panel  # type: ignore[attr-defined]
    while not panel.suggestions:
        QTest.keyClick(listing.table, Qt.Key.Key_J)
        wait(lambda: not shell.tasks.busy())
    colours["reconcile"] = _colours(out / "reconcile.png")
    before, focus = listing.model.rowCount(), listing.table.hasFocus()
    QTest.keyClick(listing.table, Qt.Key.Key_Return)
    wait(lambda: not shell.tasks.busy())
    seen = {"title": shell.windowTitle(), "focus": focus, "open_before": before, "open_after": listing.model.rowCount(), "colours": colours}
    sys.stdout.write(json.dumps(seen))
    shell.close()


def _colours(file: Path) -> int:
    """How many colours stand on the screen, which is saved to look at."""
    rest(200)
    picture = QApplication.primaryScreen().grabWindow(0).toImage()
    picture.save(str(file))
    return len({picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)})


main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
