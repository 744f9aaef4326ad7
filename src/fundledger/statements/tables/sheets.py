"""Every sheet of a workbook as rows of cells, for what people fill in by hand; a formula is told apart and never trusted."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem
from fundledger.statements.findings import Findings
from fundledger.statements.source import open_source
from fundledger.statements.tables.workbook import WorkbookTable, is_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from lxml import etree

    from fundledger.statements.tables.cells import Cells

# What stands in the place of a formula: no XML text has it.
FORMULA = "\0"


class _FilledIn(WorkbookTable):
    """The same reader; what a formula came to when it was last worked out is not taken for what a person wrote."""

    def every(self, most_rows: int) -> dict[str, list[Cells]]:
        """The rows of each sheet that is shown; raises KnownError file.rows for more than `most_rows` in one."""
        found = {}
        for name in self._sheets:
            found[name] = list(islice(self._rows(name), most_rows + 1))
            if len(found[name]) > most_rows:
                raise KnownError("file.rows", name, limit=most_rows)
        return found

    def _value(self, cell: etree._Element) -> str | None:
        return FORMULA if any(str(child.tag).endswith("}f") for child in cell) else super()._value(cell)


def read_sheets(path: Path, limit: int, most_rows: int) -> tuple[dict[str, list[Cells]], str, tuple[Problem, ...]]:
    """The rows of each sheet by its name, the SHA-256 of the file, and what to know of it (sheets that are hidden are not read).

    Raises KnownError file.no_workbook, file.rows, what `open_source` and `WorkbookTable` raise.
    """
    found = Findings()
    with open_source(path, limit) as source:
        if not is_workbook(source.head):
            raise KnownError("file.no_workbook", source.name)
        rows = _FilledIn(source, found).every(most_rows)
        source.check_unchanged()
        return rows, source.sha256, tuple(found.warnings)
