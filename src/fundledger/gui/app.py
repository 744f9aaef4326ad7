"""Starts the window: first paint, then everything else."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication, QStackedWidget

from fundledger.gui.dialogs import Dialogs, SystemDialogs
from fundledger.gui.start import Start
from fundledger.gui.tasks import Tasks
from fundledger.gui.theme import Look, icon
from fundledger.i18n import Speaker
from fundledger.settings import APP

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from PySide6.QtGui import QCloseEvent

    from fundledger.gui.window import Desktop
    from fundledger.store.book import Book


_AFTER_PAINT_MS = 200
_AHEAD = ("store.book", "services.reconciling", "services.importing", "reports.catalogue", "export.writing")


def _import_ahead() -> None:
    for name in _AHEAD:
        import_module(f"fundledger.{name}")


class Shell(QStackedWidget):
    """The one window: the start page, and the open book above it. Its title is the program's name, nothing else."""

    def __init__(self, look: Look, speaker: Speaker, path: Path | None, dialogs: Dialogs) -> None:
        """Show the start page; with a path, its lock."""
        super().__init__()
        self.setWindowTitle(APP)
        self.setWindowIcon(icon("logo", ""))
        self.setMinimumSize(980, 620)
        self.resize(1320, 840)
        self._look, self._speaker, self._dialogs = look, speaker, dialogs
        self.tasks = Tasks(self)
        self.start = Start(speaker, look, self.tasks, dialogs, path)
        self.start.opened.connect(self.show_book)
        self.desktop: Desktop | None = None
        self.addWidget(self.start)
        self._ahead = QTimer(self, singleShot=True, interval=_AFTER_PAINT_MS)
        self._ahead.timeout.connect(self._fetch_ahead)
        self._ahead.start()

    def show_book(self, book: Book) -> None:
        """Open the main window of a book."""
        from fundledger.gui.desk import Desk  # noqa: PLC0415  after the first paint
        from fundledger.gui.window import Desktop  # noqa: PLC0415  after the first paint

        self.desktop = Desktop(Desk(book, self._speaker, self._look, self.tasks, self._dialogs))
        self.desktop.locked.connect(self.lock)
        self.addWidget(self.desktop)
        self.setCurrentWidget(self.desktop)

    def _fetch_ahead(self) -> None:
        """While a person types the passphrase, import what the book will need."""
        self.tasks.read(_import_ahead, lambda _: None, lambda _: None)

    def lock(self) -> None:
        """Close the book and ask for its passphrase again."""
        if self.desktop is None:
            return
        path = self.desktop.desk.book.path
        self._shut()
        self.start.ask(path)

    def _shut(self) -> None:
        if self.desktop is not None:
            self.desktop.desk.hide_names()
            self.tasks.close()
            self.desktop.desk.book.close()
            self.removeWidget(self.desktop)
            self.desktop.deleteLater()
            self.desktop = None
            self.tasks = Tasks(self)
            self.start.use(self.tasks)

    def fault(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """A bug of ours: said with its kind and place alone, for its text may hold data."""
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
        sys.stderr.write(f"{kind.__name__} {where}\n")
        if self.desktop is not None:
            self.desktop.errors.tell(self._speaker.say("gui.bug", kind=type(error).__name__, where=where))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the work, close the book, go."""
        self._ahead.stop()
        self._shut()
        self.tasks.close()
        super().closeEvent(event)


def speaker_of(language: str | None) -> Speaker:
    """The language asked for, else the system's."""
    return Speaker(language or QLocale.system().name())


def run(book_path: Path | None, passphrase: str | None = None, language: str | None = None) -> int:
    """Show the window until it is closed; returns the exit code. With a passphrase the book is opened at once."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication([APP])
    app.setApplicationName(APP)
    app.setApplicationDisplayName("")
    shell = Shell(Look(app), speaker_of(language), book_path, SystemDialogs())
    sys.excepthook = shell.fault
    if book_path and passphrase is not None:
        shell.start.passphrase.setText(passphrase)
        QTimer.singleShot(0, shell.start.open_book)
    shell.show()
    return app.exec()
