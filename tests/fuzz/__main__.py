"""Fuzzes one reader, guided by coverage: python -m tests.fuzz NAME RUNS CORPUS; packaging/fuzz.sh brings the fuzzer."""

from __future__ import annotations

import importlib
import json
import sys
import time
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path

# Long enough for several statements with several lines; how much a long file takes is asked of real sizes by tests/bench.
LONGEST = 4096
# A run that is stopped has told how far it came.
TOLD_EVERY = 50_000
ROOMS = ["fundledger.statements", "fundledger.domain", "fundledger.services.invoice_xml"]


@dataclass
class Figures:
    """What the inputs so far took: how many were statements, the slowest in seconds, the largest in MiB above what was in use."""

    reader: str
    inputs: int = 0
    taken: int = 0
    slowest_s: float = 0.0
    most_memory_mib: int = 0
    seconds: int = 0

    def add(self, seconds: float, octets: int, taken: bool) -> None:
        """Count one input."""
        self.inputs += 1
        self.taken += taken
        self.slowest_s = max(self.slowest_s, round(seconds, 3))
        self.most_memory_mib = max(self.most_memory_mib, octets // 2**20)


def main() -> None:
    """Run, and print one object with the figures every so often; an input that fails is left in the corpus's folder."""
    form, runs, corpus = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    atheris = importlib.import_module("atheris")  # not a dependency of the program
    with atheris.instrument_imports(include=ROOMS):
        reading = importlib.import_module("tests.fuzz.reading")
    if form in {"camt", "mt940", "ofx", "qif"}:
        reading.leave_tables()
    seeds = importlib.import_module("tests.fuzz.seeds").seeds(form)
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    warnings.simplefilter("error")
    figures = Figures(form)
    began = time.perf_counter()

    def one(octets: bytes) -> None:
        found = reading.cost(form, octets)
        assert not found.excess, found.excess
        figures.add(found.seconds, found.octets, found.taken)
        if figures.inputs == runs or figures.inputs % TOLD_EVERY == 0:
            figures.seconds = round(time.perf_counter() - began)
            print(json.dumps(asdict(figures)), flush=True)  # noqa: T201  what the run is for

    options = [
        f"-runs={runs}",
        f"-max_len={LONGEST}",
        "-timeout=60",
        "-rss_limit_mb=2048",
        f"-artifact_prefix={corpus.parent}/{form}-",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one)
    atheris.Fuzz()


main()
