"""A form as a panel of the page: Enter keeps, Ctrl+Enter keeps and begins another, Esc discards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from fundledger.gui.fields import LONGEST, LONGEST_STORY, LongText
from fundledger.gui.parts import button, columns, go_last, label, rows
from fundledger.gui.typed import Typed

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QShowEvent

    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Desk


class Form(Typed):
    """Fields under each other, each with who will see it; `kept` asks the page to keep them."""

    kept = Signal(bool)
    discarded = Signal()

    def __init__(self, desk: Desk, title: str, keep: str) -> None:
        """`title` and the text of the button `keep` are said already."""
        super().__init__(desk)
        self.setProperty("role", "panel")
        self._desk = desk
        self.discarded.connect(self._end)
        self._fields: list[QWidget] = []
        self.refused = label("", "negative", wrap=True)
        self.refused.hide()
        self.keep = button(keep, self._ask_to_keep, "primary")
        self.discard = button(desk.say("discard"), self.discarded.emit)
        self._body = QVBoxLayout()
        self._body.setSpacing(10)
        hint = label(desk.say("form.keys"), "muted", size=0.85)
        head, foot = label(title, size=1.2, bold=True), columns(self.keep, self.discard, None)
        self._whole = rows(head, self._body, self.refused, foot, hint, None, spacing=12, margins=(18, 16, 18, 14))
        self.setLayout(self._whole)

    def add(self, key: str, field: QWidget, audience: str = "", note: str = "") -> None:
        """A field under its label; `audience` says who will read it: public, auditor or internal."""
        self._body.addLayout(self.labelled(key, field, audience, note))

    def labelled(self, key: str, field: QWidget, audience: str = "", note: str = "") -> QVBoxLayout:
        """The same for a form that lays it out by itself."""
        head = columns(label(self._desk.say(f"field.{key}"), "label", size=0.92, wrap=True), spacing=6)
        head.setStretch(0, 1)
        if audience:
            head.addWidget(_tag(self._desk.say(f"audience.{audience}")))
        described = [self._desk.say(f"audience.{audience}")] if audience else []
        (field.focusProxy() or field).setAccessibleDescription(". ".join([*described, note] if note else described))
        below = [label(note, "muted", size=0.85, wrap=True)] if note else []
        if isinstance(field, QLineEdit | LongText):
            below.append(self._cut_note(field))
        self._fields.append(field)
        return rows(head, field, *below, spacing=3)

    def fill_height(self) -> None:
        """Let what scrolls inside have all the room there is."""
        self._whole.setStretchFactor(self._body, 100)

    def _cut_note(self, field: QLineEdit | LongText) -> QLabel:
        """Says that something pasted was longer than the field takes, until there is room again."""
        most = LONGEST_STORY if isinstance(field, LongText) else LONGEST
        note = label(self._desk.say("field.cut", most=most), "warning", size=0.85, wrap=True)
        note.hide()

        def changed() -> None:
            text = field.toPlainText() if isinstance(field, LongText) else field.text()
            note.setVisible(not note.isHidden() and len(text) >= most)

        field.textChanged.connect(changed)
        (field.shortened if isinstance(field, LongText) else field.inputRejected).connect(note.show)
        return note

    def _ask_to_keep(self, *, another: bool = False) -> None:
        """Once, however often a key is held down: the form says when it may be asked again."""
        if self.keep.isEnabled():
            self.keep.setEnabled(False)
            self.ended = True
            self.kept.emit(another)

    def _end(self) -> None:
        self.ended = True

    def refuse(self, problems: tuple[Problem, ...]) -> None:
        """Say in the form why nothing was kept."""
        self.say("\n".join(self._desk.speaker.problem(problem) for problem in problems))

    def say_missing(self) -> None:
        """Say that a field is empty or not understood."""
        self.say(self._desk.say("form.missing"))

    def say(self, text: str) -> None:
        """Say why nothing was kept; it may be tried again."""
        self.refused.setText(text)
        self.refused.setAccessibleName(text)
        self.refused.show()
        self.keep.setEnabled(True)
        self.ended = False

    def begin(self) -> None:
        """Show the form and stand in its first field."""
        self.refused.hide()
        self.keep.setEnabled(True)
        self.show()
        if self._fields:
            self._fields[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """Tab comes to the buttons behind whatever was added after them."""
        super().showEvent(event)
        self.order_keys()

    def order_keys(self) -> None:
        """The same after something was added to a form that is shown."""
        go_last(self, self.keep, self.discard)

    @property
    def touched(self) -> bool:
        """Whether a person typed something; what was chosen alone is chosen again in a moment."""
        return any(_is_modified(each) for each in self._holding())

    def typed(self) -> list[object]:
        """What stands in every control that holds text or a choice, in their order; never what was typed in secret."""
        return [_held(each) for each in self._holding()]

    def fill(self, values: list[object]) -> None:
        """Put back what `typed` gave; a form that has changed since is left as it is."""
        controls = self._holding()
        if len(controls) == len(values):
            for control, value in zip(controls, values, strict=True):
                _hold(control, value)

    def _holding(self) -> list[QWidget]:
        found = self.findChildren(QWidget)
        return [each for each in found if isinstance(each, QLineEdit | QPlainTextEdit | QComboBox | QCheckBox) and not _is_secret(each)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Ctrl+Enter, Esc."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask_to_keep(another=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.discarded.emit()
        else:
            super().keyPressEvent(event)


def _is_secret(control: QWidget) -> bool:
    return isinstance(control, QLineEdit) and control.echoMode() is not QLineEdit.EchoMode.Normal


def _is_modified(control: QWidget) -> bool:
    if isinstance(control, QPlainTextEdit):
        return control.document().isModified()
    return isinstance(control, QLineEdit) and control.isModified()


def _held(control: QWidget) -> object:
    match control:
        case QLineEdit():
            return control.text()
        case QPlainTextEdit():
            return control.toPlainText()
        case QComboBox():
            return control.currentData()
        case QCheckBox():
            return control.isChecked()
    return None


def _hold(control: QWidget, value: object) -> None:
    match control:
        case QLineEdit():
            control.setText(str(value))
            control.setModified(True)
        case QPlainTextEdit():
            control.setPlainText(str(value))
            control.document().setModified(True)
        case QComboBox():
            control.setCurrentIndex(max(control.findData(value), 0))
        case QCheckBox():
            control.setChecked(bool(value))


def _tag(text: str) -> QWidget:
    return label(text, "tag", size=0.82)


def choice(name: str, options: list[tuple[str, object]]) -> QComboBox:
    """A choice of said options with their values."""
    made = QComboBox()
    made.setAccessibleName(name)
    for text, value in options:
        made.addItem(text, value)
    return made


def refill(box: QComboBox, options: list[tuple[str, object]]) -> None:
    """Other options, the chosen one kept where it still is there."""
    kept = box.currentData()
    blocked = QSignalBlocker(box)
    box.clear()
    for text, value in options:
        box.addItem(text, value)
    box.setCurrentIndex(max(box.findData(kept), 0) if options else -1)
    blocked.unblock()
