"""The four-way tie-out: bank statement = ledger = sum of the funds' money = last published edition and what came since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.reports.facts import Asked, Facts, check_asked, read
from fundledger.reports.overview import total_may_be_shown
from fundledger.reports.value import Column, Comparison, Figures, Kind, Message, Paragraph, Report, Row, Section, Table, money_columns
from fundledger.store import extracts, lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.store.book import Book
    from fundledger.store.extracts import BankFacts
    from fundledger.store.rows import Database


def build(book: Book, asked: Asked) -> Report:
    """The tie-out, every difference itemised; the public edition says only that the sides agree, and in total.

    The public reads a total only where the overview gives one, or what that withholds could be found from it.
    """
    check_asked(asked)
    with book.reading() as db:
        facts = read(book, db, asked)
        banks = extracts.bank_facts(db, asked.end, facts.currency)
        withheld = asked.public and not total_may_be_shown(facts)
        sections: tuple[Section, ...] = (Paragraph(Message("note.no_total")) if withheld else _comparison(facts, banks), _waiting(banks))
        if not asked.public:
            sections = (*sections, *_by_account(facts, banks), _outstanding(db, asked, facts), _split(facts, banks))
    title = Message("report.reconciliation.title")
    about = (facts.foundation, facts.currency, facts.as_of)
    return Report("reconciliation", asked.audience, title, *about, sections, "", None, asked.end, facts.head)


def adjusted_minor(bank: BankFacts) -> int | None:
    """What the bank states, with later lines, without what nobody has booked yet; minor units."""
    if bank.closing_minor is None:
        return None
    return bank.closing_minor + bank.later_minor - bank.open_minor - bank.unsure_minor


def _comparison(facts: Facts, banks: Sequence[BankFacts]) -> Comparison:
    stated = [adjusted_minor(bank) for bank in banks]
    complete = [minor for minor in stated if minor is not None]
    bank = Money(sum(complete), facts.currency) if complete and len(complete) == len(stated) else None
    ledger = Money(sum(one.ledger_minor for one in banks), facts.currency)
    own = {one.account for one in banks}
    held = sum(minor for rows in facts.sums.values() for code, _, minor in rows if code in own)
    sides = (
        (Message("side.bank"), bank),
        (Message("side.ledger"), ledger),
        (Message("side.funds"), Money(held, facts.currency)),
        (Message("side.published"), None),
    )
    return Comparison("tie_out", sides, Message("note.none_published"))


def _waiting(banks: Sequence[BankFacts]) -> Figures:
    items = (
        (Message("figure.open_lines"), sum(one.open_lines for one in banks)),
        (Message("figure.unsure_lines"), sum(one.unsure_lines for one in banks)),
    )
    return Figures("lines", items)


def _by_account(facts: Facts, banks: Sequence[BankFacts]) -> tuple[Section, ...]:
    """One row an account: from the statement's closing balance to the ledger's."""
    sums = money_columns("closing", "later", "open", "unsure", "ledger", "difference")
    columns = (Column("account"), Column("statement_on", Kind.DATE), *sums)

    def money(minor: int) -> Money:
        return Money(minor, facts.currency)

    rows, totals = [], [0] * 6
    for bank in banks:
        closing = bank.closing_minor or 0
        difference = closing + bank.later_minor - bank.open_minor - bank.unsure_minor - bank.ledger_minor
        figures = (closing, bank.later_minor, -bank.open_minor, -bank.unsure_minor, bank.ledger_minor, difference)
        totals = [total + minor for total, minor in zip(totals, figures, strict=True)]
        rows.append(Row((bank.account, bank.statement_on, *(money(minor) for minor in figures))))
    summed = {column.key: money(total) for column, total in zip(sums, totals, strict=True)}
    return (Table("accounts", columns, tuple(rows), summed, empty=Message("note.no_accounts")),)


def _outstanding(db: Database, asked: Asked, facts: Facts) -> Table:
    """Every booked line that waits, by its own number; no name and no text."""
    columns = (
        Column("line"),
        Column("booked_on", Kind.DATE),
        Column("account"),
        Column("state"),
        Column("amount", Kind.MONEY, totalled=True),
    )
    waiting = [
        row
        for state in ("open", "unsure")
        for row in lines.line_rows(db, lines.line_ids(db, state))
        if (asked.end is None or row.booked_on <= asked.end) and row.amount.currency == facts.currency
    ]
    rows = tuple(Row((str(row.id), row.booked_on, row.account, Message(f"line_state.{row.state}"), row.amount)) for row in waiting)
    total = sum((row.amount for row in waiting), Money(0, facts.currency))
    return Table("outstanding", columns, rows, {"amount": total}, empty=Message("note.nothing_outstanding"))


def _split(facts: Facts, banks: Sequence[BankFacts]) -> Table:
    """Each fund's money in each account that has statements: a fund may be negative in one account, not over all of them."""
    own = {one.account for one in banks}
    codes = sorted({code for rows in facts.sums.values() for code, _, _ in rows if code in own})
    names: dict[int, str | Message] = {one.fund: one.code for one in facts.campaigns}
    names |= {facts.unrestricted: Message("fund.unrestricted"), facts.suspense: Message("fund.suspense")}
    rows, totals = [], dict.fromkeys(codes, 0)
    for fund, name in names.items():
        held = dict.fromkeys(codes, 0)
        for code, _, minor in facts.sums.get(fund, ()):
            if code in held:
                held[code] += minor
                totals[code] += minor
        if any(held.values()):
            rows.append(Row((name, *(Money(held[code], facts.currency) for code in codes), Money(sum(held.values()), facts.currency))))
    columns = (Column("fund"), *(Column(code, Kind.MONEY, totalled=True, label=code) for code in codes), *money_columns("all_banks"))
    sums = {code: Money(minor, facts.currency) for code, minor in totals.items()} | {
        "all_banks": Money(sum(totals.values()), facts.currency)
    }
    return Table("split", columns, tuple(rows), sums)
