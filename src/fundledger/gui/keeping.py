"""What was being typed when the window was locked: taken out of the open forms, kept in the book, offered again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from fundledger.gui.forms import Form
from fundledger.gui.parts import button, columns, label
from fundledger.gui.split import SplitEditor
from fundledger.services.drafts import drop_draft, load_drafts, save_draft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtWidgets import QWidget

    from fundledger.gui.desk import Desk
    from fundledger.gui.page import Page


class Holding(Protocol):
    """What may hold open forms: a page, or the first run."""

    def current(self) -> int:
        """The row that is looked at, -1 for none."""

    def findChildren(self, kind: type[QWidget], /) -> list[QWidget]:
        """Everything of a kind that is in it."""


def keep_drafts(desk: Desk, pages: Iterable[Holding]) -> None:
    """Keep every form of these pages that is open and holds something, as they are about to go; raises what the book raises."""
    if desk.book.read_only:
        return
    for page in pages:
        for form in _forms(page):
            if form.place and form.touched:
                save_draft(desk.book, form.place, form.draft(), desk.now())
            form.ended = True


class DraftBar(QFrame):
    """Offers to go on with what was kept, one draft after the other."""

    gone = Signal()

    def __init__(self, desk: Desk, go: Callable[[str, int], Page]) -> None:
        """Hidden until there is a draft; `go` opens a page at a row."""
        super().__init__()
        self.setProperty("role", "note")
        self._go, self._desk = go, desk
        self._drafts: dict[str, str] = {}
        self.text = label("", wrap=True)
        self.resume = button(self._desk.say("draft.resume"), self._resume, "primary")
        self.discard = button(self._desk.say("draft.discard"), lambda: self._drop(self._first()), "quiet")
        layout = columns(self.text, self.resume, self.discard, margins=(24, 8, 16, 8))
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.hide()
        desk.drafted.connect(self.look)

    def look(self) -> None:
        """Ask whether something of the person who works now was kept."""
        self._desk.ask(lambda: load_drafts(self._desk.book), self._offer, lane=self)

    def _first(self) -> str:
        return next(iter(self._drafts), "")

    def _offer(self, found: dict[str, str]) -> None:
        self._drafts = {place: payload for place, payload in found.items() if self._desk.speaker.knows(f"gui.draft.{place}")}
        first = self._first()
        self.setVisible(bool(first))
        if first:
            self.text.setText(self._desk.say("draft.kept", what=self._desk.say(f"draft.{first}")))
            self.setAccessibleName(self.text.text())

    def _drop(self, place: str) -> None:
        book, at = self._desk.book, self._desk.now()
        self.hide()
        self._desk.tasks.write("", lambda _, __: drop_draft(book, place, at), lambda _: self.look(), self._desk.problems)

    def _resume(self) -> None:
        """Open the form where it stood and fill it as soon as everything it asks for is there."""
        place = self._first()
        kept: dict[str, Any] = json.loads(self._drafts[place])
        name, method = place.split(".", 1)
        page = self._go(name, kept["row"])
        tasks = self._desk.tasks

        def fill() -> None:
            for form in _open_forms(page, place):
                form.fill(kept["values"])
            self._drop(place)

        def begin() -> None:
            getattr(page, method)()
            tasks.when_quiet(fill)

        tasks.when_quiet(begin)


def _forms(page: Holding) -> list[Form | SplitEditor]:
    """The forms that are open, and the editor of a split."""
    found = [*page.findChildren(Form), *page.findChildren(SplitEditor)]
    return [each for each in found if isinstance(each, Form | SplitEditor) and not each.isHidden()]


def _open_forms(page: Page, place: str) -> list[Form | SplitEditor]:
    return [form for form in _forms(page) if form.place == place]
