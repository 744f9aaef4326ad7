"""A row of widgets that goes on below where it does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator


class Flow(QLayout):
    """Lays widgets out as words of a text are: each as wide as it wants, the next line where one is full."""

    def __init__(self, *widgets: QWidget, spacing: int = 6) -> None:
        """The widgets in their order."""
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)
        for one in widgets:
            self.addWidget(one)

    def addItem(self, item: QLayoutItem) -> None:
        """One more behind the others."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at a place."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take one out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """How high it is depends on how wide."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines."""
        return max((place.bottom() + 1 for _, place in self._places(QRect(0, 0, width, 0))), default=0)

    def setGeometry(self, within: QRect) -> None:
        """Put every widget in its place."""
        super().setGeometry(within)
        for item, place in self._places(within):
            item.setGeometry(place)

    def sizeHint(self) -> QSize:
        """All in one line."""
        sizes = [one.sizeHint() for one in self._items]
        width = sum(one.width() for one in sizes) + self.spacing() * max(len(sizes) - 1, 0)
        return QSize(width, max((one.height() for one in sizes), default=0))

    def minimumSize(self) -> QSize:
        """The widest one alone."""
        sizes = [one.sizeHint() for one in self._items]
        return QSize(max((one.width() for one in sizes), default=0), max((one.height() for one in sizes), default=0))

    def _places(self, within: QRect) -> Iterator[tuple[QLayoutItem, QRect]]:
        """Each item and its place, on the middle of its line."""
        y = within.y()
        for line in self._lines(within.width()):
            x, height = within.x(), max(size.height() for _, size in line)
            for item, size in line:
                yield item, QRect(QPoint(x, y + (height - size.height()) // 2), size)
                x += size.width() + self.spacing()
            y += height + self.spacing()

    def _lines(self, width: int) -> Iterator[list[tuple[QLayoutItem, QSize]]]:
        line, used = list[tuple[QLayoutItem, QSize]](), 0
        for item in self._items:
            if item.isEmpty():  # hidden
                continue
            size = item.sizeHint()
            if line and used + size.width() > width:
                yield line
                line, used = [], 0
            line.append((item, size))
            used += size.width() + self.spacing()
        if line:
            yield line


def flowing(*widgets: QWidget, spacing: int = 6) -> QWidget:
    """Widgets in a row of their own that goes on below, for places that are filled anew.

    A layout written in Python that is taken out of another one would be gone before Qt lets go of it.
    """
    made = QWidget()
    made.setLayout(Flow(*widgets, spacing=spacing))
    return made
