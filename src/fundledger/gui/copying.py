"""What goes to the clipboard from here, and comes away again when the book is locked."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QClipboard, QGuiApplication

_OURS = "copied by us"


def copy(text: str) -> None:
    """Put a text on the clipboard, and know it again."""
    QGuiApplication.clipboard().setText(text)
    _remember(text)


def clear_copied() -> None:
    """Empty the clipboard if what lies there came from this window, by `copy` or out of a field."""
    clipboard, application = QGuiApplication.clipboard(), QCoreApplication.instance()
    ours = application.property(_OURS) if application else None
    if clipboard.ownsClipboard() or (ours and clipboard.text() == ours):
        clipboard.clear()
    if clipboard.supportsSelection() and clipboard.ownsSelection():
        clipboard.clear(QClipboard.Mode.Selection)  # what was only marked in a field
    _remember("")


def _remember(text: str) -> None:
    application = QCoreApplication.instance()
    if application is not None:
        application.setProperty(_OURS, text)
