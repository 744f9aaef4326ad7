"""OFX as banks and converters write it: every line, the right sign, day and text, whatever the file around it is like."""

from __future__ import annotations

import time
from datetime import date
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import Balance, LineStatus, StatementLine
from fundledger.statements import Given, open_statement
from fundledger.statements.ofx import recognise
from tests.statements.building import DONOR, OURS, Read, read
from tests.statements.writing_ofx import SGML, SIGNED_ON, XML, document, entry, statement

if TYPE_CHECKING:
    from pathlib import Path

WORDS = "<NAME>Testa Žvirblė<MEMO>auka už stogą"


def one(folder: Path, written: str, **head: str) -> StatementLine:
    """The line of a file with one entry."""
    return read(folder, document(statement(written, **head))).lines[0]


def refused(folder: Path, content: str | bytes, given: Given | None = None) -> KnownError:
    with pytest.raises(KnownError) as caught:
        read(folder, content, given=given)
    return caught.value


@pytest.mark.parametrize(
    ("header", "form"),
    [
        (SGML, "ofx1"),
        (SGML.replace("\n\n", "\n"), "ofx1"),
        (SGML.replace("\n", ""), "ofx1"),
        (SGML.replace("\n", "\r\n"), "ofx1"),
        ("Content-Type: application/x-ofx\n\n" + SGML, "ofx1"),
        (f"\n  {SGML}<!-- made by a converter -->", "ofx1"),
        ("", "ofx"),
        ("\ufeff", "ofx"),
        (XML, "ofx2"),
        (XML.partition("\n")[2], "ofx2"),
        (XML + "<!-- two <tags> --><?note of the bank?>", "ofx2"),
    ],
)
def test_row_51_headers_of_every_kind(tmp_path: Path, header: str, form: str) -> None:
    found = read(tmp_path, document(statement(entry(more=WORDS)), header=header))
    assert (found.format, found.lines[0].remittance, found.heads[0].account) == (form, "auka už stogą", OURS)


def test_row_51_open_and_closed_leaves_one_line_and_lower_case_say_the_same(tmp_path: Path) -> None:
    opened = document(statement(entry(more=WORDS), entry("-7.20", fitid="A2")))
    closed = document(
        statement(
            "<STMTTRN>\r\n\t<TRNTYPE>CREDIT</TRNTYPE>\r\n<DTPOSTED>20260105</DTPOSTED><TRNAMT>50.00</TRNAMT><FITID>A1</FITID><CHECKNUM></CHECKNUM>"
            "<NAME>Testa Žvirblė</NAME><MEMO>auka už stogą</MEMO></STMTTRN>",
            entry("-7.20", fitid="A2"),
        ),
        header=XML,
    )
    spaced = opened.replace("<STMTTRN>", "<STMTTRN >").replace("</STMTTRN>", "</STMTTRN\n>")
    unclosed = opened.replace("</STMTTRN>", "")
    small = SGML + opened.removeprefix(SGML).replace("STMTTRN", "stmttrn").replace("TRNAMT", "TrnAmt").replace("OFX", "ofx")
    prefixed = document(statement(entry(more=WORDS), entry("-7.20", fitid="A2"))).replace("</", "</o:").replace("<", "<o:")
    prefixed = prefixed.replace("<o:/o:", "</o:").replace("<o:OFX", '<o:OFX xmlns:o="urn:sample"', 1)
    told = {
        tuple(
            (line.amount.minor, line.booked_on, line.references, line.counterparty, line.remittance) for line in read(tmp_path, text).lines
        )
        for text in (opened, opened.replace("\n", ""), closed, spaced, unclosed, small, prefixed)
    }
    assert len(told) == 1
    assert [amount for amount, *_ in told.pop()] == [5000, -720]


