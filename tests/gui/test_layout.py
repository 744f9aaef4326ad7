"""A window comes back as it was left; language, scale and density are chosen in the settings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QSplitter

from fundledger.gui.layout import keep_layout, part, read_layout
from fundledger.gui.qt_words import TEXTS, QtWords
from fundledger.i18n import Speaker, languages
from fundledger.settings import Chosen, choose, chosen
from fundledger.store.operations import operations
from tests.gui.conftest import NOW, PASSPHRASE, settle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.app import Shell
    from fundledger.gui.listing import Listing
    from fundledger.gui.settings_page import SettingsPage
    from fundledger.gui.window import Desktop


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a user who has chosen nothing yet."""
    folder = tmp_path / "own"
    monkeypatch.setattr("fundledger.settings.data_dir", lambda: folder)
    yield folder
    assert sorted(path.name for path in folder.glob("*")) in ([], ["window.json"])


def listing(desktop: Desktop, page: str) -> Listing:
    """The list of a page, its rows there."""
    return cast("Any", desktop.go(page)).listing  # type: ignore[no-any-return]  # every page asked for has one


def again(shell: Shell, desktop: Desktop, qtbot: QtBot) -> Desktop:
    """The same book, locked and opened anew."""
    book = desktop.desk.book
    shell.lock()
    book.unlock(PASSPHRASE)
    shell.show_book(book)
    made = shell.desktop
    assert made is not None
    made.desk.now = lambda: NOW
    settle(qtbot, made.desk)
    return made


def test_columns_order_chip_row_gap_and_page_are_as_they_were_left(shell: Shell, desktop: Desktop, qtbot: QtBot) -> None:
    lines = listing(desktop, "reconcile")
    settle(qtbot, desktop.desk)
    lines.table.setColumnWidth(0, 171)
    lines.sort(3)
    lines.choose("all")
    settle(qtbot, desktop.desk)
    lines.table.stand(2)
    row = lines.current()
    lines.filter.setText("Alpha")
    splitter = desktop.page().findChildren(QSplitter)[0]
    splitter.setSizes([300, 600])
    sizes = splitter.sizes()
    with desktop.desk.book.reading() as db:
        before = operations(db, 1)[0].id
    kept_in = desktop.desk.book.path / "window.json"
    desktop = again(shell, desktop, qtbot)
    assert desktop.shown == "reconcile"
    lines = listing(desktop, "reconcile")
    settle(qtbot, desktop.desk)
    assert (lines.table.columnWidth(0), lines.chip, lines.current()) == (171, "all", row)
    assert lines.table.horizontalHeader().sortIndicatorSection() == 3
    assert lines.table.horizontalHeader().sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
    assert desktop.page().findChildren(QSplitter)[0].sizes() == sizes
    assert lines.filter.text() == ""
    assert "Alpha" not in kept_in.read_text("utf-8"), "what was typed may be a name"
    with desktop.desk.book.reading() as db:
        assert operations(db, 1)[0].id == before, "how a window looks is nothing of the log"


