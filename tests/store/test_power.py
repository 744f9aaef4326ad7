"""The power goes at any moment: what was not synced is lost, kept or torn, and nothing that was acknowledged is lost."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.problem import KnownError
from fundledger.store import connecting
from fundledger.store.book import open_book
from tests.store.bookkeeping import PASSPHRASE, faults, interest, new_book, post
from tests.store.disk import Disk, Step, after_power_cut, sqlite_disk

if TYPE_CHECKING:
    from fundledger.store.book import Book

BATCH, BATCHES, ROUNDS, MANY = 5, 80, 15, 300


@dataclass
class Recorded:
    """A book as it was before, and every step SQLite made while batches were posted and acknowledged."""

    path: Path
    before: dict[str, bytes]
    trace: list[Step]


def recorded(folder: Path) -> Recorded:
    """Post batch after batch; half-way the book is closed, which folds its log in, and opened again."""
    with new_book(folder / "Sample") as book:
        path = book.path
    before = {str(each): each.read_bytes() for each in path.iterdir() if each.name.startswith("ledger.db")}
    disk = Disk()
    with sqlite_disk(disk):
        for half in range(2):
            with open_book(path, PASSPHRASE) as book:
                for n in range(BATCHES // 2):
                    post(book, *(interest(100 + n, book.unrestricted_fund) for _ in range(BATCH)))
                    disk.say("acknowledged", half * BATCHES // 2 + n + 1)
    return Recorded(path, before, disk.trace)


def lost_after_a_cut(work: Recorded, chance: random.Random) -> str | None:
    """What is wrong with the book after a cut at a random step; None when it is sound and complete."""
    trace = work.trace[: chance.randrange(len(work.trace)) + 1]
    acknowledged = max((step.at for step in trace if step.what == "acknowledged"), default=0)
    for each in work.path.glob("ledger.db*"):
        each.unlink()
    for name, content in after_power_cut(work.before, trace, chance).items():
        Path(name).write_bytes(content)
    try:
        with open_book(work.path, PASSPHRASE) as book:
            return _wrong(book, acknowledged)
    except KnownError as error:
        return f"broken: {error.code}"


def _wrong(book: Book, acknowledged: int) -> str | None:
    found = faults(book)
    if found:
        return f"broken: {found}"
    with book.reading() as db:
        entries = db.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
    if entries % BATCH:
        return f"half a batch: {entries} entries"
    return None if acknowledged <= entries // BATCH <= acknowledged + 1 else f"lost: {entries // BATCH} batches of {acknowledged}"


def assert_survives(folder: Path, rounds: int) -> None:
    work, chance = recorded(folder), random.Random(11)
    assert [wrong for _ in range(rounds) if (wrong := lost_after_a_cut(work, chance))] == []


def test_a_power_cut_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    assert_survives(tmp_path, ROUNDS)


@pytest.mark.full
def test_a_power_cut_loses_nothing_in_three_hundred_rounds(tmp_path: Path) -> None:
    assert_survives(tmp_path, MANY)


def test_the_simulation_catches_a_writer_that_does_not_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With synchronous = NORMAL acknowledged batches are lost: if that were not seen, the rounds above would prove nothing."""
    lazy = tuple(each.replace("synchronous = FULL", "synchronous = NORMAL") for each in connecting._WRITING)
    assert lazy != connecting._WRITING
    monkeypatch.setattr(connecting, "_WRITING", lazy)
    work, chance = recorded(tmp_path), random.Random(11)
    lost = [wrong for _ in range(ROUNDS) if (wrong := lost_after_a_cut(work, chance))]
    assert any(wrong.startswith("lost") for wrong in lost)


def test_a_recorded_trace_without_a_cut_is_the_book_itself(tmp_path: Path) -> None:
    work = recorded(tmp_path)
    shutil.copytree(work.path, tmp_path / "Kept.fundledger")
    found = after_power_cut(work.before, work.trace, random.Random(1))
    assert found[str(work.path / "ledger.db")] == (work.path / "ledger.db").read_bytes()
