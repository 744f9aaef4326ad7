"""What a book keeps of the papers people hand in: rows 68 to 74 of the bad inputs."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import func, select

from fundledger.domain.problem import KnownError
from fundledger.services import campaigns, invoices
from fundledger.services.documents import MOST_BYTES, has_camera_data, kind_of
from fundledger.services.invoice_xml import is_invoice, sum_problems
from fundledger.services.outside import clear_outside, open_outside, outside_folder
from fundledger.services.photos import without_camera_data
from fundledger.settings import resources
from fundledger.store.schema import document, identity_document
from tests.services.bookkeeping import LAWYER, day, euro, refused
from tests.services.photos import OWNER, PRIVATE, jpeg_photo, png_photo, tiff_photo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fundledger.services.changes import Changes
    from fundledger.store.book import Book
    from tests.services.bookkeeping import Desk

CII = """<?xml version="1.0" encoding="UTF-8"?>
<!-- an invoice -->
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:ram="urn:x">
<rsm:SupplyChainTradeTransaction>
<ram:IncludedSupplyChainTradeLineItem><ram:LineTotalAmount>{line}</ram:LineTotalAmount></ram:IncludedSupplyChainTradeLineItem>
<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation>
<ram:LineTotalAmount>100.00</ram:LineTotalAmount><ram:AllowanceTotalAmount>10.00</ram:AllowanceTotalAmount>
<ram:TaxBasisTotalAmount>90.00</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="EUR">18.90</ram:TaxTotalAmount>
<ram:TaxTotalAmount currencyID="PLN">80.00</ram:TaxTotalAmount>
<ram:GrandTotalAmount>{grand}</ram:GrandTotalAmount><ram:TotalPrepaidAmount>8.90</ram:TotalPrepaidAmount>
<ram:DuePayableAmount>100.00</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""
UBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:a" xmlns:cbc="urn:b">
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">21.00</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount>100.00</cbc:LineExtensionAmount><cbc:TaxExclusiveAmount>100.00</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount>121.00</cbc:TaxInclusiveAmount><cbc:PayableAmount>{due}</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:LineExtensionAmount>60.00</cbc:LineExtensionAmount></cac:InvoiceLine>
<cac:InvoiceLine><cbc:LineExtensionAmount>40.00</cbc:LineExtensionAmount></cac:InvoiceLine></Invoice>"""


def cii(line: str = "100.00", grand: str = "108.90") -> bytes:
    return CII.format(line=line, grand=grand).encode()


def hand_in(desk: Desk, content: bytes, name: str = "invoice.pdf", number: str = "S-1", *, keep_photo_data: bool = False) -> Changes:
    path = desk.folder / name
    path.write_bytes(content)
    return invoices.add_invoice(
        desk.book, campaign="C-101", payee=LAWYER, number=number, amount=euro("5.00"), issued_on=day("02-01"), at=desk.now, document=path,
        keep_photo_data=keep_photo_data,
    )  # fmt: skip


def kept(book: Book) -> list[tuple[str, str | None, bytes]]:
    with book.reading() as db:
        query = select(document.c.sha256, document.c.original_sha256, identity_document.c.content).join(identity_document)
        return [(row[0], row[1], bytes(row[2])) for row in db.execute(query.order_by(document.c.id))]


def office_file() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    return out.getvalue()


# --- row 68: what is kept ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!DOCTYPE html><html><script>1</script></html>",
        b"<html></html>",
        office_file(),
        b"MZ\x90\x00\x03",
        b"\x7fELF",
        b"#!/bin/sh\n",
        b"GIF89a",
        b"",
        b"<!DOCTYPE Invoice [<!ENTITY a 'b'>]>" + UBL.format(due="121.00").encode(),
        UBL.format(due="1").replace("urn:oasis", "urn:other").encode(),
        b"<?xml version='1.0'?><Invoice>not closed",
    ],
    ids=["svg", "svg head", "html", "bare html", "docm", "exe", "elf", "script", "gif", "empty", "doctype", "other xml", "broken xml"],
)
def test_a_kind_the_book_does_not_keep_is_refused_whatever_its_name(desk: Desk, content: bytes) -> None:
    assert refused(lambda: hand_in(desk, content)) == ["document.kind"]
    assert kept(desk.book) == []


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("pdf", b"%PDF-1.7\n"), ("png", png_photo()), ("jpeg", jpeg_photo()), ("tiff", tiff_photo()), ("xml", cii()),
        ("xml", cii().decode().replace("UTF-8", "UTF-16").encode("utf-16")), ("xml", b"\xef\xbb\xbf" + cii()),
        ("xml", UBL.format(due="121.00").encode()),
    ],
)  # fmt: skip
def test_content_decides_the_kind(kind: str, content: bytes) -> None:
    assert kind_of(content) == kind


@given(st.binary(max_size=300))
def test_any_bytes_are_a_kind_or_none(content: bytes) -> None:
    assert kind_of(content) in {None, "pdf", "png", "jpeg", "tiff", "xml"}


# --- rows 72, 73 ------------------------------------------------------------------------------------------------------
def test_a_scan_above_the_bound_is_refused_with_its_size(desk: Desk) -> None:
    path = desk.folder / "scan.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(300_000_000)
    with pytest.raises(KnownError) as error:
        campaigns.add_quote(desk.book, "C-101", LAWYER, euro("5.00"), day("01-02"), desk.now, document=path)
    assert (error.value.code, error.value.problems[0].values) == ("document.too_big", {"size": 300_000_000, "limit": MOST_BYTES})


def test_a_document_is_kept_once_and_linked_as_often_as_it_comes(desk: Desk) -> None:
    hand_in(desk, b"%PDF-1.7\nsame", number="S-1")
    again = hand_in(desk, b"%PDF-1.7\nsame", "other name.pdf", "S-2")
    assert [one.code for one in again.warnings] == ["invoice.document_seen"]
    assert len(kept(desk.book)) == 1


# --- row 70 -----------------------------------------------------------------------------------------------------------
PHOTOS: dict[str, Callable[[], bytes]] = {
    "jpeg": jpeg_photo,
    "progressive": lambda: jpeg_photo(progressive=True),
    "png": png_photo,
    "tiff": tiff_photo,
}


@pytest.mark.parametrize("made", PHOTOS.values(), ids=PHOTOS)
def test_a_photo_is_kept_without_what_the_camera_wrote(desk: Desk, made: Callable[[], bytes]) -> None:
    came = made()
    assert sum(word in came for word in PRIVATE) >= 2
    changes = hand_in(desk, came, "photo.jpg")
    assert [one.code for one in changes.warnings] == ["document.photo_data_left_out"]
    [(digest, original, content)] = kept(desk.book)
    assert [word for word in PRIVATE if word in content] == []
    assert (digest, original) == (hashlib.sha256(content).hexdigest(), hashlib.sha256(came).hexdigest())


@pytest.mark.parametrize("made", PHOTOS.values(), ids=PHOTOS)
def test_every_pixel_stays_and_so_does_which_side_is_up(made: Callable[[], bytes]) -> None:
    came = made()
    stripped = without_camera_data(came, kind_of(came) or "")
    with Image.open(io.BytesIO(came)) as before, Image.open(io.BytesIO(stripped)) as after:
        before.load()
        after.load()
        assert before.tobytes() == after.tobytes()
        assert before.getexif().get(0x0112) == after.getexif().get(0x0112) or before.format == "PNG"
        assert OWNER not in repr(dict(after.getexif()))
    assert without_camera_data(stripped, kind_of(came) or "") == stripped


def test_the_same_photo_twice_is_kept_once(desk: Desk) -> None:
    hand_in(desk, jpeg_photo(), "a.jpg", "S-1")
    hand_in(desk, jpeg_photo(), "b.jpg", "S-2")
    assert len(kept(desk.book)) == 1


def test_a_person_may_keep_the_cameras_data(desk: Desk) -> None:
    changes = hand_in(desk, jpeg_photo(), "photo.jpg", keep_photo_data=True)
    assert changes.warnings == ()
    assert kept(desk.book) == [(hashlib.sha256(jpeg_photo()).hexdigest(), None, jpeg_photo())]


def test_only_a_photo_with_camera_data_is_asked_about(tmp_path: Path) -> None:
    found = {}
    for name, content in (("photo", jpeg_photo()), ("paper", b"%PDF-1.7\n"), ("clean", without_camera_data(jpeg_photo(), "jpeg"))):
        (tmp_path / name).write_bytes(content)
        found[name] = has_camera_data(tmp_path / name)
    assert found == {"photo": True, "paper": False, "clean": False}
    assert not has_camera_data(tmp_path / "missing")


@given(st.sampled_from(sorted(PHOTOS)), st.integers(0, 3_000), st.binary(max_size=12))
def test_a_broken_photo_never_fails(name: str, place: int, junk: bytes) -> None:
    came = PHOTOS[name]()
    broken = came[:place] + junk + came[place + len(junk) :]
    for kind in ("jpeg", "png", "tiff"):
        assert len(without_camera_data(broken, kind)) <= len(broken) + 40


# --- row 71 -----------------------------------------------------------------------------------------------------------
def test_an_electronic_invoice_whose_sums_agree_is_kept_in_silence(desk: Desk) -> None:
    assert hand_in(desk, cii(), "invoice.xml").warnings == ()
    assert sum_problems(UBL.format(due="121.00").encode(), "x.xml") == []


@pytest.mark.parametrize(
    ("content", "said", "reckoned", "difference"),
    [
        (cii(line="90.00"), "100.00", "90.00", "10.00"),
        (cii(grand="108.91"), "108.91", "108.90", "0.01"),
        (UBL.format(due="120.00").encode(), "120.00", "121.00", "-1.00"),
    ],
    ids=["lines", "with tax", "due"],
)
def test_sums_that_differ_are_warned_of_with_the_difference(content: bytes, said: str, reckoned: str, difference: str) -> None:
    found = sum_problems(content, "x.xml")[0]
    assert (found.code, found.subject) == ("invoice.xml_sum", "x.xml")
    assert {name: str(value) for name, value in found.values.items()} == {"said": said, "reckoned": reckoned, "difference": difference}


def test_an_electronic_invoice_is_a_document_and_books_nothing(desk: Desk) -> None:
    changes = hand_in(desk, cii(line="1.00"), "invoice.xml")
    assert [one.code for one in changes.warnings] == ["invoice.xml_sum"]
    assert str(desk.figures().invoiced) == "0.00"
    assert [one.code for one in sum_problems(cii(line="a lot"), "x.xml")] == ["invoice.xml_unreadable"]


@given(st.integers(0, 900), st.binary(max_size=8))
def test_a_broken_electronic_invoice_never_fails(place: int, junk: bytes) -> None:
    broken = cii()[:place] + junk + cii()[place + len(junk) :]
    assert isinstance(sum_problems(broken, "x.xml"), list)
    assert is_invoice(broken) in {True, False}


# --- row 74 -----------------------------------------------------------------------------------------------------------
def test_a_copy_for_another_program_is_private_and_goes_again(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    content = (resources() / "sample" / "documents" / "quote-C-101.pdf").read_bytes()
    hand_in(desk, content, "Testa Testaitė invoice.pdf")
    copy = open_outside(desk.book, hashlib.sha256(content).hexdigest(), desk.now)
    assert copy.read_bytes() == content
    assert (copy.name, copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == ("document-1.pdf", 0o400, 0o700)
    clear_outside()
    assert not copy.exists()


def test_the_next_start_takes_away_what_a_dead_program_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True)
    left, living = outside_folder() / dead.stdout.strip(), outside_folder() / str(os.getppid())
    for folder in (left, living):
        folder.mkdir(parents=True)
        (folder / "document-1.pdf").write_bytes(b"%PDF")
    clear_outside()
    assert (left.exists(), living.exists()) == (False, True)


def test_a_document_that_is_not_in_the_book_has_no_copy(desk: Desk) -> None:
    assert refused(lambda: open_outside(desk.book, "ab" * 32, desk.now)) == ["document.unknown"]
    with desk.book.reading() as db:
        assert db.execute(select(func.count()).select_from(document)).scalar_one() == 0
    assert day("02-01") == date(2026, 2, 1)
