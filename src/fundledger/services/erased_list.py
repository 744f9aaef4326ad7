"""The list beside the backups: who was erased or restricted, whose consent was withdrawn, as ids: no restore brings a name back."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from fundledger.domain.problem import KnownError
from fundledger.store import backups, erasing
from fundledger.store.erasing import Erased, Restricted

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book

LIST = "erasures.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a restore must do again; `withdrawn` are codes of campaigns."""

    erasures: tuple[Erased, ...] = ()
    restrictions: tuple[Restricted, ...] = ()
    withdrawn: tuple[str, ...] = ()


NOBODY = Forgotten()


def read_list(file: Path) -> Forgotten:
    """What the list says; nothing where there is none. Raises KnownError erase.list_damaged for a file that is none of ours."""
    if not file.exists():
        return Forgotten()
    try:
        facts: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return Forgotten(
            tuple(map(_erasure, facts["erasures"])),
            tuple(Restricted(str(one["donor"]), date.fromisoformat(one["until"]).isoformat()) for one in facts["restrictions"]),
            tuple(map(str, facts["withdrawn"])),
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise KnownError("erase.list_damaged", str(file)) from None


def _erasure(one: dict[str, Any]) -> Erased:
    return Erased(str(one["donor"]), str(one["at"]), str(one["reason"]), tuple(map(str, one["lines"])))


def write_list(book: Book, told: Forgotten = NOBODY) -> None:
    """Add to the list, and take out whose restriction was lifted; it is there as a whole or as it was before.

    A second place that can be reached gets it at once, else with the next backup. Raises KnownError erase.list_damaged and those
    of the disk.
    """
    own = backups.folder_of(book.path)
    known = read_list(own / LIST)
    gone = {one.donor: one for one in (*known.erasures, *told.erasures)}
    with book.reading() as db:
        lifted = erasing.lifted(db, [one.donor for one in known.restrictions])
        second = backups.second_place(db)
    kept = [one for one in known.restrictions if one.donor not in lifted]
    restricted = {one.donor: one for one in (*kept, *told.restrictions) if one.donor not in gone}
    facts = {
        "format": _FORMAT,
        "book": book.uid,
        "erasures": [asdict(one) for one in gone.values()],
        "restrictions": [asdict(one) for one in restricted.values()],
        "withdrawn": sorted({*known.withdrawn, *told.withdrawn}),
    }
    written = (json.dumps(facts, indent=1) + "\n").encode()
    backups.put(own / LIST, written)
    if second and backups.folder_in(second, book.uid).is_dir():
        with suppress(KnownError):
            backups.put(backups.folder_in(second, book.uid) / LIST, written)
