"""The set-up: hashed locks that name no index, and scripts that make the environment once, wholly or not at all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
PACKAGING = TOP / "packaging"
SCRIPTS = [*sorted(PACKAGING.rglob("*.sh")), TOP / ".ci" / "run"]
LOCKS = ("lock.txt", "lock-test.txt", "lock-build.txt")
DEBIAN = 'ID=debian\nVERSION_ID="12"\n'
UBUNTU = 'ID=ubuntu\nVERSION_ID="24.04"\n'
FEDORA = 'ID=fedora\nVERSION_ID="42"\n'


def _pins(lock: str) -> dict[str, str]:
    """Each requirement of a lock: its name and the whole of what stands there."""
    text = (PACKAGING / lock).read_text("ascii").replace("\\\n", " ")
    return {line.split("==")[0]: line for line in text.splitlines() if line}


def _version(requirement: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[\d.]+", requirement)[0].strip(".").split("."))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_hashed_and_names_no_place(lock: str) -> None:
    for name, line in _pins(lock).items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.+!]+ *(; [^\\]+?)?( +--hash=sha256:[0-9a-f]{64})+ *", line), name
    assert not re.search(r"://|--(extra-)?index|--find-links|file:", (PACKAGING / lock).read_text("ascii"))


def test_the_lock_of_the_program_is_part_of_the_others() -> None:
    program, checks, building = map(_pins, LOCKS)
    assert program.items() <= checks.items()
    assert program.items() <= building.items(), "what is built is what was tested"
    assert not {"pytest", "ruff", "mypy", "hypothesis"} & set(building), "nothing of the checks is installed with the program"
    assert not {"pytest", "ruff", "mypy", "hypothesis"} & set(program), "who runs the program needs no tool of the checks"


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    asked = {"lock.txt": project["project"]["dependencies"], "lock-test.txt": groups["dev"], "lock-build.txt": groups["build"]}
    for lock, requirements in asked.items():
        pins = _pins(lock)
        for requirement in requirements:
            name, least = re.split(r">=", requirement.split(",")[0])
            pinned = pins[name.lower()].split("==")[1]
            assert _version(pinned) >= _version(least), requirement


def test_qt_stays_below_the_release_that_aborts() -> None:
    assert _version(_pins("lock.txt")["pyside6-essentials"].split("==")[1]) < (6, 12)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script.relative_to(TOP)))
def test_a_script_is_plain_sh_and_executable(script: Path) -> None:
    assert script.read_text("utf-8").startswith("#!/bin/sh\n")
    assert os.access(script, os.X_OK)
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0


class Tree:
    """A tree with the real scripts, empty locks and a program that prints its arguments, on a system of the test's choice.

    System commands that a test must not run for real (dpkg-query, apt-get, sudo, id) are short scripts in `bin`.
    """

    def __init__(self, folder: Path, release: str) -> None:
        self.top = folder / "Fund Ledger"
        self.bin = folder / "bin"
        for path in ("packaging", "src/fundledger/cli", "src/PySide6"):
            (self.top / path).mkdir(parents=True)
        self.bin.mkdir()
        (folder / "os-release").write_text(release)
        for script in PACKAGING.glob("*.sh"):
            text = script.read_text("utf-8").replace("/etc/os-release", str(folder / "os-release"))
            (self.top / "packaging" / script.name).write_text(text)
        for lock in LOCKS:
            (self.top / "packaging" / lock).write_text("")
        for module in ("fundledger/__init__", "fundledger/cli/__init__", "PySide6/__init__", "PySide6/QtWidgets"):
            (self.top / "src" / f"{module}.py").write_text("")
        (self.top / "src/fundledger/cli/main.py").write_text("import sys\ndef main():\n    print(sys.argv[1:])\n    return 7\n")
        self.command("dpkg-query", 'for name in "$@"; do echo "$name installed"; done')

    def command(self, name: str, body: str) -> None:
        """Put a command of the system before the real one."""
        (self.bin / name).write_text(f"#!/bin/sh\n{body}\n")
        (self.bin / name).chmod(0o755)

    def run(self, *args: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run packaging/run.sh from another folder, the home being none."""
        paths = f"{self.bin}:/usr/local/bin:/usr/bin:/bin"
        environ = {"PATH": paths, "HOME": "/nonexistent", "FUNDLEDGER_PYTHON": sys.executable, "PIP_NO_INDEX": "1"} | environ
        command = ["sh", str(self.top / "packaging" / "run.sh"), *args]
        return subprocess.run(command, cwd="/", env=environ, capture_output=True, text=True, check=False, timeout=300)


