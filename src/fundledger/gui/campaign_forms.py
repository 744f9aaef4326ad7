"""The forms of a campaign: a new one with its mandate, a quote, an amount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox

from fundledger.domain.campaign import PAPERS, VATS, Mandate
from fundledger.gui.documents import DocumentField
from fundledger.gui.fields import DayField, MoneyField, secret_field, text_field
from fundledger.gui.forms import Form, choice
from fundledger.gui.mandate_form import TermsForm
from fundledger.gui.parts import label
from fundledger.services.campaigns import add_campaign

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from fundledger.domain.campaign import Campaign
    from fundledger.domain.money import Money
    from fundledger.gui.desk import Changes, Desk
    from fundledger.store.book import Book


QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """What the form of a new campaign holds."""

    code: str
    asked: Money
    mandate: Mandate
    opened_on: date | None
    beneficiary: str = ""


class CampaignForm(TermsForm):
    """A new campaign: what the public reads, what is asked, and what was promised."""

    place = "campaigns.new"

    def __init__(self, desk: Desk) -> None:
        """Empty, with the next free code."""
        super().__init__(desk, desk.say("campaigns.new"), Mandate({}))
        say = desk.say
        self.code = text_field(say("field.code"), "C-106")
        self.asked = MoneyField(say("field.asked"), desk.book.currency, desk.speaker)
        self.beneficiary = text_field(say("field.beneficiary"))
        self.opened = QCheckBox(say("field.open_now"))
        self.opened.setChecked(True)
        self.put("code", self.code, "public")
        self.put_texts()
        self.put("asked", self.asked, "public")
        self.put_terms()
        self.put("beneficiary", self.beneficiary, "internal", say("field.beneficiary.note"))
        self._body.addWidget(self.opened)

    def _offer(self, codes: list[str]) -> None:
        super()._offer(codes)
        self.code.setPlaceholderText(next_code(codes))
        if not self.code.text():
            self.code.setText(next_code(codes))

    def read(self) -> NewCampaign | None:
        """What was typed; None while something is missing."""
        asked, code, mandate = self.asked.value(), self.code.text().strip(), self.terms()
        if asked is None or not code or mandate is None or not mandate.texts:
            return None
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
    vat: str = "unsaid"
    scope: str = ""
    accepted: bool = True


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
        self.vat = choice(say("field.vat"), [(say(f"vat.{word}"), word) for word in VATS])
        self.scope = text_field(say("field.scope"))
        self.accepted = QCheckBox(say("field.quote_accepted"))
        self.accepted.setChecked(True)
        self.add("payee", self.payee, "auditor")
        self.add("amount", self.amount, "public")
        self.add("vat", self.vat, "auditor")
        self.add("scope", self.scope, "auditor")
        self.add("received_on", self.received, "auditor", say("field.day.note"))
        self.add("iban", self.iban, "internal")
        self.add("document", self.document, "internal")
        self._body.addWidget(self.accepted)

    def read(self) -> NewQuote | None:
        """What was typed; None while something is missing."""
        amount, day, payee = self.amount.value(), self.received.value(), self.payee.text().strip()
        if amount is None or day is None or not payee:
            return None
        return NewQuote(
            payee,
            amount,
            day,
            self.iban.text().strip(),
            self.document.path,
            self.document.keep_photo_data,
            self.vat.currentData(),
            self.scope.text(),
            self.accepted.isChecked(),
        )


class CampaignPaperForm(Form):
    """What a paper about a campaign is: a quote, which has a form of its own, or one about the campaign itself."""

    def __init__(self, desk: Desk, code: str, file: Path | None) -> None:
        """With the file that was dropped, or without one."""
        super().__init__(desk, desk.say("papers_of.new", code=code), desk.say("keep"))
        kinds: list[tuple[str, object]] = [(desk.speaker.say(f"cli.campaign_paper.{kind}"), kind) for kind in PAPERS]
        self.kind = choice(desk.say("field.paper_kind"), [*kinds, (desk.say("papers_of.quote"), QUOTE)])
        self.document = DocumentField(desk)
        self.add("paper_kind", self.kind, "internal")
        self.add("document", self.document, "internal")
        if file is not None:
            self.document.take(file)


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
