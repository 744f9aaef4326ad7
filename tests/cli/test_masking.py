"""Names, accounts and texts stay masked unless somebody asks to see them, which is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.bank import Line, write

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine

SECRETS = (
    "Alphaperson",
    "Betaperson",
    "Gammaoffice",
    "with love",
    "our case",
    "LT409999800000000001",
    "LT139999800000000002",
    "LT459999900000000003",
)
READING = (
    "lines {book}", "reconcile {book}", "balances {book}", "log {book}", "check {book}", "account list {book}", "campaign list {book}",
    "campaign show {book} C-101", "quote list {book}", "invoice list {book}", "invoice show {book} S-1", "donor list {book}",
    "donor show {book} D-0001", "payee list {book}",
)  # fmt: skip
CHANGING = (
    "accept {book} 1 --to campaign:C-101=50.00", "unmatch {book} 1", "accept {book} 1 --as suspense",
    "accept {book} 2 --as refund --campaign C-101", "reconcile {book} --accept-sure", "invoice approve {book} S-1", "undo {book}",
    "accept {book} 9 --as suspense", "accept {book} 3 --to foundation=1.00",
)  # fmt: skip


@pytest.fixture
def secretive(book: CommandLine) -> CommandLine:
    """A book in which people have names."""
    book("donor add {book} --name Alphaperson --iban LT409999800000000001")
    book(
        "invoice add {book} --campaign C-101 --number S-1 --amount 5.00 --issued 2026-01-02 --iban LT459999900000000003 --payee Gammaoffice"
    )
    book.done(
        "import {book}",
        write(
            book.folder / "january.xml",
            1,
            "100.00",
            Line(5, "50.00", "with love", "Alphaperson", "LT409999800000000001"),
            Line(6, "-7.00", "our case", "Betaperson", "LT139999800000000002"),
            Line(7, "70.00", "RF70C101 with love", "Betaperson", "LT139999800000000002"),
        ),
    )
    return book


def leaked(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("form", ["", "--json"])
def test_nothing_shows_a_name_unasked(secretive: CommandLine, form: str) -> None:
    for line in (*READING, *CHANGING, *READING):
        ran = secretive(f"{line} {form}")
        assert leaked(ran.out + ran.err) == [], line
        assert ran.code in {0, 2}, ran.err


@pytest.mark.parametrize(
    ("line", "subject", "shown"),
    [
        ("lines {book}", "lines", "with love"),
        ("donor list {book}", "donors", "Alphaperson"),
        ("donor show {book} D-0001", "D-0001", "Alphaperson"),
        ("payee list {book}", "payees", "Gammaoffice"),
        ("account list {book}", "accounts", "LT029999900000000001"),
    ],
)
def test_a_reveal_is_asked_for_and_logged(secretive: CommandLine, line: str, subject: str, shown: str) -> None:
    assert shown not in secretive(f"{line} --json").out
    assert shown in secretive(f"{line} --reveal --json").out
    newest = secretive("log {book} --limit 1 --json").row
    assert (newest["verb"], newest["subject"]) == ("reveal", subject)


def test_inspect_masks_its_table_and_not_its_json(secretive: CommandLine) -> None:
    file = str(secretive.folder / "january.xml")
    assert leaked(secretive("inspect", file).out) == []
    assert "with love" in secretive("inspect --reveal", file).out
    assert secretive("inspect --json", file).row["statements"][0]["lines"][0]["counterparty"]["name"] == "Alphaperson"
