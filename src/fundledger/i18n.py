"""Turns message keys and values into the reader's language."""

from __future__ import annotations

import gettext
import re
import string
import unicodedata
import warnings
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from fundledger.domain.money import Money, exponent
from fundledger.domain.problem import Problem
from fundledger.settings import resources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from babel import Locale

SOURCE = "en"
DOMAIN, PUBLIC = "fundledger", "public"
NBSP = "\N{NO-BREAK SPACE}"
# English for readers in Europe: day before month; Babel's bare "en" is American.
_LOCALES = {"en": "en_GB"}
_YEAR = "\N{NARROW NO-BREAK SPACE}\N{CYRILLIC SMALL LETTER GHE}."
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LINE = re.compile(r"line (\d+)", re.ASCII)
_NOT_PLAIN = re.compile("[^\\x20-\\x7e]")
_SYMBOLS = {"EUR": "€", "GBP": "£", "PLN": "zł", "UAH": "₴", "USD": "$"}


class UnsaidWarning(ResourceWarning):
    """A key or a value a catalogue lacks: silent at run time like every ResourceWarning, a failure in the tests."""


@runtime_checkable
class Said(Protocol):
    """Anything that is a key with the values of its sentence, such as a report's Message."""

    @property
    def key(self) -> str:
        """The catalogue key."""

    @property
    def values(self) -> Mapping[str, object]:
        """The values of the sentence."""


def languages() -> list[str]:
    """The languages everything is said in, sorted."""
    return [name for name in public_languages() if (resources() / "i18n" / name / f"{DOMAIN}.mo").is_file()]


def public_languages() -> list[str]:
    """The languages an appeal's own page is said in, sorted: those of `languages`, and those with a catalogue of public texts alone."""
    return sorted(folder.name for folder in (resources() / "i18n").iterdir() if folder.is_dir())


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The compiled catalogue of a language; an empty one where there is none."""
    compiled = [path for name in (DOMAIN, PUBLIC) if (path := resources() / "i18n" / language / f"{name}.mo").is_file()]
    if not compiled:
        return gettext.NullTranslations()
    with compiled[0].open("rb") as file:
        return gettext.GNUTranslations(file)


def own_words(language: str) -> str:
    """All that the program says in a language, so that a word of its own is not taken for a part of somebody's name."""
    said = getattr(catalogue(language), "_catalog", {})  # gettext's own table: it has no way to ask for all of it
    return " ".join(said.values())


