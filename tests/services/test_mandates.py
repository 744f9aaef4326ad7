"""What was promised changes only by a new version, consents end by themselves, and closing does what it said it would."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from fundledger.reports import appeal
from fundledger.reports.catalogue import forbidden_names
from fundledger.services import campaigns
from fundledger.services.erasing import withdraw_consent
from fundledger.services.giving import giving_code
from fundledger.store import campaigns as campaign_store
from tests.services.bookkeeping import Desk, euro, faults, refused, standard_desk

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.domain.campaign import MandateVersion
    from fundledger.store.book import Book

HELPED = "Bandoma Globotinė"
DAY = date(2026, 12, 31)


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    """C-101 with 3,030.00 of five donors."""
    return standard_desk(book, tmp_path)


def versions(desk: Desk, code: str = "C-101") -> list[MandateVersion]:
    with desk.book.reading() as db:
        return campaign_store.mandate_versions(db, desk.find(code).id)


def change(desk: Desk, of: str = "C-101", **terms: object) -> list[str]:
    return [one.code for one in campaigns.change_mandate(desk.book, of, DAY, desk.now, terms).warnings]


def test_a_change_is_a_new_version_and_the_old_one_stays(desk: Desk) -> None:
    [first] = versions(desk)
    change(desk, surplus="refund", late_gift="foundation", protected=True)
    kept, second = versions(desk)
    assert (kept, second.version, second.mandate.surplus) == (first, 2, "refund")
    assert second.digest != first.digest
    assert desk.find("C-101").mandate == second.mandate
    assert faults(desk.book) == []


def test_what_a_mandate_cannot_say_is_refused(desk: Desk) -> None:
    wrong: dict[str, object] = {
        "late_gift": "keep",
        "fallback": "refund",
        "ended": "cover",
        "vat": "half",
        "consent_scope": "address",
        "consent_until": DAY,
    }
    expected = ["late_gift_rule", "fallback_rule", "ended_rule", "vat_rule", "consent_scope", "consent_days"]
    assert refused(lambda: change(desk, "C-101", **wrong)) == [f"campaign.{one}" for one in expected]
    assert refused(lambda: change(desk, surplus="hold")) == ["campaign.mandate_same"]
    assert refused(lambda: change(desk, late_gift="campaign:C-999")) == ["campaign.unknown"]
    assert len(versions(desk)) == 1
    desk.end()
    desk.close()
    assert refused(lambda: change(desk, surplus="refund")) == ["campaign.mandate_closed"]


def test_a_withdrawn_consent_cannot_be_changed_back(desk: Desk) -> None:
    withdraw_consent(desk.book, "C-101", DAY, desk.now)
    assert refused(lambda: change(desk, disclosure="title")) == ["campaign.consent_withdrawn"]


def test_a_consent_that_ended_leaves_the_code_and_joins_the_gates_list(desk: Desk) -> None:
    book, mandate = desk.book, desk.find("C-101").mandate
    campaigns.add_campaign(book, "C-7", euro("10.00"), mandate, desk.now, opened_on=date(2026, 1, 1), beneficiary=HELPED)
    terms: dict[str, object] = {"consent_scope": "name,story", "consent_on": date(2026, 1, 1), "consent_until": DAY}
    assert change(desk, "C-7", **terms) == ["campaign.consent_soon"]
    assert [one.code for one in campaigns.expire_consents(book, desk.now)] == ["campaign.consent_soon"]
    assert (appeal.build(book, "C-7").title, HELPED in forbidden_names(book)) == ("Title of C-101", False)
    later = desk.now + timedelta(days=1)
    assert [one.code for one in campaigns.expire_consents(book, later)] == ["campaign.consent_expired"]
    page = appeal.build(book, "C-7")
    assert (page.title, page.story, HELPED in forbidden_names(book)) == ("C-7", "", True)
    assert campaigns.expire_consents(book, later) == ()
    assert appeal.build(book, "C-101").title == "Title of C-101"
    again = {"disclosure": "title", "consent_on": later.date(), "consent_until": date(2028, 1, 1)}
    campaigns.change_mandate(book, "C-7", later.date(), later, again)
    assert (appeal.build(book, "C-7").title, HELPED in forbidden_names(book)) == ("Title of C-101", False)
    assert faults(book) == []


@pytest.mark.parametrize(
    ("scope", "shown"), [("name,story", ("Title of C-101", "A story.")), ("name", ("Title of C-101", "")), ("", ("C-101", ""))]
)
def test_only_what_was_agreed_to_is_shown(desk: Desk, scope: str, shown: tuple[str, str]) -> None:
    change(desk, consent_scope=scope, consent_on=DAY)
    page = appeal.build(desk.book, "C-101")
    assert (page.title, page.story) == shown


def test_a_campaign_whose_consent_ended_does_not_open(desk: Desk) -> None:
    desk.end()
    change(desk, consent_scope="name", consent_on=date(2026, 1, 1), consent_until=DAY)
    later = DAY + timedelta(days=1)
    assert refused(lambda: campaigns.open_campaign(desk.book, "C-101", later, desk.now)) == ["campaign.consent_expired"]


# --- closing -----------------------------------------------------------------------------------------------------------
def test_the_preview_says_what_closing_then_does(desk: Desk) -> None:
    desk.campaign("C-104")
    change(desk, surplus="refund", smallest_minor=30000, fallback="campaign:C-104")
    desk.end()
    desk.invoice("1.00")
    assert [one.code for one in campaigns.settlement(desk.book, "C-101").blocks] == ["campaign.still_owed"]


def test_what_cannot_be_returned_goes_where_the_fallback_says(desk: Desk) -> None:
    desk.campaign("C-104")
    change(desk, surplus="refund", smallest_minor=30000, fallback="campaign:C-104")
    desk.end()
    found = campaigns.settlement(desk.book, "C-101")
    assert (found.blocks, found.n_refunds, found.taker) == ((), 4, "C-104")
    assert [str(one) for one in (found.surplus, found.refunded, found.moved, found.held)] == ["3030.00", "2800.00", "230.00", "0.00"]
    desk.close()
    assert (desk.money("C-104"), desk.money("C-101")) == ("230.00", "2800.00")
    assert faults(desk.book) == []


@pytest.mark.parametrize(("surplus", "moved", "held"), [("hold", "0.00", "3030.00"), ("campaign:C-104", "3030.00", "0.00")])
def test_a_surplus_is_held_or_handed_on_as_the_preview_said(desk: Desk, surplus: str, moved: str, held: str) -> None:
    desk.campaign("C-104")
    if surplus != "hold":
        change(desk, surplus=surplus)
    desk.end()
    found = campaigns.settlement(desk.book, "C-101")
    assert (str(found.moved), str(found.held), found.n_refunds) == (moved, held, 0)
    desk.close()
    assert (desk.money("C-104"), desk.money("C-101")) == (moved, held)


def test_a_protected_campaign_shows_neither_reference_nor_code(desk: Desk) -> None:
    assert giving_code(desk.book, "C-101").splitlines()[-1] == "RF70C101"
    change(desk, protected=True)
    assert refused(lambda: giving_code(desk.book, "C-101")) == ["qr.protected"]
    assert appeal.build(desk.book, "C-101").reference is None
