"""Taking over on the command line: an empty workbook, a look at what was filled in, and booking it by two persons."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.services.takeovers import Rows, workbook

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine

IBAN = "LT029999900000000001"
ROWS: Rows = {
    "about": [(date(2026, 1, 2),)],
    "accounts": [(IBAN, "", "EUR", 100, 40)],
    "campaigns": [("C-101", 500, 0, 0, 0, 0, 0, 440)],
    "money": [(IBAN, "C-101", 60)],
    "payees": [("Sample Law Office", "")],
    "invoices": [("C-101", "Sample Law Office", "S-9", date(2025, 12, 3), 20)],
}


@pytest.fixture
def second(book: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The book with a second person, whose passphrase is asked for by a variable."""
    monkeypatch.setenv("FUNDLEDGER_SECOND_PASSPHRASE", "second river lamp")
    book.done("person add {book} --name Beta --role enter+approve")
    return book


def test_what_is_previewed_is_booked_with_a_second_person(second: CommandLine) -> None:
    path = workbook(second.folder, ROWS)
    seen = second(f"takeover read {{book}} {path} --preview --json")
    assert (seen.code, [row["what"] for row in seen.rows]) == (
        0, ["accounts", "money", "campaigns", "campaigns", "payees", "invoices"],
    )  # fmt: skip
    assert seen.rows[1] | {"id": 2} == {
        "id": 2, "what": "money", "place": "Money in accounts!A6", "about": "1010-1", "fund": "C-101", "debit": "1010-1",
        "credit": "3900", "amount": "60.00", "currency": "EUR",
    }  # fmt: skip
    assert second.balances()["C-101"]["remaining"] == "0.00"
    assert second.done(f"takeover read {{book}} {path}")["file"] == "take-over.xlsx"
    found = second.balances()
    assert (found["C-101"]["opening"], found["C-101"]["remaining"], found["unrestricted"]["remaining"]) == ("60.00", "60.00", "40.00")
    assert second("invoice approve {book} S-9").code == 0
    assert second("check {book}").code == 0


def test_everything_that_stands_in_the_way_is_told_with_its_cell(second: CommandLine) -> None:
    path = workbook(second.folder, ROWS | {"money": [(IBAN, "C-101", 50)], "payees": []})
    seen = second(f"takeover read {{book}} {path} --preview")
    assert seen.code == 1
    first, identity, payee = seen.out.splitlines()
    assert first.startswith("Accounts!D6 says €100.00, but the foundation and the campaigns have €90.00 in it, a difference of €10.00.")
    assert identity.startswith("Campaigns!A6: by its totals C-101 should have €60.00, but €50.00 is on the sheet of money")
    assert payee.startswith("Unpaid invoices!B6 names a payee whom nobody knows.")
    as_json = second(f"takeover read {{book}} {path} --preview --json")
    assert [row["where"] for row in as_json.rows] == ["Accounts!D6", "Campaigns!A6", "Unpaid invoices!B6"]
    refused = second(f"takeover read {{book}} {path}")
    assert (refused.code, len(refused.err.splitlines())) == (2, 3)


def test_one_person_alone_takes_nothing_over(book: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNDLEDGER_SECOND_PASSPHRASE", "sample river lamp")
    assert book(f"takeover read {{book}} {workbook(book.folder, ROWS)}").code == 2
    assert book.balances()["C-101"]["remaining"] == "0.00"


def test_an_empty_workbook_is_written_once(cli: CommandLine, tmp_path: Path) -> None:
    made = cli("takeover template --language lt --out {folder}/new")
    assert (made.code, (tmp_path / "new.xlsx").is_file()) == (0, True)
    assert cli("takeover template --out {folder}/new.xlsx").code == 2
