"""Answering a request for an approval where no book is open: the request, her own key, what is asked, a yes or a no.

Nothing of the store is imported before the first paint.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from fundledger.domain.masking import mask_account
from fundledger.domain.problem import KnownError
from fundledger.gui.parts import button, clear, columns, holding, label, rows

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.gui.dialogs import Dialogs
    from fundledger.gui.tasks import Cancelled, Progress
    from fundledger.i18n import Speaker
    from fundledger.services.approval_files import Request

_MOST_BYTES = 32 * 1024 * 1024


def _content(path: Path) -> bytes:
    """What stands in a file; raises KnownError approval.file."""
    try:
        with path.open("rb") as opened:
            return opened.read(_MOST_BYTES)
    except OSError:
        raise KnownError("approval.file", path.name) from None


class AnswerPage(QWidget):
    """`wanted` brings what is being done in words, the work and what follows it; `left` goes back; `missing` says what is not there yet."""

    wanted = Signal(str, object, object)
    left = Signal()
    missing = Signal(str)

    def __init__(self, speaker: Speaker, dialogs: Dialogs, passphrase: QLineEdit, reason: QLineEdit) -> None:
        """`passphrase` and `reason` are its fields, dressed like the others of the start page."""
        super().__init__()
        self._speaker, self._dialogs = speaker, dialogs
        self.passphrase, self.reason = passphrase, reason
        self.request: Path | None = None
        self.key: Path | None = None
        self.paper: Path | None = None
        self.asked: Request | None = None
        say = self._say
        self.file, self.key_said = label("", bold=True, wrap=True), label("", "muted", wrap=True)
        choose_key = button(say("key"), self.choose_key)
        self.go = button(say("go"), self.open, "primary")
        field = rows(label(say("passphrase"), "label", size=0.92), passphrase, spacing=3)
        about = label(say("about"), "muted", wrap=True)
        key = columns(choose_key, None)
        self._asking = holding(rows(self.file, about, self.key_said, key, field, columns(self.go, None, self._back()), spacing=8))
        self._facts = QGridLayout()
        self._warned, self.paper_said, self.told = label("", "warning", wrap=True), label("", "muted", wrap=True), label("", wrap=True)
        self.show_account = button(say("show"), self._show_account, "small")
        self.compare = button(say("paper"), self.choose_paper, "small")
        self.yes, self.no = button(say("yes"), lambda: self._answer(""), "primary"), button(say("no"), self._refuse)
        why = rows(label(say("reason"), "label", size=0.92), reason, spacing=3)
        way = columns(self.yes, self.no, None, self._back())
        self._judging = holding(rows(self._facts, self._warned, columns(self.compare, None), self.paper_said, why, way, spacing=8))
        self._done = holding(rows(self.told, columns(None, self._back()), spacing=12))
        self._steps = (self._asking, self._judging, self._done)
        self.setLayout(rows(label(say("title"), size=1.2, bold=True), *self._steps))
        self.buttons: list[QWidget] = [choose_key, self.go, self.compare, self.yes, self.no]
        passphrase.returnPressed.connect(self.open)

    def _say(self, key: str, **values: object) -> str:
        return self._speaker.say(f"gui.start.answer.{key}", **values)

    def _back(self) -> QWidget:
        return button(self._speaker.say("gui.start.back"), self.leave, "quiet")

    def _turn(self, step: QWidget) -> None:
        for one in self._steps:
            one.setVisible(one is step)

    def leave(self) -> None:
        """Forget what was asked and go back."""
        self._forget()
        self.left.emit()

    def _forget(self) -> None:
        self.asked, self.paper = None, None
        for field in (self.passphrase, self.reason):
            field.clear()
        clear(self._facts)

    def choose(self) -> bool:
        """Ask which request; whether one was chosen."""
        path = self._dialogs.file(self, self._say("title"), "*.json")
        if path is not None:
            self.take(path)
        return path is not None

    def take(self, path: Path) -> None:
        """Begin with this request."""
        self._forget()
        self.request = path
        self.file.setText(path.name)
        self._say_key()
        self._turn(self._asking)

    def _say_key(self) -> None:
        self.key_said.setText(self._say("key_is", file=self.key.name) if self.key else self._say("no_key"))

    def choose_key(self) -> None:
        """Ask which key file is hers."""
        self.key = self._dialogs.file(self, self._say("key"), "*.key *.json") or self.key
        self._say_key()
        self.passphrase.setFocus()

    def open(self) -> None:
        """Open the request with her key."""
        request, key, phrase = self.request, self.key, self.passphrase.text()
        if request is None or key is None:
            self.missing.emit(self._say("no_key"))
            return

        def work(_: Progress, __: Cancelled) -> Request:
            from fundledger.services.approval_files import open_request  # noqa: PLC0415  after the first paint

            return open_request(_content(request), _content(key), phrase)

        self.wanted.emit(self._say("opening"), work, self._show)

    def _show(self, asked: Request) -> None:
        """What she is asked to approve, as the book said it."""
        self.asked = asked
        clear(self._facts)
        facts, say = asked.facts, self._say
        self.account = label(mask_account(asked.shown["account"]) or say("no_account"))
        issued = self._speaker.day(date.fromisoformat(facts["issued_on"]), "medium")
        texts = {"number": facts["invoice"], "campaign": facts["campaign"], "payee": asked.shown["payee"], "issued": issued}
        values = {key: label(str(text), bold=True, wrap=True) for key, text in texts.items()}
        values["amount"] = label(self._speaker.money(asked.amount), bold=True, size=1.15)
        values["account"] = self.account
        for place, (key, value) in enumerate(values.items()):
            value.setAccessibleName(f"{say(key)}: {value.text()}")
            self._facts.addWidget(label(say(key), "muted", size=0.92), place, 0)
            self._facts.addWidget(value, place, 1)
        self.show_account = button(say("show"), self._show_account, "small")
        self._facts.addWidget(self.show_account, len(values) - 1, 2)
        self._facts.setColumnStretch(1, 1)
        self.show_account.setVisible(bool(asked.shown["account"]))
        self._warned.setText("\n".join(self._speaker.problem(one) for one in asked.warnings))
        self._warned.setVisible(bool(asked.warnings))
        self.compare.setVisible(facts["document"] is not None)
        self.paper_said.hide()
        self._turn(self._judging)
        self.yes.setFocus()

    def _show_account(self) -> None:
        if self.asked is not None:
            self.account.setText(self.asked.shown["account"])
            self.account.setAccessibleName(f"{self._say('account')}: {self.account.text()}")
            self.show_account.hide()

    def choose_paper(self) -> None:
        """Ask for the invoice as she has it: only the one that is meant is approved."""
        self.paper = self._dialogs.file(self, self._say("paper"), "*.pdf *.xml *.png *.jpg *.jpeg") or self.paper
        if self.paper is not None:
            self.paper_said.setText(self._say("paper_is", file=self.paper.name))
            self.paper_said.show()

    def _refuse(self) -> None:
        if self.reason.text().strip():
            self._answer(self.reason.text())
        else:
            self.missing.emit(self._say("no_reason"))
            self.reason.setFocus()

    def _answer(self, reason: str) -> None:
        """Sign the answer and write it beside the request."""
        request, key, paper, phrase = self.request, self.key, self.paper, self.passphrase.text()
        if request is None or key is None:
            return

        def work(_: Progress, __: Cancelled) -> Path:
            from fundledger.export.approval_file import write  # noqa: PLC0415  after the first paint
            from fundledger.services.approval_files import sign  # noqa: PLC0415  after the first paint

            compared = _content(paper) if paper and not reason else None
            return write(sign(_content(request), _content(key), phrase, compared, reason), request.parent)

        self.wanted.emit(self._say("writing"), work, lambda written: self._tell(written, approved=not reason))

    def _tell(self, written: Path, *, approved: bool) -> None:
        self._forget()
        self.told.setText(self._say("approved" if approved else "declined", file=written.name))
        self._turn(self._done)
