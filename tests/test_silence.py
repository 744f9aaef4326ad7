"""Nothing of a book is heard outside it: no socket, no name in a log, a traceback, a temporary file, a crash note, a core dump."""

from __future__ import annotations

import ast
import json
import logging
import os
import shutil
import subprocess
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

import fundledger
from fundledger.cli import main as shell
from fundledger.cli.call import now
from fundledger.cli.crash import note
from fundledger.services.sample import sample_statements
from fundledger.settings import data_dir, resources
from fundledger.store.schema import identity_donor_account
from tests.services import bookkeeping
from tests.services.bookkeeping import PASSPHRASE, Paid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.store.book import Book

SOURCES = Path(fundledger.__file__).parent
NAME, ACCOUNT = "Zymetasis Vardenis", "LT601010012345678901"
# Loaded by every Python of a walled run before anything else: a socket ends the program, a file written elsewhere is written down.
WALL = """
import os, sys
AF_INET, AF_INET6 = 2, 10

def wall(event, values):
    if event == "socket.__new__" and values[1] in (AF_INET, AF_INET6) or event == "socket.getaddrinfo":
        os.write(2, b"WALL: a socket\\n")
        os._exit(99)
    if event == "open" and isinstance(values[0], (str, bytes)) and values[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        path = os.path.abspath(os.fsdecode(values[0]))
        if not path.startswith((os.environ["WALL_INSIDE"], "/dev/", "/proc/self/")):
            os.write(2, b"WALL: wrote " + os.fsencode(path) + b"\\n")

sys.addaudithook(wall)
"""


def sample_people() -> list[str]:
    """Every name and account of the sample's donors, and the payees' accounts."""
    facts = json.loads((resources() / "sample" / "foundation.json").read_text("utf-8"))
    people = [text for one in facts["donors"] for text in (one["name"], *one["ibans"])]
    return [*people, *(one["iban"] for one in facts["payees"])]


def without_network() -> list[str]:
    """A name space without any network, where this machine permits one; the audit hook holds everywhere."""
    unshare = shutil.which("unshare")
    permitted = unshare and subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode == 0
    return [unshare, "-rn"] if unshare and permitted else []


class Walled:
    """Runs the program with every folder of the user and every temporary file under watch."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.work = folder, folder / "work"
        self.outside = [folder / "tmp", folder / "home"]
        for each in (self.work, *self.outside, folder / "wall"):
            each.mkdir()
        (folder / "wall" / "sitecustomize.py").write_text(WALL, encoding="utf-8")
        path = os.pathsep.join([str(folder / "wall"), str(SOURCES.parent)])
        home = {f"XDG_{name}_HOME": str(folder / "home" / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
        self.environment = {
            "PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "LANG": "en_GB.UTF-8",
            "WALL_INSIDE": str(folder), "TMPDIR": str(folder / "tmp"), "HOME": str(folder / "home"), "FUNDLEDGER_PASSPHRASE": PASSPHRASE,
        } | home  # fmt: skip
        self.seen: set[str] = set()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        start = "import sys; from fundledger.cli.main import main; sys.exit(main())"
        command = [*without_network(), sys.executable, "-c", start, *words]
        with self._watched():
            return subprocess.run(
                command, cwd=self.work, env=self.environment, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300
            )

    @contextmanager
    def _watched(self) -> Iterator[None]:
        done = Event()
        watching = Thread(target=self._watch, args=(done,))
        watching.start()
        try:
            yield
        finally:
            done.set()
            watching.join()
            self._look()

    def _watch(self, done: Event) -> None:
        while not done.wait(0.01):
            self._look()

    def _look(self) -> None:
        """Read whatever lies in the temporary and the user's folders just now."""
        for place in self.outside:
            for each in place.rglob("*"):
                try:
                    content = each.read_bytes() if each.is_file() else b""
                except FileNotFoundError:
                    continue
                self.seen |= {f"{each.name}: {name}" for name in sample_people() if name.encode() in content or name in each.name}


@pytest.fixture
def walled(tmp_path: Path) -> Walled:
    return Walled(tmp_path)


