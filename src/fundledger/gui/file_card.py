"""The card of one bank file: looked at first, imported when a person says so, taken back while nothing of it is booked."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from fundledger.domain.problem import KnownError
from fundledger.gui.answers import Questions, Told, questions, warnings_of
from fundledger.gui.desk import Area, Changes
from fundledger.gui.file_lines import GROUPS, FileLines
from fundledger.gui.parts import button, clear, columns, holding, label, pill
from fundledger.gui.table import MINUS
from fundledger.gui.tasks import News
from fundledger.i18n import one_line, visible
from fundledger.services import undoing
from fundledger.services.arriving import Imported
from fundledger.services.importing import import_file, preview
from fundledger.store import accounts, arrivals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtGui import QKeyEvent

    from fundledger.domain.money import Money
    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Desk
    from fundledger.gui.tasks import Ticket
    from fundledger.gui.tasks import Told as Heard
    from fundledger.services.arriving import Arrived
    from fundledger.statements.layout import Layout
    from fundledger.store.accounts import BankAccount

TOUCHED = frozenset({Area.LINES, Area.ACCOUNTS, Area.BOOK})
TONES = {"ready": "live", "taken": "good", "refused": "bad", "asking": "warn", "stopped": "warn"}
_MOST_SENTENCES = 4
_MOST_STATEMENTS = 6
_LAYOUTS = frozenset({"file.layout", "file.layout_other"})


def outcome_of(found: Imported, told: Told) -> str:
    """How a file stands: taken, here before, refused, asking for something, or ready to be imported."""
    if found.operation is not None:
        return "taken"
    if found.imported_before:
        return "before"
    if found.refused:
        answerable = questions(found, told) or _LAYOUTS & {one.code for one in found.refused}
        return "asking" if answerable else "refused"
    open_ticks = (found.unreadable and not told.leave) or (warnings_of(found) and not told.noticed)
    return "asking" if open_ticks else "ready"


class FileCard(QFrame):
    """One file. `wants` asks the page for account, mapping, unsure, reconcile or away; `inside` gives the other files of an archive."""

    wants = Signal(str)
    inside = Signal(object)
    shown = Signal()

    def __init__(self, desk: Desk, path: Path, name: str = "") -> None:
        """Waiting to be looked at; `name` is that of a file in an archive."""
        super().__init__()
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.desk, self.path, self.name = desk, path, name or one_line(path.name)
        self.told, self.outcome, self.found = Told(), "reading", Imported(self.name, "")
        self.accounts: list[BankAccount] = []
        self._group, self._used, self._turn = "", False, 0
        self._ticket: Ticket | None = None
        desk.tasks.told.connect(self._hear)
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(18, 14, 18, 14)
        self._body.setSpacing(9)
        self._show("reading")

    @property
    def packed(self) -> bool:
        """Whether the file stands in an archive."""
        return " › " in self.found.file

    # --- what it does -------------------------------------------------------------------------------------------------
    def look(self) -> None:
        """Read the file in the background as it would be imported; nothing of it stays."""
        book, at, told, only = self.desk.book, self.desk.now(), self.told, self.found.sha256

        def work(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> tuple[list[Imported], list[BankAccount]]:
            seen = preview(book, self.path, at, given=told.given, answers=told.answers, only=only, progress=progress, cancelled=cancelled)
            found = _not_stopped(seen)
            with book.reading() as db:
                return found, accounts.bank_accounts(db)

        self._turn += 1
        self._ticket = self.desk.tasks.write(
            self.desk.say("importing.looking", file=self.name), work, partial(self._looked, self._turn), partial(self._failed, self._turn)
        )

    def _looked(self, turn: int, answer: tuple[list[Imported], list[BankAccount]]) -> None:
        found, self.accounts = answer
        if turn != self._turn:
            return
        if not found:
            self._failed(turn, KnownError("file.changed", self.name).problems)
            return
        self.show_found(found[0])
        if len(found) > 1:
            self.inside.emit(found[1:])

    def _failed(self, turn: int, problems: tuple[Problem, ...]) -> None:
        if turn == self._turn:
            stopped = problems[0].code == "cancelled"
            self.found = replace(self.found, operation=None, refused=problems)
            self._show("stopped" if stopped else outcome_of(self.found, self.told))

    def show_found(self, found: Imported) -> None:
        """Show what a look, or an import, came to."""
        self.found, self.name = found, one_line(found.file)
        self._show(outcome_of(found, self.told))

    def answer(self, told: Told) -> None:
        """Something was answered: look again."""
        self.told = told
        self.look()

    def map_by(self, layout: Layout) -> None:
        """Read the table by this layout from now on."""
        self.answer(replace(self.told, noticed=False, given=replace(self.told.given, layout=layout)))

    def take(self) -> None:
        """Import it, when nothing is left to ask."""
        if self.outcome != "ready":
            return
        book, at, told, only = self.desk.book, self.desk.now(), self.told, self.found.sha256
        given = replace(told.given, leave_unreadable=told.leave)

        def work(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> list[Imported]:
            done = import_file(book, self.path, at, given=given, answers=told.answers, only=only, progress=progress, cancelled=cancelled)
            return _not_stopped(done)

        self._turn += 1
        self._show("importing")
        self._ticket = self.desk.tasks.write(
            self.desk.say("importing.working", file=self.name), work, self._taken, partial(self._failed, self._turn)
        )

    def _taken(self, done: list[Imported]) -> None:
        if not done:
            self._failed(self._turn, KnownError("file.changed", self.name).problems)
            return
        self._used = False
        self.show_found(replace(done[0], lines=self.found.lines))
        if done[0].operation is not None:
            self.desk.told_of(Changes(done[0].operation, touched=TOUCHED), self.desk.say("importing.done", n=done[0].new, file=self.name))

    def undo(self) -> None:
        """Take the import back."""
        operation = self.found.operation
        self.desk.act("undo", lambda _, __: undoing.undo(self.desk.book, self.desk.now(), operation))

    def put_away(self) -> None:
        """Hear no answer any more."""
        self._turn += 1
        self.outcome = "away"

    def look_again(self) -> None:
        """The book changed: see whether the file is in it still, or what it would bring now."""
        if self.outcome in {"reading", "importing", "stopped"}:
            return
        if self.outcome not in {"taken", "before"}:
            self.look()
            return
        sha256 = self.found.sha256

        def stands() -> tuple[bool, bool]:
            with self.desk.book.reading() as db:
                return arrivals.find_batch(db, sha256) is not None, arrivals.is_used(db, sha256)

        self.desk.ask(stands, self._stands, lane=self)

    def _stands(self, answer: tuple[bool, bool]) -> None:
        is_here, used = answer
        if self.outcome not in {"taken", "before"}:
            return
        if not is_here:
            self.look()
        elif used != self._used:
            self._used = used
            self._show(self.outcome)

    # --- what it shows ------------------------------------------------------------------------------------------------
    def _show(self, outcome: str) -> None:
        """Lay the card out anew; the field that had the focus has it again."""
        kept = next((one.objectName() for one in self.findChildren(QWidget) if one.hasFocus()), "")
        self.outcome = outcome
        clear(self._body)
        self._head()
        if outcome not in {"reading", "importing", "stopped"}:
            for part in self._parts():
                self._body.addWidget(part)
        self.so_far = label("", "muted", size=0.92)
        self._body.addWidget(holding(columns(*self._buttons(), self.so_far, None, spacing=8)))
        self.setAccessibleDescription(self._counts())
        again = self.findChild(QWidget, kept) if kept else None
        if again is not None:
            again.setFocus(Qt.FocusReason.OtherFocusReason)
        self.shown.emit()

    def _head(self) -> None:
        say, found = self.desk.say, self.found
        said = say(f"importing.{self.outcome}")
        self.setAccessibleName(f"{self.name}: {said}")
        parts = [label(self.name, bold=True), pill(said, TONES.get(self.outcome, "plain"))]
        if found.format:
            key = "importing.evidence" if found.evidence else "importing.format"
            evidence = label(say(key, format=found.format, text=found.evidence), "muted", size=0.92, wrap=True)
            evidence.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            head = columns(*parts, evidence, spacing=10)
            head.setStretch(2, 1)
            self._body.addLayout(head)
        else:
            self._body.addLayout(columns(*parts, None, spacing=10))

    def _parts(self) -> Iterator[QWidget]:
        found, say = self.found, self.desk.say
        if self.outcome == "before":
            yield label(say("importing.before.said", n=found.already_here), "muted", wrap=True)
            return
        for statement in found.statements[:_MOST_STATEMENTS]:
            yield self._statement(statement)
        if len(found.statements) > _MOST_STATEMENTS:
            yield label(say("importing.more_statements", n=len(found.statements) - _MOST_STATEMENTS), "muted")
        if not found.refused:
            lines = FileLines(self.desk, found, self._group)
            lines.chosen.connect(self._remember)
            yield lines
        yield from self._sentences(found.refused, "negative" if self.outcome == "refused" else "warning")
        if self.outcome != "taken":
            if questions(found, self.told):
                yield self._questions()
            yield from self._ticks()
        else:
            yield from self._sentences(tuple(warnings_of(found)), "muted")

    def _counts(self) -> str:
        """The groups in words, for those who hear the card."""
        say, found = self.desk.say, self.found
        return ", ".join(say("importing.counted", count=getattr(found, one), what=say(f"importing.count.{one}")) for one in GROUPS)

    def _hear(self, told: Heard) -> None:
        """How far it is."""
        if told.ticket is self._ticket and told.news is News.PROGRESS and isinstance(told.value, tuple):
            self.so_far.setText(self.desk.say("importing.so_far", n=told.value[0]))

    def _stop(self) -> None:
        if self._ticket is not None:
            self._ticket.stop.set()

    def _remember(self, group: str) -> None:
        self._group = group

    def _sentences(self, problems: tuple[Problem, ...], role: str) -> Iterator[QWidget]:
        speaker = self.desk.speaker
        for one in problems[:_MOST_SENTENCES]:
            own = f"gui.importing.{one.code}"  # what can be answered here is said without the words of a command line
            text = speaker.say(own, **one.values) if speaker.knows(own) else speaker.problem(replace(one, subject=one_line(one.subject)))
            yield label(visible(text), role, wrap=True)
        if len(problems) > _MOST_SENTENCES:
            yield label(self.desk.say("importing.more_problems", n=len(problems) - _MOST_SENTENCES), role)

    def _statement(self, arrived: Arrived) -> QWidget:
        """Account, number, days, and the chain of balances with its proof."""
        say, speaker = self.desk.say, self.desk.speaker
        days = " – ".join(speaker.day(day, "medium") for day in dict.fromkeys((arrived.start_on, arrived.end_on)) if day)
        about = "   ".join(filter(None, [say("importing.number", number=arrived.number) if arrived.number else "", days]))
        opening, booked, closing = arrived.opening, arrived.booked, arrived.closing
        if opening is None or closing is None or booked is None:
            chain, proof = "", pill(say("importing.unproved"), "plain")
        else:
            chain = say("importing.chain", opening=self._money(opening), booked=self._money(booked), closing=self._money(closing))
            difference = closing - opening - booked
            proof = (
                pill(say("importing.proved"), "good")
                if difference.minor == 0
                else pill(say("importing.difference", difference=self._money(difference)), "bad")
            )
        made = holding(columns(pill(arrived.account, "plain"), label(about), None, label(chain, "muted"), proof, spacing=10))
        made.setAccessibleName(f"{arrived.account} {about} {chain} {proof.text()}")
        return made

    def _money(self, amount: Money) -> str:
        return self.desk.speaker.money(amount).replace("-", MINUS)

    def _questions(self) -> QWidget:
        asked = Questions(self.desk, self.found, self.told, self.accounts)
        asked.told.connect(self.answer)
        asked.adds_account.connect(lambda: self.wants.emit("account"))
        return asked

    def _ticks(self) -> Iterator[QWidget]:
        """What a person must have seen before anything is saved."""
        warnings, say = warnings_of(self.found), self.desk.say
        yield from self._sentences(tuple(warnings), "warning")
        if self.found.refused:
            return
        if self.found.unreadable:
            yield self._tick("leave", say("importing.leave", n=self.found.unreadable))
        if warnings:
            yield self._tick("noticed", say("importing.noticed", n=len(warnings)))

    def _tick(self, name: str, text: str) -> QCheckBox:
        made = QCheckBox(text)
        made.setObjectName(f"tick.{name}")
        made.setAccessibleName(text)
        made.setChecked(getattr(self.told, name))

        def ticked(on: bool) -> None:  # noqa: FBT001  what Qt says of a tick
            self.told = replace(self.told, **{name: on})  # type: ignore[arg-type]  # leave or noticed
            self._show(outcome_of(self.found, self.told))

        made.clicked.connect(ticked)
        return made

    def _buttons(self) -> list[QWidget]:
        """What can be done with the file as it stands."""
        say, found, made = self.desk.say, self.found, list[QWidget]()

        def add(key: str, run: Callable[[], object], role: str = "") -> None:
            one = button(say(f"importing.{key}"), run, role)
            one.setObjectName(f"do.{key}")
            made.append(one)

        if self.outcome in {"ready", "asking"} and not found.refused:
            add("import", self.take, "primary")
            made[0].setEnabled(self.outcome == "ready")
        if self.outcome == "taken" and found.unsure:
            add("decide", partial(self.wants.emit, "unsure"), "primary")
        if self.outcome == "taken":
            add("reconcile", partial(self.wants.emit, "reconcile"), "" if found.unsure else "primary")
        if self.outcome == "taken" and not self._used:
            add("undo", self.undo)
        if self.outcome in {"ready", "asking"} and found.format in {"csv", "xlsx"} and not self.packed:
            add("map", partial(self.wants.emit, "mapping"), "primary" if _LAYOUTS & {one.code for one in found.refused} else "")
        if self.outcome in {"stopped", "refused"}:
            add("again", self.look)
        if self.outcome in {"reading", "importing"}:
            add("cancel", self._stop, "quiet")
        else:
            add("away", partial(self.wants.emit, "away"), "quiet")
        return made

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter imports, unless it was meant for a button or a line of text."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not isinstance(self.focusWidget(), QPushButton | QLineEdit):
            self.take()
        else:
            super().keyPressEvent(event)


def _not_stopped(found: Iterator[Imported]) -> list[Imported]:
    """All of them; a file that was stopped is none that was refused."""
    every = list(found)
    for one in every:
        if any(problem.code == "cancelled" for problem in one.refused):
            raise KnownError("cancelled")
    return every