@pytest.mark.parametrize(
    "found",
    [
        "", "[]", "{", '{"version": 2, "page": "donors"}', '{"version": 1, "page": "no such page", "pages": {"dashboard": 7}}',
        '{"version": 1, "pages": {"campaigns": {"lists": {"0": {"widths": {"code": 900000}, "order": ["no", true], "row": "x"}}}}}',
        '{"version": 1, "pages": {"campaigns": {"lists": {"0": {"widths": [], "order": [1, 2, 3], "chip": 4}}, "gaps": {"0": [-1, "x"]}}}}',
        "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_not_understood_is_as_if_it_were_not_there(shell: Shell, desktop: Desktop, found: str, qtbot: QtBot) -> None:
    book = desktop.desk.book
    shell.lock()
    (book.path / "window.json").write_text(found, "utf-8")
    book.unlock(PASSPHRASE)
    shell.show_book(book)
    assert shell.desktop is not None
    made = listing(shell.desktop, "campaigns")
    settle(qtbot, shell.desktop.desk)
    assert made.model.rowCount() == 2
    assert made.table.columnWidth(0) < 200


def test_a_folder_that_cannot_be_written_keeps_its_old_layout(tmp_path: Path) -> None:
    (tmp_path / "window.json").mkdir()
    keep_layout(tmp_path, {"page": "donors"})
    assert read_layout(tmp_path) == {}
    assert part({"a": {"b": [1]}}, "a", "b", kind=list) == [1]
    assert part({"a": 1}, "a", "b") == {}


def test_the_window_is_laid_out_anew(desktop: Desktop, qtbot: QtBot) -> None:
    campaigns = listing(desktop, "campaigns")
    settle(qtbot, desktop.desk)
    before = campaigns.table.columnWidth(0)
    campaigns.table.setColumnWidth(0, before + 50)
    campaigns.sort(0)
    desktop.desk.laid_out_anew.emit()
    settle(qtbot, desktop.desk)
    assert campaigns.table.columnWidth(0) == before
    assert not campaigns.table.horizontalHeader().isSortIndicatorShown()


def test_another_language_speaks_at_once_in_the_same_book(shell: Shell, desktop: Desktop, qtbot: QtBot) -> None:
    page = cast("SettingsPage", desktop.go("settings_page"))
    settle(qtbot, desktop.desk)
    page.show_section("appearance")
    box, book = page.appearance.languages, desktop.desk.book
    box.setCurrentIndex(box.findData("lt"))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: shell.desktop is not None and shell.desktop is not desktop)
    assert shell.desktop is not None
    settle(qtbot, shell.desktop.desk)
    assert (chosen(), shell.desktop.desk.book, shell.desktop.shown) == (Chosen("lt"), book, "settings_page")
    assert shell.desktop.desk.say("donors.title") == "Aukotojai"
    assert QCoreApplication.translate("QWidgetTextControl", "Select All") == "Pažymėti viską"
    shell.lock()
    assert shell.start._speaker.language == "lt"
    shell._words.leave()


def test_the_scale_waits_for_the_next_start_and_the_density_does_not(desktop: Desktop, qtbot: QtBot) -> None:
    page = cast("SettingsPage", desktop.go("settings_page"))
    settle(qtbot, desktop.desk)
    page.show_section("appearance")
    section = page.appearance
    section.scales.setCurrentIndex(section.scales.findData(150))
    section.scales.activated.emit(section.scales.currentIndex())
    assert (chosen().scale, section.note.isHidden()) == (150, False)
    table = listing(desktop, "campaigns").table
    airy = table.verticalHeader().defaultSectionSize()
    for density, height in (("dense", airy - 12), ("airy", airy)):
        section.densities.setCurrentIndex(section.densities.findData(density))
        section.densities.activated.emit(section.densities.currentIndex())
        settle(qtbot, desktop.desk)
        assert table.verticalHeader().defaultSectionSize() == height


def test_a_choice_nobody_understands_is_none(own: Path) -> None:
    assert chosen() == Chosen()
    choose(Chosen("be", 200))
    assert chosen() == Chosen("be", 200)
    (own / "window.json").write_text(json.dumps({"language": 7, "scale": 33}), "utf-8")
    assert chosen() == Chosen()


@pytest.mark.parametrize("language", [one for one in languages() if one != "en"])
def test_what_qt_says_itself_is_said_in_the_readers_language(language: str) -> None:
    words = QtWords(Speaker(language))
    try:
        for text in TEXTS:
            said = QCoreApplication.translate("QFileDialog", text)
            assert said, text
            assert said != text or text == "OK", text
        assert QCoreApplication.translate("QFileDialog", "Something Qt may say some day") == "Something Qt may say some day"
    finally:
        words.leave()
