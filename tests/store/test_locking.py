"""A locked book holds no key and no connection, is reopened in place, and works in the name of whoever opened it last."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fundledger.domain.problem import KnownError
from fundledger.store.book import open_book
from fundledger.store.keys import Kind, new_member, new_secret
from fundledger.store.operations import operations
from fundledger.store.schema import fund, person
from fundledger.store.tries import Tries
from fundledger.store.turns import Turns
from tests.store.bookkeeping import AT, CHEAP, PASSPHRASE, RECOVERY_KEY, add, faults, new_book

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book


@pytest.fixture
def shared(book: Book) -> Book:
    """A book that a second person opens with the passphrase "second"."""
    with book.operation("person add", AT) as op:
        person_id = add(op, person, uid="second", role="enter")
        secret = new_secret(person_id, "enter", bytes(32))
        book.admit([*book.members(), new_member(secret, Kind.PERSON, book.uid, "second", CHEAP)])
    return book


def work(book: Book) -> None:
    with book.operation("work", AT) as op:
        add(op, fund, kind="campaign")


def workers(book: Book) -> list[int]:
    with book.reading() as db:
        return [one.person_id for one in operations(db) if one.verb == "work"]


def test_a_locked_book_shows_and_takes_nothing_and_forgets_its_key(book: Book) -> None:
    book.lock()
    assert book.locked
    for act in (lambda: book.name, lambda: work(book), book.members, lambda: book.sign(b""), lambda: book.switch(PASSPHRASE)):
        with pytest.raises(KnownError, match=r"book\.locked"):
            act()
    assert (book._key, book._connections, book._writer) == (None, None, None), "an engine keeps the key it connects with"
    book.lock()


def test_a_locked_book_is_still_ours_and_opens_again_where_it_stands(book: Book) -> None:
    book.lock()
    with pytest.raises(KnownError, match=r"book\.open_elsewhere"):
        open_book(book.path, PASSPHRASE)
    with pytest.raises(KnownError, match=r"book\.does_not_open"):
        book.unlock("wrong")
    assert book.locked
    book.unlock(PASSPHRASE)
    work(book)
    assert workers(book) == [1]
    assert faults(book) == []
    book.unlock("an open book needs no key")


def test_a_locked_book_can_be_closed(book: Book) -> None:
    book.lock()
    book.close()
    with open_book(book.path, PASSPHRASE) as again:
        assert not again.locked


def test_locking_waits_for_who_still_reads(book: Book) -> None:
    reads, may_go = threading.Event(), threading.Event()

    def read() -> None:
        with book.reading() as db:
            reads.set()
            may_go.wait(10)
            seen.append(len(operations(db)))

    seen: list[int] = []
    reader = threading.Thread(target=read)
    locker = threading.Thread(target=book.lock)
    reader.start()
    reads.wait(10)
    locker.start()
    assert not book.locked
    may_go.set()
    for each in (reader, locker):
        each.join(10)
    assert (seen, book.locked) == ([1], True)


def test_who_is_still_inside_after_all_patience_keeps_the_book_busy() -> None:
    turns = Turns()
    with turns.reading(), pytest.raises(KnownError, match=r"book\.busy"), turns.alone("book", patience=0):
        pass
    with turns.alone("book"):
        pass


def test_an_operation_is_not_interrupted_by_its_own_lock(book: Book) -> None:
    with pytest.raises(KnownError, match=r"operation\.nested"), book.operation("work", AT):
        book.lock()
    assert not book.locked


# --- who works --------------------------------------------------------------------------------------------------------
def test_what_the_next_person_does_is_logged_under_her(shared: Book) -> None:
    work(shared)
    shared.switch("second")
    assert (shared.person_id, shared.role) == (3, "enter")
    work(shared)
    shared.lock()
    shared.unlock(PASSPHRASE)
    work(shared)
    shared.switch(recovery_key=RECOVERY_KEY)
    work(shared)
    assert workers(shared) == [2, 1, 3, 1]
    assert shared.role == "recovery"


def test_a_wrong_passphrase_switches_nobody(shared: Book) -> None:
    with pytest.raises(KnownError, match=r"book\.does_not_open"):
        shared.switch("third")
    work(shared)
    assert workers(shared) == [1]


def test_whoever_the_book_let_go_neither_opens_nor_takes_over(shared: Book) -> None:
    """Somebody puts the key file of last week back, in which she still has her slot."""
    with shared.operation("person remove", AT) as op:
        op.db.exec_driver_sql("UPDATE person SET removed = 1 WHERE id = 3")
    with pytest.raises(KnownError, match=r"book\.does_not_open"):
        shared.switch("second")
    shared.close()
    with pytest.raises(KnownError, match=r"book\.does_not_open"):
        open_book(shared.path, "second")
    open_book(shared.path, PASSPHRASE).close()


def test_the_key_file_of_another_book_switches_nobody(shared: Book, tmp_path: Path) -> None:
    with new_book(tmp_path / "Other") as other:
        shared.keys_file.write_bytes(other.keys_file.read_bytes())
    with pytest.raises(KnownError, match=r"book\.does_not_open"):
        shared.switch(PASSPHRASE)


def test_each_signs_with_the_key_the_book_knows_her_by(shared: Book) -> None:
    signed = shared.sign(b"head")
    with shared.reading() as db:
        public = db.exec_driver_sql("SELECT public_key FROM person WHERE id = 1").scalar_one()
    Ed25519PublicKey.from_public_bytes(public).verify(signed, b"head")
    shared.switch("second")
    assert shared.sign(b"head") != signed
    shared.switch(recovery_key=RECOVERY_KEY)
    with pytest.raises(KnownError, match=r"book\.no_signing_key"):
        shared.sign(b"head")


# --- wrong tries ------------------------------------------------------------------------------------------------------
def test_after_five_wrong_tries_each_further_one_waits_twice_as_long_up_to_a_minute(book: Book) -> None:
    book.close()
    slept: list[float] = []
    tries = Tries(slept.append)
    for _ in range(13):
        with pytest.raises(KnownError, match=r"book\.does_not_open"):
            open_book(book.path, "wrong", tries=tries)
    assert slept == [1, 2, 4, 8, 16, 32, 60, 60]
    open_book(book.path, PASSPHRASE, tries=tries).close()
    with pytest.raises(KnownError, match=r"book\.does_not_open"):
        open_book(book.path, "wrong", tries=tries)
    assert len(slept) == 9


def test_what_was_no_try_is_not_counted(book: Book) -> None:
    slept: list[float] = []
    tries = Tries(slept.append)
    for _ in range(9):
        with pytest.raises(KnownError, match=r"book\.open_elsewhere"):
            open_book(book.path, PASSPHRASE, tries=tries)
    book.close()
    open_book(book.path, PASSPHRASE, tries=tries).close()
    assert slept == []


def test_an_open_book_counts_the_tries_of_whoever_wants_to_take_over(book: Book) -> None:
    book.close()
    slept: list[float] = []
    with open_book(book.path, PASSPHRASE, tries=Tries(slept.append)) as again:
        for _ in range(6):
            with pytest.raises(KnownError, match=r"book\.does_not_open"):
                again.switch("wrong")
        again.lock()
        with pytest.raises(KnownError, match=r"book\.does_not_open"):
            again.unlock("wrong")
    assert slept == [1, 2]
