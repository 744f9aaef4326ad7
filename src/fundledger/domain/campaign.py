"""A campaign: its mandate, its states and what blocks each step."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fundledger.domain.figures import FundFigures
    from fundledger.domain.money import Money


class State(StrEnum):
    """Where a campaign stands; it only moves forward, but an over campaign may open again."""

    DRAFT = "draft"
    OPEN = "open"
    OVER = "over"
    CLOSED = "closed"
    ARCHIVED = "archived"


STEPS = frozenset(
    {
        (State.DRAFT, State.OPEN),
        (State.OPEN, State.OVER),
        (State.OVER, State.OPEN),
        (State.OVER, State.CLOSED),
        (State.CLOSED, State.ARCHIVED),
    }
)

HOLD, REFUND, TO_CAMPAIGN = "hold", "refund", "campaign:"
FOUNDATION = "foundation"
COVER, PAY_PART = "cover", "pay_part"
VATS = ("unsaid", "with", "without")
# What a person may agree to be shown of her, in the order it is written down.
SCOPES = ("name", "story", "pictures")
# So many days before a consent ends somebody is told, so that there is time to ask for another.
CONSENT_SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class PublicText:
    """What the public reads of a campaign in one language."""

    title: str
    story: str = ""


@dataclass(frozen=True, slots=True)
class Mandate:
    """What was promised when the campaign opened; versioned, hashed, obeyed at closing.

    `surplus` is `hold`, `refund` (to each account in proportion, a share below `smallest_minor` to the fallback) or `campaign:CODE` (a
    secondary purpose); `shortfall` is `pay_part` (the rest stays owed) or `cover`
    (the foundation may cover it); `late_gift` is `hold`, `refund`, `foundation` (its board decides) or `campaign:CODE`; `fallback`
    takes shares that cannot be returned: `hold` or `campaign:CODE`; `ended` is the rule if the person helped withdraws, dies or is
    freed, in the words of `surplus`; `fee` says who bears fees: `foundation` or `campaign`; `vat` whether what is asked for is
    `with` or `without` it. A `protected` campaign publishes no reference and no QR code. `consent_scope` are words of SCOPES
    parted by commas, agreed to on `consent_on`, the last day `consent_until`; without a day nobody was asked.
    """

    texts: Mapping[str, PublicText]
    surplus: str = HOLD
    shortfall: str = PAY_PART
    late_gift: str = HOLD
    fee: str = "foundation"
    purpose: str = "person"
    disclosure: str = "title"
    method: str = "restricted"
    reserve_minor: int = 0
    smallest_minor: int = 0
    fallback: str = HOLD
    ended: str = HOLD
    vat: str = "unsaid"
    protected: bool = False
    consent_scope: str = ""
    consent_on: date | None = None
    consent_until: date | None = None

    def allows(self, what: str) -> bool:
        """Whether the public may be shown a thing of SCOPES; where no consent was written down, all that the disclosure allows."""
        if self.disclosure == "code":
            return False
        return self.consent_on is None or what in self.consent_scope.split(",")


@dataclass(frozen=True, slots=True)
class MandateVersion:
    """One version of a mandate as it was taken down, and the digest of what it said."""

    version: int
    taken_on: date
    digest: str
    mandate: Mandate


# What a paper about a campaign itself may be, in the order things happen.
PAPERS = ("mandate", "consent", "letter", "other")


@dataclass(frozen=True, slots=True)
class CampaignPaper:
    """A paper about a campaign itself; `kind` is one of PAPERS, `document` the SHA-256 of the file."""

    id: int
    kind: str
    added_on: date
    document: str


def differences(before: Mandate, after: Mandate) -> list[str]:
    """What two versions of a mandate do not say alike: names of its fields, in their order."""
    return [field.name for field in fields(Mandate) if getattr(before, field.name) != getattr(after, field.name)]


def check_mandate(mandate: Mandate, code: str) -> list[Problem]:
    """Everything wrong with what a mandate says, whatever books there are."""
    rules = (
        (mandate.surplus, {HOLD, REFUND, TO_CAMPAIGN}, Problem("campaign.surplus_rule", mandate.surplus[:40])),
        (mandate.shortfall, {PAY_PART, COVER}, Problem("campaign.shortfall_rule", mandate.shortfall[:40])),
        (mandate.late_gift, {HOLD, REFUND, FOUNDATION, TO_CAMPAIGN}, Problem("campaign.late_gift_rule", mandate.late_gift[:40])),
        (mandate.fallback, {HOLD, TO_CAMPAIGN}, Problem("campaign.fallback_rule", mandate.fallback[:40])),
        (mandate.ended, {HOLD, REFUND, TO_CAMPAIGN}, Problem("campaign.ended_rule", mandate.ended[:40])),
        (mandate.vat, {*VATS}, Problem("campaign.vat_rule", mandate.vat[:40])),
    )
    problems = [problem for said, words, problem in rules if (TO_CAMPAIGN if said.startswith(TO_CAMPAIGN) else said) not in words]
    unknown = [word for word in mandate.consent_scope.split(",") if word and word not in SCOPES]
    problems += [Problem("campaign.consent_scope", word[:40]) for word in unknown]
    if mandate.consent_until and (mandate.consent_on is None or mandate.consent_until < mandate.consent_on):
        problems.append(Problem("campaign.consent_days", code))
    return problems


def check_consent(campaign: Campaign, on: date) -> list[Problem]:
    """Whether a consent has ended by a day, or is about to."""
    until = campaign.mandate.consent_until
    if until is None or campaign.mandate.disclosure == "code":
        return []
    if until < on:
        return [Problem("campaign.consent_expired", campaign.code, {"until": until})]
    if until - on <= timedelta(days=CONSENT_SOON_DAYS):
        return [Problem("campaign.consent_soon", campaign.code, {"until": until})]
    return []


@dataclass(frozen=True, slots=True)
class Campaign:
    """A restricted fund with a promise; `asked` is the accepted quote, `reference` its RF (ISO 11649)."""

    id: int
    code: str
    fund: int
    state: State
    reference: str
    asked: Money
    mandate: Mandate
    opened_on: date | None = None
    over_on: date | None = None
    closed_on: date | None = None
    quoted: Money | None = None
    closed_rule: str | None = None

    @property
    def surplus_rule(self) -> str:
        """By which rule what remains goes: the one that closing obeyed, until then the mandate's."""
        return self.closed_rule or self.mandate.surplus

    @property
    def promised(self) -> Money | None:
        """The accepted quote while it binds; a closed campaign promises nothing more."""
        return None if self.state in {State.CLOSED, State.ARCHIVED} else self.quoted

    @property
    def collects_until(self) -> date | None:
        """The last bank day on which a gift to it came in time; None where no gift is taken any more, or yet."""
        if self.state is State.OPEN:
            return date.max
        return self.over_on if self.state is State.OVER else None

    def title(self, language: str) -> str:
        """The public title in a language, else English, else the first there is; the code where only it is public."""
        texts = self.mandate.texts
        if not self.mandate.allows("name") or not texts:
            return self.code
        chosen = texts.get(language) or texts.get("en") or next(iter(texts.values()))
        return chosen.title

    def story(self, language: str) -> str:
        """The public story in a language, as `title`; empty where only the code is public."""
        texts = self.mandate.texts
        if not self.mandate.allows("story") or not texts:
            return ""
        chosen = texts.get(language) or texts.get("en") or next(iter(texts.values()))
        return chosen.story


