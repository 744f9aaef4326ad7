"""A campaign: its mandate, its states and what blocks each step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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
COVER, PAY_PART = "cover", "pay_part"


@dataclass(frozen=True, slots=True)
class PublicText:
    """What the public reads of a campaign in one language."""

    title: str
    story: str = ""


@dataclass(frozen=True, slots=True)
class Mandate:
    """What was promised when the campaign opened; versioned, hashed, obeyed at closing.

    `surplus` is `hold`, `refund` (to every donor in proportion, a share below `smallest_minor` is held) or `campaign:CODE` (a
    secondary purpose); `shortfall` is `pay_part` (the rest stays owed) or `cover`
    (the foundation may cover it); `late_gift` is `hold`; `fee` says who bears fees: `foundation` or `campaign`.
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
        if self.mandate.disclosure == "code" or not texts:
            return self.code
        chosen = texts.get(language) or texts.get("en") or next(iter(texts.values()))
        return chosen.title

    def story(self, language: str) -> str:
        """The public story in a language, as `title`; empty where only the code is public."""
        texts = self.mandate.texts
        if self.mandate.disclosure == "code" or not texts:
            return ""
        chosen = texts.get(language) or texts.get("en") or next(iter(texts.values()))
        return chosen.story


def check_step(campaign: Campaign, to: State, figures: FundFigures | None = None, unapproved: int = 0) -> list[Problem]:
    """Everything that blocks a step; closing wants all owed paid, no money overdrawn and the surplus settled."""
    problems = []
    if (campaign.state, to) not in STEPS:
        problems.append(Problem("campaign.step", campaign.code, {"from": campaign.state.value, "to": to.value}))
    if to is State.OPEN and campaign.asked.minor <= 0:
        problems.append(Problem("campaign.nothing_asked", campaign.code))
    if to is not State.CLOSED or figures is None:
        return problems
    if figures.owed:
        problems.append(Problem("campaign.still_owed", campaign.code, {"owed": figures.owed}))
    if figures.money.minor < 0:
        problems.append(Problem("campaign.overdrawn", campaign.code, {"money": figures.money}))
    if figures.remaining.minor > 0 and campaign.mandate.surplus != HOLD:
        problems.append(Problem("campaign.surplus_not_settled", campaign.code, {"remaining": figures.remaining}))
    if unapproved:
        problems.append(Problem("campaign.invoices_unapproved", campaign.code, {"n": unapproved}))
    return problems
