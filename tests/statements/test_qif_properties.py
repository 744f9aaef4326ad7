"""Whatever is written as QIF comes out as it went in, or is asked about; whatever is broken comes out as a KnownError."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.statement import Party, References, StatementLine
from fundledger.statements import Given
from fundledger.statements.qif.reading import OPENING
from tests.statements.building import Read, read
from tests.statements.mutating import Step, mutated, mutations
from tests.statements.writing_qif import FORMS, record, write

ORDERS = {"dmy": "dmy", "mdy": "mdy", "ymd": "ymd", "quicken": "mdy", "dotted": "dmy"}
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=40)
texts = texts.map(lambda text: unicodedata.normalize("NFC", text).strip("\ufeff \t\f").strip())
texts = texts.filter(lambda text: text and text.casefold() not in OPENING)  # a first entry of that name is no line


def line(minor: int, on: date, words: tuple[str, str, str]) -> StatementLine:
    return StatementLine(
        amount=Money(minor, "EUR"),
        position=0,
        booked_on=on,
        references=References(instruction=words[0]),
        remittance=words[1],
        counterparty=Party(words[2]),
    )


lines = st.lists(
    st.builds(line, st.integers(-(10**13), 10**13), st.dates(date(2000, 1, 1), date(2069, 12, 31)), st.tuples(texts, texts, texts)),
    min_size=1,
    max_size=4,
)


@given(lines, st.sampled_from(list(FORMS)), st.sampled_from(".,"))
def test_lines_written_and_read_are_the_same_to_the_cent(written: list[StatementLine], form: str, decimal: str) -> None:
    content = write(written, form, decimal)
    with TemporaryDirectory() as folder:
        told = Given(currency="EUR", account="1", date_order=ORDERS[form], decimal=decimal)
        found = read(Path(folder), content, given=told)
        assert [one._replace(raw=b"", position=0) for one in found.lines] == written
        with suppress(KnownError):  # what was not said is found out in the file, or asked, never guessed
            alone = read(Path(folder), content, given=Given(currency="EUR", account="1"))
            assert [(one.amount, one.booked_on) for one in alone.lines] == [(one.amount, one.booked_on) for one in written]


SAMPLE = (
    "!Option:AutoSwitch\n!Account\n"
    + record("NEveryday", "TBank")
    + "!Type:Bank\n"
    + record("D31/01/2026", "T1,250.00", "PŽvirblė", "SFood", "$1,000.00", "SOther", "$250.00")
    + record("D02/02/2026", "T-3.10", "N7", "Mmemo")
    + "!Type:CCard\n"
    + record("D02/02/2026", "T0.50")
).encode()


def survives(folder: str, content: bytes) -> None:
    path = Path(folder) / "mutated.qif"
    path.write_bytes(content)
    with suppress(KnownError):
        found = Read(path)
        assert sum(end.n_lines for end in found.ends) == len(found.lines)


@given(mutations)
@settings(max_examples=500)
def test_a_mutated_file_is_read_or_refused_and_nothing_else(steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        survives(folder, mutated(SAMPLE, steps))


@pytest.mark.full
@given(mutations)
@settings(max_examples=50_000)
def test_many_mutated_files(steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        survives(folder, mutated(SAMPLE, steps))


@given(st.binary(max_size=300), st.sampled_from([b"!Type:Bank\n", b"!Type:Bank\nD", b"!Account\n", b""]))
def test_any_octets_are_read_or_refused(octets: bytes, beginning: bytes) -> None:
    with TemporaryDirectory() as folder:
        survives(folder, beginning + octets)
