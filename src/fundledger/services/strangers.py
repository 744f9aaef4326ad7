"""Strangers' documents are not read here: a process of its own draws their pages or takes them apart, bound in memory and time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Thread, Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import IO

_DRAWING, _DRAWING_BUILT = Path(__file__).with_name("drawing.py"), "fundledger-drawing"
_SECONDS = 30
_MOST_OUT = 400 * 1024 * 1024
_WHYS = frozenset({"encrypted", "broken", "too_many_pages", "too_many_pixels", "too_large"})
# A program without a window of its own, in front of one: Windows would open a console for it.
_NO_CONSOLE: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
# What a process needs to start at all; nothing else of ours is told to it.
_NEEDED = ("LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP")


@dataclass(frozen=True, slots=True)
class Answer:
    """How many parts a document has, the first of them, or why there are none: encrypted, too_large, too_slow, broken and the like."""

    total: int
    parts: tuple[bytes, ...]
    why: str | None = None


def ask(content: bytes, kind: str, width: int = 0, most: int = 0) -> Answer:
    """The pages of a document as PNG, or of the kind `attached` the invoices inside a PDF; never raises for what a document holds."""
    command = [*program(), kind, str(width), str(most)]
    environment = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    with subprocess.Popen(  # noqa: S603  our own program, its arguments are numbers and a word of ours
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        close_fds=True,
        creationflags=_NO_CONSOLE,
    ) as process:
        answer, late = _answer(process, content)
    if process.returncode != 0:
        # 24 is the signal of a process that has used up its time.
        return Answer(0, (), "too_slow" if late or process.returncode == -24 else "broken")
    return _read(answer)


def program() -> list[str]:
    """How the drawing program is started: by this Python, or in a bundle, which has none, as the program beside this one."""
    if getattr(sys, "frozen", False):
        return [str(Path(sys.executable).with_name(_DRAWING_BUILT + Path(sys.executable).suffix))]
    return [sys.executable, "-I", str(_DRAWING)]


def _answer(process: subprocess.Popen[bytes], content: bytes) -> tuple[bytes, bool]:
    """What the process says, no more than is ever needed, and whether it was stopped for being late."""
    late: list[bool] = []

    def stop() -> None:
        late.append(True)
        process.kill()

    clock = Timer(_SECONDS, stop)
    clock.start()
    feeding = Thread(target=_feed, args=(process.stdin, content))
    feeding.start()
    try:
        said = process.stdout.read(_MOST_OUT) if process.stdout else b""
        if len(said) == _MOST_OUT:
            process.kill()
        process.wait()
    finally:
        clock.cancel()
        feeding.join()
    return said, bool(late)


def _feed(pipe: IO[bytes] | None, content: bytes) -> None:
    """Hand the document over; a process that has died reads no more, and says so by its code."""
    if pipe is None:
        return
    try:
        with pipe:
            pipe.write(content)
    except OSError:
        return


def _read(said: bytes) -> Answer:
    """The parts of an answer; one that is not as it should be is a broken document."""
    head, _, rest = said.partition(b"\n")
    try:
        facts = json.loads(head)
        total, why, sizes = int(facts["total"]), facts["why"], [int(size) for size in facts["sizes"]]
    except (ValueError, KeyError, TypeError):
        return Answer(0, (), "broken")
    parts, place = [], 0
    for size in sizes:
        parts.append(rest[place : place + size])
        place += size
    if why in _WHYS:
        return Answer(0, (), why)
    return Answer(total, tuple(parts)) if place == len(rest) else Answer(0, (), "broken")
