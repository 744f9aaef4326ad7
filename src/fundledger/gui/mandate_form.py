"""The terms of a mandate as fields, and a new version of one, with what it changes said before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from fundledger.domain.campaign import (
    COVER,
    FOUNDATION,
    HOLD,
    PAY_PART,
    REFUND,
    SCOPES,
    TO_CAMPAIGN,
    VATS,
    Mandate,
    PublicText,
    differences,
)
from fundledger.domain.money import Money
from fundledger.domain.recognising import METHODS
from fundledger.gui.fields import DayField, LongText, MoneyField, text_field
from fundledger.gui.forms import Form, choice, refill
from fundledger.gui.parts import button, columns, holding, label, rows, rule, scrolling
from fundledger.i18n import public_languages
from fundledger.services.campaigns import change_mandate
from fundledger.store import campaigns

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from fundledger.domain.campaign import Campaign
    from fundledger.gui.desk import Changes, Desk

_STORY_LINES = 4
_NOTHING = "–"
# A rule that may also name a campaign: the words it may have besides, and how they are said (`gui.WORDS.word`).
_RULES = {
    "surplus": ((HOLD, REFUND), "surplus"), "late_gift": ((HOLD, REFUND, FOUNDATION), "late"),
    "fallback": ((HOLD,), "surplus"), "ended": ((HOLD, REFUND), "surplus"),
}  # fmt: skip
# A term of a few words, said as `gui.NAME.word`.
_WORDS: dict[str, tuple[str, ...]] = {
    "shortfall": (PAY_PART, COVER), "fee": (FOUNDATION, "campaign"), "purpose": ("person", "cause"),
    "disclosure": ("title", "code"), "method": tuple(METHODS), "vat": VATS,
}  # fmt: skip
# The terms in the order they are asked, each with who reads it.
_ASKED = (
    ("vat", "public"), ("purpose", "public"), ("surplus", "auditor"), ("smallest_minor", "auditor"), ("fallback", "auditor"),
    ("shortfall", "auditor"), ("late_gift", "auditor"), ("ended", "auditor"), ("fee", "auditor"), ("reserve_minor", "auditor"),
    ("method", "auditor"), ("disclosure", "internal"), ("protected", "internal"), ("consent_scope", "internal"),
    ("consent_on", "internal"), ("consent_until", "internal"),
)  # fmt: skip
_NOTED = frozenset({"smallest_minor", "consent_on"})


def term_said(desk: Desk, name: str, mandate: Mandate) -> str:
    """What a mandate says of one term, in words; of its texts only in which languages."""
    value: Any = getattr(mandate, name)
    if name == "texts":
        return ", ".join(desk.say(f"language.{language}") for language in sorted(value)) or _NOTHING
    if name == "consent_scope":
        return ", ".join(desk.say(f"scope.{word}") for word in value.split(",") if word) or _NOTHING
    if name in _RULES or name in _WORDS:
        return _word_said(desk, _RULES[name][1] if name in _RULES else name, value)
    if name.endswith("_minor"):
        return desk.speaker.money(Money(value, desk.book.currency))
    if name == "protected":
        return desk.say("protected.yes" if value else "protected.no")
    return desk.speaker.day(value) if value else _NOTHING


def _word_said(desk: Desk, words: str, value: str) -> str:
    if value.startswith(TO_CAMPAIGN):
        return desk.say(f"{words}.campaign", code=value.removeprefix(TO_CAMPAIGN))
    return desk.say(f"{words}.{value}")


def changes_said(desk: Desk, before: Mandate, after: Mandate) -> list[str]:
    """What a version changed, a line a term: before → after."""
    return [
        f"{desk.say(f'term.{name}')}: {term_said(desk, name, before)} → {term_said(desk, name, after)}"
        for name in differences(before, after)
    ]


class TermsForm(Form):
    """The words of an appeal and every term a treasurer decides, each with who reads it."""

    def __init__(self, desk: Desk, title: str, said: Mandate, code: str = "") -> None:
        """`said` stands in the fields; of the campaign of `code` no rule may name itself."""
        super().__init__(desk, title, desk.say("keep"))
        self._said, self._code = said, code
        self.inside = rows(spacing=10, margins=(0, 0, 8, 0))
        self._body.addWidget(scrolling(holding(self.inside)), 1)
        self.fill_height()
        self.boxes: dict[str, QComboBox] = {}
        self.amounts: dict[str, MoneyField] = {}
        self.days: dict[str, DayField] = {}
        self.scope: dict[str, QCheckBox] = {}
        self.texts: dict[str, tuple[QLineEdit, LongText]] = {}

    def put(self, key: str, field: QWidget, audience: str, note: str = "") -> None:
        """A field under its label, in the part that scrolls."""
        self.inside.addLayout(self.labelled(key, field, audience, note))

    # --- the words ----------------------------------------------------------------------------------------------------
    def put_texts(self) -> None:
        """Title and story in the reader's language; the other public languages wait behind a button."""
        own = self._desk.speaker.language
        self.title, self.story = self._text(own)
        self.put("title", self.title, "public")
        self.put("story", self.story, "public")
        others = rows(spacing=6)
        for language in public_languages():
            if language != own:
                title, story = self._text(language)
                others.addWidget(label(self._desk.say(f"language.{language}"), "muted", bold=True))
                others.addLayout(self.labelled("title", title, "public"))
                others.addLayout(self.labelled("story", story, "public"))
        self.others = holding(others)
        self.more = button(self._desk.say("mandate.languages"), self._show_others, "small")
        self.inside.addLayout(columns(self.more, None))
        self.inside.addWidget(self.others)
        self.others.setVisible(any(language != own for language in self._said.texts))

    def _text(self, language: str) -> tuple[QLineEdit, LongText]:
        say, said = self._desk.say, self._said.texts.get(language, PublicText(""))
        spoken = say(f"language.{language}")
        title = text_field(f"{say('field.title')}, {spoken}")
        story = LongText(f"{say('field.story')}, {spoken}", _STORY_LINES)
        title.setText(said.title)
        story.setPlainText(said.story)
        self.texts[language] = (title, story)
        return title, story

    def _show_others(self) -> None:
        self.others.setVisible(self.others.isHidden())

    # --- the terms ----------------------------------------------------------------------------------------------------
    def put_terms(self) -> None:
        """Every term, as it is said now."""
        self.inside.addWidget(rule())
        self.inside.addWidget(label(self._desk.say("mandate.title"), bold=True))
        for name, audience in _ASKED:
            note = self._desk.say(f"field.{name}.note") if name in _NOTED else ""
            self.put("unpublished" if name == "protected" else name, self._field(name), audience, note)
        self._desk.ask(self._codes, self._offer, lane=self)

    def _field(self, name: str) -> QWidget:
        say, value = self._desk.say, getattr(self._said, name)
        called = say(f"term.{name}")
        if name in _RULES or name in _WORDS:
            words = dict.fromkeys((*(_RULES[name][0] if name in _RULES else _WORDS[name]), value))
            self.boxes[name] = choice(called, [self._option(name, word) for word in words])
            self.boxes[name].setCurrentIndex(self.boxes[name].findData(value))
            return self.boxes[name]
        if name == "consent_scope":
            for word in SCOPES:
                self.scope[word] = QCheckBox(say(f"scope.{word}"))
                self.scope[word].setChecked(word in value.split(","))
            return holding(columns(*self.scope.values(), None))
        if name == "protected":
            self.protected = QCheckBox(say("protected.box"))
            self.protected.setChecked(value)
            return self.protected
        return self._figure(name, value, called)

    def _figure(self, name: str, value: int | date | None, called: str) -> QWidget:
        if name.endswith("_minor"):
            self.amounts[name] = MoneyField(called, self._desk.book.currency, self._desk.speaker)
            if isinstance(value, int) and value:
                self.amounts[name].set_value(Money(value, self._desk.book.currency))
            return self.amounts[name]
        self.days[name] = DayField(called, self._desk.speaker, lambda: self._desk.now().date())
        self.days[name].line.setText(str(value or ""))
        return self.days[name]

    def _option(self, name: str, word: str) -> tuple[str, object]:
        return _word_said(self._desk, _RULES[name][1] if name in _RULES else name, word), word

    def _codes(self) -> list[str]:
        with self._desk.book.reading() as db:
            return [one.code for one in campaigns.campaigns(db, self._desk.book.currency)]

    def _offer(self, codes: list[str]) -> None:
        """A rule may name every other campaign."""
        others = [f"{TO_CAMPAIGN}{code}" for code in codes if code != self._code]
        for name, (words, _) in _RULES.items():
            refill(self.boxes[name], [self._option(name, word) for word in (*words, *others)])

    def terms(self) -> Mandate | None:
        """What the fields say; None while a title is missing above a story, or a figure is not understood."""
        texts, currency = self._texts(), self._desk.book.currency
        amounts = {name: Money(0, currency) if _is_empty(each) else each.value() for name, each in self.amounts.items()}
        days: dict[str, Any] = {name: None if _is_empty(each) else each.value() for name, each in self.days.items()}
        unread = any(each.value() is None for each in self.days.values() if not _is_empty(each))
        if texts is None or unread or any(one is None or one.minor < 0 for one in amounts.values()):
            return None
        chosen: dict[str, Any] = {name: box.currentData() for name, box in self.boxes.items()}
        chosen |= {name: amount.minor for name, amount in amounts.items() if amount}
        scope = ",".join(word for word, box in self.scope.items() if box.isChecked())
        if scope and days["consent_on"] is None:  # what is agreed to was agreed to on a day
            days["consent_on"] = self._desk.now().date()
        return Mandate(texts, **chosen, **days, protected=self.protected.isChecked(), consent_scope=scope)

    def _texts(self) -> dict[str, PublicText] | None:
        said = {language: PublicText(title.text().strip(), story.toPlainText().strip()) for language, (title, story) in self.texts.items()}
        if any(one.story and not one.title for one in said.values()):
            return None
        return {language: one for language, one in said.items() if one.title}