@pytest.mark.parametrize(
    "prolog", ["<!DOCTYPE OFX [<!ENTITY a 'b'>]>", '<!doctype OFX SYSTEM "http://example.org/x.dtd">', "<!-- x --><!DOCTYPE OFX>"]
)
def test_rows_29_and_51_a_doctype_is_refused_on_sight(tmp_path: Path, prolog: str) -> None:
    for header in (XML, SGML):
        assert refused(tmp_path, document(statement(entry()), header=header + prolog)).code == "file.doctype"
    assert refused(tmp_path, document(statement(entry()), prolog)).code == "file.doctype"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("R&amp;D &lt;b&gt; &quot;x&quot; &apos;y&apos;", "R&D <b> \"x\" 'y'"),
        ("caf&#233; &#x107; &nbsp;x", "café ć \u00a0x"),
        ("AT&T, R & D &unknown; &copy 5 < 7", "AT&T, R & D &unknown; &copy 5 < 7"),
        ("&amp;lt; &#0; &#xD800; &#9999999;", "&lt; &#0; &#xD800; &#9999999;"),
        ("<![CDATA[a <STMTTRN> & </STMTTRN> b]]>", "a <STMTTRN> & </STMTTRN> b"),
        ("first<!-- a </STMTTRN> no one sees --> part", "first part"),
        ("first line\r\n   second line", "first line second line"),
        ("Zuzana Kova\u0301", "Zuzana Ková"),
    ],
)
def test_row_41_texts_are_whole(tmp_path: Path, written: str, text: str) -> None:
    assert one(tmp_path, entry(more=f"<MEMO>{written}")).remittance == text


@pytest.mark.parametrize(
    ("codec", "header"),
    [
        ("cp1252", SGML.replace("ENCODING:UTF-8\nCHARSET:NONE", "ENCODING:USASCII\nCHARSET:1252")),
        ("cp1257", SGML.replace("ENCODING:UTF-8\nCHARSET:NONE", "ENCODING:USASCII\nCHARSET:1257")),
        ("iso8859-13", SGML.replace("CHARSET:NONE", "CHARSET:ISO-8859-13")),
        ("cp1252", SGML.replace("CHARSET:NONE", "CHARSET:8859-1")),
        ("cp1252", XML.replace("UTF-8", "windows-1252")),
        ("utf-8", SGML.replace("ENCODING:UTF-8\nCHARSET:NONE", "ENCODING:USASCII\nCHARSET:1252")),
        ("utf-8-sig", SGML.replace("CHARSET:NONE", "CHARSET:1252")),
        ("utf-16", XML),
        ("utf-16-le", XML),
        ("utf-16-be", SGML),
    ],
)
def test_rows_7_and_8_the_encoding_it_says_or_really_has(tmp_path: Path, codec: str, header: str) -> None:
    name = "Élodie Šample" if codec == "cp1252" else "Ąžuolė Šample"
    found = read(tmp_path, document(statement(entry(more=f"<NAME>{name}")), header=header).encode(codec))
    assert found.lines[0].counterparty.name == name
    assert "file.encoding_guessed" not in found.codes


def test_row_8_an_undeclared_encoding_is_guessed_and_told(tmp_path: Path) -> None:
    content = document(statement(entry(more="<NAME>Élodie Šample<MEMO>déjà reçu")), header="").encode("cp1252")
    found = read(tmp_path, content)
    assert (found.lines[0].counterparty.name, "file.encoding_guessed" in found.codes) == ("Élodie Šample", True)


def test_row_9_a_letter_cut_in_two_quarantines_its_row_alone(tmp_path: Path) -> None:
    broken = (
        document(statement(entry(more="<NAME>Žvirblė ąžuolė ėėė"), entry(fitid="A2", more="<NAME>Sample@"))).encode().replace(b"@", b"\xc5")
    )
    (problem,) = refused(tmp_path, broken).problems
    assert (problem.code, problem.values["entry"]) == ("line.undecodable", 2)
    found = read(tmp_path, broken, given=Given(leave_unreadable=True))
    assert [line.counterparty.name for line in found.lines] == ["Žvirblė ąžuolė ėėė"]


def test_row_42_an_encoding_nobody_uses(tmp_path: Path) -> None:
    assert refused(tmp_path, document(statement(entry()), header=XML.replace("UTF-8", "UTF-7"))).code == "file.encoding"


def test_row_5_a_file_cut_off_anywhere_is_refused_with_its_last_whole_entry(tmp_path: Path) -> None:
    content = document(statement(entry(), entry("2.00", fitid="A2", more="<MEMO>to be cut")))
    for size in range(content.index("<STMTTRN>"), len(content.rstrip())):
        problem = refused(tmp_path, content[:size]).problems[0]
        assert problem.code == "file.truncated"
        assert problem.values["entries"] == content[:size].count("</STMTTRN>")


