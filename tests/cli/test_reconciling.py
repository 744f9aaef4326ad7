"""Deciding lines on the command line: what it would post, what it became, and lines that are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.bank import Line, write

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine


@pytest.fixture
def book(cli: CommandLine) -> CommandLine:
    """A book with a campaign and two open lines."""
    write(cli.folder / "january.xml", 1, "100.00", Line(5, "50.00", "RF70C101"), Line(6, "-50.00", "S-1"))
    for line in (
        "new {book} --name Fund",
        "account add {book} --iban LT029999900000000001 --name Bank --opening 100.00 --on 2026-01-01",
        "campaign add {book} C-101 --title T --asked 3030.00",
        "campaign open {book} C-101 --on 2026-01-02",
        "import {book} {folder}/january.xml",
    ):
        assert cli(line).code == 0
    return cli


def test_a_preview_shows_the_entry_and_writes_nothing(book: CommandLine) -> None:
    ran = book("accept {book} 1 --to campaign:C-101=52.50 --to account:5320=-2.50 --preview --json")
    assert [(row["account"], row["fund"], row["amount"]) for row in ran.rows] == [
        ("1010-1", "C-101", "52.50"),
        ("4010", "C-101", "-52.50"),
        ("1010-1", "unrestricted", "-2.50"),
        ("5320", "unrestricted", "2.50"),
    ]
    assert [row["state"] for row in book("lines {book} --json").rows] == ["open", "open"]
    assert book("accept {book} 2 --as transfer --campaign C-101 --preview").code == 0
    assert book("accept {book} 1 --to account:1210=50.00 --preview").code == 2


def test_a_line_tells_what_it_was(book: CommandLine) -> None:
    book("accept {book} 1 --to foundation=50.00")
    book("unmatch {book} 1")
    book("accept {book} 1 --to account:1220@C-101=50.00")
    rows = book("line history {book} 1 --json").rows
    assert [(row["to"], row["undone"]) for row in rows] == [("foundation=50.00", True), ("account:1220@C-101=50.00", False)]
    assert {row["person"] for row in rows} == {"••• 1"}
    revealed = book("line history {book} 1 --reveal --json").rows
    assert {row["person"] for row in revealed} == {"Treasurer"}
    newest = book("log {book} --limit 1 --json").row
    assert (newest["verb"], newest["subject"]) == ("reveal", "line 1")
    assert book("line history {book} 2").code == 0


def test_a_line_is_ignored_for_a_reason_and_kept_again(book: CommandLine) -> None:
    assert book("line ignore {book} 2").code == 2
    assert book("line ignore {book} 2 --reason error").code == 0
    assert [row["id"] for row in book("lines {book} --state ignored --json").rows] == [2]
    assert book("line keep {book} 2").code == 0
    assert book("lines {book} --state ignored --json").rows == []
