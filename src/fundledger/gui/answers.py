"""What a file does not say and a person must: the questions on its card, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from fundledger.domain.money import NO_CURRENCY
from fundledger.gui.fields import text_field
from fundledger.gui.forms import choice
from fundledger.gui.parts import button, columns, holding, label
from fundledger.services.arriving import Answers
from fundledger.statements.given import Given

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Desk
    from fundledger.services.arriving import Imported
    from fundledger.store.accounts import BankAccount

# As banks have written; the likeliest comes from the file itself.
ENCODINGS = (
    "utf-8", "cp1257", "iso8859-13", "cp775", "cp1252", "iso8859-1", "iso8859-15", "cp850", "cp437", "cp1250", "iso8859-2", "cp852",
    "cp1251", "iso8859-5", "cp866", "koi8-r",
)  # fmt: skip
ORDERS = ("dmy", "mdy", "ymd")
SIGNS = (",", ".")
_YEARS = 15
_NAMED, _WIDEST = 240, 420
# The question that a problem of a file raises.
_RAISED = {
    "account.unknown": "account",
    "account.unnamed": "account",
    "file.encoding_guessed": "encoding",
    "file.undecodable": "encoding",
    "line.undecodable": "encoding",
    "file.date_order": "date_order",
    "file.decimal": "decimal",
    "file.year": "year",
    "statement.currency": "currency",
    "statement.unbalanced": "unbalanced",
    "statement.period_closed": "late",
}
# Those that a person answered already are no warnings any more.
_ANSWERED = frozenset({"statement.unbalanced", "statement.unbalanced_taken"})


@dataclass(frozen=True, slots=True)
class Told:
    """What a person said of one file.

    Rows that cannot be read are left out of every preview, so that the others are seen; of the import only when `leave` is ticked.
    `noticed` says that the warnings were seen.
    """

    given: Given = field(default_factory=partial(Given, leave_unreadable=True))
    answers: Answers = field(default_factory=Answers)
    leave: bool = False
    noticed: bool = False


def warnings_of(found: Imported) -> list[Problem]:
    """What a person is told beside the rows that cannot be read."""
    left_out = {id(one) for one in found.left_out}  # the very same problems: there may be a thousand of each
    return [one for one in found.problems if id(one) not in left_out and one.code not in _ANSWERED]


def questions(found: Imported, told: Told) -> list[str]:
    """What must be asked of a file, and what was answered and may be changed, in the order of the card."""
    raised = {_RAISED.get(one.code) for one in (*found.refused, *found.problems) if _may_be_asked(one)}
    given = {name for name in ("encoding", "date_order", "decimal", "year", "currency") if getattr(told.given, name) is not None}
    said = {name for name in ("account", "unbalanced", "late") if getattr(told.answers, name)}
    return [name for name in dict.fromkeys(_RAISED.values()) if name in raised | given | said]


def _may_be_asked(problem: Problem) -> bool:
    return problem.code != "statement.currency" or problem.values.get("currency") == NO_CURRENCY


class Questions(QWidget):
    """One line a question; `told` says everything that was answered, anew, when one of them is."""

    told = Signal(object)
    adds_account = Signal()

    def __init__(self, desk: Desk, found: Imported, told: Told, accounts: Sequence[BankAccount]) -> None:
        """Nothing is preset but what was answered before, and the encoding the file was read in."""
        super().__init__()
        self._desk, self._found, self._told, self._accounts = desk, found, told, accounts
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setColumnStretch(1, 1)
        for place, name in enumerate(questions(found, told)):
            asked = label(desk.say(f"importing.ask.{name}"), wrap=True)
            asked.setMinimumWidth(_NAMED)
            asked.setMaximumWidth(_WIDEST)
            grid.addWidget(asked, place, 0)
            grid.addWidget(self._control(name), place, 1)

    def _control(self, name: str) -> QWidget:
        if name == "unbalanced":
            return self._reason()
        if name == "late":
            return self._late()
        box = self._choice(name)
        if name != "account":
            return holding(columns(box, None))
        return holding(columns(box, button(self._desk.say("accounts.add"), self.adds_account.emit), None))

    def _choice(self, name: str) -> QComboBox:
        options = [(self._desk.say("importing.choose_one"), None), *self._options(name)]
        box = choice(self._desk.say(f"importing.ask.{name}"), options)
        box.setObjectName(f"ask.{name}")
        box.setMinimumWidth(200)
        box.setCurrentIndex(max(box.findData(self._standing(name)), 0))
        box.activated.connect(lambda _: self._answer(name, box.currentData()))
        return box

    def _options(self, name: str) -> list[tuple[str, object]]:
        say = self._desk.say
        options: dict[str, Callable[[], list[tuple[str, object]]]] = {
            "account": lambda: [(f"{one.code}  {one.name}  {one.currency}", one.iban) for one in self._accounts],
            "encoding": lambda: [(one, one) for one in dict.fromkeys([*filter(None, [self._guessed()]), *ENCODINGS])],
            "date_order": lambda: [(say(f"importing.order.{one}"), one) for one in ORDERS],
            "decimal": lambda: [(say("importing.decimal.comma" if one == "," else "importing.decimal.point"), one) for one in SIGNS],
            "year": lambda: [(str(self._desk.now().year - back), self._desk.now().year - back) for back in range(_YEARS)],
            "currency": lambda: [(one, one) for one in sorted({each.currency for each in self._accounts})],
        }
        return options[name]()

    def _guessed(self) -> str | None:
        values = (one.values.get("encoding") for one in self._found.problems)
        return next((str(one) for one in values if one), None)

    def _standing(self, name: str) -> object:
        if name == "account":
            return self._told.answers.account
        return getattr(self._told.given, name) or (self._guessed() if name == "encoding" else None)

    def _answer(self, name: str, value: object) -> None:
        if name == "account":
            self.told.emit(replace(self._told, answers=replace(self._told.answers, account=value)))  # type: ignore[arg-type]  # a number
        else:
            self.told.emit(replace(self._told, noticed=False, given=replace(self._told.given, **{name: value})))  # type: ignore[arg-type]  # a field by its name

    def _reason(self) -> QWidget:
        line = text_field(self._desk.say("importing.ask.unbalanced"), self._desk.say("importing.reason"))
        line.setObjectName("ask.unbalanced")
        line.setText(self._told.answers.unbalanced or "")

        def say_it() -> None:
            self.told.emit(replace(self._told, answers=replace(self._told.answers, unbalanced=line.text().strip() or None)))

        line.returnPressed.connect(say_it)
        return holding(columns(line, button(self._desk.say("importing.anyway"), say_it)))

    def _late(self) -> QWidget:
        tick = QCheckBox(self._desk.say("importing.late"))
        tick.setObjectName("ask.late")
        tick.setAccessibleName(tick.text())
        tick.setChecked(self._told.answers.late)
        tick.clicked.connect(lambda on: self.told.emit(replace(self._told, answers=replace(self._told.answers, late=bool(on)))))
        return tick
