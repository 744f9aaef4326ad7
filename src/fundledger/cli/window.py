"""Starts the window."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fundledger.cli.call import Call

    Window = Callable[[Path | None, str | None, str | None], int]

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def show(call: Call) -> int:
    """The window on the last book, or on the first run's page."""
    return open_window(call)


def open_window(call: Call, book: Path | None = None, passphrase: str | None = None) -> int:
    """Run the window until it is closed, on a book that is opened at once where the passphrase is known; its exit code.

    Raises KnownError window.no_screen, and window.library where the system lacks a library that windows need.
    """
    if sys.platform == "linux" and not any(os.environ.get(name) for name in _SCREENS):
        raise KnownError("window.no_screen")
    try:
        # The two shells do not know each other: one starts the other by its name, and without a window Qt is never loaded.
        run: Window = import_module("fundledger.gui.app").run
    except ModuleNotFoundError:
        raise
    except ImportError as error:  # a shared library of the system is missing; the loader says which
        raise KnownError("window.library", str(error).partition(":")[0]) from None
    return run(book, passphrase, getattr(call.options, "language", None))
