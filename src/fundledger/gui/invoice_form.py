"""The form of a new invoice, with its paper beside it as soon as it is chosen or dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.gui.documents import DocumentField, dropped_files
from fundledger.gui.fields import DayField, MoneyField, text_field
from fundledger.gui.forms import Form, choice, refill
from fundledger.gui.papers import PaperView
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
        self.issued = DayField(say("field.issued_on"), desk.speaker, lambda: desk.now().date())
        self.document = DocumentField(desk)
        self.paper = PaperView(desk)
        self.add("campaign", self.campaign, "public")
        self.add("payee", self.payee, "auditor")
        self.add("number", self.number, "auditor")
        self.add("amount", self.amount, "auditor")
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
            self._desk.ask(lambda: _content(path), lambda found: self.paper.show_paper(found) if found else None)

    def read(self) -> NewInvoice | None:
        """What was typed; None while something is missing."""
        amount, day, code = self.amount.value(), self.issued.value(), self.campaign.currentData()
        payee, number = self.payee.text().strip(), self.number.text().strip()
        if amount is None or day is None or not (code and payee and number):
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


def _content(path: Path) -> bytes:
    """The bytes to show; what cannot be read or is too big is not shown, keeping says why."""
    try:
        return path.read_bytes() if path.stat().st_size <= _MOST_SHOWN else b""
    except OSError:
        return b""
