"""Every format of a report carries the head of the log, and `check --against` reads it back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.evidence import head_of
from fundledger.domain.problem import KnownError
from fundledger.export.heads import reported
from fundledger.export.writing import FORMATS, render
from fundledger.i18n import Speaker
from fundledger.reports.value import Audience
from tests.export import sample

if TYPE_CHECKING:
    from pathlib import Path

HEAD = head_of(1234, bytes(range(32)))


@pytest.mark.parametrize("language", ["en", "lt"])
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("audience", list(Audience))
def test_a_report_gives_back_the_head_it_was_made_with(tmp_path: Path, form: str, language: str, audience: Audience) -> None:
    file = tmp_path / f"report.{form}"
    file.write_bytes(render(replace(sample.campaign(audience), head=HEAD), form, Speaker(language)))
    assert reported(str(file)) == [HEAD]


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_without_a_head_is_refused(tmp_path: Path, form: str) -> None:
    file = tmp_path / f"report.{form}"
    file.write_bytes(render(sample.campaign(), form, Speaker("en")))
    with pytest.raises(KnownError, match=r"evidence\.no_head"):
        reported(str(file))


def test_a_head_is_typed_from_paper() -> None:
    assert reported("1234 aaaq eaye auda ocaj bifq ydio b4ib ceqt") == [HEAD]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"%PDF-1.7 no document", b"\xff\xfe\x00", b"1234 and words"])
def test_what_holds_no_head_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "what.bin"
    file.write_bytes(content)
    for given in (str(file), str(tmp_path / "missing.pdf"), "1234", "\x00"):
        with pytest.raises(KnownError, match=r"evidence\.no_head"):
            reported(given)
