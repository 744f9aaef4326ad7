"""The editor of a split: parts with their targets, and a rest that must be zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QVBoxLayout, QWidget

from fundledger.domain.chart import BANK_CHARGES, PROCESSOR_FEES
from fundledger.domain.matching import Share, TargetKind
from fundledger.domain.money import Money
from fundledger.gui.deciding import targets
from fundledger.gui.fields import MoneyField
from fundledger.gui.forms import choice
from fundledger.gui.parts import button, columns, holding, icon_button, label, rows
from fundledger.gui.table import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from fundledger.gui.deciding import Known
    from fundledger.gui.desk import Desk


class Part(QWidget):
    """One part: where, and how much; a minus runs against the line."""

    def __init__(self, editor: SplitEditor, offered: list[tuple[str, object]]) -> None:
        """Belongs to an editor."""
        super().__init__()
        desk = editor.desk
        self.target: QComboBox = choice(desk.say("split.target"), offered)
        self.target.setMinimumWidth(120)
        self.amount = MoneyField(desk.say("field.amount"), desk.book.currency, desk.speaker)
        self.amount.setFixedWidth(120)
        removing = icon_button(desk.look, "close", desk.say("split.remove"), lambda: editor.remove(self))
        layout = columns(self.target, self.amount, removing, spacing=6)
        layout.setStretch(0, 1)
        layout.setAlignment(self.target, Qt.AlignmentFlag.AlignTop)
        layout.setAlignment(removing, Qt.AlignmentFlag.AlignTop)
        self.setLayout(layout)
        self.target.currentIndexChanged.connect(lambda _: editor.changed())
        self.amount.edited.connect(editor.changed)

    def share(self, sign: int) -> Share | None:
        """The share it stands for; None while no amount can be read."""
        amount, kept = self.amount.value(), self.target.currentData()
        if amount is None or kept is None:
            return None
        kind, key, *bearer = kept
        return Share(TargetKind(kind), key, Money(amount.minor * sign, amount.currency), bearer=bearer[0] if bearer else None)


class SplitEditor(QFrame):
    """Parts of one line; `edited` after each change, `kept` on Enter when the rest is zero, `left` on Esc."""

    edited = Signal()
    kept = Signal()
    left = Signal()
    place = "reconcile.split"  # what is typed in it survives a lock, as in a form

    def __init__(self, desk: Desk, known: Known, shares: Sequence[Share]) -> None:
        """Begins with the shares given, else with one part of the whole amount."""
        super().__init__()
        self.setProperty("role", "panel")
        self.desk, self._known = desk, known
        self._sign = 1 if known.line.gross.minor > 0 else -1
        self._offered = targets(desk, known)
        self.parts: list[Part] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.rest_text = label("", bold=True)
        adding = button(desk.say("split.add"), self.add_rest, "quiet")
        fee = button(desk.say("split.fee"), self.rest_is_fee, "quiet")
        foot = holding(columns(adding, fee, None, self.rest_text))
        self.setLayout(rows(label(desk.say("split.title"), bold=True), self._rows, foot, spacing=8, margins=(14, 12, 14, 10)))
        self._soon = QTimer(self, singleShot=True, interval=80)
        self._soon.timeout.connect(self.edited.emit)
        for share in shares:
            self.add(share)
        if not shares:
            self.add_rest()
        self._began = self.typed()

    @property
    def touched(self) -> bool:
        """Whether the parts are others than those it began with."""
        return self.typed() != self._began

    def typed(self) -> list[object]:
        """Every part: where, and the amount as it stands in its field."""
        return [[*(part.target.currentData() or ("", None)), part.amount.line.text()] for part in self.parts]

    def fill(self, values: list[Any]) -> None:
        """Put back what `typed` gave; a target that is gone since leaves the first one there is."""
        for part in self.parts[len(values) :]:
            self.remove(part)
        while len(self.parts) < len(values):
            self.add_rest()
        for part, (*target, amount) in zip(self.parts, values, strict=True):
            part.target.setCurrentIndex(self._place(*target))
            part.amount.line.setText(amount)

    def _place(self, *target: object) -> int:
        """Where a target stands among those offered."""
        return next((n for n, (_, kept) in enumerate(self._offered) if kept == target), 0)

    def add(self, share: Share) -> None:
        """A part that begins as a share."""
        part = Part(self, self._offered)
        part.target.setCurrentIndex(self._place(share.target, share.key, *([share.bearer] if share.bearer else [])))
        part.amount.set_value(share.amount if self._sign > 0 else -share.amount)
        self.parts.append(part)
        self._rows.addWidget(part)
        self.changed()

    def add_rest(self) -> None:
        """A part with what is left."""
        part = Part(self, self._offered)
        rest = self.rest() if self._sign > 0 else -self.rest()
        self.parts.append(part)
        self._rows.addWidget(part)
        if rest:
            part.amount.set_value(rest)
        part.amount.setFocus(Qt.FocusReason.OtherFocusReason)
        part.amount.line.selectAll()
        self.changed()

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
        amount = self._known.line.gross
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
        """Enter keeps, Esc leaves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.kept.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
