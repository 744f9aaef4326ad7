"""The layout of a table nobody knows: the words of its header, held against what stands in all of its rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fundledger.domain.money import is_currency
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.statements.layout import Column, Layout, Role, fold, plain_letters
from fundledger.statements.tables import words
from fundledger.statements.tables.days import read_days
from fundledger.statements.tables.heading import currency_in, meanings
from fundledger.statements.tables.numbers import read_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Any year will do to see that a text is a day.
_SOME_YEAR = 2024
_MOST_SHORT = 64
# A column whose first so many cells hold no day, or no amount, is none of days, or of amounts.
_ENOUGH = 1000
_MOST_SEEN = 50
_DAYS = (Role.BOOKED_ON, Role.VALUE_ON, Role.SETTLED_ON)
_AMOUNTS = (Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.FEE, Role.BALANCE, Role.ORIGINAL_AMOUNT, Role.RATE)
_SUMS = frozenset({Role.AMOUNT, Role.DEBIT, Role.CREDIT})
# Roles of which one column is enough; of texts all are taken.
_TOTALS = frozenset({"opening", "closing", "turnover"})


@dataclass(slots=True)
class ColumnEvidence:
    """What stands in one column over all rows: how many cells are filled, days, amounts, IBANs, codes, words of a side; letters."""

    n_filled: int = 0
    n_days: int = 0
    n_amounts: int = 0
    n_fractions: int = 0
    n_ibans: int = 0
    n_currencies: int = 0
    n_sides: int = 0
    has_letters: bool = False
    seen: Counter[str] = field(default_factory=Counter)

    def add(self, cell: str) -> None:
        """Look at one cell."""
        if not cell:
            return
        self.n_filled += 1
        if len(self.seen) < _MOST_SEEN or cell in self.seen:
            self.seen[cell[:_MOST_SHORT]] += 1
        if len(cell) > _MOST_SHORT:
            self.has_letters = True
            return
        known = self.n_filled > _ENOUGH
        if (self.n_days or not known) and read_days(cell, _SOME_YEAR):
            self.n_days += 1
        number = read_number(cell) if self.n_amounts or not known else None
        if number:
            self.n_amounts += 1
            self.n_fractions += "." in (number.point or "") or "." in (number.comma or "")
        elif len(cell) == 3 and is_currency(cell.upper()):
            self.n_currencies += 1
        if len(cell) >= 15 and cell[:2].isalpha() and iban_is_valid(compact(cell)):
            self.n_ibans += 1
        elif number is None:
            if len(cell) < 24 and len(self.seen) < _MOST_SEEN:  # a column of so many words is none of sides
                word = plain_letters(cell)
                self.n_sides += word in words.CREDIT_WORDS or word in words.DEBIT_WORDS
            self.has_letters = self.has_letters or any(map(str.isalpha, cell))

    def is_mostly(self, n: int) -> bool:
        """Whether nearly all filled cells are so; a pseudo row or a broken cell may stand between."""
        return 0 < self.n_filled <= n * 10 // 9 + 1 and n > 0

    @property
    def days(self) -> bool:
        """A column of days."""
        return self.is_mostly(self.n_days)

    @property
    def amounts(self) -> bool:
        """A column of amounts."""
        return self.is_mostly(self.n_amounts)

    @property
    def constant(self) -> bool:
        """One value in all rows."""
        return len(self.seen) == 1


def looks_like_header(cells: Sequence[str], after: Sequence[Sequence[str]]) -> bool:
    """Whether a row names a day and an amount, or stands, all words, above a row that holds both."""
    named = {role for cell in cells for role, _ in meanings(cell)[:1]}
    if any(read_days(cell) or read_number(cell) for cell in cells if cell):
        return False
    money = named & {Role.AMOUNT, Role.DEBIT, Role.CREDIT}
    if (
        len([cell for cell in cells if cell]) >= 2
        and money
        and Role.BOOKED_ON in named | ({Role.BOOKED_ON} if Role.VALUE_ON in named else set())
    ):
        return True
    return len(cells) > 1 and all(cells) and any(len(row) == len(cells) and _holds_both(row) for row in after[:1])


def _holds_both(cells: Sequence[str]) -> bool:
    days = [place for place, cell in enumerate(cells) if read_days(cell)]
    return bool(days) and any(read_number(cell) for place, cell in enumerate(cells) if place not in days)


def guess_layout(body: Callable[[], Iterator[list[str]]], header: Sequence[str]) -> Layout:
    """The layout of a table by its header, if it has one, and all of its rows.

    Raises KnownError file.layout that says what is missing: date, amount, or which (several columns may be the amount).
    """
    evidence = [ColumnEvidence() for _ in header]
    for cells in body():
        if len(list(filter(None, cells))) == 1:  # a sentence under the table says nothing of a column
            continue
        while len(evidence) < len(cells) and not header:
            evidence.append(ColumnEvidence())
        for column, cell in zip(evidence, cells, strict=False):
            column.add(cell)
    taken = _by_words(header, evidence)
    _by_content(taken, evidence, header)
    return _layout(taken, header)


def _fits(role: Role, column: ColumnEvidence) -> bool:
    """Whether what stands in a column can be what its heading says; an empty column can be anything."""
    if not column.n_filled:
        return role is not Role.BOOKED_ON
    if role in _DAYS:
        return column.days
    if role in _AMOUNTS:
        return column.amounts and not (column.days and column.n_fractions == 0 and role is not Role.AMOUNT)
    if role is Role.CURRENCY:
        return column.is_mostly(column.n_currencies) or bool(set(column.seen) <= {"€", "£", "zł"})
    if role is Role.SIDE:
        return column.is_mostly(column.n_sides)
    return not (role is Role.TEXT and column.days)


def _by_words(header: Sequence[str], evidence: Sequence[ColumnEvidence]) -> dict[int, Role]:
    """The role of each column by its heading; of two columns of one role that only one may have, the one with the surer word."""
    meant = [
        (rank, place, Role.IBAN if role is Role.NAME and evidence[place].is_mostly(evidence[place].n_ibans) else role)
        for place, heading in enumerate(header)
        for role, rank in meanings(heading)
        if _fits(role, evidence[place])
    ]
    taken: dict[int, Role] = {}
    for _, place, role in sorted(meant, key=lambda one: (one[2] is Role.TEXT, one[0], one[1])):
        if place in taken or (role in taken.values() and role is not Role.TEXT):
            continue
        taken[place] = role
    for _, place, role in sorted(meant):
        if place not in taken:  # a second date is a value date, a second name or reference is kept as text
            days = role in _DAYS and Role.VALUE_ON not in taken.values()
            taken[place] = Role.VALUE_ON if days else Role.TEXT if role not in _DAYS + _AMOUNTS else Role.TIME
    return {place: role for place, role in taken.items() if role is not Role.TIME}


def _by_content(taken: dict[int, Role], evidence: Sequence[ColumnEvidence], header: Sequence[str]) -> None:
    """Fill what the words left open, where the content allows one answer only."""
    free = [place for place in range(len(evidence)) if place not in taken and not (header and meanings(header[place]))]
    _date_by_content(taken, evidence, free, header)
    if not set(taken.values()) & {Role.AMOUNT, Role.DEBIT, Role.CREDIT}:
        sums = [place for place in free if place not in taken and evidence[place].amounts and evidence[place].n_fractions]
        if len(sums) > 1:
            raise KnownError("file.layout", "", missing="which")
        taken.update((place, Role.AMOUNT) for place in sums)
    for place in free:
        role = _text_role(evidence[place], taken) if place not in taken else None
        if role is Role.TEXT or (role and role not in taken.values()):
            taken[place] = role


def _date_by_content(taken: dict[int, Role], evidence: Sequence[ColumnEvidence], free: list[int], header: Sequence[str]) -> None:
    """The only column of days is that of the booking day; of two without a header the first is."""
    if Role.BOOKED_ON in taken.values():
        return
    valued = [place for place, role in taken.items() if role is Role.VALUE_ON]
    days = valued or [place for place in free if evidence[place].days and not (evidence[place].n_fractions and evidence[place].amounts)]
    if len(days) == 1 or (len(days) == 2 and not header):
        taken.update(zip(days, (Role.BOOKED_ON, Role.VALUE_ON), strict=False))


def _text_role(column: ColumnEvidence, taken: dict[int, Role]) -> Role | None:
    """What a column nobody named holds beside days and amounts, if it is sure."""
    if column.is_mostly(column.n_ibans):
        own = column.constant and Role.ACCOUNT not in taken.values() and column.n_filled > 1
        return Role.ACCOUNT if own else Role.IBAN
    if column.is_mostly(column.n_currencies) and all(map(currency_in, column.seen)):  # not any three letters, such as BAC or POS
        return Role.CURRENCY
    return Role.TEXT if column.has_letters and not column.is_mostly(column.n_sides) else None


def _layout(taken: dict[int, Role], header: Sequence[str]) -> Layout:
    roles = set(taken.values())
    if Role.BOOKED_ON not in roles:
        raise KnownError("file.layout", "", missing="date")
    if not roles & {Role.AMOUNT, Role.DEBIT, Role.CREDIT}:
        raise KnownError("file.layout", "", missing="amount")
    if Role.AMOUNT in roles and {Role.DEBIT, Role.CREDIT} <= roles:  # a total beside its two sides says nothing more
        taken = {place: role for place, role in taken.items() if role is not Role.AMOUNT}
    elif Role.AMOUNT not in roles and len(roles & {Role.DEBIT, Role.CREDIT}) == 1:
        raise KnownError("file.layout", "", missing="which")
    if Role.FEE in roles:  # whether a fee is inside the amount nobody told; it is, until a person says otherwise
        taken = {place: Role.FEE_INCLUDED if role is Role.FEE else role for place, role in taken.items()}
    named = [place for place in sorted(taken) if not header or fold(header[place])]
    columns = tuple(Column(taken[place], header[place] if header else "", place) for place in named)
    codes = {code for column in columns if column.role in _SUMS and (code := currency_in(column.name))}
    currency = codes.pop() if len(codes) == 1 else None
    return Layout("guess", columns, tuple(dict.fromkeys(name for cell in header if (name := fold(cell)))), currency=currency)
