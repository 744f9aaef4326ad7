"""The menu beside a filter: the names it knows, what was saved, saving what is typed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QPushButton

from fundledger.gui.filtering import NAMES, known_names
from fundledger.gui.theme import icon
from fundledger.services.preferences import forget_filter, keep_filter, kept_filters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLineEdit

    from fundledger.gui.desk import Desk
    from fundledger.gui.table import Column


class FilterMenu(QPushButton):
    """A button that opens it; what was saved is kept in the book, by list."""

    def __init__(self, desk: Desk, line: QLineEdit, name: str, columns: Sequence[Column]) -> None:
        """`line` is the filter; `name` is the list's."""
        super().__init__()
        self._desk, self._line, self._name, self._columns = desk, line, name, columns
        self.setProperty("role", "small")
        self.setAccessibleName(desk.say("filter.menu"))
        self.setToolTip(desk.say("filter.menu"))
        self.menu_of = QMenu(self)
        self.menu_of.setToolTipsVisible(True)
        self.clicked.connect(self.open_menu)
        desk.look.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.setIcon(icon("filter", self._desk.look.theme.muted))

    def open_menu(self) -> None:
        """Under the button."""
        self.fill()
        self.menu_of.popup(self.mapToGlobal(QPoint(0, self.height())))

    def fill(self) -> None:
        """What can be chosen now."""
        say, menu, typed = self._desk.say, self.menu_of, self._line.text().strip()
        menu.clear()
        saved = kept_filters(self._desk.book, self._name)
        for text in saved:
            menu.addAction(text.replace("&", "&&"), partial(self._line.setText, text))
        keep = menu.addAction(say("filter.keep"), partial(self._keep, typed))
        keep.setEnabled(bool(typed) and typed not in saved and not self._desk.book.read_only)
        gone = menu.addAction(say("filter.forget"), partial(self._forget, typed))
        gone.setEnabled(typed in saved and not self._desk.book.read_only)
        if saved:
            menu.insertSeparator(keep)
        menu.addSeparator()
        known = known_names(self._columns, self._desk.speaker)
        for name in (one for one in NAMES if one in known):
            own = say(f"filter.name.{name}")
            menu.addAction(f"{own}:  {say(f'filter.example.{name}')}", partial(self._begin, own))

    def _begin(self, name: str) -> None:
        """Type the name of a part; the rest is for the person to type."""
        typed = self._line.text().rstrip()
        self._line.setText(f"{typed} {name}:".lstrip())
        self._line.setFocus()

    def _keep(self, text: str) -> None:
        book, name = self._desk.book, self._name
        self._desk.do("filter_keep", lambda at: keep_filter(book, name, text, at))

    def _forget(self, text: str) -> None:
        book, name = self._desk.book, self._name
        self._desk.do("filter_forget", lambda at: forget_filter(book, name, text, at))
