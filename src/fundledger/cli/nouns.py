"""Bank accounts, invoices, donors and pledges."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli import paying
from fundledger.cli.call import a_day
from fundledger.domain.masking import mask_account

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.domain.people import Invoice
    from fundledger.store.accounts import BankAccount
    from fundledger.store.parties import DonorRow

_INVOICE = ("id", "campaign", "payee", "number", "issued_on", "amount", "paid", "payable", "state")
_ORIGINAL = ("original", "original_payable", "original_currency")
_DONOR = ("id", "code", "name", "gifts", "given", "last_on", "protected", "restricted")
# As services.erasing has them, which is loaded where a book is opened.
REASONS = ("request", "consent", "needless")


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    account = verbs.noun("account")
    adding = account.verb("add", add_account).book().takes("--iban").takes("--processor", metavar="P")
    adding.takes("--name", required=True, said="account_name").takes("--currency")
    adding.takes("--opening", metavar="AMOUNT").takes("--on", type=a_day, metavar="D", said="opening_on").json()
    account.verb("list", accounts).book().reveal().json()
    invoice = verbs.noun("invoice")
    _declare_invoices(invoice)
    paying.declare(verbs, invoice)
    donor = verbs.noun("donor")
    one = donor.verb("add", add_donor).book().takes("--name", required=True, said="donor_name")
    one.takes("--iban", action="append", default=[], metavar="I", said="donor_iban").flag("--protected").json()
    donor.verb("list", donors).book().reveal().json()
    donor.verb("duplicates", duplicate_donors).book().json()
    donor.verb("show", show_donor).book().takes("donor", metavar="DONOR").reveal().json()
    erasing = donor.verb("erase", erase_donor).book().takes("donor", metavar="DONOR")
    erasing.takes("--retain-until", type=a_day, metavar="D").choice("--reason", REASONS, default=REASONS[0]).json()
    donor.verb("export", export_donor).book().takes("donor", metavar="DONOR").takes("--out", required=True, metavar="DIR").json()
    pledge = verbs.noun("pledge").verb("add", add_pledge).book().takes("--donor", required=True).takes("--campaign", required=True)
    pledge.takes("--amount", required=True).takes("--on", type=a_day, metavar="D").json()


def _declare_invoices(invoice: Verbs) -> None:
    adding = invoice.verb("add", add_invoice).book().takes("--campaign", required=True).takes("--payee", required=True)
    adding.takes("--number", required=True).takes("--amount", required=True).takes("--issued", required=True, type=a_day, metavar="D")
    adding.takes("--currency", said="invoice_currency").takes("--iban").takes("--document", metavar="F").flag("--keep-photo-data").json()
    invoice.verb("list", invoices).book().takes("--campaign").json()
    invoice.verb("show", show_invoice).book().takes("invoice", metavar="INVOICE").json()
    approving = invoice.verb("approve", approve).book().takes("invoice", metavar="INVOICE")
    approving.takes("--on", type=a_day, metavar="D", said="approved_on").json()
    settling = invoice.verb("settle", settle).book().takes("invoice", metavar="INVOICE").takes("--amount", required=True)
    settling.takes("--currency", said="invoice_currency").takes("--on", type=a_day, metavar="D").json()


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


def add_invoice(call: Call) -> int:
    """Enter an invoice."""
    from fundledger.services.invoices import add_invoice as add  # noqa: PLC0415  as above

    document = call.given("document")
    with call.book() as book:
        changes = add(
            book,
            campaign=call.given("campaign"),
            payee=call.given("payee"),
            number=call.given("number"),
            amount=call.money("amount", call.currency(book)),
            issued_on=call.given("issued"),
            at=call.at,
            iban=call.given("iban"),
            document=Path(document) if document else None,
            keep_photo_data=call.given("keep_photo_data"),
        )
    return call.changed(changes, "invoice", {"number": call.given("number")}, number=call.given("number"))


def invoices(call: Call) -> int:
    """Invoices by their day of issue."""
    from fundledger.store.campaigns import find_campaign  # noqa: PLC0415  as above
    from fundledger.store.invoices import invoices as all_invoices  # noqa: PLC0415  as above

    with call.book() as book, book.reading() as db:
        code = call.given("campaign")
        campaign_id = find_campaign(db, code, book.currency).id if code else None
        found = all_invoices(db, book.currency, campaign_id=campaign_id)
    call.out.rows([_invoice(one) for one in found], _INVOICE)
    return 0


def _invoice(one: Invoice) -> dict[str, object]:
    return {
        "id": one.id, "campaign": one.campaign_code, "payee": one.payee_code, "number": one.number, "amount": one.amount,
        "issued_on": one.issued_on, "state": one.state, "paid": one.paid, "payable": one.payable, "document": one.document,
        "original": one.original, "original_currency": one.own.currency if one.original else None,
        "original_payable": one.own - one.own_paid if one.original else None,
    }  # fmt: skip


def show_invoice(call: Call) -> int:
    """One invoice with its payments."""
    from fundledger.store.invoices import disbursements, find_invoice  # noqa: PLC0415  as above

    with call.book() as book, book.reading() as db:
        found = find_invoice(db, call.given("invoice"), book.currency)
        payments = [
            {"line": one.line, "amount": one.amount, "currency": one.amount.currency, "paid_on": one.paid_on, "original": one.original}
            for one in disbursements(db, book.currency, [found.id])
        ]
    originals = _ORIGINAL if found.original else ()
    call.out.facts(_invoice(found) | {"payments": payments}, (*_INVOICE, *originals, "document"))
    if payments and not call.out.as_json:
        call.out.rows(payments, ("line", "paid_on", "amount"))
    return 0


def approve(call: Call) -> int:
    """Approve an invoice."""
    from fundledger.services.invoices import approve_invoice  # noqa: PLC0415  as above

    with call.book() as book:
        changes = approve_invoice(book, call.given("invoice"), call.at, call.given("on"))
    return call.changed(changes, "approve", number=call.given("invoice"))


def settle(call: Call) -> int:
    """Take down what others paid of an invoice."""
    from fundledger.services.invoices import settle_by_others  # noqa: PLC0415  as above

    with call.book() as book:
        amount = call.money("amount", call.currency(book))
        changes = settle_by_others(book, call.given("invoice"), amount, call.on, call.at)
    return call.changed(changes, "settle", number=call.given("invoice"), amount=amount)


def add_donor(call: Call) -> int:
    """Add a donor."""
    from fundledger.services.donors import add_donor as add  # noqa: PLC0415  as above
    from fundledger.store.parties import find_donor  # noqa: PLC0415  as above

    with call.book() as book:
        changes = add(book, call.given("name"), call.given("iban"), call.at, protected=call.given("protected"))
        with book.reading() as db:
            code = find_donor(db, changes.ids[0]).code
    return call.changed(changes, "donor", {"code": code}, code=code)


def donors(call: Call) -> int:
    """Every donor, masked."""
    from fundledger.store.parties import donor_ids, donor_rows  # noqa: PLC0415  as above

    with call.book() as book:
        reveal = call.revealing(book, "donors")
        with book.reading() as db:
            rows = donor_rows(db, donor_ids(db), book.currency, reveal=reveal)
    call.out.rows([_donor(one) for one in rows], _DONOR)
    return 0


def _donor(one: DonorRow) -> dict[str, object]:
    last_on = date.fromisoformat(one.last_on) if one.last_on else None
    return {
        "id": one.id, "code": one.code, "name": one.name, "gifts": one.gifts, "given": one.given, "last_on": last_on,
        "protected": one.protected, "restricted": one.restricted,
    }  # fmt: skip


def duplicate_donors(call: Call) -> int:
    """Donors who may be one person, by their codes."""
    from fundledger.services.donors import possible_duplicates  # noqa: PLC0415  as above

    with call.book() as book:
        found = possible_duplicates(book)
    records = [
        {"id": one.id, "code": one.code, "other": one.other, "reason": call.out.speaker.say(f"cli.likeness.{one.reason}")} for one in found
    ]
    if call.out.as_json:
        records = [{"id": one.id, "code": one.code, "other": one.other, "reason": str(one.reason)} for one in found]
    call.out.rows(records, ("code", "other", "reason"), "cli.no_duplicates")
    return 1 if found else 0


def show_donor(call: Call) -> int:
    """One donor, masked."""
    from fundledger.store.parties import donor_rows, find_donor  # noqa: PLC0415  as above

    with call.book() as book:
        with book.reading() as db:
            found = find_donor(db, call.given("donor"))
        reveal = call.revealing(book, found.code)
        with book.reading() as db:
            row = donor_rows(db, [found.id], book.currency, reveal=reveal)[0]
    call.out.facts(_donor(row), _DONOR)
    return 0


def erase_donor(call: Call) -> int:
    """Forget a donor, or restrict her while the law wants her gifts kept."""
    from fundledger.services.erasing import erase_donor as erase  # noqa: PLC0415  as above
    from fundledger.store.parties import find_donor  # noqa: PLC0415  as above

    with call.book() as book:
        changes = erase(book, call.given("donor"), call.at, retain_until=call.given("retain_until"), reason=call.given("reason"))
        with book.reading() as db:
            code = find_donor(db, changes.ids[0]).code
    restricted = any(one.code == "erase.restricted" for one in changes.warnings)
    said = "donor_restricted" if restricted else "donor_erased"
    return call.changed(changes, said, {"code": code, "erased": not restricted}, code=code)


def export_donor(call: Call) -> int:
    """Write everything about one donor, for herself."""
    from fundledger.export.personal import files  # noqa: PLC0415  as above
    from fundledger.export.writing import check_target, save  # noqa: PLC0415  as above
    from fundledger.services.donors import personal_data  # noqa: PLC0415  as above

    folder = Path(call.given("out"))
    with call.book() as book:
        check_target(folder)
        data = personal_data(book, call.given("donor"), call.at)
        written = save(folder, files(data, call.out.speaker))
    for path in written:
        path.chmod(0o600)
        call.out.done("cli.done.written", {"code": data.code, "file": str(path)}, file=str(path))
    call.out.say("cli.donor_export_plain")
    return 0


def add_pledge(call: Call) -> int:
    """Take down a promise."""
    from fundledger.services.donors import add_pledge as add  # noqa: PLC0415  as above

    with call.book() as book:
        amount = call.money("amount", book.currency)
        changes = add(book, call.given("donor"), call.given("campaign"), amount, call.on, call.at)
    return call.changed(changes, "pledge", code=call.given("campaign"), amount=amount)
