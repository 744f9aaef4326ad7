"""Tables as banks export them: bookkeeping in, a CSV or a workbook out; all of it invented."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from fundledger.domain.money import exponent, plain
from fundledger.domain.statement import LineStatus, Statement, StatementEnd, StatementLine
from fundledger.statements import Given, open_statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from fundledger.domain.money import Money
    from fundledger.domain.problem import Problem

HEADER = (
    "Booking date",
    "Value date",
    "Counterparty",
    "Counterparty IBAN",
    "Description",
    "Amount",
    "Currency",
    "Reference",
    "Status",
    "Account",
)
Read = tuple[list[Statement], list[StatementLine], list[StatementEnd], list["Problem"]]


def amount(money: Money, decimal: str = ".", group: str = "") -> str:
    """An amount as a bank writes it, grouped by `group`."""
    sign, text = ("-", plain(-money.minor, money.currency)) if money.minor < 0 else ("", plain(money.minor, money.currency))
    whole, _, fraction = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", group)
    return sign + grouped + (decimal + fraction if exponent(money.currency) else "")


def day(on: date | None, order: str = "ymd") -> str:
    """A day as a bank writes it."""
    forms = {"ymd": "%Y-%m-%d", "dmy": "%d.%m.%Y", "mdy": "%m/%d/%Y"}
    return on.strftime(forms[order]).zfill(10) if on else ""


def cells(line: StatementLine, account: str, decimal: str = ".", group: str = "", order: str = "ymd") -> list[str]:
    """One line under `HEADER`."""
    return [
        day(line.booked_on, order), day(line.value_on, order), line.counterparty.name or "", line.counterparty.iban or "", line.remittance,
        amount(line.amount, decimal, group), line.amount.currency, line.references.structured or "",
        "Completed" if line.status is LineStatus.BOOKED else "Pending", account,
    ]  # fmt: skip


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    """Rows with quotes where they are needed, doubled inside."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def as_workbook(rows: Sequence[Sequence[object]], *, more: dict[str, str] | None = None, sheets: str = "", hidden: bool = False) -> bytes:
    """A workbook of one sheet (two with `hidden`, the first hidden); a cell that is a tuple is (attributes, inner XML)."""
    sheet = "".join(
        f'<row r="{n}">{"".join(_cell(cell, place, n) for place, cell in enumerate(row))}</row>' for n, row in enumerate(rows, 1)
    )
    state = '<sheet name="Old" sheetId="2" state="hidden" r:id="rId2"/>' if hidden else ""
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        f'Target="worksheets/sheet{n}.xml"/>'
        for n in (1, 2)
    )
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        f'{state}{sheets}<sheet name="March" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>",
        "xl/styles.xml": '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="4"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": "<sst><si><t>Shared text</t></si><si><r><t>Two </t></r><r><t>runs</t></r></si></sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{sheet}</sheetData></worksheet>",
        "xl/worksheets/sheet2.xml": '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>',
    } | (more or {})
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()


def _cell(cell: object, place: int, row: int) -> str:
    if cell is None:
        return ""
    where = f'r="{chr(65 + place)}{row}"'
    if isinstance(cell, tuple):
        return f"<c {where} {cell[0]}>{cell[1]}</c>"
    if isinstance(cell, int | float):
        return f"<c {where}><v>{cell!r}</v></c>"
    text = str(cell).replace("&", "&amp;").replace("<", "&lt;")
    return f'<c {where} t="inlineStr"><is><t>{text}</t></is></c>'


def read(folder: Path, content: str | bytes, given: Given | None = None, name: str = "march.csv") -> Read:
    """A file through the reader that recognises it, whole."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open_statement(path, given=given or Given()) as file:
        events = list(file.events())
        problems = list(file.problems)
    return (
        [event for event in events if isinstance(event, Statement)],
        [event for event in events if isinstance(event, StatementLine)],
        [event for event in events if isinstance(event, StatementEnd)],
        problems,
    )
