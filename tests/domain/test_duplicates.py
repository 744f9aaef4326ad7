"""Donors who may be one person are named with the reason; nobody is taken for another without a name."""

from __future__ import annotations

from fundledger.domain.duplicates import Duplicate, Likeness, duplicates


def test_each_stands_beside_the_earliest_of_the_same_name() -> None:
    donors = [(1, "D-1", "alpha sample"), (2, "D-2", "beta sample"), (3, "D-3", "alfa sample"), (4, "D-4", "alpha sample")]
    found = duplicates(donors, lambda folded: folded.replace("ph", "f"))
    assert found == [Duplicate(3, "D-3", "D-1", Likeness.SPELLING), Duplicate(4, "D-4", "D-1", Likeness.NAME)]


def test_donors_without_a_name_are_never_alike() -> None:
    assert duplicates([(1, "D-1", ""), (2, "D-2", "")], str) == []
