"""Notices that nobody sits at the desk any more, or that the computer is about to sleep."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import SLOT, QCoreApplication, QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QWindow

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
    """Says `over` once nobody has typed or pointed for so many minutes, and before a sleep; one that was not told counts as well."""

    over = Signal()

    def __init__(self, parent: QObject, clock: Callable[[], float] = awake) -> None:
        """`clock` counts seconds, another one in tests."""
        super().__init__(parent)
        self.clock = clock
        self._seconds, self._last = 0.0, clock()
        self._looking = QTimer(self, interval=_LOOK_SECONDS * 1000)
        self._looking.timeout.connect(self.look)
        self._told_of_sleep = False

    def begin(self, minutes: int) -> None:
        """Watch from now on."""
        self._seconds, self._last = minutes * 60.0, self.clock()
        application = QCoreApplication.instance()
        if not self._looking.isActive() and application is not None:
            self._looking.start()
            self._told_of_sleep = self._told_of_sleep or self.hear_of_sleep()
            if isinstance(application, QGuiApplication):
                application.focusWindowChanged.connect(self._watch)
                self._watch(application.focusWindow())

    def _watch(self, window: QWindow | None) -> None:
        """What a person does comes through the window she is in; looking at every event of the whole program would slow each one."""
        if window is not None:
            window.installEventFilter(self)

    def hear_of_sleep(self) -> bool:
        """Ask the system to be told before it sleeps; False where nobody tells (no logind, no bus)."""
        try:
            from PySide6.QtDBus import QDBusConnection  # noqa: PLC0415  not on every system
        except ImportError:
            return False
        bus, manager = QDBusConnection.systemBus(), "org.freedesktop.login1.Manager"
        path, signal, slot = "/org/freedesktop/login1", "PrepareForSleep", SLOT("before_sleep(bool)")
        return bool(bus.connect("", path, manager, signal, self, slot))  # type: ignore[call-overload]  # bytes, as it says, are refused

    @Slot(bool)
    def before_sleep(self, going: bool) -> None:  # noqa: FBT001  the value of logind's signal: False when it wakes
        """The computer is about to sleep: whoever wakes it is nobody yet."""
        if going and self._looking.isActive():
            self.over.emit()

    def end(self) -> None:
        """Watch no longer: nothing is open."""
        application = QCoreApplication.instance()
        if self._looking.isActive() and isinstance(application, QGuiApplication):
            application.focusWindowChanged.disconnect(self._watch)
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
