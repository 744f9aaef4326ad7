"""Campaigns and their quotes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.books import FIGURES, figures_of
from fundledger.cli.call import a_day
from fundledger.cli.vouchers import declare_takeover
from fundledger.domain.campaign import COVER, HOLD, PAY_PART, REFUND, Mandate, PublicText

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verb, Verbs
    from fundledger.domain.campaign import Campaign
    from fundledger.domain.figures import FundFigures
    from fundledger.domain.people import Quote
    from fundledger.store.book import Book

_RULES = ("surplus", "shortfall", "late_gift", "fee", "purpose", "disclosure", "method")


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    campaign = verbs.noun("campaign")
    _mandate(campaign.verb("add", add).book().takes("code", metavar="CODE")).json()
    campaign.verb("list", list_all).book().json()
    campaign.verb("show", show).book().takes("code", metavar="CODE").json()
    for name, run in (("open", open_it), ("over", over), ("close", close), ("withdraw-consent", withdraw_consent)):
        campaign.verb(name, run).book().takes("code", metavar="CODE").takes("--on", type=a_day, metavar="D").json()
    covering = campaign.verb("cover", cover).book().takes("code", metavar="CODE").takes("--amount", said="cover_amount")
    covering.takes("--on", type=a_day, metavar="D").json()
    declare_takeover(campaign)
    quote = verbs.noun("quote")
    one = quote.verb("add", add_quote).book().takes("--campaign", required=True).takes("--payee", required=True)
    one.takes("--amount", required=True).takes("--received", type=a_day, metavar="D").takes("--iban")
    one.takes("--document", metavar="F").flag("--keep-photo-data").json()
    quote.verb("list", quotes).book().json()


def _mandate(verb: Verb) -> Verb:
    """What is promised when a campaign is added; the defaults are the mandate's own."""
    verb.takes("--title", required=True).takes("--title-in", nargs=2, action="append", default=[], metavar=("L", "T"))
    verb.takes("--story", default="").takes("--story-in", nargs=2, action="append", default=[], metavar=("L", "S"))
    verb.takes("--asked", required=True, metavar="AMOUNT").flag("--open").takes("--on", type=a_day, metavar="D").takes(
        "--surplus", default=HOLD, metavar=f"{HOLD}|{REFUND}|campaign:CODE"
    )
    verb.choice("--shortfall", (PAY_PART, COVER), default=PAY_PART).choice("--fee", ("foundation", "campaign"), default="foundation")
    verb.choice("--purpose", ("person", "cause"), default="person").choice("--disclosure", ("title", "code"), default="title")
    verb.takes("--reserve", default="0", metavar="AMOUNT").takes("--smallest-refund", default="0", metavar="AMOUNT")
    return verb.takes("--beneficiary", default="", metavar="NAME")


def add(call: Call) -> int:
    """Add a draft, or open it at once."""
    from fundledger.services.campaigns import add_campaign  # noqa: PLC0415  the store is loaded where a book is opened

    code = call.given("code")
    with call.book() as book:
        changes = add_campaign(
            book,
            code,
            call.money("asked", book.currency),
            _taken(call, book.currency),
            call.at,
            opened_on=call.on if call.given("open") else None,
            beneficiary=call.given("beneficiary"),
        )
        found = _found(book, code)
    record: dict[str, object] = {"code": found.code, "state": found.state, "reference": found.reference}
    return call.changed(changes, f"campaign_{found.state}", record, code=found.code, reference=found.reference)


def _taken(call: Call, currency: str) -> Mandate:
    stories = {"en": call.given("story"), **dict(call.given("story_in"))}
    titles = {"en": call.given("title"), **dict(call.given("title_in"))}
    return Mandate(
        {language: PublicText(title, stories.get(language, "")) for language, title in titles.items()},
        surplus=call.given("surplus"),
        shortfall=call.given("shortfall"),
        fee=call.given("fee"),
        purpose=call.given("purpose"),
        disclosure=call.given("disclosure"),
        reserve_minor=call.money("reserve", currency).minor,
        smallest_minor=call.money("smallest_refund", currency).minor,
    )


def _found(book: Book, code: str) -> Campaign:
    from fundledger.store.campaigns import find_campaign  # noqa: PLC0415  as in add

    with book.reading() as db:
        return find_campaign(db, code, book.currency)


def list_all(call: Call) -> int:
    """Every campaign with its figures."""
    from fundledger.store.campaigns import campaigns  # noqa: PLC0415  as in add
    from fundledger.store.funds import fund_figures  # noqa: PLC0415  as in add

    with call.book() as book, book.reading() as db:
        found, figures = campaigns(db, book.currency), fund_figures(db, book.currency)
    records = [_record(one, figures[one.fund], call.out.speaker.language) for one in found]
    call.out.rows(records, ("id", "code", "title", "state", "asked", "collected", "paid", "remaining"))
    return 0


