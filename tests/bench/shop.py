"""Where the rows find their books and files: made once and kept, under a name that changes with whatever they depend on."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from tests.bench.measuring import TOP, Runner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bench.measuring import Spent

# Another generator, schema or rule of the journal makes other books.
_MAKERS = (
    "tests/bench/files.py",
    "tests/bench/books.py",
    "tests/bench/quicken.py",
    "tests/bench/swift.py",
    *(
        f"src/fundledger/store/{room}.py"
        for room in ("schema/book", "schema/campaigns", "schema/money", "schema/deciding", "guards", "migrating")
    ),
)
CAMPAIGNS = 2000
_FEWEST = 20


class Shop:
    """Files and books in a cache folder, and a scratch folder for what a row writes."""

    def __init__(self, scratch: Path, cache: Path | None = None) -> None:
        """Use the user's cache folder unless another one is named; what older makers left there is removed."""
        made_by = hashlib.sha256(b"".join((TOP / maker).read_bytes() for maker in _MAKERS)).hexdigest()[:12]
        home = cache or user_cache_path("fundledger-bench", appauthor=False)
        self._kept, self.scratch = home / made_by, scratch
        self._kept.mkdir(parents=True, exist_ok=True)
        for older in home.iterdir():
            if older.name not in {made_by, "bytecode"}:
                shutil.rmtree(older)
        self.run = Runner(home)

    def year(self, size: int) -> Path:
        """The bank file of a year with so many entries."""
        return self._made(f"year-{size}.xml", lambda path: self.run.work("files", "make_year", path, str(size)))

    def ofx(self, size: int) -> Path:
        """The OFX file of a year with so many entries."""
        return self._made(f"year-{size}.ofx", lambda path: self.run.work("quicken", "make_ofx", path, str(size)))

    def mt940(self, size: int) -> Path:
        """The MT940 file of a year with so many entries."""
        return self._made(f"year-{size}.sta", lambda path: self.run.work("swift", "make_mt940", path, str(size)))

    def receiving(self, size: int) -> Path:
        """A book that waits for that file and has its first days."""
        first_days = self._made(f"first-days-{size}.xml", lambda path: self.run.work("files", "make_first_days", path, str(size)))
        return self._made(f"receiving-{size}.fundledger", lambda path: self.run.work("books", "make_receiving", path, str(first_days)))

    def ledger(self, size: int) -> Path:
        """A book of so many entries over 2,000 campaigns; fewer in a book with hardly any entry."""
        funds = str(min(CAMPAIGNS, max(size // 5, _FEWEST)))
        return self._made(f"ledger-{size}.fundledger", lambda path: self.run.work("books", "make_ledger", path, str(size), funds))

    def kept(self, size: int) -> Path:
        """A book with the bank lines of that year, every one of them reconciled."""
        funds, year = str(min(CAMPAIGNS, max(size // 5, _FEWEST))), str(self.year(size))
        return self._made(f"kept-{size}.fundledger", lambda path: self.run.work("books", "make_kept", path, year, funds))

    def register(self, size: int) -> Path:
        """A book of so many donors."""
        return self._made(f"register-{size}.fundledger", lambda path: self.run.work("books", "make_register", path, str(size)))

    def copy(self, book: Path) -> Path:
        """A book of its own for a row that writes."""
        target = self.scratch / book.name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(book, target)
        return target

    def _made(self, name: str, make: Callable[[str], Spent]) -> Path:
        """What has this name, made first where it is missing; half of it never has the name."""
        final, beside = self._kept / name, self._kept / f"new-{name}"
        if not final.exists():
            if beside.is_dir():
                shutil.rmtree(beside)
            make(str(beside))
            beside.rename(final)
        return final
