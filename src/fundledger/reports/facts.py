"""What every report reads first: the book's facts for a period and one audience."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.disclosure import is_whole_quarters
from fundledger.domain.figures import FundFigures, figures
from fundledger.domain.problem import KnownError
from fundledger.domain.pseudonym import pseudonym
from fundledger.domain.shown import Publicity
from fundledger.reports.value import Audience, Identity, Term
from fundledger.store import arrivals, campaigns, extracts, funds, log
from fundledger.store.movements import publicity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from fundledger.domain.campaign import Campaign
    from fundledger.domain.evidence import Head
    from fundledger.domain.shown import Fold, Seen
    from fundledger.store.book import Book
    from fundledger.store.rows import Database


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the book: for whom, from when, until when, in which language titles are given, what a sample is drawn with."""

    audience: Audience
    language: str = "en"
    start: date | None = None
    end: date | None = None
    seed: str = ""

    @property
    def public(self) -> bool:
        """Whether the public reads it."""
        return self.audience is Audience.PUBLIC

    @property
    def period(self) -> str:
        """The period as pseudonyms are bound to it."""
        return f"{self.start or ''}/{self.end or ''}"


def check_asked(asked: Asked) -> None:
    """Public periods are whole quarters or the campaign's life, so that no two editions single out a day."""
    if asked.start and asked.end and asked.start > asked.end:
        raise KnownError("report.period_reversed")
    if asked.public and not is_whole_quarters(asked.start, asked.end):
        raise KnownError("report.public_period")


@dataclass(frozen=True, slots=True)
class Facts:
    """The book as one report sees it; every sum is of one moment."""

    foundation: str
    currency: str
    as_of: date | None
    unrestricted: int
    suspense: int
    figures: dict[int, FundFigures]
    sums: dict[int, list[tuple[str, str, int]]]
    campaigns: tuple[Campaign, ...]
    donors: dict[int, set[int]]
    publicity: Publicity
    seen: Seen
    secret: bytes
    head: Head


def read(book: Book, db: Database, asked: Asked, fund: int | None = None) -> Facts:
    """Read the facts on one connection, so that they agree with one another; of gifts, those of one `fund` where no other is told of."""
    sums = extracts.sums(db, asked.start, asked.end)
    last = extracts.last_posting(db)
    own = (book.unrestricted_fund, book.suspense_fund)
    public = publicity(db, own, book.currency, fund) if asked.public else Publicity((), (), own)
    reserves = funds.reserves(db)
    return Facts(
        foundation=book.name,
        currency=book.currency,
        as_of=min(asked.end, last) if asked.end and last else last,
        unrestricted=book.unrestricted_fund,
        suspense=book.suspense_fund,
        figures={fund: figures(sums.get(fund, ()), book.currency, reserves.get(fund, 0)) for fund in funds.fund_kinds(db)},
        sums=sums,
        campaigns=tuple(campaigns.campaigns(db, book.currency)),
        donors=extracts.donors_of_funds(db, asked.start, asked.end),
        publicity=public,
        seen=public.seen(asked.start, asked.end),
        secret=arrivals.book_secret(db),
        head=log.head(db),
    )


def enough_donors(facts: Facts, some: Iterable[int]) -> bool:
    """Whether enough people stand behind the figures of these funds together, and behind what they begin the period with."""
    return facts.seen.enough(some)


def netted(facts: Facts, fund: int) -> bool:
    """Whether what went back is set off against collected, as it went to too few people; who disputed a gift is not known."""
    return facts.seen.netted(fund)


def fold(facts: Facts) -> Fold:
    """Which campaigns a public report about all funds shows by themselves, as of this log."""
    return facts.publicity.fold(facts.seen, facts.head.size)


def donor_code(facts: Facts, asked: Asked, donor: int | None) -> str | None:
    """How a donor is called in this edition; the codes of two audiences or periods cannot be joined."""
    return None if donor is None else pseudonym(facts.secret, asked.audience.value, asked.period, f"donor:{donor}")


def identity(found: FundFigures, *, netted: bool = False) -> Identity:
    """The equation under every campaign: what came in and went out is the money that is there.

    `netted` sets what was returned and charged back off against collected, where it would point at few people.
    """
    collected = found.collected - found.returned - found.charged_back if netted else found.collected
    back = () if netted else (Term(-1, "returned", found.returned), Term(-1, "charged_back", found.charged_back))
    terms = (
        Term(1, "collected", collected),
        *back,
        Term(-1, "fees", found.fees),
        Term(1, "moved_in", found.moved_in),
        Term(-1, "moved_out", found.moved_out),
        Term(1, "opening", found.opening),
        Term(-1, "paid", found.paid),
        Term(-1, "advanced", found.advanced),
        Term(-1, "due_back", found.due_back),
    )
    return Identity("campaign", terms, "fund_money", found.money)
