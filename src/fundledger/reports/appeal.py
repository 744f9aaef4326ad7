"""The appeal's own page: how much is needed, and whether the collection is over, from the same books as every report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.campaign import State
from fundledger.domain.disclosure import FEWEST_DONORS
from fundledger.domain.epc import giving_text
from fundledger.domain.problem import KnownError
from fundledger.reports.disclosed import disclosed_page
from fundledger.reports.facts import Asked, enough_donors, netted, read
from fundledger.reports.value import Appeal, AppealState, Audience
from fundledger.store import accounts, campaigns, refunds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fundledger.domain.campaign import Campaign
    from fundledger.store.book import Book

_STATES = {State.OPEN: AppealState.OPEN, State.OVER: AppealState.OVER, State.CLOSED: AppealState.CLOSED, State.ARCHIVED: AppealState.CLOSED}


def build(book: Book, code: str, language: str = "en") -> Appeal:
    """What the page says; raises KnownError campaign.draft for an appeal that was never made."""
    with book.reading() as db:
        found = campaigns.find_campaign(db, code, book.currency)
        if found.state is State.DRAFT:
            raise KnownError("campaign.draft", code)
        facts = read(book, db, Asked(Audience.PUBLIC, language), found.fund)
        giving = _giving(found, book.name, {one.iban: one.currency for one in accounts.bank_accounts(db)})
        owed = [one for one in refunds.refunds_owed(db, book.currency) if one.fund == found.fund]
    own, few = facts.figures[found.fund], netted(facts, found.fund)
    enough = enough_donors(facts, [found.fund])
    collected = own.collected - own.returned - own.charged_back if few else own.collected
    many = len({one.donor or one.ibans for one in owed}) >= FEWEST_DONORS
    told = ("paid", "remaining", "moved_in", "moved_out", "opening", "fees", "advanced", "due_back")
    made = Appeal(
        code=found.code,
        title=found.title(language),
        story=found.story(language),
        state=_STATES[found.state],
        asked=found.asked,
        collected=collected if enough else None,
        **{name: getattr(own, name) if enough else None for name in told},
        returned=own.returned if enough and not few else None,
        owed_back=sum((one.amount for one in owed), own.paid - own.paid) if enough and many else None,
        netted=few and enough,
        vat=found.mandate.vat,
        as_of=facts.as_of,
        foundation=facts.foundation,
        reference=found.reference if found.state is State.OPEN and not found.mandate.protected else None,
        giving=giving,
        head=facts.head,
    )
    return disclosed_page(made)


def _giving(found: Campaign, payee: str, ours: Mapping[str, str]) -> str | None:
    """What is scanned to give; None where there is no such code, and the page does without."""
    try:
        return giving_text(found, payee, ours)
    except KnownError:
        return None
