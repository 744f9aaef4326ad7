"""How the window of a book behaves: its look, after how many idle minutes it locks itself, the filters saved. Remembered in the book."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.services.changes import Area, Changes
from fundledger.store import choices

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from fundledger.store.book import Book

LOOKS = ("system", "light", "dark")
DENSITIES = ("airy", "dense")
MINUTES = (1, 2, 5, 10, 15, 30)  # no "never": a desk that is left alone is the thief's way in
_LOCK_MINUTES = 5
_LOOK, _DENSITY, _MINUTES, _FILTERS = "look", "density", "lock minutes", "filters "


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was chosen, or what holds where nothing was."""

    look: str = LOOKS[0]
    density: str = DENSITIES[0]
    lock_minutes: int = _LOCK_MINUTES


def preferences(book: Book) -> Preferences:
    """What was chosen for this book; a value nobody knows any more is ignored."""
    with book.reading() as db:
        found = choices.chosen(db)
    look, density, minutes = (found.get(name, "") for name in (_LOOK, _DENSITY, _MINUTES))
    return Preferences(
        look if look in LOOKS else LOOKS[0],
        density if density in DENSITIES else DENSITIES[0],
        int(minutes) if minutes in {str(one) for one in MINUTES} else _LOCK_MINUTES,
    )


def prefer(book: Book, at: datetime, *, look: str | None = None, density: str | None = None, lock_minutes: int | None = None) -> Changes:
    """Choose; what is None stays. Raises KnownError preference.unknown."""
    if look not in {None, *LOOKS} or density not in {None, *DENSITIES} or lock_minutes not in {None, *MINUTES}:
        raise KnownError("preference.unknown", str(look or density or lock_minutes))
    with book.operation("preference", at) as op:
        for name, value in ((_LOOK, look), (_DENSITY, density), (_MINUTES, lock_minutes)):
            if value is not None:
                choices.choose(op, name, str(value))
        return Changes(op.id, (), frozenset({Area.BOOK}))


def kept_filters(book: Book, name: str) -> list[str]:
    """The filters that were saved for a list, in order of their text; what cannot be read any more is none."""
    with book.reading() as db:
        return _filters(choices.chosen(db).get(_FILTERS + name, "[]"))


def keep_filter(book: Book, name: str, text: str, at: datetime) -> Changes:
    """Save a filter for a list."""
    return _change_filters(book, name, at, lambda kept: sorted({*kept, text}))


def forget_filter(book: Book, name: str, text: str, at: datetime) -> Changes:
    """Forget a saved filter."""
    return _change_filters(book, name, at, lambda kept: [one for one in kept if one != text])


def _change_filters(book: Book, name: str, at: datetime, change: Callable[[list[str]], list[str]]) -> Changes:
    with book.operation("preference", at) as op:
        kept = _filters(choices.chosen(op.db).get(_FILTERS + name, "[]"))
        choices.choose(op, _FILTERS + name, json.dumps(change(kept), ensure_ascii=False))
        return Changes(op.id, (), frozenset({Area.BOOK}))


def _filters(value: str) -> list[str]:
    try:
        found = json.loads(value)
    except ValueError:
        return []
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
