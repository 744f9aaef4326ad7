"""The four-way tie-out: bank statement = ledger = sum of the funds' money = last published edition and what came since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from fundledger.domain.chart import BANK, CLEARING, DISPUTED, MONEY, TRANSIT, group
from fundledger.domain.money import Money
from fundledger.reports.facts import Asked, Facts, check_asked, fold, read
from fundledger.reports.value import Column, Comparison, Figures, Kind, Message, Paragraph, Report, Row, Section, Table, money_columns
from fundledger.store import editions, extracts, outstanding, payouts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fundledger.reports.value import Cell
    from fundledger.store.book import Book
    from fundledger.store.editions import Edition, Since
    from fundledger.store.extracts import BankFacts
    from fundledger.store.outstanding import Waiting
    from fundledger.store.payouts import Batch
    from fundledger.store.rows import Database

# Entries since the edition beyond this many stand one row a day and account; each row carries the numbers of its entries.
_MOST_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the tie-out compares, as of one day; minor units, in book currency but for the foreign accounts."""

    banks: tuple[BankFacts, ...]
    foreign: tuple[BankFacts, ...]
    held: dict[int, dict[str, int]]
    edition: Edition | None
    published: dict[str, int]
    since: tuple[Since, ...]
    waiting: tuple[Waiting, ...]
    in_transit: tuple[Waiting, ...]
    batches: tuple[Batch, ...]

    def funds(self, code: str) -> int:
        """The sum of the funds' money on one account."""
        return sum(accounts.get(code, 0) for accounts in self.held.values())

    def fourth(self, code: str) -> int | None:
        """The published money on an account and what came since; None where nothing was published."""
        if self.edition is None:
            return None
        return self.published.get(code, 0) + sum(one.minor for one in self.since if one.account == code)


def standing(db: Database, currency: str, end: date | None) -> Standing:
    """What there is to compare as of a day, or as of all that is in the book."""
    until = end or date.max
    banks = extracts.bank_facts(db, end)
    edition = editions.last(db, until)
    waiting = (*outstanding.unbooked(db, until), *outstanding.ignored(db, until), *outstanding.unsure(db, until))
    return Standing(
        banks=tuple(one for one in banks if one.currency == currency),
        foreign=tuple(one for one in banks if one.currency != currency),
        held=outstanding.held(db, until),
        edition=edition,
        published=editions.published(db, edition.id) if edition else {},
        since=tuple(editions.since(db, edition, until)) if edition else (),
        waiting=tuple(sorted(waiting, key=lambda one: (one.booked_on, one.line))),
        in_transit=tuple(outstanding.transfers_in_flight(db, until)),
        batches=tuple(payouts.batches(db, until)),
    )


def build(book: Book, asked: Asked) -> Report:
    """The tie-out, every difference itemised; the public edition says only that the sides agree, and in total.

    The public reads a total only where the overview gives one, or what that withholds could be found from it; and only where all money is
    in banks, or the difference of the two would be what was given in cash or by card.
    """
    check_asked(asked)
    with book.reading() as db:
        facts = read(book, db, asked)
        found = standing(db, facts.currency, asked.end)
        withheld = asked.public and not (fold(facts).total and _all_in_banks(facts))
    sections: tuple[Section, ...] = (Paragraph(Message("note.no_total")) if withheld else comparison(facts, found), _waiting(found))
    if not asked.public:
        sections = (*sections, *_itemised(facts, found))
    title = Message("report.reconciliation.title")
    about = (facts.foundation, facts.currency, facts.as_of)
    return Report("reconciliation", asked.audience, title, *about, sections, "", None, asked.end, facts.head)


def _all_in_banks(facts: Facts) -> bool:
    held: dict[str, int] = defaultdict(int)
    for rows in facts.sums.values():
        for code, _, minor in rows:
            held[code] += minor
    return not any(minor for code, minor in held.items() if group(code) in MONEY and group(code) != BANK)


def comparison(facts: Facts, found: Standing) -> Comparison:
    """The four figures over all accounts in book currency; one that holds nothing needs no balance from its bank."""
    stated = [extracts.adjusted_minor(bank) for bank in found.banks if bank.closing_minor is not None or bank.ledger_minor]
    complete = [minor for minor in stated if minor is not None]
    bank = Money(sum(complete), facts.currency) if complete and len(complete) == len(stated) else None
    fourth = [minor for one in found.banks if (minor := found.fourth(one.account)) is not None]
    sides = (
        (Message("side.bank"), bank),
        (Message("side.ledger"), Money(sum(one.ledger_minor for one in found.banks), facts.currency)),
        (Message("side.funds"), Money(sum(found.funds(one.account) for one in found.banks), facts.currency)),
        (Message("side.published"), Money(sum(fourth), facts.currency) if found.edition else None),
    )
    return Comparison("tie_out", sides, _edition_note(found.edition))


def _edition_note(edition: Edition | None) -> Message:
    if edition is None:
        return Message("note.none_published")
    return Message("note.published", {"report": Message(f"report.{edition.report}.title"), "day": edition.end_on, "id": edition.id})


