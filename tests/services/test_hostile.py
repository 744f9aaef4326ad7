"""A reader who kept every public edition finds nobody: editions of a campaign, of all funds and an appeal's page, in any order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fundledger.domain.reference import creditor_reference
from fundledger.export.recognising import recognise
from fundledger.export.writing import write_page, write_report
from fundledger.i18n import Speaker
from fundledger.reports import appeal
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience, Comparison, Message, Paragraph, Table
from fundledger.services import campaigns, publishing, reconciling
from fundledger.services.disclosing import Words
from tests.services.bookkeeping import Desk, Paid, collected, day, euro, faults, figure, refused
from tests.services.test_vouchers import voucher, witness

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.reports.value import Report
    from fundledger.store.book import Book

YEAR = {"start": day("01-01"), "end": day("12-31")}


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    """Two campaigns of five donors each, and five friends of the foundation, in the first quarter."""
    desk = Desk(book, tmp_path)
    desk.account(opening="500.00")
    desk.campaign()
    desk.campaign("C-102")
    friends = [Paid("7.00", name=f"Friend {one}", iban=f"LT66{one}", bank=f"F-{one}") for one in range(5)]
    desk.take(*collected(), *collected("C-102"), *friends, opening="500.00")
    desk.sure()
    for line in desk.lines():
        desk.accept(line.id, "foundation")
    return desk


def take(desk: Desk, *paid: Paid) -> None:
    """A statement of one day, which goes on from the one before."""
    stated = sum((one.amount for one in (*desk.lines(), *desk.lines("accepted"))), euro("500.00"))
    desk.take(*paid, first=paid[0].on, last=paid[0].on, opening=str(stated))


def given(desk: Desk, n: int, code: str = "C-101", on: str = "05-05", first: int = 1) -> None:
    """So many new donors to a campaign in the second quarter."""
    rf = creditor_reference(code)
    names = [f"New {code} {one}" for one in range(first, first + n)]
    take(desk, *(Paid("11.00", on, name, f"LT77{name[-3:]}{code[-3:]}", rf=rf, bank=name) for name in names))
    desk.sure()


def built(desk: Desk, name: str, **more: object) -> Report:
    return build_report(desk.book, name, Audience.PUBLIC, **more)  # type: ignore[arg-type]


def write(desk: Desk, name: str, **more: object) -> Path:
    [path] = write_report(built(desk, name, **more), desk.folder / "public", ("json",), Speaker("en"), ())
    return path


def publish(desk: Desk, *paths: Path) -> None:
    assert publishing.publish(desk.book, recognise(desk.book, paths), desk.now).ids
    assert faults(desk.book) == []


def refusal(desk: Desk, *paths: Path) -> list[str]:
    return refused(lambda: publishing.publish(desk.book, recognise(desk.book, paths), desk.now))


def funds(report: Report) -> list[str]:
    """What stands in the rows of a table of funds."""
    heads = [row.cells[0] for one in report.sections if isinstance(one, Table) and one.key == "funds" for row in one.rows]
    return [head.key if isinstance(head, Message) else str(head).partition(" ")[0] for head in heads]


HELD = ["disclosure.singled_out"]


# --- one campaign -----------------------------------------------------------------------------------------------------
def test_four_new_donors_wait_and_the_fifth_lets_them_out(desk: Desk) -> None:
    publish(desk, write(desk, "campaign", campaign="C-101"))
    given(desk, 4)
    assert refusal(desk, write(desk, "campaign", campaign="C-101")) == HELD
    given(desk, 1, on="05-06", first=5)
    publish(desk, write(desk, "campaign", campaign="C-101"))


def test_a_gift_that_was_taken_back_is_a_change_too(desk: Desk) -> None:
    given(desk, 2)
    publish(desk, write(desk, "campaign", campaign="C-101"))
    [line] = {one.id for one in desk.lines("accepted") if one.name == "New C-101 2"}
    reconciling.unmatch(desk.book, line, desk.now)
    [found] = publishing.hostile_preview(desk.book, recognise(desk.book, [write(desk, "campaign", campaign="C-101")])).problems
    assert (found.subject, found.values["n"]) == ("C-101", 1)
    reconciling.accept(desk.book, line, [reconciling.parse_target(desk.book, "campaign:C-101=11.00", 1)], desk.now)
    publish(desk, write(desk, "campaign", campaign="C-101"))


def test_a_gift_that_is_given_back_waits_until_more_changed(desk: Desk) -> None:
    given(desk, 3)
    publish(desk, write(desk, "campaign", campaign="C-101"))
    take(desk, Paid("-11.00", "05-20", "New C-101 1", "LT77 11101"))
    desk.accept_as(desk.line("-11.00"), "refund", campaign="C-101")
    assert refusal(desk, write(desk, "campaign", campaign="C-101")) == HELD
    given(desk, 5, on="06-01", first=4)
    publish(desk, write(desk, "campaign", campaign="C-101"))


def test_returns_to_five_people_are_told_and_a_sixth_waits(desk: Desk) -> None:
    given(desk, 9)
    people = [f"New C-101 {one}" for one in range(1, 7)]

    def give_back(*names: str, on: str) -> None:
        take(desk, *(Paid("-11.00", on, name, f"LT77{name[-3:]}101", bank=f"R-{name}") for name in names))
        for line in desk.lines():
            desk.accept_as(line.id, "refund", campaign="C-101")

    give_back(*people[:5], on="05-20")
    report = built(desk, "campaign", campaign="C-101")
    assert (figure(report, "figure.returned"), figure(report, "figure.collected")) == ("55.00", "3129.00")
    publish(desk, write(desk, "campaign", campaign="C-101"))
    give_back(people[5], on="05-21")
    [found] = publishing.hostile_preview(desk.book, recognise(desk.book, [write(desk, "campaign", campaign="C-101")])).problems
    assert (found.values["figure"], found.values["n"]) == (Words("figure.returned"), 1)


def test_what_donors_are_still_to_get_is_held_against_what_they_were_sent(desk: Desk) -> None:
    """The page tells what five are owed; one of them less, with nothing else that changed, would be hers."""
    campaigns.change_mandate(desk.book, "C-101", day("01-31"), desk.now, {"surplus": "refund"})
    desk.invoice("2800.00")
    take(desk, Paid("-2800.00", "03-05", text="SLO-14"))
    reconciling.accept_match(desk.book, reconciling.proposals(desk.book)[desk.line("-2800.00")][0], desk.now)
    desk.end()
    desk.close()
    assert str(appeal.build(desk.book, "C-101").owed_back) == "230.00"
    assert publishing.hostile_preview(desk.book, recognise(desk.book, page(desk))) == publishing.Preview(2, ())
    publish(desk, *page(desk))
    take(desk, Paid("-75.91", "04-05", "Donor Alpha", "LT1099"))
    reconciling.accept_match(desk.book, reconciling.proposals(desk.book)[desk.line("-75.91")][0], desk.now)
    assert refusal(desk, *page(desk)) == HELD


def test_an_edition_that_was_superseded_is_still_in_somebodys_drawer(desk: Desk) -> None:
    """The third edition is of enough donors beside the second, and points at one gift beside the first."""
    publish(desk, write(desk, "campaign", campaign="C-101"))
    given(desk, 5)
    publish(desk, write(desk, "campaign", campaign="C-101"))
    for name in ("New C-101 1", "New C-101 2", "New C-101 3", "New C-101 4"):
        [line] = {one.id for one in desk.lines("accepted") if one.name == name}
        reconciling.unmatch(desk.book, line, desk.now)
    given(desk, 1, on="05-09", first=6)
    assert refusal(desk, write(desk, "campaign", campaign="C-101")) == HELD


# --- the page of an appeal --------------------------------------------------------------------------------------------
def page(desk: Desk, code: str = "C-101") -> list[Path]:
    return write_page(appeal.build(desk.book, code), desk.folder / "page", Speaker("en", public=True), ())


def test_a_page_and_an_edition_of_its_campaign_are_held_against_each_other(desk: Desk) -> None:
    publish(desk, *page(desk))
    given(desk, 1)
    assert refusal(desk, write(desk, "campaign", campaign="C-101")) == HELD
    assert refusal(desk, *page(desk)) == HELD
    given(desk, 4, on="05-06", first=2)
    publish(desk, write(desk, "campaign", campaign="C-101"))
    publish(desk, *page(desk))
    given(desk, 1, on="05-07", first=6)
    assert refusal(desk, *page(desk)) == HELD


# --- all funds beside one campaign ------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["overview", "transparency"])
def test_a_report_of_all_funds_takes_in_a_campaign_that_waits_with_the_rest(desk: Desk, name: str) -> None:
    publish(desk, write(desk, "campaign", campaign="C-101"), write(desk, "campaign", campaign="C-102"))
    assert funds(built(desk, name, **YEAR)) == ["C-101", "C-102", "fund.others"]
    given(desk, 1)
    later = built(desk, name, **YEAR)
    assert funds(later) == ["C-102", "fund.others_and_small"]
    assert Paragraph(Message("note.waiting", {"n": 1})) in later.sections
    publish(desk, write(desk, name, **YEAR))
    assert refusal(desk, write(desk, "campaign", campaign="C-101")) == HELD


def test_a_campaign_after_a_report_of_all_funds_waits_as_well(desk: Desk) -> None:
    publish(desk, write(desk, "overview", **YEAR))
    given(desk, 1)
    assert refusal(desk, write(desk, "campaign", campaign="C-101")) == HELD
    assert funds(built(desk, "overview", **YEAR)) == ["C-102", "fund.others_and_small"]
    publish(desk, write(desk, "campaign", campaign="C-102"))


def test_where_the_rest_would_give_one_gift_away_the_report_of_all_funds_waits(desk: Desk) -> None:
    """Others and the campaign that waits, less what was published of both, is the one gift."""
    publish(desk, write(desk, "overview", **YEAR), write(desk, "campaign", campaign="C-101"))
    given(desk, 1)
    assert refusal(desk, write(desk, "overview", **YEAR)) == HELD
    friends = [Paid("7.00", "05-20", f"Later {one}", f"LT65{one}", bank=f"G-{one}") for one in range(4)]
    take(desk, *friends)
    for line in desk.lines():
        desk.accept(line.id, "foundation")
    publish(desk, write(desk, "overview", **YEAR))


def test_editions_that_leave_together_are_held_against_each_other(desk: Desk) -> None:
    """Two quarters' ends of one campaign, one new gift between them: each would be safe by itself."""
    given(desk, 1)
    first = write(desk, "campaign", campaign="C-101", end=day("03-31"))
    second = write(desk, "campaign", campaign="C-101", end=day("06-30"))
    assert publishing.hostile_preview(desk.book, recognise(desk.book, [first])).problems == ()
    assert publishing.hostile_preview(desk.book, recognise(desk.book, [second])).problems == ()
    assert refusal(desk, first, second) == HELD


def test_one_gift_in_cash_stands_in_no_public_sum_of_its_own(desk: Desk) -> None:
    """The overview's money less the tie-out's, which counts banks alone, would be what is in cash."""
    second = witness(desk.book)
    [told] = [one for one in built(desk, "reconciliation").sections if isinstance(one, Comparison)]
    assert {str(amount) for _, amount in told.sides if amount} == {"6595.00"}
    voucher(desk, "cash", "50.00", "01-20", second)
    overview, tied = built(desk, "overview"), built(desk, "reconciliation")
    assert "6645.00" in {str(amount) for one in overview.sections if isinstance(one, Comparison) for _, amount in one.sides}
    assert not [one for one in tied.sections if isinstance(one, Comparison)]
    publish(desk, write(desk, "overview"), write(desk, "reconciliation"))
