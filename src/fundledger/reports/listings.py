"""The tables of the books, one function each: what the auditor's workbook and the internal reports are made of."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fundledger.domain.chart import (
    CLEARING,
    OTHER_INCOME,
    UNIDENTIFIED,
    group,
)
from fundledger.domain.entry import EntryKind, Flow
from fundledger.domain.money import Money
from fundledger.domain.pseudonym import pseudonym
from fundledger.reports.facts import Asked, Facts, donor_code, read
from fundledger.reports.stream import Make, stream
from fundledger.reports.tieout import Standing, standing
from fundledger.reports.value import Cell, Column, Kind, Message, Row, Table, money_columns
from fundledger.store import auditing, extracts, journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fundledger.store.auditing import Listing
    from fundledger.store.book import Book
    from fundledger.store.rows import Database

_ROLES = frozenset({"treasurer", "clerk", "approver", "reader", "recovery"})
TERMS = ("opening", "collected", "returned", "charged_back", "fees", "moved_in", "moved_out", "paid", "advanced", "due_back")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the tables are read from: one book, one moment, one question."""

    book: Book
    db: Database
    asked: Asked
    facts: Facts
    found: Standing
    names: Mapping[int, Cell]  # of every fund

    def money(self, minor: int) -> Money:
        """An amount in the book's currency."""
        return Money(minor, self.facts.currency)

    def money_or_none(self, minor: int | None) -> Money | None:
        """An amount, nothing where there is none."""
        return self.money(minor) if minor else None


def source(book: Book, db: Database, asked: Asked) -> Source:
    """Everything the tables need that is not a table itself."""
    facts = read(book, db, asked)
    names: dict[int, Cell] = {one.fund: one.code for one in facts.campaigns}
    names |= {facts.unrestricted: Message("fund.unrestricted"), facts.suspense: Message("fund.suspense")}
    return Source(book, db, asked, facts, standing(db, facts.currency, asked.end), names)


def day_of(text: str | None) -> date | None:
    """The day a text of the book begins with."""
    return date.fromisoformat(text[:10]) if text else None


def texts(*keys: str) -> tuple[Column, ...]:
    """Columns of text."""
    return tuple(Column(key) for key in keys)


def days(*keys: str) -> tuple[Column, ...]:
    """Columns of dates."""
    return tuple(Column(key, Kind.DATE) for key in keys)


def counts(*keys: str, totalled: bool = False) -> tuple[Column, ...]:
    """Columns of whole numbers."""
    return tuple(Column(key, Kind.COUNT, totalled=totalled) for key in keys)


def summed(key: str, columns: tuple[Column, ...], rows: Iterable[Row], note: Message | None = None) -> Table:
    """A table of few rows with the sums of its totalled columns."""
    kept = tuple(rows)
    totals: dict[str, Money | int] = {}
    for place, column in enumerate(columns):
        cells = [row.cells[place] for row in kept]
        if column.totalled and column.kind is Kind.COUNT:
            totals[column.key] = sum(cell for cell in cells if isinstance(cell, int))
        elif column.totalled and (amounts := [cell for cell in cells if isinstance(cell, Money)]):
            totals[column.key] = sum(amounts, Money(0, amounts[0].currency))
    return Table(key, columns, kept, totals, note, empty=Message("paper.empty"))


def listed(at: Source, key: str, columns: tuple[Column, ...], listing: Listing, make: Make, **sums: str) -> Table:
    """A table of any length, read when it is written; `sums` names the query's column behind each total."""
    kinds = {column.key: column.kind for column in columns}
    totals: dict[str, Money | int] = {}
    for name, column in sums.items():
        minor = listing.total(at.db, column)
        totals[name] = at.money(minor) if kinds[name] is Kind.MONEY else minor
    return Table(key, columns, stream(at.book, at.db, at.facts.head, listing, make), totals, empty=Message("paper.empty"))


