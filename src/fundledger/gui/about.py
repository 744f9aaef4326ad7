"""About the program: its version, where everything is, that nothing leaves this computer, and the licences of its parts."""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QGridLayout, QLineEdit, QTextBrowser, QWidget

import fundledger
from fundledger.gui.palette import Overlay
from fundledger.gui.parts import Drawing, button, columns, label, rows
from fundledger.settings import APP, data_dir, licences, resources
from fundledger.store.migrating import VERSIONS

if TYPE_CHECKING:
    from fundledger.gui.desk import Desk

_WIDTH, _HIGH = 640, 700


class About(Overlay):
    """What is asked when somebody calls for help, and whose work this stands on."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        """Above the page, as every overlay."""
        super().__init__(window)
        self._desk = desk
        self.head = label(f"{APP} {fundledger.__version__}", size=1.5, bold=True)
        head = columns(
            Drawing(desk.look, "logo", 48), rows(self.head, label(self._say("promise"), "muted", wrap=True), spacing=2), spacing=14
        )
        head.setStretch(1, 1)
        self.network = label(self._say("network"), wrap=True)
        self.licences = QTextBrowser()
        self.licences.setOpenLinks(False)
        self.licences.anchorClicked.connect(lambda url: self.licences.scrollToAnchor(url.fragment()))
        self.licences.setAccessibleName(self._say("licences"))
        self.licences.hide()
        self.show_licences = button(self._say("licences"), self._turn)
        done = button(desk.say("close"), self.close_overlay, "primary")
        ways = columns(self.show_licences, None, done)
        self._inside = inside = rows(head, 4, self.network, 4, self._places(), self.licences, 4, ways, spacing=8, margins=(22, 20, 22, 18))
        inside.setStretchFactor(self.licences, 1)
        self.setLayout(inside)

    def _say(self, key: str, **values: object) -> str:
        return self._desk.say(f"about.{key}", **values)

    def _places(self) -> QGridLayout:
        """Where things are, each to be copied."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        self.places: dict[str, str] = {
            "book": str(self._desk.book.path),
            "backups": str(self._desk.book.path / "backups"),
            "program": str(program_folder()),
            "notes": str(data_dir() / "crashes"),
            "parts": f"Qt {qVersion()}, Python {platform.python_version()}, {platform.system()} {platform.machine()}",
            "schema": VERSIONS[-1],
        }
        for place, (key, text) in enumerate(self.places.items()):
            value = QLineEdit(text)
            value.setReadOnly(True)
            value.setCursorPosition(0)
            value.setAccessibleName(self._say(key))
            grid.addWidget(label(self._say(key), "muted", size=0.92), place, 0)
            grid.addWidget(value, place, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def show_about(self) -> None:
        """Show it above the page."""
        self.licences.hide()
        self.open(_WIDTH, self._low())
        self.show_licences.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self) -> None:
        """The licences, under what was there."""
        if not self.licences.toPlainText():
            page = licences()
            if page is not None:
                self.licences.setHtml(page.read_text("utf-8"))
            else:
                self.licences.setPlainText(f"{self._say('source')}\n\n{(resources() / 'fonts' / 'LICENSE-DejaVu.txt').read_text('utf-8')}")
        self.licences.setVisible(self.licences.isHidden())
        self.open(_WIDTH, self._low() if self.licences.isHidden() else _HIGH)

    def _low(self) -> int:
        """As high as what is in it, at its width."""
        return self._inside.totalHeightForWidth(_WIDTH)


def program_folder() -> Path:
    """Where the program stands: the folder of the bundle, or of the source tree's package."""
    return Path(sys.executable).parent if getattr(sys, "frozen", False) else Path(fundledger.__file__).parent
