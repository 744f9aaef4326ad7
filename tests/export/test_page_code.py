"""The code to give by on an appeal's page: read by a decoder that is not ours, and nothing that loads or runs."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.epc import payment_code
from fundledger.domain.reference import creditor_reference
from fundledger.export.page import render
from fundledger.export.qr import modules
from fundledger.i18n import Speaker, public_languages
from fundledger.reports.value import AppealState
from tests.export.sample import appeal

REFERENCE = "RF18539007547034"
CODE = payment_code("Sample Foundation Šviesa", "LT029999900000000001", REFERENCE)


def read_modules(dark: list[list[bool]]) -> str:
    """What a decoder makes of modules drawn four points wide."""
    rows = [bytes(0 if cell else 255 for cell in line for _ in range(4)) for line in dark for _ in range(4)]
    [found] = zxingcpp.read_barcodes(memoryview(b"".join(rows)).cast("B", (len(rows), len(rows))))
    return str(found.text)


def drawn(html: str) -> list[list[bool]]:
    """The modules an SVG in a page draws."""
    size = int(re.findall(r'viewBox="0 0 (\d+) \1"', html)[0])
    dark = {(int(row), int(place)) for place, row in re.findall(r"M(\d+) (\d+)h1v1h-1z", html)}
    return [[(row, place) in dark for place in range(size)] for row in range(size)]


@pytest.mark.parametrize("language", public_languages())
def test_the_page_of_an_open_appeal_has_the_code_with_its_words(language: str) -> None:
    shown = replace(appeal(AppealState.OPEN), giving=CODE)
    html = render(shown, Speaker(language, public=True))["html"].decode()
    assert read_modules(drawn(html)) == CODE
    assert f"{REFERENCE}</title>" in html, "what is read aloud"
    assert "<script" not in html
    assert "http" not in html.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("state", [AppealState.OVER, AppealState.CLOSED])
def test_the_page_of_an_appeal_that_is_over_has_none(state: AppealState) -> None:
    html = render(replace(appeal(state), giving=CODE), Speaker("en", public=True))["html"]
    assert b"<svg" not in html


def test_a_page_without_an_account_to_give_to_does_without() -> None:
    assert b"<svg" not in render(appeal(AppealState.OPEN), Speaker("en", public=True))["html"]


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=70), st.from_regex(r"[A-Z0-9]{1,12}", fullmatch=True))
def test_whatever_the_foundation_is_called_the_code_says_it(name: str, code: str) -> None:
    told = payment_code(name, "LT029999900000000001", creditor_reference(code))
    assert read_modules(modules(told)) == told
