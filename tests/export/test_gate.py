"""Nothing leaves publicly with a name in it, wherever it hides and however it is written."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from reportlab.pdfgen.canvas import Canvas

from fundledger.export import csv, html, json, pdf, xlsx
from fundledger.export.gate import check_public
from fundledger.i18n import Speaker
from fundledger.reports.value import Message, Paragraph
from tests.export.sample import FOUNDATION, campaign

NAME, ACCOUNT, EMAIL = "Testa Testaitė", "LT12 1000 0111 0100 1000", "testa.testaite@mail.invalid"
FORBIDDEN = [NAME, ACCOUNT, EMAIL]
FORMATS = {"pdf": pdf.render, "xlsx": xlsx.render, "html": html.render, "json": json.render, "csv": csv.render}


def places(data: bytes, name: str = "report.pdf", forbidden: list[str] | None = None, allowed: tuple[str, ...] = ()) -> list[Message]:
    problems = check_public(data, name, FORBIDDEN if forbidden is None else forbidden, allowed)
    assert len(problems) <= 1
    assert all(problem.code == "gate.name_found" for problem in problems)
    found: list[Message] = [place for problem in problems for place in problem.values["where"]]  # type: ignore[attr-defined]  # a list of places
    return found


def keys(data: bytes, name: str = "report.pdf") -> set[str]:
    return {place.key for place in places(data, name)}


def workbook(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_a_clean_report_passes(form: str) -> None:
    assert places(FORMATS[form](campaign(), Speaker("lt")), f"campaign.{form}") == []


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "planted",
    [
        NAME,
        "Testaitė, Testa",
        "TESTA  TESTAITE",
        "для Теста Тестайте",
        "Тэста Тэстайтэ",
        "LT121000011101001000",
        "lt12 1000 0111 0100 1000",
        "LT12-1000-0111-0100-1000",
        f"write to <{EMAIL.upper()}>",
    ],
)
def test_a_name_in_the_text_is_found_in_every_format(form: str, planted: str) -> None:
    report = replace(campaign(), sections=(Paragraph(f"Thanks to {planted}!"),))
    assert places(FORMATS[form](report, Speaker("en")), f"campaign.{form}") != []


def test_a_cyrillic_name_is_found_in_latin_letters() -> None:
    for spelling in ("Sergei Proverka", "Siergiej Prowerka", "SERGEJ PROVERKA"):
        assert places(spelling.encode(), forbidden=["Сергей Проверка"]) != [], spelling
    assert places("Сяргей Праверка".encode(), forbidden=["Siarhei Praverka"]) != []


@pytest.mark.parametrize("text", ["Testa", "Testaitė", "Testa met Testaitė", "Testavimas Testaitėlė", "1000 0111 0100", "mail.invalid"])
def test_a_part_of_a_name_or_another_word_passes(text: str) -> None:
    assert places(text.encode()) == []


def test_our_own_name_may_stand_though_a_donor_is_called_alike() -> None:
    text = f"{FOUNDATION} thanks all.".encode()
    assert places(text, forbidden=["Sample Foundation"]) != []
    assert places(text, forbidden=["Sample Foundation"], allowed=(FOUNDATION,)) == []
    assert places(text, forbidden=[FOUNDATION], allowed=(FOUNDATION,)) == []


def test_a_name_in_the_title_is_found_in_the_properties_and_on_the_page() -> None:
    data = pdf.render(campaign(subject=NAME), Speaker("en"))
    assert keys(data) >= {"place.properties", "place.page"}


def test_a_name_in_a_pdf_outline_is_found() -> None:
    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.bookmarkPage("here")
    canvas.addOutlineEntry(NAME, "here")
    canvas.drawString(50, 50, "nothing")
    canvas.save()
    assert keys(target.getvalue()) == {"place.outline"}


def test_a_name_in_a_file_name_is_found_and_not_repeated() -> None:
    [problem] = check_public(b"nothing", "Report for Testa_Testaite.pdf", FORBIDDEN)
    assert problem.values["where"] == [Message("place.file_name")]
    assert "esta" not in Speaker("en").problem(problem)


def test_a_name_in_a_hidden_sheet_a_defined_name_a_comment_or_a_property_is_found() -> None:
    hidden = Workbook()
    hidden.create_sheet("quiet").append([NAME])
    hidden["quiet"].sheet_state = "veryHidden"
    titled = Workbook()
    titled.create_sheet("Testa Testaite")
    named = Workbook()
    named.defined_names["Testa.Testaite"] = DefinedName("Testa.Testaite", attr_text="Sheet!$A$1")
    property_of = Workbook()
    property_of.properties.lastModifiedBy = "Тэста Тэстайтэ"
    over_cells = Workbook()
    over_cells.create_sheet("two").append(["Testa", "Testaitė"])
    for book in (hidden, titled, named, property_of, over_cells):
        assert keys(workbook(book), "a.xlsx") == {"place.part"}


def test_a_name_in_a_zip_comment_is_found() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("plain.txt", "nothing")
        archive.comment = b"Testa Testaite"
    assert keys(target.getvalue(), "a.zip") == {"place.comment"}


def test_a_name_behind_markup_or_escapes_is_found() -> None:
    assert places(b"<p>Testa&nbsp;<b>Testait&#279;</b></p>") != []
    assert places(b"<p><i>Tes</i>ta Testait&#x117;</p>") != []
    assert places(b'{"a": "Testa Testait\\u0117"}') != []
    assert places(b"<meta content='Testa Testaite'>") != []


def test_a_file_that_cannot_be_searched_does_not_leave() -> None:
    for data in (b"%PDF-1.7 broken", b"PK\x03\x04broken", b"\xff\xfe\x00"):
        assert [problem.code for problem in check_public(data, "a.pdf", FORBIDDEN)] == ["gate.unreadable"]


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_name_between_any_words_is_found(before: str, after: str) -> None:
    assert places(f"{before} {NAME} {after}".encode("utf-8", "replace")) != []
