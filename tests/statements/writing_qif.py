"""Writes lines as QIF, the way Quicken and banks do; all of it invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.money import plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from fundledger.domain.statement import StatementLine

FORMS = {
    "dmy": "{d:02}/{m:02}/{y:04}",
    "mdy": "{m}/{d}/{y:04}",
    "ymd": "{y:04}-{m:02}-{d:02}",
    "quicken": "{m:2}/{d:2}'{yy:2}",
    "dotted": "{d}.{m}.{y:04}",
}


def record(*fields: str) -> str:
    """One record, closed."""
    return "\n".join((*fields, "^\n"))


def day(on: date, form: str) -> str:
    """A day in one of the forms."""
    return FORMS[form].format(d=on.day, m=on.month, y=on.year, yy=on.year % 100)


def figure(line: StatementLine, decimal: str) -> str:
    """An amount with thousands parted and that decimal sign."""
    whole, _, cents = plain(line.amount.minor, line.amount.currency).partition(".")
    grouped = f"{'-' * whole.startswith('-')}{int(whole.lstrip('-')):,}".replace(",", "." if decimal == "," else ",")
    return f"{grouped}{decimal}{cents}"


def write(lines: Iterable[StatementLine], form: str, decimal: str) -> str:
    """A whole file of one account."""
    return "!Type:Bank\n" + "".join(
        record(
            f"D{day(line.booked_on, form) if line.booked_on else ''}",
            f"T{figure(line, decimal)}",
            f"N{line.references.instruction or ''}",
            f"P{line.counterparty.name or ''}",
            f"M{line.remittance}",
        )
        for line in lines
    )
