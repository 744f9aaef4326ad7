"""Sections of the settings about the window itself: accounts it knows, how it looks, who sees what, its keys, where everything is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QWidget

from fundledger.gui.actions import ACTS, MENUS, bare
from fundledger.gui.forms import choice
from fundledger.gui.parts import button, clear, columns, holding, label, rows, rule
from fundledger.gui.reports import OWN_NAMES
from fundledger.i18n import languages
from fundledger.services.coverage import account_coverage
from fundledger.services.preferences import DENSITIES, LOOKS, MINUTES
from fundledger.settings import SCALES, Chosen, choose, chosen, data_dir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Desk
    from fundledger.services.coverage import AccountCoverage
    from fundledger.services.preferences import Preferences

_WIDE = 260  # points of a box


class Section(QFrame):
    """A titled card."""

    def __init__(self, desk: Desk, name: str, *parts: QWidget | QGridLayout) -> None:
        """`name` begins its words: `gui.settings.NAME`."""
        super().__init__()
        self.setProperty("role", "card")
        self.desk = desk
        title, about = (
            label(desk.say(f"settings.{name}"), size=1.2, bold=True),
            label(desk.say(f"settings.{name}.about"), "muted", wrap=True),
        )
        self.setLayout(rows(title, about, *parts, spacing=10, margins=(22, 18, 22, 20)))


def _named(desk: Desk, *boxes: tuple[str, QWidget]) -> QGridLayout:
    """Controls under each other, each behind its name."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(28)
    grid.setVerticalSpacing(10)
    grid.setColumnStretch(2, 1)
    for place, (key, box) in enumerate(boxes):
        box.setFixedWidth(_WIDE)
        grid.addWidget(label(desk.say(f"settings.{key}"), "muted"), place, 0)
        grid.addWidget(box, place, 1)
    return grid


def _box(desk: Desk, key: str, options: Sequence[tuple[str, object]]) -> QComboBox:
    return choice(desk.say(f"settings.{key}"), list(options))


class AppearanceSection(Section):
    """Colours and density belong to the book, language and scale to the user of this computer; `preferred` names what was chosen."""

    preferred = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        """Language and scale are known at once, the rest by `show_chosen`."""
        say = desk.say
        self.looks = _box(desk, "look", [(say(f"look.{one}"), one) for one in LOOKS])
        self.densities = _box(desk, "density", [(say(f"density.{one}"), one) for one in DENSITIES])
        known = [(OWN_NAMES.get(code, code), code) for code in languages()]
        self.languages = _box(desk, "language", [(say("settings.language.system"), ""), *known])
        self.scales = _box(desk, "scale", [(say("settings.scale.n", n=one), one) for one in SCALES])
        self.note = label(say("settings.scale.next"), "muted", size=0.92, wrap=True)
        boxes = (("look", self.looks), ("density", self.densities), ("language", self.languages), ("scale", self.scales))
        super().__init__(desk, "appearance", _named(desk, *boxes), self.note)
        now = chosen()
        self.languages.setCurrentIndex(max(self.languages.findData(now.language), 0))
        self.scales.setCurrentIndex(self.scales.findData(now.scale))
        self.note.setVisible(False)
        self.looks.activated.connect(lambda _: self.preferred.emit("look", self.looks.currentData()))
        self.densities.activated.connect(lambda _: self.preferred.emit("density", self.densities.currentData()))
        self.languages.activated.connect(lambda _: self._choose())
        self.scales.activated.connect(lambda _: self._choose())

    def show_chosen(self, found: Preferences) -> None:
        """What was chosen for this book."""
        self.looks.setCurrentIndex(self.looks.findData(found.look))
        self.densities.setCurrentIndex(self.densities.findData(found.density))

    def _choose(self) -> None:
        """Language at once; the scale is Qt's, which reads it when the program starts."""
        before, now = chosen(), Chosen(self.languages.currentData(), self.scales.currentData())
        try:
            choose(now)
        except OSError as error:
            self.desk.tell(self.desk.say("settings.not_kept", reason=error.strerror or str(error)))
            return
        self.note.setVisible(now.scale != before.scale)
        if now.language != before.language:
            self.desk.spoken.emit(now.language)


class AccountsSection(Section):
    """Every bank account with what of it is in the book."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Empty until `refresh`."""
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(28)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._empty = label(desk.say("settings.accounts.empty"), "muted", wrap=True)
        new = button(desk.say("action.account.new"), actions["account.new"].trigger)
        super().__init__(desk, "accounts", self._empty, self._grid, holding(columns(new, None)))

    def refresh(self) -> None:
        """Ask the book."""
        self.desk.ask(lambda: account_coverage(self.desk.book), self._show, lane=self)

    def _show(self, found: Sequence[AccountCoverage]) -> None:
        clear(self._grid)
        self._empty.setVisible(not found)
        say, speaker = self.desk.say, self.desk.speaker
        for column, key in enumerate(("code", "name", "iban", "statements")):
            if found:
                self._grid.addWidget(label(say(f"settings.accounts.{key}"), "muted", size=0.92), 0, column)
        for place, one in enumerate(found, 1):
            texts = (one.account.code, one.account.name, one.account.iban, speaker.count(one.n_statements))
            for column, text in enumerate(texts):
                self._grid.addWidget(label(text), place, column)


class PrivacySection(Section):
    """When the window locks itself, and who sees what; `preferred` names the minutes."""

    preferred = Signal(str, int)

    def __init__(self, desk: Desk) -> None:
        """What was chosen comes by `show_chosen`."""
        self.minutes = _box(desk, "minutes", [(desk.say("minutes", n=one), one) for one in MINUTES])
        self.policy = button(desk.say("settings.policy"), partial(desk.opens.emit, "reports", "policy"))
        names = label(desk.say("settings.names"), wrap=True)
        super().__init__(desk, "privacy", _named(desk, ("minutes", self.minutes)), rule(), names, holding(columns(self.policy, None)))
        self.minutes.activated.connect(lambda _: self.preferred.emit("lock_minutes", self.minutes.currentData()))

    def show_chosen(self, found: Preferences) -> None:
        """What was chosen for this book."""
        self.minutes.setCurrentIndex(self.minutes.findData(found.lock_minutes))


class ShortcutsSection(Section):
    """Every key there is, by menu."""

    def __init__(self, desk: Desk) -> None:
        """Read from the registry of actions."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for menu in MENUS:
            listed = [act for act in ACTS if act.menu == menu and act.shortcut]
            if listed:
                grid.addWidget(label(bare(desk.say(f"menu.{menu}")), "accent", bold=True), grid.rowCount(), 0, 1, 2)
            for act in listed:
                place = grid.rowCount()
                keys = QKeySequence(act.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
                grid.addWidget(label(keys, "key", size=0.9), place, 0)
                grid.addWidget(label(bare(desk.say(f"action.{act.key}"))), place, 1)
        super().__init__(desk, "shortcuts", grid)


class AdvancedSection(Section):
    """Where everything lies, and the window as it was at first."""

    def __init__(self, desk: Desk) -> None:
        """`reset` forgets columns, gaps and orders."""
        book = desk.book.path
        places = {"ledger": book, "backups": book / "backups", "window": book / "window.json", "own": data_dir()}
        grid = QGridLayout()
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for place, (key, path) in enumerate(places.items()):
            grid.addWidget(label(desk.say(f"settings.place.{key}"), "muted"), place, 0)
            grid.addWidget(label(str(path), wrap=True), place, 1)
        self.reset = button(desk.say("settings.reset"), desk.laid_out_anew.emit)
        super().__init__(desk, "advanced", grid, holding(columns(self.reset, None)))
