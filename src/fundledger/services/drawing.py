"""Draws the pages of one document, or takes the invoices out of a PDF, as a program of its own: `python -I drawing.py KIND WIDTH MOST`.

The document comes on standard input, the answer goes to standard output: a line of JSON (`total`, `why`, `sizes`), then that many PNG
files, or for the kind `attached` XML files, one after the other. It binds itself before it reads a byte: so much memory and time, no
file, no socket. It imports nothing of FundLedger, so nothing of a book is in its memory; whatever a document does to it, it dies alone.
"""

from __future__ import annotations

import codecs
import io
import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY, SECONDS, NO_MORE_FILES = 1536 * 1024 * 1024, 15, 3
MOST_LISTED = 2_000
ATTACHED = "attached"
# A scan of a page at 600 dpi has 35 million points, a telephone's photo up to 110.
MOST_PIXELS, MOST_DRAWN = 120_000_000, 16_000_000
_FORMATS = ("JPEG", "PNG", "TIFF")
# What the attachment of an electronic invoice is called: Factur-X 1, ZUGFeRD 1 and 2, XRechnung.
INVOICES = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"})
MOST_ATTACHED, MOST_ATTACHMENTS = 10 * 1024 * 1024, 256


class Undrawn(Exception):  # noqa: N818  it is an answer, not an error
    """Why there is nothing to see: encrypted, broken, too_many_pages, too_many_pixels."""


def bind() -> None:
    """Take no more memory and time than a document may cost; where the system knows no such bound the caller's clock remains."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415  not there on Windows

        bounds = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0))
        for what, most in bounds:
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


def bind_files() -> None:
    """Open no further file or socket; called when every module is loaded."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415  as above

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (NO_MORE_FILES, NO_MORE_FILES))


def draw(content: bytes, kind: str, width: int, most: int) -> tuple[int, list[bytes]]:
    """How many pages there are, and the first of them as PNG of so many pixels' width; raises Undrawn and what the libraries raise."""
    if kind == ATTACHED:
        return _attached(content)
    if kind == "pdf":
        return _pdf(content, width, most)
    return _picture(content, width, most)


def _pdf(content: bytes, width: int, most: int) -> tuple[int, list[bytes]]:
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415  loaded before files are bound, by main

    paper = _opened(content)
    total = len(paper)
    if not 1 <= total <= MOST_LISTED:
        raise Undrawn("too_many_pages" if total else "broken")
    pages = []
    for number in range(min(total, most)):
        try:
            pages.append(_page(paper[number], width))
        except pypdfium2.PdfiumError:
            raise Undrawn("broken") from None
    return total, pages


def _opened(content: bytes) -> Any:  # noqa: ANN401  pypdfium2 has no types
    import pypdfium2  # noqa: PLC0415  as above

    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        raise Undrawn("encrypted" if code == pypdfium2.raw.FPDF_ERR_PASSWORD else "broken") from None


def _attached(content: bytes) -> tuple[int, list[bytes]]:
    """The electronic invoices inside a PDF, known by the name of the attachment."""
    import pypdfium2  # noqa: PLC0415  as above

    paper = _opened(content)
    found = []
    try:
        for place in range(min(paper.count_attachments(), MOST_ATTACHMENTS)):
            attachment = paper.get_attachment(place)
            if attachment.get_name().lower() in INVOICES:
                found.append(bytes(attachment.get_data()))
    except pypdfium2.PdfiumError:
        raise Undrawn("broken") from None
    if sum(map(len, found)) > MOST_ATTACHED:
        raise Undrawn("too_large")
    return len(found), found


def _page(page: Any, width: int) -> bytes:  # noqa: ANN401  pypdfium2 has no types
    wide, high = max(page.get_width(), 1), max(page.get_height(), 1)
    scale = min(width / wide, (MOST_DRAWN / (wide * high)) ** 0.5)
    return _png(page.render(scale=scale, may_draw_forms=False).to_pil())


def _picture(content: bytes, width: int, most: int) -> tuple[int, list[bytes]]:
    pages = [_png(_seen(frame, width)) for frame in _frames(content, most)]
    return len(pages), pages


def _frames(content: bytes, most: int) -> Iterator[Any]:
    """The pictures of a file, a scan may have several; each is asked for its size before it is unpacked."""
    from PIL import Image  # noqa: PLC0415  loaded before files are bound, by main

    Image.MAX_IMAGE_PIXELS = None  # the bound is ours, and it refuses instead of warning
    with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
        for number in range(most):
            try:
                picture.seek(number)
            except EOFError:
                return
            if picture.width * picture.height > MOST_PIXELS:
                raise Undrawn("too_many_pixels")
            yield picture


def _seen(picture: Any, width: int) -> Any:  # noqa: ANN401  as a library without types gives it
    """A picture the right way up, on white, no wider than asked for."""
    from PIL import Image, ImageOps  # noqa: PLC0415  as above

    most = (width, max(MOST_DRAWN // width, 1))
    picture.draft("RGB", most)
    shown = picture.copy()
    shown.thumbnail(most)
    shown = ImageOps.exif_transpose(shown)
    if "A" in shown.getbands():
        ground = Image.new("RGBA", shown.size, "white")
        shown = Image.alpha_composite(ground, shown.convert("RGBA"))
    return shown.convert("RGB")


def _png(picture: Any) -> bytes:  # noqa: ANN401  as above
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def main() -> None:
    """Read, draw, write; a fault ends the program, and the caller says that the document is broken."""
    kind, width, most = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    bind()
    from PIL import Image, ImageOps, TiffImagePlugin  # noqa: F401, PLC0415  nothing can be loaded later

    Image.preinit()
    if kind in {"pdf", ATTACHED}:
        import pypdfium2  # noqa: F401, PLC0415  as above

        codecs.lookup("utf-16-le")  # how the names of attachments are written
    bind_files()
    answer: dict[str, object] = {"total": 0, "why": None, "sizes": []}
    pages: list[bytes] = []
    try:
        total, pages = draw(sys.stdin.buffer.read(), kind, width, most)
        answer |= {"total": total, "sizes": [len(page) for page in pages]}
    except Undrawn as why:
        answer["why"] = str(why)
    except MemoryError:
        answer["why"] = "too_large"
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(pages))


if __name__ == "__main__":
    main()
