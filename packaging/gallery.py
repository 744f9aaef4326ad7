"""Takes a picture of every page of the sample foundation, light and dark.

python packaging/gallery.py OUT_DIR [--book DIR] [--scale 2] [--readme]

Without a book the sample foundation is built in a folder that is thrown away. `--readme` also writes the pictures of the README to
resources/pictures. The pictures are the window's own, drawn without a screen; the scale is Qt's, as on a sharp screen.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fundledger.gui.app import Shell
    from fundledger.gui.window import Desktop

TOP = Path(__file__).parents[1]
NOW = datetime(2026, 1, 15, 10, tzinfo=UTC)
PASSPHRASE = "sample"  # noqa: S105  of an invented book


class Gallery:
    """One window, walked through page by page."""

    def __init__(self, shell: Shell, out: Path, suffix: str) -> None:
        """`out` takes the pictures; `suffix` tells the scale."""
        self.shell, self.out, self.suffix = shell, out, suffix

    @property
    def desktop(self) -> Desktop:
        """The open book."""
        found = self.shell.desktop
        if found is None:
            raise RuntimeError("no book is open")
        return found

    def settle(self, until: Callable[[], bool] = bool) -> None:
        """Let everything that was asked be answered and painted."""
        from PySide6.QtCore import QDeadlineTimer, QEventLoop  # noqa: PLC0415  Qt starts after the scale is set
        from PySide6.QtWidgets import QApplication  # noqa: PLC0415  as above

        waited, quiet = QDeadlineTimer(60_000), QDeadlineTimer(400)
        while not waited.hasExpired():
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            if self.shell.tasks.busy() or not (until is bool or until()):
                quiet.setRemainingTime(400)
            elif quiet.hasExpired():
                return

    def take(self, name: str) -> None:
        """Save the window as it is."""
        self.settle()
        self.shell.grab().save(str(self.out / f"{name}{self.suffix}.png"))

    def walk(self, look: str) -> Iterator[str]:
        """Every page in one look."""
        desktop = self.desktop
        desktop.toast.hide()
        desktop.actions_of.press(look)
        for page in ("campaigns", "donors", "disbursements", "importing", "reconcile", "reports", "logbook", "settings_page"):
            desktop.go(page)
            self.settle()
            desktop.toast.hide()
            yield page


def pictures(book: Path, out: Path, suffix: str, statements: list[Path]) -> None:
    """Take all of them."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  after the scale is set

    from fundledger.gui.app import Shell, speaker_of  # noqa: PLC0415  as above
    from fundledger.gui.dialogs import SystemDialogs  # noqa: PLC0415  as above
    from fundledger.gui.theme import Look  # noqa: PLC0415  as above
    from fundledger.store.book import open_book  # noqa: PLC0415  as above

    app = QApplication([])
    look = Look(app)
    gallery = Gallery(Shell(look, speaker_of("en"), None, SystemDialogs()), out, suffix)
    shell = gallery.shell
    shell.show()
    for name in ("light", "dark"):
        look.choose(name)
        shell.start.ask(None)
        gallery.take(f"start-{name}")
        shell.start.ask(book)
        gallery.take(f"lock-{name}")
    shell.show_book(open_book(book, PASSPHRASE))
    desktop = gallery.desktop
    desktop.desk.now = lambda: NOW
    gallery.settle()
    gallery.desktop.go("importing").take(statements)  # type: ignore[attr-defined]  # the import page
    gallery.settle()
    for name in ("light", "dark"):
        for page in gallery.walk(name):
            if page == "campaigns":
                show(gallery, "C-104")
            gallery.take(f"{page}-{name}")
        more(gallery, name)
    shell.close()


def show(gallery: Gallery, code: str) -> None:
    """One campaign on the card."""
    listing = gallery.desktop.pages["campaigns"].listing  # type: ignore[attr-defined]  # the page of campaigns
    place = next(place for place in range(listing.model.rowCount()) if listing.model.index(place, 0).data() == code)
    listing.table.setCurrentIndex(listing.model.index(place, 0))
    gallery.settle()


def more(gallery: Gallery, look: str) -> None:
    """Forms, the palette and the sheet of keys."""
    desktop = gallery.desktop
    for page in ("campaigns", "disbursements"):
        desktop.go(page).new()
        gallery.take(f"{page}-new-{look}")
        desktop.pages[page]._close_form()  # type: ignore[attr-defined]  # noqa: SLF001  as Esc does
    desktop.go("reconcile")
    gallery.settle()
    desktop.actions_of.press("split")
    gallery.take(f"split-{look}")
    desktop.actions_of.press("accept_sure")
    gallery.take(f"sure-{look}")
    desktop.pages["reconcile"]._leave_sure()  # type: ignore[attr-defined]  # noqa: SLF001  as Esc does
    desktop.actions_of.press("verify")
    gallery.take(f"logbook-verified-{look}")
    settings: Any = desktop.go("settings_page")
    for section in ("people", "backups", "lock"):
        settings.show_section(section)
        gallery.take(f"settings-{section}-{look}")
    settings.show_section("people")
    settings.people.new_recovery()
    gallery.take(f"recovery-{look}")
    settings.people.close_form()
    settings.show_section("book")
    donors: Any = desktop.go("donors")
    gallery.settle()
    donors.new_erasure()
    gallery.take(f"erase-{look}")
    donors._close_form()  # noqa: SLF001  as Esc does
    desktop.actions_of.press("palette")
    gallery.take(f"palette-{look}")
    desktop.palette_of.close_overlay()
    desktop.actions_of.press("keys")
    gallery.take(f"keys-{look}")
    desktop.keys.close_overlay()


def main() -> None:
    """Read what was asked, set the scale, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--book", type=Path)
    parser.add_argument("--scale", default="1")
    parser.add_argument("--readme", action="store_true")
    choice = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = choice.scale
    choice.out.mkdir(parents=True, exist_ok=True)
    suffix = "" if choice.scale == "1" else f"@{choice.scale}x"
    with tempfile.TemporaryDirectory() as folder:
        book = choice.book or Path(folder) / "Sample Foundation.fundledger"
        if not choice.book:
            from fundledger.services.sample import build_sample  # noqa: PLC0415  only without a book

            build_sample(book, PASSPHRASE).close()
        files = sorted((TOP / "resources" / "sample" / "statements").glob("*.xml"))
        pictures(book, choice.out, suffix, files[:3])
    if choice.readme:
        for name in ("campaigns-light", "reconcile-light", "reports-light", "campaigns-dark"):
            (TOP / "resources" / "pictures" / f"{name}.png").write_bytes((choice.out / f"{name}{suffix}.png").read_bytes())


if __name__ == "__main__":
    main()
