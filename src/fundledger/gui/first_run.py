"""The first run of a new book: its recovery key, a second place for backups, a bank account, a campaign, one card after the other.

Every card may be left for later and come back to; what is missing is asked of the book itself, so nothing has to be remembered.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QStackedWidget, QWidget

from fundledger.gui.account_form import AccountForm, keep_account
from fundledger.gui.campaign_forms import CampaignForm, keep_campaign
from fundledger.gui.flow import Flow
from fundledger.gui.forms import Form
from fundledger.gui.keeping import keep_drafts
from fundledger.gui.parts import Drawing, button, columns, holding, label, rows, scrolling
from fundledger.gui.recovery_card import RecoveryCard
from fundledger.services.backups import set_second_place
from fundledger.services.drafts import save_draft
from fundledger.services.people import attention, new_recovery_key
from fundledger.store.accounts import bank_accounts
from fundledger.store.backups import second_place
from fundledger.store.campaigns import campaigns

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtGui import QShowEvent

    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Changes, Desk
    from fundledger.store.book import Book

STEPS = ("recovery", "backups", "account", "campaign")
READY = "ready"
PLACE = "settings_page.set_up"  # the draft that leads back here
_WIDTH, _BAR = 620, 16


def missing_steps(desk: Desk) -> tuple[str, ...]:
    """The steps whose outcome the book does not have yet; runs beside the window."""
    book = desk.book
    with book.reading() as db:
        kept: dict[str, object] = {"backups": second_place(db), "account": bank_accounts(db), "campaign": campaigns(db, book.currency)}
    there = kept | {"recovery": not attention(book)}
    return tuple(step for step in STEPS if not there[step])


class PlaceCard(QFrame):
    """Asks for the second place of the backups; `finished` once it was chosen or left for later."""

    finished = Signal(bool)

    def __init__(self, desk: Desk) -> None:
        """Nothing chosen yet."""
        super().__init__()
        self.setProperty("role", "panel")
        self._desk = desk
        say = desk.say
        self.choose = button(say("backups.second.choose"), self._choose, "primary")
        self.later = button(say("setup.skip"), lambda: self.finished.emit(False))  # noqa: FBT003  a signal's value
        self.refused = label("", "negative", wrap=True)
        self.refused.hide()
        head = columns(Drawing(desk.look, "folder", 26, "accent"), label(say("backups.second"), size=1.3, bold=True), None, spacing=10)
        about = [label(say("backups.second.about"), wrap=True), label(say("setup.backups.about"), "muted", wrap=True)]
        self.setLayout(rows(head, *about, self.refused, columns(self.choose, self.later, None), spacing=10, margins=(24, 22, 24, 20)))

    def begin(self) -> None:
        """Stand on the button."""
        self.choose.setFocus()

    def _choose(self) -> None:
        place, desk = self._desk.dialogs.folder(self, self._desk.say("backups.second.choose")), self._desk
        if place is None:
            return
        book, at = desk.book, desk.now()

        def kept(_: Changes) -> None:
            self.finished.emit(True)  # noqa: FBT003  a signal's value

        desk.act("backup_place", lambda _, __: set_second_place(book, place, at), kept, self._refuse)

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self.refused.setText("\n".join(self._desk.speaker.problem(problem) for problem in problems))
        self.refused.show()


class ReadyCard(QFrame):
    """The last card: what is set up, what was left, and the way to the first bank file; `chosen` names a page."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, missing: tuple[str, ...]) -> None:
        """`missing` are the steps left for later."""
        super().__init__()
        self.setProperty("role", "panel")
        say = desk.say
        said = [label(say("setup.later", steps=[say(f"setup.{step}") for step in missing]), "warning", wrap=True)] if missing else []
        self.go = button(say("setup.import"), lambda: self.chosen.emit("importing"), "primary")
        look = button(say("setup.look"), lambda: self.chosen.emit("campaigns"))
        title, about = label(say("setup.ready"), size=1.3, bold=True), label(say("setup.ready.about"), wrap=True)
        self.setLayout(rows(title, about, *said, columns(self.go, look, None), spacing=12, margins=(24, 22, 24, 20)))

    def begin(self) -> None:
        """Stand on the button."""
        self.go.setFocus()


