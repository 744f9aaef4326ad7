"""Texts whose letters must come out right: what they are written in, and what becomes of a letter nobody can read."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given as given_some
from hypothesis import settings
from hypothesis import strategies as st

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import Balance, Statement, StatementEnd, StatementLine, balanced
from fundledger.statements import Given
from fundledger.statements.findings import Findings
from fundledger.statements.reading import Reader, StatementFile
from fundledger.statements.source import Source
from fundledger.statements.text import LONGEST_LINE, encoding_of, in_utf8, lines
from tests.statements.names import CODECS, NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fundledger.statements.reading import Event

NOTHING = Given()
DAY = date(2026, 1, 5)
ACCENTED = [(language, codec) for language, codecs in CODECS.items() for codec in codecs]


def source(octets: bytes) -> Source:
    return Source("march.txt", io.BytesIO(octets), 2**30)


def read(octets: bytes, given: Given = NOTHING, likely: Sequence[str] = ()) -> tuple[list[str], Findings]:
    found = Findings()
    return [line.text for line in lines(source(octets), found, given, likely)], found


def guessed(octets: bytes, given: Given = NOTHING, likely: Sequence[str] = ()) -> str:
    return encoding_of(source(octets), Findings(), given, likely)


# ── ends of lines ────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1257"])
def test_row_7_lines_end_as_any_system_ends_them(end: str, codec: str) -> None:
    written = ["first", "", "Ačiū už šiltą žiemą", "", "last"]
    assert read(end.join(written).encode(codec))[0] == written
    assert read((end.join(written) + end).encode(codec))[0] == written


@given_some(
    st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=9), max_size=9), st.sampled_from(["\n", "\r\n", "\r"])
)
def test_lines_written_and_read_are_the_same(written: list[str], end: str) -> None:
    octets = "".join(line + end for line in written).encode()
    assert read(octets, Given(encoding="utf-8"))[0] == [line.removeprefix("\ufeff" if not n else "") for n, line in enumerate(written)]


def test_lines_are_numbered_through_the_blocks_they_are_read_in() -> None:
    found = list(lines(source(b"0123456789\r\n" * 50_000), Findings(), NOTHING))
    assert [line.number for line in found] == list(range(1, 50_001))
    assert {line.text for line in found} == {"0123456789"}


def test_marks_of_old_transports_are_taken_off() -> None:
    assert read(b"\x01{1:F01}\x03\r\nlast\r\n\x1a")[0] == ["{1:F01}", "last", ""]


@pytest.mark.parametrize("octet", [0, 7, 8, 27, 31])
def test_row_6_control_characters_are_refused_with_their_offset(octet: int) -> None:
    with pytest.raises(KnownError) as caught:
        read(b"a" * 70_000 + b"\n" + bytes([octet]) + b"\n")
    assert (caught.value.code, caught.value.problems[0].values["offset"]) == ("file.binary", 70_001)


@pytest.mark.parametrize("octets", [b"x" * (5 * LONGEST_LINE), b"x" * (LONGEST_LINE + 1), ("x" * (LONGEST_LINE + 1)).encode("utf-16")])
def test_row_62_a_line_without_end_is_refused(octets: bytes) -> None:
    with pytest.raises(KnownError) as caught:
        read(octets)
    assert caught.value.code == "file.field"


# ── which encoding ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_row_7_utf_16_without_a_mark_is_known_by_its_shape(codec: str) -> None:
    assert guessed(":20:START\r\n:25:Ąžuolas\r\n".encode(codec)) == codec
    assert in_utf8(":20:Ąžuolas".encode(codec)) == ":20:Ąžuolas".encode()
    assert in_utf8("\ufeff:20:Ąžuolas".encode(codec)) == ":20:Ąžuolas".encode()
    assert in_utf8(b"\xef\xbb\xbf:20:") == b":20:"
    assert in_utf8(b":20:\xe0") == b":20:\xe0"


def test_utf_8_is_believed_only_where_all_of_the_file_is() -> None:
    assert guessed(("a\n" * 100_000 + "Ačiū\n").encode()) == "utf-8"
    assert guessed(b"a\n" * 100_000 + "Testa Testaitė\nŠermukšnis Žiogas\n".encode("cp1257")) == "cp1257"


def able(text: str, codec: str) -> bool:
    """Whether a codec has the letters; cp437 lacks capitals of French."""
    return text.encode(codec, "replace").decode(codec) == text


@given_some(
    st.lists(st.sampled_from(NAMES["Lithuanian"]), min_size=8, max_size=12, unique=True),
    st.lists(st.sampled_from([*NAMES["German"], *NAMES["Polish"], *NAMES["Estonian"]]), max_size=3),
)
def test_row_8_a_few_foreign_names_change_nothing(ours: list[str], theirs: list[str]) -> None:
    text = "\n".join([*ours, *theirs])
    assert read(text.encode("cp1257"))[0] == text.split("\n")


@pytest.mark.parametrize(("language", "codec"), ACCENTED)
@settings(max_examples=20)
@given_some(st.data())
def test_row_8_a_dozen_names_come_back_right(language: str, codec: str, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(NAMES[language]), min_size=12, max_size=12, unique=True))
    shape = str.upper if data.draw(st.booleans()) else str.strip
    text = "\n".join(f"2026-01-05;{shape(name) if able(shape(name), codec) else name};50,00" for name in names)
    found, findings = read(text.encode(codec))
    assert found == text.split("\n")
    (warned,) = findings.warnings
    assert (warned.code, warned.subject) == ("file.encoding_guessed", "march.txt")


def test_row_8_the_warning_names_the_codec_and_the_first_line_concerned() -> None:
    _, findings = read(b"Data;Suma\n1;2\n" + "3;Ąžuolė Žąsinaitė\n".encode("cp1257"))
    assert findings.warnings[0].values == {"encoding": "cp1257", "line": 3}


def test_row_8_quotation_marks_tell_the_iso_letters_of_the_baltic_from_those_of_windows() -> None:
    text = "Parama „Testo fondui“, ačiū\nUž šiltą žiemą, Pavyzdžiūnas"
    assert guessed(text.encode("iso8859-13")) == "iso8859-13"
    assert guessed(text.encode("cp1257")) == "cp1257"


def test_row_8_what_a_format_is_known_for_decides_where_letters_hardly_do() -> None:
    octets = "Jürgen Übung\n€ 5\n".encode("cp1252")
    assert guessed(octets) == "cp1252"
    assert guessed(octets, likely=("cp1257",)) == "cp1257"
    assert octets.decode("cp1257") == octets.decode("cp1252")
    assert guessed("\n".join(NAMES["Russian"]).encode("cp1251"), likely=("cp1257",)) == "cp1251"


@pytest.mark.parametrize("name", ["cp1257", "windows-1257", "CP1257", "latin-1", "utf-8", "koi8-r", "cp775"])
def test_row_8_what_a_person_says_counts(name: str) -> None:
    assert b"".decode(guessed("Ąžuolas".encode("cp1257"), Given(encoding=name))) == ""


@pytest.mark.parametrize("name", ["utf-7", "rot13", "hex", "idna", "no such", "", "utf-32", "unicode_escape", "\0"])
def test_row_42_other_encodings_are_refused(name: str) -> None:
    given = Given(encoding=name)
    if not name:
        assert guessed(b"a", given) == "utf-8"
        return
    with pytest.raises(KnownError) as caught:
        guessed(b"a", given)
    assert (caught.value.code, caught.value.problems[0].values) == ("file.encoding", {"encoding": name})


def test_every_octet_there_is_finds_a_reading() -> None:
    octets = bytes(range(128, 256))
    assert len(read(octets * 3)[0][0]) == 3 * 128


# ── a letter nobody can read ─────────────────────────────────────────────────────────────────────────────────────────
DAMAGED = "Ąžuolė\nPetraitytė Rūta\n".encode() + b"Test\xc4 Testaite\n" + "Žiogas Žąsinas\nŠaltinėlis\n".encode() * 3


@pytest.mark.parametrize(
    ("octets", "given", "likely"),
    [
        (b"\xef\xbb\xbf" + DAMAGED, NOTHING, ()),
        (DAMAGED, Given(encoding="utf-8"), ()),
        (DAMAGED, NOTHING, ()),
        (b"a\na\nTest\xc4 Testaite\n", NOTHING, ("utf-8",)),
    ],
    ids=["mark", "said", "mostly", "declared"],
)
def test_row_9_a_line_that_is_not_what_the_file_says_is_a_fault_and_the_others_are_read(
    octets: bytes, given: Given, likely: Sequence[str]
) -> None:
    found, findings = read(octets, given, likely)
    assert found[2] == "Test\ufffd Testaite"
    refused = findings.close()
    assert refused is not None
    (problem,) = refused.problems
    place = octets.index(b"\xc4 ")
    assert (problem.code, problem.subject, problem.values) == ("line.undecodable", "line 3", {"offset": place, "encoding": "utf-8"})


def test_row_9_a_letter_broken_by_the_end_of_a_line_is_whole_again() -> None:
    octets = "Ąžuolė Žąsinaitė Šermukšnis\n".encode() * 5 + b":86:Petraityt\xc4\r\n\x97 Rima\r\n:86:?20Testait\xc4\r\n?21\x97s auka\r\n"
    found, findings = read(octets)
    assert found[5:] == [":86:Petraitytė", " Rima", ":86:?20Testaitė", "?21s auka"]
    assert not findings.faulty


def a_reader(source: Source, form: str, found: Findings, given: Given) -> Iterator[Event]:
    """A format of amounts and names, one line each."""
    assert form == "simple"
    opening, total, count = Balance(on=DAY, amount=Money(0, "EUR")), 0, 0
    yield Statement("LT1", "EUR")
    for line in lines(source, found, given):
        amount, _, name = line.text.partition(";")
        count, total = count + 1, total + int(amount)
        yield StatementLine(Money(int(amount), "EUR"), count, remittance=name, raw=line.text.encode())
    closing = Balance(on=DAY, amount=Money(total, "EUR"))
    booked = Money(total, "EUR")
    yield StatementEnd(opening, closing, booked, count, count, balanced=balanced(opening, booked, closing))


def test_row_9_such_a_row_is_left_out_where_a_person_says_so_and_its_statement_is_not_called_proved() -> None:
    octets = b"\xef\xbb\xbf" + "5;Ąžuolė\n".encode() + b"7;Test\xc4 Testaite\n" + "9;Žiogas\n".encode()
    with pytest.raises(KnownError) as caught, StatementFile(source(octets), Reader(lambda _: None, a_reader), "simple", NOTHING) as file:
        list(file.events())
    assert [problem.code for problem in caught.value.problems] == ["line.undecodable"]
    file = StatementFile(source(octets), Reader(lambda _: None, a_reader), "simple", Given(leave_unreadable=True))
    events = list(file.events())
    assert [event.remittance for event in events if isinstance(event, StatementLine)] == ["Ąžuolė", "Žiogas"]
    end = events[-1]
    assert isinstance(end, StatementEnd)
    assert (end.n_lines, end.n_booked, str(end.booked), end.balanced) == (2, 2, "0.14", None)
    assert (file.n_unreadable, [problem.code for problem in file.problems]) == (1, ["line.undecodable"])
