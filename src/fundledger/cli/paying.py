"""Payees with their accounts, and payment files for the bank."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.call import a_day
from fundledger.cli.passphrase import ask_second
from fundledger.domain.masking import mask_account, mask_name
from fundledger.domain.paying import ASKED
from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.domain.paying import PayeeAccount, Payment, PaymentFile
    from fundledger.services.paying import Wish
    from fundledger.store.book import Book

_PAYEE = ("id", "code", "name", "iban", "account_state", "verified_on")
_PAYMENT = ("number", "payee", "name", "iban", "amount", "end_to_end")
_FILE = ("id", "message", "execute_on", "n_payments", "amount", "withdrawn")


def declare(verbs: Verbs, invoice: Verbs) -> None:
    """Declare the verbs of payees, and those of invoices that make the bank pay."""
    payee = verbs.noun("payee")
    payee.verb("add", add_payee).book().takes("--name", required=True, said="payee_name").takes("--iban", said="payee_iban").json()
    editing = payee.verb("edit", edit_payee).book().takes("payee", metavar="PAYEE", said="the_payee").takes("--name", said="payee_name")
    editing.takes("--iban", said="payee_iban").json()
    verifying = payee.verb("verify", verify_payee).book().takes("payee", metavar="PAYEE", said="the_payee")
    verifying.takes("--iban", required=True, said="payee_verify_iban").choice("--how", ASKED).json()
    payee.verb("list", payees).book().reveal().json()
    payee.verb("show", show_payee).book().takes("payee", metavar="PAYEE", said="the_payee").reveal().json()
    declare_pay(invoice)
    invoice.verb("files", files).book().json()


def declare_pay(noun: Verbs) -> None:
    """Declare the verb that makes the file for the bank."""
    asking = noun.verb("pay", pay).book().takes("invoice", metavar="INVOICE", nargs="*", said="pay_invoice")
    asking.flag("--refunds").takes("--campaign").takes("--out", metavar="FILE", said="pay_out")
    asking.takes("--from", dest="from_account", metavar="ACCOUNT").takes("--on", type=a_day, metavar="D", said="pay_on")
    asking.takes("--preview", action="store_true", said="pay_preview").takes("--withdraw", metavar="MESSAGE")
    asking.takes("--second-passphrase-file", metavar="F").reveal().json()


def add_payee(call: Call) -> int:
    """Add a payee."""
    from fundledger.services.payees import add_payee as add  # noqa: PLC0415  the store is loaded where a book is opened

    with call.book() as book:
        changes = add(book, call.given("name"), call.given("iban") or "", call.at)
        code = _code(book, changes.ids[0])
    return call.changed(changes, "payee_add", {"code": code}, code=code)


def edit_payee(call: Call) -> int:
    """Give a payee another name or account."""
    from fundledger.services.payees import edit_payee as edit  # noqa: PLC0415  as above

    with call.book() as book:
        changes = edit(book, call.given("payee"), call.at, call.given("name"), call.given("iban"))
        code = _code(book, changes.ids[0])
    return call.changed(changes, "payee_edit", {"code": code}, code=code)


def verify_payee(call: Call) -> int:
    """Say that a payee's account is the one on her papers."""
    from fundledger.services.payees import verify_payee as verify  # noqa: PLC0415  as above

    with call.book() as book:
        changes = verify(book, call.given("payee"), call.given("iban"), call.at, call.given("how"))
        code = _code(book, changes.ids[0])
    return call.changed(changes, "payee_verify", {"code": code}, code=code)


def _code(book: Book, payee_id: int) -> str:
    from fundledger.store.paying import payee_accounts  # noqa: PLC0415  as above

    with book.reading() as db:
        return payee_accounts(db)[payee_id].code


def payees(call: Call) -> int:
    """Every payee, masked."""
    from fundledger.store.paying import payee_accounts  # noqa: PLC0415  as above

    with call.book() as book:
        reveal = call.revealing(book, "payees")
        with book.reading() as db:
            found = payee_accounts(db)
    call.out.rows([_payee(one, reveal=reveal) for one in found.values()], _PAYEE)
    return 0