# --- the journal ------------------------------------------------------------------------------------------------------
def trial_balance(at: Source) -> Table:
    """Debit, credit and balance of every account."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for code, _, debit, credit in journal.trial_balance(at.db, at.asked.start, at.asked.end):
        sums[code][0] += debit
        sums[code][1] += credit
    rows = (Row((code, at.money(debit), at.money(credit), at.money(debit - credit))) for code, (debit, credit) in sorted(sums.items()))
    return summed("book_trial", (Column("account"), *money_columns("debit", "credit", "balance")), rows)


def trial_balance_by_fund(at: Source) -> Table:
    """The same inside each fund."""
    every = sorted(journal.trial_balance(at.db, at.asked.start, at.asked.end), key=lambda one: (one[1], one[0]))
    rows = (Row((at.names.get(fund, f"F-{fund}"), code, *map(at.money, (more, less, more - less)))) for code, fund, more, less in every)
    return summed("book_trial_funds", (*texts("fund", "account"), *money_columns("debit", "credit", "balance")), rows)


def ledger(at: Source) -> Table:
    """Every posting, by the gap-free numbers of the entries; `entries` counts each entry once."""
    columns = (
        *counts("number", "ordinal"), *days("dated"), *texts("kind", "account", "fund", "flow", "subject"), *counts("reverses"),
        *money_columns("debit", "credit"), *counts("entries", totalled=True),
    )  # fmt: skip
    names, money = at.names, at.money

    def make(rows: Iterator[Any]) -> Iterator[Row]:
        kinds, flows = _Said("entry_kind"), _Said("book_flow")
        for number, ordinal, dated, kind, account, fund, flow, subject, reverses, debit, credit, first in rows:
            yield Row((
                number, ordinal, date.fromisoformat(dated), kinds[kind], account, names.get(fund), flows[flow], subject, reverses,
                money(debit) if debit else None, money(credit) if credit else None, first,
            ))  # fmt: skip

    listing = auditing.postings(at.asked.start, at.asked.end)
    return listed(at, "book_ledger", columns, listing, make, debit="debit", credit="credit", entries="first")


class _Said(dict[str, Cell]):
    """The message of each word of a family, made once; an empty word says nothing."""

    def __init__(self, family: str) -> None:
        self._family = family

    def __missing__(self, word: str) -> Cell:
        self[word] = Message(f"{self._family}.{word}") if word else None
        return self[word]


def journal_rows(at: Source) -> Table:
    """The journal as it was written: entry by entry, debits and credits."""
    columns = (
        *counts("number"), *days("dated"), *texts("kind", "account", "fund"), *money_columns("debit", "credit"),
    )  # fmt: skip
    names, money = at.names, at.money_or_none

    def make(rows: Iterator[Any]) -> Iterator[Row]:
        kinds = _Said("entry_kind")
        for one in rows:
            head: tuple[Cell, ...] = (one[0], date.fromisoformat(one[2]), kinds[one[3]]) if one[11] else (None, None, None)
            yield Row((*head, one[4], names.get(one[5]), money(one[9]), money(one[10])))

    return listed(at, "journal", columns, auditing.postings(at.asked.start, at.asked.end), make, debit="debit", credit="credit")


def by_account(at: Source) -> Table:
    """Every posting account by account with the balance after it; a period begins with what was there before."""
    columns = (
        *texts("account"), *days("dated"), *counts("number"), *texts("kind", "fund"), *money_columns("debit", "credit"),
        Column("balance", Kind.MONEY),
    )  # fmt: skip
    names, money = at.names, at.money
    before: dict[str, int] = defaultdict(int)
    if at.asked.start:
        for code, _, debit, credit in journal.trial_balance(at.db, None, at.asked.start - timedelta(days=1)):
            before[code] += debit - credit

    def make(rows: Iterator[Any]) -> Iterator[Row]:
        kinds, account, balance = _Said("entry_kind"), "", 0
        for number, _, dated, kind, code, fund, _, _, _, debit, credit, _ in rows:
            balance = (balance if code == account else before.get(code, 0)) + debit - credit
            account = code
            yield Row((
                code, date.fromisoformat(dated), number, kinds[kind], names.get(fund), money(debit) if debit else None,
                money(credit) if credit else None, money(balance),
            ))  # fmt: skip

    listing = auditing.postings(at.asked.start, at.asked.end, by_account=True)
    return listed(at, "by_account", columns, listing, make, debit="debit", credit="credit")


# --- banks ------------------------------------------------------------------------------------------------------------
def banks(at: Source) -> Table:
    """Each account: statement, later lines, what is outstanding, and what the book and its funds have; one in another currency alone."""
    keys = ("closing", "later", "open", "ignored", "unsure", "adjusted", "ledger", "funds_money", "difference")
    columns = (Column("account"), Column("statement_on", Kind.DATE), *money_columns(*keys))
    rows = []
    for bank in at.found.banks:
        adjusted = extracts.adjusted_minor(bank)
        gap = None if adjusted is None else adjusted - bank.ledger_minor
        funds = at.found.funds(bank.account)
        figures = (bank.closing_minor, bank.later_minor, -bank.open_minor, -bank.ignored_minor, -bank.unsure_minor, adjusted)
        amounts = (None if minor is None else at.money(minor) for minor in (*figures, bank.ledger_minor, funds, gap))
        rows.append(Row((bank.account, bank.statement_on, *amounts)))
    return summed("book_banks", columns, rows)


def outstanding(at: Source) -> Table:
    """Bank lines that are not booked, ignored or not told from a twin, on that day."""
    rows = (Row((one.line, one.account, one.booked_on, Message(f"line_state.{one.state}"), one.amount)) for one in at.found.waiting)
    mixed = len({one.amount.currency for one in at.found.waiting}) > 1
    columns = (*counts("line"), Column("account"), *days("booked_on"), Column("state"), Column("amount", Kind.MONEY, totalled=not mixed))
    return summed("book_outstanding", columns, rows)


def bank_split(at: Source) -> Table:
    """Whose money stands in each account."""
    rows = (
        Row((code, at.names.get(fund), at.money(minor)))
        for code, fund, minor in sorted((code, fund, minor) for fund, held in at.found.held.items() for code, minor in held.items())
    )
    return summed("book_split", (*texts("account", "fund"), *money_columns("amount")), rows)


def statement_lines(at: Source) -> Table:
    """Every bank line with its one disposition, why, by whom, in which file at which place."""
    columns = (
        *counts("line"), Column("account"), *days("booked_on"), Column("amount", Kind.MONEY), *texts("disposition", "rule", "evidence"),
        *texts("person"), *counts("entry"), *counts("dispositions", totalled=True), *counts("position"), *texts("file"),
    )  # fmt: skip

    def make(rows: Iterator[Any]) -> Iterator[Row]:
        said = _Said("book_disposition")
        for line, account, on, minor, currency, what, rule, evidence, person, entry, position, sha256, n in rows:
            yield Row((
                line, account, date.fromisoformat(on), Money(minor, currency), said[what], _rule(rule), _evidence(evidence),
                person_code(person), entry, n, position, sha256,
            ))  # fmt: skip

    return listed(at, "book_lines", columns, auditing.lines(at.asked.start, at.asked.end), make, dispositions="dispositions")


def _rule(said: str | None) -> Message | None:
    """By what a line was matched: a rule of the list by its number, what a processor calls it, one of our own by its name."""
    word, _, number = (said or "").partition(":")
    if number:
        return Message("book_rule.own", {"number": number})
    if word.startswith("processor_"):
        return Message("book_rule.processor", {"kind": word.removeprefix("processor_")})
    return Message(f"book_rule.{word}") if word else None


def _evidence(said: str | None) -> Message | None:
    """What the evidence is, in the words of the rules; never whose it is."""
    parts = tuple(Message(f"book_evidence.{one['code']}") for one in json.loads(said)) if said else ()
    return Message("value.list", {"parts": parts}) if parts else None


def person_code(row_id: int | None) -> str:
    """People of the foundation are called by a number."""
    return f"P{row_id}" if row_id else ""


def batches(at: Source) -> Table:
    """What processors pay out together; what is not paid out is on its way or held back."""
    columns = (
        *texts("account", "batch"), *days("last_on"), Column("state"), *counts("lines"),
        *(Column(key, Kind.MONEY) for key in ("gross", "fees", "paid_out")), Column("rest", Kind.MONEY, totalled=True),
    )  # fmt: skip
    rows = [
        Row((
            one.account, one.batch or Message("batch.unnamed"), one.last_on, Message(f"batch.{one.state}"), one.n_lines, one.gross,
            one.fees, one.paid_out, one.rest,
        ))
        for one in at.found.batches
    ]  # fmt: skip
    opened = [
        (bank.account, bank.ledger_minor - _rest(at, bank.account), bank.currency) for bank in at.found.banks if _clears(bank.account)
    ]
    rows += [
        Row((code, Message("batch.opening"), None, None, None, None, None, None, Money(minor, currency)))
        for code, minor, currency in opened
        if minor
    ]
    mixed = len({row.cells[8].currency for row in rows if isinstance(row.cells[8], Money)}) > 1
    return summed("book_batches", columns if not mixed else (*columns[:8], Column("rest", Kind.MONEY)), rows)


def _clears(code: str) -> bool:
    return group(code) == CLEARING


def _rest(at: Source, account: str) -> int:
    return sum(one.rest.minor for one in at.found.batches if one.account == account)


# --- funds ------------------------------------------------------------------------------------------------------------
def sources_and_uses(at: Source) -> Table:
    """The terms of every fund's identity, what they come to, and the money that is there, found in another way."""
    rows = []
    for fund, name in sorted(at.names.items(), key=lambda one: one[0]):
        figures = at.facts.figures.get(fund)
        if figures is None or not any(getattr(figures, key) for key in (*TERMS, "money")):
            continue
        amounts = tuple(getattr(figures, key) for key in TERMS)
        rows.append(Row((name, *amounts, figures.remaining, figures.money, figures.remaining - figures.money)))
    return summed("book_uses", (Column("fund"), *money_columns(*TERMS, "remaining", "money", "difference")), rows)


