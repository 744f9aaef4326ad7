from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from fundledger.domain.campaign import State
from fundledger.gui.campaign_forms import CampaignForm, ConsentForm, QuoteForm, next_code
from fundledger.gui.closing_form import ClosingForm
from fundledger.services import campaigns as verbs
from fundledger.services.erasing import withdraw_consent
from fundledger.store import extracts
from tests.gui.conftest import NOW, euros, settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.campaigns import CampaignsPage
    from fundledger.gui.window import Desktop


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> CampaignsPage:
    made = cast("CampaignsPage", desktop.go("campaigns"))
    settle(qtbot, desktop.desk)
    return made


def texts(page: CampaignsPage) -> list[str]:
    """Every text on the card."""
    return [label.text() for label in page.card.findChildren(QLabel)]


def test_the_list_and_the_card_show_the_campaigns(page: CampaignsPage) -> None:
    model = page.listing.model
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["C-101", "C-104"]
    assert page.card.shown is not None
    assert page.card.shown.campaign.code == "C-101"
    assert "A lawyer for Invented Person One" in texts(page)
    assert "Invoice SLO1-2025-014: €2,000.00" in texts(page)
    assert "March 2025" in texts(page), "what happened stands by month"


def test_a_chip_and_words_narrow_the_list(page: CampaignsPage, qtbot: QtBot) -> None:
    page.listing.choose("closed")
    settle(qtbot, page.desk)
    assert page.listing.model.rowCount() == 0
    assert page.listing.empty_text.isVisible()
    assert page.card.shown is None
    page.listing.choose("all")
    page.find_rows()
    QTest.keyClicks(page.listing.filter, "lasting")
    qtbot.wait_until(lambda: page.listing.model.rowCount() == 1)
    assert page.listing.model.index(0, 0).data() == "C-104"


def test_a_heading_sorts_both_ways_and_back(page: CampaignsPage, qtbot: QtBot) -> None:
    orders = []
    for _ in range(3):
        page.listing.sort(3)
        settle(qtbot, page.desk)
        orders.append([page.listing.model.index(row, 0).data() for row in range(2)])
    assert orders == [["C-101", "C-104"], ["C-104", "C-101"], ["C-101", "C-104"]]


