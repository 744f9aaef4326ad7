"""Writes lines as OFX, in SGML and in XML, the way banks do; all of it invented."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from fundledger.domain.money import plain
from tests.statements.building import OURS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fundledger.domain.statement import StatementLine

SGML = (
    "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:UTF-8\nCHARSET:NONE\n"
    "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
)
XML = '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
SIGNED_ON = "<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260201<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>"


def leaf(name: str, text: str | None, *, closed: bool = False) -> str:
    """One leaf tag with its text, nothing for None; in XML it is closed."""
    return "" if text is None else f"<{name}>{text}{f'</{name}>' if closed else ''}\n"


def entry(amount: str = "50.00", on: str = "20260105", fitid: str = "A1", more: str = "", kind: str = "CREDIT") -> str:
    """One STMTTRN as it is written, readable or not."""
    return f"<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{on}<TRNAMT>{amount}<FITID>{fitid}{more}</STMTTRN>\n"


def statement(*entries: str, account: str = OURS, currency: str = "EUR", balances: str = "", listed: str = "BANKTRANLIST") -> str:
    """One bank statement."""
    return (
        f"<STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>{currency}<BANKACCTFROM><BANKID><ACCTID>{account}"
        f"<ACCTTYPE>CHECKING</BANKACCTFROM><{listed}><DTSTART>20260101<DTEND>20260131\n{''.join(entries)}</{listed}>{balances}"
        "</STMTRS></STMTTRNRS>\n"
    )


def document(*statements: str, header: str = SGML, signed_on: str = SIGNED_ON) -> str:
    """A whole file."""
    return f"{header}<OFX>{signed_on}<BANKMSGSRSV1>{''.join(statements)}</BANKMSGSRSV1></OFX>\n"


def write_line(line: StatementLine, *, closed: bool) -> str:
    """The entry of a line."""
    names = line.references
    assert line.booked_on is not None

    def text(name: str, said: str | None) -> str:
        return leaf(name, escape(said, quote=False) if said else None, closed=closed)

    account = line.counterparty.iban
    other = f"<BANKACCTTO>{leaf('BANKID', 'B', closed=closed)}{leaf('ACCTID', account, closed=closed)}</BANKACCTTO>" if account else ""
    return (
        "<STMTTRN>"
        + leaf("TRNTYPE", "OTHER", closed=closed)
        + leaf("DTPOSTED", f"{line.booked_on.year:04}{line.booked_on:%m%d}120000.000[-5:EST]", closed=closed)
        + (leaf("DTAVAIL", f"{line.value_on.year:04}{line.value_on:%m%d}", closed=closed) if line.value_on else "")
        + leaf("TRNAMT", plain(line.amount.minor, line.amount.currency), closed=closed)
        + text("FITID", names.bank)
        + text("CHECKNUM", names.instruction)
        + text("REFNUM", names.transaction)
        + text("NAME", line.counterparty.name)
        + other
        + text("MEMO", line.remittance)
        + "</STMTTRN>\n"
    )


def write(lines: Iterable[StatementLine], currency: str, *, xml: bool = False) -> str:
    """A whole file of one account."""
    body = statement(*(write_line(line, closed=xml) for line in lines), currency=currency)
    if not xml:
        return document(body)
    for name in ("CODE", "SEVERITY", "DTSERVER", "LANGUAGE", "TRNUID", "CURDEF", "ACCTID", "ACCTTYPE", "DTSTART", "DTEND"):
        body = _closed(body, name)
    signed_on = SIGNED_ON
    for name in ("CODE", "SEVERITY", "DTSERVER", "LANGUAGE"):
        signed_on = _closed(signed_on, name)
    return document(body.replace("<BANKID><", "<BANKID/><"), header=XML, signed_on=signed_on)


def _closed(text: str, name: str) -> str:
    """The first leaf of that name, closed."""
    before, tag, after = text.partition(f"<{name}>")
    value, bracket, rest = after.partition("<")
    return f"{before}{tag}{value}</{name}>{bracket}{rest}" if tag and not rest.startswith("/" + name) else text
