"""The one filter syntax: `amount:>100 campaign:12 donor:"ann" date:2026-03 is:unmatched text`, understood for the columns of a list.

A name is a column's key or heading, or one of a few that every list knows. Sizes are compared without their sign, unless what is typed is 0
or less. What a name is not known for is searched as text; what cannot be understood yet narrows nothing; both are said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fundledger.domain.money import Money
from fundledger.gui.fields import read_amount, read_day
from fundledger.gui.table import Bar, Column, Kind, Pill, percent, shown
from fundledger.i18n import SOURCE, Speaker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_TOKEN = re.compile(
    r"""(?P<unless>-)?(?P<name>[^\W\d_][\w-]*):(?P<sign>[<>]=?|=)?(?P<value>"[^"]*"?|\S*)|"(?P<quoted>[^"]*)"|(?P<bare>\S+)"""
)
# What each list knows beside its own columns: every column of a kind, or one column under another name.
_KINDS = {"amount": (Kind.MONEY,), "date": (Kind.DATE,), "is": (Kind.PILL,)}
_ALSO = {"donor": ("donor", "name"), "campaign": ("campaign", "code")}
NAMES = (*_KINDS, *_ALSO)
_CODES = frozenset({"campaign", "code"})
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda have, want: have > want,
    ">=": lambda have, want: have >= want,
    "<": lambda have, want: have < want,
    "<=": lambda have, want: have <= want,
    "=": lambda have, want: have == want,
    "": lambda have, want: have == want,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a filter: `name:sign value`, or a text where the name is empty; `unless` turns it round."""

    written: str
    value: str
    name: str = ""
    sign: str = ""
    unless: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """What was understood: words that must all be found, tests that must all hold, and what is to be said (its key, its subject)."""

    words: tuple[str, ...] = ()
    tests: tuple[Callable[[Any], bool], ...] = ()
    said: tuple[tuple[str, str], ...] = ()

    def passes(self, row: object) -> bool:
        """Whether a row passes every test; its words are looked for by the list."""
        return all(test(row) for test in self.tests)


def terms(text: str) -> Iterator[Term]:
    """The parts of a filter, in their order; any text has some, or none where it is blank."""
    for found in _TOKEN.finditer(text):
        if found["name"] is not None:
            value = found["value"].strip('"')
            yield Term(found[0], value, found["name"].casefold(), found["sign"] or "", found["unless"] is not None)
        else:
            yield Term(found[0], found["bare"] if found["quoted"] is None else found["quoted"])


def known_names(columns: Sequence[Column], speaker: Speaker) -> dict[str, tuple[Column, ...]]:
    """Every name a list knows, with the columns it stands for: in English by key, and in the language of the window."""
    known: dict[str, tuple[Column, ...]] = {}
    for name, kinds in _KINDS.items():
        known[name] = tuple(column for column in columns if column.kind in kinds)
    for name, keys in _ALSO.items():
        known[name] = tuple(column for column in columns if column.key in keys)[:1]
    known |= {speaker.say(f"gui.filter.name.{name}").casefold(): known[name] for name in NAMES}
    for column in columns:
        heading = re.sub(r"\s+", "-", speaker.say(f"gui.column.{column.key}").casefold())
        known |= {column.key.replace("_", "-"): (column,), heading: (column,)}
    return {name: found for name, found in known.items() if found}


def understand(text: str, columns: Sequence[Column], speaker: Speaker, today: date) -> Filter:
    """What a filter means for the columns of a list."""
    known = known_names(columns, speaker)
    words: list[str] = []
    tests: list[Callable[[Any], bool]] = []
    said: list[tuple[str, str]] = []
    for term in terms(text):
        if term.name not in known:
            words.append(term.written if term.name else term.value)
            if term.name:
                said.append(("filter.unknown", term.name))
            continue
        made = [test for column in known[term.name] if (test := _test(column, term, speaker, today)) is not None]
        if made:
            tests.append(_any_of(made, unless=term.unless))
        else:
            said.append(("filter.unclear", term.written))
    return Filter(tuple(word for word in words if word.strip()), tuple(tests), tuple(said))


def _any_of(tests: Sequence[Callable[[Any], bool]], *, unless: bool) -> Callable[[Any], bool]:
    return lambda row: any(test(row) for test in tests) is not unless


def _test(column: Column, term: Term, speaker: Speaker, today: date) -> Callable[[Any], bool] | None:
    """What a term asks of a column; None where it cannot be understood."""
    if not term.value:
        return None
    if column.kind is Kind.MONEY:
        return _money(column, term)
    if column.kind is Kind.DATE:
        return _days(column, term, today)
    if column.kind in {Kind.COUNT, Kind.BAR}:
        return _number(column, term)
    return None if term.sign else _words(column, term, speaker)


def _between(value: str) -> tuple[str, str] | None:
    """The two ends of `1..9`, either of which may be open."""
    first, dots, last = value.partition("..")
    return (first, last) if dots and (first or last) else None


def _money(column: Column, term: Term) -> Callable[[Any], bool] | None:
    ends = _between(term.value) or (term.value,)
    if any(end and read_amount(end, "KWD") is None and read_amount(end, "EUR") is None for end in ends):
        return None

    def holds(row: object) -> bool:
        have = column.get(row)
        if not isinstance(have, Money):
            return False
        want = [read_amount(end, have.currency) if end else None for end in ends]
        if any(end and each is None for end, each in zip(ends, want, strict=True)):
            return False  # more digits than this currency has
        signed = any(each is not None and each.minor <= 0 for each in want) and (len(want) == 1 or want[0] is None or want[0].minor < 0)
        minor = have.minor if signed else abs(have.minor)
        return _lies(minor, [None if each is None else each.minor for each in want], term.sign)

    return holds


def _lies(have: int, want: Sequence[int | None], sign: str) -> bool:
    """Whether a number is what a sign asks, or lies between two ends."""
    if len(want) == 1:
        return want[0] is not None and _SIGNS[sign](have, want[0])
    first, last = want
    return (first is None or have >= first) and (last is None or have <= last)


def _number(column: Column, term: Term) -> Callable[[Any], bool] | None:
    ends = _between(term.value) or (term.value.removesuffix("%"),)
    if not all(re.fullmatch(r"\d{0,15}", end, re.ASCII) for end in ends):
        return None
    want = [int(end) if end else None for end in ends]

    def holds(row: object) -> bool:
        have = column.get(row)
        if isinstance(have, Bar):
            have = percent(have.collected, have.asked)
        return isinstance(have, int) and _lies(have, want, term.sign)

    return holds


def _days(column: Column, term: Term, today: date) -> Callable[[Any], bool] | None:
    ends = _between(term.value) or (term.value,)
    spans = [_span(end, today) if end else None for end in ends]
    if any(end and span is None for end, span in zip(ends, spans, strict=True)):
        return None
    first = spans[0][0] if spans[0] else date.min
    last = spans[-1][1] if spans[-1] else date.max
    if term.sign in {">", ">="}:
        first, last = (last + timedelta(days=1) if last < date.max else last) if term.sign == ">" else first, date.max
    elif term.sign in {"<", "<="}:
        first, last = date.min, (first - timedelta(days=1) if first > date.min else first) if term.sign == "<" else last

    def holds(row: object) -> bool:
        have = column.get(row)
        return isinstance(have, date) and first <= have <= last

    return holds


def _span(text: str, today: date) -> tuple[date, date] | None:
    """The first and last day of 2026, 2026-03, or a day as the fields take it."""
    found = re.fullmatch(r"([1-9]\d{3})(?:-(\d{1,2}))?", text, re.ASCII)
    if found is None:
        try:
            day = read_day(text, today)
        except OverflowError:
            return None
        return (day, day) if day else None
    year, month = int(found[1]), int(found[2] or 1)
    if not 1 <= month <= 12:
        return None
    if found[2] is None:
        return date(year, 1, 1), date(year, 12, 31)
    after = date(year + month // 12, month % 12 + 1, 1) if (year, month) < (9999, 12) else date.max
    return date(year, month, 1), after - timedelta(days=1) if after < date.max else after


def _words(column: Column, term: Term, speaker: Speaker) -> Callable[[Any], bool]:
    """A text as it is shown, so that what is masked is not found; a state also by its English word; a code by its number."""
    want, english = term.value.casefold(), Speaker(SOURCE)

    def holds(row: object) -> bool:
        have = column.get(row)
        if have is None:
            return False
        text = shown(have, speaker).casefold()
        if isinstance(have, Pill):
            named = (each.say(key).casefold() for key in (have.key, *have.also) for each in (speaker, english))
            return have.key.rpartition(".")[2] == want or any(word.startswith(want) for word in named)
        if column.key in _CODES and want.isdecimal():
            number = re.search(r"\d+$", text)
            return number is not None and int(number[0]) == int(want)
        return want in text

    return holds
