"""The recovery key's paper: the key can be read from it, and nobody else reads the file."""

from __future__ import annotations

import stat
from datetime import date
from typing import TYPE_CHECKING

import pypdfium2  # type: ignore[import-untyped]  # it carries no types
import pytest

from fundledger.domain.problem import KnownError
from fundledger.domain.spelling import read_back
from fundledger.export import recovery
from fundledger.i18n import Speaker

if TYPE_CHECKING:
    from pathlib import Path

KEY = "0123 4567 89AB CDEF GHJK MNPQ RSTV WXYZ"


def text_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        assert len(document) == 1
        page = document[0]
        words = page.get_textpage()
        found: str = words.get_text_bounded()
        words.close()
        page.close()
        return found


@pytest.mark.parametrize("language", ["en", "lt"])
def test_the_key_can_be_typed_back_from_its_one_page(language: str) -> None:
    content = recovery.render(KEY, "Testų fondas", "5c0e9f1e", date(2026, 3, 5), Speaker(language))
    text = text_of(content)
    lines = [line for line in text.splitlines() if line.split() and all(group in KEY.split() for group in line.split())]
    assert read_back(" ".join(lines)) == read_back(KEY)
    assert "Testų fondas" in text
    assert "5c0e9f1e" in text
    assert content == recovery.render(KEY, "Testų fondas", "5c0e9f1e", date(2026, 3, 5), Speaker(language))


def test_the_code_holds_the_key_and_is_drawn_dark_on_light() -> None:
    content = recovery.render(KEY, "F", "u", date(2026, 3, 5), Speaker())
    other = recovery.render(KEY.replace("Z", "Y"), "F", "u", date(2026, 3, 5), Speaker())
    shades = []
    for each in (content, other):
        with pypdfium2.PdfDocument(each) as document:
            page = document[0]
            picture = page.render(scale=2).to_pil().convert("L").crop((100, 200, 420, 560))
            shades.append(picture.tobytes())
            page.close()
    dark = sum(shade < 64 for shade in shades[0]) / len(shades[0])
    assert 0.2 < dark < 0.6
    assert shades[0] != shades[1]


def test_only_its_owner_reads_the_file_and_nothing_half_is_left(tmp_path: Path) -> None:
    recovery.write(tmp_path / "paper.pdf", b"%PDF")
    assert stat.S_IMODE((tmp_path / "paper.pdf").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["paper.pdf"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("B.fundledger/paper.pdf", "export.inside_book"), ("plain.txt/paper.pdf", "export.not_a_folder"), ("folder", "export.unwritable")],
)
def test_a_place_that_takes_no_paper_is_refused(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "plain.txt").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(KnownError) as error:
        recovery.write(tmp_path / name, b"%PDF")
    assert error.value.code == code
    assert {each.name for each in tmp_path.iterdir()} == {"plain.txt", "folder"}
