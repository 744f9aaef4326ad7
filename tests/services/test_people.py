"""People come and go, passphrases and the recovery key change, and the book opens for those it should and for nobody else."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, NoKeyringError, PasswordDeleteError

from fundledger.domain.problem import KnownError
from fundledger.services import backups, books, drafts, importing, people
from fundledger.services.checking import check_book
from fundledger.services.undoing import next_undo, undo
from fundledger.store import keys, restoring
from fundledger.store.book import create_book, open_book
from fundledger.store.keyring import Keyring
from fundledger.store.operations import operations
from fundledger.store.tries import Tries
from tests.services.bookkeeping import CHEAP, PASSPHRASE, RECOVERY_KEY

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book

AT = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
NAME = "Sample Person Beta"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "calibrated", lambda: CHEAP)


def second(book: Book, role: str = "enter+pay") -> int:
    return people.add_person(book, NAME, role, "second", AT).ids[0]


def opens(book: Book, passphrase: str | None = None, recovery_key: str | None = None) -> bool:
    """Whether the book as it stands on the disk opens; it is closed for that and opened again by its founder's key."""
    try:
        open_book(book.path, passphrase, recovery_key=recovery_key, read_only=True).close()
    except KnownError as error:
        assert error.code in {"book.does_not_open", "recovery.does_not_open"}  # noqa: PT017  the only refusals there may be
        return False
    return True


def refused(code: str, act: object, *given: object) -> None:
    assert callable(act)
    with pytest.raises(KnownError) as error:
        act(*given)
    assert error.value.code == code


def verbs(book: Book) -> list[str]:
    with book.reading() as db:
        return [one.verb for one in operations(db)]


# --- people -----------------------------------------------------------------------------------------------------------
def test_a_person_let_in_opens_the_book_in_her_role_and_is_listed_with_her_fingerprint(book: Book) -> None:
    added = second(book)
    founder, other = people.list_people(book)
    assert (founder.id, founder.role, founder.opens) == (1, "treasurer", True)
    assert (other.id, other.name, other.role, other.opens, other.removed) == (added, NAME, "enter+pay", True, False)
    assert other.fingerprint
    assert founder.fingerprint != other.fingerprint
    assert len(other.fingerprint.split()) == 8
    book.switch("second")
    assert (book.person_id, book.role) == (added, "enter+pay")
    assert check_book(book) == []


def test_who_may_not_let_people_in_changes_nobody(book: Book) -> None:
    added = second(book)
    book.switch("second")
    refused("person.not_allowed", people.add_person, book, "X", "pay", "third", AT)
    refused("person.not_allowed", people.remove_person, book, 1, AT)
    refused("person.not_allowed", people.reset_passphrase, book, 1, "third", AT)
    refused("person.not_allowed", people.new_recovery_key, book, AT)
    refused("person.not_allowed", people.rotate, book, AT)
    assert [one.id for one in people.list_people(book)] == [1, added]


def test_a_person_needs_a_name_a_role_and_a_passphrase_of_her_own(book: Book) -> None:
    with pytest.raises(KnownError) as error:
        people.add_person(book, " ", "owner", "third", AT)
    assert [one.code for one in error.value.problems] == ["person.role_unknown", "person.no_name"]
    refused("book.no_passphrase", people.add_person, book, NAME, "pay", "", AT)
    refused("passphrase.taken", people.add_person, book, NAME, "pay", PASSPHRASE, AT)
    assert len(people.list_people(book)) == 1
    assert verbs(book) == ["new"]


def test_a_removed_person_opens_nothing_and_the_log_still_names_her(book: Book) -> None:
    added = second(book)
    changes = people.remove_person(book, added, AT)
    assert [one.code for one in changes.warnings] == ["person.rotate_advised"]
    assert not opens(book, "second")
    row = people.list_people(book)[1]
    assert (row.name, row.opens, row.removed) == (NAME, False, True)
    refused("person.removed", people.remove_person, book, added, AT)


def test_nobody_removes_herself_the_last_person_or_somebody_unknown(book: Book) -> None:
    refused("person.yourself", people.remove_person, book, 1, AT)
    refused("person.unknown", people.remove_person, book, 2, AT)
    refused("person.unknown", people.remove_person, book, 77, AT)
    book.switch(recovery_key=RECOVERY_KEY)
    refused("person.last", people.remove_person, book, 1, AT)
    assert opens(book, PASSPHRASE)


