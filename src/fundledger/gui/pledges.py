"""What donors promised: what is open, past its day, kept and given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from fundledger.gui.few_rows import FewRows
from fundledger.gui.parts import button, columns, label, rows
from fundledger.gui.table import Column, Kind, Pill
from fundledger.services.pledges import cancel_pledge
from fundledger.store import pledges

if TYPE_CHECKING:
    from fundledger.gui.desk import Desk
    from fundledger.store.pledges import PledgeRow

_TONES = {"open": "live", "due": "warn", "kept": "good", "cancelled": "plain"}


class PledgesPane(QFrame):
    """Every pledge, the latest first, and a way to give one up."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        """Empty until `begin`."""
        super().__init__()
        self.setProperty("role", "panel")
        self._desk, say = desk, desk.say
        self._rows: list[PledgeRow] = []
        shape = (
            Column("code", lambda one: one.donor, Kind.CODE, 8),
            Column("campaign", lambda one: one.campaign, Kind.CODE, 8),
            Column("due", lambda one: one.due_on, Kind.DATE, 12),
            Column("state", self._pill, Kind.PILL),
            Column("left", lambda one: one.left, Kind.MONEY, 10),
        )
        self.list = FewRows(desk, shape, say("pledges.title"))
        self.list.selectionModel().currentRowChanged.connect(lambda _: self._look())
        self.told = label("", "muted", wrap=True)
        self.give_up = button(say("donors.give_up"), self._give_up)
        head = columns(label(say("pledges.title"), size=1.2, bold=True), None, button(say("close"), self.closed.emit, "quiet"))
        about = label(say("pledges.about"), "muted", wrap=True)
        self.setLayout(rows(head, about, self.list, self.told, columns(self.give_up, None), None, spacing=12, margins=(18, 16, 18, 14)))
        desk.changed.connect(lambda _: self.begin() if self.isVisible() else None)

    def _pill(self, one: PledgeRow) -> Pill:
        state = one.state(self._desk.now().date())
        return Pill(f"gui.pledges.state.{state}", _TONES[state])

    def begin(self) -> None:
        """Read them."""
        self._desk.ask(self._read, self._show, lane=self)

    def _read(self) -> list[PledgeRow]:
        with self._desk.book.reading() as db:
            return pledges.pledges(db, self._desk.book.currency)[::-1]

    def _show(self, found: list[PledgeRow]) -> None:
        self._rows = found
        self.list.show_rows(found)
        self.list.hold_height()
        self.list.setVisible(bool(found))
        self.told.setText("" if found else self._desk.say("pledges.none"))
        if found:
            self.list.stand(0)
        self._look()

    def _current(self) -> PledgeRow | None:
        place = self.list.currentIndex().row()
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def _look(self) -> None:
        row = self._current()
        self.give_up.setEnabled(row is not None and row.state(self._desk.now().date()) in {"open", "due"})

    def _give_up(self) -> None:
        """Expected no more at once; the toast takes it back."""
        row, book = self._current(), self._desk.book
        if row is not None:
            pledge = row.id
            self._desk.do("pledge_cancel", lambda at: cancel_pledge(book, pledge, at.date(), at))
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
