"""The appeal's own page after closing: gross, what went back, what is still owed; and in few hands, set off and said so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.money import Money
from fundledger.export.page import closing_text, closing_texts, render
from fundledger.i18n import Speaker, public_languages
from fundledger.reports import appeal
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience
from fundledger.services import campaigns, reconciling
from tests.services.bookkeeping import LAWYER, Desk, Paid, collected, day, differences, faults, figure, standard_desk

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    """C-101 collected 3,030.00, paid 2,800.00 and is closed: 230.00 goes back to five donors."""
    made = standard_desk(book, tmp_path)
    campaigns.change_mandate(book, "C-101", day("01-31"), made.now, {"surplus": "refund", "vat": "with"})
    made.invoice("2800.00")
    made.take(Paid("-2800.00", "02-10", LAWYER, "LT999"), opening="3530.00", first="02-01", last="02-28", number="2")
    made.accept(made.line("-2800.00"), "invoice:SLO-14")
    made.end()
    made.close()
    return made


def pay_back(desk: Desk, *shares: str) -> None:
    """What the bank paid back, to the first donors."""
    gone = [replace(one, amount=f"-{share}", on="04-02", rf=None) for one, share in zip(collected(), shares, strict=False)]
    desk.take(*gone, opening="730.00", first="04-01", last="04-30", number="3")
    for matches in reconciling.proposals(desk.book).values():
        reconciling.accept_match(desk.book, matches[0], desk.now)


def told(desk: Desk, language: str = "en") -> list[str]:
    said = closing_text(appeal.build(desk.book, "C-101", language), Speaker(language, public=True))
    return [line.replace("\u00a0", " ") for line in said]


def test_closed_with_refunds_owed_says_what_is_still_to_go_back(desk: Desk) -> None:
    assert told(desk) == [
        "The collection is over and the campaign is closed. Collected: € 3 030.",
        "Paid to the lawyer: € 2 800.",
        "Remaining: € 230.",
        "Of it still to be sent back to donors: € 230.",
    ]


def test_what_went_back_to_five_people_stands_on_a_line_of_its_own(desk: Desk) -> None:
    pay_back(desk, "75.91", "60.73", "45.54", "30.36", "17.46")
    assert told(desk) == [
        "The collection is over and the campaign is closed. Collected: € 3 030.",
        "Sent back to donors: € 230.",
        "Paid to the lawyer: € 2 800.",
        "Remaining: € 0.",
    ]
    public = build_report(desk.book, "campaign", Audience.PUBLIC, campaign="C-101")
    assert (figure(public, "figure.collected"), figure(public, "figure.returned"), differences(public)) == ("3030.00", "230.00", [])
    assert faults(desk.book) == []


def test_what_went_back_to_few_people_is_set_off_and_that_is_said(desk: Desk) -> None:
    pay_back(desk, "75.91", "60.73")
    found = appeal.build(desk.book, "C-101")
    assert (str(found.collected), found.returned, found.owed_back, found.netted) == ("2893.36", None, None, True)
    assert told(desk)[-1] == "What went back to a few people is taken off the collected sum."
    public = build_report(desk.book, "campaign", Audience.PUBLIC, campaign="C-101")
    assert (figure(public, "figure.collected"), differences(public)) == ("2893.36", [])


def test_all_six_languages_tell_the_same_numbers(desk: Desk) -> None:
    texts = closing_texts(lambda language: appeal.build(desk.book, "C-101", language))
    assert list(texts) == public_languages() == ["be", "de", "en", "lt", "pl", "ru"]
    numbers = {tuple("".join(letter for letter in line if letter.isdigit()) for line in lines) for lines in texts.values()}
    assert numbers == {("3030", "2800", "230", "230")}
    assert len({tuple(lines) for lines in texts.values()}) == len(texts)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "VAT included"), ("lt", "įskaitant PVM"), ("be", "разам з ПДВ"), ("de", "einschließlich"), ("pl", "z VAT"),
        ("ru", "включая НДС"),
    ],
)  # fmt: skip
def test_whether_vat_is_in_what_is_asked_for_is_said_in_words(desk: Desk, language: str, words: str) -> None:
    page = appeal.build(desk.book, "C-101", language)
    assert words in render(page, Speaker(language, public=True))["txt"].decode()
    assert page.asked == Money(303000, "EUR")