def test_the_set_up_is_made_once_and_brought_up_to_date_and_never_left_half_made(tmp_path: Path) -> None:
    tree = Tree(tmp_path, DEBIAN)
    first = tree.run("--version", "a b")
    assert (first.returncode, first.stdout) == (7, "['--version', 'a b']\n"), first.stderr
    assert "Making .venv" in first.stderr

    again = tree.run()
    assert (again.returncode, again.stdout, again.stderr) == (7, "['demo']\n", "")

    (tree.top / "packaging" / "lock.txt").write_text("# another lock\n")
    assert "Bringing .venv up to date" in tree.run().stderr
    assert tree.run().stderr == ""

    (tree.top / "packaging" / "lock.txt").write_text("no-such-package==1.0 --hash=sha256:" + "0" * 64 + "\n")
    failed = tree.run()
    assert (failed.returncode, failed.stdout) == (2, "")
    assert "could not be installed" in failed.stderr

    (tree.top / "packaging" / "lock.txt").write_text("")
    assert "Making .venv" in tree.run().stderr, "what an interrupted set-up left is not used"

    moved = tree.top.with_name("Moved")
    tree.top.rename(moved)
    tree.top = moved
    assert "Making .venv" in tree.run().stderr, "an environment knows its folder"


@pytest.mark.parametrize(("release", "glib"), [(DEBIAN, "libglib2.0-0 "), (UBUNTU, "libglib2.0-0t64 ")])
def test_who_may_not_install_is_told_the_exact_command(tmp_path: Path, release: str, glib: str) -> None:
    tree = Tree(tmp_path, release)
    tree.command("dpkg-query", 'echo "libgl1 installed"; echo "libegl1 config-files"; exit 1')
    tree.command("id", "echo 1000")
    tree.command("sudo", "exit 1")
    told = tree.run()
    assert (told.returncode, told.stdout) == (2, "")
    command = told.stderr.splitlines()[-1].strip()
    assert command.startswith("sudo apt-get update && sudo apt-get install --yes --no-install-recommends libegl1 " + glib)
    assert "libgl1" not in command
    assert not (tree.top / ".venv").exists()


def test_root_installs_what_is_missing_and_asks_for_lists_again_when_they_are_old(tmp_path: Path) -> None:
    tree = Tree(tmp_path, DEBIAN)
    asked = tmp_path / "asked"
    tree.command("dpkg-query", "exit 1")
    tree.command("id", "echo 0")
    tree.command("apt-get", f'echo "$*" >>"{asked}"; case $* in *install*) [ "$(grep -c install "{asked}")" -gt 1 ];; esac')
    assert tree.run().stdout == "['demo']\n"
    verbs = [re.findall("update|install", line)[0] for line in asked.read_text().splitlines()]
    assert verbs[-3:] == ["install", "update", "install"]
    assert "libxcb-cursor0" in asked.read_text()
    assert "xvfb" not in asked.read_text(), "who runs the program needs no virtual screen"


def test_another_system_is_told_the_libraries_and_goes_on(tmp_path: Path) -> None:
    tree = Tree(tmp_path, FEDORA)
    shutil.copy("/bin/false", tree.bin / "apt-get")
    told = tree.run()
    assert told.stdout == "['demo']\n"
    assert "libfontconfig1" in told.stderr

    shutil.rmtree(tree.top / ".venv")
    (tree.top / "src/PySide6/QtWidgets.py").write_text("raise ImportError('libEGL.so.1')\n")
    stopped = tree.run()
    assert (stopped.returncode, stopped.stdout) == (2, "")
    assert "libEGL.so.1" in stopped.stderr


def test_a_python_that_is_too_old_is_refused(tmp_path: Path) -> None:
    tree = Tree(tmp_path, DEBIAN)
    refused = tree.run(FUNDLEDGER_PYTHON="/bin/false")
    assert refused.returncode == 2
    assert "/bin/false, is not a Python 3.11" in refused.stderr
