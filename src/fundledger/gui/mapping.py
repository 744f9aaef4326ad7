"""The columns of a table, each with what it holds; the first rows are read anew at every change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QGridLayout, QVBoxLayout

from fundledger.domain.masking import mask_account, mask_name, mask_text
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.gui.answers import ORDERS, SIGNS
from fundledger.gui.few_rows import FewRows
from fundledger.gui.forms import choice
from fundledger.gui.parts import beside, button, clear, columns, framed, holding, label, rows, scrolling, set_property
from fundledger.gui.table import Column as Cell
from fundledger.gui.table import Kind
from fundledger.i18n import one_line
from fundledger.statements.layout import Column, Layout, Role, fold
from fundledger.statements.tables.sampling import sample, saved_as

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QKeyEvent

    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Desk
    from fundledger.statements.given import Given
    from fundledger.statements.tables.sampling import Sample, SampleRow

DELIMITERS = (";", ",", "\t", "|")
_ROWS = 50
_EXAMPLES = 3
_LETTERS_SHOWN = 3


def masked_cell(text: str) -> str:
    """A cell of an unknown table: figures, days and codes as they are, accounts and words masked."""
    if iban_is_valid(compact(text)):
        return mask_account(compact(text))
    return text if sum(letter.isalpha() for letter in text) <= _LETTERS_SHOWN else mask_text(text)


class Mapping(QFrame):
    """`kept` gives the layout that was made and whether it is to be remembered; `left` changes nothing."""

    kept = Signal(object)
    left = Signal()

    def __init__(self, desk: Desk, path: Path, given: Given) -> None:
        """Begin with what the file is read by now, or with the bare columns."""
        super().__init__()
        self.setProperty("role", "panel")
        self._desk, self._path, self._given = desk, path, given
        self.sample: Sample | None = None
        self.roles: list[QComboBox] = []
        self._made: Layout | None = given.layout
        say = desk.say
        self.delimiter = self._choice("delimiter", [(say(f"mapping.delimiter.{place}"), one) for place, one in enumerate(DELIMITERS)])
        self.order = self._choice("date_order", [(say(f"importing.order.{one}"), one) for one in ORDERS])
        self.decimal = self._choice(
            "decimal", [(say("importing.decimal.comma" if one == "," else "importing.decimal.point"), one) for one in SIGNS]
        )
        self.inverse = QCheckBox(say("mapping.inverse"))
        self.inverse.setAccessibleName(self.inverse.text())
        self.inverse.clicked.connect(lambda _: self.changed())
        self.said = label("", "muted", wrap=True)
        self.rows = FewRows(desk, self._cells(), say("mapping.rows"))
        self.keep = button(say("mapping.keep"), self.save, "primary")
        self._grid_place = QVBoxLayout()
        self._lay_out()
        desk.names_shown.connect(self._names)
        self.ask()

    def _choice(self, name: str, options: list[tuple[str, object]]) -> QComboBox:
        made = choice(self._desk.say(f"mapping.{name}"), [(self._desk.say("mapping.itself"), None), *options])
        made.activated.connect(lambda _: self.changed())
        return made

    def _cells(self) -> tuple[Cell, ...]:
        def line(name: str) -> object:
            return lambda row: getattr(row.line, name) if row.line else None

        return (
            Cell("where", lambda row: self._desk.speaker.place(row.where), Kind.CODE, 8),
            Cell("booked_on", line("booked_on"), Kind.DATE, 12),  # type: ignore[arg-type]  # takes a row
            Cell("amount", line("amount"), Kind.MONEY, 10),  # type: ignore[arg-type]  # as above
            Cell("read_as", self._read_as, private=True),
        )

    def _read_as(self, row: SampleRow) -> str:
        """The line's name and text, or why the row is none."""
        if row.problem is not None:
            return f"⚠ {self._desk.speaker.problem(row.problem)}"
        if row.line is None:
            return "  ".join(cell if self._desk.revealed else masked_cell(cell) for cell in row.cells if cell)
        name, text = row.line.counterparty.name or "", row.line.remittance
        if not self._desk.revealed:
            name, text = mask_name(name), mask_text(text)
        return one_line("  ".join(filter(None, (name, text))))

    def _lay_out(self) -> None:
        say, fields = self._desk.say, QGridLayout()
        fields.setHorizontalSpacing(12)
        for place, (name, box) in enumerate((("delimiter", self.delimiter), ("date_order", self.order), ("decimal", self.decimal))):
            fields.addWidget(label(say(f"mapping.{name}"), "label", size=0.92), 0, place)
            fields.addWidget(box, 1, place)
        fields.setColumnStretch(3, 1)
        sheet = holding(rows(self._grid_place, None, margins=(14, 12, 14, 12)))
        read = framed(rows(self.rows, margins=(1, 6, 1, 6)))
        split = beside(framed(rows(scrolling(sheet), margins=(1, 1, 1, 1))), read, sizes=[480, 640])
        head = rows(
            label(say("mapping.title", file=one_line(self._path.name)), size=1.2, bold=True),
            label(say("mapping.about"), "muted", wrap=True),
            spacing=2,
        )
        foot = columns(self.keep, button(say("discard"), self.left.emit), None, self.inverse)
        layout = rows(head, fields, split, self.said, foot, spacing=12, margins=(18, 16, 18, 14))
        layout.setStretch(2, 1)
        self.setLayout(layout)

    # --- reading ------------------------------------------------------------------------------------------------------
    def ask(self) -> None:
        """Read the first rows beside the window."""
        given, path = replace(self._given, layout=self._made), self._path
        self._desk.tasks.read(lambda: sample(path, given, _ROWS), self._show, self._refused, lane=self)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self._say(problems)
        self.keep.setEnabled(False)

    def _show(self, found: Sample) -> None:
        """What the rows became."""
        first = self.sample is None or self.sample.header != found.header
        self.sample = found
        if first:
            self._show_columns(found)
        self.rows.show_rows(found.rows)
        faults = [row.problem for row in found.rows if row.problem is not None]
        read = sum(row.line is not None for row in found.rows)
        if found.problem is not None:
            self._say((found.problem,))
        else:
            set_property(self.said, "role", "muted")
            self.said.setText(self._desk.say("mapping.read", n=read, faults=len(faults)))
        self.said.setAccessibleName(self.said.text())
        self.keep.setEnabled(found.problem is None and read > 0)

    def _say(self, problems: tuple[Problem, ...]) -> None:
        set_property(self.said, "role", "negative")
        self.said.setText("\n".join(self._desk.speaker.problem(one) for one in problems))
        self.said.setAccessibleName(self.said.text())

    def _show_columns(self, found: Sample) -> None:
        """One line a column: its name, what stands in it, what it holds."""
        clear(self._grid_place)
        self.roles.clear()
        say, grid = self._desk.say, QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        width = max([len(found.header), *(len(row.cells) for row in found.rows)], default=0)
        options: list[tuple[str, object]] = [(say("mapping.role.none"), None), *((say(f"mapping.role.{role}"), role) for role in Role)]
        for place in range(width):
            name = (found.header[place] if place < len(found.header) else "") or say("mapping.column", number=str(place + 1))
            box = choice(say("mapping.holds", column=name), options)
            box.setObjectName(f"role.{place}")
            box.setMaximumWidth(210)
            box.setCurrentIndex(max(box.findData(_role_at(found, place)), 0))
            box.activated.connect(lambda _: self.changed())
            self.roles.append(box)
            title = label(one_line(name), wrap=True, bold=True)
            title.setMaximumWidth(170)
            examples = dict.fromkeys(row.cells[place] for row in found.rows if place < len(row.cells) and row.cells[place])
            shown = [one if self._desk.revealed else masked_cell(one) for one in list(examples)[:_EXAMPLES]]
            for column, part in enumerate((title, label(" · ".join(one[:24] for one in shown), "muted", size=0.9, wrap=True), box)):
                grid.addWidget(part, place, column)
        self._grid_place.addLayout(grid)
        self.inverse.setChecked(found.layout.inverse)
        for combo, value in (
            (self.delimiter, found.delimiter),
            (self.order, found.layout.date_order),
            (self.decimal, found.layout.decimal),
        ):
            combo.setCurrentIndex(max(combo.findData(value), 0))
        self.delimiter.setEnabled(found.delimiter is not None)

    def _names(self) -> None:
        if self.sample is not None:
            chosen = [box.currentData() for box in self.roles]
            self._show_columns(self.sample)
            for box, role in zip(self.roles, chosen, strict=True):
                box.setCurrentIndex(max(box.findData(role), 0))

    # --- making -------------------------------------------------------------------------------------------------------
    def changed(self) -> None:
        """Something was chosen: read the rows by it."""
        self._made = self.layout_made()
        self.ask()

    def layout_made(self) -> Layout | None:
        """The layout as it is chosen now; None while no column holds anything."""
        if self.sample is None:
            return None
        header, before = self.sample.header, self.sample.layout
        known = {(column.role, _place_of(header, column)): column for column in before.columns}
        chosen = [(Role(box.currentData()), place) for place, box in enumerate(self.roles) if box.currentData() is not None]
        made = tuple(known.get((role, place)) or _column(role, header, place) for role, place in chosen)
        if not made:
            return None
        layout = replace(
            before, columns=made, delimiter=self.delimiter.currentData(), date_order=self.order.currentData(),
            decimal=self.decimal.currentData(), inverse=self.inverse.isChecked(), shape=(),
        )  # fmt: skip
        return saved_as(layout, self._path.stem[:40], header) if header else replace(layout, name=self._path.stem[:40], header=())

    def save(self) -> None:
        """Keep the layout for this header."""
        made = self.layout_made()
        if made is not None and self.keep.isEnabled():
            self.kept.emit(made)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter keeps, Esc leaves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.save()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _column(role: Role, header: tuple[str, ...], place: int) -> Column:
    """A column by its name, by its place too where the name stands twice or is missing."""
    name = fold(header[place]) if place < len(header) else ""
    twice = sum(fold(one) == name for one in header) > 1
    return Column(role, name, place if twice or not name else None)


def _place_of(header: tuple[str, ...], column: Column) -> int | None:
    if column.place is not None or not column.name:
        return column.place
    names = [fold(one) for one in header]
    return names.index(fold(column.name)) if fold(column.name) in names else None


def _role_at(found: Sample, place: int) -> Role | None:
    return next((one.role for one in found.layout.columns if _place_of(found.header, one) == place), None)
