"""LITAS-ESIS, the account statement of Lithuanian banks: tab separated records, amounts in hundredths.

`000` heads an account, `020` is a balance (LikutisPR opening, LikutisPB closing) and `010` a payment. Banks fill the middle of a `010`
record differently, so its places are found from the file itself: between the day and the C or D stand the time and the amount twice (in the
account's currency and its equivalent), before the counterparty's account its purpose, BIC and bank, after it the name.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain import money
from fundledger.domain.money import NO_CURRENCY, Money
from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.reference import iban_is_valid
from fundledger.domain.statement import Balance, Exchange, Party, References, Statement, StatementEnd, StatementLine
from fundledger.statements.counts import Counts
from fundledger.statements.safety import MOST_ENTRIES, MOST_STATEMENTS, check_fields
from fundledger.statements.text import in_utf8, lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fundledger.statements.findings import Findings
    from fundledger.statements.given import Given
    from fundledger.statements.source import Source
    from fundledger.statements.text import Line

_HEAD, _PAYMENT, _BALANCE = "000", "010", "020"
_FIRST = re.compile(rb"\s*(?:000|010|020)\t[^\r\n]*\t")
_RECORD = re.compile(rb"(?:^|[\r\n])(?:000\t[^\r\n]*\t[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}\t|010\t[^\r\n]*\t[CDK]\t|020\tLikutis)")
_DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})", re.ASCII)
_CENTS = re.compile(r"[+-]?[0-9]{1,17}", re.ASCII)
_IBAN = re.compile(r"(?!RF)[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}", re.ASCII)  # RF begins a creditor reference
_CODECS = ("cp1257", "iso8859-13")
_OLDEST, _NEWEST, _UNLIKELY = date(1900, 1, 1), date(2100, 12, 31), date(1970, 1, 1)
_SIDES = {"C": 1, "K": 1, "D": -1}
_SHOWN = 40
_OF_BALANCE = {"line.amount": "statement.amount", "line.date": "statement.date"}
# From C or D to the counterparty's account, where all fields are there: original amount and currency, document, bank reference,
# client code, payment code, purpose, BIC, bank.
_WHOLE = 10


def recognise(head: bytes) -> str | None:
    """litas-esis for a file that begins like one."""
    return "litas-esis" if _FIRST.match(in_utf8(head)) and _RECORD.search(in_utf8(head)) else None


def read(source: Source, form: str, found: Findings, given: Given) -> Iterator[Statement | StatementLine | StatementEnd]:  # noqa: ARG001  one form only
    """Stream the statements of a file, one for each account header.

    Raises KnownError file.truncated, file.field, file.entries, file.statements, and what `lines` raises. A record that cannot be taken is
    a fault in `found`.
    """
    reader = _Reader(found, given, source)
    last = None
    for line in lines(source, found, given, _CODECS):
        if line.text.strip():
            if last is not None:
                yield from reader.record(last)
            last = line
    if last is not None:
        reader.check_whole(last)
        yield from reader.record(last)
    yield from reader.end()


@dataclass(frozen=True, slots=True)
class _Places:
    """Where things stand in one file: the counterparty's account from the C or D on, the amount from the day on, and how many fields."""

    account: int
    width: int
    amount: int

    @property
    def whole(self) -> bool:
        """Whether the fields between C or D and the purpose are all there."""
        return self.account >= _WHOLE

    @staticmethod
    def of(head: str) -> _Places:
        """The places most payments of a file's beginning agree on."""
        rows = [row for text in head.splitlines()[:-1] or [head] if (row := _fields(text))[0] == _PAYMENT]
        accounts = Counter(
            place - side for row in rows if (side := _side(row)) for place in range(side + 1, len(row)) if _IBAN.fullmatch(row[place])
        )
        widths, amounts = Counter(map(len, rows)), Counter(side - 4 for row in rows if (side := _side(row)))
        return _Places(
            *(votes.most_common(1)[0][0] if votes else usual for votes, usual in ((accounts, _WHOLE), (widths, 0), (amounts, 2)))
        )


def _fields(text: str) -> list[str]:
    return [field.strip() for field in text.split("\t")]


def _side(row: Sequence[str]) -> int:
    """The place of C or D, which follows the day; 0 where there is none."""
    return next((place for place in range(3, len(row)) if row[place] in _SIDES), 0)