def test_the_wall_stands(walled: Walled) -> None:
    start = "import socket; socket.socket()"
    done = subprocess.run([sys.executable, "-c", start], env=walled.environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (99, "WALL: a socket\n")
    start = "open('/tmp/../tmp/fundledger-wall-test', 'w').close(); import os; os.unlink('/tmp/fundledger-wall-test')"
    done = subprocess.run([sys.executable, "-c", start], env=walled.environment, capture_output=True, text=True, check=False)
    assert done.stderr == "WALL: wrote /tmp/fundledger-wall-test\n"


def test_the_main_job_is_silent(walled: Walled) -> None:
    """The sample's whole year, its reports, a second look at the book: nothing of a person anywhere but inside the book."""
    first = walled.run("demo", "year")
    assert (first.returncode, first.stderr) == (0, "")
    passphrase = next(line.removeprefix("passphrase: ") for line in first.stdout.splitlines() if line.startswith("passphrase: "))
    walled.environment["FUNDLEDGER_PASSPHRASE"] = passphrase
    book, statement = "year/Sample.fundledger", str(sample_statements()[0])
    said = [first.stdout]
    for words in (
        ("import", book, statement), ("donor", "list", book), ("lines", book), ("log", book), ("check", book),
        ("report", book, "overview", "--audience", "internal", "--out", "out"), ("donor", "erase", book, "D-0001"),
    ):  # fmt: skip
        done = walled.run(*words)
        assert "WALL" not in done.stderr, words
        assert done.returncode in {0, 1}, (words, done.stderr)
        said += [done.stdout, done.stderr]
    assert walled.seen == set()
    assert list((walled.folder / "tmp").iterdir()) == []
    assert [name for name in sample_people() if name in "".join(said)] == []
    inside = b"".join(each.read_bytes() for each in (walled.work / book).rglob("*") if each.is_file())
    assert [name for name in sample_people() if name.encode() in inside] == []


def test_no_module_of_ours_can_speak_to_a_network_or_write_a_log() -> None:
    mute = {
        "socket",
        "ssl",
        "http",
        "smtplib",
        "ftplib",
        "xmlrpc",
        "requests",
        "httpx",
        "aiohttp",
        "asyncio",
        "logging",
        "syslog",
        "urllib",
    }
    found = []
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [f"{node.module}.{each.name}" for each in node.names]
            names = [name for name in names if not name.startswith("urllib.parse.")]  # reads text, opens nothing
            found += [f"{path.name}: {name}" for name in names if name.split(".")[0] in mute or "QtNetwork" in name]
    assert found == []


# --- errors and logs --------------------------------------------------------------------------------------------------
@pytest.fixture
def book(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    with bookkeeping.empty_book(tmp_path_factory, tmp_path) as made:
        yield made


def _fail_with_a_name(book: Book) -> None:
    """What a bug would do: the database refuses a row with a name in it."""
    with book.operation("sabotage", now()) as op:
        op.db.execute(insert(identity_donor_account), [{"donor_id": 1, "iban": f"{NAME} {ACCOUNT}"}])


def test_no_exception_repeats_a_value(book: Book) -> None:
    with pytest.raises(IntegrityError) as error:
        _fail_with_a_name(book)
    told = "".join(traceback.format_exception(error.value)) + repr(error.value) + str(error.value)
    assert "IntegrityError" in told
    assert [word for word in (NAME, ACCOUNT) if word in told] == []


def test_a_crash_note_holds_types_and_positions_only(
    book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        named = f"{NAME} {ACCOUNT}"
        try:
            _fail_with_a_name(book)
        except IntegrityError as error:
            raise RuntimeError(named) from error
        return 0

    monkeypatch.setattr(shell, "_run", fail)
    notes = data_dir() / "crashes"
    before = set(notes.glob("*.json"))
    assert shell.main(["check"]) == shell.BUG
    printed = "".join(capsys.readouterr())
    [file] = set(notes.glob("*.json")) - before
    facts = json.loads(file.read_text("utf-8"))
    assert next(one["type"] for one in facts["errors"]) == "builtins.RuntimeError"
    assert set(facts) == {"program", "python", "system", "errors"}
    assert all(set(one) == {"type", "at"} for one in facts["errors"])
    assert [word for word in (NAME, ACCOUNT, "Zymetasis") if word in printed + file.read_text("utf-8")] == []
    file.unlink()


def test_a_crash_note_that_cannot_be_written_is_no_second_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert note(RuntimeError(NAME), now()) is None


def test_no_log_holds_a_name_even_where_the_database_logs_every_statement(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "sqlalchemy"), bookkeeping.empty_book(tmp_path_factory, tmp_path) as book:
        desk = bookkeeping.standard_desk(book, tmp_path)
        desk.take(Paid("5.00", "02-03", NAME, ACCOUNT, "ačiū", bank="Z-1"), first="02-01", last="02-28", opening="3530.00", number="2")
        desk.accept(desk.line("5.00"), "campaign:C-101")
    assert caplog.text.count("INSERT INTO") > 10, "the database's own log was on"
    assert [word for word in (NAME, ACCOUNT, "Testa", "ačiū") if word in caplog.text] == []


# --- core dumps -------------------------------------------------------------------------------------------------------
def test_a_crash_leaves_no_core_dump(tmp_path: Path) -> None:
    start = (
        "import os, resource, sys\n"
        "from fundledger.cli.crash import no_core_dump\n"
        "no_core_dump()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE))\n"
        "if sys.platform == 'linux':\n"
        "    import ctypes\n"
        "    assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0, 'PR_GET_DUMPABLE'\n"
        "sys.stdout.flush()\n"
        "os.abort()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCES.parent)}
    done = subprocess.run([sys.executable, "-c", start], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-6, "(0, 0)\n", "")
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_asks_for_no_dump_before_anything_else() -> None:
    tree = ast.parse((SOURCES / "cli" / "main.py").read_text("utf-8"))
    [main] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main"]
    assert ast.unparse(main.body[1]) == "no_core_dump()"
