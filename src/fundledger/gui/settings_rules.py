"""The rules of matching in their order: moved, switched, changed, tried against the past, deleted; each says where it was learned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fundledger.domain.masking import mask_account, mask_name, mask_text
from fundledger.domain.matching import TargetKind
from fundledger.domain.money import Money
from fundledger.domain.rules import Direction, Rule
from fundledger.gui.few_rows import FewRows
from fundledger.gui.naming import read_names
from fundledger.gui.parts import button, clear, columns, framed, holding, label, rows
from fundledger.gui.rule_form import RuleForm, proposes, show_touched
from fundledger.gui.table import Column, Kind, Pill, shown
from fundledger.services import rules as verbs

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QPushButton

    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Changes, Desk
    from fundledger.services.rules import Touched

# What is done to the current rule; each is a key in the list and a button under it.
KEYS = ("rule.edit", "rule.up", "rule.down", "rule.switch", "rule.try", "rule.remove")


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as the list shows it: what it proposes in words, the line it was learned from."""

    rule: Rule
    proposes: str
    learned: int | None


def read_rules(desk: Desk) -> list[Row]:
    """Every rule in its order; runs beside the window."""
    found, names = verbs.rules(desk.book), read_names(desk)
    learned = verbs.learned_lines(desk.book, found)
    return [Row(one, proposes(desk, one, names), learned.get(one.id)) for one in found]


def looks_for(desk: Desk, rule: Rule) -> str:
    """What a rule looks for in one line, masked unless names are shown."""
    say, reveal = desk.say, desk.revealed
    masked = ((rule.text, mask_text), (rule.name, mask_name), (rule.iban, mask_account))
    said = [value if reveal else mask(value) for value, mask in masked if value]
    if rule.direction is not Direction.BOTH:
        said.append(say(f"direction.{rule.direction.value}"))
    return " · ".join([*said, *([rule.bank] if rule.bank else []), *_bounds(desk, rule)])


def _bounds(desk: Desk, rule: Rule) -> list[str]:
    amounts = [None if one is None else shown(Money(one, desk.book.currency), desk.speaker) for one in (rule.least_minor, rule.most_minor)]
    match amounts:
        case [str() as least, str() as most]:
            return [desk.say("rules.between", least=least, most=most)]
        case [str() as least, _]:
            return [desk.say("rules.at_least", amount=least)]
        case [_, str() as most]:
            return [desk.say("rules.at_most", amount=most)]
    return []