def roll_forward(at: Source) -> Table:
    """Each fund's balance: what it began with, income, cost, transfers, what it ends with; and the same from what it has and owes."""
    before = at.asked.start - timedelta(days=1) if at.asked.start else None
    opening = _classes(journal.trial_balance(at.db, None, before)) if before else {}
    closing = journal.trial_balance(at.db, at.asked.start, at.asked.end, kind=EntryKind.CLOSING)
    taken = [(code, fund, -debit, -credit) for code, fund, debit, credit in closing]  # else no year would show what came in
    during = _classes([*journal.trial_balance(at.db, at.asked.start, at.asked.end), *taken])
    rows = []
    for fund, name in sorted(at.names.items(), key=lambda one: one[0]):
        was, now = opening.get(fund, {}), during.get(fund, {})
        began = sum(was.get(key, 0) for key in ("balance", "income", "cost", "transfers")) + now.get("balance", 0)
        moves = [now.get(key, 0) for key in ("income", "cost", "transfers")]
        ends = began + sum(moves)
        net = -(was.get("net", 0) + now.get("net", 0))
        if any((began, *moves, ends, net)):
            rows.append(Row((name, *map(at.money, (began, *moves, ends, net, ends - net)))))
    keys = ("fund_opening", "income", "cost", "transfers", "fund_closing", "net_assets", "difference")
    return summed("book_funds", (Column("fund"), *money_columns(*keys)), rows)


