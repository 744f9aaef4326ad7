"""Starts the window: first paint, then everything else."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent, QPixmapCache
from PySide6.QtWidgets import QApplication, QStackedWidget

from fundledger.gui.copying import clear_copied
from fundledger.gui.dialogs import Dialogs, SystemDialogs
from fundledger.gui.idle import Idle
from fundledger.gui.layout import keep_layout
from fundledger.gui.qt_words import QtWords
from fundledger.gui.start import Start
from fundledger.gui.tasks import Tasks
from fundledger.gui.theme import Look, icon
from fundledger.i18n import Speaker
from fundledger.settings import APP, DESKTOP_FILE, SCALES, chosen

if TYPE_CHECKING:
    from types import TracebackType

    from PySide6.QtGui import QCloseEvent
    from PySide6.QtWidgets import QWidget

    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Desk
    from fundledger.gui.first_run import FirstRun
    from fundledger.gui.window import Desktop
    from fundledger.store.book import Book


_AFTER_PAINT_MS = 200
IDLE_MINUTES = 5  # until what was chosen for the book is read
_AHEAD = ("store.book", "gui.desk", "gui.window", "gui.dashboard")


def _import_ahead(speaker: Speaker) -> None:
    for name in _AHEAD:
        import_module(f"fundledger.{name}")
    speaker.count(0)  # the signs of a language's numbers are a file of their own


class Program(QApplication):
    """The running program; macOS hands over what was double-clicked while it runs, other systems start it again."""

    handed = Signal(str)

    def event(self, event: QEvent) -> bool:
        """A file to open is told; all else is Qt's."""
        if isinstance(event, QFileOpenEvent):
            self.handed.emit(event.file())
            return True
        return super().event(event)


class Shell(QStackedWidget):
    """The one window: the start page, and the open book above it. Its title is the program's name, nothing else."""

    def __init__(self, look: Look, speaker: Speaker, path: Path | None, dialogs: Dialogs) -> None:
        """Show the start page; with the path of a book its lock, with another the page it belongs to."""
        super().__init__()
        self.setWindowTitle(APP)
        self.setWindowIcon(icon("logo", ""))
        self.setMinimumSize(980, 620)
        self.resize(1320, 840)
        self._look, self._speaker, self._dialogs = look, speaker, dialogs
        self._words = QtWords(speaker)
        self.tasks = Tasks(self)
        self.start = self._started(path)
        self.desktop: Desktop | None = None
        self.first: FirstRun | None = None
        self.idle = Idle(self)
        self.idle.over.connect(self._lock_idle)
        self._stood: tuple[Path | None, str] = (None, "")
        self._ahead = QTimer(self, singleShot=True, interval=_AFTER_PAINT_MS)
        self._ahead.timeout.connect(self._fetch_ahead)
        self._ahead.start()

    def _started(self, path: Path | None) -> Start:
        """The start page, on the stack."""
        made = Start(self._speaker, self._look, self.tasks, self._dialogs, path)
        made.opened.connect(self.show_book)
        self.addWidget(made)
        return made

    def speak(self, language: str) -> None:
        """Another language at once: the same book in a new window, what is typed kept as at a lock."""
        desk = self._desk()
        if desk is None or self.desktop is None:
            return
        book, page = desk.book, self.desktop.shown
        problems = self._leave()
        self._speaker = speaker_of(language)
        self._words.leave()
        self._words = QtWords(self._speaker)
        before, self.start = self.start, self._started(book.path)
        self._drop(before)
        self.show_book(book)
        if self.desktop is not None:
            self.desktop.go(page)
            if problems:
                self.desktop.desk.problems(problems)

    def show_book(self, book: Book, recovery_key: str = "") -> None:
        """Open the main window of a book; of one that was just made, its recovery key before."""
        from fundledger.gui.desk import Desk  # noqa: PLC0415  after the first paint

        desk = Desk(book, self._speaker, self._look, self.tasks, self._dialogs)
        if recovery_key:
            self._set_up(desk, recovery_key)
        else:
            self._enter(desk)

    def _set_up(self, desk: Desk, recovery_key: str = "") -> None:
        """The steps of the first run: with the key of a book that was just made, or once more above the open book."""
        from fundledger.gui.first_run import FirstRun  # noqa: PLC0415  only for a new book

        self.first = FirstRun(desk, recovery_key)
        self.first.done.connect(self._first_done)
        self._show(self.first)
        if self.desktop is None:
            self.idle.begin(IDLE_MINUTES)

    def _first_done(self, page: str) -> None:
        first, self.first = self.first, None
        if first is None:
            return
        self._drop(first)
        if self.desktop is None:
            self._enter(first.desk)
        else:
            self.setCurrentWidget(self.desktop)
            self.desktop.drafts.look()
        if self.desktop is not None:
            self.desktop.go(page)

    def _enter(self, desk: Desk) -> None:
        from fundledger.gui.window import Desktop  # noqa: PLC0415  after the first paint

        self.desktop = Desktop(desk)
        self.desktop.locked.connect(self.lock)
        self.desktop.lock_after.connect(self.idle.begin)
        desk.setting_up.connect(lambda: self._set_up(desk))
        desk.spoken.connect(self.speak, Qt.ConnectionType.QueuedConnection)  # the box that was pressed goes with its window
        self._show(self.desktop)
        if desk.book.only_looking:
            desk.problems(desk.book.only_looking)
        self.idle.begin(IDLE_MINUTES)
        if self._stood[0] == desk.book.path:
            self.desktop.go(self._stood[1])

    def _show(self, widget: QWidget) -> None:
        self.addWidget(widget)
        self.setCurrentWidget(widget)

    def _drop(self, widget: QWidget) -> None:
        widget.hide()
        self.removeWidget(widget)
        widget.deleteLater()

    def _fetch_ahead(self) -> None:
        """While a person types the passphrase, import what the book will need."""
        self.tasks.read(lambda: _import_ahead(self._speaker), lambda _: self.start.look_around(), lambda _: None)
        self.tasks.read(_clear_outside, lambda _: None, lambda _: None)

    def lock(self) -> None:
        """Lock the book: what was typed is kept in it, everything shown goes, and whoever works next gives her passphrase."""
        desk = self._desk()
        if desk is None:
            return
        book, self._stood = desk.book, (desk.book.path, self.desktop.shown if self.desktop else "dashboard")
        problems = self._leave()
        book.lock()
        self.start.ask(book.path, book)
        if problems:
            self.start.refuse(problems)
        self.setCurrentWidget(self.start)

    def take(self, name: str) -> None:
        """Go to what was handed over; an open book is locked before, with what was typed kept in it."""
        self.lock()
        self.start.take(Path(name))

    def _desk(self) -> Desk | None:
        """What the open book is worked with, in the first run as well."""
        return self.desktop.desk if self.desktop else self.first.desk if self.first else None

    def _lock_idle(self) -> None:
        """Nobody is there; work under way is let come to its end first."""
        if not self.tasks.busy():
            self.lock()

    def _leave(self) -> tuple[Problem, ...]:
        """Keep drafts, end the work, drop what is shown; returns why a draft could not be kept."""
        problems: tuple[Problem, ...] = ()
        desk = self._desk()
        if desk is not None:
            first, desktop, self.first, self.desktop = self.first, self.desktop, None, None
            desk.hide_names()
            self.tasks.close()
            problems = _kept(desktop, first)
            if desktop is not None:
                keep_layout(desk.book.path, desktop.arranged())
            _forget_shown()
            for each in (first, desktop):
                if each is not None:
                    self._drop(each)
            self.tasks = Tasks(self)
            self.start.use(self.tasks)
            gc.unfreeze()
        self.idle.end()
        return problems

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
        desk = self._desk()
        self._leave()
        self.tasks.close()
        if desk is not None:
            desk.book.close()
        self.start.let_go()
        super().closeEvent(event)


