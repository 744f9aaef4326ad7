"""A4 pages with a cursor: fonts, running head and foot, lines of text, rules. What stands on them is `pdf`'s matter."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from functools import cache
from math import cos, radians, sin
from typing import TYPE_CHECKING

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from fundledger.domain.problem import KnownError
from fundledger.settings import resources

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
INK, MUTED, HAIR, TINT = HexColor("#1c2529"), HexColor("#5d6a70"), HexColor("#d3dadb"), HexColor("#eef3f2")
ACCENT, ALARM = HexColor("#1d5f5b"), HexColor("#a3271c")
SIDE, TOP, BOTTOM = 56.0, 64.0, 58.0
_MOST_LETTERS = 20
_SLOPE = 35  # of the word across a draft, in degrees


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of a document says about it, already in the reader's language; `page` says its number and their total."""

    title: str
    author: str
    running: str
    page: Callable[[int, int], str]
    audience: str
    as_of: str
    language: str
    watermark: str = ""


class Paper:
    """A document in the making; `y` is the height still free, counted down from the top of the page.

    The line with a page's number and their total is a form of its own, drawn at the end: no page is held back in memory.
    """

    def __init__(self, frame: Frame, *, wide: bool = False) -> None:
        """Open the first page; `wide` lays it across."""
        _fonts()
        self.frame = frame
        self.size = landscape(A4) if wide else A4
        self.left, self.right = SIDE, self.size[0] - SIDE
        self.width = self.right - self.left
        self._target = io.BytesIO()
        self.canvas = Canvas(self._target, pagesize=self.size, invariant=1, pageCompression=1, lang=frame.language)
        self.letters: set[str] = set()
        self.number = 1
        self.y = self.size[1] - TOP
        self._describe()
        self._mark_page()

    @property
    def full(self) -> float:
        """The free height of an empty page."""
        return self.size[1] - TOP - BOTTOM

    def room(self, height: float) -> bool:
        """Turn the page when `height` is not free; True when it was turned."""
        if self.y - height >= BOTTOM or height > self.full:
            return False
        self.turn()
        return True

    def turn(self) -> None:
        """Begin the next page, with its running head and foot."""
        self._end_page()
        self.number += 1
        self.y = self.size[1] - TOP
        self._mark_page()
        self.text(self.left, self.size[1] - 38, self.frame.running, size=7.2, colour=MUTED)
        self.rule(self.size[1] - 46, HAIR)

    def _mark_page(self) -> None:
        """The word across the page, behind whatever is set on it."""
        if not self.frame.watermark:
            return
        self.letters.update(self.frame.watermark)
        self.canvas.saveState()
        self.canvas.translate(self.size[0] / 2, self.size[1] / 2)
        self.canvas.rotate(_SLOPE)
        self.canvas.setFillColor(TINT)
        reach = min(self.size[0] / cos(radians(_SLOPE)), self.size[1] / sin(radians(_SLOPE))) * 0.85
        self.canvas.setFont(BOLD, min(110, reach / width_of(self.frame.watermark, BOLD, 1)))
        self.canvas.drawCentredString(0, -40, self.frame.watermark)
        self.canvas.restoreState()

    def text(self, x: float, y: float, text: str, font: str = PLAIN, size: float = 9, colour: Color = INK) -> None:
        """One line of text from `x`."""
        self.letters.update(text)
        self.canvas.setFillColor(colour)
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, y, text)

    def text_right(self, x: float, y: float, text: str, font: str = PLAIN, size: float = 9, colour: Color = INK) -> None:
        """One line of text up to `x`."""
        self.text(x - width_of(text, font, size), y, text, font, size, colour)

    def lines(self, text: str, font: str = PLAIN, size: float = 9, colour: Color = INK, leading: float = 1.45) -> None:
        """A paragraph over the whole width, broken into lines and pages."""
        for line in wrap(text, font, size, self.width):
            self.room(size * leading)
            self.y -= size * leading
            self.text(self.left, self.y, line, font, size, colour)

    def rule(self, y: float, colour: Color = HAIR, thick: float = 0.5, left: float | None = None, right: float | None = None) -> None:
        """A horizontal line."""
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(thick)
        self.canvas.line(self.left if left is None else left, y, self.right if right is None else right, y)

    def code(self, text: str, side: float) -> None:
        """A QR code (level M) of a text at the left, hanging from `y`."""
        from reportlab.graphics import renderPDF  # noqa: PLC0415  graphics take a while to load, and not every paper has a code
        from reportlab.graphics.barcode.qr import QrCodeWidget  # noqa: PLC0415  as above
        from reportlab.graphics.shapes import Drawing  # noqa: PLC0415  as above

        drawn = QrCodeWidget(text, barLevel="M", barWidth=side, barHeight=side, barBorder=0)
        drawing = Drawing(side, side)
        drawing.add(drawn)
        renderPDF.draw(drawing, self.canvas, self.left, self.y - side)

    def mark(self, title: str) -> None:
        """Name this place in the document's outline."""
        key = f"place-{self.number}-{self.y:.2f}"
        self.canvas.bookmarkPage(key)
        self.canvas.addOutlineEntry(title, key, 0)

    def finish(self) -> bytes:
        """The document; raises KnownError export.letters_missing, naming letters the font lacks."""
        self._refuse_missing()
        self._end_page()
        for number in range(1, self.number + 1):
            self.canvas.beginForm(f"number-{number}", 0, -3, self.width / 3, 9)  # its box cuts off whatever stands out of it
            self.text(0, 0, self.frame.page(number, self.number), size=7.2, colour=MUTED)
            self.canvas.endForm()
        self.canvas.save()
        return self._target.getvalue()

    def _end_page(self) -> None:
        """Finish the page and keep it packed; left to reportlab, the text of every page would wait for the last one."""
        self._foot()
        self.canvas.showPage()
        page = self.canvas._doc.Pages.pages[-1]  # type: ignore[attr-defined]  # noqa: SLF001  it offers no way to its pages
        packed = PDFDictionary({"Filter": PDFName("FlateDecode")})
        page.Contents, page.stream = PDFStream(packed, zlib.compress(page.stream.encode())), None

    def _describe(self) -> None:
        canvas, frame = self.canvas, self.frame
        canvas.setTitle(frame.title)
        canvas.setAuthor(frame.author)
        canvas.setSubject(frame.audience)
        canvas.setCreator("FundLedger")
        canvas.setProducer("FundLedger")
        canvas.setViewerPreference("DisplayDocTitle", "true")

    def _foot(self) -> None:
        y = 34.0
        self.rule(y + 12)
        self.canvas.saveState()
        self.canvas.translate(self.left, y)
        self.canvas.doForm(f"number-{self.number}")
        self.canvas.restoreState()
        self.text_right(self.right, y, self.frame.as_of, size=7.2, colour=MUTED)
        middle = width_of(self.frame.audience, PLAIN, 7.2) / 2
        self.text(self.size[0] / 2 - middle, y, self.frame.audience, size=7.2, colour=MUTED)

    def _refuse_missing(self) -> None:
        known = [font.face.charToGlyph for font in _fonts()]
        lacking = sorted(letter for letter in self.letters if not letter.isspace() and any(ord(letter) not in face for face in known))
        if lacking:
            named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in lacking[:_MOST_LETTERS])
            raise KnownError("export.letters_missing", self.frame.title, letters=named, n=len(lacking))


