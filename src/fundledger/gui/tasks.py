"""Background work: one writer, two readers, one Qt signal.

Work runs in a thread of the standard library, opens its own session of the book and answers with frozen values; the
answer is heard in the window's own thread. A newer question on the same lane makes an older answer worthless.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Event
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from fundledger.domain.problem import KnownError, Problem

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
Answer = TypeVar("Answer")
_STEPS_SAID = 200
# How long, in seconds, a thread may keep the interpreter while another waits. Work that asks the system for little things all the time (a
# row of the ledger, a packed stream) lets it go so briefly that the window wakes too late each time, and with the usual 5 ms never insists:
# it stood still for 0.7 s beside a workbook being written, and does for 0.03 s with this.
_TURN = 0.00005


class News(Enum):
    """What a job tells."""

    STARTED = auto()
    PROGRESS = auto()
    DONE = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Ticket:
    """A job that was asked for: what it is called, where its questions queue, and the wish to stop it."""

    title: str = ""
    lane: object = None
    stop: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of news of one job."""

    ticket: Ticket
    news: News
    value: object = None


@dataclass(frozen=True, slots=True)
class _Listener:
    done: Callable[[object], None]
    failed: Callable[[tuple[Problem, ...]], None]


class Tasks(QObject):
    """Runs work beside the window; `told` is the one signal, everything on it happens in the window's thread."""

    told = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Start with no thread; they come with the first work."""
        super().__init__(parent)
        sys.setswitchinterval(_TURN)
        self._writer = ThreadPoolExecutor(1, "writer")
        self._readers = ThreadPoolExecutor(2, "reader")
        self._listeners: dict[Ticket, _Listener] = {}
        self._latest: dict[object, Ticket] = {}
        self._quiet: list[Callable[[], None]] = []
        self._closed = False
        self.told.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    def read(
        self,
        work: Callable[[], Answer],
        done: Callable[[Answer], None],
        failed: Callable[[tuple[Problem, ...]], None],
        lane: object = None,
    ) -> Ticket:
        """Ask the book something; on a lane only the answer to the latest question is heard."""
        ticket = Ticket(lane=lane)
        if self._closed:
            return ticket  # a pause of typing ended behind the lock: nobody would hear the answer
        if lane is not None:
            self._latest[lane] = ticket
        return self._start(self._readers, ticket, lambda: work(), done, failed)  # noqa: PLW0108  the answer's type is known here

    def write(
        self,
        title: str,
        work: Callable[[Progress, Cancelled], Answer],
        done: Callable[[Answer], None],
        failed: Callable[[tuple[Problem, ...]], None],
    ) -> Ticket:
        """Change the book, one change after the other; the work says how far it is and hears that it should stop."""
        ticket = Ticket(title)
        return self._start(self._writer, ticket, lambda: work(self._progress(ticket), ticket.stop.is_set), done, failed)

    def busy(self) -> bool:
        """Whether any answer is still to come."""
        return bool(self._listeners)

    def when_quiet(self, run: Callable[[], None]) -> None:
        """Do this as soon as no answer is to come any more."""
        self._quiet.append(run)
        self._tell_quiet()

    def _tell_quiet(self) -> None:
        while self._quiet and not self.busy():
            self._quiet.pop(0)()

    def cancel(self) -> None:
        """Ask every job with a title to stop; what it did is rolled back by itself."""
        for ticket in self._listeners:
            if ticket.title:
                ticket.stop.set()

    def close(self) -> None:
        """Stop what can be stopped, wait for the rest, hear no answer any more."""
        self._closed = True
        for ticket in self._listeners:
            ticket.stop.set()
        self._listeners.clear()
        self._quiet.clear()
        for pool in (self._writer, self._readers):
            pool.shutdown(wait=True, cancel_futures=True)

    def _start(
        self,
        pool: ThreadPoolExecutor,
        ticket: Ticket,
        work: Callable[[], Answer],
        done: Callable[[Answer], None],
        failed: Callable[[tuple[Problem, ...]], None],
    ) -> Ticket:
        self._listeners[ticket] = _Listener(done, failed)  # type: ignore[arg-type]  # the answer of this very work
        self.told.emit(Told(ticket, News.STARTED))
        future = pool.submit(work)
        future.add_done_callback(lambda ended: self._end(ticket, ended))
        return ticket

    def _end(self, ticket: Ticket, ended: Future[Answer]) -> None:
        """Still in the job's thread: pass on the answer, or what went wrong."""
        error = CancelledError() if ended.cancelled() else ended.exception()
        self.told.emit(Told(ticket, News.DONE, ended.result()) if error is None else Told(ticket, News.FAILED, error))

    def _progress(self, ticket: Ticket) -> Progress:
        """Say at most some two hundred steps, however many there are."""
        said = -1

        def tell(done: int, total: int) -> None:
            nonlocal said
            step = done * _STEPS_SAID // max(total, 1)
            if step != said:
                said = step
                self.told.emit(Told(ticket, News.PROGRESS, (done, total)))

        return tell

    def _hear(self, told: Told) -> None:
        if told.news not in {News.DONE, News.FAILED}:
            return
        try:
            self._answer(told)
        finally:
            self._tell_quiet()

    def _answer(self, told: Told) -> None:
        listener = self._listeners.pop(told.ticket, None)
        lane = told.ticket.lane
        if listener is None or self._latest.get(lane, told.ticket) is not told.ticket:
            return
        if isinstance(lane, QObject) and not isValid(lane):
            return  # what asked is no longer there
        if told.news is News.DONE:
            listener.done(told.value)
        elif isinstance(told.value, KnownError):
            listener.failed(told.value.problems)
        elif isinstance(told.value, BaseException):
            raise told.value  # a bug of ours: the shell's one hook shows it
