"""QIF as Quicken, Money and banks write it: every line, the right day and amount, or a plain question."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

import pytest

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import Balance
from fundledger.statements import Given
from fundledger.statements.inspecting import inspect
from fundledger.statements.qif import recognise
from tests.statements.building import OURS, read
from tests.statements.writing_qif import record

if TYPE_CHECKING:
    from pathlib import Path

BANK = "!Type:Bank\n"


def days(folder: Path, *texts: str, given: Given | None = None) -> list[str]:
    """The days of a file with one entry for each."""
    content = BANK + "".join(record(f"D{text}", "T5.25") for text in texts)
    return [str(line.booked_on) for line in read(folder, content, given=given).lines]


def amounts(folder: Path, *texts: str, given: Given | None = None) -> list[int]:
    content = BANK + "".join(record("D31/01/2026", f"T{text}") for text in texts)
    return [line.amount.minor for line in read(folder, content, given=given).lines]


def refused(folder: Path, content: str | bytes, given: Given | None = None) -> KnownError:
    with pytest.raises(KnownError) as caught:
        read(folder, content, given=given)
    return caught.value


def test_an_entry_with_everything(tmp_path: Path) -> None:
    written = record(
        "D31/01/2026", "U-12.50", "T-12.50", "CX", "N101", "PSample Payee", "Mroof", "ASample Payee", "ASample Street 1", "LRepairs"
    )
    found = read(tmp_path, "\ufeff\n!type:bank \r\n" + written.replace("\n", "\r\n"))
    (line,) = found.lines
    assert (found.format, found.heads[0].currency, found.heads[0].account) == ("qif", "XXX", "")
    assert (line.booked_on, line.amount, line.references.instruction) == (date(2026, 1, 31), Money(-1250, "XXX"), "101")
    assert (line.counterparty.name, line.remittance, line.position) == ("Sample Payee", "roof", 1)
    assert line.raw.decode() == written.strip()
    assert found.codes == ["statement.account_missing"]


@pytest.mark.parametrize(
    ("texts", "read_as"),
    [
        (("13/04/2026", "03/04/2026"), ["2026-04-13", "2026-04-03"]),
        (("04/13/2026", "03/04/2026"), ["2026-04-13", "2026-03-04"]),
        (("3/14/26", "3/4/26"), ["2026-03-14", "2026-03-04"]),
        (("1/ 5'04", "1/31'04", " 2/ 3' 5"), ["2004-01-05", "2004-01-31", "2005-02-03"]),
        (("31.1.26", "1.2.26"), ["2026-01-31", "2026-02-01"]),
        (("2026-02-01", "2026-01-31"), ["2026-02-01", "2026-01-31"]),
        (("2026/2/1",), ["2026-02-01"]),
        (("20260201",), ["2026-02-01"]),
        (("31012026", "01022026"), ["2026-01-31", "2026-02-01"]),
        (("5-Jan-26", "1 March 2026"), ["2026-01-05", "2026-03-01"]),
        (("26-01-31", "26-02-27"), ["2026-01-31", "2026-02-27"]),
        (("04/04/2026",), ["2026-04-04"]),
        (("31/01/2026 12:30:00",), ["2026-01-31"]),
        (("31/12/1999", "31/12/99", "31/12/69"), ["1999-12-31", "1999-12-31", "2069-12-31"]),
    ],
)
def test_row_58_the_order_of_days_is_decided_by_the_whole_file(tmp_path: Path, texts: tuple[str, ...], read_as: list[str]) -> None:
    assert days(tmp_path, *texts) == read_as


def test_row_58_where_every_day_fits_both_it_is_asked(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        days(tmp_path, "03/04/2026", "05/06/2026")
    problem = caught.value.problems[0]
    assert (problem.code, problem.values["text"]) == ("file.date_order", "03/04/2026")
    assert {problem.values["one"], problem.values["other"]} == {date(2026, 4, 3), date(2026, 3, 4)}
    assert days(tmp_path, "03/04/2026", given=Given(date_order="dmy")) == ["2026-04-03"]
    assert days(tmp_path, "03/04/2026", given=Given(date_order="mdy")) == ["2026-03-04"]
    assert days(tmp_path, "03/04/05", given=Given(date_order="ymd")) == ["2003-04-05"]
    with pytest.raises(KnownError):
        days(tmp_path, "13/04/2026", "04/13/2026")


def test_two_digits_of_a_year_are_the_nearest_to_today(tmp_path: Path) -> None:
    assert days(tmp_path, "31/12/69", given=Given(today=date(2026, 1, 1))) == ["2069-12-31"]
    assert days(tmp_path, "31/12/80", given=Given(today=date(2026, 1, 1))) == ["1980-12-31"]


@pytest.mark.parametrize("text", ["31/06/2026", "00.00.0000", "29/02/2025", "", "soon", "31/01/1899", "31/01/2101", "31/01/104"])
def test_rows_23_and_24_days_of_no_calendar_quarantine_their_row(tmp_path: Path, text: str) -> None:
    error = refused(tmp_path, BANK + record("D31/01/2026", "T1.00") + record("D30/01/2026", "T1.00") + record(f"D{text}", "T5.00"))
    (problem,) = error.problems
    assert (problem.code, problem.subject, problem.values) == ("line.date", "line 8", {"text": text, "entry": 3})


@pytest.mark.parametrize(
    ("texts", "minors"),
    [
        (("1,234.56", "-5"), [123456, -500]),
        (("1.234,56", "5"), [123456, 500]),
        (("$120.00", "+5.00"), [12000, 500]),
        (("1 234,56", "(5,00)"), [123456, -500]),
        (("1.234", "2,50"), [123400, 250]),
        (("1,234", "2.50"), [123400, 250]),
    ],
)
def test_rows_55_and_56_amounts(tmp_path: Path, texts: tuple[str, ...], minors: list[int]) -> None:
    assert amounts(tmp_path, *texts) == minors


def test_row_55_where_every_amount_fits_both_it_is_asked(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        amounts(tmp_path, "1.234", "5")
    assert (caught.value.code, caught.value.problems[0].values["text"]) == ("file.decimal", "1.234")
    assert amounts(tmp_path, "1.234", given=Given(decimal=",")) == [123400]
    with pytest.raises(KnownError):
        amounts(tmp_path, "1.234", given=Given(decimal="."))


@pytest.mark.parametrize("text", ["", "1e3", "5 DR", "--5", "=1+1"])
def test_row_38_what_is_no_amount_quarantines_its_row(tmp_path: Path, text: str) -> None:
    (problem,) = refused(tmp_path, BANK + record("D31/01/2026", f"T{text}", "Px")).problems
    assert (problem.code, problem.subject) == ("line.amount", "line 2")


def test_the_opening_balance_is_no_payment(tmp_path: Path) -> None:
    opening = record("D1/31'26", "T1,000.00", "CX", "POpening Balance", "L[Chequing]")
    found = read(tmp_path, BANK + opening + record("D2/ 1'26", "T5.00"))
    assert (found.heads[0].opening, found.heads[0].account) == (Balance(date(2026, 1, 31), Money(100000, "XXX")), "CHEQUING")
    assert [(end.n_lines, end.booked.minor, end.balanced) for end in found.ends] == [(1, 500, None)]
    paid = record("D1/31'26", "T10.00", "POpening Balance", "LGifts")
    assert len(read(tmp_path, BANK + paid).lines) == 1
    assert len(read(tmp_path, BANK + record("D1/31'26", "T5.00") + opening).lines) == 2


def test_splits_are_details_and_the_entry_counts(tmp_path: Path) -> None:
    splits = ("SFood", "Ebread", "$-10.00", "SOther", "$-2.50")
    found = read(tmp_path, BANK + record("D31/01/2026", "T-12.50", *splits) + record("D31/01/2026", "T-9.00", *splits, "S[Savings]", "%50"))
    assert [(one.amount, one.remittance) for one in found.lines[0].details] == [
        (Money(-1000, "XXX"), "Food bread"),
        (Money(-250, "XXX"), "Other"),
    ]
    assert found.lines[1].details[2].amount is None
    found = read(tmp_path, BANK + record("D31/01/2026", "T-9.00", *splits))
    assert (found.lines[0].amount.minor, "line.batch_sum" in found.codes) == (-900, True)


ACCOUNTS = (
    "!Option:AutoSwitch\n!Account\n" + record("NEveryday", "TBank") + record("NCard", "TCCard") + "!Clear:AutoSwitch\n"
    "!Option:AutoSwitch\n!Account\n" + record("NEveryday", f"D{OURS}", "TBank", "L", "$1,000.00")
    + "!Type:Bank \n" + record("D31/01/2026", "T1.00")
    + "!Account\n" + record("NMy Card", "TCCard") + "!Type:CCard\n" + record("D30/01/2026", "T-2.00") + "!Type:Cash\n!Type:Oth A\n"
    + record("D29/01/2026", "T3.00") + "!Type:Oth L\n" + record("D28/01/2026", "T4.00")
)  # fmt: skip


def test_several_accounts_each_under_its_name(tmp_path: Path) -> None:
    found = read(tmp_path, ACCOUNTS)
    assert [head.account for head in found.heads] == [OURS, "MYCARD", "", "", ""]
    assert [end.booked.minor for end in found.ends] == [100, -200, 0, 300, 400]
    assert [line.position for line in found.lines] == [1, 2, 3, 4]


def test_lists_are_passed_over_and_what_is_not_read_is_named(tmp_path: Path) -> None:
    lists = (
        "!Type:Cat\n"
        + record("NFood", "DWhat one eats", "E")
        + "!Type:Class\n"
        + record("Nx")
        + "!Type:Memorized\n"
        + record("KC", "T9.99")
    )
    held = "!Type:Invst\n" + record("D01/02/2026", "NBuy", "YSample Fund", "T500.00")
    found = read(tmp_path, lists + BANK + record("D31/01/2026", "T1.00") + held + "!Type:Prices\n" + '"X",1.5," 1/ 2/26"\n^\n')
    assert [line.amount.minor for line in found.lines] == [100]
    assert [(problem.code, problem.values.get("section")) for problem in found.problems] == [
        ("statement.account_missing", None),
        ("statement.section_unread", "!Type:Invst"),
    ]
    assert read(tmp_path, lists).codes == ["statement.none"]
    error = refused(tmp_path, held)
    assert (error.code, error.problems[0].values) == ("file.section_unread", {"section": "!Type:Invst"})


def test_a_last_mark_that_is_missing_is_told(tmp_path: Path) -> None:
    whole = BANK + record("D31/01/2026", "T1.00", "Mfirst") + record("D30/01/2026", "T2.00", "Msecond")
    for left_out in ("^\n", "\n^\n"):
        found = read(tmp_path, whole.removesuffix(left_out))
        assert ([line.remittance for line in found.lines], "file.end_missing" in found.codes) == (["first", "second"], True)
    assert len(read(tmp_path, whole.rstrip()).lines) == 2
    assert len(read(tmp_path, whole.replace("^\n", "^ \n\n \n")).lines) == 2


def test_row_5_a_file_cut_off_inside_an_entry_is_refused_with_its_last_whole_one(tmp_path: Path) -> None:
    whole = BANK + record("D31/01/2026", "T1.00", "Pa", "Mfirst") + record("D30/01/2026", "T200.00", "Pb", "Msecond")
    for size in range(whole.index("D30") + 1, whole.index("Msecond")):
        problem = refused(tmp_path, whole[:size]).problems[0]
        assert (problem.code, problem.values["entries"]) == ("file.truncated", 1)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1257"])
def test_rows_7_and_8_encodings(tmp_path: Path, codec: str) -> None:
    found = read(tmp_path, (BANK + record("D31/01/2026", "T1.00", "PŽvirblė Ąžuolaitė", "Mauka už stogą, ačiū")).encode(codec))
    assert found.lines[0].counterparty.name == "Žvirblė Ąžuolaitė"
    assert ("file.encoding_guessed" in found.codes) is (codec == "cp1257")


def test_row_39_currency_and_account_as_they_were_said(tmp_path: Path) -> None:
    found = read(tmp_path, BANK + record("D31/01/2026", "T1.00"), given=Given(currency="EUR", account=OURS))
    assert (found.heads[0].account, found.lines[0].amount, found.codes) == (OURS, Money(100, "EUR"), [])


def test_inspect_says_null_for_a_currency_nobody_named(tmp_path: Path) -> None:
    path = tmp_path / "sample.qif"
    path.write_text(BANK + record("D31/01/2026", "T1.00"))
    [found] = inspect([path], lambda problem: problem.code)
    [one] = cast("list[dict[str, Any]]", found["statements"])
    assert (found["format"], one["currency"], one["lines"][0]["currency"], one["lines"][0]["amount"]) == ("qif", None, None, "1.00")


def test_row_23_unlikely_days_are_warned_of(tmp_path: Path) -> None:
    content = BANK + record("D31/01/1969", "T1.00") + record("D31/01/2026", "T1.00")
    found = read(tmp_path, content, given=Given(today=date(2026, 1, 30), account="1"))
    assert [(problem.code, problem.subject) for problem in found.problems] == [
        ("line.date_unlikely", "line 2"),
        ("line.date_unlikely", "line 5"),
    ]


def test_rows_6_and_62_what_no_bank_writes(tmp_path: Path) -> None:
    assert refused(tmp_path, BANK + record("D31/01/2026", "T1.00", "Pa\0b")).code == "file.binary"
    assert refused(tmp_path, BANK + record("D31/01/2026", "T1.00", "P" + "x" * 10_001)).code == "file.field"


def test_row_63_text_stays_text(tmp_path: Path) -> None:
    assert read(tmp_path, BANK + record("D31/01/2026", "T1.00", "P=HYPERLINK(1)", "M@SUM")).lines[0].counterparty.name == "=HYPERLINK(1)"


@pytest.mark.parametrize("head", [b"D31/01/2026\nT1\n^\n", b"Date;!Type:Bank\n", b"!Important\n", b"", b"OFXHEADER:100\n"])
def test_what_is_no_qif_is_left_to_others(head: bytes) -> None:
    assert recognise(head) is None
