"""The longest gap between two beats of the window's loop while it imports, exports and scrolls, in seconds by the clock."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from fundledger.gui.app import Shell, speaker_of
from fundledger.gui.dialogs import SystemDialogs
from fundledger.gui.theme import Look
from fundledger.store.book import open_book
from tests.bench.files import PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from fundledger.gui.window import Desktop

_BEAT_MS = 1


class _Heart(QObject):
    """Beats every millisecond in the window's own thread, and keeps the longest gap."""

    def __init__(self) -> None:
        super().__init__()
        self.longest, self._at = 0.0, time.perf_counter()
        self._timer = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def begin(self) -> None:
        """Count from here."""
        self.longest, self._at = 0.0, time.perf_counter()

    def _beat(self) -> None:
        at = time.perf_counter()
        self.longest, self._at = max(self.longest, at - self._at), at


class _Dialogs(SystemDialogs):
    """Answers at once where files may go."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def folder(self, parent: QWidget, title: str) -> Path | None:
        """The folder it was given."""
        del parent, title
        return self._folder


class _Window:
    """A window of a book whose heart is listened to."""

    def __init__(self, book: str, dialogs: SystemDialogs | None = None) -> None:
        self.app = QApplication([])
        self.shell = Shell(Look(self.app), speaker_of("en"), None, dialogs or SystemDialogs())
        self.shell.show()
        self.shell.show_book(open_book(Path(book), PASSPHRASE))
        self.heart = _Heart()
        self.settle()

    @property
    def desktop(self) -> Desktop:
        """The open book."""
        if self.shell.desktop is None:
            raise SystemExit(2)
        return self.shell.desktop

    def settle(self, at_least: float = 0.3) -> None:
        """Let the loop run until nothing is asked any more."""
        end = time.monotonic() + at_least
        while time.monotonic() < end or self.shell.tasks.busy():
            self.app.processEvents()
            time.sleep(0.0002)

    def during(self, work: Callable[[], object]) -> float:
        """The longest gap in seconds while this is done, and until its answer is shown."""
        self.heart.begin()
        work()
        self.settle()
        return self.heart.longest


def importing(book: str, statement: str) -> float:
    """While a bank file is looked at and taken."""
    window = _Window(book)
    page: Any = window.desktop.go("importing")
    window.settle()
    longest = window.during(lambda: page.take([Path(statement)]))
    longest = max(longest, window.during(page.import_ready))
    window.shell.close()
    return longest


def exporting(book: str) -> float:
    """While the auditor's workbook is looked at and written."""
    with tempfile.TemporaryDirectory() as made:
        window = _Window(book, _Dialogs(Path(made)))
        page: Any = window.desktop.go("reports")
        window.settle()
        page.audience["auditor"].click()
        longest = window.during(page.report["workbook"].click)
        page.readable.setChecked(True)
        longest = max(longest, window.during(lambda: page.export("xlsx")))
        if not any(one.stat().st_size for one in Path(made).iterdir()):
            raise SystemExit("nothing was written")
        window.shell.close()
    return longest


def scrolling(book: str) -> float:
    """While the list of donors is scrolled from its top to its end and back."""
    window = _Window(book)
    page: Any = window.desktop.go("donors")
    window.settle()

    def scroll() -> None:
        bar = page.listing.table.verticalScrollBar()
        for step in range(400):
            bar.setValue(bar.maximum() * step // 400)
            window.app.processEvents()

    longest = window.during(scroll)
    window.shell.close()
    return longest


def idling(book: str) -> float:
    """While nothing is done."""
    window = _Window(book)
    longest = window.during(lambda: window.settle(1))
    window.shell.close()
    return longest
