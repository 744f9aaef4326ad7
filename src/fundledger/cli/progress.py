"""Says how far long work is, on a terminal only."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(said: str) -> Iterator[Callable[[int, int], None]]:
    """A function to tell (done, total); it draws a bar on standard error if that is a terminal."""
    if not sys.stderr.isatty():
        yield _quiet
        return
    from rich.console import Console  # noqa: PLC0415  a tenth of a second, for terminals alone
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415  as above

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(said, total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield tell


def _quiet(done: int, total: int) -> None:
    """Tell nobody."""
    del done, total
