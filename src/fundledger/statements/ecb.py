"""Reference rates of the European Central Bank: `eurofxref` and `eurofxref-hist`, as CSV or XML, also inside a ZIP."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from lxml import etree

from fundledger.domain.exchange import is_rate
from fundledger.domain.money import is_currency
from fundledger.domain.problem import KnownError
from fundledger.statements.archive import members
from fundledger.statements.safety import HEAD_SIZE, xml_beginning
from fundledger.statements.source import open_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

LIMIT = 32 * 1024 * 1024
_MOST_CURRENCIES = 200
_LONG_DAY = re.compile(r"[0-9]{1,2} [A-Z][a-z]{2,8} [0-9]{4}", re.ASCII)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

# Units of each currency for one euro, decimal texts as they were published, by day.
Published = dict[date, dict[str, str]]


@dataclass(frozen=True, slots=True)
class RatesFile:
    """A file of rates: its hash as it came, what it held once it was unpacked, and what that says."""

    name: str
    sha256: str
    content: bytes
    days: Mapping[date, Mapping[str, str]]


def read_rates(path: Path) -> RatesFile:
    """Read a file of reference rates whole, or not at all.

    Raises KnownError rates.not_ecb (not such a file), rates.wrong (a line of it is none), and those of every file and archive.
    """
    with open_source(path, LIMIT) as source:
        packed = members(source, LIMIT)
        content = b"".join((next(packed) if packed else source).bytes_again())
        if packed and next(packed, None):
            raise KnownError("rates.not_ecb", source.name)
    return RatesFile(path.name, source.sha256, content, parse_rates(content, path.name))


def parse_rates(content: bytes, name: str) -> Published:
    """What a file says, by day; raises KnownError rates.not_ecb, rates.wrong."""
    is_xml = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    days: Published = {}
    for day, currency, rate, where in _of_xml(content, name) if is_xml else _of_csv(content, name):
        known = days.setdefault(day, {})
        if not is_rate(rate) or known.setdefault(currency, rate) != rate:
            raise KnownError("rates.wrong", name, line=where, value=rate[:40])
    if not any(days.values()):
        raise KnownError("rates.not_ecb", name)
    return days


def _of_csv(content: bytes, name: str) -> Iterator[tuple[date, str, str, int]]:
    try:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        head = [cell.strip() for cell in next(rows, [])]
        currencies = head[1:-1] if head[-1:] == [""] else head[1:]
        if head[:1] != ["Date"] or not 0 < len(currencies) <= _MOST_CURRENCIES or not all(map(is_currency, currencies)):
            raise KnownError("rates.not_ecb", name)
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not len(currencies) < len(cells) <= len(currencies) + 2:
                raise KnownError("rates.wrong", name, line=rows.line_num, value=cells[0][:40])
            day = _day(cells[0], name, rows.line_num)
            for currency, cell in zip(currencies, cells[1:], strict=False):
                if cell not in {"", "N/A"}:
                    yield day, currency, cell, rows.line_num
    except (UnicodeDecodeError, csv.Error) as error:
        raise KnownError("rates.not_ecb", name) from error


def _of_xml(content: bytes, name: str) -> Iterator[tuple[date, str, str, int]]:
    xml_beginning(content[:HEAD_SIZE])
    day: date | None = None
    try:
        walk = etree.iterparse(
            io.BytesIO(content), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        for event, element in walk:
            if event == "end":
                element.clear()
                continue
            if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] != "Cube":
                continue
            time, currency, rate = (element.get(key) for key in ("time", "currency", "rate"))
            if time is not None:
                day = _day(time, name, element.sourceline or 0)
            if currency is not None:
                if day is None or rate is None or not is_currency(currency):
                    raise KnownError("rates.wrong", name, line=element.sourceline or 0, value=currency[:40])
                yield day, currency, rate, element.sourceline or 0
    except (etree.LxmlError, LookupError, UnicodeError) as error:
        raise KnownError("rates.not_ecb", name) from error


def _day(text: str, name: str, where: int) -> date:
    try:
        if _ISO_DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _LONG_DAY.fullmatch(text):
            return datetime.strptime(f"{text} +0000", "%d %B %Y %z").date()
    except ValueError:
        pass
    raise KnownError("rates.wrong", name, line=where, value=text[:40])
