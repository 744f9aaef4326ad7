"""Electronic invoices of both syntaxes and inside PDFs: read to the cent, their sums reckoned, hostile ones refused with a word."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from fundledger.domain.einvoice import Origin, check_sums, origins
from fundledger.domain.problem import KnownError
from fundledger.services.einvoices import check_buyer, offered, read_file, refuse_credit_note, sums_inside
from fundledger.services.invoice_xml import is_invoice, read_invoice, sum_problems
from tests.services.bookkeeping import euro, refused
from tests.services.einvoices import BILL, CREDIT_NOTE, SELLER_IBAN, Bill, cii, factur_x, ubl

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WRITERS = pytest.mark.parametrize("write", [ubl, cii, lambda bill: cii(bill, "22")], ids=["UBL", "CII D16B", "CII D22B"])
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cn", "Co"]), min_size=1, max_size=40)
MINOR = st.integers(1, 10**10)
BILLS = st.builds(
    Bill,
    number=TEXT,
    payee=TEXT,
    reference=TEXT,
    issued_on=st.dates(date(1970, 1, 1), date(2100, 1, 1)),
    due_on=st.none() | st.dates(date(1970, 1, 1), date(2100, 1, 1)),
    currency=st.sampled_from(["EUR", "PLN", "JPY", "KWD"]),
    lines=st.lists(MINOR, min_size=1, max_size=9).map(tuple),
    tax=st.integers(0, 10**9),
    category=st.sampled_from(["S", "AE", "E"]),
)


def written(folder: Path, content: bytes, name: str = "invoice.pdf") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# --- what is read -----------------------------------------------------------------------------------------------------
@WRITERS
def test_everything_an_invoice_says_is_read(write: Callable[[Bill], bytes]) -> None:
    found = read_invoice(write(BILL), "x.xml")
    assert (found.number, found.type, found.issued_on, found.due_on) == (BILL.number, "380", BILL.issued_on, BILL.due_on)
    assert (found.payee, found.vat_number, found.buyer) == (BILL.payee, BILL.vat_number, BILL.buyer)
    assert (found.iban, found.reference, found.currency) == (SELLER_IBAN, BILL.reference, "EUR")
    assert (found.due, found.tax, found.reverse_charge, found.credit_note) == (euro("2800.00"), euro("485.95"), False, False)
    assert (found.categories, found.unread, check_sums(found, "x.xml")) == (("S",), (), [])


@WRITERS
def test_a_credit_note_says_which_invoice_it_is_about(write: Callable[[Bill], bytes]) -> None:
    found = read_invoice(write(CREDIT_NOTE), "x.xml")
    assert (found.credit_note, found.credits, found.due_on) == (True, BILL.number, BILL.due_on)
    assert refused(lambda: refuse_credit_note(found, "x.xml")) == ["einvoice.credit_note"]
    refuse_credit_note(read_invoice(write(BILL), "x.xml"), "x.xml")


@WRITERS
def test_reverse_charge_is_told_and_not_reckoned(write: Callable[[Bill], bytes]) -> None:
    found = read_invoice(write(replace(BILL, tax=0, category="AE")), "x.xml")
    assert (found.reverse_charge, found.tax, found.due) == (True, None, euro("2314.05"))


@WRITERS
@settings(max_examples=150)
@given(bill=BILLS)
def test_facts_written_are_the_facts_read(write: Callable[[Bill], bytes], bill: Bill) -> None:
    found = read_invoice(write(bill), "x.xml")
    assert found.due == bill.money(bill.due)
    assert found.lines == tuple(map(bill.money, bill.lines))
    assert found.tax == (bill.money(bill.tax) if bill.tax else None)
    assert (found.number, found.payee, found.reference) == (bill.number, bill.payee, bill.reference)
    assert (found.issued_on, found.due_on, found.reverse_charge) == (bill.issued_on, bill.due_on, bill.category == "AE")
    assert check_sums(found, "x.xml") == []


@given(st.binary(max_size=400), st.integers(0, 3000), st.sampled_from([ubl, cii]))
def test_a_broken_invoice_is_read_or_refused_with_a_word(junk: bytes, place: int, write: Callable[[], bytes]) -> None:
    content = write()[:place] + junk + write()[place + len(junk) :]
    refused = ""
    try:
        check_sums(read_invoice(content, "x.xml"), "x.xml")
    except KnownError as error:
        refused = error.code
    assert not refused or refused.startswith("einvoice.")


def test_an_account_with_blanks_and_a_day_with_a_zone_are_understood() -> None:
    content = (
        ubl()
        .replace(SELLER_IBAN.encode(), b"lt12 1000 0111 0100 1000")
        .replace(b"<cbc:IssueDate>2026-02-01", b"<cbc:IssueDate>2026-02-01Z")
    )
    found = read_invoice(content, "x.xml")
    assert (found.iban, found.issued_on) == (SELLER_IBAN, BILL.issued_on)


def test_what_cannot_be_read_is_left_out_and_named() -> None:
    found = read_invoice(ubl().replace(b"2026-03-03", b"2026-02-30").replace(b"2800.00", b"2.8e3"), "x.xml")
    assert (found.due_on, found.due, found.unread) == (None, None, ("due_on", "sums"))
    assert [one.code for one in check_sums(found, "x.xml")] == ["invoice.xml_unreadable"]


@WRITERS
def test_sums_that_differ_are_told_with_the_difference(write: Callable[[Bill], bytes]) -> None:
    content = write(BILL).replace(b">2800.00<", b">2801.00<")
    found = sum_problems(content, "x.xml")
    assert found
    assert {str(one.values["difference"]) for one in found} <= {"1.00", "-1.00"}


# --- inside a PDF -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["factur-x.xml", "zugferd-invoice.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml"])
def test_an_invoice_inside_a_pdf_is_read(tmp_path: Path, name: str) -> None:
    found, problems = read_file(written(tmp_path, factur_x(("terms.txt", b"terms"), (name, cii()))))
    assert (found.number, found.due, problems) == (BILL.number, euro("2800.00"), [])


def test_sums_inside_a_pdf_are_reckoned_too(tmp_path: Path) -> None:
    path = written(tmp_path, factur_x(("factur-x.xml", cii().replace(b">2800.00</ram:Due", b">2801.00</ram:Due"))))
    assert [one.code for one in read_file(path)[1]] == ["invoice.xml_sum"]
    assert [one.code for one in sums_inside(path)] == ["invoice.xml_sum"]


def locked() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", ownerPassword="owner", strength=128), invariant=1)
    canvas.drawString(20, 200, "x")
    canvas.save()
    return out.getvalue()


REFUSED = {
    "a scan": (factur_x(), "einvoice.none_inside"),
    "only other papers": (factur_x(("order-x.xml", cii())), "einvoice.none_inside"),
    "two invoices": (factur_x(("factur-x.xml", cii()), ("xrechnung.xml", ubl())), "einvoice.several"),
    "a huge attachment": (factur_x(("factur-x.xml", b"<" + bytes(11 * 1024 * 1024))), "einvoice.closed"),
    "an encrypted PDF": (locked(), "einvoice.encrypted"),
    "a broken PDF": (b"%PDF-1.7\nnothing", "einvoice.closed"),
    "a DOCTYPE inside": (factur_x(("factur-x.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + ubl())), "einvoice.doctype"),
    "a DOCTYPE": (b"<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY l 'lol'>]>" + ubl()[38:], "einvoice.doctype"),
    "another root": (b"<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>", "einvoice.other_root"),
    "no end": (ubl()[:900], "einvoice.broken"),
    "no XML at all": (b"hello", "einvoice.broken"),
    "200,000 elements deep": (ubl().replace(b"<cbc:ID>", b"<a>" * 200_000 + b"<cbc:ID>", 1), "einvoice."),
    "many attributes": (
        ubl().replace(b"<cac:TaxTotal>", b"<cac:TaxTotal %s>" % b" ".join(b"a%d='1'" % n for n in range(100)), 1), "einvoice.attributes",
    ),
    "a long text": (ubl().replace(BILL.number.encode(), b"9" * 60_000), "einvoice.letters"),
    "an unknown encoding": (b"<?xml version='1.0' encoding='utf-7'?><Invoice/>", "einvoice.broken"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "einvoice.no_xml"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_invoice_is_refused_with_a_word(tmp_path: Path, case: str) -> None:
    content, code = REFUSED[case]
    path = written(tmp_path, content)
    [found] = refused(lambda: read_file(path))
    assert found.startswith(code)
    invoice, told = offered(path)
    assert invoice is None
    assert [one.code for one in told] in ([], [found])


def test_a_million_elements_end_at_the_bound(tmp_path: Path) -> None:
    many = b"<a/>" * 600_000
    content = ubl().replace(b"<cac:TaxTotal>", many + b"<cac:TaxTotal>", 1)
    assert refused(lambda: read_file(written(tmp_path, content))) == ["einvoice.elements"]
    assert not is_invoice(content)


# --- where a field comes from -----------------------------------------------------------------------------------------
def test_each_field_says_where_it_comes_from() -> None:
    said = read_invoice(ubl(), "x.xml").fields()
    kept = said | {"amount": euro("2799.00"), "campaign": "C-101"}
    assert origins(said, kept)["number"] is Origin.XML
    assert (origins(said, kept)["amount"], origins(said, kept)["campaign"]) == (Origin.CHANGED, Origin.TYPED)
    assert set(said) == {"payee", "number", "amount", "issued_on", "due_on", "iban", "reference", "vat"}


@pytest.mark.parametrize(
    ("buyer", "ours", "other"),
    [("Testų fondas", "VšĮ Testų fondas", False), ("FONDAS TESTU", "Testų fondas", False), ("", "Testų fondas", False),
     ("Sample Shop Ltd", "Testų fondas", True)],
)  # fmt: skip
def test_an_invoice_for_somebody_else_is_told_from_ours(buyer: str, ours: str, other: bool) -> None:
    found = read_invoice(ubl(replace(BILL, buyer=buyer)), "x.xml")
    assert [one.code for one in check_buyer(found, ours)] == ["einvoice.other_buyer"] * other
