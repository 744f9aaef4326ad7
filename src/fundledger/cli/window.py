"""Starts the window."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs

    Window = Callable[[Path | None, str | None, str | None], int]

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def declare(verbs: Verbs) -> None:
    """Declare the verb of the window, which desktops call with what was double-clicked."""
    verbs.verb("open", open_given).takes("given", metavar="PATH", nargs="?")


def open_given(call: Call) -> int:
    """The window at a book, a backup, a pack or a request; without a path as `show`."""
    path = call.given("given")
    return open_window(call, Path(path).absolute() if path else None)


def show(call: Call) -> int:
    """The window on the last book, or on the first run's page."""
    return open_window(call)


def open_window(call: Call, path: Path | None = None, passphrase: str | None = None) -> int:
    """Run the window until it is closed, on what was given; a book is opened at once where its passphrase is known. Its exit code.

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
    return run(path, passphrase, getattr(call.options, "language", None))
