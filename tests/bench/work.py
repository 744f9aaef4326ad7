"""Does one piece of work in this process: `python -m tests.bench.work MODULE NAME WORDS…`, so that its memory is its own.

Work that must set something up first counts its own CPU seconds, and prints them.
"""

from __future__ import annotations

import sys
from importlib import import_module

if __name__ == "__main__":
    module, name, *words = sys.argv[1:]
    counted: float | None = getattr(import_module(f"tests.bench.{module}"), name)(*words)
    if counted is not None:
        print(counted)
