"""Quotes: taken down, accepted, refused, and every version with what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.call import a_day
from fundledger.domain.campaign import VATS

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.domain.people import Quote


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    quote = verbs.noun("quote")
    one = quote.verb("add", add).book().takes("--campaign", required=True).takes("--payee", required=True)
    one.takes("--amount", required=True).takes("--received", type=a_day, metavar="D").takes("--iban").takes("--document", metavar="F")
    one.flag("--keep-photo-data").flag("--offered").choice("--vat", VATS, default=VATS[0], said="quote_vat")
    one.takes("--scope", default="", metavar="TEXT").json()
    quote.verb("list", list_all).book().takes("--campaign").reveal().json()
    for name, run in (("accept", accept), ("refuse", refuse)):
        quote.verb(name, run).book().takes("quote", type=int, metavar="ID").takes("--on", type=a_day, metavar="D").json()


def add(call: Call) -> int:
    """Take down a quote; it is the accepted one unless it is only offered."""
    from fundledger.services.quotes import add_quote  # noqa: PLC0415  the store is loaded where a book is opened

    code, document = call.given("campaign"), call.given("document")
    with call.book() as book:
        amount, received = call.money("amount", book.currency), call.given("received") or call.at.date()
        changes = add_quote(
            book,
            code,
            call.given("payee"),
            amount,
            received,
            call.at,
            call.given("iban"),
            Path(document) if document else None,
            keep_photo_data=call.given("keep_photo_data"),
            accepted=not call.given("offered"),
            vat=call.given("vat"),
            scope=call.given("scope"),
        )
    return call.changed(changes, "quote_offered" if call.given("offered") else "quote", code=code, amount=amount)


def accept(call: Call) -> int:
    """Let the campaign ask for what a quote says."""
    from fundledger.services.quotes import accept_quote  # noqa: PLC0415  as in add
    from fundledger.store.campaigns import find_quote  # noqa: PLC0415  as in add

    with call.book() as book:
        changes = accept_quote(book, call.given("quote"), call.on, call.at)
        with book.reading() as db:
            found = find_quote(db, call.given("quote"), book.currency)
    return call.changed(changes, "quote", code=found.campaign_code, amount=found.amount)


def refuse(call: Call) -> int:
    """Nobody will work by this quote."""
    from fundledger.services.quotes import refuse_quote  # noqa: PLC0415  as in add

    with call.book() as book:
        return call.changed(refuse_quote(book, call.given("quote"), call.on, call.at), "quote_refused", quote=str(call.given("quote")))


def list_all(call: Call) -> int:
    """Every version of every quote; the accepted one says what its campaign asks for."""
    from fundledger.store.campaigns import find_campaign, quotes  # noqa: PLC0415  as in add

    with call.book() as book:
        reveal = call.revealing(book, "quotes")
        with book.reading() as db:
            of = find_campaign(db, call.given("campaign"), book.currency).id if call.given("campaign") else None
            found = quotes(db, book.currency, of)
    columns = ("id", "campaign", "payee", "version", "amount", "currency", "vat", "received_on", "state", "decided_on")
    call.out.rows([_quote(one, reveal=reveal) for one in found], (*columns, *(("scope",) if reveal else ())))
    return 0


def _quote(one: Quote, *, reveal: bool) -> dict[str, object]:
    return {
        "id": one.id, "campaign": one.campaign_code, "payee": one.payee_code, "version": one.version, "amount": one.amount,
        "currency": one.amount.currency, "vat": one.vat, "received_on": one.received_on, "state": one.state, "accepted": one.accepted,
        "decided_on": one.decided_on, "document": one.document, "scope": one.scope if reveal else None,
    }  # fmt: skip
