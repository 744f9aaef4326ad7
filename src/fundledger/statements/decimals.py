"""Amounts of text formats: what a figure alone says of its decimal sign, and what all figures of a file say together."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from fundledger.domain import money
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LONGEST = 60
# What nearly every line has, and only one reading fits.
_PLAIN = re.compile(r"-?[0-9]{1,12}\.[0-9]{2}", re.ASCII)
_HUNDREDTHS = 2
# One sign, before or behind, or round brackets for money out.
_SIGNED = re.compile(r"(?P<before>[+-]?) ?(?:(?P<out>\() ?)?(?P<figure>[0-9.,][0-9.,' ]*?) ?(?(out)\)) ?(?P<behind>[+-]?)", re.ASCII)
# Groups of three, the earlier ones of two where India writes them, parted by one and the same sign; no group begins with nought.
_FIGURES = {
    decimal: re.compile(
        rf"(?P<whole>[1-9][0-9]{{0,2}}(?P<part>[{other}' ])(?:[0-9]{{2,3}}(?P=part))*[0-9]{{3}}|[0-9]*)"
        rf"(?:[{decimal}](?P<fraction>[0-9]*))?",
        re.ASCII,
    )
    for decimal, other in ((".", ","), (",", "."))
}
_SIGNS = str.maketrans({"−": "-", "–": "-", "’": "'", "‘": "'", "´": "'", "`": "'", "٫": ".", "٬": "'"})  # noqa: RUF001  as banks write them
_NOT_DIGIT = re.compile(r"[^0-9]")


@lru_cache(maxsize=4096)
def readings(text: str, currency: str = "") -> dict[str, str]:
    """The plain decimals a figure can stand for, by the decimal sign that makes it so: both where both fit, none where it is no amount.

    Blanks and apostrophes between thousands, one currency sign (or the code of `currency`), brackets for money out, a sign behind, a
    typographic minus and digits of other scripts are understood.
    """
    if len(text) > _LONGEST:
        return {}
    match = _SIGNED.fullmatch(_bare(text, currency))
    if match is None or bool(match["before"]) + bool(match["behind"]) + bool(match["out"]) > 1:
        return {}
    sign = "-" if match["out"] or "-" in (match["before"], match["behind"]) else ""
    found = {}
    for decimal, figure in _FIGURES.items():
        fits = figure.fullmatch(match["figure"])
        if fits and (fits["whole"] or fits["fraction"]):
            whole = _NOT_DIGIT.sub("", fits["whole"])
            found[decimal] = f"{sign}{whole or '0'}.{fits['fraction'] or '0'}"
    return found


def _bare(text: str, currency: str) -> str:
    """The figure with single blanks, ASCII signs and digits, and without its currency."""
    if not text.isascii():
        signs = (char for char in text.translate(_SIGNS) if unicodedata.category(char) != "Sc")
        text = "".join(str(unicodedata.decimal(char, char)) for char in signs)
    text = " ".join(text.replace("$", " ").split())
    return text.removeprefix(currency).removesuffix(currency).strip() if currency else text


def ambiguous(found: dict[str, str]) -> bool:
    """Whether the two readings are different amounts, as 1.234 is one and a quarter, or some thousand."""
    return len(set(found.values())) > 1


def decide(texts: Iterable[str]) -> str | None:
    """The decimal sign that all figures of a file agree on; None where none of them tells, or they contradict each other."""
    signs = {next(iter(found)) for text in texts if len(found := readings(text)) == 1}
    return signs.pop() if len(signs) == 1 else None


class Amounts:
    """Reads the amounts of one file; asks the whole file once, when the first one is met that can be read in two ways.

    `decide` looks through the file; `decimal` is what a person said of it.
    """

    def __init__(self, decimal: str | None, decide: Callable[[], str | None]) -> None:
        """Ask nothing yet."""
        self._decimal = decimal
        self._decide = decide

    def read(self, text: str, currency: str, where: str) -> Money:
        """A signed amount. Raises KnownError line.amount, and file.decimal where nothing in the file says which of two amounts it is."""
        if _PLAIN.fullmatch(text) and money.exponent(currency) == _HUNDREDTHS:
            return Money(int(text.replace(".", "")), currency)
        try:
            found = readings(text.strip(), currency)
            return money.parse(self._chosen(text, found) if ambiguous(found) else next(iter(found.values()), ""), currency)
        except KnownError as error:
            if error.code == "file.decimal":
                raise
            raise KnownError("line.amount", where, text=text.strip()[:40]) from error

    def _chosen(self, text: str, found: dict[str, str]) -> str:
        self._decimal = self._decimal or self._decide()
        if self._decimal is None:
            raise KnownError("file.decimal", "", text=text.strip(), one=found["."], other=found[","])
        return found[self._decimal]
