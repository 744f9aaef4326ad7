"""Quotes as scripts list them: every version, which one is accepted, and the document behind it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine


def test_every_version_of_a_quote_is_listed_and_one_is_accepted(book: CommandLine) -> None:
    paper = book.folder / "quote.pdf"
    paper.write_bytes(b"%PDF-1.7\n")
    book.done("quote add {book} --campaign C-101 --payee Gammaoffice --amount 60.00 --received 2026-01-02 --document {folder}/quote.pdf")
    book.done("quote add {book} --campaign C-101 --payee Gammaoffice --amount 80.00 --received 2026-01-09")
    first, second = book("quote list {book} --json").rows
    assert (first["id"], first["campaign"], first["version"], first["amount"], first["currency"], first["received_on"]) == (
        1, "C-101", 1, "60.00", "EUR", "2026-01-02",
    )  # fmt: skip
    assert [(one["version"], one["accepted"]) for one in (first, second)] == [(1, False), (2, True)]
    assert [one["document"] for one in (first, second)] == [hashlib.sha256(paper.read_bytes()).hexdigest(), None]
    assert first["payee"] == second["payee"] != "Gammaoffice"
    table = book("quote list {book}").out
    assert "80.00" in table
    assert "Gammaoffice" not in table


def test_versions_of_a_mandate_are_listed_with_what_they_changed(book: CommandLine) -> None:
    book.done("campaign mandate {book} C-101 --surplus refund --late-gift foundation --consent name,story --consent-until 2099-12-31")
    first, second = book("campaign mandate {book} C-101 --json").rows
    assert (first["version"], first["changed"], second["version"]) == (1, [], 2)
    assert {"surplus=refund", "late_gift=foundation", "consent_scope=name,story", "consent_until=2099-12-31"} <= set(second["changed"])
    assert first["digest"] != second["digest"]
    assert "surplus=refund" in book("campaign mandate {book} C-101").out


def test_the_code_to_give_is_written_as_two_pictures_but_never_of_a_protected_campaign(book: CommandLine) -> None:
    assert book("campaign qr {book} C-101 --out {folder}").code == 0
    assert (book.folder / "qr-c-101.png").read_bytes().startswith(b"\x89PNG")
    assert (book.folder / "qr-c-101.svg").read_bytes().startswith(b"<svg")
    book.done("campaign mandate {book} C-101 --protected yes")
    assert book("campaign qr {book} C-101 --out {folder}").code == 2


def test_the_preview_of_closing_leaves_the_campaign_as_it_is(book: CommandLine) -> None:
    ran = book("campaign close {book} C-101 --preview --json")
    assert (ran.code, [one["code"] for one in ran.rows[0]["blocking"]]) == (1, ["campaign.step"])
    assert book("campaign show {book} C-101 --json").row["state"] == "open"
