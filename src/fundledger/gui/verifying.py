"""Verifying an audit pack where no book is open: the pack, its passphrase, the fingerprint from paper, and what was found.

Nothing of the store is imported before the first paint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from fundledger.gui.parts import button, columns, label, rows, scrolling, set_property

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.export.verifying import Verified
    from fundledger.gui.dialogs import Dialogs
    from fundledger.gui.tasks import Cancelled, Progress
    from fundledger.i18n import Speaker

KINDS = "*.fundpack *.zip"
_PATTERN = "XXXX XXXX XXXX XXXX XXXX XXXX XXXX XXXX"  # how a fingerprint looks
_TOLD_HIGH = 150


class VerifyPage(QWidget):
    """`wanted` brings what is being done in words, the work and what follows it; `left` goes back."""

    wanted = Signal(str, object, object)
    left = Signal()

    def __init__(self, speaker: Speaker, dialogs: Dialogs, passphrase: QLineEdit, fingerprint: QLineEdit) -> None:
        """`passphrase` and `fingerprint` are its fields, dressed like the others of the start page."""
        super().__init__()
        self._speaker, self._dialogs = speaker, dialogs
        self.passphrase, self.fingerprint = passphrase, fingerprint
        fingerprint.setPlaceholderText(_PATTERN)
        self.pack: Path | None = None
        self.file, about = label("", bold=True, wrap=True), label(self._say("about"), "muted", wrap=True)
        self.go = button(self._say("go"), self.verify, "primary")
        other = button(self._say("choose"), self.choose, "quiet")
        fields = [rows(label(self._say(key), "label", size=0.92), field, spacing=3) for key, field in self._fields()]
        self.answer, self.said = label("", bold=True, wrap=True), label("", wrap=True)
        self._told = scrolling(self.said)
        self._told.setMaximumHeight(_TOLD_HIGH)
        back = button(speaker.say("gui.start.back"), self.leave, "quiet")
        ways = columns(self.go, None, other, back)
        self.setLayout(rows(label(self._say("title"), size=1.2, bold=True), self.file, about, *fields, ways, self.answer, self._told))
        self.buttons: list[QWidget] = [self.go, other]
        for _, field in self._fields():
            field.returnPressed.connect(self.verify)

    def _say(self, key: str, **values: object) -> str:
        return self._speaker.say(f"gui.start.verify.{key}", **values)

    def _fields(self) -> tuple[tuple[str, QLineEdit], ...]:
        return ("passphrase", self.passphrase), ("fingerprint", self.fingerprint)

    def choose(self) -> bool:
        """Ask which pack; whether one was chosen."""
        chosen = self._dialogs.file(self, self._say("title"), KINDS)
        if chosen is not None:
            self.take(chosen)
        return chosen is not None

    def take(self, path: Path) -> None:
        """Begin with this pack."""
        self.pack = path
        self.file.setText(path.name)
        self._tell_nothing()
        self.passphrase.setFocus()

    def leave(self) -> None:
        """Forget what was typed and go back."""
        for _, field in self._fields():
            field.clear()
        self.left.emit()

    def verify(self) -> None:
        """Have the pack verified, with the fingerprint if one was typed."""
        pack, phrase, typed = self.pack, self.passphrase.text(), self.fingerprint.text().strip()
        if pack is None:
            return
        self._tell_nothing()

        def work(_: Progress, __: Cancelled) -> Verified:
            from fundledger.export.verifying import given_fingerprint, judged, verify_file  # noqa: PLC0415  after the first paint

            return judged([verify_file(pack, lambda: phrase, given_fingerprint(typed) if typed else None)])[0]

        self.wanted.emit(self._say("working"), work, self._tell)

    def _tell_nothing(self) -> None:
        self.answer.hide()
        self._told.hide()

    def _tell(self, found: Verified) -> None:
        """Valid, not proved for want of a fingerprint, or wrong with every fault by its name."""
        faults = [one for one in found.problems if one.code != "pack.key_unproved"]
        answer, role = ("not", "negative") if faults else ("unproved", "warning") if found.problems else ("valid", "positive")
        set_property(self.answer, "role", role)
        self.answer.setText(self._say(answer))
        lines = [self._speaker.problem(one) for one in faults]
        if found.fingerprint:
            lines.append(self._say("facts", head=found.head, entries=found.entries, totals=found.totals))
            lines.append(self._say("key", fingerprint=found.fingerprint))
        self.said.setText("\n".join(lines))
        for each in (self.answer, self.said):
            each.setAccessibleName(each.text())
        self.answer.show()
        self._told.show()
