"""MT940 files of any length, realistic and invented: one seed, the same bytes on every machine; and what reads them."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

from fundledger.statements import open_statement

_FIRST_DAY, _DAYS = date(2025, 1, 1), 365
_OPENING_MINOR = 1_000_000
_NAMES = ("Testa", "Pavyzdys", "Sample Person", "Bandomoji", "Muster", "Proba")
_WORDS = ("Gift for the lawyers", "auka kampanijai", "Spende Dach", "donation with best wishes and hope", "support")


def make_mt940(path: str, size: str) -> None:
    """Write one statement of a year with so many entries: a line, and its words in subfields, as German banks have them."""
    entries, random, closing = int(size), Random(940), _OPENING_MINOR
    with Path(path).open("w", encoding="utf-8", newline="\r\n") as out:
        out.write(f":20:STARTUMS\n:25:12345678/0123456789\n:28C:00001/001\n:60F:C{_FIRST_DAY:%y%m%d}EUR{_amount(_OPENING_MINOR)}\n")
        for n in range(entries):
            minor = -(150 + n % 90) if n % 20 == 19 else 500 + n * 37 % 20_000
            closing += minor
            out.write(_entry(n, _FIRST_DAY + timedelta(days=n * _DAYS // entries), minor, random))
        out.write(f":62F:C{_FIRST_DAY + timedelta(days=_DAYS - 1):%y%m%d}EUR{_amount(closing)}\n-\n")


def _amount(minor: int) -> str:
    return f"{minor // 100},{minor % 100:02}"


def _entry(n: int, on: date, minor: int, random: Random) -> str:
    words = f"EREF+E2E{n:09}", f"SVWZ+{_WORDS[n % len(_WORDS)]} {random.randrange(10**9):09} for {on}"
    pieces = [text[place : place + 27] for text in words for place in range(0, len(text), 27)]
    told = "".join(f"?{20 + place}{piece}" for place, piece in enumerate(pieces))
    name = f"{_NAMES[random.randrange(len(_NAMES))]} {random.randrange(60_000):05}"
    text = f"166?00GUTSCHRIFT?109310{told}?30AAAALT2X?31{_iban(n * 7919 % 60_000)}?32{name}?34000"
    lines = "\n".join(text[place : place + 65] for place in range(0, len(text), 65))
    mark = "D" if minor < 0 else "C"
    return f":61:{on:%y%m%d}{on:%m%d}{mark}{_amount(abs(minor))}N{'116' if minor < 0 else '166'}NONREF//{on:%y%m%d}{n:08}\n:86:{lines}\n"


def _iban(n: int) -> str:
    """The account of invented donor number n, with its right check digits (ISO 13616)."""
    body = f"99999{n:011}"
    return f"LT{98 - int(body + '212900') % 97:02}{body}"


def read_mt940(file: str) -> float:
    """Ours: open, hash, recognise and read the whole file, every line a value; nothing is kept."""
    start = time.process_time()
    with open_statement(Path(file)) as opened:
        for _ in opened.events():
            pass
    return time.process_time() - start


def scan_fields(file: str) -> float:
    """The floor: one regular expression over the same text, which finds each field and its parts and makes nothing of them."""
    start = time.process_time()
    pattern = re.compile(
        r"^:61:(\d{6})(\d{4})?(R?[CD])[A-Z]?([\d,]+)([NSF]...)([^/\n]*)(?://(.*))?\n:86:((?:.*\n)+?)(?=[:-])", re.ASCII | re.MULTILINE
    )
    for _ in pattern.finditer(Path(file).read_text(encoding="utf-8")):
        pass
    return time.process_time() - start
