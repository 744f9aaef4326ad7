"""Bank accounts of the foundation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.cli.call import a_day
from fundledger.domain.masking import mask_account

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.store.accounts import BankAccount


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    account = verbs.noun("account")
    adding = account.verb("add", add_account).book().takes("--iban").takes("--processor", metavar="P")
    adding.takes("--name", required=True, said="account_name").takes("--currency")
    adding.takes("--opening", metavar="AMOUNT").takes("--on", type=a_day, metavar="D", said="opening_on").json()
    account.verb("list", accounts).book().reveal().json()


def add_account(call: Call) -> int:
    """Add one of the foundation's bank accounts."""
    from fundledger.services.accounts import add_account as add  # noqa: PLC0415  the store is loaded where a book is opened
    from fundledger.store.accounts import bank_accounts  # noqa: PLC0415  as above

    with call.book() as book:
        opening = call.money("opening", call.currency(book)) if call.given("opening") is not None else None
        of = {"processor": call.given("processor") or "", "currency": call.given("currency") or ""}
        changes = add(book, call.given("iban") or "", call.given("name"), call.at, opening, call.given("on"), **of)
        with book.reading() as db:
            code = next(one.code for one in bank_accounts(db) if one.id == changes.ids[0])
    return call.changed(changes, "account", {"code": code}, code=code)


def accounts(call: Call) -> int:
    """The foundation's bank accounts."""
    from fundledger.store.accounts import bank_accounts  # noqa: PLC0415  as above

    with call.book() as book:
        reveal = call.revealing(book, "accounts")
        with book.reading() as db:
            found = bank_accounts(db)
    records = [_account(one, reveal=reveal) for one in found]
    call.out.rows(records, ("id", "code", "name", "iban", "currency"))
    return 0


def _account(one: BankAccount, *, reveal: bool) -> dict[str, object]:
    iban = one.iban if reveal else mask_account(one.iban)
    return {"id": one.id, "code": one.code, "name": one.name, "iban": iban, "currency": one.currency}
