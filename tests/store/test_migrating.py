"""A book is brought to today's schema after a backup, in one transaction, and its guards hold afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable

from fundledger.domain.problem import KnownError
from fundledger.store import migrating
from fundledger.store.backups import backups, folder_of
from fundledger.store.book import open_book
from fundledger.store.guards import missing_guards
from fundledger.store.schema import metadata
from tests.store.bookkeeping import AT, PASSPHRASE, balances, faults, interest, post
from tests.store.later import later_migrations, write_step
from tests.store.test_guards import HOSTILE, journal_of

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book


@pytest.fixture
def future(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The step a later program knows."""
    return later_migrations(tmp_path, monkeypatch.setattr)


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
    assert [one.header.number for one in backups(folder_of(book.path))] == [1]


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
    write_step(future, "raise ZeroDivisionError")
    book.close()
    with pytest.raises(ZeroDivisionError):
        open_book(book.path, PASSPHRASE)
    assert [one.header.made_at for one in backups(folder_of(book.path))] == [AT]
    write_step(future)
    with open_book(book.path, PASSPHRASE) as migrated:
        assert faults(migrated) == []
    assert sorted(each.name for each in (book.path / "backups").iterdir()) == ["0000001.flbackup", "0000002.flbackup"]


def test_a_migration_that_leaves_a_fault_is_refused(book: Book, future: Path) -> None:
    write_step(future, 'op.execute("UPDATE entry SET n_lines = 7")', "guard_entry_update")
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
