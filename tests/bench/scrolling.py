"""Jumps through a long list: the donors' page over its book, and the same table over rows that are all in memory."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from fundledger.gui.app import Shell, speaker_of
from fundledger.gui.dialogs import SystemDialogs
from fundledger.gui.theme import Look
from fundledger.store import donors
from fundledger.store.book import open_book
from tests.bench.files import PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fundledger.gui.listing import Listing
    from fundledger.gui.window import Desktop

_JUMPS = 200
_WARM = 20
_FETCHED = 5_000


def _opened(book: str) -> tuple[QApplication, Shell, Desktop]:
    app = QApplication([])
    shell = Shell(Look(app), speaker_of("en"), None, SystemDialogs())
    shell.show()
    shell.show_book(open_book(Path(book), PASSPHRASE))
    if shell.desktop is None:
        raise SystemExit(2)
    shell.desktop.go("donors")
    _settle(app, shell)
    return app, shell, shell.desktop


def _settle(app: QApplication, shell: Shell) -> None:
    end = time.monotonic() + 0.2
    while time.monotonic() < end or shell.tasks.busy():
        app.processEvents()


def _jumps(app: QApplication, listing: Listing) -> float:
    """CPU seconds of a jump to anywhere and its painting, the slowest of twenty left out."""
    bar, rnd, spent = listing.table.verticalScrollBar(), Random(3), []
    for _ in range(_WARM + _JUMPS):
        started = time.process_time()
        bar.setValue(rnd.randrange(bar.maximum() + 1))
        listing.table.viewport().repaint()
        app.processEvents()
        spent.append(time.process_time() - started)
    return sorted(spent[_WARM:])[_JUMPS * 95 // 100]


def over_the_book(book: str) -> float:
    """CPU seconds of a jump in the list as it is: rows are fetched when they are looked at."""
    app, shell, desktop = _opened(book)
    seconds = _jumps(app, desktop.pages["donors"].listing)  # type: ignore[attr-defined]  # the page of donors
    shell.close()
    return seconds


def in_memory(book: str) -> float:
    """CPU seconds of a jump where every row was fetched before."""
    app, shell, desktop = _opened(book)
    listing: Listing = desktop.pages["donors"].listing  # type: ignore[attr-defined]  # as above
    ids = list(listing.model.ids())
    kept: dict[int, donors.DonorRow] = {}
    for first in range(0, len(ids), _FETCHED):
        with desktop.desk.book.reading() as db:
            some = ids[first : first + _FETCHED]
            kept.update(zip(some, donors.donor_rows(db, some, desktop.desk.book.currency), strict=True))

    def fetch(wanted: Sequence[int]) -> list[donors.DonorRow]:
        return [kept[one] for one in wanted]

    listing.model._fetch = fetch  # the same table over other rows
    listing.model.forget()
    seconds = _jumps(app, listing)
    shell.close()
    return seconds
