"""Rows 75 to 81 of the list of bad inputs: what is wrong with the files of a book, and what is said and done about it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.problem import KnownError
from fundledger.services import backups as verbs
from fundledger.store import backups, connecting, keys, migrating, slots
from fundledger.store.book import open_book
from fundledger.store.keys import Kind
from fundledger.store.operations import operations
from tests.store.bookkeeping import AT, PASSPHRASE, RECOVERY_KEY, balances, faults, interest, new_book, post
from tests.store.later import later_migrations, write_step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fundledger.store.book import Book


def refused(call: Callable[..., object], *given: object, **named: object) -> list[str]:
    """The codes of everything a refusal says."""
    with pytest.raises(KnownError) as error:
        call(*given, **named)
    return [problem.code for problem in error.value.problems]


def why(book: Book) -> list[str]:
    return [problem.code for problem in book.only_looking]


def filled(book: Book, n: int = 300) -> bytes:
    """A book with entries in many pages, closed; its data key."""
    post(book, *(interest(minor, book.unrestricted_fund) for minor in range(1, n + 1)))
    key = book._opened_by.data
    book.close()
    return key


# --- 75: a wrong passphrase -------------------------------------------------------------------------------------------
def test_row_75_a_wrong_passphrase_and_none_are_told_apart_by_nothing_and_the_driver_says_nothing(book: Book) -> None:
    book.close()
    code = (
        "import sys, pathlib\nfrom fundledger.store.book import open_book\nfrom fundledger.domain.problem import KnownError\n"
        "for given in ({'passphrase': 'wrong'}, {'passphrase': None}, {'raw_key': bytes(32)}):\n"
        "    try:\n        open_book(pathlib.Path(sys.argv[1]), **given)\n"
        "    except KnownError as error:\n        print(error.code)\n"
    )
    said = subprocess.run([sys.executable, "-c", code, str(book.path)], capture_output=True, text=True, check=True)
    assert (said.stdout.split(), said.stderr) == (["book.does_not_open", "book.does_not_open", "book.key_does_not_fit"], "")


def test_row_75_the_delay_is_a_derivation_whether_there_is_such_a_slot_or_not(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    derived: list[str] = []
    real = slots.derived

    def counted(typed: str, salt: bytes, cost: slots.Cost) -> bytes:
        derived.append(typed)
        return real(typed, salt, cost)

    monkeypatch.setattr(slots, "derived", counted)
    for kind, typed in ((Kind.PERSON, "wrong"), (Kind.RECOVERY, RECOVERY_KEY[::-1]), (Kind.KEYRING, "no such slot")):
        assert refused(keys.unlock, book.keys_file, typed, kind) == ["book.does_not_open"]
    assert len(derived) == 3


# --- 76: key slots lost -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("content", "code"), [(None, "book.keys_missing"), ("{}", "book.keys_unreadable")])
def test_row_76_lost_key_slots_are_told_and_the_newest_good_backup_has_them(
    book: Book, tmp_path: Path, content: str | None, code: str
) -> None:
    book.back_up(AT)
    newest = book.back_up(AT)
    book.close()
    book.keys_file.unlink()
    if content:
        book.keys_file.write_text(content)
    with pytest.raises(KnownError) as error:
        open_book(book.path, PASSPHRASE)
    assert [(one.code, one.subject) for one in error.value.problems] == [(code, str(book.path)), ("backup.newest_good", str(newest.file))]
    verbs.restore(newest.file, tmp_path / "R", AT, recovery_key=RECOVERY_KEY)
    with open_book(tmp_path / "R", PASSPHRASE) as again:
        assert faults(again) == []


def test_row_76_without_a_good_backup_that_is_said_too(book: Book) -> None:
    made = book.back_up(AT)
    book.close()
    content = bytearray(made.file.read_bytes())
    content[len(content) // 2] ^= 1
    made.file.write_bytes(content)
    book.keys_file.unlink()
    assert refused(open_book, book.path, PASSPHRASE) == ["book.keys_missing", "backup.no_good"]


def test_row_76_the_key_slots_of_another_book_are_named_as_such(book: Book, tmp_path: Path) -> None:
    """Whether its own passphrase is typed, which opens the wrong key, or one of the slots' that fits nothing here."""
    book.back_up(AT)
    book.close()
    with new_book(tmp_path / "Other") as other:
        shutil.copyfile(other.keys_file, book.keys_file)
    for typed in (PASSPHRASE, "another"):
        assert refused(open_book, book.path, typed) == ["book.keys_of_another", "backup.newest_good"]


