"""Bank files become evidence in the book: one batch a file, whole or not at all; they move no money."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fundledger.domain.identity import Relation, Span, Verdict, judge, line_key, relate, shared_days
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.reference import compact
from fundledger.domain.statement import LineStatus, Statement, StatementEnd, StatementLine, check_statement
from fundledger.services.backups import BULK, back_up_first
from fundledger.services.changes import Area, Changes
from fundledger.services.progress import CancelledError, never, quiet
from fundledger.statements import Given, open_statement
from fundledger.statements.safety import FILE_LIMIT
from fundledger.store import accounts, arrivals, lines
from fundledger.store.arrivals import Arrival, KnownStatement, LineWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from fundledger.domain.statement import Balance
    from fundledger.statements import StatementFile
    from fundledger.store.accounts import BankAccount
    from fundledger.store.book import Book
    from fundledger.store.operations import Operation

_AT_ONCE = 1000
# What a statement says of itself that keeps the whole file out; the rest are warnings.
_REFUSED = frozenset(
    {"statement.unbalanced", "statement.provisional", "statement.notification", "statement.currency_mixed", "statement.period_reversed"}
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """One statement of an imported file."""

    account: str
    number: str | None
    start_on: date | None
    end_on: date | None
    opening: Money | None
    closing: Money | None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: counts of lines, problems to look at, and the operation (None for a file imported before)."""

    file: str
    format: str
    new: int = 0
    already_here: int = 0
    unsure: int = 0
    pending: int = 0
    operation: int | None = None
    imported_before: str | None = None
    problems: tuple[Problem, ...] = ()
    statements: tuple[Arrived, ...] = ()


class _BalancesMissingError(Exception):
    """A statement does not begin with its balances; what it covers must be read from its lines and its end first."""


def import_statement(
    book: Book,
    path: Path,
    at: datetime,
    *,
    account: str | None = None,
    limit: int = FILE_LIMIT,
    progress: Callable[[int, int], None] = quiet,
    cancelled: Callable[[], bool] = never,
) -> Imported:
    """Import one bank file as one reversible batch; `account` (an IBAN of ours) answers for an account nobody knows.

    A large file is imported after a backup. Raises KnownError when the file is refused as a whole; then nothing changed. A file
    imported before is no error; book.no_recovery says that a forgotten passphrase would be the end of the book.
    """
    if not book.has_recovery:
        raise KnownError("book.no_recovery", str(book.path))
    with open_statement(path, limit, given=Given(at.date())) as file:
        before = _imported_before(book, file)
        if before:
            return before
        warned = back_up_first(book, at) if file.size >= BULK else ()
        try:
            done = _import(book, file, at, account, None, (progress, cancelled))
        except _BalancesMissingError:
            done = _import(book, file, at, account, _covered(file), (progress, cancelled))
        return replace(done, problems=(*warned, *done.problems))


def _imported_before(book: Book, file: StatementFile) -> Imported | None:
    with book.reading() as db:
        batch_id = arrivals.find_batch(db, file.sha256)
        if batch_id is None:
            return None
        return Imported(
            file.name,
            file.format,
            already_here=arrivals.count_lines(db, batch_id),
            imported_before=arrivals.batch_imported_at(db, batch_id),
        )


_Covered = tuple["date | None", "date | None", "Balance | None", "Balance | None"]


def _covered(file: StatementFile) -> list[_Covered]:
    """First and last booking day and the balances of each statement, in a pass of its own."""
    found: list[_Covered] = []
    days: list[date] = []
    for event in file.events():
        if isinstance(event, StatementLine) and event.booked_on:
            days = [min(*days, event.booked_on), max(*days, event.booked_on)] if days else [event.booked_on] * 2
        elif isinstance(event, StatementEnd):
            first, last = days or (None, None)
            found.append((first, last, event.opening, event.closing))
            days = []
    return found


_Watch = tuple["Callable[[int, int], None]", "Callable[[], bool]"]


def _import(book: Book, file: StatementFile, at: datetime, account: str | None, covered: list[_Covered] | None, watch: _Watch) -> Imported:
    with book.operation("import", at) as op:
        work = _Work(op, file, account, covered, watch, arrivals.book_secret(op.db))
        for event in file.events():
            if isinstance(event, Statement):
                work.begin(event)
            elif isinstance(event, StatementLine):
                work.line(event)
            else:
                work.end(event)
        return work.result()


