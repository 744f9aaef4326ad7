"""Reads the workbook of a take-over: texts become days and amounts here, and every cell that cannot is told of, all at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from unicodedata import normalize

from fundledger.domain.money import Money, is_currency, parse
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.reference import compact
from fundledger.domain.takeover import AMOUNTS, DAYS, MAY_BE_EMPTY, SHEETS, Row, Sheets
from fundledger.statements.tables.sheets import FORMULA, read_sheets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fundledger.statements.tables.cells import Cells

LARGEST, MOST_ROWS = 16 * 1024 * 1024, 20_000
_LETTERS, _LONGEST_TITLE = 26, 31


def read_workbook(path: Path, currency: str) -> tuple[Sheets, str, tuple[Problem, ...]]:
    """What stands in the workbook, its SHA-256, and warnings; `currency` is that of every amount that names no other.

    Raises a refusal with every cell that cannot be read, takeover.not_ours for a workbook without any of the columns, and what
    `read_sheets` raises.
    """
    found, digest, warnings = read_sheets(path, LARGEST, MOST_ROWS)
    reading = _Reading(currency)
    for title, rows in found.items():
        reading.take(title, rows)
    return reading.close(path.name), digest, warnings


class _Reading:
    """One workbook on its way to `Sheets`; `problems` grow with every cell that is wrong."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._rows: dict[str, list[Mapping[str, str]]] = {}
        self._cells: dict[str, list[Mapping[str, str]]] = {}
        self._titles: dict[str, str] = {}
        self._currencies: dict[str, str] = {}
        self.problems: list[Problem] = []

    def take(self, title: str, rows: Sequence[Cells]) -> None:
        """Find the columns of a sheet and keep what stands under them; a sheet without any is somebody's notes."""
        title = "".join(letter if letter.isprintable() else "\ufffd" for letter in title[:_LONGEST_TITLE])
        for place, row in enumerate(rows):
            named = {n: text.partition(".")[::2] for n, text in enumerate(row.cells) if _is_ours(text)}
            if named:
                name = next(iter(named.values()))[0]
                self._keep(name, title, {column: n for n, (of, column) in named.items() if of == name}, rows[place + 1 :])
                return

    def _keep(self, name: str, title: str, columns: Mapping[str, int], rows: Sequence[Cells]) -> None:
        if name in self._titles:
            self.problems.append(Problem("takeover.sheet_twice", title, {"other": self._titles[name]}))
        self._titles[name] = title
        missing = [column for column in SHEETS[name] if column not in columns and column not in MAY_BE_EMPTY]
        self.problems += [Problem("takeover.column", title, {"column": f"{name}.{column}"}) for column in missing]
        for row in rows if not missing else ():
            texts = {column: row.cells[n] if n < len(row.cells) else "" for column, n in columns.items()}
            if any(texts.values()):
                self._rows.setdefault(name, []).append(texts)
                self._cells.setdefault(name, []).append({column: f"{title}!{_letters(n)}{row.number}" for column, n in columns.items()})

    def close(self, file: str) -> Sheets:
        """Everything as days and amounts; raises what is wrong."""
        if not self._titles:
            raise KnownError("takeover.not_ours", file)
        # What a bank account is counted in is known before its money is read.
        order = sorted(self._rows, key=lambda name: name != "accounts")
        read = {name: [self._row(name, *pair) for pair in zip(self._rows[name], self._cells[name], strict=True)] for name in order}
        first = [row.days["first_day"] for row in read.get("about", ()) if "first_day" in row.days]
        if len(read.get("about", ())) != 1 and not self.problems:
            self.problems.append(Problem("takeover.first_day", file))
        if not self.problems and not any(read.get(name) for name in SHEETS if name != "about"):
            self.problems.append(Problem("takeover.empty", file))
        if self.problems:
            raise refusal(tuple(self.problems))
        return Sheets(first[0], {name: tuple(rows) for name, rows in read.items()})

    def _row(self, name: str, texts: Mapping[str, str], cells: Mapping[str, str]) -> Row:
        blank = Row(name, cells)
        unread = {column for column, text in texts.items() if FORMULA in text or not (text or column in MAY_BE_EMPTY)}
        self.problems += [
            Problem("takeover.formula" if texts[column] else "takeover.cell_empty", blank.at(column))
            for column in cells
            if column in unread
        ]
        said = {column: _text(column, text) for column, text in texts.items() if column not in unread}
        currency = self._counted_in(blank, said)
        days: dict[str, date] = {}
        amounts: dict[str, Money] = {column: Money(0, currency) for column in SHEETS[name] if column in AMOUNTS}
        for column, text in said.items():
            if column in DAYS:
                days |= self._day(blank, column, text)
            elif column in AMOUNTS:
                amounts |= self._amount(blank, column, text or "0", currency)
        return Row(name, cells, {column: text for column, text in said.items() if column not in DAYS | AMOUNTS}, days, amounts)

    def _counted_in(self, row: Row, said: Mapping[str, str]) -> str:
        """The currency of a row's amounts: an account's own, that of the account its money is in, else the book's."""
        account = said.get("account", "")
        if row.sheet != "accounts":
            return self._currencies.get(account, self._currency)
        currency = said.get("currency") or account.partition("/")[2] or self._currency
        if not is_currency(currency):
            self.problems.append(Problem("takeover.currency", row.at("currency")))
            return self._currency
        return self._currencies.setdefault(account, currency)

    def _day(self, row: Row, column: str, text: str) -> dict[str, date]:
        try:
            return {column: date.fromisoformat(text)}
        except ValueError:
            self.problems.append(Problem("takeover.day", row.at(column), {"text": text[:40]}))
            return {}

    def _amount(self, row: Row, column: str, text: str, currency: str) -> dict[str, Money]:
        try:
            return {column: parse(text, currency)}
        except KnownError:
            self.problems.append(Problem("takeover.amount", row.at(column), {"text": text[:40]}))
            return {}


def _text(column: str, text: str) -> str:
    """As the book writes it: an account without blanks, a processor's by its name and currency."""
    if column == "account":
        kept_by, parted, currency = text.partition("/")
        return f"{compact(kept_by)}/{currency.strip().upper()}" if parted else compact(text)
    return compact(text) if column == "iban" else text.upper() if column == "currency" else normalize("NFC", text)


def _is_ours(text: str) -> bool:
    sheet, _, column = text.partition(".")
    return column in SHEETS.get(sheet, ())


def _letters(place: int) -> str:
    """The letters of a column, the first is A."""
    first, last = divmod(place, _LETTERS)
    return (_letters(first - 1) if first else "") + chr(ord("A") + last)
