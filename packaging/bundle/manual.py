"""The manual page, made from the program's own grammar, so that it knows every command there is: `python manual.py FILE`."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger import __version__
from fundledger.cli.parser import build
from fundledger.i18n import Speaker

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = r"""'\" t
.TH FUNDLEDGER 1 "" "FundLedger {version}" "User Commands"
.SH NAME
fundledger \- {about}
.SH SYNOPSIS
.B fundledger
.RI [ COMMAND " [" ARGUMENTS ]]
.SH DESCRIPTION
Without a command the window opens. A book is a folder NAME.fundledger. Every command takes
.BR \-\-help ,
and
.B \-\-language
says in which language it speaks. The passphrase of a book is asked for, read from the file of
.BR \-\-passphrase\-file ,
or taken from the variable FUNDLEDGER_PASSPHRASE.
"""
_FOOT = r""".SH EXIT STATUS
0 done; 1 done, and something is left to look at; 2 refused as a whole, nothing was changed; 3 a fault of the program.
.SH FILES
.TP
.I NAME.fundledger/
A book: ledger.db (encrypted), keys.json (who may open it), backups/.
.TP
.I ~/.local/share/FundLedger/crashes/
Notes about faults of the program: positions in the program, no names and no figures.
.SH NOTES
FundLedger never opens a network connection. The licences of its parts are in /usr/share/doc/fundledger/licences.html.
"""


def manual() -> str:
    """The whole page in roff."""
    parser = build(Speaker("en"))
    about = (parser.description or "").partition(". ")[0].removeprefix("FundLedger ")
    parts = [_HEAD.format(version=__version__, about=_plain(about)), ".SH COMMANDS"]
    for name, verb in commands(parser):
        parts += [".TP", f".B fundledger {_plain(name)}", _plain(verb.description or "")]
        parts += [line for action in _told(verb) for line in (".RS", ".TP", f".B {_plain(_words(action))}", _plain(_help(action)), ".RE")]
    return "\n".join(parts) + "\n" + _FOOT


def commands(parser: argparse.ArgumentParser, before: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command that does something, by the words it is called with, and its parser."""
    for action in parser._actions:  # noqa: SLF001  argparse offers no other way to walk a grammar
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001  as above
            for name, below in action.choices.items():
                inner = list(commands(below, f"{before}{name} "))
                yield from inner or [(f"{before}{name}", below)]


def _told(verb: argparse.ArgumentParser) -> list[argparse.Action]:
    """What it takes, but for what every command takes."""
    return [one for one in verb._actions if one.dest not in {"help", "language"}]  # noqa: SLF001  as above


def _words(action: argparse.Action) -> str:
    shown = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if not action.option_strings:
        return shown
    return action.option_strings[0] if action.nargs == 0 else f"{action.option_strings[0]} {shown}"


def _help(action: argparse.Action) -> str:
    return (action.help or "").replace("%%", "%")


def _plain(text: str) -> str:
    """A text in which roff finds nothing to do."""
    text = re.sub(r"\s+", " ", text.replace("\\", r"\e").replace("-", r"\-")).strip()
    return f"\\&{text}" if text[:1] in {".", "'"} else text or r"\&"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(manual(), "utf-8")