def _waiting(found: Standing) -> Figures:
    items: tuple[tuple[Message, Cell], ...] = (
        (Message("figure.open_lines"), sum(one.open_lines for one in (*found.banks, *found.foreign))),
        (Message("figure.unsure_lines"), sum(one.unsure_lines for one in (*found.banks, *found.foreign))),
        (Message("figure.ignored_lines"), sum(one.ignored_lines for one in (*found.banks, *found.foreign))),
    )
    return Figures("lines", items)


# --- item by item -----------------------------------------------------------------------------------------------------
def _itemised(facts: Facts, found: Standing) -> Iterator[Section]:
    """Every figure by account, and every difference by what makes it; what there is nothing of has no table of its own."""
    yield _four(facts, found)
    yield _by_account(facts, found.banks)
    if found.foreign:
        yield _foreign(found.foreign)
    yield _lines("outstanding", facts, [one for one in found.waiting if one.amount.currency == facts.currency])
    others = [one for one in found.waiting if one.amount.currency != facts.currency]
    for currency in sorted({one.amount.currency for one in others}):
        yield _lines("outstanding", facts, [one for one in others if one.amount.currency == currency], currency)
    yield _split(facts, found)
    yield from _clearing(facts, found)
    yield from _batches(found)
    if found.in_transit:
        yield _lines("in_transit", facts, found.in_transit)
    if found.edition:
        yield _since(facts, found)
    yield from overdrawn(facts, found)


def _four(facts: Facts, found: Standing) -> Table:
    """The four figures of each account side by side; `difference` is the greatest between any two."""
    keys = ("stated", "ledger", "funds_money", "published_and_since", "difference")
    rows = []
    for bank in found.banks:
        sides = (extracts.adjusted_minor(bank), bank.ledger_minor, found.funds(bank.account), found.fourth(bank.account))
        known = [minor for minor in sides if minor is not None]
        figures = (*sides, max(known) - min(known))
        rows.append(Row((bank.account, *(_money(minor, facts) for minor in figures))))
    columns = (Column("account"), *money_columns(*keys))
    return Table("four_figures", columns, tuple(rows), _sums(columns, rows), empty=Message("note.no_accounts"))


def _money(minor: int | None, facts: Facts) -> Money | None:
    return None if minor is None else Money(minor, facts.currency)


def _sums(columns: Sequence[Column], rows: Sequence[Row]) -> dict[str, Money]:
    """What the rows say of each column in all; where none says a figure there is no total either."""
    said = {column.key: [row.cells[place] for row in rows] for place, column in enumerate(columns) if column.totalled}
    figures = {key: [cell for cell in cells if isinstance(cell, Money)] for key, cells in said.items()}
    return {key: sum(some[1:], some[0]) for key, some in figures.items() if some}


def _by_account(facts: Facts, banks: Sequence[BankFacts]) -> Table:
    """One row an account: from the statement's closing balance to the ledger's."""
    sums = money_columns("closing", "later", "open", "ignored", "unsure", "ledger", "difference")
    columns = (Column("account"), Column("statement_on", Kind.DATE), *sums)
    rows = [Row((bank.account, bank.statement_on, *(_money(minor, facts) for minor in _steps(bank)))) for bank in banks]
    return Table("accounts", columns, tuple(rows), _sums(columns, rows), empty=Message("note.no_accounts"))


def _steps(bank: BankFacts) -> tuple[int | None, ...]:
    """From what the bank states to what the book has; an account whose bank states no balance cannot differ from it."""
    stated = extracts.adjusted_minor(bank)
    aside = (bank.later_minor, -bank.open_minor, -bank.ignored_minor, -bank.unsure_minor)
    return (bank.closing_minor, *aside, bank.ledger_minor, None if stated is None else stated - bank.ledger_minor)


def _foreign(banks: Sequence[BankFacts]) -> Table:
    """Accounts in other currencies tie out in their own; amounts of several currencies have no sum."""
    keys = ("closing", "later", "open", "ignored", "unsure", "ledger", "difference")
    columns = (Column("account"), Column("statement_on", Kind.DATE), *(Column(key, Kind.MONEY) for key in keys))

    def money(bank: BankFacts) -> tuple[Cell, ...]:
        return tuple(None if minor is None else Money(minor, bank.currency) for minor in _steps(bank))

    rows = tuple(Row((bank.account, bank.statement_on, *money(bank))) for bank in banks)
    return Table("foreign_accounts", columns, rows)


def _lines(key: str, facts: Facts, some: Sequence[Waiting], currency: str | None = None) -> Table:
    """Bank lines by their own number; no name and no text."""
    columns = (
        Column("line"),
        Column("booked_on", Kind.DATE),
        Column("account"),
        Column("state"),
        Column("amount", Kind.MONEY, totalled=True),
    )
    rows = tuple(Row((str(one.line), one.booked_on, one.account, Message(f"line_state.{one.state}"), one.amount)) for one in some)
    total = sum((one.amount for one in some), Money(0, currency or facts.currency))
    return Table(key, columns, rows, {"amount": total}, empty=Message("note.nothing_outstanding"))


