"""A backup is one file that was proved to open; what is restored from it is a whole book that says what it lacks."""

from __future__ import annotations

import random
import shutil
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundledger.domain.problem import KnownError
from fundledger.services import backups as verbs
from fundledger.services import people
from fundledger.services.undoing import undo
from fundledger.store import backups, keys, places
from fundledger.store.backups import Header, folder_of, kept, read
from fundledger.store.book import open_book
from fundledger.store.operations import operations
from fundledger.store.restoring import Lacks, rehearse
from tests.store.bookkeeping import AT, CHEAP, PASSPHRASE, RECOVERY_KEY, accept, balances, bank_with_lines, faults, interest, new_book, post

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


def refused(code: str, call: object, *given: object, **named: object) -> KnownError:
    assert callable(call)
    with pytest.raises(KnownError) as error:
        call(*given, **named)
    assert error.value.code == code
    return error.value


# --- making -----------------------------------------------------------------------------------------------------------
def test_a_backup_is_one_private_file_with_database_and_slots_and_says_how_far_it_goes(book: Book) -> None:
    bank_with_lines(book)
    post(book, interest(500, book.unrestricted_fund), interest(700, book.suspense_fund))
    made = book.back_up(AT)
    assert made.file == book.path / "backups" / "0000001.flbackup"
    assert (made.header.operations, made.header.entries, made.header.imports) == (4, 2, 1)
    assert (made.header.book, made.header.made_at, made.header.number) == (book.uid, AT, 1)
    assert read(made.file) == made
    assert made.file.stat().st_mode & 0o777 == 0o600
    with ZipFile(made.file) as packed:
        assert [(one.filename, one.compress_type) for one in packed.infolist()] == [
            ("header.json", ZIP_STORED), ("keys.json", ZIP_STORED), ("ledger.db", ZIP_STORED),
        ]  # fmt: skip
        assert packed.read("keys.json") == (book.path / "keys.json").read_bytes()
    assert b"SQLite format 3" not in made.file.read_bytes()
    assert [each.name for each in folder_of(book.path).iterdir()] == [made.file.name]


def test_a_backup_holds_what_is_committed_beside_a_reader_and_nothing_of_an_open_operation(book: Book) -> None:
    post(book, interest(500, book.unrestricted_fund))
    with book.reading() as db:
        db.exec_driver_sql("SELECT count(*) FROM entry").all()
        assert book.back_up(AT).header.entries == 1
    with book.operation("in between", AT):
        refused("operation.nested", book.back_up, AT)


def test_numbers_go_on_whatever_the_clock_and_the_names_say(book: Book) -> None:
    first = book.back_up(at(date(2026, 3, 5)))
    renamed = first.file.with_name("0000041.flbackup")
    first.file.rename(renamed)
    second = book.back_up(at(date(2019, 1, 1)))
    assert (second.header.number, [one.header.number for one in verbs.kept_backups(book)]) == (42, [42, 1])


def test_a_book_with_a_fault_is_not_kept_as_a_good_one(book: Book) -> None:
    post(book, interest(500, book.unrestricted_fund))
    with book.operation("break", AT) as op:
        op.db.exec_driver_sql("UPDATE balance SET amount_minor = amount_minor + 1")
    error = refused("backup.unsound", book.back_up, AT)
    assert "check.balance_differs" in {problem.code for problem in error.problems}
    assert list(folder_of(book.path).iterdir()) == []


def test_what_a_killed_backup_left_is_swept_away_and_the_list_of_erasures_is_not(book: Book) -> None:
    (folder_of(book.path) / ".0123456789abcdef.unfinished").write_bytes(b"half")
    (folder_of(book.path) / "erasures.json").write_text("{}")
    made = book.back_up(AT)
    assert sorted(each.name for each in folder_of(book.path).iterdir()) == [made.file.name, "erasures.json"]


# --- rotation ---------------------------------------------------------------------------------------------------------
def header(number: int, day: date) -> Header:
    return Header(number, at(day), "book", "0001", number, 0, 0, "", "")