@cache
def _fonts() -> tuple[TTFont, ...]:
    """The embedded fonts, known to reportlab once asked for."""
    fonts = tuple(TTFont(name, io.BytesIO((resources() / "fonts" / f"{name}.ttf").read_bytes())) for name in (PLAIN, BOLD))
    for font in fonts:
        pdfmetrics.registerFont(font)
    return fonts


class _Widths(dict[str, float]):
    """The width of each letter of a font, asked of it once; adding these up is ten times faster than asking for every text."""

    def __init__(self, font: TTFont) -> None:
        self._face = font.face

    def __missing__(self, letter: str) -> float:
        width = self[letter] = float(self._face.charWidths.get(ord(letter), self._face.defaultWidth)) / 1000
        return width


@cache
def _widths() -> dict[str, _Widths]:
    return {font.fontName: _Widths(font) for font in _fonts()}


def width_of(text: str, font: str, size: float) -> float:
    """The width of a line in points."""
    return size * sum(map(_widths()[font].__getitem__, text))


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Lines no wider than `width`; words break only where one alone is too wide."""
    if "\n" not in text and width_of(text, font, size) <= width:
        return [text]
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if width_of(longer, font, size) <= width:
                line = longer
                continue
            lines += [line] if line else []
            *whole, line = _pieces(word, font, size, width)
            lines += whole
        lines.append(line)
    return lines


def _pieces(word: str, font: str, size: float, width: float) -> list[str]:
    pieces, piece, used = [], "", 0.0
    for letter in word:
        step = width_of(letter, font, size)
        if piece and used + step > width:
            pieces.append(piece)
            piece, used = "", 0.0
        piece, used = piece + letter, used + step
    return [*pieces, piece]
