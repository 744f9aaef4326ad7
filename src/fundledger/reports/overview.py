"""All funds on one page: what every campaign collected and spent, and that together they are the money that is there."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from fundledger.domain.chart import BANK, CASH, CLEARING, DISPUTED, TRANSIT, group
from fundledger.domain.figures import FundFigures
from fundledger.domain.money import Money
from fundledger.reports.facts import Asked, Facts, check_asked, fold, read
from fundledger.reports.value import Column, Comparison, Figures, Kind, Message, Paragraph, Report, Row, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fundledger.domain.campaign import Campaign
    from fundledger.reports.value import Cell
    from fundledger.store.book import Book

_Shown = tuple[tuple["Cell", ...], FundFigures]
_MOVES = ("collected", "returned", "charged_back", "fees", "moved_in", "moved_out", "opening", "paid", "advanced", "due_back", "remaining")
_ALWAYS = frozenset({"collected", "paid", "remaining"})
_PLACES = {BANK: "bank", CASH: "cash", CLEARING: "clearing", DISPUTED: "disputed", TRANSIT: "transit"}


def build(book: Book, asked: Asked) -> Report:
    """The overview; the public one folds campaigns of too few donors and shows no fund by which one could be found."""
    check_asked(asked)
    with book.reading() as db:
        facts = read(book, db, asked)
    sections = public_sections(facts, asked) if asked.public else _full(facts, asked)
    title = Message("report.overview.title")
    about = (facts.foundation, facts.currency, facts.as_of)
    return Report("overview", asked.audience, title, *about, sections, "", asked.start, asked.end, facts.head)


def _money_places(facts: Facts) -> tuple[tuple[Message, Money], ...]:
    """Where the money is, by kind of account."""
    sums = dict.fromkeys(_PLACES, 0)
    for rows in facts.sums.values():
        for code, _, minor in rows:
            if group(code) in sums:
                sums[group(code)] += minor
    return tuple((Message(f"place.{word}"), Money(sums[code], facts.currency)) for code, word in _PLACES.items())


def _proof(facts: Facts, remaining: Money) -> tuple[Section, ...]:
    """The total over all funds equals bank, cash, clearing, disputed and in transit, each on its line."""
    places = _money_places(facts)
    there = sum((amount for _, amount in places), Money(0, facts.currency))
    return Figures("places", (*places, (Message("figure.all_money"), there))), _agreed(facts, remaining)


def _agreed(facts: Facts, remaining: Money) -> Comparison:
    """The same in one sum: what is in cash or on its way from a processor may be one gift, so the public reads no place by itself."""
    there = sum((amount for _, amount in _money_places(facts)), Money(0, facts.currency))
    return Comparison("overview", ((Message("side.all_funds"), remaining), (Message("side.all_money"), there)))


def _sum(found: Iterable[FundFigures], currency: str) -> FundFigures:
    everything = list(found)
    nothing = Money(0, currency)
    return FundFigures(**{one.name: sum((getattr(figure, one.name) for figure in everything), nothing) for one in fields(FundFigures)})


def _full(facts: Facts, asked: Asked) -> tuple[Section, ...]:
    shown: list[_Shown] = [
        ((_name(one, asked), Message(f"state.{one.state}"), one.asked), facts.figures[one.fund]) for one in facts.campaigns
    ]
    shown.append(((Message("fund.unrestricted"), None, None), facts.figures[facts.unrestricted]))
    shown.append(((Message("fund.suspense"), None, None), facts.figures[facts.suspense]))
    total = _sum((found for _, found in shown), facts.currency)
    return (*_headline(total), _fund_table(shown, total), *_proof(facts, total.remaining))


def _headline(total: FundFigures) -> tuple[Section, ...]:
    items: tuple[tuple[Message, Cell], ...] = (
        (Message("figure.collected"), total.collected),
        (Message("figure.paid"), total.paid),
        (Message("figure.remaining"), total.remaining),
    )
    return (Figures("overview", items),)


def public_sections(facts: Facts, asked: Asked) -> tuple[Section, ...]:
    """Campaigns of five donors on; the rest folded so that nothing can be found by taking one figure from another."""
    told = fold(facts)
    large = [one for one in facts.campaigns if one.fund in told.alone]
    shown: list[_Shown] = [((_name(one, asked), Message(f"state.{one.state}"), one.asked), facts.figures[one.fund]) for one in large]
    if told.small:
        small = _sum((facts.figures[fund] for fund in told.small), facts.currency)
        shown.append(((Message("fund.small", {"n": len(told.small)}), None, None), small))
    waiting = (Paragraph(Message("note.waiting", {"n": len(told.waiting)})),) if told.waiting else ()
    if not told.total:
        return (*_withheld(shown), *waiting)
    others = _sum((facts.figures[fund] for fund in told.rest), facts.currency)
    own = told.rest == (facts.unrestricted, facts.suspense)
    shown.append(((Message("fund.others" if own else "fund.others_and_small"), None, None), others))
    total = _sum((found for _, found in shown), facts.currency)
    sections: list[Section] = [
        *_headline(_net(total)),
        _fund_table([(head, _net(found)) for head, found in shown], _net(total)),
        _agreed(facts, total.remaining),
        *waiting,
    ]
    if total.returned or total.charged_back:
        sections.append(Paragraph(Message("note.netted")))
    return tuple(sections)


def _withheld(shown: list[_Shown]) -> tuple[Section, ...]:
    """Too few donors stand behind the rest: then no total may be given either, or the rest could be found from it."""
    if not shown:
        return (Paragraph(Message("note.nothing_to_show")),)
    return (_fund_table([(head, _net(found)) for head, found in shown], None), Paragraph(Message("note.no_total")))


def _name(one: Campaign, asked: Asked) -> str:
    title = one.title(asked.language)
    return one.code if title == one.code else f"{one.code} · {title}"


def _net(found: FundFigures) -> FundFigures:
    """What came back set off against collected: returns of few people must not be told apart."""
    nothing = found.returned - found.returned
    values = {one.name: getattr(found, one.name) for one in fields(FundFigures)}
    return FundFigures(
        **values | {"collected": found.collected - found.returned - found.charged_back, "returned": nothing, "charged_back": nothing}
    )


def _fund_table(shown: list[_Shown], total: FundFigures | None) -> Table:
    """One row a fund; what moved in none of them has no column."""
    names = [name for name in _MOVES if name in _ALWAYS or any(getattr(found, name) for _, found in shown)]
    rows = tuple(Row((*head, *(getattr(found, name) for name in names))) for head, found in shown)
    moves = (Column(name, Kind.MONEY, totalled=total is not None) for name in names)
    totals = {} if total is None else {name: getattr(total, name) for name in names}
    columns = (Column("fund"), Column("state"), Column("needed", Kind.MONEY), *moves)
    return Table("funds", columns, rows, totals, Message("note.columns"))
