"""What stays of a fault of ours: types and positions only, and no picture of the memory, which would hold names and keys."""

from __future__ import annotations

import json
import platform
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from fundledger import __version__
from fundledger.settings import data_dir

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path


_PR_SET_DUMPABLE = 4  # linux/prctl.h


def no_core_dump() -> None:
    """Ask the system for no dump of this process: no core file, and on Linux none by a crash reporter or another program either."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  not there on Windows

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  as above

        with suppress(OSError, AttributeError):  # another C library may know no prctl
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def note(error: BaseException, at: datetime) -> Path | None:
    """Write a crash note beside the user's other data; None where that is impossible, which is no second fault."""
    folder = data_dir() / "crashes"
    facts = {"program": __version__, "python": platform.python_version(), "system": platform.system(), "errors": list(_chain(error))}
    file = folder / f"{at:%Y-%m-%d-%H%M%S}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    except OSError:
        return None
    return file


def _chain(error: BaseException | None) -> Iterator[dict[str, object]]:
    """The error and what led to it: types, modules, functions and lines; never a message, which could quote a value."""
    while error is not None:
        yield {"type": f"{type(error).__module__}.{type(error).__qualname__}", "at": list(_positions(error))}
        error = error.__cause__ or error.__context__


def _positions(error: BaseException) -> Iterator[str]:
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        yield f"{trace.tb_frame.f_globals.get('__name__', '?')}:{code.co_qualname}:{trace.tb_lineno}"
        trace = trace.tb_next
