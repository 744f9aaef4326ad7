"""The program is updated: an older book opens after a verified backup, and whatever it reported before still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fundledger.store import migrating
from tests.cli.bank import Line, write
from tests.store.later import later_migrations

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine

FORMS = ("pdf", "xlsx", "html", "json", "csv")


@pytest.fixture
def reported(book: CommandLine, tmp_path: Path) -> list[Path]:
    """A book of the first schema with a gift, and what it reported: to the auditor in every format, to the public on a page."""
    january = write(tmp_path / "january.xml", 1, "100.00", Line(7, "50.00", "C-101", "Sample Person Alpha"))
    assert book("import {book}", january).code == 0
    assert book("accept {book} 1 --to", "campaign:C-101=50.00").code == 0
    for form in FORMS:
        assert book("report {book} campaign --campaign C-101 --audience auditor --out {folder}/out --format", form).code == 0
    assert book("page {book} --campaign C-101 --out {folder}/out").code == 0
    return sorted((book.folder / "out").iterdir())


def test_an_older_book_opens_backed_up_and_its_earlier_reports_still_verify(
    book: CommandLine, reported: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = book.balances()
    later_migrations(tmp_path, monkeypatch.setattr)
    assert book.balances() == before
    assert len(book("backup {book} --list --json").rows) == 1, "made before the first step"
    for report in reported:
        assert book.done("check {book} --against", str(report))["sound"], report.name
    published = book("publish {book}", *(str(report) for report in reported))
    assert published.code == 0, published.err  # each is made again from the book and compared byte by byte


def test_the_backup_of_an_update_becomes_the_book_of_the_earlier_program_again(
    book: CommandLine, reported: list[Path], tmp_path: Path
) -> None:
    assert reported
    with pytest.MonkeyPatch.context() as update:
        later_migrations(tmp_path, update.setattr)
        assert book("check {book}").code == 0
    assert migrating.VERSIONS == ("0001",)
    assert "open for looking only" in book("check {book}").err
    newer = book("campaign over {book} C-101")
    assert newer.code == 2
    assert "newer version of the program (schema 0002)" in newer.err
    assert book("restore {book}/backups/0000001.flbackup {folder}/Again").code == 0
    assert book("check {folder}/Again.fundledger").err == ""
