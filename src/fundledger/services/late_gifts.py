"""Late gifts: what came for a campaign that collects no more waits in suspense, and its late-gift rule says where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.campaign import FOUNDATION, HOLD, REFUND, TO_CAMPAIGN, State
from fundledger.domain.matching import Evidence, Share, TargetKind
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.proposing import late_for
from fundledger.domain.review import ReviewState
from fundledger.services.approving import others
from fundledger.services.changes import Area, Changes
from fundledger.services.proposing import open_line, read_now
from fundledger.services.reconciling import book_again
from fundledger.services.signing import sign_close
from fundledger.store import campaigns, lines, reconciliations, refunds, reviews

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from fundledger.domain.blocking import Items
    from fundledger.domain.campaign import Campaign
    from fundledger.domain.entry import Posting
    from fundledger.domain.matching import OpenLine
    from fundledger.domain.money import Money
    from fundledger.store.book import Book, Witness
    from fundledger.store.operations import Operation
    from fundledger.store.refunds import Suspended
    from fundledger.store.rows import Database

_TOUCHED = frozenset({Area.LINES, Area.CAMPAIGNS, Area.DONORS})
_AT_ONCE = 500
_LATE = frozenset({State.OVER, State.CLOSED, State.ARCHIVED})


@dataclass(frozen=True, slots=True)
class LateGift:
    """A gift that came too late for a campaign.

    `state` is `open` (not booked yet), `suspense` or `refund` (it goes back, and the bank has not sent it yet). `proposes` is what the
    mandate's `rule` makes of it: hold, refund, campaign:CODE; empty where the foundation's board must say. `waits`: why nothing can be
    done now.
    """

    campaign: str
    line: int
    detail: int | None
    booked_on: date
    amount: Money
    state: str
    rule: str
    proposes: str
    waits: Problem | None = None


def late_gifts(book: Book, code: str | None = None) -> list[LateGift]:
    """Every late gift (of a campaign) that waits, by day; what went to its end is not there any more. Raises campaign.unknown."""
    with book.reading() as db:
        known = {one.code: one for one in campaigns.campaigns(db, book.currency)}
        wanted = known if code is None else {one.code: one for one in [campaigns.find_campaign(db, code, book.currency)]}
        ended = [one.over_on for one in wanted.values() if one.state in _LATE and one.over_on]
        if not ended:
            return []
        there = [*refunds.suspended(db, book.suspense_fund), *refunds.open_since(db, min(ended))]
        named = [(one, wanted.get(code or "")) for one, code in zip(there, _named(book, db, there), strict=True)]
        return [_late(db, one, of, known) for one, of in named if of is not None and of.state in _LATE]


def _named(book: Book, db: Database, there: Sequence[Suspended]) -> list[str | None]:
    """The campaign that each came too late for: as was said when it was booked, else the one that it names."""
    unsaid = sorted({one.line for one in there if one.campaign is None})
    items = read_now(book, db).items if unsaid else None
    said: dict[int, OpenLine] = {}
    for start in range(0, len(unsaid), _AT_ONCE):
        found = lines.parts(db, unsaid[start : start + _AT_ONCE])
        said |= {line_id: open_line(*both) for line_id, both in found.items()}
    return [one.campaign or (_late_for(said[one.line], one, items) if items else None) for one in there]


def _late_for(line: OpenLine, one: Suspended, items: Items) -> str | None:
    payments = [payment for payment in line.details if payment.detail == one.detail] if one.detail else [line.whole]
    item = late_for(payments[0], one.booked_on, items) if payments else None
    return item.code if item else None


def _late(db: Database, one: Suspended, of: Campaign, known: dict[str, Campaign], to: str = "") -> LateGift:
    """A late gift and where it goes: as the board says (`to`), else by the rule; what cannot be returned goes to the fallback."""
    rule = of.mandate.late_gift
    word = to or ("" if rule == FOUNDATION else rule)
    if word == REFUND and one.source is None:
        word = of.mandate.fallback
    state = "refund" if one.sent_back else "suspense" if one.booked else "open"
    waits = _waits(db, one, word, known) if state != "refund" else None
    return LateGift(of.code, one.line, one.detail, one.booked_on, one.amount, state, rule, word, waits)


def _waits(db: Database, one: Suspended, word: str, known: dict[str, Campaign]) -> Problem | None:
    """Why a gift cannot go where it should now."""
    under = reviews.states(db, [one.line]).get(one.line)
    if under in {ReviewState.HELD, ReviewState.RETURNED}:
        return Problem("review.waiting" if under is ReviewState.HELD else "review.goes_back", str(one.line))
    if word == REFUND and not one.whole:
        return Problem("late.batch", str(one.line))
    if not word.startswith(TO_CAMPAIGN):
        return None
    taker = known.get(word.removeprefix(TO_CAMPAIGN))
    if taker is None:
        return Problem("campaign.unknown", word.removeprefix(TO_CAMPAIGN))
    if taker.collects_until is None or taker.collects_until < one.booked_on:
        return Problem("campaign.not_collecting", taker.code, {"state": taker.state.value})
    return None


# --- settling ---------------------------------------------------------------------------------------------------------
def settle_late(book: Book, code: str, at: datetime, *, wanted: Iterable[int] = (), to: str = "", second: Witness | None = None) -> Changes:
    """Book what the late-gift rule of a campaign says of its late gifts, or of those on the `wanted` lines.

    A line in suspense that a person names is hers to name. `to` says what the foundation's board decided (foundation, refund, hold,
    campaign:CODE), where the rule leaves it to the board: that takes a `second` person, and who opens the book alone is warned. What
    goes back stays in suspense until the bank has sent it. Raises late.nothing, late.in_time, late.rule, late.board, late.two_persons,
    late.not_suspended, and what accepting raises.
    """
    chosen = _chosen(book, code, frozenset(wanted), to)
    with book.operation("campaign late", at, subject=code) as op:
        agreed = second if second and second.person_id != op.person_id else None
        warned: tuple[Problem, ...] = ()
        if to and agreed is None:
            if others(op.db, op.person_id):
                raise KnownError("late.two_persons", code)
            warned = (Problem("move.alone", code),)
        touched = tuple(dict.fromkeys(one.line for one in chosen))
        for line_id in touched:
            warned += _settle(op, line_id, [one for one in chosen if one.line == line_id])
        return Changes(op.id, touched, _TOUCHED, (*warned, *(sign_close(book, op, agreed) if agreed else ())))


def preview_late(book: Book, code: str, *, wanted: Iterable[int] = (), to: str = "") -> tuple[Posting, ...]:
    """The postings that `settle_late` would make; nothing is written. Raises as that."""
    made: list[Posting] = []
    for one in _chosen(book, code, frozenset(wanted), to):
        with book.reading() as db:
            bank, share = lines.find_line(db, one.line).account, _share(db, book.currency, one)
        if one.state == "suspense" and share.target is not TargetKind.SUSPENSE:
            made += booking.unidentified(bank, book.suspense_fund, -one.amount)
        if share.target is TargetKind.CAMPAIGN:
            with book.reading() as db:
                made += booking.gift(bank, campaigns.find_campaign(db, int(share.key or 0), book.currency).fund, one.amount)
        elif share.target is TargetKind.FOUNDATION:
            made += booking.gift(bank, book.unrestricted_fund, one.amount)
        elif one.state == "open":
            made += booking.unidentified(bank, book.suspense_fund, one.amount)
    return tuple(made)


def _chosen(book: Book, code: str, wanted: frozenset[int], to: str) -> list[LateGift]:
    """The gifts that something is to be done about, each with where it goes."""
    late = [one for one in late_gifts(book, code) if not wanted or one.line in wanted]
    with book.reading() as db:
        found = campaigns.find_campaign(db, code, book.currency)
        _check_word(found, to)
        known = {one.code: one for one in campaigns.campaigns(db, book.currency)}
        their = {(one.line, one.detail) for one in late}
        named = wanted - {line for line, _ in their}
        there = [*refunds.suspended(db, book.suspense_fund), *refunds.open_since(db, found.over_on or found.opened_on or date.max)]
        gifts = [
            _late(db, one, found, known, to)
            for one in there
            if (one.line, one.detail) in their or (one.line in named and one.booked and one.campaign is None)
        ]
    if unknown := wanted - {one.line for one in gifts}:
        raise KnownError("late.not_suspended", str(min(unknown)), campaign=found.code)
    todo = [one for one in gifts if one.state == "open" or (one.state == "suspense" and one.proposes != HOLD)]
    ready = [one for one in todo if one.waits is None]
    if wanted or not ready:
        problems = tuple(one.waits for one in todo if one.waits)
        problems = problems or (() if ready else (Problem("late.nothing", found.code),))
        if problems:
            raise refusal(problems)
    return ready


def _check_word(found: Campaign, to: str) -> None:
    rule = found.mandate.late_gift
    if found.state not in _LATE:
        raise KnownError("late.in_time", found.code, state=found.state.value)
    if rule == FOUNDATION and not to:
        raise KnownError("late.board", found.code)
    if to and (rule != FOUNDATION or not (to in {HOLD, REFUND, FOUNDATION} or to.startswith(TO_CAMPAIGN))):
        raise KnownError("late.rule", found.code, rule=rule)


def _share(db: Database, currency: str, one: LateGift) -> Share:
    """What a late gift becomes."""
    if one.proposes == FOUNDATION:
        return Share(TargetKind.FOUNDATION, None, one.amount, detail=one.detail)
    if one.proposes.startswith(TO_CAMPAIGN):
        taker = campaigns.find_campaign(db, one.proposes.removeprefix(TO_CAMPAIGN), currency)
        return Share(TargetKind.CAMPAIGN, taker.id, one.amount, detail=one.detail)
    return Share(TargetKind.SUSPENSE, None, one.amount, detail=one.detail)


def _settle(op: Operation, line_id: int, gifts: Sequence[LateGift]) -> tuple[Problem, ...]:
    """Book a line with its late gifts where they go; other shares of a batch stay what they are."""
    row, word = lines.find_line(op.db, line_id), gifts[0].proposes
    kept = reconciliations.active(op.db, line_id, op.currency)
    new = {one.detail: _share(op.db, op.currency, one) for one in gifts}
    if kept is None:
        shares = tuple(new.values())
    else:
        shares = tuple(new.get(one.detail, one) if one.target is TargetKind.SUSPENSE else one for one in kept.shares)
    why = Evidence("late_gift", {"campaign": gifts[0].campaign})
    return book_again(op, row, shares, refunds.LATE if word == REFUND else "late_gift", [why, Evidence("late_rule", {"rule": word})])
