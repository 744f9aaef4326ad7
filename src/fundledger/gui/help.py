"""F1: the help beside the page it is about, to be searched; links lead from topic to topic, Esc closes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QKeyEvent, QPalette, QTextCursor
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QStackedWidget, QTextBrowser, QWidget
from shiboken6 import isValid

from fundledger.gui.helping import TOPICS, topics
from fundledger.gui.parts import button, columns, icon_button, label, rows, set_property

if TYPE_CHECKING:
    from fundledger.gui.desk import Desk
    from fundledger.gui.helping import Topic

_WIDTH = 350  # points; beside a page in a small window
_LONGEST = 90  # letters of the line that is told of a topic found


class HelpPanel(QFrame):
    """A list of topics, or the topic that is read."""

    def __init__(self, desk: Desk) -> None:
        """Hidden until it is asked for; every topic is read once."""
        super().__init__()
        set_property(self, "role", "help")
        self.setFixedWidth(_WIDTH)
        self._desk = desk
        self.topics: dict[str, Topic] = {one.name: one for one in topics(desk.speaker)}
        self.shown = ""
        self._behind: list[str] = []
        self._before: QWidget | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText(desk.say("help.search"))
        self.search.setAccessibleName(desk.say("help.search"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(desk.say("help.contents"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = label(desk.say("help.nothing"), "muted", wrap=True)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(desk.say("help.title"))
        self.text.document().setDocumentMargin(0)
        self.text.document().setIndentWidth(20)
        self.back = button(desk.say("help.back"), self.go_back, "quiet")
        self.contents = button(desk.say("help.contents"), self.show_contents, "quiet")
        self.shut = icon_button(desk.look, "close", desk.say("close"), self.close_help)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.text)
        self.title = label(desk.say("help.title"), size=1.3, bold=True, wrap=True)
        head = columns(self.title, self.shut)
        head.setStretch(0, 1)
        self.setLayout(
            rows(head, self.search, columns(self.back, self.contents, None), self.nothing, self._stack, spacing=8, margins=(16, 16, 14, 14))
        )
        self.search.textChanged.connect(self._seek)
        self.search.installEventFilter(self)
        self.list.itemActivated.connect(lambda item: self.read(item.data(Qt.ItemDataRole.UserRole)))
        self.list.itemClicked.connect(lambda item: self.read(item.data(Qt.ItemDataRole.UserRole)))
        self.text.anchorClicked.connect(self._follow)
        desk.look.changed.connect(self._draw)
        self._seek("")
        self.hide()

    def show_help(self, page: str) -> None:
        """Show the topic of a page; asked again while it is read, close."""
        if self.isVisible() and self.shown == page and self._stack.currentWidget() is self.text:
            self.close_help()
            return
        if not self.isVisible():
            self._before = self.window().focusWidget()
        self.show()
        self.search.clear()
        self.read(page)

    def close_help(self) -> None:
        """Hide, and give the focus back to whoever had it."""
        self.hide()
        if self._before is not None and isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def read(self, name: str) -> None:
        """Show a topic; what was read before is one step back."""
        if self.shown and self.shown != name:
            self._behind.append(self.shown)
        self._read(name)

    def _read(self, name: str) -> None:
        self.shown = name
        self._draw()
        self.title.setText(self.topics[name].title)
        self._stack.setCurrentWidget(self.text)
        self.nothing.hide()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        self.back.setEnabled(bool(self._behind))
        word = self.search.text().strip()
        if word and not self.text.find(word):
            self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _draw(self) -> None:
        """The text in the colours of the theme: links keep the one they were made in."""
        if self.shown:
            dressed = self.text.palette()
            dressed.setColor(QPalette.ColorRole.Link, self._desk.look.theme.accent)
            self.text.setPalette(dressed)
            self.text.setMarkdown(self.topics[self.shown].text.partition("\n")[2])

    def go_back(self) -> None:
        """To the topic read before."""
        if self._behind:
            self._read(self._behind.pop())

    def show_contents(self) -> None:
        """Every topic."""
        self.search.clear()
        self._seek("")
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _seek(self, text: str) -> None:
        """The topics that hold every word, each with its first line about it."""
        words = text.casefold().split()
        self.list.clear()
        for name in TOPICS:
            one = self.topics[name]
            found = one.line_with(words)
            if found is not None:
                told = found if len(found) <= _LONGEST else found[:_LONGEST].rsplit(" ", 1)[0] + " …"
                item = QListWidgetItem(one.title if not words or found == one.title else f"{one.title}\n{told}")
                item.setData(Qt.ItemDataRole.UserRole, name)
                self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.nothing.setVisible(not self.list.count())
        self.title.setText(self._desk.say("help.title"))
        self._stack.setCurrentWidget(self.list)

    def _follow(self, url: QUrl) -> None:
        """A link names a topic, nothing outside."""
        if url.toString() in self.topics:
            self.read(url.toString())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while letters go to the line; Enter reads."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and self.list.count():
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step:
                self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.read(self.list.currentItem().data(Qt.ItemDataRole.UserRole))
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_help()
        else:
            super().keyPressEvent(event)
