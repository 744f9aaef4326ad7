"""Donors who may be one person are named with the reason; nobody is taken for another without a name."""

from __future__ import annotations

from fundledger.domain.duplicates import Duplicate, Likeness, duplicates


def test_each_stands_beside_the_earliest_of_the_same_name() -> None:
    donors = [(1, "D-1", "alpha sample"), (2, "D-2", "beta sample"), (3, "D-3", "alfa sample"), (4, "D-4", "alpha sample")]
    found = duplicates(donors, lambda folded: folded.replace("ph", "f"))
    assert found == [Duplicate(3, "D-3", "D-1", Likeness.SPELLING), Duplicate(4, "D-4", "D-1", Likeness.NAME)]


def test_donors_without_a_name_are_never_alike() -> None:
    assert duplicates([(1, "D-1", ""), (2, "D-2", "")], str) == []


def test_a_shared_email_comes_behind_a_name_and_the_other_one_is_named_once() -> None:
    donors = [(1, "D-1", "alpha sample"), (2, "D-2", "beta sample"), (3, "D-3", "alpha sample"), (4, "D-4", "")]
    emails = [(1, "a@example.org"), (2, "a@example.org"), (3, "a@example.org"), (9, "a@example.org")]
    found = duplicates(donors, str, emails)
    assert found == [Duplicate(2, "D-2", "D-1", Likeness.EMAIL), Duplicate(3, "D-3", "D-1", Likeness.NAME)]


def test_a_pair_told_apart_is_none_and_the_next_one_is_proposed() -> None:
    donors = [(one, f"D-{one}", "alpha sample") for one in (1, 2, 3)]
    found = duplicates(donors, str, (), {(1, 3)})
    assert found == [Duplicate(2, "D-2", "D-1", Likeness.NAME), Duplicate(3, "D-3", "D-2", Likeness.NAME)]
    assert duplicates(donors, str, (), {(1, 2), (1, 3), (2, 3)}) == []
