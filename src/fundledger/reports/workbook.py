"""The auditor's workbook: the whole book in fifteen numbered parts, every total re-performed, nobody named."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from heapq import nsmallest
from typing import TYPE_CHECKING

from fundledger.domain.chart import CLEARING, group
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.reports import listings, owed
from fundledger.reports.facts import check_asked
from fundledger.reports.value import Column, Comparison, Figures, Kind, Message, Report, Row, Table
from fundledger.store import auditing, verifying

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fundledger.reports.facts import Asked
    from fundledger.reports.listings import Source
    from fundledger.reports.value import Section
    from fundledger.store.book import Book

NAME = "workbook"
SAMPLE = 25
_PARTS: tuple[tuple[str, Callable[[Source], Table]], ...] = (
    ("02a", listings.trial_balance),
    ("02b", listings.trial_balance_by_fund),
    ("03", listings.ledger),
    ("04a", listings.banks),
    ("04b", listings.outstanding),
    ("04c", listings.bank_split),
    ("05", listings.statement_lines),
    ("06", listings.batches),
    ("07", listings.sources_and_uses),
    ("08a", listings.roll_forward),
    ("08b", listings.transfers),
    ("09", listings.donors),
    ("10a", owed.invoice_list),
    ("10b", owed.payments),
    ("11", owed.open_items),
    ("12", listings.exceptions),
)


def build(book: Book, asked: Asked) -> Report:
    """All of it, as of one moment; raises KnownError report.not_public."""
    check_asked(asked)
    if asked.public:
        raise KnownError("report.not_public", NAME)
    with book.reading() as db:
        at = listings.source(book, db, asked)
        tables = {table.key: table for table in (replace(make(at), place=place) for place, make in _PARTS)}
        more = (replace(sample(at), place="13"), replace(listings.change_log(at), place="14"))
        controls, ties = replace(control_counts(at), place="01"), tuple(tie_outs(at, tables))
        head = _control_totals(at, tables)
    every = (*tables.values(), *more)
    sections: tuple[Section, ...] = (head, *ties, controls, *every, replace(_dictionary((controls, *every)), place="15"))
    about = (at.facts.foundation, at.facts.currency, at.facts.as_of)
    return Report(NAME, asked.audience, Message("report.workbook.title"), *about, sections, "", asked.start, asked.end, at.facts.head)


def _control_totals(at: Source, tables: dict[str, Table]) -> Figures:
    ledger, donors = tables["book_ledger"], tables["book_donors"]
    known = len({donor for some in at.facts.donors.values() for donor in some})
    items = (
        ("entries", ledger.totals["entries"]), ("postings", len(ledger.rows)), ("debit", ledger.totals["debit"]),
        ("credit", ledger.totals["credit"]), ("funds", len(at.names)), ("donors", known), ("gifts", donors.totals["gifts"]),
        ("gross_gifts", donors.totals["given"]), ("bank_lines", len(tables["book_lines"].rows)),
    )  # fmt: skip
    return Figures("control", tuple((Message(f"control.{key}"), value) for key, value in items))


def tie_outs(at: Source, tables: dict[str, Table]) -> Iterator[Comparison]:
    """Figures found in two ways each; the workbook reckons both from its own sheets."""

    def one(key: str, *sides: tuple[str, str, str]) -> Comparison:
        found = tuple((Message(f"side.{name}"), _money(tables[table].totals.get(column, at.money(0)))) for name, table, column in sides)
        return Comparison(key, found, None, tuple((table, column) for _, table, column in sides))

    yield one(
        "book_sums", ("ledger_debit", "book_ledger", "debit"), ("ledger_credit", "book_ledger", "credit"),
        ("trial_debit", "book_trial", "debit"), ("trial_credit", "book_trial", "credit"), ("funds_debit", "book_trial_funds", "debit"),
    )  # fmt: skip
    bank = one("book_banks", ("ledger", "book_banks", "ledger"), ("funds", "book_banks", "funds_money"), ("bank", "book_banks", "adjusted"))
    stated = all(row.cells[7] is not None or not row.cells[8] for row in tables["book_banks"].rows)
    yield bank if stated else replace(bank, sides=(*bank.sides[:2], (bank.sides[2][0], None)), note=Message("note.bank_unstated"))
    yield one(
        "book_money", ("fund_money", "book_uses", "money"), ("remaining", "book_uses", "remaining"), ("places", "book_split", "amount")
    )
    yield one("book_funds", ("fund_closing", "book_funds", "fund_closing"), ("net_assets", "book_funds", "net_assets"))
    yield from _clearing(at, tables["book_batches"])
    gifts = one("book_gifts", ("donor_listing", "book_donors", "given"))
    income = (Message("side.gross_gifts"), at.money(listings.income_from_gifts(at)))
    yield replace(gifts, sides=(*gifts.sides, income), sources=(*gifts.sources, None))
    listed, balance = owed.payables(at)
    yield Comparison("book_payables", ((Message("side.payables"), at.money(listed)), (Message("side.payable_account"), at.money(balance))))


def _money(total: Money | int) -> Money:
    assert isinstance(total, Money)
    return total


def _clearing(at: Source, batches: Table) -> Iterator[Comparison]:
    """What processors hold by the ledger and by their batches, where all of it is in the book's currency."""
    held = sum(minor for accounts in at.found.held.values() for code, minor in accounts.items() if group(code) == CLEARING)
    rest = batches.totals.get("rest", at.money(0))
    if batches.rows and _money(rest).currency == at.facts.currency and not any(group(one.account) == CLEARING for one in at.found.foreign):
        sides = ((Message("side.batches"), _money(rest)), (Message("side.clearing"), at.money(held)))
        yield Comparison("book_clearing", sides, None, (("book_batches", "rest"), None))


