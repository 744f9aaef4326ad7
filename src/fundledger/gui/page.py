"""What all pages share: a head with title and buttons, and asking again only when they are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fundledger.gui.desk import EVERYTHING
from fundledger.gui.flow import Flow
from fundledger.gui.listing import Listing
from fundledger.gui.parts import columns, holding, label, rows

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Area, Desk
    from fundledger.gui.history import Stood
    from fundledger.gui.listing import Lists

_TITLE = 260  # points a title has beside its buttons, which go on below instead


class Page(QWidget):
    """One page; `touched` are the areas of the book it shows."""

    def __init__(self, desk: Desk, actions: Actions, name: str, touched: frozenset[Area] = EVERYTHING) -> None:
        """`name` begins its words: `gui.NAME.…`."""
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.desk, self.actions_of, self.name, self.touched = desk, actions, name, touched
        self.head = Flow(spacing=8)
        self._stale = True
        desk.changed.connect(self._changed)

    def lay_out(self, body: QWidget) -> None:
        """The head above the body."""
        title = label(self.desk.say(f"{self.name}.title"), size=1.65, bold=True)
        titles = holding(rows(title, label(self.desk.say(f"{self.name}.about"), "muted", wrap=True), None, spacing=1))
        titles.setMinimumWidth(_TITLE)
        head = columns(titles, self.head)
        head.setStretch(0, 1)
        layout = rows(head, body, spacing=14, margins=(24, 18, 24, 14))
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def _changed(self, touched: frozenset[Area]) -> None:
        if touched & self.touched:
            self._stale = True
            if self.isVisible():
                self.look_again()

    def look_again(self) -> None:
        """Ask the book again."""
        self._stale = False
        self.refresh()

    def refresh(self) -> None:
        """Ask the book what this page shows."""

    def new(self) -> None:
        """Begin something new: Ctrl+N."""

    def enter(self) -> None:
        """Take the focus when the page is opened."""

    def find_rows(self) -> None:
        """Stand in the filter: Ctrl+F."""

    def pick(self, row_id: int) -> None:
        """Show one row."""
        del row_id

    def narrow(self, part: str) -> None:
        """Show one part of the page, by its name, and nothing else."""
        del part

    def current(self) -> int:
        """The row that is looked at, -1 for none."""
        return -1

    def stood(self) -> Stood | None:
        """How its list is looked at; None where there is no list to come back to."""
        return None

    def stand(self, stood: Stood) -> None:
        """Look at its list as before."""
        del stood

    def showEvent(self, event: QShowEvent) -> None:
        """Ask when what is shown is older than the book."""
        super().showEvent(event)
        if self._stale:
            self.look_again()


class ListPage(Page):
    """A page with one list, whose current row is looked at beside it."""

    def __init__(self, desk: Desk, actions: Actions, name: str, touched: frozenset[Area], lists: Lists) -> None:
        """The list is empty until the page is first shown."""
        super().__init__(desk, actions, name, touched)
        self.listing = Listing(desk, lists)

    def enter(self) -> None:
        """The list takes the focus."""
        self.listing.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def find_rows(self) -> None:
        """Stand in the filter."""
        self.listing.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def pick(self, row_id: int) -> None:
        """Show one row."""
        self.listing.pick(row_id)

    def narrow(self, part: str) -> None:
        """Show the rows of one chip."""
        self.listing.filter.clear()
        self.listing.choose(part)

    def current(self) -> int:
        """The row that is looked at."""
        return self.listing.current()

    def stood(self) -> Stood | None:
        """How its list is looked at."""
        return self.listing.stood()

    def stand(self, stood: Stood) -> None:
        """Look at its list as before."""
        self.listing.come_back(stood)
