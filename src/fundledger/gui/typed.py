"""What a person types in: it says what stands there, and nothing of it is lost when she goes elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame

from fundledger.gui.page import Page

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from fundledger.gui.desk import Desk


class Typed(QFrame):
    """A form, or the editor of a split: kept, discarded, or else kept as a draft when it goes."""

    # The page and the method that opens it again (`donors.new`). Empty: what is typed there is of no use later.
    place = ""

    def __init__(self, desk: Desk) -> None:
        """Nothing is typed yet."""
        super().__init__()
        self._typed_at, self._row = desk, -1
        self.ended = False

    @property
    def touched(self) -> bool:
        """Whether a person typed something."""
        return False

    def typed(self) -> list[object]:
        """What stands there, for `fill`."""
        return []

    def draft(self) -> str:
        """What stands there and the row it is about, as it is kept."""
        return json.dumps({"row": self._row, "values": self.typed()})

    def showEvent(self, event: QShowEvent) -> None:
        """Remember which row of the page it is about."""
        super().showEvent(event)
        above = self.parentWidget()
        while above is not None and not isinstance(above, Page):
            above = above.parentWidget()
        self._row = above.current() if isinstance(above, Page) else -1

    def deleteLater(self) -> None:
        """On its way out: what was typed and neither kept nor discarded is kept as a draft."""
        if self.place and not self.ended and self.touched:
            self._typed_at.keep_draft(self.place, self.draft())
        self.ended = True
        super().deleteLater()
