"""Shows a bank file as it is read, without a book: the contract's object for a program, tables for people."""

from __future__ import annotations

import io
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from fundledger.cli.output import harmless_json
from fundledger.domain.masking import mask_name, mask_text
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import Statement, StatementEnd, StatementLine
from fundledger.statements.inspecting import opened, summarise, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.cli.call import Call
    from fundledger.cli.output import Output
    from fundledger.statements import Event, Given, StatementFile

_AT_ONCE = 5000


def inspect_file(call: Call, name: str, limit: int, given: Given) -> bool:
    """Print one file, or each of an archive, after a first pass that refuses it whole; whether all could be read."""
    if call.out.as_json:
        return write_json(Path(name), cast("TextIO", _Harmless()), call.out.problem, limit, given=given)
    readable = True
    for file in opened(Path(name), limit, given=given):
        try:
            if isinstance(file, KnownError):
                raise file
            with file:
                _tables(call, file)
        except KnownError as error:
            readable = False
            for problem in error.problems:
                call.out.note(problem)
    return readable


class _Harmless(io.TextIOBase):
    """Standard output for JSON, in which nothing is left that a terminal would obey."""

    def write(self, text: str) -> int:
        return sys.stdout.write(harmless_json(text))


def _tables(call: Call, file: StatementFile) -> None:
    out, whole = call.out, summarise(file)
    out.say("cli.file", file=whole.name, format=whole.format, sha256=whole.sha256)
    if whole.evidence:
        out.show(whole.evidence)
    left, events = iter(whole.statements), file.events()
    for event in events:
        if isinstance(event, Statement):
            _head(out, *next(left))
            lines = _lines_of(events)
            while some := list(islice(lines, _AT_ONCE)):
                records = [_shown(one, reveal=call.given("reveal")) for one in some]
                out.rows(records, ("booked_on", "amount", "currency", "status", "name", "text"))
    for problem in whole.problems:
        out.note(problem)


def _lines_of(events: Iterator[Event]) -> Iterator[StatementLine]:
    """The lines up to the end of their statement."""
    for event in events:
        if not isinstance(event, StatementLine):
            return
        yield event


def _head(out: Output, head: Statement, end: StatementEnd) -> None:
    facts = {
        "account": head.account or None, "number": head.number, "opening": end.opening and end.opening.amount,
        "closing": end.closing and end.closing.amount, "balanced": end.balanced, "lines": end.n_lines,
    }  # fmt: skip
    out.facts(facts, tuple(facts))


def _shown(line: StatementLine, *, reveal: bool) -> dict[str, object]:
    name, text = line.counterparty.name or "", line.remittance
    return {
        "booked_on": line.booked_on, "amount": line.amount, "currency": line.amount.currency, "status": line.status,
        "name": name if reveal else mask_name(name), "text": text if reveal else mask_text(text),
    }  # fmt: skip