def test_row_6_control_characters(tmp_path: Path) -> None:
    assert refused(tmp_path, document(statement(entry(more="<MEMO>a\x07b")))).code == "file.binary"


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("50", 5000), ("+5", 500), ("-0.01", -1), ("$120", 12000), ("-$1,250.00", -125000), ("1.234,56", 123456), ("12,5", 1250),
        ("1 234,56", 123456), ("1'234.50", 123450), ("(5,00)", -500), ("5,00-", -500), ("−5.10", -510), (" 7.10 ", 710), ("EUR 3.00", 300),
        (".50", 50), ("-,5", -50), ("0.500", 50), ("1234.5000", 123450), ("\u0665\u066b\u0662\u0665", 525), ("0", 0),
    ],
)  # fmt: skip
def test_row_56_amounts_as_they_are_written(tmp_path: Path, text: str, minor: int) -> None:
    assert one(tmp_path, entry(text)).amount == Money(minor, "EUR")


@pytest.mark.parametrize("text", ["", "1e3", "NaN", "Infinity", "--5", "5 DR", "1.2.3", "12.345", "9" * 30, "=1+1", "1,23,45"])
def test_row_38_what_is_no_amount_quarantines_the_row(tmp_path: Path, text: str) -> None:
    (problem,) = refused(tmp_path, document(statement(entry("0.001x"), entry("12.00", fitid="A2"))).replace("0.001x", text)).problems
    assert (problem.code, problem.subject, problem.values["entry"]) == ("line.amount", "STMTTRN[1]/TRNAMT", 1)


def test_row_55_a_point_before_three_digits_is_decided_by_the_whole_file_or_asked(tmp_path: Path) -> None:
    def amounts(*texts: str, given: Given | None = None) -> list[int]:
        entries = (entry(text, fitid=f"A{n}") for n, text in enumerate(texts))
        return [line.amount.minor for line in read(tmp_path, document(statement(*entries)), given=given).lines]

    assert amounts("1.500", "2,50") == [150000, 250]
    assert amounts("1.500", "2.50") == [150, 250]
    assert amounts("1,500", "1,500.25") == [150000, 150025]
    assert amounts("1.500", given=Given(decimal=",")) == [150000]
    assert amounts("1.500", given=Given(decimal=".")) == [150]
    for texts in (("1.500",), ("1.500", "2.50", "2,50")):
        with pytest.raises(KnownError) as caught:
            amounts(*texts)
        assert (caught.value.code, caught.value.problems[0].values["text"]) == ("file.decimal", "1.500")


@pytest.mark.parametrize(
    "on",
    [
        "20260101", "20260101000000.000[-5:EST]", "20260101235959[+5.30:IST]", "202601010000", "20260101 120000", "2026-01-01", "20260101Z",
        "2026-01-01T10:00:00+02:00", "20260101000000.000[0:GMT]", "20260101000000 EST", "20260101120000.000[-3]",
    ],
)  # fmt: skip
def test_row_53_the_day_is_that_of_the_banks_zone(tmp_path: Path, on: str) -> None:
    assert one(tmp_path, entry(on=on)).booked_on == date(2026, 1, 1)


@pytest.mark.parametrize("on", ["20260230", "20261301", "18991231", "21010101", "202601", "260101", "01022026", "yesterday"])
def test_rows_23_and_24_days_no_statement_has(tmp_path: Path, on: str) -> None:
    (problem,) = refused(tmp_path, document(statement(entry(on=on)))).problems
    assert (problem.code, problem.values) == ("line.date", {"text": on, "entry": 1})


@pytest.mark.parametrize("on", ["", "0", "00000000", "00000000000000", "00000000000000.000[0:GMT]"])
def test_a_missing_day_is_told_and_another_one_taken(tmp_path: Path, on: str) -> None:
    found = read(tmp_path, document(statement(entry(on=on), entry(on=on, fitid="A2", more="<DTUSER>20260103"))))
    assert [(line.booked_on, line.value_on) for line in found.lines] == [(None, None), (None, date(2026, 1, 3))]
    assert found.codes == ["line.undated", "line.booking_date_missing"]


def test_the_value_day_is_the_day_money_is_available(tmp_path: Path) -> None:
    assert one(tmp_path, entry(more="<DTUSER>20260101<DTAVAIL>20260107")).value_on == date(2026, 1, 7)


def test_row_23_unlikely_days_are_warned_of(tmp_path: Path) -> None:
    found = read(tmp_path, document(statement(entry(on="19691231"), entry(fitid="A2"))), today=date(2026, 1, 4))
    assert [(problem.code, problem.subject) for problem in found.problems] == [("line.date_unlikely", f"STMTTRN[{n}]") for n in (1, 2)]


