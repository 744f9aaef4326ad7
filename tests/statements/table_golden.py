"""A table as a bank exports it, in the bank's own encoding, and what was read of it as plain text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.domain.statement import Statement, StatementEnd, StatementLine
from fundledger.statements import Given, open_statement
from fundledger.statements.tables.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.domain.statement import Balance, Processed
    from fundledger.statements import StatementFile

SAMPLES = Path(__file__).with_name("tables_samples")
EVERY = {layout.name: layout for layout in PROFILES}


def written(name: str, folder: Path) -> Path:
    """A sample as a file in the encoding its bank uses."""
    text = (SAMPLES / f"{name}.csv").read_text(encoding="utf-8")
    layout = EVERY.get(name)
    path = folder / f"{name}.csv"
    path.write_bytes(text.encode(layout.encodings[0] if layout and layout.encodings else "utf-8"))
    return path


def shown(path: Path, told: Given | None = None) -> str:
    """What was read, a line of text for everything a reader gave."""
    with open_statement(path, given=told or Given()) as file:
        return "\n".join(_shown(file)) + "\n"


def _shown(file: StatementFile) -> Iterator[str]:
    for event in file.events():
        if isinstance(event, Statement):
            yield f"{file.format} {event.kind} {event.account or '-'} {event.currency}"
        elif isinstance(event, StatementEnd):
            yield f"  {_balance(event.opening)} + {event.booked} = {_balance(event.closing)}, balanced: {event.balanced}"
        else:
            yield "  " + " | ".join(_line(event))
            for part in event.details:
                yield f"    {part.amount} | {part.remittance or '-'} | bank {part.references.bank or '-'}"
            if event.processed:
                yield "    " + _processed(event.processed)


def _balance(balance: Balance | None) -> str:
    return str(balance.amount) if balance else "?"


def _line(line: StatementLine) -> Iterator[str]:
    value = f"/{line.value_on}" if line.value_on else ""
    yield f"{line.position} {line.booked_on}{value} {line.amount} {line.status.value}"
    yield line.counterparty.name or "-"
    yield line.counterparty.iban or "-"
    yield line.remittance or "-"
    references = line.references
    named = {
        "bank": references.bank, "end to end": references.end_to_end, "structured": references.structured,
        "transaction": references.transaction, "instruction": references.instruction,
    }  # fmt: skip
    yield ", ".join(f"{word} {text}" for word, text in named.items() if text) or "-"
    if line.exchange and line.exchange.instructed:
        yield f"{line.exchange.instructed} {line.exchange.instructed.currency} at {line.exchange.rate or '?'}"


def _processed(one: Processed) -> str:
    told = {
        "parent": one.parent, "original": one.original_gross and f"{one.original_gross} {one.original_gross.currency}", "batch": one.batch,
        "settled": one.settled_on, "ours": one.our_reference,
    }  # fmt: skip
    more = "".join(f", {word} {value}" for word, value in told.items() if value)
    return f"{one.gateway} {one.kind.value} {one.gross} - {one.fee}{more}"
