"""Streams CSV and workbooks: a statement for each account and currency, its lines, its end."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.statement import LineDetail, Statement, StatementEnd, StatementLine
from fundledger.statements.findings import Findings
from fundledger.statements.given import Given
from fundledger.statements.layout import Role
from fundledger.statements.safety import HEAD_SIZE
from fundledger.statements.tables import survey
from fundledger.statements.tables.chain import Chain
from fundledger.statements.tables.days import read_days
from fundledger.statements.tables.encoding import by_header, ways_of, whole_lines
from fundledger.statements.tables.finding import find, is_published, known
from fundledger.statements.tables.guessing import looks_like_header
from fundledger.statements.tables.heading import places
from fundledger.statements.tables.line import LineReader, RowReader, with_parts
from fundledger.statements.tables.numbers import read_number
from fundledger.statements.tables.profiles import PROFILES
from fundledger.statements.tables.table import TextTable
from fundledger.statements.tables.workbook import WorkbookTable, is_workbook
from fundledger.statements.text import encoding_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from datetime import date

    from fundledger.statements.layout import Row
    from fundledger.statements.source import Source
    from fundledger.statements.tables.cells import Cells
    from fundledger.statements.tables.deciding import Decided
    from fundledger.statements.tables.finding import Found
    from fundledger.statements.tables.metadata import Metadata
    from fundledger.statements.tables.table import Table

_NOTHING = Given()
Event = Statement | StatementLine | StatementEnd


def recognise(head: bytes) -> str | None:
    """csv.NAME for a published layout, csv for another table with days and amounts, xlsx for a workbook; None for anything else.

    Prose is no table: a row must hold a day and an amount, or a header must name both.
    """
    if is_workbook(head):
        return "xlsx"
    if head.startswith(b"PK") or b"\0" in head:
        return None
    head = whole_lines(head, HEAD_SIZE - 4)
    try:
        text = head.decode()
    except UnicodeDecodeError:
        text = head.decode(by_header(head, (), is_published(_NOTHING)) or "cp1252", "replace")
    ways = ways_of(text.lstrip("\ufeff"))
    found = known(ways, _NOTHING)
    if found:
        return f"csv.{found.layout.name}"
    return "csv" if any(_is_table(rows) for _, rows in ways) else None


def _is_table(found: list[Cells]) -> bool:
    """Whether some row heads days and amounts, or holds both among cells that the next row has, too."""
    for n, row in enumerate(found):
        if len(row.cells) < 2:
            continue
        if looks_like_header(row.cells, [after.cells for after in found[n + 1 : n + 2]]):
            return True
        days = [place for place, cell in enumerate(row.cells) if read_days(cell, 2024)]
        if days and any(read_number(cell) for place, cell in enumerate(row.cells) if place not in days):
            return True
    return False


def read(source: Source, form: str, found: Findings, given: Given) -> Iterator[Event]:
    """Stream a table that was recognised as `form`; the file is read once to look at all rows, and once for each account and currency.

    Raises KnownError: file.layout, file.layout_other, file.date_order, file.decimal, file.year, file.truncated, file.quote, file.columns,
    file.field, file.entries, file.statements, and what decoding or unpacking raises. A row that cannot be taken is a fault in `found`.
    """
    table = open_table(source, form, found, given)
    plan = find(table, given)
    found.evidence = ", ".join(cell for cell in plan.header.cells if cell)[:200] if plan.header else found.evidence
    if plan.guessed:
        columns = ", ".join(f"{column.role.value}: {column.name or column.place}" for column in plan.layout.columns)
        found.warn("file.layout_guessed", source.name, columns=columns)
    header = plan.header.cells if plan.header else ()
    beside = [replace(plan, layout=layout, columns=places(layout, header)) for layout in plan.layout.beside]
    first, *others = [Reading(source, table, one, found, given) for one in (plan, *beside)]
    yield from first.events(others)


def open_table(source: Source, form: str, found: Findings, given: Given) -> Table:
    """The rows of a file by its form."""
    if form == "xlsx":
        return WorkbookTable(source, found)
    name = form.removeprefix("csv.")
    likely = next((layout.encodings for layout in (given.layout, *PROFILES) if layout and layout.name == name), ())
    return TextTable(source, replace(given, encoding=_codec(source, found, given, likely)))


def _codec(source: Source, found: Findings, given: Given, likely: Sequence[str]) -> str:
    """The encoding of a text; a guess by its letters must let its header be read, or the header decides."""
    guessed = Findings()
    codec = encoding_of(source, guessed, given, likely)
    if guessed.warnings:
        head = whole_lines(source.head, HEAD_SIZE)
        codec = by_header(head, (codec, *likely), is_published(given)) or codec
    for problem in guessed.warnings:
        found.warn(problem.code, problem.subject, **{**problem.values, "encoding": codec})
    return codec


class Reading:
    """One table that is read by one layout."""

    def __init__(self, source: Source, table: Table, plan: Found, found: Findings, given: Given) -> None:
        """Look at all rows, and decide how they are read."""
        self._source, self._table, self._plan, self._found, self._given = source, table, plan, found, given
        self.year = survey.year_of(source.name, given, plan.above.days)
        account = plan.above.account or plan.layout.account or given.account or ""
        currency = plan.above.currency or plan.layout.currency or given.currency or ""
        self.rows = RowReader(plan.layout, plan.columns, "".join(account.split()).upper(), currency)
        self._seen = survey.look(table, plan, self.rows, self.year)
        self.decided: Decided = survey.decided(table, plan, self.rows, self._seen, given, self.year)
        self.lines = LineReader(self.rows, self.decided, given.today, turned=self._seen.turned)
        # Rows of payments that never came to be, by the word the bank has for that.
        self._left: Counter[str] = Counter()
        self._beside: Metadata = survey.joined(plan.above, self._seen.below)

    def events(self, beside: Sequence[Reading] = ()) -> Iterator[Event]:
        """The statements of the table, each with its lines, and with those that the layouts `beside` find in the same rows."""
        keys = list(dict.fromkeys(key for reading in (self, *beside) for key in reading._seen.keys))  # noqa: SLF001  its own kind
        if not keys:
            for row in survey.body(self._table, self._plan, self._found):
                self._line(row, ("", ""), 1, None, first=True)
            self._found.warn("statement.none", self._source.name)
        for key in keys:
            yield from self._statement(key, beside, first=key == keys[0], only=len(keys) == 1)
        for status, count in self._left.items():
            self._found.warn("file.rows_left", self._source.name, status=status, count=count)

    def _statement(self, key: survey.Key, beside: Sequence[Reading], *, first: bool, only: bool) -> Iterator[Event]:
        account, currency = key
        gateway = self._plan.layout.gateway
        if gateway:
            account = f"{(account if gateway == 'generic' and account else gateway).upper()}/{currency}"
        days = [day for text in self._beside.days if (day := self._day(text))]
        start_on, end_on = (min(days), max(days)) if len(days) == 2 else (None, None)
        yield Statement(account, currency, start_on=start_on, end_on=end_on, kind="processor" if gateway else "statement")
        first_on, last_on = map(self._day, self._seen.days_between)
        chain = Chain(currency, newest_first=bool(first_on and last_on and first_on > last_on))
        position = yield from self._lines_of(key, chain, 0, first=first)
        for reading in beside:
            position = yield from reading._lines_of(key, chain, position, first=False)  # noqa: SLF001  its own kind
        if only:
            self._balances_beside(chain, currency)
        breaks, row_number = chain.breaks
        if breaks:
            self._found.warn("statement.balance_chain", self._table.where(row_number), count=breaks)
        yield chain.end(faulty=self._found.faulty)

    def _lines_of(self, key: survey.Key, chain: Chain, position: int, *, first: bool) -> Generator[StatementLine, None, int]:
        """The lines of one statement after `position`, and the position of the last."""
        held: StatementLine | None = None
        where, parts, own = "", list[LineDetail](), False
        for row in survey.body(self._table, self._plan, self._found if first else Findings()):
            taken = self._line(row, key, position + 1, chain, first=first)
            if isinstance(taken, LineDetail):
                parts += (taken,) if own else ()
                continue
            position += taken is not None
            own = isinstance(taken, StatementLine)
            if isinstance(taken, StatementLine):
                if held:
                    yield with_parts(held, parts, where, self._found)
                held, where, parts = taken, self._table.where(row.number), []
        if held:
            yield with_parts(held, parts, where, self._found)
        return position

    def _day(self, text: str) -> date | None:
        days = read_days(text, self.year)
        return days.read(self.decided.date_order) if days else None

    def _line(
        self, row: Cells, key: survey.Key | None, position: int, chain: Chain | None, *, first: bool
    ) -> StatementLine | LineDetail | bool | None:
        """The line of a row, or a part of the line above; True for one of another statement or that cannot be taken, None for no entry.

        `key` is the statement that is read, None for any; what belongs to none is told while the `first` is read.
        """
        texts = self.rows.texts(row.cells)
        sort = survey.sort_of(row, texts, self._plan)
        if sort in {"beside", "label", "fields"}:
            if sort == "fields" and first:
                self._fault(Problem("line.fields", "", self._widths(row)), row, position)
            elif sort == "beside" and first:
                self._found.warn("line.no_entry", self._table.where(row.number))
            return True if sort == "fields" else None
        kind = "part" if sort == "part" else self.rows.kind(texts, row.cells)
        if kind in {"skip", "turnover"} or self.rows.status(texts) == "skip":
            if kind == "line" and first:
                self._left[texts[Role.STATUS][:40]] += 1
            return None
        return self._entry(row, texts, kind, key, position, chain, first=first)

    def _entry(
        self, row: Cells, texts: dict[Role, str], kind: str, key: survey.Key | None, position: int, chain: Chain | None, *, first: bool
    ) -> StatementLine | LineDetail | bool | None:
        try:
            if kind == "part":
                return self.lines.part(texts)
            if not self._is_of(texts, key, first=first):
                return True if kind not in {"opening", "closing"} else None
            read_row = self.lines.row(row, texts, kind)
            if kind in {"opening", "closing"} and chain:
                self._balance(chain, kind, read_row)
                return None
            line = self.lines.line(read_row, position, self._table.where(row.number), row.raw, self._found)
        except KnownError as error:
            self._fault(error.problems[0], row, position)
            return True
        if chain:
            chain.add(line, read_row.amounts.get(Role.BALANCE), row.number)
        return line

    def looked_at(self) -> Iterator[tuple[Cells, StatementLine | None, Problem | None]]:
        """Every row with its line, or the fault that keeps it from being one, or neither; nothing is kept."""
        for position, row in enumerate(survey.body(self._table, self._plan, Findings()), 1):
            self._found = Findings()
            taken = self._line(row, None, position, None, first=True)
            faults = self._found.close()
            yield row, taken if isinstance(taken, StatementLine) else None, faults.problems[0] if faults else None

    def _is_of(self, texts: dict[Role, str], key: survey.Key | None, *, first: bool) -> bool:
        """Whether a row belongs to a statement. Raises KnownError for one nobody can tell, while the first statement is read."""
        try:
            own = (self.rows.account(texts), self.rows.currency(texts))
            self.rows.side(texts)
        except KnownError:
            if first:
                raise
            return False
        return key is None or own == key

    def _fault(self, problem: Problem, row: Cells, position: int) -> None:
        self._found.fault(Problem(problem.code, self._table.where(row.number), {**problem.values, "entry": position}))

    def _widths(self, row: Cells) -> dict[str, object]:
        header = self._plan.header.cells if self._plan.header else []
        return {"stated": len(header), "counted": len(row.cells)}

    def _balance(self, chain: Chain, kind: str, row: Row) -> None:
        amount = row.amounts.get(Role.BALANCE) or row.amounts[Role.AMOUNT]
        chain.state(kind, amount, row.days.get(Role.BOOKED_ON) or row.days.get(Role.VALUE_ON))

    def _balances_beside(self, chain: Chain, currency: str) -> None:
        """Balances that stand labelled above or below the table; one that cannot be read is left aside."""
        for kind, text in (("opening", self._beside.opening), ("closing", self._beside.closing)):
            if text:
                with suppress(KnownError):
                    chain.state(kind, self.lines.money(text, currency), None)
