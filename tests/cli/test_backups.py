"""backup, restore and drill, as a treasurer types them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from fundledger.store import keys

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.conftest import CommandLine


def test_backup_restore_and_the_restored_book_says_what_it_lacks(book: CommandLine) -> None:
    made = book.done("backup {book}")
    assert (made["id"], made["second"], made["warnings"]) == (1, None, [])
    book("campaign add {book} C-103 --asked 100.00 --open --title", "One more")
    ran = book("restore", made["file"], str(book.folder / "Again"), "--json")
    assert (ran.code, ran.err) == (1, "")
    (row,) = ran.rows
    assert row["lacks"] == {"operations": 1, "entries": 0, "imports": 0}
    assert row["book"] == str(book.folder / "Again.fundledger")
    assert book(f"check {row['book']} --json").row["sound"]
    assert book("restore", made["file"], row["book"]).code == 2


def test_what_a_treasurer_reads(book: CommandLine) -> None:
    book("backup {book}")
    said = book(f"restore {book.book}/backups/0000001.flbackup {{folder}}/Again")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1] == "It lacks nothing that is in the book in use."
    said = book("drill {book}")
    assert said.out.startswith("Backup 1 would serve")
    assert "backup drill" in book("log {book}").out
    assert [line.split()[0] for line in book("backup {book} --list").out.splitlines()] == ["id", "1"]


def test_the_list_is_of_this_book_newest_first(book: CommandLine) -> None:
    for _ in range(3):
        book("backup {book}")
    rows = book("backup {book} --list --json").rows
    assert [row["id"] for row in rows] == [3, 2, 1]
    assert rows[0].keys() == {"id", "made_at", "operations", "entries", "imports", "size", "file"}


def test_a_second_place_is_used_until_it_is_gone(book: CommandLine) -> None:
    place = book.folder / "drive"
    place.mkdir()
    made = book.done(f"backup {{book}} --second-place {place}")
    assert made["second"].startswith(str(place))
    shutil.rmtree(place)
    ran = book("backup {book}")
    assert ran.code == 1
    assert ran.err.splitlines()[0].startswith("Backup 2 was kept in the book's folder, but not copied to")
    assert book("backup {book} --no-second-place").code == 0


def test_one_copy_goes_where_it_is_asked_for(book: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "Nextcloud").mkdir()
    made = book.done(f"backup {{book}} --to {tmp_path}/Nextcloud")
    assert made["second"].startswith(f"{tmp_path}/Nextcloud/fundledger-")
    assert book(f"backup {{book}} --to {tmp_path}/nowhere").code == 2
    assert len(book("backup {book} --list --json").rows) == 1, "a place that is not there is refused before anything is made"


def test_a_drill_without_a_backup_and_with_a_broken_one(book: CommandLine) -> None:
    ran = book("drill {book}")
    assert (ran.code, ran.out) == (2, "")
    assert "fundledger backup BOOK" in ran.err
    file = book.book / "backups" / "0000001.flbackup"
    book("backup {book}")
    file.write_bytes(file.read_bytes()[:-9])
    assert book("drill {book}").code == 2, "what is not readable is not the newest backup"


def test_what_is_no_backup_is_refused_before_a_passphrase_is_asked_for(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUNDLEDGER_PASSPHRASE")
    (cli.folder / "x.flbackup").write_bytes(b"x")
    for name in ("x.flbackup", "none.flbackup"):
        ran = cli(f"restore {{folder}}/{name} {{folder}}/New")
        assert (ran.code, ran.out) == (2, "")
        assert name in ran.err
    assert not (cli.folder / "New.fundledger").exists()


def test_a_lost_passphrase_is_rehearsed_and_survived_with_the_recovery_key(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    made = cli.done("new {book} --name", "Sample Foundation")
    file = cli.done("backup {book}")["file"]
    monkeypatch.setenv("FUNDLEDGER_RECOVERY_KEY", made["recovery_key"])
    assert cli.done("drill {book} --lost-passphrase")["sound"]
    monkeypatch.setenv("FUNDLEDGER_RECOVERY_KEY", keys.new_recovery_key())
    wrong = cli("drill {book} --lost-passphrase")
    assert (wrong.code, wrong.out) == (2, "")
    assert "does not open with this recovery key" in wrong.err
    monkeypatch.delenv("FUNDLEDGER_RECOVERY_KEY")
    assert "--recovery-key-file or FUNDLEDGER_RECOVERY_KEY" in cli("drill {book} --lost-passphrase").err
    monkeypatch.setenv("FUNDLEDGER_RECOVERY_KEY", made["recovery_key"])
    assert "backup drill with the recovery key" in cli("log {book}").out
    monkeypatch.delenv("FUNDLEDGER_PASSPHRASE")
    restored = cli(f"restore {file} {{folder}}/Again --lost-passphrase --json")
    assert (restored.code, restored.rows[0]["lacks"]) == (1, {"operations": 1, "entries": 0, "imports": 0})
