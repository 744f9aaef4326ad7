"""Runs a piece of work in a process of its own and says what it cost."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

TOP = Path(__file__).parents[2]
_CLI = "from fundledger.cli.main import main; raise SystemExit(main())"
_MAXRSS_PER_MIB = 1024 * 1024 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Spent:
    """What a piece of work cost: CPU seconds of all its threads, and the most memory its process had in MiB.

    `counted` when the work itself left out what is no part of it, such as a key derivation.
    """

    cpu: float
    peak_mib: float
    counted: bool = False

    def less(self, cpu: float) -> Spent:
        """The same without what is measured apart."""
        return self if self.counted else Spent(max(self.cpu - cpu, 0.0), self.peak_mib)


def middle(rounds: Iterable[Spent]) -> Spent:
    """The medians of several rounds."""
    kept = list(rounds)
    return Spent(median(one.cpu for one in kept), median(one.peak_mib for one in kept))


class Runner:
    """Starts the processes; `cache` takes their bytecode, so that a read-only tree or a stray variable costs no row anything."""

    def __init__(self, cache: Path) -> None:
        """Take over this process's environment, but for what would change a figure."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "FUNDLEDGER_", "LANG", "LC_"))}
        paths = os.pathsep.join((str(TOP / "src"), str(TOP)))
        self._environment = kept | {
            "PYTHONPATH": paths, "PYTHONPYCACHEPREFIX": str(cache / "bytecode"), "PYTHONWARNINGS": "ignore",
            "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8",
        }  # fmt: skip

    def command(self, *words: str, passphrase: str = "") -> Spent:
        """One command line of FundLedger, from its start to its end; raises CalledProcessError when it is refused."""
        return self._run(["-c", _CLI, *words], {"FUNDLEDGER_PASSPHRASE": passphrase} if passphrase else {})[0]

    def work(self, module: str, name: str, *words: str) -> Spent:
        """One piece of work of the bench; where it counts its own seconds, those are its cost."""
        spent, said = self._run(["-m", "tests.bench.work", module, name, *words], {})
        return Spent(float(said), spent.peak_mib, counted=True) if said else spent

    def python(self, program: str) -> Spent:
        """A bare Python with this program."""
        return self._run(["-c", program], {})[0]

    def _run(self, words: list[str], more: dict[str, str]) -> tuple[Spent, str]:
        argv = [sys.executable, *words]
        environment = self._environment | more
        with subprocess.Popen(argv, stdout=subprocess.PIPE, env=environment, text=True) as process:
            said = process.stdout.read() if process.stdout else ""
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, argv)
        return Spent(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _MAXRSS_PER_MIB), said.strip()
