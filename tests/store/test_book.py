"""A book is made whole, opened by one program, and changed by whole operations alone."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from fundledger.domain.problem import KnownError
from fundledger.store import connecting, keys
from fundledger.store.book import create_book, open_book
from fundledger.store.operations import operations
from fundledger.store.schema import fund, identity_donor, payee
from tests.store.bookkeeping import AT, CHEAP, PASSPHRASE, add, faults, interest, new_book, post

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book


def funds(book: Book) -> int:
    with book.reading() as db:
        return len(db.execute(select(fund)).all())


def test_a_new_book_holds_its_name_its_funds_and_one_operation_and_is_sound(book: Book) -> None:
    with book.reading() as db:
        log = operations(db)
    assert (book.name, book.currency, book.person_id) == ("Testų fondas", "EUR", 1)
    assert {book.unrestricted_fund, book.suspense_fund} == {1, 2}
    assert [(one.verb, one.at, one.person_id) for one in log] == [("new", AT, 1)]
    assert ("fund", "insert", 2) in log[0].changes
    assert faults(book) == []


def test_a_book_is_a_folder_with_its_ending_that_only_its_owner_can_read(book: Book) -> None:
    assert book.path.name == "Sample.fundledger"
    assert {each.name for each in book.path.iterdir()} >= {"ledger.db", "keys.json", "backups"}
    assert stat.S_IMODE(book.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((book.path / "keys.json").stat().st_mode) == 0o600


def test_the_passphrase_opens_it_again_however_its_letters_are_composed(tmp_path: Path) -> None:
    composed, decomposed = "ą\u017e\u016b", "a\u0328z\u030cu\u0304"
    create_book(tmp_path / "B", name="N", currency="EUR", passphrase=composed, person="P", at=AT, cost=CHEAP).close()
    with open_book(tmp_path / "B", decomposed) as again:
        assert again.name == "N"


def test_an_existing_path_is_left_alone(book: Book) -> None:
    with pytest.raises(KnownError, match=r"book\.exists"):
        new_book(book.path)
    assert faults(book) == []


def test_a_book_that_cannot_be_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keys, "write", full)
    with pytest.raises(KnownError, match=r"book\.no_room"):
        new_book(tmp_path / "B")
    assert list(tmp_path.iterdir()) == []


def test_a_book_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match=r"book\.io"):
        new_book(tmp_path / "nowhere" / "B")


# --- what does not open -----------------------------------------------------------------------------------------------
def refused(path: Path, code: str, passphrase: str | None = PASSPHRASE) -> KnownError:
    with pytest.raises(KnownError) as error:
        open_book(path, passphrase)
    assert error.value.code == code
    return error.value


def test_wrong_and_missing_passphrases_are_told_apart_by_nothing(book: Book) -> None:
    book.close()
    wrong, none = refused(book.path, "book.does_not_open", "wrong"), refused(book.path, "book.does_not_open", None)
    assert wrong.problems == none.problems
    open_book(book.path, PASSPHRASE).close()


def test_what_is_no_book_says_what_it_is(tmp_path: Path) -> None:
    refused(tmp_path / "B", "book.not_found")
    (tmp_path / "B.fundledger").mkdir()
    refused(tmp_path / "B", "book.not_a_book")
    (tmp_path / "B.fundledger" / "ledger.db").write_bytes(b"")
    refused(tmp_path / "B", "book.keys_missing")
    plain = sqlite3.connect(tmp_path / "B.fundledger" / "ledger.db")
    plain.execute("CREATE TABLE t (a)")
    plain.close()
    refused(tmp_path / "B", "book.plain_file")


def test_a_book_without_its_key_file_says_so(book: Book) -> None:
    book.close()
    (book.path / "keys.json").unlink()
    refused(book.path, "book.keys_missing")


def test_the_key_file_of_another_book_does_not_fit(book: Book, tmp_path: Path) -> None:
    book.close()
    other = new_book(tmp_path / "Other")
    other.close()
    (book.path / "keys.json").write_bytes((other.path / "keys.json").read_bytes())
    refused(book.path, "book.key_does_not_fit")


def test_a_second_program_is_told_since_when_the_book_is_open(book: Book) -> None:
    error = refused(book.path, "book.open_elsewhere")
    assert error.problems[0].values["since"] is not None
    book.close()
    open_book(book.path, PASSPHRASE).close()
    assert not (book.path / "open.since").exists()


def test_flipped_bits_are_found_and_nothing_is_said_that_is_not_so(book: Book) -> None:
    post(book, *(interest(minor, book.unrestricted_fund) for minor in range(1, 400)))
    book.close()
    ledger = book.path / "ledger.db"
    content = bytearray(ledger.read_bytes())
    content[len(content) // 2] ^= 1
    ledger.write_bytes(content)
    try:
        with open_book(book.path, PASSPHRASE) as damaged:
            assert faults(damaged)[0] in {"check.page", "check.file"}
    except KnownError as error:
        assert error.code == "book.damaged"  # noqa: PT017  either is an honest answer


# --- operations -------------------------------------------------------------------------------------------------------
def test_an_exception_leaves_the_book_as_it_was(book: Book) -> None:
    with pytest.raises(ZeroDivisionError), book.operation("fail", AT) as op:  # noqa: PT012  a whole operation is what is tried
        add(op, fund, kind="campaign")
        raise ZeroDivisionError
    assert funds(book) == 2
    assert faults(book) == []


def test_operations_do_not_nest(book: Book) -> None:
    with pytest.raises(KnownError, match=r"operation\.nested"), book.operation("outer", AT), book.operation("inner", AT):
        pass
    with book.operation("next", AT) as op:
        add(op, fund, kind="campaign")
    assert funds(book) == 3


def test_operations_of_two_threads_take_turns(book: Book) -> None:
    def work() -> None:
        for _ in range(10):
            with book.operation("add", AT) as op:
                add(op, fund, kind="campaign")

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert funds(book) == 22


def test_a_reader_sees_one_state_beside_the_writer(book: Book) -> None:
    with book.reading() as db, book.operation("add", AT) as op:
        before = len(db.execute(select(fund)).all())
        add(op, fund, kind="campaign")
        assert len(db.execute(select(fund)).all()) == before
    assert funds(book) == before + 1


def test_a_reader_can_change_nothing(book: Book) -> None:
    with pytest.raises(KnownError, match=r"book\.read_only"), book.reading() as db:
        db.execute(insert(fund).values(kind="campaign"))


def test_a_book_opened_for_reading_has_no_operations_and_needs_no_turn(book: Book) -> None:
    with open_book(book.path, PASSPHRASE, read_only=True) as second:
        assert second.name == book.name
        with pytest.raises(KnownError, match=r"book\.read_only"), second.operation("write", AT):
            pass


def test_a_read_only_folder_shows_what_is_committed_and_not_yet_folded_in(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    with book.operation("add", AT) as op:
        add(op, fund, kind="campaign")
    assert (book.path / "ledger.db-wal").stat().st_size
    monkeypatch.setattr(os, "access", lambda *_: False)
    with open_book(book.path, PASSPHRASE, read_only=True) as seen:
        assert funds(seen) == 3
    book.close()
    with open_book(book.path, PASSPHRASE, read_only=True) as seen:
        assert funds(seen) == 3


def test_a_deleted_file_is_noticed_before_success_is_said(book: Book) -> None:
    with pytest.raises(KnownError, match=r"book\.gone"), book.operation("add", AT) as op:  # noqa: PT012  a whole operation is what is tried
        add(op, fund, kind="campaign")
        (book.path / "ledger.db").unlink()


def test_a_replaced_file_is_noticed_before_success_is_said(book: Book) -> None:
    ledger = book.path / "ledger.db"
    with pytest.raises(KnownError, match=r"book\.replaced"), book.operation("add", AT) as op:  # noqa: PT012  a whole operation is what is tried
        add(op, fund, kind="campaign")
        copy = ledger.with_name("copy")
        copy.write_bytes(ledger.read_bytes())
        copy.replace(ledger)


def test_a_full_disk_rolls_back(book: Book) -> None:
    with pytest.raises(KnownError, match=r"book\.disk_full"), book.operation("add", AT) as op:  # noqa: PT012  a whole operation is what is tried
        op.db.exec_driver_sql("PRAGMA max_page_count = 1")
        for n in range(2000):
            add(op, payee, code=f"P-{n}" * 50)
    assert faults(book) == []
    with book.reading() as db:
        assert db.execute(select(payee)).all() == []


def test_names_stand_in_no_file_and_in_no_error(book: Book) -> None:
    marked = "Zymetasis Vardenis"
    with book.operation("add", AT) as op:
        op.db.exec_driver_sql("INSERT INTO donor (id, uid, code) VALUES (7, 'seven', 'D-7')")
        add(op, identity_donor, donor_id=7, name=marked, folded=marked.lower())
        on_disk = b"".join(each.read_bytes() for each in book.path.iterdir() if each.is_file())
    on_disk += b"".join(each.read_bytes() for each in book.path.iterdir() if each.is_file())
    assert b"Zymetasis" not in on_disk
    assert (book.path / "ledger.db-wal").stat().st_size
    with pytest.raises(OperationalError) as error, book.reading() as db:
        db.exec_driver_sql("SELECT * FROM nowhere WHERE name = ?", (marked,))
    assert "Zymetasis" not in str(error.value)


def test_every_connection_has_the_pragmas_the_guards_need(book: Book) -> None:
    wanted = {"foreign_keys": 1, "recursive_triggers": 1, "trusted_schema": 0, "temp_store": 2, "secure_delete": 1, "synchronous": 2}
    with book.operation("look", AT) as op:
        found = {name: op.db.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
        assert op.db.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    assert found == wanted
    with book.reading() as db:
        assert db.exec_driver_sql("PRAGMA query_only").scalar_one() == 1
        assert db.exec_driver_sql("PRAGMA trusted_schema").scalar_one() == 0


def test_opening_an_up_to_date_book_imports_neither_alembic_nor_the_object_mapper(book: Book) -> None:
    book.close()
    code = (
        "import sys, pathlib; from fundledger.store.book import open_book; open_book(pathlib.Path(sys.argv[1]), sys.argv[2]).close();"
        " print([name for name in ('alembic', 'sqlalchemy.orm') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code, str(book.path), PASSPHRASE], capture_output=True, text=True, check=True)
    assert (said.stdout, said.stderr) == ("[]\n", "")


def test_a_wrong_raw_key_does_not_fit(book: Book) -> None:
    book.close()
    with pytest.raises(KnownError, match=r"book\.key_does_not_fit"):
        open_book(book.path, raw_key=bytes(32))


def test_the_world_passes_our_own_faults_through(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), connecting.world(tmp_path):
        _ = 1 / 0
