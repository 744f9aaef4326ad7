"""No name, account or text a person wrote stands outside the identity tables, whatever was done with the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.services import donors, reconciling, revealing, undoing
from fundledger.services.sample import sample_statements
from fundledger.store.schema import IDENTITY
from tests.services.bookkeeping import DONOR, LAWYER, Desk, Paid, at, day, refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fundledger.store.book import Book

PERSONAL = ("name", "iban", "remittance", "folded", "title", "story", "file_name", "end_to_end", "bank_reference")


def tables(book: Book) -> list[str]:
    with book.reading() as db:
        query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
        return list(db.exec_driver_sql(query).scalars())


def columns(book: Book, table: str) -> list[str]:
    with book.reading() as db:
        return [row[1] for row in db.exec_driver_sql(f'PRAGMA table_info("{table}")').all()]


def secrets(book: Book) -> set[str]:
    """Every personal value of the identity tables, but for what is public by its nature: codes, references, numbers."""
    found: set[str] = set()
    with book.reading() as db:
        for table in tables(book):
            for column in set(columns(book, table)) & set(PERSONAL) if table.startswith(IDENTITY) else ():
                found |= {str(value) for value in db.exec_driver_sql(f'SELECT DISTINCT "{column}" FROM "{table}"').scalars() if value}
        for query in (
            "SELECT code FROM campaign",
            "SELECT reference FROM campaign",
            "SELECT number FROM invoice",
            "SELECT name FROM identity_person",
        ):
            found -= {str(value) for value in db.exec_driver_sql(query).scalars()}
    return {value for value in found if len(value) >= 4}


def outside(book: Book) -> Iterator[tuple[str, str]]:
    """Every table that is no identity table, with all its values in one text."""
    with book.reading() as db:
        for table in tables(book):
            if not table.startswith(IDENTITY):
                rows = db.exec_driver_sql(f'SELECT * FROM "{table}"').all()
                texts = (value.decode("latin-1") if isinstance(value, bytes) else str(value) for row in rows for value in row)
                yield table, "\n".join(texts).casefold()


def leaks(book: Book) -> set[tuple[str, str]]:
    hidden = {value.casefold() for value in secrets(book)}
    return {(table, value) for table, text in outside(book) for value in hidden if value in text}


def test_the_sample_book_keeps_names_apart(sample: Book) -> None:
    assert len(secrets(sample)) > 300
    assert {table for table, _ in outside(sample)} >= {"audit", "operation", "line", "entry", "reconciliation", "allocation", "donation"}
    assert leaks(sample) == set()


def test_a_name_outside_would_be_found(sample: Book) -> None:
    with sample.operation("reveal", at(day("12-31")), subject="for Donor Gamma"):
        pass
    assert leaks(sample) == {("operation", "donor gamma")}


def test_every_name_and_account_of_the_files_is_looked_for(sample: Book) -> None:
    text = "".join(file.read_text("utf-8") for file in sample_statements())
    hidden = secrets(sample)
    for known in ("Donor Gamma", "Узорная Ўласніца", "Ąžuolas Netikras"):
        assert known in text
        assert known in hidden


def test_names_stay_apart_through_every_verb_and_its_undoing(desk: Desk, tmp_path: Path) -> None:
    gift = Paid("95.00", "02-05", "Slapta Donorė", DONOR, "Ačiū už viską, Slapta", bank="BANKREF-1", end_to_end="SLAPTA-E2E")
    desk.take(gift, Paid("-50.00", "02-06", LAWYER, text="SLO-14 su PVM"), first="02-01", last="02-28", opening="3530.00", number="2")
    line_id = desk.line("95.00")
    desk.accept_as(line_id, "suspense")
    desk.accept(line_id, "campaign:C-101")
    document = tmp_path / "saskaita-Slaptai.pdf"
    document.write_bytes(b"%PDF-1.7 Slapta")
    desk.invoice("50.00", document=document)
    reconciling.accept_match(desk.book, reconciling.proposals(desk.book)[desk.line("-50.00")][0], desk.now)
    donors.add_donor(desk.book, "Kita Slaptoji", ["LT45 7044"], desk.now)
    revealing.reveal(desk.book, "donors", desk.now)
    assert leaks(desk.book) == set()
    reconciling.unmatch(desk.book, line_id, desk.now)
    for _ in range(5):
        undoing.undo(desk.book, desk.now)
    assert "Slapta Donorė" in secrets(desk.book)
    assert leaks(desk.book) == set()


def test_a_refusal_says_no_name_of_a_donor(desk: Desk) -> None:
    desk.take(Paid("95.00", "02-05", "Slapta Donorė", DONOR), first="02-01", last="02-28", opening="3530.00", number="2")
    assert refused(lambda: desk.accept(desk.line("95.00"), "campaign:C-999")) == ["campaign.unknown"]
    with desk.book.reading() as db:
        [(subject,)] = db.exec_driver_sql("SELECT subject FROM operation WHERE verb = 'campaign add'").all()
    assert subject == "C-101"
    assert desk.now == at(day("12-31"))
