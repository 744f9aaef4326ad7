"""Saved sets of reports: several with their choices under one name, written in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from fundledger.gui import reporting
from fundledger.gui.fields import text_field
from fundledger.gui.flow import flowing
from fundledger.gui.parts import button, label, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.gui.desk import Desk
    from fundledger.gui.reporting import Wanted


class SetsPane(QWidget):
    """A box of names: choose one or type a new one, then add what is chosen, write all of it, or forget it."""

    added = Signal(str)

    def __init__(self, desk: Desk, write: Callable[[list[Wanted]], object]) -> None:
        """`write` writes the reports of a set."""
        super().__init__()
        self._desk, self._write_all, say = desk, write, desk.say
        self.found: dict[str, tuple[Wanted, ...]] = {}
        self.name = QComboBox()
        self.name.setEditable(True)
        self.name.setAccessibleName(say("sets.name"))
        self.name.setLineEdit(text_field(say("sets.name"), say("sets.name")))
        self.name.currentTextChanged.connect(lambda _: self._told())
        self.add = button(say("sets.add"), lambda: self.added.emit(self.name.currentText().strip()), "small")
        self.write = button(say("sets.write"), self._write, "small")
        self.forget = button(say("sets.forget"), self._forget, "small")
        self.told = label("", "muted", size=0.85, wrap=True)
        heading = label(say("sets.title"), "label", size=0.92)
        self.setLayout(rows(heading, self.name, flowing(self.add, self.write, self.forget), self.told, spacing=6))
        self._told()

    def refresh(self) -> None:
        """Ask which sets there are."""
        book = self._desk.book
        self._desk.ask(lambda: reporting.sets(book), self._show, lane=self)

    def _show(self, found: dict[str, tuple[Wanted, ...]]) -> None:
        kept = self.name.currentText()
        self.found = found
        self.name.clear()
        self.name.addItems(list(found))
        self.name.setCurrentText(kept or next(iter(found), ""))
        self._told()

    def _told(self) -> None:
        name = self.name.currentText().strip()
        some = self.found.get(name, ())
        self.add.setEnabled(bool(name) and not self._desk.book.read_only)
        self.write.setEnabled(bool(some))
        self.forget.setEnabled(bool(some) and not self._desk.book.read_only)
        titles = (" ".join(filter(None, (self._desk.speaker.say(f"report.{one.name}.title"), one.campaign))) for one in some)
        self.told.setText(", ".join(titles) or self._desk.say("sets.none"))

    def keep(self, name: str, wanted: Wanted) -> None:
        """Add a report to a set; the same choices stand in it once."""
        if name:
            self._keep(name, tuple(dict.fromkeys((*self.found.get(name, ()), wanted))))

    def _forget(self) -> None:
        self._keep(self.name.currentText().strip(), ())

    def _keep(self, name: str, some: tuple[Wanted, ...]) -> None:
        book, at = self._desk.book, self._desk.now()
        self._desk.tasks.write("", lambda _, __: reporting.keep_set(book, name, some, at), lambda _: self.refresh(), self._desk.problems)

    def _write(self) -> None:
        self._write_all(list(self.found[self.name.currentText().strip()]))
