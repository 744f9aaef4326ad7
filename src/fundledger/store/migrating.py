"""Brings a book to the schema of this program: every migration renews the guards in its own transaction.

Alembic is imported only when there is something to migrate; a book that is up to date never pays for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from fundledger.domain.problem import KnownError, refusal
from fundledger.store import backups, connecting, guards
from fundledger.store.schema import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

# Every schema this program knows, oldest first; the last one is its own.
VERSIONS = ("0001",)
MIGRATIONS = Path(__file__).parent / "migrations"


def version(db: Connection) -> str | None:
    """Say the schema version of a book; None while it has no table yet."""
    if db.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").first() is None:
        return None
    return db.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()


def is_current(db: Connection, folder: Path, *, looking: bool = False) -> bool:
    """Whether the book has this program's schema, or a newer one that can be looked at, where it is only looked at.

    Raises KnownError book.not_a_book, book.newer for a schema this program does not know, book.half_migrated for one that is not
    what it says.
    """
    found = version(db)
    if found is None:
        raise KnownError("book.not_a_book", str(folder))
    if found not in VERSIONS and not (looking and _has_all(db)):
        raise KnownError("book.newer", str(folder), version=found)
    if found == VERSIONS[-1] and not _has_all(db):
        raise KnownError("book.half_migrated", str(folder), version=found)
    return found not in VERSIONS[:-1]


def _has_all(db: Connection) -> bool:
    """Whether every table and column this program asks for is there; a newer version only adds to them."""
    rows = db.exec_driver_sql("SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'").all()
    there = {(row[0], row[1]) for row in rows}
    return all((table.name, column.name) in there for table in metadata.tables.values() for column in table.columns)


def migrate(db: Connection) -> None:
    """Run every missing migration and renew the guards, inside the transaction the caller has begun."""
    from alembic import command  # noqa: PLC0415  costs more than the rest of the store together
    from alembic.config import Config  # noqa: PLC0415  costs more than the rest of the store together

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = db
    command.upgrade(config, "head")
    guards.renew(db)


def migrate_with_backup(engine: Engine, folder: Path, key: bytes) -> Path:
    """Migrate a book that holds something: a verified backup first, a check at the end, else all stays as it was.

    Returns the backup, made at the time of the last operation. Raises as `backups.make` and `connecting.committing`, and a refusal with
    every fault the check finds; KnownError book.half_migrated when a step finds its work done in part.
    """
    kept = backups.make(engine, folder, key, proof=backups.whole).file
    with connecting.committing(engine, folder) as db:
        try:
            migrate(db)
        except OperationalError as error:
            if connecting.is_ours(error):
                raise KnownError("book.half_migrated", str(folder), version=version(db)) from None
            raise
        faults = backups.checked(db)
        if faults:
            raise refusal(tuple(faults))
    return kept
