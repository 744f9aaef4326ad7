"""Disbursements: every payment on an invoice with what proves it, and the refunds that are owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.cli.paying import declare_pay
from fundledger.domain.masking import mask_account
from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.domain.paying import Refund
    from fundledger.domain.people import Invoice
    from fundledger.services.evidence import Proved

_LIST = ("id", "number", "campaign", "payee", "paid_on", "amount", "line", "missing")
_REFUND = ("id", "campaign", "donor", "iban", "amount", "state", "file")


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    noun = verbs.noun("disbursement")
    noun.verb("list", list_all).book().takes("--campaign").takes("--missing", action="store_true", said="undocumented").json()
    noun.verb("show", show).book().takes("disbursement", metavar="DISBURSEMENT", said="the_disbursement").json()
    noun.verb("refunds", refunds).book().takes("--campaign").reveal().json()
    declare_pay(noun)


def proof(call: Call, one: Proved) -> dict[str, object]:
    """A payment with what proves it; for people what is missing are words, for programs keys."""
    paid = one.payment
    missing = [kind.value for kind in one.missing]
    return {
        "line": paid.line, "amount": paid.amount, "currency": paid.amount.currency, "paid_on": paid.paid_on, "original": paid.original,
        "documented": paid.documented, "proved_by": sorted(one.kinds),
        "missing": missing if call.out.as_json else ", ".join(call.out.word("paper", kind) for kind in missing),
    }  # fmt: skip


def list_all(call: Call) -> int:
    """Every payment on an invoice, by day; what is missing of its evidence."""
    from fundledger.services.evidence import proved  # noqa: PLC0415  the store is loaded where a book is opened
    from fundledger.store.campaigns import find_campaign  # noqa: PLC0415  as above
    from fundledger.store.invoices import invoices  # noqa: PLC0415  as above

    with call.book() as book, book.reading() as db:
        code = call.given("campaign")
        of = find_campaign(db, code, book.currency).id if code else None
        bills = {one.id: one for one in invoices(db, book.currency, campaign_id=of)}
        found = proved(db, book.currency, bills)
    wanted = [one for one in found if one.missing or not call.given("missing")]
    call.out.rows([_record(call, one, bills) for one in wanted], _LIST)
    return 0


def show(call: Call) -> int:
    """One payment; an invoice's number will do where it was paid once."""
    from fundledger.services.evidence import proved  # noqa: PLC0415  as above
    from fundledger.store.invoices import invoices  # noqa: PLC0415  as above

    key = call.given("disbursement")
    with call.book() as book, book.reading() as db:
        bills = {one.id: one for one in invoices(db, book.currency)}
        found = proved(db, book.currency)
    named = [one for one in found if one.payment.id == key] or [one for one in found if bills[one.payment.invoice].number == key]
    if len(named) != 1:
        raise KnownError("disbursement.several" if named else "disbursement.unknown", key, n=len(named))
    call.out.facts(_record(call, named[0], bills), (*_LIST, "proved_by", "documented"))
    return 0


def _record(call: Call, one: Proved, bills: Mapping[int, Invoice]) -> dict[str, object]:
    bill = bills[one.payment.invoice]
    return {"id": one.payment.id, "number": bill.number, "campaign": bill.campaign_code, "payee": bill.payee_code} | proof(call, one)


def refunds(call: Call) -> int:
    """Every refund that is owed: to whom, and whether a payment file can pay it."""
    from fundledger.services.paying import refunds_owed  # noqa: PLC0415  as above

    with call.book() as book:
        reveal = call.revealing(book, "refunds")
        found = refunds_owed(book, call.given("campaign"))
    call.out.rows([_refund(call, one, reveal=reveal) for one in found], _REFUND)
    return 0


def _refund(call: Call, one: Refund, *, reveal: bool) -> dict[str, object]:
    state = one.state.value
    return {
        "id": one.key, "campaign": one.campaign or None, "donor": one.code or None,
        "iban": (one.iban if reveal else mask_account(one.iban)) or None,
        "amount": one.amount, "currency": one.amount.currency, "state": state if call.out.as_json else call.out.word("refund", state),
        "file": one.in_file,
    }  # fmt: skip
