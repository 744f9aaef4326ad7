"""What is refused as a whole: one clear sentence a problem on standard error, exit code 2, nothing changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.bank import Line, write
from tests.statements.building import document

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine, Ran


def state(cli: CommandLine) -> object:
    """All a refusal must leave alone."""
    return cli("log {book} --json").out, cli("balances {book} --json").out, cli("lines {book} --json").out


def refused(ran: Ran, said: str) -> None:
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("new {book} --name F", "There is already something at"),
        ("balances {folder}/nobody", "There is no book at"),
        ("balances {folder}/empty", "is not a book"),
        ("balances {book} --language xx", "xx is not spoken here. Known are be, en, lt, ru."),
        ("campaign add {book} C-101 --asked 10.00 --title T", "there is a campaign C-101"),
        ("campaign add {book} C-105 --asked 10,00 --title T", "10,00 is not an amount"),
        ("campaign add {book} C-105 --asked 10.005 --title T", "10.005 is not an amount"),
        ("campaign add {book} C-105 --asked 10.00 --open --on 31.01.2026 --title T", "31.01.2026 is not a date"),
        ("campaign close {book} C-101", "cannot go from open to closed"),
        ("campaign show {book} C-999", "There is no campaign C-999"),
        ("account add {book} --iban LT029999900000000001 --name B", "is in the book already"),
        ("invoice show {book} S-1", "There is no invoice S-1"),
        ("invoice add {book} --campaign C-101 --payee P --number 1 --amount -5.00 --issued 2026-01-01", "must be above zero"),
        ("invoice add {book} --campaign C-101 --payee P --number 1 --amount 0.00 --issued 2026-01-01", "must be above zero"),
        ("donor show {book} D-0099", "There is no donor D-0099"),
        ("accept {book} 1 --to campaign:C-101=60.00", "-€10.00 of line 1 is not placed yet"),
        ("accept {book} 1 --to campaign:C-101=-50.00", "€100.00 of line 1 is not placed yet"),
        ("accept {book} 1 --to C-101=50.00", "C-101=50.00 is not a target"),
        ("accept {book} 1 --to campaign:C-999=50.00", "There is no campaign C-999"),
        ("accept {book} 1 --as other --account 1010-1", "account 1010-1 is unknown or not one"),
        ("accept {book} 1 --as other", "which account line 1 is booked to"),
        ("accept {book} 1 --as refund", "line 1 brought money in"),
        ("accept {book} 1 --proposal 9", "line 1 has no proposal 9"),
        ("accept {book} 99 --as suspense", "There is no line 99"),
        ("accept {book} 1", "exactly one of --proposal, --to and --as"),
        ("accept {book} 1 --as suspense --to foundation=50.00", "exactly one of"),
        ("unmatch {book} 1", "line 1 is not matched"),
        ("report {book} weather --audience public --out {folder}/out", "There are campaign, overview, reconciliation"),
        ("report {book} overview --out {folder}/out", "--audience"),
        ("report {book} overview --audience public --from 2026-01-05 --to 2026-01-06 --out {folder}/out", "whole quarters"),
        ("report {book} overview --audience auditor --out {book}/out", "lies inside a book"),
        ("report {book} overview --audience auditor --out {folder}/plain.txt", "is not a folder"),
        ("report {book} overview --audience auditor --format docx --out {folder}/out", "the format docx is not known"),
        ("page {book} --campaign C-999 --out {folder}/out", "There is no campaign C-999"),
        ("demo {folder}/plain.txt", "is not a folder"),
        ("balance {book}", "fundledger --help"),
        ("balances {book} --jso", "fundledger --help"),
    ],
)
def test_a_refusal_is_one_sentence_and_changes_nothing(book: CommandLine, line: str, said: str) -> None:
    book("import {book}", write(book.folder / "january.xml", 1, "100.00", Line(5, "50.00", "a gift", "Sample Person Alpha")))
    (book.folder / "plain.txt").write_text("not a folder", encoding="utf-8")
    (book.folder / "empty.fundledger").mkdir()
    before = state(book)
    refused(book(line), said)
    assert state(book) == before
    assert not list(book.folder.glob("out/*"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"<html><body>Log in</body></html>", "your bank session may have expired"),
        (b"Dear customer, see you soon\n", "is no statement that is read"),
        (document(prolog="<!DOCTYPE Document>").encode(), "has a DOCTYPE"),
    ],
)
def test_a_file_that_is_no_statement(book: CommandLine, content: bytes, said: str) -> None:
    file = book.folder / "march.xml"
    file.write_bytes(content)
    before = state(book)
    for line in ("import {book}", "inspect"):
        ran = book(line, str(file))
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        assert ran.err.startswith("march.xml ")
        assert said in ran.err
    assert state(book) == before


def test_a_truncated_file(book: CommandLine) -> None:
    file = write(book.folder / "january.xml", 1, "100.00", *(Line(5, "50.00", "a gift") for _ in range(20)))
    whole = (book.folder / "january.xml").read_bytes()
    (book.folder / "january.xml").write_bytes(whole[: len(whole) * 2 // 3])
    before = state(book)
    ran = book("import {book}", file)
    assert (ran.code, state(book)) == (2, before)
    assert "is cut off" in ran.err


def test_an_account_nobody_knows_is_refused_with_the_command_that_adds_it(book: CommandLine) -> None:
    file = write(book.folder / "other.xml", 1, "0.00", Line(5, "50.00", "a gift"), account="LT459999900000000003")
    before = state(book)
    ran = book("import {book}", file)
    assert (ran.code, state(book)) == (2, before)
    assert "fundledger account add BOOK --iban LT459999900000000003 --name" in ran.err
    (row,) = book("import {book} --json", file).rows
    assert row["refused"]["code"] == "account.unknown"


def test_a_wrong_passphrase(book: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state(book)
    with monkeypatch.context() as wrong:
        wrong.setenv("FUNDLEDGER_PASSPHRASE", "another river lamp")
        refused(book("balances {book}"), "does not open with this passphrase")
    assert state(book) == before


@pytest.mark.parametrize("name", ["plain.txt/Fund", "nowhere/below/Fund"])
def test_a_book_where_nothing_can_be_written(cli: CommandLine, name: str) -> None:
    (cli.folder / "plain.txt").write_text("not a folder", encoding="utf-8")
    ran = cli(f"new {{folder}}/{name} --name F")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert [path.name for path in cli.folder.iterdir()] == ["plain.txt"]


def test_a_name_that_would_fool_a_terminal_is_shown_with_its_marks(cli: CommandLine) -> None:
    """Bad input 28: line breaks, marks that reverse text, control characters, a leading dash, thousands of letters."""
    ran = cli("inspect --", "-rf\n\N{RIGHT-TO-LEFT OVERRIDE}lmx.\x1b[31m")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "<U+000A><U+202E>lmx.<U+001B>[31m" in ran.err
    long = cli("inspect", "a" * 4000)
    assert len(long.err) < 400
    assert "…" in long.err
    assert cli("inspect --json --", "\N{RIGHT-TO-LEFT OVERRIDE}").out.startswith('{"file": "\\u202e"')


def test_every_problem_of_a_refusal_is_told(book: CommandLine) -> None:
    ran = book("campaign add {book} 7 --asked 0.00 --surplus burn --title T")
    assert (ran.code, ran.err.count("\n")) == (2, 3)
