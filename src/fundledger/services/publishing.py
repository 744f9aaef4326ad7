"""Publishing: what was written becomes an edition, with the figures behind it, and takes the place of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.services.changes import Area, Changes
from fundledger.services.disclosing import hostile
from fundledger.store import campaigns, editions, log
from fundledger.store.editions import Edition, EditionFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from fundledger.domain.evidence import Head
    from fundledger.store.book import Book
    from fundledger.store.operations import Operation

_TOUCHED = frozenset({Area.PERIODS, Area.BOOK})


@dataclass(frozen=True, slots=True, order=True)
class Shown:
    """What an edition shows: which report, to whom, of which campaign, over which days (ISO, empty for open ends)."""

    report: str
    audience: str
    campaign: str
    start_on: str
    end_on: str


@dataclass(frozen=True, slots=True)
class Written:
    """A file that says what the book says: what it shows, the head printed on it, the last day of its data."""

    name: str
    shown: Shown
    head: Head
    file: EditionFile
    until: date | None


def list_editions(book: Book) -> list[Edition]:
    """Every edition, the newest first."""
    with book.reading() as db:
        return editions.editions(db)


def publish(book: Book, written: Sequence[Written], at: datetime) -> Changes:
    """Make files editions, one for each report in one state of the book; an earlier edition of the same report is superseded.

    The files are those `export.recognising` found to say what the book says. Files that are in a standing edition already are told of
    and change nothing. Raises KnownError publish.nothing, publish.other_log.
    """
    if not written:
        raise KnownError("publish.nothing")
    with book.reading() as db:
        strangers = [one for one in written if not log.knows(db, one.head)]
        here = {file.sha256: one.id for one in editions.editions(db) if not one.superseded for file in one.files}
    if strangers:
        raise refusal(tuple(Problem("publish.other_log", one.name, {"head": str(one.head)}) for one in strangers))
    known = tuple(Problem("publish.already", one.name) for one in written if one.file.sha256 in here)
    fresh = [one for one in written if one.file.sha256 not in here]
    if not fresh:
        return Changes(None, tuple(sorted({here[one.file.sha256] for one in written})), frozenset(), known)
    _refuse_singled_out(book, fresh)
    with book.operation("publish", at, subject=fresh[0].shown.report) as op:
        ordered = sorted(fresh, key=_whole)
        made = tuple(_edition(op, list(some)) for _, some in groupby(ordered, key=_whole))
        return Changes(op.id, made, _TOUCHED, known)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a hostile reader would find: how many figures she is shown, and those that would single somebody out."""

    figures: int
    problems: tuple[Problem, ...]


def hostile_preview(book: Book, written: Sequence[Written]) -> Preview:
    """What a reader of every earlier public edition would find out from these; nothing is published."""
    public = sorted({(one.shown, one.head.size) for one in written if one.shown.audience == "public"})
    wanted = [(one.report, one.campaign or None, _day(one.start_on), _day(one.end_on), size) for one, size in public]
    return Preview(*hostile(book, wanted))


def _refuse_singled_out(book: Book, written: Sequence[Written]) -> None:
    """A public figure changes only when at least five donors changed it; until then the standing edition stays."""
    found = hostile_preview(book, written).problems
    if found:
        raise refusal(found)


def _whole(one: Written) -> tuple[Shown, int]:
    return one.shown, one.head.size


def _edition(op: Operation, files: list[Written]) -> int:
    """One edition of files that show the same; more files of a standing edition join it."""
    first, shown = files[0], files[0].shown
    kept = tuple({one.file.sha256: one.file for one in files}.values())
    standing = [one for one in editions.editions(op.db) if not one.superseded and _shows(one, shown)]
    same = next((one for one in standing if one.head_size == first.head.size), None)
    if same:
        editions.add_files(op, same.id, kept)
        return same.id
    languages = {one.language for one in kept}
    editions.supersede(op, [one.id for one in standing if languages & {file.language for file in one.files}])
    until, number = first.until or op.at.date(), editions.last_number(op.db, first.head.size)
    made = Edition(
        0, shown.report, shown.audience, shown.campaign or None, _day(shown.start_on), until, first.head.size, str(first.head), number,
        op.at.isoformat(), op.person_id, superseded=False, files=kept,
    )  # fmt: skip
    about = campaigns.find_campaign(op.db, shown.campaign, op.currency).id if shown.campaign else None
    return editions.add_edition(op, made, about, editions.held_at(op.db, until, number))


def _shows(one: Edition, shown: Shown) -> bool:
    began = one.start_on.isoformat() if one.start_on else ""
    return (one.report, one.audience, one.campaign or "", began) == (shown.report, shown.audience, shown.campaign, shown.start_on)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
