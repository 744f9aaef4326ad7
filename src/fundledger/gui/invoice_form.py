"""The form of a new invoice: filled in by an electronic one, its paper beside it, every field saying where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.einvoice import Origin, origins
from fundledger.domain.invoice import LINES, Details
from fundledger.domain.money import Money, is_currency
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.gui.documents import DocumentField, dropped_files
from fundledger.gui.fields import DayField, MoneyField, text_field
from fundledger.gui.forms import Form, choice, refill
from fundledger.gui.papers import PaperView
from fundledger.gui.parts import columns, holding, label, set_property
from fundledger.services.einvoices import check_buyer, offered
from fundledger.services.payees import find
from fundledger.store import campaigns

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from PySide6.QtGui import QDragEnterEvent, QDropEvent
    from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

    from fundledger.domain.einvoice import EInvoice
    from fundledger.domain.problem import Problem
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
    keep_photo_data: bool
    details: Details


@dataclass(frozen=True, slots=True)
class _Opened:
    """A paper that was chosen: its bytes, what it says as an electronic invoice, and what to look at."""

    content: bytes
    said: EInvoice | None
    problems: tuple[Problem, ...]


class InvoiceForm(Form):
    """Campaign, payee, number, amount, days, account, lines, paper."""

    place = "disbursements.new"

    def __init__(self, desk: Desk) -> None:
        """Empty, dated today."""
        super().__init__(desk, desk.say("disbursements.new"), desk.say("keep"))
        say = desk.say
        self.said: EInvoice | None = None
        self._known_account: str | None = None
        self._origins: dict[str, QLabel] = {}
        self.campaign = choice(say("field.campaign"), [])
        self.payee, self.number, self.reference, self.iban, self.again = (
            text_field(say(f"field.{key}")) for key in ("payee", "number", "reference", "iban", "iban_again")
        )
        self.amount = MoneyField(say("field.amount"), desk.book.currency, desk.speaker)
        self.lines = {name: MoneyField(say(f"field.{name}"), desk.book.currency, desk.speaker) for name in LINES}
        self.currency = text_field(say("field.currency"), desk.book.currency)
        self.issued = DayField(say("field.issued_on"), desk.speaker, lambda: desk.now().date())
        self.due = DayField(say("field.due_on"), desk.speaker, lambda: desk.now().date())
        self.due.line.clear()
        self.document = DocumentField(desk)
        self.told = label("", "warning", wrap=True)
        self.changed = label(say("disbursements.other_account"), "negative", wrap=True)
        self.paper = PaperView(desk)
        self.paper.setMinimumHeight(150)
        self._lay_out()
        self._listen()
        self.setAcceptDrops(True)
        desk.ask(self._campaigns, lambda found: refill(self.campaign, found), lane=self)

    def _lay_out(self) -> None:
        say, book = self._desk.say, self._desk.book
        self.add("campaign", self.campaign, "public")
        pair = self._body.addLayout
        pair(columns(self._field("payee", self.payee), self._field("number", self.number), spacing=14))
        note = say("field.currency.note", currency=book.currency)
        pair(columns(self._field("amount", self.amount), self._field("currency", self.currency, note=note), spacing=14))
        pair(columns(self._field("issued_on", self.issued), self._field("due_on", self.due), spacing=14))
        pair(columns(self._field("iban", self.iban, "internal"), self._field("reference", self.reference, "internal"), spacing=14))
        self._retype = holding(self.labelled("iban_again", self.again, "internal"))
        for each in (self.changed, self._retype, self.told):
            self._body.addWidget(each)
            each.hide()
        pair(columns(*(self._field(name, self.lines[name]) for name in LINES), spacing=14))
        self.add("document", self.document, "internal")
        self._body.addWidget(self.paper, 1)

    def _field(self, name: str, field: QWidget, audience: str = "auditor", note: str = "") -> QWidget:
        """A field that says, once an electronic invoice was read, whether that is where it comes from."""
        made = self.labelled(name, field, audience, note)
        self._origins[name] = label("", "muted", size=0.85, wrap=True)
        self._origins[name].hide()
        made.addWidget(self._origins[name])
        made.addStretch(1)
        return holding(made)

    def _listen(self) -> None:
        for line in (self.payee, self.number, self.reference, self.iban, self.again):
            line.textChanged.connect(lambda _: self._tell_origins())
        for field in (self.amount, self.issued, self.due, *self.lines.values()):
            field.edited.connect(self._tell_origins)
        self.currency.textChanged.connect(lambda _: self._set_currency())
        self.payee.textChanged.connect(lambda _: self._ask_account())
        self.iban.textChanged.connect(lambda _: self._tell_account())
        self.document.chosen.connect(self._open)

    def _set_currency(self) -> None:
        for field in (self.amount, *self.lines.values()):
            field.set_currency(self._currency() or self._desk.book.currency)

    def _campaigns(self) -> list[tuple[str, object]]:
        book, language = self._desk.book, self._desk.speaker.language
        with book.reading() as db:
            return [(f"{one.code}  {one.title(language)}", one.code) for one in campaigns.campaigns(db, book.currency)]

    def wait(self, n: int) -> None:
        """Say how many papers come after this one."""
        self._body.insertWidget(0, label(self._desk.say("disbursements.waiting", n=n), "muted", size=0.92))

    # --- what the paper says ------------------------------------------------------------------------------------------
    def _open(self) -> None:
        path = self.document.path
        if path is not None:
            self._desk.ask(lambda: _opened(path), self._show)

    def _show(self, found: _Opened) -> None:
        """The paper, and what it says where nothing is typed yet."""
        if found.content:
            self.paper.show_paper(found.content)
        said = self.said = found.said
        wrong = (*found.problems, *(check_buyer(said, self._desk.book.name) if said else ()))
        told = [self._desk.speaker.problem(one) for one in wrong]
        if said and said.credit_note:
            told.append(self._desk.say("disbursements.credit_note", invoice=said.credits or "?"))
        if said and said.reverse_charge:
            told.append(self._desk.say("disbursements.reverse_charge"))
        self.told.setText("\n".join(told))
        self.told.setVisible(bool(told))
        if said:
            self._fill(said)
        self._tell_origins()

    def _fill(self, said: EInvoice) -> None:
        if said.currency and not self.currency.text() and not self.amount.line.text().strip():
            self.currency.setText("" if said.currency == self._desk.book.currency else said.currency)
        for name, value in said.fields().items():
            line = self._line(name)
            if not line.text().strip() or (name == "issued_on" and not line.isModified()):
                line.setText(str(value))

    def _line(self, name: str) -> QLineEdit:
        """Where a field is typed."""
        lines: dict[str, QLineEdit] = {
            "payee": self.payee, "number": self.number, "amount": self.amount.line, "issued_on": self.issued.line,
            "due_on": self.due.line, "iban": self.iban, "reference": self.reference,
        } | {name: field.line for name, field in self.lines.items()}  # fmt: skip
        return lines[name]

    def _values(self) -> dict[str, object]:
        """What is typed, by field, as an electronic invoice says it."""
        values: dict[str, object] = {
            "payee": self.payee.text().strip(), "number": self.number.text().strip(), "amount": self.amount.value(),
            "issued_on": self.issued.value(), "due_on": self.due.value(), "iban": compact(self.iban.text()),
            "reference": self.reference.text().strip(),
        }  # fmt: skip
        return values | {name: field.value() for name, field in self.lines.items()}

    def _tell_origins(self) -> None:
        """Under each field, whether the electronic invoice says so; nothing where there is none."""
        said = self.said.fields() if self.said else {}
        found = origins(said, self._values()) if self.said else {}
        for name, told in self._origins.items():
            origin = found.get(name)
            told.setVisible(origin is not None)
            if origin is not None:
                told.setText(self._desk.say(f"origin.{origin}", said=self._plain(said.get(name))))
                set_property(told, "role", "warning" if origin is Origin.CHANGED else "muted")

    def _plain(self, value: object) -> str:
        return self._desk.speaker.money(value) if isinstance(value, Money) else str(value or "")

    # --- the payee's account ------------------------------------------------------------------------------------------
    def _ask_account(self) -> None:
        name = self.payee.text().strip()
        self._desk.ask(lambda: _account_of(self._desk, name), self._know_account, lane="payee's account")

    def _know_account(self, iban: str | None) -> None:
        self._known_account = iban
        self._tell_account()

    def _tell_account(self) -> None:
        """Another account than the payee gave before stands in red, and has to be typed a second time."""
        other = self.other_account
        set_property(self.iban, "wrong", other or bool(self.iban.text().strip() and not iban_is_valid(compact(self.iban.text()))))
        self.changed.setVisible(other)
        self._retype.setVisible(other)

    @property
    def other_account(self) -> bool:
        """Whether the account that is typed is another than the payee gave before."""
        typed = compact(self.iban.text())
        return bool(typed and self._known_account and typed != self._known_account)

    # --- what is kept -------------------------------------------------------------------------------------------------
    def _currency(self) -> str:
        """The currency that is typed, else the book's; empty for what is none."""
        typed = self.currency.text().strip().upper() or self._desk.book.currency
        return typed if is_currency(typed) else ""

    def read(self) -> NewInvoice | None:
        """What was typed; None while something is missing or not understood."""
        amount, day, code = self.amount.value(), self.issued.value(), self.campaign.currentData()
        payee, number = self.payee.text().strip(), self.number.text().strip()
        if amount is None or day is None or not (code and payee and number and self._currency()):
            return None
        dated: tuple[DayField | MoneyField, ...] = (self.due, *self.lines.values())
        if any(field.line.text().strip() and field.value() is None for field in dated) or (
            self.other_account and compact(self.again.text()) != compact(self.iban.text())
        ):
            return None
        values = self._values()
        lines = {name: line for name in LINES if isinstance(line := values[name], Money) and line.minor}
        found = origins(self.said.fields(), values) if self.said else {}
        details = Details(
            lines, self.due.value(), str(values["reference"]), origins={name: one.value for name, one in found.items()} or None
        )
        return NewInvoice(
            code, payee, number, amount, day, self.iban.text().strip(), self.document.path, self.document.keep_photo_data, details
        )

    def say_missing(self) -> None:
        """Say what is missing: the account a second time, or any other field."""
        retyped = not self.other_account or compact(self.again.text()) == compact(self.iban.text())
        self.say(self._desk.say("form.missing" if retyped else "disbursements.retype"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """The paper may be dropped anywhere on the form."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the first file."""
        for path in dropped_files(event.mimeData())[:1]:
            self.document.take(path)
            event.acceptProposedAction()


def _opened(path: Path) -> _Opened:
    """The bytes to show and what they say; what cannot be read or is too big is not shown, keeping says why."""
    try:
        content = path.read_bytes() if path.stat().st_size <= _MOST_SHOWN else b""
    except OSError:
        return _Opened(b"", None, ())
    said, problems = offered(path)
    return _Opened(content, said, tuple(problems))


def _account_of(desk: Desk, payee: str) -> str | None:
    """The account a payee gave before; None for a payee nobody knows yet."""
    with desk.book.reading() as db:
        try:
            return find(db, payee).iban if payee else None
        except KnownError:
            return None
