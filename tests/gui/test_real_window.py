"""The same flow once in a real window, on a virtual screen with a window manager, started here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.gui.conftest import PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(__file__).parent / "real_window.py"


@contextmanager
def virtual_screen() -> Iterator[dict[str, str]]:
    """An X server of its own with openbox on it; the environment that leads there."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL
    )
    os.close(write)
    with os.fdopen(read) as told:
        display = f":{told.readline().strip()}"
    environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "QT_XCB_GL_INTEGRATION": "none"}
    manager = subprocess.Popen(["openbox", "--sm-disable"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield environment
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(timeout=20)


@pytest.mark.needs_a_virtual_screen
def test_a_person_opens_the_book_and_books_a_line_on_a_real_screen(template: Path, tmp_path: Path) -> None:
    book = shutil.copytree(template, tmp_path / "Small.fundledger")
    with virtual_screen() as environment:
        done = subprocess.run(
            [sys.executable, str(PROGRAM), str(book), PASSPHRASE, str(tmp_path)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert (done.returncode, done.stderr) == (0, "")
    seen = json.loads(done.stdout)
    assert seen["title"] == "FundLedger"
    assert seen["focus"], "the list has the focus, so that keys act"
    assert seen["open_after"] == seen["open_before"] - 1
    assert min(seen["colours"].values()) > 50, "no screen is black or empty"
