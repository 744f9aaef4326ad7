"""One bank file on its way into the book, inside one operation: whose account it is, what each line is, whether it adds up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fundledger.domain.identity import Relation, Span, Verdict, judge, line_key, relate, shared_days
from fundledger.domain.money import NO_CURRENCY, Money, exponent
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.reference import compact
from fundledger.domain.statement import LineStatus, Statement, StatementEnd, StatementLine, check_statement
from fundledger.services.progress import CancelledError
from fundledger.store import accounts, arrivals, periods
from fundledger.store.arrivals import Arrival, KnownStatement, LineWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from fundledger.domain.statement import Balance
    from fundledger.statements import StatementFile
    from fundledger.store.accounts import BankAccount
    from fundledger.store.operations import Operation

_AT_ONCE = 1000
# Lines of each group a preview shows; all of them are counted.
MOST_SHOWN = 500
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
    booked: Money | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person said of a file: which account of ours it is, why one that does not add up is taken, that closed days are meant."""

    account: str | None = None
    unbalanced: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One line as a preview shows it, before anything is stored.

    `group` is new, already_here, unsure, corrected or pending; `twin` the line of the book it may be, or corrects.
    """

    group: str
    line: StatementLine
    twin: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: counts of lines, problems to look at, and the operation (None for a file imported before).

    `corrected` are those of the unsure lines that may correct one that is here. `refused` says why nothing of the file was taken.
    `lines` is filled by a preview only.
    `left_out` says why rows could not be taken (they are warnings, too); `evidence` shows how the format was recognised.
    """

    file: str
    format: str
    new: int = 0
    already_here: int = 0
    unsure: int = 0
    pending: int = 0
    corrected: int = 0
    unreadable: int = 0
    operation: int | None = None
    imported_before: str | None = None
    problems: tuple[Problem, ...] = ()
    statements: tuple[Arrived, ...] = ()
    refused: tuple[Problem, ...] = ()
    lines: tuple[Shown, ...] = ()
    left_out: tuple[Problem, ...] = ()
    evidence: str = ""
    sha256: str = ""


class BalancesMissingError(Exception):
    """A statement does not begin with its balances; what it covers must be read from its lines and its end first."""


Covered = tuple["date | None", "date | None", "Balance | None", "Balance | None"]


def covered_days(file: StatementFile) -> list[Covered]:
    """First and last booking day and the balances of each statement, in a pass of its own."""
    found: list[Covered] = []
    days: list[date] = []
    for event in file.events():
        if isinstance(event, StatementLine) and event.booked_on:
            days = [min(*days, event.booked_on), max(*days, event.booked_on)] if days else [event.booked_on] * 2
        elif isinstance(event, StatementEnd):
            first, last = days or (None, None)
            found.append((first, last, event.opening, event.closing))
            days = []
    return found


Watch = tuple["Callable[[int, int], None]", "Callable[[], bool]"]


