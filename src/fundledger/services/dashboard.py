"""What the first page says of the whole book: the money, what needs a person, and what came and went month by month."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.campaign import CONSENT_SOON_DAYS, State, check_consent
from fundledger.domain.chart import BANK, CLEARING, group
from fundledger.domain.closing import days_of, named, uncovered
from fundledger.domain.invoice import Lane
from fundledger.domain.money import Money
from fundledger.domain.review import ReviewState
from fundledger.services.coverage import account_coverage
from fundledger.services.people import attention
from fundledger.store import accounts, backups, campaigns, dashboard, funds, paying, periods, reviews

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from fundledger.domain.campaign import Campaign
    from fundledger.domain.figures import FundFigures
    from fundledger.services.coverage import AccountCoverage
    from fundledger.store.book import Book
    from fundledger.store.dashboard import Promising, WaitingLines
    from fundledger.store.rows import Database

BACKUP_DAYS = 7  # a week's work is what one may lose
MONTHS = 12
_DAY = timedelta(days=1)
_MOST_GOALS = 5
_KEPT = "dashboard months"
_OWN = ("unrestricted", "suspense")  # the funds of a book without a campaign


class NeedKey(StrEnum):
    """What may need a person, in the order it is told."""

    UNSURE = "unsure"  # lines that may be in the book already
    LINES = "lines"  # lines to reconcile
    GAP = "gap"  # days between two statements
    INBOX = "inbox"  # invoices that lack something
    APPROVE = "approve"
    PAY = "pay"
    REVIEW = "review"  # gifts that wait for two people
    SHORT = "short"  # more is committed than was collected
    OVER = "over"  # collections to be closed
    CONSENT = "consent"  # consents that end soon, or have ended
    BACKUP = "backup"
    RECOVERY = "recovery"
    PERIOD = "period"  # months in which nothing waits any more


@dataclass(frozen=True, slots=True)
class Need:
    """Something that needs a person: how many of it there are, and what the sentence about it names."""

    key: NeedKey
    n: int
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Goal:
    """How far a campaign that collects is."""

    campaign: Campaign
    collected: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole book in its currency, as the funds report adds it up: all funds are in `collected` and `paid`.

    `committed` is promised by campaigns that are not closed, and not yet paid; `free` is what campaigns and the foundation may still
    promise, without what waits in suspense for somebody to say whose it is (`unidentified`). `foreign` is what stands on accounts in
    other currencies, by account code and currency, at the rates it was booked at.
    """

    collected: Money
    committed: Money
    paid: Money
    free: Money
    unidentified: Money
    foreign: tuple[tuple[str, str, Money], ...]
    goals: tuple[Goal, ...]
    has_account: bool
    has_campaign: bool
    has_statement: bool

    @property
    def begun(self) -> bool:
        """Whether anything was booked, or waits to be."""
        return self.has_statement or bool(self.collected or self.paid)


@dataclass(frozen=True, slots=True)
class Month:
    """What was collected and what was paid in a month, both less what was taken back in it."""

    first: date
    collected: Money
    paid: Money


# --- the money --------------------------------------------------------------------------------------------------------
def read_totals(book: Book) -> Totals:
    """The figures of the whole book; however many entries there are, it reads none of them."""
    with book.reading() as db:
        figures = funds.fund_figures(db, book.currency)
        promising = dashboard.promising(db, book.currency)
        most = sorted(dashboard.collecting(db), key=lambda pair: -figures[pair[1]].collected.minor)[:_MOST_GOALS]
        goals = _goals(db, book.currency, [row_id for row_id, _ in most], figures)
        ours = accounts.bank_accounts(db)
        foreign = _foreign(db, book.currency, {one.code: one.currency for one in ours})
        begun = dashboard.first_statement(db) is not None
    nothing = Money(0, book.currency)
    return Totals(
        collected=sum((one.collected for one in figures.values()), nothing),
        committed=sum((figures[one.fund].committed(one.quoted) for one in promising), nothing),
        paid=sum((one.paid for one in figures.values()), nothing),
        free=sum((one.available for fund, one in figures.items() if fund != book.suspense_fund), nothing),
        unidentified=figures[book.suspense_fund].money,
        foreign=foreign,
        goals=goals,
        has_account=bool(ours),
        has_campaign=len(figures) > len(_OWN),
        has_statement=begun,
    )


def _goals(db: Database, currency: str, ids: list[int], figures: Mapping[int, FundFigures]) -> tuple[Goal, ...]:
    return tuple(Goal(one, figures[one.fund].collected, figures[one.fund].paid) for one in campaigns.campaigns(db, currency, ids))


def _foreign(db: Database, currency: str, ours: Mapping[str, str]) -> tuple[tuple[str, str, Money], ...]:
    """What stands on our accounts in other currencies."""
    others = {code: own for code, own in ours.items() if own != currency}
    held = dict.fromkeys(others, 0)
    for code, _, minor in (one for some in funds.balances(db).values() for one in some) if others else ():
        if code in held:
            held[code] += minor
    return tuple((code, others[code], Money(minor, currency)) for code, minor in held.items() if minor)


def short_campaigns(book: Book) -> list[int]:
    """The campaigns that promised more than they have: open ones and such as collect no more."""
    with book.reading() as db:
        return [one.id for one, _ in _short(db, book.currency)]


