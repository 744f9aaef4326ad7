"""One look at all rows of a table before any becomes a line: whose they are, and how their amounts and days are written."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.statements.findings import Findings
from fundledger.statements.layout import Role, plain_letters
from fundledger.statements.safety import MOST_ENTRIES
from fundledger.statements.tables.chain import Chain
from fundledger.statements.tables.deciding import DayEvidence, Decided, NumberEvidence, decide
from fundledger.statements.tables.line import LineReader
from fundledger.statements.tables.metadata import metadata
from fundledger.statements.tables.numbers import read_number
from fundledger.statements.tables.words import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fundledger.statements.given import Given
    from fundledger.statements.tables.cells import Cells
    from fundledger.statements.tables.finding import Found
    from fundledger.statements.tables.line import RowReader
    from fundledger.statements.tables.metadata import Metadata
    from fundledger.statements.tables.table import Table

# Accounts times currencies in one file; each is a statement of its own, for which the file is read once more.
MOST_KEYS = 64
_MONEY = (Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.GROSS, Role.NET, Role.FEE, Role.FEE_INCLUDED, Role.BALANCE, Role.ORIGINAL_AMOUNT)
_SUMS = frozenset({Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.GROSS, Role.NET})
_DAYS = (Role.BOOKED_ON, Role.VALUE_ON, Role.SETTLED_ON)
_ENTRY_DAYS = frozenset({Role.BOOKED_ON, Role.VALUE_ON})
_BALANCES = frozenset({"kontostand", "saldo", "balance", "likutis", "solde"})
_YEAR = re.compile(r"(?<![0-9])(?:19[7-9]|20[0-9])[0-9](?![0-9])")

Key = tuple[str, str]


@dataclass(slots=True)
class Survey:
    """What all rows say together; `below` is what stands labelled under the table, `short` the last row where it has too few cells.

    `days_between`: the day of the first row and that of the last, as they stand.
    """

    numbers: NumberEvidence = field(default_factory=NumberEvidence)
    days: DayEvidence = field(default_factory=DayEvidence)
    keys: dict[Key, int] = field(default_factory=dict)
    signs: Counter[str] = field(default_factory=Counter)
    days_between: tuple[str, str] = ("", "")
    n_lines: int = 0
    short: int = 0
    below: list[Cells] = field(default_factory=list)

    @property
    def turned(self) -> bool:
        """Whether debits are written negative: all of them are."""
        return self.signs["-"] > 0 and not self.signs["+"]


def body(table: Table, found: Found, findings: Findings) -> Iterator[Cells]:
    """The rows under the header, without the header's own repetitions."""
    heading = found.header.cells if found.header else None
    for row in table.rows(findings):
        if row.number > found.first and row.cells != heading:
            yield row


def n_cells_fault(row: Cells, found: Found) -> bool:
    """Whether a row has more filled cells than the header, or ends before the last named one."""
    if found.header is None:
        return False
    header, cells = found.header.cells, row.cells
    if len(cells) > len(header):
        return any(cells[len(header) :])
    return any(header[len(cells) :])


def sort_of(row: Cells, texts: dict[Role, str], found: Found) -> str:
    """What a row is: entry, part (of the batch above), beside (no day, no amount), label (a labelled sum below), fields (cells lack)."""
    has_day = any(any(map(str.isdigit, texts[role])) for role in _ENTRY_DAYS if role in texts)
    if n_cells_fault(row, found):
        if _is_sum(row):
            return "label"
        if has_day or _begun(texts, found) or len(row.cells) > len(found.header.cells if found.header else ()):
            return "fields"
        return "label" if _labelled(row) else "beside"
    if Role.PART in texts and not _SUMS & texts.keys():
        return "part"
    if not has_day and _labelled(row):
        return "label"
    return "beside" if not _ENTRY_DAYS & texts.keys() and not _SUMS & texts.keys() else "entry"


def _begun(texts: dict[Role, str], found: Found) -> bool:
    """Whether a row without a day has begun to be an entry all the same: it has an amount, or the id of a processor."""
    if found.layout.gateway and Role.BANK_REFERENCE in texts:
        return True
    return any(any(map(str.isdigit, texts[role])) for role in _SUMS if role in texts)


def _is_sum(row: Cells) -> bool:
    """Whether a row begins with the word for a balance or a sum, as nothing that was paid does."""
    return LABELS.get(plain_letters(row.cells[0])) in {"opening", "closing", "turnover"} or plain_letters(row.cells[0]) in _BALANCES


def _labelled(row: Cells) -> bool:
    found = metadata([row])
    return bool(found.opening or found.closing)


