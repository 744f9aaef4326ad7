"""Invoices: entered by hand or from an electronic invoice, approved, settled by others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fundledger.cli import approvals, paying
from fundledger.cli.call import a_day
from fundledger.cli.disbursements import proof
from fundledger.domain.einvoice import FIELDS, origins
from fundledger.domain.invoice import LINES, Details
from fundledger.domain.masking import mask_account
from fundledger.domain.money import parse
from fundledger.domain.problem import KnownError, Problem

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.domain.einvoice import EInvoice
    from fundledger.domain.people import Invoice

_INVOICE = ("id", "campaign", "payee", "number", "issued_on", "amount", "paid", "payable", "state")
_ORIGINAL = ("original", "original_payable", "original_currency")
_INSPECTED = (
    "kind", "number", "credits", "payee", "vat_number", "buyer", "issued_on", "due_on", "amount", "currency", "vat", "iban", "reference",
    "reverse_charge",
)  # fmt: skip
_OPTION = MappingProxyType({"payee": "--payee", "number": "--number", "amount": "--amount", "issued_on": "--issued"})


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    invoice = verbs.noun("invoice")
    adding = invoice.verb("add", add_invoice).book().takes("--campaign", required=True)
    adding.takes("--from", dest="from_file", metavar="FILE", said="from_file").takes("--payee").takes("--number").takes("--amount")
    adding.takes("--issued", type=a_day, metavar="D").takes("--due", type=a_day, metavar="D", said="due_on").takes("--reference")
    adding.takes("--line", action="append", default=[], metavar="KIND=AMOUNT", said="invoice_line")
    adding.takes("--currency", said="invoice_currency").takes("--iban").takes("--document", metavar="F").flag("--keep-photo-data").json()
    invoice.verb("inspect", inspect).takes("file", metavar="FILE", said="inspect_file").json()
    invoice.verb("list", invoices).book().takes("--campaign").json()
    invoice.verb("show", show_invoice).book().takes("invoice", metavar="INVOICE").reveal().json()
    approving = invoice.verb("approve", approve).book().takes("invoice", metavar="INVOICE")
    approving.takes("--on", type=a_day, metavar="D", said="approved_on").json()
    settling = invoice.verb("settle", settle).book().takes("invoice", metavar="INVOICE").takes("--amount", required=True)
    settling.takes("--currency", said="invoice_currency").takes("--on", type=a_day, metavar="D").json()
    paying.declare(verbs, invoice)
    approvals.declare(verbs, invoice)


def inspect(call: Call) -> int:
    """Read an electronic invoice without a book; 1 where its sums differ."""
    from fundledger.services.einvoices import read_file  # noqa: PLC0415  the XML reader is loaded where files are read

    found, problems = read_file(Path(call.given("file")))
    record: dict[str, object] = {name: found.fields().get(name) for name in FIELDS} | {
        "kind": "credit_note" if found.credit_note else "invoice", "credits": found.credits or None, "buyer": found.buyer or None,
        "vat_number": found.vat_number or None, "currency": found.currency or None, "reverse_charge": found.reverse_charge,
        "syntax": found.syntax, "type": found.type or None, "categories": list(found.categories), "unread": list(found.unread),
        "problems": [call.out.problem_record(one) for one in problems],
    }  # fmt: skip
    call.out.facts(record, _INSPECTED)
    for problem in () if call.out.as_json else problems:
        call.out.note(problem)
    return 1 if problems else 0


def add_invoice(call: Call) -> int:
    """Enter an invoice; what an electronic one says need not be typed."""
    from fundledger.services.einvoices import check_buyer, offered, read_file, refuse_credit_note  # noqa: PLC0415  as above
    from fundledger.services.invoices import add_invoice as add  # noqa: PLC0415  the store is loaded where a book is opened

    path, document = call.given("from_file"), call.given("document") or call.given("from_file")
    said, problems = read_file(Path(path)) if path else (None, [])
    if said is None and document:
        problems = offered(Path(document))[1]
    with call.book() as book:
        if said:
            refuse_credit_note(said, Path(path).name)
            problems += check_buyer(said, book.name)
        facts, details = _filled(call, said, book.currency)
        changes = add(
            book, campaign=call.given("campaign"), payee=facts["payee"], number=facts["number"], amount=facts["amount"],
            issued_on=facts["issued_on"], at=call.at, iban=facts.get("iban"), document=Path(document) if document else None,
            keep_photo_data=call.given("keep_photo_data"), details=details,
        )  # fmt: skip
    if said and said.reverse_charge and "reverse_charge" not in details.lines:
        problems.append(Problem("einvoice.reverse_charge", facts["number"]))
    told = {(one.code, one.subject) for one in changes.warnings}
    more = tuple(one for one in problems if (one.code, one.subject) not in told)
    changes = replace(changes, warnings=(*changes.warnings, *more))
    record = {"number": facts["number"], "origins": details.origins}
    return call.changed(changes, "invoice", record, number=facts["number"])


def _filled(call: Call, said: EInvoice | None, currency: str) -> tuple[dict[str, Any], Details]:
    """What is typed, else what the electronic invoice says, and where each comes from; raises invoice.missing, naming what neither says."""
    offered = said.fields() if said else {}
    of = str(call.given("currency") or (said and said.currency) or currency).strip().upper()
    typed = {
        "payee": call.given("payee"), "number": call.given("number"), "issued_on": call.given("issued"), "due_on": call.given("due"),
        "iban": call.given("iban"), "reference": call.given("reference"),
        "amount": parse(call.given("amount"), of) if call.given("amount") is not None else None,
    }  # fmt: skip
    lines = {}
    for each in call.given("line"):
        kind, _, amount = each.partition("=")
        lines[kind] = parse(amount, of)
    facts: dict[str, Any] = offered | {name: value for name, value in typed.items() if value is not None}
    if missing := [name for name in _OPTION if name not in facts]:
        raise KnownError("invoice.missing", "", fields=[_OPTION[name] for name in missing])
    if said and said.tax and "vat" not in lines:
        lines["vat"] = said.tax
    facts.pop("vat", None)
    known = origins(offered, facts | lines)
    origin = {name: one.value for name, one in known.items()} if said else None
    return facts, Details(lines, facts.get("due_on"), facts.get("reference", ""), origins=origin)


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
        "issued_on": one.issued_on, "due_on": one.due_on, "state": one.state, "paid": one.paid, "payable": one.payable,
        "document": one.document, "original": one.original, "original_currency": one.own.currency if one.original else None,
        "original_payable": one.own - one.own_paid if one.original else None,
    }  # fmt: skip


def show_invoice(call: Call) -> int:
    """One invoice with its lines, its payments and where its fields come from."""
    from fundledger.services.evidence import proved  # noqa: PLC0415  as above
    from fundledger.store.invoices import details_of, find_invoice  # noqa: PLC0415  as above

    with call.book() as book:
        reveal = call.revealing(book, call.given("invoice"))
        with book.reading() as db:
            found = find_invoice(db, call.given("invoice"), book.currency)
            details = details_of(db, [found.id])[found.id]
            payments = [proof(call, one) for one in proved(db, book.currency, [found.id])]
    lines = {name: details.lines.get(name) for name in LINES}
    record = _invoice(found) | lines | {
        "due_on": details.due_on, "iban": (details.iban if reveal else mask_account(details.iban)) or None,
        "reference": details.reference or None, "origins": details.origins, "payments": payments,
    }  # fmt: skip
    said = [name for name in (*LINES, "due_on", "iban", "reference") if record[name]]
    call.out.facts(record, (*_INVOICE, *(_ORIGINAL if found.original else ()), *said, "document"))
    if payments and not call.out.as_json:
        call.out.rows(payments, ("line", "paid_on", "amount", "missing"))
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
