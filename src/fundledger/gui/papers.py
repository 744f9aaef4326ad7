"""Shows the pages of a document exactly as its bytes say, drawn by a process of its own, and offers other programs a plain copy."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from fundledger.export.preview import Preview, preview
from fundledger.gui.documents import OutsideOffer
from fundledger.gui.parts import clear, label, scrolling

if TYPE_CHECKING:
    from fundledger.gui.desk import Desk

PDFIUM = Lock()  # the gate reads our own PDF with PDFium, which works in one thread at a time
_POINTS_WIDE = 595


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
        self._outside = OutsideOffer(desk)
        outer.addWidget(self._outside)
        self._settling = QTimer(self, singleShot=True, interval=150)
        self._settling.timeout.connect(self._draw)

    def show_paper(self, content: bytes, sha256: str | None = None) -> None:
        """Show these very bytes; with the digest of a document of the book, offer it to another program."""
        self._content = content
        self._outside.offer(sha256)
        self._area.verticalScrollBar().setValue(0)
        self._draw()

    def say(self, text: str) -> None:
        """Show a sentence where there is no paper."""
        self._content = b""
        self._outside.offer(None)
        self._desk.ask(tuple, lambda _: None, lane=self)
        self._say(text)

    def _say(self, text: str) -> None:
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
        self._desk.ask(lambda: preview(content, width), self._show, lane=self)

    def _show(self, found: Preview) -> None:
        if not found.pages:
            self._say(self._desk.say(f"preview.{found.why}"))
            return
        clear(self._rows)
        self.pages = []
        for content in found.pages:
            drawn = QPixmap()
            drawn.loadFromData(content, "PNG")
            drawn.setDevicePixelRatio(self.devicePixelRatioF())
            page = label("")
            page.setPixmap(drawn)
            page.setAccessibleName(self._desk.say("preview.page", page=len(self.pages) + 1, pages=found.total))
            page.setStyleSheet("border: 1px solid #c9cec8; background: white;")
            page.setFixedSize(drawn.deviceIndependentSize().toSize())
            self._rows.addWidget(page, 0, Qt.AlignmentFlag.AlignHCenter)
            self.pages.append(page)
        if found.total > len(found.pages):
            self._rows.addWidget(label(self._desk.say("preview.more", shown=len(found.pages), pages=found.total), "muted", wrap=True))
        self._rows.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew when the width has settled."""
        super().resizeEvent(event)
        if self._content and abs(self._area.viewport().width() - 36 - self._drawn_width) > 4:
            self._settling.start()
