"""Tables drawn as bars: every row and figure stands in the picture and in its words, on one scale."""

from __future__ import annotations

import io
import re
from zipfile import ZipFile

import pytest

from fundledger.domain.money import Money
from fundledger.export import html, pdf, xlsx
from fundledger.export.chart import chart
from fundledger.export.gate import texts
from fundledger.i18n import Speaker
from fundledger.reports.value import Audience, Column, Kind, Message, Report, Row, Table, money_columns

EN = Speaker("en")


def funds(*rows: tuple[str, int, int]) -> Table:
    moves = money_columns("collected", "paid")
    made = tuple(Row((name, "open", Money(collected, "EUR"), Money(paid, "EUR"))) for name, collected, paid in rows)
    return Table("funds", (Column("fund"), Column("state"), *moves), made)


def report(table: Table) -> Report:
    return Report("overview", Audience.PUBLIC, Message("report.overview.title"), "Small Foundation", "EUR", None, (table,))


def test_the_longest_bar_is_the_measure_of_all() -> None:
    drawn = chart(funds(("C-101", 303000, 280000), ("C-102", 60600, 0)), EN, "EUR")
    assert drawn is not None
    assert [row.lengths for row in drawn.rows] == [(1000, 924), (200, 0)]
    assert drawn.said() == "C-101: Collected 3,030.00, Paid 2,800.00; C-102: Collected 606.00, Paid 0.00"


@pytest.mark.parametrize("rows", [[], [("C-101", 100, 0)], [(f"C-{n}", 100, 0) for n in range(25)]])
def test_one_row_or_too_many_are_no_picture(rows: list[tuple[str, int, int]]) -> None:
    assert chart(funds(*rows), EN, "EUR") is None


def test_another_table_is_not_drawn() -> None:
    table = funds(("C-101", 1, 1), ("C-102", 2, 2))
    assert chart(Table("gifts", table.columns, table.rows), EN, "EUR") is None


def test_words_that_are_the_same_in_every_row_are_left_out_of_the_picture() -> None:
    columns = (Column("quarter"), Column("band"), Column("gifts", Kind.COUNT), *money_columns("given"))
    rows = tuple(Row(("2025, 1", band, 5, Money(100, "EUR"))) for band in ("small", "large"))
    drawn = chart(Table("bands", columns, rows), EN, "EUR")
    assert drawn is not None
    assert [row.label for row in drawn.rows] == ["small", "large"]


def test_the_page_draws_every_figure_and_says_it_to_those_who_hear() -> None:
    table = funds(("C-101 <b>", 303000, 280000), ("C-102", 60600, 0))
    page = html.render(report(table), EN).decode()
    picture = re.search(r'<svg class="chart".*?</svg>', page, re.DOTALL)
    assert picture is not None
    assert '<title id="funds-title">Funds</title>' in picture[0]
    assert '<desc id="funds-said">C-101 &lt;b&gt;: Collected 3,030.00, Paid 2,800.00;' in picture[0]
    assert picture[0].count("<rect") == 2 + 4, "two of the legend, four of the rows"


def test_paper_and_workbook_draw_it_too_and_stay_the_same_bytes() -> None:
    table = funds(("C-101", 303000, 280000), ("C-102", 60600, 0))
    paper, book = pdf.render(report(table), EN), xlsx.render(report(table), EN)
    assert (paper, book) == (pdf.render(report(table), EN), xlsx.render(report(table), EN))
    plain = pdf.render(report(Table("gifts", table.columns, table.rows)), EN)
    drawn, bare = (" ".join(text for _, text in texts(data)).count("3,030.00") for data in (paper, plain))
    assert drawn == 2 * bare, "once beside its bar, once in the table"
    with ZipFile(io.BytesIO(book)) as parts:
        chart_part = parts.read("xl/charts/chart1.xml").decode()
    assert re.findall(r"<f>([^<]*)</f>", chart_part.replace("c:f", "f"))[:3] == ["'Funds'!$C$2", "'Funds'!$A$3:$A$4", "'Funds'!$C$3:$C$4"]
