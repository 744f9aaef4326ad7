"""The log page: who did what, before and after, and the proof of the whole book."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtWidgets import QLabel

from fundledger.gui.desk import Area
from fundledger.gui.logbook import field_of
from fundledger.gui.tasks import News, Told
from fundledger.services import invoices
from fundledger.store.log import head
from fundledger.store.schema import metadata
from tests.gui.conftest import DONOR, NOW, FakeDialogs, settle

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from fundledger.gui.logbook import LogbookPage
    from fundledger.gui.window import Desktop


def texts(widget: QWidget) -> str:
    """Everything a widget says."""
    return "\n".join(each.text() for each in widget.findChildren(QLabel))


@pytest.fixture
def page(desktop: Desktop, qtbot: QtBot) -> LogbookPage:
    made = cast("LogbookPage", desktop.go("logbook"))
    settle(qtbot, desktop.desk)
    return made


def test_every_operation_stands_there_the_newest_first(page: LogbookPage) -> None:
    model = page.listing.model
    numbers = [model.row(place).id for place in range(model.rowCount())]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[-1] == 1
    assert model.index(0, 3).data() == "invoice entered"


def test_an_approval_is_shown_before_and_after(page: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    done = invoices.approve_invoice(desktop.desk.book, "SLO1-2025-014", NOW)
    desktop.desk.changed.emit(done.touched)
    settle(qtbot, desktop.desk)
    page.pick(done.operation or 0)
    settle(qtbot, desktop.desk)
    said = texts(page.card)
    assert "entered  →  approved" in said
    assert "Invoice 1" in said
    assert "approved by" in said


def test_every_row_and_field_of_a_book_is_said_in_words(desktop: Desktop) -> None:
    names = {f"row.{table}" for table in metadata.tables}
    names |= {f"field.{field_of(column.name)}" for table in metadata.tables.values() for column in table.columns}
    assert [name for name in sorted(names) if not desktop.desk.speaker.knows(f"gui.logbook.{name}")] == []


def test_of_personal_data_only_the_columns_are_told(page: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    for place in range(page.listing.model.rowCount()):
        page.pick(page.listing.model.row(place).id)
        settle(qtbot, desktop.desk)
        assert DONOR not in texts(page.card)


def test_who_is_masked_until_names_are_shown(page: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    assert "Treasurer" not in page.listing.model.index(0, 2).data()
    desktop.desk.show_names("logbook")
    settle(qtbot, desktop.desk)
    assert page.listing.model.index(0, 2).data() == "Treasurer"


def test_what_was_undone_says_by_what(page: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.actions_of.press("undo")
    settle(qtbot, desktop.desk)
    page.listing.choose("undone")
    settle(qtbot, desktop.desk)
    assert page.listing.model.rowCount() == 1
    assert "Taken back by operation" in texts(page.card)


def test_a_sound_book_is_said_to_be_sound(page: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    page.verify_button.click()
    assert not page.verify_button.isEnabled()
    settle(qtbot, desktop.desk)
    assert page.verified.said.text() == "The book is sound."
    assert page.verify_button.isEnabled()


def test_the_first_bad_place_is_named(page: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    with desktop.desk.book.operation("tampering", NOW) as op:
        op.db.exec_driver_sql("DROP TRIGGER guard_entry_delete")
    desktop.actions_of.press("verify")
    settle(qtbot, desktop.desk)
    said = texts(page.verified)
    assert "First bad place" in said
    assert page.verified.said.property("role") == "negative"


def test_an_earlier_report_is_compared(page: LogbookPage, desktop: Desktop, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> None:
    with desktop.desk.book.reading() as db:
        stands = str(head(db))
    report = tmp_path / "report.txt"
    dialogs.chosen = [report]
    report.write_text(stands, "utf-8")
    page.verify_against()
    settle(qtbot, desktop.desk)
    assert "Compared with an earlier report" in texts(page.verified)
    size, letters = stands.split(" · ")
    report.write_text(f"{size} · {'Q' if letters[0] != 'Q' else 'R'}{letters[1:]}", "utf-8")
    page.verify_against()
    settle(qtbot, desktop.desk)
    assert "First bad place" in texts(page.verified)


# --- ten thousand operations ------------------------------------------------------------------------------------------
MANY = 10_000


@pytest.fixture
def long_log(page: LogbookPage, desktop: Desktop, qtbot: QtBot) -> LogbookPage:
    """The log of some years."""
    rows = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY})"
    with desktop.desk.book.operation("reveal", NOW) as op:
        guard = "FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'operation' AND sql LIKE '%operation open%'"
        guards = op.db.exec_driver_sql(f"SELECT name, sql {guard}").all()
        for name, _ in guards:  # ten thousand commits would take half a minute
            op.db.exec_driver_sql(f"DROP TRIGGER {name}")
        op.db.exec_driver_sql(
            "INSERT INTO operation (uid, verb, at, person_id, subject, done)"
            f" {rows} SELECT lower(hex(randomblob(16))), 'reveal', '2025-03-01T10:00:00+00:00', 1, 'donors', 1 FROM n"
        )
        for _, sql in guards:
            op.db.exec_driver_sql(sql)
    desktop.desk.changed.emit(frozenset({Area.BOOK}))
    settle(qtbot, desktop.desk)
    return page


def test_a_log_of_ten_thousand_operations_scrolls_and_shows_any_of_them(long_log: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    model, table = long_log.listing.model, long_log.listing.table
    assert model.rowCount() > MANY
    began = perf_counter()
    table.scrollToBottom()
    settle(qtbot, desktop.desk)
    long_log.pick(1)
    settle(qtbot, desktop.desk)
    assert long_log.card.shown is not None
    assert long_log.card.shown.row.id == 1
    assert perf_counter() - began < 5


def test_verifying_tells_how_far_it_is_and_stops_when_asked(long_log: LogbookPage, desktop: Desktop, qtbot: QtBot) -> None:
    told: list[Told] = []
    desktop.desk.tasks.told.connect(told.append)
    long_log.verify_button.click()
    settle(qtbot, desktop.desk)
    steps = [one.value for one in told if one.news is News.PROGRESS]
    assert len(steps) > 1
    assert all(isinstance(step, tuple) and 0 <= step[0] <= step[1] for step in steps)
    assert long_log.verified.isVisible()
    long_log.verify_button.click()
    desktop.work_cancel.click()
    settle(qtbot, desktop.desk)
    assert not long_log.verified.isVisible()
    assert "stopped" in desktop.errors.text.text().casefold()
    assert long_log.verify_button.isEnabled()
