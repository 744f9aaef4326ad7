"""The command line, run in process on a book of its own; or the built program that FUNDLEDGER_PROGRAM names, which takes longer."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from fundledger.cli.main import main
from fundledger.store import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

PASSPHRASE = "sample river lamp"


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The objects it printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def row(self) -> dict[str, Any]:
        """The one object it printed."""
        assert (self.code, self.err) == (0, ""), self.err
        (only,) = self.rows
        return only


def run(words: Sequence[str]) -> int:
    """Run one command line and say its exit code; what it prints goes where a test reads it."""
    program = os.environ.get("FUNDLEDGER_PROGRAM")
    if not program:
        return main(words)
    done = subprocess.run([program, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    return done.returncode


class CommandLine:
    """Runs commands; `{book}` stands for the book."""

    def __init__(self, folder: Path, read: Callable[[], tuple[str, str]]) -> None:
        self.folder, self.book = folder, folder / "Fund.fundledger"
        self._read = read

    def __call__(self, line: str, *more: str) -> Ran:
        """Run the words of a line and more arguments that may hold blanks."""
        words = [word.replace("{book}", str(self.book)).replace("{folder}", str(self.folder)) for word in line.split()]
        code = run([*words, *more])
        return Ran(code, *self._read())

    def done(self, line: str, *more: str) -> dict[str, Any]:
        """Run a command that must succeed; the one object it prints with --json."""
        return self(line, *more, "--json").row

    def balances(self) -> dict[str, dict[str, Any]]:
        """The figures of each fund, by campaign or kind."""
        return {row["campaign"] or row["fund"]: row for row in self("balances {book} --json").rows}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with one bank account and two open campaigns, made once and copied by the tests that need one."""
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as printed:
        _settle(patch)
        cli = CommandLine(folder, lambda: (printed.getvalue(), ""))
        cli("new {book} --name", "Sample Foundation")
        cli("account add {book} --iban LT029999900000000001 --opening 100.00 --on 2026-01-01 --name", "Sample Bank")
        for code in ("C-101", "C-102"):
            cli(f"campaign add {{book}} {code} --asked 3030.00 --open --on 2026-01-02 --title", f"A lawyer for {code}")
    return cli.book


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """A command line in English with a passphrase in the environment and the cheapest key slot there is."""
    _settle(monkeypatch)

    def read() -> tuple[str, str]:
        printed = capsys.readouterr()
        return printed.out, printed.err

    return CommandLine(tmp_path, read)


def _settle(patch: pytest.MonkeyPatch) -> None:
    settings = {"FUNDLEDGER_PASSPHRASE": PASSPHRASE, "LC_ALL": "", "LC_MESSAGES": "", "LANG": "en_GB.UTF-8", "COLUMNS": "100"}
    for name, value in settings.items():
        patch.setenv(name, value)
    patch.setattr(keys, "calibrated", lambda: keys.Cost(8, 1, 1))


@pytest.fixture
def book(cli: CommandLine, template: Path) -> CommandLine:
    """The command line with a copy of the template."""
    shutil.copytree(template, cli.book)
    return cli
