"""Rates of exchange: files of the European Central Bank, the rates of a day, accounts brought to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.call import a_day

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    rate = verbs.noun("rate")
    rate.verb("import", import_file).book().takes("file", metavar="FILE", said="rates_file").json()
    rate.verb("list", rates).book().takes("--currency").takes("--on", type=a_day, metavar="D", said="rate_on").json()
    rate.verb("revalue", revalue).book().takes("--on", type=a_day, metavar="D", said="revalued_on").json()


def import_file(call: Call) -> int:
    """Take a file of rates into the book."""
    from fundledger.services.rates import import_rates  # noqa: PLC0415  the store is loaded where a book is opened

    with call.book() as book:
        changes = import_rates(book, Path(call.given("file")), call.at)
    said = "rates" if changes.operation else "rates_here"
    return call.changed(changes, said, {"file": Path(call.given("file")).name}, file=Path(call.given("file")).name)


def rates(call: Call) -> int:
    """The rates of a day against the book's currency."""
    from fundledger.services.rates import rate_on, rates_on  # noqa: PLC0415  as above

    asked = call.given("currency")
    with call.book() as book, book.reading() as db:
        base = book.currency
        found = [rate_on(db, asked.upper(), call.on, base)] if asked else rates_on(db, call.on, base)
    records = [{"id": one.currency, "base": one.base, "rate": one.text, "published_on": one.on, "source": one.source} for one in found]
    call.out.rows(records, ("id", "base", "rate", "published_on", "source"))
    return 0


def revalue(call: Call) -> int:
    """Bring the accounts in other currencies to the rate of a day."""
    from fundledger.services.revaluing import revalue as bring  # noqa: PLC0415  as above

    with call.book() as book:
        changes = bring(book, call.on, call.at)
    return call.changed(changes, "revalue", {"entries": len(changes.ids)}, n=len(changes.ids), on=call.on)
