"""MT940 and MT942 as banks really write them: signs, days, pages, references, and the words of every dialect."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.money import Money
from fundledger.domain.statement import Charge, LineStatus, Party, check_statement
from fundledger.statements import identify
from tests.statements.building import DONOR, OURS, PAYEE
from tests.statements.writing_mt940 import message, read, read_row

if TYPE_CHECKING:
    from pathlib import Path

ROW = "2601050105C50,00NTRFNONREF//B-0001"
EUR_50 = Money(5000, "EUR")


def test_a_gift_is_read_whole(tmp_path: Path) -> None:
    said = f"166?00GUTSCHRIFT?109310?20EREF+E2E-7?21KREF+K-9?22SVWZ+Gift for the roof?30AAAALT2X?31{DONOR}?32Testa Testaitė?34000"
    line = read_row(tmp_path, ROW, said)
    assert (line.amount, line.booked_on, line.value_on) == (EUR_50, date(2026, 1, 5), date(2026, 1, 5))
    assert (line.references.bank, line.references.end_to_end, line.references.instruction) == ("B-0001", "E2E-7", "K-9")
    assert line.counterparty == Party("Testa Testaitė", DONOR)
    assert line.remittance == "Gift for the roof"
    assert (line.status, line.reversal, line.position) == (LineStatus.BOOKED, False, 1)
    assert line.raw.decode() == f":61:{ROW}\n:86:{said}"


def test_a_statement_with_its_balances_number_and_account(tmp_path: Path) -> None:
    found = read(tmp_path, message(f":61:{ROW}\n:86:Gift\n", number="00041/001", closing="C260131EUR1050,00"))
    head, end = found.heads[0], found.ends[0]
    assert (found.format, head.account, head.currency, head.number, head.kind) == ("mt940", OURS, "EUR", "41", "statement")
    assert head.opening
    assert (head.opening.on, head.opening.amount) == (date(2026, 1, 1), Money(100000, "EUR"))
    assert end.closing
    assert (end.closing.on, end.closing.amount, end.booked, end.n_lines, end.balanced) == (
        date(2026, 1, 31), Money(105000, "EUR"), EUR_50, 1, True,
    )  # fmt: skip
    assert found.problems == []
    assert check_statement(head, end) == []


@pytest.mark.parametrize(
    ("mark", "minor", "reversal", "status"),
    [
        ("C", 5000, False, LineStatus.BOOKED),
        ("D", -5000, False, LineStatus.BOOKED),
        ("RC", -5000, True, LineStatus.BOOKED),
        ("RD", 5000, True, LineStatus.BOOKED),
        ("CR", 5000, False, LineStatus.BOOKED),
        ("DR", -5000, False, LineStatus.BOOKED),
        ("RCR", -5000, True, LineStatus.BOOKED),
        ("RDR", 5000, True, LineStatus.BOOKED),
        ("EC", 5000, False, LineStatus.PENDING),
        ("ED", -5000, False, LineStatus.PENDING),
    ],
)
def test_row_46_every_mark_has_its_sign(tmp_path: Path, mark: str, minor: int, reversal: bool, status: LineStatus) -> None:
    line = read_row(tmp_path, f"2601050105{mark}50,00NTRFNONREF")
    assert (line.amount.minor, line.reversal, line.status) == (minor, reversal, status)


@pytest.mark.parametrize(
    ("text", "minor"),
    [("1234,", 123400), (",50", 50), ("1234", 123400), ("0,5", 50), ("12,34", 1234), ("12.34", 1234), ("1.234,56", 123456),
     ("1,234.56", 123456), ("   7,00", 700), ("000000000012,00", 1200), ("12,340", 1234)],
)  # fmt: skip
def test_row_45_amounts_of_the_standard_and_of_banks(tmp_path: Path, text: str, minor: int) -> None:
    assert read_row(tmp_path, f"260105C{text}NTRFNONREF").amount == Money(minor, "EUR")


@pytest.mark.parametrize(
    ("currency", "text", "minor"), [("JPY", "1234,", 1234), ("KWD", "1,234", 1234), ("KWD", "1,2", 1200), ("JPY", "7,00", 7)]
)
def test_decimals_are_the_currencys(tmp_path: Path, currency: str, text: str, minor: int) -> None:
    content = message(f":61:260105C{text}NTRFNONREF\n", opening=f"C260101{currency}0,", closing=f"C260131{currency}{text}")
    found = read(tmp_path, content)
    assert found.lines[0].amount == Money(minor, currency)
    assert found.ends[0].balanced


@pytest.mark.parametrize(
    ("days", "opening", "booked", "valued"),
    [
        ("2601050106", "260101", date(2026, 1, 6), date(2026, 1, 5)),
        ("260105", "260101", date(2026, 1, 5), date(2026, 1, 5)),
        ("2512310102", "251231", date(2026, 1, 2), date(2025, 12, 31)),
        ("2601021231", "251231", date(2025, 12, 31), date(2026, 1, 2)),
        ("2512150102", "250101", date(2026, 1, 2), date(2025, 12, 15)),
        ("2402290229", "240201", date(2024, 2, 29), date(2024, 2, 29)),
        ("20260105", "260101", date(2026, 1, 5), date(2026, 1, 5)),
        ("260105260106", "260101", date(2026, 1, 6), date(2026, 1, 5)),
        ("9912310102", "991231", date(2000, 1, 2), date(1999, 12, 31)),
        ("0000000105", "251231", date(2026, 1, 5), None),
        ("null0105", "251231", date(2026, 1, 5), None),
        ("2602300302", "260201", date(2026, 3, 2), date(2026, 2, 28)),
        ("240230", "240201", date(2024, 2, 29), date(2024, 2, 29)),
        ("7001010101", "260101", date(2026, 1, 1), date(2070, 1, 1)),
    ],
)
def test_row_44_days(tmp_path: Path, days: str, opening: str, booked: date, valued: date | None) -> None:
    line = read_row(tmp_path, f"{days}C50,00NTRFNONREF", opening=f"C{opening}EUR0,00")
    assert (line.booked_on, line.value_on) == (booked, valued)


@pytest.mark.parametrize(
    ("behind", "reference", "bank", "words"),
    [
        ("NTRFNONREF", None, None, ""),
        ("NONREF", None, None, ""),
        ("NTRFNONREF//12345", None, "12345", ""),
        ("S103REF-1//BANK-2", "REF-1", "BANK-2", ""),
        ("FMSC1234567890123456789012//9876543210987654321098", "1234567890123456789012", "9876543210987654321098", ""),
        ("NTRF//BANK-2", None, "BANK-2", ""),
        ("NTRFREF-1\n//BANK-2\nmore words", "REF-1", "BANK-2", "more words"),
        ("NTRFKREF+//B2", None, "B2", ""),
        ("N541EREF\nLT729999900000000002", None, None, ""),
        ("NTRFA/B/C//B2\n/TRCD/00100/", "A/B/C", "B2", ""),
        ("", None, None, ""),
        ("NMSCNONREF\nDAUERAUFTRAG", None, None, "DAUERAUFTRAG"),
    ],
)
def test_references_and_what_stands_on_the_second_line(
    tmp_path: Path, behind: str, reference: str | None, bank: str | None, words: str
) -> None:
    line = read_row(tmp_path, f"2601050105C50,00{behind}")
    assert (line.references.instruction, line.references.bank, line.remittance) == (reference, bank, words)


def test_an_account_on_the_second_line_is_the_other_partys(tmp_path: Path) -> None:
    assert read_row(tmp_path, f"260105C50,00N541NONREF\n{DONOR}", "/NAME/Sample Alpha/REMI/Gift").counterparty == Party(
        "Sample Alpha", DONOR
    )


def test_original_amount_and_charges(tmp_path: Path) -> None:
    line = read_row(tmp_path, "260105C46,00NTRFNONREF\n/OCMT/USD50,00//CHGS/EUR1,50/", "Gift from abroad")
    assert line.exchange
    assert (line.exchange.instructed, line.exchange.source, line.exchange.target) == (Money(5000, "USD"), "USD", "EUR")
    assert line.charges == (Charge(Money(-150, "EUR")),)
    assert line.remittance == "Gift from abroad"
    returned = read_row(tmp_path, "260105D103,00NRTINONREF", "109?00RETOURE?20EREF+E1?21OAMT+100,00?22COAM+3,00?23SVWZ+Returned gift?34914")
    assert returned.charges == (Charge(Money(-300, "EUR"), included=True),)
    assert (returned.return_reason, returned.references.end_to_end) == ("914", "E1")
    assert "Returned gift" in returned.remittance


@pytest.mark.parametrize(
    "said",
    [
        f"020~00PRZELEW~20Gift for the roof~21~22~30AAAALT2X~31~32Sample Alpha~33~34020~38{DONOR}~60",
        f"166<00<20Gift for the roof<30<31<32Sample Alpha<38{DONOR}",
        f"166^00UZN^20Gift for the roof^32Sample Alpha^38{DONOR}",
        f"000>10001>20Gift for the roof>31{DONOR}>32Sample Alpha",
        f"051?20Gift for the roof?31{DONOR}?32Sample Alpha",
        f"?20Gift for the roof?32Sample Alpha?31{DONOR}",
        f"/TRTP/SEPA OVERBOEKING/IBAN/{DONOR}/BIC/AAAALT2X/NAME/Sample Alpha/REMI/Gift for the roof",
        f"/EREF/NOTPROVIDED//CNTP/{DONOR}/AAAALT2X/Sample Alpha///REMI/USTD//Gift for the roof/",
        f"/ORDP//NAME/Sample Alpha/IBAN/{DONOR}/REMI/Gift for the roof/ISDT/2026-01-05",
        f"/ORDP/Sample Alpha/BENM/Sample Foundation/ACCW/{DONOR},AAAALT2X/REMI/Gift for the roof",
        f"EREF+NOTPROVIDED SVWZ+Gift for the roof IBAN+{DONOR} ANAM+Sample Alpha",
    ],
)
def test_dialects_tell_the_same(tmp_path: Path, said: str) -> None:
    line = read_row(tmp_path, ROW, said)
    assert (line.remittance, line.counterparty, line.references.end_to_end) == ("Gift for the roof", Party("Sample Alpha", DONOR), None)


def test_dialects_whose_words_are_kept_whole_tell_the_party(tmp_path: Path) -> None:
    dutch = read_row(
        tmp_path, ROW, f"SEPA OVERBOEKING                 IBAN: {DONOR}\nBIC: AAAALT2X NAAM: Sample Alpha\nOMSCHRIJVING: Gift KENMERK: E-7"
    )
    assert (dutch.counterparty, dutch.references.end_to_end) == (Party("Sample Alpha", DONOR), "E-7")
    first = read_row(tmp_path, ROW, f"{DONOR} Sample Alpha\n\nGift for the roof")
    assert (first.counterparty, first.remittance) == (Party("Sample Alpha", DONOR), f"{DONOR} Sample Alpha Gift for the roof")
    polish = read_row(tmp_path, ROW, "944;944 PRZELEW; z rach.: 61109010140000071219812874; od: Sample Alpha; tyt.: Darowizna; TNR: 1")
    assert polish.counterparty == Party("Sample Alpha", "PL61109010140000071219812874")
    named = read_row(tmp_path, ROW, "Gift, please see IBAN LT72 9999 9000 0000 0002 thank you")
    assert named.counterparty == Party(None, DONOR)


def test_who_pays_a_debit_is_us(tmp_path: Path) -> None:
    line = read_row(tmp_path, "260105D50,00NTRFNONREF", "/ORDP/Sample Foundation/BENM/Sample Roofer/REMI/Invoice 7")
    assert line.counterparty.name == "Sample Roofer"
    own = read_row(tmp_path, "260105D50,00NTRFNONREF", f"?20Invoice 7?31{OURS}?32Sample Roofer")
    assert own.counterparty == Party("Sample Roofer", None)


@pytest.mark.parametrize(
    ("said", "reference"),
    [
        ("Gift RF18539007547034 thank you", "RF18539007547034"),
        ("Gift RF18 5390 0754 7034", "RF18539007547034"),
        ("/REMI/STRD/CUR/9001123412341234/", "9001123412341234"),
        ("/REMI/STRD/ISO/RF18539007547034/", "RF18539007547034"),
        ("/NAME/Sample Alpha/CSTRDREF/RF18539007547034", "RF18539007547034"),
        ("166?20SVWZ+RF18539007547034", "RF18539007547034"),
        ("Gift RF19539007547034", None),
    ],
)
def test_structured_references(tmp_path: Path, said: str, reference: str | None) -> None:
    assert read_row(tmp_path, ROW, said).references.structured == reference


def test_a_return_says_why(tmp_path: Path) -> None:
    line = read_row(tmp_path, "260105D50,00NTRFNONREF", "/RTRN/MS03//EREF/E-1//REMI/USTD//Gift/")
    assert (line.return_reason, line.references.end_to_end, line.remittance) == ("MS03", "E-1", "Gift")


def test_what_has_no_place_of_its_own_stays_among_the_words(tmp_path: Path) -> None:
    line = read_row(tmp_path, ROW, "166?20EREF+E-1?21MREF+M-1?22CRED+DE00ZZZ?23SVWZ+Gift?24ABWA+Sample Mother")
    assert line.remittance == "Gift MREF+M-1 CRED+DE00ZZZ ABWA+Sample Mother"


@pytest.mark.parametrize(
    ("named", "account"),
    [
        (OURS, OURS),
        (f"{OURS}EUR", OURS),
        (f"{OURS} EUR", OURS),
        (f"/{OURS}", OURS),
        (f"AAAALT2X/{OURS}", OURS),
        (f"{OURS}/EUR", OURS),
        ("12345678/0123456789", "12345678/0123456789"),
        ("12345678/0123456789EUR", "12345678/0123456789"),
        ("lt02 9999 9000 0000 0001", OURS),
        ("0123.45.678", "0123.45.678"),
    ],
)
def test_accounts(tmp_path: Path, named: str, account: str) -> None:
    assert read(tmp_path, message(account=named)).heads[0].account == account


@pytest.mark.parametrize(
    ("stated", "number"), [("00041/001", "41"), ("41", "41"), ("0/0", None), ("", None), ("1/1/2", "1"), ("2026-7", "2026-7")]
)
def test_numbers(tmp_path: Path, stated: str, number: str | None) -> None:
    assert read(tmp_path, message(number=stated)).heads[0].number == number
    assert read(tmp_path, message(number=stated).replace(":28C:", ":28:")).heads[0].number == number


def test_row_43_pages_are_joined(tmp_path: Path) -> None:
    one = message(f":61:{ROW}\n:86:Gift\n", closing="C260105EUR1050,00", number="41/1").replace(":62F:", ":62M:")
    two = message(f":61:{ROW}\n:86:Gift\n", opening="C260105EUR1050,00", closing="C260106EUR1100,00", number="41/2").replace(
        ":60F:", ":60M:"
    )
    found = read(tmp_path, one + two)
    assert [(head.number, len(found.lines), end.balanced, end.n_lines) for head, end in zip(found.heads, found.ends, strict=True)] == [
        ("41", 2, True, 2)
    ]
    alone = read(tmp_path, two.replace(":62F:", ":62M:"))
    assert alone.ends[0].balanced, "a page out of the middle proves itself"


def test_several_statements_and_accounts_in_one_file(tmp_path: Path) -> None:
    first = message(f":61:{ROW}\n:86:Gift\n", closing="C260131EUR1050,00")
    found = read(tmp_path, first + message(account=PAYEE, number="7", closing="C260131EUR1000,00", end="") + first.replace("41/1", "42/1"))
    assert [head.account for head in found.heads] == [OURS, PAYEE, OURS]
    assert [end.n_lines for end in found.ends] == [1, 0, 1]
    assert [line.position for line in found.lines] == [1, 2]


def test_several_days_in_one_message(tmp_path: Path) -> None:
    days = f":60F:C260101EUR0,00\n:61:{ROW}\n:62F:C260105EUR50,00\n:60F:C260105EUR50,00\n:61:{ROW}\n:62F:C260106EUR100,00\n"
    found = read(tmp_path, f":20:A\n:25:{OURS}\n:28C:1\n{days}")
    assert [end.balanced for end in found.ends] == [True, True]
    assert {head.account for head in found.heads} == {OURS}


def test_what_is_said_of_the_statement_is_not_of_its_last_line(tmp_path: Path) -> None:
    found = read(tmp_path, message(f":61:{ROW}\n:86:Gift\n", end=":64:C260131EUR1050,00\n:65:C260201EUR1050,00\n:86:Interest 0,1 %\n-\n"))
    assert [line.remittance for line in found.lines] == ["Gift"]


def test_unknown_fields_are_left_out_with_all_their_lines(tmp_path: Path) -> None:
    content = message(
        ":13D:2601311200+0100\n:NS:22Name\n23More\n", f":61:{ROW}\n", ":99:what\nis this\n", ":86:Gift\n:NS:01\n02\n"
    ).replace(":28C:", ":21:REL\n:28C:")
    found = read(tmp_path, content)
    assert [(line.remittance, line.references.bank) for line in found.lines] == [("Gift", "B-0001")]


def test_two_fields_of_words_are_one_text(tmp_path: Path) -> None:
    assert read(tmp_path, message(f":61:{ROW}\n:86:Gift\n:86:for the roof\n")).lines[0].remittance == "Gift for the roof"


def test_a_negative_opening_balance(tmp_path: Path) -> None:
    for opening in ("D260101EUR20,00", "C260101EUR-20,00"):
        found = read(tmp_path, message(f":61:{ROW}\n", opening=opening, closing="C260131EUR30,00"))
        assert found.ends[0].balanced
        assert found.ends[0].opening
        assert found.ends[0].opening.amount == Money(-2000, "EUR")


def test_balances_without_a_day_take_that_of_the_lines(tmp_path: Path) -> None:
    found = read(tmp_path, message(f":61:{ROW}\n", opening="C000000EUR0,00", closing="CnullEUR50,00"))
    assert found.ends[0].opening
    assert found.ends[0].closing
    assert (found.ends[0].opening.on, found.ends[0].closing.on, found.ends[0].balanced) == (date(2026, 1, 5), date(2026, 1, 5), True)
    empty = read(tmp_path, message(opening="C000000EUR0,00", closing="C000000EUR0,00"))
    assert empty.codes == ["statement.balance_undated"] * 2


def test_a_statement_without_balances_is_read_and_the_problem_named(tmp_path: Path) -> None:
    found = read(tmp_path, f":20:A\n:25:{OURS}EUR\n:28C:1\n:61:{ROW}\n:86:Gift\n-\n")
    assert [(line.amount, line.remittance) for line in found.lines] == [(EUR_50, "Gift")]
    assert found.ends[0].balanced is None
    assert [problem.code for problem in check_statement(found.heads[0], found.ends[0])] == ["statement.balance_missing"]


def test_a_wrong_check_digit_warns(tmp_path: Path) -> None:
    found = read(tmp_path, message(f":61:{ROW}\n:86:?20Gift?31LT009999900000000002\n", account="LT009999900000000001EUR"))
    assert set(found.codes) == {"statement.iban", "line.iban"}
    assert (found.heads[0].account, found.lines[0].counterparty.iban) == ("LT009999900000000001", "LT009999900000000002")


def test_days_no_bank_would_write_warn(tmp_path: Path) -> None:
    found = read(tmp_path, message(":61:2612310101C50,00NTRFNONREF\n"), date(2026, 2, 1))
    assert found.codes == ["line.date_unlikely", "line.date_unlikely"]


def test_an_interim_report_is_provisional(tmp_path: Path) -> None:
    content = (
        f"{{1:F01AAAALT2XAXXX0000000000}}{{2:O942}}{{4:\n:20:X\n:25:{OURS}\n:28C:7/1\n:34F:EURD0,\n:34F:EURC0,\n:13D:2601051200+0200\n"
        ":61:2601050105C50,00NTRFNONREF\n:86:Gift\n:61:260105EC7,00NTRFNONREF\n:86:To come\n:90D:1EUR3,00\n:90C:2EUR57,00\n-}\n"
    )
    found = read(tmp_path, content)
    head, end = found.heads[0], found.ends[0]
    assert (found.format, head.kind, head.number, head.end_on) == ("mt942", "report", "7", date(2026, 1, 5))
    assert [(line.amount.minor, line.status.value) for line in found.lines] == [(5000, "booked"), (700, "pending")]
    assert (end.opening, end.closing, end.n_booked, end.balanced) == (None, None, 1, None)
    assert found.codes == ["statement.summary_number", "statement.summary_sum"]
    assert [problem.code for problem in check_statement(head, end)] == ["statement.provisional"]


def test_a_closing_balance_in_another_currency_is_left_aside(tmp_path: Path) -> None:
    found = read(tmp_path, message(f":61:{ROW}\n", closing="C260131USD1050,00"))
    assert found.codes == ["statement.balance_currency"]
    assert found.ends[0].closing is None


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b":20:A\n:25:B\n:28C:1\n:60F:C260101EUR0,00\n", "mt940"),
        (b"ABNANL2A\n940\nABNANL2A\n:20:A\n:25:B\n:28:1\n:60F:C260101EUR0,00\n", "mt940"),
        (b":940:\r\n:20:A\r\n:25:B\r\n:28C:1\r\n:60F:C260101EUR0,00\r\n", "mt940"),
        (b"{1:F01}{2:O940}{4::20:A\n:25:B\n:60F:C260101EUR0,00\n", "mt940"),
        (b"\xef\xbb\xbf\n\n:20:A\n:25:B\n:28C:1\n:60F:C260101EUR0,00\n", "mt940"),
        (b":20:A\n:25:B\n:28C:1\n:34F:EUR0,\n:13D:2601051200\n", "mt942"),
    ],
)
def test_what_is_one(head: bytes, form: str) -> None:
    assert identify(head) == form


def test_the_ends_of_banks_headers_are_no_words(tmp_path: Path) -> None:
    one = f":20:A\n:25:{OURS}\n:28C:1\n:34F:EUR0,\n:61:{ROW}\n:86:Gift\n-XXX\n"
    header = "0000 01AAAALT2XXXXX00001\n0000 01AAAALT2XXXXX00001\n942 00\n"
    found = read(tmp_path, header + one + header + one)
    assert [line.remittance for line in found.lines] == ["Gift", "Gift"]
    assert len(found.ends) == 2
