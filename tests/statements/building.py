"""Small camt files written as bookkeeping: entries in, a file out; all of it invented."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from fundledger.domain.statement import Statement, StatementEnd, StatementLine
from fundledger.statements import Given, open_statement

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from fundledger.domain.problem import Problem

OURS = "LT029999900000000001"
DONOR = "LT729999900000000002"
PAYEE = "LT459999900000000003"


def tag(name: str, text: str | None) -> str:
    """One element, nothing for None."""
    return "" if text is None else f"<{name}>{text}</{name}>"


def amount(text: str, currency: str | None = "EUR", name: str = "Amt") -> str:
    """An amount as it is written, readable or not."""
    return f'<{name} Ccy="{currency}">{text}</{name}>' if currency is not None else f"<{name}>{text}</{name}>"


def party(role: str, name: str | None = None, iban: str | None = None) -> str:
    """A debtor or creditor as version 08 writes it."""
    account = f"<{role}Acct><Id><IBAN>{iban}</IBAN></Id></{role}Acct>" if iban else ""
    return (f"<{role}><Pty><Nm>{escape(name)}</Nm></Pty></{role}>" if name else "") + account


def detail(
    sum_: str | None = None, *, refs: str = "", parties: str = "", text: str | None = None, more: str = "", direction: str | None = None
) -> str:
    """One TxDtls."""
    told = f"<RmtInf><Ustrd>{escape(text)}</Ustrd></RmtInf>" if text else ""
    related = f"<RltdPties>{parties}</RltdPties>" if parties else ""
    worth = amount(sum_) if sum_ is not None else ""
    return f"<TxDtls><Refs>{refs}</Refs>{worth}{tag('CdtDbtInd', direction)}{related}{told}{more}</TxDtls>"


def entry(  # noqa: PLR0913  an entry has this many fields
    sum_: str = "50.00",
    direction: str = "CRDT",
    *,
    currency: str | None = "EUR",
    status: str = "<Cd>BOOK</Cd>",
    booked: str | None = "<Dt>2026-01-05</Dt>",
    valued: str | None = "<Dt>2026-01-05</Dt>",
    bank: str | None = None,
    details: str = "",
    more: str = "",
) -> str:
    """One Ntry; `more` comes before the details."""
    return (
        f"<Ntry>{amount(sum_, currency)}{tag('CdtDbtInd', direction)}<Sts>{status}</Sts>{tag('BookgDt', booked)}{tag('ValDt', valued)}"
        f"{tag('AcctSvcrRef', bank)}{more}{tag('NtryDtls', details or None)}</Ntry>"
    )


def balance(code: str, sum_: str, on: str = "2026-01-31", direction: str = "CRDT", currency: str = "EUR") -> str:
    """One Bal."""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{amount(sum_, currency)}<CdtDbtInd>{direction}</CdtDbtInd>"
        f"<Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def statement(
    *entries: str, balances: str = "", account: str = OURS, currency: str | None = "EUR", head: str = "", late: str = "", name: str = "Stmt"
) -> str:
    """One Stmt, Rpt or Ntfctn."""
    holder = f"<Acct><Id><IBAN>{account}</IBAN></Id>{tag('Ccy', currency)}</Acct>"
    inside = "\n".join((f"{head}{holder}{balances}", *entries, late))
    return f"<{name}><Id>S1</Id><ElctrncSeqNb>41</ElctrncSeqNb>{inside}</{name}>"


def document(*statements: str, version: str = "camt.053.001.08", message: str = "BkToCstmrStmt", prolog: str = "") -> str:
    """A whole file."""
    space = f' xmlns="urn:iso:std:iso:20022:tech:xsd:{version}"' if version else ""
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    inside = f"<{message}><GrpHdr><MsgId>M1</MsgId></GrpHdr>\n{''.join(statements)}</{message}>"
    return f"{declaration}{prolog}<Document{space}>{inside}</Document>\n"


class Read:
    """What a reader made of a file."""

    def __init__(self, path: Path, today: date | None = None, given: Given | None = None) -> None:
        """Read it to its end."""
        with open_statement(path, given=given or Given(today)) as file:
            events = list(file.events())
            self.format = file.format
            self.problems: list[Problem] = list(file.problems)
        self.heads = [event for event in events if isinstance(event, Statement)]
        self.lines = [event for event in events if isinstance(event, StatementLine)]
        self.ends = [event for event in events if isinstance(event, StatementEnd)]

    @property
    def codes(self) -> list[str]:
        """The codes of the warnings."""
        return [problem.code for problem in self.problems]


def read(folder: Path, content: str | bytes, today: date | None = None, given: Given | None = None) -> Read:
    """Write a file and read it."""
    path = folder / "sample.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Read(path, today, given)


def read_entry(folder: Path, one: str, **head: str) -> tuple[StatementLine, Read]:
    """The line of a file with one entry."""
    found = read(folder, document(statement(one, **head)))
    return found.lines[0], found