def _classes(rows: Iterable[tuple[str, int, int, int]]) -> dict[int, dict[str, int]]:
    """Per fund, credit positive: what adds to its balance by class; `net` is what it has less what it owes, credit positive too."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for code, fund, debit, credit in rows:
        where = {"1": "net", "2": "net", "9": "net", "4": "income", "5": "cost"}.get(code[0], "balance")
        where = "transfers" if group(code) in {"3910", "3920"} else where
        found[fund][where] += credit - debit
    return found


def transfers(at: Source) -> Table:
    """What moved between funds, each half."""

    def make(rows: Iterator[Any]) -> Iterator[Row]:
        for number, dated, fund, flow, amount in rows:
            yield Row((number, date.fromisoformat(dated), at.names.get(fund), Message(f"book_flow.{flow}"), at.money(amount)))

    columns = (*counts("number"), *days("dated"), *texts("fund", "flow"), *money_columns("amount"))
    return listed(at, "book_transfers", columns, auditing.transfers(at.asked.start, at.asked.end), make, amount="amount")


# --- people -----------------------------------------------------------------------------------------------------------
def donors(at: Source) -> Table:
    """What each donor gave, by her code in this edition; a gift nobody is known to have given has a code of its own."""
    asked, facts = at.asked, at.facts

    def make(rows: Iterator[Any]) -> Iterator[Row]:
        for donor, gift, n, first_on, last_on, amount in rows:
            code = donor_code(facts, asked, donor) or pseudonym(facts.secret, asked.audience.value, asked.period, f"gift:{gift}")
            kind = Message("book_giver.known" if donor else "book_giver.unknown")
            yield Row((code, kind, n, day_of(first_on), day_of(last_on), at.money(amount)))

    columns = (*texts("donor", "kind"), *counts("gifts", totalled=True), *days("first_on", "last_on"), *money_columns("given"))
    return listed(at, "book_donors", columns, auditing.donors(asked.start, asked.end), make, gifts="gifts", given="amount")


def income_from_gifts(at: Source) -> int:
    """What the funds collected as gifts: all that was collected but other income and what waits in suspense, in minor units."""
    aside = {OTHER_INCOME, UNIDENTIFIED}
    every = (row for rows in at.facts.sums.values() for row in rows)
    return -sum(minor for code, flow, minor in every if flow == Flow.COLLECTED and group(code) not in aside)


# --- what is looked at ------------------------------------------------------------------------------------------------
def exceptions(at: Source) -> Table:
    """What is booked late, round, approved by oneself, reversed, reopened, overridden, overdrawn."""

    def make(rows: Iterator[Any]) -> Iterator[Row]:
        for kind, what, number, day, fund, amount, person in rows:
            ref = number if what == "entry" else None
            told = Message(f"exception.{kind}"), Message(f"book_ref.{what}"), None if what == "fund" else number
            cells = (*told, day_of(day), at.names.get(fund), person_code(person), at.money_or_none(amount))
            yield Row(cells, (ref,) if ref else ())

    columns = (*texts("exception", "what"), *counts("number"), *days("dated"), *texts("fund", "person"), Column("amount", Kind.MONEY))
    table = listed(at, "book_exceptions", columns, auditing.exceptions(at.asked.start, at.asked.end), make)
    values = {"days": auditing.LATE_DAYS, "amount": at.money(auditing.ROUND_MINOR)}
    return Table(table.key, table.columns, table.rows, {}, Message("note.exceptions", values), Message("paper.empty"))


def change_log(at: Source) -> Table:
    """Every operation: when, who, what, how many rows."""

    def make(rows: Iterator[Any]) -> Iterator[Row]:
        verbs = _Said("gui.verb")
        for operation, moment, verb, person, role, changed, undoes in rows:
            did = verbs[verb.replace(" ", "_")]
            acting = Message(f"book_role.{role}") if role in _ROLES else role
            yield Row((operation, day_of(moment), moment[11:19], did, person_code(person), acting, changed, undoes))

    columns = (
        *counts("operation"), *days("day"), *texts("time", "verb", "person", "role"), *counts("changed", totalled=True), *counts("undoes"),
    )  # fmt: skip
    return listed(at, "book_log", columns, auditing.changes(at.asked.start, at.asked.end), make, changed="changed")
