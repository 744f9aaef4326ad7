"""Shows the pages of a PDF exactly as its bytes say, drawn by PDFium beside the window."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from fundledger.gui.parts import clear, label, scrolling

if TYPE_CHECKING:
    from fundledger.gui.desk import Desk

MOST_PAGES = 30
PDFIUM = Lock()  # PDFium draws in one thread at a time
_POINTS_WIDE = 595


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as four bytes a pixel."""

    width: int
    height: int
    stride: int
    pixels: bytes


def draw(content: bytes, width: int, most: int = MOST_PAGES) -> tuple[Picture, ...]:
    """The first pages of a PDF, each so many pixels wide; none where the bytes are no PDF that can be shown."""
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415  after the first paint

    with PDFIUM:
        try:
            paper = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return ()
        try:
            return tuple(_draw_page(paper, number, width) for number in range(min(len(paper), most)))
        finally:
            paper.close()


def _draw_page(paper: object, number: int, width: int) -> Picture:
    page = paper[number]  # type: ignore[index]  # pypdfium2 has no types
    drawn = page.render(scale=width / max(page.get_width(), 1), prefer_bgrx=True, rev_byteorder=False, maybe_alpha=False)
    return Picture(drawn.width, drawn.height, drawn.stride, bytes(drawn.buffer))


class PaperView(QWidget):
    """Pages under each other, as wide as there is room, sharp at the screen's ratio."""

    def __init__(self, desk: Desk) -> None:
        """Empty until `show_paper`."""
        super().__init__()
        self._desk = desk
        self._content = b""
        self._drawn_width = 0
        self.pages: list[QFrame] = []
        sheet = QWidget()
        self._rows = QVBoxLayout(sheet)
        self._rows.setContentsMargins(18, 14, 18, 18)
        self._rows.setSpacing(14)
        self._area = scrolling(sheet)
        self._area.setAccessibleName(desk.say("preview"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)
        self._settling = QTimer(self, singleShot=True, interval=150)
        self._settling.timeout.connect(self._draw)

    def show_paper(self, content: bytes) -> None:
        """Show these very bytes."""
        self._content = content
        self._area.verticalScrollBar().setValue(0)
        self._draw()

    def say(self, text: str) -> None:
        """Show a sentence where there is no paper."""
        self._content = b""
        self._desk.ask(tuple, lambda _: None, lane=self)
        clear(self._rows)
        self.pages = []
        said = label(text, "muted", wrap=True)
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._rows.addStretch(1)
        self._rows.addWidget(said)
        self._rows.addStretch(1)

    def _draw(self) -> None:
        if not self._content:
            return
        content, ratio = self._content, self.devicePixelRatioF()
        self._drawn_width = min(self._area.viewport().width() - 36, _POINTS_WIDE * 2)
        width = max(round(self._drawn_width * ratio), 100)
        self._desk.ask(lambda: draw(content, width), self._show, lane=self)

    def _show(self, pictures: tuple[Picture, ...]) -> None:
        if not pictures:
            self.say(self._desk.say("preview.none"))
            return
        clear(self._rows)
        self.pages = []
        for picture in pictures:
            image = QImage(picture.pixels, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB32)
            drawn = QPixmap.fromImage(image)
            drawn.setDevicePixelRatio(self.devicePixelRatioF())
            page = label("")
            page.setPixmap(drawn)
            page.setAccessibleName(self._desk.say("preview.page", page=len(self.pages) + 1, pages=len(pictures)))
            page.setStyleSheet("border: 1px solid #c9cec8; background: white;")
            page.setFixedSize(drawn.deviceIndependentSize().toSize())
            self._rows.addWidget(page, 0, Qt.AlignmentFlag.AlignHCenter)
            self.pages.append(page)
        self._rows.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew when the width has settled."""
        super().resizeEvent(event)
        if self._content and abs(self._area.viewport().width() - 36 - self._drawn_width) > 4:
            self._settling.start()
