from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from fundledger.gui.donor_forms import EraseForm
from fundledger.gui.donors import DonorForm, DonorsPage, PledgeForm
from fundledger.store.operations import operations
from tests.gui.conftest import DONOR, FakeDialogs, settle

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.window import Desktop

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


def test_masked_names_cannot_be_searched(page: DonorsPage, qtbot: QtBot) -> None:
    QTest.keyClicks(page.listing.filter, "alpha")
    qtbot.wait_until(lambda: page.listing.model.rowCount() == 0)
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
    page.erase.click()
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
    page.export.click()
    settle(qtbot, desktop.desk)
    found = sorted(tmp_path.glob("d-0001*"))
    assert [(path.suffix, path.stat().st_mode & 0o777) for path in found] == [(".json", 0o600), (".txt", 0o600)]
    assert DONOR in found[1].read_text("utf-8")
    assert found[0].name in page.told.text()
