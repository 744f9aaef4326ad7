"""How long the program takes from its start to the painted lock page: `python starting.py BOOK ROUNDS COMMAND...`, in turn, on DISPLAY.

CPU seconds of all threads until the first pixel of the window is there, as everywhere in tests/bench; the seconds on the clock beside them.
The screen must be empty and its ground black, as Xvfb's is.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

_GIVE_UP_SECONDS = 60
_AT, _EVERY_PLANE, _Z_PIXMAP = 200, -1, 2


class Screen:
    """Looks at one pixel of the screen where the window will be."""

    def __init__(self) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        for name in ("XOpenDisplay", "XGetImage"):
            getattr(self._x, name).restype = ctypes.c_void_p
        self._x.XGetPixel.restype = self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(None))
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))

    def is_painted(self) -> bool:
        """Whether it is no longer black."""
        every = ctypes.c_ulong(_EVERY_PLANE)
        image = ctypes.c_void_p(self._x.XGetImage(self._display, self._root, _AT, _AT, 1, 1, every, _Z_PIXMAP))
        pixel = self._x.XGetPixel(image, 0, 0) & 0xFFFFFF
        self._x.XDestroyImage(image)
        return bool(pixel)


def start(screen: Screen, command: list[str]) -> tuple[float, float]:
    """CPU seconds and seconds on the clock of one start."""
    while screen.is_painted():
        time.sleep(0.05)
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603  the programs to be measured
        try:
            while not screen.is_painted():
                if time.monotonic() - began > _GIVE_UP_SECONDS or process.poll() is not None:
                    raise SystemExit(f"No window came of {command[0]}.")
                time.sleep(0.002)
            return _cpu(process.pid), time.monotonic() - began
        finally:
            process.terminate()


def _cpu(pid: int) -> float:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def main(book: str, rounds: int, programs: list[str]) -> None:
    """The medians of every program and how they compare with the first; a first round is thrown away."""
    screen = Screen()
    found: dict[str, list[tuple[float, float]]] = {program: [] for program in programs}
    for n in range(rounds + 1):
        for program in programs:
            spent = start(screen, [program, "open", book])
            if n:
                found[program].append(spent)
    first = None
    for program, spent_all in found.items():
        cpu, clock = (median(one[which] for one in spent_all) for which in (0, 1))
        first = first or cpu
        print(f"{cpu:6.3f} s CPU  {clock:6.3f} s on the clock  {cpu / first:4.2f}x  {program}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
