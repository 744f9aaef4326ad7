"""Papers beside an invoice: drawn elsewhere, said why when not, handed to another program only after a warning, and cleaned up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QDesktopServices

from fundledger.gui.documents import DocumentField
from fundledger.gui.papers import PaperView
from fundledger.services.outside import outside_folder
from fundledger.store.operations import operations
from tests.gui.conftest import PAPER, settle
from tests.services.photos import jpeg_photo

if TYPE_CHECKING:
    from PySide6.QtCore import QUrl
    from pytestqt.qtbot import QtBot

    from fundledger.gui.disbursements import DisbursementsPage
    from fundledger.gui.window import Desktop


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """What was handed to another program."""
    found: list[Path] = []

    def hand_over(url: QUrl) -> bool:
        found.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", hand_over)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return found


def shown_invoice(desktop: Desktop, qtbot: QtBot) -> DisbursementsPage:
    page: DisbursementsPage = desktop.go("disbursements", 1)  # type: ignore[assignment]
    settle(qtbot, desktop.desk)
    qtbot.wait_until(lambda: bool(page.paper.pages), timeout=20_000)
    return page


def test_an_invoices_paper_is_shown_page_by_page(desktop: Desktop, qtbot: QtBot) -> None:
    assert len(shown_invoice(desktop, qtbot).paper.pages) == 1


def test_a_paper_that_cannot_be_shown_says_why(desktop: Desktop, qtbot: QtBot) -> None:
    view = PaperView(desktop.desk)
    qtbot.add_widget(view)
    view.show_paper(b"%PDF-1.7\nnothing of the kind")
    settle(qtbot, desktop.desk)
    assert view.pages == []
    said = [each.text() for each in view.findChildren(type(desktop.where)) if each.text()]
    assert desktop.desk.say("preview.broken") in said


def test_another_program_gets_a_copy_only_after_the_warning(desktop: Desktop, qtbot: QtBot, opened: list[Path]) -> None:
    offer = shown_invoice(desktop, qtbot).paper._outside
    offer.ask.click()
    assert offer.warning.isVisible()
    assert opened == []
    offer.stay.click()
    assert not offer.warning.isVisible()
    offer.ask.click()
    offer.go.click()
    settle(qtbot, desktop.desk)
    [copy] = opened
    assert copy.name == "document-1.pdf"
    assert copy.read_bytes() == PAPER.read_bytes()
    assert (copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == (0o400, 0o700)
    with desktop.desk.book.reading() as db:
        newest = operations(db, 1)[0]
    assert (newest.verb, newest.subject) == ("document open", "document:1")


def test_locking_takes_the_copies_away(desktop: Desktop, qtbot: QtBot, opened: list[Path]) -> None:
    offer = shown_invoice(desktop, qtbot).paper._outside
    offer.ask.click()
    offer.go.click()
    settle(qtbot, desktop.desk)
    assert opened
    desktop.locked.emit()
    qtbot.wait_until(lambda: not any(outside_folder().iterdir()))
    assert not opened[0].exists()


def test_a_photo_is_offered_without_its_cameras_data(desktop: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    field = DocumentField(desktop.desk)
    qtbot.add_widget(field)
    photo = tmp_path / "invoice.jpg"
    photo.write_bytes(jpeg_photo())
    field.take(photo)
    settle(qtbot, desktop.desk)
    assert (field.strip.isHidden(), field.keep_photo_data) == (False, False)
    field.strip.setChecked(False)
    assert (field.strip.isHidden(), field.keep_photo_data) == (False, True)
    field.take(PAPER)
    settle(qtbot, desktop.desk)
    assert (field.strip.isHidden(), field.keep_photo_data) == (True, False)