def test_a_campaign_is_begun_by_keys_alone_and_undone(page: CampaignsPage, desktop: Desktop, qtbot: QtBot) -> None:
    QTest.keyClick(desktop.window(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page.desk)
    form = page.side.currentWidget()
    assert isinstance(form, CampaignForm)
    assert form.code.text() == "C-105"
    QTest.keyClick(form.title, Qt.Key.Key_Return)
    assert form.refused.isVisible(), "nothing is kept while the title is empty"
    QTest.keyClicks(form.title, "A new case")
    QTest.keyClicks(form.asked.line, "1.200,50")
    assert form.asked.echo.text() == "€1,200.50"
    QTest.keyClick(form.asked.line, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert page.card.shown is not None
    assert (page.card.shown.campaign.code, page.card.shown.campaign.asked.minor) == ("C-105", 1200_50)
    assert page.card.shown.campaign.state is State.OPEN
    assert desktop.toast.isVisible()
    assert desktop.actions_of["undo"].text() == "Undo: campaign added"
    desktop.toast.undo.click()
    settle(qtbot, page.desk)
    assert page.listing.model.rowCount() == 2


def test_escape_discards_a_form(page: CampaignsPage, qtbot: QtBot) -> None:
    page.new()
    settle(qtbot, page.desk)
    QTest.keyClick(page._forms[0], Qt.Key.Key_Escape)
    assert page.side.currentIndex() == 0
    assert page.listing.model.rowCount() == 2


def test_a_refused_form_says_why_and_keeps_what_was_typed(page: CampaignsPage, qtbot: QtBot) -> None:
    page.new()
    settle(qtbot, page.desk)
    form = page.side.currentWidget()
    assert isinstance(form, CampaignForm)
    form.code.setText("C-101")
    form.title.setText("Twice")
    form.asked.line.setText("10")
    form.kept.emit(False)
    settle(qtbot, page.desk)
    assert "C-101" in form.refused.text()
    assert form.title.text() == "Twice"


def test_a_quote_changes_what_is_asked(page: CampaignsPage, qtbot: QtBot) -> None:
    page.actions_of.press("campaign.quote")
    form = page.side.currentWidget()
    assert isinstance(form, QuoteForm)
    form.payee.setText("Sample Law Office One")
    form.amount.line.setText("3100")
    form.received.line.setText("-3")
    assert form.received.echo.text() == "29 March 2025"
    form.kept.emit(False)
    settle(qtbot, page.desk)
    assert page.card.shown is not None
    assert page.card.shown.campaign.asked == euros(3100)


def test_a_collection_is_ended_and_the_card_lists_what_blocks_closing(page: CampaignsPage, qtbot: QtBot) -> None:
    page.actions_of.press("campaign.over")
    settle(qtbot, page.desk)
    assert page.card.shown is not None
    assert page.card.shown.campaign.state is State.OVER
    assert "What still blocks closing" in texts(page)
    page.actions_of.press("campaign.close")
    settle(qtbot, page.desk)
    form = page.side.currentWidget()
    assert isinstance(form, ClosingForm)
    assert not form.keep.isEnabled(), "what blocks it stands in the form"
    assert page.card.shown.campaign.state is State.OVER
    page.actions_of.press("campaign.open")
    settle(qtbot, page.desk)
    assert page.listing.model.row(0).campaign.state is State.OPEN


def test_a_shortfall_is_offered_and_covered_from_our_own_money(page: CampaignsPage, desktop: Desktop, qtbot: QtBot) -> None:
    book = desktop.desk.book
    desktop.go("disbursements").approve()  # type: ignore[attr-defined]
    settle(qtbot, page.desk)
    desktop.pages["disbursements"].approve()  # type: ignore[attr-defined]
    settle(qtbot, page.desk)
    desktop.go("campaigns")
    settle(qtbot, page.desk)
    assert page.card.shown is not None
    assert page.card.shown.missing == verbs.shortfall(book, "C-101") > euros(1000)
    page.actions_of.press("campaign.cover")
    form = page.side.currentWidget()
    form.amount.line.setText("100")  # type: ignore[union-attr]
    form.kept.emit(False)  # type: ignore[union-attr]
    settle(qtbot, page.desk)
    assert page.card.shown.figures.moved_in == euros(100)
    assert desktop.actions_of["undo"].text() == "Reverse: shortfall covered"


def test_the_next_code_follows_the_highest() -> None:
    assert next_code(["C-101", "C-105", "OLD"]) == "C-106"
    assert next_code([]) == "C-101"


def test_a_withdrawn_consent_leaves_the_code_alone(page: CampaignsPage, desktop: Desktop, qtbot: QtBot) -> None:
    page.card.withdraw.click()
    form = page.findChild(ConsentForm)
    assert form is not None
    form.keep.click()
    assert "type the code" in form.refused.text()
    QTest.keyClicks(form.code, "c-101")
    QTest.keyClick(form.code, Qt.Key.Key_Return)
    settle(qtbot, desktop.desk)
    assert page.card.shown is not None
    assert (page.card.shown.campaign.mandate.texts, page.card.shown.named) == ({}, False)
    assert "A lawyer for Invented Person One" not in texts(page)
    assert any("the public reads the code alone" in text for text in texts(page))
    assert "C-101" in desktop.errors.text.text(), "what is left to a person stays until she has read it"
    desktop.actions_of.press("campaign.consent")
    assert [each for each in page.findChildren(ConsentForm) if each.isVisible()] == []


def test_whom_a_campaign_helps_is_known_to_the_gate_after_consent_is_withdrawn(page: CampaignsPage, desktop: Desktop, qtbot: QtBot) -> None:
    page.new()
    settle(qtbot, page.desk)
    form = page.findChild(CampaignForm)
    assert form is not None
    for field, text in ((form.title, "For Testa"), (form.asked.line, "100"), (form.beneficiary, "Testa Testaitė")):
        field.setText(text)
    code, book = form.code.text(), desktop.desk.book
    QTest.keyClick(form.title, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    with book.reading() as db:
        assert "Testa Testaitė" not in extracts.people_to_protect(db)
    withdraw_consent(book, code, NOW.date(), NOW)
    with book.reading() as db:
        assert "Testa Testaitė" in extracts.people_to_protect(db)
