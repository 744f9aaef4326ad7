"""Lines nobody could place: each beside the one it may be, what differs marked, decided by a key, one or many at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QGridLayout, QStackedWidget, QVBoxLayout

from fundledger.gui.cells import CellDelegate
from fundledger.gui.listing import Table
from fundledger.gui.parts import Drawing, beside, button, clear, columns, framed, holding, label, pill, rows, scrolling, set_property
from fundledger.gui.table import Column, Kind, Pill, TableModel, shown
from fundledger.services.deciding import drop_lines, keep_lines, replace_lines
from fundledger.store import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from PySide6.QtWidgets import QPushButton

    from fundledger.gui.actions import Actions
    from fundledger.gui.desk import Changes, Desk
    from fundledger.store.book import Book
    from fundledger.store.lines import LineRow, PartRow

FIELDS = ("booked_on", "amount", "name", "iban", "text", "reference")
VERBS = {"line.keep": ("line_keep", keep_lines), "line.drop": ("line_drop", drop_lines), "line.replace": ("line_replace", replace_lines)}


@dataclass(frozen=True, slots=True)
class Unsure:
    """A line, the one of the book it may be, whether it would correct that one, and the names of what differs."""

    row: LineRow
    twin: LineRow | None
    corrects: bool
    differs: frozenset[str]


def read_unsure(book: Book, ids: Sequence[int], *, reveal: bool) -> list[Unsure]:
    """These lines with their twins; what differs is told of what stands there, masked or not."""
    with book.reading() as db:
        twins = lines.twins(db, ids)
        both = [*ids, *(twin for twin, _ in twins.values())]
        found = {row.id: row for row in lines.line_rows(db, both, reveal=reveal)}
        whole = {line_id: part for line_id, (part, _) in lines.parts(db, both).items()}
    made = []
    for one in ids:
        twin, corrects = twins.get(one, (-1, False))
        if one in found:
            differs = _differing(whole[one], whole[twin]) if twin in whole else frozenset[str]()
            made.append(Unsure(found[one], found.get(twin), corrects, differs))
    return made


def _differing(one: PartRow, other: PartRow) -> frozenset[str]:
    pairs = {
        "booked_on": (one.booked_on, other.booked_on),
        "amount": (one.amount, other.amount),
        "name": (one.name, other.name),
        "iban": (one.iban, other.iban),
        "text": (one.remittance, other.remittance),
        "reference": ((one.references, one.end_to_end), (other.references, other.end_to_end)),
    }
    return frozenset(name for name, (new, old) in pairs.items() if (new or "") != (old or ""))


class UnsurePanel(QFrame):
    """The list left, both lines side by side right."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        """Empty until `reload`."""
        super().__init__()
        self._desk = desk
        self.table, self.model = Table(), TableModel(self._columns(), self._fetch, desk.speaker)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setModel(self.model)
        self.table.setItemDelegate(CellDelegate(desk.look, desk.speaker, self.table))
        self.table.setAccessibleName(desk.say("unsure.title"))
        self.table.widen(self.model.columns)
        self._pair = QVBoxLayout()
        self._buttons: dict[str, QPushButton] = {}
        self._stack = QStackedWidget()
        self._lay_out(actions)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show())
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show())
        desk.names_shown.connect(self._names)
        for key in VERBS:
            actions.does(key, partial(self.decide, key), self.table)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("booked_on", lambda one: one.row.booked_on, Kind.DATE, 12),
            Column("account", lambda one: one.row.account, Kind.CODE, 7),
            Column("name", lambda one: "  ".join(filter(None, (one.row.name, one.row.text))), private=True),
            Column("amount", lambda one: one.row.amount, Kind.MONEY, 10),
            Column("group", lambda one: Pill(f"gui.importing.count.{'corrected' if one.corrects else 'unsure'}", "warn"), Kind.PILL, 14),
        )

    def _fetch(self, ids: Sequence[int]) -> list[Unsure]:
        return read_unsure(self._desk.book, ids, reveal=self._desk.revealed)

    def _lay_out(self, actions: Actions) -> None:
        say = self._desk.say
        for key in VERBS:
            text = say(f"unsure.do.{key}", key=actions[key].shortcut().toString())
            self._buttons[key] = button(text, partial(self.decide, key))
        keys = label(say("unsure.keys"), "muted", size=0.9, wrap=True)
        side = rows(self._pair, columns(*self._buttons.values(), None), keys, None, spacing=12)
        side.setContentsMargins(18, 16, 18, 14)
        card = holding(side)
        waiting = framed(rows(self.table, margins=(1, 6, 1, 8)))
        split = beside(waiting, framed(rows(scrolling(card), margins=(1, 1, 1, 1))), sizes=[560, 560])
        nothing = label(say("unsure.empty"), "muted", wrap=True)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(split)
        drawing = Drawing(self._desk.look, "reconcile", 40)
        self._stack.addWidget(framed(rows(None, drawing, nothing, None, spacing=12, margins=(40, 0, 40, 40))))
        self.setLayout(rows(self._stack))

    def show_ids(self, ids: Sequence[int]) -> None:
        """These lines wait; the place in the list stays."""
        place = max(self.table.currentIndex().row(), 0)
        self.model.show(ids)
        self._stack.setCurrentIndex(0 if ids else 1)
        if ids:
            chosen = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(self.model.index(min(place, len(ids) - 1), 0), chosen)
        self._show()

    def _names(self) -> None:
        self.model.forget()
        self._show()

    def selected(self) -> list[int]:
        """The lines that a key decides: all that are selected, else the current one."""
        places = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        if not places and self.table.currentIndex().isValid():
            places = [self.table.currentIndex().row()]
        return [self.model.ids()[place] for place in places]

    def decide(self, key: str) -> None:
        """Do to all of them what a key says."""
        verb, run = VERBS[key]
        ids = self.selected()
        if ids and self._buttons[key].isEnabled():
            self._desk.act(verb, self._work(run, ids))

    def _work(self, run: Callable[[Book, Sequence[int], datetime], Changes], ids: list[int]) -> Callable[..., Changes]:
        book, at = self._desk.book, self._desk.now()
        return lambda _, __: run(book, ids, at)

    def _show(self) -> None:
        """The current line beside its twin, and what may be done with all that are selected."""
        clear(self._pair)
        ids = self.selected()
        current = self.model.row(self.table.currentIndex().row()) if self.table.currentIndex().isValid() else None
        self._buttons["line.replace"].setEnabled(bool(ids) and self._all_correct())
        if not isinstance(current, Unsure):
            return
        say = self._desk.say
        if len(ids) > 1:
            self._pair.addWidget(label(say("unsure.many", n=len(ids)), "accent", bold=True))
        key = "unsure.corrects" if current.corrects else "unsure.may_be" if current.twin else "unsure.alone"
        self._pair.addWidget(label(say(key), bold=True, wrap=True))
        self._pair.addLayout(self._grid(current))

    def _all_correct(self) -> bool:
        places = {index.row() for index in self.table.selectionModel().selectedRows()}
        found = [self.model.row(place) for place in sorted(places)[:_MOST_LOOKED_AT]]
        return bool(found) and all(isinstance(one, Unsure) and one.corrects for one in found)

    def _grid(self, one: Unsure) -> QGridLayout:
        """Field, arrived line, mark, line of the book."""
        say, speaker = self._desk.say, self._desk.speaker
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(9)
        for place, stretch in ((1, 1), (3, 1)):
            grid.setColumnStretch(place, stretch)
        grid.addWidget(label(say("unsure.arrived"), "muted"), 0, 1)
        if one.twin is not None:
            state = pill(speaker.say(f"line_state.{one.twin.state}"), "good" if one.twin.state == "matched" else "plain")
            grid.addLayout(columns(label(say("unsure.here"), "muted"), state, None), 0, 3)
        for place, name in enumerate(FIELDS, 1):
            if name == "reference":
                self._mark(grid, place, name, differs=name in one.differs)
                continue
            value, old = (shown(getattr(row, name), speaker) if row is not None else "" for row in (one.row, one.twin))
            differs = name in one.differs
            grid.addWidget(label(say(f"unsure.field.{name}"), "muted"), place, 0)
            for column, text in ((1, value), (3, old)):
                cell = label(text or "–", wrap=True, bold=differs)
                set_property(cell, "role", "warning" if differs else "")
                cell.setAccessibleName(f"{say(f'unsure.field.{name}')}: {text}" + (f", {say('unsure.differs')}" if differs else ""))
                grid.addWidget(cell, place, column)
            if differs:
                grid.addWidget(label("≠", "warning", bold=True), place, 2)
        return grid

    def _mark(self, grid: QGridLayout, place: int, name: str, *, differs: bool) -> None:
        """Of references only whether they are the same is told."""
        say = self._desk.say
        grid.addWidget(label(say(f"unsure.field.{name}"), "muted"), place, 0)
        text = f"≠ {say('unsure.differs')}" if differs else say("unsure.same")
        grid.addWidget(label(text, "warning" if differs else "", bold=differs), place, 1)


_MOST_LOOKED_AT = 200
