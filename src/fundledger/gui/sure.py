"""Every sure match in one list, before they are accepted together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout

from fundledger.gui.naming import evidence_words, read_names, target_words
from fundledger.gui.parts import button, clear, columns, figure, holding, label, rows, scrolling
from fundledger.gui.table import shown
from fundledger.services.reconciling import proposals
from fundledger.store import lines

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtGui import QKeyEvent

    from fundledger.domain.money import Money
    from fundledger.gui.desk import Desk

_MOST = 300


@dataclass(frozen=True, slots=True)
class Sure:
    """One line whose first proposal is sure."""

    booked_on: date
    amount: Money
    target: str
    why: str


def read_sure(desk: Desk) -> tuple[Sure, ...]:
    """All of them; runs beside the window."""
    names = read_names(desk)
    first = {line: found[0] for line, found in proposals(desk.book).items() if found and found[0].sure}
    with desk.book.reading() as db:
        rows_found = lines.line_rows(db, list(first))
    return tuple(
        Sure(
            row.booked_on,
            row.amount,
            " + ".join(dict.fromkeys(target_words(desk, share, names) for share in first[row.id].shares)),
            evidence_words(desk, first[row.id].evidence),
        )
        for row in rows_found
    )


class SurePanel(QFrame):
    """The list; Enter accepts all of it, Esc goes back."""

    kept = Signal()
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        """Empty until `ask`."""
        super().__init__()
        self.setProperty("role", "panel")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._desk = desk
        self.count = 0
        self.title = label("", size=1.2, bold=True)
        self._rows = rows(spacing=10)
        self.accept = button(desk.say("sure.accept"), self.kept.emit, "primary")
        leaving = button(desk.say("close"), self.left.emit)
        sheet = holding(rows(self._rows, None, margins=(0, 0, 10, 0)))
        layout = rows(
            self.title, label(desk.say("sure.about"), "muted", wrap=True), scrolling(sheet), columns(self.accept, leaving, None),
            spacing=10, margins=(18, 16, 18, 14),
        )  # fmt: skip
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def ask(self) -> None:
        """Look for them."""
        self.count = 0
        clear(self._rows)
        self.accept.setEnabled(False)
        self.title.setText(self._desk.say("sure.looking"))
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._desk.ask(lambda: read_sure(self._desk), self._show, lane=self)

    def _show(self, found: tuple[Sure, ...]) -> None:
        clear(self._rows)
        self.count = len(found)
        self.title.setText(self._desk.say("sure.title", n=len(found)) if found else self._desk.say("sure.nothing"))
        self.accept.setEnabled(bool(found))
        speaker = self._desk.speaker
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(7)
        for place, one in enumerate(found[:_MOST]):
            grid.addWidget(label(speaker.day(one.booked_on, "medium"), "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addLayout(rows(label(one.target, wrap=True), label(one.why, "muted", size=0.9, wrap=True), spacing=0), place, 1)
            grid.addWidget(figure(shown(one.amount, speaker), size=1.0), place, 2, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)
        self._rows.addLayout(grid)
        if len(found) > _MOST:
            self._rows.addWidget(label(self._desk.say("sure.more", n=len(found) - _MOST), "muted"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter accepts, Esc goes back."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.count:
            self.kept.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