def test_row_52_references_that_tell_nothing_are_left_to_the_content(tmp_path: Path) -> None:
    same = entry("9.00", fitid="B")
    written = (entry(), entry("7.00"), entry("3.00", fitid=""), same, same, entry("4.00", fitid="C"))
    found = read(tmp_path, document(statement(*written)))
    assert [(line.references.bank, line.references.entry) for line in found.lines] == [
        (None, "A1"), (None, "A1"), (None, None), ("B", None), ("B", None), ("C", None),
    ]  # fmt: skip
    (problem,) = found.problems
    assert (problem.code, problem.values["n"]) == ("statement.references_unusable", 3)


def test_row_52_each_account_has_references_of_its_own(tmp_path: Path) -> None:
    found = read(tmp_path, document(statement(entry()), statement(entry("-50.00"), account="7")))
    assert [line.references.bank for line in found.lines] == ["A1", "A1"]


def test_every_reference_and_name_is_kept(tmp_path: Path) -> None:
    line = one(
        tmp_path,
        entry(
            more="<CHECKNUM>77<REFNUM>R5<SIC>1234<NAME>Sample Person Alph<NAME2>c/o Beta<EXTDNAME>Sample Person Alphabetical c/o Beta"
            f"<BANKACCTTO><BANKID>S<ACCTID>{DONOR[:4]} {DONOR[4:].lower()}<ACCTTYPE>CHECKING</BANKACCTTO><MEMO>gift"
        ),
    )
    assert (line.references.bank, line.references.instruction, line.references.transaction) == ("A1", "77", "R5")
    assert (line.counterparty.name, line.counterparty.iban) == ("Sample Person Alphabetical c/o Beta", DONOR)
    assert line.remittance == "Sample Person Alph c/o Beta gift"
    payee = entry(more="<PAYEE><NAME>Payee</NAME><ADDR1>x<CITY>y</PAYEE><CCACCTTO><ACCTID>4000</CCACCTTO><MEMO>a<MEMO>b")
    line = one(tmp_path, payee)
    assert (line.counterparty.name, line.counterparty.iban, line.remittance) == ("Payee", "4000", "a b")


def test_row_64_wrong_check_digits_are_told_and_kept(tmp_path: Path) -> None:
    wrong = f"LT00{OURS[4:]}"
    found = read(
        tmp_path, document(statement(entry(more=f"<BANKACCTTO><ACCTID>{wrong}</BANKACCTTO>"), account=wrong.replace("0001", "0002")))
    )
    assert (found.codes, found.lines[0].counterparty.iban) == (["statement.iban", "line.iban"], wrong)


@pytest.mark.parametrize("kind", ["FEE", "SRVCHG", "DEBIT", "CREDIT", "ATM", "POS", "XFER", "REPEATPMT", ""])
def test_the_sign_is_the_amounts_and_not_the_kinds(tmp_path: Path, kind: str) -> None:
    found = read(tmp_path, document(statement(entry("5.00", kind=kind), entry("-5.00", fitid="A2", kind=kind))))
    assert [line.amount.minor for line in found.lines] == [500, -500]


def test_the_ledger_balance_closes_and_no_other_one_opens(tmp_path: Path) -> None:
    ledger = "<LEDGERBAL><BALAMT>1,150.00<DTASOF>20260131120000</LEDGERBAL>"
    available = "<AVAILBAL><BALAMT>900.00<DTASOF>20260131</AVAILBAL>"
    listed = "<BALLIST><BAL><NAME>Opening<DESC>x<BALTYPE>DOLLAR<VALUE>1.00<DTASOF>20260101</BAL></BALLIST>"
    on = date(2026, 1, 31)
    for balances, closing in (
        (ledger + available + listed, Balance(on, Money(115000, "EUR"))),
        (available, Balance(on, Money(90000, "EUR"), booked=False)),
        ("<LEDGERBAL></LEDGERBAL>" + available, Balance(on, Money(90000, "EUR"), booked=False)),
        ("<LEDGERBAL/>" + listed, None),
        ("<LEDGERBAL><BALAMT><DTASOF></LEDGERBAL>", None),
        ("<LEDGERBAL><BALAMT>5.00<DTASOF>0</LEDGERBAL>", Balance(on, Money(500, "EUR"))),
    ):
        (end,) = read(tmp_path, document(statement(entry(), balances=balances))).ends
        assert (end.opening, end.closing, end.balanced, end.booked) == (None, closing, None, Money(5000, "EUR"))
    assert read(tmp_path, document(statement(balances="<LEDGERBAL><BALAMT>n/a</LEDGERBAL>"))).codes == ["statement.balance_unreadable"]


