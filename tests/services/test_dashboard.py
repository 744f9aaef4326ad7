"""The first page: its figures are the funds report's, and whatever needs a person is told until it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.domain.closing import days_of
from fundledger.domain.money import Money
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience, Comparison
from fundledger.services import accounts, backups, campaigns, closing, dashboard, deciding, invoices, payees, people, reviews, undoing
from fundledger.services.dashboard import NeedKey, read_months, read_needs, read_totals
from fundledger.store import dashboard as store
from fundledger.store import lines
from tests.services.bookkeeping import LAWYER, PAYEE, RECOVERY_KEY, Desk, Paid, at, collected, day, euro, figure, standard_desk
from tests.services.test_foreign import GIFT, accept, activity, line_of, take_rates

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from fundledger.store.book import Book

PAPER = Path(__file__).parents[2] / "resources" / "sample" / "documents" / "invoice-SLO1-2025-014.pdf"
TODAY = date(2026, 2, 10)


def needs(book: Book, on: date = TODAY) -> dict[NeedKey, int]:
    """What the first page tells of that day; the recovery key of these books was never typed back."""
    return {one.key: one.n for one in read_needs(book, at(on)) if one.key is not NeedKey.RECOVERY}


def told(book: Book, key: NeedKey, on: date = TODAY) -> Mapping[str, object]:
    """What the sentence of a need names."""
    return next(one.values for one in read_needs(book, at(on)) if one.key is key)


# --- the money --------------------------------------------------------------------------------------------------------
def test_the_figures_are_those_of_the_funds_report_and_tie_out(sample: Book) -> None:
    found = read_totals(sample)
    overview = build_report(sample, "overview", Audience.AUDITOR, campaign=None, end=None, language="en")
    assert (str(found.collected), str(found.paid)) == (figure(overview, "figure.collected"), figure(overview, "figure.paid"))
    tie_out = build_report(sample, "reconciliation", Audience.AUDITOR, campaign=None, end=None, language="en")
    four = next(one for one in tie_out.sections if isinstance(one, Comparison))
    held = {name.key: amount for name, amount in four.sides}
    assert found.free + found.unidentified == held["side.funds"], "nothing is owed, and no processor holds anything"


def test_free_is_what_every_campaign_and_the_foundation_may_still_promise(desk: Desk) -> None:
    found = read_totals(desk.book)
    assert (found.collected, found.committed, found.paid) == (euro("3030.00"), euro("3030.00"), euro("0.00"))
    assert found.free == euro("3530.00"), "the foundation's own 500.00 are free, too"
    desk.invoice("1000.00")
    found = read_totals(desk.book)
    assert (found.committed, found.paid, found.free) == (euro("3030.00"), euro("0.00"), euro("2530.00"))


def test_what_waits_in_suspense_is_free_for_nobody(desk: Desk) -> None:
    desk.take(Paid("25.00", "02-03"), first="02-01", last="02-28", opening="3530.00", number="2")
    before = read_totals(desk.book).free
    desk.accept_as(desk.line("25.00"), "suspense")
    found = read_totals(desk.book)
    assert (found.free, found.unidentified) == (before, euro("25.00"))


def test_an_account_in_another_currency_is_told_at_what_it_was_booked(book: Book, tmp_path: Path) -> None:
    desk = standard_desk(book, tmp_path)
    assert read_totals(book).foreign == ()
    accounts.add_account(book, "", "Gifthub", desk.now, processor="gifthub", currency="USD")
    take_rates(desk)
    activity(desk, GIFT)
    accept(desk, line_of(desk, "1060-1", 100_00), "campaign:C-101=100.00")
    assert read_totals(book).foreign == (("1060-1", "USD", euro("92.00")),)


def test_an_empty_book_has_begun_nothing(book: Book, tmp_path: Path) -> None:
    found = read_totals(book)
    assert (found.has_account, found.has_campaign, found.begun) == (False, False, False)
    assert (found.collected, found.goals, read_months(book, TODAY)) == (euro("0.00"), (), ())
    desk = Desk(book, tmp_path)
    desk.account()
    desk.campaign()
    found = read_totals(book)
    assert (found.has_account, found.has_campaign, found.begun) == (True, True, False)
    desk.take(*collected())
    assert read_totals(book).begun


def test_the_goals_are_the_campaigns_that_collect(desk: Desk) -> None:
    desk.campaign("C-102")
    assert [(one.campaign.code, one.collected) for one in read_totals(desk.book).goals] == [
        ("C-101", euro("3030.00")),
        ("C-102", euro("0.00")),
    ]
    desk.end("C-101")
    assert [one.campaign.code for one in read_totals(desk.book).goals] == ["C-102"]


# --- month by month ---------------------------------------------------------------------------------------------------
def test_months_added_up_in_parts_are_the_same(sample: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_months(sample, date(2026, 1, 15))
    sample.kept.clear()
    monkeypatch.setattr(store, "_AT_ONCE", 7)
    assert read_months(sample, date(2026, 1, 15)) == whole


def test_the_months_are_those_of_the_funds_report_of_the_same_days(sample: Book) -> None:
    months = read_months(sample, date(2026, 1, 15))
    assert [one.first for one in months] == [date(2025, month, 1) for month in range(1, 13)]
    for one in months:
        start, end = days_of(f"{one.first:%Y-%m}")
        report = build_report(sample, "overview", Audience.AUDITOR, campaign=None, start=start, end=end, language="en")
        assert (str(one.collected), str(one.paid)) == (figure(report, "figure.collected"), figure(report, "figure.paid"))
    assert sum((one.collected for one in months), Money(0, "EUR")) == read_totals(sample).collected


def test_what_was_added_up_once_takes_only_what_came_since(desk: Desk) -> None:
    assert [one.collected for one in read_months(desk.book, TODAY)][-1] == euro("3030.00")
    desk.take(*collected(on="02-03"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.sure()
    assert [one.collected for one in read_months(desk.book, TODAY)][-2:] == [euro("3030.00")] * 2
    undoing.undo(desk.book, desk.now)
    kept = read_months(desk.book, TODAY)
    desk.book.kept.clear()
    assert kept == read_months(desk.book, TODAY)
    assert kept[-1].collected == euro("3030.00"), "February moved nothing but what was taken back: January is the last"


# --- what needs a person ----------------------------------------------------------------------------------------------
def test_where_all_is_done_nothing_needs_anybody_but_the_key(desk: Desk) -> None:
    desk.invoice("3030.00", document=PAPER)
    assert NeedKey.RECOVERY in {one.key for one in read_needs(desk.book, at(day("01-20")))}
    people.confirm_recovery(desk.book, RECOVERY_KEY, desk.now)
    backups.back_up(desk.book, desk.now)
    assert [one.key for one in read_needs(desk.book, at(day("01-20")))] == [NeedKey.PAY]


def test_a_line_is_told_until_it_is_booked(desk: Desk) -> None:
    desk.take(Paid("-7.00", "02-03"), Paid("9.00", "02-05"), first="02-01", last="02-28", opening="3530.00", number="2")
    assert needs(desk.book)[NeedKey.LINES] == 2
    assert told(desk.book, NeedKey.LINES) == {"day": day("02-03")}
    with desk.book.reading() as db:
        assert lines.count_open(db) == 2
    desk.accept_as(desk.line("-7.00"), "charge")
    desk.accept_as(desk.line("9.00"), "suspense")
    assert NeedKey.LINES not in needs(desk.book)
    undoing.undo(desk.book, desk.now)
    assert needs(desk.book)[NeedKey.LINES] == 1


def test_a_line_that_may_be_a_twin_is_told_until_somebody_says(desk: Desk) -> None:
    paid = Paid("50.00", "02-05", "Donor Alpha", "LT1099", "a gift", bank="B-1")
    other = Paid("7.00", "02-06", "Donor Gamma", "LT1199", "a gift", bank="B-2")
    for amount, opening in (("50.00", "3530.00"), ("55.00", "3530.00")):
        desk.take(replace(paid, amount=amount), other, first="02-01", last="02-28", opening=opening, number="2")
    [unsure] = desk.lines("unsure")
    assert needs(desk.book)[NeedKey.UNSURE] == 1
    deciding.replace_lines(desk.book, [unsure.id], desk.now)
    assert NeedKey.UNSURE not in needs(desk.book)


def test_a_gap_is_told_until_its_statement_comes(desk: Desk) -> None:
    desk.take(first="03-01", last="03-31", opening="3600.00", number="3")
    assert needs(desk.book)[NeedKey.GAP] == 1
    assert told(desk.book, NeedKey.GAP) == {"account": "1010-1", "start": day("02-01"), "end": day("02-28")}
    desk.take(Paid("70.00", "02-05"), first="02-01", last="02-28", opening="3530.00", number="2")
    assert NeedKey.GAP not in needs(desk.book)


def test_days_without_a_statement_over_which_nothing_moved_lack_nothing(desk: Desk) -> None:
    desk.take(first="03-01", last="03-31", opening="3530.00", number="3")
    assert NeedKey.GAP not in needs(desk.book)


def test_an_invoice_is_told_in_the_lane_it_stands_in(desk: Desk) -> None:
    desk.invoice("1000.00", approve=False, document=PAPER)
    assert (needs(desk.book)[NeedKey.INBOX], NeedKey.APPROVE in needs(desk.book)) == (1, False), (
        "nobody has asked the payee for the account"
    )
    payees.verify_payee(desk.book, LAWYER, PAYEE, desk.now)
    assert (NeedKey.INBOX in needs(desk.book), needs(desk.book)[NeedKey.APPROVE]) == (False, 1)
    invoices.approve_invoice(desk.book, "SLO-14", desk.now)
    assert (NeedKey.APPROVE in needs(desk.book), needs(desk.book)[NeedKey.PAY]) == (False, 1)
    desk.take(Paid("-1000.00", "02-05", LAWYER, PAYEE), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept(desk.line("-1000.00"), "invoice:SLO-14")
    assert NeedKey.PAY not in needs(desk.book)


def test_a_campaign_that_promised_more_than_it_has_is_told_until_it_has_it(desk: Desk) -> None:
    desk.campaign("C-102", "500.00")
    assert needs(desk.book)[NeedKey.SHORT] == 1
    assert told(desk.book, NeedKey.SHORT) == {"lacking": euro("500.00")}
    assert dashboard.short_campaigns(desk.book) == [desk.find("C-102").id]
    gift = Paid("500.00", "02-03", "Donor Alpha", "LT1099", rf=desk.find("C-102").reference, bank="second")
    desk.take(gift, first="02-01", last="02-28", opening="3530.00", number="2")
    assert desk.sure() == 1
    assert NeedKey.SHORT not in needs(desk.book)


def test_what_was_paid_of_a_promise_is_no_longer_lacking(desk: Desk) -> None:
    desk.invoice("3030.00")
    desk.take(Paid("-3030.00", "02-05", LAWYER, PAYEE), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept(desk.line("-3030.00"), "invoice:SLO-14")
    assert desk.figures().remaining == euro("0.00")
    assert NeedKey.SHORT not in needs(desk.book)


def test_a_collection_that_is_over_is_told_until_the_campaign_is_closed(desk: Desk) -> None:
    desk.end()
    assert needs(desk.book)[NeedKey.OVER] == 1
    desk.close()
    assert NeedKey.OVER not in needs(desk.book)
    assert read_totals(desk.book).committed == euro("0.00"), "a closed campaign promises nothing any more"


def test_a_consent_is_told_a_month_before_it_ends_and_until_there_is_another(desk: Desk) -> None:
    ends = date(2026, 6, 30)
    terms: dict[str, object] = {"consent_scope": "name", "consent_on": day("01-01"), "consent_until": ends}
    campaigns.change_mandate(desk.book, "C-101", day("01-05"), desk.now, terms)
    assert NeedKey.CONSENT not in needs(desk.book, ends - timedelta(days=31))
    for on in (ends - timedelta(days=30), ends, ends + timedelta(days=1)):
        assert needs(desk.book, on)[NeedKey.CONSENT] == 1
        assert dashboard.consents(desk.book, on) == [desk.find("C-101").id]
    campaigns.change_mandate(desk.book, "C-101", day("01-05"), desk.now, terms | {"consent_until": date(2027, 6, 30)})
    assert NeedKey.CONSENT not in needs(desk.book, ends)


def test_a_held_gift_is_told_until_two_people_have_decided(desk: Desk) -> None:
    desk.take(Paid("40.00", "02-03", "Donor Alpha", "LT1099"), first="02-01", last="02-28", opening="3530.00", number="2")
    reviews.hold(desk.book, desk.line("40.00"), desk.now)
    assert needs(desk.book)[NeedKey.REVIEW] == 1
    undoing.undo(desk.book, desk.now)
    assert NeedKey.REVIEW not in needs(desk.book)


def test_an_old_backup_is_told_only_where_something_was_done_since(desk: Desk) -> None:
    backups.back_up(desk.book, at(day("01-10")))
    assert NeedKey.BACKUP not in needs(desk.book, day("03-10")), "nothing was done since"
    desk.campaign("C-102")
    assert NeedKey.BACKUP not in needs(desk.book, day("01-17"))
    assert needs(desk.book, day("01-18"))[NeedKey.BACKUP] == 1
    assert told(desk.book, NeedKey.BACKUP, day("01-18")) == {"days": 8}
    backups.back_up(desk.book, at(day("01-18")))
    assert NeedKey.BACKUP not in needs(desk.book, day("03-10"))


def test_a_book_that_lost_its_backups_says_so(desk: Desk) -> None:
    for file in backups.kept_backups(desk.book):
        file.file.unlink()
    assert told(desk.book, NeedKey.BACKUP, day("01-01")) == {"days": 0}


def test_a_month_is_ready_once_every_line_is_decided_and_until_it_is_closed(desk: Desk) -> None:
    assert NeedKey.PERIOD not in needs(desk.book, day("01-31")), "January is not over"
    assert told(desk.book, NeedKey.PERIOD) == {"period": "2026-01"}
    desk.take(Paid("-7.00", "01-20", bank="late"), first="01-01", last="01-31", opening="3530.00", number="1b")
    assert NeedKey.PERIOD not in needs(desk.book), "a line of January waits"
    undoing.undo(desk.book, desk.now)
    assert needs(desk.book)[NeedKey.PERIOD] == 1
    assert needs(desk.book, day("03-10"))[NeedKey.PERIOD] == 1, "February has no statement"
    closing.close_period(desk.book, days_of("2026-01"), desk.now)
    assert NeedKey.PERIOD not in needs(desk.book)
