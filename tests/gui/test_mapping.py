from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fundledger.gui.mapping import Mapping, masked_cell
from fundledger.services.profiles import saved_layouts
from fundledger.statements.layout import Role
from tests.gui.conftest import settle
from tests.gui.test_importing import choose, look, page, press, said
from tests.services.bookkeeping import OURS

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QComboBox
    from pytestqt.qtbot import QtBot

    from fundledger.gui.importing import ImportingPage

__all__ = ["page"]

STRANGE = "Aa;Bb;Cc;Dd\n2026-02-03;Sample Person Beta;12,50;17,00\n2026-02-04;Sample Person Gamma;7,20;5,00\nrubbish;x;y;z\n"


def hold(mapping: Mapping, place: int, role: Role) -> None:
    """Say what a column holds."""
    box: QComboBox = mapping.roles[place]
    box.setCurrentIndex(box.findData(role))
    box.activated.emit(box.currentIndex())


@pytest.fixture
def mapping(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> Mapping:
    card = look(page, qtbot, tmp_path, STRANGE, "strange.csv")
    assert card.outcome == "asking", said(card)
    press(card, qtbot, page, "do.map")
    assert page.mapping is not None
    return page.mapping


def test_an_unknown_table_is_mapped_with_its_rows_read_at_once(page: ImportingPage, mapping: Mapping, qtbot: QtBot) -> None:
    assert len(mapping.roles) == 4
    assert not mapping.keep.isEnabled()
    hold(mapping, 0, Role.BOOKED_ON)
    hold(mapping, 1, Role.NAME)
    hold(mapping, 2, Role.AMOUNT)
    settle(qtbot, page.desk)
    model = mapping.rows.rows_model
    texts = [[model.text(row, column) for column in model.columns[1:]] for row in range(3)]
    assert texts[:2] == [["3 Feb 2026", "12.50", "•••"], ["4 Feb 2026", "7.20", "•••"]]
    assert texts[2][2].startswith("⚠")
    assert "2 lines are read, 1 of these rows cannot be." in mapping.said.text()


def test_a_mapping_is_kept_for_the_header_and_the_file_looked_at_by_it(
    page: ImportingPage, mapping: Mapping, tmp_path: Path, qtbot: QtBot
) -> None:
    for place, role in enumerate((Role.BOOKED_ON, Role.NAME, Role.AMOUNT)):
        hold(mapping, place, role)
    settle(qtbot, page.desk)
    QTest.keyClick(mapping.rows, Qt.Key.Key_Escape)
    mapping.save()
    settle(qtbot, page.desk)
    assert page.mapping is None
    card = page.cards[0]
    choose(card, qtbot, page, "account", OURS)
    assert "2 new" in said(card)
    assert "1 unreadable" in said(card)
    [kept] = saved_layouts(page.desk.book)
    assert kept.header == ("aa", "bb", "cc", "dd")
    again = look(page, qtbot, tmp_path, STRANGE.replace("12,50", "13,50"), "later.csv")
    choose(again, qtbot, page, "account", OURS)
    assert "2 new" in said(again), "the next file with this header is read at once"


def test_columns_may_be_changed_where_they_were_guessed(page: ImportingPage, tmp_path: Path, qtbot: QtBot) -> None:
    table = (
        "Date;Who;Amount;Fee paid;Currency\n2026-02-03;Sample Person Beta;12,50;1,00;EUR\n2026-02-04;Sample Person Gamma;7,20;1,00;EUR\n"
    )
    card = look(page, qtbot, tmp_path, table, "table.csv")
    choose(card, qtbot, page, "account", OURS)
    press(card, qtbot, page, "do.map")
    mapping = page.mapping
    assert mapping is not None
    assert mapping.roles[2].currentData() == Role.AMOUNT
    hold(mapping, 2, Role.BALANCE)
    hold(mapping, 3, Role.AMOUNT)
    settle(qtbot, page.desk)
    mapping.save()
    settle(qtbot, page.desk)
    assert sorted(str(one.line.amount) for one in page.cards[0].found.lines) == ["1.00", "1.00"]


def test_escape_changes_nothing(page: ImportingPage, mapping: Mapping, qtbot: QtBot) -> None:
    hold(mapping, 0, Role.BOOKED_ON)
    settle(qtbot, page.desk)
    QTest.keyClick(mapping, Qt.Key.Key_Escape)
    assert page.mapping is None
    assert saved_layouts(page.desk.book) == ()


def test_figures_and_days_are_shown_names_and_accounts_masked() -> None:
    assert [masked_cell(one) for one in ("12,50", "2026-02-03", "EUR", "Sample Person", "LT029999900000000001")] == [
        "12,50", "2026-02-03", "EUR", "•••", "LT••••",
    ]  # fmt: skip
