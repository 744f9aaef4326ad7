"""What every page works with: the open book, the reader's language, background work, and one place to be told things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from fundledger.services import revealing, undoing
from fundledger.services.changes import EVERYTHING, Area, Changes
from fundledger.services.drafts import save_draft

if TYPE_CHECKING:
    from fundledger.domain.problem import Problem
    from fundledger.gui.dialogs import Dialogs
    from fundledger.gui.tasks import Cancelled, Progress, Tasks, Ticket
    from fundledger.gui.theme import Look
    from fundledger.i18n import Speaker
    from fundledger.store.book import Book
    from fundledger.store.operations import LogEntry

Answer = TypeVar("Answer")
Again = Callable[["datetime"], Changes]
REVEAL_SECONDS = 60
_KEPT_TO_REDO = 50


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell: text, whether it can be undone, and whether it went wrong and stays until it is closed."""

    text: str
    undo: bool = False
    wrong: bool = False


def clock() -> datetime:
    """Now, with the zone of this computer: the one place where the window asks the clock."""
    return datetime.now(tz=UTC).astimezone()


class Desk(QObject):
    """One open book in one window."""

    changed = Signal(object)
    names_shown = Signal()
    noticed = Signal(object)
    drafted = Signal()  # something typed was left behind and kept
    opens = Signal(str, object)  # a page by its name, at the row with an id, or narrowed to a part of it that has a name
    setting_up = Signal()  # a person asks for the steps of the first run
    spoken = Signal(str)  # a person chose another language
    laid_out_anew = Signal()  # a person asks for the columns and gaps as they were at first

    def __init__(
        self, book: Book, speaker: Speaker, look: Look, tasks: Tasks, dialogs: Dialogs, now: Callable[[], datetime] = clock
    ) -> None:
        """`now` is the clock, another one in tests and pictures."""
        super().__init__()
        self.book, self.speaker, self.look, self.tasks, self.dialogs, self.now = book, speaker, look, tasks, dialogs, now
        self.revealed = False
        self._redoable: dict[int, tuple[str, Again]] = {}  # by operation: what was done, and how to do it again
        self._undone: list[tuple[str, Again]] = []
        self._hiding = QTimer(self, singleShot=True, interval=REVEAL_SECONDS * 1000)
        self._hiding.timeout.connect(self.hide_names)

    def say(self, key: str, /, **values: object) -> str:
        """The sentence of `gui.KEY`."""
        return self.speaker.say(f"gui.{key}", **values)

    def ask(self, work: Callable[[], Answer], done: Callable[[Answer], None], lane: object = None) -> Ticket:
        """Read in the background; a refusal is told like any other."""
        return self.tasks.read(work, done, self.problems, lane)

    def act(
        self,
        verb: str,
        work: Callable[[Progress, Cancelled], Changes],
        done: Callable[[Changes], None] | None = None,
        failed: Callable[[tuple[Problem, ...]], None] | None = None,
    ) -> Ticket:
        """Change the book in the background, then tell every view what was touched; `verb` names it: `gui.verb.VERB`."""

        def after(changes: Changes) -> None:
            if changes.operation is not None:
                self._remember(verb, changes, None)
                self.told_of(changes, self._done_text(verb, changes), undo=verb != "undo")
            if done:
                done(changes)

        return self.tasks.write(self.say(f"verb.{verb}"), work, after, failed or self.problems)

    def do(
        self,
        verb: str,
        again: Again,
        done: Callable[[Changes], None] | None = None,
        failed: Callable[[tuple[Problem, ...]], None] | None = None,
    ) -> Ticket:
        """Change the book as `act` does, by something that Redo may do again later: it asks for nobody else's passphrase."""

        def after(changes: Changes) -> None:
            if changes.operation is not None:
                self._remember(verb, changes, again)
                self.told_of(changes, self._done_text(verb, changes))
            if done:
                done(changes)

        return self.tasks.write(self.say(f"verb.{verb}"), lambda _, __: again(self.now()), after, failed or self.problems)

    def _remember(self, verb: str, changes: Changes, again: Again | None) -> None:
        """What Undo took back can be done again until something else is done."""
        if verb == "undo":
            taken = self._redoable.pop(changes.ids[0], None)
            self._undone = [*self._undone, taken] if taken else []
            return
        if again is None or (verb, again) not in self._undone:
            self._undone.clear()
        else:
            self._undone.remove((verb, again))
        if again is not None and changes.operation is not None:
            self._redoable[changes.operation] = verb, again
            for oldest in [*self._redoable][:-_KEPT_TO_REDO]:
                del self._redoable[oldest]

    def next_redo(self) -> str | None:
        """The verb of what Redo would do again."""
        return self._undone[-1][0] if self._undone else None

    def redo(self) -> None:
        """Do again what Undo took back last: the same act under the same rules, as of now."""
        if self._undone:
            verb, again = self._undone[-1]
            self.do(verb, again)

    def told_of(self, changes: Changes, text: str, *, undo: bool = True) -> None:
        """A change that was committed: a toast with Undo, and every view looks again."""
        self.noticed.emit(Notice(text, undo=undo))
        self.changed.emit(changes.touched)

    def _done_text(self, verb: str, changes: Changes) -> str:
        said = self.say("done", what=self.say(f"verb.{verb}"))
        return " ".join([said, *(self.speaker.problem(warning) for warning in changes.warnings)])

    def problems(self, problems: tuple[Problem, ...]) -> None:
        """Tell what was refused, every reason on its own line."""
        self.noticed.emit(Notice("\n".join(self.speaker.problem(problem) for problem in problems), wrong=True))

    def tell(self, text: str) -> None:
        """Tell something in passing."""
        self.noticed.emit(Notice(text))

    def keep_draft(self, place: str, payload: str) -> None:
        """Keep what was typed and left behind; it is offered again at once."""
        book, at = self.book, self.now()
        if not book.read_only:
            self.tasks.write("", lambda _, __: save_draft(book, place, payload, at), lambda _: self.drafted.emit(), self.problems)

    def undo(self) -> None:
        """Take the last act back."""
        self.act("undo", lambda _, __: undoing.undo(self.book, self.now()))

    def ask_next_undo(self, done: Callable[[LogEntry | None], None]) -> None:
        """What Undo would take back."""
        self.ask(lambda: undoing.next_undo(self.book), done, lane="next undo")

    def show_names(self, subject: str) -> None:
        """Show names for a minute; that they were shown is written into the log first."""
        if self.revealed:
            self.hide_names()
            return
        self.tasks.write(
            self.say("verb.reveal"), lambda _, __: revealing.reveal(self.book, subject, self.now()), self._shown, self.problems
        )

    def _shown(self, _: Changes) -> None:
        self.revealed = True
        self._hiding.start()
        self.names_shown.emit()

    def hide_names(self) -> None:
        """Mask names again."""
        self._hiding.stop()
        if self.revealed:
            self.revealed = False
            self.names_shown.emit()


__all__ = ["EVERYTHING", "Area", "Changes", "Desk", "Notice", "clock"]
