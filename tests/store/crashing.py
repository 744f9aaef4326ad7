"""A treasurer who works until she is killed: a nursery that forks one worker after another, so that each starts at once.

    python -m tests.store.crashing [SABOTAGE]

Reads `BOOK KIND SEED` a line; says `pid N`, then what the worker acknowledges (`did VERB`), then `dead`.
"""

from __future__ import annotations

import os
import random
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fundledger.domain.campaign import Mandate, PublicText
from fundledger.domain.problem import KnownError
from fundledger.services import campaigns
from fundledger.statements import identify
from fundledger.store import arrivals
from fundledger.store.book import open_book
from tests.services.bookkeeping import PASSPHRASE, Desk, Paid, at, camt, day, euro
from tests.store.later import later_migrations

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LINES = 12
KINDS = ("import", "accept", "close", "backup", "rotate", "migrate")


def say(word: str) -> None:
    """One line in one write, which no kill can tear."""
    os.write(1, f"{word}\n".encode())


def nursery() -> None:
    """Fork a worker for every line and wait for its death."""
    # What a migration ends with, and every reader of bank files, are loaded before the first fork.
    import_module("fundledger.store.checking")
    with suppress(KnownError):
        identify(b"no statement")
    sabotage = sys.argv[1] if len(sys.argv) > 1 else ""
    for asked in sys.stdin:
        path, kind, seed = asked.rstrip("\n").split("\t")
        child = os.fork()
        if not child:
            work(Path(path), kind, random.Random(seed), sabotage)
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("dead")


def work(path: Path, kind: str, chance: random.Random, sabotage: str) -> None:
    """Do one kind of thing over and over; never returns."""
    folder = path.parent / f"desk {chance.getrandbits(64):x}"
    try:
        folder.mkdir()
        if kind == "migrate":
            later_migrations(folder, setattr)
        if sabotage == "half":
            _commit_half()
        with open_book(path, PASSPHRASE) as book:
            say("open")
            _repeat(Desk(book, folder), kind, chance, early=sabotage == "early")
    except BaseException:  # noqa: BLE001  whatever it is, this fork must not go on as the nursery
        traceback.print_exc()
    finally:
        os._exit(1)


def _repeat(desk: Desk, kind: str, chance: random.Random, *, early: bool) -> None:
    for n in count(chance.randrange(10**9)):
        verbs = _ACTS[kind](desk, n)
        for verb, act in verbs:
            if early:
                say(f"did {verb}")
            act()
            if not early:
                say(f"did {verb}")


if TYPE_CHECKING:
    _Acts = Sequence[tuple[str, Callable[[], object]]]


def _import(desk: Desk, n: int) -> _Acts:
    gifts = [Paid(f"{1 + line}.{n % 100:02}", "01-05", f"Donor {n}-{line}", f"LT{line:02}{n}", bank=f"{n}-{line}") for line in range(LINES)]
    return [("import", lambda: desk.take_in(camt(gifts, opening=None, number=str(n))))]


def _accept(desk: Desk, n: int) -> _Acts:
    open_lines = desk.lines()
    if not open_lines:
        return _import(desk, n)
    return [("accept", lambda: desk.accept(open_lines[0].id, "campaign:C-101"))]


def _close(desk: Desk, n: int) -> _Acts:
    code, mandate = f"X-{n}", Mandate({"en": PublicText("A title", "A story.")})
    return [
        ("campaign add", lambda: campaigns.add_campaign(desk.book, code, euro("100.00"), mandate, desk.now, opened_on=day("01-01"))),
        ("campaign over", lambda: desk.end(code)),
        ("campaign close", lambda: desk.close(code)),
    ]


def _backup(desk: Desk, n: int) -> _Acts:
    return [*_import(desk, n), ("backup", lambda: desk.book.back_up(at(day("02-01"))))]


def _rotate(desk: Desk, n: int) -> _Acts:
    del n
    return [("rotate", lambda: desk.book.rotate(at(day("02-01"))))]


_ACTS: dict[str, Callable[[Desk, int], Any]] = {
    "import": _import, "accept": _accept, "close": _close, "backup": _backup, "rotate": _rotate, "migrate": _import,
}  # fmt: skip


def _commit_half() -> None:
    """Sabotage: an import commits after its first lines, as a program would that forgot its transaction."""
    write = arrivals.LineWriter.write

    def half(self: arrivals.LineWriter, statement_id: int, found: Sequence[arrivals.Arrival]) -> None:
        middle = len(found) // 2
        for part in (found[:middle], found[middle:]):
            write(self, statement_id, part)
            db = self.op.db.connection.driver_connection
            assert db is not None
            db.execute("COMMIT")
            db.execute("BEGIN IMMEDIATE")

    setattr(arrivals.LineWriter, "write", half)  # noqa: B010  sabotage: mypy sees no assignment to a method


if __name__ == "__main__":
    nursery()
