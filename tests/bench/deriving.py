"""The key derivation alone, which is slow on purpose and therefore counted apart."""

from __future__ import annotations

import time
from pathlib import Path

from fundledger.store.keys import unlock
from tests.bench.files import PASSPHRASE


def derive(book: str) -> float:
    """CPU seconds of opening a key slot; the peak of this process is what every command that opens a book has at the least."""
    start = time.process_time()
    unlock(Path(book) / "keys.json", PASSPHRASE)
    return time.process_time() - start
