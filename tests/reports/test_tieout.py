"""The tie-out: every difference has its line, as of the day that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience, Comparison, Message, Table
from fundledger.services import deciding, reconciling
from tests.services.bookkeeping import OTHER_BANK, Paid, day, differences, faults

if TYPE_CHECKING:
    from datetime import date

    from fundledger.reports.value import Report
    from fundledger.store.book import Book
    from tests.services.bookkeeping import Desk


def tie_out(book: Book, end: date | None = None) -> Report:
    return build_report(book, "reconciliation", Audience.AUDITOR, end=end)


def table(report: Report, key: str) -> list[list[str]]:
    """The cells of a table as texts; nothing where the report has none."""
    found = [one for one in report.sections if isinstance(one, Table) and one.key == key]
    return [[cell.key if isinstance(cell, Message) else str(cell) for cell in row.cells] for one in found for row in one.rows]


def sides(report: Report) -> list[str]:
    [found] = [one for one in report.sections if isinstance(one, Comparison)]
    return [str(amount) for _, amount in found.sides]


def test_every_account_has_its_four_figures(desk: Desk) -> None:
    desk.take(Paid("20.00", "01-10"), opening="500.00")
    report = tie_out(desk.book)
    assert table(report, "four_figures") == [["1010-1", "500.00", "500.00", "500.00", "None", "0.00"]]
    assert sides(report) == ["500.00", "500.00", "500.00", "None"]
    assert table(report, "outstanding") == [["1", "2026-01-10", "1010-1", "line_state.open", "20.00"]]


def test_an_account_without_a_statement_that_holds_nothing_leaves_the_banks_figure_known(desk: Desk) -> None:
    desk.account(OTHER_BANK)
    desk.take(Paid("20.00", "01-10"), opening="500.00")
    assert sides(tie_out(desk.book)) == ["500.00", "500.00", "500.00", "None"]


def test_the_state_of_lines_is_that_of_the_day_asked_for(desk: Desk) -> None:
    desk.take(Paid("20.00", "01-10"), opening="500.00")
    line = desk.line("20.00")
    desk.accept_as(line, "suspense")
    with desk.book.operation("period close", desk.now) as op:
        op.db.exec_driver_sql("INSERT INTO period (start_on, end_on, locked) VALUES ('2026-01-01', '2026-01-31', 1)")
    reconciling.unmatch(desk.book, line, desk.now)
    january, now = tie_out(desk.book, day("01-31")), tie_out(desk.book)
    assert (sides(january)[0], table(january, "outstanding")) == ("520.00", [])
    assert (sides(now)[0], len(table(now, "outstanding"))) == ("500.00", 1)
    assert differences(january) + differences(now) == []


def test_a_half_of_a_transfer_is_on_its_way_until_the_other_comes(desk: Desk) -> None:
    desk.account(OTHER_BANK)
    desk.take(Paid("-100.00", "01-30"), opening="500.00")
    desk.accept_as(desk.line("-100.00"), "transfer")
    assert table(tie_out(desk.book), "in_transit") == [["1", "2026-01-30", "1010-1", "line_state.in_transit", "-100.00"]]
    desk.take(Paid("100.00", "02-02"), first="02-01", last="02-28", account=OTHER_BANK)
    desk.accept_as(desk.line("100.00"), "transfer")
    assert table(tie_out(desk.book), "in_transit") == []
    assert len(table(tie_out(desk.book, day("01-31")), "in_transit")) == 1
    assert faults(desk.book) == []


def test_what_was_left_out_has_a_row_and_a_reason_and_no_difference(desk: Desk) -> None:
    desk.take(Paid("20.00", "01-10"), Paid("-7.00", "01-11"), opening="500.00")
    line = desk.line("-7.00")
    deciding.ignore_lines(desk.book, [line], "The bank took it by mistake.", desk.now)
    report = tie_out(desk.book)
    assert ["2", "2026-01-11", "1010-1", "line_state.ignored", "-7.00"] in table(report, "outstanding")
    assert sides(report)[:3] == ["500.00", "500.00", "500.00"]
    [row] = table(report, "accounts")
    assert row == ["1010-1", "2026-01-31", "513.00", "0.00", "-20.00", "7.00", "0.00", "500.00", "0.00"]
    assert table(tie_out(desk.book, day("01-10")), "outstanding") == [["1", "2026-01-10", "1010-1", "line_state.open", "20.00"]]
    deciding.keep_lines(desk.book, [line], desk.now)
    assert [row[3] for row in table(tie_out(desk.book), "outstanding")] == ["line_state.open", "line_state.open"]
    assert faults(desk.book) == []


def test_opposite_transfers_that_go_with_others_do_not_hide_each_other(desk: Desk) -> None:
    desk.account(OTHER_BANK)
    desk.take(Paid("-100.00", "01-30", bank="A"), Paid("-100.00", "01-31", bank="B"), opening="500.00")
    for line in [one.id for one in desk.lines()]:
        desk.accept_as(line, "transfer")
    desk.take(Paid("100.00", "02-02"), first="02-01", last="02-28", account=OTHER_BANK)
    desk.accept_as(desk.line("100.00"), "transfer")
    assert [row[0] for row in table(tie_out(desk.book), "in_transit")] == ["1"], "the nearer day went with it"
    assert faults(desk.book) == []


def test_an_overdrawn_fund_is_named_and_who_pays_for_it(desk: Desk) -> None:
    desk.campaign()
    desk.take(Paid("-600.00", "01-30"), opening="500.00")
    desk.accept_as(desk.line("-600.00"), "other", account="5400")
    report = tie_out(desk.book)
    assert table(report, "overdrawn") == [["fund.unrestricted", "-100.00"]]
    [note] = [one.note for one in report.sections if isinstance(one, Table) and one.key == "overdrawn"]
    assert note == Message("note.unrestricted_overdrawn")


def test_the_trial_balance_is_zero_in_total_and_in_every_fund(desk: Desk) -> None:
    desk.campaign()
    desk.take(Paid("20.00", "01-10"), opening="500.00")
    desk.accept(desk.line("20.00"), "campaign:C-101")
    report = build_report(desk.book, "trial-balance", Audience.AUDITOR)
    assert sides(report) == ["520.00", "520.00"]
    balances = [one.totals["balance"] for one in report.sections if isinstance(one, Table)]
    assert len(balances) == 3
    assert not any(balances)
    assert differences(report) == []