class RulesSection(QWidget):
    """The list with its keys; a form takes its place above it, what a rule would have touched stands below."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Empty until `refresh`."""
        super().__init__()
        self._desk = desk
        self.form: RuleForm | None = None
        self.table = FewRows(desk, self._columns(), desk.say("rules.title"))
        self.tried = rows(spacing=4)
        self._form_place, self.empty = rows(), label(desk.say("rules.empty"), "muted", wrap=True)
        self._stand: int | None = None
        self._rows: list[Row] = []
        self.add = button(desk.say("rules.new"), self.new, "primary")
        self._runs: dict[str, Callable[[], None]] = dict(
            zip(KEYS, (self.edit, partial(self.shift, -1), partial(self.shift, 1), self.switch, self.try_it, self.remove), strict=True)
        )
        self.buttons = {key: self._button(key, actions) for key in KEYS}
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())

    def _columns(self) -> tuple[Column, ...]:
        say = self._desk.say
        return (
            Column("rule_number", lambda row: str(row.rule.number), Kind.CODE, 4),
            Column("rule_looks", lambda row: looks_for(self._desk, row.rule), private=True),
            Column("rule_proposes", lambda row: row.proposes),
            Column("rule_learned", lambda row: say("rules.learned", line=row.learned) if row.learned else say("rules.by_hand"), letters=14),
            Column(
                "rule_state",
                lambda row: Pill(f"gui.rules.{'off' if row.rule.off else 'on'}", "plain" if row.rule.off else "good"),
                Kind.PILL,
                8,
            ),
        )

    def _button(self, key: str, actions: Actions) -> QPushButton:
        action, run = actions[key], self._runs[key]
        actions.does(key, run, self.table)
        made = button(f"{self._desk.say(f'short.{key}')}   {action.shortcut().toString()}", run, "small")
        made.setAccessibleName(action.text().replace("&", ""))
        made.setToolTip(made.accessibleName().rstrip("…"))
        return made

    def _lay_out(self) -> None:
        say = self._desk.say
        head = columns(label(say("rules.title"), size=1.2, bold=True), None, self.add)
        self.acts = holding(columns(*self.buttons.values(), None))
        inside = rows(head, label(say("rules.about"), "muted", wrap=True), self.empty, self.table, self.acts, self.tried, spacing=10)
        inside.setContentsMargins(22, 18, 22, 18)
        self.setLayout(rows(self._form_place, framed(inside), spacing=14))

    def refresh(self) -> None:
        """The rules as they stand."""
        self._desk.ask(lambda: read_rules(self._desk), self._show, lane=self)

    def _show(self, found: list[Row]) -> None:
        place = self.table.currentIndex().row() if self._stand is None else self._stand
        self._rows, self._stand = found, None
        self.table.show_rows(found)
        self.table.hold_height()
        self.table.setVisible(bool(found))
        self.acts.setVisible(bool(found))
        self.empty.setVisible(not found)
        if found:
            self.table.stand(min(max(place, 0), len(found) - 1))
        self._chosen()

    def _chosen(self) -> None:
        """Another rule is looked at: what the last one would have touched says nothing of it."""
        clear(self.tried)
        row = self.current()
        for key, each in self.buttons.items():
            number = row.rule.number if row else 0
            out = {"rule.up": number <= 1, "rule.down": number >= len(self._rows)}.get(key, row is None)
            each.setEnabled(not out)

    def current(self) -> Row | None:
        """The rule that is looked at."""
        place = self.table.currentIndex().row()
        return self._rows[place] if 0 <= place < len(self._rows) else None

    # --- acts ---------------------------------------------------------------------------------------------------------
    def shift(self, step: int) -> None:
        """One place up or down; the list stands on it again."""
        row = self.current()
        if row is None or not 1 <= row.rule.number + step <= len(self._rows):
            return
        book, number = self._desk.book, row.rule.number
        self._stand = number - 1 + step
        self._desk.do("rule_move", lambda at: verbs.move(book, number, number + step, at))

    def switch(self) -> None:
        """On, or off."""
        row = self.current()
        if row is not None:
            book, rule = self._desk.book, replace(row.rule, off=not row.rule.off)
            self._desk.do("rule_edit", lambda at: verbs.save(book, rule, at))

    def remove(self) -> None:
        """Take it away; Undo brings it back."""
        row = self.current()
        if row is not None:
            book, number = self._desk.book, row.rule.number
            self._desk.do("rule_remove", lambda at: verbs.remove(book, number, at))

    def try_it(self) -> None:
        """What of the past it would have touched."""
        row = self.current()
        if row is not None:
            book, rule = self._desk.book, row.rule
            self._desk.ask(lambda: (row, verbs.would_have(book, rule)), self._show_tried, lane=(self, "tried"))

    def _show_tried(self, answer: tuple[Row, list[Touched]]) -> None:
        row, found = answer
        if row != self.current():
            return
        clear(self.tried)
        self.tried.addWidget(label(self._desk.say("rules.try_title", number=row.rule.number), bold=True))
        show_touched(self.tried, self._desk, found)

    # --- forms --------------------------------------------------------------------------------------------------------
    def new(self) -> None:
        """A form for a rule that no line taught."""
        self._open(Rule(TargetKind.SUSPENSE), self._desk.say("rules.new_title"))

    def edit(self) -> None:
        """A form for everything the current rule says."""
        row = self.current()
        if row is not None:
            form = self._open(row.rule, self._desk.say("rules.edit_title", number=row.rule.number))
            if row.learned:
                form.note(self._desk.say("rules.learned_from", line=row.learned))

    def _open(self, rule: Rule, title: str) -> RuleForm:
        self._close()
        self.form = form = RuleForm(self._desk, rule, title, whole=True)
        form.kept.connect(lambda _: self._keep(form))
        form.discarded.connect(self._close)
        self._form_place.addWidget(form)
        form.begin()
        return form

    def _keep(self, form: RuleForm) -> None:
        rule = form.rule()
        if rule is None:
            form.say_missing()
            return
        book = self._desk.book
        self._stand = rule.number - 1 if rule.id else len(self._rows)

        def kept(_: Changes) -> None:
            self._close()

        self._desk.do("rule_edit" if rule.id else "rule_new", lambda at: verbs.save(book, rule, at), kept, form.refuse)

    def _close(self) -> None:
        if self.form is not None:
            clear(self._form_place)
            self.form = None
            (self.table if self._rows else self.add).setFocus(Qt.FocusReason.OtherFocusReason)