def check_step(
    campaign: Campaign, to: State, figures: FundFigures | None = None, unapproved: int = 0, on: date | None = None
) -> list[Problem]:
    """Everything that blocks a step, so far as `figures` are given.

    Closing wants all owed paid, no money overdrawn, and nothing left with payees: no advance unused, nothing due back. What is owed to
    donors by the closing itself keeps a campaign from the archive alone. A step is not dated (`on`) before the one it follows.
    """
    before = {State.OVER: campaign.opened_on, State.CLOSED: campaign.over_on, State.ARCHIVED: campaign.closed_on}.get(to)
    problems = [Problem("campaign.days", campaign.code, {"before": before})] if on and before and on < before else []
    if (campaign.state, to) not in STEPS:
        problems.append(Problem("campaign.step", campaign.code, {"from": campaign.state.value, "to": to.value}))
    if to is State.OPEN and campaign.asked.minor <= 0:
        problems.append(Problem("campaign.nothing_asked", campaign.code))
    if figures is not None and to is State.ARCHIVED and figures.owed:
        problems.append(Problem("campaign.refunds_owed", campaign.code, {"owed": figures.owed}))
    if to is State.CLOSED and unapproved:
        problems.append(Problem("campaign.invoices_unapproved", campaign.code, {"n": unapproved}))
    return problems + (_left_open(campaign, figures) if figures is not None and to is State.CLOSED else [])


def _left_open(campaign: Campaign, figures: FundFigures) -> list[Problem]:
    """What of a campaign's money is not where it belongs."""
    left = (
        (bool(figures.owed), Problem("campaign.still_owed", campaign.code, {"owed": figures.owed})),
        (figures.money.minor < 0, Problem("campaign.overdrawn", campaign.code, {"money": figures.money})),
        (bool(figures.advanced), Problem("campaign.advances_unused", campaign.code, {"amount": figures.advanced})),
        (bool(figures.due_back), Problem("campaign.due_back", campaign.code, {"amount": figures.due_back})),
    )
    return [problem for there, problem in left if there]
