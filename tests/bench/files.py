"""Bank files of any length, realistic and invented: one seed, the same bytes on every machine."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

PASSPHRASE = "bench bench bench bench"
OURS = "LT029999900000000001"
FIRST_DAY, DAYS = date(2025, 1, 1), 365
OPENING_MINOR = 1_000_000
_NAMES = ("Testa", "Pavyzdys", "Sample Person", "Bandomoji", "Muster", "Próba", "Žvirblė", "Šaltinis")
_WORDS = ("auka", "gift", "for the lawyers", "parama kampanijai", "donation", "Spende", "už bylą", "with best wishes &amp; hope")
_MOST_EXTRA = 40


def entry_minor(n: int) -> int:
    """The signed amount of entry number n from 0; every twentieth is a debit."""
    return -(150 + n % 90) if n % 20 == 19 else 500 + n * 37 % 20_000


def day(n: int, entries: int) -> date:
    """The booking day of entry number n of so many: a year, evenly filled."""
    return FIRST_DAY + timedelta(days=n * DAYS // entries)


def make_year(path: str, size: str) -> None:
    """Write the camt.053 of a year with so many entries."""
    write(Path(path), int(size))


def make_first_days(path: str, size: str) -> None:
    """Write the camt.053 of that year's first days, which hold a hundredth of its entries."""
    write(Path(path), int(size), int(size) // 100)


def write(path: Path, entries: int, upto: int | None = None) -> None:
    """Write the year's file of so many entries, or only its days up to and with that of entry number `upto`."""
    last = entries - 1 if upto is None else upto
    taken = [n for n in range(entries) if day(n, entries) <= day(last, entries)]
    closing = OPENING_MINOR + sum(map(entry_minor, taken))
    end = FIRST_DAY + timedelta(days=DAYS - 1) if upto is None else day(last, entries)
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_head(end, closing))
        random = Random(2025)
        out.writelines(_entry(n, day(n, entries), random) for n in taken)
        out.write("</Stmt></BkToCstmrStmt></Document>\n")


def _head(end: date, closing: int) -> str:
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{_decimal(minor)}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>\n"
        for code, minor, on in (("OPBD", OPENING_MINOR, FIRST_DAY), ("CLBD", closing, end))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>\n'
        f"<GrpHdr><MsgId>BENCH</MsgId><CreDtTm>{end}T23:59:59</CreDtTm></GrpHdr>\n<Stmt><Id>BENCH</Id><ElctrncSeqNb>1</ElctrncSeqNb>"
        f"<FrToDt><FrDtTm>{FIRST_DAY}T00:00:00</FrDtTm><ToDtTm>{end}T23:59:59</ToDtTm></FrToDt>\n"
        f"<Acct><Id><IBAN>{OURS}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n{balances}"
    )


def _decimal(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


def _iban(n: int) -> str:
    """The account of invented donor number n, with its right check digits (ISO 13616)."""
    body = f"99999{n:011}"
    return f"LT{98 - int(body + '212900') % 97:02}{body}"


def _entry(n: int, on: date, random: Random) -> str:
    """One Ntry of about 1,000 bytes: the entry, its codes, and one payment with parties, references and words."""
    minor = entry_minor(n)
    amount = _decimal(abs(minor))
    sign, who, us = ("DBIT", "Cdtr", "Dbtr") if minor < 0 else ("CRDT", "Dbtr", "Cdtr")
    name = f"{_NAMES[random.randrange(len(_NAMES))]} {random.randrange(60_000):05}"
    structured = n % 3 == 0
    reference = f"<EndToEndId>{f'E2E{n:09}' if n % 5 else 'NOTPROVIDED'}</EndToEndId>"
    words = f"<Ustrd>{_WORDS[n % len(_WORDS)]}, {'x' * random.randrange(_MOST_EXTRA)} {name}</Ustrd>"
    told = f"<Strd><CdtrRefInf><Ref>RF{n:018}</Ref></CdtrRefInf></Strd>" if structured else words
    fee = '<Chrgs><Rcrd><Amt Ccy="EUR">0.15</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>' if n % 10 == 7 else ""
    return (
        f'<Ntry><NtryRef>{n + 1}</NtryRef><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\n'
        f"<BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt><AcctSvcrRef>{on:%Y%m%d}{n:012}</AcctSvcrRef>\n"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
        "<Prtry><Cd>MK</Cd><Issr>Sample Bank</Issr></Prtry></BkTxCd>\n"
        f"<NtryDtls><TxDtls><Refs><AcctSvcrRef>{on:%Y%m%d}{n:012}</AcctSvcrRef>{reference}<TxId>TX{n:014}</TxId></Refs>"
        f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{fee}\n'
        f"<RltdPties><{who}><Pty><Nm>{name}</Nm><PstlAdr><Ctry>LT</Ctry><AdrLine>Bandymų g. {n % 200}-{n % 60}, Vilnius</AdrLine></PstlAdr>"
        f"</Pty></{who}><{who}Acct><Id><IBAN>{_iban(n * 7919 % 60_000 + 1000)}</IBAN></Id></{who}Acct>\n"
        f"<{us}><Pty><Nm>Sample Foundation</Nm></Pty></{us}><{us}Acct><Id><IBAN>{OURS}</IBAN></Id></{us}Acct></RltdPties>\n"
        f"<RltdAgts><{who}Agt><FinInstnId><BICFI>AAAALT2X</BICFI><Nm>Sample Bank</Nm></FinInstnId></{who}Agt></RltdAgts>"
        f"<RmtInf>{told}</RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )
