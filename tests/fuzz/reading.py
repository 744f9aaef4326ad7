"""One input of a fuzzer, read as a bank file or an electronic invoice: only a KnownError may come out, within bounds of time and memory."""

from __future__ import annotations

import io
import resource
import time
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from fundledger.domain.einvoice import check_sums, origins
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import StatementEnd, StatementLine
from fundledger.services.invoice_xml import read_invoice
from fundledger.statements import Given, tables
from fundledger.statements import reading as readers
from fundledger.statements.reading import files_in
from fundledger.statements.source import Source
from tests.fuzz.seeds import packed, with_sheet, workbook

LIMIT = 16 * 1024 * 1024
MIB = 1024 * 1024
_PAGE = resource.getpagesize()
_GIVEN = Given(date(2026, 3, 1))
# An answer to every question a file may leave open, so that the fuzzer comes further than the question.
_QUESTIONS = frozenset({"file.date_order", "file.decimal", "file.year"})
_ANSWERED = Given(date(2026, 3, 1), date_order="dmy", decimal=",", year=2026, currency="EUR", leave_unreadable=True)


class Cost(NamedTuple):
    """What reading took: seconds of this processor, octets of memory above what was in use, whether anything was taken, octets read."""

    seconds: float
    octets: int
    taken: bool
    size: int

    @property
    def excess(self) -> str:
        """What was more than it may be, empty where nothing was."""
        if self.seconds > max(2, self.size / MIB):
            return f"{self.seconds:.1f} s for {self.size} octets"
        return f"{self.octets} octets of memory for {self.size}" if self.octets > 16 * self.size + 64 * MIB else ""


def leave_tables() -> None:
    """Leave what is of no other format to the run of the tables: they take nearly any text, and most of the time of every other run."""
    kept = tuple(one for one in readers._readers() if one.read is not tables.read)
    readers._readers = lambda: kept  # type: ignore[assignment]


def read_octets(octets: bytes, given: Given) -> tuple[bool, set[str]]:
    """Read octets as a bank file or an archive of them; whether anything was taken, and what was refused. Only a KnownError is kept."""
    taken, refused = False, set()
    try:
        for file in files_in(Source("input", io.BytesIO(octets), LIMIT), LIMIT, given):
            try:
                with file:
                    _count(file.events())
                    taken = True
            except KnownError as error:
                refused.add(error.problems[0].code)
    except KnownError as error:
        refused.add(error.problems[0].code)
    return taken, refused


def read_bill(octets: bytes) -> tuple[bool, set[str]]:
    """Read octets as an electronic invoice and reckon its sums; the same."""
    try:
        found = read_invoice(octets, "input")
    except KnownError as error:
        return False, {error.problems[0].code}
    check_sums(found, "input")
    origins(found.fields(), found.fields())
    return True, set()


def _count(events: object) -> None:
    n_lines = 0
    for event in events:  # type: ignore[attr-defined]
        if isinstance(event, StatementLine):
            n_lines += 1
        elif isinstance(event, StatementEnd):
            assert event.n_lines == n_lines
            n_lines = 0


@cache
def _workbook() -> bytes:
    return workbook()


def as_file(form: str, octets: bytes) -> bytes:
    """The octets themselves, or packed as the format is, so that a fuzzer need not find a checksum."""
    if octets.startswith(b"PK"):
        return octets
    if form == "xlsx":
        return with_sheet(_workbook(), octets)
    return packed({"a.txt": octets, "b.pdf": b"%PDF"}) if form == "zip" else octets


def cost(form: str, octets: bytes) -> Cost:
    """Read an input, and where it leaves a question open once more with answers."""
    content = as_file(form, octets)
    began, before, highest = time.process_time(), _memory(), _peak()
    taken, refused = read_bill(content) if form == "einvoice" else read_octets(content, _GIVEN)
    half = time.process_time()
    if any(code in _QUESTIONS or code.startswith("line.") for code in refused):
        taken = read_octets(content, _ANSWERED)[0] or taken
    seconds = max(half - began, time.process_time() - half)
    peak = _peak()
    return Cost(seconds, peak - before if peak > highest else 0, taken, len(content))


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def _peak() -> int:
    """The most memory ever in use; where an earlier input used more, this one is not told apart, and that one was looked at."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
