"""Whatever a bank writes as OFX comes out as it went in; whatever is broken comes out as a KnownError."""

from __future__ import annotations

import random
import subprocess
import sys
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
from tests.statements.building import DONOR, PAYEE, Read, read
from tests.statements.mutating import Step, mutated, mutations
from tests.statements.test_camt_properties import PEAK
from tests.statements.writing_ofx import XML, document, entry, statement, write

# Any letter, in composed form, without blanks at the ends, which a reader takes off.
texts = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"]), min_size=1, max_size=40)
    .map(lambda text: unicodedata.normalize("NFC", text).strip())
    .filter(bool)
)
currencies = st.sampled_from(["EUR", "JPY", "KWD"])
days = st.dates(date(1970, 1, 1), date(2100, 12, 31))


@st.composite
def lines(draw: st.DrawFn, currency: str) -> list[StatementLine]:
    """Lines whose bank references are their own."""
    return [
        StatementLine(
            amount=Money(draw(st.integers(-(10**13), 10**13)), currency),
            position=n,
            booked_on=draw(days),
            value_on=draw(st.none() | days),
            references=References(bank=f"F{n}", transaction=draw(st.none() | texts), instruction=draw(st.none() | texts)),
            remittance=draw(texts),
            counterparty=Party(draw(st.none() | texts), draw(st.sampled_from([None, DONOR, PAYEE]))),
        )
        for n in range(1, draw(st.integers(0, 3)) + 1)
    ]


@given(currencies.flatmap(lambda currency: st.tuples(st.just(currency), lines(currency))), st.booleans())
def test_lines_written_and_read_are_the_same_to_the_cent(book: tuple[str, list[StatementLine]], xml: bool) -> None:
    currency, written = book
    with TemporaryDirectory() as folder:
        told = Given(decimal=".")  # thousandths alone do not tell
        found = read(Path(folder), write(written, currency, xml=xml), given=told)
    assert [line._replace(raw=b"") for line in found.lines] == written
    assert found.ends[0].booked == Money(sum(line.amount.minor for line in written), currency)


SAMPLES = [
    document(
        statement(
            entry("1,250.00", more="<NAME>Žvirblė &amp; Co<MEMO>x"), entry("-3.10", fitid="A2", more="<BANKACCTTO><ACCTID>7</BANKACCTTO>")
        ),
        statement(entry("5.00"), account="7", balances="<LEDGERBAL><BALAMT>10.00<DTASOF>20260131</LEDGERBAL>"),
        header=header,
    ).encode()
    for header in ("", XML)
]


def survives(folder: str, content: bytes) -> None:
    path = Path(folder) / "mutated.ofx"
    path.write_bytes(content)
    with suppress(KnownError):
        found = Read(path)
        assert sum(end.n_lines for end in found.ends) == len(found.lines)
        assert len(found.heads) == len(found.ends)


@given(st.sampled_from(SAMPLES), mutations)
@settings(max_examples=500)
def test_a_mutated_file_is_read_or_refused_and_nothing_else(sample: bytes, steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        survives(folder, mutated(sample, steps))


@pytest.mark.full
@given(st.sampled_from(SAMPLES), mutations)
@settings(max_examples=50_000)
def test_many_mutated_files(sample: bytes, steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        survives(folder, mutated(sample, steps))


@given(st.binary(max_size=300), st.sampled_from([b"<OFX>", b"OFXHEADER:100\n<OFX><STMTTRN><TRNAMT>", b"<?xml version='1.0'?><OFX>", b""]))
def test_any_octets_are_read_or_refused(octets: bytes, beginning: bytes) -> None:
    with TemporaryDirectory() as folder:
        survives(folder, beginning + octets)


def peak_kib(folder: Path, n_entries: int) -> int:
    """Peak memory of a process of its own that reads so many entries, all of them different, on one line."""
    shuffled = random.Random(n_entries)
    told = ("".join(shuffled.choices("abcdefgh", k=400)) for _ in range(n_entries))
    entries = [entry(f"{n}.00", fitid=f"F{n}", more=f"<MEMO>{text}") for n, text in enumerate(told)]
    path = folder / f"{n_entries}.ofx"
    path.write_text(document(statement(*entries)).replace("\n", ""))
    done = subprocess.run([sys.executable, "-c", PEAK, str(path), str(n_entries)], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    small, large = peak_kib(tmp_path, 2_000), peak_kib(tmp_path, 20_000)
    assert large - small < 2_048, f"{large - small} KiB more for ten times the entries"
