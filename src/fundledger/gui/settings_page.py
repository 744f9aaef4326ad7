"""The settings: the book, its accounts, people, rules and backups, and the window itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QStackedWidget, QWidget

from fundledger.gui.desk import Area
from fundledger.gui.flow import Flow
from fundledger.gui.page import Page
from fundledger.gui.parts import button, columns, framed, holding, label, rows, rule, scrolling
from fundledger.gui.settings_backups import BackupsSection
from fundledger.gui.settings_people import PeopleSection
from fundledger.gui.settings_rules import RulesSection
from fundledger.gui.settings_window import AccountsSection, AdvancedSection, AppearanceSection, PrivacySection, ShortcutsSection
from fundledger.services.backups import kept_backups
from fundledger.services.preferences import Preferences, prefer, preferences
from fundledger.store.log import head

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLabel

    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Desk

SECTIONS = ("book", "accounts", "people", "rules", "backups", "appearance", "privacy", "shortcuts", "advanced")
_WIDEST = 860


@dataclass(frozen=True, slots=True)
class BookFacts:
    """What the section of the book shows."""

    name: str
    currency: str
    where: str
    uid: str
    head: str
    size: int
    backups: int
    chosen: Preferences


def _facts(desk: Desk) -> BookFacts:
    book = desk.book
    with book.reading() as db:
        stands = head(db)
    return BookFacts(
        book.name, book.currency, str(book.path), book.uid, str(stands), stands.size, len(kept_backups(book)), preferences(book)
    )


class SettingsPage(Page):
    """One section at a time, chosen above."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Everything is asked when it is first shown."""
        super().__init__(desk, actions, "settings_page", frozenset(Area))
        self.people = PeopleSection(desk)
        self.rules = RulesSection(desk, actions)
        self.backups = BackupsSection(desk)
        self._values: dict[str, QLabel] = {}
        self.accounts = AccountsSection(desk, actions)
        self.appearance, self.privacy = AppearanceSection(desk), PrivacySection(desk)
        self.sections = QStackedWidget()
        own = (self.appearance, self.privacy, ShortcutsSection(desk), AdvancedSection(desk))
        made = (self._book(), self.accounts, self.people, self.rules, self.backups, *own)
        for each in made:
            wide = holding(rows(each, None, margins=(0, 0, 8, 0)))
            wide.setMaximumWidth(_WIDEST)
            line = columns(wide, None)
            line.setStretch(0, _WIDEST)
            self.sections.addWidget(scrolling(holding(line)))
        self._chips = self._sections_bar()
        body = rows(Flow(*self._chips.values()), self.sections, spacing=12)
        body.setStretch(1, 1)
        self.lay_out(holding(body))
        self.appearance.preferred.connect(lambda name, value: self._prefer(**{name: value}))
        self.privacy.preferred.connect(lambda name, value: self._prefer(**{name: value}))

    def _sections_bar(self) -> dict[str, QPushButton]:
        group, made = QButtonGroup(self), dict[str, QPushButton]()
        for place, name in enumerate(SECTIONS):
            chip = button(self.desk.say(f"settings.{name}"), partial(self.sections.setCurrentIndex, place), "chip")
            chip.setCheckable(True)
            chip.setChecked(place == 0)
            group.addButton(chip)
            made[name] = chip
        return made

    def show_section(self, name: str) -> None:
        """Open one section."""
        self._chips[name].setChecked(True)
        self.sections.setCurrentIndex(SECTIONS.index(name))

    def narrow(self, part: str) -> None:
        """One of the sections."""
        self.show_section(part)

    def _book(self) -> QWidget:
        say, grid = self.desk.say, QGridLayout()
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        for place, key in enumerate(("name", "currency", "where", "uid", "head", "backups")):
            self._values[key] = label("", wrap=True)
            grid.addWidget(label(say(f"settings.book.{key}"), "muted"), place, 0)
            grid.addWidget(self._values[key], place, 1)
        note = label(say("settings.book.honest"), "muted", size=0.92, wrap=True)
        verify = button(say("action.verify"), self.actions_of["verify"].trigger)
        self.steps = button(say("setup.again"), self.set_up)
        title = label(say("settings.book"), size=1.2, bold=True)
        return framed(rows(title, grid, rule(), note, columns(verify, self.steps, None), spacing=12, margins=(22, 18, 22, 20)))

    def set_up(self) -> None:
        """Go through the steps of the first run again, from the first one that is missing."""
        self.desk.setting_up.emit()

    def refresh(self) -> None:
        """Every section."""
        self.desk.ask(lambda: _facts(self.desk), self._show, lane=self)
        self.accounts.refresh()
        self.people.refresh()
        self.rules.refresh()
        self.backups.refresh()

    def _show(self, found: BookFacts) -> None:
        texts = {
            "name": found.name, "currency": found.currency, "where": found.where, "uid": found.uid, "head": found.head,
            "backups": self.desk.say("settings.book.backups.n", n=found.backups),
        }  # fmt: skip
        for key, text in texts.items():
            self._values[key].setText(text)
            self._values[key].setAccessibleName(f"{self.desk.say(f'settings.book.{key}')}: {text}")
        self.appearance.show_chosen(found.chosen)
        self.privacy.show_chosen(found.chosen)

    def _prefer(self, **chosen: Any) -> None:  # noqa: ANN401  a word or a number, as `prefer` takes them
        book, at = self.desk.book, self.desk.now()
        self.desk.act("preference", lambda _, __: prefer(book, at, **chosen))

    def new_rule(self) -> None:
        """A form for a new rule, where the rules are seen."""
        self.show_section("rules")
        self.rules.new()

    def new(self) -> None:
        """A new rule, where the rules are looked at: Ctrl+N."""
        if self.sections.currentIndex() == SECTIONS.index("rules"):
            self.rules.new()

    def back_up(self) -> None:
        """Back the book up now, where the backups are seen."""
        self.show_section("backups")
        self.backups.back_up()

    def enter(self) -> None:
        """The chip of the section that is shown takes the focus."""
        self._chips[SECTIONS[self.sections.currentIndex()]].setFocus()
