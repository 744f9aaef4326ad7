"""Wrong passphrases of one run."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FREE = 5
_LONGEST_SECONDS = 60


class Tries:
    """The first five wrong tries cost their derivation alone; before each further one is a pause, twice the last, up to a minute."""

    def __init__(self, sleep: Callable[[float], object] = time.sleep) -> None:
        """`sleep` takes seconds; a window waits where it does not stand still, a test does not wait."""
        self._sleep, self._wrong = sleep, 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """One try; what opens makes all before it forgotten."""
        if self._wrong >= _FREE:
            self._sleep(min(2 ** (self._wrong - _FREE), _LONGEST_SECONDS))
        try:
            yield
        except KnownError as error:
            self._wrong += error.code == "book.does_not_open"
            raise
        self._wrong = 0
