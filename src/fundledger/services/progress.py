"""How long work says how far it is and hears that it should stop."""

from __future__ import annotations

from fundledger.domain.problem import KnownError


def quiet(done: int, total: int) -> None:
    """Tell nobody: the progress of work nobody watches."""
    del done, total


def never() -> bool:
    """Nobody asks to stop."""
    return False


class CancelledError(KnownError):
    """A person stopped the work; nothing of it was kept."""

    def __init__(self) -> None:
        """The one problem it carries says so."""
        super().__init__("cancelled")
