"""A list as every page shows one: a filter, chips, the one table, and what to do when it is empty."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QButtonGroup, QFrame, QHeaderView, QLineEdit, QPushButton, QStackedWidget, QTableView

from fundledger.gui.cells import CellDelegate
from fundledger.gui.copying import copy
from fundledger.gui.filter_menu import FilterMenu
from fundledger.gui.filtering import NAMES, Filter, known_names, understand
from fundledger.gui.flow import Flow
from fundledger.gui.history import Stood
from fundledger.gui.layout import part
from fundledger.gui.parts import Drawing, button, columns, holding, label, rows
from fundledger.gui.table import Bar, Column, Kind, Pill, TableModel, shown
from fundledger.gui.theme import scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fundledger.gui.desk import Desk
    from fundledger.i18n import Speaker

_TYPING_PAUSE_MS = 120
_LOOKED_THROUGH = 500  # rows at once
_AIRY, _DENSE = 18, 6  # points above and below the letters of a row
_LEAST_WIDTH, _MOST_WIDTH = 40, 2_000  # points of a column that was dragged
_LEAST = 84  # points of a column that takes what is left, where nothing is


@dataclass(frozen=True, slots=True)
class Lists:
    """What a list shows: its columns, the ids of a chip, rows by id, the name its words begin with, its chips.

    `find` answers for a list too long to look through: the ids of a chip that a text finds, in the order of a column (its key, and
    whether downwards); `nothing` is what is said when it finds none.
    """

    name: str
    columns: tuple[Column, ...]
    ids: Callable[[str], Sequence[int]]
    fetch: Callable[[Sequence[int]], Iterable[Any]]
    chips: tuple[str, ...] = ()
    icon: str = "document"
    find: Callable[[str, str, tuple[str, bool] | None], Sequence[int]] | None = None
    nothing: str = "filter.nothing"
    asides: tuple[str, ...] = ()  # chips that are there only while they are chosen, by whoever narrows the list
    many: bool = False  # several rows can be chosen at once, with Shift and Ctrl


class Table(QTableView):
    """A quiet table: whole rows, one current row, J and K as well as the arrows."""

    entered_row = Signal(int)
    digit = Signal(int)

    def __init__(self) -> None:
        """Without grid, row numbers and jumps."""
        super().__init__()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.space(dense=False)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setFont(scaled(self.font(), 0.9))
        head.setMinimumSectionSize(40)

    def space(self, *, dense: bool) -> None:
        """Rows near each other, or with air."""
        self.verticalHeader().setDefaultSectionSize(QFontMetrics(self.font()).height() + (_DENSE if dense else _AIRY))

    def widen(self, columns: Sequence[Column]) -> None:
        """Columns as wide as they say; those that say nothing share what is left."""
        head, letter = self.horizontalHeader(), QFontMetrics(self.font()).horizontalAdvance("0")
        for place, column in enumerate(columns):
            head.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive if column.letters else QHeaderView.ResizeMode.Stretch)
            if column.letters:
                heading = QFontMetrics(head.font()).horizontalAdvance(str(self.model().headerData(place, Qt.Orientation.Horizontal)))
                self.setColumnWidth(place, max(column.letters * letter, heading) + 18)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A column that takes what is left gives way first, which Qt leaves as wide as it was; then the table is moved sideways."""
        super().resizeEvent(event)
        head = self.horizontalHeader()
        taking = [place for place in range(head.count()) if head.sectionResizeMode(place) is QHeaderView.ResizeMode.Stretch]
        if sum(head.sectionSize(place) for place in range(head.count()) if place not in taking) >= self.viewport().width():
            for place in taking:
                head.resizeSection(place, _LEAST)

    def go(self, step: int) -> None:
        """Move the current row by some rows."""
        count = self.model().rowCount()
        if count:
            place = min(max(self.currentIndex().row() + step, 0), count - 1)
            self.stand(place)

    def stand(self, place: int) -> None:
        """Make a row the current one and the only chosen one, whatever keys are held."""
        chosen = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self.model().index(place, 0), chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """J, K and Enter; copying takes what may leave the window."""
        if event.matches(QKeySequence.StandardKey.Copy):
            model, place = self.model(), self.currentIndex().row()
            if isinstance(model, TableModel) and place >= 0:
                copy(model.copied([place]))
        elif event.key() in (Qt.Key.Key_J, Qt.Key.Key_K) and not event.modifiers():
            self.go(1 if event.key() == Qt.Key.Key_J else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered_row.emit(self.currentIndex().row())
        elif Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9 and not event.modifiers():
            self.digit.emit(event.key() - Qt.Key.Key_0)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys here; the filter searches."""


class Listing(QFrame):
    """The list of a page; `picked` names the row a person looks at, -1 for none."""

    picked = Signal(int)
    entered = Signal(int)
    chose = Signal()  # more or fewer rows are chosen than before

    def __init__(self, desk: Desk, lists: Lists) -> None:
        """Empty until `reload`."""
        super().__init__()
        self.setProperty("role", "card")
        self._desk, self._lists = desk, lists
        self.model = TableModel(lists.columns, lists.fetch, desk.speaker)
        self.table = Table()
        self.filter = QLineEdit()
        self.chip = lists.chips[0] if lists.chips else ""
        self._sorted: tuple[int, bool] | None = None
        self._chips: dict[str, QPushButton] = {}
        self._wanted: int | None = None
        self._shown = self.chip
        self._stood: dict[str, tuple[Sequence[int], int]] = {}  # by chip: its rows as they last were, and the place of the current one
        self._many = 1
        self._lay_out()
        self._dress_table()
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.reload)
        self._asked = 0
        self.filter.textChanged.connect(self._typed)
        desk.names_shown.connect(self.model.forget)

    def _typed(self) -> None:
        self._pause.start()

    def _lay_out(self) -> None:
        say, name = self._desk.say, self._lists.name
        self.filter.setPlaceholderText(say("filter"))
        self.filter.setAccessibleName(say("filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(190)
        group = QButtonGroup(self)
        for key in (*self._lists.chips, *self._lists.asides):
            chip = button(say(f"{name}.chip.{key}"), role="chip")
            chip.setCheckable(True)
            chip.setChecked(key == self.chip)
            chip.clicked.connect(lambda _=False, key=key: self.choose(key))
            group.addButton(chip)
            if key in self._lists.asides:
                chip.hide()
            self._chips[key] = chip
        self.empty_text = label("", "muted", wrap=True)
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        drawing = Drawing(self._desk.look, self._lists.icon, 40)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._empty = holding(rows(None, drawing, self.empty_text, None, spacing=12, margins=(40, 0, 40, 40)))
        self._empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._stack.addWidget(self._empty)
        head = columns(spacing=6, margins=(12, 10, 12, 8))
        head.addLayout(Flow(*self._chips.values()), 1)
        head.addWidget(self.filter, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(FilterMenu(self._desk, self.filter, name, self._lists.columns), 0, Qt.AlignmentFlag.AlignTop)
        self.said = label("", "warning", size=0.92, wrap=True)
        self.said.setContentsMargins(14, 0, 14, 8)
        self.said.hide()
        body = rows(head, self.said, spacing=0, margins=(1, 1, 1, 8))
        body.addWidget(self._stack, 1)
        self.setLayout(body)

    def _dress_table(self) -> None:
        self.table.setModel(self.model)
        self.table.setItemDelegate(CellDelegate(self._desk.look, self._desk.speaker, self.table))
        self.table.setAccessibleName(self._desk.say(f"{self._lists.name}.title"))
        self._space()
        self._desk.look.changed.connect(self._space)
        self.table.widen(self._lists.columns)
        self.table.horizontalHeader().sectionClicked.connect(self.sort)
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        if self._lists.many:
            self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
            self.table.selectionModel().selectionChanged.connect(self._chosen_changed)
        self.table.entered_row.connect(lambda place: self.entered.emit(self.id_at(place)))
        self.table.doubleClicked.connect(lambda index: self.entered.emit(self.id_at(index.row())))

    def _space(self) -> None:
        self.table.space(dense=self._desk.look.dense)

    def arranged(self) -> dict[str, Any]:
        """How it is looked at, to be kept: widths that were dragged, the order, the chip and the row; not what was typed."""
        head = self.table.horizontalHeader()
        widths = {column.key: head.sectionSize(place) for place, column in enumerate(self._lists.columns) if column.letters}
        order = [self._lists.columns[self._sorted[0]].key, self._sorted[1]] if self._sorted else []
        return {"widths": widths, "order": order, "chip": self.chip, "row": self.current()}

    def arrange(self, kept: dict[str, Any]) -> None:
        """As it was looked at before, at the next reload; columns and chips that are no more are left out."""
        keys = [column.key for column in self._lists.columns]
        for key, width in part(kept, "widths").items():
            if (
                key in keys
                and self._lists.columns[keys.index(key)].letters
                and isinstance(width, int)
                and _LEAST_WIDTH <= width <= _MOST_WIDTH
            ):
                self.table.setColumnWidth(keys.index(key), width)
        match part(kept, "order", kind=list):
            case [str(key), bool(down)] if key in keys:
                self._sorted = (keys.index(key), down)
                self._show_order()
        chip, row = part(kept, "chip", kind=str), kept.get("row")
        if isinstance(row, int) and row >= 0:
            self._wanted = row
        if chip in self._lists.chips:
            self.chip = chip
            self._chips[chip].setChecked(True)

    def _show_order(self) -> None:
        head = self.table.horizontalHeader()
        head.setSortIndicatorShown(self._sorted is not None)
        if self._sorted:
            head.setSortIndicator(self._sorted[0], Qt.SortOrder.DescendingOrder if self._sorted[1] else Qt.SortOrder.AscendingOrder)

    def arrange_anew(self) -> None:
        """Columns and order as they are at first."""
        self._sorted = None
        self._show_order()
        self.table.widen(self._lists.columns)
        self.reload()

    def id_at(self, place: int) -> int:
        """The id in a row, -1 outside."""
        return self.model.ids()[place] if 0 <= place < len(self.model.ids()) else -1

    def current(self) -> int:
        """The id of the current row, -1 for none."""
        return self.id_at(self.table.currentIndex().row())

    def choose(self, chip: str) -> None:
        """Show what a chip stands for."""
        self.chip = chip
        self._chips[chip].setChecked(True)
        for key in self._lists.asides:
            self._chips[key].setVisible(key == chip)
        self.reload()

    def show_column(self, key: str, *, shown: bool) -> None:
        """Show a column, or leave it out where no row says anything in it."""
        self.table.setColumnHidden([column.key for column in self._lists.columns].index(key), not shown)

    def set_count(self, chip: str, count: int) -> None:
        """Say on a chip how many there are."""
        said = self._desk.say(f"{self._lists.name}.chip.{chip}")
        self._chips[chip].setText(f"{said}  {self._desk.speaker.count(count)}" if count else said)

    def pick(self, row_id: int) -> None:
        """Make a row the current one, now or as soon as it is there."""
        place = self.model.place(row_id)
        if place is None:
            self._wanted = row_id
            self.filter.clear()
            if "all" in self._chips:
                self.choose("all")
            return
        self.table.stand(place)

    def stood(self) -> Stood:
        """How it is looked at now."""
        return Stood(self.chip, self.filter.text(), self.current())

    def come_back(self, stood: Stood) -> None:
        """Look at it as before; a chip that is no more stays where it is."""
        self._wanted = stood.row
        self.filter.setText(stood.typed)
        if stood.chip in self._chips:
            self.choose(stood.chip)
        else:
            self.reload()

    def go_on(self, row_id: int) -> None:
        """After the next reload stand in this row."""
        self._wanted = row_id

    def chosen(self) -> list[int]:
        """The ids of all chosen rows, in view order."""
        return [self.id_at(place) for place in sorted(index.row() for index in self.table.selectionModel().selectedRows())]

    def _chosen_changed(self) -> None:
        before, self._many = self._many, len(self.table.selectionModel().selectedRows())
        if self._many > 1 or before > 1:
            self.chose.emit()

    def sort(self, section: int) -> None:
        """By a column, the other way round at the second click, as it was at the third."""
        before = self._sorted
        self._sorted = (section, False) if before is None or before[0] != section else None if before[1] else (section, True)
        self._show_order()
        self.reload()

    def reload(self) -> None:
        """Ask again which rows there are; the current row stays the current one."""
        lists, speaker, chip, order = self._lists, self._desk.speaker, self.chip, self._sorted
        asked = understand(self.filter.text(), lists.columns, speaker, self._desk.now().date())
        self._say(asked)
        words = [word.casefold() for word in asked.words]
        self._asked += 1
        mine = self._asked

        def looked_through(found: Sequence[int]) -> list[tuple[int, Any]]:
            table: list[tuple[int, Any]] = []
            for start in range(0, len(found), _LOOKED_THROUGH):
                page = found[start : start + _LOOKED_THROUGH]
                table += [pair for pair in zip(page, lists.fetch(page), strict=True) if asked.passes(pair[1])]
                if mine != self._asked:
                    return []  # a newer question was asked: nobody hears this answer
            return table

        def ids() -> Sequence[int]:
            if lists.find is not None:
                found = lists.find(chip, " ".join(asked.words), (lists.columns[order[0]].key, order[1]) if order else None)
                return [row_id for row_id, _ in looked_through(found)] if asked.tests else found
            found = list(lists.ids(chip))
            if not words and not asked.tests and order is None:
                return found
            return _ordered(_matching(looked_through(found), lists.columns, words, speaker), lists.columns, order)

        self._desk.ask(ids, self._show, lane=self)

    def _say(self, asked: Filter) -> None:
        """What of the filter is not known here, or not clear yet."""
        here = known_names(self._lists.columns, self._desk.speaker)
        known = ", ".join(self._desk.say(f"filter.name.{name}") for name in NAMES if name in here)
        self.said.setText("\n".join(self._desk.say(key, what=what, known=known) for key, what in asked.said))
        self.said.setVisible(bool(asked.said))
        self.filter.setAccessibleDescription(self.said.text())

    def _show(self, ids: Sequence[int]) -> None:
        """Show these rows; the current one stays the current one, at the same height of the window, else the nearest after it."""
        table = self.table
        if len(self.model.ids()):
            self._stood[self._shown] = self.model.ids(), table.currentIndex().row()
        stood, self._shown = self.current(), self.chip
        offset, scrolled = table.rowViewportPosition(table.currentIndex().row()), table.verticalScrollBar().value()
        self.model.show(ids)
        place, self._wanted = self._nearest(stood), None
        searching = bool(self.filter.text().strip())
        self.empty_text.setText(self._desk.say(self._lists.nothing if searching else f"{self._lists.name}.empty"))
        self._empty.setAccessibleName(self.empty_text.text())
        focused = table.hasFocus() or self._empty.hasFocus()
        self._stack.setCurrentIndex(0 if ids else 1)
        if focused:  # the focus stays in the list, whether there are rows or none
            (table if ids else self._empty).setFocus(Qt.FocusReason.OtherFocusReason)
        if not ids:
            self.picked.emit(-1)
            return
        table.doItemsLayout()
        seen = 0 <= offset < table.viewport().height()
        table.verticalScrollBar().setValue(
            table.rowViewportPosition(place) + table.verticalScrollBar().value() - offset if seen else scrolled
        )
        table.setAutoScroll(seen)
        table.stand(place)
        table.setAutoScroll(True)

    def _nearest(self, current: int) -> int:
        """Where to stand: on the row that is wanted, else on the current one, else where this chip was left or at what followed there."""
        rows_before, stood = self._stood.get(self.chip, ((), -1))
        place, now = max(stood, 0), self.model.ids()
        for row_id in (self._wanted, current):
            if row_id is not None and (found := self.model.place(row_id)) is not None:
                return found
        left = set(rows_before).intersection(now) if rows_before else ()
        around = chain(rows_before[place:], reversed(rows_before[:place]))
        row_id = next((each for each in around if each in left), None)
        return now.index(row_id) if row_id is not None else min(place, max(len(now) - 1, 0))

    def _row_changed(self, index: QModelIndex) -> None:
        self.picked.emit(self.id_at(index.row()))

    def sizeHint(self) -> QSize:
        """Room for the columns."""
        return QSize(640, 480)


def _matching(table: list[tuple[int, Any]], columns: Sequence[Column], words: Sequence[str], speaker: Speaker) -> list[tuple[int, Any]]:
    """Rows in which every word stands somewhere, as it is shown: what is masked is not found."""
    if not words:
        return table

    def text(row: object) -> str:
        return " ".join(shown(column.get(row), speaker) for column in columns).casefold()

    return [(row_id, row) for row_id, row in table if all(word in text(row) for word in words)]


def _ordered(table: list[tuple[int, Any]], columns: Sequence[Column], order: tuple[int, bool] | None) -> list[int]:
    if order is not None:
        column = columns[order[0]]
        table = sorted(table, key=lambda pair: _sort_key(column.get(pair[1]), column.kind), reverse=order[1])
    return [row_id for row_id, _ in table]


def _sort_key(value: object, kind: Kind) -> tuple[bool, Any]:
    """Nothing comes last; the rest by its own order."""
    if value is None:
        return True, 0
    if isinstance(value, Bar):
        return False, value.collected.minor / max(value.asked.minor, 1)
    if isinstance(value, Pill):
        return False, value.key
    return False, getattr(value, "minor", value) if kind is Kind.MONEY else value
