"""kill -9 at any moment: the book opens, is sound, holds everything that was acknowledged, no half of anything, nothing invented."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Timer
from typing import IO, TYPE_CHECKING

import pytest

from fundledger.domain.problem import KnownError
from fundledger.services import backups
from fundledger.store.book import open_book
from tests.services.bookkeeping import PASSPHRASE, standard_desk
from tests.store.bookkeeping import AT, faults, new_book
from tests.store.crashing import KINDS, LINES
from tests.store.later import later_migrations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fundledger.store.book import Book

ROUNDS, MANY, FRESH_EVERY, LONGEST_SECONDS = 25, 300, 15, 0.6


@dataclass
class Nursery:
    """The process that forks the workers, and the pipes to it."""

    asking: IO[str]
    hearing: IO[str]
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def killed(self, path: Path, kind: str, longest: float = LONGEST_SECONDS) -> Counter[str]:
        """Let a worker work and kill it at a random moment of so many seconds; how often it acknowledged each verb."""
        self.asking.write(f"{path}\t{kind}\t{self.chance.random()}\n")
        self.asking.flush()
        said = iter(self.hearing.readline, "dead\n")
        pid = int(next(said).removeprefix("pid "))
        heard = [] if kind == "migrate" else [next(said)]
        killer = Timer(self.chance.uniform(0, longest), os.kill, (pid, signal.SIGKILL))
        killer.start()
        heard += list(said)
        killer.join()
        return Counter(word.strip().removeprefix("did ") for word in heard if word.startswith("did "))


@contextmanager
def nursery(sabotage: str = "") -> Iterator[Nursery]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.crashing", sabotage], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        yield Nursery(process.stdin, process.stdout)


def done(book: Book) -> Counter[str]:
    """How often each verb was done; backups by their number, for old ones go."""
    with book.reading() as db:
        verbs = Counter(db.exec_driver_sql("SELECT verb FROM operation").scalars().all())
    return verbs + Counter(backup=max((one.header.number for one in backups.kept_backups(book)), default=0))


def wrong_after(before: Counter[str], heard: Counter[str], book: Book) -> list[str]:
    """Everything that is not as it must be after a worker was killed; empty when all is well."""
    found = [*faults(book), *(problem.code for problem in book.only_looking)]
    with book.reading() as db:
        counted = "SELECT count(l.id) FROM statement s LEFT JOIN line l ON l.statement_id = s.id GROUP BY s.id"
        sizes = set(db.exec_driver_sql(counted).scalars())
    found += [f"an import of {size} lines" for size in sizes - {LINES, 5}]
    after = done(book)
    more = {verb: after[verb] - before[verb] - heard[verb] for verb in after.keys() | heard.keys()}
    # A close is preceded by a backup of its own, which nobody acknowledges.
    unheard = {verb: n for verb, n in more.items() if n and verb != "backup"}
    found += [f"lost: {verb}" for verb, n in more.items() if n < 0]
    return found + ([f"invented: {unheard}"] if sum(n for n in unheard.values() if n > 0) > 1 else [])


def template(folder: Path) -> Path:
    """A book with a bank account, a campaign and five gifts."""
    desk_folder = folder / "desk"
    desk_folder.mkdir()
    with new_book(folder / "Template") as book:
        standard_desk(book, desk_folder)
        return book.path


def rounds(folder: Path, number: int, sabotage: str = "", kinds: tuple[str, ...] = KINDS) -> list[str]:
    """Kill that many workers; everything that was wrong afterwards."""
    made, path = template(folder), folder / "Sample.fundledger"
    wrong: list[str] = []
    with nursery(sabotage) as workers:
        for n in range(number):
            kind = kinds[n % len(kinds)]
            if n % FRESH_EVERY == 0 or kind == "migrate" or wrong:
                shutil.rmtree(path, ignore_errors=True)
                shutil.copytree(made, path)
            with open_book(path, PASSPHRASE) as book:
                before = done(book)
            heard = workers.killed(path, kind)
            wrong += [f"{kind}: {one}" for one in _after(folder / f"later {n}", path, kind, before, heard)]
            if kind == "migrate":
                shutil.rmtree(path)
                shutil.copytree(made, path)
    return wrong


def _after(folder: Path, path: Path, kind: str, before: Counter[str], heard: Counter[str]) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        if kind == "migrate":
            folder.mkdir()
            later_migrations(folder, patch.setattr)
        try:
            with open_book(path, PASSPHRASE) as book:
                found = wrong_after(before, heard, book)
                drilled = backups.drill(book, AT, PASSPHRASE).problems if kind == "backup" and backups.kept_backups(book) else ()
                return [*found, *(problem.code for problem in drilled)]
        except KnownError as error:
            return [error.code]


def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_is_half(tmp_path: Path) -> None:
    assert rounds(tmp_path, ROUNDS) == []


@pytest.mark.full
def test_killed_three_hundred_times(tmp_path: Path) -> None:
    assert rounds(tmp_path, MANY) == []


@pytest.mark.parametrize(("sabotage", "seen"), [("half", "book.foreign_log"), ("early", "lost")])
def test_a_sabotaged_writer_is_caught(tmp_path: Path, sabotage: str, seen: str) -> None:
    """One that commits an import in halves, one that says done before it is: if neither were seen, the rounds would prove nothing.

    The halves lie in the log of the killed worker, with which the book is not sound.
    """
    found: list[str] = []
    for n in range(5):  # where other programs keep the machine busy, few workers get as far as they are sabotaged
        (tmp_path / str(n)).mkdir()
        found = found or [one for one in rounds(tmp_path / str(n), 12, sabotage, ("import",)) if seen in one]
    assert found != []


def test_the_workers_can_do_all_they_are_killed_at(tmp_path: Path) -> None:
    """Otherwise a worker that stops at once would pass for one that was killed in time."""
    path = template(tmp_path)
    own = {"close": "campaign close", "migrate": "import"}
    with nursery() as workers:
        for kind in KINDS:
            longer = (LONGEST_SECONDS * (1 + n / 8) for n in range(40))  # a busy machine takes its time
            assert any(workers.killed(path, kind, longest)[own.get(kind, kind)] for longest in longer), kind
