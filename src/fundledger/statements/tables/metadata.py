"""What a bank writes above its table: the account, its currency, the period, the balances, where they are labelled."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fundledger.domain.money import is_currency
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.statements.layout import plain_letters
from fundledger.statements.tables.days import read_days
from fundledger.statements.tables.numbers import read_number
from fundledger.statements.tables.words import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fundledger.statements.tables.cells import Cells

_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}\b")
_NUMBER = re.compile(r"[0-9][0-9 ./-]{4,30}[0-9]")
_DAYS = re.compile(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}")
_MOST_CELLS = 8


@dataclass(frozen=True, slots=True)
class Metadata:
    """What stands above a table; texts as they stand, to be read once the decimal sign and the order of days are decided."""

    account: str = ""
    currency: str = ""
    opening: str = ""
    closing: str = ""
    days: tuple[str, ...] = ()


def metadata(above: Iterable[Cells]) -> Metadata:
    """Read the rows above a header: labels in the first cell or before a colon, what they name behind it."""
    found = Metadata()
    for row in above:
        for label, value in _labelled([cell for cell in row.cells[:_MOST_CELLS] if cell]):
            found = _with(found, LABELS.get(plain_letters(label)), value)
    return found


def _labelled(cells: Sequence[str]) -> list[tuple[str, str]]:
    pairs = []
    for place, cell in enumerate(cells):
        label, colon, value = cell.partition(":")
        if colon and value.strip():
            pairs.append((label, value.strip()))
        elif place + 1 < len(cells):
            pairs.append((cell, cells[place + 1]))
    return pairs


def _with(found: Metadata, what: str | None, value: str) -> Metadata:
    """The metadata with what one label names; the first of each counts (of accounts an IBAN), and only what has the form it should have."""
    if what == "account":
        own = account_in(value)
        better = not found.account or (iban_is_valid(own) and not iban_is_valid(found.account))
        return replace(found, account=own if better else found.account)
    if what == "currency":
        code = value.strip().upper()
        return replace(found, currency=found.currency or (code if is_currency(code) else ""))
    if what == "period":
        return replace(found, days=found.days or tuple(_DAYS.findall(value)[:2]))
    if what in {"start", "end"} and read_days(value):
        return replace(found, days=((value, *found.days) if what == "start" else (*found.days, value))[:2])
    if what == "opening" and read_number(value):
        return replace(found, opening=found.opening or value)
    return replace(found, closing=found.closing or value) if what == "closing" and read_number(value) else found


def account_in(text: str) -> str:
    """The IBAN in a text, else its longest number, else nothing; without blanks, in upper case."""
    for match in _IBAN.finditer(text.upper()):
        for size in range(len(candidate := compact(match[0])), 14, -1):  # the words behind an IBAN may look like more of it
            if iban_is_valid(candidate[:size]):
                return candidate[:size]
    whole = "".join(text.split()).upper()
    if 5 <= len(whole) <= 34 and any(map(str.isdigit, whole)) and re.fullmatch(r"[A-Z0-9./-]+", whole):
        return compact(whole) if iban_is_valid(compact(whole)) else whole
    number = _NUMBER.search(text)
    return "".join(number[0].split()) if number else ""
