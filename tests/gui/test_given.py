"""What a desktop hands over goes to the page it belongs to."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fundledger.gui import given as names
from fundledger.gui.app import Shell
from fundledger.gui.given import Given, given
from fundledger.i18n import Speaker
from fundledger.services.approval_files import Request
from fundledger.store import backups, opening
from fundledger.store.book import ENDING
from fundledger.store.opening import LEDGER
from tests.gui.conftest import PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from fundledger.gui.theme import Look
    from fundledger.gui.window import Desktop
    from tests.gui.conftest import FakeDialogs

SOURCE = Path(names.__file__).parents[1]


def test_the_names_are_those_the_program_writes() -> None:
    assert (names.BOOK, names.LEDGER, names.BACKUP) == (ENDING, opening.LEDGER, backups.ENDING)
    request = Request({"request": "0123456789abcdef"}, {}, "", "", "")
    assert Path(request.file_name).match(names.REQUEST)
    assert f'"{names.PACK.removeprefix(".")}"' in (SOURCE / "cli" / "packs.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Foundation.fundledger", Given.BOOK),
        ("Foundation.fundledger/ledger.db", Given.BOOK),
        ("0000007.flbackup", Given.BACKUP),
        ("pack-2025-01-01-2025-12-31-auditor-en.fundpack", Given.PACK),
        ("pack-auditor-en.ZIP", Given.PACK),
        ("approval-1a2b3c4d.json", Given.REQUEST),
        ("january.xml", None),
        ("report.json", None),
    ],
)
def test_a_name_says_what_it_is(name: str, kind: Given | None) -> None:
    assert given(Path("/somewhere") / name) is kind


@pytest.fixture
def shown(look: Look, dialogs: FakeDialogs, qtbot: QtBot) -> Iterator[Shell]:
    """The window as it stands before it was told what to open."""
    made = Shell(look, Speaker("en"), None, dialogs)
    made.show()
    qtbot.wait_exposed(made)
    yield made
    made.close()


def test_the_ledger_of_a_book_opens_the_book(shown: Shell, template: Path, tmp_path: Path, qtbot: QtBot) -> None:
    book = Path(shutil.copytree(template, tmp_path / "Small.fundledger"))
    shown.start.take(book / LEDGER)
    assert shown.start.path == book
    assert shown.start.passphrase.isVisible()
    shown.start.passphrase.setText(PASSPHRASE)
    shown.start.open_book()
    qtbot.wait_until(lambda: shown.desktop is not None, timeout=30_000)
    assert shown.desktop is not None
    assert shown.desktop.desk.book.path == book


def test_a_backup_a_pack_and_a_request_go_to_their_pages(shown: Shell, tmp_path: Path) -> None:
    start = shown.start
    start.take(tmp_path / "0000007.flbackup")
    assert start.restoring.isVisible()
    assert start.restoring.file.text() == "0000007.flbackup"
    start.take(tmp_path / "pack-auditor-en.fundpack")
    assert start.verifying.isVisible()
    assert not start.restoring.isVisible()
    (tmp_path / "approval-1a2b3c4d.json").write_text(json.dumps({}))
    start.take(tmp_path / "approval-1a2b3c4d.json")
    assert start.answering.isVisible()
    assert start.answering.file.text() == "approval-1a2b3c4d.json"


def test_what_is_handed_over_while_a_book_is_open_locks_it_first(desktop: Desktop, shell: Shell, tmp_path: Path) -> None:
    assert desktop.isVisible()
    shell.take(str(tmp_path / "pack-auditor-en.fundpack"))
    assert shell.desktop is None
    assert shell.start.verifying.isVisible()


def test_a_program_that_runs_hears_what_is_handed_to_it() -> None:
    program = (
        "from PySide6.QtCore import QUrl\n"
        "from PySide6.QtGui import QFileOpenEvent\n"
        "from fundledger.gui.app import Program\n"
        "app = Program([])\n"
        "app.handed.connect(print)\n"
        "app.sendEvent(app, QFileOpenEvent(QUrl.fromLocalFile('/books/pack.fundpack')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "/books/pack.fundpack\n"), done.stderr


def test_what_is_not_opened_by_itself_is_said(shown: Shell, tmp_path: Path) -> None:
    shown.start.take(tmp_path / "january.xml")
    assert shown.start.ways["open"].isVisible()
    assert "january.xml" in shown.start._refused.text()
    shown.start.take(None)
    assert not shown.start._refused.isVisible()
