"""What donors promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.cli.call import a_day

if TYPE_CHECKING:
    from datetime import date

    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.store.pledges import PledgeRow

_STATES = ("open", "due", "kept", "cancelled")  # as store.pledges has them, which is loaded where a book is opened
_PLEDGE = ("id", "donor", "campaign", "amount", "left", "pledged_on", "due_on", "pledge_state")


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    pledge = verbs.noun("pledge")
    adding = pledge.verb("add", add).book().takes("--donor", required=True).takes("--campaign", required=True)
    adding.takes("--amount", required=True).takes("--on", type=a_day, metavar="D").takes("--due", type=a_day, metavar="D").json()
    listing = pledge.verb("list", pledges).book().takes("--donor", said="pledge_donor").takes("--campaign", said="pledge_campaign")
    listing.choice("--state", _STATES, said="pledge_state").json()
    cancelling = pledge.verb("cancel", cancel).book().takes("pledge", metavar="ID", said="the_pledge")
    cancelling.takes("--on", type=a_day, metavar="D").json()


def add(call: Call) -> int:
    """Take down a promise."""
    from fundledger.services.pledges import add_pledge  # noqa: PLC0415  the store is loaded where a book is opened

    with call.book() as book:
        amount = call.money("amount", book.currency)
        changes = add_pledge(book, call.given("donor"), call.given("campaign"), amount, call.on, call.at, due_on=call.given("due"))
    return call.changed(changes, "pledge", code=call.given("campaign"), amount=amount)


def pledges(call: Call) -> int:
    """Promises by their day."""
    from fundledger.store import pledges as store  # noqa: PLC0415  as above
    from fundledger.store.campaigns import find_campaign  # noqa: PLC0415  as above
    from fundledger.store.parties import find_donor  # noqa: PLC0415  as above

    today, wanted = call.at.date(), call.given("state")
    with call.book() as book, book.reading() as db:
        donor = find_donor(db, call.given("donor")).id if call.given("donor") else None
        campaign = find_campaign(db, call.given("campaign"), book.currency).id if call.given("campaign") else None
        found = store.pledges(db, book.currency, donor, campaign)
    call.out.rows([_pledge(one, today) for one in found if wanted in {None, one.state(today)}], _PLEDGE)
    return 0


def _pledge(one: PledgeRow, today: date) -> dict[str, object]:
    return {
        "id": one.id, "donor": one.donor, "campaign": one.campaign, "amount": one.amount, "left": one.left, "pledged_on": one.pledged_on,
        "due_on": one.due_on, "cancelled_on": one.cancelled_on, "pledge_state": one.state(today),
    }  # fmt: skip


def cancel(call: Call) -> int:
    """Give a promise up."""
    from fundledger.services.pledges import cancel_pledge  # noqa: PLC0415  as above

    with call.book() as book:
        changes = cancel_pledge(book, call.given("pledge"), call.on, call.at)
    return call.changed(changes, "pledge_cancelled", id=call.given("pledge"))
