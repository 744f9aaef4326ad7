"""One case in the window: appeal, quote, gifts, e-invoice, two people, payment file, the bank's answer; a picture of every step is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeVar, cast

import pytest
from lxml import etree
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fundledger.domain.campaign import REFUND
from fundledger.domain.money import parse
from fundledger.domain.refunding import Fate
from fundledger.gui.appeal_texts import AppealForm
from fundledger.gui.campaign_forms import CampaignForm, CampaignPaperForm, QuoteForm
from fundledger.gui.closing_form import ClosingForm
from fundledger.gui.invoice_form import InvoiceForm
from fundledger.gui.payee_forms import PayeePane, VerifyForm
from fundledger.gui.paying import PayPane
from fundledger.services import accounts, people
from fundledger.services.checking import check_book
from fundledger.store import campaigns, funds, keys
from fundledger.store.book import create_book, open_book
from tests.gui.conftest import PASSPHRASE, FakeDialogs, euros, settle
from tests.gui.test_disbursements import drop
from tests.gui.test_start import opened
from tests.one_case import GAVE, OFFICE, OVER, came, month, went
from tests.services.einvoices import BILL, ubl

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from fundledger.domain.figures import FundFigures
    from fundledger.gui.app import Shell
    from fundledger.gui.campaigns import CampaignsPage
    from fundledger.gui.disbursements import DisbursementsPage
    from fundledger.gui.importing import ImportingPage
    from fundledger.gui.reconcile import ReconcilePage
    from fundledger.gui.window import Desktop

SECOND = "second river lamp"
OUR_NAME = "Sample Foundation"
INVOICE = replace(
    BILL, number="S-7", issued_on=date(2026, 1, 20), due_on=date(2026, 2, 19), payee="Sample Law Office", iban=OFFICE, reference="",
    buyer=OUR_NAME, lines=(19_008,), tax=3_992,
)  # fmt: skip
SHIFT = Qt.KeyboardModifier.ShiftModifier
T = TypeVar("T")


@dataclass
class Case:
    """The window and the day; `step` keeps a picture of what stands there."""

    shell: Shell
    dialogs: FakeDialogs
    qtbot: QtBot
    folder: Path
    now: datetime = datetime(2026, 1, 2, 10, tzinfo=UTC)
    taken: list[str] = field(default_factory=list)

    @property
    def desktop(self) -> Desktop:
        assert self.shell.desktop is not None
        return self.shell.desktop

    def settle(self) -> None:
        for _ in range(3):  # what was answered asks for more
            settle(self.qtbot, self.desktop.desk)
            QApplication.processEvents()

    def go(self, name: str) -> QWidget:
        found = self.desktop.go(name)
        self.settle()
        return found

    def on(self, day: int, month: int) -> None:
        """The morning of a day."""
        self.now = datetime(2026, month, day, 10, tzinfo=UTC)

    def sit_down(self, phrase: str) -> None:
        """Somebody opens the locked window with her own passphrase."""
        if self.shell.desktop is not None:
            self.desktop.actions_of.press("lock")
        self.shell.start.passphrase.setText(phrase)
        self.shell.start.open_book()
        opened(self.shell, self.qtbot).desk.now = lambda: self.now

    def step(self, name: str) -> None:
        """A picture of the window, in the order of the steps."""
        self.settle()
        self.taken.append(name)
        picture = self.shell.grab()
        assert picture.save(str(self.folder / f"{len(self.taken):02}-{name}.png"))

    def figures(self) -> FundFigures:
        with self.desktop.desk.book.reading() as db:
            found = campaigns.find_campaign(db, "C-201", "EUR")
            return funds.fund_figures(db, "EUR", [found.fund])[found.fund]


@pytest.fixture
def case(shell: Shell, dialogs: FakeDialogs, tmp_path: Path, qtbot: QtBot) -> Case:
    """A foundation with one account and two people."""
    path, at, cheap = tmp_path / "Case.fundledger", datetime(2026, 1, 1, 9, tzinfo=UTC), keys.Cost(32, 1, 4)
    facts = {"name": OUR_NAME, "currency": "EUR", "passphrase": PASSPHRASE, "person": "Treasurer"}
    with create_book(path, **facts, at=at, recovery_key=keys.new_recovery_key(), cost=cheap) as book:
        accounts.add_account(book, "LT029999900000000001", "Current account", at, euros(100), date(2025, 12, 31))
        people.add_person(book, "Second Sample Person", "approve+pay", SECOND, at, cheap)
    shell.resize(1440, 900)
    shell.show_book(open_book(path, PASSPHRASE))
    made = Case(shell, dialogs, qtbot, tmp_path)
    made.desktop.desk.now = lambda: made.now
    made.settle()
    return made


def shown(found: object, kind: type[T]) -> T:
    """What stands there, of the kind it should be."""
    assert isinstance(found, kind), found
    return found


def appeal(case: Case) -> None:
    """The mandate with its rules, the quote that gives the goal, and the first day of the collection."""
    page = cast("CampaignsPage", case.go("campaigns"))
    case.step("no-campaign-yet")
    page.new()
    case.settle()
    form = shown(page._forms[0], CampaignForm)
    form.code.setText("C-201")
    QTest.keyClicks(form.title, "A lawyer for an invented person")
    form.asked.line.setText("1")
    form.boxes["surplus"].setCurrentIndex(form.boxes["surplus"].findData(REFUND))
    form.opened.setChecked(False)
    case.step("mandate")
    form.kept.emit(False)
    case.settle()
    page.new_quote()
    case.settle()
    quote = shown(page._forms[0], QuoteForm)
    QTest.keyClicks(quote.payee, INVOICE.payee)
    quote.amount.line.setText("230,00")
    case.step("quote")
    quote.kept.emit(False)
    case.settle()
    paper = case.folder / "mandate.pdf"
    paper.write_bytes(b"%PDF-1.7 an invented mandate")
    drop(page.card, paper)
    case.settle()
    about = shown(page._forms[0], CampaignPaperForm)
    about.kind.setCurrentIndex(about.kind.findData("mandate"))
    case.step("paper")
    about.kept.emit(False)
    case.settle()
    case.on(3, 1)
    page.begin_collection()
    case.step("open")
    assert page.card.shown is not None
    assert page.card.shown.campaign.asked.minor == 230_00


def bring(case: Case, file: Path) -> None:
    """A month of the bank."""
    page = cast("ImportingPage", case.go("importing"))
    page.take([file])
    case.settle()
    case.step("looked-at")
    page.cards[0].take()
    case.step("imported")


def accept_sure(case: Case, count: int) -> None:
    """All that is sure, listed first."""
    page = cast("ReconcilePage", case.go("reconcile"))
    case.step("lines")
    QTest.keyClick(page.listing.table, Qt.Key.Key_Return, SHIFT)
    case.settle()
    assert page.sure.count == count
    case.step("sure")
    QTest.keyClick(page.sure, Qt.Key.Key_Return)
    case.step("accepted")


def keep_invoice(case: Case) -> None:
    """The lawyer's electronic invoice is dropped, read and kept; her account is confirmed by telephone."""
    page = cast("DisbursementsPage", case.go("disbursements"))
    paper = case.folder / "S-7.xml"
    paper.write_bytes(ubl(INVOICE))
    drop(page, paper)
    case.settle()
    form = shown(page._form, InvoiceForm)
    assert (form.number.text(), form.amount.line.text(), form.iban.text()) == ("S-7", "230.00", OFFICE)
    form.campaign.setCurrentIndex(form.campaign.findData("C-201"))
    case.step("e-invoice")
    form.kept.emit(False)
    case.step("inbox")
    page.look_at_payees()
    case.settle()
    assert page._held is not None
    pane = shown(page._held.findChild(PayeePane), PayeePane)
    pane.list.stand(0)
    pane._verify()
    asking = shown(pane.form, VerifyForm)
    asking.iban.setText(OFFICE)
    case.step("payee-asked")
    asking.kept.emit(False)
    case.step("payee-verified")