def test_ten_last_14_daily_8_weekly_24_monthly() -> None:
    """Three backups a day over three years."""
    start = date(2024, 1, 1)
    every = [header(3 * day + turn + 1, start + timedelta(day)) for day in range(1096) for turn in range(3)]
    stay = kept(every)
    days = {one.made_at.date() for one in every if one.number in stay}
    newest_of_day = {3 * (day + 1) for day in range(1096)}
    assert max(stay) == 3288
    assert set(range(3279, 3289)) <= stay
    assert stay - set(range(3279, 3289)) <= newest_of_day
    assert {start + timedelta(1095 - back) for back in range(14)} <= days
    assert len({day.isocalendar()[:2] for day in days}) >= 8
    assert len({(day.year, day.month) for day in days}) == 24
    assert min(days) == date(2025, 1, 31)
    assert len(stay) == 48  # of 56, what counts twice once


def test_a_clock_that_ran_ahead_for_one_backup_lets_nothing_else_go() -> None:
    good = [header(n, date(2026, 3, n)) for n in range(1, 15)]
    assert kept([*good, header(15, date(2099, 1, 1))]) >= {one.number for one in good}
    assert 15 in kept([*good, header(15, date(1999, 1, 1))])


@given(st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=80))
def test_rotating_again_changes_nothing_and_the_newest_ten_always_stay(days: list[date]) -> None:
    every = [header(n, day) for n, day in enumerate(days, 1)]
    stay = kept(every)
    assert kept(one for one in every if one.number in stay) == stay
    assert {one.number for one in every[-10:]} <= stay
    assert len(stay) <= 10 + 14 + 8 + 24


def test_files_that_are_none_of_this_book_are_left_alone(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "LAST", 1)
    monkeypatch.setattr(backups, "DAILY", 1)
    with new_book(tmp_path / "Other") as other:
        shutil.copyfile(other.back_up(AT).file, folder_of(book.path) / "9000000.flbackup")
    (folder_of(book.path) / "0000007.flbackup").write_bytes(b"broken")
    numbers = [book.back_up(AT).header.number for _ in range(3)]
    assert numbers == [9000001, 9000002, 9000003]
    assert sorted(each.name for each in folder_of(book.path).iterdir()) == [
        "0000007.flbackup", "9000000.flbackup", "9000003.flbackup",
    ]  # fmt: skip


# --- the second place -------------------------------------------------------------------------------------------------
def test_every_backup_is_copied_to_the_second_place(book: Book, tmp_path: Path) -> None:
    place = tmp_path / "Dropbox" / "drive"
    place.mkdir(parents=True)
    verbs.set_second_place(book, place, AT)
    (folder_of(book.path) / "erasures.json").write_text('{"format": 1, "erasures": [], "withdrawn": []}')
    done = verbs.back_up(book, AT)
    assert done.second
    assert done.second.file == place / f"fundledger-{book.uid[:8]}" / "0000001.flbackup"
    assert done.second.file.read_bytes() == done.backup.file.read_bytes()
    assert (done.second.file.parent / "erasures.json").exists()
    assert (done.warnings, faults(book)) == ((), [])
    verbs.set_second_place(book, None, AT)
    assert verbs.back_up(book, AT).second is None


def test_a_second_place_that_is_gone_is_told_and_the_backup_is_kept(book: Book, tmp_path: Path) -> None:
    place = tmp_path / "drive"
    place.mkdir()
    verbs.set_second_place(book, place, AT)
    place.rmdir()
    done = verbs.back_up(book, AT)
    assert [problem.code for problem in done.warnings] == ["backup.second_place_failed", "backup.second_place_missing"]
    assert done.backup.file.exists()
    assert not place.exists()


