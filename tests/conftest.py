"""What every test obeys: no network, no stray log line, no folder of the user, no screen."""

from __future__ import annotations

import difflib
import gc
import logging
import os
import socket
import sys
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
gc.set_threshold(100_000, 20, 100)  # thousands of books and windows live in one process: looking for garbage took a tenth of the run

settings.register_profile("suite", deadline=None, derandomize="CI" in os.environ)
settings.register_profile("full", deadline=None, max_examples=2_000)
settings.load_profile("full" if "FUNDLEDGER_FULL" in os.environ else "suite")


def _refuse_network(event: str, values: tuple[object, ...]) -> None:
    """Refuse an IP socket or a name look-up; an audit hook also sees those that a library makes."""
    if (event == "socket.__new__" and values[1] in (socket.AF_INET, socket.AF_INET6)) or event == "socket.getaddrinfo":
        raise ConnectionRefusedError("tests open no IP socket")


sys.addaudithook(_refuse_network)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one flag that writes golden files anew."""
    parser.addoption("--update-golden", action="store_true", help="write golden files instead of comparing with them")


class Golden(Protocol):
    """Compares a result with the file kept beside its sample."""

    def __call__(self, path: Path, content: str | bytes) -> None:
        """Fail where `content` is not what the file at `path` holds."""


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(path, text or bytes)`: the file must hold exactly this; `--update-golden` writes it.

    A relative path is beside the test's own file.
    """

    def compare(path: Path, content: str | bytes) -> None:
        __tracebackhide__ = True
        path = request.path.parent / path
        found = content.encode() if isinstance(content, str) else content
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(found)
        kept = path.read_bytes() if path.exists() else b""
        if found == kept:
            return
        if isinstance(content, bytes):
            pytest.fail(f"{path.name}: {len(found)} bytes differ from the {len(kept)} kept; --update-golden accepts them")
        lines = difflib.unified_diff(kept.decode().splitlines(), content.splitlines(), str(path), "result", lineterm="")
        pytest.fail("\n".join([*lines, "--update-golden accepts the result"]))

    return compare


class Stray(logging.Handler):
    """Keeps every record of a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_stray_log_line(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail where something was logged as a warning or worse; a test that asks for `caplog` judges the log itself."""
    stray = Stray()
    root = logging.getLogger()
    root.addHandler(stray)
    yield
    root.removeHandler(stray)
    if stray.lines and "caplog" not in request.fixturenames:
        pytest.fail("logged: " + "\n".join(stray.lines))


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Point the user's folders at a temporary place and forget the passphrase of the one who runs the tests."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        for name in [name for name in os.environ if name.startswith("FUNDLEDGER_") and name != "FUNDLEDGER_FULL"]:
            patch.delenv(name)
        yield
