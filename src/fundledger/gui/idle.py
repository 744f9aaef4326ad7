"""Notices that nobody sits at the desk any more."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOK_SECONDS = 5
_SIGNS = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress, QEvent.Type.DragMove,
})  # fmt: skip


def awake() -> float:
    """Seconds that go on while the computer sleeps, where the system counts them, and that nobody can set back."""
    counted = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC) if hasattr(time, "CLOCK_MONOTONIC") else None
    return time.monotonic() if counted is None else time.clock_gettime(counted)


class Idle(QObject):
    """Says `over` once nobody has typed or pointed for so many minutes; a sleep counts as well."""

    over = Signal()

    def __init__(self, parent: QObject, clock: Callable[[], float] = awake) -> None:
        """`clock` counts seconds, another one in tests."""
        super().__init__(parent)
        self.clock = clock
        self._seconds, self._last = 0.0, clock()
        self._looking = QTimer(self, interval=_LOOK_SECONDS * 1000)
        self._looking.timeout.connect(self.look)

    def begin(self, minutes: int) -> None:
        """Watch from now on."""
        self._seconds, self._last = minutes * 60.0, self.clock()
        application = QCoreApplication.instance()
        if not self._looking.isActive() and application is not None:
            self._looking.start()
            application.installEventFilter(self)

    def end(self) -> None:
        """Watch no longer: nothing is open."""
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._looking.stop()

    def look(self) -> bool:
        """Whether the time is over; then it is said."""
        if not self._looking.isActive() or self.clock() - self._last < self._seconds:
            return False
        self.over.emit()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Somebody is there, unless the first sign comes after the time was over: then it wakes a computer that slept."""
        if event.type() in _SIGNS and not self.look():
            self._last = self.clock()
        return super().eventFilter(watched, event)
