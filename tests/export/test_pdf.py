"""A report on paper: what it says, that it is the same twice, and that hostile text stays text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2  # type: ignore[import-untyped]  # it carries no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.export import pdf
from fundledger.export.paper import PLAIN, width_of, wrap
from fundledger.i18n import Speaker
from fundledger.reports.value import Audience, Column, Identity, Message, Paragraph, Report, Row, Table, Term
from tests.export.sample import campaign, journal

if TYPE_CHECKING:
    from tests.conftest import Golden


def pages(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        found = []
        for number in range(len(document)):
            page = document[number]
            words = page.get_textpage()
            found.append(words.get_text_bounded().replace("\r\n", "\n"))
            words.close()
            page.close()
        return found


def properties(data: bytes) -> dict[str, str]:
    with pypdfium2.PdfDocument(data) as document:
        found: dict[str, str] = document.get_metadata_dict()
        return found


def of_text(text: str) -> Report:
    return replace(campaign(), sections=(Paragraph(text),))


@pytest.mark.parametrize("language", ["en", "lt"])
def test_the_campaign_report_reads_as_agreed(language: str, golden: Golden) -> None:
    golden(Path(f"golden/campaign-{language}.txt"), "\n\f\n".join(pages(pdf.render(campaign(), Speaker(language)))))


def test_the_same_data_is_the_same_bytes() -> None:
    assert pdf.render(campaign(), Speaker("lt")) == pdf.render(campaign(), Speaker("lt"))


def test_the_properties_name_the_report_and_the_foundation_only() -> None:
    found = properties(pdf.render(campaign(), Speaker("en")))
    assert found["Title"] == "Campaign report – SAMPLE-2026-01 · Defence before the court of appeal"
    assert found["Author"] == "Sample Foundation Šviesa"
    assert {found["Creator"], found["Producer"]} == {"FundLedger"}


def test_every_page_has_its_number_the_audience_and_the_date_of_data() -> None:
    found = pages(pdf.render(journal(400), Speaker("en")))
    assert len(found) > 5
    for number, text in enumerate(found, 1):
        assert f"Page {number} of {len(found)}" in text
        assert "Edition for the auditor, confidential" in text
        assert "Data as of 31 December 2026" in text
        assert "Debit" in text


def test_no_row_of_a_long_table_is_lost_over_the_pages() -> None:
    text = "\n".join(pages(pdf.render(journal(400), Speaker("en"))))
    for number in range(400):
        assert f"Gift by transfer {number * 7919 % 100003}" in text


def test_a_difference_is_shown_and_not_hidden() -> None:
    broken = Identity("campaign", (Term(1, "collected", Money(303000, "EUR")),), "fund_money", Money(302999, "EUR"))
    text = pages(pdf.render(replace(campaign(), sections=(broken,)), Speaker("en")))[0]
    assert "collected 3,030.00 = the fund's money 3,029.99" in text
    assert "difference 0.01" in text


def test_an_empty_table_says_so_and_a_report_without_entries_too() -> None:
    empty = Table("gifts", (Column("text"),), ())
    text = pages(pdf.render(replace(campaign(), sections=(empty,), as_of=None), Speaker("en")))[0]
    assert "No entries in this period." in text
    assert "No entries yet" in text


def test_markup_in_a_text_is_printed_and_never_obeyed() -> None:
    text = '<b>bold</b> & <img src="file:///etc/passwd"/> <a href="http://x.invalid">x</a>'
    assert text in pages(pdf.render(of_text(text), Speaker("en")))[0]


def test_letters_the_font_lacks_stop_the_report_and_are_named() -> None:
    with pytest.raises(KnownError) as caught:
        pdf.render(of_text("漢 and 字"), Speaker("en"))
    assert caught.value.code == "export.letters_missing"
    assert caught.value.problems[0].values["letters"] == "字 (U+5B57), 漢 (U+6F22)"


def test_control_characters_are_shown_as_replaced() -> None:
    assert "a\N{REPLACEMENT CHARACTER}b" in pages(pdf.render(of_text("a\x07b"), Speaker("en")))[0]


def test_a_cell_taller_than_a_page_goes_on_over_pages() -> None:
    words = " ".join(f"w{number}" for number in range(4000))
    table = Table("gifts", (Column("text"), Column("fund")), (Row((words, "U")),))
    text = " ".join(" ".join(pages(pdf.render(replace(campaign(), sections=(table,)), Speaker("en")))).split())
    assert all(f"w{number}" in text for number in (0, 1500, 3999))


def test_many_columns_lie_across() -> None:
    columns = tuple(Column("text") for _ in range(12))
    table = Table("gifts", columns, (Row(("word",) * 12),))
    with pypdfium2.PdfDocument(pdf.render(replace(campaign(Audience.AUDITOR), sections=(table,)), Speaker("en"))) as document:
        width, height = document[0].get_size()
    assert width > height


@settings(max_examples=60)
@given(st.text(max_size=120), st.floats(min_value=20, max_value=300))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: float) -> None:
    lines = wrap(text, PLAIN, 9, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_of(line, PLAIN, 9) <= width or len(line) == 1 for line in lines if line.strip())


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_set_or_refused_by_name(text: str) -> None:
    report = replace(campaign(subject=text), sections=(Paragraph(text), Table("gifts", (Column("text"),), (Row((text,)), Row((None,))))))
    try:
        data = pdf.render(report, Speaker("en"))
    except KnownError as error:
        assert error.code == "export.letters_missing"  # noqa: PT017  either is right, nothing else is
    else:
        assert data.startswith(b"%PDF")


def test_a_message_is_a_cell() -> None:
    table = Table("gifts", (Column("text"),), (Row((Message("paper.total"),)),))
    assert "Total" in pages(pdf.render(replace(campaign(), sections=(table,)), Speaker("en")))[0]