def test_a_second_place_inside_the_book_or_nowhere_is_refused(book: Book, tmp_path: Path) -> None:
    refused("backup.second_place_inside", verbs.set_second_place, book, book.path / "backups", AT)
    refused("backup.second_place_missing", verbs.set_second_place, book, tmp_path / "nowhere", AT)
    refused("backup.second_place_missing", verbs.back_up, book, AT, tmp_path / "nowhere")


def test_a_read_only_book_is_backed_up_elsewhere(book: Book, tmp_path: Path) -> None:
    with open_book(book.path, PASSPHRASE, read_only=True) as seen:
        done = verbs.back_up(seen, AT, tmp_path)
    assert done.backup.file.parent.parent == tmp_path
    assert verbs.restore(done.backup.file, tmp_path / "R", AT, PASSPHRASE, live=book.path).lacks == Lacks(0, 0, 0)


# --- before risky acts ------------------------------------------------------------------------------------------------
def test_an_import_is_taken_back_only_after_a_backup(book: Book) -> None:
    bank = bank_with_lines(book)
    undo(book, AT, bank.import_operation)
    (made,) = verbs.kept_backups(book)
    assert made.header.imports == 1
    assert faults(book) == []


def test_nothing_is_backed_up_twice_that_did_not_change(book: Book) -> None:
    assert [verbs.back_up_first(book, AT) for _ in range(3)] == [(), (), ()]
    assert len(verbs.kept_backups(book)) == 1
    post(book, interest(500, book.unrestricted_fund))
    verbs.back_up_first(book, AT)
    assert len(verbs.kept_backups(book)) == 2


# --- restoring --------------------------------------------------------------------------------------------------------
def test_a_restored_book_says_what_it_lacks(book: Book, tmp_path: Path) -> None:
    bank = bank_with_lines(book)
    accept(book, bank.lines[0], bank.fund)
    before, made = balances(book), book.back_up(AT)
    accept(book, bank.lines[1], bank.fund)
    post(book, interest(1, book.unrestricted_fund), interest(2, book.unrestricted_fund))
    done = verbs.restore(made.file, tmp_path / "Restored", AT, PASSPHRASE)
    assert (done.lacks, done.warnings, done.header) == (Lacks(2, 3, 0), (), made.header)
    with open_book(done.path, PASSPHRASE) as again:
        assert (balances(again), faults(again), again.name, again.uid) == (before, [], book.name, book.uid)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["Restored.fundledger", "Sample.fundledger"]


def test_a_backup_of_all_there_is_lacks_nothing_and_one_far_from_its_book_says_nothing(book: Book, tmp_path: Path) -> None:
    made = book.back_up(AT)
    assert verbs.restore(made.file, tmp_path / "A", AT, PASSPHRASE).lacks == Lacks(0, 0, 0)
    away = shutil.copyfile(made.file, tmp_path / "away.flbackup")
    assert verbs.restore(away, tmp_path / "B", AT, PASSPHRASE).lacks is None
    assert verbs.restore(away, tmp_path / "C", AT, PASSPHRASE, live=book.path).lacks == Lacks(0, 0, 0)


def test_a_book_that_is_broken_stops_no_restore(book: Book, tmp_path: Path) -> None:
    made = book.back_up(AT)
    book.close()
    (book.path / "keys.json").write_text("{}")
    done = verbs.restore(made.file, tmp_path / "R", AT, PASSPHRASE)
    assert [problem.code for problem in done.warnings] == ["restore.not_compared", "book.keys_unreadable", "backup.newest_good"]


def test_who_was_removed_since_is_told_of_for_the_backup_still_lets_her_in(book: Book, tmp_path: Path) -> None:
    people.add_person(book, "Sample Person Beta", "approve", "hers", AT, CHEAP)
    (hers,) = [one.id for one in people.list_people(book) if one.name == "Sample Person Beta"]
    made = book.back_up(AT)
    people.remove_person(book, hers, AT)
    done = verbs.restore(made.file, tmp_path / "R", AT, PASSPHRASE)
    assert [(one.code, one.values) for one in done.warnings] == [("restore.people_back", {"n": 1})]
    open_book(done.path, "hers").close()


