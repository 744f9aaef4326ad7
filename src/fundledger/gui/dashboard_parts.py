"""The parts of the first page: cards with a figure, rows that lead to what needs a person, how far each campaign is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QWidget

from fundledger.gui.cells import paint_bar
from fundledger.gui.parts import Drawing, columns, figure, label, rows, set_property
from fundledger.gui.table import MINUS, Bar, shown
from fundledger.gui.theme import scaled, tabular

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QLayout

    from fundledger.domain.money import Money
    from fundledger.gui.desk import Desk
    from fundledger.services.dashboard import Goal

_BAR_HEIGHT = 7


_SIZES = (1.75, 1.5, 1.3, 1.1)  # of a figure, by the room there is


class FigureCard(QFrame):
    """One figure of the whole book, large, with what it is above and a few words below."""

    def __init__(self, desk: Desk, key: str) -> None:
        """`key` names it: `gui.figure.KEY`."""
        super().__init__()
        self._desk, self._said = desk, desk.say(f"figure.{key}")
        self.setProperty("role", "card")
        self.setObjectName(key)
        self.amount, self.below = figure("", size=_SIZES[0]), label("", "muted", size=0.88, wrap=True)
        self.amount.setObjectName("figure")
        self.setLayout(rows(label(self._said, "muted", size=0.95), self.amount, self.below, None, spacing=3, margins=(18, 14, 14, 14)))

    def show_amount(self, amount: Money, below: str) -> None:
        """Show it in the book's currency; a negative one is told by its sign and its colour."""
        text = self._desk.speaker.money(amount).replace("-", MINUS)
        self.amount.setText(text)
        set_property(self.amount, "role", "negative" if amount.minor < 0 else "")
        self.amount.setAccessibleName(f"{self._said}: {text}. {below}")
        self.below.setText(below)

    def fits(self, size: float) -> bool:
        """Whether the figure has room in letters of a size."""
        metrics = QFontMetrics(tabular(scaled(self.font(), size, bold=True)))
        return metrics.horizontalAdvance(self.amount.text()) <= self.contentsRect().width() - 34


class FigureCards(QWidget):
    """Figures side by side, all of one size: as large as the longest has room for."""

    def __init__(self, desk: Desk, *keys: str) -> None:
        """In their order."""
        super().__init__()
        self.cards = {key: FigureCard(desk, key) for key in keys}
        line = columns(spacing=14)
        for card in self.cards.values():
            card.amount.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            line.addWidget(card, 1)
        self.setLayout(line)

    def fit(self) -> None:
        """Choose the size."""
        size = next((one for one in _SIZES if all(card.fits(one) for card in self.cards.values())), _SIZES[-1])
        for card in self.cards.values():
            card.amount.setFont(tabular(scaled(self.font(), size, bold=True)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another size."""
        super().resizeEvent(event)
        self.fit()


class WideButton(QPushButton):
    """A button as wide as there is room that holds a layout of its own; Enter presses it as Space does."""

    def __init__(self, layout: QLayout, said: str) -> None:
        """`said` is what those hear who do not see it."""
        super().__init__()
        self.setProperty("role", "row")
        self.setAccessibleName(said)
        self.setAutoDefault(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setLayout(layout)
        for each in self.findChildren(QWidget):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """What is inside."""
        inside = self.layout()
        return inside.sizeHint() if inside else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """What is inside, with its texts broken."""
        inside = self.layout()
        return inside.minimumSize() if inside else super().minimumSizeHint()


class NeedRow(WideButton):
    """Something to attend to: how many, what, a sentence about it, and that it leads somewhere."""

    def __init__(self, desk: Desk, count: str, title: str, sentence: str, drawing: str = "") -> None:
        """`drawing` stands where nothing is counted."""
        number: QWidget = figure(count, size=1.3) if count else Drawing(desk.look, drawing, 20, "accent")
        if count:
            number.setProperty("role", "accent")
        elif isinstance(number, Drawing):
            number.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        number.setFixedWidth(max(40, number.sizeHint().width() + 4))
        texts = rows(label(title, bold=True, wrap=True), label(sentence, "muted", size=0.92, wrap=True), spacing=1)
        inside = columns(number, texts, Drawing(desk.look, "next", 16), spacing=10, margins=(10, 8, 10, 8))
        inside.setStretch(1, 1)
        super().__init__(inside, f"{count} {title}. {sentence}".strip())


class GoalRow(WideButton):
    """A campaign that collects: its bar, and the same in words."""

    def __init__(self, desk: Desk, goal: Goal) -> None:
        """Pressed, it opens the campaign."""
        one, speaker = goal.campaign, desk.speaker
        self._look, self._bar = desk.look, Bar(one.asked, goal.collected, goal.paid)
        title = f"{one.code}  {one.title(speaker.language)}"
        words = desk.say("dashboard.goal", collected=goal.collected, asked=one.asked, paid=goal.paid)
        head = label(title, wrap=True)
        inside = rows(head, label(words, "muted", size=0.9, wrap=True), _BAR_HEIGHT + 5, spacing=3, margins=(10, 7, 10, 7))
        super().__init__(inside, f"{title}. {shown(self._bar, speaker)}. {words}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button, and the bar at its foot."""
        super().paintEvent(event)
        painter = QPainter(self)
        room = QRectF(10, self.height() - _BAR_HEIGHT - 9, self.width() - 20, _BAR_HEIGHT)
        paint_bar(painter, room, self._bar, self._look.theme)
        painter.end()
