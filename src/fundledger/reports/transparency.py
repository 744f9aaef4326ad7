"""The yearly transparency report: what every campaign received and spent, and gifts by quarter and size; for the public alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.disclosure import by_bands
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.shown import bands_may_be_shown
from fundledger.reports import overview
from fundledger.reports.campaign import quarters_said
from fundledger.reports.facts import Asked, check_asked, fold, read
from fundledger.reports.value import Column, Kind, Message, Paragraph, Report, Row, Table

if TYPE_CHECKING:
    from fundledger.domain.disclosure import BandCell
    from fundledger.reports.facts import Facts
    from fundledger.reports.value import Section
    from fundledger.store.book import Book

NAME = "transparency"


def build(book: Book, asked: Asked) -> Report:
    """The report of whole quarters; raises KnownError report.public_only for another audience, and what every public report refuses."""
    if not asked.public:
        raise KnownError("report.public_only", NAME)
    check_asked(asked)
    with book.reading() as db:
        facts = read(book, db, asked)
        sections = (*overview.public_sections(facts, asked), *_gifts(facts), Paragraph(Message("note.policy")))
    about = (facts.foundation, facts.currency, facts.as_of)
    title = Message("report.transparency.title")
    return Report(NAME, asked.audience, title, *about, sections, "", asked.start, asked.end, facts.head)


def _gifts(facts: Facts) -> tuple[Section, ...]:
    """Gifts of every fund; none where money went back (a table before the returns would tell them), none where no total may be shown."""
    told = fold(facts)
    if not bands_may_be_shown(facts.seen, told):
        return (Paragraph(Message("note.no_gift_table")),)
    given = facts.publicity.groups(facts.seen, told, facts.head.size)
    cells = by_bands(given, facts.currency)
    if not cells:
        return (Paragraph(Message("note.no_gift_table")),)
    columns = (Column("quarter"), Column("band"), Column("gifts", Kind.COUNT, totalled=True), Column("given", Kind.MONEY, totalled=True))
    rows = tuple(Row((quarters_said(cell.first, cell.last), _band(cell), cell.gifts, cell.amount)) for cell in cells)
    total = sum((cell.amount for cell in cells), Money(0, facts.currency))
    totals: dict[str, Money | int] = {"gifts": sum(cell.gifts for cell in cells), "given": total}
    return (Table("bands", columns, rows, totals, Message("note.bands")),)


def _band(cell: BandCell) -> Message:
    low, high = (None if end is None else Money(end, cell.amount.currency) for end in (cell.low, cell.high))
    if high is None:
        return Message("band.above", {"low": low}) if cell.low else Message("band.any")
    return Message("band.between", {"low": low, "high": high}) if cell.low else Message("band.up_to", {"high": high})
