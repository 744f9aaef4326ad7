"""The dark sidebar: pages with their drawings and what waits on them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame

from fundledger.gui.colours import DARK
from fundledger.gui.parts import Drawing, IconButton, columns, label, rows
from fundledger.gui.theme import scaled, tabular

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import SignalInstance

    from fundledger.gui.desk import Desk
    from fundledger.gui.theme import Look

# In the order of their keys, Ctrl+0 to Ctrl+9; keys stay what they are when a page joins.
PAGES = ("dashboard", "campaigns", "donors", "disbursements", "importing", "reconcile", "reports", "logbook", "settings_page", "tieout")
# In the order of the work.
_ORDER = ("dashboard", "campaigns", "donors", "disbursements", "importing", "reconcile", "tieout", "reports", "logbook", "settings_page")
_ICONS = {"importing": "import", "logbook": "log", "settings_page": "settings"}


class _PageButton(IconButton):
    """A page of the sidebar, with the number of things that wait there."""

    def __init__(self, look: Look, name: str, text: str) -> None:
        super().__init__(look, name, text, "side_text", "side_accent")
        self.setProperty("role", "side")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.count = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button, and the count on it."""
        super().paintEvent(event)
        if not self.count:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = tabular(scaled(self.font(), 0.85, bold=True))
        painter.setFont(font)
        width = max(painter.fontMetrics().horizontalAdvance(self.count) + 14, 24)
        room = self.rect().adjusted(self.width() - width - 8, 0, -8, 0)
        room.setTop((self.height() - 20) // 2)
        room.setHeight(20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DARK.side_accent))
        painter.drawRoundedRect(room, 10, 10)
        painter.setPen(QColor(DARK.on_accent))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.count)
        painter.end()


class Sidebar(QFrame):
    """The pages; `chosen` names one."""

    chosen = Signal(str)
    attended = Signal()
    switched = Signal()

    def __init__(self, desk: Desk, name: str) -> None:
        """`name` is the foundation's, inside the window only: never in its title."""
        super().__init__()
        self.setProperty("role", "side")
        self.setFixedWidth(212)
        self._desk = desk
        logo = Drawing(desk.look, "logo", 30)
        brand = label("FundLedger", "brand", size=1.15, bold=True)
        self._buttons: dict[str, _PageButton] = {}
        for page in _ORDER:
            self._buttons[page] = self._page_button(page)
        self._pages = rows(*self._buttons.values(), spacing=3)
        self.names = IconButton(desk.look, "eye", desk.say("names.show"), "side_text")
        self.names.setProperty("role", "side")
        self.names.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.attention = self._quiet("key", "", self.attended)
        self.attention.hide()
        self.worker = self._quiet("lock", "", self.switched)
        self.worker.setToolTip(desk.say("worker.hint"))
        head, below = columns(logo, brand, None, spacing=10, margins=(6, 0, 0, 0)), label(name, "side", size=0.9, wrap=True)
        foot = rows(self.attention, self.names, self.worker, spacing=3)
        self.setLayout(rows(head, below, 8, self._pages, None, foot, spacing=8, margins=(12, 16, 12, 12)))

    def _page_button(self, page: str) -> _PageButton:
        made = _PageButton(self._desk.look, _ICONS.get(page, page), self._desk.say(f"{page}.title"))
        made.clicked.connect(partial(self.chosen.emit, page))
        return made

    def _quiet(self, drawing: str, text: str, pressed: SignalInstance) -> IconButton:
        made = IconButton(self._desk.look, drawing, text, "side_text")
        made.setProperty("role", "side")
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda: pressed.emit())  # noqa: PLW0108  the click's own argument stays out
        return made

    def attend(self, texts: Sequence[str]) -> None:
        """Say what is missing for a bad day; nothing hides it."""
        self.attention.setVisible(bool(texts))
        self.attention.setText(self._desk.say("attention", n=len(texts)) if texts else "")
        self.attention.setToolTip("\n".join(texts))
        self.attention.setAccessibleName(" ".join(texts) or self._desk.say("attention", n=0))

    def works(self, text: str) -> None:
        """Say who works now."""
        self.worker.setText(text)
        self.worker.setAccessibleName(self._desk.say("worker", who=text))

    def mark(self, page: str) -> None:
        """Show which page is open."""
        self._buttons[page].setChecked(True)

    def wait(self, page: str, count: int) -> None:
        """Say how many things wait on a page."""
        made = self._buttons[page]
        made.count = self._desk.speaker.count(count) if count else ""
        made.setAccessibleDescription(self._desk.say("waiting", n=count) if count else "")
        made.update()

    def count(self, page: str) -> str:
        """What the badge of a page says."""
        return self._buttons[page].count
