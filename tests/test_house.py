"""The house keeps its own rules: floors, sizes, words that must not appear, tests that can fail."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import fundledger

if TYPE_CHECKING:
    from collections.abc import Iterator

TOP = Path(__file__).parents[1]
SOURCE = TOP / "src" / "fundledger"
ROOMS = ("domain", "statements", "store", "services", "reports", "export", "gui", "cli")
MODULES = sorted([*SOURCE.rglob("*.py"), *(TOP / "tests").rglob("*.py"), *(TOP / "packaging").rglob("*.py")])
TESTS = [path for path in MODULES if path.name.startswith("test_")]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _name(path: Path) -> str:
    return str(path.relative_to(TOP))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@pytest.fixture(scope="module", autouse=True)
def _let_go() -> Iterator[None]:
    """A million nodes, through which every later search for garbage would go."""
    yield
    _tree.cache_clear()


def _functions(path: Path) -> list[Function]:
    return [node for node in ast.walk(_tree(path)) if isinstance(node, Function)]


def _imports(path: Path) -> set[str]:
    """Full names of the modules a file imports."""
    nodes = list(ast.walk(_tree(path)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_a_package_that_says_what_it_is(room: str) -> None:
    assert ast.get_docstring(_tree(SOURCE / room / "__init__.py"))
    assert len(list((SOURCE / room).glob("*.py"))) > 1, "a room has real content"


def test_the_domain_imports_the_standard_library_and_itself_alone() -> None:
    foreign = {
        (_name(path), module)
        for path in (SOURCE / "domain").rglob("*.py")
        for module in _imports(path)
        if module.split(".")[0] not in sys.stdlib_module_names and not module.startswith("fundledger.domain")
    }
    assert not foreign


def test_no_float_comes_near_the_domain() -> None:
    nodes = [(path, node) for path in (SOURCE / "domain").rglob("*.py") for node in ast.walk(_tree(path))]
    floats = [
        (_name(path), node.lineno)
        for path, node in nodes
        if (isinstance(node, ast.Name) and node.id == "float") or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert not floats


def test_no_file_is_above_450_lines() -> None:
    assert not [(_name(path), lines) for path in MODULES if (lines := len(path.read_text("utf-8").splitlines())) > 450]


def test_no_function_is_above_70_lines() -> None:
    lengths = [(_name(path), each.name, (each.end_lineno or 0) - each.lineno + 1) for path in MODULES for each in _functions(path)]
    assert not [found for found in lengths if found[2] > 70]


def _asserts(function: Function, others: dict[str, Function]) -> bool:
    """Whether a function asserts, or calls one of its file that does, or one named for it (golden, assert_…)."""
    rest = {name: other for name, other in others.items() if name != function.name}
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("raises", "golden", "fail", "run_state_machine_as_test") or called.startswith("assert_"):
                return True
            if called in rest and _asserts(rest[called], rest):
                return True
    return False


def test_every_test_can_fail() -> None:
    mute = []
    for path in TESTS:
        functions = {each.name: each for each in _functions(path)}
        mute += [(_name(path), name) for name, each in functions.items() if name.startswith("test_") and not _asserts(each, functions)]
    assert not mute


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    words = ("skip", "skipif", "importorskip", "xfail")
    found = [
        (_name(path), node.lineno)
        for path in TESTS
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in words
    ]
    assert not found


def test_nothing_is_a_link_that_another_machine_would_not_follow() -> None:
    folders = ("src", "resources", "tests", "packaging")
    assert not [_name(path) for folder in folders for path in (TOP / folder).rglob("*") if path.is_symlink()]


def test_the_two_commands_of_the_readme_exist() -> None:
    readme = (TOP / "README.md").read_text("utf-8")
    for command in ("packaging/run.sh", "packaging/test.sh"):
        assert f"sh {command}" in readme
        assert (TOP / command).is_file()


def test_one_version_is_named_everywhere() -> None:
    assert f'version = "{fundledger.__version__}"' in (TOP / "pyproject.toml").read_text("utf-8")


def test_qt_survives_five_thousand_signals() -> None:
    """PySide6 6.12.0 drops a reference to `True` at each emit and aborts on Python 3.11; the lock keeps it out."""
    program = (
        "from PySide6.QtCore import QObject, Signal\n"
        "class Bell(QObject):\n"
        "    rung = Signal(bool)\n"
        "bell, heard = Bell(), []\n"
        "bell.rung.connect(heard.append)\n"
        "for _ in range(5_000):\n"
        "    bell.rung.emit(True)\n"
        "print(len(heard))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "5000", "")
