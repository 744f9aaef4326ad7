"""The end of a campaign: what blocks closing, where the surplus goes as the mandate says, and what a shortfall leaves to choose from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain import booking
from fundledger.domain.campaign import COVER, REFUND, TO_CAMPAIGN, State, check_step
from fundledger.domain.chart import REFUNDS
from fundledger.domain.entry import Entry, EntryKind
from fundledger.domain.money import Money
from fundledger.domain.people import documented
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.refunding import Fate, RefundShare, refund_shares
from fundledger.domain.voucher import VoucherKind
from fundledger.services.approving import needs_second
from fundledger.services.backups import back_up_first
from fundledger.services.changes import Area, Changes
from fundledger.services.late_gifts import late_gifts
from fundledger.services.signing import sign_close
from fundledger.services.vouchers import move_money
from fundledger.store import campaigns, funds, invoices, journal, refunds, vouchers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from fundledger.domain.campaign import Campaign
    from fundledger.domain.figures import FundFigures
    from fundledger.domain.people import Invoice
    from fundledger.store.book import Book, Witness
    from fundledger.store.operations import Operation
    from fundledger.store.rows import Database

_TOUCHED = frozenset({Area.CAMPAIGNS, Area.BOOK, Area.DONORS})


# --- what closing would do --------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Outcome:
    """Where a surplus goes by a rule: shares over the gifts, what is refunded, moved to `taker`, and held."""

    shares: tuple[RefundShare, ...]
    refunded: Money
    moved: Money
    taker: str
    held: Money


@dataclass(frozen=True, slots=True)
class Settlement:
    """What closing a campaign would do: everything that blocks, what is left or lacking, and where it goes.

    `rule` is the mandate's for a surplus, or that for an `ended` cause. `refunded` goes back by `n_refunds` payments, `moved` to the
    campaign `taker`, `held` stays and is shown as unspent. `shares` say it gift by gift. `warnings` do not keep it from closing;
    `two_persons`: it takes a second one here.
    """

    blocks: tuple[Problem, ...]
    rule: str
    surplus: Money
    shortfall: Money
    refunded: Money
    n_refunds: int
    moved: Money
    taker: str
    held: Money
    ended: bool = False
    warnings: tuple[Problem, ...] = ()
    shares: tuple[RefundShare, ...] = ()
    two_persons: bool = False


def settlement(book: Book, code: str, *, ended: bool = False) -> Settlement:
    """What `close_campaign` would do now, with nothing written."""
    with book.reading() as db:
        found = campaigns.find_campaign(db, code, book.currency)
        own = _figures(db, found, book.currency)
        blocks = tuple(_blocking(db, found, own))
        rule = _rule(found, ended=ended)
        out = _outcome(db, found, own, rule)
        told = _undocumented(db, found, book.currency)
    surplus = out.refunded + out.moved + out.held
    return Settlement(
        blocks, rule, surplus, _missing(own), out.refunded, sum(one.fate is Fate.REFUND for one in out.shares), out.moved, out.taker,
        out.held, ended, (*told, *_late(book, found)), out.shares, bool(out.taker) and needs_second(book),
    )  # fmt: skip


def _rule(found: Campaign, *, ended: bool) -> str:
    return found.mandate.ended if ended else found.mandate.surplus


def _outcome(db: Database, found: Campaign, own: FundFigures, rule: str) -> _Outcome:
    """What a rule makes of what is left; nothing where nothing is."""
    nothing = own.remaining - own.remaining
    rest = own.remaining if own.remaining.minor > 0 else nothing
    shares = _shares(db, found, own, rest) if rule == REFUND and rest else ()
    refunded = sum((one.share for one in shares if one.fate is Fate.REFUND), start=nothing)
    taker = (found.mandate.fallback if rule == REFUND else rule) if rest != refunded else ""
    moved = rest - refunded if taker.startswith(TO_CAMPAIGN) else nothing
    taker = taker.removeprefix(TO_CAMPAIGN) if moved else ""
    return _Outcome(shares, refunded, moved, taker, rest - refunded - moved)


def _shares(db: Database, found: Campaign, own: FundFigures, rest: Money) -> tuple[RefundShare, ...]:
    """Over all that the money was made of: its gifts, and what came from other funds or before the book, which is nobody's share."""
    before = vouchers.find_takeover(db, found.id, rest.currency)
    terms = before.terms if before else {}
    earlier = terms["collected"] - terms["returned"] - terms["charged_back"] if before else own.opening
    other = own.moved_in + earlier
    given = refunds.gifts_of_fund(db, found.fund, rest.currency)
    return refund_shares(given, rest, found.mandate.smallest_minor, other.minor)


