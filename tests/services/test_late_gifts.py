"""Late gifts: they stand in suspense until the mandate's rule, or the board, says where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fundledger.domain.booking import gift, unidentified
from fundledger.services import campaigns, donors, people, reconciling, reviews, undoing
from fundledger.services.late_gifts import late_gifts, preview_late, settle_late
from tests.services.bookkeeping import CHEAP, Desk, Paid, day, euro, faults, refused, standard_desk

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book, Witness

LATE = Paid("50.00", "02-05", "Donor Late", "LT5599", text="for C-101", bank="late-1")


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    """C-101 is over since the end of January, C-104 collects; 50.00 came for C-101 in February."""
    made = standard_desk(book, tmp_path)
    made.campaign("C-104")
    made.end()
    made.take(LATE, opening="3530.00", first="02-01", last="02-28", number="2")
    return made


def change(desk: Desk, **terms: object) -> None:
    campaigns.change_mandate(desk.book, "C-101", day("02-01"), desk.now, terms)


def held(desk: Desk) -> int:
    """The late gift, accepted as it is proposed: in suspense."""
    line = desk.line("50.00")
    reconciling.accept_match(desk.book, reconciling.proposals(desk.book)[line][0], desk.now)
    return line


def listed(desk: Desk, code: str | None = "C-101") -> list[tuple[str, str, str, str]]:
    return [(one.campaign, one.state, one.proposes, one.waits.code if one.waits else "") for one in late_gifts(desk.book, code)]


def test_a_late_gift_is_listed_before_and_after_it_is_booked(desk: Desk) -> None:
    assert listed(desk) == [("C-101", "open", "hold", "")]
    held(desk)
    assert listed(desk, None) == [("C-101", "suspense", "hold", "")]
    assert listed(desk, "C-104") == []
    assert desk.money("S") == "50.00"


def test_a_gift_that_names_two_campaigns_is_nobodys_late_gift(desk: Desk) -> None:
    desk.take(Paid("9.00", "03-06", "Donor Two", "LT57", text="C-101 or C-104"), opening="3580.00", first="03-01", last="03-31", number="3")
    assert len(listed(desk)) == 1


def test_held_by_the_rule_it_is_booked_in_suspense_once(desk: Desk) -> None:
    settle_late(desk.book, "C-101", desk.now)
    assert (listed(desk), desk.money("S")) == ([("C-101", "suspense", "hold", "")], "50.00")
    assert refused(lambda: settle_late(desk.book, "C-101", desk.now)) == ["late.nothing"]
    assert faults(desk.book) == []


@pytest.mark.parametrize("booked", [False, True])
def test_a_late_gift_for_another_campaign_goes_there_through_suspense(desk: Desk, booked: bool) -> None:
    change(desk, late_gift="campaign:C-104")
    if booked:
        line = held(desk)
        bank = "1010-1"
        taken_out = unidentified(bank, desk.book.suspense_fund, euro("-50.00"))
        assert preview_late(desk.book, "C-101") == (*taken_out, *gift(bank, desk.find("C-104").fund, euro("50.00")))
    else:
        line = desk.line("50.00")
    settle_late(desk.book, "C-101", desk.now)
    assert (desk.money("S"), desk.money("C-104"), desk.money("U"), listed(desk)) == ("0.00", "50.00", "500.00", [])
    last = reconciling.history(desk.book, line)[-1]
    assert (last.rule, [(one.code, dict(one.values)) for one in last.evidence]) == (
        "late_gift", [("late_gift", {"campaign": "C-101"}), ("late_rule", {"rule": "campaign:C-104"})],
    )  # fmt: skip
    assert faults(desk.book) == []
    undoing.undo(desk.book, desk.now)
    assert (desk.money("S"), desk.money("C-104")) == ("50.00" if booked else "0.00", "0.00")
    assert listed(desk) == [("C-101", "suspense" if booked else "open", "campaign:C-104", "")]
    assert faults(desk.book) == []


def test_a_late_gift_goes_back_to_the_account_it_came_from(desk: Desk) -> None:
    change(desk, late_gift="refund")
    held(desk)
    settle_late(desk.book, "C-101", desk.now)
    assert (listed(desk), desk.money("S")) == ([("C-101", "refund", "refund", "")], "50.00")
    assert refused(lambda: settle_late(desk.book, "C-101", desk.now)) == ["late.nothing"]
    desk.take(Paid("-50.00", "03-03", "Donor Late", "LT5599"), opening="3580.00", first="03-01", last="03-31", number="3")
    [(line, matches)] = reconciling.proposals(desk.book).items()
    assert [one.code for one in matches[0].evidence] == ["gift_account", "refund_owed", "amount_equal"]
    reconciling.accept_match(desk.book, matches[0], desk.now)
    assert (listed(desk), desk.money("S"), str(desk.figures("S").returned)) == ([], "0.00", "50.00")
    assert faults(desk.book) == []
    reconciling.unmatch(desk.book, line, desk.now)
    assert listed(desk) == [("C-101", "refund", "refund", "")]


def test_what_cannot_go_back_goes_to_the_fallback(desk: Desk) -> None:
    change(desk, late_gift="refund", fallback="campaign:C-104")
    desk.take(Paid("7.00", "03-07", None, None, text="C-101"), opening="3580.00", first="03-01", last="03-31", number="3")
    assert listed(desk) == [("C-101", "open", "refund", ""), ("C-101", "open", "campaign:C-104", "")]
    settle_late(desk.book, "C-101", desk.now)
    assert (desk.money("C-104"), desk.money("S")) == ("7.00", "50.00")
    assert faults(desk.book) == []


def test_a_batch_keeps_its_other_gifts(desk: Desk) -> None:
    change(desk, late_gift="campaign:C-104")
    parts = (Paid("20.00", name="Donor Five", iban="LT61", text="C-104"), Paid("30.00", name="Donor Six", iban="LT62", text="C-101"))
    desk.take(Paid("50.00", "03-08", parts=parts), opening="3580.00", first="03-01", last="03-31", number="3")
    line = max(one.id for one in desk.lines())
    reconciling.accept_match(desk.book, reconciling.proposals(desk.book)[line][0], desk.now)
    assert [one.line == line for one in late_gifts(desk.book, "C-101")] == [True, False], "what stands in suspense, then what is open"
    settle_late(desk.book, "C-101", desk.now, wanted=[line])
    assert (desk.money("C-104"), desk.money("S")) == ("50.00", "0.00")
    change(desk, late_gift="refund")
    assert faults(desk.book) == []


# --- the board ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def second(desk: Desk) -> Witness:
    people.add_person(desk.book, "Second Sample Person", "treasurer", "second words", desk.now, CHEAP)
    return desk.book.witness("second words")


def test_the_board_decides_by_two_persons_and_nothing_is_guessed(desk: Desk, second: Witness) -> None:
    change(desk, late_gift="foundation")
    held(desk)
    assert listed(desk) == [("C-101", "suspense", "", "")]
    assert refused(lambda: settle_late(desk.book, "C-101", desk.now)) == ["late.board"]
    assert refused(lambda: settle_late(desk.book, "C-101", desk.now, to="campaign")) == ["late.rule"]
    assert refused(lambda: settle_late(desk.book, "C-101", desk.now, to="foundation")) == ["late.two_persons"]
    assert desk.money("U") == "500.00"
    settle_late(desk.book, "C-101", desk.now, to="foundation", second=second)
    assert (desk.money("U"), desk.money("S")) == ("550.00", "0.00")
    with desk.book.reading() as db:
        signed = db.exec_driver_sql("SELECT count(DISTINCT person_id) FROM signature WHERE head_id = (SELECT max(head_id) FROM signature)")
        assert signed.scalar_one() == 2
    assert faults(desk.book) == []


def test_who_is_alone_decides_with_a_warning(desk: Desk) -> None:
    change(desk, late_gift="foundation")
    changes = settle_late(desk.book, "C-101", desk.now, to="campaign:C-104")
    assert ([one.code for one in changes.warnings], desk.money("C-104")) == (["move.alone"], "50.00")


# --- what stands in the way ---------------------------------------------------------------------------------------------
def test_what_the_mandate_settles_nobody_decides_otherwise(desk: Desk) -> None:
    assert refused(lambda: settle_late(desk.book, "C-101", desk.now, to="foundation")) == ["late.rule"]
    assert refused(lambda: settle_late(desk.book, "C-104", desk.now)) == ["late.in_time"]
    assert refused(lambda: settle_late(desk.book, "C-101", desk.now, wanted=[1])) == ["late.not_suspended"]


def test_a_campaign_that_does_not_collect_takes_no_late_gift(desk: Desk) -> None:
    change(desk, late_gift="campaign:C-104")
    desk.end("C-104")
    assert listed(desk) == [("C-101", "open", "campaign:C-104", "campaign.not_collecting")]
    assert refused(lambda: settle_late(desk.book, "C-101", desk.now)) == ["campaign.not_collecting"]


def test_a_gift_under_review_waits_for_two_people_first(desk: Desk) -> None:
    change(desk, late_gift="campaign:C-104")
    reviews.hold(desk.book, held(desk), desk.now)
    assert listed(desk) == [("C-101", "suspense", "campaign:C-104", "review.waiting")]
    assert refused(lambda: settle_late(desk.book, "C-101", desk.now)) == ["review.waiting"]


def test_a_person_may_name_a_gift_in_suspense_that_names_nothing(desk: Desk) -> None:
    change(desk, late_gift="campaign:C-104")
    desk.take(Paid("7.00", "03-07", "Donor Seven", "LT63", text="for her"), opening="3580.00", first="03-01", last="03-31", number="3")
    line = desk.line("7.00")
    desk.accept_as(line, "suspense")
    settle_late(desk.book, "C-101", desk.now, wanted=[line])
    assert desk.money("C-104") == "7.00"
    assert faults(desk.book) == []


def test_closing_says_how_many_late_gifts_wait(desk: Desk) -> None:
    [warned] = campaigns.settlement(desk.book, "C-101").warnings
    assert (warned.code, warned.values) == ("campaign.late_waiting", {"n": 1})


def test_nothing_is_sent_by_a_rule_to_somebody_who_is_asked_first(desk: Desk) -> None:
    change(desk, late_gift="refund")
    donors.add_donor(desk.book, "Donor Late", ("LT5599",), desk.now, protected=True)
    assert listed(desk) == [("C-101", "open", "hold", "")]
    settle_late(desk.book, "C-101", desk.now)
    assert (listed(desk), desk.money("S")) == ([("C-101", "suspense", "hold", "")], "50.00")