# --- 77: one bit flipped in a page ------------------------------------------------------------------------------------
def flip(file: Path, page: int) -> None:
    """Turn one bit of a page over; again, and it is as it was."""
    content = bytearray(file.read_bytes())
    content[(page - 1) * 4096 + 2222] ^= 1
    file.write_bytes(content)


def page_of(book: Path, key: bytes, table: str) -> int:
    """The page a table begins on."""
    engine = connecting.reading(book / "ledger.db", key)
    with engine.begin() as db:
        found = db.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).scalar_one()
    engine.dispose()
    return int(found)


def test_row_77_a_flipped_bit_stops_the_writing_names_the_table_and_offers_the_backup(book: Book) -> None:
    post(book, interest(1, book.unrestricted_fund))
    made = book.back_up(AT)
    key = filled(book)
    before = (book.path / "ledger.db").read_bytes()
    hit = page_of(book.path, key, "posting")
    flip(book.path / "ledger.db", hit)
    with open_book(book.path, PASSPHRASE) as opened:
        assert not opened.read_only, "nobody has come across that page yet"
        expected = ["book.damaged", "book.damaged_tables", "backup.newest_good"]
        with pytest.raises(KnownError) as error, opened.reading() as db:
            db.exec_driver_sql("SELECT sum(amount_minor) FROM posting").all()
        assert [one.code for one in error.value.problems] == expected
        assert error.value.problems[1].values["tables"] == ["posting"]
        assert error.value.problems[2].subject == str(made.file)
        assert refused(post, opened, interest(1, opened.unrestricted_fund)) == expected
        assert (opened.read_only, opened.name) == (True, "Testų fondas"), "what is whole can be looked at"
    with open_book(book.path, PASSPHRASE) as again:
        assert (why(again), again.read_only) == (expected, True)
        assert refused(post, again, interest(1, again.unrestricted_fund)) == expected
    flip(book.path / "ledger.db", hit)
    assert (book.path / "ledger.db").read_bytes() == before, "not a byte was written to it"
    with open_book(book.path, PASSPHRASE) as whole:
        assert (why(whole), faults(whole)) == ([], []), "a page that is whole again, as after a bad cable, is no damage"


@pytest.mark.parametrize("table", ["alembic_version", "book", "fund", "person"])
def test_row_77_where_not_even_looking_is_possible_the_table_and_the_backup_are_named(book: Book, table: str) -> None:
    made = book.back_up(AT)
    key = filled(book)
    flip(book.path / "ledger.db", page_of(book.path, key, table))
    with pytest.raises(KnownError) as error:
        open_book(book.path, PASSPHRASE)
    assert [one.code for one in error.value.problems] == ["book.damaged", "book.damaged_tables", "backup.newest_good"]
    assert error.value.problems[1].values["tables"] == [table]
    assert error.value.problems[2].subject == str(made.file)


