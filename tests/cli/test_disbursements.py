"""Payments with what proves them, refunds owed and the file that pays them, by commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from tests.cli.bank import Line, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine

HERS, OFFICE = "LT817044000000000001", "LT547044000000000002"


def paper(folder: Path, name: str) -> str:
    path = folder / name
    path.write_bytes(b"%PDF-1.7 " + name.encode() + b"\n%%EOF")
    return str(path)


def test_a_payment_is_documented_once_all_four_papers_are_there(book: CommandLine) -> None:
    reference = book.done("campaign show {book} C-101")["reference"]
    gift = Line(5, "50.00", f"gift {reference}", "Sample Person Alpha", HERS)
    paid = Line(8, "-30.00", "S-7", "Sample Law Office", OFFICE)
    book.done("import {book}", write(book.folder / "january.xml", 1, "100.00", gift, paid))
    book("reconcile {book} --accept-sure")
    book.done(f"payee add {{book}} --iban {OFFICE} --name", "Sample Law Office")
    book.done("invoice add {book} --campaign C-101 --payee P-001 --number S-7 --amount 30.00 --issued 2026-01-04")
    book.done("invoice approve {book} S-7")
    line = next(one["id"] for one in book("lines {book} --state open --json").rows if one["amount"] == "-30.00")
    book.done(f"accept {{book}} {line} --to invoice:S-7=30.00")
    [row] = book("disbursement list {book} --campaign C-101 --missing --json").rows
    assert (row["number"], row["amount"], row["line"], row["missing"]) == ("S-7", "30.00", line, ["letter", "invoice"])
    assert "engagement letter" in book("disbursement list {book}").out
    for kind in ("letter", "invoice"):
        assert not book.done("disbursement show {book} S-7")["documented"]
        book.done(f"invoice document {{book}} S-7 --kind {kind}", paper(book.folder, f"{kind}.pdf"))
    shown = book.done(f"disbursement show {{book}} {row['id']}")
    assert (shown["documented"], shown["missing"]) == (True, [])
    assert shown["proved_by"] == ["approval", "invoice", "letter", "proof"]
    assert book("disbursement list {book} --missing --json").rows == []
    assert book("disbursement show {book} S-9").code == 2


def test_refunds_are_listed_and_paid_by_the_only_account_there_is(book: CommandLine) -> None:
    reference = book.done("campaign show {book} C-101")["reference"]
    gift = Line(5, "50.00", f"gift {reference}", "Łucja Žolė", HERS)
    book.done("import {book}", write(book.folder / "january.xml", 1, "100.00", gift))
    book("reconcile {book} --accept-sure")
    book.done("campaign mandate {book} C-101 --surplus refund")
    book.done("campaign over {book} C-101 --on 2026-01-20")
    book.done("campaign close {book} C-101 --on 2026-01-21")
    [owed] = book("disbursement refunds {book} --campaign C-101 --json").rows
    assert (owed["campaign"], owed["donor"], owed["amount"], owed["state"]) == ("C-101", "D-0001", "50.00", "ready")
    assert owed["iban"] != HERS, "accounts are masked"
    assert book("invoice pay {book} --refunds --preview").code == 0
    made = book.done("invoice pay {book} --refunds --campaign C-101 --out {folder}/back.xml")
    assert [(one["id"], one["amount"]) for one in made["payments"]] == [(owed["id"], "50.00")]
    document = etree.parse(str(book.folder / "back.xml"))
    assert [one.text for one in document.iter("{*}IBAN")][-1] == HERS
    assert [one.text for one in document.iter("{*}Ustrd")] == ["Refund C-101"]
    [owed] = book("disbursement refunds {book} --json").rows
    assert (owed["state"], owed["file"]) == ("in_file", made["message"])
    assert book(f"disbursement pay {{book}} {owed['id']} --out {{folder}}/again.xml").code == 2
