"""A month of three hundred bank lines of every kind, and what each of them is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fundledger.domain.campaign import Mandate, PublicText
from fundledger.domain.money import Money, parse
from fundledger.domain.reference import creditor_reference
from fundledger.gui.reconcile import ReconcilePage
from fundledger.services import accounts, campaigns, donors, importing, invoices
from fundledger.store import keys
from fundledger.store.book import create_book
from tests.gui.conftest import settle
from tests.services.bookkeeping import OTHER_BANK, OURS, PAYEE, Paid, camt

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from fundledger.gui.window import Desktop

PASSPHRASE = "correct horse"
NOW = datetime(2026, 2, 2, 10, tzinfo=UTC)
KNOWN = "LT449999900000000077"


NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class Keyboard:
    """Keys pressed in whatever has the focus, each answered before the next."""

    def __init__(self, desktop: Desktop, qtbot: QtBot) -> None:
        self.desktop, self.qtbot = desktop, qtbot

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.desktop, key, modifier)
        settle(self.qtbot, self.desktop.desk)

    def type(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget() or self.desktop, text)
        settle(self.qtbot, self.desktop.desk)

    @property
    def page(self) -> ReconcilePage:
        found = self.desktop.page()
        assert isinstance(found, ReconcilePage)
        return found


@dataclass(frozen=True, slots=True)
class Month:
    """The window of the month, keys to press in it, and what each line of its first bank is."""

    keys: Keyboard
    planned: dict[int, Planned]

    @property
    def page(self) -> ReconcilePage:
        """The page, which must be open."""
        return self.keys.page


@dataclass(frozen=True, slots=True)
class Planned:
    """A payment and what a person knows it to be."""

    what: str
    paid: Paid


def month() -> list[Planned]:
    """Three hundred lines, in the order of the statement."""
    made = [*_gifts(), *_charges_and_unknown(), *_payments(), *_others()]
    return [Planned(one.what, _with_bank(one.paid, n)) for n, one in enumerate(sorted(made, key=lambda one: one.paid.on), 1)]


def _with_bank(paid: Paid, n: int) -> Paid:
    return Paid(paid.amount, paid.on, paid.name, paid.iban, paid.text, paid.rf, f"B{n:05}", paid.end_to_end, paid.reason)


def _day(n: int) -> str:
    return f"01-{1 + n % 28:02}"


def _gifts() -> list[Planned]:
    by_reference = [
        Planned("sure", Paid(f"{10 + n % 90}.00", _day(n), f"Sample Giver {n % 60}", rf=creditor_reference("C-101" if n % 3 else "C-104")))
        for n in range(200)
    ]
    by_code = [
        Planned("suggested", Paid(f"{20 + n}.50", _day(n), f"Invented Giver {n}", text="for C-104, with best wishes")) for n in range(25)
    ]
    known = [
        Planned("suggested", Paid("35.00", _day(n), "Sample Person Alpha", KNOWN, text="as always" if n else "for C-101")) for n in range(5)
    ]
    twins = [Planned("sure", Paid("50.00", "01-17", "Twin Giver", rf=creditor_reference("C-101"))) for _ in range(2)]
    return [*by_reference, *by_code, *known, *twins]


def _charges_and_unknown() -> list[Planned]:
    charges = [Planned("charge", Paid(f"-{1 + n % 4}.20", _day(n), text="account fee")) for n in range(25)]
    return charges + [Planned("unknown", Paid(f"{5 + n}.00", _day(n), f"Nobody Known {n}", text="thank you")) for n in range(26)]


def _payments() -> list[Planned]:
    paid = [
        Planned("suggested", Paid(f"-{100 + n}.00", _day(n + 3), "Sample Law Office", PAYEE, text=f"invoice SLO-{n:03}")) for n in range(8)
    ]
    parts = [
        Planned("parts", Paid(amount, "01-29", "Sample Law Office", PAYEE, text="part of SLO-900"))
        for amount in ("-300.00", "-200.00", "-100.00")
    ]
    return paid + parts


def _others() -> list[Planned]:
    return [
        Planned("split", Paid("70.00", "01-12", "Divided Giver", text="half and half")),
        Planned("sent", Paid("-77.00", "01-05", "Sample Law Office", PAYEE, text="invoice SLO-800", end_to_end="OURS-800")),
        Planned("return", Paid("77.00", "01-09", "Sample Law Office", PAYEE, text="returned", end_to_end="OURS-800", reason="AC04")),
        Planned("transfer", Paid("-400.00", "01-20", "Our other account", text="to the other account")),
        Planned("ignore", Paid("1.00", "01-21", text="test of the bank")),
        Planned("ignore", Paid("-1.00", "01-21", text="test of the bank")),
    ]


def euro(text: str) -> Money:
    """A plain amount."""
    return parse(text, "EUR")


def make_month(path: Path) -> list[Planned]:
    """Write the book with the month imported; two campaigns, ten invoices, our two banks. What each line of the first bank is."""
    cost = keys.Cost(32, 1, 4)
    facts = {"name": "Month Foundation", "currency": "EUR", "passphrase": PASSPHRASE, "person": "Treasurer"}
    planned = month()
    with create_book(path, **facts, at=NOW, recovery_key=keys.new_recovery_key(), cost=cost) as book:
        for iban, name, opening in ((OURS, "Sample bank", "5000.00"), (OTHER_BANK, "Other bank", "0.00")):
            accounts.add_account(book, iban, name, NOW, euro(opening), date(2025, 12, 31))
        for code in ("C-101", "C-104"):
            mandate = Mandate({"en": PublicText(f"Title of {code}", "An invented story.")})
            campaigns.add_campaign(book, code, euro("20000.00"), mandate, NOW, opened_on=date(2026, 1, 1))
        donors.add_donor(book, "Sample Person Alpha", (KNOWN,), NOW)
        numbers = [(f"SLO-{n:03}", f"{100 + n}.00") for n in range(8)] + [("SLO-900", "600.00"), ("SLO-800", "77.00")]
        for number, amount in numbers:
            invoices.add_invoice(
                book,
                campaign="C-101",
                payee="Sample Law Office",
                number=number,
                amount=euro(amount),
                issued_on=date(2026, 1, 1),
                at=NOW,
                iban=PAYEE,
            )
            invoices.approve_invoice(book, number, NOW)
        first, second = path.with_name("first.xml"), path.with_name("second.xml")
        first.write_text(camt([one.paid for one in planned], opening="5000.00"), encoding="utf-8")
        second.write_text(camt([Paid("400.00", "01-21", text="from the first account", bank="X1")], account=OTHER_BANK), encoding="utf-8")
        for file in (first, second):
            importing.import_statement(book, file, NOW)
    return planned
