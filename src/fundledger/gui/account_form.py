"""The form of a new bank account, offered where a file comes from an account nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.reference import compact, iban_is_valid
from fundledger.gui.fields import DayField, MoneyField, text_field
from fundledger.gui.forms import Form
from fundledger.gui.parts import label, set_property

if TYPE_CHECKING:
    from datetime import date

    from fundledger.domain.money import Money
    from fundledger.gui.desk import Desk


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What the form holds; the opening is what stood there before its first day here."""

    iban: str
    name: str
    opening: Money | None
    opening_on: date | None


class AccountForm(Form):
    """The IBAN is checked while it is typed."""

    place = "importing.new_account"

    def __init__(self, desk: Desk, iban: str = "") -> None:
        """With the number a file named, if one did."""
        super().__init__(desk, desk.say("accounts.new"), desk.say("keep"))
        say = desk.say
        self.iban, self.name = text_field(say("field.own_iban")), text_field(say("field.account_name"))
        self.opening = MoneyField(say("field.opening"), desk.book.currency, desk.speaker)
        self.first_day = DayField(say("field.first_day"), desk.speaker, lambda: desk.now().date())
        self.checked = label("", "muted", size=0.92)
        self.add("own_iban", self.iban, "auditor")
        self._body.addWidget(self.checked)
        self.add("account_name", self.name, "auditor")
        self.add("opening", self.opening, "auditor", say("field.opening.note"))
        self.add("first_day", self.first_day, "auditor", say("field.day.note"))
        self.iban.textChanged.connect(self._check)
        self.iban.setText(iban)

    def _check(self, text: str) -> None:
        number = compact(text)
        valid = bool(number) and iban_is_valid(number)
        self.checked.setText(self._desk.say("iban.valid" if valid else "iban.odd") if number else "")
        set_property(self.checked, "role", "positive" if valid else "warning")

    def read(self) -> NewAccount | None:
        """What was typed; None while something is missing or not understood."""
        opening, day = self.opening.value(), self.first_day.value()
        unread = bool(self.opening.line.text().strip()) and opening is None
        if not compact(self.iban.text()) or unread or (opening is not None and day is None):
            return None
        return NewAccount(self.iban.text(), self.name.text(), opening, day if opening is not None else None)
