from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fundledger.domain.money import Money
from fundledger.gui.line_forms import DonorQuickForm, HistoryForm, IgnoreForm, WithdrawForm
from fundledger.gui.rule_form import RuleForm
from fundledger.gui.voucher_form import VoucherForm
from fundledger.services.rules import learned_lines, rules
from fundledger.store.lines import find_line
from tests.gui.conftest import settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.reconcile import ReconcilePage
    from fundledger.gui.window import Desktop


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> ReconcilePage:
    made = cast("ReconcilePage", desktop.go("reconcile"))
    settle(qtbot, desktop.desk)
    made.listing.table.setFocus()
    return made


def press(page: ReconcilePage, qtbot: QtBot, key: Qt.Key) -> None:
    QTest.keyClick(page.listing.table, key)
    settle(qtbot, page.desk)


def test_a_line_is_left_out_with_a_reason_and_heeded_again(page: ReconcilePage, qtbot: QtBot) -> None:
    line_id, waiting = page.listing.current(), page.listing.model.rowCount()
    press(page, qtbot, Qt.Key.Key_I)
    form = cast("IgnoreForm", page.side.currentWidget())
    assert isinstance(form, IgnoreForm)
    form.reason.setText("The bank's own test")
    form.keep.click()
    settle(qtbot, page.desk)
    assert page.listing.model.rowCount() == waiting - 1
    page.listing.choose("ignored")
    settle(qtbot, page.desk)
    assert page.listing.current() == line_id
    press(page, qtbot, Qt.Key.Key_U)
    with page.desk.book.reading() as db:
        assert find_line(db, line_id).state == "open"


def test_a_line_that_the_bank_states_no_more_is_withdrawn_and_undo_brings_it_back(page: ReconcilePage, qtbot: QtBot) -> None:
    line_id, waiting = page.listing.current(), page.listing.model.rowCount()
    press(page, qtbot, Qt.Key.Key_W)
    form = page.side.currentWidget()
    assert isinstance(form, WithdrawForm)
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert page.side.currentIndex() == 0
    press(page, qtbot, Qt.Key.Key_W)
    form = cast("WithdrawForm", page.side.currentWidget())
    QTest.keyClick(form, Qt.Key.Key_Return)
    settle(qtbot, page.desk)
    assert page.listing.model.rowCount() == waiting - 1
    with page.desk.book.reading() as db:
        assert find_line(db, line_id).state == "dropped"
    page.desk.undo()
    settle(qtbot, page.desk)
    assert page.listing.model.rowCount() == waiting
    with page.desk.book.reading() as db:
        assert find_line(db, line_id).state == "open"


def test_a_rule_is_learned_from_a_decision_and_says_so_in_the_settings(page: ReconcilePage, qtbot: QtBot) -> None:
    press(page, qtbot, Qt.Key.Key_O)
    line_id = page.listing.current()
    press(page, qtbot, Qt.Key.Key_Return)
    page.listing.choose("matched")
    settle(qtbot, page.desk)
    page.listing.pick(line_id)
    settle(qtbot, page.desk)
    press(page, qtbot, Qt.Key.Key_L)
    form = page.side.currentWidget()
    assert isinstance(form, RuleForm)
    assert form.count >= 1
    form.keep.click()
    settle(qtbot, page.desk)
    [made] = rules(page.desk.book)
    assert learned_lines(page.desk.book, [made]) == {made.id: line_id}


def test_history_and_a_new_donor_open_over_the_line_and_escape_goes_back(page: ReconcilePage, qtbot: QtBot) -> None:
    for key, kind in ((Qt.Key.Key_E, HistoryForm), (Qt.Key.Key_N, DonorQuickForm)):
        press(page, qtbot, key)
        form = page.side.currentWidget()
        assert isinstance(form, kind)
        QTest.keyClick(form, Qt.Key.Key_Escape)
        assert page.side.currentIndex() == 0


def test_a_part_may_run_against_the_line_and_the_rest_may_be_a_fee(page: ReconcilePage, qtbot: QtBot) -> None:
    press(page, qtbot, Qt.Key.Key_P)
    editor = page.panel.editor
    assert editor is not None
    whole = editor.rest() + sum((share.amount for share in editor.shares()), Money(0, "EUR"))
    editor.parts[0].amount.set_value(Money(abs(whole.minor) + 200, "EUR"))
    assert abs(editor.rest()) == Money(200, "EUR")
    editor.rest_is_fee()
    assert not editor.rest()
    assert {share.amount.minor > 0 for share in editor.shares()} == {True, False}


def test_a_voucher_is_begun_with_ctrl_j_on_any_page(page: ReconcilePage, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.go("campaigns")
    desktop.actions_of.press("voucher.new")
    settle(qtbot, desktop.desk)
    assert desktop.shown == "reconcile"
    form = page.side.currentWidget()
    assert isinstance(form, VoucherForm)
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert page.side.currentIndex() == 0


def test_an_account_of_a_campaign_is_chosen_in_two_steps(page: ReconcilePage, qtbot: QtBot) -> None:
    press(page, qtbot, Qt.Key.Key_S)
    editor = page.panel.editor
    assert editor is not None
    part = editor.parts[0]
    part.target.line.setText("due back")
    QTest.keyClick(part.target, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    part = editor.parts[0]
    assert part.whose.isVisible()
    part.whose.setCurrentIndex(0)
    [share, *_] = editor.shares()
    assert (share.key, share.bearer is not None) == ("1220", True)
    accounts = [part.target.itemText(n) for n in range(part.target.count()) if part.target.itemText(n).startswith("1")]
    assert len(accounts) == len(set(accounts))
