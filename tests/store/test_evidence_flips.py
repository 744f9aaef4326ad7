"""One byte of the files on disk is changed: the figures are the same, or the book is refused with a code; never anything else."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.problem import KnownError
from fundledger.store import log
from fundledger.store.book import open_book
from fundledger.store.checking import check
from fundledger.store.journal import trial_balance
from tests.store.bookkeeping import PASSPHRASE, accept, bank_with_lines, interest, new_book, post

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.domain.evidence import Head

Figures = tuple[list[tuple[str, int, int, int]], "Head"]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a book with two gifts and some interest, closed."""
    with new_book(tmp_path_factory.mktemp("flips") / "Sample") as book:
        bank = bank_with_lines(book)
        for line in bank.lines:
            accept(book, line, bank.fund)
        post(book, *(interest(100 + n, 1) for n in range(20)))
        return book.path


def figures(folder: Path) -> Figures | None:
    """What a book answers; None where it is refused, by a code or by its own check."""
    try:
        with open_book(folder, PASSPHRASE) as book, book.reading() as db:
            return None if check(db) else (trial_balance(db), log.head(db))
    except KnownError:
        return None


def flip(folder: Path, closed: Path, chance: random.Random) -> Figures | None:
    """Change one bit to eight of one byte of ledger.db (nine times of ten) or keys.json, and ask."""
    name = chance.choices(("ledger.db", "keys.json"), (9, 1))[0]
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(closed, folder)
    content = bytearray((folder / name).read_bytes())
    content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
    (folder / name).write_bytes(content)
    return figures(folder)


def flips(closed: Path, folder: Path, times: int) -> None:
    whole, chance = figures(closed), random.Random(3)
    assert whole is not None
    found = [flip(folder, closed, chance) for _ in range(times)]
    assert [one for one in found if one is not None and one != whole] == []
    assert sum(one is None for one in found) > times / 2, "most bytes of an encrypted file matter"


def test_a_changed_byte_never_gives_other_figures(closed: Path, tmp_path: Path) -> None:
    flips(closed, tmp_path / "Flipped.fundledger", 60)


@pytest.mark.full
def test_ten_thousand_changed_bytes_never_give_other_figures(closed: Path, tmp_path: Path) -> None:
    flips(closed, tmp_path / "Flipped.fundledger", 10_000)
