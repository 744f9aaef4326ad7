"""A small foundation in a window: two campaigns, one bank file, one invoice, and dialogs that answer by themselves."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from fundledger.domain.campaign import COVER, Mandate, PublicText
from fundledger.domain.money import Money
from fundledger.gui.app import Shell
from fundledger.gui.theme import Look
from fundledger.i18n import Speaker
from fundledger.services import accounts, campaigns, donors, importing, invoices
from fundledger.store import keys, lines
from fundledger.store.book import create_book, open_book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from fundledger.gui.desk import Desk
    from fundledger.gui.window import Desktop
    from tests.gui.month import Month

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
JANUARY, FEBRUARY = (SAMPLE / "statements" / f"bank-a-2025-{month}.xml" for month in ("01", "02"))
PAPER = SAMPLE / "documents" / "invoice-SLO1-2025-014.pdf"
PASSPHRASE = "correct horse"
NOW = datetime(2025, 4, 1, 10, tzinfo=UTC)
DONOR = "Sample Person Alpha"


def euros(amount: int) -> Money:
    """Whole euros."""
    return Money(amount * 100, "EUR")


@dataclass
class FakeDialogs:
    """Answers at once with what a test has put here."""

    chosen: list[Path] = field(default_factory=list)
    place: Path | None = None

    def files(self, parent: QWidget, title: str, kinds: str) -> list[Path]:
        del parent, title, kinds
        return self.chosen

    def file(self, parent: QWidget, title: str, kinds: str) -> Path | None:
        return next(iter(self.files(parent, title, kinds)), None)

    def folder(self, parent: QWidget, title: str) -> Path | None:
        del parent, title
        return self.place

    def new_file(self, parent: QWidget, title: str, offered: Path) -> Path | None:
        del parent, title, offered
        return self.place


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of tests on a virtual screen."""
    config.addinivalue_line("markers", "needs_a_virtual_screen: needs Xvfb and openbox, which packaging/setup.sh brings where it can")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests on a virtual screen where there is none to be had: macOS and Windows have no Xvfb."""
    if shutil.which("Xvfb") and shutil.which("openbox"):
        return
    left_out = [item for item in items if item.get_closest_marker("needs_a_virtual_screen")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small foundation, founded once."""
    path = tmp_path_factory.mktemp("template") / "Small.fundledger"
    cost = keys.Cost(32, 1, 4)
    facts = {"name": "Small Foundation", "currency": "EUR", "passphrase": PASSPHRASE, "person": "Treasurer"}
    with create_book(path, **facts, at=NOW, recovery_key=keys.new_recovery_key(), cost=cost) as book:
        accounts.add_account(book, "LT029999900000000001", "Current account", NOW, euros(500), date(2024, 12, 31))
        for code, title, asked in (("C-101", "A lawyer for Invented Person One", 3030), ("C-104", "Lasting legal aid", 5000)):
            mandate = Mandate({"en": PublicText(title, "An invented story.")}, shortfall=COVER)
            campaigns.add_campaign(book, code, euros(asked), mandate, NOW, opened_on=date(2025, 1, 1))
        donors.add_donor(book, DONOR, (), NOW)
        importing.import_statement(book, JANUARY, NOW)
        issued = date(2025, 3, 20)
        invoices.add_invoice(
            book,
            campaign="C-101",
            payee="Sample Law Office One",
            number="SLO1-2025-014",
            amount=euros(2000),
            issued_on=issued,
            at=NOW,
            document=PAPER,
        )
    return path


@pytest.fixture(scope="session")
def look(qapp: QApplication) -> Look:
    return Look(qapp)


@pytest.fixture
def dialogs() -> FakeDialogs:
    return FakeDialogs()


class Windows(QObject):
    """Notes every window that appears beside ours: what is shown before it has its place flashes up as a window and takes the keys."""

    def __init__(self, ours: QWidget) -> None:
        super().__init__()
        self.ours, self.strange = ours, list[str]()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Look at what is shown; menus, lists of a box and tooltips are windows by right."""
        if isinstance(watched, QWidget) and event.type() == QEvent.Type.Show and watched.windowType() == Qt.WindowType.Window:
            self.strange += (
                [f"{type(watched).__name__} {watched.accessibleName()}"] if watched.isWindow() and watched is not self.ours else []
            )
        return False


@pytest.fixture
def shell(look: Look, dialogs: FakeDialogs, qtbot: QtBot, qapp: QApplication) -> Iterator[Shell]:
    """The window before a book is open."""
    made = Shell(look, Speaker("en"), None, dialogs)
    windows = Windows(made)
    qapp.installEventFilter(windows)
    made.show()
    made.activateWindow()
    qtbot.wait_until(made.isActiveWindow)
    yield made
    made.close()
    qtbot.wait_until(lambda: made.desktop is None)
    qapp.removeEventFilter(windows)
    made.deleteLater()  # hundreds of parts of every window that was would be dressed anew with each change of the look
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert windows.strange == []


@pytest.fixture
def desktop(shell: Shell, template: Path, tmp_path: Path, qtbot: QtBot) -> Desktop:
    """The window of the small foundation."""
    path = Path(shutil.copytree(template, tmp_path / "Small.fundledger"))
    shell._ahead.stop()  # nothing is fetched ahead in the middle of a test
    shell.show_book(open_book(path, PASSPHRASE))
    made = shell.desktop
    assert made is not None
    made.desk.now = lambda: NOW
    settle(qtbot, made.desk)
    return made


@pytest.fixture(scope="session")
def month_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A foundation with a month of three hundred lines, founded once."""
    from tests.gui.month import make_month  # noqa: PLC0415  it needs what stands here

    path = tmp_path_factory.mktemp("month") / "Month.fundledger"
    make_month(path)
    return path


@pytest.fixture
def month(shell: Shell, month_book: Path, tmp_path: Path, qtbot: QtBot) -> Month:
    """The window on the campaigns, and what each line of the month is."""
    from tests.gui import month as made  # noqa: PLC0415  as above

    shell.show_book(open_book(Path(shutil.copytree(month_book, tmp_path / "Month.fundledger")), made.PASSPHRASE))
    desktop = shell.desktop
    assert desktop is not None
    desktop.desk.now = lambda: made.NOW
    settle(qtbot, desktop.desk)
    with desktop.desk.book.reading() as db:
        ids = sorted(lines.line_ids(db, "all"))
    return made.Month(made.Keyboard(desktop, qtbot), dict(zip(ids, made.month(), strict=False)))


def settle(qtbot: QtBot, desk: Desk) -> None:
    """Wait until everything that was asked is answered."""
    qtbot.wait_until(lambda: not desk.tasks.busy(), timeout=20_000)
