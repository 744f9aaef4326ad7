"""The book: a folder with an encrypted database, its key slots and its backups, opened by one program at a time."""

from __future__ import annotations

import secrets
import shutil
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.roles import RECOVERY, TREASURER, check_step
from fundledger.store import backups, connecting, damage, founding, keys, log, opening, operations, places, rotating
from fundledger.store.keys import Kind
from fundledger.store.opening import BACKUPS, KEYS, LEDGER
from fundledger.store.operations import Operation
from fundledger.store.tries import Tries
from fundledger.store.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from sqlalchemy import Connection, Engine

    from fundledger.store.backups import Backup
    from fundledger.store.opening import Connections

ENDING = ".fundledger"


@dataclass(frozen=True, slots=True)
class Witness:
    """A second person at the desk: who she is, and `sign`, her Ed25519 signature of a message (None for who has no key)."""

    person_id: int
    sign: Callable[[bytes], bytes | None] = field(repr=False)


class Book:
    """An open book. Readers see it as it was committed last; there is at most one open operation, and it is one commit."""

    def __init__(self, path: Path, key: keys.Key, connections: Connections, held: ExitStack, tries: Tries) -> None:
        """Made by `open_book`; `held` gives back what outlasts a lock."""
        self.path = path
        facts = connections.facts
        self.uid, self.currency = facts.uid, facts.currency
        self.unrestricted_fund, self.suspense_fund = facts.unrestricted_fund, facts.suspense_fund
        self._held, self._tries, self._turns, self._turn, self._whose = held, tries, Turns(), Lock(), 0
        self.kept: dict[str, object] = {}  # what was read and is good until the next operation; may hold names, so a lock empties it
        self._take(key, connections)

    def _take(self, key: keys.Key, connections: Connections) -> None:
        """Go on with these connections, as the person whose slot was opened."""
        self._key: keys.Key | None = key
        self.person_id, self.role = key.person_id, opening.role_of(connections.reader, key)
        self._connections: Connections | None = connections
        self._writer, self._read_only = connections.writer, connections.writer is None
        self.only_looking = connections.only_looking
        self._born = opening.identity(self.path)

    @property
    def name(self) -> str:
        """The foundation's name, read when it is asked for."""
        with self.reading() as db:
            return str(db.exec_driver_sql("SELECT name FROM identity_book").scalar_one())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the book, beside any writer, and can change nothing; raises KnownError book.locked."""
        with self._turns.reading(), self._stopping(), connecting.world(self.path / LEDGER), self._reader.begin() as db:
            yield db

    @contextmanager
    def operation(self, verb: str, at: datetime, *, subject: str | None = None, undoes: int | None = None) -> Iterator[Operation]:
        """One intent: what is written inside is committed together and logged, or nothing is changed.

        Raises KnownError role.not_yours (an undo needs the step of what it undoes), operation.nested, book.read_only, book.gone,
        book.replaced, book.unsure_saved and what `connecting.world` names.
        """
        world = connecting.world(self.path / LEDGER)
        with self._own_turn() as writer, self._stopping(), world, connecting.committing(writer, self.path) as db:
            self._same_file()
            if problems := check_step(self.role, operations.find_operation(db, undoes).verb if undoes else verb):
                raise refusal(tuple(problems))
            row_id = operations.begin(db, verb, at, self.person_id, subject=subject, undoes=undoes)
            yield Operation(row_id, db, at, self.person_id, self.currency, self.unrestricted_fund, self.suspense_fund)
            log.record(db, row_id)
            operations.finish(db, row_id)
            self._same_file()

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written: asked for so, or for what `only_looking` says."""
        return self._read_only

    def back_up(self, at: datetime, place: Path | None = None) -> Backup:
        """Make a verified backup, in the book's own folder where no place is named; raises as `backups.make`."""
        with self._my_turn(), self._turns.reading(), self._stopping():
            self._same_file()
            return backups.make(self._reader, self.path, self._opened_by.data, at, place)

    def rewrite(self) -> bool:
        """Write the file anew, so that no page keeps what was erased; False while a reader still sees the book as it was before."""
        with self._own_turn() as writer, connecting.world(self.path / LEDGER):
            self._same_file()
            return connecting.rewrite(writer)

    def close(self) -> None:
        """Close every connection and let another program open the book; closing twice is no fault."""
        self._disconnect()
        self._held.close()

    # --- who has it open ----------------------------------------------------------------------------------------------
    @property
    def locked(self) -> bool:
        """Whether it must be unlocked before anything can be read."""
        return self._connections is None

    def lock(self) -> None:
        """Close the connections and forget the key, but keep the book from other programs; work under way is waited for."""
        with self._my_turn(), self._turns.alone(str(self.path)):
            self._disconnect()

    def unlock(self, passphrase: str | None = None, *, recovery_key: str | None = None, raw_key: bytes | None = None) -> None:
        """Open the locked book again where it stands, as whoever gives her key; raises as `open_book`."""
        with self._my_turn(), self._turns.alone(str(self.path)):
            if self._connections is None:
                asked, why = self._read_only, self.only_looking
                self._take(*opening.unlocked(self.path, passphrase, recovery_key, raw_key, self._tries, read_only=asked, only_looking=why))

    def trying(self) -> AbstractContextManager[None]:
        """One try at a passphrase or a recovery key of this book: a wrong one, book.does_not_open, makes the next ones wait longer."""
        return self._tries.one()

    def switch(self, passphrase: str | None = None, *, recovery_key: str | None = None) -> None:
        """Go on as another person, her operations in her name; the connections stay. Raises book.does_not_open and book.locked."""
        with self._tries.one():
            key, uid = opening.given_key(self.path, passphrase, recovery_key, None)
            with self._my_turn():
                mine = self._opened_by.data
                if uid != self.uid or mine not in {key.data, key.coming} or not opening.welcome(self._reader, key):
                    raise KnownError("book.does_not_open", str(self.path))
                self._key, self.person_id = replace(key, data=mine, coming=None), key.person_id
                self.role = opening.role_of(self._reader, key)

    def witness(self, passphrase: str) -> Witness:
        """The second person of an act that needs two, by her own passphrase; whoever works now stays the one who acts.

        The recovery key is nobody's own: neither of the two comes by it, or one person with the paper would be both. A wrong try
        counts like one at opening. Raises KnownError witness.wrong, witness.recovery, book.same_person, book.locked.
        """
        if self.secret is None or self.secret.sign(b"") is None:
            raise KnownError("witness.recovery")
        try:
            with self._tries.one():
                key = self._slot_of_ours(passphrase)
        except KnownError as error:
            raise KnownError("witness.wrong") if error.code == "book.does_not_open" else error from None
        if key.person_id == self.person_id:
            raise KnownError("book.same_person")
        if key.sign(b"") is None:  # the recovery key is nobody's own
            raise KnownError("witness.wrong")
        return Witness(key.person_id, key.sign)

    def _slot_of_ours(self, passphrase: str) -> keys.Secret:
        key, uid = keys.unlock(self.keys_file, passphrase)
        known = uid == self.uid and self._opened_by.data in {key.data, key.coming} and opening.welcome(self._reader, key)
        if key.secret is None or not known:
            raise KnownError("book.does_not_open", str(self.path))
        return key.secret

    @property
    def _opened_by(self) -> keys.Key:
        if self._key is None:
            raise KnownError("book.locked", str(self.path))
        return self._key

    @property
    def _reader(self) -> Engine:
        if self._connections is None:
            raise KnownError("book.locked", str(self.path))
        return self._connections.reader

    @property
    def secret(self) -> keys.Secret | None:
        """The opened slot of the person who works now; None where the book was opened by its raw key."""
        return self._opened_by.secret

    def sign(self, message: bytes) -> bytes:
        """Her Ed25519 signature (public half: `person.public_key`); raises KnownError book.no_signing_key for the recovery key."""
        made = self.secret.sign(message) if self.secret else None
        if made is None:
            raise KnownError("book.no_signing_key", str(self.path))
        return made

    @property
    def keys_file(self) -> Path:
        """Where its key slots stand."""
        return self.path / KEYS

    def members(self) -> tuple[keys.Member, ...]:
        """Everybody who opens the book, with her slot; raises as `keys.members`."""
        return keys.members(self.path / KEYS, self._opened_by.data)

    def admit(self, members: Sequence[keys.Member]) -> None:
        """Write who opens the book: these and nobody else. Whoever saw the data key keeps it until the book is rotated."""
        with connecting.disk(self.path):
            keys.write(self.path / KEYS, self.uid, members, self._opened_by.data)

    @property
    def has_recovery(self) -> bool:
        """Whether there is a recovery key; without one a forgotten passphrase would be the end of the book."""
        try:
            return any(one.slot.kind is Kind.RECOVERY for one in self.members())
        except KnownError:
            return False

    def rotate(self, at: datetime) -> None:
        """Give the book a new data key, sealed to all its members; what fails on the way leaves it as it was.

        Raises KnownError book.rotation_failed, book.busy (somebody still reads), and what `operation` raises.
        """
        ledger, old, new = self.path / LEDGER, self._opened_by, keys.new_data_key()
        with self._own_turn() as writer, connecting.world(ledger), connecting.disk(self.path):
            self._same_file()
            members = self.members()
            try:
                keys.write(self.path / KEYS, self.uid, members, old.data, new)
                rotating.copy_under(new, writer, ledger, lambda db: self._log_rotation(db, at))
                with self._turns.alone(str(self.path)):
                    self._swap(writer, old, new)
            except BaseException:
                with suppress(KnownError):
                    opening.settle_keys(self.path, self._opened_by.data)
                raise
            opening.settle_keys(self.path, self._opened_by.data)

    def _log_rotation(self, db: Connection, at: datetime) -> None:
        operations.finish(db, operations.begin(db, "rotate", at, self.person_id))

    def _swap(self, writer: Engine, old: keys.Key, new: bytes) -> None:
        """Put the copy in place with every connection closed, and go on with the key that fits afterwards."""
        self._reader.dispose()
        rotating.settle(writer)
        self._disconnect()
        try:
            rotating.put_in_place(self.path / LEDGER)
        finally:
            fits = rotating.fitting(self.path / LEDGER, (old.data, new))
            self._take(replace(old, data=fits), opening.connect(self.path, fits, read_only=False))

    def _disconnect(self) -> None:
        if self._connections is not None:
            self._connections.closing.close()
        self._connections = self._key = self._writer = None
        self.kept.clear()

    # --- taking turns -------------------------------------------------------------------------------------------------
    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """Threads take turns; a thread that already has its turn is refused, because one intent is one operation."""
        if self._whose == get_ident():
            raise KnownError("operation.nested")
        with self._turn:
            self._whose = get_ident()
            try:
                yield
            finally:
                self._whose = 0

    @contextmanager
    def _own_turn(self) -> Iterator[Engine]:
        """The writer, for as long as it is this thread's turn."""
        with self._my_turn():
            if self._writer is None and self.only_looking:
                raise refusal(self.only_looking)
            if self._writer is None:
                raise KnownError("book.read_only" if self._read_only else "book.locked", str(self.path))
            yield self._writer

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        """Write no more when a page turns out to be damaged; say what is hit and what to go on from."""
        try:
            yield
        except KnownError as error:
            if error.code != "book.damaged" or self._key is None:
                raise
            self.only_looking = damage.found(self.path, self._key.data)
            self._reader.dispose()  # SQLCipher answers nothing more on a connection that has met such a page
            self._writer, self._read_only = None, True
            raise refusal(self.only_looking) from None

    def _same_file(self) -> None:
        """SQLite acknowledges what it writes into a deleted file, so the path is compared with what was opened."""
        now = opening.identity(self.path)
        if now != self._born:
            raise KnownError("book.gone" if now is None else "book.replaced", str(self.path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def with_ending(path: Path) -> Path:
    """The absolute path with the ending of a book, added where it is missing."""
    path = path.absolute()
    return path if path.name.endswith(ENDING) else path.with_name(path.name + ENDING)


def create_book(
    path: Path,
    *,
    name: str,
    currency: str,
    passphrase: str,
    person: str,
    at: datetime,
    recovery_key: str | None = None,
    cost: keys.Cost | None = None,
) -> Book:
    """Make a new book and open it; it is there as a whole or not at all.

    `recovery_key` is one of `keys.new_recovery_key`, which the caller shows its person once; without it nothing can be
    imported yet. `cost` is for tests: without it the cost of the slots is measured on this machine and has a floor. Raises
    KnownError book.exists, book.cannot_write, book.no_room (needed, in bytes), book.io.
    """
    path = with_ending(path)
    if path.exists():
        raise KnownError("book.exists", str(path))
    places.refuse_live(path)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    uid, data_key, cost = str(uuid4()), keys.new_data_key(), cost or keys.calibrated()
    founder = keys.new_secret(1, TREASURER, secrets.token_bytes(32))
    members = [keys.new_member(founder, Kind.PERSON, uid, passphrase, cost)]
    if recovery_key:
        members.append(keys.new_member(keys.new_secret(2, RECOVERY), Kind.RECOVERY, uid, recovery_key, cost))
    try:
        with connecting.disk(path):
            beside.mkdir(mode=0o700)
            (beside / BACKUPS).mkdir(mode=0o700)
            keys.write(beside / KEYS, uid, members, data_key)
            founding.fill(beside / LEDGER, data_key, founder, at, uid=uid, currency=currency, name=name, person=person)
            beside.rename(path)
            keys.sync_folder(path.parent)
    except KnownError as error:
        if error.code == "book.disk_full":
            raise KnownError("book.no_room", str(path), needed=connecting.room_needed(path)) from None
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return open_book(path, passphrase)


def open_book(
    path: Path,
    passphrase: str | None = None,
    *,
    recovery_key: str | None = None,
    keyring_secret: str | None = None,
    raw_key: bytes | None = None,
    read_only: bool = False,
    tries: Tries | None = None,
) -> Book:
    """Open a book as whoever gives her key, or by its data key as the founding person; migrates an older one after a backup.

    `tries` counts the wrong tries of this run. Raises KnownError book.not_found, book.not_a_book, book.plain_file,
    book.keys_missing, book.keys_unreadable, book.keys_refused, book.does_not_open, book.key_does_not_fit, book.newer,
    book.older (read only), book.open_elsewhere (since), recovery.unreadable, and what `connecting.world` names. Where only the
    writing is in the way, the book opens for looking and its `only_looking` says why.
    """
    path, tries = with_ending(path), tries or Tries()
    opening.look(path)
    why: tuple[Problem, ...] = () if read_only or places.writable(path) else (Problem("book.opened_folder", str(path)),)
    if not read_only and not why:
        places.refuse_live(path)
    with ExitStack() as held:
        if not read_only and not why:
            why = held.enter_context(opening.only_program(path))
        key, connections = opening.unlocked(
            path, passphrase, recovery_key, raw_key, tries, read_only=read_only, only_looking=why, keyring_secret=keyring_secret
        )
        return Book(path, key, connections, held.pop_all(), tries)
