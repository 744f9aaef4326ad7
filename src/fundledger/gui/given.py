"""What the program was asked to open, by its name alone: desktops hand over a path, and nothing of the store is there yet."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# A desktop opens files, and a book is a folder: its ledger is the file in it that stands for the book.
BOOK, LEDGER, PACK, BACKUP = ".fundledger", "ledger.db", ".fundpack", ".flbackup"
REQUEST = "approval-*.json"


class Given(Enum):
    """What a path names, and so which page of the start it belongs to."""

    BOOK = "book"
    BACKUP = "backup"
    PACK = "pack"
    REQUEST = "request"


def given(path: Path) -> Given | None:
    """What a path is by its name; None for what FundLedger does not open by itself, such as a bank file, which needs a book first."""
    if path.suffix == BOOK or path.name == LEDGER or path.is_dir():
        return Given.BOOK
    if path.match(REQUEST):
        return Given.REQUEST
    return {PACK: Given.PACK, ".zip": Given.PACK, BACKUP: Given.BACKUP}.get(path.suffix.lower())


def book_of(path: Path) -> Path:
    """The folder of the book a path stands for."""
    return path.parent if path.name == LEDGER else path
