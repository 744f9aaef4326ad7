"""The in-app help: a topic a page, its words those of the window, found by a few letters, left by Esc."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest

from fundledger.cli.parser import build
from fundledger.gui.helping import TOPICS, topic, topics
from fundledger.gui.sidebar import PAGES
from fundledger.i18n import Speaker, languages
from tests.gui.conftest import DONOR

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.palette import Offer
    from fundledger.gui.window import Desktop

FOLDER = Path(__file__).parents[2] / "resources" / "help"


def placeholders(text: str) -> list[str]:
    """The words and keys a topic takes from the window."""
    return sorted(re.findall(r"\{([\w.]+)\}", text))


@pytest.mark.parametrize("language", languages())
def test_every_topic_is_written_in_every_language_with_the_same_words_of_the_window(language: str) -> None:
    assert sorted(path.stem for path in (FOLDER / language).glob("*.md")) == sorted(TOPICS)
    for name in TOPICS:
        own, english = ((FOLDER / one / f"{name}.md").read_text("utf-8") for one in (language, "en"))
        assert placeholders(own) == placeholders(english), name
        assert re.findall(r"`[^`]+`|\]\(\w+\)", own) == re.findall(r"`[^`]+`|\]\(\w+\)", english), name
        assert own.startswith("# ")


@pytest.mark.parametrize("language", languages())
def test_what_a_topic_says_of_the_window_is_there(language: str) -> None:
    for one in topics(Speaker(language)):  # a word or a key nobody knows raises
        assert not placeholders(one.text), one.name
        assert all(link in TOPICS for link in re.findall(r"\]\((\w+)\)", one.text)), one.name


def test_every_page_has_a_topic() -> None:
    assert set(PAGES) <= set(TOPICS)


def test_commands_that_are_named_are_commands() -> None:
    usage = build(Speaker("en")).format_help()
    for name in TOPICS:
        for quoted in re.findall(r"`fundledger ([^`]+)`", topic(name, Speaker("en")).text):
            assert re.search(rf"\b{shlex.split(quoted)[0]}\b", usage), (name, quoted)


def test_f1_shows_the_topic_of_the_page_and_closes_it_again(desktop: Desktop, qtbot: QtBot) -> None:
    table = desktop.go("campaigns").listing.table  # type: ignore[attr-defined]  # the page of campaigns
    qtbot.waitUntil(lambda: bool(table.model().rowCount()))
    table.setFocus()
    desktop.actions_of.press("help")
    panel = desktop.help()
    assert (panel.isVisible(), panel.shown, panel.title.text()) == (True, "campaigns", topic("campaigns", Speaker("en")).title)
    assert "**" not in panel.text.toPlainText()
    QTest.keyClick(panel.text, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert desktop.window().focusWidget() is table
    desktop.actions_of.press("help")
    desktop.actions_of.press("help")
    assert not panel.isVisible()


def test_a_few_letters_find_topics_and_enter_reads_the_one_chosen(desktop: Desktop) -> None:
    desktop.actions_of.press("help")
    panel = desktop.help()
    QTest.keyClicks(panel.search, "suspense")
    found = [panel.list.item(place).text() for place in range(panel.list.count())]
    assert found[0].startswith("Reconcile\n")
    QTest.keyClick(panel.search, Qt.Key.Key_Down)
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.title.text() == found[1].partition("\n")[0]
    assert panel.text.textCursor().selectedText().casefold() == "suspense"
    panel.show_contents()
    assert panel.list.count() == len(TOPICS)
    QTest.keyClicks(panel.search, "xylophone")
    assert (panel.list.count(), panel.nothing.isHidden()) == (0, False)


def test_links_lead_from_topic_to_topic_and_back(desktop: Desktop) -> None:
    desktop.actions_of.press("help")
    panel = desktop.help()
    panel.read("start")
    panel.text.anchorClicked.emit(QUrl("importing"))
    assert panel.shown == "importing"
    panel.text.anchorClicked.emit(QUrl("https://example.org"))
    assert panel.shown == "importing"
    panel.back.click()
    assert panel.shown == "start"
    panel.back.click()
    assert (panel.shown, panel.back.isEnabled()) == ("dashboard", False)


def test_the_palette_finds_help_reports_donors_and_bank_lines(desktop: Desktop, qtbot: QtBot) -> None:
    palette = desktop.palette_of

    def found(text: str, hint: str) -> str:
        palette.show_palette()
        palette.line.setText(text)
        qtbot.waitUntil(lambda: any(offer(place).hint == hint for place in range(palette.list.count())))
        place = next(place for place in range(palette.list.count()) if offer(place).hint == hint)
        palette.list.setCurrentRow(place)
        said = offer(place).text
        palette.take()
        return said

    def offer(place: int) -> Offer:
        return cast("Offer", palette.list.item(place).data(Qt.ItemDataRole.UserRole))

    assert found("goes wrong", "Help") == "When something goes wrong"
    assert desktop.help().shown == "trouble"
    assert found("trial", "report") == "Trial balance"
    assert desktop.shown == "reports"
    assert desktop.page().wanted().name == "trial-balance"  # type: ignore[attr-defined]  # the page of reports
    assert found("D-0001", "donor").startswith("D-0001  ")
    assert desktop.shown == "donors"
    assert "€40.00" in found("40", "bank line")
    assert desktop.shown == "reconcile"


def test_the_palette_neither_finds_nor_shows_a_masked_name(desktop: Desktop, qtbot: QtBot) -> None:
    palette = desktop.palette_of
    palette.show_palette()
    with qtbot.waitSignal(desktop.desk.tasks.told):
        palette.line.setText(DONOR.split()[-1])
    qtbot.waitUntil(lambda: not desktop.desk.tasks.busy())
    assert palette.list.count() == 0
    palette.line.setText("D-0001")
    qtbot.waitUntil(lambda: palette.list.count() == 1)
    assert DONOR.split()[-1] not in palette.list.item(0).text()
