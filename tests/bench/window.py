"""Our window, until its first page is painted, and from the derived key until the first figures are."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel

from fundledger.cli.main import main
from fundledger.gui.app import Shell, speaker_of
from fundledger.gui.dialogs import SystemDialogs
from fundledger.gui.start import Start
from fundledger.gui.theme import Look

_GIVE_UP_SECONDS = 60
_TYPING_SECONDS = 1


class _Closing(QObject):
    """Ends the program when what is waited for has been painted."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.app, self.seen = app, 0.0
        app.installEventFilter(self)
        QTimer.singleShot(_GIVE_UP_SECONDS * 1000, app, lambda: app.exit(2))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() == QEvent.Type.Paint and self.is_it(watched):
            QTimer.singleShot(0, self.end)
        return False

    def is_it(self, watched: QObject) -> bool:
        return isinstance(watched, Start)

    def end(self) -> None:
        """The paint event has been answered."""
        self.seen = self.seen or time.process_time()
        self.app.closeAllWindows()


class _Figures(_Closing):
    """Waits for a figure of the first page."""

    def is_it(self, watched: QObject) -> bool:
        return isinstance(watched, QLabel) and watched.objectName() == "figure" and bool(watched.text())


def first_page() -> None:
    """From the start of the program, as it is started with no word, to its painted first page (the lock is a part of it)."""
    sys.argv = ["fundledger"]
    closing = _Closing(QApplication([]))
    main()
    if not closing.seen:
        raise SystemExit(2)


def _wait_as_while_typing(app: QApplication, shell: Shell) -> None:
    """The lock page fetches ahead while somebody types; nobody types a passphrase in less than a second."""
    end = time.monotonic() + _TYPING_SECONDS
    while time.monotonic() < end or shell.tasks.busy():
        app.processEvents()


def first_figures(book: str) -> float:
    """From the derived key to the first painted figures of the whole book, after the passphrase was typed on the lock page."""
    from fundledger.store.book import open_book  # noqa: PLC0415  as the lock page does: when it is asked to open
    from fundledger.store.keys import unlock  # noqa: PLC0415  as above
    from tests.bench.files import PASSPHRASE  # noqa: PLC0415  as above

    app = QApplication([])
    shell = Shell(Look(app), speaker_of("en"), Path(book), SystemDialogs())
    shell.show()
    _wait_as_while_typing(app, shell)
    key = unlock(Path(book) / "keys.json", PASSPHRASE)[0].data
    closing = _Figures(app)
    start = time.process_time()
    shell.show_book(open_book(Path(book), raw_key=key))
    app.exec()
    if not closing.seen:
        raise SystemExit(2)
    return closing.seen - start
