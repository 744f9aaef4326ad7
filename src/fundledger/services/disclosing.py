"""The hostile reader: what somebody who kept every earlier public edition could find out from a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.disclosure import by_quarters, points_at, quarter, singles_out
from fundledger.domain.problem import Problem
from fundledger.store import campaigns, editions, extracts

if TYPE_CHECKING:
    from datetime import date

    from fundledger.store.book import Book
    from fundledger.store.rows import Database


@dataclass(frozen=True, slots=True)
class Public:
    """A public report about to leave: its campaign (None: all funds), its days, the last entry it knows."""

    name: str
    campaign: str | None
    start: date | None
    end: date | None
    last_number: int


def hostile(book: Book, wanted: Public) -> tuple[Problem, ...]:
    """One problem disclosure.singled_out for each figure whose difference to an earlier public edition is of fewer than five donors."""
    with book.reading() as db:
        found = [one for one in campaigns.campaigns(db, book.currency) if wanted.campaign in (None, one.code)]
        problems = [_compare(db, wanted, one.code, one.fund) for one in found]
        if wanted.campaign is None:
            problems.append(_compare(db, wanted, None, None))
    return tuple(problem for problem in problems if problem)


def _compare(db: Database, wanted: Public, code: str | None, fund: int | None) -> Problem | None:
    """The worst difference of one figure; a figure of all funds stands in no campaign's own edition."""
    new = _gifts(db, fund, wanted.start, wanted.end, wanted.last_number)
    n = 0
    for one in editions.editions(db):
        if one.audience == "public" and one.campaign in {None, code}:
            old = _gifts(db, fund, one.start_on, one.end_on, one.last_number)
            n = max(n, singles_out(_ids(old), _ids(new)), points_at(_figures(old), _figures(new)))
    return Problem("disclosure.singled_out", code or wanted.name, {"n": n}) if n else None


def _gifts(db: Database, fund: int | None, start: date | None, end: date | None, number: int) -> list[extracts.Gift]:
    return [gift for gift in extracts.gifts(db, fund, start, end) if gift.entry_number <= number]


def _ids(gifts: list[extracts.Gift]) -> set[tuple[int, int | None]]:
    return {(gift.entry_number, gift.donor) for gift in gifts}


def _figures(gifts: list[extracts.Gift]) -> list[set[tuple[int, int | None]]]:
    """What an edition shows of these gifts: all of them, and each cell of quarters; nothing where there are too few donors."""
    cells = by_quarters([(gift.given_on, gift.donor, gift.amount_minor) for gift in gifts], "EUR")
    parts = [_ids([gift for gift in gifts if cell.first <= quarter(gift.given_on) <= cell.last]) for cell in cells]
    return [_ids(gifts), *parts] if parts else []
