"""About: the version, where things are, and the licences of what the program consists of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest

from fundledger import __version__, settings
from fundledger.gui.about import About
from fundledger.settings import data_dir
from fundledger.store.migrating import VERSIONS
from tests.gui.walking import nameless, tab_order

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from fundledger.gui.window import Desktop


def about(desktop: Desktop) -> About:
    """It, from the menu."""
    desktop.actions_of.press("about")
    assert isinstance(desktop.about, About)
    return desktop.about


def test_about_says_where_everything_is(desktop: Desktop) -> None:
    shown = about(desktop)
    assert shown.isVisible()
    assert __version__ in shown.head.text()
    assert shown.places["book"] == str(desktop.desk.book.path)
    assert shown.places["notes"].startswith(str(data_dir()))
    assert shown.places["schema"] == VERSIONS[-1]
    assert "never opens a network connection" in shown.network.text()
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()


def test_the_licences_of_the_fonts_are_there_from_source(desktop: Desktop) -> None:
    shown = about(desktop)
    shown.show_licences.click()
    assert "Bitstream Vera" in shown.licences.toPlainText()


def test_a_built_package_shows_its_own_page(desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "licences.html").write_text(f"<a href='#1'>Qt</a>{'<p>text</p>' * 200}<h2><a name='1'></a>Qt</h2><p>LGPL</p>")
    monkeypatch.setattr(settings, "__file__", str(tmp_path / "settings.py"))
    shown = about(desktop)
    shown.show_licences.click()
    assert shown.licences.toPlainText().splitlines()[-1] == "LGPL"
    assert shown.licences.verticalScrollBar().value() == 0
    shown.licences.anchorClicked.emit(QUrl("#1"))
    assert shown.licences.verticalScrollBar().value() > 0, "the list leads to the texts"


def test_about_is_heard_and_walked_through(desktop: Desktop) -> None:
    shown = about(desktop)
    for licences in (False, True):
        if licences:
            shown.show_licences.click()
        assert nameless(shown) == []
        within = [each for each in tab_order(desktop) if shown.isAncestorOf(each)]
        assert len(within) == len(shown.places) + 2 + licences, "each place, the licences, the way out"
