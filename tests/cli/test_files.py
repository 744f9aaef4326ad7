"""Bank files on the command line: archives, what a file leaves open, rows that cannot be read."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.bank import Line, write
from tests.statements.building import balance, document, entry, statement

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine

GIFT = Line(5, "50.00", "a gift", "Sample Person Alpha")


def archive(folder: Path, *more: tuple[str, str]) -> str:
    path = folder / "bank.zip"
    with zipfile.ZipFile(path, "w") as file:
        for month, opening in ((1, "100.00"), (2, "150.00")):
            file.writestr(f"{month}.xml", Path(write(folder / f"{month}.xml", month, opening, GIFT)).read_text(encoding="utf-8"))
        for name, content in more:
            file.writestr(name, content)
    return str(path)


def test_row_11_each_statement_of_an_archive_is_a_batch_of_its_own(book: CommandLine) -> None:
    ran = book("import {book} --json", archive(book.folder))
    assert (ran.code, [(row["file"], row["new"], row["refused"]) for row in ran.rows]) == (
        0,
        [("bank.zip › 1.xml", 1, None), ("bank.zip › 2.xml", 1, None)],
    )
    assert len({row["id"] for row in ran.rows}) == 2
    again = book("import {book} --json", archive(book.folder))
    assert (again.code, [(row["new"], row["already_here"]) for row in again.rows]) == (0, [(0, 1), (0, 1)])


def test_row_11_what_is_no_statement_in_an_archive_is_listed_and_the_others_are_taken(book: CommandLine) -> None:
    ran = book("import {book} --json", archive(book.folder, ("terms.pdf", "%PDF-1.7")))
    assert (ran.code, [(row["new"], (row["refused"] or {}).get("code")) for row in ran.rows]) == (
        1,
        [(1, None), (1, None), (0, "file.pdf")],
    )
    ran = book("inspect", str(book.folder / "bank.zip"), "--json")
    assert (ran.code, [row["file"] for row in ran.rows]) == (2, [f"bank.zip › {name}" for name in ("1.xml", "2.xml", "terms.pdf")])
    ran = book("inspect", str(book.folder / "bank.zip"))
    assert (ran.code, ran.err.count("terms.pdf")) == (2, 1)
    assert ran.out.count("Recognised as camt.053.001.08 by: BkToCstmrStmt.") == 2


@pytest.mark.parametrize("verb", ["inspect", "import {book}"])
def test_row_13_a_dangerous_archive_is_refused_whole(book: CommandLine, verb: str) -> None:
    ran = book(f"{verb} --json", archive(book.folder, ("../../x.xml", "x")))
    ((row,), code) = ran.rows, ran.code
    assert (code, row["file"], row["refused"]["code"]) == (2, "bank.zip", "file.archive_name")
    assert "../../x.xml" in row["refused"]["text"]
    assert not book("lines {book} --json").rows


def test_rows_that_cannot_be_read_keep_a_file_out_or_are_left_out_as_a_person_says(book: CommandLine) -> None:
    path = book.folder / "damaged.xml"
    balances = balance("OPBD", "100.00", "2026-01-01") + balance("CLBD", "157.00")
    path.write_text(document(statement(entry("50.00"), entry("7,00"), balances=balances)), encoding="utf-8")
    (refused,) = book("import {book} --json", str(path)).rows
    assert (refused["new"], refused["refused"]["code"]) == (0, "line.amount")
    ran = book("import {book} --leave-unreadable --json", str(path))
    assert (ran.code, ran.row["new"] if not ran.code else ran.rows[0]["new"], ran.rows[0]["unreadable"]) == (1, 1, 1)
    assert [problem["code"] for problem in ran.rows[0]["problems"]].count("line.amount") == 1


def test_a_statement_that_does_not_add_up_is_taken_for_a_reason(book: CommandLine) -> None:
    path = book.folder / "short.xml"
    balances = balance("OPBD", "100.00", "2026-01-01") + balance("CLBD", "151.00")
    path.write_text(document(statement(entry("50.00"), balances=balances)), encoding="utf-8")
    assert book("import {book} --json", str(path)).rows[0]["refused"]["code"] == "statement.unbalanced"
    assert book.done("import {book}", str(path), "--unbalanced", "The bank left a fee out.")["new"] == 1


MT940 = ":20:S\n:25:LT029999900000000001\n:28C:1\n:60F:C260101EUR100,00\n:61:2601050105C50,00NTRFNONREF\n:86:{}\n:62F:C260131EUR150,00\n-\n"


def test_row_8_a_person_may_say_what_the_letters_are_written_in(cli: CommandLine) -> None:
    path = cli.folder / "march.sta"
    path.write_bytes(MT940.format("Ąžuolė Žąsinaitė").encode("cp775"))
    (guessed,) = cli("inspect --json", str(path)).rows
    assert [problem["code"] for problem in guessed["problems"]].count("file.encoding_guessed") == 1
    (said,) = cli("inspect --json --encoding cp775", str(path)).rows
    assert "file.encoding_guessed" not in [problem["code"] for problem in said["problems"]]
    assert "Ąžuolė Žąsinaitė" in str(said["statements"])
    (refused,) = cli("inspect --json --encoding rot13", str(path)).rows
    assert refused["refused"]["code"] == "file.encoding"


@pytest.mark.parametrize("wrong", ["--date-order dym", "--decimal ;", "--year soon"])
def test_answers_that_are_none(cli: CommandLine, wrong: str) -> None:
    ran = cli(f"inspect {wrong}", "march.csv")
    assert (ran.code, ran.out) == (2, "")


def test_a_layout_that_is_not_there(cli: CommandLine) -> None:
    ran = cli("inspect --profile {folder}/none.json", "march.csv")
    assert (ran.code, ran.out) == (2, "")
    assert "none.json" in ran.err
