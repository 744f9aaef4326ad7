"""Restoring a backup where no book is open: the file, what opens it, a new name, and what the restored book lacks.

Nothing of the store is imported before the first paint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from fundledger.gui.parts import button, columns, holding, label, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fundledger.gui.dialogs import Dialogs
    from fundledger.gui.tasks import Cancelled, Progress
    from fundledger.i18n import Speaker
    from fundledger.services.backups import Restored

    Work = Callable[[Progress, Cancelled], Restored]

PATTERN = "XXXX XXXX XXXX XXXX XXXX XXXX XXXX XXXX"  # how a recovery key looks
KINDS = "*.flbackup"


def restored_said(speaker: Speaker, found: Restored) -> str:
    """Where a restored book is, and what it lacks of the one in use."""
    lacks, said = found.lacks, [speaker.say("gui.backups.restored", file=found.path.name, number=f"{found.header.number:07}")]
    if lacks is None:
        said.append(speaker.say("gui.backups.lacks_unknown", day=found.header.made_at.date()))
    elif lacks.operations or lacks.entries or lacks.imports:
        said.append(speaker.say("gui.backups.lacks", operations=lacks.operations, entries=lacks.entries, imports=lacks.imports))
    else:
        said.append(speaker.say("gui.backups.lacks_nothing"))
    return "\n".join([*said, *(speaker.problem(one) for one in found.warnings)])


def _restore(backup: Path, new: Path, passphrase: str | None, key: str | None) -> Work:
    def work(_: Progress, __: Cancelled) -> Restored:
        from fundledger.gui.desk import clock  # noqa: PLC0415  after the first paint
        from fundledger.services.backups import restore  # noqa: PLC0415  after the first paint

        return restore(backup, new, clock(), passphrase, recovery_key=key)

    return work


class RestorePage(QWidget):
    """`wanted` brings the work to be done, `left` goes back, `entered` opens what was restored."""

    wanted = Signal(object)
    left = Signal()
    entered = Signal(object)

    def __init__(self, speaker: Speaker, dialogs: Dialogs, passphrase: QLineEdit, paper: QLineEdit) -> None:
        """`passphrase` and `paper` are its fields, dressed like the others of the start page."""
        super().__init__()
        self._speaker, self._dialogs = speaker, dialogs
        self.passphrase, self.paper = passphrase, paper
        paper.setPlaceholderText(PATTERN)
        self.backup: Path | None = None
        self.restored: Path | None = None
        say = self._say
        self.file = label("", bold=True, wrap=True)
        self.go = button(say("restore.go"), self.restore, "primary")
        other = button(say("restore.choose"), self.choose, "quiet")
        fields = [rows(label(say(key), "label", size=0.92), field, spacing=3) for key, field in self._fields()]
        about, either = label(say("restore.about"), "muted", wrap=True), label(say("restore.either"), "muted", size=0.88, wrap=True)
        self._asking = holding(rows(self.file, about, *fields, either, columns(self.go, None, other, self._back()), spacing=8))
        self.said = label("", wrap=True)
        self.enter = button(say("restore.open"), lambda: self.entered.emit(self.restored), "primary")
        self._told = holding(rows(self.said, columns(self.enter, None, self._back()), spacing=12))
        self.setLayout(rows(label(say("restore"), size=1.2, bold=True), self._asking, self._told))
        self._told.hide()
        self.buttons: list[QWidget] = [self.go, other]
        for field in (passphrase, paper):
            field.returnPressed.connect(self.restore)

    def _say(self, key: str, **values: object) -> str:
        return self._speaker.say(f"gui.start.{key}", **values)

    def _fields(self) -> tuple[tuple[str, QLineEdit], ...]:
        return ("passphrase", self.passphrase), ("recovery", self.paper)

    def _back(self) -> QWidget:
        return button(self._say("back"), self.left.emit, "quiet")

    def choose(self) -> bool:
        """Ask which backup; says whether one was chosen."""
        chosen = self._dialogs.file(self, self._say("restore"), KINDS)
        if chosen is not None:
            self.take(chosen)
        return chosen is not None

    def take(self, path: Path) -> None:
        """Begin with this backup."""
        self.backup = path
        self.file.setText(path.name)
        self._asking.show()
        self._told.hide()
        self.passphrase.setFocus()

    def restore(self) -> None:
        """Ask for the new name and have it done."""
        backup, key = self.backup, self.paper.text().strip()
        if backup is None:
            return
        new = self._dialogs.new_file(self, self._say("restore"), backup.with_name(f"{self._say('offered')} {backup.stem}.fundledger"))
        if new is not None:
            self.wanted.emit(_restore(backup, new, None if key else self.passphrase.text(), key or None))

    def tell(self, found: Restored) -> None:
        """Say what came of it."""
        for _, field in self._fields():
            field.clear()
        self.restored = found.path
        self.said.setText(restored_said(self._speaker, found))
        self.said.setAccessibleName(self.said.text())
        self._asking.hide()
        self._told.show()
        self.enter.setFocus()
