"""Ctrl+K: everything by a few letters. Ctrl+/: every key there is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from shiboken6 import isValid

from fundledger.gui.actions import ACTS, MENUS, bare
from fundledger.gui.fields import read_amount
from fundledger.gui.helping import topics
from fundledger.gui.parts import label, rows
from fundledger.gui.theme import icon, scaled
from fundledger.services.donors import find_donors
from fundledger.store import campaigns, donors, invoices, lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Desk
    from fundledger.gui.theme import Look

_WIDTH = 620
_MOST, _FOUND = 12, 4  # lines of the list; of them at most so many donors, and so many bank lines
_ENOUGH = 2  # letters before the book is asked
_LONGEST_NUMBER = 18  # digits: longer ones are no number of a line


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the palette: what it says, what it is, what it does."""

    text: str
    hint: str
    icon: str
    run: Callable[[], object]


class _Hints(QStyledItemDelegate):
    """The line, and its hint quietly at the right."""

    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """As the style does, and the hint."""
        super().paint(painter, option, index)
        painter.save()
        painter.setPen(QColor(self._look.theme.muted))
        painter.setFont(scaled(option.font, 0.9))
        hint = index.data(Qt.ItemDataRole.UserRole).hint
        painter.drawText(option.rect.adjusted(0, 0, -10, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, hint)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows have air."""
        return QSize(super().sizeHint(option, index).width(), 31)


class Overlay(QFrame):
    """Something above the page that Esc or a click beside it closes."""

    def __init__(self, window: QWidget) -> None:
        """Hidden at first."""
        super().__init__(window)
        self.setProperty("role", "overlay")
        self._room = window
        self._before: QWidget | None = None
        self.hide()

    def open(self, width: int, height: int) -> None:
        """Show above the page, and remember who had the focus."""
        room = self._room.rect()
        self._before = self.window().focusWidget()
        self.resize(min(width, room.width() - 40), min(height, room.height() - 60))
        self.move((room.width() - self.width()) // 2, max(40, (room.height() - self.height()) // 5))
        self.show()
        self.raise_()

    def close_overlay(self) -> None:
        """Hide, and give the focus back."""
        if self.isVisible():
            self.hide()
            if self._before is not None and isValid(self._before):  # what had it may be gone since
                self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_overlay()
        else:
            super().keyPressEvent(event)


class Palette(Overlay):
    """Commands, pages, reports, help, campaigns and invoices by a few letters; donors and bank lines as the book finds them."""

    def __init__(self, window: QWidget, desk: Desk, actions: Actions) -> None:
        """What is taken is opened by the desk's signal `opens`."""
        super().__init__(window)
        self._desk, self._actions = desk, actions
        self._offers: list[Offer] = []
        self._found: list[Offer] = []  # what the book found for the letters that stand in the line
        self.line = QLineEdit()
        self.line.setPlaceholderText(desk.say("palette.hint"))
        self.line.setAccessibleName(desk.say("palette.hint"))
        self.list = QListWidget()
        self.list.setAccessibleName(desk.say("action.palette"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setIconSize(QSize(18, 18))
        self.list.setItemDelegate(_Hints(desk.look, self.list))
        self.setLayout(rows(self.line, self.list, spacing=8, margins=(12, 12, 12, 12)))
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(lambda _: self.take())

    def show_palette(self) -> None:
        """Begin with the commands; campaigns and invoices come as soon as the book has said them."""
        from fundledger.gui.reporting import READERS  # noqa: PLC0415  all that sets reports comes with it, and the first figures do not wait

        desk = self._desk
        self._offers = [Offer(bare(each.text()), each.shortcut().toString(), "command", each.trigger) for each in self._actions.offered()]
        self._offers += [self._offer("reports", name, desk.speaker.say(f"report.{name}.title")) for name in READERS]
        self._offers += [self._offer("help", one.name, one.title) for one in topics(desk.speaker)]
        self.line.clear()
        self._search("")
        self.open(_WIDTH, 460)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        desk.ask(self._rows, self._add, lane=self)

    def _offer(self, page: str, at: int | str, text: str) -> Offer:
        """Something on a page, at its row or by its name."""
        return Offer(text, self._desk.say(f"{page}.one"), page, partial(self._desk.opens.emit, page, at))

    def _rows(self) -> list[tuple[str, int, str]]:
        book, language = self._desk.book, self._desk.speaker.language
        with book.reading() as db:
            found = [("campaigns", one.id, f"{one.code}  {one.title(language)}") for one in campaigns.campaigns(db, book.currency)]
            return found + [("disbursements", one.id, f"{one.number}  {one.campaign_code}") for one in invoices.invoices(db, book.currency)]

    def _add(self, found: list[tuple[str, int, str]]) -> None:
        self._offers += [self._offer(*one) for one in found]
        self._show(self.line.text())

    def _look_up(self, text: str) -> list[tuple[str, int, str]]:
        """The donors and bank lines a text finds; a name finds nobody while names are masked, and is not shown."""
        book, speaker, reveal = self._desk.book, self._desk.speaker, self._desk.revealed
        ids = find_donors(book, text, names=reveal)[:_FOUND]
        amount = read_amount(text, book.currency)
        number = int(text) if text.isdecimal() and len(text) < _LONGEST_NUMBER else 0
        with book.reading() as db:
            givers = donors.donor_rows(db, ids, book.currency, reveal=reveal)
            found = [("donors", one.id, f"{one.code}  {one.name}") for one in givers]
            if amount is not None or number:
                known = lines.lines_like(db, number, amount.minor if amount else None, _FOUND)
                for one in lines.line_rows(db, known, reveal=reveal):
                    said = f"{speaker.day(one.booked_on)}  {one.account}  {speaker.money(one.amount)}"
                    found.append(("reconcile", one.id, f"{one.id}  {said}"))
        return found

    def _search(self, text: str) -> None:
        self._found = []
        self._show(text)
        wanted = text.strip()
        if len(wanted) >= _ENOUGH:
            self._desk.ask(lambda: self._look_up(wanted), self._take_in, lane=(self, "found"))

    def _take_in(self, found: list[tuple[str, int, str]]) -> None:
        self._found = [self._offer(*one) for one in found]
        self._show(self.line.text())

    def _show(self, text: str) -> None:
        words = text.casefold().split()
        fitting = [offer for offer in self._offers if all(word in f"{offer.text} {offer.hint}".casefold() for word in words)]
        fitting.sort(key=lambda offer: not offer.text.casefold().startswith(text.casefold().strip()))
        fitting = fitting[: _MOST - len(self._found)] + self._found
        self.list.clear()
        muted = self._desk.look.theme.muted
        for offer in fitting:
            item = QListWidgetItem(icon(offer.icon, muted), offer.text)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{offer.text} {offer.hint}")
            item.setData(Qt.ItemDataRole.UserRole, offer)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def take(self) -> None:
        """Do what the current line says."""
        item = self.list.currentItem()
        self.close_overlay()
        if item is not None:
            item.data(Qt.ItemDataRole.UserRole).run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while letters go to the line."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step and self.list.count():
                self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.take()
                return True
        return super().eventFilter(watched, event)


class KeySheet(Overlay):
    """Every key there is, by menu."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        """Read from the registry."""
        super().__init__(window)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(5)
        half = 0
        place = 0
        for menu in MENUS:
            listed = [act for act in ACTS if act.menu == menu and act.shortcut]
            if not listed:
                continue
            if menu == "reconcile":
                half, place = 3, 0
            grid.addWidget(label(bare(desk.say(f"menu.{menu}")), "accent", bold=True), place, half, 1, 2)
            for act in listed:
                place += 1
                keys = label(QKeySequence(act.shortcut).toString(QKeySequence.SequenceFormat.NativeText), "key", size=0.9)
                grid.addWidget(keys, place, half, Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(label(bare(desk.say(f"action.{act.key}"))), place, half + 1)
            place += 1
        for keys_said, text in (("J K ↑ ↓", "keys.rows"), ("1 … 9", "keys.pick")):
            grid.addWidget(label(keys_said, "key", size=0.9), place, half, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(label(desk.say(text)), place, half + 1)
            place += 1
        grid.setColumnMinimumWidth(2, 30)
        self.setLayout(rows(label(bare(desk.say("action.keys")), size=1.3, bold=True), grid, None, spacing=12, margins=(24, 20, 24, 20)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_sheet(self) -> None:
        """Show it, or hide it again."""
        if self.isVisible():
            self.close_overlay()
            return
        hint = self.sizeHint()
        self.open(hint.width() + 20, hint.height() + 10)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