def test_an_undo_does_not_bring_people_back(book: Book) -> None:
    people.remove_person(book, second(book), AT)
    assert next_undo(book) is None
    with book.reading() as db:
        (removal, *_) = operations(db)
    refused("undo.not_undoable", undo, book, AT, removal.id)


def test_a_slot_left_by_an_addition_that_failed_lets_nobody_in(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    real = type(book).admit

    def admit(self: Book, members: list[keys.Member]) -> None:
        real(self, members)
        raise KnownError("book.io")

    with monkeypatch.context() as patch:
        patch.setattr(type(book), "admit", admit)
        refused("book.io", people.add_person, book, NAME, "treasurer", "second", AT)
    assert not opens(book, "second")
    added = people.add_person(book, NAME, "pay", "third", AT).ids[0]
    assert opens(book, "third")
    assert not opens(book, "second")
    assert [one.person_id for one in book.members()].count(added) == 1


# --- passphrases ------------------------------------------------------------------------------------------------------
def test_a_changed_passphrase_opens_and_the_old_one_does_not(book: Book) -> None:
    signed = book.sign(b"head")
    changes = people.change_passphrase(book, PASSPHRASE, "another", AT)
    assert [one.code for one in changes.warnings] == ["passphrase.rotate_if_known"]
    assert (opens(book, "another"), opens(book, PASSPHRASE), opens(book, recovery_key=RECOVERY_KEY)) == (True, False, True)
    book.switch("another")
    assert book.sign(b"head") == signed


def test_only_who_knows_the_old_passphrase_changes_her_own(book: Book) -> None:
    second(book)
    refused("passphrase.wrong", people.change_passphrase, book, "wrong", "another", AT)
    refused("passphrase.wrong", people.change_passphrase, book, "second", "another", AT)
    refused("passphrase.taken", people.change_passphrase, book, PASSPHRASE, "second", AT)
    refused("passphrase.taken", people.change_passphrase, book, PASSPHRASE, PASSPHRASE, AT)
    refused("book.no_passphrase", people.change_passphrase, book, PASSPHRASE, "", AT)
    assert opens(book, PASSPHRASE)


def test_wrong_tries_to_change_a_passphrase_or_confirm_a_recovery_key_are_counted_like_those_to_open(book: Book) -> None:
    """Otherwise an open book would be the place to guess at. Somebody else's passphrase is a wrong one too."""
    second(book)
    book.close()
    slept: list[float] = []
    wrong_key = RECOVERY_KEY.replace("9", "8")
    with open_book(book.path, PASSPHRASE, tries=Tries(slept.append)) as again:
        for typed in ("wrong", "second", "wrong"):
            refused("passphrase.wrong", people.change_passphrase, again, typed, "another", AT)
        refused("recovery.wrong", people.confirm_recovery, again, wrong_key, AT)
        refused("book.does_not_open", again.switch, "wrong")
        assert slept == []
        refused("recovery.wrong", people.confirm_recovery, again, wrong_key, AT)
        refused("passphrase.wrong", people.change_passphrase, again, "wrong", "another", AT)
        refused("recovery.unreadable", people.confirm_recovery, again, "0123", AT)
        people.change_passphrase(again, PASSPHRASE, "another", AT)
        assert slept == [1, 2, 4, 4], "what nobody can read waits and is not counted"
        refused("passphrase.wrong", people.change_passphrase, again, "wrong", "third", AT)
        assert len(slept) == 4, "who knows it has nothing to wait for"


def test_an_old_slot_and_an_old_passphrase_do_not_reach_the_next_data_key(book: Book) -> None:
    """Her passphrase became known with a copy of the key file; she changes it and rotates."""
    old = keys.unlock(book.keys_file, PASSPHRASE)[0].secret
    assert old
    people.change_passphrase(book, PASSPHRASE, "another", AT)
    people.rotate(book, AT)
    assert old.public not in {one.slot.public for one in book.members()}
    assert old.public.hex() not in book.keys_file.read_text()


def test_a_new_slot_is_never_cheaper_to_guess_at(book: Book) -> None:
    dear = keys.Cost(64, 3, 4)
    people.add_person(book, NAME, "pay", "second", AT, dear)
    people.change_passphrase(book, PASSPHRASE, "another", AT)
    assert {one.slot.cost for one in book.members() if one.person_id != 2} == {dear}


def test_a_forgotten_passphrase_is_replaced_by_the_recovery_key(book: Book) -> None:
    before = people.list_people(book)[0].fingerprint
    book.close()
    with open_book(book.path, recovery_key=RECOVERY_KEY.lower()) as rescued:
        changes = people.reset_passphrase(rescued, 1, "found again", AT)
        assert [one.code for one in changes.warnings] == ["person.fingerprint_changed"]
        assert people.list_people(rescued)[0].fingerprint != before
        assert verbs(rescued)[0] == "passphrase reset"
    with open_book(book.path, "found again") as again:
        assert again.role == "treasurer"
        assert check_book(again) == []


# --- the recovery key -------------------------------------------------------------------------------------------------
def test_without_a_recovery_key_nothing_is_imported(tmp_path: Path) -> None:
    facts = {"name": "F", "currency": "EUR", "passphrase": PASSPHRASE, "person": "P"}
    with create_book(tmp_path / "B", **facts, at=AT, cost=CHEAP) as book:
        assert [one.code for one in people.attention(book)] == ["recovery.none"]
        refused("book.no_recovery", importing.import_statement, book, tmp_path / "march.xml", AT)
        _, key = people.new_recovery_key(book, AT)
        assert book.has_recovery
        assert opens(book, recovery_key=key)
        with pytest.raises(KnownError, match="file"):
            importing.import_statement(book, tmp_path / "march.xml", AT)


def test_a_recovery_key_is_confirmed_by_typing_it_back(book: Book) -> None:
    assert [one.code for one in people.attention(book)] == ["recovery.unconfirmed"]
    refused("recovery.wrong", people.confirm_recovery, book, RECOVERY_KEY.replace("9", "8"), AT)
    refused("recovery.unreadable", people.confirm_recovery, book, "0123", AT)
    assert people.attention(book) != []
    people.confirm_recovery(book, RECOVERY_KEY.lower().replace(" ", "-"), AT)
    assert people.attention(book) == []
    people.rotate(book, AT)
    assert people.attention(book) == []
    assert check_book(book) == []


def test_a_new_recovery_key_puts_the_old_paper_out_of_use_and_wants_confirming(book: Book) -> None:
    people.confirm_recovery(book, RECOVERY_KEY, AT)
    _, key = people.new_recovery_key(book, AT)
    assert (opens(book, recovery_key=RECOVERY_KEY), opens(book, recovery_key=key)) == (False, True)
    assert [one.code for one in people.attention(book)] == ["recovery.unconfirmed"]


# --- rotation ---------------------------------------------------------------------------------------------------------
def test_a_new_data_key_comes_only_after_a_verified_backup(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))
        refused("backup.no_space", people.rotate, book, AT)
    assert verbs(book)[0] != "rotate"
    people.rotate(book, AT)
    assert verbs(book)[0] == "rotate"
    assert [one.header.made_at for one in backups.kept_backups(book)] == [AT]
    assert restoring.rehearse(backups.kept_backups(book)[0].file, book, PASSPHRASE) == []


