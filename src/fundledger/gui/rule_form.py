"""A rule of matching in a form: what it looks for, what it proposes, and what of the past it would have touched before it is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from fundledger.domain.chart import IN_CAMPAIGN
from fundledger.domain.masking import mask_account, mask_name, mask_text
from fundledger.domain.matching import Share, TargetKind
from fundledger.domain.money import Money
from fundledger.domain.rules import TARGETS, Direction
from fundledger.gui.fields import MoneyField, text_field
from fundledger.gui.filter_box import FilterBox
from fundledger.gui.forms import Form, choice, refill
from fundledger.gui.naming import Options, fixed_targets, must_be_campaign, read_names, target_words
from fundledger.gui.parts import clear, columns, figure, label, rows
from fundledger.gui.table import shown
from fundledger.services.rules import would_have
from fundledger.store import campaigns
from fundledger.store.accounts import bank_accounts
from fundledger.store.donors import donor_ids, donor_rows

if TYPE_CHECKING:
    from fundledger.domain.problem import Problem
    from fundledger.domain.rules import Rule
    from fundledger.gui.desk import Desk
    from fundledger.gui.naming import Names
    from fundledger.services.rules import Touched

_MOST = 12
_PAUSE_MS = 150
_MASKS = {"text": mask_text, "name": mask_name, "iban": mask_account}


@dataclass(frozen=True, slots=True)
class Offered:
    """What may be chosen: targets, campaigns by row id, own accounts by code, donors by row id."""

    targets: Options
    campaigns: Options
    banks: Options
    donors: Options


def read_offered(desk: Desk) -> Offered:
    """Everything a rule may name; runs beside the window."""
    book, say = desk.book, desk.say
    with book.reading() as db:
        found = campaigns.campaigns(db, book.currency)
        banks: Options = [(one.code, one.code) for one in bank_accounts(db)]
        donors: Options = [
            ("  ".join(filter(None, (one.code, one.name))), one.id)
            for one in donor_rows(db, donor_ids(db), book.currency, reveal=desk.revealed)
        ]
    called: Options = [(f"{one.code}  {one.title(desk.speaker.language)}", one.id) for one in found]
    return Offered(
        [(words, (TargetKind.CAMPAIGN, row_id)) for words, row_id in called] + fixed_targets(desk),
        [(desk.speaker.say("fund.unrestricted"), None), *called],
        [(say("rule.any_account"), None), *banks],
        [(say("rule.any_donor"), None), *donors],
    )


def proposes(desk: Desk, rule: Rule, names: Names) -> str:
    """What a rule proposes, in words."""
    key = rule.account if rule.target is TargetKind.ACCOUNT else rule.campaign if rule.target is TargetKind.CAMPAIGN else None
    bearer = rule.campaign if rule.target is TargetKind.ACCOUNT else None
    return target_words(desk, Share(rule.target, key, Money(1, desk.book.currency), bearer=bearer), names)


def show_touched(place: QVBoxLayout, desk: Desk, found: list[Touched]) -> None:
    """The lines of the past that a rule looks for, the latest first, each with what it became."""
    say = desk.say
    place.addWidget(label(say("rule.would", n=len(found)), "muted", wrap=True))
    for one in found[:_MOST]:
        became = say("rule.other", what=say(f"disposition.{one.became}")) if one.became else say("rule.open")
        said = label(say("rule.agree") if one.agrees else became, "positive" if one.agrees or not one.became else "warning", size=0.92)
        amount = figure(shown(one.amount, desk.speaker), size=0.95)
        place.addLayout(columns(label(desk.speaker.day(one.booked_on, "medium"), "muted"), amount, None, said))
    if len(found) > _MOST:
        place.addWidget(label(say("rules.more", n=len(found) - _MOST), "muted"))


class _Masked:
    """A line of text in which a name stays masked until names are shown; what a person types takes its place."""

    def __init__(self, desk: Desk, key: str, name: str, value: str) -> None:
        self.field = text_field(name)
        self._desk, self._mask, self._value = desk, _MASKS[key], value
        self._hidden = False
        self.dress()

    def dress(self) -> None:
        """As names are shown or masked now; what was typed stays."""
        if self._touched():
            return
        self._hidden = bool(self._value) and not self._desk.revealed
        self.field.setPlaceholderText(self._mask(self._value) if self._hidden else "")
        self.field.setText("" if self._hidden else self._value)

    def _touched(self) -> bool:
        return self.field.isModified() or (bool(self.field.text()) and self.field.text() != self._value)

    def text(self) -> str:
        """What the rule is to look for."""
        return self._value if self._hidden and not self._touched() else self.field.text().strip()


class RuleForm(Form):
    """What the rule looks for, and what of the past it would have touched, shown before it is saved."""

    def __init__(self, desk: Desk, draft: Rule, title: str, *, whole: bool = False) -> None:
        """Begins with the draft; `whole` asks for everything a rule may say, and not for what a line taught alone."""
        super().__init__(desk, title, desk.say("keep"))
        self._draft = draft
        self._body.addWidget(label(desk.say("rule.about"), "muted", wrap=True))
        values = {"text": draft.text, "name": draft.name, "iban": draft.iban}
        self._masked = {key: _Masked(desk, key, desk.say(f"field.rule_{key}"), value) for key, value in values.items()}
        self.text, self.name, self.iban = (one.field for one in self._masked.values())
        for key, one in self._masked.items():
            self.add(f"rule_{key}", one.field, "internal")
        self._more = _More(desk, self, draft) if whole else None
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._soon.timeout.connect(self.look)
        for field in (self.text, self.name, self.iban):
            field.textChanged.connect(self.edited)
        self.would = rows(spacing=4)
        self._body.addLayout(self.would)
        self.count = -1
        desk.names_shown.connect(self._names)
        self.look()

    def _names(self) -> None:
        for one in self._masked.values():
            one.dress()

    def edited(self) -> None:
        """Something else is asked for: look again in a moment."""
        self._soon.start()

    def note(self, text: str) -> None:
        """Something to know of the rule, above its fields."""
        self._body.insertWidget(0, label(text, "muted", wrap=True))

    @property
    def more(self) -> _More:
        """The fields beyond what a line teaches."""
        if self._more is None:
            raise AssertionError
        return self._more

    def rule(self) -> Rule | None:
        """The rule as it stands in the form; None where an amount cannot be read."""
        text, name, iban = (one.text() for one in self._masked.values())
        named = replace(self._draft, text=text, name=name, iban=iban)
        return self._more.of(named) if self._more else named

    def look(self) -> None:
        """Ask what it would have touched."""
        book, rule = self._desk.book, self.rule()
        if rule is None:
            self._say_none(label(self._desk.say("form.missing"), "warning", wrap=True))
            return
        self._desk.tasks.read(lambda: (rule, would_have(book, rule), read_names(self._desk)), self._show, self._none, lane=self)

    def _none(self, problems: tuple[Problem, ...]) -> None:
        self._say_none(*(label(self._desk.speaker.problem(problem), "warning", wrap=True) for problem in problems))

    def _say_none(self, *said: QLabel) -> None:
        clear(self.would)
        self.count = 0
        for one in said:
            self.would.addWidget(one)

    def _show(self, answer: tuple[Rule, list[Touched], Names]) -> None:
        rule, found, names = answer
        clear(self.would)
        self.count = len(found)
        self.would.addWidget(label(self._desk.say("rule.becomes", what=proposes(self._desk, rule, names)), bold=True, wrap=True))
        show_touched(self.would, self._desk, found)


class _More:
    """The fields of a rule beyond what it looks for by itself: direction, account, bounds, target, donor, on or off."""

    def __init__(self, desk: Desk, form: RuleForm, draft: Rule) -> None:
        say, currency = desk.say, desk.book.currency
        self._draft = draft
        self.direction = choice(say("field.rule_direction"), [(say(f"direction.{one.value}"), one.value) for one in Direction])
        self.direction.setCurrentIndex(self.direction.findData(draft.direction.value))
        self.bank = choice(say("field.rule_bank"), [])
        self.least, self.most = (MoneyField(say(f"field.rule_{key}"), currency, desk.speaker) for key in ("least", "most"))
        for field, minor in ((self.least, draft.least_minor), (self.most, draft.most_minor)):
            if minor is not None:
                field.set_value(Money(minor, currency))
        self.target, self.whose, self.donor = (FilterBox(say(f"field.rule_{key}")) for key in ("target", "campaign", "donor"))
        self.on = QCheckBox(say("field.rule_on"))
        self.on.setChecked(not draft.off)
        for pair in (("direction", "bank"), ("least", "most"), ("target", "campaign")):
            both = columns(*(form.labelled(f"rule_{key}", self._field(key)) for key in pair), spacing=14)
            for place in range(2):
                both.setStretch(place, 1)
            form._body.addLayout(both)  # noqa: SLF001  the form's own part
        form.add("rule_donor", self.donor, "internal")
        form._body.addWidget(self.on)  # noqa: SLF001  as above
        self._offered: Offered | None = None
        self._listen(form)
        desk.ask(lambda: read_offered(desk), self._offer, lane=(form, "offered"))

    def _field(self, key: str) -> QWidget:
        fields: dict[str, QWidget] = {
            "direction": self.direction, "bank": self.bank, "least": self.least, "most": self.most, "target": self.target,
            "campaign": self.whose,
        }  # fmt: skip
        return fields[key]

    def _listen(self, form: RuleForm) -> None:
        for box in (self.direction, self.bank, self.target, self.whose, self.donor):
            box.currentIndexChanged.connect(form.edited)
        for field in (self.least, self.most):
            field.edited.connect(form.edited)
        self.target.currentIndexChanged.connect(self._step)

    def _offer(self, offered: Offered) -> None:
        """What may be chosen; at first what the draft says is."""
        draft, self._offered = self._draft, offered
        refill(self.bank, offered.banks)
        self.bank.setCurrentIndex(max(self.bank.findData(draft.bank), 0))
        self.target.offer(offered.targets)
        key = draft.account if draft.target is TargetKind.ACCOUNT else draft.campaign if draft.target is TargetKind.CAMPAIGN else None
        self.target.choose((draft.target, key))
        self._step()
        self.whose.choose(draft.campaign)
        self.donor.offer(offered.donors)
        self.donor.choose(draft.donor)

    def _bears(self) -> bool:
        """Whether the target is an account that a campaign may bear."""
        match self.target.value():
            case (TargetKind.ACCOUNT, code):
                return code in IN_CAMPAIGN
        return False

    def _step(self) -> None:
        """Whose it is belongs to the target."""
        campaigns_of = self._offered.campaigns if self._offered and self._bears() else []
        self.whose.offer([one for one in campaigns_of if one[1] is not None or not must_be_campaign(self.target.value())])
        self.whose.setEnabled(bool(campaigns_of))

    def of(self, rule: Rule) -> Rule | None:
        """The rule with what stands in these fields; None where an amount cannot be read. As drafted until they are filled."""
        for field in (self.least, self.most):
            if field.value() is None and field.line.text().strip():
                return None
        least, most = (None if amount is None else abs(amount.minor) for amount in (self.least.value(), self.most.value()))
        direction = Direction(self.direction.currentData())
        made = replace(rule, direction=direction, off=not self.on.isChecked(), least_minor=least, most_minor=most)
        match self.target.value():
            case (kind, key) if self._offered is not None and kind in TARGETS:
                campaign = key if kind is TargetKind.CAMPAIGN else self.whose.value() if self._bears() else None
                account = key if kind is TargetKind.ACCOUNT else None
                donor, bank = self.donor.value(), self.bank.currentData()
                return replace(made, target=kind, campaign=campaign, account=account, donor=donor, bank=bank)  # type: ignore[arg-type]
        return made
