from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from fundledger.store.lines import line_ids, line_rows
from tests.gui.conftest import settle
from tests.gui.test_importing import CONTROL, bring, page
from tests.services.bookkeeping import Paid, camt

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.importing import ImportingPage

__all__ = ["page"]

GIFT = Paid("50.00", "02-05", "Sample Person Beta", text="gift", bank="B-1")
CORRECTED = Paid("55.00", "02-05", "Sample Person Beta", text="gift", bank="B-1")
OTHER = Paid("20.00", "02-06", "Sample Person Gamma", text="gift", bank="B-2")
OTHER_CORRECTED = Paid("22.00", "02-06", "Sample Person Gamma", text="gift", bank="B-2")


@pytest.fixture
def deciding(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> ImportingPage:
    """Two lines that the bank stated again with other amounts."""
    bring(page, qtbot, tmp_path, camt([GIFT, OTHER], first="02-01", last="02-28", number="50"), "1.xml")
    card = bring(page, qtbot, tmp_path, camt([CORRECTED, OTHER_CORRECTED], first="02-01", last="02-28", number="50"), "2.xml")
    assert card.found.corrected == 2
    page.show_view("unsure")
    settle(qtbot, page.desk)
    return page


def press(page: ImportingPage, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(page.unsure.table, key, modifier)
    settle(qtbot, page.desk)


def states(page: ImportingPage) -> dict[str, str]:
    """Each line of February by its amount."""
    with page.desk.book.reading() as db:
        rows = line_rows(db, line_ids(db))
    return {
        str(row.amount): row.state for row in rows if str(row.amount) in {"50.00", "55.00", "20.00", "22.00"} and row.booked_on.year == 2026
    }


def test_a_correction_stands_beside_the_old_line_and_what_differs_is_marked(deciding: ImportingPage) -> None:
    panel = deciding.unsure
    assert panel.model.rowCount() == 2
    said = [one.text() for one in panel.findChildren(QLabel)]
    assert "≠" in said
    spoken = {one.accessibleName() for one in panel.findChildren(QLabel)}
    assert "Amount: 55.00, differs" in spoken
    assert "Amount: 50.00, differs" in spoken
    assert "Date: 5 Feb 2026" in spoken
    assert "Name: •••" in spoken
    assert deciding.chips["unsure"].text().endswith("2")


def test_keys_decide_one_line_and_undo_takes_it_back(deciding: ImportingPage, qtbot: QtBot) -> None:
    press(deciding, qtbot, Qt.Key.Key_R)
    assert states(deciding) == {"50.00": "dropped", "55.00": "open", "20.00": "open", "22.00": "unsure"}
    press(deciding, qtbot, Qt.Key.Key_K)
    assert states(deciding)["22.00"] == "open"
    assert deciding.unsure.model.rowCount() == 0
    deciding.desk.undo()
    settle(qtbot, deciding.desk)
    press(deciding, qtbot, Qt.Key.Key_D)
    assert states(deciding)["22.00"] == "dropped"
    for _ in range(2):
        deciding.desk.undo()
        settle(qtbot, deciding.desk)
    assert states(deciding) == {"50.00": "open", "55.00": "unsure", "20.00": "open", "22.00": "unsure"}


def test_all_that_are_selected_are_decided_at_once(deciding: ImportingPage, qtbot: QtBot) -> None:
    press(deciding, qtbot, Qt.Key.Key_A, CONTROL)
    assert len(deciding.unsure.selected()) == 2
    assert any("2 lines are selected" in one.text() for one in deciding.unsure.findChildren(QLabel))
    press(deciding, qtbot, Qt.Key.Key_R)
    assert states(deciding) == {"50.00": "dropped", "55.00": "open", "20.00": "dropped", "22.00": "open"}
    deciding.desk.undo()
    settle(qtbot, deciding.desk)
    assert deciding.unsure.model.rowCount() == 2, "one act, one undo"


def test_the_arrows_walk_and_shift_selects(deciding: ImportingPage, qtbot: QtBot) -> None:
    press(deciding, qtbot, Qt.Key.Key_Down)
    assert len(deciding.unsure.selected()) == 1
    press(deciding, qtbot, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert len(deciding.unsure.selected()) == 2


def test_without_unsure_lines_it_says_so(page: ImportingPage) -> None:
    page.show_view("unsure")
    assert any("Nothing to decide" in one.text() for one in page.unsure.findChildren(QLabel))
