"""The form of a new invoice, with its paper beside it as soon as it is chosen or dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.money import is_currency
from fundledger.gui.documents import DocumentField, dropped_files
from fundledger.gui.fields import DayField, MoneyField, text_field
from fundledger.gui.forms import Form, choice, refill
from fundledger.gui.papers import PaperView
from fundledger.services.invoice_xml import amount_due
from fundledger.store import campaigns

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from fundledger.domain.money import Money
    from fundledger.gui.desk import Desk

_MOST_SHOWN = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """What the form holds."""

    campaign: str
    payee: str
    number: str
    amount: Money
    issued_on: date
    iban: str
    document: Path | None
    keep_photo_data: bool = False


class InvoiceForm(Form):
    """Campaign, payee, number, amount, day, paper."""

    place = "disbursements.new"

    def __init__(self, desk: Desk) -> None:
        """Empty, dated today."""
        super().__init__(desk, desk.say("disbursements.new"), desk.say("keep"))
        say = desk.say
        self.campaign = choice(say("field.campaign"), [])
        self.payee, self.number, self.iban = (text_field(say(f"field.{key}")) for key in ("payee", "number", "iban"))
        self.amount = MoneyField(say("field.amount"), desk.book.currency, desk.speaker)
        self.currency = text_field(say("field.currency"), desk.book.currency)
        self.currency.textChanged.connect(lambda _: self.amount.set_currency(self._currency() or desk.book.currency))
        self.issued = DayField(say("field.issued_on"), desk.speaker, lambda: desk.now().date())
        self.document = DocumentField(desk)
        self.paper = PaperView(desk)
        self.add("campaign", self.campaign, "public")
        self.add("payee", self.payee, "auditor")
        self.add("number", self.number, "auditor")
        self.add("amount", self.amount, "auditor")
        self.add("currency", self.currency, "auditor", say("field.currency.note", currency=desk.book.currency))
        self.add("issued_on", self.issued, "auditor", say("field.day.note"))
        self.add("iban", self.iban, "internal")
        self.add("document", self.document, "internal")
        self._body.addWidget(self.paper, 1)
        self.paper.setMinimumHeight(150)
        self.setAcceptDrops(True)
        self.document.chosen.connect(self._show_paper)
        desk.ask(self._campaigns, lambda found: refill(self.campaign, found), lane=self)

    def _campaigns(self) -> list[tuple[str, object]]:
        book, language = self._desk.book, self._desk.speaker.language
        with book.reading() as db:
            return [(f"{one.code}  {one.title(language)}", one.code) for one in campaigns.campaigns(db, book.currency)]

    def _show_paper(self) -> None:
        path = self.document.path
        if path is not None:
            self._desk.ask(lambda: _content(path), self._show_content)

    def _show_content(self, found: tuple[bytes, Money | None]) -> None:
        """The paper; of an electronic invoice what is due on it, where no amount is typed yet."""
        content, due = found
        if content:
            self.paper.show_paper(content)
        if due and not self.amount.line.text().strip():
            self.currency.setText("" if due.currency == self._desk.book.currency else due.currency)
            self.amount.set_value(due)

    def _currency(self) -> str:
        """The currency that is typed, else the book's; empty for what is none."""
        typed = self.currency.text().strip().upper() or self._desk.book.currency
        return typed if is_currency(typed) else ""

    def read(self) -> NewInvoice | None:
        """What was typed; None while something is missing."""
        amount, day, code = self.amount.value(), self.issued.value(), self.campaign.currentData()
        payee, number = self.payee.text().strip(), self.number.text().strip()
        if amount is None or day is None or not (code and payee and number and self._currency()):
            return None
        iban, document = self.iban.text().strip(), self.document
        return NewInvoice(code, payee, number, amount, day, iban, document.path, document.keep_photo_data)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """The paper may be dropped anywhere on the form."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the first file."""
        for path in dropped_files(event.mimeData())[:1]:
            self.document.take(path)
            event.acceptProposedAction()


def _content(path: Path) -> tuple[bytes, Money | None]:
    """The bytes to show and what is due on them; what cannot be read or is too big is not shown, keeping says why."""
    try:
        content = path.read_bytes() if path.stat().st_size <= _MOST_SHOWN else b""
    except OSError:
        return b"", None
    return content, amount_due(content)
