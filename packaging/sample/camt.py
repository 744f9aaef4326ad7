"""Writes the year's lines as ISO 20022 camt.053 statements, in the version each bank sends."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from sample.cast import BANKS, CURRENCY, DONORS, FOUNDATION, Bank
from sample.year import YEAR, Line, Part, euros

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Span:
    """One statement file to be: its bank, its days, and its number, None for one asked for in between."""

    bank: Bank
    start_on: date
    end_on: date
    number: int | None
    name: str


def spans() -> Iterator[Span]:
    """Twelve months of bank A, four quarters of bank B, and one span of bank A across two months."""
    for month in range(1, 13):
        yield Span(BANKS["A"], date(YEAR, month, 1), _month_end(month), month, f"bank-a-{YEAR}-{month:02d}.xml")
    for quarter in range(1, 5):
        yield Span(BANKS["B"], date(YEAR, quarter * 3 - 2, 1), _month_end(quarter * 3), quarter, f"bank-b-{YEAR}-q{quarter}.xml")
    start_on, end_on = date(YEAR, 6, 16), date(YEAR, 7, 15)
    yield Span(BANKS["A"], start_on, end_on, None, f"bank-a-{start_on}--{end_on}.xml")


def _month_end(month: int) -> date:
    return date(YEAR + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def statement(span: Span, year: Iterable[Line]) -> bytes:
    """One camt.053 file: opening balance, the lines of the span, closing balance."""
    own = [line for line in year if line.bank == span.bank.key]
    opening = span.bank.opening + sum(line.whole.amount for line in own if line.on < span.start_on and not line.pending)
    lines = [line for line in own if span.start_on <= line.on <= span.end_on]
    booked = [line for line in lines if not line.pending]
    closing = opening + sum(line.whole.amount for line in booked)
    root = ET.Element("Document", xmlns=f"urn:iso:std:iso:20022:tech:xsd:{span.bank.version}")
    message = _put(root, "BkToCstmrStmt")
    stamp = f"{span.end_on + timedelta(days=1)}T06:00:00"
    identity = span.name.removesuffix(".xml").upper()
    header = _put(message, "GrpHdr")
    _put(header, "MsgId", identity)
    _put(header, "CreDtTm", stamp)
    made = _head(_put(message, "Stmt"), span, identity, stamp)
    _balance(made, "OPBD", opening, span.start_on)
    _balance(made, "CLBD", closing, span.end_on)
    if not _is_new(span.bank):
        _summary(made, [line.whole.amount for line in booked])
    for line in lines:
        _entry(made, line, span.bank)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _is_new(bank: Bank) -> bool:
    """From version 08 on a party is wrapped in Pty, a status in Cd, and a BIC is called BICFI."""
    return bank.version.endswith("08")


def _put(parent: ET.Element, path: str, text: str | None = None) -> ET.Element:
    """Append a chain of elements such as Acct/Id/IBAN and return the last one."""
    for tag in path.split("/"):
        parent = ET.SubElement(parent, tag)
    parent.text = text
    return parent


def _amount(parent: ET.Element, cents: int) -> None:
    _put(parent, "Amt", euros(abs(cents))).set("Ccy", CURRENCY)


def _sign(cents: int) -> str:
    return "DBIT" if cents < 0 else "CRDT"


def _head(made: ET.Element, span: Span, identity: str, stamp: str) -> ET.Element:
    _put(made, "Id", identity)
    if span.number is not None:
        _put(made, "ElctrncSeqNb", str(span.number))
        _put(made, "LglSeqNb", str(span.number))
    _put(made, "CreDtTm", stamp)
    period = _put(made, "FrToDt")
    _put(period, "FrDtTm", f"{span.start_on}T00:00:00")
    _put(period, "ToDtTm", f"{span.end_on}T23:59:59")
    account = _put(made, "Acct")
    _put(account, "Id/IBAN", span.bank.iban)
    _put(account, "Ccy", CURRENCY)
    owner = _put(account, "Ownr")
    _put(owner, "Nm", FOUNDATION)
    _put(account, "Svcr/FinInstnId/" + ("BICFI" if _is_new(span.bank) else "BIC"), span.bank.bic)
    return made


def _balance(made: ET.Element, code: str, cents: int, on: date) -> None:
    balance = _put(made, "Bal")
    _put(balance, "Tp/CdOrPrtry/Cd", code)
    _amount(balance, cents)
    _put(balance, "CdtDbtInd", _sign(cents))
    _put(balance, "Dt/Dt", f"{on}")


def _summary(made: ET.Element, amounts: list[int]) -> None:
    summary = _put(made, "TxsSummry")
    groups = {"TtlCdtNtries": [one for one in amounts if one >= 0], "TtlDbtNtries": [one for one in amounts if one < 0]}
    _put(summary, "TtlNtries/NbOfNtries", str(len(amounts)))
    for tag, group in groups.items():
        total = _put(summary, tag)
        _put(total, "NbOfNtries", str(len(group)))
        _put(total, "Sum", euros(abs(sum(group))))


def _entry(made: ET.Element, line: Line, bank: Bank) -> None:
    entry = _put(made, "Ntry")
    whole = line.whole
    _amount(entry, whole.amount)
    _put(entry, "CdtDbtInd", _sign(whole.amount))
    if "reversal" in line.marks:
        _put(entry, "RvslInd", "true")
    status = "PDNG" if line.pending else "BOOK"
    _put(entry, "Sts/Cd" if _is_new(bank) else "Sts", status)
    _put(entry, "BookgDt/Dt", f"{line.on}")
    _put(entry, "ValDt/Dt", f"{line.on}")
    if line.bank_reference:
        _put(entry, "AcctSvcrRef", line.bank_reference)
    _kind(entry, whole)
    details = _put(entry, "NtryDtls")
    if line.details:
        batch = _put(details, "Btch")
        _put(batch, "NbOfTxs", str(len(line.details)))
        _amount_named(batch, "TtlAmt", whole.amount)
        _put(batch, "CdtDbtInd", _sign(whole.amount))
    for number, part in enumerate(line.details or (whole,), 1):
        _detail(details, line, part, f"{line.bank_reference}.{number}" if line.details else line.bank_reference, bank)
    if line.details:
        _put(entry, "AddtlNtryInf", whole.text)


def _amount_named(parent: ET.Element, tag: str, cents: int) -> None:
    _put(parent, tag, euros(abs(cents))).set("Ccy", CURRENCY)


def _kind(entry: ET.Element, whole: Part) -> None:
    """Put the bank's own classification (ISO 20022 external code set)."""
    if whole.who == "bank":
        # The year's interest stays below one euro, every charge above.
        domain, family, sub = "ACMT", "MCOP" if whole.amount > 0 else "MDOP", "INTR" if abs(whole.amount) < 100 else "CHRG"
    else:
        domain, family, sub = "PMNT", "RCDT" if whole.amount > 0 else "ICDT", "ESCT"
    code = _put(entry, "BkTxCd/Domn")
    _put(code, "Cd", domain)
    group = _put(code, "Fmly")
    _put(group, "Cd", family)
    _put(group, "SubFmlyCd", sub)


