"""Every published layout by a sample as the bank exports it: exactly these lines, whatever stands around them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.problem import KnownError
from fundledger.domain.statement import StatementLine
from fundledger.statements import Given, open_statement
from fundledger.statements.layout import Role, fold
from fundledger.statements.tables.profiles import PROFILES
from tests.statements.table_golden import EVERY, SAMPLES, shown, written

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.statements.layout import Layout
    from tests.conftest import Golden

NAMES = sorted(path.stem for path in SAMPLES.glob("*.csv"))
# The bank's file has no year in its days; a person says it.
_YEARS = {"revolut-2018": 2018}


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_line_by_line(tmp_path: Path, golden: Golden, name: str) -> None:
    golden(SAMPLES / f"{name}.txt", shown(written(name, tmp_path), Given(year=_YEARS.get(name))))


def test_parts_that_differ_from_their_batch_are_told_and_the_batch_counts(tmp_path: Path) -> None:
    path = written("ubs-de", tmp_path)
    path.write_bytes(path.read_bytes().replace(b"10'000.00", b"10'000.01"))
    with open_statement(path) as file:
        batch = next(event for event in file.events() if isinstance(event, StatementLine) and event.details)
        [warned] = [one for one in file.problems if one.code == "line.batch_sum"]
    assert (batch.amount.minor, batch.batch_count) == (12_345_20, 2)
    assert str(warned.values["difference"]) == "-0.01"


@pytest.mark.parametrize("name", [name for name in NAMES if name in EVERY])
def test_a_sample_is_recognised_by_its_own_layout(tmp_path: Path, name: str) -> None:
    with open_statement(written(name, tmp_path)) as file:
        assert file.format == f"csv.{name}"


def test_layouts_have_names_of_their_own() -> None:
    assert [name for name, n in Counter(layout.name for layout in PROFILES).items() if n > 1] == []


def test_no_layout_hides_another() -> None:
    """Of two layouts with the same columns the second would never be used."""
    headers = Counter(frozenset(layout.header) for layout in PROFILES if layout.header)
    shapes = Counter(layout.shape for layout in PROFILES if layout.shape)
    assert [header for header, n in (*headers.items(), *shapes.items()) if n > 1] == []


def test_every_layout_names_a_day_and_an_amount() -> None:
    for layout in PROFILES:
        roles = {column.role.value for column in layout.columns}
        assert roles & {"booked_on", "value_on"}, layout.name
        assert roles & {"amount", "gross", "net"} or {"debit", "credit"} <= roles, layout.name
        assert all(name == fold(name) for name in layout.header), layout.name


def test_columns_in_another_order_are_the_same_table(tmp_path: Path) -> None:
    """Layouts are recognised by the set of their columns, since banks move them."""
    turned = tmp_path / "turned.csv"
    rows = [line.split(";") for line in (SAMPLES / "bunq.csv").read_text(encoding="utf-8").splitlines()]
    turned.write_text("\n".join(";".join(reversed(row)) for row in rows) + "\n", encoding="utf-8")
    assert shown(turned) == shown(written("bunq", tmp_path))


def test_a_day_without_a_year_is_asked_for(tmp_path: Path) -> None:
    path = written("revolut-2018", tmp_path).rename(tmp_path / "revolut.csv")
    with open_statement(path) as file, pytest.raises(KnownError) as caught:
        list(file.events())
    assert (caught.value.code, caught.value.problems[0].values["text"]) == ("file.year", "September 15")


def test_the_year_may_stand_in_the_name_of_the_file(tmp_path: Path) -> None:
    path = written("revolut-2018", tmp_path).rename(tmp_path / "Revolut-EUR-Statement-2018.csv")
    assert "2018-09-15" in shown(path)


def test_swedbank_without_a_header_is_read_in_its_estonian_form_too(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    rows = (
        '"LT029999900000000001";"10";"01.02.2026";"";"Algsaldo";"1 000,00";"EUR";"K";"";"AS";"";""',
        '"LT029999900000000001";"20";"03.02.2026";"Näide Õunapuu";"Annetus";"12,30";"EUR";"K";"2026020300000001";"MK";"";"5"',
        '"LT029999900000000001";"86";"28.02.2026";"";"Lõppsaldo";"1 012,30";"EUR";"K";"";"LS";"";""',
    )
    path.write_text("\r\n".join(rows) + "\r\n", encoding="utf-8")
    found = shown(path).splitlines()
    assert found[0].startswith("csv.swedbank-headerless ")
    assert found[1].startswith("  1 2026-02-03 12.30 booked | Näide Õunapuu | ")
    assert found[2] == "  1000.00 + 12.30 = 1012.30, balanced: True"


def test_an_exchange_of_our_own_is_a_line_in_both_currencies(tmp_path: Path) -> None:
    found = shown(written("wise-history", tmp_path))
    assert "2026-01-06 -20.00 booked" in found
    assert "2026-01-06 21.67 booked" in found
    assert found.count("csv.wise-history statement") == 2


def _gift(layout: Layout) -> str:
    """A table with every named column of a layout and one row, money in."""
    decimal = layout.decimal or "."
    day = "13.01.2026" if layout.date_order == "dmy" else "2026-01-13"
    words = {Role.CURRENCY: "EUR", Role.SIDE: "C", Role.NAME: "Sample Person Alpha", Role.ROW_TYPE: "Donation Payment"}
    filled = words | dict.fromkeys((Role.AMOUNT, Role.CREDIT, Role.GROSS, Role.NET), f"12{decimal}34") | {Role.BOOKED_ON: day}
    cells: dict[str, str] = dict.fromkeys((*(column.name for column in layout.columns if column.name), *layout.header), "")
    for column in layout.columns:
        if column.name:
            cells[column.name] = filled.get(column.role, "") or cells[column.name]
    names = {fold(name): name for name in cells}  # a name of the columns before its folded twin of the header
    names |= {fold(column.name): column.name for column in layout.columns if column.name}
    header = "\t".join(name.replace("¤", "EUR") for name in names.values())
    return header + "\n" + "\t".join(cells[name] for name in names.values()) + "\n"


@pytest.mark.parametrize("name", [name for name, layout in EVERY.items() if layout.header and name not in NAMES])
def test_a_layout_without_a_sample_reads_a_gift(tmp_path: Path, name: str) -> None:
    path = tmp_path / "made.csv"
    path.write_text(_gift(EVERY[name]), encoding="utf-8")
    found = shown(path).splitlines()
    assert found[0].startswith(f"csv.{name} ")
    assert "2026-01-13 12.34 booked" in found[1]
