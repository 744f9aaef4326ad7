"""XLSX as rows of cells (ECMA-376): sheets streamed out of the packed file, values as they are stored, never a formula worked out."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from datetime import date, timedelta
from io import BytesIO, IOBase
from itertools import islice
from typing import IO, TYPE_CHECKING, cast

from lxml import etree

from fundledger.domain.problem import KnownError
from fundledger.statements.safety import LARGEST_PART, LONGEST_FIELD
from fundledger.statements.tables.cells import MOST_COLUMNS, Cells
from fundledger.statements.tables.numbers import Certain
from fundledger.statements.tables.table import MOST_ABOVE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.statements.findings import Findings
    from fundledger.statements.source import Source

# Unpacked octets of the whole workbook, and how many times its packed size they may be.
MOST_UNPACKED, MOST_TIMES, HARMLESS = 1024 * 1024 * 1024, 100, 4 * 1024 * 1024
# Characters of all shared strings together; they are held, as every cell may point at any of them.
MOST_STRINGS = 64 * 1024 * 1024
_MOST_PACKED_IN_MEMORY = 64 * 1024 * 1024
_MOST_MEMBERS = 10_000
_BLOCK = 64 * 1024
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    IndexError,
    KeyError,
    OSError,
)
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
# Numbers of formats that are days without being written out (ECMA-376 18.8.30), East Asian ones included.
_DAY_FORMATS = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
_NO_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_FIRST_1900, _FIRST_1904 = date(1899, 12, 30), date(1904, 1, 1)
_DIGITS_KEPT = 15
_REL_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REL_ID_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def is_workbook(head: bytes) -> bool:
    """Whether a file begins like a packed XLSX."""
    return head.startswith(b"PK\x03\x04") and (b"xl/workbook" in head or b"xl/worksheets" in head or b"xl/_rels" in head)


class WorkbookTable:
    """The rows of one sheet; others are told of. A `Table`."""

    def __init__(self, source: Source, found: Findings) -> None:
        """Open the packed file and read what all sheets share.

        Raises KnownError file.workbook_broken, file.workbook_encrypted, file.unpacked at the bounds, file.doctype.
        """
        self._source, self._found = source, found
        self._archive = self._opened()
        self._sheets = self._visible()
        self._strings = list(self._shared())
        self._day_styles = self._styles()
        self._sheet = next(iter(self._sheets), "")

    def _opened(self) -> zipfile.ZipFile:
        try:
            octets = cast("IO[bytes]", self._source.octets) if isinstance(self._source.octets, IOBase) else self._in_memory()
            archive = zipfile.ZipFile(octets)
            infos = archive.infolist()
        except _BROKEN as error:
            raise self._broken() from error
        if len(infos) > _MOST_MEMBERS:
            raise KnownError("file.unpacked", "", limit=MOST_UNPACKED)
        if any(info.flag_bits & 1 for info in infos):
            raise KnownError("file.workbook_encrypted")
        return archive

    def _in_memory(self) -> IO[bytes]:
        """A workbook inside an archive cannot be read from its middle, so it is held."""
        if self._source.size > _MOST_PACKED_IN_MEMORY:
            raise KnownError("file.too_large", "", size=self._source.size, limit=_MOST_PACKED_IN_MEMORY)
        return BytesIO(b"".join(self._source.bytes_again()))

    def _broken(self) -> KnownError:
        return KnownError("file.workbook_broken")

    def _blocks(self, name: str) -> Iterator[bytes]:
        """A member unpacked, counted against the bounds; what is never read is never unpacked."""
        limit = min(MOST_UNPACKED, max(HARMLESS, self._source.size * MOST_TIMES))
        n_octets = 0
        try:
            with self._archive.open(name) as member:
                while block := member.read(_BLOCK):
                    n_octets += len(block)
                    if n_octets > limit:
                        raise KnownError("file.unpacked", "", limit=limit)
                    yield block
        except _BROKEN as error:
            raise self._broken() from error

    def _elements(self, name: str, *tags: str) -> Iterator[etree._Element]:
        """Elements of a member as they close; emptied once they were looked at."""
        parser = etree.XMLPullParser(
            events=("end",), tag=tuple(f"{{*}}{tag}" for tag in tags), resolve_entities=False, no_network=True, load_dtd=False,
            huge_tree=False, collect_ids=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        unfinished = 0
        try:
            for block in self._blocks(name):
                if unfinished == 0 and b"<!DOCTYPE" in block[:4096].replace(b"\0", b""):
                    raise KnownError("file.doctype")
                parser.feed(block)
                unfinished += len(block)
                for _, element in cast("Iterator[tuple[str, etree._Element]]", parser.read_events()):  # noqa: SLF001  lxml has no public name
                    yield element
                    _cut_away(element)
                    unfinished = 1
                if unfinished > LARGEST_PART:
                    raise KnownError("file.part", "", limit=LARGEST_PART)
            parser.close()
        except etree.XMLSyntaxError as error:
            raise self._broken() from error

    def _visible(self) -> dict[str, str]:
        """Name and member of every sheet that is shown; a hidden one is told of."""
        folder = "xl/"
        names = set(self._archive.namelist())
        targets: dict[str, str] = {}
        if "xl/_rels/workbook.xml.rels" in names:
            for relation in self._elements("xl/_rels/workbook.xml.rels", "Relationship"):
                target = str(relation.get("Target", ""))
                targets[str(relation.get("Id"))] = target.lstrip("/") if target.startswith("/") else folder + target
        found: dict[str, str] = {}
        self._first_day = _FIRST_1900
        for element in self._elements("xl/workbook.xml", "sheet", "workbookPr"):
            if _local(element) == "workbookPr":
                if element.get("date1904") in {"1", "true"}:
                    self._first_day = _FIRST_1904
                continue
            name = str(element.get("name", ""))
            member = targets.get(str(element.get(_REL_ID) or element.get(_REL_ID_STRICT)), "")
            if element.get("state", "visible") != "visible":
                self._found.warn("file.sheet_hidden", self._source.name, sheet=name)
            elif member in names and "worksheets/" in member:
                found[name] = member
        return found

    def _shared(self) -> Iterator[str]:
        member = next((name for name in self._archive.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
        size = 0
        for item in self._elements(member, "si") if member else ():
            text = _text_of(item)
            size += len(text)
            if size > MOST_STRINGS:
                raise KnownError("file.unpacked", "", limit=MOST_STRINGS)
            yield text

    def _styles(self) -> frozenset[int]:
        """The styles of cells that are shown as days."""
        if "xl/styles.xml" not in self._archive.namelist():
            return frozenset()
        own: dict[int, bool] = {}
        found: set[int] = set()
        for element in self._elements("xl/styles.xml", "numFmt", "cellXfs"):
            if _local(element) == "numFmt":
                own[_number(element.get("numFmtId"))] = _shows_day(str(element.get("formatCode", "")))
                continue
            for place, style in enumerate(element):
                number = _number(style.get("numFmtId"))
                if own.get(number, number in _DAY_FORMATS):
                    found.add(place)
        return frozenset(found)

    def beginnings(self) -> Iterator[tuple[str, list[Cells]]]:
        """The first rows of each sheet that is shown."""
        for name in self._sheets:
            yield name, list(islice(self._rows(name), MOST_ABOVE))

    def settle(self, way: str, header: Cells | None) -> None:  # noqa: ARG002  a `Table` of text wants the header, too
        """Take a sheet; the others that hold anything are told of."""
        self._sheet = way
        for name in self._sheets:
            if name != way and next(self._rows(name), None):
                self._found.warn("file.sheet_left", self._source.name, sheet=name, taken=way)

    def rows(self, found: Findings) -> Iterator[Cells]:  # noqa: ARG002  nothing of a workbook is decoded here
        """The rows of the sheet; at its end the file must still be the one that was opened."""
        if self._sheet in self._sheets:
            yield from self._rows(self._sheet)
        self._source.check_unchanged()

    def where(self, number: int) -> str:
        """A row of the sheet."""
        return f"{self._sheet}!{number}"

    def _rows(self, sheet: str) -> Iterator[Cells]:
        number = width = 0
        for row in self._elements(self._sheets[sheet], "row"):
            number = _number(row.get("r")) or number + 1
            cells, unstored = self._cells(row)
            if not any(cells):
                continue
            # A row that ends early has empty cells there; a header of 16,384 columns is none.
            width = width or (len(cells) if len([cell for cell in cells if cell]) > 1 else 0)
            cells += [""] * (width - len(cells))
            yield Cells(number, cells, "\t".join(cells), unstored)

    def _cells(self, row: etree._Element) -> tuple[list[str], bool]:
        cells: list[str] = []
        unstored = False
        for element in row:
            if _local(element) != "c":
                continue
            match = _PLACE.fullmatch(str(element.get("r", "")))
            place = _column(match[1]) if match else len(cells)
            if place >= MOST_COLUMNS or place < len(cells):
                if not len(element):
                    continue
                raise KnownError("file.columns", "", limit=MOST_COLUMNS, line=_number(row.get("r")))
            cells += [""] * (place - len(cells))
            text = self._value(element)
            if text is None:
                unstored, text = True, ""
            if len(text) > LONGEST_FIELD:
                raise KnownError("file.field", "", limit=LONGEST_FIELD)
            cells.append(text)
        return cells, unstored

    def _value(self, cell: etree._Element) -> str | None:
        """The text of a cell: a number as a plain decimal, a day as ISO; None for a formula whose result was not stored."""
        sort = cell.get("t", "n")
        if sort == "inlineStr":
            return _text_of(cell).strip()
        value = next((child.text or "" for child in cell if _local(child) == "v"), None)
        if value is None or not value.strip():
            return None if any(_local(child) == "f" for child in cell) else ""
        if sort == "s":
            place = _number(value)
            return self._strings[place].strip() if place < len(self._strings) else None
        if sort == "n":
            return self._day(value) if _number(cell.get("s")) in self._day_styles else _plain(value)
        return {"1": "TRUE", "0": "FALSE"}.get(value, value) if sort == "b" else value.strip()

    def _day(self, value: str) -> str:
        try:
            return (self._first_day + timedelta(days=int(float(value)))).isoformat()
        except (ValueError, OverflowError):
            return value.strip()


def _cut_away(element: etree._Element) -> None:
    element.clear(keep_tail=False)  # type: ignore[call-arg]  # the stubs are older than the argument
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        parent.remove(before)


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text_of(element: etree._Element) -> str:
    """The text of a string item, its runs joined, what is only read aloud left out."""
    return "".join(part.text or "" for part in element.iter("{*}t") if (parent := part.getparent()) is None or _local(parent) != "rPh")


def _number(text: object) -> int:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _shows_day(code: str) -> bool:
    """Whether a format shows days: it has letters of day and year outside quotes; hours alone are no day."""
    shown = _NO_FORMAT.sub("", code.partition(";")[0]).casefold()
    return "y" in shown or "d" in shown or "\u0433" in shown or ("m" in shown and not set("hs0#") & set(shown))


def _plain(value: str) -> str:
    """A stored number as a plain decimal of at most the fifteen digits a workbook keeps; longer ones have lost their last digits."""
    text = value.strip()
    try:
        number = float(text)
    except ValueError:
        return text
    if abs(number) >= 10**_DIGITS_KEPT or number != number:  # noqa: PLR0124  NaN
        return f"{number:.5E}"
    shown = f"{number:.{_DIGITS_KEPT}g}"
    if "e" in shown:
        shown = f"{number:.15f}".rstrip("0").rstrip(".")
    return Certain(shown)
