"""Bank files: dropped or chosen, looked at, imported; lines to decide; what is in the book, day by day."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QButtonGroup, QFrame, QPushButton, QStackedWidget, QWidget

from fundledger.gui.account_form import AccountForm, keep_account
from fundledger.gui.coverage import CoveragePanel
from fundledger.gui.desk import Area, Changes
from fundledger.gui.documents import dropped_files
from fundledger.gui.file_card import FileCard
from fundledger.gui.mapping import Mapping
from fundledger.gui.page import Page
from fundledger.gui.parts import Drawing, button, clear, columns, holding, label, rows, scrolling, set_property
from fundledger.gui.takeover_form import TakeoverForm
from fundledger.gui.unsure import UnsurePanel
from fundledger.services.coverage import AccountCoverage, account_coverage
from fundledger.services.profiles import save_layout
from fundledger.store import lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent

    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Desk
    from fundledger.services.arriving import Imported
    from fundledger.statements.layout import Layout

VIEWS = ("files", "unsure", "coverage")
KINDS = "*"
_FORM_WIDTH = 560


class DropArea(QFrame):
    """Where files are dropped; a button beside for those who do not drag."""

    dropped = Signal(object)

    def __init__(self, desk: Desk, choosing: QWidget) -> None:
        """`choosing` is the button inside."""
        super().__init__()
        self.setProperty("role", "drop")
        self.setAcceptDrops(True)
        drawing = Drawing(desk.look, "import", 40, "accent")
        about = label(desk.say("importing.kinds"), "muted", wrap=True)
        texts = rows(label(desk.say("importing.drop"), size=1.2, bold=True), about, spacing=2)
        layout = columns(drawing, texts, choosing, spacing=18, margins=(26, 18, 26, 18))
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome."""
        if event.mimeData().hasUrls():
            set_property(self, "over", value=True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """As before."""
        set_property(self, "over", value=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the files."""
        set_property(self, "over", value=False)
        event.acceptProposedAction()
        self.dropped.emit(dropped_files(event.mimeData()))


class ImportingPage(Page):
    """The files of this sitting, lines to decide, and the calendar; a table's columns are mapped in the same place."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Nothing looked at yet."""
        super().__init__(desk, actions, "importing", frozenset({Area.LINES, Area.ACCOUNTS}))
        self.setAcceptDrops(True)
        self.cards: list[FileCard] = []
        self.choosing = button(desk.say("importing.choose"), self.new, "primary")
        self.drop = DropArea(desk, self.choosing)
        self.drop.dropped.connect(self.take)
        self.all_ready = button("", self.import_ready, "primary")
        self.unsure, self.coverage = UnsurePanel(desk, actions), CoveragePanel(desk)
        self._form: AccountForm | TakeoverForm | None = None
        self.mapping: Mapping | None = None
        self._form_place = rows()
        self._list = rows(spacing=10)
        self.views = QStackedWidget()
        for view in (self._files(), self.unsure, self.coverage):
            self.views.addWidget(view)
        self.chips = self._chips()
        self.head.addWidget(button(desk.say("action.account.new").rstrip("…"), self.new_account))
        self.head.addWidget(button(desk.say("importing.reconcile"), actions["page.reconcile"].trigger))
        body = rows(columns(*self.chips.values(), None, self.all_ready), self.views, spacing=12)
        body.setStretch(1, 1)
        self.lay_out(holding(body))
        self._act(actions)
        self._count_ready()

    def _files(self) -> QWidget:
        self.empty = label(self.desk.say("importing.empty"), "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sheet = holding(self._list)
        inside = holding(rows(self._form_place, self._sheet, 30, self.empty, None, spacing=10, margins=(0, 0, 6, 0)))
        self._scroll = scrolling(inside)
        made = rows(self.drop, self._scroll, spacing=14)
        made.setStretch(1, 1)
        return holding(made)

    def _chips(self) -> dict[str, QPushButton]:
        group, made = QButtonGroup(self), dict[str, QPushButton]()
        for name in VIEWS:
            chip = button(self.desk.say(f"importing.view.{name}"), partial(self.show_view, name), "chip")
            chip.setCheckable(True)
            chip.setChecked(name == VIEWS[0])
            group.addButton(chip)
            made[name] = chip
        return made

    def _act(self, actions: Actions) -> None:
        """Enter acts on the card that has the focus, Ctrl+Enter anywhere among the files; a form beside them has its own."""
        actions.does("import.file", self._import_current)
        actions["import.ready"].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        actions.does("import.ready", self.import_ready, self.drop)
        self._sheet.addAction(actions["import.ready"])

    # --- files --------------------------------------------------------------------------------------------------------
    def new(self) -> None:
        """Ask which files: Ctrl+I."""
        self.take(self.desk.dialogs.files(self, self.desk.say("importing.choose"), KINDS))

    def enter(self) -> None:
        """The button takes the focus."""
        self.choosing.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self, paths: Sequence[Path]) -> None:
        """Look at each file; nothing is imported before a person says so."""
        for path in sorted(paths, key=lambda path: path.name):
            self._add(FileCard(self.desk, path)).look()
        if paths:
            self.show_view("files")

    def _add(self, card: FileCard, place: int = 0) -> FileCard:
        self.cards.insert(place, card)
        self._list.insertWidget(place, card)
        card.addAction(self.actions_of["import.file"])
        card.wants.connect(partial(self._wanted, card))
        card.inside.connect(partial(self._add_inside, card))
        card.shown.connect(self._count_ready)
        self.empty.hide()
        return card

    def _add_inside(self, first: FileCard, found: list[Imported]) -> None:
        """The other files of an archive, each with a card of its own."""
        for place, one in enumerate(found, self.cards.index(first) + 1):
            card = self._add(FileCard(self.desk, first.path, one.file), place)
            card.accounts = first.accounts
            card.show_found(one)

    def _count_ready(self) -> None:
        ready = sum(card.outcome == "ready" for card in self.cards)
        self.all_ready.setText(self.desk.say("importing.all_ready", n=ready))
        self.all_ready.setAccessibleName(self.all_ready.text())
        self.all_ready.setVisible(ready > 1)

    def import_ready(self) -> None:
        """Import every card that asks nothing any more, in turn."""
        for card in self.cards:
            card.take()

    def _import_current(self) -> None:
        card = QApplication.focusWidget()
        if isinstance(card, FileCard):
            card.take()

    def _wanted(self, card: FileCard, what: str) -> None:
        if what == "account":
            asked = [one for one in card.found.refused if one.code == "account.unknown"]
            self.new_account(str(asked[0].values.get("account", "")) if asked else "")
        elif what == "mapping":
            self._map(card)
        elif what == "unsure":
            self.show_view("unsure")
        elif what == "reconcile":
            self.actions_of.press("page.reconcile")
        else:
            card.put_away()
            self.cards.remove(card)
            self._list.removeWidget(card)
            card.deleteLater()
            self.empty.setVisible(not self.cards)
            self._count_ready()

    # --- columns of a table -------------------------------------------------------------------------------------------
    def _map(self, card: FileCard) -> None:
        self._leave_mapping()
        self.mapping = made = Mapping(self.desk, card.path, card.told.given)
        made.kept.connect(partial(self._keep_mapping, card))
        made.left.connect(self._leave_mapping)
        self.views.addWidget(made)
        self.views.setCurrentWidget(made)
        made.delimiter.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_mapping(self) -> None:
        if self.mapping is not None:
            self.views.removeWidget(self.mapping)
            self.mapping.deleteLater()
            self.mapping = None
            self.show_view("files")

    def _keep_mapping(self, card: FileCard, made: Layout) -> None:
        """Remember the layout for its header, and look at the file by it."""
        book, at = self.desk.book, self.desk.now()

        def kept(_: Changes | None = None) -> None:
            self._leave_mapping()
            card.map_by(made)
            card.setFocus(Qt.FocusReason.OtherFocusReason)

        if made.header:
            self.desk.act("profile_save", lambda _, __: save_layout(book, made, at), kept)
        else:
            kept()

    # --- our accounts -------------------------------------------------------------------------------------------------
    def new_account(self, number: str = "") -> None:
        """A form for a bank account of ours, or a payment processor's; files that wait for it are looked at again."""
        self._close_form()
        self.show_view("files")
        self._form = form = AccountForm(self.desk, number)
        form.kept.connect(lambda _: self._keep_account(form))
        form.discarded.connect(self._close_form)
        form.setMaximumWidth(_FORM_WIDTH)
        self._form_place.addWidget(form)
        form.begin()
        self._scroll.ensureVisible(0, 0)
        if number:
            form.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_over(self) -> None:
        """A form for the workbook of a foundation that is older than its book."""
        self._close_form()
        self.show_view("files")
        self._form = form = TakeoverForm(self.desk)
        form.discarded.connect(self._close_form)
        self._form_place.addWidget(form)
        form.begin()
        self._scroll.ensureVisible(0, 0)

    def _close_form(self) -> None:
        if self._form is not None:
            clear(self._form_place)
            self._form = None

    def _keep_account(self, form: AccountForm) -> None:
        read = form.read()
        if read is None:
            form.say_missing()
            return
        book = self.desk.book
        self.desk.do(
            "account_add",
            lambda at: keep_account(book, read, at),
            lambda _: self._close_form(),
            form.refuse,
        )

    # --- views --------------------------------------------------------------------------------------------------------
    def show_view(self, name: str) -> None:
        """Files, lines to decide, or the calendar."""
        self.chips[name].setChecked(True)
        self.views.setCurrentIndex(VIEWS.index(name))
        if name == "unsure":
            self.unsure.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def narrow(self, part: str) -> None:
        """One of the views."""
        self.show_view(part)

    def refresh(self) -> None:
        """Lines nobody has decided, what is covered, and what the files would bring now."""
        for card in self.cards:
            card.look_again()
        self.desk.ask(self._read, self._show, lane=self)

    def _read(self) -> tuple[list[int], list[AccountCoverage]]:
        with self.desk.book.reading() as db:
            waiting = lines.line_ids(db, "unsure")
        return waiting, account_coverage(self.desk.book)

    def _show(self, found: tuple[list[int], list[AccountCoverage]]) -> None:
        waiting, covered = found
        self.unsure.show_ids(waiting)
        self.coverage.show_accounts(covered)
        said = self.desk.say("importing.view.unsure")
        self.chips["unsure"].setText(f"{said}  {self.desk.speaker.count(len(waiting))}" if waiting else said)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere on the page."""
        self.drop.dragEnterEvent(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """As before."""
        self.drop.dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the files."""
        self.drop.dropEvent(event)
