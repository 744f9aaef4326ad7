"""The keyring of this computer: one more way into the book, for one person, switched on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame

from fundledger.gui.parts import button, columns, label, pill, rows, set_property
from fundledger.services import people as verbs

if TYPE_CHECKING:
    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Changes, Desk
    from fundledger.store.keyring import Keyring


def system_keyring() -> Keyring:
    """The keyring the system offers; its library is loaded where it is first asked, beside the window."""
    from fundledger.store.keyring import Keyring  # noqa: PLC0415  slow to load, and rarely asked

    return Keyring()


class KeyringCard(QFrame):
    """Says whether the keyring opens the book, switches it, and says plainly when it does not work."""

    def __init__(self, desk: Desk) -> None:
        """Empty until `refresh`."""
        super().__init__()
        self.setProperty("role", "card")
        self._desk, self._on = desk, False
        say = desk.say
        self.state = pill("", "plain")
        self.switch = button(say("keyring.on"), self._switch)
        self.failed = label("", "negative", wrap=True)
        self.failed.hide()
        head = columns(label(say("keyring.title"), size=1.1, bold=True), self.state, None, spacing=10)
        about = label(say("keyring.about"), "muted", wrap=True)
        self.setLayout(rows(head, about, self.failed, columns(self.switch, None), spacing=8, margins=(22, 16, 22, 18)))

    def refresh(self) -> None:
        """Whether there is a slot of the keyring."""
        self._desk.ask(lambda: verbs.keyring_is_on(self._desk.book), self._show, lane=self)

    def _show(self, on: bool) -> None:  # noqa: FBT001  the answer that was asked for
        self._on = on
        word = "on" if on else "off"
        self.state.setText(self._desk.say(f"keyring.is_{word}"))
        set_property(self.state, "tone", "good" if on else "plain")
        self.switch.setText(self._desk.say("keyring.off" if on else "keyring.on"))
        self.switch.setAccessibleName(self.switch.text())
        self.switch.setEnabled(not self._desk.book.read_only)

    def _switch(self) -> None:
        book, at, off = self._desk.book, self._desk.now(), self._on
        self.failed.hide()
        self.switch.setEnabled(False)

        def work(*_: object) -> Changes:
            return verbs.keyring_off(book, system_keyring(), at) if off else verbs.keyring_on(book, system_keyring(), at)

        self._desk.act("keyring_off" if off else "keyring_on", work, self._done, self._refuse)

    def _done(self, changes: Changes) -> None:
        """What the keyring itself did not forget is said here as well, where it can be read again."""
        self._tell(changes.warnings)

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self.switch.setEnabled(True)
        self._tell(problems)

    def _tell(self, problems: tuple[Problem, ...]) -> None:
        self.failed.setText("\n".join(self._desk.speaker.problem(one) for one in problems))
        self.failed.setAccessibleName(self.failed.text())
        self.failed.setVisible(bool(problems))
