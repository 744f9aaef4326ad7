"""The window tells its surroundings nothing: not in its title, not in the user's folders, whatever page is open."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from fundledger.gui.donor_forms import EraseForm
from fundledger.gui.donors import DonorsPage
from fundledger.gui.sidebar import PAGES
from fundledger.settings import APP, data_dir
from tests.gui.conftest import DONOR, settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from fundledger.gui.window import Desktop

SECRETS = (DONOR, "Small Foundation", "Small.fundledger", "Donor Alpha")


def test_no_title_says_more_than_the_programs_name(desktop: Desktop, qtbot: QtBot) -> None:
    titles = set()
    for page in PAGES:
        desktop.go(page)
        settle(qtbot, desktop.desk)
        desktop.desk.show_names(page)
        settle(qtbot, desktop.desk)
        titles |= {each.windowTitle() for each in QApplication.topLevelWidgets() if each.isWindow() and each.isVisible()}
        desktop.desk.hide_names()
    assert titles == {APP}


def test_nothing_about_a_book_is_remembered_among_the_users_files(desktop: Desktop, qtbot: QtBot) -> None:
    for page in PAGES:
        desktop.go(page)
        settle(qtbot, desktop.desk)
    desktop.locked.emit()
    places = [Path(os.environ[f"XDG_{name}_HOME"]) for name in ("CONFIG", "DATA", "CACHE", "STATE")]
    assert data_dir().parent in places
    written = b"".join(each.read_bytes() for place in places for each in place.rglob("*") if each.is_file())
    assert [secret for secret in SECRETS[:2] if secret.encode() in written or secret.encode("utf-16-be") in written] == []


def test_no_tooltip_and_no_accessible_text_says_a_masked_name(desktop: Desktop, qtbot: QtBot) -> None:
    """The new ways of keys, consent, erasure and the first run among them."""
    for page in PAGES:
        desktop.go(page)
        settle(qtbot, desktop.desk)
    donors = desktop.pages["donors"]
    assert isinstance(donors, DonorsPage)
    donors.listing.table.stand(0)
    donors.begin("erase")
    assert isinstance(donors._form, EraseForm)
    desktop.pages["campaigns"].withdraw_consent()  # type: ignore[attr-defined]
    desktop.pages["settings_page"].set_up()  # type: ignore[attr-defined]
    settle(qtbot, desktop.desk)
    everything = [*QApplication.topLevelWidgets(), *(each for top in QApplication.topLevelWidgets() for each in top.findChildren(QWidget))]
    outward = "\n".join(f"{each.toolTip()} {each.statusTip()} {each.whatsThis()} {each.windowTitle()}" for each in everything)
    aloud = "\n".join(f"{each.accessibleName()} {each.accessibleDescription()}" for each in everything)
    assert [secret for secret in SECRETS if secret in outward] == []
    assert [secret for secret in (DONOR, "Donor Alpha") if secret in aloud] == []
