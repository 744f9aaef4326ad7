"""What the world does to a book: folders it may not live in, folders it cannot write, disks that are full or fail, files that vanish."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import stat
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.problem import KnownError
from fundledger.export import writing
from fundledger.services import backups as verbs
from fundledger.store import connecting, keys, migrating, places
from fundledger.store.backups import folder_of
from fundledger.store.book import open_book
from fundledger.store.operations import operations
from tests.store.bookkeeping import AT, PASSPHRASE, balances, faults, interest, new_book, post
from tests.store.disk import Disk, python_disk, sqlite_disk
from tests.store.later import later_migrations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fundledger.store.book import Book

NOBODY = 65534


def refused(code: str, call: Callable[..., object], *given: object, **named: object) -> KnownError:
    with pytest.raises(KnownError) as error:
        call(*given, **named)
    assert error.value.code == code
    return error.value


# --- where a book may live --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "folder",
    ["Dropbox/books", "dropbox (Foundation)", "OneDrive - Foundation", "Google Drive/x", "Nextcloud", "ownCloud",
     "Library/Mobile Documents", "Library/CloudStorage/x", "iCloudDrive", "Box Sync", "pCloudDrive", "MEGAsync", "Syncthing"],
)  # fmt: skip
def test_a_folder_of_a_sync_program_is_no_place_for_a_book(book: Book, tmp_path: Path, folder: str) -> None:
    book.close()
    place = tmp_path / folder
    place.mkdir(parents=True)
    refused("book.sync_folder", new_book, place / "New")
    moved = book.path.rename(place / book.path.name)
    refused("book.sync_folder", open_book, moved, PASSPHRASE)
    assert [each.name for each in place.iterdir()] == [moved.name]
    with open_book(moved, PASSPHRASE, read_only=True) as seen:
        assert faults(seen) == []


@pytest.mark.parametrize(
    "mark", [".stfolder", ".sync", ".dropbox", ".sync_a1b2c3.db", "._sync_0f.db", ".nextcloudsync.log", ".dropbox.cache"]
)
def test_a_folder_marked_by_a_sync_program_is_found_however_it_is_called(tmp_path: Path, mark: str) -> None:
    (tmp_path / mark).touch()
    (tmp_path / "a" / "b").mkdir(parents=True)
    error = refused("book.sync_folder", new_book, tmp_path / "a" / "b" / "New")
    assert error.problems[0].values["folder"] == str(tmp_path)


def test_a_link_into_a_synced_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "Nextcloud").mkdir()
    (tmp_path / "harmless").symlink_to(tmp_path / "Nextcloud")
    refused("book.sync_folder", new_book, tmp_path / "harmless" / "New")


@pytest.mark.parametrize("name", ["Sync meeting", "My Dropboxes", "Drive", "boxes", "synchronous"])
def test_folders_that_only_sound_like_it_are_fine(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with new_book(tmp_path / name / "New") as made:
        assert faults(made) == []


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "davfs", "9p", "fuse.rclone"])
def test_a_network_drive_is_no_place_for_a_book(tmp_path: Path, kind: str) -> None:
    mounts, drive = tmp_path / "mounts", tmp_path / "net drive"
    drive.mkdir()
    mounts.write_text(
        f"/dev/sda1 / ext4 rw 0 0\nhost:/x {str(drive).replace(' ', chr(92) + '040')} {kind} rw 0 0\ntmpfs {drive}/local tmpfs rw 0 0\n"
    )
    error = refused("book.network_folder", places.refuse_live, drive / "B.fundledger", mounts)
    assert error.problems[0].values["kind"] == kind
    places.refuse_live(tmp_path / "B.fundledger", mounts)
    assert places.network_kind(drive / "local", mounts) is not None, "an escaped mount point is another folder"


@pytest.mark.parametrize(
    ("path", "share"),
    [("\\\\server\\share\\B", True), ("\\\\?\\UNC\\server\\share\\B", True), ("\\\\10.0.0.7\\c$", True), ("C:\\Users\\B", False),
     ("\\\\?\\C:\\Users\\B", False), ("\\\\.\\C:\\B", False), ("/home/b", False), ("B.fundledger", False)],
)  # fmt: skip
def test_a_share_of_another_machine_is_known_by_how_windows_writes_it(path: str, share: bool) -> None:
    assert places.is_share(path) is share


def test_a_machine_without_a_disk_of_its_own_or_without_a_list_of_mounts_is_not_locked_out(tmp_path: Path) -> None:
    (tmp_path / "mounts").write_text("host:/root / nfs4 rw 0 0\n")
    places.refuse_live(tmp_path / "B.fundledger", tmp_path / "mounts")
    places.refuse_live(tmp_path / "B.fundledger", tmp_path / "nowhere")
    assert places.network_kind(tmp_path) is None


# --- folders that cannot be written -----------------------------------------------------------------------------------
@contextmanager
def somebody_else() -> Iterator[None]:
    """Go on without the rights of the superuser, to whom no folder is read-only."""
    if os.geteuid():
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def shelf() -> Iterator[Path]:
    """A folder somebody else can look into."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    for each in (made, *(each for each in made.rglob("*") if each.is_dir())):
        each.chmod(0o755)
    shutil.rmtree(made)


