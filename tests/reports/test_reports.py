"""The reports of the sample's year: to the cent, tied out each in its own way, and of the date of their data."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.money import Money
from fundledger.reports.catalogue import REPORTS, build_report
from fundledger.reports.value import Audience, Bar, Comparison, Figures, Identity, Message, Paragraph, Report, Table
from fundledger.store import extracts
from tests.services.bookkeeping import cents, differences, figure, refused, reports, said

if TYPE_CHECKING:
    from fundledger.store.book import Book

YEAR_END = date(2025, 12, 31)
BOTH = (Audience.PUBLIC, Audience.AUDITOR)


def campaign(book: Book, code: str, audience: Audience, start: str | None = None, end: str | None = None) -> Report:
    first, last = (date.fromisoformat(day) if day else None for day in (start, end))
    return build_report(book, "campaign", audience, campaign=code, start=first, end=last)


def table(report: Report, key: str) -> Table:
    [found] = [one for one in report.sections if isinstance(one, Table) and one.key == key]
    return found


def column(found: Table, key: str) -> list[str]:
    place = [one.key for one in found.columns].index(key)
    return [str(row.cells[place]) for row in found.rows]


# --- to the cent ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("audience", BOTH)
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("C-101", ["3030.00", "3030.00", "3030.00", "0.00"]),
        ("C-102", ["3030.00", "3030.00", "2800.00", "0.00"]),
        ("C-103", ["3400.00", "3030.00", "3400.00", "0.00"]),
        ("C-104", ["5000.00", "1600.00", "900.00", "930.00"]),
        ("C-105", ["1200.00", "270.00", "0.00", "270.00"]),
    ],
)
def test_needed_collected_paid_remaining(sample: Book, code: str, audience: Audience, expected: list[str]) -> None:
    report = campaign(sample, code, audience)
    assert [figure(report, f"figure.{key}") for key in ("needed", "collected", "paid", "remaining")] == expected
    [bar] = [one for one in report.sections if isinstance(one, Bar)]
    assert [str(amount) for amount in (bar.needed, bar.collected, bar.paid)] == expected[:3]


def test_the_open_campaign_has_promised_more_than_it_collected(sample: Book) -> None:
    assert figure(campaign(sample, "C-104", Audience.AUDITOR), "figure.committed") == "4100.00"


def test_every_report_ties_out(sample: Book) -> None:
    made = reports(sample)
    assert len(made) == 14
    assert [wrong for one in made for wrong in differences(one)] == []
    assert sum(isinstance(section, Identity) for one in made for section in one.sections) == 10
    assert sum(isinstance(section, Comparison) for one in made for section in one.sections) == 9


def test_a_difference_would_be_seen(sample: Book) -> None:
    report = campaign(sample, "C-101", Audience.AUDITOR)
    [identity] = [one for one in report.sections if isinstance(one, Identity)]
    wrong = Identity(identity.key, identity.terms, identity.result_key, Money(1, "EUR"))
    sides = Comparison("tie_out", ((Message("side.bank"), Money(1, "EUR")), (Message("side.ledger"), Money(2, "EUR"))))
    assert len(differences(Report("x", Audience.PUBLIC, Message("x"), "", "EUR", None, (wrong, sides)))) == 2


def test_the_overview_over_all_funds_is_all_the_money_there_is(sample: Book) -> None:
    report = build_report(sample, "overview", Audience.AUDITOR)
    places = [figure(report, f"place.{place}") for place in ("bank", "cash", "clearing", "disputed", "transit")]
    total = table(report, "funds").totals["remaining"]
    with sample.reading() as db:
        bank = sum(one.ledger_minor for one in extracts.bank_facts(db, None, "EUR"))
    assert places == [str(Money(bank, "EUR")), "0.00", "0.00", "0.00", "0.00"]
    assert figure(report, "figure.all_money") == figure(report, "figure.remaining") == str(total) == places[0]


def test_the_public_reads_all_the_money_in_one_sum(sample: Book) -> None:
    """What is in cash, or on its way from a processor, may be one gift."""
    report = build_report(sample, "overview", Audience.PUBLIC)
    [agreed] = [one for one in report.sections if isinstance(one, Comparison)]
    assert [str(amount) for _, amount in agreed.sides] == [str(table(report, "funds").totals["remaining"])] * 2
    assert "place.bank" not in {name.key for one in report.sections if isinstance(one, Figures) for name, _ in one.items}


def test_the_four_sides_of_the_tie_out_agree_and_say_what_is_open(sample: Book) -> None:
    for audience in BOTH:
        report = build_report(sample, "reconciliation", audience)
        [sides] = [one for one in report.sections if isinstance(one, Comparison)]
        assert [message.key for message, _ in sides.sides] == ["side.bank", "side.ledger", "side.funds", "side.published"]
        assert (sides.sides[3][1], sides.note) == (None, Message("note.none_published"))
        assert (figure(report, "figure.open_lines"), figure(report, "figure.unsure_lines")) == (3, 0)
    accounts = table(build_report(sample, "reconciliation", Audience.AUDITOR), "accounts")
    assert column(accounts, "difference") == ["0.00", "0.00"]
    outstanding = table(build_report(sample, "reconciliation", Audience.AUDITOR), "outstanding")
    assert (len(outstanding.rows), outstanding.totals["amount"]) == (3, -accounts.totals["open"])


@pytest.mark.parametrize("end", ["2025-03-31", "2025-05-14", "2025-06-30", "2025-07-13", "2025-12-31"])
def test_on_any_day_of_the_year_everything_ties_out(sample: Book, end: str) -> None:
    day = date.fromisoformat(end)
    for name in ("overview", "reconciliation"):
        report = build_report(sample, name, Audience.AUDITOR, end=day)
        assert differences(report) == []
        assert report.as_of == day or (report.as_of and report.as_of < day)
    for code in ("C-101", "C-102", "C-103", "C-104", "C-105"):
        assert differences(campaign(sample, code, Audience.AUDITOR, end=end)) == []
        assert differences(campaign(sample, code, Audience.AUDITOR, "2025-03-15", end)) == []


def test_quarters_add_up_to_the_year(sample: Book) -> None:
    ends = ["2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"]
    starts = ["2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01"]
    for key in ("collected", "paid"):
        parts = [figure(campaign(sample, "C-102", Audience.AUDITOR, *period), f"figure.{key}") for period in zip(starts, ends, strict=True)]
        whole = figure(campaign(sample, "C-102", Audience.AUDITOR), f"figure.{key}")
        assert sum(cents(str(part)) for part in parts) == cents(str(whole))


# --- the date of the data, periods, names -----------------------------------------------------------------------------
def test_the_date_of_data_is_the_last_posting_or_the_periods_end(sample: Book) -> None:
    with sample.reading() as db:
        last = extracts.last_posting(db)
    assert last is not None
    assert {one.as_of for one in reports(sample)} == {last}
    assert campaign(sample, "C-101", Audience.AUDITOR, end="2025-06-30").as_of == date(2025, 6, 30)
    assert campaign(sample, "C-101", Audience.AUDITOR, end="2030-12-31").as_of == last


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize(("start", "end"), [("2025-01-02", "2025-03-31"), ("2025-01-01", "2025-03-30"), (None, "2025-05-14")])
def test_a_public_period_that_is_no_whole_quarter_is_refused(sample: Book, name: str, start: str | None, end: str) -> None:
    first = date.fromisoformat(start) if start else None

    def build(audience: Audience) -> Report:
        return build_report(sample, name, audience, campaign="C-101", start=first, end=date.fromisoformat(end))

    assert refused(lambda: build(Audience.PUBLIC)) == ["report.public_period"]
    assert build(Audience.AUDITOR).name == name


def test_reports_that_cannot_be_made_say_why(sample: Book) -> None:
    assert refused(lambda: build_report(sample, "campaign", Audience.PUBLIC)) == ["report.no_campaign"]
    assert refused(lambda: build_report(sample, "weather", Audience.PUBLIC)) == ["report.unknown"]
    assert refused(lambda: campaign(sample, "C-999", Audience.PUBLIC)) == ["campaign.unknown"]
    assert refused(lambda: campaign(sample, "C-101", Audience.AUDITOR, "2025-04-01", "2025-01-01")) == ["report.period_reversed"]


def test_titles_are_in_the_language_asked_for(sample: Book) -> None:
    subjects = [
        build_report(sample, "campaign", Audience.PUBLIC, campaign="C-101", language=language).subject for language in ("en", "lt", "de")
    ]
    assert subjects == ["C-101 · A lawyer for Invented Person One", "C-101 · Advokatas išgalvotam asmeniui Nr. 1", subjects[0]]


# --- what the auditor sees --------------------------------------------------------------------------------------------
def test_the_auditor_walks_from_a_gift_to_its_entry_and_line_by_pseudonym(sample: Book) -> None:
    report = campaign(sample, "C-101", Audience.AUDITOR)
    gifts = table(report, "gifts")
    assert str(gifts.totals["amount"]) == figure(report, "figure.collected") == "3030.00"
    assert all(row.entries == (row.cells[3],) for row in gifts.rows)
    assert all(isinstance(row.cells[1], str) and len(row.cells[1]) == 8 for row in gifts.rows)
    assert len(set(column(gifts, "donor"))) == figure(report, "figure.donors")


def test_pseudonyms_of_two_periods_or_audiences_cannot_be_joined(sample: Book) -> None:
    made = [
        set(column(table(one, "gifts"), "donor"))
        for one in (
            campaign(sample, "C-101", Audience.AUDITOR),
            campaign(sample, "C-101", Audience.INTERNAL),
            campaign(sample, "C-101", Audience.AUDITOR, "2025-01-01", "2025-12-31"),
        )
    ]
    assert not made[0] & made[1]
    assert not made[0] & made[2]
    assert made[0] == set(column(table(campaign(sample, "C-101", Audience.AUDITOR), "gifts"), "donor"))


def test_invoices_and_payments_are_listed_with_their_proof(sample: Book) -> None:
    report = campaign(sample, "C-102", Audience.AUDITOR)
    assert (column(table(report, "invoices"), "amount"), column(table(report, "invoices"), "open")) == (["2800.00"], ["0.00"])
    assert column(table(report, "payments"), "amount") == ["2800.00", "-2800.00", "2800.00"], "paid, returned, paid again"
    [note] = [one.note for one in report.sections if isinstance(one, Figures)]
    assert said(note) == ("note.documented", {"n": "1", "documented": "1"})


def test_the_state_sentence_carries_the_figures(sample: Book) -> None:
    [sentence] = [one.text for one in campaign(sample, "C-101", Audience.AUDITOR).sections if isinstance(one, Paragraph)]
    assert said(sentence) == ("sentence.closed", {"collected": "3030.00", "paid": "3030.00", "remaining": "0.00"})