def _record(found: Campaign, figures: FundFigures, language: str) -> dict[str, object]:
    head = {"id": found.id, "code": found.code, "state": found.state, "reference": found.reference, "title": found.title(language)}
    days = {"opened_on": found.opened_on, "over_on": found.over_on, "closed_on": found.closed_on}
    goal = {"asked": found.asked, "quoted": found.quoted, "committed": figures.committed(found.quoted)}
    return {**head, **days, **goal, **figures_of(figures)}


def show(call: Call) -> int:
    """One campaign: figures, mandate, and what stands in the way of closing it."""
    from fundledger.services.campaigns import blocking  # noqa: PLC0415  as in add
    from fundledger.store.funds import fund_figures  # noqa: PLC0415  as in add

    with call.book() as book:
        found = _found(book, call.given("code"))
        with book.reading() as db:
            figures = fund_figures(db, book.currency, [found.fund])[found.fund]
        problems = blocking(book, found.code)
    record = _record(found, figures, call.out.speaker.language)
    record |= {name: getattr(found.mandate, name) for name in _RULES} | {"blocking": [call.out.problem_record(one) for one in problems]}
    names = ("code", "title", "state", "reference", "opened_on", "over_on", "closed_on", "asked", "quoted", "committed", *FIGURES)
    call.out.facts(record, (*names, "surplus", "shortfall", "fee"))
    if problems and not call.out.as_json:
        call.out.say("cli.blocking")
        for one in problems:
            call.out.show(one)
    return 0


def open_it(call: Call) -> int:
    """Begin to collect."""
    from fundledger.services.campaigns import open_campaign  # noqa: PLC0415  as in add

    with call.book() as book:
        return call.changed(open_campaign(book, call.given("code"), call.on, call.at), "campaign_opened", code=call.given("code"))


def over(call: Call) -> int:
    """End the collection."""
    from fundledger.services.campaigns import end_collection  # noqa: PLC0415  as in add

    with call.book() as book:
        return call.changed(end_collection(book, call.given("code"), call.on, call.at), "campaign_over", code=call.given("code"))


def close(call: Call) -> int:
    """Close as the mandate says."""
    from fundledger.services.campaigns import close_campaign  # noqa: PLC0415  as in add

    with call.book() as book:
        return call.changed(close_campaign(book, call.given("code"), call.on, call.at), "campaign_closed", code=call.given("code"))


def withdraw_consent(call: Call) -> int:
    """Erase title and story: the person helped no longer agrees to be named."""
    from fundledger.services.erasing import withdraw_consent as withdraw  # noqa: PLC0415  as in add

    with call.book() as book:
        return call.changed(withdraw(book, call.given("code"), call.on, call.at), "consent_withdrawn", code=call.given("code"))


def cover(call: Call) -> int:
    """Cover a shortfall from the foundation's own money."""
    from fundledger.services.campaigns import cover as cover_it  # noqa: PLC0415  as in add
    from fundledger.services.campaigns import shortfall  # noqa: PLC0415  as in add

    code = call.given("code")
    with call.book() as book:
        amount = call.money("amount", book.currency) if call.given("amount") else shortfall(book, code)
        changes = cover_it(book, code, amount, call.on, call.at)
    return call.changed(changes, "campaign_covered", {"amount": amount, "currency": amount.currency}, code=code, amount=amount)


def add_quote(call: Call) -> int:
    """Take down a lawyer's quote."""
    from fundledger.services.campaigns import add_quote as add_it  # noqa: PLC0415  as in add

    code, document = call.given("campaign"), call.given("document")
    with call.book() as book:
        amount, received = call.money("amount", book.currency), call.given("received") or call.at.date()
        kept = Path(document) if document else None
        photo = call.given("keep_photo_data")
        changes = add_it(book, code, call.given("payee"), amount, received, call.at, call.given("iban"), kept, keep_photo_data=photo)
    return call.changed(changes, "quote", code=code, amount=amount)


def quotes(call: Call) -> int:
    """Every version of every quote; the accepted one says what its campaign asks for."""
    from fundledger.store.campaigns import quotes as all_quotes  # noqa: PLC0415  as in add

    with call.book() as book, book.reading() as db:
        found = all_quotes(db, book.currency)
    call.out.rows([_quote(one) for one in found], ("id", "campaign", "payee", "version", "amount", "currency", "received_on", "accepted"))
    return 0


def _quote(one: Quote) -> dict[str, object]:
    return {
        "id": one.id, "campaign": one.campaign_code, "payee": one.payee_code, "version": one.version, "amount": one.amount,
        "currency": one.amount.currency, "received_on": one.received_on, "accepted": one.accepted, "document": one.document,
    }  # fmt: skip
