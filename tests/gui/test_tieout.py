from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QLabel

from tests.gui.conftest import settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.tieout import TieoutPage
    from fundledger.gui.window import Desktop


def test_the_four_figures_and_what_keeps_a_month_from_being_closed(desktop: Desktop, qtbot: QtBot) -> None:
    page = cast("TieoutPage", desktop.go("tieout"))
    settle(qtbot, desktop.desk)
    figures = {label.objectName(): label.text() for label in page.findChildren(QLabel) if label.objectName().startswith("side.")}
    assert figures["side.bank"] == figures["side.ledger"] == figures["side.funds"] == "500.00"
    assert figures["side.published"] == "—"
    assert page.found is not None
    assert {item.key.value for item in page.found.items if not item.ok} >= {"lines"}
    assert not page.close_button.isEnabled()
    assert not page.reopen_button.isEnabled()