class Speaker:
    """Says keys, money, dates and counts in one language; a missing sentence is said in English, a missing key as itself."""

    def __init__(self, language: str = SOURCE, *, public: bool = False) -> None:
        """Speak a language by its code (`lt`, `lt_LT`), any of the `public` ones for public texts; one nobody speaks here is English."""
        known = language.replace("-", "_").split("_")[0].lower()
        self.language = known if known in (public_languages() if public else languages()) else SOURCE
        self._days: dict[tuple[date, str], str] = {}

    def say(self, key: str, /, **values: object) -> str:
        """The sentence of a key; the plural form follows an integer value `n`."""
        count = values.get("n")
        text = self._look_up(key, count if isinstance(count, int) else None)
        if "{" not in text:
            return text
        said = {name: self.value(value) for name, value in values.items()}
        for name in [name for name, one in said.items() if one.endswith(".")]:  # as a day does in Lithuanian: 31 d.
            text = re.sub(rf"\{{{name}\}}\.(?=\s|$)", f"{{{name}}}", text)  # one full stop ends both
        return _Sentence(key).vformat(text, (), said)

    def knows(self, key: str) -> bool:
        """Whether the key has a sentence at all."""
        return any(_find(language, key, None) is not None for language in (self.language, SOURCE))

    def message(self, message: Said) -> str:
        """The sentence of a message."""
        return self.say(message.key, **message.values)

    def problem(self, problem: Problem) -> str:
        """The sentence of a problem: key `error.CODE`, its values and its subject."""
        return self.say(f"error.{problem.code}", **{"subject": self.place(problem.subject), **problem.values})

    def place(self, text: str) -> str:
        """Where in a file something stands, as its reader says it (`line 12`); any other text as it is."""
        found = _LINE.fullmatch(text)
        return self.say("value.line", number=found[1]) if found else text

    def value(self, value: object) -> str:
        """Any value of a sentence or a cell, in the reader's own way of writing it."""
        match value:
            case str():
                text = str(value)  # a StrEnum says its value
            case bool() | None:
                text = self.say(f"value.{str(value).lower()}")
            case int() | Decimal():
                text = self.count(value)
            case Money():
                text = self.money(value)
            case datetime():
                text = f"{self.day(value.date())} {value:%H:%M}"
            case date():
                text = self.day(value)
            case Problem():
                text = self.problem(value)
            case Said():
                text = self.message(value)
            case list() | tuple():
                text = ", ".join(map(self.value, value))
            case _:
                text = str(value)
        return text

    def money(self, amount: Money) -> str:
        """An amount with its currency in the language's own pattern: €3,030.00 or 3 030,00 €."""
        from babel.numbers import format_currency  # noqa: PLC0415  Babel costs a start-up that may say no figure

        # Babel's own table of currency digits follows use (IQD has none), ours follows ISO 4217: nothing is rounded away.
        digits = exponent(amount.currency)
        pattern = self._locale().currency_formats["standard"].pattern.replace("0.00", f"0.{'0' * digits}" if digits else "0")
        return format_currency(Decimal(str(amount)), amount.currency, pattern, self._locale(), currency_digits=False)

    def amount(self, amount: Money) -> str:
        """An amount without its currency, for a column: the currency's digits, the language's separators, exact."""
        digits, (group, decimal, minus) = exponent(amount.currency), self._symbols
        whole, rest = divmod(abs(amount.minor), 10**digits)
        text = f"{whole:,}".replace(",", group)
        sign = minus if amount.minor < 0 else ""
        return f"{sign}{text}{decimal}{rest:0{digits}}" if digits else f"{sign}{text}"

    def count(self, number: int | Decimal) -> str:
        """A number with the language's separators, and every digit it has."""
        group, decimal, minus = self._symbols
        whole, dot, rest = f"{abs(number):,}".partition(".")
        return f"{minus if number < 0 else ''}{whole.replace(',', group)}{decimal if dot else ''}{rest}"

    def day(self, day: date, form: str = "long") -> str:
        """A date: 31 March 2026; form "medium" is short enough for a column, without the word for a year."""
        said = self._days.get((day, form))
        if said is None:
            from babel.dates import format_date  # noqa: PLC0415  as in money

            said = format_date(day, form, locale=self._locale())
            self._days[day, form] = said = said.removesuffix(_YEAR) if form == "medium" else said
        return said

    def _look_up(self, key: str, count: int | None) -> str:
        for language in dict.fromkeys((self.language, SOURCE)):
            text = _find(language, key, count)
            if text is not None:
                return text
        warnings.warn(f"no sentence for {key}", UnsaidWarning, stacklevel=3)
        return key

    def _locale(self) -> Locale:
        return _locale(_LOCALES.get(self.language, self.language))

    @cached_property
    def _symbols(self) -> tuple[str, str, str]:
        symbols = self._locale().number_symbols["latn"]
        return symbols["group"], symbols["decimal"], symbols["minusSign"]


def house_money(amount: Money, among: Iterable[Money] = ()) -> str:
    """The appeal's own pattern, the same in every language: € 3 030; cents go only where every figure of the page is whole."""
    digits = exponent(amount.currency)
    whole = all(each.minor % 10 ** exponent(each.currency) == 0 for each in (amount, *among))
    units, rest = divmod(abs(amount.minor), 10**digits)
    text = f"{units:,}".replace(",", NBSP) + ("" if whole or not digits else f".{rest:0{digits}}")
    return f"{_SYMBOLS.get(amount.currency, amount.currency)}{NBSP}{'−' if amount.minor < 0 else ''}{text}"


def visible(text: str, sign: Callable[[str], str] = lambda letter: f"<U+{ord(letter):04X}>") -> str:
    """A text of somebody else; control characters and marks that turn it round are replaced by a `sign` that can be seen."""
    return _NOT_PLAIN.sub(lambda found: sign(found[0]) if unicodedata.category(found[0]) in _HARMFUL else found[0], text)


def one_line(text: str, most: int = 120) -> str:
    """A text of somebody else as one line nobody is fooled by; more than `most` letters are shortened in the middle."""
    text = visible(text)
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-most // 2 :]}"


@cache
def _locale(name: str) -> Locale:
    from babel import Locale  # noqa: PLC0415  as in money

    return Locale.parse(name)


def _find(language: str, key: str, count: int | None) -> str | None:
    book = catalogue(language)
    text = book.gettext(key) if count is None else book.ngettext(key, key, count)
    if text == key:  # a sentence with one form only, or a plural asked for without its number
        text = book.gettext(key) if count is not None else book.ngettext(key, key, 1)
    return None if text == key else text


class _Sentence(string.Formatter):
    """Fills a sentence; a value it lacks stays visible as its {name}, and only names are obeyed (no attribute, no index)."""

    def __init__(self, key: str) -> None:
        self._key = key

    def get_field(self, field_name: str, args: Sequence[object], kwargs: Mapping[str, object]) -> tuple[object, str]:  # noqa: ARG002  Formatter's
        """The value of a name."""
        if field_name not in kwargs:
            warnings.warn(f"{self._key} lacks {field_name}", UnsaidWarning, stacklevel=2)
        return kwargs.get(field_name, f"{{{field_name}}}"), field_name
