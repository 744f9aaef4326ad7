"""Periods: the checklist item by item, the lock and every way round it, two people and a reason."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from fundledger.domain.closing import ItemKey, days_of, named
from fundledger.domain.entry import Entry, EntryKind, Flow, Posting
from fundledger.domain.voucher import VoucherKind
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience, Table
from fundledger.services import closing, importing, people, reconciling, undoing
from fundledger.services.arriving import Answers
from fundledger.services.checking import check_book
from fundledger.services.signing import sign_close
from fundledger.store import journal, vouchers
from fundledger.store.operations import operations
from tests.services.bookkeeping import (
    CHEAP,
    LAWYER,
    OTHER_BANK,
    RECOVERY_KEY,
    Desk,
    Paid,
    camt,
    collected,
    day,
    differences,
    euro,
    faults,
    refused,
    standard_desk,
)
from tests.store.test_evidence import tampered

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book, Witness

JANUARY = days_of("2026-01")
SECOND = "antras slaptas sakinys"


@pytest.fixture
def closed(book: Book, tmp_path: Path) -> Desk:
    """January closed: five gifts and an opening, all of it booked."""
    desk = standard_desk(book, tmp_path)
    people.add_person(book, "Sample Person Beta", "approve", SECOND, desk.now, CHEAP)
    closing.close_period(book, JANUARY, desk.now)
    return desk


def wrong(book: Book, days: tuple[date, date] = JANUARY) -> dict[str, list[str]]:
    """The red items with the subjects of what is wrong."""
    return {one.key: [each.subject for each in one.problems] for one in closing.checklist(book, *days) if not one.ok}


# --- how a period is written ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-01-01..2026-03-31", "2026-01-01", "2026-03-31"),
    ],
)
def test_a_period_is_a_month_a_year_or_any_days(text: str, first: str, last: str) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert days_of(text) == days
    assert named(*days) == text


@pytest.mark.parametrize("text", ["", "march", "2026-13", "2026-3", "26", "2026-03-31..2026-03-01", "2026-02-30..2026-03-01", "٢٠٢٦"])
def test_what_is_no_period_is_refused(text: str) -> None:
    assert refused(lambda: days_of(text)) == ["period.unreadable"]


# --- the checklist ----------------------------------------------------------------------------------------------------
def test_a_month_in_order_has_a_green_checklist(desk: Desk) -> None:
    items = closing.checklist(desk.book, *JANUARY)
    assert [one.key for one in items] == list(ItemKey)
    assert all(one.ok for one in items)


def test_a_missing_statement_is_red_until_it_comes_or_somebody_says_why(desk: Desk) -> None:
    both = days_of("2026-01-01..2026-02-28")
    assert wrong(desk.book, both) == {"statements": ["1010-1 2026-02-01"]}
    closing.explain(desk.book, both, "statements", "1010-1 2026-02-01", "The bank writes none where nothing moved.", desk.now)
    items = {one.key: one for one in closing.checklist(desk.book, *both)}
    assert items[ItemKey.STATEMENTS].ok
    assert [one.said for one in items[ItemKey.STATEMENTS].explained] == ["The bank writes none where nothing moved."]
    undoing.undo(desk.book, desk.now)
    assert "statements" in wrong(desk.book, both)
    desk.take(first="02-01", last="02-28", opening="3530.00", number="2")
    assert wrong(desk.book, both) == {}


def test_an_open_line_is_red_until_it_is_booked(desk: Desk) -> None:
    desk.take(Paid("-7.00", "02-03"), first="02-01", last="02-28", opening="3530.00", number="2")
    february = days_of("2026-02")
    assert wrong(desk.book, JANUARY) == {}, "a line of February is no matter of January"
    assert list(wrong(desk.book, february)) == ["lines"]
    assert refused(lambda: closing.explain(desk.book, february, "lines", "6", "why not", desk.now)) == ["explanation.not_explainable"]
    desk.accept_as(desk.line("-7.00"), "charge")
    assert wrong(desk.book, february) == {}


def test_a_line_in_doubt_is_red_until_it_is_decided(desk: Desk) -> None:
    with desk.book.operation("by hand", desk.now) as op:
        op.db.exec_driver_sql("UPDATE line SET standing = 'unsure' WHERE id = 1")
    assert wrong(desk.book)["unsure"] == ["1"]


def test_money_in_suspense_is_red_until_it_is_explained(desk: Desk) -> None:
    desk.take(Paid("20.00", "02-03"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept_as(desk.line("20.00"), "suspense")
    february = days_of("2026-02")
    assert wrong(desk.book, february) == {"suspense": ["suspense"]}
    assert wrong(desk.book, JANUARY) == {}
    assert refused(lambda: closing.explain(desk.book, february, "suspense", "other", "so", desk.now)) == ["explanation.no_problem"]
    assert refused(lambda: closing.explain(desk.book, february, "suspense", "suspense", "  ", desk.now)) == ["explanation.empty"]
    closing.explain(desk.book, february, "suspense", "suspense", "We asked the bank.", desk.now)
    closing.explain(desk.book, february, "suspense", "suspense", "We asked the bank twice.", desk.now)
    assert wrong(desk.book, february) == {}
    assert closing.close_period(desk.book, february, desk.now).ids
    assert faults(desk.book) == []


def test_a_transfer_is_in_flight_for_a_week(desk: Desk) -> None:
    desk.account(OTHER_BANK)
    desk.take(Paid("-100.00", "02-27"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept_as(desk.line("-100.00"), "transfer")
    february = days_of("2026-02")
    assert wrong(desk.book, february)["clearing"] == ["6"]
    desk.take(Paid("100.00", "03-02"), first="03-01", last="03-31", account=OTHER_BANK)
    desk.accept_as(desk.line("100.00"), "transfer")
    assert "clearing" not in wrong(desk.book, february)


def test_a_fund_below_zero_is_red_until_it_is_covered_or_explained(desk: Desk) -> None:
    desk.take(Paid("-600.00", "02-03"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept_as(desk.line("-600.00"), "other", account="5400")
    february = days_of("2026-02")
    assert wrong(desk.book, february) == {"funds": ["unrestricted"]}
    [item] = [one for one in closing.checklist(desk.book, *february) if one.key == ItemKey.FUNDS]
    assert item.problems[0].values["amount"] == euro("100.00")


def test_a_payment_without_its_document_is_red(desk: Desk) -> None:
    desk.invoice("2800.00")
    desk.take(Paid("-2800.00", "02-10", LAWYER), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept(desk.line("-2800.00"), "invoice:SLO-14")
    assert wrong(desk.book, days_of("2026-02")) == {"documents": ["SLO-14"]}


# --- closing ----------------------------------------------------------------------------------------------------------
def test_a_close_says_everything_that_is_in_the_way_and_backs_the_book_up(desk: Desk) -> None:
    desk.take(Paid("20.00", "02-03"), Paid("-7.00", "02-04"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept_as(desk.line("20.00"), "suspense")
    assert refused(lambda: closing.close_period(desk.book, days_of("2026-02"), desk.now)) == ["closing.open_line", "closing.suspense"]
    assert closing.list_periods(desk.book) == []
    before = len(list((desk.book.path / "backups").iterdir()))
    closing.close_period(desk.book, JANUARY, desk.now)
    assert len(list((desk.book.path / "backups").iterdir())) == before + 1
    [period] = closing.list_periods(desk.book)
    assert (period.locked, period.closed_by) == (True, desk.book.person_id)


def test_days_that_are_not_over_or_closed_already_are_not_closed(closed: Desk) -> None:
    assert refused(lambda: closing.close_period(closed.book, days_of("2027-01"), closed.now)) == ["period.not_over"]
    assert refused(lambda: closing.close_period(closed.book, JANUARY, closed.now)) == ["period.closed_already"]
    assert refused(lambda: closing.close_period(closed.book, days_of("2026-01-31..2026-02-02"), closed.now)) == ["period.overlaps"]


# --- every way into a closed period -----------------------------------------------------------------------------------
def test_an_import_of_new_lines_is_refused_and_one_that_sights_old_ones_is_not(closed: Desk) -> None:
    late = camt([Paid("5.00", "01-20")], first="01-20", last="01-21", opening="3530.00", number="9")
    assert refused(lambda: closed.take_in(late)) == ["statement.period_closed"]
    again = camt([*collected(), Paid("9.00", "02-02")], last="02-28", opening="500.00", number="77")
    took = closed.take_in(again)
    assert (took.already_here, took.new) == (5, 1)


def test_a_late_line_is_booked_on_the_first_open_day_and_its_gift_keeps_its_own(closed: Desk) -> None:
    late = closed.file(camt([Paid("5.00", "01-20")], first="01-20", last="01-21", opening=None, number="9"))
    importing.import_statement(closed.book, late, closed.now, answers=Answers(late=True))
    closed.accept(closed.line("5.00"), "campaign:C-101")
    with closed.book.reading() as db:
        assert db.exec_driver_sql("SELECT dated FROM entry ORDER BY number DESC LIMIT 1").scalar_one() == "2026-02-01"
        assert db.exec_driver_sql("SELECT given_on FROM donation ORDER BY id DESC LIMIT 1").scalar_one() == "2026-01-20"
    assert [one.code for one in check_book(closed.book)] == []


def test_a_verb_dated_in_a_closed_period_is_refused(closed: Desk) -> None:
    closed.invoice("50.00", on="01-15", number="S-1", approve=False)
    with closed.book.operation("by hand", closed.now) as op:
        fund, own = closed.find("C-101").fund, op.unrestricted_fund
        assert fund != own
        entry = Entry("late", EntryKind.MOVE, day("01-15"), _pair("4020", own, "5.00"))
        assert refused(lambda: journal.post(op, [entry])) == ["entry.period_locked"]


def test_unmatch_and_undo_reverse_today_and_the_import_stays(closed: Desk) -> None:
    with closed.book.reading() as db:
        verbs = {one.verb: one.id for one in operations(db)}
    undoing.undo(closed.book, closed.now, verbs["accept sure" if "accept sure" in verbs else "reconcile"])
    with closed.book.reading() as db:
        dated = set(db.exec_driver_sql("SELECT dated FROM entry WHERE kind = 'reversal'").scalars())
    assert dated == {closed.now.date().isoformat()}
    assert refused(lambda: undoing.undo(closed.book, closed.now, verbs["import"])) == ["undo.period_closed"]
    assert [one.code for one in check_book(closed.book)] == []


def test_nobody_takes_a_close_back_by_undo(closed: Desk) -> None:
    with closed.book.reading() as db:
        newest = operations(db)[0]
    assert newest.verb == "period close"
    assert undoing.next_undo(closed.book) is None
    assert refused(lambda: undoing.undo(closed.book, closed.now, newest.id)) == ["undo.not_undoable"]


def test_a_line_of_a_closed_period_is_not_left_out_afterwards(closed: Desk) -> None:
    line = closed.lines("matched")[0].id
    reconciling.unmatch(closed.book, line, closed.now)
    from fundledger.services import deciding  # noqa: PLC0415  one test asks

    assert refused(lambda: deciding.withdraw_lines(closed.book, [line], closed.now)) == ["line.period_closed"]


HOSTILE = (
    "UPDATE period SET locked = 0",
    "UPDATE OR REPLACE period SET locked = 0",
    "UPDATE period SET end_on = '2026-01-10'",
    "DELETE FROM period",
    "INSERT OR REPLACE INTO period (id, start_on, end_on, locked) VALUES (1, '2026-01-01', '2026-01-31', 0)",
    "INSERT OR REPLACE INTO period (start_on, end_on, locked) VALUES ('2026-01-01', '2026-01-02', 0)",
    "INSERT INTO period (start_on, end_on, locked) VALUES ('2026-01-31', '2026-02-28', 1)",
    "INSERT INTO period (start_on, end_on, locked) VALUES ('2026-03-31', '2026-03-01', 1)",
    "INSERT INTO reopening (period_id, at, asked_by, agreed_by) VALUES (1, 'now', 1, 1)",
    "INSERT INTO reopening (period_id, at, asked_by, agreed_by) VALUES (1, 'now', 2, 1)",
    "UPDATE line SET amount_minor = 1 WHERE id = 1",
    "UPDATE line SET standing = 'dropped' WHERE id = 1",
    "UPDATE line SET booked_on = '2026-02-01' WHERE id = 1",
    "DELETE FROM line WHERE id = 1",
    "UPDATE donation SET amount_minor = 1",
    "UPDATE donation SET given_on = '2026-02-02'",
    "DELETE FROM donation",
    "INSERT INTO donation (fund_id, amount_minor, given_on, anonymous, undone) VALUES (1, 100, '2026-01-09', 0, 0)",
    "INSERT INTO voucher (kind, fund_id, amount_minor, dated, entry_id, undone) VALUES ('cash', 1, 100, '2026-01-09', 1, 0)",
)  # fmt: skip


@pytest.mark.parametrize("statement", HOSTILE)
def test_raw_sql_does_not_open_or_change_a_closed_period(closed: Desk, statement: str) -> None:
    with pytest.raises(IntegrityError), closed.book.operation("by hand", closed.now) as op:
        op.db.exec_driver_sql(statement)
    assert [one.locked for one in closing.list_periods(closed.book)] == [True]
    assert check_book(closed.book) == []


def test_who_unlocks_a_period_behind_the_guards_is_named_by_check(closed: Desk) -> None:
    with closed.book.operation("by hand", closed.now) as op:
        op.db.exec_driver_sql("DROP TRIGGER lock_period_update")
        op.db.exec_driver_sql("UPDATE period SET locked = 0")
        journal.post(op, [Entry("late", EntryKind.MOVE, day("01-15"), _pair("4020", op.unrestricted_fund, "5.00"))])
    found = {one.code for one in check_book(closed.book)}
    assert {"check.guard_missing", "check.period_not_reopened"} <= found
    with closed.book.operation("by hand", closed.now) as op:
        op.db.exec_driver_sql("DROP TRIGGER audit_period_update")
        op.db.exec_driver_sql("UPDATE period SET locked = 1")
    found = {one.code for one in check_book(closed.book)}
    assert "check.guard_missing" in found
    assert found & {"check.entry_after_close", "check.leaf_missing", "check.not_recorded"} or len(found) > 1


def test_what_is_accepted_again_after_a_close_is_not_dated_before_it_was_taken_back(closed: Desk) -> None:
    line = closed.lines("matched")[0].id
    reconciling.unmatch(closed.book, line, closed.now)
    closed.accept(line, "campaign:C-101")
    with closed.book.reading() as db:
        dated = db.exec_driver_sql("SELECT kind, dated FROM entry ORDER BY number DESC LIMIT 2").all()
    today = closed.now.date().isoformat()
    assert [tuple(row) for row in dated] == [("line", today), ("reversal", today)], "in between it would count twice"
    report = build_report(closed.book, "reconciliation", Audience.AUDITOR, end=day("02-15"))
    assert differences(report) == []
    assert faults(closed.book) == []


def test_a_period_reopened_takes_the_original_day_only_where_nothing_counts_twice(closed: Desk) -> None:
    line = closed.lines("matched")[0].id
    closing.reopen(closed.book, JANUARY, "The bank corrected a line.", beta(closed.book), closed.now)
    reconciling.unmatch(closed.book, line, closed.now)
    closed.accept(line, "campaign:C-101")
    with closed.book.reading() as db:
        dated = db.exec_driver_sql("SELECT dated FROM entry ORDER BY number DESC LIMIT 2").scalars().all()
    assert dated == ["2026-01-05", "2026-01-05"]


# --- two people -------------------------------------------------------------------------------------------------------
def beta(book: Book) -> Witness:
    return book.witness(SECOND)


def test_a_period_is_reopened_by_two_people_for_a_reason_and_closed_again(closed: Desk) -> None:
    book = closed.book
    assert refused(lambda: closing.reopen(book, days_of("2026-02"), "why", beta(book), closed.now)) == ["period.unknown"]
    assert refused(lambda: closing.reopen(book, JANUARY, "  ", beta(book), closed.now)) == ["period.no_reason"]
    closing.reopen(book, JANUARY, "The bank corrected a line.", beta(book), closed.now)
    [period] = closing.list_periods(book)
    assert not period.locked
    assert [(one.asked_by, one.agreed_by, one.reason) for one in period.reopenings] == [
        (1, beta(book).person_id, "The bank corrected a line.")
    ]
    with book.reading() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM signature").scalar_one() == 3, "one at the close, two at the reopening"
    assert refused(lambda: closing.reopen(book, JANUARY, "again", beta(book), closed.now)) == ["period.not_closed"]
    closing.close_period(book, JANUARY, closed.now)
    assert closing.list_periods(book)[0].locked
    assert faults(book) == []


@pytest.mark.parametrize(("passphrase", "code"), [("tikras slaptas sakinys", "book.same_person"), ("guessed", "witness.wrong")])
def test_one_person_alone_does_not_reopen(closed: Desk, passphrase: str, code: str) -> None:
    assert refused(lambda: closed.book.witness(passphrase)) == [code]


def test_a_person_who_left_is_no_witness(closed: Desk) -> None:
    people.remove_person(closed.book, beta(closed.book).person_id, closed.now)
    assert refused(lambda: closed.book.witness(SECOND)) == ["witness.wrong"]


def test_the_recovery_key_is_neither_of_the_two_who_reopen(closed: Desk) -> None:
    assert refused(lambda: closed.book.witness(RECOVERY_KEY)) == ["witness.wrong"]
    closed.book.switch(recovery_key=RECOVERY_KEY)
    assert refused(lambda: beta(closed.book)) == ["witness.recovery"], "one person with the paper would be both"
    assert closing.list_periods(closed.book)[0].locked


def test_a_reopening_that_the_second_person_did_not_sign_is_found(closed: Desk) -> None:
    second = beta(closed.book).person_id
    closing.reopen(closed.book, JANUARY, "The bank corrected a line.", beta(closed.book), closed.now)
    found = check_book(tampered(closed.book, f"DELETE FROM signature WHERE person_id = {second}"))
    assert ("check.reopening_unsigned", "1", {"person": second}) in [(one.code, one.subject, dict(one.values)) for one in found]


# --- period 13 --------------------------------------------------------------------------------------------------------
def _pair(account: str, fund: int, amount: str) -> tuple[Posting, ...]:
    money = euro(amount)
    return Posting("1020", fund, money), Posting(account, fund, -money, Flow.COLLECTED)


def adjust(desk: Desk, agreed_by: int | None, dated: str = "01-31", second: Witness | None = None) -> None:
    with desk.book.operation("voucher add", desk.now) as op:
        entry = Entry(f"adjusted {dated}", EntryKind.ADJUSTMENT, day(dated), _pair("4020", op.unrestricted_fund, "5.00"))
        [made] = journal.post(op, [entry])
        vouchers.add_voucher(op, VoucherKind.ADJUSTMENT, op.unrestricted_fund, euro("5.00"), day(dated), made, agreed_by=agreed_by)
        if second:
            sign_close(desk.book, op, second)


def test_an_adjustment_of_two_people_enters_the_last_day_and_shows_between_before_and_after(closed: Desk) -> None:
    second = beta(closed.book)
    adjust(closed, second.person_id, second=second)
    report = build_report(closed.book, "trial-balance", Audience.AUDITOR, start=JANUARY[0], end=JANUARY[1])
    table = next(one for one in report.sections if isinstance(one, Table))
    [cash] = [row for row in table.rows if row.cells[0] == "1020"]
    assert [str(cell) for cell in cash.cells[1:]] == ["0.00", "0.00", "5.00", "0.00", "5.00", "0.00", "5.00"]
    assert check_book(closed.book) == []


@pytest.mark.parametrize("alone", [None, 1])
def test_an_adjustment_of_one_person_is_refused(closed: Desk, alone: int | None) -> None:
    with pytest.raises(IntegrityError, match="adjustment by one person"):
        adjust(closed, alone)


def test_an_adjustment_is_dated_the_last_day(closed: Desk) -> None:
    person = beta(closed.book).person_id
    assert refused(lambda: adjust(closed, person, "01-30")) == ["entry.period_locked"]
    assert check_book(closed.book) == []
