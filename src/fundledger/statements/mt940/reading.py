"""Streams MT940 and MT942 files: statement, its lines, its end; pages of one statement are joined (SWIFT category 9)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem
from fundledger.statements.mt940 import values
from fundledger.statements.mt940.entry import EntryReader
from fundledger.statements.mt940.fields import Field, before_end, fields, has_end
from fundledger.statements.mt940.page import Header, Open, stated
from fundledger.statements.safety import MOST_ENTRIES, MOST_STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from fundledger.domain.statement import Statement, StatementEnd, StatementLine
    from fundledger.statements.findings import Findings
    from fundledger.statements.given import Given
    from fundledger.statements.source import Source

    Event = Statement | StatementLine | StatementEnd

_TAGS = re.compile(r"(?:^|\{4:)[ \t]*:(20|25P?|28C?|60[FM]?|61|62[FM]?|34F|13D?|90[CD]|86):", re.MULTILINE)
_OPENING = frozenset({"60", "60F", "60M"})
_CLOSING = frozenset({"62", "62F", "62M"})
_HEADER = frozenset({"20", "21", "25", "25P", "28", "28C"})
_SUMMARY = frozenset({"90C", "90D"})
_KNOWN = _OPENING | _CLOSING | _HEADER | _SUMMARY | {"61", "13", "13D", "34F"}
_INTERIM = re.compile(r"\{2:[IO]942|^:?942:?\s", re.MULTILINE)


def recognise(head: bytes) -> str | None:
    """mt940 or mt942 for a file that begins like this, None for anything else.

    Fields at the start of a line tell: an account, and a balance, a line or a floor limit; what is before them does not matter.
    """
    text = _text(head)
    tags = {match[1] for match in _TAGS.finditer(text)}
    if not tags & {"20", "25", "25P", "28", "28C"} or not tags & {*_OPENING, *_CLOSING, "61", "34F"} or len(tags) < 3:
        return None
    if tags & (_OPENING | _CLOSING):
        return "mt940"
    return "mt942" if tags & {"34F", "13", "13D", "90C", "90D"} or _INTERIM.search(text) else "mt940"


def _text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "ignore")
    else:
        text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(source: Source, form: str, found: Findings, given: Given) -> Iterator[Event]:
    """Stream a file that was recognised as `form`.

    Raises KnownError: file.truncated where the last statement never ends, statement.unended where another one does not, file.field,
    file.entries, file.statements, and what `fields` raises. A row that cannot be taken is a fault in `found`, and left out.
    """
    stream = _Stream(source.name, form, found, given)
    for field in fields(source, found, given):
        if field[1] == "86":
            stream.words(field)
        else:
            yield from stream.take(field)
    yield from stream.finish()
    if not stream.n_statements:
        found.warn("statement.none", source.name)


class _Stream:
    """Where the reader stands: in which message, in which statement, at which line of it."""

    def __init__(self, name: str, form: str, found: Findings, given: Given) -> None:
        self.n_statements = 0
        self._name, self._form, self._found, self._given = name, form, found, given
        self._entries = EntryReader(found, given.today)
        self._n_entries = 0
        self._last_day: date | None = None
        # The header of a message that has not opened its statement yet, else of the one that has.
        self._header = Header()
        self._pending = False
        self._open: Open | None = None
        self._any_closed = False
        # The line being read, and what was said of it so far; None where the last field was no line's.
        self._row: Field | None = None
        self._said: list[str] = []
        # The last field, and whether it was a closing balance nobody can read.
        self._last: Field = (0, "", "")
        self._cut_off = False

    def words(self, field: Field) -> None:
        """Take field 86; after a closing balance it speaks of the statement, not of a line."""
        if self._row is not None:
            self._said.append(field[2])
        self._last, self._cut_off = field, False

    def take(self, field: Field) -> list[Event]:
        """Take any other field; one that is out of its order is words of the payer in whose line it stands, an unknown one is nothing."""
        tag = field[1]
        if tag not in _KNOWN:
            return []
        events: list[Event] = []
        if self._row is not None:
            if self._is_words(field):
                self._go_on(f"\n:{tag}:{field[2]}")
                return []
            events = self._line(ended=tag in _HEADER)
        self._last, self._cut_off = field, False
        if tag == "61":
            if self._pending or self._open is None:
                events += self._begun()
            self._row, self._said = field, []
            return events
        return events + self._beside(field)

    def _beside(self, field: Field) -> list[Event]:
        """Take a balance, a sum or a field of the header."""
        tag = field[1]
        if tag in _OPENING:
            return self._opened(field)
        if tag in _CLOSING:
            begun = self._begun()
            self._closed(field)
            return begun
        if tag in _SUMMARY:
            begun = self._begun() if self._form == "mt942" else []
            if self._open:
                self._open.summary(field)
            return begun
        if tag in _HEADER and (not self._pending or tag == "20"):
            self._header, self._pending = Header(), True
        if self._pending:
            self._header.take(field)
        return []

    def _is_words(self, field: Field) -> bool:
        """Whether a field within a line's words is out of its order: no line, no balance, or a message before the last one ended."""
        _, tag, text = field
        if tag == "61":
            return not values.is_row(text)
        if tag in _OPENING or tag in _CLOSING:
            return not values.is_balance(text)
        if tag not in _HEADER or self._form == "mt942" or self._open is None or self._open.opening is None:
            return False
        return not has_end(self._said[-1] if self._said else self._row[2] if self._row else "")

    def _go_on(self, text: str) -> None:
        if self._said:
            self._said[-1] += text
        elif self._row is not None:
            self._row = (*self._row[:2], self._row[2] + text)

    def _line(self, *, ended: bool) -> list[Event]:
        """The line whose fields are all read; where its message ended behind it, what follows the end is no words of it."""
        row, statement = self._row, self._open
        if row is None or statement is None:
            return []
        said = "\n".join(self._said) if self._said else None
        number, _, text = row
        if ended:
            text, said = before_end(text), said and before_end(said)
        self._row = None
        self._n_entries += 1
        if self._n_entries > MOST_ENTRIES:
            raise KnownError("file.entries", "", limit=MOST_ENTRIES)
        try:
            line = self._entries.line(number, self._n_entries, text, said)
        except KnownError as error:
            problem = error.problems[0]
            if problem.code.startswith("file."):
                raise
            self._found.fault(Problem(problem.code, f"line {number}", {**problem.values, "entry": self._n_entries}))
            return []
        self._last_day = line.booked_on
        statement.add(line)
        return [line] if statement.head else [statement.begin(self._last_day, self._found), line]

    def _begun(self) -> list[Event]:
        """Before a line or a closing balance: a message without an opening balance begins its statement here."""
        if not self._pending and self._open:
            return []
        ended = self._end()
        self._begin(None, first_page=True)
        return ended

    def _opened(self, field: Field) -> list[Event]:
        """An opening balance begins a statement, or goes on with the one whose page has ended."""
        statement, tag = self._open, field[1]
        if statement and statement.goes_on(self._header, tag):
            statement.ended, self._pending = None, False
            return []
        if statement and not self._pending and statement.ended is None and not statement.counts.n_lines and statement.head is None:
            self._open = None  # said twice
        ended = self._end()
        opening = stated(field, self._found)
        self._cut_off = opening is None
        self._begin(opening, first_page=tag != "60M")
        return ended

    def _begin(self, opening: values.StatedBalance | None, *, first_page: bool) -> None:
        if self.n_statements >= MOST_STATEMENTS:
            raise KnownError("file.statements", "", limit=MOST_STATEMENTS)
        self._open = statement = Open(self._header, opening, first_page=first_page, form=self._form, given=self._given)
        self._pending, self._last_day = False, None
        self._entries.account, self._entries.currency = statement.account, statement.currency
        self._entries.near = (opening and opening.on) or self._header.end_on

    def _closed(self, field: Field) -> None:
        closing = stated(field, self._found)
        self._cut_off, self._any_closed = closing is None, True
        if self._open:
            self._open.close(field[1], closing)

    def _end(self) -> list[Event]:
        """The end of the open statement; raises KnownError statement.unended where its last page never came."""
        statement = self._open
        if statement is None:
            return []
        if statement.needs_more:
            raise KnownError("statement.unended", f"line {statement.header.line or self._last[0]}", entries=self._n_entries)
        head = [statement.begin(statement.closing and statement.closing.on, self._found)] if statement.head is None else []
        self.n_statements += 1
        self._open = None
        return [*head, statement.end(self._last_day, self._found)]

    def finish(self) -> list[Event]:
        """The end of the file: a statement that is not ended by now was cut off, and its last line may be."""
        ended, whole = has_end(self._last[2]), self._n_entries
        events = self._line(ended=True)
        report = self._pending and self._header.currency is not None
        if self._pending:
            cut_off = not (ended or report)
        else:
            cut_off = self._open is not None and (self._open.needs_more or (self._open.lacks_end and self._any_closed))
        if cut_off or self._cut_off:
            raise KnownError("file.truncated", self._name, entries=whole)
        if report:
            events += self._begun()
        return events + self._end()
