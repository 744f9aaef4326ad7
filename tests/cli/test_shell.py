"""How the shell itself behaves: how it ends, where the passphrase comes from, what it prints on and what it loads."""

from __future__ import annotations

import io
import json
import os
import resource
import stat
import subprocess
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, NoReturn

import pytest

from fundledger.cli import books, demo, output, passphrase, window
from fundledger.cli.crash import note
from fundledger.cli.main import main
from fundledger.cli.progress import progress
from fundledger.domain.money import Money
from fundledger.i18n import Speaker
from fundledger.settings import data_dir
from tests.cli.bank import Line, write
from tests.cli.conftest import PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fundledger.cli.call import Call
    from tests.cli.conftest import CommandLine

START = "import sys; from fundledger.cli.main import main; sys.exit(main())"


def start(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", START, *words], capture_output=True, text=True, encoding="utf-8", env=os.environ | more, check=False
    )


# --- how it ends --------------------------------------------------------------------------------------------------------
def test_the_process_ends_with_the_code(tmp_path: Path) -> None:
    assert start("--version").returncode == 0
    refused = start("inspect", str(tmp_path / "nothing.xml"), LANG="C")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert start("no-such-verb").returncode == 2


def test_what_is_not_known_is_a_bug_without_a_value(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(call: Call) -> NoReturn:
        del call
        raise ValueError("LT409999800000000001") from KeyError("Sample Person Alpha")

    monkeypatch.setattr(books, "balances", broken)
    ran = cli("balances {book}")
    assert (ran.code, ran.out, ran.err.count("\n")) == (3, "", 1)
    assert "This is a bug (ValueError), please report it" in ran.err
    kept = max((data_dir() / "crashes").glob("*.json"), key=lambda path: path.stat().st_mtime_ns).read_text("utf-8")
    for text in (ran.err, kept):
        assert "Sample Person" not in text
        assert "LT40" not in text
        assert "Traceback" not in text
    assert [error["type"] for error in json.loads(kept)["errors"]] == ["builtins.ValueError", "builtins.KeyError"]


def test_a_note_that_cannot_be_written_is_no_second_fault(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    file = cli.folder / "plain.txt"
    file.write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(file))
    assert note(ValueError(), datetime(2026, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (BrokenPipeError, 141)])
def test_a_stop_is_quiet(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], code: int) -> None:
    def stopped(call: Call) -> NoReturn:
        del call
        raise error

    monkeypatch.setattr(books, "check", stopped)
    ran = cli("check {book}")
    assert (ran.code, ran.out, ran.err) == (code, "", "")


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    file = write(tmp_path / "long.xml", 1, "0.00", *(Line(5, "1.00", "a gift") for _ in range(2000)))
    with subprocess.Popen(
        [sys.executable, "-c", START, "inspect", "--json", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.wait(), process.stderr.read()) == (141, b"")


def test_no_memory_is_dumped(cli: CommandLine) -> None:
    cli("--version")
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


def test_without_a_verb_the_window_opens(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[Path | None, str | None, str | None]] = []

    def run(book: Path | None, word: str | None, language: str | None) -> int:
        opened.append((book, word, language))
        return 0

    monkeypatch.setattr(window, "import_module", lambda _: SimpleNamespace(run=run))
    monkeypatch.setenv("DISPLAY", ":0")
    assert (cli("").code, cli("--language lt").code) == (0, 0)
    assert opened == [(None, None, None), (None, None, "lt")]


def test_a_window_without_a_screen_or_a_library_is_one_sentence(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_library(name: str) -> NoReturn:
        raise ImportError(f"libEGL.so.1: cannot open shared object file ({name})")

    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(window, "import_module", no_library)
    monkeypatch.setattr(sys, "platform", "linux")
    without_screen = cli("")
    assert (without_screen.code, "There is no screen" in without_screen.err) == (2, True)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    without_library = cli("")
    assert (without_library.code, "libEGL.so.1" in without_library.err) == (2, True)


def test_help_and_inspect_load_nothing_they_do_not_need() -> None:
    loads = f"{START[: START.index(' sys.exit')]} main(); print(*sorted(sys.modules), file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", loads, "--help"], capture_output=True, text=True, check=True)
    heavy = {"sqlalchemy", "sqlcipher3", "PySide6", "babel", "rich", "lxml", "reportlab", "openpyxl", "cryptography", "alembic"}
    assert heavy & set(ran.stderr.split()) == set()


