"""The bench itself works: every row runs at a tiny size and prints what the table promises; no figure is judged here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.statement import StatementEnd, StatementLine
from fundledger.statements import open_statement
from tests.bench import files
from tests.bench.__main__ import main
from tests.bench.judging import Measured, keeps, promise
from tests.bench.measuring import Spent, middle
from tests.bench.rows import ROWS, Target

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.rows import Row

_SLOW = {"stall-import", "stall-export", "stall-scroll", "scroll"}  # a window for some seconds, which other tests open as well
COLUMNS = {"name", "size", "ours_s", "floor_s", "ratio", "peak_mib", "above_mib", "growth", "target", "met"}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.mark.parametrize(
    "row", [pytest.param(row, marks=[pytest.mark.full] if row.name in _SLOW else []) for row in ROWS], ids=lambda row: row.name
)
def test_a_row_runs_at_a_tiny_size(row: Row, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([row.name, "--json", "--rounds", "1", "--divide", "10000", "--first"], cache) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["name"], one["size"]) for one in found] == [(row.name, max(row.sizes[0] // 10_000, 1))]
    assert all(set(one) == COLUMNS and one["ours_s"] > 0 and one["floor_s"] > 0 and one["peak_mib"] > 1 for one in found)


def test_the_table_has_a_head_and_a_line_a_size(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["help", "--rounds", "1"], cache)
    head, line = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["row", "size"]
    assert line.split()[:2] == ["help", "1"]
    assert line.endswith(("yes", "NO"))


def test_a_row_nobody_knows_is_refused(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["speed"], cache)
    assert "no such row: speed" in capsys.readouterr().err


def test_the_year_is_a_sound_statement_and_the_same_every_time(tmp_path: Path) -> None:
    one, other, first = (tmp_path / name for name in ("one.xml", "other.xml", "first.xml"))
    files.write(one, 730)
    files.write(other, 730)
    files.write(first, 730, 6)
    assert one.read_bytes() == other.read_bytes()
    with open_statement(one) as year, open_statement(first) as days:
        of_year, of_days = list(year.events()), list(days.events())
        assert (year.problems, days.problems) == ([], [])
    assert [event.balanced for event in (*of_year, *of_days) if isinstance(event, StatementEnd)] == [True, True]
    lines, early = ([event for event in events if isinstance(event, StatementLine)] for events in (of_year, of_days))
    assert len(lines) == 730
    assert early == lines[: len(early)]
    assert len(early) == 8, "whole days: two entries each, up to the day of the seventh entry"


def test_a_target_is_kept_only_where_all_of_it_is() -> None:
    found = Measured("x", 10, ours_s=1.0, floor_s=0.5, ratio=2.0, peak_mib=100, above_mib=20, growth=1.2, target="", met=None)
    assert keeps(Target(ratio=2.0, seconds=1.0, above_mib=20, growth=1.2, flat_mib=5), found, 5.0)
    assert not keeps(Target(ratio=1.9), found, 0.0)
    assert not keeps(Target(seconds=1.0, growth=1.15), found, 0.0)
    assert not keeps(Target(flat_mib=5), found, 5.1)
    assert promise(Target(ratio=2.0, above_mib=120)) == "≤ 2× the floor, ≤ +120 MiB"


def test_rounds_come_down_to_their_medians_and_what_is_counted_stays() -> None:
    assert middle([Spent(1.0, 30.0), Spent(9.0, 10.0), Spent(2.0, 20.0)]) == Spent(2.0, 20.0)
    assert Spent(1.0, 30.0).less(0.4) == Spent(0.6, 30.0)
    assert Spent(1.0, 30.0, counted=True).less(0.4).cpu == 1.0