def test_the_open_book_is_compared_with_where_the_backup_wants_an_older_passphrase(book: Book, tmp_path: Path) -> None:
    made = book.back_up(AT)
    people.change_passphrase(book, PASSPHRASE, "another", AT, CHEAP)
    assert verbs.restore(made.file, tmp_path / "A", AT, PASSPHRASE).lacks is None
    done = verbs.restore(made.file, tmp_path / "B", AT, PASSPHRASE, live=book)
    assert (done.lacks, done.warnings) == (Lacks(1, 0, 0), ())


def test_another_book_is_not_compared_with(book: Book, tmp_path: Path) -> None:
    with new_book(tmp_path / "Other") as other:
        done = verbs.restore(book.back_up(AT).file, tmp_path / "R", AT, PASSPHRASE, live=other.path)
    assert [problem.code for problem in done.warnings] == ["restore.other_book"]


def test_nothing_is_restored_over_something_or_with_a_wrong_passphrase(book: Book, tmp_path: Path) -> None:
    made = book.back_up(AT)
    refused("book.exists", verbs.restore, made.file, book.path, AT, PASSPHRASE)
    error = refused("book.does_not_open", verbs.restore, made.file, tmp_path / "R", AT, "wrong")
    assert error.problems[0].subject == str(made.file)
    refused("backup.not_found", verbs.restore, tmp_path / "none.flbackup", tmp_path / "R", AT, PASSPHRASE)
    assert [each.name for each in tmp_path.iterdir()] == ["Sample.fundledger"]


def test_a_book_is_not_restored_into_a_synced_folder(book: Book, tmp_path: Path) -> None:
    (tmp_path / "Nextcloud").mkdir()
    refused("book.sync_folder", verbs.restore, book.back_up(AT).file, tmp_path / "Nextcloud" / "R", AT, PASSPHRASE)


def test_a_header_that_says_more_than_the_book_holds_is_refused(book: Book, tmp_path: Path) -> None:
    made = book.back_up(AT)
    forged = tmp_path / "forged.flbackup"
    with ZipFile(made.file) as packed:
        (tmp_path / "ledger").write_bytes(packed.read("ledger.db"))
    backups._pack(forged, replace(made.header, entries=7), tmp_path / "ledger", book.path / "keys.json")
    refused("backup.unreadable", verbs.restore, forged, tmp_path / "R", AT, PASSPHRASE)


# --- hostile and damaged files ----------------------------------------------------------------------------------------
def test_a_changed_byte_anywhere_is_harmless_or_refused(book: Book, tmp_path: Path) -> None:
    post(book, interest(500, book.unrestricted_fund))
    made, chance = book.back_up(AT), random.Random(3)
    content, before, harmless = made.file.read_bytes(), balances(book), 0
    ends = [*range(1200), *range(len(content) - 400, len(content))]
    for n, place in enumerate([*chance.sample(ends, 80), *chance.sample(range(len(content)), 20)]):
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        (tmp_path / "changed.flbackup").write_bytes(changed)
        try:
            done = verbs.restore(tmp_path / "changed.flbackup", tmp_path / f"R{n}", AT, PASSPHRASE)
        except KnownError as error:
            assert error.code == "backup.unreadable"  # noqa: PT017  either is an honest answer
            continue
        with open_book(done.path, PASSPHRASE) as again:
            assert balances(again) == before
        harmless += 1
    assert harmless < 60


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300) | st.binary(max_size=100).map(lambda tail: b"PK\x03\x04" + tail))
def test_whatever_is_no_backup_is_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.mktemp("hostile") / "x.flbackup"
    file.write_bytes(content)
    refused("backup.unreadable", read, file)


