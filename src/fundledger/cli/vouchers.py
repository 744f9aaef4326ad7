"""Vouchers, and the year's end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.call import a_day
from fundledger.cli.passphrase import ask_second
from fundledger.domain.voucher import BY_HAND, Draft, VoucherKind

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.store.vouchers import Voucher

_KINDS = tuple(kind.value for kind in VoucherKind)
_BY_HAND = tuple(kind.value for kind in BY_HAND)
_COLUMNS = ("id", "kind", "dated", "fund", "taker", "invoice", "payee", "donor", "amount", "entry", "undone")


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    voucher = verbs.noun("voucher")
    adding = voucher.verb("add", add).book().takes("kind", choices=_BY_HAND, metavar="KIND", said="voucher_kind")
    adding.takes("--campaign", said="voucher_campaign").takes("--invoice", metavar="N", said="voucher_invoice")
    adding.takes("--amount", required=True).takes("--currency", said="invoice_currency").takes("--on", type=a_day, metavar="D").takes(
        "--donor", said="voucher_donor"
    )
    adding.takes("--payee", said="voucher_payee").takes("--to", metavar="C", said="voucher_to").takes("--debit", metavar="A")
    adding.takes("--credit", metavar="A").takes("--document", metavar="F").takes("--reason", said="voucher_reason")
    adding.takes("--second-passphrase-file", metavar="F").json()
    listing = voucher.verb("list", list_all).book().choice("--kind", _KINDS, said="voucher_kind")
    listing.takes("--campaign", said="voucher_campaign").reveal().json()
    voucher.verb("show", show).book().takes("voucher", metavar="ID").reveal().json()
    verbs.noun("year").verb("close", close_year).book().takes("--until", required=True, type=a_day, metavar="D", said="year_until").json()


def add(call: Call) -> int:
    """Book a voucher."""
    from fundledger.services.vouchers import book_voucher, needs_two  # noqa: PLC0415  the store is loaded where a book is opened

    given = call.given
    with call.book() as book:
        amount = call.money("amount", call.currency(book))
        draft = Draft(
            VoucherKind(given("kind")),
            amount,
            call.on,
            campaign=given("campaign"),
            invoice=given("invoice"),
            donor=given("donor"),
            payee=given("payee"),
            taker=given("to"),
            debit=given("debit"),
            credit=given("credit"),
            document=Path(given("document")) if given("document") else None,
            reason=given("reason") or "",
        )
        asked = needs_two(book, draft)
        second = book.witness(ask_second(given("second_passphrase_file"), call.out.speaker)) if asked else None
        changes = book_voucher(book, draft, call.at, second)
    record: dict[str, object] = {"kind": draft.kind.value, "amount": amount}
    return call.changed(changes, "voucher", record, id=changes.ids[0], kind=call.out.word("kind", draft.kind.value), amount=amount)


def list_all(call: Call) -> int:
    """Every voucher, those that were taken back among them."""
    from fundledger.store import vouchers  # noqa: PLC0415  as in add

    with call.book() as book:
        reveal = call.revealing(book, "vouchers")
        kind, campaign = call.given("kind"), call.given("campaign")
        with book.reading() as db:
            fund = vouchers.named_fund(db, campaign) if campaign else None
            found = vouchers.vouchers(db, book.currency, kind=VoucherKind(kind) if kind else None, fund_id=fund)
    call.out.rows([_record(one, reveal=reveal) for one in found], _COLUMNS)
    return 0


def _record(one: Voucher, *, reveal: bool) -> dict[str, object]:
    return {
        "id": one.id, "kind": one.kind.value, "dated": one.dated, "fund": one.fund, "taker": one.taker, "invoice": one.invoice,
        "payee": one.payee, "donor": one.donor, "amount": one.amount, "entry": one.entry_number, "document": one.document,
        "two_persons": one.agreed_by is not None, "reason": one.reason if reveal else "…" * bool(one.reason), "undone": one.undone,
    }  # fmt: skip


def show(call: Call) -> int:
    """One voucher, its reason masked."""
    from fundledger.domain.problem import KnownError  # noqa: PLC0415  as in add
    from fundledger.store.vouchers import find_voucher  # noqa: PLC0415  as in add

    key = call.given("voucher")
    if not (key.isascii() and key.isdecimal()):
        raise KnownError("voucher.unknown", key)
    with call.book() as book:
        with book.reading() as db:
            found = find_voucher(db, int(key), book.currency)
        reveal = call.revealing(book, f"voucher:{found.id}")
    call.out.facts(_record(found, reveal=reveal), (*_COLUMNS, "document", "two_persons", "reason"))
    return 0


def close_year(call: Call) -> int:
    """Close income and costs into the balance of each fund."""
    from fundledger.services.year_end import close_year as close  # noqa: PLC0415  as in add

    until = call.given("until")
    with call.book() as book:
        changes = close(book, until, call.at)
    return call.changed(changes, "year_closed", {"until": until}, until=until)
