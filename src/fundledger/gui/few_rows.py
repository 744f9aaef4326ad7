"""A quiet table of rows that are here already: the lines of a file, what a mapping makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fundledger.gui.cells import CellDelegate
from fundledger.gui.listing import Table
from fundledger.gui.table import Column, TableModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.gui.desk import Desk

_MOST_SEEN = 8


class FewRows(Table):
    """Rows as they are given, painted as every list is; only those that are looked at are painted."""

    def __init__(self, desk: Desk, columns: Sequence[Column], name: str) -> None:
        """`name` is what those hear who do not see it."""
        super().__init__()
        self._rows: Sequence[Any] = ()
        self.rows_model = TableModel(columns, lambda ids: [self._rows[one] for one in ids], desk.speaker)
        self.setModel(self.rows_model)
        self.setItemDelegate(CellDelegate(desk.look, desk.speaker, self))
        self.setAccessibleName(name)
        self.widen(columns)
        desk.names_shown.connect(self.rows_model.forget)

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show these."""
        self._rows = rows
        self.rows_model.show(range(len(rows)))

    def hold_height(self) -> None:
        """As high as the rows there are, up to a few."""
        height = self.verticalHeader().defaultSectionSize() * min(max(len(self._rows), 1), _MOST_SEEN)
        self.setFixedHeight(height + self.horizontalHeader().sizeHint().height() + 4)