def test_row_77_in_whatever_page_the_bit_is_it_is_found_or_harmless(book: Book) -> None:
    key = filled(book)
    file = book.path / "ledger.db"
    with open_book(book.path, PASSPHRASE) as sound:
        figures = balances(sound)
    named = 0
    for page in range(1, file.stat().st_size // 4096 + 1, 67):
        flip(file, page)
        assert not connecting.is_whole(file, key), f"page {page}"
        named += bool(connecting.damaged_tables(file, key))
        try:
            with open_book(book.path, PASSPHRASE) as opened:
                assert balances(opened) == figures
        except KnownError as error:
            assert error.code in {"book.damaged", "book.key_does_not_fit"}  # noqa: PT017  either is an honest answer
        flip(file, page)
    assert named


# --- 78: other files, other versions ----------------------------------------------------------------------------------
def test_row_78_a_plain_database_and_a_file_of_another_program_are_refused_as_they_are(book: Book) -> None:
    book.close()
    ledger = book.path / "ledger.db"
    ledger.unlink()
    plain = sqlite3.connect(ledger)
    plain.execute("CREATE TABLE t (a)")
    plain.close()
    kept = ledger.read_bytes()
    assert refused(open_book, book.path, PASSPHRASE) == ["book.plain_file"]
    assert ledger.read_bytes() == kept
    for content in (b"", b"PK\x03\x04" + bytes(5000), os.urandom(8192)):
        ledger.write_bytes(content)
        codes = refused(open_book, book.path, PASSPHRASE)
        assert codes in (["book.key_does_not_fit", "backup.no_good"], ["book.not_a_book"])
        assert ledger.read_bytes() == content


def test_row_78_a_book_of_a_newer_program_can_be_looked_at_and_not_written(book: Book) -> None:
    with book.operation("from the future", AT) as op:
        op.db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        op.db.exec_driver_sql("ALTER TABLE entry ADD COLUMN later TEXT")
    filled(book)
    kept = (book.path / "ledger.db").read_bytes()
    with open_book(book.path, PASSPHRASE) as seen:
        assert [(one.code, one.values["version"]) for one in seen.only_looking] == [("book.opened_newer", "9999")]
        assert sum(balances(seen).values()) == 0 < len(balances(seen))
        assert refused(post, seen, interest(1, 1)) == ["book.opened_newer"]
    assert (book.path / "ledger.db").read_bytes() == kept


def test_row_78_a_newer_book_without_a_column_this_program_reads_is_refused(book: Book) -> None:
    with book.operation("from the future", AT) as op:
        op.db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        op.db.exec_driver_sql("ALTER TABLE identity_setting RENAME COLUMN value TO content")
    book.close()
    assert refused(open_book, book.path, PASSPHRASE) == ["book.newer"]
    assert refused(open_book, book.path, PASSPHRASE, read_only=True) == ["book.newer"]


def test_row_78_a_half_migrated_book_is_refused_and_left_alone(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that says it is today's and is not, and one whose next step is partly done."""
    with book.operation("by another program", AT) as op:
        op.db.exec_driver_sql("ALTER TABLE entry ADD COLUMN later TEXT")
    book.close()
    with monkeypatch.context() as patch:
        later_migrations(tmp_path, patch.setattr)
        assert refused(open_book, book.path, PASSPHRASE) == ["book.half_migrated"]
    with open_book(book.path, PASSPHRASE) as same, same.operation("by another program", AT) as op:
        assert migrating.version(op.db) == migrating.VERSIONS[0]
        op.db.exec_driver_sql("ALTER TABLE identity_setting RENAME COLUMN value TO content")
    assert refused(open_book, book.path, PASSPHRASE) == ["book.half_migrated"]


def test_row_78_no_migration_without_a_verified_backup(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_step(later_migrations(tmp_path, monkeypatch.setattr))
    book.close()
    shutil.rmtree(book.path / "backups")
    (book.path / "backups").write_bytes(b"no folder")
    assert refused(open_book, book.path, PASSPHRASE) == ["book.io"]
    engine = connecting.reading(book.path / "ledger.db", keys.unlock(book.keys_file, PASSPHRASE)[0].data)
    with engine.begin() as db:
        assert migrating.version(db) == "0001"
    engine.dispose()


# --- 79: a hostile database -------------------------------------------------------------------------------------------
HOSTILE = (
    "CREATE TABLE entry (id)",
    "CREATE TABLE evil (a)",
    "CREATE TRIGGER t AFTER INSERT ON evil BEGIN DELETE FROM entry; END",
    "CREATE VIEW book AS SELECT load_extension('x') AS uid, 'EUR' AS currency",
    *(f"CREATE TABLE huge_{n} ({', '.join(f'c{m}' for m in range(200))})" for n in range(200)),
)


def test_row_79_a_hostile_database_is_not_even_parsed_without_the_key(book: Book) -> None:
    book.close()
    ledger = book.path / "ledger.db"
    ledger.unlink()
    with sqlite3.connect(ledger) as plain:
        for statement in HOSTILE:
            plain.execute(statement)
    plain.close()
    assert refused(open_book, book.path, PASSPHRASE) == ["book.plain_file"]
    assert refused(open_book, book.path, raw_key=bytes(32)) == ["book.plain_file"]


def test_row_79_one_under_the_right_key_is_no_book_and_its_views_call_nothing(book: Book) -> None:
    book.close()
    key = keys.unlock(book.keys_file, PASSPHRASE)[0].data
    ledger = book.path / "ledger.db"
    ledger.unlink()
    ledger.touch()
    engine = connecting.writing(ledger, key)
    with engine.begin() as db:
        for statement in HOSTILE:
            db.exec_driver_sql(statement)
    engine.dispose()
    assert refused(open_book, book.path, PASSPHRASE) == ["book.not_a_book"]
    reader = connecting.reading(ledger, key)
    with reader.begin() as db:
        assert db.exec_driver_sql("PRAGMA trusted_schema").scalar_one() == 0
        assert db.exec_driver_sql("PRAGMA query_only").scalar_one() == 1
    reader.dispose()


# --- 80: logs lost and logs from elsewhere ----------------------------------------------------------------------------
def parts(book: Book) -> tuple[bytes, bytes]:
    """Ledger and log as they lie there while the book is open."""
    return (book.path / "ledger.db").read_bytes(), (book.path / "ledger.db-wal").read_bytes()


def test_row_80_a_lost_log_is_a_step_back_that_the_newest_backup_tells(book: Book) -> None:
    """Twelve entries were committed into the log and stand in a backup; then the log is lost with a crash."""
    post(book, *(interest(minor, book.unrestricted_fund) for minor in range(1, 13)))
    made = book.back_up(AT)
    ledger, _ = parts(book)
    book.close()
    (book.path / "ledger.db").write_bytes(ledger)
    with open_book(book.path, PASSPHRASE) as back:
        assert [one.code for one in back.only_looking] == ["book.stepped_back", "backup.newest_good"]
        assert back.only_looking[0].values == {"entries": 12, "operations": 1}
        assert refused(post, back, interest(1, back.unrestricted_fund)) == ["book.stepped_back", "backup.newest_good"]
        assert balances(back) == {}
    restored = verbs.restore(made.file, book.path.with_name("R"), AT, PASSPHRASE)
    with open_book(restored.path, PASSPHRASE) as again:
        assert (why(again), len(balances(again))) == ([], 2)


def test_row_80_a_log_from_another_time_is_not_folded_in(book: Book) -> None:
    """The log of an evening, found beside the ledger of the next: its pages are sealed with the right key and of the wrong day."""
    post(book, *(interest(minor, book.unrestricted_fund) for minor in range(1, 40)))
    _, old_log = parts(book)
    book.close()
    with open_book(book.path, PASSPHRASE) as later:
        for minor in range(1, 40):
            post(later, interest(minor, later.unrestricted_fund))
        figures = balances(later)
        made = later.back_up(AT)
    ledger = (book.path / "ledger.db").read_bytes()
    (book.path / "ledger.db-wal").write_bytes(old_log)
    with open_book(book.path, PASSPHRASE) as opened:
        assert [(one.code, one.subject) for one in opened.only_looking] == [
            ("book.foreign_log", str(book.path)), ("backup.newest_good", str(made.file)),
        ]  # fmt: skip
        assert (balances(opened), faults(opened)) == (figures, []), "shown as it was without the log"
    assert ((book.path / "ledger.db").read_bytes(), (book.path / "ledger.db-wal").read_bytes()) == (ledger, old_log)


def test_row_80_a_fault_the_book_had_before_the_crash_is_not_held_against_the_log(book: Book) -> None:
    post(book, interest(500, book.unrestricted_fund))
    with book.operation("by a plain tool", AT) as op:
        op.db.exec_driver_sql("DROP TRIGGER guard_entry_delete")
    book.close()
    with open_book(book.path, PASSPHRASE) as again:
        post(again, interest(700, again.unrestricted_fund))
        figures, log = balances(again), parts(again)[1]
        ledger = parts(again)[0]
    (book.path / "ledger.db").write_bytes(ledger)
    (book.path / "ledger.db-wal").write_bytes(log)
    with open_book(book.path, PASSPHRASE) as opened:
        assert (why(opened), balances(opened), faults(opened)) == ([], figures, ["check.guard_missing"])


def test_row_80_the_log_of_a_crash_is_folded_in(book: Book) -> None:
    post(book, *(interest(minor, book.unrestricted_fund) for minor in range(1, 40)))
    figures = balances(book)
    ledger, log = parts(book)
    book.close()
    (book.path / "ledger.db").write_bytes(ledger)
    (book.path / "ledger.db-wal").write_bytes(log)
    with open_book(book.path, PASSPHRASE) as opened:
        assert (why(opened), balances(opened), faults(opened)) == ([], figures, [])


# --- 81: the surroundings; more of each in test_storage -----------------------------------------------------------------
def test_row_81_a_second_program_is_told_since_when(book: Book) -> None:
    with pytest.raises(KnownError) as error:
        open_book(book.path, PASSPHRASE)
    assert (error.value.code, error.value.problems[0].values["since"] is None) == ("book.open_elsewhere", False)


@pytest.mark.parametrize(("harm", "code"), [("moved", "book.gone"), ("deleted", "book.gone"), ("replaced", "book.replaced")])
def test_row_81_nothing_is_written_into_a_file_that_is_not_the_one_that_was_opened(book: Book, harm: str, code: str) -> None:
    ledger = book.path / "ledger.db"
    if harm == "moved":
        book.path.rename(book.path.with_name("Elsewhere.fundledger"))
    elif harm == "deleted":
        ledger.unlink()
    else:
        shutil.copyfile(ledger, ledger.with_name("copy"))
        ledger.with_name("copy").replace(ledger)
    assert refused(post, book, interest(1, book.unrestricted_fund)) == [code]


def test_row_81_order_is_the_number_and_not_the_clock(book: Book) -> None:
    for days in (0, 400):
        with book.operation("post", AT - timedelta(days=days)):
            pass
        book.back_up(AT - timedelta(days=days))
    with book.reading() as db:
        assert [one.id for one in operations(db)] == [3, 2, 1]
    assert [one.header.number for one in backups.backups(book.path / "backups")] == [2, 1]
    book.close()
    with open_book(book.path, PASSPHRASE) as again:
        assert why(again) == []


def test_row_81_a_synced_folder_is_refused_for_work_and_not_for_looking(book: Book, tmp_path: Path) -> None:
    book.close()
    (tmp_path / "Dropbox").mkdir()
    moved = book.path.rename(tmp_path / "Dropbox" / book.path.name)
    assert refused(open_book, moved, PASSPHRASE) == ["book.sync_folder"]
    with open_book(moved, PASSPHRASE, read_only=True) as seen:
        assert faults(seen) == []
