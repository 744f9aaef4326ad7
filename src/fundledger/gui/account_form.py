"""The form of a new bank account, offered where a file comes from an account nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from fundledger.domain.money import is_currency
from fundledger.domain.reference import compact, iban_is_valid
from fundledger.gui.fields import DayField, MoneyField, text_field
from fundledger.gui.forms import Form, choice
from fundledger.gui.parts import label, set_property
from fundledger.services.accounts import add_account

if TYPE_CHECKING:
    from datetime import date, datetime

    from fundledger.domain.money import Money
    from fundledger.gui.desk import Changes, Desk
    from fundledger.store.book import Book


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What the form holds; the opening is what stood there before its first day here."""

    iban: str
    name: str
    opening: Money | None
    opening_on: date | None
    processor: str = ""
    currency: str = ""


def keep_account(book: Book, read: NewAccount, at: datetime) -> Changes:
    """Add what a form holds; raises what `add_account` raises."""
    return add_account(book, read.iban, read.name, at, read.opening, read.opening_on, processor=read.processor, currency=read.currency)


# Payment processors whose files are read, as a file names them; "generic" is any other, by a profile of its own.
PROCESSORS = {"paypal": "PayPal", "stripe": "Stripe", "donorbox": "Donorbox"}


class AccountForm(Form):
    """A bank's account by its IBAN, checked while it is typed, or a payment processor's by its currency."""

    place = "importing.new_account"

    def __init__(self, desk: Desk, number: str = "") -> None:
        """With the number a file named, if one did; a processor's is its name and the currency."""
        super().__init__(desk, desk.say("accounts.new"), desk.say("keep"))
        say = desk.say
        gateway, _, currency = number.partition("/")
        processor = gateway.lower() if currency and gateway.lower() in PROCESSORS else ""
        kinds: list[tuple[str, object]] = [(say("account.of_bank"), ""), *((name, key) for key, name in PROCESSORS.items())]
        self.processor = choice(say("field.kept_by"), kinds)
        self.currency = text_field(say("field.currency"), desk.book.currency)
        self.iban, self.name = text_field(say("field.own_iban")), text_field(say("field.account_name"))
        self.opening = MoneyField(say("field.opening"), desk.book.currency, desk.speaker)
        self.first_day = DayField(say("field.first_day"), desk.speaker, lambda: desk.now().date())
        self.checked = label("", "muted", size=0.92)
        self.add("kept_by", self.processor, "auditor")
        self.add("own_iban", self.iban, "auditor")
        self._body.addWidget(self.checked)
        self.add("account_name", self.name, "auditor")
        self.add("currency", self.currency, "auditor", say("field.currency.note", currency=desk.book.currency))
        self.add("opening", self.opening, "auditor", say("field.opening.note"))
        self.add("first_day", self.first_day, "auditor", say("field.day.note"))
        self.iban.textChanged.connect(self._check)
        self.processor.currentIndexChanged.connect(lambda _: self._kind())
        self.processor.setCurrentIndex(self.processor.findData(processor))
        self.iban.setText("" if processor else number)
        self.currency.textChanged.connect(self._in_currency)
        self.currency.setText(currency if processor else "")

    def _in_currency(self, typed: str) -> None:
        """The opening is read in the account's currency."""
        own = typed.strip().upper()
        self.opening.set_currency(own if is_currency(own) else self._desk.book.currency)

    def _kind(self) -> None:
        """A processor's account has no number of its own."""
        self.iban.setEnabled(not self.processor.currentData())
        if self.processor.currentData():
            self.iban.clear()

    def begin(self) -> None:
        """Stand where the number is typed; the kind is nearly always a bank's."""
        super().begin()
        self.iban.setFocus(Qt.FocusReason.OtherFocusReason)

    def _check(self, text: str) -> None:
        number = compact(text)
        valid = bool(number) and iban_is_valid(number)
        self.checked.setText(self._desk.say("iban.valid" if valid else "iban.odd") if number else "")
        set_property(self.checked, "role", "positive" if valid else "warning")

    def read(self) -> NewAccount | None:
        """What was typed; None while something is missing or not understood."""
        opening, day = self.opening.value(), self.first_day.value()
        unread = bool(self.opening.line.text().strip()) and opening is None
        processor = str(self.processor.currentData())
        if not (processor or compact(self.iban.text())) or unread or (opening is not None and day is None):
            return None
        return NewAccount(
            self.iban.text(), self.name.text(), opening, day if opening is not None else None, processor, self.currency.text()
        )
