"""What the reconcile page asks about one line: why it is left out, who gave it, what rule it teaches, what it was before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from fundledger.domain.matching import Share
from fundledger.domain.money import Money
from fundledger.gui.fields import text_field
from fundledger.gui.forms import Form
from fundledger.gui.naming import read_names, target_words
from fundledger.gui.parts import clear, columns, figure, label, rows
from fundledger.gui.table import shown
from fundledger.services.reconciling import history
from fundledger.services.rules import would_have

if TYPE_CHECKING:
    from fundledger.domain.problem import Problem
    from fundledger.domain.rules import Rule
    from fundledger.gui.desk import Desk
    from fundledger.gui.naming import Names
    from fundledger.services.rules import Touched
    from fundledger.store.reconciliations import Reconciliation

_MOST = 12
_PAUSE_MS = 150


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


class RuleForm(Form):
    """What the rule looks for, and what of the past it would have touched, shown before it is saved."""

    def __init__(self, desk: Desk, draft: Rule) -> None:
        """Begins with what the line teaches."""
        super().__init__(desk, desk.say("rule.title"), desk.say("keep"))
        self._draft = draft
        self._body.addWidget(label(desk.say("rule.about"), "muted", wrap=True))
        self.text, self.name, self.iban = (text_field(desk.say(f"field.{key}")) for key in ("rule_text", "rule_name", "iban"))
        for key, field, value in (
            ("rule_text", self.text, draft.text),
            ("rule_name", self.name, draft.name),
            ("iban", self.iban, draft.iban),
        ):
            field.setText(value)
            self.add(key, field, "internal")
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._soon.timeout.connect(self.look)
        for field in (self.text, self.name, self.iban):
            field.textEdited.connect(self._edited)
        self.would = rows(spacing=4)
        self._body.addLayout(self.would)
        self.count = -1
        self.look()

    def _edited(self, _: str) -> None:
        self._soon.start()

    def rule(self) -> Rule:
        """The rule as it stands in the form."""
        text, name, iban = (field.text().strip() for field in (self.text, self.name, self.iban))
        return replace(self._draft, text=text, name=name, iban=iban)

    def look(self) -> None:
        """Ask what it would have touched."""
        book, rule = self._desk.book, self.rule()
        self._desk.tasks.read(lambda: (would_have(book, rule), read_names(self._desk)), self._show, self._none, lane=self)

    def _none(self, problems: tuple[Problem, ...]) -> None:
        clear(self.would)
        self.count = 0
        for problem in problems:
            self.would.addWidget(label(self._desk.speaker.problem(problem), "warning", wrap=True))

    def _show(self, answer: tuple[list[Touched], Names]) -> None:
        found, names = answer
        clear(self.would)
        self.count = len(found)
        say, rule = self._desk.say, self._draft
        share = Share(rule.target, rule.campaign if rule.account is None else rule.account, Money(1, self._desk.book.currency))
        self.would.addWidget(label(say("rule.becomes", what=target_words(self._desk, share, names)), bold=True, wrap=True))
        self.would.addWidget(label(say("rule.would", n=len(found)), "muted", wrap=True))
        for one in found[:_MOST]:
            became = say("rule.other", what=say(f"disposition.{one.became}")) if one.became else say("rule.open")
            said = label(say("rule.agree") if one.agrees else became, "positive" if one.agrees or not one.became else "warning", size=0.92)
            amount = figure(shown(one.amount, self._desk.speaker), size=0.95)
            self.would.addLayout(columns(label(self._desk.speaker.day(one.booked_on, "medium"), "muted"), amount, None, said))


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
