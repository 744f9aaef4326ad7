"""Columns mapped by a person: looked at live, kept as a text, taken again for the next file with the same header."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundledger.domain.problem import KnownError
from fundledger.statements import Given
from fundledger.statements.layout import Column, Layout, Role
from fundledger.statements.tables.profile import from_json, header_key, to_json
from fundledger.statements.tables.profiles import PROFILES
from fundledger.statements.tables.sampling import sample, saved_as
from tests.statements.writing_tables import read

if TYPE_CHECKING:
    from pathlib import Path

UNKNOWN = "Wann,Alpha,Beta,Wer\n05/06/2026,5.00,6.00,Sample Person\n13/06/2026,7.00,8.00,Other\n31/06/2026,9.00,1.00,Third\n"
MAPPED = Layout(
    "mine", (Column(Role.BOOKED_ON, "Wann"), Column(Role.AMOUNT, "Beta"), Column(Role.NAME, "Wer")), ("wann", "alpha", "beta", "wer")
)


def file(folder: Path, text: str = UNKNOWN) -> Path:
    path = folder / "march.csv"
    path.write_text(text)
    return path


def test_an_unknown_table_is_shown_with_what_is_missing(tmp_path: Path) -> None:
    seen = sample(file(tmp_path))
    assert seen.problem
    assert (seen.problem.code, seen.problem.values["missing"]) == ("file.layout", "which")
    assert (seen.header, seen.delimiter, seen.layout.columns) == (("Wann", "Alpha", "Beta", "Wer"), ",", ())
    assert [row.cells[0] for row in seen.rows] == ["05/06/2026", "13/06/2026", "31/06/2026"]


def test_each_row_is_shown_as_its_line_or_its_fault(tmp_path: Path) -> None:
    seen = sample(file(tmp_path), Given(layout=MAPPED))
    assert seen.problem is None
    assert (seen.date_order, seen.decimal, seen.guessed) == ("dmy", ".", False)
    shown = [
        (row.line and (row.line.booked_on, row.line.amount.minor, row.line.counterparty.name), row.problem and row.problem.code)
        for row in seen.rows
    ]
    assert shown == [((date(2026, 6, 5), 600, "Sample Person"), None), ((date(2026, 6, 13), 800, "Other"), None), (None, "line.date")]


def test_what_is_still_ambiguous_is_told_beside_the_cells(tmp_path: Path) -> None:
    seen = sample(file(tmp_path, "Date,Text,Amount\n03/04/2026,a,5.00\n"))
    assert seen.problem
    assert seen.problem.code == "file.date_order"
    assert seen.rows[0].cells == ("03/04/2026", "a", "5.00")
    assert sample(file(tmp_path), Given(date_order="mdy"), n=1).guessed is False


def test_a_sample_reads_the_beginning_only(tmp_path: Path) -> None:
    rows = "".join(f"2026-01-{n % 28 + 1:02},text {n},5.00\n" for n in range(40_000))
    seen = sample(file(tmp_path, "Date,Text,Amount\n" + rows + '2026-01-01,"open,5.00\n'), n=5)
    assert (len(seen.rows), seen.problem, seen.guessed) == (5, None, True)


def test_a_saved_layout_is_taken_for_the_same_header(tmp_path: Path) -> None:
    text = UNKNOWN.replace("31/06", "30/06")
    saved = saved_as(Layout("", MAPPED.columns), "mine", ("Wann", "Alpha", "Beta", "Wer"))
    assert saved == MAPPED
    assert [line.amount.minor for line in read(tmp_path, text, Given(saved=(saved,)))[1]] == [600, 800, 100]
    with pytest.raises(KnownError) as caught:
        read(tmp_path, text.replace("Beta", "Gamma"), Given(saved=(saved,)))
    assert caught.value.code == "file.layout"


def test_a_layout_that_was_given_for_another_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        read(tmp_path, "Date,Text,Amount\n2026-01-05,a,5.00\n", Given(layout=MAPPED))
    assert caught.value.code == "file.layout_other"


@pytest.mark.parametrize("layout", [MAPPED, *PROFILES], ids=lambda layout: layout.name)
def test_every_layout_comes_back_from_its_text(layout: Layout) -> None:
    once = replace(layout, statuses=tuple(dict(layout.statuses).items()))  # of one word twice the later meaning counts
    assert from_json(to_json(layout)) == once


def test_a_header_is_the_same_however_it_is_written() -> None:
    assert header_key(["Date ", "  Booking  Date:", "AMOUNT"]) == header_key(["date", "booking date", "Amount"])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ("profile.broken", "")),
        ("[1]", ("profile.broken", "")),
        ("[" * 100_000, ("profile.broken", "")),
        ("{}", ("profile.field", "columns")),
        ('{"columns": [{"role": "odd"}]}', ("profile.field", "columns[0]")),
        ('{"columns": [{"role": "amount"}]}', ("profile.field", "columns[0]")),
        ('{"columns": [{"role": "amount", "place": -1}]}', ("profile.field", "columns[0]")),
        ('{"columns": [{"role": "amount", "name": "x"}], "decimal": ";"}', ("profile.field", "decimal")),
        ('{"columns": [{"role": "amount", "name": "x"}], "sides": {"x": "up"}}', ("profile.field", "sides")),
        ('{"columns": [{"role": "amount", "name": "x"}], "sides": {"x": []}}', ("profile.field", "sides")),
        ('{"columns": [{"role": "amount", "name": "x"}], "inverse": 1}', ("profile.field", "inverse")),
        ('{"columns": [{"role": "amount", "name": "x"}], "colour": 1}', ("profile.field", "colour")),
    ],
)
def test_a_text_that_is_no_layout_is_refused_by_its_field(text: str, problem: tuple[str, str]) -> None:
    with pytest.raises(KnownError) as caught:
        from_json(text)
    assert (caught.value.code, caught.value.problems[0].subject) == problem


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda own: st.lists(own, max_size=2) | st.dictionaries(st.sampled_from(["role", "name", "place", "when", "x"]), own, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(["name", "columns", "header", "sides", "decimal", "shape", "inverse", "beside", "x"]), values, max_size=4
    )
)
def test_any_json_is_a_layout_or_refused(found: dict[str, object]) -> None:
    try:
        layout = from_json(json.dumps(found))
    except KnownError:
        return
    assert from_json(to_json(layout)) == layout