def test_after_a_person_left_the_rotated_book_is_closed_to_her_and_her_old_copy_stays_what_it_was(book: Book, tmp_path: Path) -> None:
    added = second(book)
    shutil.copytree(book.path, tmp_path / "Kept.fundledger")
    (tmp_path / "Kept.fundledger" / "open.lock").unlink()
    people.remove_person(book, added, AT)
    changes = people.rotate(book, AT)
    assert [one.code for one in changes.warnings][-1] == "rotate.old_backups"
    assert verbs(book)[0] == "rotate"
    book.keys_file.with_name("kept").write_bytes((tmp_path / "Kept.fundledger" / "keys.json").read_bytes())
    book.close()
    book.keys_file.with_name("kept").replace(book.keys_file)
    refused("book.key_does_not_fit", open_book, book.path, "second")
    with open_book(tmp_path / "Kept", "second") as kept:
        assert kept.person_id == added


# --- the keyring ------------------------------------------------------------------------------------------------------
class FakeRing(KeyringBackend):
    """A keyring in memory that fails where it is told to."""

    priority = 0  # never chosen by itself

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library says nothing of it
        self.kept: dict[tuple[str, str], str] = {}
        self.fails: dict[str, Exception] = {}
        self.forgets = False

    def _act(self, name: str) -> None:
        if name in self.fails:
            raise self.fails[name]

    def get_password(self, service: str, username: str) -> str | None:
        self._act("get")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._act("set")
        if not self.forgets:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._act("delete")
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def ring() -> FakeRing:
    return FakeRing()


