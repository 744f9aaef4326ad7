"""The reports of those who keep the books: the board's page, journal, ledger, funds, open items, donors, disbursements, exceptions."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.reports import listings, owed, tieout
from fundledger.reports.facts import check_asked
from fundledger.reports.value import Column, Figures, Kind, Message, Report, Row, Table, money_columns
from fundledger.store import invoices, reviews

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fundledger.reports.facts import Asked
    from fundledger.reports.listings import Source
    from fundledger.reports.value import Cell, Section
    from fundledger.store.book import Book

_DONE = frozenset({"closed", "archived"})


def board(at: Source) -> Iterator[Section]:
    """One page a month: what wants a decision, campaigns, banks, tie-out, funds in the red."""
    yield _decisions(at)
    yield _campaigns(at)
    yield _banks(at)
    yield tieout.comparison(at.facts, at.found)
    yield from tieout.overdrawn(at.facts, at.found)


def _decisions(at: Source) -> Figures:
    """How many things wait for somebody, and the money nobody has identified."""
    every = (*at.found.banks, *at.found.foreign)
    waiting = at.facts.figures.get(at.facts.suspense)
    items: tuple[tuple[str, Cell], ...] = (
        ("open_lines", sum(one.open_lines for one in every)),
        ("unsure_lines", sum(one.unsure_lines for one in every)),
        ("held_gifts", len(reviews.reviews(at.db, "held"))),
        ("to_approve", sum(not one.approved for one in invoices.invoices(at.db, at.facts.currency))),
        ("to_close", sum(one.state == "over" for one in at.facts.campaigns)),
        ("suspense", waiting.money if waiting else at.money(0)),
    )
    return Figures("decisions", tuple((Message(f"figure.{key}"), value) for key, value in items))


def _campaigns(at: Source) -> Table:
    """What is not closed yet, one row each, and what is not assigned; closed campaigns together."""
    rows, closed = [], [at.money(0)] * 4
    for one in at.facts.campaigns:
        found = at.facts.figures[one.fund]
        amounts = [one.asked, found.collected, found.paid, found.money]
        if one.state in _DONE:
            closed = [mine + more for mine, more in zip(closed, amounts, strict=True)]
        else:
            rows.append(Row((one.code, Message(f"state.{one.state}"), *amounts)))
    if any(closed):
        rows.append(Row((Message("fund.closed_ones"), Message("state.closed"), *closed)))
    for fund, name in ((at.facts.unrestricted, "unrestricted"), (at.facts.suspense, "suspense")):
        own = at.facts.figures[fund]
        rows.append(Row((Message(f"fund.{name}"), None, None, own.collected, own.paid, own.money)))
    columns = (Column("fund"), Column("state"), *money_columns("needed", "collected", "paid", "money"))
    return listings.summed("board_campaigns", columns, rows)


def _banks(at: Source) -> Table:
    """What is in each account, and up to which day the bank has said so."""
    columns = (Column("account"), Column("statement_on", Kind.DATE), Column("lines", Kind.COUNT), Column("ledger", Kind.MONEY))
    rows = [
        Row((one.account, one.statement_on, one.open_lines + one.unsure_lines, Money(one.ledger_minor, one.currency)))
        for one in (*at.found.banks, *at.found.foreign)
    ]
    return Table("board_banks", columns, tuple(rows), empty=Message("note.no_accounts"))


def _tables(*make: Callable[[Source], Table]) -> Callable[[Source], Iterator[Section]]:
    def build_all(at: Source) -> Iterator[Section]:
        yield from (one(at) for one in make)

    return build_all


_BUILD = MappingProxyType(
    {
        "board": board,
        "journal": _tables(listings.journal_rows),
        "general-ledger": _tables(listings.trial_balance, listings.by_account),
        "funds": _tables(listings.sources_and_uses, listings.roll_forward, listings.transfers),
        "open-items": _tables(owed.open_items, listings.outstanding),
        "donors": _tables(listings.donors),
        "disbursements": _tables(owed.invoice_list, owed.payments),
        "exceptions": _tables(listings.exceptions),
    }
)
REPORTS = tuple(_BUILD)


def build(book: Book, name: str, asked: Asked) -> Report:
    """One of REPORTS for a period, as of its end; people by their codes. Raises KnownError report.not_public."""
    check_asked(asked)
    if asked.public:
        raise KnownError("report.not_public", name)
    with book.reading() as db:
        at = listings.source(book, db, asked)
        sections = tuple(_BUILD[name](at))
    about = (at.facts.foundation, at.facts.currency, at.facts.as_of)
    return Report(name, asked.audience, Message(f"report.{name}.title"), *about, sections, "", asked.start, asked.end, at.facts.head)
