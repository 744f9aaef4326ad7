"""Brings a book to the schema of this program: every migration renews the guards in its own transaction.

Alembic is imported only when there is something to migrate; a book that is up to date never pays for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, refusal
from fundledger.store import connecting, guards
from fundledger.store.checking import check
from fundledger.store.keys import sync_folder

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

    Returns the backup. Raises a refusal with every fault the check finds.
    """
    kept = backup_file(engine, folder, key)
    with engine.begin() as db:
        migrate(db)
        faults = check(db)
        if faults:
            raise refusal(tuple(faults))
    return kept


def backup_file(engine: Engine, folder: Path, key: bytes) -> Path:
    """Copy the database into `backups/`, open the copy again with the key and check it, and only then give it its name.

    Raises KnownError book.backup_failed when the copy is not sound.
    """
    backups = folder / "backups"
    backups.mkdir(mode=0o700, exist_ok=True)
    numbers = (int(file.stem) for file in backups.glob("*.db") if file.stem.isdecimal())
    final = backups / f"{max(numbers, default=0) + 1:06}.db"
    beside = final.with_suffix(".new")
    beside.unlink(missing_ok=True)
    connecting.copy(engine, beside, key)
    copied = connecting.reading(beside, key, immutable=True)
    try:
        with copied.begin() as db:
            sound = db.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    finally:
        copied.dispose()
    if not sound:
        raise KnownError("book.backup_failed", str(final))
    connecting.sync_file(beside)
    beside.replace(final)
    sync_folder(backups)
    return final
