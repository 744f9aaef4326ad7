"""Where the program starts: one command line in, an exit code out.

0 done, 1 done and something is left to look at, 2 refused as a whole, 3 a bug; 130 interrupted, 141 nobody reads on.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Self

from fundledger.cli.call import Call, now
from fundledger.cli.crash import no_core_dump
from fundledger.cli.output import Output, language_of
from fundledger.cli.window import show
from fundledger.domain.problem import KnownError
from fundledger.i18n import Speaker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

REFUSED, BUG, INTERRUPTED, UNREAD = 2, 3, 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; never raises and never shows a traceback."""
    no_core_dump()
    if argv is None:
        _spare_the_collector()
    words = sys.argv[1:] if argv is None else list(argv)
    ending = _Ending()
    with ending:
        ending.speaker = Speaker(language_of(words))
        ending.code = _run(words, ending.speaker)
        sys.stdout.flush()
    return ending.code


def _run(words: list[str], speaker: Speaker) -> int:
    _speak_utf8()
    options = _parsed(words, speaker)
    as_json = bool(getattr(options, "json", False))
    code: int = options.run(Call(options, Output(speaker, as_json=as_json), now()))
    return code


def _parsed(words: list[str], speaker: Speaker) -> Namespace:
    """What was asked; the window, which is asked for with no word, does not wait for a grammar nobody needs."""
    if words:
        from fundledger.cli.parser import build  # noqa: PLC0415  see above

        return build(speaker, words).parse_args(words)
    return Namespace(run=show)


class _Ending:
    """However a command ends, it ends with an exit code and at most one clear sentence a problem."""

    def __init__(self) -> None:
        self.code = 0
        self.speaker = Speaker()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        match error:
            case None:
                pass
            case SystemExit():  # argparse has printed a help or the version
                self.code = error.code if isinstance(error.code, int) else 0
            case KnownError():
                self.code = REFUSED
                self._refuse(error)
            case KeyboardInterrupt():
                self.code = INTERRUPTED
            case BrokenPipeError():
                self.code = UNREAD
                _read_no_more()
            case _:
                self.code = BUG
                self._report(error)
        return True

    def _refuse(self, error: KnownError) -> None:
        out = Output(self.speaker)
        for problem in error.problems:
            out.note(problem)

    def _report(self, error: BaseException) -> None:
        from fundledger.cli.crash import note  # noqa: PLC0415  a bug is rare, and every command would wait for this

        kept = note(error, now())
        out = Output(self.speaker)
        if kept:
            out.complain("cli.bug", kind=type(error).__name__, note=str(kept))
        else:
            out.complain("cli.bug_unnoted", kind=type(error).__name__)


def _spare_the_collector() -> None:
    """A process with one short task: looking for cyclic garbage while it loads, and once more at its end, costs a fifth of it."""
    gc.set_threshold(200_000)
    atexit.register(gc.freeze)


def _speak_utf8() -> None:
    """Every name can be printed, whatever the terminal was told; what is no text at all is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _read_no_more() -> None:
    """Let the interpreter's last flush go nowhere instead of complaining."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, io.UnsupportedOperation):
        return
