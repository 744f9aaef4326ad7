"""A choice of many: what is typed narrows it, Enter or leaving takes the first that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QListView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent


class FilterBox(QComboBox):
    """Words with their values; the value stays what was chosen last until something else fits."""

    def __init__(self, name: str) -> None:
        """`name` is read aloud; empty until `offer`."""
        super().__init__()
        self.setAccessibleName(name)
        self.line = QLineEdit()
        self.setLineEdit(self.line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(14)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.line.setAccessibleName(name)
        self.line.editingFinished.connect(self._take)
        self._found, finder = QListView(), QCompleter(self.model(), self)
        finder.setPopup(self._found)
        finder.setFilterMode(Qt.MatchFlag.MatchContains)
        finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        finder.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(finder)
        self._values: list[object] = []

    def offer(self, options: Sequence[tuple[str, object]]) -> None:
        """Other options; what is chosen stays chosen where it still is there."""
        kept, known = self.value(), self.currentIndex() >= 0
        blocked = QSignalBlocker(self)
        self.clear()
        self.addItems([words for words, _ in options])
        self._values = [value for _, value in options]
        self.setCurrentIndex(self._values.index(kept) if known and kept in self._values else 0 if options else -1)
        blocked.unblock()
        self.line.setCursorPosition(0)

    def value(self) -> object:
        """What is chosen; None where nothing is."""
        place = self.currentIndex()
        return self._values[place] if 0 <= place < len(self._values) else None

    def choose(self, value: object) -> None:
        """Choose a value; one that is not offered leaves the choice as it is."""
        if value in self._values:
            self.setCurrentIndex(self._values.index(value))
            self.line.setCursorPosition(0)

    def _take(self) -> None:
        """The first that has the typed words in it, else what was chosen before."""
        if self._found.isVisible():
            self._found.hide()
            self.window().activateWindow()  # a screen without a window manager leaves no window active
        typed = self.line.text().strip().casefold()
        places = range(self.count())
        fits = next((n for n in places if self.itemText(n).casefold() == typed), None)
        if fits is None:
            fits = next(
                (n for n in places if typed and all(word in self.itemText(n).casefold() for word in typed.split())), self.currentIndex()
            )
        self.setCurrentIndex(fits)
        self.setEditText(self.itemText(fits))
        self.line.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes what the list shows first; only then it is the form's again."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and self._found.isVisible():
            self._take()
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Everything is selected, so that typing begins anew."""
        super().focusInEvent(event)
        self.line.selectAll()
