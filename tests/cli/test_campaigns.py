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