def control_counts(at: Source) -> Table:
    """Counts that must be alike: numbers without gaps, one disposition a line, a line behind every payment, a log that verifies."""
    last, entries = auditing.numbering(at.db)
    lines = auditing.lines(at.asked.start, at.asked.end)
    faults = sum(1 for _ in verifying.verify(at.db))
    controls = (
        ("numbers", last, entries),
        ("dispositions", lines.count(at.db), lines.total(at.db, "dispositions")),
        ("payments", 0, len(auditing.payments_without_line(at.db))),
        ("log", 0, faults),
    )
    rows = (Row((Message(f"control.{key}"), wanted, found, wanted - found)) for key, wanted, found in controls)
    columns = (
        Column("control"),
        Column("wanted", Kind.COUNT),
        Column("found", Kind.COUNT),
        Column("difference", Kind.COUNT, totalled=True),
    )
    return listings.summed("book_controls", columns, rows)


def sample(at: Source) -> Table:
    """Entries drawn by a seed, in an order anybody can find again: SHA-256 of `seed:number`, the lowest first.

    The population's hash is the SHA-256 of a line `number|uid|day|debit` for every entry; it is the seed where none was given.
    """
    listing = auditing.population(at.asked.start, at.asked.end)
    hashed, size = hashlib.sha256(), 0
    for number, uid, dated, _, amount in listing.rows(at.db):
        hashed.update(f"{number}|{uid}|{dated}|{amount}\n".encode())
        size += 1
    seed = at.asked.seed or hashed.hexdigest()[:16]
    drawn = nsmallest(SAMPLE, ((_rank(seed, row[0]), tuple(row)) for row in listing.rows(at.db)))
    rows = (
        Row((place, one[0], listings.day_of(one[2]), Message(f"entry_kind.{one[3]}"), at.money(one[4])), (one[0],))
        for place, (_, one) in enumerate(drawn, 1)
    )
    columns = (
        Column("place", Kind.COUNT), Column("number", Kind.COUNT), Column("dated", Kind.DATE), Column("kind"),
        Column("amount", Kind.MONEY, totalled=True),
    )  # fmt: skip
    values = {"seed": seed, "n": len(drawn), "size": size, "hash": hashed.hexdigest()}
    return listings.summed("book_sample", columns, rows, Message("note.sample", values))


def _rank(seed: str, number: int) -> bytes:
    return hashlib.sha256(f"{seed}:{number}".encode()).digest()


def _dictionary(tables: tuple[Table, ...]) -> Table:
    """Every column of every sheet: what it means and what it holds."""
    rows = (
        Row((table.place, Message(f"table.{table.key}"), Message(f"column.{column.key}"), Message(f"holds.{column.kind}"),
             Message(f"means.{column.key}")))
        for table in tables
        for column in table.columns
    )  # fmt: skip
    return Table("book_dictionary", (Column("part"), Column("sheet"), Column("column"), Column("holds"), Column("meaning")), tuple(rows))
