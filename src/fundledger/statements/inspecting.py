"""What is in a bank file, for people and for programs, without a book (STATEMENTS: the inspect contract)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from fundledger.domain.money import NO_CURRENCY
from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.statement import Statement, StatementEnd, StatementLine, check_statement
from fundledger.statements.given import NOTHING, Given
from fundledger.statements.reading import StatementFile, open_statement, open_statements
from fundledger.statements.safety import FILE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from fundledger.domain.money import Money
    from fundledger.domain.statement import Balance, Charge, LineDetail, Party, Processed, References

    Say = Callable[[Problem], str]


@dataclass(frozen=True, slots=True)
class FileSummary:
    """A whole file that was read to its end: what it is, what its statements add up to, what to know of it."""

    name: str
    format: str
    sha256: str
    size: int
    statements: tuple[tuple[Statement, StatementEnd], ...]
    problems: tuple[Problem, ...]
    evidence: Problem | None = None


def summarise(file: StatementFile) -> FileSummary:
    """Read a file to its end, keeping nothing of its lines. Raises KnownError when it is refused."""
    heads: list[Statement] = []
    ends: list[StatementEnd] = []
    for event in file.events():
        if isinstance(event, Statement):
            heads.append(event)
        elif isinstance(event, StatementEnd):
            ends.append(event)
    statements = tuple(zip(heads, ends, strict=True))
    problems = (*file.problems, *(problem for head, end in statements for problem in check_statement(head, end)))
    return FileSummary(file.name, file.format, file.sha256, file.size, statements, problems, evidence_of(file))


def evidence_of(file: StatementFile) -> Problem | None:
    """By what the format of a file was recognised, to be said like a problem; None where nothing in it is a mark of its own."""
    return Problem("file.evidence", file.name, {"format": file.format, "text": file.evidence}) if file.evidence else None


def summary(path: Path, limit: int = FILE_LIMIT, *, given: Given = NOTHING) -> FileSummary:
    """The summary of one file. Raises KnownError when it is refused."""
    with open_statement(path, limit, given=given) as file:
        return summarise(file)


def opened(path: Path, limit: int = FILE_LIMIT, *, given: Given = NOTHING) -> Iterator[StatementFile | KnownError]:
    """The statement files at a path, several in an archive; or, as the last, why there are none."""
    try:
        yield from open_statements(path, limit, given=given)
    except KnownError as error:
        yield error


def write_json(path: Path, stream: TextIO, say: Say, limit: int = FILE_LIMIT, *, given: Given = NOTHING) -> bool:
    """Write one line of JSON for each statement file at a path, piece by piece in bounded memory; whether all were readable.

    A file is read to its end before the first letter is written, so that nothing is told of a file later refused.
    `say` turns a problem into a sentence. Raises KnownError file.changed when the file changes between the two readings.
    """
    readable = True
    for file in opened(path, limit, given=given):
        try:
            if isinstance(file, KnownError):
                raise file
            whole = summarise(file)
        except KnownError as error:
            stream.write(_dump(refused(path.name if isinstance(file, KnownError) else file.name, error, say)) + "\n")
            readable = False
            continue
        with file:
            stream.writelines(_pieces(whole, file.events(), say))
    return readable


def inspect(paths: Iterable[Path], say: Say, limit: int = FILE_LIMIT, *, given: Given = NOTHING) -> Iterator[dict[str, object]]:
    """The same objects as values, one for each statement file, lines and all; for files that fit in memory."""
    for path in paths:
        for file in opened(path, limit, given=given):
            yield refused(path.name, file, say) if isinstance(file, KnownError) else _object(file, say)


def _object(file: StatementFile, say: Say) -> dict[str, object]:
    try:
        with file:
            whole = summarise(file)
            lines: list[list[object]] = [[] for _ in whole.statements]
            number = 0
            for event in file.events():
                if isinstance(event, StatementLine):
                    lines[number].append(line_object(event))
                number += isinstance(event, StatementEnd)
    except KnownError as error:
        return refused(file.name, error, say)
    statements = [{**_statement_object(*ends), "lines": own} for ends, own in zip(whole.statements, lines, strict=True)]
    return {**_file_object(whole, say), "statements": statements}


def refused(name: str, error: KnownError, say: Say) -> dict[str, object]:
    """The object of a refused file; several unreadable rows are all listed beside the first."""
    found: dict[str, object] = {"file": name, "refused": {"code": error.code, "text": say(error.problems[0])}}
    if len(error.problems) > 1:
        found["problems"] = [_problem_object(problem, say) for problem in error.problems]
    return found


def line_object(line: StatementLine) -> dict[str, object]:
    """One line as the contract has it."""
    return {
        "booked_on": _day(line.booked_on),
        "value_on": _day(line.value_on),
        "amount": str(line.amount),
        "currency": _currency(line.amount.currency),
        "status": line.status.value,
        "reversal": line.reversal,
        **_evidence(line),
        "details": [_detail_object(detail) for detail in line.details],
        **({"processed": _processed_object(line.processed)} if line.processed else {}),
    }


def _processed_object(one: Processed) -> dict[str, object]:
    original = one.original_gross or one.original_fee
    return {
        "gateway": one.gateway,
        "kind": one.kind.value,
        "gross": str(one.gross),
        "fee": str(one.fee),
        "currency": one.gross.currency,
        "parent": one.parent,
        "original_gross": str(one.original_gross) if one.original_gross else None,
        "original_fee": str(one.original_fee) if one.original_fee else None,
        "original_currency": original.currency if original else None,
        "rate": one.rate,
        "batch": one.batch,
        "settled_on": _day(one.settled_on),
        "our_reference": one.our_reference,
    }


def _detail_object(detail: LineDetail) -> dict[str, object]:
    return {**_amount(detail.amount), **_evidence(detail)}


def _evidence(holder: StatementLine | LineDetail) -> dict[str, object]:
    references: References = holder.references
    party: Party = holder.counterparty
    return {
        "bank_reference": references.bank,
        "end_to_end_id": references.end_to_end,
        "structured_reference": references.structured,
        "remittance": holder.remittance or None,
        "counterparty": {"name": party.name, "iban": party.iban},
        "charges": [_charge_object(charge) for charge in holder.charges],
    }


def _charge_object(charge: Charge) -> dict[str, object]:
    return {**_amount(charge.amount), "included": charge.included}


def _amount(amount: Money | None) -> dict[str, object]:
    return {"amount": None, "currency": None} if amount is None else {"amount": str(amount), "currency": _currency(amount.currency)}


def _file_object(whole: FileSummary, say: Say) -> dict[str, object]:
    problems = [_problem_object(problem, say) for problem in whole.problems]
    evidence = say(whole.evidence) if whole.evidence else None
    return {"file": whole.name, "format": whole.format, "evidence": evidence, "sha256": whole.sha256, "problems": problems}


def _problem_object(problem: Problem, say: Say) -> dict[str, object]:
    return {"code": problem.code, "where": problem.subject, "text": say(problem)}


def _statement_object(head: Statement, end: StatementEnd) -> dict[str, object]:
    return {
        "account": head.account or None,
        "currency": _currency(head.currency),
        "number": head.number,
        "opening": _balance_object(end.opening),
        "closing": _balance_object(end.closing),
        "balanced": end.balanced,
    }


def _balance_object(balance: Balance | None) -> dict[str, object] | None:
    return {"date": _day(balance.on), "amount": str(balance.amount)} if balance else None


def _currency(code: str) -> str | None:
    return None if code == NO_CURRENCY else code


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _pieces(whole: FileSummary, events: Iterable[object], say: Say) -> Iterator[str]:
    """The JSON of one file in pieces no larger than a line; the objects are opened by hand, the rest is dumped."""
    yield _dump(_file_object(whole, say))[:-1] + ', "statements": ['
    number, n_lines = 0, 0
    for event in events:
        if isinstance(event, Statement):
            yield (", " if number else "") + _dump(_statement_object(*whole.statements[number]))[:-1] + ', "lines": ['
            number, n_lines = number + 1, 0
        elif isinstance(event, StatementLine):
            yield (", " if n_lines else "") + _dump(line_object(event))
            n_lines += 1
        else:
            yield "]}"
    yield "]}\n"
