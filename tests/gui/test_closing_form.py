"""Closing in the window: what blocks it, the ended rule, two people, a shortfall's ways, late gifts, each as the mandate says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from fundledger.domain.campaign import State
from fundledger.gui.appeal_texts import AppealForm
from fundledger.gui.campaign_forms import AmountForm
from fundledger.gui.closing_form import ClosingForm
from fundledger.services import campaigns, people
from fundledger.services.checking import check_book
from fundledger.store import keys
from fundledger.store.book import create_book
from tests.gui.conftest import PASSPHRASE, settle
from tests.services.bookkeeping import LAWYER, Desk, Paid, at, day, euro, standard_desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.app import Shell
    from fundledger.gui.campaigns import CampaignsPage

SECOND, CHEAP = "second river lamp", keys.Cost(32, 1, 4)


@pytest.fixture
def wizard(shell: Shell, tmp_path: Path, qtbot: QtBot) -> Callable[[Desk], ClosingForm]:
    """The wizard of C-101 in the window of a foundation."""

    def shown(desk: Desk) -> ClosingForm:
        shell.show_book(desk.book)
        assert shell.desktop is not None
        shell.desktop.desk.now = lambda: desk.now
        page = cast("CampaignsPage", shell.desktop.go("campaigns"))
        settle(qtbot, page.desk)
        page.close_campaign()
        settle(qtbot, page.desk)
        form = page._forms[0]
        assert isinstance(form, ClosingForm)
        return form

    del tmp_path
    return shown


def foundation(folder: Path, **terms: Any) -> Desk:  # noqa: ANN401  the terms of a mandate
    """C-101 collected 3,030.00 and is over; C-104 collects; 2,800.00 went to the lawyer unless `paid` says otherwise."""
    paid = terms.pop("paid", "2800.00")
    facts = {"name": "Small Foundation", "currency": "EUR", "passphrase": PASSPHRASE, "person": "Treasurer"}
    book = create_book(folder / "F.fundledger", **facts, at=at(day("01-01")), recovery_key=keys.new_recovery_key(), cost=CHEAP)
    desk = standard_desk(book, folder)
    desk.campaign("C-104")
    if terms:
        campaigns.change_mandate(book, "C-101", day("01-31"), desk.now, terms)
    if paid:
        desk.invoice(paid)
        desk.take(Paid(f"-{paid}", "02-10", LAWYER, "LT999", text="SLO-14"), opening="3530.00", first="02-01", last="02-28", number="2")
        desk.accept(desk.line(f"-{paid}"), "invoice:SLO-14")
    desk.end()
    return desk


def said(form: ClosingForm) -> str:
    """Everything the wizard says."""
    QApplication.processEvents()  # what was laid out is shown in the next round
    return "\n".join(one.text() for one in form.findChildren(QLabel) if not one.isHidden())


def press(form: ClosingForm, text: str, qtbot: QtBot) -> None:
    """Press the button that says so."""
    next(one for one in form.findChildren(QPushButton) if one.text() == text).click()
    settle(qtbot, form._desk)


def test_what_blocks_is_told_with_the_way_there(wizard: Callable[[Desk], ClosingForm], tmp_path: Path, qtbot: QtBot, shell: Shell) -> None:
    desk = foundation(tmp_path, paid="")
    desk.invoice("2800.00", approve=False)
    form = wizard(desk)
    assert not form.keep.isEnabled()
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, form._desk)
    assert desk.find("C-101").state is State.OVER
    press(form, "Go to the invoices", qtbot)
    assert shell.desktop is not None
    assert shell.desktop.shown == "disbursements"


def test_the_rule_for_an_ended_cause_is_chosen_and_obeyed(wizard: Callable[[Desk], ClosingForm], tmp_path: Path, qtbot: QtBot) -> None:
    desk = foundation(tmp_path, surplus="hold", ended="refund")
    form = wizard(desk)
    assert "stays with the campaign" in said(form)
    form.cause.setCurrentIndex(1)
    settle(qtbot, form._desk)
    assert form.ready is not None
    assert sum(one.share.minor for one in form.ready.settlement.shares) == 230_00
    assert "€230.00 goes back" in said(form)
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, form._desk)
    assert campaigns.refunds_owed(desk.book, "C-101") == euro("230.00")
    assert check_book(desk.book) == []


def test_money_for_another_campaign_takes_two_and_then_the_last_word_is_said(
    wizard: Callable[[Desk], ClosingForm], tmp_path: Path, qtbot: QtBot, shell: Shell
) -> None:
    desk = foundation(tmp_path, surplus="campaign:C-104")
    people.add_person(desk.book, "Second Sample Person", "approve", SECOND, desk.now, CHEAP)
    form = wizard(desk)
    assert "€230.00 goes to C-104" in said(form)
    assert form.second.isVisible()
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, form._desk)
    assert form.refused.isVisible(), "one person alone moves nothing"
    form.second.setText(SECOND)
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, form._desk)
    assert (desk.money("C-101"), desk.money("C-104"), desk.find("C-101").state) == ("0.00", "230.00", State.CLOSED)
    assert shell.desktop is not None
    [told] = cast("CampaignsPage", shell.desktop.page())._forms
    assert isinstance(told, AppealForm)


def test_a_shortfall_is_covered_from_the_wizard(wizard: Callable[[Desk], ClosingForm], tmp_path: Path, qtbot: QtBot, shell: Shell) -> None:
    desk = foundation(tmp_path, shortfall="cover", paid="")
    desk.invoice("3400.00")
    form = wizard(desk)
    assert "€370.00 is lacking" in said(form)
    assert not form.keep.isEnabled()
    press(form, "Cover it from the foundation's own money…", qtbot)
    assert shell.desktop is not None
    [cover] = cast("CampaignsPage", shell.desktop.page())._forms
    assert isinstance(cover, AmountForm)
    assert cover.amount.value() == euro("370.00")


def test_late_gifts_go_where_the_rule_sends_them(wizard: Callable[[Desk], ClosingForm], tmp_path: Path, qtbot: QtBot) -> None:
    desk = foundation(tmp_path, late_gift="campaign:C-104")
    late = Paid("50.00", "03-05", "Donor Late", "LT5599", text="for C-101", bank="late-1")
    desk.take(late, opening="730.00", first="03-01", last="03-31", number="3")
    form = wizard(desk)
    assert form.ready is not None
    assert [(str(one.amount), one.proposes) for one in form.ready.late] == [("50.00", "campaign:C-104")]
    press(form, "Settle the late gifts", qtbot)
    assert (desk.money("C-104"), desk.money("S")) == ("50.00", "0.00")
    assert form.ready.late == ()


def test_the_board_says_where_late_gifts_go_by_two(wizard: Callable[[Desk], ClosingForm], tmp_path: Path, qtbot: QtBot) -> None:
    desk = foundation(tmp_path, late_gift="foundation")
    people.add_person(desk.book, "Second Sample Person", "approve", SECOND, desk.now, CHEAP)
    late = Paid("50.00", "03-05", "Donor Late", "LT5599", text="for C-101", bank="late-1")
    desk.take(late, opening="730.00", first="03-01", last="03-31", number="3")
    own = desk.money("U")
    form = wizard(desk)
    press(form, "Settle the late gifts", qtbot)
    assert form.refused.isVisible()
    form.second.setText(SECOND)
    press(form, "Settle the late gifts", qtbot)
    assert (desk.money("U"), euro(own) + euro("50.00")) == (str(euro(own) + euro("50.00")), euro(own) + euro("50.00"))
