"""Takes a picture of every page of the sample foundation, light and dark, in one language and at one scale.

python packaging/gallery.py OUT_DIR [--book DIR] [--scale 2] [--language lt] [--readme]

Without a book the sample foundation is built in a folder that is thrown away. `--readme` also writes the pictures of the README to
resources/pictures. The pictures are the window's own, drawn without a screen; the scale is Qt's, as on a sharp screen. What is cut, what
overlaps and what is said in English elsewhere is named under each picture, and makes the exit code 1.
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

    from PySide6.QtWidgets import QAbstractButton, QLabel, QTableView, QWidget

    from fundledger.gui.app import Shell
    from fundledger.gui.theme import Look
    from fundledger.gui.window import Desktop

TOP = Path(__file__).parents[1]
NOW = datetime(2026, 1, 15, 10, tzinfo=UTC)
_FRAME = 16  # points a button has around its text
PASSPHRASE = "sample"  # noqa: S105  of an invented book


class Gallery:
    """One window, walked through page by page."""

    def __init__(self, shell: Shell, out: Path, suffix: str) -> None:
        """`out` takes the pictures; `suffix` tells the scale."""
        self.shell, self.out, self.suffix = shell, out, suffix
        self.faults, self.english = 0, said_in_english_alone(shell.start._speaker.language)  # noqa: SLF001  whoever reads it

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
        """Save the window as it is, and name what is wrong in it."""
        self.settle()
        self.shell.grab().save(str(self.out / f"{name}{self.suffix}.png"))
        for fault in sorted({*looked_at(self.shell, self.english)}):
            self.faults += 1
            print(f"{name}{self.suffix}: {fault}")

    def both(self, name: str) -> None:
        """Save the window as it is, light and dark."""
        self.settle()
        self.desktop.toast.hide()
        for look in ("light", "dark"):
            self.desktop.actions_of.press(look)
            self.take(f"{name}-{look}")

    def walk(self, look: str) -> Iterator[str]:
        """Every page in one look."""
        desktop = self.desktop
        desktop.toast.hide()
        desktop.actions_of.press(look)
        for page in (
            "dashboard",
            "campaigns",
            "donors",
            "disbursements",
            "importing",
            "reconcile",
            "tieout",
            "reports",
            "logbook",
            "settings_page",
        ):
            desktop.go(page)
            self.settle()
            desktop.toast.hide()
            yield page


def said_in_english_alone(language: str) -> frozenset[str]:
    """The English sentences that are said otherwise in a language, as they stand in the window."""
    from fundledger.i18n import SOURCE, catalogue  # noqa: PLC0415  with the program

    english, own = (getattr(catalogue(one), "_catalog", {}) for one in (SOURCE, language))
    bare = {key: str(text).replace("&", "") for key, text in english.items() if key != "gui.start.sample.offered"}  # a name
    spoken = {str(text).replace("&", "") for text in own.values()}
    return frozenset(text for text in bare.values() if len(text) > 2 and "{" not in text and text not in spoken)


def looked_at(top: QWidget, english: frozenset[str]) -> Iterator[str]:
    """What is cut, what lies on something else, what is said in another language than the reader's."""
    from PySide6.QtWidgets import QAbstractButton, QLabel, QTableView, QWidget  # noqa: PLC0415  Qt starts after the scale is set

    for each in top.findChildren(QWidget):
        if each.isVisible() and each.width():
            if isinstance(each, QLabel | QAbstractButton) and each.text():
                yield from read(each, english)
            if isinstance(each, QTableView):
                yield from headed(each)
            yield from laid_out(each)


def read(part: QLabel | QAbstractButton, english: frozenset[str]) -> Iterator[str]:
    """Whether a text is whole and in the reader's language."""
    from PySide6.QtWidgets import QLabel  # noqa: PLC0415  Qt starts after the scale is set

    text = part.text().replace("&", "")
    widest = max(part.fontMetrics().horizontalAdvance(line) for line in text.split("\n"))
    wraps = bool(getattr(part, "wordWrap", bool)())
    if text in english:
        yield f"in English: {text}"
    if wraps and part.heightForWidth(part.width()) > part.height() + 1:
        yield f"cut below: {text[:60]}"
    if not wraps and widest + (0 if isinstance(part, QLabel) else _FRAME) > part.width() + 1:
        yield f"cut: {text[:60]}"


def headed(table: QTableView) -> Iterator[str]:
    """Whether the heading of a column is whole."""
    head, model = table.horizontalHeader(), table.model()
    for place in range(head.count() if head.isVisible() else 0):
        text = str(model.headerData(place, head.orientation()) or "")
        if 0 < head.sectionSize(place) < head.fontMetrics().horizontalAdvance(text):
            yield f"cut heading: {text}"


