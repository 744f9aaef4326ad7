"""An auditor verifies a pack in the window, without the book."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fundledger.export.packing import make_pack
from fundledger.i18n import Speaker
from fundledger.services.leaving import log_leaving
from fundledger.services.people import list_people
from fundledger.store import keys
from fundledger.store.book import open_book
from fundledger.store.container import seal
from tests.gui.conftest import NOW, PASSPHRASE, FakeDialogs

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.app import Shell
    from fundledger.gui.verifying import VerifyPage


@pytest.fixture(scope="module")
def packed(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str]:
    """A pack of the small foundation, readable, and the fingerprint that stands on paper."""
    path = Path(shutil.copytree(template, tmp_path_factory.mktemp("packed") / "Small.fundledger"))
    with open_book(path, PASSPHRASE) as book:
        log_leaving(book, "pack", NOW, readable=False)
        return make_pack(book, Speaker("en")), str(list_people(book)[0].fingerprint)


def verified(page: VerifyPage, qtbot: QtBot) -> str:
    """The first line of the answer."""
    page.go.click()
    qtbot.wait_until(page.answer.isVisible, timeout=60_000)
    return page.answer.text()


def test_a_sealed_pack_is_valid_only_with_the_fingerprint_from_paper(
    shell: Shell, packed: tuple[bytes, str], tmp_path: Path, qtbot: QtBot
) -> None:
    pack = tmp_path / "pack-auditor-en.fundpack"
    pack.write_bytes(seal(packed[0], "agreed by telephone", keys.Cost(32, 1, 4)))
    page = shell.start.verifying
    shell.start.take(pack)
    page.passphrase.setText("agreed by telephone")
    assert verified(page, qtbot).startswith("In order, but not proved yet")
    assert packed[1] in page.said.text()
    page.fingerprint.setText(packed[1])
    assert verified(page, qtbot) == "It is valid."


def test_a_wrong_passphrase_is_refused_and_another_can_be_typed(
    shell: Shell, packed: tuple[bytes, str], tmp_path: Path, qtbot: QtBot
) -> None:
    pack = tmp_path / "pack-auditor-en.fundpack"
    pack.write_bytes(seal(packed[0], "agreed by telephone", keys.Cost(32, 1, 4)))
    shell.start.take(pack)
    shell.start.verifying.passphrase.setText("something else")
    shell.start.verifying.go.click()
    qtbot.wait_until(shell.start._refused.isVisible, timeout=60_000)
    assert not shell.start.verifying.answer.isVisible()
    assert shell.start.verifying.go.isEnabled()


def test_a_readable_pack_with_one_byte_changed_names_what_is_wrong(
    shell: Shell, dialogs: FakeDialogs, packed: tuple[bytes, str], tmp_path: Path, qtbot: QtBot
) -> None:
    pack = tmp_path / "pack-auditor-en.zip"
    at = packed[0].index(b"C-101")
    pack.write_bytes(packed[0][:at] + b"C-109" + packed[0][at + 5 :])
    dialogs.chosen = [pack]
    shell.start.ways["verify"].click()
    page = shell.start.verifying
    assert page.file.text() == pack.name
    page.fingerprint.setText(packed[1])
    page.go.click()
    qtbot.wait_until(lambda: page.answer.isVisible() or shell.start._refused.isVisible(), timeout=60_000)
    assert page.answer.text() == "It is not valid:" or shell.start._refused.text()


def test_going_back_forgets_what_was_typed(shell: Shell, tmp_path: Path) -> None:
    shell.start.take(tmp_path / "pack.fundpack")
    shell.start.verifying.passphrase.setText("agreed by telephone")
    shell.start.verifying.leave()
    assert shell.start.verifying.passphrase.text() == ""
    assert shell.start.ways["verify"].isVisible()
