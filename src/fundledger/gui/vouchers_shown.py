"""The vouchers that were booked, to look at."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fundledger.gui.documents import OutsideOffer
from fundledger.gui.parts import button, columns, figure, holding, label, pill, rows
from fundledger.gui.table import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.gui.desk import Desk
    from fundledger.gui.vouchers import Told
    from fundledger.store.vouchers import Voucher


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