def test_members_of_other_names_kinds_and_sizes_are_refused(book: Book, tmp_path: Path) -> None:
    made, hostile = book.back_up(AT), tmp_path / "hostile.flbackup"
    with ZipFile(made.file) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    large = {**members, "header.json": members["header.json"] + b" " * 70_000}
    escaping, more = {"../../escaped": b"x", **members}, {**members, "more": b""}
    for found, way in ((escaping, ZIP_STORED), (members, ZIP_DEFLATED), (large, ZIP_STORED), (more, ZIP_STORED)):
        with ZipFile(hostile, "w", way) as out:
            for name, content in found.items():
                out.writestr(name, content)
        refused("backup.unreadable", read, hostile)
    (tmp_path / "cut.flbackup").write_bytes(made.file.read_bytes()[:-1000])
    refused("backup.unreadable", read, tmp_path / "cut.flbackup")


# --- drills -----------------------------------------------------------------------------------------------------------
def test_a_drill_leaves_nothing_but_a_line_in_the_log(book: Book, tmp_path: Path) -> None:
    refused("backup.none", verbs.drill, book, AT, PASSPHRASE)
    bank = bank_with_lines(book)
    accept(book, bank.lines[0], bank.fund)
    made = book.back_up(AT)
    accept(book, bank.lines[1], bank.fund)
    private = tmp_path / "private"
    private.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(private))
        done = verbs.drill(book, AT, PASSPHRASE)
    assert (done.backup, done.problems, list(private.iterdir())) == (made, (), [])
    with book.reading() as db:
        (last,) = operations(db, 1)
    assert (last.id, last.verb, last.subject, last.at, last.changes) == (done.operation, "drill", "0000001 sound", AT, ())


def test_a_drill_that_fails_says_so_in_the_log_and_a_mistyped_passphrase_is_no_failure(book: Book) -> None:
    made = book.back_up(AT)
    refused("book.does_not_open", verbs.drill, book, AT, "wrong")
    content = bytearray(made.file.read_bytes())
    content[len(content) // 2] ^= 1
    made.file.write_bytes(content)
    done = verbs.drill(book, AT, PASSPHRASE)
    assert [problem.code for problem in done.problems] == ["backup.unreadable"]
    with book.reading() as db:
        assert [(one.verb, one.subject) for one in operations(db, 2)] == [("drill", "0000001 failed"), ("new", None)]


def test_the_drill_for_a_lost_passphrase_needs_the_recovery_key_alone(book: Book) -> None:
    book.back_up(AT)
    done = verbs.drill(book, AT, recovery_key=RECOVERY_KEY)
    assert done.problems == ()
    with book.reading() as db:
        assert operations(db, 1)[0].verb == "drill recovery-key"
    refused("recovery.does_not_open", verbs.drill, book, AT, recovery_key=keys.new_recovery_key())


def test_a_backup_from_before_a_new_data_key_still_serves(book: Book, tmp_path: Path) -> None:
    old = book.back_up(AT)
    book.rotate(AT)
    new = book.back_up(AT)
    for n, made in enumerate((old, new)):
        assert verbs.restore(made.file, tmp_path / f"R{n}", AT, PASSPHRASE).warnings == ()
    assert new.header.keys_sha256 != old.header.keys_sha256


def test_a_drill_compares_every_balance_with_the_book_as_it_was_then(book: Book) -> None:
    post(book, interest(500, book.unrestricted_fund))
    made = book.back_up(AT)
    with book.operation("hostile", AT) as op:
        op.db.exec_driver_sql("DROP TRIGGER guard_posting_update")
        op.db.exec_driver_sql("UPDATE posting SET amount_minor = amount_minor * 2")
    differs = rehearse(made.file, book, PASSPHRASE)
    assert {problem.code for problem in differs} == {"drill.differs"}
    assert {problem.values["difference_minor"] for problem in differs} == {500, -500}


def test_a_header_is_told_as_it_was_written(book: Book) -> None:
    made = book.back_up(AT)
    assert asdict(made.header).keys() == {
        "number", "made_at", "book", "schema", "operations", "entries", "imports", "ledger_sha256", "keys_sha256",
    }  # fmt: skip
    assert places.writable(folder_of(book.path))
