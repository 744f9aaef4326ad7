"""Who may use the connections of a book: any number of readers, or one who needs them all closed."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE_SECONDS = 10.0


class Turns:
    """Readers go in and out freely; whoever wants to be alone waits until the last has left."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._inside, self._taken = 0, False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Stay inside as one of many."""
        with self._changed:
            self._changed.wait_for(lambda: not self._taken)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self, subject: str, patience: float = _PATIENCE_SECONDS) -> Iterator[None]:
        """Stay inside alone; raises KnownError book.busy when somebody is still inside after `patience` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._taken and not self._inside, patience):
                raise KnownError("book.busy", subject)
            self._taken = True
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()
