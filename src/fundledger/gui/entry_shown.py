"""An entry before it is booked or as it stands: debit and credit beside each other, and under it every figure before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from fundledger.gui.naming import account_words
from fundledger.gui.parts import clear, figure, label, rows, rule
from fundledger.gui.table import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fundledger.domain.entry import Posting
    from fundledger.domain.money import Money
    from fundledger.gui.desk import Desk
    from fundledger.gui.effects import Effect

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
_TOP = Qt.AlignmentFlag.AlignTop
_ARROW = "\N{RIGHTWARDS ARROW}"


class EntryView(QWidget):
    """The postings and what they change; nothing where there are none."""

    def __init__(self, desk: Desk) -> None:
        """Empty until `show_entry`."""
        super().__init__()
        self._desk = desk
        self._body = rows(spacing=5)
        self.setLayout(self._body)

    def show_entry(self, postings: Sequence[Posting], names: Mapping[int, str], effects: Sequence[Effect] = ()) -> None:
        """`names` are the funds as they are called; without effects only the entry is shown."""
        clear(self._body)
        if not postings:
            return
        say = self._desk.say
        self._body.addWidget(rule())
        self._body.addWidget(label(say("reconcile.entry"), "muted", size=0.92))
        self._body.addLayout(self._entry(postings, names))
        if effects:
            self._body.addSpacing(6)
            self._body.addWidget(label(say("voucher.effect"), "muted", size=0.92))
            self._body.addLayout(self._effects(effects))

    def _entry(self, postings: Sequence[Posting], names: Mapping[int, str]) -> QGridLayout:
        grid = _grid(14)
        for column, key in enumerate(("account", "fund", "debit", "credit")):
            side = _RIGHT if column > 1 else Qt.AlignmentFlag.AlignLeft
            grid.addWidget(label(self._desk.say(f"column.{key}"), "muted", size=0.85), 0, column, side)
        for place, posting in enumerate(postings, 1):
            grid.addWidget(label(account_words(self._desk, posting.account), size=0.95, wrap=True), place, 0, _TOP)
            grid.addWidget(label(names.get(posting.fund, ""), size=0.95, wrap=True), place, 1, _TOP)
            column = 2 if posting.amount.minor > 0 else 3
            grid.addWidget(figure(shown(abs(posting.amount), self._desk.speaker), size=0.95), place, column, _RIGHT)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        return grid

    def _effects(self, effects: Sequence[Effect]) -> QGridLayout:
        grid = _grid(10)
        last = ""
        for place, one in enumerate(effects):
            name = self._desk.say(f"figure.{one.figure}")
            grid.addWidget(label("" if one.fund == last else one.fund, bold=True, size=0.95, wrap=True), place, 0, _TOP)
            grid.addWidget(label(name, "muted", size=0.95), place, 1, _TOP)
            before, after = (self._amount(amount) for amount in (one.before, one.after))
            after.setAccessibleName(f"{one.fund} {name}: {before.text()} {_ARROW} {after.text()}")
            grid.addWidget(before, place, 2, _RIGHT)
            grid.addWidget(label(_ARROW, "muted"), place, 3, _TOP)
            grid.addWidget(after, place, 4, _RIGHT)
            last = one.fund
        grid.setColumnStretch(0, 1)
        return grid

    def _amount(self, amount: Money) -> QLabel:
        made = figure(shown(amount, self._desk.speaker), size=0.95)
        if amount.minor < 0:
            made.setProperty("role", "negative")
        return made


def _grid(room: int) -> QGridLayout:
    made = QGridLayout()
    made.setHorizontalSpacing(room)
    made.setVerticalSpacing(2)
    return made
