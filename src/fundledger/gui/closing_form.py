"""Closing a campaign: what blocks it, where its surplus goes or what a shortfall leaves to choose, late gifts, then the last word."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from fundledger.domain.campaign import FOUNDATION, HOLD, REFUND, TO_CAMPAIGN
from fundledger.domain.refunding import Fate
from fundledger.gui.few_rows import FewRows
from fundledger.gui.fields import secret_field
from fundledger.gui.forms import Form, choice
from fundledger.gui.parts import button, clear, columns, holding, label, rows, rule, scrolling
from fundledger.gui.table import Column, Kind, Pill
from fundledger.services.approving import needs_second
from fundledger.services.ending import close_campaign, settlement, shortfall_choices
from fundledger.services.late_gifts import late_gifts, settle_late

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QVBoxLayout

    from fundledger.domain.campaign import Campaign
    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Changes, Desk
    from fundledger.services.ending import Settlement, ShortfallChoices
    from fundledger.services.late_gifts import LateGift

# Where what blocks is solved: an action of the window.
_SOLVED = {
    "campaign.still_owed": "page.disbursements",
    "campaign.invoices_unapproved": "page.disbursements",
    "campaign.overdrawn": "campaign.cover",
    "campaign.advances_unused": "voucher.new",
    "campaign.due_back": "page.reconcile",
    "campaign.undocumented": "page.disbursements",
}
_TONES = {Fate.REFUND: "good", Fate.SMALL: "plain", Fate.SOURCE: "warn", Fate.GUARDED: "warn"}


@dataclass(frozen=True, slots=True)
class Ready:
    """What closing would do now, what a shortfall leaves to choose, the late gifts, and whether somebody else could agree."""

    settlement: Settlement
    choices: ShortfallChoices
    late: tuple[LateGift, ...]
    others: bool


def read(desk: Desk, code: str, *, ended: bool) -> Ready:
    """Runs beside the window."""
    book = desk.book
    return Ready(settlement(book, code, ended=ended), shortfall_choices(book, code), tuple(late_gifts(book, code)), needs_second(book))


def rule_said(desk: Desk, word: str) -> str:
    """A rule of a mandate in words."""
    return (
        desk.say("surplus.campaign", code=word.removeprefix(TO_CAMPAIGN)) if word.startswith(TO_CAMPAIGN) else desk.say(f"surplus.{word}")
    )


def _late_said(desk: Desk, word: str) -> str:
    """What becomes of a late gift, in words; empty where its board has not said."""
    return (
        desk.say("late.campaign", code=word.removeprefix(TO_CAMPAIGN))
        if word.startswith(TO_CAMPAIGN)
        else desk.say(f"late.{word or 'board'}")
    )


class ClosingForm(Form):
    """The steps in their order, asked again after whatever is done about one; `goes` is the action that solves what blocks."""

    goes = Signal(str)
    closed = Signal()

    def __init__(self, desk: Desk, campaign: Campaign) -> None:
        """Empty until what closing would do is read."""
        super().__init__(desk, desk.say("closing.title", code=campaign.code), desk.say("action.campaign.close"))
        say = desk.say
        self._campaign = campaign
        self.ready: Ready | None = None
        self.cause = choice(say("field.cause"), [(say("closing.reached"), False), (say("closing.ended"), True)])
        self.add("cause", self.cause, "auditor", say("closing.cause.note"))
        self._steps = rows(spacing=9)
        self._body.addWidget(scrolling(holding(self._steps)), 1)
        self.fill_height()
        self.second = secret_field(say("field.second"))
        self._agreeing = holding(self.labelled("second", self.second, "", say("field.second_passphrase.note")))
        self._body.addWidget(self._agreeing)
        self._agreeing.hide()
        shape = (
            Column("code", lambda one: one.code or desk.say("closing.nobody"), Kind.CODE, 9),
            Column("given", lambda one: one.given, Kind.MONEY, 9),
            Column("share", lambda one: one.share, Kind.MONEY, 9),
            Column("fate", lambda one: Pill(f"campaign.fate.{one.fate}", _TONES[one.fate]), Kind.PILL),
        )
        self.shares = FewRows(desk, shape, say("closing.shares"))
        late = (
            Column("date", lambda one: one.booked_on, Kind.DATE, 11),
            Column("amount", lambda one: one.amount, Kind.MONEY, 9),
            Column("late", lambda one: _late_said(desk, one.proposes)),
        )
        self.late = FewRows(desk, late, say("closing.late"))
        self.board = choice(say("field.board"), [(_late_said(desk, word), word) for word in (FOUNDATION, REFUND, HOLD)])
        self.settle = button(say("closing.settle"), self._settle)
        self._kept = (self.shares, self.late, self.board, self.settle)
        self.cause.currentIndexChanged.connect(self._changed)
        self.kept.connect(lambda _: self._close())
        desk.changed.connect(self._changed)
        self.ask()

    def _changed(self, _: object) -> None:
        self.ask()

    def ask(self) -> None:
        """Read again what closing would do."""
        code, ended = self._campaign.code, bool(self.cause.currentData())
        self._desk.ask(lambda: read(self._desk, code, ended=ended), self._show, lane=self)

    def begin(self) -> None:
        """Stand in the first field; closing waits until it is known what it would do."""
        super().begin()
        self.keep.setEnabled(self.ready is not None and not self.ready.settlement.blocks)

    def _show(self, ready: Ready) -> None:
        self.ready = ready
        for each in self._kept:
            each.setParent(None)
        clear(self._steps)
        self._say_blocks(ready.settlement)
        if ready.choices.missing:
            self._say_shortfall(ready.choices)
        else:
            self._say_surplus(ready.settlement)
        if ready.late:
            self._say_late(ready.late)
        self._steps.addStretch(1)
        self._agreeing.setVisible(ready.others and (ready.settlement.two_persons or self._is_board(ready)))
        self.keep.setEnabled(not ready.settlement.blocks)

    # --- the steps ----------------------------------------------------------------------------------------------------
    def _step(self, key: str) -> None:
        self._steps.addWidget(rule())
        self._steps.addWidget(label(self._desk.say(f"closing.{key}"), bold=True))

    def _say_blocks(self, found: Settlement) -> None:
        self._step("blocks")
        if not found.blocks:
            self._steps.addWidget(label(f"✓ {self._desk.say('closing.free')}", "positive", wrap=True))
        for role, problems in (("negative", found.blocks), ("warning", found.warnings)):
            for problem in problems:
                self._steps.addLayout(self._with_way(problem, role))

    def _with_way(self, problem: Problem, role: str) -> QVBoxLayout:
        said, way = label(self._desk.speaker.problem(problem), role, wrap=True), _SOLVED.get(problem.code)
        if way is None:
            return rows(said)
        going = button(self._desk.say(f"closing.to.{way}"), partial(self.goes.emit, way), "small")
        return rows(said, columns(going, None), spacing=4)

    def _say_surplus(self, found: Settlement) -> None:
        say = self._desk.say
        self._step("surplus")
        if not found.surplus:
            self._steps.addWidget(label(say("closing.nothing_left"), wrap=True))
            return
        self._steps.addWidget(label(say("closing.left", money=found.surplus, rule=rule_said(self._desk, found.rule)), wrap=True))
        if found.shares:
            self.shares.show_rows(found.shares)
            self.shares.hold_height()
            self._steps.addWidget(self.shares)
            self.shares.show()
            self._steps.addWidget(label(say("closing.refunded", n=found.n_refunds, money=found.refunded), wrap=True))
        if found.moved:
            self._steps.addWidget(label(say("closing.moved", money=found.moved, code=found.taker), wrap=True))
        if found.held:
            self._steps.addWidget(label(say("closing.held", money=found.held), wrap=True))

    def _say_shortfall(self, found: ShortfallChoices) -> None:
        say = self._desk.say
        self._step("shortfall")
        self._steps.addWidget(label(say("closing.missing", money=found.missing), "warning", wrap=True))
        ways = [("campaign.cover", bool(found.cover)), ("voucher.new", bool(found.unpaid)), ("campaign.open", found.reopen)]
        buttons = [button(say(f"closing.way.{key}"), partial(self.goes.emit, key)) for key, possible in ways if possible]
        for each in buttons:
            self._steps.addLayout(columns(each, None))

    def _say_late(self, found: Sequence[LateGift]) -> None:
        self._step("late")
        self.late.show_rows(found)
        self.late.hold_height()
        self._steps.addWidget(self.late)
        self.late.show()
        for problem in dict.fromkeys(one.waits for one in found if one.waits):
            self._steps.addWidget(label(self._desk.speaker.problem(problem), "warning", wrap=True))
        able = [one for one in found if one.state != "refund" and not one.waits]
        for each in (self.board, self.settle) if self.ready and self._is_board(self.ready) else (self.settle,):
            self._steps.addWidget(each)
            each.setVisible(bool(able))

    def _is_board(self, ready: Ready) -> bool:
        return any(one.rule == FOUNDATION and one.state != "refund" for one in ready.late)

    # --- what is done -------------------------------------------------------------------------------------------------
    def _settle(self) -> None:
        book, at, code, phrase = self._desk.book, self._desk.now(), self._campaign.code, self.second.text()
        to = str(self.board.currentData()) if self.ready and self._is_board(self.ready) else ""

        def work() -> Changes:
            return settle_late(book, code, at, to=to, second=book.witness(phrase) if phrase else None)

        self._desk.act("campaign_late", lambda _, __: work(), lambda _: self.second.clear(), self.refuse)

    def _close(self) -> None:
        if self.ready is None or self.ready.settlement.blocks:
            return
        book, at, code, phrase, ended = (
            self._desk.book,
            self._desk.now(),
            self._campaign.code,
            self.second.text(),
            bool(self.cause.currentData()),
        )

        def work() -> Changes:
            return close_campaign(book, code, at.date(), at, book.witness(phrase) if phrase else None, ended=ended)

        verb = "campaign_close_ended" if ended else "campaign_close"
        self._desk.act(verb, lambda _, __: work(), lambda _: self.closed.emit(), self.refuse)
