"""What a person decides of arrived lines, and which days are covered, on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.bank import Line, write

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine

GIFT = Line(5, "50.00", "a gift", "Sample Person Alpha")
OTHER = Line(7, "20.00", "a gift", "Sample Person Beta")


def test_a_preview_shows_the_groups_and_leaves_the_book_as_it_is(book: CommandLine) -> None:
    path = write(book.folder / "january.xml", 1, "100.00", GIFT, OTHER)
    seen = book.done("import {book} --preview", path)
    assert (seen["id"], seen["new"], [(line["group"], line["amount"]) for line in seen["lines"]]) == (
        None,
        2,
        [("new", "50.00"), ("new", "20.00")],
    )
    assert not book("lines {book} --json").rows
    told = book("import {book} --preview", path)
    assert told.code == 0
    assert told.out.startswith("january.xml: nothing was imported yet. 2 new")
    assert "Sample Person" not in told.out
    assert book.done("import {book}", path)["new"] == 2


def test_a_corrected_entry_is_decided_by_its_number(book: CommandLine) -> None:
    book.done("import {book}", write(book.folder / "january.xml", 1, "100.00", GIFT, OTHER))
    again = write(book.folder / "again.xml", 1, "100.00", Line(5, "55.00", "a gift", "Sample Person Alpha"), OTHER)
    ran = book("import {book} --json", again)
    assert (ran.code, ran.rows[0]["unsure"], ran.rows[0]["corrected"]) == (1, 1, 1)
    (line,) = book("lines {book} --state unsure --json").rows
    assert line["corrects"] == 1
    assert book("line replace {book} 1 --json").code == 2
    book.done(f"line replace {{book}} {line['id']}")
    assert [(row["amount"], row["state"]) for row in book("lines {book} --json").rows] == [
        ("50.00", "dropped"), ("55.00", "open"), ("20.00", "open"),
    ]  # fmt: skip
    assert book("check {book}").code == 0


def test_lines_the_bank_states_no_more_are_withdrawn_together(book: CommandLine) -> None:
    book.done("import {book}", write(book.folder / "january.xml", 1, "100.00", GIFT, OTHER))
    book.done("line withdraw {book} 1 2")
    assert not book("lines {book} --state open --json").rows
    assert book("line withdraw {book} 1").code == 2
    book.done("undo {book}")
    assert len(book("lines {book} --state open --json").rows) == 2


def test_the_days_that_are_covered_and_the_gap_between_them(book: CommandLine) -> None:
    book.done("import {book}", write(book.folder / "january.xml", 1, "100.00", GIFT))
    assert book("coverage {book}").code == 0
    book.done("import {book}", write(book.folder / "march.xml", 3, "160.00", OTHER))
    ran = book("coverage {book} --json")
    assert ran.code == 1
    assert ran.rows[0]["covered"] == [["2026-01-01", "2026-01-28"], ["2026-03-01", "2026-03-28"]]
    assert ran.rows[0]["gaps"] == [
        {"start_on": "2026-01-29", "end_on": "2026-02-28", "missing": [2, 2], "difference": "10.00", "currency": "EUR"}
    ]
    told = book("coverage {book}")
    assert "gap" in told.out
    assert "10.00" in told.out


def test_a_processor_keeps_an_account_without_an_iban(book: CommandLine) -> None:
    added = book.done("account add {book} --processor paypal --name PayPal")
    assert added["code"] == "1060-1"
    path = book.folder / "activity.csv"
    path.write_text(
        "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID,"
        "Reference Txn ID,Balance\n13/01/2026,10:00:00,CET,Sample Person Alpha,Donation Payment,Completed,EUR,100.00,-3.20,96.80,"
        "a@example.org,us@example.org,P1,,96.80\n"
    )
    assert book.done("import {book}", str(path))["new"] == 1
    assert book("account add {book} --name Nothing").code == 2
