"""Plain copies of documents for other programs: asked for, logged, private, and gone on lock, exit and next start."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.settings import APP, data_dir
from fundledger.store import invoices
from fundledger.store.connecting import disk

if TYPE_CHECKING:
    from datetime import datetime

    from fundledger.store.book import Book

_ENDINGS = {"pdf": "pdf", "png": "png", "jpeg": "jpg", "tiff": "tif", "xml": "xml"}


def outside_folder() -> Path:
    """Where plain copies lie: in memory where the system offers a folder for that, else among the user's own data."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    there = Path(runtime) / APP if runtime and Path(runtime).is_dir() else data_dir()
    return there / "outside"


def open_outside(book: Book, sha256: str, at: datetime) -> Path:
    """Write a plain copy of a document for another program to read; that it left the book is logged first.

    The copy is read-only, in a folder nobody else may enter, and its name says nothing. Raises KnownError document.unknown and those
    of the disk.
    """
    with book.reading() as db:
        found, content = invoices.find_document(db, sha256), invoices.document_content(db, sha256)
    if found is None or content is None:
        raise KnownError("document.unknown", sha256[:12])
    document = found[0]
    with book.operation("document open", at, subject=f"document:{document.id}"):
        pass
    folder = outside_folder() / str(os.getpid())
    copy = folder / f"document-{document.id}.{_ENDINGS[document.kind]}"
    with disk(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        copy.unlink(missing_ok=True)
        descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    return copy


def clear_outside() -> None:
    """Take away the copies of this program, on lock and exit, and those a program that has died left behind."""
    folder = outside_folder()
    if not folder.is_dir():
        return
    for each in folder.iterdir():
        if each.name == str(os.getpid()) or not _runs(each.name):
            shutil.rmtree(each, ignore_errors=True)


def _runs(name: str) -> bool:
    """Whether the process that made a folder still runs; on Windows a copy in use cannot be taken away, so none is asked."""
    if not name.isdecimal() or sys.platform == "win32":
        return False
    try:
        os.kill(int(name), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
