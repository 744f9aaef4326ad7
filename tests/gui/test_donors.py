from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from fundledger.gui.donor_forms import DonorForm, EditForm, EraseForm, PartForm, PledgeForm, SecondForm
from fundledger.services.donors import add_account, add_donor, add_email
from fundledger.store.operations import operations
from tests.gui.conftest import DONOR, FakeDialogs, settle

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.donors import DonorsPage
    from fundledger.gui.merging import MergePane
    from fundledger.gui.window import Desktop

ACCOUNT = "LT601010012345678901"
ROLES = (
    Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.StatusTipRole,
)  # fmt: skip


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> DonorsPage:
    made = cast("DonorsPage", desktop.go("donors"))
    settle(qtbot, desktop.desk)
    return made


def said(page: DonorsPage) -> str:
    """Everything the list would say, show or copy of its first row."""
    model = page.listing.model
    cells = [model.index(0, column).data(role) for column in range(model.columnCount()) for role in ROLES]
    page.listing.table.setFocus()
    QTest.keyClick(page.listing.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return f"{cells} {QGuiApplication.clipboard().text()}"


def press(page: DonorsPage, act: str) -> None:
    """Press a button of the card."""
    found = page.card.findChild(QPushButton, act)
    assert found is not None
    found.click()


def test_a_masked_name_is_nowhere(page: DonorsPage) -> None:
    assert "D-0001" in said(page)
    assert DONOR not in said(page)
    assert "•••" in said(page)


def test_names_are_shown_for_a_minute_on_record_and_never_copied(page: DonorsPage, desktop: Desktop, qtbot: QtBot) -> None:
    QTest.keyClick(desktop.window(), Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, desktop.desk)
    assert page.listing.model.index(0, 1).data() == DONOR
    said(page)
    assert DONOR not in QGuiApplication.clipboard().text()
    assert desktop.actions_of["names"].isChecked()
    with desktop.desk.book.reading() as db:
        newest = operations(db, 1)[0]
    assert (newest.verb, newest.subject) == ("reveal", "donors")
    desktop.desk._hiding.timeout.emit()
    assert DONOR not in said(page)
    assert not desktop.actions_of["names"].isChecked()


def test_masked_names_cannot_be_searched_and_codes_and_accounts_can(page: DonorsPage, qtbot: QtBot) -> None:
    add_account(page.desk.book, 1, ACCOUNT, page.desk.now())
    QTest.keyClicks(page.listing.filter, "alpha")
    qtbot.wait_until(lambda: page.listing.model.rowCount() == 0)
    assert "Ctrl+Shift+H" in page.listing.empty_text.text()
    page.listing.filter.clear()
    QTest.keyClicks(page.listing.filter, "LT60 1010 0123 4567 8901")
    qtbot.wait_until(lambda: page.listing.model.rowCount() == 1)
    assert DONOR not in said(page)
    page.listing.filter.clear()
    QTest.keyClicks(page.listing.filter, "0001")
    qtbot.wait_until(lambda: page.listing.model.rowCount() == 1)
    assert page.listing.model.index(0, 0).data() == "D-0001"


def test_no_name_and_no_title_of_a_book_stands_in_a_window_title(desktop: Desktop) -> None:
    assert desktop.window().windowTitle() == "FundLedger"


def test_a_donor_is_added_and_another_form_begun(page: DonorsPage, qtbot: QtBot) -> None:
    page.new()
    form = page._form
    assert isinstance(form, DonorForm)
    QTest.keyClicks(form.name, "Sample Person Beta")
    QTest.keyClick(form.name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page.desk)
    assert page.listing.model.rowCount() == 2
    assert page._form is not form
    assert isinstance(page._form, DonorForm)


def test_a_nameless_donor_is_refused_in_the_form(page: DonorsPage, qtbot: QtBot) -> None:
    page.new()
    form = page._form
    assert form is not None
    form.kept.emit(False)
    settle(qtbot, page.desk)
    assert form.refused.isVisible()
    assert page.listing.model.rowCount() == 1


def test_a_pledge_is_noted_and_counts_as_nothing_collected(page: DonorsPage, desktop: Desktop, qtbot: QtBot) -> None:
    page.new_pledge()
    settle(qtbot, page.desk)
    form = page._form
    assert isinstance(form, PledgeForm)
    form.amount.line.setText("50")
    form.kept.emit(False)
    settle(qtbot, page.desk)
    assert desktop.actions_of["undo"].text() == "Undo: pledge noted"
    assert page.listing.model.row(0).given.minor == 0


def test_an_erasure_says_what_it_means_and_wants_the_code(page: DonorsPage, desktop: Desktop, qtbot: QtBot) -> None:
    press(page, "erase")
    form = page._form
    assert isinstance(form, EraseForm)
    form.kept.emit(False)
    assert "Nothing was erased" in form.refused.text()
    form.code.setText("d-0001")
    form.kept.emit(False)
    settle(qtbot, desktop.desk)
    assert page.told_box.isVisible()
    with desktop.desk.book.reading() as db:
        assert operations(db, 1)[0].verb == "donor erase"
        assert not db.exec_driver_sql("SELECT 1 FROM identity_donor WHERE name = ?", (DONOR,)).first()


def test_what_is_kept_of_her_is_written_for_her_alone(
    page: DonorsPage, desktop: Desktop, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    dialogs.place = tmp_path
    press(page, "export")
    settle(qtbot, desktop.desk)
    found = sorted(tmp_path.glob("d-0001*"))
    assert [(path.suffix, path.stat().st_mode & 0o777) for path in found] == [(".json", 0o600), (".txt", 0o600)]
    assert DONOR in found[1].read_text("utf-8")
    assert found[0].name in page.told.text()


def test_shown_names_are_searched_and_hidden_ones_no_longer(page: DonorsPage, desktop: Desktop, qtbot: QtBot) -> None:
    QTest.keyClicks(page.listing.filter, "alp")
    qtbot.wait_until(lambda: page.listing.model.rowCount() == 0)
    desktop.desk.show_names("donors")
    qtbot.wait_until(lambda: page.listing.model.rowCount() == 1)
    assert page.listing.model.index(0, 1).data() == DONOR
    desktop.desk.hide_names()
    qtbot.wait_until(lambda: page.listing.model.rowCount() == 0)


def test_a_column_puts_the_whole_register_in_order(page: DonorsPage, qtbot: QtBot) -> None:
    add_donor(page.desk.book, "Sample Person Zeta", [], page.desk.now(), protected=True, why="asked so")
    page.look_again()
    page.listing.sort(2)
    settle(qtbot, page.desk)
    assert list(page.listing.model.ids()) == [2, 1]


# --- the card ---------------------------------------------------------------------------------------------------------
def read(page: DonorsPage) -> str:
    """Everything the card says and what is heard of it."""
    labels = page.card.findChildren(QLabel)
    return " ".join([one.text() for one in labels] + [one.accessibleName() for one in page.card.findChildren(QWidget)])


def test_the_card_is_masked_and_opens_for_a_minute(page: DonorsPage, desktop: Desktop, qtbot: QtBot) -> None:
    add_account(page.desk.book, 1, ACCOUNT, page.desk.now())
    add_email(page.desk.book, 1, "alpha@example.org", page.desk.now())
    page.look_again()
    settle(qtbot, desktop.desk)
    assert "D-0001" in read(page)
    assert not [one for one in (DONOR, ACCOUNT, "alpha@example.org") if one in read(page)]
    desktop.desk.show_names("donors")
    settle(qtbot, desktop.desk)
    assert [one for one in (DONOR, ACCOUNT, "alpha@example.org") if one in read(page)] == [DONOR, ACCOUNT, "alpha@example.org"]
    desktop.desk.hide_names()
    settle(qtbot, desktop.desk)
    assert DONOR not in read(page)


def accounts(page: DonorsPage) -> list[str]:
    """The accounts the card was given."""
    return list(page.card.shown.accounts) if page.card.shown else []


def test_accounts_are_added_by_a_form_and_taken_away_with_an_undo(page: DonorsPage, desktop: Desktop, qtbot: QtBot) -> None:
    press(page, "add_account")
    form = page._form
    assert isinstance(form, PartForm)
    form.line.setText("LT60 1010 0123 4567 8901")
    form.kept.emit(False)
    settle(qtbot, desktop.desk)
    assert accounts(page) == [ACCOUNT]
    page.card.removed.emit("account", ACCOUNT)
    settle(qtbot, desktop.desk)
    assert accounts(page) == []
    desktop.desk.undo()
    settle(qtbot, desktop.desk)
    assert accounts(page) == [ACCOUNT]


def test_a_refused_part_stays_in_its_form(page: DonorsPage, desktop: Desktop, qtbot: QtBot) -> None:
    press(page, "add_email")
    form = page._form
    assert isinstance(form, PartForm)
    form.line.setText("nobody")
    form.kept.emit(False)
    settle(qtbot, desktop.desk)
    assert "no e-mail address" in form.refused.text()
    assert page._form is form


def test_a_donor_is_protected_with_a_reason_and_her_data_then_takes_two(
    page: DonorsPage, desktop: Desktop, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    press(page, "edit")
    form = page._form
    assert isinstance(form, EditForm)
    assert form.name.text() == "", "a masked name stands in no field"
    form.protected.setChecked(True)
    form.why.setText("asked so")
    form.kept.emit(False)
    settle(qtbot, desktop.desk)
    assert page.listing.model.row(0).protected
    dialogs.place = tmp_path
    press(page, "export")
    second = page._form
    assert isinstance(second, SecondForm)
    second.kept.emit(False)
    settle(qtbot, desktop.desk)
    assert "takes two people" in second.refused.text()
    assert not list(tmp_path.glob("d-0001*"))


def test_a_shown_name_in_a_form_goes_when_names_are_hidden(page: DonorsPage, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.desk.show_names("donors")
    settle(qtbot, desktop.desk)
    press(page, "edit")
    form = page._form
    assert isinstance(form, EditForm)
    assert form.name.text() == DONOR
    desktop.desk.hide_names()
    assert form.name.text() == ""


# --- one person or two ------------------------------------------------------------------------------------------------
@pytest.fixture
def pairs(page: DonorsPage, qtbot: QtBot) -> MergePane:
    add_donor(page.desk.book, DONOR, [ACCOUNT], page.desk.now())
    page.duplicates.click()
    settle(qtbot, page.desk)
    return page.merging


def cells(pane: MergePane) -> str:
    return " ".join(one.text() for one in pane.findChildren(QLabel))


def test_a_pair_is_shown_side_by_side_masked_and_merged_with_an_undo(pairs: MergePane, page: DonorsPage, qtbot: QtBot) -> None:
    assert pairs.looked is not None
    assert (pairs.gone.text(), pairs.kept.text(), pairs.looked.merger.result.accounts) == ("D-0002", "D-0001", 1)
    assert DONOR not in cells(pairs)
    pairs.merge.click()
    settle(qtbot, page.desk)
    assert list(page.listing.model.ids()) == [1]
    assert "No two donors" in pairs.told.text()
    page.desk.undo()
    settle(qtbot, page.desk)
    assert list(page.listing.model.ids()) == [1, 2]


def test_two_persons_are_proposed_no_more_and_say_why_they_are_not_merged(pairs: MergePane, page: DonorsPage, qtbot: QtBot) -> None:
    pairs.apart.click()
    settle(qtbot, page.desk)
    assert pairs.pairs.model().rowCount() == 0
    pairs.gone.setText("d-0002")
    pairs.kept.setText("D-0001")
    pairs.look()
    settle(qtbot, page.desk)
    assert not pairs.merge.isEnabled()
    assert "two persons" in pairs.told.text()
    pairs.apart.click()  # takes it back
    settle(qtbot, page.desk)
    assert pairs.pairs.model().rowCount() == 1


def test_the_two_are_swapped_and_one_that_is_none_is_said(pairs: MergePane, page: DonorsPage, qtbot: QtBot) -> None:
    pairs.swap.click()
    settle(qtbot, page.desk)
    assert pairs.looked is not None
    assert pairs.looked.merger.result.code == "D-0002"
    pairs.kept.setText("D-0099")
    pairs.look()
    settle(qtbot, page.desk)
    assert "There is no donor D-0099" in pairs.told.text()
    assert not pairs.merge.isEnabled()
    QTest.keyClick(pairs, Qt.Key.Key_Escape)
    assert not pairs.isVisible()
