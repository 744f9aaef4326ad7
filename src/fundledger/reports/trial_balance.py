"""The trial balance: debit and credit of every account, in total and by fund; before, adjustments, after."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from fundledger.domain.entry import EntryKind
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.reports.facts import Asked, Facts, check_asked, read
from fundledger.reports.value import Column, Comparison, Message, Report, Row, Section, Table, money_columns
from fundledger.store import journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fundledger.store.book import Book

_Sums = dict[str, tuple[int, int]]
_COLUMNS = ("debit", "credit", "balance")
_ADJUSTED = ("before_debit", "before_credit", "adjusted_debit", "adjusted_credit", "after_debit", "after_credit", "balance")


def build(book: Book, asked: Asked) -> Report:
    """Debit = credit, in total and inside each fund; with adjustments of a closed period also before and after them.

    Raises KnownError report.not_public: single accounts of single funds are no business of the public.
    """
    check_asked(asked)
    if asked.public:
        raise KnownError("report.not_public", "trial-balance")
    with book.reading() as db:
        facts = read(book, db, asked)
        adjusted = journal.trial_balance(db, asked.start, asked.end, kind=EntryKind.ADJUSTMENT)
        every = journal.trial_balance(db, asked.start, asked.end)
    names: dict[int, str | Message] = {facts.unrestricted: Message("fund.unrestricted"), facts.suspense: Message("fund.suspense")}
    names |= {one.fund: one.code for one in facts.campaigns}
    sections: list[Section] = [_proof(facts, every), _table("trial_balance", facts, _sums(every), _sums(adjusted))]
    for fund, name in sorted(names.items(), key=lambda pair: pair[0]):
        mine = [row for row in every if row[1] == fund]
        if mine:
            sums = _sums(mine), _sums(row for row in adjusted if row[1] == fund)
            sections.append(_table("trial_balance_of", facts, *sums, of=name))
    title = Message("report.trial-balance.title")
    about = (facts.foundation, facts.currency, facts.as_of)
    return Report("trial-balance", asked.audience, title, *about, tuple(sections), "", asked.start, asked.end, facts.head)


def _sums(rows: Iterable[tuple[str, int, int, int]]) -> _Sums:
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for code, _, debit, credit in rows:
        found[code] = found[code][0] + debit, found[code][1] + credit
    return dict(sorted(found.items()))


def _proof(facts: Facts, rows: Iterable[tuple[str, int, int, int]]) -> Comparison:
    debit = credit = 0
    for _, _, more, less in rows:
        debit, credit = debit + more, credit + less
    sides = ((Message("side.debit"), Money(debit, facts.currency)), (Message("side.credit"), Money(credit, facts.currency)))
    return Comparison("trial_balance", sides)


def _table(key: str, facts: Facts, every: _Sums, adjusted: Mapping[str, tuple[int, int]], of: Message | str | None = None) -> Table:
    """One row an account; the adjustments have columns where there are any."""
    keys = _ADJUSTED if adjusted else _COLUMNS
    rows, totals = [], [0] * len(keys)
    for code, (debit, credit) in every.items():
        more, less = adjusted.get(code, (0, 0))
        figures = (debit - more, credit - less, more, less, debit, credit, debit - credit) if adjusted else (debit, credit, debit - credit)
        totals = [total + minor for total, minor in zip(totals, figures, strict=True)]
        rows.append(Row((code, *(Money(minor, facts.currency) for minor in figures))))
    sums = {name: Money(minor, facts.currency) for name, minor in zip(keys, totals, strict=True)}
    return Table(key, (Column("account"), *money_columns(*keys)), tuple(rows), sums, empty=Message("note.no_entries"), of=of)
