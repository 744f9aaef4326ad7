"""Streams QIF: each account's statement, its lines, its end (Quicken Interchange Format, as Quicken, Money, GnuCash and banks write it).

Read twice: first all days and amounts, to know their order and their decimal sign; then the entries. What Quicken writes as the first
entry of an account, with the payee "Opening Balance" and the account itself as category, is no payment: it is the opening balance.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from fundledger.domain.money import NO_CURRENCY, Money
from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.domain.statement import Balance, LineDetail, Party, References, Statement, StatementEnd, StatementLine
from fundledger.statements.counts import Counts
from fundledger.statements.decimals import Amounts, decide
from fundledger.statements.findings import Findings
from fundledger.statements.qif.days import Days
from fundledger.statements.qif.records import records
from fundledger.statements.safety import LONGEST_FIELD, MOST_ENTRIES, MOST_STATEMENTS
from fundledger.statements.text import in_utf8, lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from fundledger.statements.given import Given
    from fundledger.statements.qif.records import Record
    from fundledger.statements.source import Source

_BEGINNING = re.compile(r"!\s*(?:Type\s*:|Account\b|Option\s*:|Clear\s*:)", re.IGNORECASE)
_TYPE, _CLEAR = (re.compile(rf"!\s*{name}\b", re.IGNORECASE) for name in ("Type", "Clear"))
_MONEY = frozenset(
    f"type:{kind}" for kind in ("bank", "ccard", "cash", "otha", "othl", "banque", "banco", "banca", "bankkonto", "kas", "caisse")
)
_LISTS = frozenset(
    f"type:{kind}" for kind in ("cat", "class", "memorized", "prices", "security", "budget", "tag", "template", "invitem", "payee", "tax")
)
# Where the payee says so and the category is an account in brackets, or there is none.
OPENING = frozenset(
    {
        "opening balance",
        "solde initial",
        "saldo inicial",
        "saldo iniziale",
        "anfangssaldo",
        "eröffnungssaldo",
        "beginsaldo",
        "pradinis likutis",
    }
)
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
_AMOUNTS = frozenset("TU$")
_SHOWN = 40


def recognise(head: bytes) -> str | None:
    """`qif` for a file whose first line that is not blank is a header of QIF; None for anything else."""
    text = in_utf8(head).decode("latin-1").lstrip(" \t\r\n\f")
    return "qif" if _BEGINNING.match(text) else None


def read(source: Source, _form: str, found: Findings, given: Given) -> Iterator[Statement | StatementLine | StatementEnd]:
    """Stream a file that was recognised.

    QIF names no currency (`given.currency`, else XXX) and mostly no account number. Raises KnownError file.date_order and file.decimal
    where the file leaves it open, file.truncated, file.field, file.part, file.entries, file.statements, file.section_unread where
    nothing but a section that is not read stands in it, and what `lines` raises. A row that cannot be taken is a fault in `found`, and left
    out.
    """
    days, decimal = _survey(source, given)
    stream = _Stream(source, found, given, days, decimal)
    for record in records(lines(source, found, given)):
        if record.header:
            yield from stream.header(record)
        elif record.section == "account":
            stream.name_account(record)
        elif record.section in _MONEY:
            yield from stream.entry(record)
    yield from stream.finish()
    if stream.unread and not stream.n_statements:
        raise KnownError("file.section_unread", source.name, section=stream.unread)
    if not stream.n_statements:
        found.warn("statement.none", source.name)


def _survey(source: Source, given: Given) -> tuple[Days, str | None]:
    """The order of all days and the decimal sign of all amounts."""
    days = Days(given.date_order, given.today)

    def amounts() -> Iterator[str]:
        for record in records(lines(source, Findings(), given)):
            if record.section in _MONEY:
                yield from (text for letter, text in record.fields if letter in _AMOUNTS)
                if day := record.first("D"):
                    days.meet(day)

    decimal = decide(amounts())
    days.decide()
    return days, given.decimal or decimal


class _Stream:
    """Where the reader stands: in which account, after how many entries."""

    def __init__(self, source: Source, found: Findings, given: Given, days: Days, decimal: str | None) -> None:
        self.n_statements = 0
        self.unread = ""
        self._n_entries = 0
        self._source, self._found, self._given, self._days = source, found, given, days
        self._currency = given.currency or NO_CURRENCY
        self._amounts = Amounts(decimal, lambda: None)
        self._named = ""
        self._account = ""
        self._open = False
        self._head: Statement | None = None
        self._counts = Counts()
        self._last_letters: set[str] = set()
        self._latest = given.today

    def name_account(self, record: Record) -> None:
        """The account of the sections to come: an IBAN where its description is one, else its name."""
        described = compact(record.first("D"))
        self._named = described if iban_is_valid(described) else _number(record.first("N"))

    def header(self, record: Record) -> Iterator[Statement | StatementEnd]:
        """A section begins: another account's, or one of lists; what is neither is named. A list of accounts that is over names none."""
        if _CLEAR.match(record.header):
            self._named = ""
        if not _TYPE.match(record.header):
            return
        yield from self.finish()
        self._open = record.section in _MONEY
        self._account, self._named = self._named, ""
        if not self._open and record.section not in _LISTS:
            section = record.header[:_SHOWN].strip()
            self.unread = self.unread or section
            self._found.warn("statement.section_unread", f"line {record.number}", section=section)

    def finish(self) -> Iterator[Statement | StatementEnd]:
        """The end of the account that is open, after its head when it had no entry."""
        if not self._open:
            return
        if self._head is None:
            yield self._begun(None)
        assert self._head is not None
        yield self._counts.end(self._currency, self._head.opening, None, faulty=self._found.faulty)
        self.n_statements += 1
        self._head, self._counts, self._open = None, Counts(), False

    def _begun(self, opening: Balance | None) -> Statement:
        if self.n_statements >= MOST_STATEMENTS:
            raise KnownError("file.statements", "", limit=MOST_STATEMENTS)
        account = self._account or _number(self._given.account or "")
        if not account:
            self._found.warn("statement.account_missing", f"Type[{self.n_statements + 1}]")
        self._head = Statement(account, self._currency, opening=opening)
        return self._head

    def entry(self, record: Record) -> Iterator[Statement | StatementLine]:
        """The line of a record, after its account's head; the opening balance is part of that head, and no line."""
        self._check_end(record)
        try:
            on, amount = self._days.read(record.first("D")), self._amount(record)
            details = self._details(record)
        except KnownError as error:
            problem = error.problems[0]
            if problem.code.startswith("file."):
                raise
            yield from self._heads(None)
            self._n_entries += 1
            self._found.fault(Problem(problem.code, f"line {record.number}", {**problem.values, "entry": self._n_entries}))
            return
        category = _BRACKETED.fullmatch(record.first("L"))
        if self._head is None and record.first("P").casefold() in OPENING and (category or not record.first("L")):
            self._account = self._account or _number(category[1] if category else "")
            yield self._begun(Balance(on, amount))
            return
        yield from self._heads(None)
        line = self._line(record, on, amount, details)
        self._counts.add(line, self._currency)
        yield line

    def _heads(self, opening: Balance | None) -> Iterator[Statement]:
        if self._head is None:
            yield self._begun(opening)

    def _check_end(self, record: Record) -> None:
        """A record without ^ at the end of the file is taken where it ends as others do, else the file was cut off."""
        last = record.fields[-1][0]
        if record.whole:
            self._last_letters.add(last)
            return
        complete = record.first("D") and record.first("T", "U") and last in (self._last_letters or {last})
        if not complete or (last in "DTU$" and not _ends_with_line(self._source)):
            raise KnownError("file.truncated", "", entries=self._n_entries)
        self._found.warn("file.end_missing", self._source.name)

    def _amount(self, record: Record) -> Money:
        return self._amounts.read(record.first("T", "U"), self._currency, "T")

    def _details(self, record: Record) -> tuple[LineDetail, ...]:
        """The splits: S begins one, E its memo, $ its amount (% a part nobody worked out)."""
        found: list[dict[str, str]] = []
        for letter, text in record.fields:
            if letter == "S":
                found.append({"S": text})
            elif letter in "E$" and found:
                found[-1].setdefault(letter, text)
        return tuple(
            LineDetail(
                self._amounts.read(split["$"], self._currency, "$") if split.get("$") else None,
                remittance=" ".join(filter(None, (split["S"], split.get("E")))),
            )
            for split in found
        )

    def _line(self, record: Record, on: date, amount: Money, details: tuple[LineDetail, ...]) -> StatementLine:
        self._n_entries += 1
        if self._n_entries > MOST_ENTRIES:
            raise KnownError("file.entries", "", limit=MOST_ENTRIES)
        where = f"line {record.number}"
        if on.year < 1970 or (self._latest and on > self._latest):
            self._found.warn("line.date_unlikely", where, date=on)
        sums = [detail.amount.minor for detail in details if detail.amount]
        if sums and len(sums) == len(details) and sum(sums) != amount.minor:
            self._found.warn("line.batch_sum", where, amount=amount, difference=Money(amount.minor - sum(sums), amount.currency))
        return StatementLine(
            amount=amount,
            position=self._n_entries,
            booked_on=on,
            references=References(instruction=record.first("N") or None),
            remittance=_remittance(record),
            counterparty=Party(record.first("P", "A") or None),
            details=details,
            raw="\n".join(record.raw).encode(),
        )


def _remittance(record: Record) -> str:
    text = " ".join(text for letter, text in record.fields if letter == "M" and text)
    if len(text) > LONGEST_FIELD:
        raise KnownError("file.field", "", limit=LONGEST_FIELD)
    return text


def _number(text: str) -> str:
    return "".join(text.split()).upper()


def _ends_with_line(source: Source) -> bool:
    """Whether the last line of the file was ended."""
    return b"".join(deque(source.bytes_again(), maxlen=1)).rstrip(b"\0").endswith((b"\n", b"\r"))