def _short(db: Database, currency: str) -> list[tuple[Promising, Money]]:
    """Each with what is lacking."""
    begun = [one for one in dashboard.promising(db, currency) if one.state is not State.DRAFT]
    figures = funds.fund_figures(db, currency, [one.fund for one in begun])
    found = [(one, figures[one.fund].short(one.quoted)) for one in begun]
    return [(one, lacking) for one, lacking in found if lacking]


def consents(book: Book, today: date) -> list[int]:
    """The campaigns, not yet put away, whose consent has ended or is about to."""
    with book.reading() as db:
        return _consents(db, book.currency, today)


def _consents(db: Database, currency: str, today: date) -> list[int]:
    near = dashboard.consents_until(db, today + CONSENT_SOON_DAYS * _DAY)
    return [one.id for one in campaigns.campaigns(db, currency, near) if check_consent(one, today)] if near else []


# --- what needs a person ----------------------------------------------------------------------------------------------
def read_needs(book: Book, at: datetime) -> tuple[Need, ...]:
    """Everything there is to attend to, each kind once, in the order of `NeedKey`."""
    covered = account_coverage(book)
    with book.reading() as db:
        waiting = dashboard.waiting_lines(db)
        found = {
            NeedKey.UNSURE: (waiting.unsure, {}),
            NeedKey.LINES: (waiting.to_book, {"day": waiting.to_book_since}),
            NeedKey.GAP: _gaps(covered),
            **_invoices(db, book.currency),
            NeedKey.REVIEW: (len(reviews.reviews(db, ReviewState.HELD)), {}),
            NeedKey.SHORT: _lacking(_short(db, book.currency), book.currency),
            NeedKey.OVER: (sum(state is State.OVER for _, state in campaigns.states(db)), {}),
            NeedKey.CONSENT: (len(_consents(db, book.currency, at.date())), {}),
            NeedKey.BACKUP: _backup(book, db, at),
            NeedKey.RECOVERY: (len(attention(book)), {}),
            NeedKey.PERIOD: _months_done(db, covered, waiting, at.date()),
        }
    return tuple(Need(key, *found[key]) for key in NeedKey if found[key][0])


_Found = tuple[int, "Mapping[str, object]"]


def _gaps(covered: Iterable[AccountCoverage]) -> _Found:
    """Stretches between two statements in which money moved, or may have; a processor's export has no first and last day."""
    found = [
        (one.account.code, gap)
        for one in covered
        if group(one.account.code) != CLEARING
        for gap in one.coverage.gaps
        if gap.difference != 0
    ]
    first = min(found, key=lambda one: one[1].start_on, default=None)
    return len(found), {"account": first[0], "start": first[1].start_on, "end": first[1].end_on} if first else {}


def _invoices(db: Database, currency: str) -> dict[NeedKey, _Found]:
    lanes = list(paying.lanes(db, currency).values())
    pairs = ((NeedKey.INBOX, Lane.INBOX), (NeedKey.APPROVE, Lane.APPROVE), (NeedKey.PAY, Lane.PAY))
    return {key: (lanes.count(lane), {}) for key, lane in pairs}


def _lacking(short: list[tuple[Promising, Money]], currency: str) -> _Found:
    return len(short), {"lacking": sum((lacking for _, lacking in short), Money(0, currency))}


def _backup(book: Book, db: Database, at: datetime) -> _Found:
    """The newest backup is old only where something was done since."""
    newest = next((one for one in backups.newest_named(book.path) if one.header.book == book.uid), None)
    if newest is None:
        return 1, {"days": 0}
    header = newest.header
    days = (at.date() - header.made_at.date()).days
    behind = backups.reach(db) != (header.operations, header.entries, header.imports)
    return int(behind and days > BACKUP_DAYS), {"days": days}


def _months_done(db: Database, covered: Iterable[AccountCoverage], waiting: WaitingLines, today: date) -> _Found:
    """Months that are over and not closed, in which no line waits and every day is on a statement; which one to close first."""
    begun = dashboard.first_statement(db)
    spans = [one.coverage for one in covered if one.coverage.covered and group(one.account.code) == BANK]
    locked, done = periods.closed(db), list[str]()
    for start, end in _months(begun, today) if begun else ():
        if any(first <= start and end <= last for first, last in locked):
            continue
        if (waiting.earliest and waiting.earliest <= end) or any(uncovered(one, start, end) for one in spans):
            break
        done.append(named(start, end))
    return len(done), {"period": done[0]} if done else {}


def _months(first: date, today: date) -> Iterator[tuple[date, date]]:
    """Every month from one on that is over."""
    start, end = days_of(f"{first:%Y-%m}")
    while end < today:
        yield start, end
        start, end = days_of(f"{end + _DAY:%Y-%m}")


# --- month by month ---------------------------------------------------------------------------------------------------
def read_months(book: Book, today: date) -> tuple[Month, ...]:
    """The last twelve months up to the latest in which anything moved; what was added up before is kept until the book locks."""
    kept = book.kept.get(_KEPT)
    number, known = kept if isinstance(kept, tuple) else (0, {})
    with book.reading() as db:
        last = dashboard.last_number(db)
        if last != number:
            known = dashboard.months(db, number, last, known)
        book.kept[_KEPT] = last, known
    moved = [month for month, both in known.items() if any(both) and month <= f"{today:%Y-%m}"]
    if not moved:
        return ()
    first, made = days_of(max(moved))[0], list[Month]()
    for _ in range(MONTHS):
        collected, paid = known.get(f"{first:%Y-%m}", (0, 0))
        made.append(Month(first, Money(collected, book.currency), Money(paid, book.currency)))
        first = (first - _DAY).replace(day=1)
    return tuple(reversed(made))
