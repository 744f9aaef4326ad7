"""Where the money of one gift is, for the donor who asks: her part of what her campaign did, and nothing of anybody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.campaign import TO_CAMPAIGN
from fundledger.domain.people import documented
from fundledger.domain.problem import KnownError
from fundledger.domain.whereabouts import whereabouts
from fundledger.reports.facts import Asked, Facts, enough_donors, read
from fundledger.reports.letter import Letter
from fundledger.reports.value import Audience, Column, Kind, Message, Row, Table
from fundledger.store import campaigns, invoices, parties, receipts

if TYPE_CHECKING:
    from datetime import date

    from fundledger.domain.campaign import Campaign
    from fundledger.domain.money import Money
    from fundledger.domain.receipt import Gift
    from fundledger.domain.whereabouts import Whereabouts
    from fundledger.store.book import Book
    from fundledger.store.rows import Database


def build(book: Book, donor: str | int, gift: str | int, on: date, language: str = "en") -> Letter:
    """The letter about the payment that a gift came by: a part for each campaign it was shared out to.

    Of a campaign of fewer than five donors no figure is told, for hers and the total would tell those of the others. Raises KnownError
    donor.unknown, gift.unknown, gift.not_hers, receipt.nothing.
    """
    with book.reading() as db:
        who = parties.find_donor(db, donor)
        payment = [one for one in receipts.payment_of(db, who, gift, book.currency) if one.stands.minor > 0]
        if not payment:
            raise KnownError("receipt.nothing", who.code)
        facts = read(book, db, Asked(Audience.PUBLIC, language))
        body = tuple(part for one in _by_fund(payment) for part in _told(db, facts, one, language))
    given = Message("letter.where.given", {"amount": _sum(payment), "on": payment[0].given_on})
    stem = f"where-is-my-money-{payment[0].given_on.isoformat()}-{payment[0].id}"
    title = Message("letter.where.title")
    return Letter(stem, title, book.name, book.currency, who.name, who.code, on, (given, *body), head=facts.head)


def _sum(gifts: list[Gift]) -> Money:
    first, *rest = (one.stands for one in gifts)
    return sum(rest, start=first)


def _by_fund(payment: list[Gift]) -> list[list[Gift]]:
    funds = dict.fromkeys(one.fund for one in payment)
    return [[one for one in payment if one.fund == fund] for fund in funds]


def _told(db: Database, facts: Facts, gifts: list[Gift], language: str) -> tuple[Message | Table, ...]:
    """What is said of the shares that went to one fund."""
    own, code = _sum(gifts), gifts[0].campaign
    if code is None:
        return (Message("letter.where.foundation", {"own": own}),)
    found = campaigns.find_campaign(db, code, facts.currency)
    values = {"own": own, "purpose": found.title(language)}
    place = whereabouts(own, facts.figures[found.fund]) if enough_donors(facts, [found.fund]) else None
    if place is None:
        return (Message("letter.where.few", values), Message(f"state.{found.state}"))
    shared = Message("letter.where.share", {**values, "percent": place.percent, "collected": place.collected})
    return (shared, _table(place), _documented(db, found, facts), *_rule(found, place))


def _table(place: Whereabouts) -> Table:
    columns = (Column("use"), Column("whole_campaign", Kind.MONEY), Column("of_yours", Kind.MONEY, totalled=True))
    rows = tuple(Row((Message(f"letter.where.use.{name}"), whole, hers)) for name, (whole, hers) in place.uses.items())
    return Table("where", columns, rows, {"of_yours": place.own})


def _documented(db: Database, found: Campaign, facts: Facts) -> Message:
    """How much was paid, in how many payments, and how many of them are documented; one that came back is none."""
    bills = [one.id for one in invoices.invoices(db, facts.currency, campaign_id=found.id)]
    paid = invoices.disbursements(db, facts.currency, bills)
    n, done = documented(paid)
    amount = sum((one.amount for one in paid if one.documented), facts.figures[found.fund].paid - facts.figures[found.fund].paid)
    return Message("letter.where.documented", {"n": n, "documented": done, "amount": amount}) if n else Message("letter.where.unpaid")


def _rule(found: Campaign, place: Whereabouts) -> tuple[Message, ...]:
    """By which rule of the mandate goes what remains."""
    if "remaining" not in place.uses or place.uses["remaining"][0].minor <= 0:
        return ()
    rule, _, taker = found.surplus_rule.partition(":")
    word = TO_CAMPAIGN.rstrip(":") if taker else rule
    return (Message(f"letter.where.rule.{word}", {"remaining": place.uses["remaining"][0], "taker": taker}),)