def approve(case: Case) -> None:
    """The second person, at the same desk."""
    case.sit_down(SECOND)
    page = cast("DisbursementsPage", case.go("disbursements"))
    page.listing.choose("approve")
    case.settle()
    case.step("to-approve")
    page.approve()
    case.step("approved")
    case.sit_down(PASSPHRASE)


def pay(case: Case) -> list[tuple[str, str, str]]:
    """The payment file: what the bank will bring back, the end-to-end id, the amount and the account of each payment."""
    page = cast("DisbursementsPage", case.go("disbursements"))
    page.pay()
    case.settle()
    assert page._held is not None
    pane = shown(page._held.findChild(PayPane), PayPane)
    case.step("payment-file")
    case.dialogs.place = case.folder / f"pay-{len(case.taken)}.xml"
    pane._write()
    case.step("payment-file-written")
    written = etree.parse(str(case.dialogs.place))
    paths = (".//{*}EndToEndId", ".//{*}InstdAmt", ".//{*}CdtrAcct//{*}IBAN")
    return [cast("tuple[str, str, str]", tuple(one.findtext(path) or "" for path in paths)) for one in written.iter("{*}CdtTrfTxInf")]


def close(case: Case) -> None:
    """The collection ends, the wizard says what goes back to whom, and what to say in six languages."""
    page = cast("CampaignsPage", case.go("campaigns"))
    page.end_collection()
    case.step("over")
    page.close_campaign()
    case.settle()
    form = shown(page._forms[0], ClosingForm)
    assert form.ready is not None
    assert [(one.share, one.fate) for one in form.ready.settlement.shares] == [
        (parse(back, "EUR"), Fate.REFUND) for back in sorted((back for _, back, _, _ in GAVE), key=float, reverse=True)
    ]
    case.step("closing")
    QTest.keyClick(form, Qt.Key.Key_Return)
    case.settle()
    told = shown(page._forms[0], AppealForm)
    case.step("what-to-say")
    assert all(told.texts[language][0].startswith(words) for language, words in OVER.items())
    case.dialogs.place = case.folder / "page"
    told.kept.emit(False)
    case.step("page-written")
    assert len(list(case.dialogs.place.glob("*.html"))) == len(OVER)


