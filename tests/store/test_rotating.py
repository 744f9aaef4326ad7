"""A new data key for the book: everybody who is left opens it, nobody else does, and an interruption at any step harms nothing."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fundledger.domain.problem import KnownError
from fundledger.store import connecting, keys, rotating
from fundledger.store.book import open_book
from fundledger.store.keys import Kind, new_member, new_secret
from fundledger.store.operations import operations
from fundledger.store.schema import fund, person
from tests.store.bookkeeping import AT, CHEAP, PASSPHRASE, RECOVERY_KEY, add, balances, faults, interest, new_book, post

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fundledger.store.book import Book

# Every call by which a rotation changes something outside its own memory.
STEPS = ((os, "fsync"), (Path, "replace"), (Path, "unlink"), (connecting, "copy"), (rotating, "settle"), (rotating, "_sound_counts"))


@contextmanager
def watched(reach: Callable[[int], object]) -> Iterator[None]:
    """Call `reach(n)` before and after each step, counting from 1."""
    n = 0

    def around(call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:  # noqa: ANN401  whatever the step takes
            nonlocal n
            n += 1
            reach(n)
            done = call(*given, **named)
            n += 1
            reach(n)
            return done

        return step

    with pytest.MonkeyPatch.context() as patch:
        for owner, name in STEPS:
            patch.setattr(owner, name, around(getattr(owner, name)))
        yield


def second_person(book: Book) -> None:
    """Let somebody in beside the founder, with the passphrase "second"."""
    with book.operation("person add", AT) as op:
        person_id = add(op, person, uid="second", role="approve")
        secret = new_secret(person_id, "approve", bytes(32))
        book.admit([*book.members(), new_member(secret, Kind.PERSON, book.uid, "second", CHEAP)])


@pytest.fixture
def booked(book: Book) -> Book:
    second_person(book)
    post(book, interest(500, book.unrestricted_fund), interest(700, book.suspense_fund))
    return book


def data_key(path: Path) -> bytes:
    return keys.unlock(path / "keys.json", PASSPHRASE)[0].data


def left_over(path: Path) -> set[str]:
    return {each.name for each in path.iterdir()} - {"ledger.db", "keys.json", "backups", "open.lock"}


def is_as_before(path: Path, figures: object) -> None:
    """Everybody opens the book, its figures are what they were, and no trace of an interruption is left."""
    for passphrase, recovery_key in ((PASSPHRASE, None), ("second", None), (None, RECOVERY_KEY)):
        with open_book(path, passphrase, recovery_key=recovery_key) as book:
            assert balances(book) == figures
            assert faults(book) == []
    assert left_over(path) == set()
    assert keys.unlock(path / "keys.json", PASSPHRASE)[0].coming is None


def test_a_rotated_book_has_another_key_the_same_figures_and_the_same_people(booked: Book) -> None:
    figures, before = balances(booked), data_key(booked.path)
    booked.rotate(AT)
    assert balances(booked) == figures
    post(booked, interest(900, booked.unrestricted_fund))
    with booked.reading() as db:
        assert [one.verb for one in operations(db)][:2] == ["post", "rotate"]
    figures = balances(booked)
    booked.close()
    assert data_key(booked.path) != before
    is_as_before(booked.path, figures)
    with pytest.raises(KnownError, match=r"book\.key_does_not_fit"):
        open_book(booked.path, raw_key=before)


def test_rotating_twice_is_no_harm(booked: Book) -> None:
    for _ in range(2):
        booked.rotate(AT)
    figures = balances(booked)
    booked.close()
    is_as_before(booked.path, figures)


def test_who_was_removed_does_not_open_the_rotated_book_even_with_the_old_key_file(booked: Book) -> None:
    old = booked.keys_file.read_bytes()
    booked.admit([one for one in booked.members() if one.person_id != 3])
    booked.rotate(AT)
    booked.close()
    with pytest.raises(KnownError, match=r"book\.does_not_open"):
        open_book(booked.path, "second")
    booked.keys_file.write_bytes(old)
    with pytest.raises(KnownError, match=r"book\.key_does_not_fit"):
        open_book(booked.path, "second")


def test_a_copy_kept_from_before_still_opens_with_its_own_slots(booked: Book, tmp_path: Path) -> None:
    booked.close()
    shutil.copytree(booked.path, tmp_path / "Kept.fundledger")
    with open_book(booked.path, PASSPHRASE) as book:
        book.admit([one for one in book.members() if one.person_id != 3])
        book.rotate(AT)
    with open_book(tmp_path / "Kept", "second") as kept:
        assert faults(kept) == []


def test_a_reader_who_stays_puts_the_rotation_off_and_nothing_has_changed(booked: Book) -> None:
    figures, before = balances(booked), data_key(booked.path)
    with open_book(booked.path, PASSPHRASE, read_only=True) as other, other.reading() as db:
        db.exec_driver_sql("SELECT count(*) FROM entry").all()
        with pytest.raises(KnownError, match=r"book\.busy"):
            booked.rotate(AT)
    assert data_key(booked.path) == before
    post(booked, interest(100, booked.unrestricted_fund))
    assert balances(booked) != figures
    booked.close()
    with open_book(booked.path, PASSPHRASE) as again:
        figures = balances(again)
    is_as_before(booked.path, figures)


def test_a_copy_that_is_not_the_same_is_thrown_away(booked: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = balances(booked)
    monkeypatch.setattr(rotating, "_sound_counts", lambda *_: {"entry": 1})
    with pytest.raises(KnownError, match=r"book\.rotation_failed"):
        booked.rotate(AT)
    assert balances(booked) == figures
    booked.close()
    is_as_before(booked.path, figures)


# --- interruptions ----------------------------------------------------------------------------------------------------
def test_whatever_step_fails_the_book_stays_open_and_opens_again(tmp_path: Path) -> None:
    with new_book(tmp_path / "Template") as book:
        second_person(book)
        post(book, interest(500, book.unrestricted_fund))
        figures = balances(book)

    def fail(at: int) -> Callable[[int], None]:
        def reach(n: int) -> None:
            if n == at:
                raise OSError(errno.ENOSPC if at % 2 else errno.EIO, "no luck")

        return reach

    outcomes = []
    for at in range(1, 200, 3):
        path = Path(shutil.copytree(tmp_path / "Template.fundledger", tmp_path / f"{at}.fundledger"))
        with open_book(path, PASSPHRASE) as book:
            try:
                with watched(fail(at)):
                    book.rotate(AT)
            except KnownError as error:
                outcomes.append(error.code)
            else:
                outcomes.append("done")
            assert balances(book) == figures
            with book.operation("still works", AT) as op:
                add(op, fund, kind="campaign")
        is_as_before(path, figures)
        if outcomes[-1] == "done":
            break
    assert outcomes[-1] == "done"
    assert len(outcomes) > 7
    assert set(outcomes) == {"done", "book.disk_full", "book.io"}


_KILLED = """
import os, signal, shutil, sys
from pathlib import Path
from fundledger.store.book import open_book
from tests.store.bookkeeping import AT, PASSPHRASE
from tests.store.test_rotating import watched
folder = Path(sys.argv[1])
for at in range(1, 200, 3):
    path = Path(shutil.copytree(folder / "Template.fundledger", folder / f"{at}.fundledger"))
    child = os.fork()
    if child == 0:
        book = open_book(path, PASSPHRASE)
        with watched(lambda n: os.kill(os.getpid(), signal.SIGKILL) if n == at else None):
            book.rotate(AT)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(at, "killed" if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status), flush=True)
    if not os.WIFSIGNALED(status):
        break
"""


def test_killed_at_whatever_step_it_opens_with_one_key_and_the_same_figures(tmp_path: Path) -> None:
    with new_book(tmp_path / "Template") as book:
        second_person(book)
        post(book, interest(500, book.unrestricted_fund))
        figures = balances(book)
    before = data_key(book.path)
    ran = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], capture_output=True, text=True, check=True)
    ends = [line.split() for line in ran.stdout.splitlines()]
    assert [end for _, end in ends[-2:]] == ["killed", "0"]
    assert len(ends) > 7
    rotated = []
    for at, _ in ends:
        path = tmp_path / f"{at}.fundledger"
        with open_book(path, PASSPHRASE, read_only=True) as seen:
            assert balances(seen) == figures
        is_as_before(path, figures)
        with open_book(path, PASSPHRASE) as book, book.reading() as db:
            logged = "rotate" in {one.verb for one in operations(db)}
        rotated.append(data_key(path) != before)
        assert logged == rotated[-1], "the log tells of a rotation exactly when it happened"
    assert rotated == sorted(rotated), "there is one moment from which on the book has its new key"
    assert {False, True} == set(rotated)
