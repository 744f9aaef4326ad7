from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from fundledger.services import approval_files, donors, people
from fundledger.services.backups import back_up
from fundledger.store import keys
from fundledger.store.book import open_book
from tests.gui.conftest import NOW, PASSPHRASE, FakeDialogs, settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.app import Shell
    from fundledger.gui.restoring import RestorePage
    from fundledger.gui.window import Desktop


@pytest.fixture(autouse=True)
def _cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "calibrated", lambda: keys.Cost(32, 1, 4))


def opened(shell: Shell, qtbot: QtBot) -> Desktop:
    """The window of the book, as soon as it is open."""
    qtbot.wait_until(lambda: shell.desktop is not None, timeout=30_000)
    assert shell.desktop is not None
    settle(qtbot, shell.desktop.desk)
    return shell.desktop


def test_a_book_is_opened_with_its_passphrase_and_a_wrong_one_is_said(shell: Shell, template: Path, tmp_path: Path, qtbot: QtBot) -> None:
    shell.start.ask(shutil.copytree(template, tmp_path / "Small.fundledger"))
    QTest.keyClicks(shell.start.passphrase, "wrong")
    QTest.keyClick(shell.start.passphrase, Qt.Key.Key_Return)
    qtbot.wait_until(shell.start._refused.isVisible)
    assert shell.desktop is None
    assert shell.start.unlock.isEnabled()
    shell.start.passphrase.setText(PASSPHRASE)
    QTest.keyClick(shell.start.passphrase, Qt.Key.Key_Return)
    assert opened(shell, qtbot).shown == "dashboard"
    assert shell.start.passphrase.text() == "", "the passphrase does not stay in the field"


def test_locking_closes_the_book_and_asks_again(shell: Shell, template: Path, tmp_path: Path, qtbot: QtBot) -> None:
    path = shutil.copytree(template, tmp_path / "Small.fundledger")
    for _ in range(2):
        shell.start.ask(path)
        shell.start.passphrase.setText(PASSPHRASE)
        shell.start.open_book()
        opened(shell, qtbot).actions_of.press("lock")
        assert shell.desktop is None
        assert shell.currentWidget() is shell.start
        assert shell.start.path == path


