"""What the reconcile page asks about a line: why it is left out or withdrawn, who gave it, what it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from fundledger.gui.fields import text_field
from fundledger.gui.forms import Form
from fundledger.gui.naming import read_names, target_words
from fundledger.gui.parts import columns, figure, label, rows
from fundledger.gui.table import shown
from fundledger.services.reconciling import history

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.gui.desk import Desk
    from fundledger.gui.naming import Names
    from fundledger.store.lines import LineRow
    from fundledger.store.reconciliations import Reconciliation

_MOST = 12


class IgnoreForm(Form):
    """Why a line is left out of the books."""

    def __init__(self, desk: Desk) -> None:
        """Empty."""
        super().__init__(desk, desk.say("ignore.title"), desk.say("ignore.go"))
        self._body.addWidget(label(desk.say("ignore.about"), "muted", wrap=True))
        self.reason = text_field(desk.say("field.reason"))
        self.add("reason", self.reason, "auditor")


class DonorQuickForm(Form):
    """Who gave the line, when nobody in the book did; begins with what may be seen of it."""

    def __init__(self, desk: Desk, name: str, iban: str) -> None:
        """`name` and `iban` are empty while names are masked."""
        super().__init__(desk, desk.say("action.donor.quick").rstrip("…"), desk.say("keep"))
        self.donor, self.iban = text_field(desk.say("field.name")), text_field(desk.say("field.iban"))
        self.donor.setText(name)
        self.iban.setText(iban)
        self.add("name", self.donor, "internal")
        self.add("iban", self.iban, "internal")


class WithdrawForm(Form):
    """What it means that the bank states lines no more; Enter withdraws them."""

    def __init__(self, desk: Desk, lines: Sequence[LineRow]) -> None:
        """`lines` are those that are withdrawn together."""
        super().__init__(desk, desk.say("withdraw.title"), desk.say("withdraw.go"))
        self._body.addWidget(label(desk.say("withdraw.about"), "muted", wrap=True))
        for one in lines[:_MOST]:
            amount = figure(shown(one.amount, desk.speaker), size=0.95)
            self._body.addLayout(columns(label(desk.speaker.day(one.booked_on, "medium"), "muted"), label(one.account), None, amount))
        if len(lines) > _MOST:
            self._body.addWidget(label(desk.say("rules.more", n=len(lines) - _MOST), "muted"))

    def begin(self) -> None:
        """Stand on the button, so that Enter and Esc are heard."""
        super().begin()
        self.keep.setFocus(Qt.FocusReason.OtherFocusReason)


class HistoryForm(Form):
    """Everything a line ever became; Enter and Esc go back."""

    def __init__(self, desk: Desk, line_id: int) -> None:
        """Asked at once."""
        super().__init__(desk, desk.say("history.title"), desk.say("close"))
        self.discard.hide()
        self._list = rows(spacing=8)
        self._body.addLayout(self._list)
        book = desk.book
        desk.ask(lambda: (history(book, line_id), read_names(desk)), self._show, lane=self)

    def _show(self, answer: tuple[list[Reconciliation], Names]) -> None:
        found, names = answer
        desk = self._desk
        if not found:
            self._list.addWidget(label(desk.say("history.none"), "muted", wrap=True))
        for one in reversed(found):
            what = " + ".join(dict.fromkeys(target_words(desk, share, names) for share in one.shares))
            said = desk.say("history.one", at=f"{one.at:%Y-%m-%d %H:%M}", number=one.number, what=what)
            state = desk.say("history.taken_back" if one.undone else "history.standing")
            self._list.addWidget(label(said, bold=not one.undone, wrap=True))
            self._list.addWidget(label(state, "muted" if one.undone else "positive", size=0.92))