class _Reader:
    """Where the reader stands: under which account header, after how many payments."""

    def __init__(self, found: Findings, given: Given, source: Source) -> None:
        self._found, self._given = found, given
        self._places = _Places.of(in_utf8(source.head).decode("cp1252", "replace"))
        self._name = source.name
        self._n_entries = self._n_statements = 0
        self._account, self._currency = given.account or "", given.currency or NO_CURRENCY
        self._begin()

    def _begin(self) -> None:
        self._opening: Balance | None = None
        self._closing: Balance | None = None
        self._open = self._said = False
        self._counts = Counts()

    def record(self, line: Line) -> Iterator[Statement | StatementLine | StatementEnd]:
        """What a record gives; a head ends the statement before."""
        row = _fields(line.text.lstrip("\ufeff"))
        check_fields(row)
        if row[0] == _HEAD:
            yield from self.end()
            self._head(row)
            self._open = True
        elif row[0] == _BALANCE:
            self._open = True
            self._balance(row, f"line {line.number}")
        elif row[0] == _PAYMENT:
            self._open = True
            yield from self._statement()
            yield from self._payment(row, line)
        else:
            self._found.warn("line.no_entry", f"line {line.number}")

    def check_whole(self, line: Line) -> None:
        """Refuse a file that stops inside a payment."""
        row = _fields(line.text)
        if _PAYMENT.startswith(row[0]) and len(row) < self._places.width:
            raise KnownError("file.truncated", self._name, entries=self._n_entries)

    def _head(self, row: list[str]) -> None:
        place = next((place for place, field in enumerate(row) if _IBAN.fullmatch(_account(field))), len(row) - 2)
        currency = next((code for field in row[place + 1 :] if money.is_currency(code := field.upper())), "")
        self._account = _account(row[place]) if place > 0 else self._given.account or ""
        self._currency = currency or self._given.currency or NO_CURRENCY
        self._begin()

    def _statement(self) -> Iterator[Statement]:
        if self._said:
            return
        self._n_statements += 1
        if self._n_statements > MOST_STATEMENTS:
            raise KnownError("file.statements", "", limit=MOST_STATEMENTS)
        self._said = True
        start_on, end_on = (balance.on if balance else None for balance in (self._opening, self._closing))
        yield Statement(self._account, self._currency, None, self._opening, self._closing, start_on, end_on)

    def end(self) -> Iterator[Statement | StatementEnd]:
        """The end of the statement, after its head when it had no payment; nothing where nothing was read."""
        if not self._open:
            return
        yield from self._statement()
        yield self._counts.end(self._currency, self._opening, self._closing, faulty=self._found.faulty)
        self._begin()
        self._account = self._given.account or ""

    def _balance(self, row: list[str], where: str) -> None:
        what = row[1].upper() if len(row) > 1 else ""
        if not what.startswith("LIKUTIS"):
            return
        place = next((place for place in range(2, len(row)) if _DAY.fullmatch(row[place])), 0)
        if not place:
            self._found.warn("statement.balance_undated", where)
            return
        after = row[place + 1 :]
        likely = after[self._places.amount - 1 : self._places.amount]
        figure = next((field for field in (*likely, *after) if _CENTS.fullmatch(field)), "".join(after[:1]))
        try:
            on, minor = _day(row[place], where), _cents(figure, self._currency, where)
        except KnownError as error:
            problem = error.problems[0]
            self._found.fault(Problem(_OF_BALANCE[problem.code], where, problem.values))
            return
        balance = Balance(on, Money(-minor if "D" in after and minor > 0 else minor, self._currency))
        if what.endswith("PR"):
            self._opening = self._opening or balance
        elif what.endswith("PB"):
            self._closing = balance

    def _payment(self, row: list[str], line: Line) -> Iterator[StatementLine]:
        self._n_entries += 1
        if self._n_entries > MOST_ENTRIES:
            raise KnownError("file.entries", "", limit=MOST_ENTRIES)
        where = f"line {line.number}"
        try:
            statement_line = self._line(row, where, line.text.encode())
        except KnownError as error:
            problem = error.problems[0]
            self._found.fault(Problem(problem.code, where, {**problem.values, "entry": self._n_entries}))
            return
        self._counts.add(statement_line, self._currency)
        yield statement_line

    def _line(self, row: list[str], where: str, raw: bytes) -> StatementLine:
        side = _side(row)
        if not side:
            raise KnownError("line.direction", where, text="")
        account = side + self._places.account
        if len(row) <= account - 3:
            raise KnownError("line.fields", where, stated=self._places.width, counted=len(row))
        row = row + [""] * (account + 2 - len(row))
        minor = _cents(next((field for field in row[max(3, side - 2) : side] if field), ""), self._currency, where) * _SIDES[row[side]]
        on = _day(row[2], where)
        self._check_day(on, where)
        iban = _account(row[account]) or None
        if iban and _IBAN.fullmatch(iban) and not iban_is_valid(iban):
            self._found.warn("line.iban", where, entry=self._n_entries)
        return StatementLine(
            amount=Money(minor, self._currency),
            position=self._n_entries,
            booked_on=on,
            references=self._references(row, side),
            remittance=row[account - 3],
            counterparty=Party(row[account + 1] or None, iban),
            exchange=self._exchange(row, side),
            raw=raw,
        )

    def _references(self, row: list[str], side: int) -> References:
        document = side + (3 if self._places.whole else 1)
        structured = row[side + 6] or None if self._places.whole else None
        return References(bank=row[document + 1] or None, structured=structured, instruction=row[document] or None)

    def _exchange(self, row: list[str], side: int) -> Exchange | None:
        """The original amount, where the payment was in another currency."""
        if not self._places.whole:
            return None
        figure, currency = row[side + 1], row[side + 2].upper()
        if not money.is_currency(currency) or currency == self._currency or not _CENTS.fullmatch(figure):
            return None
        return Exchange(Money(abs(_cents(figure, currency, "")), currency))

    def _check_day(self, on: date, where: str) -> None:
        if on < _UNLIKELY or (self._given.today and on > self._given.today):
            self._found.warn("line.date_unlikely", where, date=on, entry=self._n_entries)


def _account(text: str) -> str:
    return "".join(text.split()).upper()


def _day(text: str, where: str) -> date:
    """The day of YYYYMMDD or YYYY-MM-DD. Raises KnownError line.date."""
    match = _DAY.fullmatch(text)
    try:
        on = date(*map(int, match.groups())) if match else None
    except ValueError:
        on = None
    if on is None or not _OLDEST <= on <= _NEWEST:
        raise KnownError("line.date", where, text=text[:_SHOWN])
    return on


def _cents(text: str, currency: str, where: str) -> int:
    """Minor units of hundredths, signed. Raises KnownError line.amount."""
    if not _CENTS.fullmatch(text):
        raise KnownError("line.amount", where, text=text[:_SHOWN])
    digits = text.lstrip("+-").zfill(3)
    try:
        minor = money.parse(f"{digits[:-2]}.{digits[-2:]}", currency).minor
    except KnownError as error:
        raise KnownError("line.amount", where, text=text[:_SHOWN]) from error
    return -minor if text.startswith("-") else minor
