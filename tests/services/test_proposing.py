"""What matching keeps in mind follows every operation: the same as if the whole book were read again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundledger.domain.blocking import Index, Names
from fundledger.domain.matching import TargetKind
from fundledger.domain.problem import KnownError
from fundledger.domain.rules import Rule
from fundledger.services import donors, pledges, reconciling, rules
from fundledger.services.erasing import erase_donor
from fundledger.services.proposing import Read, proposals, read_ahead, read_all, read_now
from fundledger.services.undoing import undo
from fundledger.store.parties import donors_for_matching
from fundledger.store.rules import changed_since, last_operation
from tests.services.bookkeeping import LAWYER, Desk, Paid, camt, day, euro

if TYPE_CHECKING:
    from fundledger.store.book import Book

NAMES = ("Sample Person Alpha", "Sample Person Beta", "Testa Testaitė")
MONTH = (
    *(Paid(f"{n}0.00", f"01-0{n}", NAMES[n % 3], f"LT60101001234567890{n % 4}", text="C-101" if n % 2 else "Auka") for n in range(1, 9)),
    Paid("-100.00", "01-11", LAWYER, text="INV-1"),
    Paid("-60.00", "01-12", LAWYER, text="INV-1", end_to_end="OUT-1"),
    Paid("-200.00", "01-13", LAWYER, text="INV-2"),
)


def as_values(found: object) -> object:
    """Indexes by what they hold."""
    if isinstance(found, Index):
        return found.found
    if isinstance(found, Names):
        return (found.by_name.found, found.names, found.by_gram)
    return found


def kept(book: Book, *, anew: bool) -> dict[str, object]:
    """What matching has in mind, value by value."""
    with book.reading() as db:
        read = read_all(book, db, last_operation(db)) if anew else read_now(book, db)
    whole: dict[str, object] = {one.name: getattr(read, one.name) for one in fields(Read) if one.name != "items"}
    return whole | {name: as_values(value) for name, value in vars(read.items).items()}


@pytest.fixture
def month(desk: Desk) -> Desk:
    """Open lines of a month, two invoices and a promise."""
    desk.take(*MONTH)
    desk.invoice("160.00", "INV-1")
    desk.invoice("300.00", "INV-2")
    return desk


def act(desk: Desk, verb: str, n: int) -> None:
    """One operation, where it can be done."""
    book, waiting, matched = desk.book, desk.lines(), desk.lines("matched")
    if verb in {"gift", "paid"}:
        found = [one for one in waiting if (one.amount.minor > 0) == (verb == "gift")]
        if found:
            desk.accept(found[n % len(found)].id, "invoice:INV-1" if verb == "paid" else "campaign:C-101" if n % 3 else "suspense")
    elif verb == "unmatch" and matched:
        reconciling.unmatch(book, matched[n % len(matched)].id, desk.now)
    elif verb == "donor":
        donors.add_donor(book, f"{NAMES[n % 3]} {'abcdefghijk'[n]}", [], desk.now)
    elif verb == "pledge":
        pledges.add_pledge(book, "D-0001", "C-101", euro("25.00"), day("01-02"), desk.now)
    elif verb == "rule":
        rules.save(book, Rule(TargetKind.FOUNDATION, text="auka"), desk.now)
    elif verb == "import":
        desk.take_in(
            camt(
                [Paid(f"{n + 1}.00", "02-01", NAMES[n % 3], "LT601010012345678907")],
                first="02-01",
                last="02-28",
                opening=None,
                number=str(n),
            )
        )
    elif verb == "undo":
        undo(book, desk.now)


ACTS = st.tuples(st.sampled_from(["gift", "gift", "paid", "unmatch", "undo", "donor", "pledge", "rule", "import"]), st.integers(0, 10))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=4, max_size=12))
def test_after_any_sequence_of_verbs_matching_knows_what_a_fresh_reading_knows(month: Desk, acts: list[tuple[str, int]]) -> None:
    for verb, n in acts:
        kept(month.book, anew=False)
        with suppress(KnownError):
            act(month, verb, n)
        assert kept(month.book, anew=False) == kept(month.book, anew=True), verb


def test_a_decision_makes_only_what_it_touched_be_read_again(month: Desk) -> None:
    with month.book.reading() as db:
        before = read_now(month.book, db)
    month.accept(month.line("-60.00"), "invoice:INV-1")
    with month.book.reading() as db:
        read = read_now(month.book, db)
        assert changed_since(db, before.operation) is not None
    assert read.items.campaigns is before.items.campaigns, "campaigns are not read again"
    assert [str(one.payable) for one in read.items.invoices.values()] == ["100.00", "300.00"]
    assert (dict(before.sent), list(read.sent.values())) == ({}, ["OUT-1"])
    assert [str(one.payable) for one in before.items.invoices.values()] == ["160.00", "300.00"], "what others still look at stays"


def test_an_import_makes_only_the_waiting_lines_be_read_again(month: Desk) -> None:
    with month.book.reading() as db:
        before = read_now(month.book, db)
    month.take_in(camt([Paid("7.00", "02-02", NAMES[0])], first="02-01", last="02-28", opening=None, number="2"))
    with month.book.reading() as db:
        read = read_now(month.book, db)
    assert read.items.names is before.items.names, "donors are not read again"
    assert (len(before.items.halves.get(euro("7.00"), ())), len(read.items.halves[euro("7.00")])) == (0, 1)


def test_what_is_read_ahead_is_what_the_first_look_uses(month: Desk) -> None:
    month.book.kept.clear()
    read_ahead(month.book)
    with month.book.reading() as db:
        ahead = read_now(month.book, db)
        proposals(month.book)
        assert read_now(month.book, db) is ahead


def test_erasing_a_donor_leaves_nothing_of_her_in_mind(month: Desk) -> None:
    gift = month.line("10.00")
    month.accept(gift, "campaign:C-101")
    assert "alpha person sample" in str(kept(month.book, anew=False)) or "beta person sample" in str(kept(month.book, anew=False))
    with month.book.reading() as db:
        [(row, code, folded)] = [one for one in donors_for_matching(db) if one[2] in {"alpha person sample", "beta person sample"}]
    erase_donor(month.book, code, month.now)
    assert row
    assert folded not in str(kept(month.book, anew=False))
    assert kept(month.book, anew=False) == kept(month.book, anew=True)


def test_parts_of_an_invoice_are_proposed_and_the_last_one_settles_it(month: Desk) -> None:
    first = proposals(month.book)[month.line("-60.00")][0]
    assert [one.code for one in first.evidence] == ["invoice_number", "payee_name", "part_of_invoice"]
    reconciling.accept_match(month.book, first, month.now)
    last = proposals(month.book)[month.line("-100.00")][0]
    assert {"invoice_number", "amount_equal"} <= {one.code for one in last.evidence}
    assert not last.sure, "a number alone is not a reference"
    reconciling.accept_match(month.book, last, month.now)
    with month.book.reading() as db:
        assert [one.open for one in read_now(month.book, db).items.invoices.values()] == [False, True]


def came_later(month: Desk, *paid: Paid) -> None:
    """Lines of February, and the gift of 60.00 decided, so that what came back is the only one of its amount."""
    month.accept(month.line("60.00"), "campaign:C-101")
    month.take_in(camt(paid, first="02-01", last="02-28", opening=None, number="2"))


def test_our_own_end_to_end_id_and_the_exact_amount_are_sure(month: Desk) -> None:
    month.accept(month.line("-60.00"), "invoice:INV-1")
    came_later(
        month,
        Paid("60.00", "02-02", LAWYER, end_to_end="OUT-1", reason="AC04"),
        Paid("59.00", "02-03", LAWYER, end_to_end="OUT-1", reason="AC04"),
    )
    exact, less = (proposals(month.book)[month.line(amount)][0] for amount in ("60.00", "59.00"))
    assert {"end_to_end_equal", "amount_equal"} <= {one.code for one in exact.evidence}
    assert (exact.rule, exact.sure, less.sure) == ("returned_payment", True, False)


def test_two_payments_under_one_id_are_not_guessed_between(month: Desk) -> None:
    came_later(month, Paid("-60.00", "02-01", LAWYER, end_to_end="OUT-1"), Paid("60.00", "02-02", LAWYER, end_to_end="OUT-1"))
    for line in [one.id for one in month.lines() if str(one.amount) == "-60.00"]:
        month.accept(line, "suspense")
    assert not any(match.sure for match in proposals(month.book)[month.line("60.00")])
