"""Vouchers to look at: the entry a draft would make with the figures it changes, and the list of those that were booked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from fundledger.gui.deciding import account_words
from fundledger.gui.documents import OutsideOffer
from fundledger.gui.parts import button, clear, columns, figure, holding, label, pill, rows, rule
from fundledger.gui.table import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fundledger.domain.entry import Posting
    from fundledger.domain.money import Money
    from fundledger.gui.desk import Desk
    from fundledger.gui.vouchers import Checked, Effect, Told
    from fundledger.store.vouchers import Voucher

_RIGHT = Qt.AlignmentFlag.AlignRight
_ARROW = "\N{RIGHTWARDS ARROW}"


class DraftView(QWidget):
    """The entry of a draft, debit and credit beside each other, and under it every figure before and after."""

    def __init__(self, desk: Desk) -> None:
        """Empty until `show_draft`."""
        super().__init__()
        self._desk = desk
        self._body = rows(spacing=5, margins=(0, 0, 0, 0))
        self.setLayout(self._body)

    def show_draft(self, checked: Checked | None) -> None:
        """Show what was found; nothing where there is no entry."""
        clear(self._body)
        if checked is None or not checked.postings:
            return
        say = self._desk.say
        self._body.addWidget(rule())
        self._body.addWidget(label(say("reconcile.entry"), "muted", size=0.92))
        self._body.addLayout(self._entry(checked.postings, checked.names or {}))
        self._body.addWidget(label(say("voucher.effect"), "muted", size=0.92))
        self._body.addLayout(self._effects(checked.effects))

    def _entry(self, postings: Sequence[Posting], names: Mapping[int, str]) -> QGridLayout:
        grid = _grid(14)
        for column, key in enumerate(("account", "fund", "debit", "credit")):
            side = _RIGHT if column > 1 else Qt.AlignmentFlag.AlignLeft
            grid.addWidget(label(self._desk.say(f"column.{key}"), "muted", size=0.85), 0, column, side)
        for place, posting in enumerate(postings, 1):
            grid.addWidget(label(account_words(self._desk, posting.account), size=0.95, wrap=True), place, 0)
            grid.addWidget(label(names.get(posting.fund, ""), size=0.95, wrap=True), place, 1)
            column = 2 if posting.amount.minor > 0 else 3
            grid.addWidget(figure(shown(abs(posting.amount), self._desk.speaker), size=0.95), place, column, _RIGHT)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _effects(self, effects: Sequence[Effect]) -> QGridLayout:
        grid = _grid(10)
        last = ""
        for place, one in enumerate(effects):
            name = self._desk.say(f"figure.{one.figure}")
            grid.addWidget(label("" if one.fund == last else one.fund, bold=True, size=0.95, wrap=True), place, 0)
            grid.addWidget(label(name, "muted", size=0.95), place, 1)
            before, after = (self._amount(amount) for amount in (one.before, one.after))
            after.setAccessibleName(f"{one.fund} {name}: {before.text()} {_ARROW} {after.text()}")
            grid.addWidget(before, place, 2, _RIGHT)
            grid.addWidget(label(_ARROW, "muted"), place, 3)
            grid.addWidget(after, place, 4, _RIGHT)
            last = one.fund
        grid.setColumnStretch(0, 1)
        return grid

    def _amount(self, amount: Money) -> QLabel:
        made = figure(shown(amount, self._desk.speaker), size=0.95)
        if amount.minor < 0:
            made.setProperty("role", "negative")
        return made


class VoucherList(QWidget):
    """What was booked on documents, the newest first; those that were taken back stay, and say so."""

    def __init__(self, desk: Desk, found: Sequence[Told], fund: str) -> None:
        """`fund` is the code of the campaign that looks at them: a transfer comes from another or goes there."""
        super().__init__()
        self._desk, self._fund = desk, fund
        body = rows(label(desk.say("vouchers.title"), bold=True), spacing=6)
        self.outside = OutsideOffer(desk)
        if not found:
            body.addWidget(label(desk.say("vouchers.none"), "muted", wrap=True))
        for one in found:
            body.addWidget(self._row(one))
        body.addWidget(self.outside)
        self.setLayout(body)

    def _row(self, told: Told) -> QWidget:
        say, one = self._desk.say, told.voucher
        kind, amount = label(say(f"voucher.kind.{one.kind}"), wrap=True), figure(shown(one.amount, self._desk.speaker), size=1.0)
        head = columns(kind, *([pill(say("vouchers.undone"), "plain")] if one.undone else []), amount)
        head.setStretch(0, 1)
        day = self._desk.speaker.day(one.dated, "medium")
        facts = " · ".join([day, *self._facts(one), *([say("vouchers.agreed", who=told.agreed)] if told.agreed else [])])
        if not one.document:
            facts = f"{facts} · {say('vouchers.no_paper')}"
        foot = columns(label(facts, "muted", size=0.92, wrap=True))
        foot.setStretch(0, 1)
        if one.document:
            paper = button(say("vouchers.paper"), partial(self.outside.offer, one.document), "small")
            paper.setAccessibleName(f"{say('vouchers.paper')}: {kind.text()} {day}")
            foot.addWidget(paper, 0, Qt.AlignmentFlag.AlignTop)
        if one.undone:
            for each in (kind, amount):
                each.setProperty("role", "muted")
        return holding(rows(head, foot, spacing=1))

    def _facts(self, one: Voucher) -> list[str]:
        say = self._desk.say
        facts = [say("vouchers.invoice", number=one.invoice)] if one.invoice else []
        if one.taker:
            facts.append(
                say("vouchers.from", fund=self._name(one.fund))
                if one.taker == self._fund
                else say("vouchers.to", fund=self._name(one.taker))
            )
        facts += [say("vouchers.donor", code=one.donor)] if one.donor else []
        facts += [say("vouchers.anonymous")] if one.kind == "cash" and not one.donor else []
        facts += [say("vouchers.payee", code=one.payee)] if one.payee and not one.invoice else []
        return [*facts, say("vouchers.entry", number=one.entry_number)]

    def _name(self, fund: str) -> str:
        key = f"fund.{fund}"
        return self._desk.speaker.say(key) if self._desk.speaker.knows(key) else fund


def _grid(room: int) -> QGridLayout:
    made = QGridLayout()
    made.setHorizontalSpacing(room)
    made.setVerticalSpacing(2)
    return made
