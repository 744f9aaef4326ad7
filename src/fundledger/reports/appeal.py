"""The appeal's own page: how much is needed, and whether the collection is over, from the same books as every report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.campaign import State
from fundledger.domain.problem import KnownError
from fundledger.reports.facts import Asked, enough_donors, read
from fundledger.reports.value import Appeal, AppealState, Audience
from fundledger.store import campaigns

if TYPE_CHECKING:
    from fundledger.store.book import Book

_STATES = {State.OPEN: AppealState.OPEN, State.OVER: AppealState.OVER, State.CLOSED: AppealState.CLOSED, State.ARCHIVED: AppealState.CLOSED}


def build(book: Book, code: str, language: str = "en") -> Appeal:
    """What the page says; raises KnownError campaign.draft for an appeal that was never made."""
    with book.reading() as db:
        found = campaigns.find_campaign(db, code, book.currency)
        if found.state is State.DRAFT:
            raise KnownError("campaign.draft", code)
        facts = read(book, db, Asked(Audience.PUBLIC, language))
    own = facts.figures[found.fund]
    enough = enough_donors(facts, [found.fund])
    collected = own.collected - own.returned - own.charged_back
    return Appeal(
        code=found.code,
        title=found.title(language),
        story=found.story(language),
        state=_STATES[found.state],
        asked=found.asked,
        collected=collected if enough else None,
        paid=own.paid if enough else None,
        remaining=own.remaining if enough else None,
        as_of=facts.as_of,
        foundation=facts.foundation,
        moved_in=own.moved_in if enough else None,
        moved_out=own.moved_out if enough else None,
        fees=own.fees if enough else None,
        reference=found.reference if found.state is State.OPEN and not found.mandate.protected else None,
        head=facts.head,
    )