def test_the_keyring_opens_the_book_as_the_person_who_asked_for_it(book: Book, ring: FakeRing) -> None:
    people.keyring_on(book, Keyring(ring), AT)
    assert people.keyring_is_on(book)
    people.rotate(book, AT)
    book.close()
    again = books.open_by_keyring(book.path, Keyring(ring))
    assert again
    with again:
        assert (again.person_id, again.role) == (1, "treasurer")
        assert again.sign(b"head")
        people.keyring_off(again, Keyring(ring), AT)
        assert (ring.kept, people.keyring_is_on(again)) == ({}, False)
    assert books.open_by_keyring(book.path, Keyring(ring)) is None
    open_book(book.path, PASSPHRASE).close()


def test_the_keyring_is_never_the_only_way_in(book: Book, ring: FakeRing) -> None:
    added = second(book)
    book.switch("second")
    people.keyring_on(book, Keyring(ring), AT)
    book.switch(PASSPHRASE)
    people.remove_person(book, added, AT)
    assert not people.keyring_is_on(book)
    book.switch(recovery_key=RECOVERY_KEY)
    refused("keyring.nobody", people.keyring_on, book, Keyring(ring), AT)
    book.close()
    assert books.open_by_keyring(book.path, Keyring(ring)) is None


@pytest.mark.parametrize("error", [NoKeyringError(), KeyringError(), OSError(), RuntimeError(), ValueError()], ids=repr)
def test_a_keyring_that_fails_is_told_and_harms_nothing(book: Book, ring: FakeRing, error: Exception) -> None:
    for name in ("set", "get"):
        ring.fails = {name: error}
        refused("keyring.failed", people.keyring_on, book, Keyring(ring), AT)
        assert not people.keyring_is_on(book)
    ring.fails = {}
    people.keyring_on(book, Keyring(ring), AT)
    ring.fails = {"delete": error}
    changes = people.keyring_off(book, Keyring(ring), AT)
    assert [one.code for one in changes.warnings] == ["keyring.failed"]
    assert not people.keyring_is_on(book)
    book.close()
    ring.fails = {"get": error}
    refused("keyring.failed", books.open_by_keyring, book.path, Keyring(ring))
    ring.fails = {}
    assert books.open_by_keyring(book.path, Keyring(ring)) is None
    open_book(book.path, PASSPHRASE).close()


def test_a_keyring_that_takes_and_forgets_is_noticed(book: Book, ring: FakeRing) -> None:
    ring.forgets = True
    refused("keyring.failed", people.keyring_on, book, Keyring(ring), AT)
    assert not people.keyring_is_on(book)


def test_what_the_keyring_was_given_is_taken_back_when_the_book_cannot_be_written(
    book: Book, ring: FakeRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(keys, "write", full)
        refused("book.disk_full", people.keyring_on, book, Keyring(ring), AT)
    assert ring.kept == {}
    assert verbs(book) == ["new"]


# --- drafts -----------------------------------------------------------------------------------------------------------
def test_a_draft_survives_a_lock_is_its_persons_alone_and_leaves_no_trace_in_the_log(book: Book) -> None:
    second(book)
    drafts.save_draft(book, "invoice", "a word nobody else has", AT)
    drafts.save_draft(book, "invoice", "the same word, longer", AT)
    drafts.save_draft(book, "invoice", "the same word, longer", AT)
    assert verbs(book)[:3] == ["draft", "draft", "person add"]
    book.lock()
    book.unlock("second")
    assert drafts.load_drafts(book) == {}
    book.switch(PASSPHRASE)
    assert drafts.load_drafts(book) == {"invoice": "the same word, longer"}
    drafts.drop_draft(book, "invoice", AT)
    drafts.drop_draft(book, "invoice", AT)
    assert drafts.load_drafts(book) == {}
    with book.reading() as db:
        logged = db.exec_driver_sql("SELECT count(*) FROM audit WHERE table_name LIKE '%draft'").scalar_one()
        kept = db.exec_driver_sql("SELECT count(*) FROM identity_history").scalar_one()
    assert (logged, kept, next_undo(book)) == (0, 0, None)
    assert check_book(book) == []