class FirstRun(QWidget):
    """The steps above, one card below; `done` names the page to go on with."""

    done = Signal(str)

    def __init__(self, desk: Desk, key: str = "") -> None:
        """With the recovery key of a book that was just made; without one it goes on where something is missing."""
        super().__init__()
        self.setObjectName("start")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.desk, self._key = desk, key
        self.step = ""
        self._missing: tuple[str, ...] = STEPS
        self.cards: dict[str, QWidget] = {}
        self._pages: dict[str, QWidget] = {}
        self.chips: dict[str, QPushButton] = {}
        self.stack = QStackedWidget()
        self.stack.setFixedWidth(_WIDTH)
        self.later = button(desk.say("setup.finish_later"), self._finish_later, "quiet")
        title = label(desk.say("setup.title"), size=1.65, bold=True)
        bar = Flow(*self._bar(), self.later, spacing=6)
        head = rows(title, label(desk.say("setup.about"), "muted", wrap=True), 4, bar, spacing=4)
        area = scrolling(holding(rows(self.stack, None, margins=(0, 0, 0, 12))))
        area.setFixedWidth(_WIDTH + _BAR)
        above = holding(head)
        above.setFixedWidth(_WIDTH)
        middle = rows(above, area, spacing=14, margins=(0, 34, 0, 12))
        middle.setStretch(1, 1)
        self.setLayout(columns(None, middle, None))
        if key:
            self.turn("recovery")
        else:
            self._look(lambda: self.turn(self._missing[0] if self._missing else READY))

    def _bar(self) -> list[QWidget]:
        for step in STEPS:
            self.chips[step] = chip = button("", partial(self.turn, step), "chip")
            chip.setCheckable(True)
        self._mark()
        return list(self.chips.values())

    def _mark(self) -> None:
        for number, (step, chip) in enumerate(self.chips.items(), 1):
            name = self.desk.say(f"setup.{step}")
            chip.setText(f"{number}  {name}" if step in self._missing else f"✓  {name}")
            chip.setAccessibleName(self.desk.say("setup.todo" if step in self._missing else "setup.done", step=name))
            chip.setChecked(step == self.step)

    def _look(self, then: Callable[[], None]) -> None:
        """Ask the book what is still missing, then go on."""

        def found(missing: tuple[str, ...]) -> None:
            self._missing = missing
            self._mark()
            then()

        self.desk.ask(lambda: missing_steps(self.desk), found, lane=self)

    # --- cards --------------------------------------------------------------------------------------------------------
    def turn(self, step: str) -> None:
        """Show the card of a step; one that was begun is as it was left."""
        self.step = step
        if step not in self.cards or step == READY:
            self._make(step)
        for name, page in self._pages.items():  # a stack is as high as its highest page, and this one may be low
            policy = QSizePolicy.Policy.Preferred if name == step else QSizePolicy.Policy.Ignored
            page.setSizePolicy(QSizePolicy.Policy.Preferred, policy)
        self.stack.setCurrentWidget(self._pages[step])
        self.later.setVisible(step != READY)
        self._mark()
        self._stand()

    def _stand(self) -> None:
        """The focus is on the card, where the next key is meant."""
        shown = self.cards.get(self.step)
        if isinstance(shown, RecoveryCard | PlaceCard | ReadyCard | Form):
            shown.begin()

    def _make(self, step: str) -> None:
        """A fresh card for a step."""
        old = self._pages.pop(step, None)
        if old is not None:
            self.stack.removeWidget(old)
            old.deleteLater()
        make = {"recovery": self._recovery, "backups": self._place, "account": self._account, "campaign": self._campaign}
        anew = step == "recovery" and not self._key
        self.cards[step] = made = make.get(step, self._ready)()
        below = [columns(button(self.desk.say("setup.no_paper"), self._new_key, "quiet"), None)] if anew else []
        self._pages[step] = holding(rows(made, *below, None, spacing=6))
        self.stack.addWidget(self._pages[step])

    def _recovery(self) -> QWidget:
        """The key of a new book; one that is on paper already is typed back, or another is made where the paper is lost."""
        card, self._key = RecoveryCard(self.desk, self._key), ""
        card.finished.connect(lambda _: self._next())
        return card

    def _new_key(self) -> None:
        book, at, desk = self.desk.book, self.desk.now(), self.desk

        def made(found: tuple[Changes, str]) -> None:
            self._key = found[1]
            self._make("recovery")
            self.turn("recovery")

        desk.tasks.write(desk.say("verb.recovery_new"), lambda _, __: new_recovery_key(book, at), made, desk.problems)

    def _place(self) -> QWidget:
        place = PlaceCard(self.desk)
        place.finished.connect(lambda _: self._next())
        return place

    def _ready(self) -> QWidget:
        ready = ReadyCard(self.desk, self._missing)
        ready.chosen.connect(self.done.emit)
        return ready

    def _account(self) -> QWidget:
        return self._fill(AccountForm(self.desk), "account", keep_account)

    def _campaign(self) -> QWidget:
        return self._fill(CampaignForm(self.desk), "campaign", keep_campaign)

    def _fill(self, form: AccountForm | CampaignForm, step: str, keep: Callable[[Book, Any, datetime], Changes]) -> Form:
        """A form to fill in, or to leave for later."""
        book = self.desk.book

        def asked(another: bool) -> None:  # noqa: FBT001  a signal's value
            read, at = form.read(), self.desk.now()
            if read is None:
                form.say_missing()
                return
            self._keep(form, step, lambda: keep(book, read, at), another=another)

        form.kept.connect(asked)
        form.discard.setText(self.desk.say("setup.skip"))
        form.discard.setAccessibleName(form.discard.text())
        form.discarded.connect(self._next)
        return form

    def _keep(self, form: Form, step: str, run: Callable[[], Changes], *, another: bool) -> None:
        """Keep what the form holds, then another of its kind or the next step."""

        def kept(_: Changes) -> None:
            self._make(step)
            self._look(partial(self.turn, step)) if another else self._next()

        self.desk.act(f"{step}_add", lambda _, __: run(), kept, form.refuse)

    def _next(self) -> None:
        """The next step that is not done; after the last one, what is ready."""

        def go() -> None:
            after = STEPS[STEPS.index(self.step) + 1 :]
            self.turn(next((step for step in after if step in self._missing), READY))

        self._look(go)

    # --- leaving ------------------------------------------------------------------------------------------------------
    def current(self) -> int:
        """No row is looked at here."""
        return -1

    def keep(self) -> None:
        """Keep what is typed, and that there is something to come back to; raises what the book raises."""
        if not self.desk.book.read_only and self.step != READY:
            keep_drafts(self.desk, [self])
            self._keep_place()

    def _keep_place(self) -> None:
        save_draft(self.desk.book, PLACE, json.dumps({"row": -1, "values": []}), self.desk.now())

    def _finish_later(self) -> None:
        self.desk.tasks.write("", lambda _, __: self._keep_place(), lambda _: self.done.emit("campaigns"), self.desk.problems)

    def showEvent(self, event: QShowEvent) -> None:
        """What asked for the focus before there was a window gets it now."""
        super().showEvent(event)
        self._stand()
