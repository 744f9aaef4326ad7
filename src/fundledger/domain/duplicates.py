"""Donors who may be one person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable


class Likeness(StrEnum):
    """Why two donors may be one: the very same name when folded, one that another spelling gives, or an e-mail both have."""

    NAME = "name"
    SPELLING = "spelling"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The row id and code of a donor, the code of an earlier one who may be the same person, and why."""

    id: int
    code: str
    other: str
    reason: Likeness


def duplicates(
    donors: Iterable[tuple[int, str, str]],
    sounded: Callable[[str], str],
    emails: Iterable[tuple[int, str]] = (),
    apart: Container[tuple[int, int]] = frozenset(),
) -> list[Duplicate]:
    """Each donor, given as (id, code, folded name), beside the earliest who may be the same person, by id.

    Names that sound the same count first, then an e-mail (donor, e-mail) that both have. Pairs that were told `apart`, the lower id
    first, are none. A proposal and no decision: two persons may bear one name.
    """
    everybody = {row_id: (code, folded) for row_id, code, folded in donors}
    named = sorted((sounded(folded), row_id) for row_id, (_, folded) in everybody.items() if folded)
    mailed = sorted((email, row_id) for row_id, email in emails if row_id in everybody)
    found: dict[int, Duplicate] = {}
    for shared in (named, mailed):
        for _, group in groupby(shared, key=lambda one: one[0]):
            ids = [row_id for _, row_id in group]
            for place, row_id in enumerate(ids):
                first = next((one for one in ids[:place] if (one, row_id) not in apart), None)
                if first is not None and row_id not in found:
                    (code, folded), (other, name) = everybody[row_id], everybody[first]
                    reason = Likeness.EMAIL if shared is mailed else Likeness.NAME if folded == name else Likeness.SPELLING
                    found[row_id] = Duplicate(row_id, code, other, reason)
    return [found[row_id] for row_id in sorted(found)]