def _is_empty(field: MoneyField | DayField) -> bool:
    return not field.line.text().strip()


class MandateForm(TermsForm):
    """The next version of a mandate: what it would change stands above the button while it is typed; `done` when it is kept."""

    done = Signal()

    def __init__(self, desk: Desk, campaign: Campaign) -> None:
        """With what the mandate says now."""
        super().__init__(desk, desk.say("mandate.change", code=campaign.code), campaign.mandate, campaign.code)
        self.put_texts()
        self.put_terms()
        self.changes = label("", "muted", wrap=True)
        self._body.addWidget(self.changes)
        for each in self._holding():
            if isinstance(each, QComboBox):
                each.currentIndexChanged.connect(self._say_changes)
            elif isinstance(each, QCheckBox):
                each.toggled.connect(self._say_changes)
            elif isinstance(each, QLineEdit | LongText):
                each.textChanged.connect(self._say_changes)
        self.kept.connect(lambda _: self._keep())
        self._say_changes()

    def _say_changes(self, *_: object) -> None:
        after = self.terms()
        told = [self._desk.say("form.missing")] if after is None else changes_said(self._desk, self._said, after)
        self.changes.setText("\n".join([self._desk.say("mandate.changes"), *told] if told else [self._desk.say("mandate.same")]))

    def _keep(self) -> None:
        after, before, book, at, code = self.terms(), self._said, self._desk.book, self._desk.now(), self._code
        if after is None:
            self.say_missing()
            return
        changed = {name: getattr(after, name) for name in differences(before, after)}

        def work() -> Changes:
            return change_mandate(book, code, at.date(), at, changed)

        self._desk.act("campaign_mandate", lambda _, __: work(), lambda _: self.done.emit(), self.refuse)
