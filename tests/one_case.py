"""One case from its appeal to its closing: who gave, what goes back to each, and what the bank tells of it month by month."""

# ruff: noqa: RUF001  the public words of six languages

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.statements.building import balance, detail, document, entry, party, statement

if TYPE_CHECKING:
    from pathlib import Path

OFFICE = "LT459999900000000003"
# Who gave, and what goes back to her of 70.00 by largest remainder; the last two gifts are twins.
GAVE = (
    ("100.00", "23.34", "Sample Person Alpha", "LT409999800000000001"),
    ("60.00", "14.00", "Sample Person Beta", "LT139999800000000002"),
    ("80.00", "18.67", "Sample Person Gamma", "LT839999800000000003"),
    ("40.00", "9.33", "Sample Person Delta", "LT569999800000000004"),
    ("10.00", "2.33", "Sample Person Epsilon", "LT299999800000000005"),
    ("10.00", "2.33", "Sample Person Zeta", "LT029999800000000006"),
)
# How the closing text of each public language begins.
OVER = {
    "be": "Збор скончаны", "de": "Die Sammlung ist beendet", "en": "The collection is over", "lt": "Rinkliava baigta",
    "pl": "Zbiórka jest zakończona", "ru": "Сбор окончен",
}  # fmt: skip


def month(folder: Path, number: int, opening: str, closing: str, *entries: str) -> Path:
    """A month's statement of our bank."""
    balances = balance("OPBD", opening, f"2026-{number:02}-01") + balance("CLBD", closing, f"2026-{number:02}-28")
    made = document(statement(*entries, balances=balances)).replace("<ElctrncSeqNb>41<", f"<ElctrncSeqNb>{number}<")
    file = folder / f"month-{number}.xml"
    file.write_text(made, encoding="utf-8")
    return file


def came(amount: str, day: str, name: str, iban: str, text: str) -> str:
    """Money in."""
    told = detail(amount, text=text, parties=party("Dbtr", name, iban))
    return entry(amount, booked=f"<Dt>{day}</Dt>", valued=f"<Dt>{day}</Dt>", bank=f"B{day}{iban[-4:]}", details=told)


def went(amount: str, day: str, name: str, iban: str, end_to_end: str = "", text: str = "") -> str:
    """Money out, with the end-to-end id of a payment file where it has one."""
    refs = f"<EndToEndId>{end_to_end}</EndToEndId>" if end_to_end else ""
    told = detail(amount, refs=refs, text=text or None, parties=party("Cdtr", name, iban), direction="DBIT")
    return entry(amount, "DBIT", booked=f"<Dt>{day}</Dt>", valued=f"<Dt>{day}</Dt>", bank=f"B{day}{iban[-4:]}", details=told)
