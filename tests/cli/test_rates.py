"""Rates of exchange as scripts take them in, ask for them and bring accounts to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine


def test_a_file_of_rates_is_taken_in_and_an_account_brought_to_it(book: CommandLine) -> None:
    path = book.folder / "eurofxref.csv"
    path.write_text("Date,USD,\n2026-01-30,1.2500,\n2026-01-16,1.0869565,\n")
    assert book.done("rate import {book} {folder}/eurofxref.csv")["file"] == "eurofxref.csv"
    assert book.done("rate import {book} {folder}/eurofxref.csv")["operation"] is None
    rate = book.done("rate list {book} --currency usd --on 2026-01-17")
    assert (rate["id"], rate["base"], rate["rate"], rate["published_on"]) == ("USD", "EUR", "1.0869565", "2026-01-16")
    assert "USD" in [one["id"] for one in book("rate list {book} --on 2026-01-31 --json").rows]
    assert book.done("rate revalue {book} --on 2026-01-31")["entries"] == 0
    missing = book("rate list {book} --currency USD --on 2099-01-05")
    assert (missing.code, missing.out) == (2, "")
    assert "no rate of USD is known" in missing.err
    path.write_text("Date,USD,\n2026-01-30,none,\n")
    assert book("rate import {book} {folder}/eurofxref.csv").code == 2
    assert book("check {book}").code == 0


def test_an_invoice_in_dollars_is_entered_shown_and_paid_in_part(book: CommandLine) -> None:
    path = book.folder / "eurofxref.csv"
    path.write_text("Date,USD,\n2026-01-30,1.0869565,\n")
    book.done("rate import {book} {folder}/eurofxref.csv")
    book.done("campaign add {book} C-900 --title Title --asked 3030.00 --open --on 2026-01-01")
    adding = "invoice add {book} --campaign C-900 --payee Sample --number NY-7 --amount 3000.00 --issued 2026-02-01"
    wrong = book(f"{adding} --currency dollars")
    assert (wrong.code, wrong.out) == (2, "")
    book.done(f"{adding} --currency usd")
    book.done("invoice approve {book} NY-7")
    book.done("invoice settle {book} NY-7 --amount 300.00 --currency USD --on 2026-02-03")
    found = book.done("invoice show {book} NY-7")
    assert (found["amount"], found["currency"], found["payable"]) == ("2760.00", "EUR", "2484.00")
    assert (found["original"], found["original_currency"], found["original_payable"]) == ("3000.00", "USD", "2700.00")
    assert book("check {book}").code == 0
