"""Files of reference rates, all invented: days and currencies as published; whatever else comes is refused by its code."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundledger.domain.problem import KnownError
from fundledger.statements import ecb
from fundledger.statements.ecb import parse_rates, read_rates
from tests.services.bookkeeping import refused

if TYPE_CHECKING:
    from pathlib import Path

CSV = b"Date,USD,JPY,CYP,\n2026-01-16,1.0869565,170.5,N/A,\n2026-01-15,1.0800,171,,\n"
XML = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"'
    b' xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject><Cube>'
    b'<Cube time="2026-01-16"><Cube currency="USD" rate="1.0869565"/><Cube currency="JPY" rate="170.5"/></Cube>'
    b'<Cube time="2026-01-15"><Cube currency="USD" rate="1.0800"/><Cube currency="JPY" rate="171"/></Cube>'
    b"</Cube></gesmes:Envelope>"
)
SAID = {date(2026, 1, 16): {"USD": "1.0869565", "JPY": "170.5"}, date(2026, 1, 15): {"USD": "1.0800", "JPY": "171"}}
DTD = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "USD">]><Cube><Cube time="2026-01-16"><Cube currency="&b;" rate="1"/></Cube></Cube>'


def zipped(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("content", [CSV, b"\xef\xbb\xbf" + CSV, CSV.replace(b"\n", b"\r\n"), XML, zipped(a=CSV), zipped(a=XML)])
def test_every_form_says_the_same(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "eurofxref"
    path.write_bytes(content)
    assert read_rates(path).days == SAID


def test_the_daily_file_writes_its_day_in_words() -> None:
    assert parse_rates(b"Date, USD, JPY, \n16 January 2026, 1.0869565, 170.5, \n", "a") == {date(2026, 1, 16): SAID[date(2026, 1, 16)]}


def test_a_weekend_is_no_day_of_the_file() -> None:
    assert date(2026, 1, 17) not in parse_rates(CSV, "a")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "rates.not_ecb"),
        (b"\x00\xff\xfe\x80" * 50, "rates.not_ecb"),
        (b"Date,Amount\n2026-01-16,1\n", "rates.not_ecb"),
        (b"Date,USD,\n", "rates.not_ecb"),
        (b"Date,USD,\n2026-01-16,N/A,\n", "rates.not_ecb"),
        (b"Date," + b"USD," * 201 + b"\n", "rates.not_ecb"),
        (b"Date,USD,\n2026-02-30,1,\n", "rates.wrong"),
        (b"Date,USD,\n2026-01-16,1e3,\n", "rates.wrong"),
        (b"Date,USD,\n2026-01-16,-1,\n", "rates.wrong"),
        (b"Date,USD,\n2026-01-16,0,\n", "rates.wrong"),
        (b"Date,USD,JPY,\n2026-01-16,1\n", "rates.wrong"),
        (b"Date,USD,\n2026-01-16,1,2,3,4\n", "rates.wrong"),
        (b"Date,USD,\n2026-01-16,1,\n2026-01-16,2,\n", "rates.wrong"),
        (b"Date,USD,\n" + b"1" * 200_000 + b",1,\n", "rates.not_ecb"),
        (b"<html><body>no rates</body></html>", "rates.not_ecb"),
        (XML[:-60], "rates.not_ecb"),
        (XML.replace(b'time="2026-01-16"', b""), "rates.wrong"),
        (XML.replace(b"2026-01-16", b"yesterday"), "rates.wrong"),
        (XML.replace(b' rate="170.5"', b""), "rates.wrong"),
        (XML.replace(b"UTF-8", b"no-such"), "file.encoding"),
    ],
)
def test_what_is_no_file_of_rates_is_refused(content: bytes, code: str) -> None:
    assert refused(lambda: parse_rates(content, "a")) == [code]


def test_a_file_with_a_document_type_is_refused() -> None:
    assert len(refused(lambda: parse_rates(DTD, "a"))) == 1


def test_an_archive_of_two_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    path.write_bytes(zipped(a=CSV, b=CSV))
    assert refused(lambda: read_rates(path)) == ["rates.not_ecb"]


def test_a_file_above_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ecb, "LIMIT", 200)
    for name, content in (("large.csv", CSV * 5), ("bomb.zip", zipped(a=CSV + b"\n" * 5000))):
        path = tmp_path / name
        path.write_bytes(content)
        assert len(refused(lambda path=path: read_rates(path))) == 1  # type: ignore[misc]


def test_a_zip_cut_short_is_refused_wherever_it_ends(tmp_path: Path) -> None:
    whole, path = zipped(a=CSV), tmp_path / "cut.zip"
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        with pytest.raises(KnownError):
            read_rates(path)


def sound_or_refused(content: bytes) -> bool:
    """Whether a file is refused, or every rate in it is a positive decimal."""
    try:
        days = parse_rates(content, "a")
    except KnownError:
        return True
    return all(Decimal(rate) > 0 for rates in days.values() for rate in rates.values())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([CSV, XML, DTD]), st.integers(0, 2**32))
def test_whatever_bytes_come_only_known_errors_are_raised(content: bytes, seed: int) -> None:
    chance = random.Random(seed)
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    assert sound_or_refused(bytes(changed[: chance.randint(1, len(changed))]))


@given(st.binary(max_size=300))
def test_any_bytes_behind_the_head_are_rates_or_refused(content: bytes) -> None:
    assert sound_or_refused(b"Date,USD,\n" + content)
