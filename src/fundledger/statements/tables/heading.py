"""Where the columns of a layout stand in a header, and what a heading means by its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from fundledger.statements.layout import ANY_CURRENCY, Role, fold, plain_letters
from fundledger.statements.tables.words import HEADINGS, HELD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fundledger.statements.layout import Layout

_CODES = (
    "eur|usd|gbp|chf|pln|sek|nok|dkk|czk|huf|ron|bgn|isk|uah|byn|rub|gel|try|ils|aud|cad|nzd|jpy|cny|hkd|sgd|inr|zar|brl|mxn|"
    "ltl|lvl|eek|amd|mdl|kzt|aed|thb"
)
_CODE = re.compile(rf"\b(?:{_CODES})\b|[€£]")
_SIGNS = {"€": "EUR", "£": "GBP"}
_NO_WORD = re.compile(r"[\W_]+")
# At each place the longest of the words that a heading may hold.
_HELD = re.compile(f"(?= ({'|'.join(map(re.escape, sorted(HELD, key=len, reverse=True)))}) )")
_BRACKET = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")


@dataclass(frozen=True, slots=True)
class Places:
    """Where each role stands in a row: indexes in the order of the layout, each with the side it counts for, empty for both.

    `currency` is the code the header names itself, such as EUR in "Amount (EUR)", else empty; `width` its cells, 0 without a header.
    """

    by_role: Mapping[Role, tuple[tuple[int, str], ...]]
    currency: str = ""
    width: int = 0

    def of(self, role: Role) -> tuple[tuple[int, str], ...]:
        """The columns of a role, none where there is none."""
        return self.by_role.get(role, ())


def names_of(header: Sequence[str]) -> frozenset[str]:
    """Every name a header can be recognised by: its folded cells, and those with a currency code as `ANY_CURRENCY`, too."""
    return frozenset(chain.from_iterable(map(_named, header)))


@lru_cache(maxsize=1024)
def _named(cell: str) -> tuple[str, str]:
    """A cell folded, and with its currency code as `ANY_CURRENCY`; looking for an encoding asks for the same cells again and again."""
    name = fold(cell)
    return name, _CODE.sub(ANY_CURRENCY, name, count=1)


def places(layout: Layout, header: Sequence[str]) -> Places:
    """Where the layout's columns stand; a column the header lacks is left out."""
    folded = [fold(cell) for cell in header]
    general = [_CODE.sub(ANY_CURRENCY, name, count=1) for name in folded]
    found: dict[Role, list[tuple[int, str]]] = {}
    currency = ""
    for column in layout.columns:
        name = fold(column.name)
        own = general if ANY_CURRENCY in name else folded
        if not name:
            place = column.place if column.place is not None and (not header or column.place < len(header)) else None
        elif column.place is not None and column.place < len(own) and own[column.place] == name:
            place = column.place
        else:
            place = own.index(name) if name in own else None
        if place is None or any(place == taken for taken, _ in found.get(column.role, [])):
            continue
        found.setdefault(column.role, []).append((place, column.when))
        if ANY_CURRENCY in name and not currency and (code := _CODE.search(folded[place])):
            currency = _SIGNS.get(code[0], code[0].upper())
    return Places({role: tuple(own) for role, own in found.items()}, currency, len(header))


@lru_cache(maxsize=1024)
def meanings(heading: str) -> list[tuple[Role, int]]:
    """What a heading may mean by its words, each with a rank, the lowest the surest; nothing for a heading nobody knows."""
    name = plain_letters(heading)
    for form in (name, _CODE.sub(ANY_CURRENCY, name, count=1), _BRACKET.sub("", name), _CODE.sub("", _BRACKET.sub("", name)).strip(" ,./-"),
                 name.replace("_", " "), name.replace(" / ", "/")):  # fmt: skip
        if form in HEADINGS:
            return HEADINGS[form]
    words = f" {_NO_WORD.sub(' ', name)} "
    held = [(len(word), HELD[word]) for word in _HELD.findall(words)]
    return [(max(held)[1], 1000)] if held else []


def currency_in(heading: str) -> str:
    """The currency code a heading names, else nothing."""
    code = _CODE.search(plain_letters(heading))
    return _SIGNS.get(code[0], code[0].upper()) if code else ""
