"""Documents come in by a field, chosen or dropped on it, and go out to another program only after a warning."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QWidget

from fundledger.gui.parts import button, columns, holding, label, rows
from fundledger.services.documents import has_camera_data
from fundledger.services.outside import clear_outside, open_outside

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from fundledger.gui.desk import Desk

KINDS = "*.pdf *.png *.jpg *.jpeg *.tif *.tiff *.xml"


def dropped_files(data: QMimeData) -> list[Path]:
    """The files of a drop."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DocumentField(QWidget):
    """One file, or none; of a photo the camera's data is left out unless a person wants it kept."""

    chosen = Signal()

    def __init__(self, desk: Desk) -> None:
        """None at first."""
        super().__init__()
        self._desk = desk
        self.path: Path | None = None
        self.name = label(desk.say("document.none"), "muted")
        self.setAcceptDrops(True)
        self.strip = QCheckBox(desk.say("document.strip"))
        self.strip.setToolTip(desk.say("document.strip.hint"))
        self.strip.setChecked(True)
        self.strip.hide()
        self.setLayout(rows(columns(button(desk.say("document.choose"), self.choose), self.name, None), self.strip, spacing=4))

    @property
    def keep_photo_data(self) -> bool:
        """Whether a person wants the camera's data kept."""
        return not self.strip.isChecked()

    def choose(self) -> None:
        """Ask which file."""
        path = self._desk.dialogs.file(self, self._desk.say("document.choose"), KINDS)
        if path:
            self.take(path)

    def take(self, path: Path) -> None:
        """Take this file."""
        self.path = path
        self.name.setText(path.name)
        self.strip.setChecked(True)
        self._desk.ask(lambda: has_camera_data(path), self.strip.setVisible, lane=self)
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


def show_outside(path: Path) -> None:
    """Hand a file to the program the system has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(path))


class OutsideOffer(QWidget):
    """Offers a document of the book to another program: first says what that means, then does it, and cleans up behind."""

    def __init__(self, desk: Desk, show: Callable[[Path], None] = show_outside) -> None:
        """Offers nothing at first; `show` hands the copy over."""
        super().__init__()
        self._desk, self._show, self._sha256 = desk, show, ""
        self.ask = button(desk.say("outside.open"), self._warn, "quiet")
        self.go = button(desk.say("outside.go"), self._open, "primary")
        self.stay = button(desk.say("cancel"), lambda: self.offer(self._sha256), "quiet")
        self.warning = holding(rows(label(desk.say("outside.warning"), "warning", wrap=True), columns(self.go, self.stay, None), spacing=6))
        self.setLayout(rows(columns(self.ask, None), self.warning, spacing=4, margins=(18, 6, 18, 8)))
        self.offer(None)
        self._cleans = False

    def offer(self, sha256: str | None) -> None:
        """Offer this document, or nothing."""
        self._sha256 = sha256 or ""
        self.setVisible(bool(sha256))
        self.ask.show()
        self.warning.hide()

    def _warn(self) -> None:
        self.ask.hide()
        self.warning.show()
        self.stay.setFocus()

    def _clean_up_behind(self) -> None:
        """The window goes when the book is locked, and with it every plain copy."""
        application = QCoreApplication.instance()
        if not self._cleans and application is not None:
            self._cleans = True
            self.destroyed.connect(clear_outside)
            application.aboutToQuit.connect(clear_outside)

    def _open(self) -> None:
        self._clean_up_behind()
        book, sha256, at = self._desk.book, self._sha256, self._desk.now()
        self.offer(sha256)
        self._desk.tasks.write(
            self._desk.say("verb.document_open"), lambda _, __: open_outside(book, sha256, at), self._show, self._desk.problems
        )
