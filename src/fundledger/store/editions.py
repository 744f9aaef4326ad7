"""Editions: what was published, the figures behind it, and what came into the book since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from fundledger.store.rows import add_row
from fundledger.store.schema import campaign, edition, edition_figure, edition_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from fundledger.store.operations import Operation


@dataclass(frozen=True, slots=True)
class EditionFile:
    """One file of an edition: what it is known by, and how it is set."""

    sha256: str
    format: str
    language: str
    size: int


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: the days it shows, the log and the last entry behind it; the files that left."""

    id: int
    report: str
    audience: str
    campaign: str | None
    start_on: date | None
    end_on: date
    head_size: int
    head: str
    last_number: int
    published_at: str
    published_by: int
    superseded: bool
    files: tuple[EditionFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Since:
    """An entry that an edition does not show, on one account: what it moved there, in minor units of the book's currency."""

    number: int
    dated: date
    kind: str
    account: str
    minor: int


def editions(db: Connection) -> list[Edition]:
    """Every edition, the newest first."""
    files: dict[int, list[EditionFile]] = {}
    for row in db.execute(select(edition_file).order_by(edition_file.c.id)):
        files.setdefault(row.edition_id, []).append(EditionFile(row.sha256, row.format, row.language, row.size))
    query = select(edition, campaign.c.code).outerjoin(campaign, campaign.c.id == edition.c.campaign_id).order_by(edition.c.id.desc())
    return [
        Edition(
            row.id, row.report, row.audience, row.code, date.fromisoformat(row.start_on) if row.start_on else None,
            date.fromisoformat(row.end_on), row.head_size, row.head, row.last_number, row.published_at, row.published_by,
            bool(row.superseded), tuple(files.get(row.id, ())),
        )
        for row in db.execute(query)
    ]  # fmt: skip


def last(db: Connection, until: date) -> Edition | None:
    """The newest edition that stands, of those whose days end by then."""
    return next((one for one in editions(db) if not one.superseded and one.end_on <= until), None)


def last_number(db: Connection, head_size: int) -> int:
    """The number of the last entry that a log of this size knows."""
    query = (
        "SELECT e.number FROM leaf l JOIN entry e ON e.id = l.subject_id WHERE l.kind = 'entry' AND l.id <= ? ORDER BY l.id DESC LIMIT 1"
    )
    return int(db.exec_driver_sql(query, (head_size,)).scalar() or 0)


def held_at(db: Connection, until: date, number: int) -> dict[tuple[int, str], int]:
    """(fund, account) → its money in every account that has statements, by entries up to a day and up to a number."""
    rows = db.exec_driver_sql(
        "SELECT p.fund_id, a.code, sum(p.amount_minor) FROM posting p JOIN entry e ON e.id = p.entry_id"
        " JOIN account a ON a.id = p.account_id WHERE a.bank = 1 AND e.dated <= ? AND e.number <= ? GROUP BY 1, 2",
        (until.isoformat(), number),
    )
    return {(int(fund), code): int(minor) for fund, code, minor in rows}


def add_edition(op: Operation, made: Edition, campaign_id: int | None, figures: Mapping[tuple[int, str], int]) -> int:
    """Keep an edition with its files and figures (by fund and name)."""
    row_id = add_row(
        op.db, edition, report=made.report, audience=made.audience, campaign_id=campaign_id,
        start_on=made.start_on.isoformat() if made.start_on else None, end_on=made.end_on.isoformat(), head_size=made.head_size,
        head=made.head, last_number=made.last_number, published_at=made.published_at, published_by=made.published_by,
    )  # fmt: skip
    add_files(op, row_id, made.files)
    for (fund, name), minor in sorted(figures.items()):
        add_row(op.db, edition_figure, edition_id=row_id, fund_id=fund, name=name, amount_minor=minor)
    return row_id


def add_files(op: Operation, edition_id: int, files: Iterable[EditionFile]) -> None:
    """Files of an edition."""
    for one in files:
        add_row(op.db, edition_file, edition_id=edition_id, sha256=one.sha256, format=one.format, language=one.language, size=one.size)


def supersede(op: Operation, ids: Iterable[int]) -> int:
    """Mark editions as superseded; how many."""
    return op.db.execute(update(edition).where(edition.c.id.in_(tuple(ids)), edition.c.superseded == 0).values(superseded=1)).rowcount


def supersede_from(op: Operation, start: date) -> int:
    """Mark every edition that shows this day or what followed from it as superseded; how many."""
    return op.db.execute(
        update(edition).where(edition.c.end_on >= start.isoformat(), edition.c.superseded == 0).values(superseded=1)
    ).rowcount


def published(db: Connection, edition_id: int) -> dict[str, int]:
    """The money of an edition by account, in minor units."""
    query = select(edition_figure.c.name, func.sum(edition_figure.c.amount_minor)).where(edition_figure.c.edition_id == edition_id)
    return {name: int(minor) for name, minor in db.execute(query.group_by(edition_figure.c.name))}


def since(db: Connection, one: Edition, until: date) -> list[Since]:
    """What moved on accounts with statements by a day, in entries that the edition does not show, in the order of their numbers."""
    rows = db.exec_driver_sql(
        "SELECT e.number, e.dated, e.kind, a.code, sum(p.amount_minor) AS moved FROM entry e JOIN posting p ON p.entry_id = e.id"
        " JOIN account a ON a.id = p.account_id WHERE a.bank = 1 AND e.dated <= ? AND (e.number > ? OR e.dated > ?)"
        " GROUP BY e.id, a.id HAVING moved <> 0 ORDER BY e.number",
        (until.isoformat(), one.last_number, one.end_on.isoformat()),
    )
    return [Since(number, date.fromisoformat(on), kind, code, int(minor)) for number, on, kind, code, minor in rows]
