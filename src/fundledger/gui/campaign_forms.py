"""The forms of a campaign: a new one with its mandate, a quote, an amount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox

from fundledger.domain.campaign import COVER, HOLD, PAY_PART, REFUND, TO_CAMPAIGN, Mandate, PublicText
from fundledger.domain.recognising import METHODS
from fundledger.gui.documents import DocumentField
from fundledger.gui.fields import DayField, LongText, MoneyField, secret_field, text_field
from fundledger.gui.forms import Form, choice, refill
from fundledger.gui.parts import label
from fundledger.services.campaigns import add_campaign
from fundledger.store import campaigns

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from fundledger.domain.campaign import Campaign
    from fundledger.domain.money import Money
    from fundledger.gui.desk import Changes, Desk
    from fundledger.store.book import Book

_STORY_LINES = 4


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """What the form of a new campaign holds."""

    code: str
    asked: Money
    mandate: Mandate
    opened_on: date | None
    beneficiary: str = ""


class CampaignForm(Form):
    """A new campaign: what the public reads, what is asked, and what was promised."""

    place = "campaigns.new"

    def __init__(self, desk: Desk) -> None:
        """Empty, with the next free code."""
        super().__init__(desk, desk.say("campaigns.new"), desk.say("keep"))
        say, speaker = desk.say, desk.speaker
        self.code = text_field(say("field.code"), "C-106")
        self.title = text_field(say("field.title"))
        self.story = LongText(say("field.story"), _STORY_LINES)
        self.asked = MoneyField(say("field.asked"), desk.book.currency, speaker)
        self.surplus = choice(say("field.surplus"), [(say("surplus.hold"), HOLD)])
        self.shortfall = choice(say("field.shortfall"), [(say("shortfall.pay_part"), PAY_PART), (say("shortfall.cover"), COVER)])
        self.method = choice(say("field.method"), [(say(f"method.{one}"), one) for one in METHODS])
        self.disclosure = choice(say("field.disclosure"), [(say("disclosure.title"), "title"), (say("disclosure.code"), "code")])
        self.beneficiary = text_field(say("field.beneficiary"))
        self.opened = QCheckBox(say("field.open_now"))
        self.opened.setChecked(True)
        self.add("code", self.code, "public")
        self.add("title", self.title, "public")
        self.add("story", self.story, "public")
        self.add("asked", self.asked, "public")
        self.add("surplus", self.surplus, "auditor")
        self.add("shortfall", self.shortfall, "auditor")
        self.add("method", self.method, "internal")
        self.add("disclosure", self.disclosure, "internal")
        self.add("beneficiary", self.beneficiary, "internal", say("field.beneficiary.note"))
        self._body.addWidget(self.opened)
        desk.ask(self._codes, self._offer, lane=self)

    def _codes(self) -> list[str]:
        with self._desk.book.reading() as db:
            return [one.code for one in campaigns.campaigns(db, self._desk.book.currency)]

    def _offer(self, codes: list[str]) -> None:
        rules = [(self._desk.say(f"surplus.{rule}"), rule) for rule in (HOLD, REFUND)]
        refill(self.surplus, [*rules, *((self._desk.say("surplus.campaign", code=code), f"{TO_CAMPAIGN}{code}") for code in codes)])
        self.code.setPlaceholderText(next_code(codes))
        if not self.code.text():
            self.code.setText(next_code(codes))

    def read(self) -> NewCampaign | None:
        """What was typed; None while something is missing."""
        asked, code, title = self.asked.value(), self.code.text().strip(), self.title.text().strip()
        if asked is None or not code or not title:
            return None
        texts = {self._desk.speaker.language: PublicText(title, self.story.toPlainText().strip())}
        mandate = Mandate(
            texts,
            surplus=self.surplus.currentData(),
            shortfall=self.shortfall.currentData(),
            disclosure=self.disclosure.currentData(),
            method=self.method.currentData(),
        )
        opened_on = self._desk.now().date() if self.opened.isChecked() else None
        return NewCampaign(code, asked, mandate, opened_on, self.beneficiary.text().strip())


def keep_campaign(book: Book, read: NewCampaign, at: datetime) -> Changes:
    """Add what the form holds."""
    return add_campaign(book, read.code, read.asked, read.mandate, at, opened_on=read.opened_on, beneficiary=read.beneficiary)


def next_code(codes: list[str]) -> str:
    """The code after the highest one that ends in a number: C-105 is followed by C-106."""
    numbered = [(int(digits), head) for code in codes for head, _, digits in [code.rpartition("-")] if digits.isdecimal()]
    number, head = max(numbered, default=(100, "C"))
    return f"{head}-{number + 1}"


@dataclass(frozen=True, slots=True)
class NewQuote:
    """What the form of a quote holds."""

    payee: str
    amount: Money
    received_on: date
    iban: str
    document: Path | None
    keep_photo_data: bool = False


class QuoteForm(Form):
    """A lawyer's quote: the newest says what the campaign asks for."""

    place = "campaigns.new_quote"

    def __init__(self, desk: Desk, campaign: Campaign) -> None:
        """For one campaign."""
        super().__init__(desk, desk.say("campaigns.quote", code=campaign.code), desk.say("keep"))
        say = desk.say
        self.payee, self.iban = text_field(say("field.payee")), text_field(say("field.iban"))
        self.amount = MoneyField(say("field.amount"), desk.book.currency, desk.speaker)
        self.received = DayField(say("field.received_on"), desk.speaker, lambda: desk.now().date())
        self.document = DocumentField(desk)
        self.add("payee", self.payee, "auditor")
        self.add("amount", self.amount, "public")
        self.add("received_on", self.received, "auditor", say("field.day.note"))
        self.add("iban", self.iban, "internal")
        self.add("document", self.document, "internal")

    def read(self) -> NewQuote | None:
        """What was typed; None while something is missing."""
        amount, day, payee = self.amount.value(), self.received.value(), self.payee.text().strip()
        if amount is None or day is None or not payee:
            return None
        return NewQuote(payee, amount, day, self.iban.text().strip(), self.document.path, self.document.keep_photo_data)


class AmountForm(Form):
    """One amount, offered and to be changed."""

    def __init__(self, desk: Desk, title: str, note: str, offered: Money, *, second: bool) -> None:
        """`offered` stands in the field already; `second` asks for another person's passphrase."""
        super().__init__(desk, title, desk.say("keep"))
        self.amount = MoneyField(desk.say("field.amount"), desk.book.currency, desk.speaker)
        self.add("amount", self.amount, "auditor", note)
        if offered.minor > 0:
            self.amount.set_value(offered)
        self.second = secret_field(desk.say("field.second"))
        if second:
            self.add("second", self.second, "", desk.say("field.second_passphrase.note"))


class ConsentForm(Form):
    """The person helped no longer agrees to be named: says what that does and asks for the campaign's code."""

    def __init__(self, desk: Desk, code: str) -> None:
        """For the campaign of a code."""
        super().__init__(desk, desk.say("consent.title", code=code), desk.say("consent.go"))
        self._code = code
        for key, role in (("what", ""), ("stays", "muted"), ("final", "warning")):
            self._body.addWidget(label(desk.say(f"consent.{key}"), role, wrap=True))
        self.code = text_field(desk.say("field.typed_campaign_code"), code)
        self.add("typed_campaign_code", self.code)

    def agreed(self) -> bool:
        """Whether the very code was typed."""
        return self.code.text().strip().casefold() == self._code.casefold()
