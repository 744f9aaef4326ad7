"""Strangers' documents are drawn by a process of its own; what cannot be drawn says why, quickly, and hurts nobody."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from fundledger.export.preview import Preview, preview
from fundledger.services import drawing
from fundledger.settings import resources

HOSTILE = """/OpenAction << /S /JavaScript /JS (this.exportDataObject({cName: 'x', nLaunch: 2});) >>
/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.launchURL('http://example.org');) >>] >> >>"""


def pdf(pages: int = 1, *, password: str | None = None, size: tuple[int, int] = (300, 400)) -> bytes:
    out = io.BytesIO()
    locked = StandardEncryption(password, ownerPassword="owner", strength=128) if password else None
    canvas = Canvas(out, pagesize=size, encrypt=locked, invariant=1)
    for number in range(pages):
        canvas.drawString(20, 200, f"page {number}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def hostile_pdf() -> bytes:
    """A PDF that would run a script, launch a program and call a page of the web when it is opened."""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {HOSTILE} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Annots [4 0 R] /AA << /O << /S /Launch /F (/bin/sh) >> >> >>",
        "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://example.org/) >> >>",
    ]
    body, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer << /Root 1 0 R /Size {len(objects) + 1} >>\nstartxref\n{len(body)}\n%%EOF"
    return body + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def picture(form: str, size: tuple[int, int] = (1200, 800), colour: str = "navy", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is so many points wide and high."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def sizes(shown: Preview) -> list[tuple[int, int]]:
    return [Image.open(io.BytesIO(page)).size for page in shown.pages]


def test_a_lawyers_invoice_is_shown() -> None:
    content = (resources() / "sample" / "documents" / "quote-C-101.pdf").read_bytes()
    shown = preview(content, 600)
    assert (shown.total, shown.why) == (1, None)
    assert sizes(shown)[0][0] == 600


def test_a_long_document_shows_its_first_pages_and_says_how_many_there_are() -> None:
    shown = preview(pdf(40), 100)
    assert (len(shown.pages), shown.total, shown.why) == (30, 40, None)


@pytest.mark.parametrize(
    ("why", "content"),
    [
        ("encrypted", pdf(password="sesame")),  # row 67
        ("broken", b"%PDF-1.4\nhello\n%%EOF"),  # row 67
        ("broken", pdf()[:200]),
        ("too_many_pages", pdf(10_000)),  # row 67
        ("too_many_pixels", bomb(60_000)),  # row 69
        ("broken", bomb(1_000)),
        ("broken", picture("JPEG")[:300]),
        ("broken", b"II*\x00\xff\xff\xff\xff"),
        ("no_document", b"MZ\x90\x00"),  # row 68
        ("no_document", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),  # row 68
        ("no_document", b""),
    ],
    ids=["encrypted", "junk", "cut", "10,000 pages", "bomb", "empty picture", "cut photo", "no folder", "program", "svg", "nothing"],
)
def test_what_cannot_be_shown_says_why(why: str, content: bytes) -> None:
    assert preview(content, 300) == Preview((), 0, why)


def test_scripts_launches_and_links_of_a_pdf_are_only_drawn() -> None:  # row 66
    shown = preview(hostile_pdf(), 200)
    assert sizes(shown) == [(200, 200)]


def test_an_endless_page_is_drawn_within_bounds() -> None:
    [(width, height)] = sizes(preview(pdf(size=(20, 14_000)), 900))
    assert width * height <= drawing.MOST_DRAWN * 1.01


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
def test_a_photo_is_drawn_no_wider_than_asked_for(form: str) -> None:
    assert sizes(preview(picture(form), 300)) == [(300, 200)]


def test_a_scan_of_several_pages_shows_each() -> None:
    out, pages = io.BytesIO(), [Image.new("L", (60, 80), shade) for shade in (0, 90, 180)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    assert sizes(preview(out.getvalue(), 300)) == [(60, 80)] * 3


def test_a_photo_on_its_side_is_shown_upright() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (120, 80)).save(out, "JPEG", exif=exif)
    assert sizes(preview(out.getvalue(), 300)) == [(80, 120)]


def test_what_is_see_through_is_shown_on_white() -> None:
    [page] = preview(picture("PNG", (4, 4), "#00000000", "RGBA"), 300).pages
    assert Image.open(io.BytesIO(page)).getpixel((0, 0)) == (255, 255, 255)


def run_bound(program: str) -> subprocess.CompletedProcess[str]:
    head = f"import runpy, types; drawing = types.SimpleNamespace(**runpy.run_path({drawing.__file__!r}, run_name='drawing'))\n"
    return subprocess.run([sys.executable, "-I", "-c", head + program], capture_output=True, text=True, check=False, timeout=60)


def test_the_drawing_process_opens_no_file_and_no_socket() -> None:
    done = run_bound(
        "import socket\ndrawing.bind(); drawing.bind_files()\n"
        "for act in (lambda: open('/etc/hostname'), lambda: socket.socket()):\n"
        "    try: act()\n"
        "    except OSError as error: print(error.errno)\n"
    )
    assert done.stdout.split() == ["24", "24"]


def test_the_drawing_process_gets_so_much_memory() -> None:
    done = run_bound("drawing.bind()\ntry: bytearray(2 * drawing.MEMORY)\nexcept MemoryError: print('refused')\n")
    assert done.stdout == "refused\n"


@settings(max_examples=10)
@given(st.integers(0, 1500), st.binary(min_size=1, max_size=20))
def test_any_change_of_a_document_is_drawn_or_says_why(place: int, junk: bytes) -> None:
    content = pdf()
    shown = preview(b"%PDF-" + content[5:place] + junk + content[place + len(junk) :], 100)
    assert bool(shown.pages) != bool(shown.why)
