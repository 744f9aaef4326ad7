"""Where passphrases and the recovery key come from: a file, the environment or a prompt; never an argument, which others could see."""

from __future__ import annotations

import os
import warnings
from getpass import GetPassWarning, getpass
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from fundledger.i18n import Speaker

VARIABLE, SECOND, RECOVERY = "FUNDLEDGER_PASSPHRASE", "FUNDLEDGER_SECOND_PASSPHRASE", "FUNDLEDGER_RECOVERY_KEY"
PACK = "FUNDLEDGER_PACK_PASSPHRASE"
_OPTIONS = {
    VARIABLE: "--passphrase-file", SECOND: "--second-passphrase-file", RECOVERY: "--recovery-key-file", PACK: "--pack-passphrase-file",
}  # fmt: skip
_LONGEST = 4096


def ask(file: str | None, speaker: Speaker, *, new: bool = False) -> str:
    """The passphrase of who acts; a `new` one that is typed is typed twice.

    Raises KnownError passphrase.file, passphrase.empty, passphrase.nobody (no terminal to ask on), passphrase.differs.
    """
    return _asked(file, speaker, VARIABLE, "cli.passphrase", new=new)


def ask_second(file: str | None, speaker: Speaker, *, new: bool = False) -> str:
    """The passphrase of a second person, or the second one of the same: who agrees, or a `new` one. Raises as `ask`."""
    return _asked(file, speaker, SECOND, "cli.passphrase_new" if new else "cli.passphrase_second", new=new)


def ask_recovery(file: str | None, speaker: Speaker) -> str:
    """The recovery key as it stands on its paper. Raises as `ask`."""
    return _asked(file, speaker, RECOVERY, "cli.recovery_key")


def ask_pack(file: str | None, speaker: Speaker, *, new: bool = False) -> str:
    """The passphrase of a sealed file, which is nobody's own; a `new` one that is typed is typed twice. Raises as `ask`."""
    return _asked(file, speaker, PACK, "cli.passphrase_pack", new=new)


def _asked(file: str | None, speaker: Speaker, variable: str, key: str, *, new: bool = False) -> str:
    if file is not None:
        found = _from_file(Path(file))
    elif variable in os.environ:
        found = os.environ[variable]
    else:
        found = _typed(speaker.say(key), variable)
        if new and _typed(speaker.say("cli.passphrase_again"), variable) != found:
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


def _typed(prompt: str, variable: str) -> str:
    """Typed without an echo; where that cannot be had, nothing is read."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass(f"{prompt} ")
        except (GetPassWarning, EOFError):
            raise KnownError("passphrase.nobody", variable=variable, option=_OPTIONS[variable]) from None
