"""Small statements of an invented bank: lines in, a camt file out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.money import Money, parse
from tests.statements.building import OURS, balance, detail, document, entry, party, statement

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One booked line: day of the month, signed amount, what stands on it."""

    day: int
    amount: str
    text: str
    name: str = ""
    iban: str | None = None


def write(path: Path, month: int, opening: str, *lines: Line, account: str = OURS) -> str:
    """Write a month's statement whose balances meet; gives the path as text."""
    start, end = f"2026-{month:02}-01", f"2026-{month:02}-28"
    closing = parse(opening, "EUR")
    entries = []
    for number, line in enumerate(lines):
        money = parse(line.amount, "EUR")
        closing += money
        entries.append(_entry(line, money, f"2026-{month:02}-{line.day:02}", f"B{month}{number}"))
    balances = balance("OPBD", opening, start) + _closing(closing, end)
    period = f"<FrToDt><FrDtTm>{start}T00:00:00</FrDtTm><ToDtTm>{end}T23:59:59</ToDtTm></FrToDt>"
    content = document(statement(*entries, balances=balances, account=account, head=period)).replace(
        "<ElctrncSeqNb>41<", f"<ElctrncSeqNb>{month}<"
    )
    path.write_text(content, encoding="utf-8")
    return str(path)


def _entry(line: Line, money: Money, day: str, reference: str) -> str:
    role = "Dbtr" if money.minor > 0 else "Cdtr"
    told = detail(str(abs(money)), text=line.text, parties=party(role, line.name, line.iban))
    return entry(
        str(abs(money)),
        "CRDT" if money.minor > 0 else "DBIT",
        booked=f"<Dt>{day}</Dt>",
        valued=f"<Dt>{day}</Dt>",
        bank=reference,
        details=told,
    )


def _closing(money: Money, day: str) -> str:
    return balance("CLBD", str(abs(money)), day, "CRDT" if money.minor >= 0 else "DBIT")
