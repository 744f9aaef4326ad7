"""Brings a book to the schema of this program: every migration renews the guards in its own transaction.

Alembic is imported only when there is something to migrate; a book that is up to date never pays for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, refusal
from fundledger.store import backups, guards
from fundledger.store.checking import check

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


def is_current(db: Connection, folder: Path) -> bool:
    """Whether the book has this program's schema; raises KnownError book.newer for one this program does not know."""
    found = version(db)
    if found is None:
        raise KnownError("book.not_a_book", str(folder))
    if found not in VERSIONS:
        raise KnownError("book.newer", str(folder), version=found)
    return found == VERSIONS[-1]


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

    Returns the backup, made at the time of the last operation. Raises as `backups.make`, and a refusal with every fault the check finds.
    """
    kept = backups.make(engine, folder, key, proof=backups.whole).file
    with engine.begin() as db:
        migrate(db)
        faults = check(db)
        if faults:
            raise refusal(tuple(faults))
    return kept