def _names(facts: Facts) -> dict[int, str | Message]:
    names: dict[int, str | Message] = {one.fund: one.code for one in facts.campaigns}
    return names | {facts.unrestricted: Message("fund.unrestricted"), facts.suspense: Message("fund.suspense")}


def _split(facts: Facts, found: Standing) -> Table:
    """Each fund's money in each account that has statements: a fund may be negative in one account, not over all of them."""
    own = {one.account for one in (*found.banks, *found.foreign)}
    return _by_fund("split", facts, found, own & {code for accounts in found.held.values() for code in accounts}, "all_banks")


def _by_fund(key: str, facts: Facts, found: Standing, codes: Iterable[str], total: str) -> Table:
    ordered = sorted(codes)
    rows = []
    for fund, name in _names(facts).items():
        held = [found.held.get(fund, {}).get(code, 0) for code in ordered]
        if any(held):
            rows.append(Row((name, *(Money(minor, facts.currency) for minor in (*held, sum(held))))))
    columns = (Column("fund"), *(Column(code, Kind.MONEY, totalled=True, label=code) for code in ordered), *money_columns(total))
    totals = {code: Money(found.funds(code), facts.currency) for code in ordered}
    totals |= {total: Money(sum(found.funds(code) for code in ordered), facts.currency)}
    return Table(key, columns, tuple(rows), totals)


def _clearing(facts: Facts, found: Standing) -> Iterator[Table]:
    """What processors, disputes and transfers hold, by fund: it is in flight, and was in no bank on that day."""
    codes = {code for accounts in found.held.values() for code in accounts if group(code) in {CLEARING, DISPUTED, TRANSIT}}
    if codes:
        yield _by_fund("clearing", facts, found, codes, "in_all")


def _batches(found: Standing) -> Iterator[Table]:
    """What a processor holds, batch by batch: in flight or in reserve; with what its account was opened with, its closing balance."""
    columns = (
        Column("account"), Column("batch"), Column("last_on", Kind.DATE), Column("state"), Column("lines", Kind.COUNT),
        *(Column(key, Kind.MONEY, totalled=key == "rest") for key in ("gross", "fees", "paid_out", "rest")),
    )  # fmt: skip
    for bank in (*found.banks, *found.foreign):
        some = [one for one in found.batches if one.account == bank.account and one.rest]
        opened = Money(bank.ledger_minor - sum(one.rest.minor for one in some), bank.currency)
        rows = [
            Row((
                one.account, one.batch or Message("batch.unnamed"), one.last_on, Message(f"batch.{one.state}"), one.n_lines,
                one.gross, one.fees, one.paid_out, one.rest,
            ))
            for one in some
        ]  # fmt: skip
        if opened and group(bank.account) == CLEARING:
            rows.insert(0, Row((bank.account, Message("batch.opening"), None, None, None, None, None, None, opened)))
        if rows:
            yield Table("batches", columns, tuple(rows), {"rest": Money(bank.ledger_minor, bank.currency)})


def _since(facts: Facts, found: Standing) -> Table:
    """What the edition does not show, entry by entry: the fourth figure is its money and this."""
    by_entry = len(found.since) <= _MOST_ENTRIES
    ordered = sorted(found.since, key=lambda one: (one.dated, one.account) if not by_entry else (date.min, ""))
    rows = []
    for _, some in groupby(enumerate(ordered), key=lambda pair: pair[0] if by_entry else (pair[1].dated, pair[1].account)):
        entries = [one for _, one in some]
        first = entries[0]
        name = str(first.number) if by_entry else Message("note.entries", {"n": len(entries)})
        kind = Message(f"entry_kind.{first.kind}") if by_entry or len({one.kind for one in entries}) == 1 else ""
        moved = Money(sum(one.minor for one in entries), facts.currency)
        rows.append(Row((name, first.dated, kind, first.account, moved), tuple(one.number for one in entries)))
    columns = (
        Column("entry"), Column("dated", Kind.DATE), Column("kind"), Column("account"), Column("amount", Kind.MONEY, totalled=True),
    )  # fmt: skip
    total = Money(sum(one.minor for one in found.since), facts.currency)
    note = _edition_note(found.edition)
    return Table("since_edition", columns, tuple(rows), {"amount": total}, note, empty=Message("note.nothing_since"))


def overdrawn(facts: Facts, found: Standing) -> Iterator[Section]:
    """Funds that have less than nothing: the money of the others pays for them."""
    names = _names(facts)
    below = {fund: minor for fund, accounts in sorted(found.held.items()) if (minor := sum(accounts.values())) < 0}
    if not below:
        return
    columns = (Column("fund"), *money_columns("overdrawn"))
    rows = tuple(Row((names[fund], Money(minor, facts.currency))) for fund, minor in below.items())
    own = {facts.unrestricted} & below.keys()
    note = Message("note.unrestricted_overdrawn" if own == below.keys() else "note.covered_by_others")
    yield Table("overdrawn", columns, rows, {"overdrawn": Money(sum(below.values()), facts.currency)}, note)
