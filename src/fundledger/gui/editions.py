"""What was published: every edition with its days, when and by whom, and whether a newer one took its place."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from fundledger.gui.few_rows import FewRows
from fundledger.gui.parts import label, rows
from fundledger.gui.table import Column, Kind, Pill
from fundledger.services.publishing import list_editions

if TYPE_CHECKING:
    from fundledger.gui.desk import Desk
    from fundledger.store.editions import Edition


class EditionsPane(QWidget):
    """A list of editions, the newest first."""

    def __init__(self, desk: Desk) -> None:
        """Empty until `refresh`."""
        super().__init__()
        self._desk, say, speaker = desk, desk.say, desk.speaker

        def pill(one: Edition) -> Pill:
            return Pill("gui.editions.superseded", "muted") if one.superseded else Pill("gui.editions.standing", "good")

        def days(one: Edition) -> str:
            return f"{speaker.day(one.start_on, 'medium')} – {speaker.day(one.end_on, 'medium')}" if one.start_on else _until(one)

        def _until(one: Edition) -> str:
            return speaker.say("paper.until", end=one.end_on)

        shape = (
            Column("number", lambda one: one.id, Kind.COUNT, 5),
            Column("report", lambda one: " ".join(filter(None, (speaker.say(f"report.{one.report}.title"), one.campaign)))),
            Column("days", days, Kind.TEXT, 26),
            Column("published", lambda one: datetime.fromisoformat(one.published_at).date(), Kind.DATE, 13),
            Column("forms", lambda one: ", ".join(sorted({f"{file.format.upper()} {file.language}" for file in one.files})), Kind.TEXT, 16),
            Column("state", pill, Kind.PILL, 12),
        )
        self.list = FewRows(desk, shape, say("reports.editions"))
        self.told = label("", "muted", wrap=True)
        self.list.selectionModel().currentRowChanged.connect(lambda now, _: self._tell(now.row()))
        self.found: list[Edition] = []
        layout = rows(label(say("reports.editions"), size=1.2, bold=True), self.list, self.told, spacing=10, margins=(18, 16, 18, 14))
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Ask the book again."""
        book = self._desk.book
        self._desk.ask(lambda: list_editions(book), self._show, lane=self)

    def _show(self, found: list[Edition]) -> None:
        self.found = found
        self.list.show_rows(found)
        self.told.setText("" if found else self._desk.say("editions.none"))
        if found:
            self.list.stand(0)

    def _tell(self, place: int) -> None:
        if 0 <= place < len(self.found):
            one = self.found[place]
            self.told.setText(self._desk.say("editions.told", head=one.head, n=len(one.files), at=datetime.fromisoformat(one.published_at)))
