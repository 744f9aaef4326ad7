"""What a file would bring, in groups: counts to click, and the lines of the one that was clicked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from fundledger.domain.masking import mask_name, mask_text
from fundledger.gui.few_rows import FewRows
from fundledger.gui.parts import button, clear, columns, label
from fundledger.gui.table import Column, Kind, Pill
from fundledger.i18n import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Desk
    from fundledger.services.arriving import Imported, Shown

GROUPS = ("new", "already_here", "unsure", "unreadable", "pending")
_TONES = {"new": "live", "already_here": "plain", "unsure": "warn", "corrected": "warn", "pending": "plain"}


class FileLines(QFrame):
    """The counts in a row, the lines of one group under them; a second click closes it."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, found: Imported, group: str = "") -> None:
        """With this group open, if the file has any of it."""
        super().__init__()
        self._desk, self._found, self.group = desk, found, ""
        self.chips: dict[str, QPushButton] = {}
        self.table: FewRows | None = None
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 2, 0, 2)
        self._body.setSpacing(6)
        self._place = QVBoxLayout()
        self._body.addLayout(columns(*(self._chip(each) for each in GROUPS if self._count(each) or each != "pending"), None, spacing=6))
        self._body.addLayout(self._place)
        if self._count(group):
            self.open_group(group)

    def _count(self, group: str) -> int:
        return int(getattr(self._found, group)) if group else 0

    def _chip(self, group: str) -> QPushButton:
        count, say = self._count(group), self._desk.say
        made = button(say("importing.counted", count=count, what=say(f"importing.count.{group}")), partial(self.toggle, group), "chip")
        made.setObjectName(f"group.{group}")
        made.setCheckable(True)
        made.setEnabled(bool(count))
        made.setAccessibleDescription(say("importing.count.about"))
        self.chips[group] = made
        return made

    def toggle(self, group: str) -> None:
        """Open a group, or close it."""
        self.open_group("" if group == self.group else group)
        self.chosen.emit(self.group)

    def open_group(self, group: str) -> None:
        """Show the lines of a group; none for an empty word."""
        clear(self._place)
        self.group, self.table = group, None
        for name, chip in self.chips.items():
            chip.setChecked(name == group)
        if not group:
            return
        found: Sequence[Shown | Problem] = self._found.left_out if group == "unreadable" else self._lines(group)
        self.table = FewRows(self._desk, self._columns(group), self.chips[group].text())
        self.table.show_rows(found)
        self.table.hold_height()
        self._place.addWidget(self.table)
        if len(found) < self._count(group):
            self._place.addWidget(label(self._desk.say("importing.first_only", n=len(found)), "muted", size=0.9))

    def _lines(self, group: str) -> list[Shown]:
        groups = {group, "corrected"} if group == "unsure" else {group}
        return [one for one in self._found.lines if one.group in groups]

    def _columns(self, group: str) -> tuple[Column, ...]:
        if group == "unreadable":
            return (
                Column("where", lambda problem: problem.subject, Kind.CODE, 14),
                Column("why", self._desk.speaker.problem),
            )
        return (
            Column("booked_on", lambda one: one.line.booked_on or one.line.value_on, Kind.DATE, 12),
            Column("name", self._who, private=True),
            Column("amount", lambda one: one.line.amount, Kind.MONEY, 12),
            Column("group", lambda one: Pill(f"gui.importing.count.{one.group}", _TONES[one.group]), Kind.PILL, 14),
        )

    def _who(self, shown: Shown) -> str:
        line = shown.line
        name, text = line.counterparty.name or "", line.remittance
        if not self._desk.revealed:
            name, text = mask_name(name), mask_text(text)
        return one_line("  ".join(filter(None, (name, text))))
