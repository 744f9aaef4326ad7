"""Files arrive whole or not at all, under names every system takes."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.problem import KnownError
from fundledger.export import writing
from fundledger.export.text import REPLACEMENT, clean, file_name
from fundledger.export.writing import FORMATS, save, write_page, write_report
from fundledger.i18n import Speaker
from fundledger.reports.value import Audience
from tests.export.sample import appeal, campaign

NAME = "Testa Testaitė"


def refused(code: str, directory: Path, *formats: str, subject: str = "SAMPLE") -> None:
    with pytest.raises(KnownError) as caught:
        write_report(campaign(subject=subject), directory, formats or ("json",), Speaker("en"), [NAME])
    assert caught.value.code == code
    assert all(Speaker(language).problem(problem) for problem in caught.value.problems for language in ("en", "lt"))


def test_each_format_is_one_file_and_the_same_bytes_again(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "reports"
    files = write_report(campaign(subject="SAMPLE-1"), folder, FORMATS, Speaker("lt"), [NAME])
    assert [file.name for file in files] == [f"campaign-sample-1-2025-11-03-2026-03-31-public-lt.{form}" for form in FORMATS]
    assert sorted(folder.iterdir()) == sorted(files)
    before = [file.read_bytes() for file in files]
    again = write_report(campaign(subject="SAMPLE-1"), folder, FORMATS, Speaker("lt"), [NAME])
    assert [file.read_bytes() for file in again] == before


def test_the_page_is_three_files(tmp_path: Path) -> None:
    files = write_page(appeal(), tmp_path, Speaker("en"), [NAME])
    assert [file.name for file in files] == [f"sample-2026-01-page-en.{form}" for form in ("html", "txt", "json")]


def test_a_public_report_with_a_name_is_not_written_in_any_format(tmp_path: Path) -> None:
    refused("gate.name_found", tmp_path, "html", "csv", subject=f"For {NAME}")
    assert list(tmp_path.iterdir()) == []


def test_a_page_with_a_name_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(KnownError):
        write_page(appeal(), tmp_path, Speaker("en"), ["Sample Person"])
    assert list(tmp_path.iterdir()) == []


def test_an_auditors_report_may_name_the_payee(tmp_path: Path) -> None:
    [file] = write_report(campaign(Audience.AUDITOR), tmp_path, ["json"], Speaker("en"), ["Sample Law Office"])
    assert b"Sample Law Office" in file.read_bytes()


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    refused("export.not_a_folder", tmp_path / "file")
    refused("export.not_a_folder", tmp_path / "file" / "below")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_that_may_not_be_written_is_refused_before_the_work() -> None:
    refused("export.unwritable", Path("/proc/reports"))


def test_a_folder_inside_a_book_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Sample.fundledger").mkdir()
    refused("export.inside_book", tmp_path / "Sample.fundledger" / "reports")
    assert list((tmp_path / "Sample.fundledger").iterdir()) == []


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    refused("export.format_unknown", tmp_path, "pdf", "docx")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_refused_before_and_while_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
        refused("export.no_space", tmp_path)
    calls = iter(range(10))

    def fail_at_second(descriptor: int) -> None:
        if next(calls) == 1:
            raise OSError(errno.ENOSPC, "full", str(descriptor))

    monkeypatch.setattr(os, "fsync", fail_at_second)
    refused("export.no_space", tmp_path, "json", "csv")
    assert list(tmp_path.iterdir()) == []


def test_a_target_held_open_elsewhere_keeps_its_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "report.csv").write_bytes(b"old")

    def held(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, str(self), str(target))

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(KnownError) as caught:
        save(tmp_path, {"report.csv": b"new"})
    assert caught.value.code == "export.target_open"
    assert [file.name for file in tmp_path.iterdir()] == ["report.csv"]
    assert (tmp_path / "report.csv").read_bytes() == b"old"


def test_a_folder_under_the_files_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report.csv").mkdir()
    with pytest.raises(KnownError) as caught:
        save(tmp_path, {"report.csv": b"new"})
    assert caught.value.code == "export.unwritable"
    assert list(tmp_path.iterdir()) == [tmp_path / "report.csv"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("CON", "con-file"),
        ('a/b\\c:d*e?f"g<h>i|j', "a-b-c-d-e-f-g-h-i-j"),
        ("../../etc/passwd", "etc-passwd"),
        ("trailing. ", "trailing"),
        ("Žalgiris – Жальгіріс", "zalgiris-zhal-giris"),
        ("", "report"),
    ],
)
def test_names_are_made_safe(words: str, name: str) -> None:
    assert file_name(words) == name


@given(st.text(st.characters(exclude_categories=()), max_size=400))
def test_any_words_make_a_name_every_file_system_takes(words: str) -> None:
    name = file_name(words)
    assert 1 <= len(name) <= 105
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@given(st.text(st.characters(exclude_categories=())))
def test_clean_text_can_be_written_and_keeps_what_was_whole(text: str) -> None:
    clean(text).encode()
    assert clean(clean(text)) == clean(text)
    kept = "".join(letter for letter in clean(text) if letter != REPLACEMENT)
    assert set(kept) <= set(text) | {"\n"}


def test_every_format_has_its_writer() -> None:
    assert all(writing.render(campaign(), form, Speaker("en")) for form in FORMATS)
