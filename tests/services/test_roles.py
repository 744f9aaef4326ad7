"""Who enters does not approve, who approves does not enter; a treasurer does both, and it is said where others could have."""

from __future__ import annotations

import pytest

from fundledger.domain.problem import KnownError
from fundledger.domain.roles import step_of
from fundledger.services import campaigns, donors, invoices, people
from fundledger.services.undoing import next_undo, undo
from tests.services.bookkeeping import CHEAP, Desk, day, euro

SECOND = "antras slaptas sakinys"


def bill(desk: Desk, number: str) -> None:
    """An invoice of C-101 that waits for its approval."""
    facts = {"campaign": "C-101", "payee": "Sample Law Office", "number": number}
    invoices.add_invoice(desk.book, **facts, amount=euro("500.00"), issued_on=day("02-03"), at=desk.now)  # type: ignore[arg-type]


@pytest.fixture
def shared(desk: Desk) -> Desk:
    """A campaign with an invoice, in a book that a second person opens."""
    bill(desk, "SLO-1")
    return desk


def second(desk: Desk, role: str) -> None:
    """Another person at the desk, in a role."""
    people.add_person(desk.book, "Second Sample Person", role, SECOND, desk.now, CHEAP)
    desk.book.switch(SECOND)


def refused(act: object, *given: object) -> dict[str, object]:
    assert callable(act)
    with pytest.raises(KnownError, match=r"role\.not_yours") as error:
        act(*given)
    return dict(error.value.problems[0].values)


def test_who_enters_approves_nothing_and_takes_no_approval_back(shared: Desk) -> None:
    invoices.approve_invoice(shared.book, "SLO-1", shared.now)
    last = next_undo(shared.book)
    assert last is not None
    second(shared, "enter")
    bill(shared, "SLO-2")
    assert refused(invoices.approve_invoice, shared.book, "SLO-2", shared.now) == {"step": "approve", "role": "enter"}
    assert refused(campaigns.end_collection, shared.book, "C-101", day("02-28"), shared.now)["step"] == "approve"
    assert refused(undo, shared.book, shared.now, last.id)["step"] == "approve"


def test_who_approves_enters_nothing(shared: Desk) -> None:
    second(shared, "approve")
    assert refused(bill, shared, "SLO-2") == {"step": "enter", "role": "approve"}
    assert refused(donors.add_donor, shared.book, "Sample Person Alpha", (), shared.now)["step"] == "enter"
    assert invoices.approve_invoice(shared.book, "SLO-1", shared.now).warnings == ()


def test_an_approval_by_who_entered_it_is_told_where_others_could(shared: Desk) -> None:
    bill(shared, "SLO-2")
    alone = invoices.approve_invoice(shared.book, "SLO-1", shared.now).warnings
    people.add_person(shared.book, "Second Sample Person", "approve", SECOND, shared.now, CHEAP)
    herself = invoices.approve_invoice(shared.book, "SLO-2", shared.now).warnings
    codes = [[one.code for one in warned] for warned in (alone, herself)]
    assert ["invoice.approved_by_herself" in one for one in codes] == [False, True]


@pytest.mark.parametrize(("verb", "step"), [("import", "enter"), ("invoice approve", "approve"), ("invoice pay", "pay"), ("reveal", "")])
def test_every_verb_has_its_step(verb: str, step: str) -> None:
    assert step_of(verb) == step
