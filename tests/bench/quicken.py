"""An OFX file of any length, invented, the same octets on every machine; reading it, and its floor."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from fundledger.statements import open_statement
from tests.bench.files import OURS, day, entry_minor

_HEAD = (
    "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:UTF-8\nCHARSET:NONE\n"
    "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
    "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260101<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>\n"
    "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>EUR\n"
    f"<BANKACCTFROM><BANKID>1<ACCTID>{OURS}<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20250101<DTEND>20251231\n"
)
_TAIL = "</BANKTRANLIST><LEDGERBAL><BALAMT>150.00<DTASOF>20251231</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
_TAG = re.compile(r"<([^>]+)>([^<]*)")


def make_ofx(path: str, size: str) -> None:
    """Write the OFX of a year with so many entries."""
    random, entries = Random(2025), int(size)
    with Path(path).open("w", encoding="utf-8", newline="\n") as out:
        out.write(_HEAD)
        out.writelines(_entry(n, entries, random) for n in range(entries))
        out.write(_TAIL)


def _entry(n: int, entries: int, random: Random) -> str:
    minor = entry_minor(n)
    amount = f"{'-' * (minor < 0)}{abs(minor) // 100}.{abs(minor) % 100:02}"
    return (
        f"<STMTTRN>\n<TRNTYPE>{'DEBIT' if minor < 0 else 'CREDIT'}\n<DTPOSTED>{day(n, entries):%Y%m%d}120000.000[2:EET]\n<TRNAMT>{amount}\n"
        f"<FITID>2025{n:012}\n<CHECKNUM>{n}\n<NAME>Sample Person {random.randrange(60_000):05} ė\n"
        f"<MEMO>gift for the lawyers &amp; hope {'x' * random.randrange(40)}\n</STMTTRN>\n"
    )


def read_all(path: str) -> None:
    """Ours: every line of the file, its values and its fragment."""
    with open_statement(Path(path)) as file:
        for _ in file.events():
            pass


def scan_tags(path: str) -> None:
    """Its floor: one regular expression finds every tag and its text."""
    for _ in _TAG.finditer(Path(path).read_text("utf-8")):
        pass