def test_several_accounts_of_several_kinds(tmp_path: Path) -> None:
    card = statement(entry("-3.00"), account="4000", currency="USD").replace("STMTRS", "CCSTMTRS").replace("BANKACCTFROM", "CCACCTFROM")
    held = statement(
        f"<INVBANKTRAN>{entry('8.00')}<SUBACCTFUND>CASH</INVBANKTRAN><INCOME><INVTRAN><FITID>9</INVTRAN></INCOME>", account="777"
    )
    held = held.replace("STMTRS", "INVSTMTRS").replace("BANKACCTFROM", "INVACCTFROM").replace("BANKTRANLIST", "INVTRANLIST")
    found = read(tmp_path, document(statement(entry()), card, held, statement(account="9")))
    assert [(head.account, head.currency) for head in found.heads] == [(OURS, "EUR"), ("4000", "USD"), ("777", "EUR"), ("9", "EUR")]
    assert [(end.n_lines, end.booked.minor) for end in found.ends] == [(1, 5000), (1, -300), (1, 800), (0, 0)]
    assert [(head.start_on, head.end_on) for head in found.heads] == [(date(2026, 1, 1), date(2026, 1, 31))] * 4
    assert found.codes == ["statement.section_unread"]


def test_a_converter_that_leaves_the_statement_out(tmp_path: Path) -> None:
    listed = f"<BANKTRANLIST>{entry()}</BANKTRANLIST>"
    content = f"<OFX><BANKACCTFROM><ACCTID>{OURS}</BANKACCTFROM>{listed}<BANKACCTFROM><ACCTID>5</BANKACCTFROM>{entry()}</OFX>"
    found = read(tmp_path, content)
    assert [(head.account, head.currency) for head in found.heads] == [(OURS, "XXX"), ("5", "XXX")]
    assert [end.n_lines for end in found.ends] == [1, 1]


def test_row_39_a_file_without_currency_or_account_takes_what_was_said(tmp_path: Path) -> None:
    bare = document(statement(entry(), currency="", account=""))
    assert read(tmp_path, bare).lines[0].amount == Money(5000, "XXX")
    assert read(tmp_path, bare).codes == ["statement.account_missing"]
    found = read(tmp_path, bare, given=Given(currency="EUR", account=OURS.lower()))
    assert (found.heads[0].account, found.lines[0].amount) == (OURS, Money(5000, "EUR"))
    assert refused(tmp_path, document(statement(entry(), currency="EURO"))).code == "statement.currency"


def test_another_currency_and_a_converted_one(tmp_path: Path) -> None:
    rate = "<CURRATE>1.1<CURSYM>USD"
    found = read(
        tmp_path,
        document(statement(entry(more=f"<ORIGCURRENCY>{rate}</ORIGCURRENCY>"), entry(fitid="B", more=f"<CURRENCY>{rate}</CURRENCY>"))),
    )
    assert [line.amount for line in found.lines] == [Money(5000, "EUR"), Money(5000, "USD")]
    assert [(line.exchange.source, line.exchange.rate) for line in found.lines if line.exchange] == [("USD", "1.1")] * 2
    assert (found.codes, found.ends[0].n_foreign) == (["line.currency_differs"], 1)
    assert one(tmp_path, entry(more="<CURRENCY><CURRATE>1<CURSYM>EUR</CURRENCY>")).exchange is None


def test_pending_entries_touch_no_balance(tmp_path: Path) -> None:
    waiting = "<STMTTRNP><TRNTYPE>DEBIT<DTTRAN>20260203<TRNAMT>-9.00<REFNUM>P1<NAME>Shop</STMTTRNP>"
    found = read(tmp_path, document(statement(entry(), balances=f"<BANKTRANLISTP><DTASOF>20260203{waiting}</BANKTRANLISTP>")))
    assert [(line.status, line.booked_on, line.value_on) for line in found.lines] == [
        (LineStatus.BOOKED, date(2026, 1, 5), None),
        (LineStatus.PENDING, None, date(2026, 2, 3)),
    ]
    assert found.ends[0].booked == Money(5000, "EUR")
    assert one(tmp_path, entry(kind="HOLD")).status is LineStatus.PENDING


