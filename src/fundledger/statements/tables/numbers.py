"""Amounts as tables write them, read under either decimal sign; which one counts is decided from all rows of a file."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# ruff: noqa: RUF001  currencies are written in their own letters
# A longer text is no amount; the pattern below would not run away on it, but nobody wants to see it either.
_LONGEST = 48
_BLANKS = dict.fromkeys(map(ord, "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " ")
_IGNORED = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u061c\u2066\u2067\u2068\u2069\ufeff\u202a\u202b\u202c\u202d\u202e"), "")
_SIGNS = dict.fromkeys(map(ord, "\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d"), "-") | {ord("\uff0b"): "+"}
_MARKS = dict.fromkeys(map(ord, "\u2019\u02bc`\u00b4\u066c"), "'") | {0x066B: ",", 0xFF0C: ",", 0xFF0E: "."}
_AS_WRITTEN = _BLANKS | _IGNORED | _SIGNS | _MARKS
_SYMBOLS = {
    "€": "EUR", "£": "GBP", "zł": "PLN", "zl": "PLN", "kč": "CZK", "ft": "HUF", "₽": "RUB", "₴": "UAH", "₺": "TRY", "₪": "ILS", "₹": "INR",
    "₩": "KRW", "₫": "VND", "₸": "KZT", "₾": "GEL", "₼": "AZN", "br": "BYN", "лв": "BGN", "грн": "UAH", "руб": "RUB", "eur": "EUR",
    "us$": "USD", "a$": "AUD", "c$": "CAD", "ca$": "CAD",
    # Signs of several currencies tell none of them.
    "$": "", "¥": "", "kr": "", "fr": "", "fr.": "", "kr.": "", "руб.": "RUB", "грн.": "UAH", "лв.": "BGN",
    "lt": "LTL", "ls": "LVL",
}  # fmt: skip
_BESIDE = r"[^\W\d_]{1,3}\.?|[A-Za-z]{0,2}[€$£¥₽₴₺₪₹₩₫₸₾₼]"
_AMOUNT = re.compile(
    rf"(?P<open>\()? ?(?P<first>[+-])? ?(?P<before>{_BESIDE})? ?(?P<second>[+-])? ?(?P<digits>[0-9.,][0-9.,' ]*?)"
    rf" ?(?P<last>[+-])? ?(?P<after>{_BESIDE})?(?P<final>[+-])?(?P<close>\))?"
)
_SIMPLE = re.compile(r"(-?[0-9]+)(?:([.,])([0-9]{1,2}|[0-9]{4,}))?")
# So many letters in a row are beside no amount.
_WORD = re.compile(r"[^\W\d_]{5}")
_GROUPS = re.compile(r"[0-9]{1,3}(?:([ '])[0-9]{3}(?:\1[0-9]{3})*)?")
# Groups of three digits, or of two with three at the end as in India.
_THOUSANDS = {sign: re.compile(rf"[0-9]{{1,3}}(?:\{sign}[0-9]{{3}})+|[0-9]{{1,2}}(?:\{sign}[0-9]{{2}})+\{sign}[0-9]{{3}}") for sign in ".,"}
_MONEY_IN, _MONEY_OUT = frozenset({"cr", "cr.", "h"}), frozenset({"dr", "dr.", "s"})


class Certain(str):  # noqa: SLOT000  a mark on a text, without fields
    """A number as a workbook holds it: a plain decimal, whatever sign the rest of the file writes."""


@dataclass(frozen=True, slots=True)
class Number:
    """An amount as it may be meant: a plain signed decimal where the point is the decimal sign, another where the comma is.

    Either is None where the text cannot be read so. `currency` is the code beside it, or empty.
    """

    point: str | None
    comma: str | None
    currency: str = ""

    @property
    def only(self) -> str | None:
        """The decimal sign that is the only possible one, "." or ","; None where both signs do."""
        if (self.point is None) == (self.comma is None):
            return None
        return "." if self.comma is None else ","

    @property
    def differs(self) -> bool:
        """Whether it means one amount with a point for decimal sign and another with a comma."""
        return self.point is not None and self.comma is not None and self.point != self.comma

    @property
    def negative(self) -> bool:
        """Whether it carries a minus of any form."""
        return (self.point or self.comma or "").startswith("-")

    def read(self, decimal: str) -> str | None:
        """The plain decimal with this decimal sign."""
        return self.point if decimal == "." else self.comma


@lru_cache(maxsize=8192, typed=True)
def read_number(text: str) -> Number | None:
    """What an amount may mean; None for what is no amount: exponents, formulas, words, NaN.

    Taken: groups by point, comma, blank or apostrophe, (5,00), 5,00-, +5, U+2212, any decimal digits, a currency sign or code beside it.
    """
    if isinstance(text, Certain):
        return Number(text, text)
    simple = _SIMPLE.fullmatch(text)
    if simple and len(text) <= _LONGEST:  # nearly every amount
        whole, sign, fraction = simple.groups()
        return Number(text if sign != "," else None, f"{whole}.{fraction}" if sign == "," else None if sign else text)
    if len(text) > _LONGEST or _WORD.search(text) or not any(map(str.isdigit, text)):
        return None
    match = _AMOUNT.fullmatch(_normal(text))
    return _of_parts(match) if match and bool(match["open"]) == bool(match["close"]) else None


def _of_parts(match: re.Match[str]) -> Number | None:
    """The number of its sign, digits and what stands beside them; None where they contradict each other."""
    before, after = (match["before"] or "").casefold(), (match["after"] or "").casefold()
    turned = after in _MONEY_IN | _MONEY_OUT
    known = [_currency(sign) for sign in (before, "" if turned else after) if sign]
    signs = [sign for sign in (match["first"], match["second"], match["last"], match["final"]) if sign]
    if None in known or len(known) > 1 or len(signs) + bool(match["open"]) + turned > 1:
        return None
    minus = "-" if "-" in signs or match["open"] or after in _MONEY_OUT else ""
    point, comma = _plain(match["digits"].strip(), "."), _plain(match["digits"].strip(), ",")
    if point is None and comma is None:
        return None
    return Number(point and minus + point, comma and minus + comma, next(iter(known), "") or "")


def _normal(text: str) -> str:
    return digits_of(text.translate(_AS_WRITTEN)).strip()


def digits_of(text: str) -> str:
    """The text with the decimal digits of any script as 0 to 9, and every blank a plain one."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text.translate(_BLANKS))


def _currency(sign: str) -> str | None:
    """The code of a sign or code beside an amount, empty where it tells none, None where it is neither."""
    if sign in _SYMBOLS:
        return _SYMBOLS[sign]
    return sign.upper() if len(sign) == 3 and sign.isascii() and sign.isalpha() else None


def _plain(digits: str, decimal: str) -> str | None:
    """Digits and signs as a plain decimal where `decimal` is the decimal sign; None where they are not written so."""
    whole, found, fraction = digits.partition(decimal)
    if found and not fraction.isdigit() and fraction:
        return None
    group = "," if decimal == "." else "."
    if group in whole:
        if not _THOUSANDS[group].fullmatch(whole) or whole.startswith("0"):
            return None
        whole = whole.replace(group, "")
    elif whole and not whole.isdigit():
        if not _GROUPS.fullmatch(whole):
            return None
        whole = whole.replace(" ", "").replace("'", "")
    elif not whole and not fraction:
        return None
    return f"{whole or '0'}.{fraction}" if fraction else whole