# --- the passphrase -----------------------------------------------------------------------------------------------------
def test_the_passphrase_is_the_first_line_of_a_file(book: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUNDLEDGER_PASSPHRASE")
    (book.folder / "pass.txt").write_bytes(b"\xef\xbb\xbf" + PASSPHRASE.encode() + b"\r\nanother line\n")
    assert book("check {book} --passphrase-file {folder}/pass.txt").code == 0


@pytest.mark.parametrize(("content", "said"), [(None, "cannot be read"), (b"\xff\xfe\xff", "cannot be read"), (b"\n", "is empty")])
def test_a_passphrase_file_that_holds_none(book: CommandLine, content: bytes | None, said: str) -> None:
    if content is not None:
        (book.folder / "pass.txt").write_bytes(content)
    ran = book("check {book} --passphrase-file {folder}/pass.txt")
    assert ran.code == 2
    assert said in ran.err


def test_a_new_passphrase_is_typed_twice(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUNDLEDGER_PASSPHRASE")
    typed: Iterator[str] = iter(["one river", "another river", "one river", "one river", "one river"])
    monkeypatch.setattr(passphrase, "getpass", lambda _: next(typed))
    differs = cli("new {book} --name F")
    assert (differs.code, "differ" in differs.err, cli.book.exists()) == (2, True, False)
    assert cli("new {book} --name F").code == 0
    assert stat.S_IMODE(cli.book.stat().st_mode) == 0o700
    assert cli("check {book}").code == 0


def test_without_a_terminal_nobody_is_asked(book: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(prompt: str) -> NoReturn:
        raise EOFError(prompt)

    monkeypatch.delenv("FUNDLEDGER_PASSPHRASE")
    monkeypatch.setattr(passphrase, "getpass", nobody)
    ran = book("check {book}")
    assert (ran.code, "--passphrase-file or FUNDLEDGER_PASSPHRASE" in ran.err) == (2, True)


def test_the_passphrase_is_never_an_argument(cli: CommandLine) -> None:
    assert cli("check {book} --passphrase sample").code == 2


# --- what it prints on ----------------------------------------------------------------------------------------------------
class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_table_on_a_terminal_never_cuts_a_figure_and_obeys_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    for name, value in (("NO_COLOR", "1"), ("COLUMNS", "30"), ("TERM", "xterm-256color")):
        monkeypatch.setenv(name, value)
    record = {"title": "[red]A long title of a campaign[/red]", "asked": Money(303000, "EUR"), "paid": Money(-123456789, "EUR")}
    output.Output(Speaker()).rows([record], ("title", "asked", "paid"))
    assert "3,030.00" in screen.getvalue()
    assert "1,234,567.89" in screen.getvalue()
    assert "[red]A" in screen.getvalue()
    assert "\x1b[3" not in screen.getvalue()


def test_a_plain_table_is_aligned_by_what_letters_take(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(["name", "sum"], [["Š́a", "1.00"], ["漢字", "10.00"]], [False, True])
    assert capsys.readouterr().out == "name    sum\nŠ́a     1.00\n漢字  10.00\n"


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = io.StringIO()
    monkeypatch.setattr(sys, "stderr", quiet)
    with progress("Working") as tell:
        tell(1, 2)
    assert quiet.getvalue() == ""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with progress("Working") as tell:
        tell(1, 2)
        tell(2, 0)
    assert "Working" in screen.getvalue()


@pytest.mark.parametrize(
    ("words", "environment", "language"),
    [
        ([], {"LANG": "lt_LT.UTF-8"}, "lt_LT"),
        ([], {"LANG": "C.UTF-8", "LC_ALL": "lt_LT.UTF-8"}, "lt_LT"),
        (["check", "--language", "lt"], {"LANG": "en_GB.UTF-8"}, "lt"),
        (["--language=lt", "check"], {}, "lt"),
        ([], {}, "en"),
    ],
)
def test_the_language_is_asked_for_or_that_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, words: list[str], environment: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, environment.get(name, ""))
    assert output.language_of(words) == language


def test_a_machine_without_a_language_of_ours_is_spoken_to_in_english(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert cli("--help").out.startswith("usage: fundledger")


# --- the demo -------------------------------------------------------------------------------------------------------------
def test_the_demo_does_the_main_job(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = cli("demo {folder}/trial")
    assert (ran.code, ran.err) == (0, "")
    assert "3,030.00   3,030.00  3,030.00       0.00  closed" in ran.out
    assert "sound: " in ran.out
    said = next(line for line in ran.out.splitlines() if line.startswith("passphrase: "))
    monkeypatch.setenv("FUNDLEDGER_PASSPHRASE", said.removeprefix("passphrase: "))
    assert cli("check {folder}/trial/Sample").code == 0
    files = {path.suffix for path in (cli.folder / "trial" / "reports").iterdir()}
    assert files == {".pdf", ".xlsx", ".html", ".txt", ".json"}
    for name in ("overview", "reconciliation", "campaign-c-101"):
        for audience in ("public", "auditor"):
            assert len(list((cli.folder / "trial" / "reports").glob(f"{name}*{audience}*"))) == 2
    assert len(list((cli.folder / "trial" / "reports").glob("*-receipt-*.pdf"))) == 1
    pages = (cli.folder / "trial" / "reports").glob("c-101-page-*.html")
    assert {path.stem[-2:] for path in pages} == {"be", "de", "en", "lt", "pl", "ru"}
    again = cli("demo {folder}/trial")
    assert (again.code, again.out, again.err.count("\n")) == (2, "", 1)


def test_a_demo_that_stops_leaves_no_half_a_book(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(path: Path, *_: object) -> NoReturn:
        path.mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr("fundledger.services.sample.build_sample", stops)
    assert cli("demo {folder}/trial").code == 130
    assert not list((cli.folder / "trial").iterdir())


def test_a_demo_passphrase_can_be_said_and_is_never_the_same() -> None:
    made = {demo.new_passphrase() for _ in range(50)}
    assert len(made) == 50
    assert all(len(one) == 27 and one.replace("-", "").isalpha() for one in made)


def test_main_takes_its_words_from_the_command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["fundledger", "--version"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("fundledger ")
