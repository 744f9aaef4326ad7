"""Bank files: dropped or chosen, read in the background, each with a card that says what came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from fundledger.gui.account_form import AccountForm
from fundledger.gui.desk import Area, Changes
from fundledger.gui.documents import dropped_files
from fundledger.gui.page import Page
from fundledger.gui.parts import Drawing, button, clear, columns, figure, framed, holding, label, pill, rows, scrolling, set_property
from fundledger.gui.table import shown
from fundledger.services.accounts import add_account
from fundledger.services.importing import Arrived, Imported, drop_line, import_statement, keep_line
from fundledger.store import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent

    from fundledger.domain.problem import Problem
    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Desk
    from fundledger.store.book import Book
    from fundledger.store.lines import LineRow

_TOUCHED = frozenset({Area.LINES, Area.ACCOUNTS, Area.BOOK})
_FORM_WIDTH = 560
KINDS = "*.xml *.camt *.053 *.zip *.*"


class DropArea(QFrame):
    """Where files are dropped; a button beside for those who do not drag."""

    dropped = Signal(object)

    def __init__(self, desk: Desk, choosing: QWidget) -> None:
        """`choosing` is the button inside."""
        super().__init__()
        self.setProperty("role", "drop")
        self.setAcceptDrops(True)
        drawing = Drawing(desk.look, "import", 40, "accent")
        texts = rows(label(desk.say("importing.drop"), size=1.2, bold=True), label(desk.say("importing.kinds"), "muted"), spacing=2)
        self.setLayout(columns(drawing, texts, None, choosing, spacing=18, margins=(26, 22, 26, 22)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome."""
        if event.mimeData().hasUrls():
            set_property(self, "over", value=True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """As before."""
        set_property(self, "over", value=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the files."""
        set_property(self, "over", value=False)
        event.acceptProposedAction()
        self.dropped.emit(dropped_files(event.mimeData()))


class FileCard(QFrame):
    """One file: being read, taken, here already, or refused."""

    def __init__(self, desk: Desk, name: str) -> None:
        """Waiting for its turn."""
        super().__init__()
        self.setProperty("role", "card")
        self._desk, self._name = desk, name
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(18, 14, 18, 14)
        self._body.setSpacing(8)
        self.outcome = "reading"
        self._head("reading", "plain")

    def _head(self, outcome: str, tone: str, evidence: str = "") -> None:
        clear(self._body)
        self.outcome = outcome
        said = self._desk.say(f"importing.{outcome}")
        self.setAccessibleName(f"{self._name}: {said}")
        self._body.addLayout(columns(label(self._name, bold=True), pill(said, tone), None, label(evidence, "muted", size=0.92), spacing=10))

    def refuse(self, problems: tuple[Problem, ...], adding: Callable[[str], object] | None = None) -> None:
        """Say why nothing of the file was taken; `adding` begins the account it comes from, where nobody knows it."""
        self._head("refused", "bad")
        for problem in problems:
            self._body.addWidget(label(self._desk.speaker.problem(problem), "negative", wrap=True))
            if adding and problem.code == "account.unknown":
                number = str(problem.values.get("account", ""))
                self._body.addLayout(columns(button(self._desk.say("accounts.add"), partial(adding, number), "primary"), None))

    def take(self, imported: Imported) -> None:
        """Say what came of it: the format that was recognised, the account, the balances, and the counts."""
        say = self._desk.say
        if imported.imported_before:
            self._head("before", "plain", imported.format)
            self._body.addWidget(label(say("importing.before.said", n=imported.already_here), "muted", wrap=True))
            return
        new = imported.new + imported.unsure + imported.pending
        self._head("taken" if new else "nothing_new", "good" if new else "plain", say("importing.format", format=imported.format))
        for statement in imported.statements:
            self._body.addWidget(self._statement(statement))
        counts = columns(spacing=30)
        for key in ("new", "already_here", "unsure", "pending"):
            count = getattr(imported, key)
            value = figure(self._desk.speaker.count(count), size=1.3)
            if key == "unsure" and count:
                value.setProperty("role", "warning")
            counts.addLayout(rows(value, label(say(f"importing.count.{key}"), "muted", size=0.9), spacing=0))
        counts.addStretch(1)
        self._body.addLayout(counts)
        for problem in imported.problems:
            self._body.addWidget(label(self._desk.speaker.problem(problem), "warning", wrap=True))

    def _statement(self, arrived: Arrived) -> QWidget:
        say, speaker = self._desk.say, self._desk.speaker
        days = " – ".join(speaker.day(day, "medium") for day in (arrived.start_on, arrived.end_on) if day)
        chain = []
        for key, amount in (("opening", arrived.opening), ("closing", arrived.closing)):
            if amount is not None:
                chain.append(f"{say(f'importing.{key}')} {shown(amount, speaker)}")
        return holding(columns(pill(arrived.account, "plain"), label(days), None, label("  →  ".join(chain), "muted"), spacing=10))


class ImportingPage(Page):
    """The drop area, the cards of this session, and unsure lines to decide."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Nothing imported yet."""
        super().__init__(desk, actions, "importing", frozenset({Area.LINES}))
        self.choosing = button(desk.say("importing.choose"), self.new, "primary")
        self.drop = DropArea(desk, self.choosing)
        self.drop.dropped.connect(self.take)
        self.setAcceptDrops(True)
        self.cards: list[FileCard] = []
        self._unsure = rows(spacing=8)
        self._list = rows(spacing=10)
        self.empty = label(desk.say("importing.empty"), "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._form: AccountForm | None = None
        self._form_place = rows()
        sheet = holding(rows(self._form_place, self._unsure, self._list, 30, self.empty, None, spacing=10, margins=(0, 0, 6, 0)))
        self.next = button(desk.say("importing.reconcile"), actions["page.reconcile"].trigger)
        self.head.addWidget(button(desk.say("action.account.new").rstrip("…"), self.new_account))
        self.head.addWidget(self.next)
        self.lay_out(holding(rows(self.drop, scrolling(sheet), spacing=14)))

    def new(self) -> None:
        """Ask which files: Ctrl+I."""
        self.take(self.desk.dialogs.files(self, self.desk.say("importing.choose"), KINDS))

    def enter(self) -> None:
        """The button takes the focus."""
        self.choosing.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self, paths: Sequence[Path]) -> None:
        """Import each file in its turn; one that is refused does not keep the others out."""
        for path in sorted(paths, key=lambda path: path.name):
            card = FileCard(self.desk, path.name)
            self.cards.insert(0, card)
            self._list.insertWidget(0, card)
            self._import(path, card)
        self.empty.setVisible(not self.cards)

    def _import(self, path: Path, card: FileCard) -> None:
        book, at = self.desk.book, self.desk.now()

        def done(imported: Imported) -> None:
            card.take(imported)
            if imported.operation is not None:
                changes = Changes(imported.operation, touched=_TOUCHED)
                self.desk.told_of(changes, self.desk.say("importing.done", n=imported.new, file=path.name))

        self.desk.tasks.write(
            self.desk.say("importing.working", file=path.name),
            lambda progress, cancelled: import_statement(book, path, at, progress=progress, cancelled=cancelled),
            done,
            lambda problems: card.refuse(problems, partial(self.new_account, again=path)),
        )

    def new_account(self, iban: str = "", again: Path | None = None) -> None:
        """A form for a bank account of ours; a file that waited for it is read again."""
        self._close_form()
        self._form = form = AccountForm(self.desk, iban)
        form.kept.connect(lambda _: self._keep_account(form, again))
        form.discarded.connect(self._close_form)
        form.setMaximumWidth(_FORM_WIDTH)
        self._form_place.addWidget(form)
        form.begin()
        if iban:
            form.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_form(self) -> None:
        if self._form is not None:
            clear(self._form_place)
            self._form = None

    def _keep_account(self, form: AccountForm, again: Path | None) -> None:
        read = form.read()
        if read is None:
            form.say_missing()
            return

        def kept(_: Changes) -> None:
            self._close_form()
            if again is not None:
                self.take([again])

        at, book = self.desk.now(), self.desk.book
        self.desk.act(
            "account_add",
            lambda _, __: add_account(book, read.iban, read.name, at, read.opening, read.opening_on),
            kept,
            form.refuse,
        )

    def refresh(self) -> None:
        """Lines nobody has decided yet."""
        self.desk.ask(self._read_unsure, self._show_unsure, lane=self)

    def _read_unsure(self) -> list[LineRow]:
        with self.desk.book.reading() as db:
            return [row for row in lines.line_rows(db, lines.line_ids(db, "unsure")[:50]) if row.state == "unsure"]

    def _show_unsure(self, found: list[LineRow]) -> None:
        clear(self._unsure)
        if not found:
            return
        say, speaker = self.desk.say, self.desk.speaker
        title, about = (
            label(say("importing.unsure.title", n=len(found)), bold=True),
            label(say("importing.unsure.about"), "muted", wrap=True),
        )
        content: list[QWidget] = [title, about]
        for row in found:
            text = f"{speaker.day(row.booked_on, 'medium')}   {row.account}   {shown(row.amount, speaker)}"
            keep = button(say("importing.keep"), partial(self._decide, "line_keep", keep_line, row.id))
            drop = button(say("importing.drop_line"), partial(self._decide, "line_drop", drop_line, row.id))
            content.append(holding(columns(label(text), None, keep, drop)))
        self._unsure.addWidget(framed(rows(*content, spacing=6, margins=(18, 14, 18, 14))))

    def _decide(self, verb: str, run: Callable[[Book, int, datetime], Changes], line_id: int) -> None:
        self.desk.act(verb, lambda _, __: run(self.desk.book, line_id, self.desk.now()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere on the page."""
        self.drop.dragEnterEvent(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """As before."""
        self.drop.dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the files."""
        self.drop.dropEvent(event)