def _undocumented(db: Database, found: Campaign, currency: str) -> list[Problem]:
    """How many of the payments are documented, where not all are."""
    bills = [one.id for one in invoices.invoices(db, currency, campaign_id=found.id)]
    n, done = documented(invoices.disbursements(db, currency, bills))
    return [Problem("campaign.undocumented", found.code, {"done": done, "n": n})] if done < n else []


def _late(book: Book, found: Campaign) -> list[Problem]:
    """Late gifts that wait for their rule."""
    waiting = [one.amount for one in late_gifts(book, found.code) if one.state != "refund"]
    return [Problem("campaign.late_waiting", found.code, {"n": len(waiting)})] if waiting else []


def blocking(book: Book, code: str) -> list[Problem]:
    """Everything that stands in the way of closing a campaign now; what the mandate settles by itself is no obstacle."""
    with book.reading() as db:
        found = campaigns.find_campaign(db, code, book.currency)
        return _blocking(db, found, _figures(db, found, book.currency))


def _blocking(db: Database, found: Campaign, own: FundFigures, on: date | None = None) -> list[Problem]:
    entered = sum(not one.approved for one in invoices.invoices(db, own.owed.currency, campaign_id=found.id))
    return check_step(found, State.CLOSED, own, entered, on)


def _figures(db: Database, found: Campaign, currency: str) -> FundFigures:
    return funds.fund_figures(db, currency, [found.fund])[found.fund]


# --- closing ----------------------------------------------------------------------------------------------------------
def close_campaign(book: Book, code: str, on: date, at: datetime, second: Witness | None = None, *, ended: bool = False) -> Changes:
    """Settle the surplus by the mandate and close; raises KnownError with everything that blocks.

    What is held stays in the fund and is shown as unspent; a secondary purpose takes it over; what goes back is owed to each account
    a gift came from until the bank has paid it. `ended` obeys the rule for a person who withdrew, died or is free, and the log says so.
    The book is backed up before. Whoever closes signs the log; the recovery key signs nothing, which is a warning. Money that goes to
    another campaign takes a `second` person: raises move.two_persons without her where others open the book.
    """
    warned = () if blocking(book, code) else back_up_first(book, at)
    with book.operation("campaign close ended" if ended else "campaign close", at, subject=code) as op:
        found = campaigns.find_campaign(op.db, code, op.currency)
        own = _figures(op.db, found, op.currency)
        problems = _blocking(op.db, found, own, on)
        if problems:
            raise refusal(tuple(problems))
        rule = _rule(found, ended=ended)
        out = _outcome(op.db, found, own, rule)
        warned += tuple(_undocumented(op.db, found, op.currency))
        _give_back(op, found, [one for one in out.shares if one.fate is Fate.REFUND], on)
        if out.taker:
            warned += _hand_on(op, found, out.taker, out.moved, on, second)
        campaigns.set_state(op, found, State.CLOSED, on, rule)
        return Changes(op.id, (found.id,), _TOUCHED, (*warned, *sign_close(book, op, second)))


def _hand_on(op: Operation, found: Campaign, code: str, amount: Money, on: date, second: Witness | None) -> tuple[Problem, ...]:
    """Money of a campaign goes to the one that a rule names; raises campaign.surplus_taker where that one takes none any more."""
    taker = campaigns.find_campaign(op.db, code, op.currency)
    if taker.state not in {State.OPEN, State.OVER}:
        raise KnownError("campaign.surplus_taker", taker.code, state=taker.state.value)
    return move_money(op, found.fund, taker.fund, amount, on, found.code, second)


