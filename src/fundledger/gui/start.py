"""Before a book is open: the lock page of a known book, or the first run with its ways in; a request is answered, a pack verified.

Nothing of the store is imported before the first paint; it is fetched by the background work that opens a book.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from fundledger.gui.answering import AnswerPage
from fundledger.gui.flow import flowing
from fundledger.gui.given import Given, book_of, given
from fundledger.gui.parts import Drawing, IconButton, button, columns, framed, holding, label, rows
from fundledger.gui.restoring import PATTERN, RestorePage
from fundledger.gui.verifying import VerifyPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.domain.problem import Problem
    from fundledger.gui.dialogs import Dialogs
    from fundledger.gui.tasks import Cancelled, Progress, Tasks
    from fundledger.gui.theme import Look
    from fundledger.i18n import Speaker
    from fundledger.services.backups import Restored
    from fundledger.store.book import Book

    Opened = tuple[Book, str]
    Work = Callable[[Progress, Cancelled], Opened]

Answer = TypeVar("Answer")
Later = TypeVar("Later", RestorePage, VerifyPage, AnswerPage)
_WIDTH = 420


def _open(path: Path, secret: str, held: Book | None, *, recovery: bool) -> Work:
    """Open a book, or the one that is only locked again."""

    def work(_: Progress, __: Cancelled) -> Opened:
        from fundledger.store.book import open_book  # noqa: PLC0415  after the first paint

        passphrase, key = (None, secret) if recovery else (secret, None)
        if held is None:
            return open_book(path, passphrase, recovery_key=key), ""
        held.unlock(passphrase, recovery_key=key)
        return held, ""

    return work


def _by_keyring(path: Path) -> Work:
    """Open a book with what the keyring of this computer keeps for it."""

    def work(_: Progress, __: Cancelled) -> Opened:
        from fundledger.domain.problem import KnownError  # noqa: PLC0415  after the first paint
        from fundledger.services.books import open_by_keyring  # noqa: PLC0415  after the first paint
        from fundledger.store.keyring import Keyring  # noqa: PLC0415  slow to load, and rarely asked

        book = open_by_keyring(path, Keyring())
        if book is None:
            raise KnownError("keyring.failed")
        return book, ""

    return work


def _has_keyring(path: Path) -> Callable[[], bool]:
    def work() -> bool:
        from fundledger.services.books import keyring_may_open  # noqa: PLC0415  after the first paint

        return keyring_may_open(path)

    return work


def _new(path: Path, name: str, currency: str, passphrase: str) -> Work:
    def work(_: Progress, __: Cancelled) -> Opened:
        from fundledger.gui.desk import clock  # noqa: PLC0415  after the first paint
        from fundledger.services.books import new_book, recovery_key  # noqa: PLC0415  after the first paint

        key = recovery_key()
        return new_book(path, name, currency, passphrase, clock(), recovery_key=key), key

    return work


def _sample(path: Path, passphrase: str) -> Work:
    def work(progress: Progress, _: Cancelled) -> Opened:
        from fundledger.services.sample import build_sample  # noqa: PLC0415  after the first paint

        return build_sample(path, passphrase, progress), ""

    return work


class Start(QWidget):
    """The page before a book is open; `opened` brings the book, and the recovery key of one that was just made."""

    opened = Signal(object, str)

    def __init__(self, speaker: Speaker, look: Look, tasks: Tasks, dialogs: Dialogs, path: Path | None) -> None:
        """With a path the lock page, without one the first run."""
        super().__init__()
        self.setObjectName("start")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._speaker, self._look, self._tasks, self._dialogs = speaker, look, tasks, dialogs
        self.path = path
        self._held: Book | None = None
        self._by_recovery = False
        self._looking = False
        self.passphrase = self._secret("passphrase")
        self.name = self._line("foundation")
        self.currency = self._line("currency")
        self.currency.setText("EUR")
        self.new_passphrase, self.again = self._secret("passphrase"), self._secret("again")
        self._buttons: list[QWidget] = []
        self._working = label("", "muted", wrap=True)
        self._refused = label("", "negative", wrap=True)
        self._first, self._lock, self._new = pages = self._first_page(), self._lock_page(), self._new_page()
        self._pages: list[QWidget] = list(pages)
        self._body = rows(*pages, self._refused, self._working, spacing=8, margins=(30, 28, 30, 24))
        card = framed(self._body)
        card.setFixedWidth(_WIDTH)
        self._refused.hide()
        self._working.hide()
        logo = Drawing(look, "logo", 64)
        brand = label("FundLedger", size=1.7, bold=True)
        promise = label(self._say("promise"), "muted", wrap=True)
        for each in (logo, brand, promise):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
        promise.setFixedSize(_WIDTH, promise.heightForWidth(_WIDTH))
        middle = rows(None, logo, brand, promise, 14, columns(None, card, None), None, None, spacing=6)
        for piece in (logo, brand, promise):
            middle.setAlignment(piece, Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(middle)
        self.take(path)

    def _say(self, key: str, **values: object) -> str:
        return self._speaker.say(f"gui.start.{key}", **values)

    def _line(self, key: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(self._say(key))
        made.setMinimumHeight(36)
        return made

    def _secret(self, key: str) -> QLineEdit:
        made = self._line(key)
        made.setEchoMode(QLineEdit.EchoMode.Password)
        return made

    def _field(self, key: str, field: QLineEdit) -> QWidget:
        return holding(rows(label(self._say(key), "label", size=0.92), field, spacing=3))

    def _first_page(self) -> QWidget:
        ways = []
        for key, drawing, run in (
            ("new", "plus", self.show_new),
            ("open", "folder", self.choose_book),
            ("restore", "import", self.show_restore),
            ("answer", "key", self.show_answer),
            ("verify", "tieout", self.show_verify),
            ("sample", "sample", self.try_sample),
        ):
            made = IconButton(self._look, drawing, f"  {self._say(key)}", "accent")
            made.setProperty("role", "choice")
            made.clicked.connect(run)
            made.setMinimumHeight(40)
            made.setToolTip(self._say(f"{key}.hint"))
            made.setAccessibleDescription(self._say(f"{key}.hint"))
            ways.append(made)
        self._buttons.extend(ways)
        self.ways = dict(zip(("new", "open", "restore", "answer", "verify", "sample"), ways, strict=True))
        return holding(
            rows(label(self._say("first"), size=1.2, bold=True), label(self._say("first.hint"), "muted", wrap=True), 6, *ways, None)
        )

    def _lock_page(self) -> QWidget:
        self._book_name = label("", size=1.2, bold=True)
        self.unlock = button(self._say("unlock"), self.open_book, "primary")
        other = button(self._say("other"), lambda: self.ask(None), "quiet")
        self.lost = button(self._say("lost"), self._turn_recovery, "quiet")
        self.keyring = button(self._say("keyring"), self.open_by_keyring)
        self.keyring.hide()
        self._buttons.extend((self.unlock, other, self.lost, self.keyring))
        self.passphrase.returnPressed.connect(self.open_book)
        self._asked = label(self._say("passphrase"), "label", size=0.92)
        field = holding(rows(self._asked, self.passphrase, spacing=3))
        self.about = label(self._say("locked"), "muted", wrap=True)
        ways = flowing(self.unlock, self.lost, other)
        return holding(rows(self._book_name, self.about, 4, field, 4, ways, self.keyring, None))

    def _turn_recovery(self) -> None:
        self._ask_for(recovery=not self._by_recovery)
        self.passphrase.setFocus()

    def _ask_for(self, *, recovery: bool) -> None:
        """Ask for the passphrase, or for the recovery key from its paper."""
        self._by_recovery = recovery
        self._asked.setText(self._say("recovery" if recovery else "passphrase"))
        self.passphrase.setAccessibleName(self._asked.text())
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Normal if recovery else QLineEdit.EchoMode.Password)
        self.passphrase.clear()
        self.passphrase.setPlaceholderText(PATTERN if recovery else "")
        self.about.setText(self._say("recovery.hint" if recovery else "locked"))
        self.lost.setText(self._say("not_lost" if recovery else "lost"))
        self.lost.setAccessibleName(self.lost.text())

    def _new_page(self) -> QWidget:
        self.found = button(self._say("found"), self.make_book, "primary")
        back = button(self._say("back"), lambda: self.ask(None), "quiet")
        self._buttons.extend((self.found, back))
        self.again.returnPressed.connect(self.make_book)
        fields = [self._field("foundation", self.name), self._field("currency", self.currency)]
        secrets = [self._field("passphrase", self.new_passphrase), self._field("again", self.again)]
        warning = label(self._say("no_recovery"), "warning", size=0.92, wrap=True)
        return holding(
            rows(label(self._say("new"), size=1.2, bold=True), *fields, *secrets, warning, columns(self.found, None, back), None)
        )

    # What few ask for is made when it is: each of these would cost the first paint some milliseconds.
    @cached_property
    def restoring(self) -> RestorePage:
        """The page that makes a book of a backup."""
        made = RestorePage(self._speaker, self._dialogs, self._secret("passphrase"), self._line("recovery"))
        made.wanted.connect(lambda work: self._begin("restoring", work, self._restored))
        made.entered.connect(self.ask)
        return self._one_more(made)

    @cached_property
    def verifying(self) -> VerifyPage:
        """The page that verifies a pack without a book."""
        made = VerifyPage(self._speaker, self._dialogs, self._secret("verify.passphrase"), self._line("verify.fingerprint"))
        made.wanted.connect(self._answer)
        return self._one_more(made)

    @cached_property
    def answering(self) -> AnswerPage:
        """The page that answers a request without a book."""
        made = AnswerPage(self._speaker, self._dialogs, self._secret("answer.passphrase"), self._line("answer.reason"))
        made.wanted.connect(self._answer)
        made.missing.connect(self._refuse_text)
        return self._one_more(made)

    def _one_more(self, page: Later) -> Later:
        page.hide()
        page.left.connect(lambda: self.ask(None))
        self._buttons.extend(page.buttons)
        self._body.insertWidget(len(self._pages), page)
        self._pages.append(page)
        return page

    def _answer(self, said: str, work: Callable[[Progress, Cancelled], object], done: Callable[[object], None]) -> None:
        def ended(found: object) -> None:
            self._end()
            done(found)

        self._begin_saying(said, work, ended)

    def take(self, path: Path | None) -> None:
        """Begin with what the program was asked to open: a book, a backup, a pack, a request; or with nothing."""
        kind = given(path) if path else None
        if path is None or kind is None:
            self.ask(None)
            if path is not None:
                self._refuse_text(self._say("unknown", file=path.name))
        elif kind is Given.BOOK:
            self.ask(book_of(path))
        else:
            page = self.restoring if kind is Given.BACKUP else self.answering if kind is Given.REQUEST else self.verifying
            page.take(path)
            self._turn(page)

    def ask(self, path: Path | None, held: Book | None = None) -> None:
        """Ask for the passphrase of a book, or which book at all; `held` is one that is locked and not closed."""
        if held is not self._held:
            self.let_go()
        self.path, self._held = path, held
        self._refused.hide()
        self._ask_for(recovery=False)
        self._turn(self._lock if path else self._first)
        if path:
            self._book_name.setText(path.stem)
            self.passphrase.setFocus()
            self._look_for_keyring()
        else:
            self.ways["new"].setFocus()

    def look_around(self) -> None:
        """From now on, the first paint being over, look whether a keyring opens the book that is asked for."""
        self._looking = True
        self._look_for_keyring()

    def _look_for_keyring(self) -> None:
        self.keyring.hide()
        if self._looking and self.path:
            self._tasks.read(_has_keyring(self.path), self.keyring.setVisible, lambda _: None, lane=self)

    def let_go(self) -> None:
        """Close a book that was only locked."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def _turn(self, shown: QWidget) -> None:
        for page in self._pages:
            page.setVisible(page is shown)

    def use(self, tasks: Tasks) -> None:
        """Work with other threads: those of the last book have ended."""
        self._tasks = tasks

    def show_new(self) -> None:
        """Ask what a new book needs."""
        self._turn(self._new)
        self.name.setFocus()

    def show_restore(self) -> None:
        """Ask which backup becomes a book again."""
        if self.restoring.choose():
            self._refused.hide()
            self._turn(self.restoring)

    def show_answer(self) -> None:
        """Ask which request is answered, without a book."""
        if self.answering.choose():
            self._refused.hide()
            self._turn(self.answering)

    def show_verify(self) -> None:
        """Ask which pack is verified, without a book."""
        if self.verifying.choose():
            self._refused.hide()
            self._turn(self.verifying)

    def _restored(self, found: Restored) -> None:
        self._end()
        self.restoring.tell(found)

    def choose_book(self) -> None:
        """Ask which book, by the folder that holds it."""
        path = self._dialogs.folder(self, self._say("open"))
        if path:
            self.ask(path)

    def open_book(self) -> None:
        """Open the book with what was typed."""
        if self.path:
            self._begin("opening", _open(self.path, self.passphrase.text(), self._held, recovery=self._by_recovery), self._done)

    def open_by_keyring(self) -> None:
        """Open the book with the keyring of this computer; a book that was only locked is opened anew."""
        if self.path:
            self.let_go()
            self._begin("opening", _by_keyring(self.path), self._done)

    def make_book(self) -> None:
        """Found a book where the person says."""
        if not self.name.text().strip() or not self.new_passphrase.text():
            self._refuse_text(self._say("missing"))
        elif self.new_passphrase.text() != self.again.text():
            self._refuse_text(self._say("differ"))
        else:
            path = self._dialogs.new_file(self, self._say("new"), Path.home() / f"{self._say('offered')}.fundledger")
            if path:
                made = _new(path, self.name.text(), self.currency.text().strip().upper(), self.new_passphrase.text())
                self._begin("making", made, self._done)

    def try_sample(self) -> None:
        """Build the sample foundation where the person says and open it."""
        path = self._dialogs.new_file(self, self._say("sample"), Path.home() / f"{self._say('sample.offered')}.fundledger")
        if path:
            self._begin("building", _sample(path, "sample"), self._done)

    def _begin(self, what: str, work: Callable[[Progress, Cancelled], Answer], done: Callable[[Answer], None]) -> None:
        self._begin_saying(self._say(what), work, done)

    def _begin_saying(self, said: str, work: Callable[[Progress, Cancelled], Answer], done: Callable[[Answer], None]) -> None:
        self._refused.hide()
        self._working.setText(said)
        self._working.show()
        for each in self._buttons:
            each.setEnabled(False)
        self._tasks.write(said, work, done, self.refuse)

    def _done(self, found: Opened) -> None:
        self._end()
        self._held = None
        for each in (self.passphrase, self.new_passphrase, self.again):
            each.clear()
        self.opened.emit(*found)

    def refuse(self, problems: tuple[Problem, ...]) -> None:
        """Say why there is no open book, or what was not kept of the last one."""
        self._end()
        self._refuse_text("\n".join(self._speaker.problem(problem) for problem in problems))
        self.passphrase.selectAll()
        self.passphrase.setFocus()

    def _refuse_text(self, text: str) -> None:
        self._refused.setText(text)
        self._refused.setAccessibleName(text)
        self._refused.show()

    def _end(self) -> None:
        self._working.hide()
        for each in self._buttons:
            each.setEnabled(True)
