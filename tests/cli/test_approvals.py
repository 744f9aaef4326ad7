"""Approvals by command: asked for in a file, signed without the book, taken back in; who may do what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.test_people import add_second, secret

if TYPE_CHECKING:
    import pytest

    from tests.cli.conftest import CommandLine

LAWYER = "Sample Law Office"


def bill(cli: CommandLine, number: str, *more: str) -> None:
    """An invoice of C-101."""
    facts = f"invoice add {{book}} --campaign C-101 --number {number} --amount 20.00 --issued 2026-03-02 --payee"
    cli.done(facts, LAWYER, *more)


def test_an_approval_travels_to_a_machine_without_the_book(book: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    her = add_second(book, "approve")
    paper = book.folder / "bill.pdf"
    paper.write_bytes(b"%PDF-1.7 invented")
    bill(book, "S-1", "--document", str(paper))
    with monkeypatch.context() as hers:
        hers.setenv("FUNDLEDGER_PASSPHRASE", "second")
        assert Path(book.done("person key {book} --out {folder}/her.key")["file"]).exists()
    asked = book.done(f"invoice request {{book}} S-1 --person {her} --out {{folder}}")
    phrase = secret(book, "phrase.txt", "second")
    shown = book.done(f"approval show {asked['file']} --key {{folder}}/her.key --passphrase-file {phrase}")
    assert (shown["amount"], shown["payee"], shown["answered"]) == ("20.00", LAWYER, False)
    early = book(f"approval take {{book}} {asked['file']}")
    assert (early.code, "not signed yet" in early.err) == (2, True)
    signed = book.done(f"approval sign {asked['file']} --key {{folder}}/her.key --document {paper} --passphrase-file {phrase}")
    assert signed["answered"] is True
    assert book.done(f"approval take {{book}} {signed['file']}")["number"] == "S-1"
    again = book(f"approval take {{book}} {signed['file']}")
    assert (again.code, "answered already" in again.err) == (2, True)
    [listed] = book("approval list {book} --json").rows
    assert (listed["approved_by"], listed["travelled"], listed["people"]) == (her, True, 2)
    assert book("approval list {book} --self --json").rows == []
    assert book("check {book}").code == 0
    altered = Path(signed["file"])
    altered.write_bytes(altered.read_bytes().replace(b'"box":"', b'"box":"00'))
    assert "altered or damaged" in book(f"approval take {{book}} {altered}").err
    assert "could not be read" in book("approval show {folder}/nothing.json --key {folder}/her.key").err


def test_a_no_comes_back_with_its_reason(book: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    her = add_second(book, "approve")
    bill(book, "S-1")
    with monkeypatch.context() as hers:
        hers.setenv("FUNDLEDGER_PASSPHRASE", "second")
        book.done("person key {book} --out {folder}/her.key")
    asked = book.done(f"invoice request {{book}} S-1 --person {her} --out {{folder}}")
    phrase = secret(book, "phrase.txt", "second")
    answer = book.done(f"approval sign {asked['file']} --key {{folder}}/her.key --passphrase-file {phrase} --no", "Not our hours.")
    assert (answer["answered"], answer["reason"]) == (True, "Not our hours.")
    taken = book.done(f"approval take {{book}} {answer['file']}")
    assert (taken["number"], taken["approved"]) == ("S-1", False)
    [masked] = book("approval list {book} --refused --json").rows
    [shown] = book("approval list {book} --refused --reveal --json").rows
    assert (masked["reason"], shown["reason"], shown["person"]) == ("•••", "Not our hours.", her)
    assert book.done("invoice show {book} S-1")["state"] == "entered"
    book.done("undo {book}")
    book.done("undo {book}")
    assert book("check {book}").code == 0


def test_a_role_and_the_people_of_a_payment_are_changed_by_command(book: CommandLine) -> None:
    her = add_second(book, "enter")
    second = secret(book, "second.txt", "second")
    assert book.done(f"person role {{book}} {her} --role approve+pay")["role"] == "approve+pay"
    assert book.done("policy set {book} payment-people 3")["value"] == 3
    assert book("policy set {book} payment-people 1").code == 2
    assert book.done("policy set {book} payment-people 2 --second-passphrase-file", second)["value"] == 2
    assert [row["value"] for row in book("policy list {book} --json").rows] == [2]


def test_a_paper_is_kept_later(book: CommandLine) -> None:
    bill(book, "S-1")
    letter = book.folder / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7 an invented letter")
    assert book.done(f"invoice document {{book}} S-1 {letter} --kind letter")["kind"] == "letter"
    assert "this very paper" in book(f"invoice document {{book}} S-1 {letter} --kind letter").err