@dataclass(slots=True)
class _Work:
    """One import in progress, inside its operation."""

    op: Operation
    file: StatementFile
    named: str | None
    covered: list[_Covered] | None
    watch: _Watch
    secret: bytes
    batch_id: int = field(init=False)
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)
    writers: dict[int, LineWriter] = field(default_factory=dict)
    head: Statement = field(init=False)
    account: BankAccount = field(init=False)
    statement_id: int = field(init=False)
    span: Span = field(init=False)
    later: bool = field(init=False)
    relations: dict[int, Relation] = field(init=False)
    known: list[KnownStatement] = field(init=False)
    ordinals: Counter[bytes] = field(default_factory=Counter)
    waiting: list[tuple[StatementLine, bytes, date]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.batch_id = arrivals.add_batch(self.op, self.file.sha256, self.file.format, self.file.size, self.file.name)

    def begin(self, head: Statement) -> None:
        """Find the account, take the span, and see how the statement stands to those in the book."""
        self.head, self.account = head, self._account(head)
        if head.currency != self.account.currency:
            raise KnownError("statement.currency", self.file.name, currency=head.currency, expected=self.account.currency)
        self.span = self._span(head)
        known = arrivals.known_statements(self.op.db, self.account.id)
        self.statement_id = arrivals.add_statement(self.op, self.batch_id, self.account.id, head)
        arrivals.finish_statement(self.op, self.statement_id, self.span)
        self.relations = {one.id: relate(one.span, self.span) for one in known}
        self.known = known
        self.later = any(one.span.end_on and self.span.end_on and one.span.end_on > self.span.end_on for one in known)
        self.problems.extend(_continuity(head, self.span, known))
        self.ordinals.clear()
        if self.span.end_on:
            arrivals.supersede_unbooked(self.op, self.account.id, self.span.start_on, self.span.end_on)

    def _account(self, head: Statement) -> BankAccount:
        found = accounts.find_bank_account(self.op.db, head.account)
        if found is None and self.named:
            found = accounts.find_bank_account(self.op.db, compact(self.named))
        if found is None:
            raise KnownError("account.unknown", self.file.name, account=compact(self.named) if self.named else head.account)
        return found

    def _span(self, head: Statement) -> Span:
        opening, closing, first, last = head.opening, head.closing, None, None
        if not (opening and closing):
            if self.covered is None:
                raise _BalancesMissingError
            first, last, opening, closing = self.covered[len(self.arrived)]
        start = head.start_on or (opening.on if opening else first)
        end = head.end_on or (closing.on if closing else last)
        return Span(
            start,
            end,
            opening.amount.minor if opening and opening.booked else None,
            closing.amount.minor if closing and closing.booked else None,
            head.number,
        )

    def line(self, line: StatementLine) -> None:
        """Take one line; lines are placed and written by the thousand."""
        booked_on = line.booked_on or line.value_on or self.span.end_on
        if booked_on is None:
            raise KnownError("line.no_day", self.file.name, position=line.position)
        self.waiting.append((line, line_key(line, self.account.iban, self.secret), booked_on))
        if len(self.waiting) >= _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        progress, cancelled = self.watch
        if cancelled():
            raise CancelledError
        known = self._known(key for _, key, _ in self.waiting)
        fresh: list[Arrival] = []
        seen: list[int] = []
        for line, key, booked_on in self.waiting:
            verdict, row = self._judge(line, key, known)
            self.counts["pending" if line.status is not LineStatus.BOOKED and verdict is Verdict.NEW else verdict.value] += 1
            if verdict is Verdict.HERE and row:
                seen.append(row)
            else:
                fresh.append(Arrival(line, key, booked_on, self._standing(line, verdict)))
        writer = self.writers.setdefault(self.account.id, LineWriter(self.op, self.account.id))
        writer.write(self.statement_id, fresh)
        arrivals.add_sightings(self.op, self.statement_id, seen)
        self.waiting.clear()
        progress(sum(self.counts.values()), 0)

    def _known(self, keys: Iterable[bytes]) -> dict[bytes, list[tuple[int, tuple[int, ...]]]]:
        """Equal lines of the book; there are none to ask for where every other statement stands apart."""
        if all(relation is Relation.APART for relation in self.relations.values()):
            return {}
        return arrivals.equals(self.op.db, self.account.id, keys)

    def _judge(self, line: StatementLine, key: bytes, known: dict[bytes, list[tuple[int, tuple[int, ...]]]]) -> tuple[Verdict, int | None]:
        if line.status is not LineStatus.BOOKED:
            return Verdict.NEW, None
        candidates = known.get(key)
        if not candidates:
            return Verdict.NEW, None
        ordinal = self.ordinals[key]
        self.ordinals[key] += 1
        return judge(ordinal, [(row, self._related(statements)) for row, statements in candidates if statements[0] != self.statement_id])

    def _related(self, statements: Sequence[int]) -> frozenset[Relation]:
        """How the statements a line was seen in stand to this one; that it was met in this one already says nothing."""
        return frozenset(self.relations.get(one, Relation.APART) for one in statements if one != self.statement_id)

    def _standing(self, line: StatementLine, verdict: Verdict) -> str:
        if verdict is Verdict.UNSURE:
            return "unsure"
        return "superseded" if line.status is LineStatus.PENDING and self.later else "counted"

    def end(self, end: StatementEnd) -> None:
        """Check what the lines add up to, and write what waits."""
        self._flush()
        found = check_statement(self.head, end)
        refused = tuple(problem for problem in found if problem.code in _REFUSED)
        if refused:
            raise refusal(refused)
        self.problems.extend([*found, *self._missing()])
        opening, closing = (balance.amount if balance else None for balance in (end.opening, end.closing))
        self.arrived.append(Arrived(self.account.code, self.head.number, self.span.start_on, self.span.end_on, opening, closing))

    def _missing(self) -> list[Problem]:
        """Lines of the book that a statement of the same days does not show: the bank may have corrected an entry."""
        gone = 0
        for one in self.known:
            days = shared_days(self.span, one.span)
            if days and self.relations[one.id] is Relation.OVERLAP:
                gone += arrivals.count_missing(self.op.db, one.id, self.statement_id, *days)
        return [Problem("statement.lines_missing", self.head.number or self.account.code, {"n": gone})] if gone else []

    def result(self) -> Imported:
        """What the import comes to; its warnings are complete now."""
        return Imported(
            self.file.name,
            self.file.format,
            self.counts[Verdict.NEW.value],
            self.counts[Verdict.HERE.value],
            self.counts[Verdict.UNSURE.value],
            self.counts["pending"],
            self.op.id,
            None,
            (*self.file.problems, *self.problems),
            tuple(self.arrived),
        )


def _continuity(head: Statement, span: Span, known: list[KnownStatement]) -> list[Problem]:
    """Whether the statement goes on from the latest one before it: its balance, its number."""
    before = [
        (one.span.end_on, one.id, one.span) for one in known if one.span.end_on and span.start_on and one.span.end_on <= span.start_on
    ]
    if not before:
        return []
    end_on, _, last = max(before, key=lambda one: one[:2])
    found = []
    if last.closing_minor is not None and span.opening_minor is not None and last.closing_minor != span.opening_minor:
        difference = Money(span.opening_minor - last.closing_minor, head.currency)
        found.append(
            Problem("statement.opening_differs", head.number or "", {"difference": difference, "since": end_on, "until": span.start_on})
        )
    if last.number and span.number and last.number.isdecimal() and span.number.isdecimal() and int(span.number) > int(last.number) + 1:
        found.append(Problem("statement.gap", head.number or "", {"missing": int(last.number) + 1}))
    return found


def keep_line(book: Book, line_id: int, at: datetime) -> Changes:
    """An unsure line is another payment: it counts."""
    return _decide(book, line_id, "counted", at)


def drop_line(book: Book, line_id: int, at: datetime) -> Changes:
    """An unsure line is one the book has; it stays as a tombstone and is not offered again."""
    return _decide(book, line_id, "dropped", at)


def _decide(book: Book, line_id: int, standing: str, at: datetime) -> Changes:
    with book.operation("line decide", at) as op:
        if lines.find_line(op.db, line_id).state != "unsure":
            raise KnownError("line.not_unsure", str(line_id))
        lines.set_standing(op, line_id, standing)
        return Changes(op.id, (line_id,), frozenset({Area.LINES}))
