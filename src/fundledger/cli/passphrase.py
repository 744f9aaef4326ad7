"""Where the passphrase comes from: a file, the environment or a prompt; never an argument, which others could see."""

from __future__ import annotations

import os
import warnings
from getpass import GetPassWarning, getpass
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from fundledger.i18n import Speaker

VARIABLE = "FUNDLEDGER_PASSPHRASE"
_LONGEST = 4096


def ask(file: str | None, speaker: Speaker, *, new: bool = False) -> str:
    """The passphrase; a `new` one that is typed is typed twice.

    Raises KnownError passphrase.file, passphrase.empty, passphrase.nobody (no terminal to ask on), passphrase.differs.
    """
    if file is not None:
        found = _from_file(Path(file))
    elif VARIABLE in os.environ:
        found = os.environ[VARIABLE]
    else:
        found = _typed(speaker.say("cli.passphrase"))
        if new and _typed(speaker.say("cli.passphrase_again")) != found:
            raise KnownError("passphrase.differs")
    if not found:
        raise KnownError("passphrase.empty")
    return found


def _from_file(path: Path) -> str:
    """The first line of a small text file, without its line end."""
    try:
        with path.open("rb") as content:
            first = content.readline(_LONGEST)
        return first.decode("utf-8-sig").rstrip("\r\n")
    except (OSError, ValueError):
        raise KnownError("passphrase.file", str(path)) from None


def _typed(prompt: str) -> str:
    """Typed without an echo; where that cannot be had, nothing is read."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass(f"{prompt} ")
        except (GetPassWarning, EOFError):
            raise KnownError("passphrase.nobody") from None