def laid_out(part: QWidget) -> Iterator[str]:
    """Whether the parts of a part stand beside each other; what is shown above a page lies on it by right."""
    from PySide6.QtWidgets import QWidget  # noqa: PLC0415  Qt starts after the scale is set

    inside = [one for one in part.children() if isinstance(one, QWidget) and one.isVisible()] if part.layout() is not None else []
    inside = [one for one in inside if one.property("role") not in {"overlay", "toast"}]
    places = [one.geometry().adjusted(1, 1, -1, -1) for one in inside]
    if any(one.intersects(other) for place, one in enumerate(places) for other in places[place + 1 :]):
        yield f"overlapping: in {type(part).__name__} {part.accessibleName()}"


def pictures(book: Path, out: Path, suffix: str, statement: Path, language: str) -> int:
    """Take all of them; gives how many faults were seen."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  after the scale is set

    from fundledger.gui.app import Shell, speaker_of  # noqa: PLC0415  as above
    from fundledger.gui.dialogs import SystemDialogs  # noqa: PLC0415  as above
    from fundledger.gui.theme import Look  # noqa: PLC0415  as above
    from fundledger.store.book import open_book  # noqa: PLC0415  as above

    app = QApplication([])
    look = Look(app)
    gallery = Gallery(Shell(look, speaker_of(language), None, SystemDialogs()), out, suffix)
    shell = gallery.shell
    shell.show()
    for name in ("light", "dark"):
        look.choose(name)
        shell.start.ask(None)
        gallery.take(f"start-{name}")
        shell.start.ask(book)
        gallery.take(f"lock-{name}")
    before(gallery, look, book)
    shell.show_book(open_book(book, PASSPHRASE))
    desktop = gallery.desktop
    desktop.desk.now = lambda: NOW
    gallery.settle()
    for name in ("light", "dark"):
        for page in gallery.walk(name):
            if page == "campaigns":
                show(gallery, "C-104")
            gallery.take(f"{page}-{name}")
            if page == "dashboard":
                dashboard(gallery, name)
        more(gallery, name)
    import_files(statement, book.parent)
    imports(gallery, book.parent)
    shell.close()
    return gallery.faults


def dashboard(gallery: Gallery, look: str) -> None:
    """The first page with its table, and where nothing is to be done."""
    page: Any = gallery.desktop.page()
    page.turn_chart()
    gallery.take(f"dashboard-table-{look}")
    page.turn_chart()
    page.show_needs(())
    gallery.take(f"dashboard-calm-{look}")
    page.look_again()


def before(gallery: Gallery, look: Look, book: Path) -> None:
    """Restoring where no book is open, and the steps of the first run of a book that is made for it."""
    from fundledger.gui.first_run import READY, STEPS  # noqa: PLC0415  Qt starts after the scale is set
    from fundledger.services.books import new_book, recovery_key  # noqa: PLC0415  as above

    shell, key = gallery.shell, recovery_key()
    for name in ("light", "dark"):
        look.choose(name)
        shell.start.ask(book)
        gallery.settle()
        shell.start.keyring.show()
        gallery.take(f"lock-keyring-{name}")
        shell.start.lost.click()
        gallery.take(f"lost-{name}")
        shell.start.restoring.file.setText("0000012.flbackup")
        shell.start._turn(shell.start.restoring)  # noqa: SLF001  as the button of restoring does when a file was chosen
        gallery.take(f"restore-{name}")
        made = new_book(book.with_name(f"New {name}.fundledger"), "New Foundation", "EUR", PASSPHRASE, NOW, recovery_key=key)
        shell.show_book(made, key)
        gallery.settle()
        for step in (*STEPS, READY):
            if shell.first is not None:
                shell.first.turn(step)
            gallery.take(f"first-{step}-{name}")
        shell.lock()


def import_files(statement: Path, folder: Path) -> None:
    """Files for the import page: the months that follow `statement`, one again with a correction, tables, and one that is cut off."""
    month = statement.read_text(encoding="utf-8").replace("2025-12", "2026-01").replace("SeqNb>12<", "SeqNb>13<").replace("A2512", "A2601")
    month = month.replace(">802.00<", ">1077.50<").replace(">526.50<", ">802.00<").replace("2026-01-01T06", "2026-02-01T06")
    march = month.replace("2026-01", "2026-03").replace("SeqNb>13<", "SeqNb>15<").replace("A2601", "A2603")
    strange = "".join(f"2026-01-{day:02};Sample Person {day};{day}gift;{day},50;{day * 3},00\n" for day in (5, 6, 7, 31))
    files = {
        "january.xml": month,
        "january-again.xml": month.replace(">50.00<", ">55.00<", 2).replace(">1077.50<", ">1082.50<"),
        "march.xml": march.replace(">802.00<", ">1100.00<").replace(">1077.50<", ">1375.50<"),
        "table.csv": "Date;Name;Text;Amount;Currency\n2026-01-05;Sample Person Beta;gift;12,50;EUR\n",
        "strange.csv": f"Aa;Bb;Cc;Dd;Ee\n{strange}",
        "cut-off.xml": month[:6000],
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")


def imports(gallery: Gallery, folder: Path) -> None:
    """The import page from the first look at a file to a correction that waits."""
    from PySide6.QtWidgets import QPushButton  # noqa: PLC0415  Qt starts after the scale is set

    from fundledger.gui.answers import Told  # noqa: PLC0415  as above

    desktop = gallery.desktop
    desktop.desk.now = lambda: datetime(2026, 4, 2, 10, tzinfo=UTC)
    page: Any = desktop.go("importing")

    def look_at(*names: str) -> Any:  # noqa: ANN401  a card of the page
        page.take([folder / name for name in names])
        gallery.settle()
        return page.cards[0]

    def take(card: Any) -> None:  # noqa: ANN401  as above
        card.told = Told(noticed=True)
        card.show_found(card.found)
        card.take()
        gallery.settle()

    look_at("cut-off.xml", "table.csv")
    january = look_at("january.xml")
    gallery.both("import-cards")
    january.findChild(QPushButton, "group.new").click()
    gallery.both("import-group")
    take(january)
    gallery.both("import-taken")
    again = look_at("january-again.xml")
    again.findChild(QPushButton, "group.unsure").click()
    gallery.both("import-corrected")
    take(again)
    page.show_view("unsure")
    gallery.both("import-unsure")
    take(look_at("march.xml"))
    page.show_view("coverage")
    gallery.both("import-coverage")
    look_at("strange.csv").wants.emit("mapping")
    gallery.settle()
    for place, role in enumerate(("booked_on", "name", "text", "amount", "balance")):
        box = page.mapping.roles[place]
        box.setCurrentIndex(box.findData(role))
    page.mapping.changed()
    gallery.both("import-mapping")
    page.new_account("PAYPAL/EUR")
    gallery.both("import-account")


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
    sections(gallery, look)
    campaigns: Any = desktop.go("campaigns")
    gallery.settle()
    campaigns.withdraw_consent()
    gallery.take(f"consent-{look}")
    campaigns._close_form()  # noqa: SLF001  as Esc does
    donors: Any = desktop.go("donors")
    gallery.settle()
    donors.begin("erase")
    gallery.take(f"erase-{look}")
    donors.look_at_pairs()
    gallery.take(f"merging-{look}")
    donors._close_form()  # noqa: SLF001  as Esc does
    desktop.go("logbook")
    gallery.settle()
    desktop.actions_of.press("help")
    gallery.take(f"help-{look}")
    desktop.help().show_contents()
    gallery.take(f"help-contents-{look}")
    desktop.help().close_help()
    desktop.actions_of.press("palette")
    gallery.take(f"palette-{look}")
    desktop.palette_of.close_overlay()
    desktop.actions_of.press("keys")
    gallery.take(f"keys-{look}")
    desktop.keys.close_overlay()


def sections(gallery: Gallery, look: str) -> None:
    """The settings, section by section, and their forms."""
    desktop = gallery.desktop
    settings: Any = desktop.go("settings_page")
    for section in ("accounts", "people", "rules", "backups", "appearance", "privacy", "shortcuts", "advanced"):
        settings.show_section(section)
        gallery.take(f"settings-{section}-{look}")
    settings.show_section("backups")
    settings.backups._begin_restore(Path("0000001.flbackup"))  # noqa: SLF001  as its button does
    gallery.take(f"restore-form-{look}")
    settings.backups._close_form()  # noqa: SLF001  as Esc does
    settings.show_section("people")
    settings.people.new_recovery()
    gallery.take(f"recovery-{look}")
    settings.people.close_form()
    settings.show_section("book")


def main() -> None:
    """Read what was asked, set the scale, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--book", type=Path)
    parser.add_argument("--scale", default="1")
    parser.add_argument("--language", default="en")
    parser.add_argument("--readme", action="store_true")
    choice = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = choice.scale
    choice.out.mkdir(parents=True, exist_ok=True)
    suffix = ("" if choice.language == "en" else f"-{choice.language}") + ("" if choice.scale == "1" else f"@{choice.scale}x")
    with tempfile.TemporaryDirectory() as folder:
        book = choice.book or Path(folder) / "Sample Foundation.fundledger"
        if not choice.book:
            from fundledger.services.sample import build_sample  # noqa: PLC0415  only without a book

            build_sample(book, PASSPHRASE).close()
        faults = pictures(book, choice.out, suffix, TOP / "resources" / "sample" / "statements" / "bank-a-2025-12.xml", choice.language)
    if choice.readme:
        for name in ("dashboard-light", "reconcile-light", "reports-light", "campaigns-dark"):
            (TOP / "resources" / "pictures" / f"{name}.png").write_bytes((choice.out / f"{name}{suffix}.png").read_bytes())
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
