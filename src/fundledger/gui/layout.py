"""How a window was left: the page, each list's columns, order and row, where the gaps between parts were dragged.

It stands beside the ledger as a file of its own that holds nothing of the book but row numbers: what was typed into a filter may be a
name and is not in it. Whatever in it is not understood is as if it were not there.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_NAME, _VERSION = "window.json", 1
_LARGEST = 100_000  # bytes; a window that was left by a person needs a few thousand


def read_layout(book: Path) -> dict[str, Any]:
    """What was kept in the folder of a book, an empty one where nothing was or it cannot be read."""
    file = book / _NAME
    try:
        found = json.loads(file.read_text("utf-8")) if file.stat().st_size <= _LARGEST else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and found.get("version") == _VERSION else {}


def keep_layout(book: Path, layout: dict[str, Any]) -> None:
    """Keep it in the folder of a book; a folder that cannot be written keeps its old one, for this is nothing of the book."""
    file = book / _NAME
    new = file.with_suffix(".new")
    with suppress(OSError):
        new.write_text(json.dumps({**layout, "version": _VERSION}), "utf-8")
        new.chmod(0o600)
        os.replace(new, file)  # noqa: PTH105  the same on all systems


def part(layout: Any, *names: str, kind: type = dict) -> Any:  # noqa: ANN401  whatever JSON holds
    """A part of a layout by its names, an empty one of its kind where it is none."""
    for name in names:
        layout = layout.get(name) if isinstance(layout, dict) else None
    return layout if isinstance(layout, kind) else kind()
