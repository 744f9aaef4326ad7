"""The recovery key: shown once, put on paper, typed back from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QWidget

from fundledger.export import recovery
from fundledger.gui.parts import Drawing, button, columns, framed, holding, label, rows
from fundledger.gui.restoring import PATTERN
from fundledger.gui.theme import scaled
from fundledger.services.people import confirm_recovery

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Desk

_PAPER = "recovery-key.pdf"
_IN_A_ROW = 4


class RecoveryCard(QFrame):
    """Two steps: the key with its paper, then the key typed back. `finished` says whether it was."""

    finished = Signal(bool)

    def __init__(self, desk: Desk, key: str = "") -> None:
        """With a new key it is shown first; without one, one that is on paper already is typed back."""
        super().__init__()
        self.setProperty("role", "panel")
        self._desk, self._key = desk, key
        self.refused = label("", "negative", wrap=True)
        self.saved = label("", "positive", wrap=True)
        self._showing, self._typing = self._key_step(), self._typing_step()
        self.setLayout(rows(self._showing, self._typing, self.refused, spacing=10, margins=(24, 22, 24, 20)))
        self._turn(typing=not key)

    def _key_step(self) -> QWidget:
        say = self._desk.say
        head = columns(Drawing(self._desk.look, "key", 26, "accent"), label(say("recovery.title"), size=1.3, bold=True), None, spacing=10)
        self.paper = button(say("recovery.paper"), self.save_paper)
        self.next = button(say("recovery.next"), lambda: self._turn(typing=True), "primary")
        self.later = button(say("recovery.later"), lambda: self.finished.emit(False), "quiet")  # noqa: FBT003  a signal's value
        self.saved.hide()
        return holding(rows(
            head, label(say("recovery.about"), wrap=True), self._groups(), label(say("recovery.once"), "warning", wrap=True),
            self.saved, columns(self.next, self.paper, None, self.later), spacing=10,
        ))  # fmt: skip

    def _groups(self) -> QWidget:
        """Eight groups in two rows, in letters of one width; nothing copies them."""
        grid, font = QGridLayout(), scaled(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont), 1.5, bold=True)
        grid.setContentsMargins(18, 14, 18, 14)
        grid.setSpacing(12)
        for place, group in enumerate(self._key.split()):
            said = label(group)
            said.setFont(font)
            said.setAlignment(Qt.AlignmentFlag.AlignCenter)
            grid.addWidget(said, place // _IN_A_ROW, place % _IN_A_ROW)
        return framed(grid, "note")

    def _typing_step(self) -> QWidget:
        say = self._desk.say
        self.typed = QLineEdit()
        self.typed.setAccessibleName(say("recovery.typed"))
        self.typed.setPlaceholderText(PATTERN)
        self.typed.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.typed.setMinimumHeight(38)
        self.confirm = button(say("recovery.confirm"), self.check, "primary")
        self.back = button(say("recovery.back"), lambda: self._turn(typing=False))
        if not self._key:
            self.back.hide()
        later = button(say("recovery.later"), lambda: self.finished.emit(False), "quiet")  # noqa: FBT003  a signal's value
        return holding(rows(
            label(say("recovery.type"), size=1.3, bold=True), label(say("recovery.type.about"), "muted", wrap=True), self.typed,
            columns(self.confirm, self.back, None, later), spacing=10,
        ))  # fmt: skip

    def _turn(self, *, typing: bool) -> None:
        self.refused.hide()
        self._showing.setVisible(not typing)
        self._typing.setVisible(typing)
        self.begin()

    def begin(self) -> None:
        """Stand where the next key is meant."""
        (self.next if self._typing.isHidden() else self.typed).setFocus()

    def save_paper(self) -> None:
        """Write the page with the key where the person says."""
        place = self._desk.dialogs.new_file(self, self._desk.say("recovery.paper"), Path.home() / _PAPER)
        if place is None:
            return
        book, speaker, day, key = self._desk.book, self._desk.speaker, self._desk.now().date(), self._key

        def write() -> Path:
            recovery.write(place, recovery.render(key, book.name, book.uid, day, speaker))
            return place

        self._desk.tasks.read(write, self._written, self._refuse)

    def _written(self, place: Path) -> None:
        self.saved.setText(self._desk.say("recovery.saved", file=place.name))
        self.saved.show()

    def check(self) -> None:
        """Compare what was typed with the key of the book."""
        self.confirm.setEnabled(False)
        book, typed, at = self._desk.book, self.typed.text(), self._desk.now()
        self._desk.act("recovery_confirm", lambda _, __: confirm_recovery(book, typed, at), lambda _: self._confirmed(), self._refuse)

    def _confirmed(self) -> None:
        self.typed.clear()
        self._key = ""
        self.finished.emit(True)  # noqa: FBT003  a signal's value

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self.confirm.setEnabled(True)
        self.refused.setText("\n".join(self._desk.speaker.problem(problem) for problem in problems))
        self.refused.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter confirms what was typed."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.typed.hasFocus():
            self.check()
        else:
            super().keyPressEvent(event)
