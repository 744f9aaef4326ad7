"""The small pieces pages are laid out with; every text is plain, whatever stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QScrollArea, QSplitter, QVBoxLayout, QWidget

from fundledger.gui.theme import icon, pixmap, scaled, tabular

Box = TypeVar("Box", QVBoxLayout, QHBoxLayout)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

    from fundledger.gui.theme import Look


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set what the style sheet asks for, and dress the widget anew."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def reached_in(whole: QWidget) -> list[QWidget]:
    """The parts of a whole that can have the focus."""
    return [each for each in whole.findChildren(QWidget) if each.focusPolicy() is not Qt.FocusPolicy.NoFocus]


def go_last(whole: QWidget, *last: QWidget) -> None:
    """Let Tab come to these parts of a whole in their order, behind all its other parts."""
    each: QWidget | None = whole.nextInFocusChain()
    before: QWidget | None = None
    while each is not None and each is not whole:
        if whole.isAncestorOf(each) and each not in last and each.focusPolicy() is not Qt.FocusPolicy.NoFocus:
            before = each
        each = each.nextInFocusChain()
    for one in last:
        if before is not None:
            QWidget.setTabOrder(before, one)
        before = one


def label(text: str, role: str = "", *, size: float = 1.0, bold: bool = False, wrap: bool = False) -> QLabel:
    """A plain text; `role` is its colour by purpose, `size` a factor of the window's letters."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if size != 1.0 or bold:
        made.setFont(scaled(made.font(), size, bold=bold))
    return made


def figure(text: str, *, size: float = 1.35) -> QLabel:
    """A figure that is looked at first."""
    made = label(text, size=size, bold=True)
    made.setFont(tabular(made.font()))
    return made


def pill(text: str, tone: str) -> QLabel:
    """A word in a colour."""
    made = label(text, size=0.9)
    made.setProperty("tone", tone)
    return made


def button(text: str, pressed: Callable[[], object] | None = None, role: str = "") -> QPushButton:
    """A button with a name for those who hear it."""
    made = QPushButton(text)
    made.setAccessibleName(text)
    made.setProperty("role", role)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setAutoDefault(False)
    if pressed:
        made.clicked.connect(lambda: pressed())  # noqa: PLW0108  the click's own argument stays out
    return made


class IconButton(QPushButton):
    """A button with a drawing that follows the theme; `colour` and `active` are colours by purpose."""

    def __init__(self, look: Look, name: str, text: str, colour: str = "muted", active: str = "") -> None:
        """`text` is its name, and stands on it where it has a role with text."""
        super().__init__(text)
        self._look, self._drawing, self._colour, self._active = look, name, colour, active
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(19, 19))
        self._dress()
        look.changed.connect(self._dress)

    def _dress(self) -> None:
        theme = self._look.theme
        self.setIcon(icon(self._drawing, getattr(theme, self._colour), getattr(theme, self._active) if self._active else None))


class Drawing(QLabel):
    """A drawing that follows the theme."""

    def __init__(self, look: Look, name: str, size: int, colour: str = "muted") -> None:
        """`colour` is a colour by purpose."""
        super().__init__()
        self._look, self._drawing, self._size, self._colour = look, name, size, colour
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._dress()
        look.changed.connect(self._dress)

    def _dress(self) -> None:
        self.setPixmap(pixmap(self._drawing, getattr(self._look.theme, self._colour), self._size, 2.0))


def icon_button(look: Look, name: str, text: str, pressed: Callable[[], object]) -> IconButton:
    """A quiet button with a drawing alone; its text is its tooltip and its name."""
    made = IconButton(look, name, text)
    made.setText("")
    made.setProperty("role", "quiet")
    made.setToolTip(text)
    made.clicked.connect(lambda: pressed())  # noqa: PLW0108  the click's own argument stays out
    return made


def rows(*items: QWidget | QLayout | int | None, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """Under each other; a number is room, None takes what is left."""
    return _filled(QVBoxLayout(), items, spacing, margins)


def columns(*items: QWidget | QLayout | int | None, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Beside each other, as `rows`."""
    return _filled(QHBoxLayout(), items, spacing, margins)


def _filled(box: Box, items: tuple[QWidget | QLayout | int | None, ...], spacing: int, margins: tuple[int, int, int, int]) -> Box:
    box.setSpacing(spacing)
    box.setContentsMargins(*margins)
    for item in items:
        if item is None:
            box.addStretch(1)
        elif isinstance(item, int):
            box.addSpacing(item)
        elif isinstance(item, QLayout):
            box.addLayout(item)
        else:
            box.addWidget(item)
    return box


def holding(layout: QLayout) -> QWidget:
    """A bare widget around a layout."""
    made = QWidget()
    made.setLayout(layout)
    return made


def beside(*parts: QWidget, sizes: Sequence[int] = ()) -> QSplitter:
    """Parts side by side, with a gap to drag between them."""
    made = QSplitter(Qt.Orientation.Horizontal)
    for part in parts:
        made.addWidget(part)
    made.setSizes(sizes)
    made.setHandleWidth(14)
    made.setChildrenCollapsible(False)
    return made


def framed(layout: QLayout, role: str = "card") -> QFrame:
    """A frame around a layout."""
    made = QFrame()
    made.setProperty("role", role)
    made.setLayout(layout)
    return made


def rule() -> QFrame:
    """A hairline."""
    made = QFrame()
    made.setProperty("role", "rule")
    return made


class _TallArea(QScrollArea):
    """Scrolls up and down only: what is inside is never wider than the area."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hold the inside to the width there is."""
        super().resizeEvent(event)
        inner, width = self.widget(), self.viewport().width()
        if inner is not None and inner.maximumWidth() != width:
            inner.setMaximumWidth(width)


def scrolling(inner: QWidget) -> QScrollArea:
    """Something that may be longer than the window."""
    made = _TallArea()
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    if not inner.property("role"):
        inner.setObjectName("sheet")
    made.viewport().setObjectName("viewport")
    made.setWidget(inner)
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of a layout, for good."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