def laid_by(book: Path, place: Path) -> Path:
    """A copy of a book as it lies there now, which nobody may write."""
    shutil.copytree(book, place)
    for each in (place, *place.rglob("*")):
        each.chmod(0o555 if each.is_dir() else 0o444)
    return place


def test_a_read_only_folder_is_opened_for_looking_with_and_without_a_left_over_log(
    book: Book, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(book, interest(500, book.unrestricted_fund))
    before = balances(book)
    with_wal = laid_by(book.path, shelf / "With.fundledger")
    book.close()
    without = laid_by(book.path, shelf / "Without.fundledger")
    assert [(copy / "ledger.db-wal").exists() for copy in (with_wal, without)] == [True, False]
    private = shelf / "private"
    private.mkdir()
    private.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    for copy in (with_wal, without):
        held = {each.name: each.read_bytes() for each in copy.iterdir() if each.is_file()}
        with somebody_else():
            assert not places.writable(copy)
            with open_book(copy, PASSPHRASE) as seen:
                assert (balances(seen), faults(seen), seen.read_only) == (before, [], True)
                refused("book.opened_folder", post, seen, interest(1, 1))
        assert {each.name: each.read_bytes() for each in copy.iterdir() if each.is_file()} == held
    assert list(private.iterdir()) == []


def test_a_page_torn_by_a_power_cut_reads_as_whole_where_the_log_has_it(book: Book, shelf: Path) -> None:
    """Which is why a left-over log is folded in before anything is said about damage."""
    post(book, interest(500, book.unrestricted_fund))
    copy = shelf / "Torn.fundledger"
    shutil.copytree(book.path, copy)
    wal, ledger = (copy / "ledger.db-wal").read_bytes(), bytearray((copy / "ledger.db").read_bytes())
    page = int.from_bytes(wal[32:36], "big")
    ledger[(page - 1) * 4096 + 2000] ^= 1
    (copy / "ledger.db").write_bytes(ledger)
    with open_book(copy, PASSPHRASE) as seen:
        assert (faults(seen), balances(seen)) == ([], balances(book))


# --- files that vanish, clocks that go back ---------------------------------------------------------------------------
def test_a_moved_book_stops_at_once_and_is_whole_where_it_was_moved_to(book: Book) -> None:
    post(book, interest(500, book.unrestricted_fund))
    moved = book.path.rename(book.path.with_name("Moved.fundledger"))
    refused("book.gone", post, book, interest(1, book.unrestricted_fund))
    refused("book.gone", book.back_up, AT)
    book.close()
    with open_book(moved, PASSPHRASE) as again:
        assert (faults(again), len(balances(again))) == ([], 2)


def test_a_deleted_ledger_stops_at_once(book: Book) -> None:
    (book.path / "ledger.db").unlink()
    refused("book.gone", post, book, interest(1, book.unrestricted_fund))
    refused("book.gone", book.back_up, AT)


def test_another_file_put_in_its_place_stops_at_once(book: Book) -> None:
    copy = book.path / "copy"
    shutil.copyfile(book.path / "ledger.db", copy)
    copy.replace(book.path / "ledger.db")
    refused("book.replaced", post, book, interest(1, book.unrestricted_fund))


def test_a_clock_set_back_changes_no_order(book: Book) -> None:
    for back in range(3):
        with book.operation("post", AT - timedelta(days=400 * back)):
            pass
        book.back_up(AT - timedelta(days=400 * back))
    with book.reading() as db:
        assert [one.id for one in operations(db)] == [4, 3, 2, 1]
    assert [one.header.number for one in verbs.kept_backups(book)] == [3, 2, 1]
    assert faults(book) == []


# --- a disk that fails at the nth step --------------------------------------------------------------------------------
def failures(book: Path, error: int, act: Callable[[Book], object], stride: int = 1) -> set[str]:
    """Let the nth step of an act fail for every n until it is done; each time the book opens, is sound and as it was before.

    Only where it was said that nobody can tell may the act have happened as a whole.
    """
    codes: set[str] = set()
    for fail_at in range(1, 500, stride):
        disk = Disk(error)
        with sqlite_disk(disk):
            with open_book(book, PASSPHRASE) as opened:
                before = balances(opened)
                disk.count, disk.fail_at = 0, fail_at
                try:
                    with python_disk(disk, keys):
                        act(opened)
                    unsure = False
                except KnownError as known:
                    codes.add(known.code)
                    unsure = known.code == "book.unsure_saved"
                struck = disk.struck
                disk.heal()
                if not struck:
                    return codes
            with open_book(book, PASSPHRASE) as opened:
                assert faults(opened) == [], f"step {fail_at}"
                assert unsure or balances(opened) == before, f"step {fail_at}"
        assert not list(folder_of(book).glob(".*"))
    pytest.fail("it never came to an end")


@pytest.mark.parametrize(("error", "code"), [(errno.ENOSPC, "book.disk_full"), (errno.EIO, "book.io")])
def test_saving_fails_at_every_step_and_nothing_is_half_saved(book: Book, error: int, code: str) -> None:
    book.close()
    found = failures(book.path, error, lambda opened: post(opened, interest(500, opened.unrestricted_fund)))
    assert found & {code, "book.unsure_saved"}
    assert found <= {code, "book.io", "book.unsure_saved"}


FAULTS = [(errno.ENOSPC, "book.disk_full"), (errno.EIO, "book.io")]


@pytest.mark.parametrize(("error", "code"), FAULTS)
def test_a_backup_fails_at_any_step_and_leaves_nothing_half(book: Book, error: int, code: str) -> None:
    assert_backups_fail_whole(book, error, code, 19)


@pytest.mark.full
@pytest.mark.parametrize(("error", "code"), FAULTS)
def test_a_backup_fails_at_every_step_and_leaves_nothing_half(book: Book, error: int, code: str) -> None:
    assert_backups_fail_whole(book, error, code, 1)


def assert_backups_fail_whole(book: Book, error: int, code: str, stride: int) -> None:
    book.close()
    found = failures(book.path, error, lambda opened: opened.back_up(AT), stride)
    assert code in found
    assert found <= {code, "book.io"}
    with open_book(book.path, PASSPHRASE) as opened:
        for made in verbs.kept_backups(opened):
            assert verbs.drill(opened, AT, PASSPHRASE).problems == ()
            assert made.header.book == opened.uid


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_an_export_fails_at_every_step_and_leaves_no_half_file(tmp_path: Path, error: int) -> None:
    files = {"a.json": b"{}" * 50, "b.csv": b"1,2" * 50}
    for fail_at in range(1, 20):
        disk, place = Disk(error, fail_at), tmp_path / str(fail_at)
        place.mkdir()
        with python_disk(disk):
            try:
                writing.save(place, files)
            except KnownError as known:
                assert known.code == ("export.no_space" if error == errno.ENOSPC else "export.unwritable")  # noqa: PT017  once a round
        found = {each.name: each.read_bytes() for each in place.iterdir()}
        assert found.items() <= files.items()
        if not disk.struck:
            assert found == files
            return
    pytest.fail("it never came to an end")


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_a_migration_fails_at_any_step_and_the_book_stays_as_it_was(
    book: Book, error: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every nineteenth step: a migration rewrites all guards and has hundreds."""
    post(book, interest(500, book.unrestricted_fund))
    before = balances(book)
    book.close()
    old, fail_at, struck = migrating.VERSIONS[:1], 1, True
    later_migrations(tmp_path, monkeypatch.setattr)
    while struck:
        disk, struck, unsure = Disk(error, fail_at), True, False
        try:
            with sqlite_disk(disk), python_disk(disk, keys), open_book(book.path, PASSPHRASE) as opened:
                struck = disk.struck
                assert (struck, faults(opened)) == (bool(opened.only_looking), []), "it opened for writing although something failed"
                disk.heal()  # to close is no part of the migration: it folds in what is committed
        except KnownError as known:
            unsure = known.code == "book.unsure_saved"
        with monkeypatch.context() as patch:
            if struck and not unsure:
                patch.setattr(migrating, "VERSIONS", old)
            with open_book(book.path, PASSPHRASE) as opened:
                assert (balances(opened), faults(opened), opened.only_looking) == (before, [], ()), f"step {fail_at}"
        fail_at += 19
    assert fail_at > 100


# --- a disk that is really full ---------------------------------------------------------------------------------------
@contextmanager
def small_disk(size: int) -> Iterator[Path]:
    """A file system of this size; where one may not be mounted, a folder in which no file may grow above a third of it.

    The limit on a file's size is the nearest thing that needs no rights: the system refuses the write itself, as a full disk
    does, with another number.
    """
    place = Path(tempfile.mkdtemp())
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True, check=False)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    if mounted.returncode:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size // 3, limits[1]))
    try:
        yield place
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        if not mounted.returncode:
            subprocess.run(["umount", str(place)], check=True)
        shutil.rmtree(place)


def test_a_full_disk_says_how_much_is_needed_and_keeps_the_book_as_it_was() -> None:
    with small_disk(4 * 1024 * 1024) as place:
        with new_book(place / "Sample") as book:
            path, posted = book.path, 0
            with pytest.raises(KnownError) as error:  # noqa: PT012  until it is full
                while True:
                    post(book, *(interest(1, book.unrestricted_fund) for _ in range(200)))
                    posted += 200
            assert error.value.code in {"book.disk_full", "book.io"}
            if error.value.code == "book.disk_full":
                assert error.value.problems[0].values["needed"] == connecting._LEAST_ROOM
            assert sum(balances(book).values()) == 0
            assert faults(book) == []
            short = refused_backup(book)
            assert short.code in {"backup.no_space", "book.disk_full", "book.io"}
        with open_book(path, PASSPHRASE) as again, again.reading() as db:
            assert db.exec_driver_sql("SELECT count(*) FROM entry").scalar_one() == posted > 0


def test_a_book_on_a_disk_without_a_free_byte_is_opened_for_looking_and_backed_up_elsewhere(tmp_path: Path) -> None:
    with small_disk(4 * 1024 * 1024) as place:
        with new_book(place / "Sample") as book:
            post(book, interest(500, book.unrestricted_fund))
            figures, path = balances(book), book.path
        if not os.path.ismount(place):
            return  # where nothing may be mounted no disk can be filled
        fill(place)
        lying = {each.name for each in path.iterdir()}
        with open_book(path, PASSPHRASE) as seen:
            assert [(one.code, one.values["needed"]) for one in seen.only_looking] == [("book.opened_full", connecting._LEAST_ROOM)]
            assert (balances(seen), faults(seen)) == (figures, [])
            refused("book.opened_full", post, seen, interest(1, 1))
            refused("book.open_elsewhere", open_book, path, PASSPHRASE)
            assert verbs.back_up(seen, AT, Path(os.path.relpath(tmp_path))).backup.header.entries == 1
        assert {each.name for each in path.iterdir()} == lying
        (place / "filling").unlink()
        with open_book(path, PASSPHRASE) as again:
            assert again.only_looking == ()
            post(again, interest(1, again.unrestricted_fund))


def test_a_new_book_for_which_there_is_no_room_is_not_made_in_part() -> None:
    with small_disk(4 * 1024 * 1024) as place:
        if os.path.ismount(place):
            fill(place, 8192)
            refused("book.no_room", new_book, place / "Sample")
            assert [each.name for each in place.iterdir()] == ["filling"]


def test_a_disk_with_room_for_a_word_and_not_for_more_is_a_full_one() -> None:
    """SQLite then speaks of the disk alone, for it gets no shared memory."""
    with small_disk(4 * 1024 * 1024) as place:
        with new_book(place / "Sample") as book:
            path = book.path
        if os.path.ismount(place):
            fill(place, 8192)
            with open_book(path, PASSPHRASE) as seen:
                assert [one.code for one in seen.only_looking] == ["book.opened_full"]
                assert faults(seen) == []


def fill(place: Path, left: int = 0) -> None:
    """Leave that many bytes free on a small disk."""
    with (place / "filling").open("wb", buffering=0) as filling, suppress(OSError):
        while True:
            filling.write(bytes(4096))
    os.truncate(place / "filling", max(0, (place / "filling").stat().st_size - left))


def refused_backup(book: Book) -> KnownError:
    with pytest.raises(KnownError) as error:
        book.back_up(AT)
    assert not list(folder_of(book.path).iterdir())
    return error.value


def test_a_book_and_all_its_files_are_its_owners_alone(book: Book) -> None:
    book.back_up(AT)
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) & 0o077 for each in book.path.rglob("*") if each.name != "open.since"}
    assert {name: mode for name, mode in modes.items() if mode} == {}
