"""The first run: a treasurer makes a book and everything it needs, with the keyboard alone if she likes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from fundledger.gui.account_form import AccountForm
from fundledger.gui.campaign_forms import CampaignForm
from fundledger.gui.first_run import PLACE, READY, STEPS, FirstRun, PlaceCard, ReadyCard, missing_steps
from fundledger.services.drafts import load_drafts
from fundledger.store import keys
from tests.gui.conftest import FakeDialogs, settle
from tests.gui.test_settings_page import shown_key
from tests.gui.test_start import opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.app import Shell
    from fundledger.gui.recovery_card import RecoveryCard

ENTER = Qt.Key.Key_Return


@pytest.fixture(autouse=True)
def _cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "calibrated", lambda: keys.Cost(32, 1, 4))


@pytest.fixture
def first(shell: Shell, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> FirstRun:
    """Just after the book was made."""
    shell.start.name.setText("New Foundation")
    for field in (shell.start.new_passphrase, shell.start.again):
        field.setText("one")
    dialogs.place = tmp_path / "New"
    shell.start.make_book()
    qtbot.wait_until(lambda: shell.first is not None, timeout=30_000)
    assert shell.first is not None
    return shell.first


def recovery(first: FirstRun) -> RecoveryCard:
    """The card of the recovery key."""
    return cast("RecoveryCard", first.cards["recovery"])


def stands_at(first: FirstRun, step: str) -> bool:
    return first.step == step


def walk_to(widget: object) -> None:
    """Press Tab until a control has the focus."""
    for _ in range(60):
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus is widget:
            return
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    raise AssertionError(widget)


def typed(text: str) -> None:
    """Type where the focus is."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, text)


def test_everything_is_set_up_by_keyboard(first: FirstRun, shell: Shell, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    key = shown_key(recovery(first))
    dialogs.place = tmp_path / "key.pdf"
    walk_to(recovery(first).paper)
    QTest.keyClick(recovery(first).paper, Qt.Key.Key_Space)
    settle(qtbot, first.desk)
    assert dialogs.place.read_bytes().startswith(b"%PDF")
    walk_to(recovery(first).next)
    QTest.keyClick(recovery(first).next, Qt.Key.Key_Space)
    typed(key.lower())
    QTest.keyClick(recovery(first).typed, ENTER)
    qtbot.wait_until(lambda: first.step == "backups")

    place = first.cards["backups"]
    assert isinstance(place, PlaceCard)
    dialogs.place = tmp_path / "drive"
    dialogs.place.mkdir()
    assert place.choose.hasFocus()
    QTest.keyClick(place.choose, Qt.Key.Key_Space)
    qtbot.wait_until(lambda: first.step == "account")

    account = first.cards["account"]
    assert isinstance(account, AccountForm)
    assert account.iban.hasFocus()
    typed("LT029999900000000001")
    walk_to(account.name)
    typed("Current account")
    QTest.keyClick(account.name, ENTER)
    qtbot.wait_until(lambda: first.step == "campaign")

    campaign = first.cards["campaign"]
    assert isinstance(campaign, CampaignForm)
    settle(qtbot, first.desk)
    walk_to(campaign.title)
    typed("Lasting legal aid")
    walk_to(campaign.asked.line)
    typed("3030")
    QTest.keyClick(campaign.asked.line, ENTER)
    qtbot.wait_until(lambda: first.step == READY)
    assert missing_steps(first.desk) == ()

    ready = first.cards[READY]
    assert isinstance(ready, ReadyCard)
    assert ready.go.hasFocus()
    QTest.keyClick(ready.go, Qt.Key.Key_Space)
    desktop = opened(shell, qtbot)
    assert desktop.shown == "importing"
    assert not desktop.drafts.isVisible()
    assert not desktop.sidebar.attention.isVisible()


def test_every_step_can_be_left_for_later(first: FirstRun, shell: Shell, qtbot: QtBot) -> None:
    recovery(first).later.click()
    for step in STEPS[1:]:
        qtbot.wait_until(partial(stands_at, first, step))
        card = first.cards[step]
        (card.later if isinstance(card, PlaceCard) else card.discard).click()  # type: ignore[attr-defined]
    qtbot.wait_until(lambda: first.step == READY)
    first.cards[READY].go.click()  # type: ignore[attr-defined]
    assert opened(shell, qtbot).sidebar.attention.isVisible(), "later is not never"


def test_a_refused_place_and_an_empty_form_stay_where_they_are(first: FirstRun, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    first.turn("backups")
    place = first.cards["backups"]
    assert isinstance(place, PlaceCard)
    dialogs.place = tmp_path / "New.fundledger"
    place.choose.click()
    settle(qtbot, first.desk)
    assert (first.step, place.refused.isVisible()) == ("backups", True)
    first.turn("account")
    account = first.cards["account"]
    assert isinstance(account, AccountForm)
    account.keep.click()
    assert (first.step, account.refused.isVisible()) == ("account", True)


def test_a_lock_in_the_middle_is_come_back_to(first: FirstRun, shell: Shell, qtbot: QtBot) -> None:
    first.turn("account")
    account = first.cards["account"]
    assert isinstance(account, AccountForm)
    QTest.keyClicks(account.iban, "LT0299")
    book = first.desk.book
    shell.lock()
    assert book.locked
    shell.start.passphrase.setText("one")
    shell.start.open_book()
    desktop = opened(shell, qtbot)
    assert set(load_drafts(book)) == {PLACE, "importing.new_account"}
    texts = set()
    while desktop.drafts.isVisible():
        texts.add(desktop.drafts.text.text())
        desktop.drafts.resume.click()
        settle(qtbot, desktop.desk)
    assert any("setting up the book" in text for text in texts)
    again = cast("FirstRun", shell.first)
    assert shell.currentWidget() is again
    assert again.step == "recovery", "the key was shown and never typed back"
    assert recovery(again).typed.isVisible()
    assert any(each.text() == "LT0299" for each in desktop.pages["importing"].findChildren(QLineEdit))
    again.later.click()
    settle(qtbot, desktop.desk)
    assert shell.currentWidget() is desktop


def test_where_there_is_no_paper_a_new_key_is_made(first: FirstRun, shell: Shell, qtbot: QtBot) -> None:
    old = shown_key(recovery(first))
    first.later.click()
    desktop = opened(shell, qtbot)
    desktop.go("settings_page").steps.click()  # type: ignore[attr-defined]
    settle(qtbot, desktop.desk)
    again = shell.first
    assert again is not None
    again._new_key()
    settle(qtbot, desktop.desk)
    assert len(shown_key(recovery(again)).split()) == 8
    assert shown_key(recovery(again)) != old


def test_closing_the_window_in_the_middle_closes_the_book(first: FirstRun, shell: Shell) -> None:
    book = first.desk.book
    shell.close()
    assert book.locked
