"""One registry of actions: menus, shortcuts, the palette and the sheet of keys are read from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenuBar, QWidget

    from fundledger.i18n import Speaker

MENUS = ("book", "edit", "go", "campaigns", "disbursements", "importing", "reconcile", "view", "help")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done: its key (`gui.action.KEY`), its keys to press, its menu.

    `where` names the page whose list must have the focus; a single letter acts only there.
    """

    key: str
    shortcut: str = ""
    menu: str = ""
    where: str = ""
    checkable: bool = False


# Every action there is, in the order of menus and the sheet of keys.
ACTS = (
    Act("new", "Ctrl+N", "book"),
    Act("import", "Ctrl+I", "book"),
    Act("account.new", "", "book"),
    Act("takeover", "", "book"),
    Act("backup", "", "book"),
    Act("verify", "", "book"),
    Act("lock", "Ctrl+L", "book"),
    Act("quit", "Ctrl+Q", "book"),
    Act("undo", "Ctrl+Z", "edit"),
    Act("redo", "Ctrl+Shift+Z", "edit"),
    Act("filter", "Ctrl+F", "edit"),
    Act("palette", "Ctrl+K", "go"),
    Act("back", "Alt+Left", "go"),
    Act("forth", "Alt+Right", "go"),
    Act("page.dashboard", "Ctrl+0", "go"),
    Act("page.campaigns", "Ctrl+1", "go"),
    Act("page.donors", "Ctrl+2", "go"),
    Act("page.disbursements", "Ctrl+3", "go"),
    Act("page.importing", "Ctrl+4", "go"),
    Act("page.reconcile", "Ctrl+5", "go"),
    Act("page.reports", "Ctrl+6", "go"),
    Act("page.logbook", "Ctrl+7", "go"),
    Act("page.settings_page", "Ctrl+8", "go"),
    Act("page.tieout", "Ctrl+9", "go"),
    Act("campaign.new", "", "campaigns"),
    Act("campaign.open", "", "campaigns"),
    Act("campaign.over", "", "campaigns"),
    Act("campaign.cover", "", "campaigns"),
    Act("campaign.close", "", "campaigns"),
    Act("campaign.quote", "", "campaigns"),
    Act("campaign.page", "", "campaigns"),
    Act("campaign.consent", "", "campaigns"),
    Act("campaign.mandate", "", "campaigns"),
    Act("campaign.archive", "", "campaigns"),
    Act("donor.new", "", "campaigns"),
    Act("invoice.new", "", "disbursements"),
    Act("invoice.approve", "", "disbursements"),
    Act("invoice.pay", "", "disbursements"),
    Act("invoice.payees", "", "disbursements"),
    Act("import.file", "Return", "importing", "importing"),
    Act("import.ready", "Ctrl+Return", "importing", "importing"),
    Act("line.keep", "K", "importing", "importing"),
    Act("line.drop", "D", "importing", "importing"),
    Act("line.replace", "R", "importing", "importing"),
    Act("accept", "Return", "reconcile", "reconcile"),
    Act("accept_sure", "Shift+Return", "reconcile", "reconcile"),
    Act("split", "S", "reconcile", "reconcile"),
    Act("charge", "F", "reconcile", "reconcile"),
    Act("foundation", "G", "reconcile", "reconcile"),
    Act("transfer", "T", "reconcile", "reconcile"),
    Act("return", "R", "reconcile", "reconcile"),
    Act("suspense", "O", "reconcile", "reconcile"),
    Act("unmatch", "U", "reconcile", "reconcile"),
    Act("partial", "P", "reconcile", "reconcile"),
    Act("donor.quick", "N", "reconcile", "reconcile"),
    Act("learn", "L", "reconcile", "reconcile"),
    Act("ignore", "I", "reconcile", "reconcile"),
    Act("hold", "H", "reconcile", "reconcile"),
    Act("history", "E", "reconcile", "reconcile"),
    Act("withdraw", "W", "reconcile", "reconcile"),
    Act("voucher.new", "Ctrl+J", "reconcile"),
    Act("period.close", "", "reconcile"),
    Act("period.reopen", "", "reconcile"),
    Act("publish", "", "reconcile"),
    Act("rule.new", "", "reconcile"),
    Act("rule.edit", "Return", "reconcile", "settings_page"),
    Act("rule.up", "Alt+Up", "reconcile", "settings_page"),
    Act("rule.down", "Alt+Down", "reconcile", "settings_page"),
    Act("rule.switch", "Space", "reconcile", "settings_page"),
    Act("rule.try", "T", "reconcile", "settings_page"),
    Act("rule.remove", "Del", "reconcile", "settings_page"),
    Act("names", "Ctrl+Shift+H", "view", checkable=True),
    Act("keys", "Ctrl+/", "view"),
    Act("light", "", "view", checkable=True),
    Act("dark", "", "view", checkable=True),
    Act("system", "", "view", checkable=True),
    Act("help", "F1", "help"),
    Act("about", "", "help"),
)


class Actions(QObject):
    """The actions of one window, by key; pages say what each of theirs does."""

    def __init__(self, window: QWidget, speaker: Speaker) -> None:
        """Make every action; it is off until `does` says what it does."""
        super().__init__(window)
        self._window, self._speaker = window, speaker
        self._all: dict[str, QAction] = {}
        for act in ACTS:
            made = QAction(speaker.say(f"gui.action.{act.key}"), self)
            made.setObjectName(act.key)
            made.setCheckable(act.checkable)
            made.setEnabled(False)
            if act.shortcut:
                made.setShortcut(QKeySequence(act.shortcut))
            if act.where:
                made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            else:
                window.addAction(made)
            self._all[act.key] = made
        looks = QActionGroup(self)
        for key in ("light", "dark", "system"):
            looks.addAction(self._all[key])

    def __getitem__(self, key: str) -> QAction:
        """The action of a key."""
        return self._all[key]

    def does(self, key: str, run: Callable[[], object], focus: QWidget | None = None) -> QAction:
        """Say what an action does; a single key is heard while `focus` has it."""
        action = self._all[key]
        action.triggered.connect(lambda _=False: run())
        action.setEnabled(True)
        if focus is not None:
            focus.addAction(action)
        return action

    def press(self, key: str) -> None:
        """Do it, if it can be done now."""
        self._all[key].trigger()

    def fill(self, bar: QMenuBar) -> None:
        """Every menu with its actions."""
        for name in MENUS:
            menu = bar.addMenu(self._speaker.say(f"gui.menu.{name}"))
            menu.setObjectName(f"menu.{name}")
            for act in ACTS:
                if act.menu == name:
                    menu.addAction(self._all[act.key])

    def offered(self) -> list[QAction]:
        """What the palette offers: everything that can be done now, but the palette."""
        return [self._all[act.key] for act in ACTS if act.key != "palette" and self._all[act.key].isEnabled()]


def shortcuts() -> dict[str, str]:
    """Keys to press by action; the tests hold a picture of it, so that none ever disappears."""
    return {act.key: act.shortcut for act in ACTS if act.shortcut}


def bare(text: str) -> str:
    """A word of a menu without the mark of its letter and the sign that a form follows."""
    return text.replace("&", "").rstrip("…")
