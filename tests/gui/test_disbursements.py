from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from fundledger.domain.people import InvoiceState
from fundledger.export.preview import preview
from fundledger.gui.invoice_form import InvoiceForm
from tests.gui.conftest import PAPER, euros, settle

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from fundledger.gui.disbursements import DisbursementsPage
    from fundledger.gui.window import Desktop

UBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:a" xmlns:cbc="urn:b">
<cbc:DocumentCurrencyCode>USD</cbc:DocumentCurrencyCode>
<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="USD">1210.00</cbc:PayableAmount></cac:LegalMonetaryTotal></Invoice>"""


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> DisbursementsPage:
    made = cast("DisbursementsPage", desktop.go("disbursements"))
    settle(qtbot, desktop.desk)
    return made


def drop(target: QWidget, *paths: Path) -> None:
    """Drop files on a widget."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    target.dropEvent(event)


def test_an_invoice_is_shown_with_its_paper(page: DisbursementsPage, desktop: Desktop) -> None:
    assert page.shown is not None
    assert page.shown.invoice.amount == euros(2000)
    assert page.shown.paper == PAPER.read_bytes()
    assert len(page.paper.pages) == 1
    assert desktop.sidebar.count("disbursements") == "1"


def test_the_paper_is_drawn_as_wide_as_asked() -> None:
    picture = QImage()
    assert picture.loadFromData(preview(PAPER.read_bytes(), 400).pages[0], "PNG")
    assert picture.width() == 400
    assert len({picture.pixel(x, y) for x in range(0, 400, 3) for y in range(0, picture.height(), 3)}) > 10, "something is drawn"
    assert preview(b"no pdf", 400).pages == ()


def test_enter_approves_and_reverse_takes_it_back(page: DisbursementsPage, desktop: Desktop, qtbot: QtBot) -> None:
    page.listing.table.setFocus()
    QTest.keyClick(page.listing.table, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert page.shown is not None
    assert page.shown.invoice.state is InvoiceState.APPROVED
    assert "more than" in desktop.toast.text.text() or "available" in desktop.toast.text.text(), "the warning is told"
    assert desktop.sidebar.count("disbursements") == ""
    assert desktop.actions_of["undo"].text() == "Reverse: invoice approved"
    desktop.actions_of.press("undo")
    settle(qtbot, page.desk)
    assert page.shown.invoice.approved is False


def test_the_lanes_hold_what_they_say(page: DisbursementsPage, qtbot: QtBot) -> None:
    found = {}
    for chip in ("inbox", "approve", "pay", "unmatched", "done", "all"):
        page.listing.choose(chip)
        settle(qtbot, page.desk)
        found[chip] = page.listing.model.rowCount()
    assert found == {"inbox": 1, "approve": 0, "pay": 0, "unmatched": 0, "done": 0, "all": 1}


def test_an_invoice_is_entered_with_its_dropped_paper(page: DisbursementsPage, desktop: Desktop, qtbot: QtBot) -> None:
    QTest.keyClick(desktop.window(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page.desk)
    form = page._form
    assert isinstance(form, InvoiceForm)
    drop(form, PAPER)
    settle(qtbot, page.desk)
    assert form.document.path == PAPER
    assert len(form.paper.pages) == 1
    form.payee.setText("Sample Law Office One")
    form.number.setText("SLO1-2025-020")
    form.amount.line.setText("12,50")
    form.issued.line.setText("t")
    assert form.issued.echo.text() == "1 April 2025"
    QTest.keyClick(form.number, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert page.shown is not None
    assert (page.shown.invoice.number, page.shown.invoice.amount.minor) == ("SLO1-2025-020", 1250)
    assert page.shown.paper == PAPER.read_bytes()


def test_a_number_used_before_is_refused_in_the_form(page: DisbursementsPage, qtbot: QtBot) -> None:
    page.new()
    settle(qtbot, page.desk)
    form = page._form
    assert isinstance(form, InvoiceForm)
    form.payee.setText("Sample Law Office One")
    form.number.setText("SLO1-2025-014")
    form.amount.line.setText("1")
    form.kept.emit(False)
    settle(qtbot, page.desk)
    assert "SLO1-2025-014" in form.refused.text()
    assert page.listing.model.rowCount() == 1


def test_an_invoice_in_dollars_is_entered_and_shown_in_both_currencies(page: DisbursementsPage, qtbot: QtBot) -> None:
    page.new()
    settle(qtbot, page.desk)
    form = page._form
    assert isinstance(form, InvoiceForm)
    form.payee.setText("Sample Law Office One")
    form.number.setText("NY-7")
    form.amount.line.setText("3000")
    form.issued.line.setText("2025-03-01")
    form.currency.setText("dollars")
    assert form.read() is None, "that is no currency"
    form.currency.setText("usd")
    assert form.amount.echo.text() == "US$3,000.00"
    QTest.keyClick(form.number, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert page.shown is not None
    invoice = page.shown.invoice
    assert (str(invoice.original), invoice.amount.currency, str(invoice.amount)) == ("3000.00", "EUR", "2881.57")
    page.listing.choose("all")
    settle(qtbot, page.desk)
    columns = [one.key for one in page.listing.model.columns]
    model, place = page.listing.model, columns.index("original")
    assert {model.index(row, place).data() for row in range(model.rowCount())} == {"", "US$3,000.00"}
    assert any(one.text() == "US$3,000.00" for one in page.side.findChildren(QLabel))


def test_an_electronic_invoice_fills_in_its_amount_and_currency(page: DisbursementsPage, tmp_path: Path, qtbot: QtBot) -> None:
    page.new()
    settle(qtbot, page.desk)
    form = page._form
    assert isinstance(form, InvoiceForm)
    paper = tmp_path / "invoice.xml"
    paper.write_text(UBL)
    drop(form, paper)
    settle(qtbot, page.desk)
    assert (form.currency.text(), form.amount.line.text()) == ("USD", "1210.00")
