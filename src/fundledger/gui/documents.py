"""A field that takes a document: chosen, or dropped on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fundledger.gui.parts import button, columns, label

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from fundledger.gui.desk import Desk

KINDS = "*.pdf *.png *.jpg *.jpeg *.tif *.tiff *.xml"


def dropped_files(data: QMimeData) -> list[Path]:
    """The files of a drop."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DocumentField(QWidget):
    """One file, or none."""

    chosen = Signal()

    def __init__(self, desk: Desk) -> None:
        """None at first."""
        super().__init__()
        self._desk = desk
        self.path: Path | None = None
        self.name = label(desk.say("document.none"), "muted")
        self.setAcceptDrops(True)
        self.setLayout(columns(button(desk.say("document.choose"), self.choose), self.name, None))

    def choose(self) -> None:
        """Ask which file."""
        path = self._desk.dialogs.file(self, self._desk.say("document.choose"), KINDS)
        if path:
            self.take(path)

    def take(self, path: Path) -> None:
        """Take this file."""
        self.path = path
        self.name.setText(path.name)
        self.chosen.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the first file."""
        for path in dropped_files(event.mimeData())[:1]:
            self.take(path)
            event.acceptProposedAction()