@dataclass(slots=True)
class Arriving:
    """One import in progress, inside its operation."""

    op: Operation
    file: StatementFile
    answers: Answers
    covered: list[Covered] | None
    watch: Watch
    looking: bool
    secret: bytes = field(init=False)
    closed: list[tuple[date, date]] = field(init=False)
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
    shown: dict[int, Shown] = field(default_factory=dict)
    n_closed: int = 0
    waiting: list[tuple[StatementLine, bytes, date]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin the batch."""
        self.secret = arrivals.book_secret(self.op.db)
        self.closed = periods.closed(self.op.db)
        reason = self.answers.unbalanced
        self.batch_id = arrivals.add_batch(self.op, self.file.sha256, self.file.format, self.file.size, self.file.name, reason)

    def begin(self, head: Statement) -> None:
        """Find the account, take the span, and see how the statement stands to those in the book."""
        self.head, self.account = head, self._account(head)
        unnamed = head.currency == NO_CURRENCY and exponent(self.account.currency) == exponent(NO_CURRENCY)
        if head.currency != self.account.currency and not unnamed:
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
        named = "".join((self.answers.account or "").split()).upper()
        if found is None and named:
            found = accounts.find_bank_account(self.op.db, named) or accounts.find_bank_account(self.op.db, compact(named))
        if found is None:
            raise KnownError(
                "account.unknown" if named or head.account else "account.unnamed", self.file.name, account=named or head.account
            )
        return found

    def _span(self, head: Statement) -> Span:
        opening, closing, first, last = head.opening, head.closing, None, None
        if not (opening and closing):
            if self.covered is None:
                raise BalancesMissingError
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
        if line.amount.currency == NO_CURRENCY:
            line = in_currency(line, self.account.currency)
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
            group = "pending" if line.status is not LineStatus.BOOKED and verdict is Verdict.NEW else verdict.value
            self.counts[group] += 1
            if verdict is Verdict.HERE and row:
                seen.append(row)
            elif self._closed_to(line, booked_on):
                self.n_closed += 1  # the whole file is refused at its end
            else:
                fresh.append(Arrival(line, key, booked_on, self._standing(line, verdict)))
            if self.looking and self.counts[group] <= MOST_SHOWN:
                self.shown[line.position] = Shown(group, line, row)
        writer = self.writers.setdefault(self.account.id, LineWriter(self.op, self.account.id))
        writer.write(self.statement_id, fresh)
        arrivals.add_sightings(self.op, self.statement_id, seen)
        self.waiting.clear()
        progress(sum(self.counts.values()), 0)

    def _closed_to(self, line: StatementLine, booked_on: date) -> bool:
        """Whether a line that is new falls into closed days, which nobody said are meant."""
        inside = line.status is LineStatus.BOOKED and any(first <= booked_on <= last for first, last in self.closed)
        return inside and not self.answers.late

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
        allowed = frozenset({"statement.unbalanced"}) if (self.answers.unbalanced or "").strip() else frozenset()
        refused = tuple(problem for problem in found if problem.code in _REFUSED - allowed)
        if self.n_closed:
            refused = (*refused, self._in_closed_days())
        if refused:
            raise refusal(refused)
        self.problems.extend([*(_taken(problem) for problem in found), *self._gone()])
        opening, closing = (balance.amount if balance else None for balance in (end.opening, end.closing))
        span = self.span
        self.arrived.append(Arrived(self.account.code, self.head.number, span.start_on, span.end_on, opening, closing, end.booked))

    def _in_closed_days(self) -> Problem:
        first, last = self.closed[0][0], self.closed[-1][1]
        return Problem("statement.period_closed", self.head.account or self.account.code, {"n": self.n_closed, "start": first, "end": last})

    def _gone(self) -> list[Problem]:
        """Lines of the book that a statement of the same days does not show: the bank may have corrected an entry.

        An arrived line with the bank reference of one that is gone waits, beside it, for a person to decide.
        """
        gone: list[int] = []
        for one in self.known:
            days = shared_days(self.span, one.span)
            if days and self.relations[one.id] is Relation.OVERLAP:
                gone += arrivals.missing(self.op.db, one.id, self.statement_id, *days)
        pairs = arrivals.corrections(self.op.db, self.statement_id, gone) if gone else []
        for arrived, position, old in pairs:
            arrivals.set_correction(self.op, arrived, old)
            if position in self.shown:
                self.shown[position] = replace(self.shown[position], group="corrected", twin=old)
        self.counts["corrected"] += len(pairs)
        self.counts[Verdict.UNSURE.value] += len(pairs)
        self.counts[Verdict.NEW.value] -= len(pairs)
        left = len(set(gone) - {old for _, _, old in pairs})
        where, found = self.head.number or self.account.code, []
        if pairs:
            found.append(Problem("statement.corrected", where, {"n": len(pairs)}))
        if left:
            found.append(Problem("statement.lines_missing", where, {"n": left}))
        return found

    def result(self) -> Imported:
        """What the import comes to; its warnings are complete now."""
        return Imported(
            self.file.name,
            self.file.format,
            new=self.counts[Verdict.NEW.value],
            already_here=self.counts[Verdict.HERE.value],
            unsure=self.counts[Verdict.UNSURE.value],
            pending=self.counts["pending"],
            corrected=self.counts["corrected"],
            unreadable=self.file.n_unreadable,
            operation=self.op.id,
            problems=(*self.file.problems, *self.problems),
            statements=tuple(self.arrived),
            lines=tuple(self.shown.values()),
            left_out=tuple(self.file.unreadable),
            evidence=self.file.evidence,
            sha256=self.file.sha256,
        )


def _taken(problem: Problem) -> Problem:
    """What is said of a statement that is taken although it does not add up."""
    if problem.code != "statement.unbalanced":
        return problem
    return Problem("statement.unbalanced_taken", problem.subject, {"difference": problem.values["difference"]})


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


def in_currency(line: StatementLine, currency: str) -> StatementLine:
    """A line of a file that names no currency, in the currency of the account it is for; both count hundredths."""
    details = tuple(one._replace(amount=one.amount and Money(one.amount.minor, currency)) for one in line.details)
    charges = tuple(replace(one, amount=Money(one.amount.minor, currency)) for one in line.charges)
    return line._replace(amount=Money(line.amount.minor, currency), details=details, charges=charges)
