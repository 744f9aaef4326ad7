"""What strangers send as MT940, by the row of the catalogue of bad inputs; whatever it is, only a KnownError comes out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import check_statement
from fundledger.statements import Given, identify, open_statement
from tests.statements.building import DONOR, OURS
from tests.statements.writing_mt940 import message, read, read_row

if TYPE_CHECKING:
    from pathlib import Path

ROW = "2601050105C50,00NTRFNONREF//B-0001"
LINE = f":61:{ROW}\n:86:Gift for the roof\n"
GOOD = message(LINE, LINE.replace("50,00", "20,00"), closing="C260131EUR1070,00")


def refused(folder: Path, content: str | bytes) -> KnownError:
    with pytest.raises(KnownError) as caught:
        read(folder, content)
    return caught.value


def problems(folder: Path, *fields: str) -> list[tuple[str, str, object]]:
    """Codes, places and texts of the rows that refuse a file."""
    error = refused(folder, message(*fields))
    return [(problem.code, problem.subject, problem.values.get("text")) for problem in error.problems]


def test_row_3_what_is_none(tmp_path: Path) -> None:
    for content in (b":20:A\n:25:B\n", b":61:2601050105C50,00\n", b"Date,Text\n2026-01-05,:20:\n", b"Dear customer :60F: :61: :25:\n"):
        assert refused(tmp_path, content).code == "file.unknown"


def test_row_4_the_ending_plays_no_part(tmp_path: Path) -> None:
    path = tmp_path / "statement.pdf"
    path.write_text(GOOD)
    with open_statement(path) as file:
        assert file.format == "mt940"


def test_row_5_a_file_cut_off_anywhere_is_refused_or_proved_wrong_by_its_balance(tmp_path: Path) -> None:
    begun, whole = GOOD.index(":60F:") + 5, GOOD.rindex("EUR1070")
    codes = {refused(tmp_path, GOOD[:size]).code for size in range(begun, whole + 3)}
    assert codes == {"file.truncated"}
    for size in range(whole + 4, len(GOOD) - len(",00\n-\n")):
        found = read(tmp_path, GOOD[:size])
        assert [problem.code for problem in check_statement(found.heads[0], found.ends[0])] == ["statement.unbalanced"]


def test_row_5_says_the_last_whole_entry(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD[: GOOD.rindex("the roof")]).problems[0].values["entries"] == 1


def test_row_6_octets_that_are_no_text(tmp_path: Path) -> None:
    place = GOOD.index("the roof")
    error = refused(tmp_path, GOOD[:place].encode() + b"\x00\x07" + GOOD[place:].encode())
    assert (error.code, error.problems[0].values["offset"]) == ("file.binary", place)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "cp1257", "cp1250", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_7_and_8_encodings_and_ends_of_lines(tmp_path: Path, codec: str, end: str) -> None:
    name = "Žanna Šaltinytė" if codec != "cp1252" else "Zoë Müller"
    if codec == "cp1250":
        name = "Łucja Próbna"
    content = GOOD.replace("Gift for the roof", f"?20Gift?32{name}").replace("\n", end).encode(codec)
    if codec == "utf-16-le":
        content = b"\xff\xfe" + content
    path = tmp_path / "sample.sta"
    path.write_bytes(content)
    with open_statement(path, given=Given(encoding=codec if codec.startswith("cp") else None)) as file:
        lines = [event.counterparty.name for event in file.events() if hasattr(event, "counterparty")]
    assert lines == [name, name]


def test_row_16_two_equal_gifts_are_two(tmp_path: Path) -> None:
    assert len(read(tmp_path, message(LINE, LINE, closing="C260131EUR1100,00")).lines) == 2


def test_row_19_lines_that_do_not_meet_the_balance(tmp_path: Path) -> None:
    found = read(tmp_path, message(LINE))
    assert found.ends[0].balanced is False
    assert [problem.code for problem in check_statement(found.heads[0], found.ends[0])] == ["statement.unbalanced"]


@pytest.mark.parametrize("days", ["260229", "260631", "000000", "2601050631", "261305", "", "2602290105"])
def test_row_24_days_no_calendar_has(tmp_path: Path, days: str) -> None:
    found = problems(tmp_path, LINE, f":61:{days}C50,00NTRFNONREF\n", LINE)
    assert [(code, where) for code, where, _ in found] == [("line.date", "line 7")]


def test_row_24_the_good_rows_are_offered_where_the_user_wants_that(tmp_path: Path) -> None:
    path = tmp_path / "sample.sta"
    path.write_text(message(LINE, ":61:260229C50,00NTRFNONREF\n:86:Bad\n", LINE))
    with open_statement(path, given=Given(leave_unreadable=True)) as file:
        assert len([event for event in file.events() if hasattr(event, "remittance")]) == 2
        assert [(problem.code, problem.values["text"]) for problem in file.problems] == [("line.date", "260229")]


@pytest.mark.parametrize("amount", ["1e3", "1E3", "-5", "NaN", "", "123456789012345678901234567890", "12,345", "1,2,3", "1.234", "5,00-"])
def test_rows_38_and_45_amounts_no_bank_writes(tmp_path: Path, amount: str) -> None:
    assert [(code, where) for code, where, _ in problems(tmp_path, f":61:260105C{amount}NTRFNONREF\n")] == [("line.amount", "line 5")]


@pytest.mark.parametrize(
    ("opening", "code"),
    [("260101EUR5,00", "statement.direction"), ("C260101EUR5,123", "statement.amount"), ("C260229EUR5,00", "statement.date"),
     ("C260101XXX5,00", "statement.currency"), ("C260101 5,00", "statement.amount"), ("D260101EUR-5,00", "statement.direction")],
)  # fmt: skip
def test_row_39_balances_no_bank_writes(tmp_path: Path, opening: str, code: str) -> None:
    error = refused(tmp_path, message(LINE, opening=opening))
    assert (error.code, error.problems[0].subject) == (code, "line 4")


def test_row_43_pages_whose_end_never_comes(tmp_path: Path) -> None:
    page = GOOD.replace(":62F:", ":62M:")
    assert refused(tmp_path, page).code == "file.truncated"
    assert refused(tmp_path, GOOD.replace(":62F:C260131EUR1070,00\n", "")).code == "file.truncated"
    other = GOOD.replace("41/1", "42/1")
    assert refused(tmp_path, page + other).code == "statement.unended"
    error = refused(tmp_path, GOOD.replace(":62F:C260131EUR1070,00\n", "") + other)
    assert (error.code, error.problems[0].subject, error.problems[0].values["entries"]) == ("statement.unended", "line 1", 2)


def test_row_47_words_longer_than_any_standard(tmp_path: Path) -> None:
    lines = [f"line {number:02} of a very long letter" for number in range(40)]
    assert read_row(tmp_path, ROW, "\n".join(lines)).remittance == " ".join(lines)
    line = read_row(tmp_path, ROW, "166?20Gift?35odd?39odder?77not one?50 either")
    assert line.remittance == "Gift odd odder?77not one?50 either"


def test_row_48_names_and_words_broken_at_27_and_65(tmp_path: Path) -> None:
    name, words = "Aleksandra Sample-Testaitienė Junior", "Gift for the roof of the old library in the middle of the town"
    pieces = "".join(f"?{20 + n}{words[27 * n : 27 * n + 27]}" for n in range(3))
    told = f"166?00GUTSCHRIFT{pieces}?31{DONOR}?32{name[:27]}?33{name[27:]}"
    line = read_row(tmp_path, ROW, "\n".join(told[at : at + 65] for at in range(0, len(told), 65)))
    assert (line.counterparty.name, line.remittance) == (name, words)
    plain = words + " where we all learned to read and to write"
    assert read_row(tmp_path, ROW, "\n".join(plain[at : at + 65] for at in range(0, len(plain), 65))).remittance == plain
    assert read_row(tmp_path, ROW, "\n".join(plain[at : at + 27].rstrip() for at in range(0, len(plain), 27))).remittance == plain


def test_row_48_the_reference_of_a_payment_slip_is_whole_at_27_digits(tmp_path: Path) -> None:
    slip = "000000000000000000000012345"
    assert read_row(tmp_path, ROW, f"{slip}\nGift for the roof").remittance == f"{slip} Gift for the roof"
    assert read_row(tmp_path, ROW, f"{slip}\n678 roof").remittance == f"{slip}678 roof"


@pytest.mark.parametrize(
    "envelope",
    ["{1:F01AAAALT2XAXXX0000000000}{2:O9400000}{4:\n", "{1:F01}{2:O940}{3:{108:X}}{4:\r\n", "{1:F01}{4:", "\x01{1:F01}{4:\n", "\n\n", ""],
)
@pytest.mark.parametrize("end", ["-}\n", "-}{5:{CHK:0}}\n", "-\n", "", "-}\x03", "\n\n-\n\n", "-\x1a"])
def test_row_49_with_an_envelope_or_without(tmp_path: Path, envelope: str, end: str) -> None:
    one = envelope + message(LINE, closing="C260131EUR1050,00", end=end)
    found = read(tmp_path, one + ("" if one.endswith("\n") else "\n") + one)
    assert [(line.remittance, line.amount) for line in found.lines] == [("Gift for the roof", Money(5000, "EUR"))] * 2
    assert [end.balanced for end in found.ends] == [True, True]


@pytest.mark.parametrize(
    "odd",
    ["-", ":61: is what the bank calls it", ":61:2026 was a good year", "-}", ":20:", ":62F: see above", ":25: percent", ":7: o'clock"],
)
def test_row_50_what_looks_like_a_field_within_words(tmp_path: Path, odd: str) -> None:
    found = read(tmp_path, message(f":61:{ROW}\n:86:Gift\n{odd}\nthank you\n", LINE, closing="C260131EUR1100,00"))
    assert [line.remittance for line in found.lines] == [f"Gift {odd} thank you", "Gift for the roof"]
    assert found.ends[0].balanced


def test_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(tmp_path, message(f":61:{ROW}\n:86:{'x' * 10_001}\n")).code == "file.field"
    assert refused(tmp_path, message(LINE) + "x" * 2_000_000).code == "file.field"
    monkeypatch.setattr("fundledger.statements.mt940.reading.MOST_ENTRIES", 1)
    assert refused(tmp_path, GOOD).code == "file.entries"
    monkeypatch.setattr("fundledger.statements.mt940.reading.MOST_STATEMENTS", 1)
    assert refused(tmp_path, message() + message()).code == "file.statements"


@pytest.mark.parametrize("piece", [":61:", "-\n", "\n:", "?20", "/EREF/", "EREF+", ":86:x\n", "9", "RF18 ", "{4::", "\n\n", "IBAN LT72 "])
def test_nothing_runs_away(tmp_path: Path, piece: str) -> None:
    start = time.process_time()
    for before in (GOOD, GOOD[: GOOD.index("Gift")], GOOD[: GOOD.index("NONREF")]):
        content = before + piece * (64 * 1024 // len(piece))
        try:
            read(tmp_path, content)
        except KnownError:
            continue
    assert time.process_time() - start < 6


def test_a_header_is_enough_to_be_recognised() -> None:
    assert identify(f":20:A\n:25:{OURS}\n:28C:1\n:60F:\n".encode()) == "mt940"
