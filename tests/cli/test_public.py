"""What leaves publicly, as scripts write it: a reader of every edition is asked first, and one word of a name is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.bank import Line, write

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine

REPORT = "report {book} campaign --campaign C-101 --audience public --format json --out {folder}/out"


@pytest.fixture
def given(book: CommandLine) -> CommandLine:
    """Five donors gave to C-101."""
    lines = [Line(day, "50.00", "RF70C101", name=f"Donor {name}") for day, name in enumerate(("Ada", "Bea", "Cleo", "Dora", "Elna"), 3)]
    write(book.folder / "january.xml", 1, "100.00", *lines)
    book("import {book} {folder}/january.xml")
    book("reconcile {book} --accept-sure")
    return book


def test_the_hostile_reader_is_asked_before_anything_is_published(given: CommandLine) -> None:
    first = given.done(REPORT)["file"]
    seen = given("publish {book} --preview", first)
    assert (seen.code, seen.out.strip()) == (
        0, "Figures shown: 2; with the earlier editions this one singles out 0 gifts. Nothing was published.",
    )  # fmt: skip
    assert given("publish {book}", first).code == 0
    write(given.folder / "february.xml", 2, "350.00", Line(9, "20.00", "RF70C101", name="Donor Fay"))
    given("import {book} {folder}/february.xml")
    given("reconcile {book} --accept-sure")
    [written] = given(f"{REPORT} --json").rows
    second = written["file"]
    seen = given("publish {book} --preview", second)
    assert seen.code == 1
    assert "“Collected” of C-101 would single out 1 gift" in seen.err
    for line in (REPORT, "page {book} --campaign C-101 --out {folder}/out"):
        assert "“Collected” of C-101 would single out 1 gift" in given(line).err, "whoever writes it is told before she sends it"
    refused = given("publish {book}", second)
    assert (refused.code, "the earlier edition stays" in refused.err) == (2, True)


def test_one_word_of_a_name_is_told_of_and_the_file_is_written(given: CommandLine) -> None:
    given("campaign add {book} C-500 --asked 10.00 --open --on 2026-01-02 --title", "Free Elna")
    for line in ("page {book} --campaign C-500 --out {folder}/out", REPORT.replace("C-101", "C-500")):
        ran = given(line)
        assert (ran.code, "a word that is part of somebody's name stands in it" in ran.err) == (0, True)
    assert "part of somebody's name" not in given(REPORT).err
    given("campaign add {book} C-501 --asked 10.00 --open --on 2026-01-02 --title", "Free Donor Elna")
    assert given("page {book} --campaign C-501 --out {folder}/out").code == 2