def _give_back(op: Operation, found: Campaign, shares: Iterable[RefundShare], on: date) -> None:
    """A voucher for each payment back, with which gifts it gives back."""
    wanted = list(shares)
    entries = [
        Entry(str(uuid.uuid4()), EntryKind.VOUCHER, on, booking.document(VoucherKind.REFUND, found.fund, one.share), found.code)
        for one in wanted
    ]
    for one, entry_id in zip(wanted, journal.post(op, entries) if entries else (), strict=True):
        row_id = vouchers.add_voucher(op, VoucherKind.REFUND, found.fund, one.share, on, entry_id, donor=one.donor)
        refunds.add_shares(op, row_id, one.gifts)


def refunds_owed(book: Book, code: str) -> Money:
    """What a campaign still owes to donors (2030): one that is closed is finished when nothing is."""
    with book.reading() as db:
        found = campaigns.find_campaign(db, code, book.currency)
        return Money(-funds.bank_split(db, found.fund).get(REFUNDS, 0), book.currency)


def archive_campaign(book: Book, code: str, on: date, at: datetime) -> Changes:
    """Put a closed campaign away; raises campaign.refunds_owed while donors have not got back what is theirs."""
    with book.operation("campaign archive", at, subject=code) as op:
        found = campaigns.find_campaign(op.db, code, op.currency)
        problems = check_step(found, State.ARCHIVED, _figures(op.db, found, op.currency), on=on)
        if problems:
            raise refusal(tuple(problems))
        campaigns.set_state(op, found, State.ARCHIVED, on)
        return Changes(op.id, (found.id,), _TOUCHED)


# --- a shortfall ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ShortfallChoices:
    """What can be done where a campaign lacks money.

    `cover` is what the foundation's own money could give of it now, zero where the mandate promises none; `unpaid` are approved
    invoices which others may pay or the payee waive (voucher `settled`, with proof); `reopen`: the collection may begin again.
    """

    missing: Money
    cover: Money
    unpaid: tuple[Invoice, ...]
    reopen: bool


def shortfall_choices(book: Book, code: str) -> ShortfallChoices:
    """What can be done where a campaign lacks money; nothing is missing where it does not."""
    with book.reading() as db:
        found = campaigns.find_campaign(db, code, book.currency)
        missing = _missing(_figures(db, found, book.currency))
        own = funds.fund_figures(db, book.currency, [book.unrestricted_fund])[book.unrestricted_fund].available
        bills = invoices.invoices(db, book.currency, campaign_id=found.id)
    nothing = missing - missing
    can = min(own, missing, key=lambda one: one.minor) if found.mandate.shortfall == COVER and own.minor > 0 else nothing
    unpaid = tuple(one for one in bills if one.approved and one.payable.minor > 0)
    return ShortfallChoices(missing, can, unpaid, found.state is State.OVER)


def shortfall(book: Book, code: str) -> Money:
    """What a campaign still lacks to pay everything that was approved; zero when it lacks nothing."""
    with book.reading() as db:
        return _missing(_figures(db, campaigns.find_campaign(db, code, book.currency), book.currency))


def _missing(own: FundFigures) -> Money:
    missing = -own.available
    return missing if missing.minor > 0 else missing - missing


def cover(book: Book, code: str, amount: Money, on: date, at: datetime, second: Witness | None = None) -> Changes:
    """Cover a shortfall from the foundation's own money, where the mandate allows it, there is enough of it and a `second` person agrees.

    Both sign the log. Who opens the book alone covers it with a warning; raises move.two_persons where others could agree.
    """
    with book.operation("campaign cover", at, subject=code) as op:
        found = campaigns.find_campaign(op.db, code, op.currency)
        own = funds.fund_figures(op.db, op.currency, [op.unrestricted_fund])[op.unrestricted_fund]
        problems = []
        if amount.currency != op.currency:
            raise KnownError("campaign.currency", amount.currency, currency=op.currency)
        if found.mandate.shortfall != COVER:
            problems.append(Problem("campaign.cover_not_promised", code))
        if amount.minor <= 0:
            problems.append(Problem("campaign.cover_amount", code))
        if own.available < amount:
            problems.append(Problem("campaign.cover_too_much", code, {"available": own.available, "amount": amount}))
        if problems:
            raise refusal(tuple(problems))
        warned = move_money(op, op.unrestricted_fund, found.fund, amount, on, code, second)
        return Changes(op.id, (found.id,), _TOUCHED, (*warned, *sign_close(book, op, second)))
