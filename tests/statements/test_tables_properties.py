"""Whatever a bank books comes out of its table as it went in; whatever is broken comes out as a KnownError."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import LineStatus, Party, References, StatementLine
from fundledger.statements import Given
from tests.statements.building import DONOR, OURS, PAYEE
from tests.statements.mutating import mutated, mutations
from tests.statements.writing_tables import HEADER, as_csv, as_workbook, cells, read

# A word first, so that no text reads as a balance, a day or a formula; no line separators, which some editors take for ends of lines.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"]), min_size=1, max_size=40).map(
    lambda text: f"Gift {text} end"
)
parties = st.builds(Party, st.none() | texts, st.sampled_from([None, DONOR, PAYEE]))
lines = st.builds(
    StatementLine,
    amount=st.builds(Money, st.integers(-(10**13), 10**13), st.sampled_from(["EUR", "JPY", "KWD"])),
    position=st.just(0),
    booked_on=st.dates(date(1970, 1, 1), date(2099, 12, 31)),
    value_on=st.none() | st.dates(date(1970, 1, 1), date(2099, 12, 31)),
    status=st.sampled_from([LineStatus.BOOKED, LineStatus.PENDING]),
    references=st.builds(References, structured=st.none() | texts),
    remittance=texts,
    counterparty=parties,
)
styles = st.sampled_from(
    [(".", "", "ymd", ","), (",", ".", "dmy", ";"), (".", ",", "mdy", "\t"), (",", "\u202f", "dmy", "|"), (".", "'", "ymd", ";")]
)


def key(line: StatementLine) -> tuple[object, ...]:
    return (line.booked_on, line.value_on, line.amount, line.status, line.references.structured, line.remittance, line.counterparty)


def composed(line: StatementLine) -> tuple[object, ...]:
    """As a table has it after reading: in NFC."""

    def nfc(text: str | None) -> str | None:
        return text and unicodedata.normalize("NFC", text)

    party = Party(nfc(line.counterparty.name), line.counterparty.iban)
    return (line.booked_on, line.value_on, line.amount, line.status, nfc(line.references.structured), nfc(line.remittance), party)


@settings(max_examples=150)
@given(st.lists(lines, min_size=1, max_size=6), styles)
def test_every_line_written_as_csv_is_read_to_the_cent(booked: list[StatementLine], style: tuple[str, str, str, str]) -> None:
    decimal, group, order, delimiter = style
    text = as_csv([HEADER, *(cells(line, OURS, decimal, group, order) for line in booked)], delimiter)
    with TemporaryDirectory() as folder:
        heads, found, ends, _ = read(Path(folder), text, Given(date_order=order, decimal=decimal))
    assert sorted(map(key, found), key=repr) == sorted(map(composed, booked), key=repr)
    assert [line.position for line in sorted(found, key=lambda line: line.position)] == list(range(1, len(booked) + 1))
    assert {(head.account, head.currency) for head in heads} == {(OURS, line.amount.currency) for line in booked}
    assert sum(end.booked.minor for end in ends) == sum(line.amount.minor for line in booked if line.status is LineStatus.BOOKED)


@settings(max_examples=60)
@given(st.lists(lines, min_size=1, max_size=4))
def test_every_line_written_in_a_workbook_is_read_to_the_cent(booked: list[StatementLine]) -> None:
    content = as_workbook([HEADER, *(cells(line, OURS) for line in booked)])
    with TemporaryDirectory() as folder:
        found = read(Path(folder), content, Given(decimal=".", date_order="ymd"))[1]
    assert sorted(map(key, found), key=repr) == sorted(map(composed, booked), key=repr)


REAL = as_csv(
    [
        ["Account", OURS],
        ["Opening balance", "100.00"],
        HEADER,
        [
            "2026-01-05",
            "2026-01-05",
            "Sample Person Alpha",
            DONOR,
            'Gift "for the roof"',
            "1,234.50",
            "EUR",
            "RF18539007547034",
            "Completed",
            OURS,
        ],
        ["2026-01-06", "2026-01-06", "UAB Testa", PAYEE, "Rent, January\nand February", "-300.00", "EUR", "", "Completed", OURS],
        ["2026-01-07", "", "Testa Testaitė", "", "Ačiū", "(5.00)", "USD", "", "Pending", OURS],
    ]
).encode()
GERMAN = (
    "Konto:;DE89370400440532013000\r\n\r\nBuchungstag;Valuta;Auftraggeber/Empfänger;Verwendungszweck;Soll;Haben;Währung;Saldo\r\n"
    "05.01.2026;05.01.2026;Sample Person;Spende;;1.234,50;EUR;1.334,50\r\n13.01.2026;14.01.2026;Firma;Miete;34,50;;EUR;1.300,00\r\n"
).encode("cp1252")
BOOK = as_workbook(
    [HEADER, ["2026-01-05", "", "Alpha", DONOR, "Gift", 12.5, "EUR", "", "", OURS], [('s="1"', "<v>46027</v>"), "", "", "", "x", -3]]
)


def read_or_refuse(content: bytes) -> str:
    with TemporaryDirectory() as folder:
        try:
            heads, _, ends, _ = read(Path(folder), content)
        except KnownError as error:
            return error.code
    assert len(heads) == len(ends)
    return "read"


@settings(max_examples=600)
@given(st.sampled_from([REAL, GERMAN]), mutations)
def test_a_damaged_table_is_read_or_refused_and_never_anything_else(content: bytes, steps: list[tuple[str, float, float, int]]) -> None:
    assert read_or_refuse(mutated(content, steps))


@settings(max_examples=60)
@given(mutations)
def test_a_damaged_workbook_is_read_or_refused_and_never_anything_else(steps: list[tuple[str, float, float, int]]) -> None:
    assert read_or_refuse(mutated(BOOK, steps))


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(st.text(max_size=12) | st.sampled_from(["2026-01-05", "1.234", "EUR", '"', "Date", "Amount", ";"]), max_size=5), max_size=6
    )
)
def test_any_cells_are_a_table_or_refused(found: list[list[str]]) -> None:
    assert read_or_refuse(as_csv(found).encode("utf-8", "replace"))


@pytest.mark.full
@settings(max_examples=50_000)
@given(st.sampled_from([REAL, GERMAN, BOOK]), mutations)
def test_fifty_thousand_damaged_tables(content: bytes, steps: list[tuple[str, float, float, int]]) -> None:
    assert read_or_refuse(mutated(content, steps))
