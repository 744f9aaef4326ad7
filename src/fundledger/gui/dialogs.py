"""Questions only the system can ask: which file, which folder. Injected, so that no test waits for one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class Dialogs(Protocol):
    """What a page may ask a person to choose; nothing chosen is None or an empty list."""

    def files(self, parent: QWidget, title: str, kinds: str) -> list[Path]:
        """Files to read."""

    def file(self, parent: QWidget, title: str, kinds: str) -> Path | None:
        """One file to read."""

    def folder(self, parent: QWidget, title: str) -> Path | None:
        """A folder that is there."""

    def new_file(self, parent: QWidget, title: str, offered: Path) -> Path | None:
        """Where something new goes."""


class SystemDialogs:
    """The system's own dialogs."""

    def files(self, parent: QWidget, title: str, kinds: str) -> list[Path]:
        """Files to read."""
        return [Path(name) for name in QFileDialog.getOpenFileNames(parent, title, "", kinds)[0]]

    def file(self, parent: QWidget, title: str, kinds: str) -> Path | None:
        """One file to read."""
        name = QFileDialog.getOpenFileName(parent, title, "", kinds)[0]
        return Path(name) if name else None

    def folder(self, parent: QWidget, title: str) -> Path | None:
        """A folder that is there."""
        name = QFileDialog.getExistingDirectory(parent, title)
        return Path(name) if name else None

    def new_file(self, parent: QWidget, title: str, offered: Path) -> Path | None:
        """Where something new goes."""
        name = QFileDialog.getSaveFileName(parent, title, str(offered))[0]
        return Path(name) if name else None
