"""kill -9 at any moment: the book opens, is sound, holds every operation that was acknowledged and no half of another."""

from __future__ import annotations

import random
import subprocess
import sys
from typing import TYPE_CHECKING

from fundledger.store.book import open_book
from fundledger.store.journal import entries
from tests.store.bookkeeping import PASSPHRASE, faults, new_book

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 10
BATCH = 20
_WRITER = f"""
import sys
from pathlib import Path
from fundledger.store.book import open_book
from tests.store.bookkeeping import PASSPHRASE, post, interest
book = open_book(Path(sys.argv[1]), PASSPHRASE)
print("open", flush=True)
for n in range(1, 10_000):
    import uuid, dataclasses
    post(book, *(dataclasses.replace(interest(n, 1), uid=str(uuid.uuid4())) for _ in range({BATCH})))
    print(n, flush=True)
"""


def killed_writer(path: Path, after: int) -> int:
    """Let a writer work, kill it some moments after it acknowledged that many batches; returns how many it acknowledged."""
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    said = [writer.stdout.readline() for _ in range(after + 1)]
    writer.kill()
    said += writer.stdout.readlines()
    writer.wait()
    writer.stdout.close()
    return len(said) - 1


def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    moments, acknowledged = random.Random(7), 0
    with new_book(tmp_path / "Sample") as book:
        path = book.path
    for _ in range(ROUNDS):
        acknowledged += killed_writer(path, moments.randrange(0, 12))
        with open_book(path, PASSPHRASE) as book:
            assert faults(book) == []
            with book.reading() as db:
                posted = len(list(entries(db)))
        assert posted % BATCH == 0
        assert acknowledged <= posted // BATCH <= acknowledged + 1
        acknowledged = posted // BATCH
