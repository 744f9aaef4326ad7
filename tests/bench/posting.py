"""Posts entries with the log that shows tampering behind them, and without it; both count their own CPU seconds."""

from __future__ import annotations

import time
from pathlib import Path

from fundledger.store import journal, log
from fundledger.store.book import open_book
from tests.bench import files
from tests.bench.books import AT, entry

_AT_ONCE = 1_000


def logged(book: str, size: str) -> float:
    """So many entries, a thousand an operation, as the book posts them."""
    with open_book(Path(book), files.PASSPHRASE) as opened:
        fund = opened.unrestricted_fund
        batches = [[entry(n, fund) for n in range(first, min(first + _AT_ONCE, 0))] for first in range(-int(size), 0, _AT_ONCE)]
        start = time.process_time()
        for batch in batches:
            with opened.operation("post", AT) as op:
                journal.post(op, batch)
        return time.process_time() - start


def unlogged(book: str, size: str) -> float:
    """The same entries with nothing recorded of them: a book no check would call sound."""
    log.record = lambda *_: None
    return logged(book, size)
