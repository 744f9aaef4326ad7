"""Invoices on the command line: read from an electronic one, typed over it, with lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.services.einvoices import BILL, CREDIT_NOTE, SELLER_IBAN, cii, factur_x, ubl

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine


def test_inspect_says_what_an_invoice_says_without_a_book(book: CommandLine) -> None:
    (book.folder / "bill.pdf").write_bytes(factur_x(("factur-x.xml", cii())))
    row = book("invoice inspect {folder}/bill.pdf --json").row
    assert {name: row[name] for name in ("kind", "number", "amount", "currency", "issued_on", "due_on", "iban", "vat")} == {
        "kind": "invoice", "number": BILL.number, "amount": "2800.00", "currency": "EUR", "issued_on": "2026-02-01",
        "due_on": "2026-03-03", "iban": SELLER_IBAN, "vat": "485.95",
    }  # fmt: skip
    (book.folder / "wrong.xml").write_bytes(ubl().replace(b">2800.00<", b">2801.00<"))
    ran = book("invoice inspect {folder}/wrong.xml")
    assert (ran.code, "sums differ" in ran.err) == (1, True)
    (book.folder / "x.xml").write_bytes(b"<Order/>")
    assert book("invoice inspect {folder}/x.xml").code == 2


def test_an_electronic_invoice_is_entered_with_nothing_typed_but_the_campaign(book: CommandLine) -> None:
    (book.folder / "bill.xml").write_bytes(ubl())
    made = book.done("invoice add {book} --campaign C-101 --from {folder}/bill.xml")
    assert set(made["origins"].values()) == {"xml"}
    row = book.done("invoice show {book} --reveal", BILL.number)
    assert (row["amount"], row["vat"], row["due_on"], row["iban"]) == ("2800.00", "485.95", "2026-03-03", SELLER_IBAN)
    assert (row["reference"], row["withholding"], row["document"] is not None) == (BILL.reference, None, True)
    assert "2026-03-03" in book("invoice show {book}", BILL.number).out.replace("3 March 2026", "2026-03-03").replace(
        "3 Mar 2026", "2026-03-03"
    )


def test_what_is_typed_goes_before_what_is_read_and_says_so(book: CommandLine) -> None:
    (book.folder / "bill.xml").write_bytes(ubl())
    made = book.done(
        "invoice add {book} --campaign C-101 --from {folder}/bill.xml --number X-1 --reference R-1 --line withholding=100.00",
    )
    origins = made["origins"]
    assert (origins["number"], origins["reference"], origins["withholding"], origins["amount"]) == ("changed", "changed", "typed", "xml")
    assert book.done("invoice show {book} X-1")["payable"] == "2700.00"


def test_what_neither_says_is_asked_for_and_a_credit_note_is_no_invoice(book: CommandLine) -> None:
    ran = book("invoice add {book} --campaign C-101 --payee Office --number 1")
    assert (ran.code, "--amount" in ran.err, "--issued" in ran.err) == (2, True, True)
    (book.folder / "credit.xml").write_bytes(ubl(CREDIT_NOTE))
    ran = book("invoice add {book} --campaign C-101 --from {folder}/credit.xml")
    assert (ran.code, BILL.number in ran.err) == (2, True)