def test_a_new_book_is_founded(shell: Shell, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    shell.start.ways["new"].click()
    shell.start.name.setText("New Foundation")
    shell.start.new_passphrase.setText("one")
    shell.start.again.setText("two")
    shell.start.found.click()
    assert "differ" in shell.start._refused.text()
    shell.start.again.setText("one")
    dialogs.place = tmp_path / "New"
    shell.start.found.click()
    qtbot.wait_until(lambda: shell.first is not None, timeout=30_000)
    assert shell.first is not None
    shell.first.later.click()
    desktop = opened(shell, qtbot)
    assert desktop.desk.book.name == "New Foundation"
    for page in ("campaigns", "donors", "disbursements", "importing", "reconcile", "reports"):
        desktop.go(page)
        settle(qtbot, desktop.desk)
    assert desktop.pages["campaigns"].listing.empty_text.text(), "an empty page says what to do next"  # type: ignore[attr-defined]


def test_the_sample_foundation_is_built_and_opened(shell: Shell, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    dialogs.place = tmp_path / "Sample"
    shell.start.ways["sample"].click()
    desktop = opened(shell, qtbot)
    assert desktop.pages["dashboard"].figures.cards["collected"].amount.text() == "€12,048.38"  # type: ignore[attr-defined]
    model = desktop.go("campaigns").listing.model  # type: ignore[attr-defined]
    settle(qtbot, desktop.desk)
    assert [model.index(row, 3).data() for row in range(3)] == ["3,030.00", "3,030.00", "3,400.00"]


def test_a_folder_that_is_no_book_is_said(shell: Shell, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    dialogs.place = tmp_path
    shell.start.ways["open"].click()
    shell.start.open_book()
    qtbot.wait_until(shell.start._refused.isVisible)
    assert len(shell.start._refused.text()) > 20


def test_an_error_is_said_in_a_bar_that_can_be_copied(desktop: Desktop, shell: Shell) -> None:
    shell.fault(ValueError, ValueError("Sample Person Alpha"), None)
    assert desktop.errors.isVisible()
    assert "ValueError" in desktop.errors.text.text()
    assert "Alpha" not in desktop.errors.text.text(), "the text of a bug may hold data"
    copying = next(each for each in desktop.errors.findChildren(type(shell.start.found)) if each.text() == "Copy")
    copying.click()
    assert QGuiApplication.clipboard().text() == desktop.errors.text.text()


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from fundledger.gui.app import Shell, speaker_of\n"
        "from fundledger.gui.dialogs import SystemDialogs\n"
        "from fundledger.gui.theme import Look\n"
        "app = QApplication([])\n"
        "shell = Shell(Look(app), speaker_of('en'), Path('Book.fundledger'), SystemDialogs())\n"
        "shell._ahead.stop()\n"  # what is fetched after the paint may come early on a slow machine
        "shell.show()\n"
        "app.processEvents()\n"
        "heavy = ('sqlalchemy', 'sqlcipher3', 'openpyxl', 'reportlab', 'lxml', 'babel', 'rapidfuzz')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


# --- restoring where no book is open ----------------------------------------------------------------------------------
@pytest.fixture
def backup(template: Path, tmp_path: Path) -> Path:
    """A backup of the small foundation on another drive; the book has gone on since."""
    path = Path(shutil.copytree(template, tmp_path / "Small.fundledger"))
    with open_book(path, PASSPHRASE) as book:
        made = back_up(book, NOW).backup.file
        donors.add_donor(book, "Sample Person Beta", (), NOW)
    return made


def restore(shell: Shell, dialogs: FakeDialogs, backup: Path, new: Path) -> RestorePage:
    dialogs.chosen, dialogs.place = [backup], new
    shell.start.ways["restore"].click()
    return shell.start.restoring


def test_a_backup_is_restored_from_the_start_page_and_says_what_it_lacks(
    shell: Shell, dialogs: FakeDialogs, backup: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    page = restore(shell, dialogs, backup, tmp_path / "Again")
    QTest.keyClicks(page.passphrase, "wrong")
    QTest.keyClick(page.passphrase, Qt.Key.Key_Return)
    qtbot.wait_until(shell.start._refused.isVisible)
    assert not (tmp_path / "Again.fundledger").exists()
    page.passphrase.setText(PASSPHRASE)
    QTest.keyClick(page.passphrase, Qt.Key.Key_Return)
    qtbot.wait_until(page.enter.isVisible, timeout=30_000)
    assert "it lacks: operations 1, entries 0" in page.said.text()
    assert page.passphrase.text() == "", "the passphrase does not stay in the field"
    page.enter.click()
    shell.start.passphrase.setText(PASSPHRASE)
    shell.start.open_book()
    assert opened(shell, qtbot).desk.book.path == tmp_path / "Again.fundledger"


def test_a_backup_from_elsewhere_says_how_far_it_goes(
    shell: Shell, dialogs: FakeDialogs, backup: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    elsewhere = Path(shutil.copy(backup, tmp_path))
    page = restore(shell, dialogs, elsewhere, tmp_path / "Again")
    page.passphrase.setText(PASSPHRASE)
    page.go.click()
    qtbot.wait_until(page.enter.isVisible, timeout=30_000)
    assert "as it stood on 1 April 2025" in page.said.text()


def test_a_backup_is_restored_with_the_recovery_key_alone(
    shell: Shell, dialogs: FakeDialogs, template: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with open_book(Path(shutil.copytree(template, tmp_path / "Small.fundledger")), PASSPHRASE) as book:
        _, key = people.new_recovery_key(book, NOW)
        made = back_up(book, NOW).backup.file
    page = restore(shell, dialogs, made, tmp_path / "Again")
    page.paper.setText(key.lower())
    page.go.click()
    qtbot.wait_until(page.enter.isVisible, timeout=30_000)
    assert "lacks nothing" in page.said.text()


def test_a_file_that_is_no_backup_is_said(shell: Shell, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "holiday.flbackup").write_bytes(b"no backup")
    page = restore(shell, dialogs, tmp_path / "holiday.flbackup", tmp_path / "Again")
    page.go.click()
    qtbot.wait_until(shell.start._refused.isVisible)
    assert not (tmp_path / "Again.fundledger").exists()
    page.left.emit()
    assert shell.start.ways["new"].isVisible()


def test_a_request_is_answered_without_a_book(shell: Shell, template: Path, tmp_path: Path, dialogs: FakeDialogs, qtbot: QtBot) -> None:
    path = shutil.copytree(template, tmp_path / "Small.fundledger")
    key, request = tmp_path / "her.key", tmp_path / "request.json"
    with open_book(path, PASSPHRASE) as book:
        her = people.add_person(book, "Second Sample Person", "approve", "second", NOW, keys.Cost(32, 1, 4)).ids[0]
        book.switch("second")
        people.export_key(book, "second", NOW, key.write_bytes, keys.Cost(32, 1, 4))
        book.switch(PASSPHRASE)
        approval_files.request_approval(book, 1, her, NOW, lambda one: request.write_bytes(approval_files.render(one)))
    page = shell.start.answering
    dialogs.chosen = [request]
    shell.start.ways["answer"].click()
    assert page.file.text() == "request.json"
    page.open()
    assert "No key file" in shell.start._refused.text()
    dialogs.chosen = [key]
    page.choose_key()
    page.passphrase.setText("wrong")
    page.open()
    qtbot.wait_until(lambda: page.go.isEnabled() and shell.start._refused.isVisible())
    assert page.asked is None
    page.passphrase.setText("second")
    QTest.keyClick(page.passphrase, Qt.Key.Key_Return)
    qtbot.wait_until(lambda: page.asked is not None and page.yes.isEnabled())
    shown = " ".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())
    assert "Sample Law Office One" in shown
    assert "C-101" in shown
    assert page.account.text() == "none known"
    page.no.click()
    assert "why not" in shell.start._refused.text()
    page.reason.setText("Not our hours.")
    page.no.click()
    qtbot.wait_until(page._done.isVisible)
    [written] = tmp_path.glob("approval-*.signed.json")
    assert written.name in page.told.text()
    assert page.passphrase.text() == "", "the passphrase does not stay in the field"
    with open_book(path, PASSPHRASE) as book:
        assert approval_files.take_approval(book, written.read_bytes(), NOW)[1].reason == "Not our hours."