def _kept(desktop: Desktop | None, first: FirstRun | None) -> tuple[Problem, ...]:
    """Keep what is typed in open forms; a lock is not held up by what cannot be kept."""
    from fundledger.domain.problem import KnownError  # noqa: PLC0415  loaded with the book
    from fundledger.gui.keeping import keep_drafts  # noqa: PLC0415  as above

    try:
        if desktop is not None:
            keep_drafts(desktop.desk, desktop.pages.values())
        if first is not None:
            first.keep()
    except KnownError as error:
        return error.problems
    return ()


def _forget_shown() -> None:
    """What was copied, drawn or handed out as long as the book was open."""
    clear_copied()
    QPixmapCache.clear()
    _clear_outside()


def _clear_outside() -> None:
    """Take away plain copies of documents that a program which died left behind."""
    from fundledger.services.outside import clear_outside  # noqa: PLC0415  beside the first paint, not before it

    clear_outside()


def speaker_of(language: str | None) -> Speaker:
    """The language asked for, else the system's."""
    return Speaker(language or QLocale.system().name())


def run(path: Path | None, passphrase: str | None = None, language: str | None = None) -> int:
    """Show the window until it is closed; returns the exit code. With a passphrase the book is opened at once."""
    own = chosen()
    if own.scale != SCALES[0]:
        os.environ.setdefault("QT_SCALE_FACTOR", str(own.scale / SCALES[0]))
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else Program([APP])
    app.setApplicationName(APP)
    app.setApplicationDisplayName("")
    app.setDesktopFileName(DESKTOP_FILE)  # so that a desktop knows whose window this is, and shows its picture
    shell = Shell(Look(app), speaker_of(language or own.language), path, SystemDialogs())
    sys.excepthook = shell.fault
    if isinstance(app, Program):
        app.handed.connect(shell.take)
    if path and passphrase is not None:
        shell.start.passphrase.setText(passphrase)
        QTimer.singleShot(0, shell.start.open_book)
    shell.show()
    return app.exec()
