"""A book is brought to today's schema after a backup, in one transaction, and its guards hold afterwards."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable

from fundledger.domain.problem import KnownError
from fundledger.store import migrating
from fundledger.store.book import open_book
from fundledger.store.guards import missing_guards
from fundledger.store.schema import metadata
from tests.store.bookkeeping import AT, PASSPHRASE, balances, faults, interest, post
from tests.store.test_guards import HOSTILE, journal_of

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book

_STEP = '''
"""A step of the future."""
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add a column to the journal."""
    op.execute("DROP TRIGGER guard_entry_delete")
    op.execute("ALTER TABLE entry ADD COLUMN later TEXT")
    {more}
'''


@pytest.fixture
def future(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations of a program that knows one more step."""
    migrations = tmp_path / "migrations % of tomorrow"
    shutil.copytree(migrating.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrating, "VERSIONS", ("0001", "0002"))
    monkeypatch.setattr(migrating, "MIGRATIONS", migrations)
    (migrations / "versions" / "v0002_later.py").write_text(_STEP.format(more=""))
    return migrations


def test_a_new_book_has_exactly_the_tables_of_the_schema(book: Book) -> None:
    """Where this fails before the first release, freeze 0001 anew; afterwards write the next step."""
    made = [CreateTable(table) for table in metadata.sorted_tables] + [
        CreateIndex(one) for table in metadata.sorted_tables for one in table.indexes
    ]
    wanted = {" ".join(str(each.compile(dialect=sqlite.dialect())).split()) for each in made}
    with book.reading() as db:
        found = db.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
            " AND name NOT IN ('alembic_version', 'sqlite_sequence')"
        ).scalars()
        assert {" ".join(str(sql).split()) for sql in found} == wanted


def test_the_versions_this_program_knows_are_those_it_has_steps_for() -> None:
    steps = ScriptDirectory(str(migrating.MIGRATIONS)).walk_revisions()
    assert [step.revision for step in steps] == list(reversed(migrating.VERSIONS))


def test_an_older_book_is_backed_up_migrated_and_guarded(book: Book, future: Path) -> None:
    assert future.exists()
    post(book, interest(500, book.unrestricted_fund), interest(700, book.suspense_fund))
    before = balances(book)
    book.close()
    with open_book(book.path, PASSPHRASE) as migrated:
        assert balances(migrated) == before
        with migrated.reading() as db:
            assert migrating.version(db) == "0002"
            assert missing_guards(db) == []
            assert db.exec_driver_sql("SELECT later FROM entry").all() == [(None,), (None,)]
        assert faults(migrated) == []
    assert [each.name for each in (book.path / "backups").iterdir()] == ["000001.db"]


def test_hostile_sql_is_refused_after_a_migration_too(book: Book, future: Path) -> None:
    assert future.exists()
    post(book, interest(500, book.unrestricted_fund), interest(700, book.suspense_fund))
    book.close()
    with open_book(book.path, PASSPHRASE) as migrated:
        before = journal_of(migrated)
        with pytest.raises(ZeroDivisionError), migrated.operation("hostile", AT) as op:  # noqa: PT012  a whole operation is what is tried
            op.db.exec_driver_sql(
                "INSERT INTO entry (id, uid, kind, dated, n_lines, operation_id) VALUES (3, 'unposted', 'line', '2026-03-02', 2, ?)",
                (op.id,),
            )
            for statement in HOSTILE:
                with pytest.raises(IntegrityError):
                    op.db.exec_driver_sql(statement)
            raise ZeroDivisionError
        assert journal_of(migrated) == before


def test_a_migration_that_fails_leaves_the_book_as_it_was_and_a_backup(book: Book, future: Path) -> None:
    (future / "versions" / "v0002_later.py").write_text(_STEP.format(more="raise ZeroDivisionError"))
    book.close()
    with pytest.raises(ZeroDivisionError):
        open_book(book.path, PASSPHRASE)
    assert len(list((book.path / "backups").iterdir())) == 1
    (future / "versions" / "v0002_later.py").write_text(_STEP.format(more=""))
    with open_book(book.path, PASSPHRASE) as migrated:
        assert faults(migrated) == []
    assert sorted(each.name for each in (book.path / "backups").iterdir()) == ["000001.db", "000002.db"]


def test_a_migration_that_leaves_a_fault_is_refused(book: Book, future: Path) -> None:
    drop = 'op.execute("UPDATE entry SET n_lines = 7")'
    step = _STEP.format(more=drop).replace("guard_entry_delete", "guard_entry_update")
    (future / "versions" / "v0002_later.py").write_text(step)
    post(book, interest(500, book.unrestricted_fund))
    book.close()
    with pytest.raises(KnownError) as error:
        open_book(book.path, PASSPHRASE)
    assert "check.entry_lines" in {problem.code for problem in error.value.problems}


def test_a_book_opened_for_reading_alone_is_not_migrated(book: Book, future: Path) -> None:
    assert future.exists()
    book.close()
    with pytest.raises(KnownError, match=r"book\.older"):
        open_book(book.path, PASSPHRASE, read_only=True)


def test_a_backup_opens_with_the_key_of_the_book_and_not_without(book: Book) -> None:
    post(book, interest(500, book.unrestricted_fund))
    assert book._writer is not None
    from fundledger.store import keys  # noqa: PLC0415  the one test that needs the key itself

    key, _ = keys.unlock(book.path / "keys.json", PASSPHRASE)
    kept = migrating.backup_file(book._writer, book.path, key.data)
    assert kept.read_bytes()[:15] != b"SQLite format 3"
    restored = book.path.with_name("Restored.fundledger")
    restored.mkdir()
    shutil.copyfile(kept, restored / "ledger.db")
    with open_book(restored, raw_key=key.data) as again:
        assert balances(again) == balances(book)
        assert faults(again) == []
