"""What a command prints: tables for people in their language, one JSON object a line for programs."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.domain.problem import Problem
from fundledger.i18n import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fundledger.i18n import Speaker

_LONGEST, _WIDEST = 160, 10_000


def language_of(words: Sequence[str]) -> str:
    """The language asked for on the command line, else that of the environment, else English."""
    for n, word in enumerate(words):
        if word == "--language" and n + 1 < len(words):
            return words[n + 1]
        if word.startswith("--language="):
            return word.partition("=")[2]
    found = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "en")
    return found.partition(".")[0]


def shown(text: str) -> str:
    """Text as one line a terminal cannot be fooled by: marks made visible, a long one shortened in the middle."""
    return one_line(text, _LONGEST)


def json_line(record: Mapping[str, object]) -> str:
    """One object on one line; letters as they are."""
    return harmless_json(json.dumps(record, ensure_ascii=False, default=_plain))


def harmless_json(text: str) -> str:
    """The same JSON with anything a terminal would obey escaped."""
    return visible(text, _escaped)


def _escaped(letter: str) -> str:
    return letter if letter == "\n" else json.dumps(letter)[1:-1]


def _plain(value: object) -> str:
    """Money as a signed decimal, a day as ISO 8601; anything else is a fault of ours."""
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")


class Output:
    """Prints for one reader; `as_json` for a program."""

    def __init__(self, speaker: Speaker, *, as_json: bool = False) -> None:
        """Speak the reader's language."""
        self.speaker = speaker
        self.as_json = as_json

    def say(self, key: str, /, **values: object) -> None:
        """A sentence for people; a program gets none."""
        if not self.as_json:
            print(self.speaker.say(key, **_harmless(values)))

    def say_within(self, key: str, /, **values: object) -> None:
        """The same, set in under the sentence before."""
        if not self.as_json:
            print(f"  {self.speaker.say(key, **_harmless(values))}")

    def complain(self, key: str, /, **values: object) -> None:
        """A sentence on standard error."""
        print(self.speaker.say(key, **_harmless(values)), file=sys.stderr)

    def problem(self, problem: Problem) -> str:
        """The sentence of a problem, harmless to a terminal."""
        return self.speaker.problem(Problem(problem.code, shown(problem.subject), _harmless(problem.values)))

    def note(self, problem: Problem) -> None:
        """A problem on standard error."""
        print(self.problem(problem), file=sys.stderr)

    def show(self, problem: Problem) -> None:
        """A problem among what was asked for."""
        print(self.problem(problem))

    def problem_record(self, problem: Problem) -> dict[str, object]:
        """A problem for a program: code, what or where it is about, sentence."""
        return {"code": problem.code, "where": problem.subject, "text": self.problem(problem)}

    def record(self, facts: Mapping[str, object]) -> None:
        """One object for a program, a currency beside its money; for people nothing."""
        if self.as_json:
            print(json_line(with_currency(facts)))

    def done(self, key: str, facts: Mapping[str, object], /, **values: object) -> None:
        """What was done: an object for a program, a sentence for people."""
        self.record(facts)
        self.say(key, **values)

    def rows(self, records: Iterable[Mapping[str, object]], columns: Sequence[str], empty: str = "cli.nothing") -> None:
        """Every record for a program; for people a table of these columns, headed `cli.column.NAME`."""
        if self.as_json:
            for one in records:
                self.record(one)
            return
        kept = list(records)
        if not kept:
            self.say(empty)
            return
        heads = [self.speaker.say(f"cli.column.{name}") for name in columns]
        right = [any(isinstance(one[name], Money | int) and not isinstance(one[name], bool) for one in kept) for name in columns]
        table(heads, [[self._cell(name, one[name]) for name in columns] for one in kept], right)

    def facts(self, record: Mapping[str, object], names: Sequence[str]) -> None:
        """One record: an object for a program, a list of named facts for people."""
        if self.as_json:
            self.record(record)
            return
        heads = [self.speaker.say(f"cli.column.{name}") for name in names]
        width = max(map(_width, heads))
        for head, name in zip(heads, names, strict=True):
            print(f"{head}{' ' * (width - _width(head))}  {self._cell(name, record[name])}")

    def word(self, column: str, value: str) -> str:
        """A word of ours in the reader's language (`cli.COLUMN.WORD`), anything else as it stands."""
        key = f"cli.{column}.{value.replace(' ', '_')}"
        return self.speaker.say(key) if self.speaker.knows(key) else shown(value)

    def _cell(self, column: str, value: object) -> str:
        match value:
            case None:
                return "–"
            case Money():
                return self.speaker.amount(value)
            case datetime():
                return f"{value:%Y-%m-%d %H:%M}"
            case date():
                return self.speaker.day(value, "medium")
            case str():
                return self.word(column, value)
        return shown(self.speaker.value(value))


def with_currency(facts: Mapping[str, object]) -> dict[str, object]:
    """The facts with the currency of their money beside it."""
    found = next((value.currency for value in facts.values() if isinstance(value, Money)), None)
    return dict(facts) if found is None or "currency" in facts else {**facts, "currency": found}


def _harmless(values: Mapping[str, object]) -> dict[str, object]:
    return {name: shown(value) if isinstance(value, str) else value for name, value in values.items()}


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    """A table: drawn on a terminal, plain and aligned anywhere else."""
    if sys.stdout.isatty():
        _drawn(heads, rows, right)
        return
    widths = [max(map(_width, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        cells = [_aligned(cell, width, to_right) for cell, width, to_right in zip(row, widths, right, strict=True)]
        print("  ".join(cells).rstrip())


def _aligned(cell: str, width: int, to_right: bool) -> str:  # noqa: FBT001  one of three plain arguments
    room = " " * (width - _width(cell))
    return room + cell if to_right else cell + room


def _width(text: str) -> int:
    """Columns a text takes: wide letters two, marks above letters none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in "WF") for one in text)


def _drawn(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415  a tenth of a second, for terminals alone
    from rich.console import Console  # noqa: PLC0415  as above
    from rich.table import Table  # noqa: PLC0415  as above
    from rich.text import Text  # noqa: PLC0415  as above

    drawn = Table(box=SIMPLE_HEAD)
    for head, to_right in zip(heads, right, strict=True):
        drawn.add_column(Text(head), justify="right" if to_right else "left", no_wrap=to_right, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    console = Console()
    # A figure is never cut: a table that needs more room than the window has runs over its edge.
    console.width = max(console.width, console.measure(drawn, options=console.options.update(width=_WIDEST)).minimum)
    console.print(drawn)