def test_one_case_from_the_appeal_to_the_closing(case: Case) -> None:
    appeal(case)
    reference = "RF"
    with case.desktop.desk.book.reading() as db:
        reference = campaigns.find_campaign(db, "C-201", "EUR").reference
    case.on(28, 1)
    gifts = [came(amount, "2026-01-10", name, iban, f"gift {reference}") for amount, _, name, iban in GAVE]
    bring(case, month(case.folder, 1, "100.00", "400.00", *gifts))
    accept_sure(case, len(GAVE))
    keep_invoice(case)
    approve(case)
    [(ours, _, _)] = pay(case)
    case.on(28, 2)
    bring(case, month(case.folder, 2, "400.00", "170.00", went("230.00", "2026-02-03", INVOICE.payee, OFFICE, ours)))
    accept_sure(case, 1)
    close(case)
    case.sit_down(SECOND)  # who closed the campaign does not send the money as well
    sent = pay(case)
    case.sit_down(PASSPHRASE)
    assert sorted((amount, iban) for _, amount, iban in sent) == sorted((back, iban) for _, back, _, iban in GAVE)
    case.on(28, 3)
    names = {iban: name for _, _, name, iban in GAVE}
    backs = [went(amount, "2026-03-02", names[iban], iban, end_to_end) for end_to_end, amount, iban in sent]
    bring(case, month(case.folder, 3, "170.00", "100.00", *backs))
    accept_sure(case, len(GAVE))
    figures = case.figures()
    assert (figures.collected, figures.paid, figures.returned, figures.remaining) == tuple(
        parse(one, "EUR") for one in ("300", "230", "70", "0")
    )
    case.go("campaigns")
    case.step("given-back")
    assert check_book(case.desktop.desk.book) == []
