"""The list beside the backups: who was erased and whose consent was withdrawn, as ids, so that no restore brings a name back."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fundledger.domain.problem import KnownError
from fundledger.store import backups
from fundledger.store.erasing import Erased

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fundledger.store.book import Book

LIST = "erasures.json"
_FORMAT = 1


def read_list(file: Path) -> tuple[list[Erased], list[str]]:
    """Who was erased, and which campaigns lost their consent; nobody where there is no list.

    Raises KnownError erase.list_damaged for a file that is none of ours.
    """
    if not file.exists():
        return [], []
    try:
        facts: dict[str, Any] = json.loads(file.read_text("utf-8"))
        gone = [Erased(str(one["donor"]), str(one["at"]), str(one["reason"]), tuple(map(str, one["lines"]))) for one in facts["erasures"]]
        return gone, [str(code) for code in facts["withdrawn"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise KnownError("erase.list_damaged", str(file)) from None


def write_list(book: Book, gone: Sequence[Erased] = (), withdrawn: Sequence[str] = ()) -> None:
    """Add donors and codes of campaigns to the list; it is there as a whole or as it was before.

    A second place that can be reached gets it at once, else with the next backup. Raises KnownError erase.list_damaged and those
    of the disk.
    """
    own = backups.folder_of(book.path)
    known, codes = read_list(own / LIST)
    every = {one.donor: one for one in (*known, *gone)}
    erasures = [{"donor": one.donor, "at": one.at, "reason": one.reason, "lines": list(one.lines)} for one in every.values()]
    facts = {"format": _FORMAT, "book": book.uid, "erasures": erasures, "withdrawn": sorted({*codes, *withdrawn})}
    told = (json.dumps(facts, indent=1) + "\n").encode()
    backups.put(own / LIST, told)
    with book.reading() as db:
        second = backups.second_place(db)
    if second and backups.folder_in(second, book.uid).is_dir():
        with suppress(KnownError):
            backups.put(backups.folder_in(second, book.uid) / LIST, told)
