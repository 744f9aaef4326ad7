"""Vouchers and the year's end on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.bank import Line, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine


def phrase(cli: CommandLine, words: str) -> Path:
    path = cli.folder / "phrase.txt"
    path.write_text(f"{words}\n")
    return path


def test_a_cash_gift_takes_the_passphrase_of_a_second_person(book: CommandLine) -> None:
    second = phrase(book, "second river lamp")
    book(f"person add {{book}} --role enter+approve --second-passphrase-file {second} --name", "Sample Person Beta")
    made = book.done(f"voucher add {{book}} cash --campaign C-101 --amount 50.00 --on 2026-01-20 --second-passphrase-file {second}")
    assert (made["kind"], made["amount"], made["currency"]) == ("cash", "50.00", "EUR")
    shown = book.done(f"voucher show {{book}} {made['id']}")
    assert (shown["fund"], shown["two_persons"], shown["dated"], shown["undone"]) == ("C-101", True, "2026-01-20", False)
    assert book.balances()["C-101"]["collected"] == "50.00"
    own = phrase(book, "sample river lamp")
    again = book(f"voucher add {{book}} cash --campaign C-101 --amount 5.00 --second-passphrase-file {own}")
    assert (again.code, again.err.count("\n")) == (2, 1), "one person is not two"


def test_a_credit_note_after_payment_and_its_list(book: CommandLine) -> None:
    path = write(book.folder / "january.xml", 1, "100.00", Line(5, "80.00", "RF70C101"), Line(6, "-60.00", "S-1"))
    book(f"import {{book}} {path}")
    book("reconcile {book} --accept-sure")
    book("invoice add {book} --campaign C-101 --payee Office --number S-1 --amount 60.00 --issued 2026-01-03")
    book("invoice approve {book} S-1")
    book("accept {book} 2 --to invoice:S-1=60.00")
    made = book("voucher add {book} credit_paid --invoice S-1 --amount 20.00 --on 2026-01-20 --reason", "The hours of Sample Person Alpha")
    assert made.code == 0
    assert "without a paper" in made.err
    found = book.balances()["C-101"]
    assert (found["paid"], found["due_back"], found["invoiced"], found["remaining"]) == ("40.00", "20.00", "40.00", "20.00")
    masked, revealed = (book(f"voucher list {{book}} --json{more}").rows[0] for more in ("", " --reveal"))
    assert (masked["reason"], revealed["reason"]) == ("…", "The hours of Sample Person Alpha")
    assert "credit note after payment" in book("voucher list {book}").out
    assert book("voucher list {book} --kind cash").out.strip() == "There is nothing to show."
    book("undo {book}")
    assert book.balances()["C-101"]["paid"] == "60.00"
    assert book("voucher list {book} --json").rows[0]["undone"] is True
    assert book("check {book}").code == 0


def test_what_stands_in_the_way_is_said_in_one_go(book: CommandLine) -> None:
    refused = book("voucher add {book} adjustment --campaign C-101 --amount 0.00 --debit 5400")
    assert refused.code == 2, "nobody can be asked for a second passphrase here"
    refused = book("voucher add {book} settled --amount 0.00")
    assert (refused.code, len(refused.err.strip().splitlines())) == (2, 2)
    assert book("voucher show {book} 7").code == 2
    assert book("voucher show {book} seven").code == 2


def test_a_surplus_goes_back_in_proportion(book: CommandLine) -> None:
    book("campaign add {book} C-103 --asked 30.00 --open --on 2026-01-02 --surplus refund --smallest-refund 5.00 --title", "A third one")
    path = write(
        book.folder / "january.xml",
        1,
        "100.00",
        Line(5, "80.00", "x", "Sample Person Alpha", "LT10999"),
        Line(6, "4.00", "y", "Sample Beta", "LT11999"),
    )
    book(f"import {{book}} {path}")
    for line in (1, 2):
        book(f"accept {{book}} {line} --to campaign:C-103={80 if line == 1 else 4}.00")
    book("campaign over {book} C-103 --on 2026-02-01")
    assert book("campaign close {book} C-103 --on 2026-02-02").code == 0
    [one] = book("voucher list {book} --kind refund --json").rows
    assert (one["amount"], one["donor"], book.balances()["C-103"]["available"]) == ("80.00", "D-0001", "4.00")


def test_a_year_is_closed_once(book: CommandLine) -> None:
    book("voucher add {book} in_kind --campaign C-101 --amount 5.00 --on 2026-01-20")
    before = book.balances()
    assert book.done("year close {book} --until 2026-12-31")["until"] == "2026-12-31"
    assert (book.balances(), book("check {book}").code) == (before, 0)
    assert book("year close {book} --until 2026-12-31").code == 2
