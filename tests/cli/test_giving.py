"""Gifts, receipts, promises and reviews on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.bank import Line, write

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine

ALPHA = "Sample Person Alpha"


@pytest.fixture
def given(book: CommandLine) -> CommandLine:
    """One gift of 80.00 to C-101, booked, and one of 500.00 that is open."""
    rf, iban = "RF70C101", "LT121000011101001000"
    lines = (Line(5, "80.00", rf, ALPHA, iban), Line(6, "500.00", "for whoever needs it", "Sample Person Beta", "LT601010012345678901"))
    book(f"import {{book}} {write(book.folder / 'january.xml', 1, '100.00', *lines)}")
    book("reconcile {book} --accept-sure")
    return book


def second(cli: CommandLine) -> Path:
    path = cli.folder / "phrase.txt"
    path.write_text("second river lamp\n")
    cli(f"person add {{book}} --role enter+approve --second-passphrase-file {path} --name", "Sample Person Gamma")
    return path


def test_a_receipt_its_duplicate_and_where_the_money_is(given: CommandLine) -> None:
    [gift] = given("gift list {book} --donor D-0001 --json").rows
    assert (gift["campaign"], gift["donor"], gift["amount"], gift["currency"]) == ("C-101", "D-0001", "80.00", "EUR")
    made = given.done(f"donor receipt {{book}} D-0001 --gift {gift['id']} --out {{folder}}/out")
    assert (made["amount"], made["repeats"], made["gifts"]) == ("80.00", None, [gift["id"]])
    path = given.folder / "out" / f"d-0001-receipt-{made['number']}-en.pdf"
    assert path.read_bytes().startswith(b"%PDF")
    assert path.stat().st_mode & 0o777 == 0o600
    again = given.done(f"donor receipt {{book}} D-0001 --gift {gift['id']} --out {{folder}}/out --language lt")
    assert again["repeats"] == made["number"]
    assert [row["repeats"] for row in given("donor receipts {book} --json").rows] == [made["number"], None]
    told = given.done(f"donor where {{book}} D-0001 --gift {gift['id']} --out {{folder}}/out")
    assert [one.rpartition(".")[2] for one in told["files"]] == ["pdf", "txt"]
    assert given("check {book}").code == 0


def test_a_letter_speaks_any_public_language_and_one_at_a_time(given: CommandLine) -> None:
    [gift] = given("gift list {book} --donor D-0001 --json").rows
    asked = f"donor where {{book}} D-0001 --gift {gift['id']} --out {{folder}}/out --language"
    told = given.done(f"{asked} be")
    assert "Дзе вашы грошы" in next(Path(one).read_text() for one in told["files"] if one.endswith(".txt"))
    assert given(f"{asked} all").code == 2


def test_a_receipt_needs_a_gift_or_a_year_and_a_gift_of_hers(given: CommandLine) -> None:
    for asked in ("--out {folder}", "--gift 1 --year 2026 --out {folder}", "--gift 77 --out {folder}", "--year 2020 --out {folder}"):
        refused = given(f"donor receipt {{book}} D-0001 {asked}")
        assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)


def test_a_gift_is_made_anonymous_later(given: CommandLine) -> None:
    [gift] = given("gift list {book} --campaign C-101 --json").rows
    given.done(f"gift anonymous {{book}} {gift['id']}")
    assert given("gift list {book} --json").rows[0]["anonymous"] is True
    given.done(f"gift anonymous {{book}} {gift['id']} --no")
    assert given("gift list {book} --json").rows[0]["anonymous"] is False


def test_promises_are_listed_kept_past_their_day_and_given_up(given: CommandLine) -> None:
    given("pledge add {book} --donor D-0001 --campaign C-101 --amount 30.00 --on 2026-01-02 --due 2026-02-01")
    given("pledge add {book} --donor D-0001 --campaign C-102 --amount 20.00 --on 2026-01-02 --due 2026-02-01")
    given("pledge add {book} --donor D-0001 --campaign C-102 --amount 10.00 --on 2026-01-03")
    rows = given("pledge list {book} --json").rows
    assert [(row["amount"], row["left"], row["due_on"], row["pledge_state"]) for row in rows] == [
        ("30.00", "0.00", "2026-02-01", "kept"), ("20.00", "20.00", "2026-02-01", "due"), ("10.00", "10.00", None, "open"),
    ]  # fmt: skip
    given.done(f"pledge cancel {{book}} {rows[1]['id']} --on 2026-03-01")
    assert [row["id"] for row in given("pledge list {book} --state cancelled --json").rows] == [rows[1]["id"]]
    assert given(f"pledge cancel {{book}} {rows[1]['id']}").code == 2
    assert given(f"pledge cancel {{book}} {rows[0]['id']}").code == 2
    assert given("pledge add {book} --donor D-0001 --campaign C-102 --amount 1.00 --on 2026-01-02 --due 2026-01-01").code == 2
    given("undo {book}")
    assert given("pledge list {book} --state cancelled --json").rows == []


def test_a_gift_over_the_limit_is_held_cleared_and_booked(given: CommandLine) -> None:
    assert given.done("review settings {book} --single 400.00 --country XX")["single"] == "400.00"
    [line] = [row["id"] for row in given("lines {book} --state open --json").rows]
    held = given(f"accept {{book}} {line} --to campaign:C-102=500.00")
    assert held.code == 0
    assert "until two people decide" in held.err
    listed = given("review list {book} --json")
    assert listed.code == 1
    assert [(row["review_state"], row["reasons"], row["amount"]) for row in listed.rows] == [("held", ["single"], "500.00")]
    assert "as large as the limit" in given("review list {book}").out
    assert given(f"accept {{book}} {line} --to campaign:C-102=500.00").code == 2
    agrees = second(given)
    given.done(f"review clear {{book}} 1 --second-passphrase-file {agrees} --list", "Invented list of January")
    assert given("review list {book}").code == 0
    assert "Invented" not in given("review list {book}").out
    given(f"accept {{book}} {line} --to campaign:C-102=500.00")
    assert given.balances()["C-102"]["collected"] == "500.00"
    assert given("check {book}").code == 0


def test_a_gift_held_by_hand_goes_back(given: CommandLine) -> None:
    [line] = [row["id"] for row in given("lines {book} --state open --json").rows]
    held = given.done(f"review hold {{book}} {line} --reason", "The payer is not known to us")
    given.done(f"review return {{book}} {held['id']} --second-passphrase-file {second(given)}")
    assert given("review list {book} --state returned --json --reveal").rows[0]["said"] == "The payer is not known to us"
    assert given(f"accept {{book}} {line} --to foundation=500.00").code == 2
    assert given.balances()["suspense"]["collected"] == "500.00"


def test_to_hold_less_takes_two(given: CommandLine) -> None:
    given("review settings {book} --single 400.00 --third-party yes --family yes --year-sum 900.00")
    refused = given("review settings {book} --single none")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    given.done(f"review settings {{book}} --single none --third-party no --second-passphrase-file {second(given)}")
    shown = given("review settings {book} --json").rows[0]
    assert (shown["single"], shown["year_sum"], shown["third_party"], shown["family"]) == (None, "900.00", False, True)
