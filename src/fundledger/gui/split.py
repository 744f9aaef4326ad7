"""The editor of a split: parts with their targets, and a rest that must be zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fundledger.domain.chart import BANK_CHARGES, PROCESSOR_FEES
from fundledger.domain.matching import Share, TargetKind
from fundledger.domain.money import Money
from fundledger.gui.fields import MoneyField
from fundledger.gui.filter_box import FilterBox
from fundledger.gui.flow import flowing
from fundledger.gui.naming import Offered, fixed_targets, must_be_campaign, target_words, whose
from fundledger.gui.parts import button, columns, go_last, holding, icon_button, label, rows
from fundledger.gui.table import shown
from fundledger.gui.typed import Typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QShowEvent

    from fundledger.gui.deciding import Known
    from fundledger.gui.desk import Desk


class Part(QWidget):
    """One part: where, in a second step whose, and how much; a minus runs against the line."""

    def __init__(self, editor: SplitEditor, base: Share | None = None) -> None:
        """Belongs to an editor; what `base` says besides (its payment, its donor) stays while it goes to the same."""
        super().__init__()
        desk = editor.desk
        self._base = base
        self.target, self.whose = FilterBox(desk.say("split.target")), FilterBox(desk.say("split.whose"))
        self.amount = MoneyField(desk.say("field.amount"), desk.book.currency, desk.speaker)
        self.own = MoneyField(desk.say("split.own"), desk.book.currency, desk.speaker)
        self._currency = ""  # of an invoice in another one
        for field in (self.amount, self.own):
            field.setFixedWidth(120)
        self._own_row = holding(columns(label(desk.say("split.own"), "muted", wrap=True), self.own, spacing=6))
        removing = icon_button(desk.look, "close", desk.say("split.remove"), lambda: editor.remove(self))
        boxes = holding(rows(self.target, self.whose, self._own_row, spacing=4))
        layout = columns(boxes, self.amount, removing, spacing=6)
        layout.setStretch(0, 1)
        for each in (boxes, self.amount, removing):
            layout.setAlignment(each, Qt.AlignmentFlag.AlignTop)
        self.setLayout(layout)
        self._offered = Offered([], [], [])
        self.whose.hide()
        self._own_row.hide()
        self.target.currentIndexChanged.connect(lambda _: self._step())
        self.target.currentIndexChanged.connect(lambda _: editor.changed())
        self.whose.currentIndexChanged.connect(lambda _: editor.changed())
        self.amount.edited.connect(editor.changed)
        self.own.edited.connect(editor.changed)

    def offer(self, offered: Offered) -> None:
        """What may be chosen; what is chosen stays."""
        self._offered = offered
        self.target.offer(offered.targets)
        self._step()

    def choose(self, target: object, whose: object) -> None:
        """Choose both steps."""
        self.target.choose(target)
        self._step()
        self.whose.choose(whose)

    def _step(self) -> None:
        """The second step belongs to the first: whose it is, or of an invoice in another currency what of it is paid."""
        match self.target.value():
            case (TargetKind.INVOICE, int(row)):
                self._currency = self._offered.foreign.get(row, "")
            case _:
                self._currency = ""
        self._own_row.setVisible(bool(self._currency))
        if self._currency:
            self.own.set_currency(self._currency)
        of = whose(self.target.value())
        options = self._offered.funds if of == "fund" else self._offered.campaigns if of else []
        self.whose.offer([one for one in options if one[1] is not None or not must_be_campaign(self.target.value())])
        self.whose.setVisible(bool(of and options))

    def share(self, sign: int) -> Share | None:
        """The share it stands for; None while no amount can be read, or a campaign must still be named."""
        amount, target, owner = self.amount.value(), self.target.value(), self.whose.value()
        if amount is None or not isinstance(target, tuple) or (must_be_campaign(target) and owner is None):
            return None
        kind, key = target
        made = Share(TargetKind(kind), key, Money(amount.minor * sign, amount.currency))
        if self._base is not None and (self._base.target, self._base.key) == (kind, key):
            made = self._base._replace(amount=made.amount, original=None)
        if self._currency and (own := self.own.value()):
            made = made._replace(original=Money(own.minor * sign, own.currency))
        of, row = whose(target) if self.whose.count() else "", owner if isinstance(owner, int) else None
        return made._replace(fund=row) if of == "fund" else made._replace(bearer=row) if of else made


class SplitEditor(Typed):
    """Parts of one line; `edited` after each change, `kept` on Enter when the rest is zero, `left` on Esc."""

    edited = Signal()
    kept = Signal()
    left = Signal()
    place = "reconcile.split"  # what is typed in it survives a lock, as in a form

    def __init__(self, desk: Desk, known: Known, shares: Sequence[Share]) -> None:
        """Begins with the shares given, else with one part of the whole amount."""
        super().__init__(desk)
        self.setProperty("role", "panel")
        self.desk, self._known = desk, known
        self._sign = 1 if known.gross.minor > 0 else -1
        named = {(share.target, share.key): target_words(desk, share._replace(bearer=None, fund=None), known.names) for share in shares}
        self._offered = Offered(
            [(words, target) for target, words in named.items() if target not in _fixed(desk)] + fixed_targets(desk), [], []
        )
        self.parts: list[Part] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.rest_text = label("", bold=True)
        adding = button(desk.say("split.add"), self.add_rest, "quiet")
        fee = button(desk.say("split.fee"), self.rest_is_fee, "quiet")
        self._below = [] if known.others else [adding, fee]
        foot = flowing(*self._below, self.rest_text)
        title = desk.say("split.one") if known.others else desk.say("split.title")
        self.setLayout(rows(label(title, bold=True), self._rows, foot, spacing=8, margins=(14, 12, 14, 10)))
        self._soon = QTimer(self, singleShot=True, interval=80)
        self._soon.timeout.connect(self.edited.emit)
        for share in shares:
            self.add(share)
        if not shares:
            self.add_rest()
        self._began = self.typed()

    def showEvent(self, event: QShowEvent) -> None:
        """Tab comes to the buttons behind the parts."""
        super().showEvent(event)
        go_last(self, *self._below)

    @property
    def touched(self) -> bool:
        """Whether the parts are others than those it began with."""
        return self.typed() != self._began

    def typed(self) -> list[object]:
        """Every part: where, and the amount as it stands in its field."""
        return [[part.target.value(), part.whose.value(), part.amount.line.text(), part.own.line.text()] for part in self.parts]

    def fill(self, values: list[Any]) -> None:
        """Put back what `typed` gave; a target that is gone since leaves the first one there is."""
        for part in self.parts[len(values) :]:
            self.remove(part)
        while len(self.parts) < len(values):
            self.add_rest()
        for part, (target, whose_it_is, amount, *own) in zip(self.parts, values, strict=True):
            part.choose(tuple(target) if target else None, whose_it_is)
            part.amount.line.setText(amount)
            part.own.line.setText("".join(own))

    def offer(self, offered: Offered) -> None:
        """Everything there is to choose from, as soon as it is read."""
        self._offered = offered
        for part in self.parts:
            part.offer(offered)

    def add(self, share: Share) -> None:
        """A part that begins as a share."""
        part = self._part(share)
        part.choose((share.target, share.key), share.fund if share.target is TargetKind.TRANSFER else share.bearer)
        part.amount.set_value(share.amount if self._sign > 0 else -share.amount)
        if share.original:
            part.own.set_currency(share.original.currency)
            part.own.set_value(share.original if self._sign > 0 else -share.original)
        self.changed()

    def _part(self, base: Share | None = None) -> Part:
        part = Part(self, base)
        part.offer(self._offered)
        part.amount.setEnabled(not self._known.others)
        self.parts.append(part)
        self._rows.addWidget(part)
        part.show()
        go_last(self, *self._below)
        return part

    def add_rest(self) -> None:
        """A part with what is left."""
        rest = self.rest() if self._sign > 0 else -self.rest()
        part = self._part()
        if rest:
            part.amount.set_value(rest)
        part.target.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed()

    def stand_in(self, part: Part) -> None:
        """The amount of a part takes the focus; of several lines only the target can be chosen."""
        if part.amount.isEnabled():
            part.amount.line.setFocus(Qt.FocusReason.OtherFocusReason)
            part.amount.line.selectAll()
        else:
            part.target.setFocus(Qt.FocusReason.OtherFocusReason)

    def rest_is_fee(self) -> None:
        """What is left was kept by a bank or a processor: the foundation's charge, unless another part says otherwise."""
        if rest := self.rest():
            self.add(Share(TargetKind.ACCOUNT, PROCESSOR_FEES if self._known.line.kind else BANK_CHARGES, rest))

    def remove(self, part: Part) -> None:
        """Take a part away; the last one stays."""
        if len(self.parts) > 1:
            self.parts.remove(part)
            part.hide()
            part.deleteLater()
            self.changed()

    def shares(self) -> tuple[Share, ...]:
        """The parts that can be read."""
        return tuple(share for share in (part.share(self._sign) for part in self.parts) if share is not None)

    def rest(self) -> Money:
        """What no part takes yet."""
        amount = self._known.gross
        return amount - sum((share.amount for share in self.shares()), Money(0, amount.currency))

    def changed(self) -> None:
        """Say the rest, and tell soon that something changed."""
        rest = self.rest()
        self.rest_text.setText(self.desk.say("split.rest", amount=shown(rest, self.desk.speaker)))
        self.rest_text.setProperty("role", "negative" if rest else "positive")
        self.rest_text.style().unpolish(self.rest_text)
        self.rest_text.style().polish(self.rest_text)
        self._soon.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter keeps, Ctrl+Enter adds a part with the rest, Shift+Enter makes the rest a fee, Esc leaves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.add_rest()
            elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.rest_is_fee()
            else:
                self.ended = True
                self.kept.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.ended = True
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _fixed(desk: Desk) -> list[object]:
    return [target for _, target in fixed_targets(desk)]
