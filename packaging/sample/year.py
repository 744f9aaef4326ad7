"""Reads the year as it is written down in year.txt: one bank line a row."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sample.cast import BANKS, CLOSED_IBAN, DONORS, FOUNDATION, HOST, OWN, PAYEES, SEEN_AS
from sample.numbers import reference, wrong_reference

YEAR = 2025
_ROW = re.compile(
    r'(?:(?P<month>\d\d)-(?P<day>\d\d) (?P<bank>[AB])|\.)\s+(?P<amount>-?\d+\.\d\d) (?P<who>\w+)\s+(?P<reference>\S+)\s+"(?P<text>[^"]*)"'
    r"\s*(?P<marks>(?:\+\w+\s*)*)(?:> (?P<decision>.*))?"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One payment: a whole line, or one detail of a batch; amount in cents, money in positive."""

    amount: int
    who: str
    structured: str | None
    text: str

    @property
    def party(self) -> tuple[str | None, str | None]:
        """Name and account of the other side as the bank writes them."""
        if self.who in SEEN_AS:
            return SEEN_AS[self.who][1:]
        if self.who in OWN:
            return FOUNDATION, OWN[self.who]
        if self.who == "law2old":
            return PAYEES["law2"].name, CLOSED_IBAN
        payee = HOST if self.who == "host" else PAYEES.get(self.who)
        if payee:
            return payee.name, payee.iban
        donor = DONORS.get(self.who)
        return (donor.name, donor.iban) if donor else (None, None)

    @property
    def donor(self) -> str | None:
        """The donor's own name, however the bank writes it."""
        key = SEEN_AS[self.who][0] if self.who in SEEN_AS else self.who
        return DONORS[key].name if key in DONORS else None


@dataclass(frozen=True, slots=True)
class Line:
    """One bank line; `ordinal` counts equal lines without a bank reference from 1, `details` belong to a batch."""

    on: date
    bank: str
    whole: Part
    marks: frozenset[str]
    decision: tuple[str, ...]
    bank_reference: str | None = None
    ordinal: int = 1
    details: tuple[Part, ...] = ()

    @property
    def pending(self) -> bool:
        """Whether the bank has not booked it."""
        return "pending" in self.marks

    @property
    def key(self) -> dict[str, object]:
        """What names this line in decisions.json."""
        account = BANKS[self.bank].iban
        if self.bank_reference:
            return {"account": account, "bank_reference": self.bank_reference}
        return {"account": account, "booked_on": f"{self.on}", "amount": euros(self.whole.amount), "ordinal": self.ordinal}


def euros(cents: int) -> str:
    """Cents as a signed plain decimal."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def cents(amount: str) -> int:
    """Read a plain decimal with two digits as cents."""
    return int(amount.replace(".", ""))


def _part(row: re.Match[str]) -> Part:
    kind, _, campaign = row["reference"].partition(":")
    made = {"rf": reference, "bad": wrong_reference}.get(kind)
    text = re.sub(r"\{([^}]+)\}", lambda found: reference(found[1]), row["text"])
    return Part(cents(row["amount"]), row["who"], made(campaign) if made else None, text)


def read_year() -> list[Line]:
    """Every line of the year in the order of the file, with its bank reference; raises ValueError for a row it cannot read."""
    lines: list[Line] = []
    for number, text in enumerate(Path(__file__).with_name("year.txt").read_text(encoding="utf-8").splitlines(), 1):
        if text.startswith("#"):
            continue
        row = _ROW.fullmatch(text)
        if row is None:
            raise ValueError(f"year.txt, row {number}: {text}")
        if row["bank"] is None:
            lines[-1] = replace(lines[-1], details=(*lines[-1].details, _part(row)))
        else:
            lines.append(_line(row, lines))
    return lines


def _line(row: re.Match[str], before: list[Line]) -> Line:
    marks = frozenset(row["marks"].replace("+", " ").split())
    bank, on = row["bank"], date(YEAR, int(row["month"]), int(row["day"]))
    line = Line(on, bank, _part(row), marks, tuple((row["decision"] or "").split()))
    if marks & {"noref", "pending"}:
        return replace(line, ordinal=1 + sum((other.on, other.bank, other.whole) == (on, bank, line.whole) for other in before))
    running = 1 + sum(other.bank == bank and other.bank_reference is not None for other in before)
    written = f"A{on:%y%m%d}{running:05d}" if bank == "A" else f"{on}-{running:04d}/B"
    return replace(line, bank_reference=written)