def show_payee(call: Call) -> int:
    """One payee, masked."""
    from fundledger.services.payees import find  # noqa: PLC0415  as above

    with call.book() as book:
        with book.reading() as db:
            found = find(db, call.given("payee"))
        reveal = call.revealing(book, found.code)
    record = _payee(found, reveal=reveal) | {"verified_by": found.verified_by, "verified_how": found.verified_how}
    call.out.facts(record, (*_PAYEE, "verified_by", "verified_how"))
    return 0


def _payee(one: PayeeAccount, *, reveal: bool) -> dict[str, object]:
    name, iban = (one.name, one.iban or "") if reveal else (mask_name(one.name), mask_account(one.iban))
    return {
        "id": one.payee, "code": one.code, "name": name, "iban": iban, "account_state": one.state.value, "verified_on": one.verified_on,
    }  # fmt: skip


def pay(call: Call) -> int:
    """Make a payment file, show what it would hold, or withdraw one."""
    from fundledger.services.paying import prepare, request_payments, withdraw_file  # noqa: PLC0415  as above

    if call.given("withdraw"):
        with call.book() as book:
            changes = withdraw_file(book, call.given("withdraw"), call.at)
        return call.changed(changes, "payment_withdrawn", file=call.given("withdraw"))
    account, out, wish = call.given("from_account") or "", call.given("out"), _wish(call)
    if not (out or call.given("preview")):
        raise KnownError("payment.what")
    with call.book() as book:
        reveal = call.revealing(book, "payment file")
        ready = prepare(book, wish, account, call.on, call.at)
        if call.given("preview"):
            _show(call, ready.file, reveal=reveal)
            for problem in (*ready.refused, *ready.warnings):
                call.out.note(problem)
            return 1 if ready.refused else 0
        from fundledger.export.pain import write  # noqa: PLC0415  as above
        from fundledger.reports.catalogue import forbidden_names  # noqa: PLC0415  as above

        asked = any(one.refund and one.refund.guarded for one in ready.file.payments)
        second = book.witness(ask_second(call.given("second_passphrase_file"), call.out.speaker)) if asked else None
        deliver = partial(write, path=Path(out), forbidden=forbidden_names(book))
        changes, made = request_payments(book, wish, account, call.on, call.at, deliver, second)
    record: dict[str, object] = {
        "message": made.message, "payments": [_payment(one, reveal=reveal) for one in made.payments], "amount": made.total,
        "file": out, "currency": made.total.currency,
    }  # fmt: skip
    if not call.out.as_json:
        _show(call, made, reveal=reveal)
    return call.changed(changes, "payment_file", record, file=out, amount=made.total, n=len(made.payments))


def _wish(call: Call) -> Wish:
    """Invoices by their numbers, refunds as `disbursement refunds` names them, or every refund."""
    from fundledger.services.paying import Wish as Wished  # noqa: PLC0415  as above

    keys: list[str] = call.given("invoice")
    back = [key for key in keys if key.startswith(("refund:", "late:"))]
    bills = [key for key in keys if key not in back]
    return Wished(bills, back, call.given("refunds"), call.given("campaign"), call.out.speaker.say("payment.refund_text"))


def _show(call: Call, made: PaymentFile, *, reveal: bool) -> None:
    call.out.rows([_payment(one, reveal=reveal) for one in made.payments], _PAYMENT)


def _payment(one: Payment, *, reveal: bool) -> dict[str, object]:
    iban = one.payee.iban if reveal else mask_account(one.payee.iban)
    return {
        "id": one.invoice or (one.refund and one.refund.key), "number": one.number, "payee": one.payee.code,
        "name": one.shown if reveal else mask_name(one.shown),
        "iban": iban or "", "amount": one.amount, "currency": one.amount.currency, "end_to_end": one.end_to_end,
    }  # fmt: skip


def files(call: Call) -> int:
    """Every payment file, the newest first."""
    from fundledger.store.paying import payment_files  # noqa: PLC0415  as above

    with call.book() as book, book.reading() as db:
        found = payment_files(db, book.currency)
    records: list[dict[str, object]] = [
        {
            "id": one.id, "message": one.message, "made_at": one.made_at.isoformat(), "execute_on": one.execute_on,
            "n_payments": one.n_payments, "amount": one.total, "currency": one.total.currency, "withdrawn": one.withdrawn,
        }
        for one in found
    ]  # fmt: skip
    call.out.rows(records, _FILE)
    return 0
