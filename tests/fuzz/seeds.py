"""Small invented files of every format, the beginnings a fuzzer goes on from; fixtures of the format are seeds, too."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from openpyxl import Workbook

from tests.services.einvoices import BILL, CREDIT_NOTE, cii, ubl
from tests.statements.building import DONOR, OURS, balance, detail, document, entry, party, statement

FIXTURES = Path(__file__).parent.parent / "fixtures"

_CAMT = document(
    statement(
        entry("50.00", bank="B-1", details=detail("50.00", parties=party("Dbtr", "Testa Testaitė", DONOR), text="Ačiū už stogą")),
        entry("7.25", "DBIT", more="<Chrgs><Amt Ccy='EUR'>0.25</Amt></Chrgs>", details=detail("3.00") + detail("4.25")),
        balances=balance("OPBD", "0.00", "2026-01-01") + balance("CLBD", "42.75"),
    )
)
_MT940 = f"""\
:20:S1
:25:{OURS}
:28C:41/1
:60F:C260101EUR0,00
:61:2601050105C50,00NTRFNONREF//B-1
:86:166?00TRANSFER?20EREF+RF70C101?21Aciu uz stoga?31{DONOR}?32Testa Testaite
:61:2601060106D7,25NCHGNONREF
:86:/EREF/E-2/REMI/Bank charge/
:62F:C260131EUR42,75
-
"""
_MT940_ENVELOPE = "{1:F01TESTLT22AXXX0000000000}{2:I940TESTLT22XXXXN}{4:\r\n" + _MT940.removesuffix("-\n").replace("\n", "\r\n") + "-}\r\n"
_STMTTRN = """\
<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{on}<TRNAMT>{amount}<FITID>{number}<NAME>Sample Person Alpha<MEMO>For the roof</STMTTRN>
"""
_OFX_BODY = (
    "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260131<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>\n"
    "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>EUR\n"
    f"<BANKACCTFROM><BANKID>70440<ACCTID>{OURS}<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260101<DTEND>20260131\n"
    + _STMTTRN.format(kind="CREDIT", on="20260105120000.000[-5:EST]", amount="50.00", number="B-1")
    + _STMTTRN.format(kind="DEBIT", on="20260106", amount="-7,25", number="B-2")
    + "</BANKTRANLIST><LEDGERBAL><BALAMT>42.75<DTASOF>20260131</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
)
_OFX_1 = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\n\n" + _OFX_BODY
_OFX_2 = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1</TRNUID><STMTRS><CURDEF>EUR</CURDEF>
<BANKACCTFROM><BANKID>70440</BANKID><ACCTID>{OURS}</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260101</DTSTART><DTEND>20260131</DTEND><STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20260105</DTPOSTED>
<TRNAMT>50.00</TRNAMT><FITID>B-1</FITID><NAME>Testa Testait&#279;</NAME><MEMO>A &amp; B</MEMO></STMTTRN></BANKTRANLIST>
<LEDGERBAL><BALAMT>50.00</BALAMT><DTASOF>20260131</DTASOF></LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
_QIF = """\
!Account
NCurrent account
TBank
^
!Type:Bank
D13/01/2026
T1,050.00
PSample Person Alpha
MFor the roof
N101
^
D14/01'26
T-7.25
PBank
SFees
$-7.00
SOther
$-0.25
^
"""
_SWEDBANK = f"""\
"Sąskaitos Nr.","","Data","Gavėjas","Paaiškinimai","Suma","Valiuta","D/K","Įrašo Nr.","Kodas","Įmokos kodas","Dok. Nr."
"{OURS}","10","2026-01-01","","Likutis pradžiai","0.00","EUR","K","","","",""
"{OURS}","20","2026-01-05","Testa Testaitė","Ačiū už stogą","50.00","EUR","K","2026010500000001","","",""
"{OURS}","20","2026-01-06","Bankas","Mokestis","7.25","EUR","D","2026010600000002","","",""
"{OURS}","86","2026-01-31","","Likutis pabaigai","42.75","EUR","K","","","",""
"""
_GENERIC = """\
sep=;
Account statement;;
Date;Description;Amount;Balance
31.01.2026;"Sample; Person Alpha";1.050,00;1.050,00
01.02.2026;Bank fee;-7,25;1.042,75
"""
_DEBIT_CREDIT = "Date,Name,Debit,Credit,Currency\n2026-01-05,Sample Person Alpha,,50.00,EUR\n2026-01-06,Bank,7.25,,EUR\n"
_LITAS = (
    f"000\t20260131\t70440\tTesto bankas\tTesto fondas\t{OURS}\tEUR\n020\tLikutisPR\t20260101\t0\n"
    f"010\tMK\t20260105\t5000\t5000\tC\t1\tB-1\tAuka\t\t70440\tBankas\t{DONOR}\tTesta Testaite\n020\tLikutisPB\t20260131\t5000\n"
)


def packed(members: dict[str, bytes]) -> bytes:
    """A ZIP archive of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def workbook() -> bytes:
    """A workbook as a bank writes one."""
    book, stream = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("Date", "Description", "Amount", "Currency"),
        (date(2026, 1, 5), "Sample Person Alpha", Decimal("50.00"), "EUR"),
        (date(2026, 1, 6), "Bank fee", Decimal("-7.25"), "EUR"),
    ):
        sheet.append(row)
    book.save(stream)
    return stream.getvalue()


def sheet_of(book: bytes) -> bytes:
    """The XML of its only sheet."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def with_sheet(book: bytes, sheet: bytes) -> bytes:
    """The workbook with other XML as its only sheet."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return packed({name: sheet if name == "xl/worksheets/sheet1.xml" else archive.read(name) for name in archive.namelist()})


@cache
def seeds(form: str) -> list[bytes]:
    """The seeds of a format: camt, mt940, ofx, qif, csv, xlsx, zip, or einvoice (both syntaxes, a credit note)."""
    texts = {
        "camt": [_CAMT],
        "mt940": [_MT940, _MT940_ENVELOPE],
        "ofx": [_OFX_1, _OFX_2, _OFX_BODY],
        "qif": [_QIF],
        "csv": [_SWEDBANK, _GENERIC, _DEBIT_CREDIT, _LITAS],
    }
    found = [text.encode() for text in texts.get(form, ())]
    if form == "csv":
        found += [_SWEDBANK.encode("cp1257"), _GENERIC.encode("utf-16")]
    if form == "einvoice":
        found += [ubl(), ubl(CREDIT_NOTE), cii(), cii(BILL, "22")]
    if form == "xlsx":
        found += [workbook(), sheet_of(workbook())]
    if form == "zip":
        found += [packed({"2026/january.xml": _CAMT.encode(), "readme.txt": b"Hello", "january.sta": _MT940.encode()}), _QIF.encode()]
    folder = FIXTURES / form
    return found + [path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file() and path.suffix != ".json"]


FORMS = ("camt", "mt940", "ofx", "qif", "csv", "xlsx", "zip", "einvoice")
