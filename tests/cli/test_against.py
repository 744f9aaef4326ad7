"""`check --against`: an earlier report, in any format or typed from paper, proves that nothing before it was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine

NOWHERE = "9999 AAAQ EAYE AUDA OCAJ BIFQ YDIO B4IB CEQT"


@pytest.mark.parametrize("form", ["pdf", "xlsx", "html", "json", "csv"])
def test_a_report_agrees_with_the_book_it_was_made_from(book: CommandLine, form: str) -> None:
    made = book("report {book} overview --audience internal --out {folder}/out --format", form)
    assert made.code == 0
    (file,) = (book.folder / "out").iterdir()
    found = book.done("check {book} --against", str(file))
    assert found["sound"]
    (head,) = found["against"]
    assert book.done("check {book} --against", head.lower())["sound"]


def test_a_report_of_a_longer_log_is_a_fault(book: CommandLine) -> None:
    ran = book("check {book} --json --against", NOWHERE)
    assert ran.code == 1
    assert [one["code"] for one in ran.rows[0]["faults"]] == ["check.reported_missing"]
    assert "once reported are missing" in book("check {book} --against", NOWHERE).out


def test_what_is_no_report_is_refused_before_the_book_is_opened(book: CommandLine) -> None:
    ran = book("check {folder}/nowhere --against", "a report")
    assert (ran.code, ran.out) == (2, "")
    assert "eight groups of four letters" in ran.err
