from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QLabel

from fundledger.export.writing import render
from fundledger.gui import tieout
from fundledger.gui.desk import EVERYTHING
from tests.gui.conftest import settle

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot

    from fundledger.gui.tieout import TieoutPage
    from fundledger.gui.window import Desktop
    from fundledger.i18n import Speaker
    from fundledger.reports.value import Report


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


def test_the_statement_is_set_anew_only_where_it_says_something_else(
    desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counted(report: Report, form: str, speaker: Speaker) -> bytes:
        made.append(form)
        return render(report, form, speaker)

    monkeypatch.setattr(tieout, "render", counted)
    page = cast("TieoutPage", desktop.go("tieout"))
    settle(qtbot, desktop.desk)
    assert made == ["pdf"]
    with desktop.desk.book.operation("note", desktop.desk.now()) as op:
        op.db.exec_driver_sql("UPDATE book SET uid = uid")
    desktop.desk.changed.emit(EVERYTHING)
    settle(qtbot, desktop.desk)
    assert made == ["pdf"], "the same figures need no new paper"
    page.period.setCurrentIndex(page.period.count() - 1)
    settle(qtbot, desktop.desk)
    assert made == ["pdf", "pdf"]
    desktop.go("importing")
    desktop.desk.changed.emit(EVERYTHING)
    settle(qtbot, desktop.desk)
    assert made == ["pdf", "pdf"], "a hidden page asks for nothing"