def test_row_17_a_corrected_entry_names_the_one_it_corrects(tmp_path: Path) -> None:
    corrects = ("<CORRECTFITID>A1<CORRECTACTION>REPLACE", "<CORRECTFITID>A2<CORRECTACTION>DELETE")
    found = read(tmp_path, document(statement(*(entry(fitid=f"B{n}", more=more) for n, more in enumerate(corrects)))))
    assert [(line.status, line.references.entry) for line in found.lines] == [(LineStatus.BOOKED, "A1"), (LineStatus.INFO, "A2")]
    assert found.codes == ["line.corrects"] * 2


def test_an_answer_without_a_statement_says_what_the_bank_said(tmp_path: Path) -> None:
    failed = "<STATUS><CODE>2003<SEVERITY>ERROR<MESSAGE>Account not found</STATUS>"
    error = refused(tmp_path, document(f"<STMTTRNRS><TRNUID>1{failed}</STMTTRNRS>"))
    assert (error.code, dict(error.problems[0].values)) == ("file.bank_error", {"number": "2003", "message": "Account not found"})
    found = read(tmp_path, document(f"<STMTTRNRS><TRNUID>1{failed}</STMTTRNRS>", statement(entry())))
    assert (found.codes, len(found.lines)) == (["statement.bank_error"], 1)
    assert read(tmp_path, f"{SGML}<OFX>{SIGNED_ON}</OFX>").codes == ["statement.none"]


def test_row_16_equal_payments_are_both_there(tmp_path: Path) -> None:
    assert [line.position for line in read(tmp_path, document(statement(entry(), entry()))).lines] == [1, 2]


def test_rows_32_and_62_what_is_too_long(tmp_path: Path) -> None:
    assert refused(tmp_path, document(statement(entry(more="<MEMO>" + "x" * 10_001)))).code == "file.field"
    assert refused(tmp_path, document(statement(entry(more="<!--" + "x" * 9_000_000)))).code == "file.part"
    assert refused(tmp_path, document(statement(entry(more="<A>" * 3_000_000)))).code == "file.part"


@pytest.mark.parametrize("head", [b"a;b\n<OFX>", b"<html><OFX>", b"<Document><OFX>", b"OFX", b"!Type:Bank\n", b":20:1\n", b""])
def test_what_is_no_ofx_is_left_to_others(head: bytes) -> None:
    assert recognise(head) is None


def test_the_fragment_of_a_line_is_what_stands_in_the_file(tmp_path: Path) -> None:
    written = entry(more="<NAME>A &amp; B")
    assert one(tmp_path, written).raw.decode() == written.strip()


def test_two_files_one_behind_the_other(tmp_path: Path) -> None:
    assert len(read(tmp_path, document(statement(entry())) + document(statement(entry()))).lines) == 2


def test_two_entries_run_into_one_are_not_taken_for_one(tmp_path: Path) -> None:
    assert refused(tmp_path, document(statement(entry(more="<TRNAMT>7.00")))).code == "line.amount"


def test_reading_reads_alike_wherever_a_block_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = document(statement(entry(more="<MEMO><![CDATA[a ]] > b]]> c<!-- x -->"), entry(fitid="A2")), header=XML)
    path = tmp_path / "sample.ofx"
    path.write_text(content)
    whole = Read(path)
    with open_statement(path) as file:
        for size in (1, 2, 3, 7, 50):
            monkeypatch.setattr("fundledger.statements.source._BLOCK", size)
            assert [event for event in file.events() if isinstance(event, StatementLine)] == whole.lines


@pytest.mark.parametrize(
    "content",
    [
        "<!--" * 16_000 + "<OFX>", "<?a" * 20_000 + "<OFX>", f"{SGML}<OFX>{'<' * 60_000}",
        f"{SGML}<OFX><STMTTRN>{'<MEMO>a<MEMO>b' * 4_000}</STMTTRN></OFX>", f"{SGML}<OFX>" + "<A " * 20_000, f"{SGML}<OFX><A{' ' * 60_000}",
        f"{SGML}<OFX><STMTTRN><MEMO>{'&amp' * 2_000};</STMTTRN></OFX>",
        f"{SGML}<OFX><STMTTRN><TRNAMT>{'1,' * 30_000}</STMTTRN></OFX>", SGML + "x" * 60_000, f"{SGML}<OFX>" + "</STMTTRN>" * 6_000,
    ],
)  # fmt: skip
def test_what_is_written_to_take_long_does_not(tmp_path: Path, content: str) -> None:
    before = time.process_time()
    with pytest.raises(KnownError):
        read(tmp_path, content)
    assert time.process_time() - before < 2
