"""How the window tells things: a toast in passing, with Undo; a bar for what went wrong, which stays and can be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from fundledger.gui.copying import copy
from fundledger.gui.parts import button, columns, label, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.i18n import Speaker

_TOAST_SECONDS = 9
_MARGIN, _INSIDE, _ABOVE_FOOT = 16, 20, 96
_WIDEST = 480


class Toast(QFrame):
    """One sentence at the foot of the page, with Undo while it can be undone."""

    def __init__(self, parent: QWidget, speaker: Speaker, undo: Callable[[], object]) -> None:
        """Hidden until there is something to tell."""
        super().__init__(parent)
        self.setProperty("role", "toast")
        self._run = undo
        self._room = parent
        self.text = label("", wrap=True)
        self.undo = button(speaker.say("gui.action.undo"), self._undo)
        self._closing = QTimer(self, singleShot=True, interval=_TOAST_SECONDS * 1000)
        self._closing.timeout.connect(self.hide)
        closing = button(speaker.say("gui.close"), self.hide)
        self.setLayout(columns(self.text, self.undo, closing, spacing=6, margins=(16, 8, 8, 8)))
        parent.installEventFilter(self)
        self.hide()

    def tell(self, text: str, *, undo: bool) -> None:
        """Say it for some seconds."""
        self.text.setText(text)
        self.setAccessibleName(text)
        self.undo.setVisible(undo)
        self._place()
        self.show()
        self.raise_()
        self._closing.start()

    def _undo(self) -> None:
        self.hide()
        self._run()

    def _place(self) -> None:
        """At the end of the list, above a page's foot: there it covers neither a button nor a sum, however many a page has."""
        room, metrics = self._room.rect(), self.text.fontMetrics()
        widest = min(_WIDEST, room.width() - 2 * _MARGIN - 180)
        self.text.setFixedWidth(min(widest, metrics.horizontalAdvance(self.text.text()) + 4))
        self.text.setFixedHeight(self.text.heightForWidth(self.text.width()))
        self.adjustSize()
        self.move(_MARGIN + _INSIDE, room.height() - self.height() - _ABOVE_FOOT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot when the window grows."""
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)


class ErrorBar(QFrame):
    """What went wrong, what was kept and what to do, until it is closed."""

    def __init__(self, speaker: Speaker) -> None:
        """Hidden until something goes wrong."""
        super().__init__()
        self.setProperty("role", "error")
        self.text = label("", "negative", wrap=True)
        copying = button(speaker.say("gui.copy"), lambda: copy(self.text.text()), "quiet")
        closing = button(speaker.say("gui.close"), self.hide, "quiet")
        layout = columns(self.text, rows(columns(copying, closing, spacing=2), None), margins=(14, 8, 8, 8))
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.hide()

    def tell(self, text: str) -> None:
        """Say it until it is closed."""
        self.text.setText(text)
        self.setAccessibleName(text)
        self.show()