def look(table: Table, found: Found, reader: RowReader, year: int | None) -> Survey:
    """Look at every row once. Raises KnownError file.truncated when the last row breaks off, file.entries, file.statements."""
    seen = Survey()
    for row in body(table, found, Findings()):
        texts = reader.texts(row.cells)
        sort = sort_of(row, texts, found)
        seen.short = row.number if sort == "fields" and found.header and len(row.cells) < len(found.header.cells) else 0
        if sort == "label" and len(seen.below) < 10:
            seen.below.append(row)
        if sort != "entry":
            continue
        if Role.BOOKED_ON in texts:
            seen.days_between = (seen.days_between[0] or texts[Role.BOOKED_ON], texts[Role.BOOKED_ON])
        _look_at(seen, row, texts, reader, year)
    if seen.short:
        raise KnownError("file.truncated", "", entries=seen.n_lines)
    return seen


def _look_at(seen: Survey, row: Cells, texts: dict[Role, str], reader: RowReader, year: int | None) -> None:
    for role in _MONEY:
        if role in texts:
            seen.numbers.add(texts[role])
    for role in _DAYS:
        if role in texts:
            seen.days.add(texts[role], year)
    kind = reader.kind(texts, row.cells)
    if kind in {"skip", "turnover"} or reader.status(texts) == "skip":
        return
    try:
        key = (reader.account(texts), reader.currency(texts))
        side = reader.side(texts)
    except KnownError:
        return  # a fault of that row, told when the lines are read
    seen.keys.setdefault(key, row.number)
    if len(seen.keys) > MOST_KEYS:
        raise KnownError("file.statements", "", limit=MOST_KEYS)
    if kind not in {"opening", "closing"}:
        seen.n_lines += 1
        if seen.n_lines > MOST_ENTRIES:
            raise KnownError("file.entries", "", limit=MOST_ENTRIES)
        _look_at_sign(seen, texts, side)


def _look_at_sign(seen: Survey, texts: dict[Role, str], side: str) -> None:
    text = texts.get(Role.AMOUNT) if side == "debit" else texts.get(Role.DEBIT) if not side else None
    number = read_number(text) if text else None
    if number and (number.point or number.comma or "0").strip("-0.,"):
        seen.signs["-" if number.negative else "+"] += 1


def decided(table: Table, found: Found, reader: RowReader, seen: Survey, given: Given, year: int | None) -> Decided:
    """How the file is read; where amounts alone leave the decimal sign open, the running balance may decide it."""
    try:
        return decide(seen.numbers, seen.days, found.layout, given, year)
    except KnownError as error:
        if error.code != "file.decimal" or not found.columns.of(Role.BALANCE):
            raise
        fitting = [sign for sign in ".," if _follows(table, found, reader, seen, sign, year)]
        if len(fitting) != 1:
            raise
        seen.numbers.only[fitting[0]] += 1
        return decide(seen.numbers, seen.days, found.layout, given, year)


def _follows(table: Table, found: Found, reader: RowReader, seen: Survey, sign: str, year: int | None) -> bool:
    """Whether every balance follows from the one before under a decimal sign."""
    order = seen.days.decided or "dmy"
    lines = LineReader(reader, Decided(sign, order, year), None, turned=seen.turned)
    chains: dict[Key, Chain] = {}
    for row in body(table, found, Findings()):
        texts = reader.texts(row.cells)
        if sort_of(row, texts, found) != "entry" or reader.kind(texts, row.cells) != "line" or reader.status(texts) == "skip":
            continue
        try:
            read = lines.row(row, texts, "line")
            line = lines.line(read, 1, "", "", Findings())
        except KnownError:
            return False
        key = (reader.account(texts), line.amount.currency)
        chains.setdefault(key, Chain(key[1])).add(line, read.amounts.get(Role.BALANCE), row.number)
    return bool(chains) and all(chain.holds and not chain.breaks[0] for chain in chains.values())


def year_of(name: str, given: Given, texts: Iterable[str]) -> int | None:
    """The year of days without one: as a person said, else the only year the file's name or its own head tells."""
    if given.year:
        return given.year
    for text in (name, " ".join(texts)):
        years = set(_YEAR.findall(text))
        if len(years) == 1:
            return int(years.pop())
    return None


def joined(above: Metadata, below: Iterable[Cells]) -> Metadata:
    """What stands above the table, and the balances under it where the head has none."""
    own = metadata(below)
    return type(above)(above.account, above.currency, above.opening or own.opening, above.closing or own.closing, above.days)
