"""Quotes: offered, accepted, refused and replaced; the accepted one is what the campaign asks for, and every version stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fundledger.services import campaigns, undoing
from fundledger.store import campaigns as store
from tests.services.bookkeeping import LAWYER, Desk, day, euro, faults, refused, standard_desk

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    return standard_desk(book, tmp_path)


def states(desk: Desk) -> list[tuple[int, str, str]]:
    with desk.book.reading() as db:
        return [(one.version, str(one.amount), one.state) for one in store.quotes(db, "EUR", desk.find("C-101").id)]


def offer(desk: Desk, amount: str, **more: str) -> int:
    changes = campaigns.add_quote(desk.book, "C-101", LAWYER, euro(amount), day("01-10"), desk.now, accepted=False, **more)  # type: ignore[arg-type]
    return changes.ids[0]


def test_an_offer_changes_nothing_until_it_is_accepted(desk: Desk) -> None:
    new = offer(desk, "2800.00", vat="with", scope="The appeal, two hearings")
    assert (states(desk), str(desk.find("C-101").asked)) == ([(1, "3030.00", "accepted"), (2, "2800.00", "offered")], "3030.00")
    campaigns.accept_quote(desk.book, new, day("01-12"), desk.now)
    assert (states(desk), str(desk.find("C-101").asked)) == ([(1, "3030.00", "replaced"), (2, "2800.00", "accepted")], "2800.00")
    with desk.book.reading() as db:
        kept = store.find_quote(db, new, "EUR")
    assert (kept.vat, kept.scope, kept.decided_on, kept.accepted) == ("with", "The appeal, two hearings", day("01-12"), True)
    assert faults(desk.book) == []
    undoing.undo(desk.book, desk.now)
    assert (states(desk)[0][2], str(desk.find("C-101").quoted)) == ("accepted", "3030.00")


def test_a_refused_quote_stays_to_be_seen_and_may_be_accepted_after_all(desk: Desk) -> None:
    new = offer(desk, "9000.00")
    campaigns.refuse_quote(desk.book, new, day("01-12"), desk.now)
    assert states(desk) == [(1, "3030.00", "accepted"), (2, "9000.00", "refused")]
    assert refused(lambda: campaigns.refuse_quote(desk.book, new, day("01-12"), desk.now)) == ["quote.decided"]
    campaigns.accept_quote(desk.book, new, day("01-14"), desk.now)
    assert states(desk) == [(1, "3030.00", "replaced"), (2, "9000.00", "accepted")]
    assert refused(lambda: campaigns.accept_quote(desk.book, new, day("01-14"), desk.now)) == ["quote.decided"]
    assert refused(lambda: campaigns.refuse_quote(desk.book, new, day("01-14"), desk.now)) == ["quote.decided"]


def test_what_a_quote_cannot_say(desk: Desk) -> None:
    assert refused(lambda: offer(desk, "0.00", vat="perhaps")) == ["quote.amount", "campaign.vat_rule"]
    assert refused(lambda: campaigns.accept_quote(desk.book, 99, day("01-14"), desk.now)) == ["quote.unknown"]


def test_a_closed_campaign_accepts_no_quote(desk: Desk) -> None:
    new = offer(desk, "9000.00")
    desk.end()
    desk.close()
    assert refused(lambda: campaigns.accept_quote(desk.book, new, day("04-14"), desk.now)) == ["quote.campaign_closed"]
