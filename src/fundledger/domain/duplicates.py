"""Donors who may be one person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Likeness(StrEnum):
    """Why two donors may be one: the very same name when folded, or one that another spelling gives."""

    NAME = "name"
    SPELLING = "spelling"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The row id and code of a donor, the code of an earlier one who may be the same person, and why."""

    id: int
    code: str
    other: str
    reason: Likeness


def duplicates(donors: Iterable[tuple[int, str, str]], sounded: Callable[[str], str]) -> list[Duplicate]:
    """Each donor, given as (id, code, folded name), beside the earliest whose name sounds the same, by id; a nameless one has none.

    A proposal and no decision: two persons may bear one name.
    """
    named = sorted((sounded(folded), row_id, code, folded) for row_id, code, folded in donors if folded)
    found = []
    for _, group in groupby(named, key=lambda one: one[0]):
        (_, _, first, name), *others = group
        for _, row_id, code, folded in others:
            found.append((row_id, Duplicate(row_id, code, first, Likeness.NAME if folded == name else Likeness.SPELLING)))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]
