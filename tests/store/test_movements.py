"""Gifts and returns as public figures are made of them: what stood at any entry, and that a gift booked anew is the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fundledger.domain.shown import LATEST, Kind
from fundledger.services import reconciling
from fundledger.store.movements import movements, publicity
from tests.services import bookkeeping
from tests.services.bookkeeping import Desk, Paid, collected, day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fundledger.domain.shown import Movement


@pytest.fixture
def desk(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Five gifts of 3,030.00 to C-101."""
    with bookkeeping.empty_book(tmp_path_factory, tmp_path) as book:
        yield bookkeeping.standard_desk(book, tmp_path)


def found(desk: Desk, kind: Kind = Kind.GIFT) -> list[Movement]:
    with desk.book.reading() as db:
        return [one for one in movements(db) if one.kind is kind]


def standing(desk: Desk) -> dict[str, int]:
    return {one.key: one.fund for one in found(desk) if one.stands(LATEST)}


def test_gifts_are_what_was_collected(desk: Desk) -> None:
    assert sum(one.minor for one in found(desk)) == 303000
    assert {one.person for one in found(desk)} == {1, 2, 3, 4, 5}
    assert all(one.linked and one.on == day("01-05") for one in found(desk))
    with desk.book.reading() as db:
        assert movements(db, desk.find("C-101").fund) == movements(db)
        assert movements(db, desk.book.unrestricted_fund) == []


def test_a_gift_that_is_taken_back_and_booked_anew_is_the_same_one(desk: Desk) -> None:
    before = standing(desk)
    line = desk.line("800.00", "matched")
    reconciling.unmatch(desk.book, line, desk.now)
    assert len(standing(desk)) == 4
    desk.accept(line, "campaign:C-101")
    assert standing(desk) == before
    assert len(found(desk)) == 6, "its first booking is known still"


def test_every_entry_tells_what_stood_then(desk: Desk) -> None:
    first = max(event.number for one in found(desk) for event in one.events)
    reconciling.unmatch(desk.book, desk.line("800.00", "matched"), desk.now)
    assert [sum(one.stands(number) for one in found(desk)) for number in (0, first, LATEST)] == [0, 5, 4]


def test_a_receipt_in_suspense_is_nobodys_and_the_gift_it_turns_out_to_be(desk: Desk) -> None:
    desk.take(Paid("40.00", "02-03", "Somebody"), first="02-01", last="02-28", opening="3530.00", number="2")
    line = desk.line("40.00")
    desk.accept_as(line, "suspense")
    [waiting] = [one for one in found(desk) if not one.linked]
    assert (waiting.person, waiting.minor, waiting.fund) == (None, 4000, desk.book.suspense_fund)
    reconciling.unmatch(desk.book, line, desk.now)
    desk.accept(line, "campaign:C-101")
    assert standing(desk)[waiting.key] == desk.find("C-101").fund


def test_interest_is_nobodys_gift(desk: Desk) -> None:
    desk.take(Paid("1.38", "02-03", text="INTEREST"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept(desk.line("1.38"), "account:4020")
    assert len(found(desk)) == 5


def test_what_went_back_is_told_by_a_person_and_never_by_an_account(desk: Desk) -> None:
    gone = [Paid("-10.00", "02-03", "Donor Alpha", "LT1099"), Paid("-20.00", "02-04", "Stranger", "LT5555")]
    desk.take(*gone, first="02-01", last="02-28", opening="3530.00", number="2")
    for line in desk.lines():
        desk.accept_as(line.id, "refund", campaign="C-101")
    back = found(desk, Kind.BACK)
    assert [(one.minor, one.named) for one in back] == [(1000, False), (2000, False)]
    assert back[0].person == 1
    assert str(back[1].person).startswith("account:")
    assert not any("LT" in f"{one.person}{one.key}" for one in back)


def test_editions_are_those_of_the_public_in_their_order(desk: Desk) -> None:
    with desk.book.reading() as db:
        public = publicity(db, (desk.book.unrestricted_fund, desk.book.suspense_fund), "EUR")
    assert (public.editions, public.campaigns) == ((), (desk.find("C-101").fund,))
    assert collected()
