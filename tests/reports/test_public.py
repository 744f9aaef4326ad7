"""The public edition names nobody and singles out nobody: default deny, five donors, nothing to be found by subtraction."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.campaign import State
from fundledger.domain.money import Money
from fundledger.domain.reference import creditor_reference
from fundledger.reports import appeal
from fundledger.reports.catalogue import build_report, forbidden_names
from fundledger.reports.value import AppealState, Audience, Comparison, Figures, Message, Paragraph, Report, Row, Table
from fundledger.services import campaigns, reconciling
from fundledger.store import campaigns as campaign_store
from tests.services.bookkeeping import GIFTS, Desk, Paid, collected, day, differences, faults, figure, refused, reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.store.book import Book


def values(part: object) -> Iterator[object]:
    """Every value of a report, however deep."""
    if is_dataclass(part) and not isinstance(part, Money):
        for one in fields(part):
            yield from values(getattr(part, one.name))
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from (key, *values(value))
    elif isinstance(part, (tuple, list)):
        for value in part:
            yield from values(value)
    else:
        yield part


def public(book: Book) -> list[Report]:
    return [one for one in reports(book) if one.audience is Audience.PUBLIC]


def text_of(report: Report) -> str:
    return "\n".join(str(value) for section in report.sections for value in values(section)).casefold()


def rows(report: Report) -> list[Row]:
    return [row for one in report.sections if isinstance(one, Table) for row in one.rows]


def shown(report: Report) -> set[str]:
    """Every amount that is shown."""
    return {str(value) for section in report.sections for value in values(section) if isinstance(value, Money)}


# --- the sample's public edition --------------------------------------------------------------------------------------
def test_no_name_no_account_no_reference_no_entry_and_no_day(sample: Book) -> None:
    with sample.reading() as db:
        found = db.exec_driver_sql("SELECT bank_reference, end_to_end FROM identity_line WHERE length(bank_reference) > 3").all()
    hidden = {value.casefold() for value in (*forbidden_names(sample), *(part for row in found for part in row if part))} - {"notprovided"}
    assert len(hidden) > 200
    for report in public(sample):
        told = text_of(report)
        assert [value for value in hidden if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", told)] == []
        assert not [value for section in report.sections for value in values(section) if isinstance(value, date)]
        assert not [row for row in rows(report) if row.entries]
        assert not re.search(r"\b[a-z]{2}\d{2}[0-9a-z]{11,30}\b", told), "no account number at all"


def test_no_column_of_the_public_edition_could_hold_a_person_or_a_line(sample: Book) -> None:
    allowed = {"fund", "state", "needed", "collected", "fees", "moved_in", "moved_out", "opening", "paid", "remaining", "quarter"}
    assert {column.key for one in public(sample) for part in one.sections if isinstance(part, Table) for column in part.columns} == allowed


def test_no_amount_of_a_single_gift_stands_beside_a_time(sample: Book) -> None:
    for report in public(sample):
        for found in (one for one in report.sections if isinstance(one, Table) and one.key == "quarters"):
            [cells] = [[row.cells[1] for row in found.rows]]
            assert sum(cell.minor for cell in cells if isinstance(cell, Money)) == found.totals["collected"].minor  # type: ignore[union-attr]


def test_the_public_and_the_auditor_read_the_same_figures(sample: Book) -> None:
    for code in ("C-101", "C-102", "C-103", "C-104", "C-105"):
        one, other = (build_report(sample, "campaign", audience, campaign=code) for audience in (Audience.PUBLIC, Audience.AUDITOR))
        for key in ("needed", "collected", "paid", "remaining"):
            assert figure(one, f"figure.{key}") == figure(other, f"figure.{key}")


# --- too few donors ---------------------------------------------------------------------------------------------------
def small_desk(desk: Desk, n: int = 4, code: str = "C-101", others: int = 0) -> Desk:
    """A campaign of so many donors, and so many who gave to the foundation."""
    desk.campaign(code)
    foundation = [Paid("7.00", name=f"Friend {one}", iban=f"LT66{one}", bank=f"F-{one}") for one in range(others)]
    desk.take(*collected(code)[:n], *foundation, opening="500.00")
    desk.sure()
    for line in desk.lines():
        desk.accept(line.id, "foundation")
    return desk


def test_a_campaign_of_four_donors_shows_what_is_needed_and_how_it_stands(desk: Desk) -> None:
    report = build_report(small_desk(desk).book, "campaign", Audience.PUBLIC, campaign="C-101")
    [figures] = [one for one in report.sections if isinstance(one, Figures)]
    assert ([message.key for message, _ in figures.items], figures.note) == (
        ["figure.state", "figure.needed"],
        Message("note.fewer_than_five"),
    )
    assert {type(one) for one in report.sections} <= {Figures, Paragraph}
    assert shown(report) == {"3030.00"}


def test_with_the_fifth_donor_the_totals_are_exact(desk: Desk) -> None:
    report = build_report(small_desk(desk, 5).book, "campaign", Audience.PUBLIC, campaign="C-101")
    assert figure(report, "figure.collected") == "3030.00"
    [quarters] = [one for one in report.sections if isinstance(one, Table)]
    assert [str(row.cells[1]) for row in quarters.rows] == ["3030.00"]


def test_one_donor_under_two_spellings_is_still_one(desk: Desk) -> None:
    desk.campaign()
    rf = creditor_reference("C-101")
    names = ("Testa Testaitė", "TESTAITE TESTA", "Testaitė, Testa", "Testa Testaite")
    gifts = [Paid("10.00", name=name, rf=rf, bank=f"B-{n}") for n, name in enumerate(names)]
    desk.take(*gifts, *collected()[2:3], opening="500.00")
    desk.sure()
    assert figure(build_report(desk.book, "campaign", Audience.AUDITOR, campaign="C-101"), "figure.donors") == 2


def fund_rows(report: Report) -> dict[str, tuple[str, ...]]:
    """Each row of the overview by its name."""
    named = {}
    for row in rows(report):
        head = row.cells[0]
        named[head.key if isinstance(head, Message) else str(head).partition(" ")[0]] = tuple(str(cell) for cell in row.cells[1:])
    return named


def test_one_small_campaign_is_folded_into_everything_else(desk: Desk) -> None:
    small_desk(desk, 5, others=5)
    desk.campaign("C-102")
    desk.take(
        Paid("11.00", "02-05", name="Donor Kappa", rf=creditor_reference("C-102")),
        first="02-01",
        last="02-28",
        opening="3565.00",
        number="2",
    )
    desk.sure()
    report = build_report(desk.book, "overview", Audience.PUBLIC)
    assert list(fund_rows(report)) == ["C-101", "fund.others_and_small"]
    assert "11.00" not in shown(report)
    assert (figure(report, "figure.remaining"), faults(desk.book)) == ("3576.00", [])


def test_two_small_campaigns_of_five_donors_make_a_row_of_their_own(desk: Desk) -> None:
    small_desk(desk, 5, others=5)
    for n, code in enumerate(("C-102", "C-103"), 2):
        desk.campaign(code)
        gifts = [Paid("11.00", f"0{n}-05", f"Giver {n}{one}", rf=creditor_reference(code), bank=f"{n}-{one}") for one in range(n)]
        desk.take(*gifts, first=f"0{n}-01", last=f"0{n}-28", opening="3565.00" if n == 2 else "3587.00", number=str(n))
        desk.sure()
    report = build_report(desk.book, "overview", Audience.PUBLIC)
    assert list(fund_rows(report)) == ["C-101", "fund.small", "fund.others"]
    assert not shown(report) & {"22.00", "33.00"}
    assert ("55.00" in shown(report), faults(desk.book)) == (True, [])


def test_where_too_few_stand_behind_the_rest_no_total_is_given_in_any_report(desk: Desk) -> None:
    """The rest could be found by taking what is shown from a total."""
    small_desk(desk, 5, others=1)
    overview, tied = (build_report(desk.book, name, Audience.PUBLIC) for name in ("overview", "reconciliation"))
    assert [part.text for part in overview.sections if isinstance(part, Paragraph)] == [Message("note.no_total")]
    assert list(fund_rows(overview)) == ["C-101"]
    assert [one.totals for one in overview.sections if isinstance(one, Table)] == [{}]
    assert not shown(tied) & {"3537.00", "507.00", "7.00"}
    assert Message("note.no_total") in [part.text for part in tied.sections if isinstance(part, Paragraph)]
    assert not [one for one in tied.sections if isinstance(one, Comparison)]
    assert faults(desk.book) == []


def test_a_book_of_few_donors_shows_nothing(desk: Desk) -> None:
    overview = build_report(small_desk(desk, 2).book, "overview", Audience.PUBLIC)
    assert overview.sections == (Paragraph(Message("note.nothing_to_show")),)


def test_what_came_before_a_public_period_hides_nobodys_gift(desk: Desk) -> None:
    """An opening made of one gift would show that gift."""
    desk.campaign()
    desk.take(Paid("33.00", "03-05", "Donor Kappa", rf=creditor_reference("C-101")), *collected(on="04-05"), last="04-30", opening="500.00")
    desk.sure()
    report = build_report(desk.book, "campaign", Audience.PUBLIC, campaign="C-101", start=day("04-01"), end=day("06-30"))
    assert not shown(report) & {"33.00", "3063.00"}
    whole = build_report(desk.book, "campaign", Audience.PUBLIC, campaign="C-101")
    assert figure(whole, "figure.collected") == "3063.00"
    quiet = build_report(desk.book, "campaign", Audience.PUBLIC, campaign="C-101", start=day("01-01"), end=day("06-30"))
    assert figure(quiet, "figure.collected") == "3063.00"


def test_returns_are_netted_and_said_so(desk: Desk) -> None:
    small_desk(desk, 5, others=5)
    refund = Paid("-230.00", "02-05", "Bandomas Žodis", "LT1499")
    sixth = Paid("10.00", "02-06", "Sixth Donor", "LT1799", rf=creditor_reference("C-101"), bank="S-6")
    desk.take(refund, sixth, first="02-01", last="02-28", opening="3565.00", number="2")
    desk.accept_as(desk.line("-230.00"), "refund", campaign="C-101")
    withheld = build_report(desk.book, "campaign", Audience.PUBLIC, campaign="C-101")
    assert "figure.collected" not in text_of(withheld), "four may be left of the five who gave"
    assert desk.sure() == 1
    report = build_report(desk.book, "campaign", Audience.PUBLIC, campaign="C-101")
    assert figure(report, "figure.collected") == "2810.00"
    assert "figure.collected" in text_of(report)
    assert Message("note.netted") in [part.text for part in report.sections if isinstance(part, Paragraph)]
    assert not [one for one in report.sections if isinstance(one, Table)], "quarters would show what was returned"
    overview = build_report(desk.book, "overview", Audience.PUBLIC)
    for one in (report, overview):
        assert not shown(one) & {"230.00", "-230.00"}
        assert "returned" not in text_of(one)
        assert differences(one) == []


def test_a_campaign_whose_public_name_is_its_code_has_no_title_and_no_story(desk: Desk) -> None:
    desk.campaign("C-777", disclosure="code")
    report = build_report(desk.book, "campaign", Audience.PUBLIC, campaign="C-777")
    assert report.subject == "C-777"
    assert "title of" not in text_of(report)
    assert "a story" not in text_of(report)
    assert (appeal.build(desk.book, "C-777").title, appeal.build(desk.book, "C-777").story) == ("C-777", "")


# --- the appeal's own page --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "state", "figures"),
    [
        ("C-101", AppealState.CLOSED, ("3030.00", "3030.00", "3030.00", "0.00")),
        ("C-102", AppealState.CLOSED, ("3030.00", "3030.00", "2800.00", "0.00")),
        ("C-104", AppealState.OPEN, ("5000.00", "1600.00", "900.00", "930.00")),
    ],
)
def test_the_page_says_what_the_books_say(sample: Book, code: str, state: AppealState, figures: tuple[str, ...]) -> None:
    page = appeal.build(sample, code, "lt")
    assert (str(page.asked), str(page.collected), str(page.paid), str(page.remaining)) == figures
    with sample.reading() as db:
        found = campaign_store.find_campaign(db, code, "EUR")
    assert (page.state, page.title, page.foundation) == (state, found.title("lt"), sample.name)
    assert page.reference == (found.reference if found.state is State.OPEN else None)
    assert page.as_of is not None


def test_the_page_of_four_donors_keeps_every_sum_to_itself(desk: Desk) -> None:
    small_desk(desk)
    desk.invoice("1000.00")
    desk.take(Paid("-1000.00", "02-05", text="SLO-14"), first="02-01", last="02-28", opening="3300.00", number="2")
    reconciling.accept_match(desk.book, reconciling.proposals(desk.book)[desk.line("-1000.00")][0], desk.now)
    page = appeal.build(desk.book, "C-101")
    assert (page.collected, page.paid, page.remaining, str(page.asked)) == (None, None, None, "3030.00")


def test_a_draft_has_no_page_and_an_over_one_asks_for_nothing(desk: Desk) -> None:
    found = desk.campaign("C-201")
    campaigns.end_collection(desk.book, found.code, day("02-01"), desk.now)
    assert (appeal.build(desk.book, "C-201").state, appeal.build(desk.book, "C-201").reference) == (AppealState.OVER, None)
    campaigns.add_campaign(desk.book, "C-202", found.asked, found.mandate, desk.now)
    assert refused(lambda: appeal.build(desk.book, "C-202")) == ["campaign.draft"]
    assert len(GIFTS) == 5
