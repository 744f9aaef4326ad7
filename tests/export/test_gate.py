"""Nothing leaves publicly with a name in it, wherever it hides and however it is written."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from reportlab.pdfgen.canvas import Canvas

from fundledger.export import csv, html, json, pdf, xlsx
from fundledger.export.gate import check_public, parts_of_names
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
    assert keys(target.getvalue()) >= {"place.outline"}


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


def test_a_name_in_a_cells_comment_or_a_sheets_name_or_a_link_is_found() -> None:
    noted, linked, headed = Workbook(), Workbook(), Workbook()
    noted.worksheets[0]["A1"].comment = Comment(f"ask {NAME}", "nobody")
    linked.worksheets[0]["A1"].hyperlink = f"mailto:{EMAIL}"
    head = headed.worksheets[0].oddHeader
    assert head is not None
    head.center.text = "Testa Testaite"
    for book in (noted, linked, headed):
        assert keys(workbook(book), "a.xlsx") == {"place.part"}


def test_a_name_in_a_key_of_json_or_a_comment_or_attribute_of_html_is_found() -> None:
    assert places(b'{"Testa Testaite": 1}') != []
    assert places(b"<!-- Testa Testaite --><p>nothing</p>") != []
    assert places(b"<p title='LT12 1000 0111 0100 1000'>nothing</p>") != []
    assert places(b"<a href='mailto:testa.testaite@mail.invalid'>nothing</a>") != []
    assert places("<img alt='Тэста Тэстайтэ'>".encode()) != []
    assert places(b"<a href='mailto:testa%2Etestaite%40mail.invalid'>nothing</a>") != []
    assert places(b"<t>_x0054_esta Testaite</t>") != []


def attached(name: str, content: bytes) -> bytes:
    """A PDF of one empty page with a file in it."""
    target = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(100, 100)
    document.new_attachment(name).set_data(content)
    document.save(target)
    document.close()
    return target.getvalue()


def written(*more: bytes, info: bytes = b"") -> bytes:
    """A PDF of one empty page, by hand, with more objects from number 5 on, the first of them a note on the page."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Annots[5 0 R]>>", b"<<%s>>" % info, *(more or (b"null",)),
    ]  # fmt: skip
    data, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return data + head + b"trailer<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(data))


CYRILLIC = "Тэста Тэстайтэ".encode("utf-16-be")
XMP = f"<x:xmpmeta><dc:creator>{NAME}</dc:creator></x:xmpmeta>".encode()


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (attached("a.txt", b"Testa Testaite"), "place.text"),
        (attached("Testa Testaite.txt", b"nothing"), "place.attachment"),
        (written(info=b"/Author(Testa Testaite)"), "place.properties"),
        (written(info=b"/Donor(Testa Testaite)"), "place.hidden"),
        (written(b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(Testa\\040Testaite)>>"), "place.hidden"),
        (written(b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents<FEFF%s>>>" % CYRILLIC.hex().encode()), "place.hidden"),
        (written(b"<</S/JavaScript/JS(app.alert\\('testa.testaite@mail.invalid'\\))>>"), "place.hidden"),
        (written(b"<</Type/Metadata/Length %d>>stream\n%s\nendstream" % (len(XMP), XMP)), "place.hidden"),
        (written(b"<</Filter/FlateDecode>>stream\n%s\nendstream" % zlib.compress(XMP)), "place.hidden"),
        (written(b"<</Filter[/ASCII85Decode/FlateDecode]>>stream\n%s~>\nendstream" % base64.a85encode(zlib.compress(XMP))), "place.hidden"),
        (written(b"<</Filter/FlateDecode>>stream\n%s\nendstream" % zlib.compress(b"<</T(Testa Testaite)>>")), "place.hidden"),
    ],
)
def test_a_name_that_no_page_of_a_pdf_shows_is_found(data: bytes, place: str) -> None:
    assert place in keys(data, "a.pdf")


def test_a_pdf_that_hides_nothing_passes() -> None:
    assert keys(written(b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(Testa met Testaitele)>>"), "a.pdf") == set()
    assert keys(attached("a.txt", b"nothing"), "a.pdf") == set()


# --- one word of a name -----------------------------------------------------------------------------------------------
def parts(text: str, ours: str = "", allowed: tuple[str, ...] = ()) -> list[str]:
    return [place.key for one in parts_of_names(text.encode(), "a.txt", FORBIDDEN, ours, allowed) for place in one.values["where"]]  # type: ignore[attr-defined]  # a list of places


def test_one_word_of_a_name_is_a_warning_and_no_refusal() -> None:
    for text in ("for Testaitė", "ТЕСТАЙТЕ", "Testa and others"):
        assert places(text.encode()) == []
        assert parts(text) == ["place.text"]
    assert parts("nobody") == parts("LT12") == []
    assert parts("our testa form", ours="A testa form") == [], "what the program says itself is no name"
    assert parts("The Testa Foundation", allowed=("The Testa Foundation",)) == []


def test_a_file_that_cannot_be_searched_does_not_leave() -> None:
    for data in (b"%PDF-1.7 broken", b"PK\x03\x04broken", b"\xff\xfe\x00"):
        assert [problem.code for problem in check_public(data, "a.pdf", FORBIDDEN)] == ["gate.unreadable"]


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_name_between_any_words_is_found(before: str, after: str) -> None:
    assert places(f"{before} {NAME} {after}".encode("utf-8", "replace")) != []
