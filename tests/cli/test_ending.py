"""The end of a campaign by commands: the preview, refunds owed, late gifts, the board, and what to say in six languages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fundledger.i18n import public_languages
from tests.cli.bank import Line, write

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine
    from tests.conftest import Golden

GIFTS = ("100.00", "60.00", "40.00", "20.00", "10.00")


@pytest.fixture
def over(book: CommandLine) -> CommandLine:
    """C-101 collected 230.00 from five donors and is over; 25.00 came a month later, and the board decides on late gifts."""
    gifts = [Line(n, amount, "RF70C101", f"Sample Person {n}", f"LT{n}0999") for n, amount in enumerate(GIFTS, 2)]
    book.done("import {book}", write(book.folder / "january.xml", 1, "100.00", *gifts))
    assert book("reconcile {book} --accept-sure --json").rows[-1]["accepted"] == len(GIFTS)
    book.done("campaign mandate {book} C-101 --surplus refund --smallest-refund 15.00 --late-gift foundation --vat with")
    book.done("campaign over {book} C-101 --on 2026-01-20")
    book.done("import {book}", write(book.folder / "february.xml", 2, "330.00", Line(3, "25.00", "C-101", "Sample Person 2", "LT20999")))
    return book


def proposed(cli: CommandLine) -> None:
    """Accept the first proposal of every open line."""
    for row in cli("reconcile {book} --json").rows:
        cli.done(f"accept {{book}} {row['id']} --proposal 1")


@pytest.mark.parametrize("language", ["en", "lt"])
def test_the_end_of_a_campaign_reads_as_agreed(over: CommandLine, golden: Golden, language: str) -> None:
    proposed(over)
    steps = (
        "campaign show {book} C-101", "campaign close {book} C-101 --on 2026-02-20 --preview", "campaign late {book}",
        "campaign settle-late {book} C-101 --to foundation --preview", "campaign settle-late {book} C-101 --to campaign:C-102",
        "campaign close {book} C-101 --on 2026-02-20", "campaign list {book}", "campaign archive {book} C-101 --on 2026-02-21",
        "quote list {book}",
    )  # fmt: skip
    told = []
    for step in steps:
        ran = over(f"{step} --language {language}")
        told += [f"$ {step}", ran.out + ran.err]
    golden(Path(f"golden/ending-{language}.txt"), "\n".join(told))


def test_the_preview_tells_each_share_and_closing_books_it(over: CommandLine) -> None:
    found = over.done("campaign close {book} C-101 --preview")
    assert [(one["donor"], one["share"], one["fate"]) for one in found["shares"]] == [
        ("D-0001", "100.00", "refund"), ("D-0002", "60.00", "refund"), ("D-0003", "40.00", "refund"), ("D-0004", "20.00", "refund"),
        ("D-0005", "10.00", "small"),
    ]  # fmt: skip
    assert (found["refunded"], found["held"], found["n_refunds"]) == ("220.00", "10.00", 4)
    assert [one["code"] for one in found["warnings"]] == ["campaign.late_waiting"]
    assert over.done("campaign close {book} C-101 --on 2026-02-20")["refunds_owed"] == "220.00"
    shown = over.done("campaign show {book} C-101")
    assert (shown["state"], shown["refunds_owed"], shown["vat"]) == ("closed", "220.00", "with")
    told = [(row["on"], row["kind"]) for row in over("campaign timeline {book} C-101 --json").rows if row["kind"] != "mandate"]
    assert told == [
        ("2026-01-02", "opened"), ("2026-01-02", "gifts"), ("2026-01-20", "over"), ("2026-02-20", "refund"), ("2026-02-20", "closed"),
    ]  # fmt: skip
    assert "4 payments back decided: €220.00" in over("campaign timeline {book} C-101").out
    refused = over("campaign archive {book} C-101 --on 2026-02-21")
    assert (refused.code, "€220.00" in refused.err) == (2, True)


def test_an_ended_cause_is_closed_by_its_own_rule_and_the_log_says_so(over: CommandLine) -> None:
    assert over.done("campaign close {book} C-101 --preview --ended")["rule"] == "hold"
    over.done("campaign close {book} C-101 --on 2026-02-20 --ended")
    assert over.done("campaign show {book} C-101")["refunds_owed"] == "0.00"
    assert "campaign close ended" in {row["verb"] for row in over("log {book} --json").rows}


def test_a_late_gift_is_listed_decided_on_by_two_and_taken_back(over: CommandLine) -> None:
    (late,) = over("campaign late {book} C-101 --json").rows
    assert (late["state"], late["amount"], late["rule"], late["proposes"]) == ("open", "25.00", "foundation", "")
    assert "board" in over("campaign settle-late {book} C-101").err
    (over.folder / "second.txt").write_text("second words\n", encoding="utf-8")
    over.done("person add {book} --role approve --second-passphrase-file {folder}/second.txt --name", "Sample Approver")
    over.done("campaign settle-late {book} C-101 --to foundation --second-passphrase-file {folder}/second.txt")
    assert (over.balances()["unrestricted"]["collected"], over("campaign late {book} --json").rows) == ("25.00", [])
    over.done("undo {book}")
    assert (over.balances()["unrestricted"]["collected"], len(over("campaign late {book} --json").rows)) == ("0.00", 1)
    assert over.done("check {book}")["sound"] is True


def test_what_to_say_is_said_in_every_public_language_from_the_same_numbers(over: CommandLine, golden: Golden) -> None:
    over.done("campaign close {book} C-101 --on 2026-02-20 --ended")
    rows = over("campaign text {book} C-101 --json").rows
    assert [row["language"] for row in rows] == public_languages()
    assert all("€\N{NO-BREAK SPACE}230" in row["text"][0] for row in rows)
    golden(Path("golden/closing-texts.txt"), over("campaign text {book} C-101").out)


def test_a_quote_is_offered_accepted_and_its_scope_shown_to_who_asks(book: CommandLine) -> None:
    made = book.done("quote add {book} --campaign C-101 --payee Office --amount 60.00 --offered --vat without --scope", "One hearing")
    assert book.done("campaign show {book} C-101")["asked"] == "3030.00"
    book.done(f"quote accept {{book}} {made['id']} --on 2026-02-03")
    assert book.done("campaign show {book} C-101")["asked"] == "60.00"
    (row,) = book("quote list {book} --campaign C-101 --json").rows
    assert (row["state"], row["vat"], row["decided_on"], row["scope"]) == ("accepted", "without", "2026-02-03", None)
    assert "One hearing" in book("quote list {book} --reveal").out
    assert book(f"quote refuse {{book}} {made['id']}").code == 2
