"""The settings: who opens the book, its recovery key, its backups and drills; and the first run."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from keyring.errors import KeyringError, NoKeyringError
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from fundledger.gui.recovery_card import RecoveryCard
from fundledger.gui.settings_backups import SecretForm
from fundledger.gui.settings_people import PassphraseForm, PersonForm
from fundledger.services import people
from fundledger.services.backups import kept_backups
from fundledger.store import keys
from fundledger.store.book import open_book
from fundledger.store.operations import operations
from tests.gui.conftest import NOW, PASSPHRASE, FakeDialogs, settle
from tests.gui.test_start import opened
from tests.services.test_people import FakeRing

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.app import Shell
    from fundledger.gui.settings_page import SettingsPage
    from fundledger.gui.window import Desktop


@pytest.fixture(autouse=True)
def _cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "calibrated", lambda: keys.Cost(32, 1, 4))


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> SettingsPage:
    made = cast("SettingsPage", desktop.go("settings_page"))
    settle(qtbot, desktop.desk)
    return made


def shown_key(card: RecoveryCard) -> str:
    """The groups as they stand on the card."""
    return " ".join(each.text() for each in card.findChildren(QLabel) if len(each.text()) == 4 and each.text() == each.text().upper())


def test_the_book_says_where_it_is_and_how_far_its_log_goes(page: SettingsPage) -> None:
    assert page._values["name"].text() == "Small Foundation"
    assert page._values["where"].text().endswith("Small.fundledger")
    assert page._values["head"].text()


def test_a_person_is_let_in_and_out_again(page: SettingsPage, desktop: Desktop, qtbot: QtBot) -> None:
    section = page.people
    section.new_person()
    form = section.form
    assert isinstance(form, PersonForm)
    form.name.setText("Sample Person Gamma")
    form.role.setCurrentIndex(form.role.findData("approve"))
    form.new.setText("one")
    form.again.setText("two")
    form.kept.emit(False)
    assert "differ" in form.refused.text()
    form.again.setText("one")
    form.kept.emit(False)
    settle(qtbot, desktop.desk)
    assert [one.role for one in people.list_people(desktop.desk.book)] == ["treasurer", "approve"]
    person = people.list_people(desktop.desk.book)[1].id
    section.buttons[f"remove.{person}"].click()  # type: ignore[attr-defined]
    assert section.form is not None
    section.form.kept.emit(False)  # type: ignore[attr-defined]
    settle(qtbot, desktop.desk)
    assert people.list_people(desktop.desk.book)[1].removed
    assert f"remove.{person}" not in section.buttons


def test_the_passphrase_is_changed_with_the_old_one(page: SettingsPage, desktop: Desktop, qtbot: QtBot) -> None:
    page.people.change_passphrase()
    form = page.people.form
    assert isinstance(form, PassphraseForm)
    for field, text in ((form.old, "wrong"), (form.new, "another"), (form.again, "another")):
        field.setText(text)
    form.kept.emit(False)
    settle(qtbot, desktop.desk)
    assert not form.refused.isHidden()
    form.old.setText(PASSPHRASE)
    form.kept.emit(False)
    settle(qtbot, desktop.desk)
    path = desktop.desk.book.path
    desktop.desk.book.close()
    open_book(path, "another").close()


def test_rotating_keeps_everybody_in(page: SettingsPage, desktop: Desktop, qtbot: QtBot) -> None:
    page.people.rotate.click()
    settle(qtbot, desktop.desk)
    with desktop.desk.book.reading() as db:
        assert operations(db, 1)[0].verb == "rotate"


def test_a_recovery_key_is_shown_written_and_typed_back(
    page: SettingsPage, desktop: Desktop, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    page.people.new_recovery()
    settle(qtbot, desktop.desk)
    card = page.people.form
    assert isinstance(card, RecoveryCard)
    key = shown_key(card)
    assert len(key.split()) == 8
    dialogs.place = tmp_path / "key.pdf"
    card.paper.click()
    settle(qtbot, desktop.desk)
    assert dialogs.place.read_bytes().startswith(b"%PDF")
    card.next.click()
    QTest.keyClicks(card.typed, "AAAA BBBB")
    card.confirm.click()
    settle(qtbot, desktop.desk)
    assert not card.refused.isHidden()
    assert desktop.sidebar.attention.isVisible()
    card.typed.setText(key.lower())
    card.confirm.click()
    settle(qtbot, desktop.desk)
    assert not people.attention(desktop.desk.book)
    assert not desktop.sidebar.attention.isVisible()


def test_a_backup_is_made_drilled_and_restored(
    page: SettingsPage, desktop: Desktop, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    section = page.backups
    section.now.click()
    settle(qtbot, desktop.desk)
    newest = kept_backups(desktop.desk.book)[0].header.number
    section.drill.click()
    assert isinstance(section.form, SecretForm)
    section.form.secret.setText(PASSPHRASE)
    section.form.kept.emit(False)
    settle(qtbot, desktop.desk)
    assert "The drill went well" in section.said.text()
    section.restoring[newest].click()  # type: ignore[attr-defined]
    assert isinstance(section.form, SecretForm)
    section.form.passphrase.setText(PASSPHRASE)
    dialogs.place = tmp_path / "Restored"
    section.form.kept.emit(False)
    settle(qtbot, desktop.desk)
    assert "Restored.fundledger" in section.said.text()
    assert "lacks" in section.said.text()
    assert (tmp_path / "Restored.fundledger").is_dir()


def test_the_lost_passphrase_is_rehearsed_with_the_recovery_key(page: SettingsPage, desktop: Desktop, qtbot: QtBot) -> None:
    _, key = people.new_recovery_key(desktop.desk.book, NOW)
    section = page.backups
    section.back_up()
    settle(qtbot, desktop.desk)
    section.lost.click()
    assert section.form is not None
    section.form.secret.setText("AAAA")
    section.form.kept.emit(False)
    settle(qtbot, desktop.desk)
    assert not section.form.refused.isHidden()
    section.form.secret.setText(key)
    section.form.kept.emit(False)
    settle(qtbot, desktop.desk)
    assert "The drill went well" in section.said.text()


def test_a_second_place_gets_a_copy(page: SettingsPage, desktop: Desktop, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    dialogs.place = tmp_path / "drive"
    dialogs.place.mkdir()
    page.backups.choose.click()
    settle(qtbot, desktop.desk)
    assert page.backups.place.text() == str(dialogs.place)
    desktop.actions_of.press("backup")
    settle(qtbot, desktop.desk)
    assert list(dialogs.place.rglob("*.flbackup"))
    page.backups.none.click()
    settle(qtbot, desktop.desk)
    assert page.backups.found.place is None


def test_a_backup_is_restored_with_the_recovery_key(
    page: SettingsPage, desktop: Desktop, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    _, key = people.new_recovery_key(desktop.desk.book, NOW)
    page.backups.back_up()
    settle(qtbot, desktop.desk)
    dialogs.chosen = [kept_backups(desktop.desk.book)[0].file]
    page.backups.other.click()
    form = page.backups.form
    assert isinstance(form, SecretForm)
    form.keep.click()
    assert form.keep.isEnabled(), "no new name was given: nothing began"
    dialogs.place = tmp_path / "Restored"
    form.paper.setText("AAAA BBBB")
    form.keep.click()
    settle(qtbot, desktop.desk)
    assert not form.refused.isHidden()
    form.paper.setText(key.lower())
    form.keep.click()
    settle(qtbot, desktop.desk)
    assert "Restored.fundledger" in page.backups.said.text()
    open_book(tmp_path / "Restored.fundledger", PASSPHRASE).close()


# --- the keyring of this computer -------------------------------------------------------------------------------------
@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> FakeRing:
    made = FakeRing()
    monkeypatch.setattr("keyring.get_keyring", lambda: made)
    return made


def test_the_keyring_is_switched_on_and_off(page: SettingsPage, desktop: Desktop, ring: FakeRing, qtbot: QtBot) -> None:
    card = page.people.keyring
    assert card.state.text() == "off"
    card.switch.click()
    settle(qtbot, desktop.desk)
    assert (card.state.text(), len(ring.kept)) == ("on", 1)
    card.switch.click()
    settle(qtbot, desktop.desk)
    assert (card.state.text(), ring.kept) == ("off", {})


@pytest.mark.parametrize("error", [NoKeyringError(), KeyringError("a locked collection"), OSError()], ids=repr)
def test_a_keyring_that_does_not_work_is_said_plainly(
    page: SettingsPage, desktop: Desktop, ring: FakeRing, error: Exception, qtbot: QtBot
) -> None:
    card = page.people.keyring
    ring.fails = {"set": error}
    card.switch.click()
    settle(qtbot, desktop.desk)
    assert "does not answer" in card.failed.text()
    assert card.failed.isVisibleTo(page.people)
    assert (card.state.text(), card.switch.isEnabled()) == ("off", True)
    ring.fails = {}
    card.switch.click()
    settle(qtbot, desktop.desk)
    ring.fails = {"delete": error}
    card.switch.click()
    settle(qtbot, desktop.desk)
    assert (card.state.text(), bool(card.failed.text())) == ("off", True), "the slot is gone although the keyring forgot nothing"


def test_the_keyring_opens_the_locked_book(page: SettingsPage, desktop: Desktop, shell: Shell, ring: FakeRing, qtbot: QtBot) -> None:
    shell.start.look_around()
    page.people.keyring.switch.click()
    settle(qtbot, desktop.desk)
    desktop.actions_of.press("lock")
    qtbot.wait_until(shell.start.keyring.isVisible)
    kept, ring.kept = ring.kept, {}
    shell.start.keyring.click()
    qtbot.wait_until(shell.start._refused.isVisible)
    assert "keyring" in shell.start._refused.text()
    ring.kept = kept
    shell.start.keyring.click()
    assert opened(shell, qtbot).desk.book.role == "treasurer"


def test_a_book_without_its_slot_offers_no_keyring(desktop: Desktop, shell: Shell, qtbot: QtBot) -> None:
    shell.start.look_around()
    desktop.actions_of.press("lock")
    qtbot.wait_until(lambda: not shell.tasks.busy())
    assert not shell.start.keyring.isVisible()


def test_whoever_came_in_with_the_recovery_key_is_told_what_to_do(desktop: Desktop, shell: Shell, qtbot: QtBot) -> None:
    _, key = people.new_recovery_key(desktop.desk.book, NOW)
    desktop.actions_of.press("lock")
    shell.start.lost.click()
    assert "new passphrase" in shell.start.about.text()
    shell.start.passphrase.setText(key)
    shell.start.open_book()
    again = opened(shell, qtbot)
    page = cast("SettingsPage", again.go("settings_page"))
    settle(qtbot, again.desk)
    page.people.buttons["reset.1"].click()  # type: ignore[attr-defined]
    form = page.people.form
    assert isinstance(form, PassphraseForm)
    form.new.setText("another")
    form.again.setText("another")
    form.keep.click()
    settle(qtbot, again.desk)
    path = again.desk.book.path
    again.desk.book.close()
    open_book(path, "another").close()


def test_dark_is_remembered_with_the_book(page: SettingsPage, desktop: Desktop, qtbot: QtBot) -> None:
    for choice in ("dark", "light"):
        page.appearance.looks.setCurrentIndex(page.appearance.looks.findData(choice))
        page.appearance.looks.activated.emit(page.appearance.looks.currentIndex())
        settle(qtbot, desktop.desk)
        assert desktop.desk.look.theme.name == choice
