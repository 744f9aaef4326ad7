"""Close, reopen and publish as scripts call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.bank import Line, write

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine


def test_a_month_is_closed_published_and_reopened_by_two(book: CommandLine) -> None:
    write(book.folder / "january.xml", 1, "100.00", Line(5, "50.00", "RF70C101"))
    book("import {book} {folder}/january.xml")
    refused = book("close {book} --period 2026-01")
    assert refused.code == 2
    assert "still open" in refused.err
    book("reconcile {book} --accept-sure")
    (book.folder / "second").write_text("another river lamp\n", encoding="utf-8")
    book("person add {book} --second-passphrase-file {folder}/second --name", "Sample Person Beta")
    shown = book.done("period show {book} 2026-01")
    assert (shown["state"], [one["item"] for one in shown["items"] if not one["ok"]]) == ("open", ["statements"])
    for missing in shown["items"][0]["problems"]:
        told = ("--subject", missing["where"], "--said", "The bank writes none where nothing moved.")
        assert book("period explain {book} 2026-01 --item statements", *told).code == 0
    assert book.done("close {book} --period 2026-01")["period"] == "2026-01"
    assert book("close {book} --period 2026-01").code == 2
    written = book.done("report {book} overview --audience auditor --to 2026-01-31 --format json --out {folder}/out")
    assert book.done("publish {book}", written["file"])["id"] == 1
    assert book("reopen {book} --period 2026-01 --reason again").code == 2, "nobody stands by"
    again = book.done("reopen {book} --period 2026-01 --reason again --second-passphrase-file {folder}/second")
    assert [one["code"] for one in again["warnings"]] == ["period.editions_superseded"]
    [period] = book("period list {book} --json").rows
    assert (period["state"], period["reopenings"][0]["reason"]) == ("reopened", "•••")
    for line in ("period list {book}", "period show {book} 2026-01"):
        assert "The bank writes none" not in book(f"{line} --json").out
        assert book(f"{line} --reveal --json").row["reopenings"][0]["reason"] == "again"
        assert book("log {book} --limit 1 --json").row["verb"] == "reveal"
    assert "The bank writes none" not in book("period show {book} 2026-01").out
    assert "The bank writes none" in book("period show {book} 2026-01 --reveal").out
    assert book("check {book}").code == 0
