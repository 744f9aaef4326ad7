"""The card of a campaign: its mandate by version, its quotes, the code to give and what happened."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from fundledger.domain.campaign import HOLD, REFUND
from fundledger.gui.appeal_texts import AppealForm
from fundledger.gui.campaign_forms import QUOTE, CampaignForm, CampaignPaperForm, QuoteForm
from fundledger.gui.mandate_form import MandateForm
from fundledger.services import accounts
from fundledger.services import campaigns as verbs
from fundledger.store import campaigns
from tests.gui.conftest import NOW, PAPER, euros, settle
from tests.gui.test_disbursements import drop

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.campaigns import CampaignsPage
    from fundledger.gui.window import Desktop
    from tests.gui.conftest import FakeDialogs


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> CampaignsPage:
    made = cast("CampaignsPage", desktop.go("campaigns"))
    settle(qtbot, desktop.desk)
    return made


def texts(page: CampaignsPage) -> str:
    """Everything the card says."""
    return "\n".join(label.text() for label in page.card.findChildren(QLabel))


def press(page: CampaignsPage, name: str, qtbot: QtBot) -> None:
    """A button of the card, by the keyboard."""
    button = page.card.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    settle(qtbot, page.desk)


def change(page: CampaignsPage, qtbot: QtBot) -> MandateForm:
    page.actions_of.press("campaign.mandate")
    settle(qtbot, page.desk)
    form = page.side.currentWidget()
    assert isinstance(form, MandateForm)
    return form


def test_a_new_campaign_takes_every_term_and_six_languages(page: CampaignsPage, qtbot: QtBot) -> None:
    page.new()
    settle(qtbot, page.desk)
    form = page._forms[0]
    assert isinstance(form, CampaignForm)
    assert form.others.isHidden()
    QTest.keyClick(form.more, Qt.Key.Key_Space)
    assert form.others.isVisible()
    QTest.keyClicks(form.title, "Help")
    QTest.keyClicks(form.texts["lt"][0], "Pagalba")
    form.texts["pl"][1].setPlainText("A story without a title")
    form.asked.line.setText("100")
    QTest.keyClick(form.asked.line, Qt.Key.Key_Return)
    assert form.refused.isVisible(), "a story needs its title"
    form.texts["pl"][0].setText("Pomoc")
    form.boxes["late_gift"].setCurrentIndex(form.boxes["late_gift"].findData("campaign:C-104"))
    form.amounts["smallest_minor"].line.setText("0,50")
    form.scope["name"].setChecked(True)
    form.days["consent_until"].line.setText("+300")
    QTest.keyClick(form.asked.line, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    with page.desk.book.reading() as db:
        kept = campaigns.find_campaign(db, "C-105", "EUR").mandate
    assert sorted(kept.texts) == ["en", "lt", "pl"]
    assert (kept.surplus, kept.fee, kept.method, kept.reserve_minor) == (HOLD, "foundation", "restricted", 0), "the defaults"
    assert (kept.late_gift, kept.smallest_minor, kept.consent_scope) == ("campaign:C-104", 50, "name")
    assert (kept.consent_on, kept.consent_until) == (NOW.date(), date(2026, 1, 26))


def test_what_a_new_version_changes_is_said_before_it_is_kept_and_stands_on_the_card(page: CampaignsPage, qtbot: QtBot) -> None:
    form = change(page, qtbot)
    assert form.changes.text() == "Nothing is changed yet. The versions before stay."
    assert form.boxes["surplus"].findData("campaign:C-101") < 0, "no rule names its own campaign"
    form.boxes["surplus"].setCurrentIndex(form.boxes["surplus"].findData(REFUND))
    form.amounts["smallest_minor"].line.setText("nothing")
    assert "missing" in form.changes.text() or form.terms() is None
    form.amounts["smallest_minor"].line.setText("2")
    said = "More collected: It stays with the campaign, shown as unspent → Give it back to the donors, pro rata"
    assert said in form.changes.text()
    assert "Smallest refund: €0.00 → €2.00" in form.changes.text()
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert page.side.currentIndex() == 0
    assert page.card.shown is not None
    newest = page.card.shown.versions[-1]
    assert (newest.version, newest.mandate.surplus, newest.mandate.smallest_minor) == (2, REFUND, 200)
    assert "Version 2 of 1 April 2025" in texts(page)
    assert newest.digest[:8] in texts(page)
    assert said in texts(page)


def test_a_version_that_changes_nothing_is_refused_in_the_form(page: CampaignsPage, qtbot: QtBot) -> None:
    form = change(page, qtbot)
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert form.refused.isVisible()
    assert page.card.shown is not None
    assert len(page.card.shown.versions) == 1


def test_a_quote_is_offered_accepted_and_another_refused_by_keys(page: CampaignsPage, qtbot: QtBot) -> None:
    for amount in ("2500", "2600"):
        page.actions_of.press("campaign.quote")
        form = page.side.currentWidget()
        assert isinstance(form, QuoteForm)
        form.payee.setText("Sample Law Office One")
        form.amount.line.setText(amount)
        form.vat.setCurrentIndex(form.vat.findData("with"))
        form.scope.setText("the appeal")
        form.accepted.setChecked(False)
        QTest.keyClick(form.amount.line, Qt.Key.Key_Return)
        settle(qtbot, page.desk)
    assert page.card.shown is not None
    assert page.card.shown.campaign.asked == euros(3030), "what is only offered asks for nothing"
    press(page, "quote.accept.1", qtbot)
    assert page.card.shown.campaign.asked == euros(2500)
    press(page, "quote.refuse.2", qtbot)
    assert [one.state for one in sorted(page.card.shown.quotes, key=lambda one: one.version)] == ["accepted", "refused"]
    assert "the appeal" in texts(page)
    assert "VAT in it: Included" in texts(page)
    assert page.card.findChild(QPushButton, "quote.refuse.2") is None


def read_back(picture: QImage) -> str:
    """What a decoder that is not ours reads."""
    grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    view = memoryview(grey.constBits()).cast("B", (grey.height(), grey.bytesPerLine()))
    [found] = zxingcpp.read_barcodes(view)
    return str(found.text)


def test_the_code_on_the_card_is_read_by_a_decoder_copied_and_saved(
    page: CampaignsPage, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    lines = read_back(page.card.giving.image()).splitlines()
    assert page.card.shown is not None
    assert (lines[0], lines[5], lines[6], lines[9]) == (
        "BCD",
        "Small Foundation",
        "LT029999900000000001",
        page.card.shown.campaign.reference,
    )
    page.card.giving.copy()
    assert read_back(QGuiApplication.clipboard().image()).splitlines() == lines
    dialogs.place = tmp_path / "codes"
    page.card.giving.save()
    settle(qtbot, page.desk)
    assert read_back(QImage(str(dialogs.place / "qr-c-101.png"))).splitlines() == lines
    assert (dialogs.place / "qr-c-101.svg").exists()


def test_of_two_accounts_the_one_to_give_to_is_chosen(page: CampaignsPage, qtbot: QtBot) -> None:
    other = "DE93999999990000000001"
    accounts.add_account(page.desk.book, other, "Second account", NOW)
    page.look_again()
    settle(qtbot, page.desk)
    giving = page.card.giving
    assert giving.account.count() == 2
    giving.account.setCurrentIndex(giving.account.findText(other))
    assert other in read_back(giving.image()).splitlines()
    giving.account.setCurrentIndex(1 - giving.account.findText(other))
    assert "LT029999900000000001" in read_back(giving.image()).splitlines()


def test_a_protected_campaign_has_no_code_and_says_why(page: CampaignsPage, qtbot: QtBot) -> None:
    form = change(page, qtbot)
    form.protected.setChecked(True)
    assert "Protected: no → yes" in form.changes.text()
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert page.card.giving.code == ""
    [why] = page.card.shown.no_code if page.card.shown else ()
    assert why.code == "qr.protected"
    assert page.desk.speaker.problem(why) in texts(page)


def test_what_happened_stands_by_month_the_newest_first(page: CampaignsPage) -> None:
    said = texts(page)
    assert page.card.shown is not None
    days = [one.on for one in page.card.shown.happened]
    assert days == sorted(days)
    assert said.index("April 2025") < said.index("March 2025") < said.index("January 2025")
    assert "The collection begins" in said


def test_a_closed_campaign_is_put_away_by_its_action(page: CampaignsPage, qtbot: QtBot) -> None:
    book = page.desk.book
    page.listing.pick(2)
    settle(qtbot, page.desk)
    assert page.card.shown is not None
    code = page.card.shown.campaign.code
    verbs.end_collection(book, code, NOW.date(), NOW)
    verbs.close_campaign(book, code, NOW.date(), NOW)
    page.actions_of.press("campaign.archive")
    settle(qtbot, page.desk)
    assert page.card.shown.campaign.state == "archived"
    assert page.card.findChild(QPushButton, "quote.accept.1") is None


def test_a_paper_dropped_on_the_card_is_kept_with_the_campaign(page: CampaignsPage, desktop: Desktop, qtbot: QtBot) -> None:
    drop(page.card, PAPER)
    settle(qtbot, page.desk)
    form = page.side.currentWidget()
    assert isinstance(form, CampaignPaperForm)
    assert form.document.path == PAPER
    form.kind.setCurrentIndex(form.kind.findData("consent"))
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert page.card.shown is not None
    assert [one.kind for one in page.card.shown.about] == ["consent"]
    assert any(one.text().startswith("consent · ") for one in page.card.findChildren(QLabel))
    desktop.toast.undo.click()
    settle(qtbot, page.desk)
    assert page.card.shown.about == ()


def test_a_dropped_quote_goes_on_in_its_own_form(page: CampaignsPage, qtbot: QtBot) -> None:
    drop(page.card, PAPER)
    settle(qtbot, page.desk)
    asked = page.side.currentWidget()
    assert isinstance(asked, CampaignPaperForm)
    asked.kind.setCurrentIndex(asked.kind.findData(QUOTE))
    QTest.keyClick(asked, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    form = page.side.currentWidget()
    assert isinstance(form, QuoteForm)
    assert form.document.path == PAPER
    form.payee.setText("Sample Law Office One")
    form.amount.line.setText("2700")
    QTest.keyClick(form.amount.line, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert page.card.shown is not None
    assert page.card.shown.quotes[-1].document is not None


def test_the_page_is_written_in_the_languages_chosen(page: CampaignsPage, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    page.actions_of.press("campaign.page")
    settle(qtbot, page.desk)
    form = page.side.currentWidget()
    assert isinstance(form, AppealForm)
    for box in form.chosen.values():
        QTest.keyClick(box, Qt.Key.Key_Space)
    QTest.keyClick(form, Qt.Key.Key_Return)
    assert form.refused.isVisible(), "no language, no page"
    for language in ("lt", "pl"):
        QTest.keyClick(form.chosen[language], Qt.Key.Key_Space)
    dialogs.place = tmp_path / "page"
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert sorted(file.name for file in dialogs.place.glob("*.html")) == ["c-101-page-lt.html", "c-101-page-pl.html"]
    assert b"<svg" in (dialogs.place / "c-101-page-pl.html").read_bytes()
