"""Floor of the first paint: an empty window of the same library, from its start until it is painted and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class _Bare(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        super().paintEvent(event)
        QTimer.singleShot(0, self.close)


def painted() -> None:
    """Show it until it is painted."""
    app = QApplication([])
    window = _Bare()
    window.resize(1320, 840)
    window.show()
    app.exec()
