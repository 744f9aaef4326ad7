"""Taking over a foundation that is older than its book: choose the workbook, see every step or problem, book it with a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from shiboken6 import isValid

from fundledger.domain.voucher import TERMS
from fundledger.export.takeover import write_template
from fundledger.gui.few_rows import FewRows
from fundledger.gui.fields import secret_field
from fundledger.gui.forms import Form
from fundledger.gui.parts import button, columns, label
from fundledger.gui.table import Column, Kind
from fundledger.i18n import one_line
from fundledger.services.takeover import Preview, preview, take_over

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Changes, Desk
    from fundledger.services.takeover import Step

_WIDTHS = {"place": 23, "about": 19, "fund": 26, "debit": 7, "credit": 7}
_MOST_PROBLEMS = 200


class TakeoverForm(Form):
    """A workbook as it would be booked; nothing is until somebody else's passphrase stands under it."""

    place = "importing.take_over"

    def __init__(self, desk: Desk) -> None:
        """No workbook yet."""
        say = desk.say
        super().__init__(desk, say("takeover.title"), say("takeover.keep"))
        self.path: Path | None = None
        self.seen: Preview | None = None
        self.choose = button(say("takeover.choose"), self._choose)
        self.template = button(say("takeover.template"), self._save_template)
        self.state, self.warned = label(say("takeover.none"), "muted", wrap=True), label("", "warning", wrap=True)
        self.problems = label("", "negative", wrap=True)
        self.problems.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.steps = FewRows(desk, _columns(desk), say("takeover.steps"))
        self.second = secret_field(say("field.second_passphrase"))
        self._body.addWidget(label(say("takeover.about"), "muted", wrap=True))
        self._body.addLayout(columns(self.choose, self.template, None))
        for each in (self.state, self.problems, self.steps, self.warned):
            self._body.addWidget(each)
        self.add("second_passphrase", self.second, "", say("field.second_passphrase.note"))
        self.second.textChanged.connect(lambda _: self._ready())
        self.kept.connect(lambda _: self._book())
        self._show(None)

    def begin(self) -> None:
        """Stand where the workbook is chosen."""
        super().begin()
        self._ready()
        self.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- the workbook -------------------------------------------------------------------------------------------------
    def _save_template(self) -> None:
        desk = self._desk
        place = desk.dialogs.new_file(self, desk.say("takeover.template_title"), desk.book.path.parent / desk.say("takeover.file_name"))
        if place is None:
            return
        path, speaker = place if place.suffix.lower() == ".xlsx" else place.with_name(f"{place.name}.xlsx"), desk.speaker
        desk.tasks.read(lambda: write_template(path, speaker), lambda _: desk.tell(desk.say("takeover.saved", file=path.name)), self._wrong)

    def _choose(self) -> None:
        chosen = self._desk.dialogs.file(self, self._desk.say("takeover.choose_title"), self._desk.say("takeover.kinds"))
        if chosen is not None:
            self.look(chosen)

    def look(self, path: Path) -> None:
        """Look at a workbook in the background; nothing of it stays."""
        desk, at = self._desk, self._desk.now()
        self.path = path
        self._show(None)
        self.state.setText(desk.say("takeover.looking", file=one_line(path.name)))
        desk.tasks.write(desk.say("verb.takeover_look"), lambda _, __: preview(desk.book, path, at), self._looked, self._wrong)

    def _looked(self, seen: Preview) -> None:
        if isValid(self):
            self._show(seen)

    def _wrong(self, problems: tuple[Problem, ...]) -> None:
        """A file that is no workbook, or cannot be read or written."""
        if not isValid(self):
            self._desk.problems(problems)
            return
        self._show(None)
        self.refuse(problems)
        self._ready()

    def _show(self, seen: Preview | None) -> None:
        speaker, say = self._desk.speaker, self._desk.say
        self.seen = seen
        self.refused.hide()
        problems, warnings, steps = (seen.problems, seen.warnings, seen.steps) if seen else ((), (), ())
        self.problems.setText("\n".join(speaker.problem(one) for one in problems[:_MOST_PROBLEMS]))
        self.problems.setAccessibleName(say("takeover.wrong"))
        self.warned.setText("\n".join(speaker.problem(one) for one in warnings))
        self.steps.show_rows(steps)
        self.steps.hold_height()
        for each, there in ((self.problems, problems), (self.warned, warnings), (self.steps, steps)):
            each.setVisible(bool(there))
        if seen and self.path:
            file = one_line(self.path.name)
            self.state.setText(say("takeover.problems", n=len(problems), file=file) if problems else say("takeover.ready", n=len(steps)))
        elif self.path is None:
            self.state.setText(say("takeover.none"))
        self._ready()

    def _ready(self) -> None:
        self.keep.setEnabled(bool(self.seen and self.seen.steps and self.second.text()))

    # --- booking ------------------------------------------------------------------------------------------------------
    def _book(self) -> None:
        if self.path is None:
            return
        book, path, at, phrase = self._desk.book, self.path, self._desk.now(), self.second.text()

        def work() -> Changes:
            return take_over(book, path, at, book.witness(phrase))

        self._desk.act("takeover_read", lambda _, __: work(), lambda _: self.discarded.emit() if isValid(self) else None, self.refuse)


def _columns(desk: Desk) -> tuple[Column, ...]:
    say = desk.speaker.say

    def about(step: Step) -> str:
        return say(f"figure.{step.about}") if step.about in TERMS else step.about

    def fund(step: Step) -> str:
        return say("fund.unrestricted") if step.fund == "unrestricted" else step.fund or ""

    return (
        Column("what", lambda step: say(f"takeover.sheet.{step.what}")),
        Column("place", lambda step: step.place, Kind.CODE, _WIDTHS["place"]),
        Column("about", about, letters=_WIDTHS["about"]),
        Column("fund", fund, letters=_WIDTHS["fund"]),
        Column("debit", lambda step: step.debit or "", Kind.CODE, _WIDTHS["debit"]),
        Column("credit", lambda step: step.credit or "", Kind.CODE, _WIDTHS["credit"]),
        Column("amount", lambda step: step.amount, Kind.MONEY, 14),
    )
