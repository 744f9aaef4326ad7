"""What a person is asked before a file is in: previews, corrected entries, files that do not add up, days that are closed, coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fundledger.domain.coverage import Gap
from fundledger.domain.identity import Span
from fundledger.services import deciding, importing, undoing
from fundledger.services.arriving import Answers, Imported
from fundledger.services.coverage import account_coverage
from fundledger.services.importing import preview
from fundledger.store import lines, reconciliations
from fundledger.store.rows import add_row
from fundledger.store.schema import period
from tests.services.bookkeeping import OURS, Desk, Paid, camt, day, faults, refused
from tests.services.test_importing import everything

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book

GIFT = Paid("50.00", "01-05", "Donor Alpha", "LT1099", "gift for C-101", bank="B-1")
OTHER = Paid("20.00", "01-06", "Donor Beta", "LT1199", "gift", bank="B-2")


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    """A bank and a campaign."""
    made = Desk(book, tmp_path)
    made.account()
    made.campaign()
    return made


def look(desk: Desk, content: str, answers: Answers = Answers()) -> Imported:  # noqa: B008  a frozen value
    [found] = preview(desk.book, desk.file(content), desk.now, answers=answers)
    return found


def told(found: Imported) -> list[str]:
    """What is said of the statement, beside the check digits of the invented accounts."""
    return [problem.code for problem in found.problems if problem.code != "line.iban"]


def groups(found: Imported) -> list[tuple[str, str]]:
    return [(one.group, str(one.line.amount)) for one in found.lines]


# --- previews ---------------------------------------------------------------------------------------------------------
def test_a_preview_says_what_the_import_will_do_and_leaves_nothing(desk: Desk) -> None:
    desk.take(GIFT)
    before = everything(desk.book)
    content = camt([GIFT, OTHER, Paid("9.00", "01-31", status="PDNG")])
    seen = look(desk, content)
    assert groups(seen) == [("already_here", "50.00"), ("new", "20.00"), ("pending", "9.00")]
    assert (seen.operation, everything(desk.book)) == (None, before)
    done = desk.take_in(content)
    assert (done.new, done.already_here, done.pending) == (seen.new, seen.already_here, seen.pending) == (1, 1, 1)


def test_a_preview_of_what_would_be_refused_says_why(desk: Desk) -> None:
    before = everything(desk.book)
    seen = look(desk, camt([GIFT], account="LT601010012345678901"))
    assert [problem.code for problem in seen.refused] == ["account.unknown"]
    assert [problem.code for problem in look(desk, camt([GIFT]).replace("50.00</Amt>", "51.00</Amt>", 1)).refused]
    assert everything(desk.book) == before


def test_the_same_file_again_needs_no_preview(desk: Desk) -> None:
    desk.take_in(camt([GIFT]))
    [seen] = preview(desk.book, desk.file(camt([GIFT])), desk.now)
    assert seen.imported_before
    assert seen.lines == ()


# --- row 17: the bank corrects an entry later -------------------------------------------------------------------------
CORRECTED = Paid("55.00", "01-05", "Donor Alpha", "LT1099", "gift for C-101", bank="B-1")


def corrected(desk: Desk) -> tuple[int, int]:
    """A matched gift of 50.00 and the line of 55.00 that may correct it."""
    desk.take(GIFT, OTHER)
    old = desk.line("50.00")
    desk.accept(old, "campaign:C-101")
    found = desk.take(CORRECTED, OTHER)
    assert (found.new, found.unsure, found.corrected, told(found)) == (0, 1, 1, ["statement.corrected"])
    return old, desk.line("55.00", "unsure")


def test_row_17_a_corrected_entry_waits_beside_the_old_one(desk: Desk) -> None:
    old, new = corrected(desk)
    assert str(desk.figures().collected) == "50.00", "nothing moves before a person decides"
    with desk.book.reading() as db:
        assert lines.find_line(db, new).corrects == old
    again = look(desk, camt([CORRECTED, OTHER, Paid("1.00", "01-07")]))
    assert groups(again) == [("already_here", "55.00"), ("already_here", "20.00"), ("new", "1.00")]


def test_row_17_the_correction_is_taken_the_old_entry_is_reversed_not_changed(desk: Desk) -> None:
    old, new = corrected(desk)
    deciding.replace_lines(desk.book, [new], desk.now)
    assert [(one.state, str(one.amount)) for one in desk.lines("all")] == [("dropped", "50.00"), ("open", "55.00"), ("open", "20.00")]
    with desk.book.reading() as db:
        assert reconciliations.active(db, old, "EUR") is None
    desk.accept(new, "campaign:C-101")
    assert str(desk.figures().collected) == "55.00"
    assert faults(desk.book) == []
    undoing.undo(desk.book, desk.now)
    undoing.undo(desk.book, desk.now)
    assert str(desk.figures().collected) == "50.00"
    assert faults(desk.book) == []


def test_row_17_both_may_be_payments_or_the_new_one_a_mistake(desk: Desk) -> None:
    _, new = corrected(desk)
    deciding.keep_lines(desk.book, [new], desk.now)
    assert [str(one.amount) for one in desk.lines()] == ["55.00", "20.00"]
    undoing.undo(desk.book, desk.now)
    deciding.drop_lines(desk.book, [new], desk.now)
    assert [str(one.amount) for one in desk.lines()] == ["20.00"]


def test_a_line_that_corrects_none_cannot_replace_one(desk: Desk) -> None:
    desk.take(GIFT)
    assert refused(lambda: deciding.replace_lines(desk.book, [desk.line("50.00")], desk.now)) == ["line.not_unsure"]


def test_a_line_the_bank_states_no_more_is_withdrawn_and_stays_a_tombstone(desk: Desk) -> None:
    desk.take(GIFT, OTHER)
    found = desk.take(OTHER)
    assert told(found) == ["statement.lines_missing"]
    deciding.withdraw_lines(desk.book, [desk.line("50.00")], desk.now)
    assert [str(one.amount) for one in desk.lines()] == ["20.00"]
    assert faults(desk.book) == []
    assert desk.take(GIFT, OTHER, Paid("3.00", "01-09")).new == 1, "a tombstone is not offered again"


# --- row 19: a file that does not add up -------------------------------------------------------------------------------
def test_row_19_a_file_that_does_not_add_up_needs_a_reason_that_is_kept(desk: Desk) -> None:
    wrong = camt([GIFT, OTHER]).replace(">70.00<", ">71.00<")
    assert refused(lambda: desk.take_in(wrong)) == ["statement.unbalanced"]
    path = desk.file(wrong)
    assert refused(lambda: importing.import_statement(desk.book, path, desk.now, answers=Answers(unbalanced="  "))) == [
        "statement.unbalanced"
    ]
    done = importing.import_statement(desk.book, path, desk.now, answers=Answers(unbalanced="The bank left a fee out."))
    assert (done.new, told(done)) == (2, ["statement.unbalanced_taken"])
    with desk.book.reading() as db:
        assert db.exec_driver_sql("SELECT reason FROM identity_batch").scalar_one() == "The bank left a fee out."


# --- row 25: days that are closed --------------------------------------------------------------------------------------
def test_row_25_lines_of_closed_days_come_in_only_when_that_is_meant_and_are_booked_on_the_first_open_day(desk: Desk) -> None:
    with desk.book.operation("period close", desk.now) as op:
        add_row(op.db, period, start_on="2026-01-01", end_on="2026-01-31", locked=1)
    assert refused(lambda: desk.take(GIFT)) == ["statement.period_closed"]
    done = importing.import_statement(desk.book, desk.file(camt([GIFT])), desk.now, answers=Answers(late=True))
    assert done.new == 1
    desk.accept(desk.line("50.00"), "campaign:C-101")
    with desk.book.reading() as db:
        assert db.exec_driver_sql("SELECT max(dated) FROM entry").scalar_one() == "2026-02-01"
    assert str(desk.lines("all")[0].booked_on) == "2026-01-05"
    assert faults(desk.book) == []


# --- row 20: whose account is it ---------------------------------------------------------------------------------------
def test_row_20_an_account_is_asked_never_made_and_never_preset(desk: Desk) -> None:
    nameless = camt([GIFT]).replace(f"<Acct><Id><IBAN>{OURS}</IBAN></Id><Ccy>EUR</Ccy></Acct>", "")
    assert refused(lambda: desk.take_in(nameless)) == ["account.unnamed"]
    assert importing.import_statement(desk.book, desk.file(nameless), desk.now, answers=Answers(OURS)).new == 1


# --- coverage -----------------------------------------------------------------------------------------------------------
def test_the_days_of_each_account_that_statements_cover(desk: Desk) -> None:
    desk.take(GIFT, first="01-01", last="01-10")
    desk.take(Paid("5.00", "01-21", bank="B-9"), first="01-21", last="01-31", opening="60.00", number="4")
    desk.take(Paid("5.00", "01-21", bank="B-9"), Paid("6.00", "02-03"), first="01-20", last="02-05", opening="60.00", number="5")
    [found] = account_coverage(desk.book)
    assert found.n_statements == 3
    assert found.coverage.covered == ((day("01-01"), day("01-10")), (day("01-20"), day("02-05")))
    assert found.coverage.gaps == (Gap(day("01-11"), day("01-19"), 1000, (2, 4)),)
    assert found.coverage.overlaps == ((day("01-21"), day("01-31")),)


def test_statements_without_days_cover_nothing() -> None:
    from fundledger.domain.coverage import coverage  # noqa: PLC0415  beside the one case that needs no book

    assert coverage([Span(None, None)]).covered == ()