def _detail(details: ET.Element, line: Line, part: Part, bank_reference: str | None, bank: Bank) -> None:
    detail = _put(details, "TxDtls")
    references = _put(detail, "Refs")
    if bank_reference:
        _put(references, "AcctSvcrRef", bank_reference)
    _put(references, "EndToEndId", _end_to_end(line, part))
    if _is_new(bank):
        _amount(detail, part.amount)
        _put(detail, "CdtDbtInd", _sign(part.amount))
    else:
        _amount(_put(detail, "AmtDtls/TxAmt"), part.amount)
    _parties(detail, part, bank)
    remittance = _put(detail, "RmtInf")
    _put(remittance, "Ustrd", part.text)
    if part.structured:
        structured = _put(remittance, "Strd/CdtrRefInf")
        _put(structured, "Tp/CdOrPrtry/Cd", "SCOR")
        _put(structured, "Ref", part.structured)
    if "AC04" in line.marks:
        _put(detail, "RtrInf/Rsn/Cd", "AC04")


def _parties(detail: ET.Element, part: Part, bank: Bank) -> None:
    name, iban = part.party
    if name is None:
        return
    role = "Dbtr" if part.amount > 0 else "Cdtr"
    parties = _put(detail, "RltdPties")
    _put(parties, f"{role}/Pty/Nm" if _is_new(bank) else f"{role}/Nm", name)
    if iban:
        _put(parties, f"{role}Acct/Id/IBAN", iban)


def _end_to_end(line: Line, part: Part) -> str:
    """Make what the payer's bank sent along: the same on a pending line and the booked one; many send nothing."""
    if part.who in DONORS and DONORS[part.who].sends_ids:
        return "E" + hashlib.sha256(f"{part.who} {part.amount} {part.text}".encode()).hexdigest()[:12].upper()
    if part.amount < 0 and part.who != "bank":
        return f"SSF-{line.on:%m%d}-{line.bank}"
    return "NOTPROVIDED"
