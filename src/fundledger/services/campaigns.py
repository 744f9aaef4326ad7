"""Campaigns: opened with a mandate, fed by quotes, ended and closed as the mandate says."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fundledger.domain.campaign import COVER, REFUND, TO_CAMPAIGN, State, check_consent, check_mandate, check_step
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.reference import creditor_reference
from fundledger.domain.settling import refund_shares
from fundledger.domain.voucher import Draft, VoucherKind
from fundledger.services.backups import back_up_first
from fundledger.services.changes import Area, Changes
from fundledger.services.documents import keep_document
from fundledger.services.payees import the_payee
from fundledger.services.signing import sign_close
from fundledger.services.vouchers import move_money, write
from fundledger.store import campaigns, erasing, funds, invoices, vouchers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path

    from fundledger.domain.campaign import Campaign, Mandate
    from fundledger.domain.figures import FundFigures
    from fundledger.domain.money import Money
    from fundledger.store.book import Book, Witness
    from fundledger.store.operations import Operation

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}", re.ASCII)
_LONGEST_TITLE = 200
_TOUCHED = frozenset({Area.CAMPAIGNS, Area.BOOK})


def add_campaign(
    book: Book,
    code: str,
    asked: Money,
    mandate: Mandate,
    at: datetime,
    *,
    opened_on: date | None = None,
    beneficiary: str = "",
) -> Changes:
    """Add a draft campaign with its fund and mandate, or open it at once; raises KnownError for a bad or used code.

    The `beneficiary` is whom it helps, by full name: public while the mandate shows the title, kept out by the gate afterwards.
    """
    problems = _check_new(book, code, asked, mandate)
    if problems:
        raise refusal(tuple(problems))
    with book.operation("campaign add", at, subject=code) as op:
        _check_takers(op, mandate)
        row_id = campaigns.add_campaign(op, code, funds.add_fund(op), creditor_reference(code), asked, mandate)
        if beneficiary.strip():
            erasing.set_beneficiary(op, row_id, beneficiary.strip())
        if opened_on:
            _step(op, campaigns.find_campaign(op.db, row_id, op.currency), State.OPEN, opened_on)
        return Changes(op.id, (row_id,), _TOUCHED)


def _check_new(book: Book, code: str, asked: Money, mandate: Mandate) -> list[Problem]:
    problems = []
    if not _CODE.fullmatch(code) or code.isdecimal():
        problems.append(Problem("campaign.code", code[:40]))
    if any(not 1 <= len(text.title.strip()) <= _LONGEST_TITLE for text in mandate.texts.values()):
        problems.append(Problem("campaign.title", code[:40], {"most": _LONGEST_TITLE}))
    if asked.minor <= 0:
        problems.append(Problem("campaign.nothing_asked", code[:40]))
    if asked.currency != book.currency:
        problems.append(Problem("campaign.currency", asked.currency, {"currency": book.currency}))
    return problems + check_mandate(mandate, code[:40])


def change_mandate(book: Book, code: str, on: date, at: datetime, changed: Mapping[str, Any]) -> Changes:
    """A new version of a mandate with some terms changed; the versions before stay, and closing obeys the newest.

    `changed` are fields of a mandate by name. A campaign that is closed has kept its promise: raises KnownError
    campaign.mandate_closed, campaign.mandate_same where nothing would change, campaign.method_booked where there are entries by another
    method, campaign.consent_withdrawn where no words are left to show, and what `check_mandate` finds.
    """
    with book.operation("campaign mandate", at, subject=code) as op:
        found = campaigns.find_campaign(op.db, code, op.currency)
        taken = replace(found.mandate, **changed)
        if found.state in {State.CLOSED, State.ARCHIVED}:
            raise KnownError("campaign.mandate_closed", found.code)
        if taken.disclosure != "code" and not taken.texts:
            raise KnownError("campaign.consent_withdrawn", found.code)
        if taken == found.mandate:
            raise KnownError("campaign.mandate_same", found.code)
        if taken.method != found.mandate.method and found.fund in funds.balances(op.db):
            raise KnownError("campaign.method_booked", found.code, method=found.mandate.method)
        problems = check_mandate(taken, found.code) or check_consent(replace(found, mandate=taken), on)
        if any(one.code != "campaign.consent_soon" for one in problems):
            raise refusal(tuple(problems))
        _check_takers(op, taken)
        campaigns.add_mandate(op, found.id, taken, on)
        return Changes(op.id, (found.id,), _TOUCHED, tuple(problems))


def _check_takers(op: Operation, mandate: Mandate) -> None:
    """Every campaign that a rule names is there; raises campaign.unknown."""
    for rule in (mandate.surplus, mandate.late_gift, mandate.fallback, mandate.ended):
        if rule.startswith(TO_CAMPAIGN):
            campaigns.find_campaign(op.db, rule.removeprefix(TO_CAMPAIGN), op.currency)


def expire_consents(book: Book, at: datetime) -> tuple[Problem, ...]:
    """Take what is no longer agreed to out of the public's sight, before anything is made for it; says whose consent ended or soon will.

    A consent that ended becomes a version of the mandate that shows the code alone: so the log has it, a report made again comes
    out the same, and the gate looks for the name. The words stay in the book, for a consent may be given anew.
    """
    with book.reading() as db:
        all_of = campaigns.campaigns(db, book.currency)
    told = [problem for one in all_of for problem in check_consent(one, at.date())]
    ended = {one.subject for one in told if one.code == "campaign.consent_expired"}
    if ended:
        with book.operation("campaign consent expired", at, subject=", ".join(sorted(ended))) as op:
            for one in all_of:
                if one.code in ended:
                    campaigns.add_mandate(op, one.id, replace(one.mandate, disclosure="code"), at.date())
    return tuple(told)


def add_quote(  # noqa: PLR0913  a quote has this many facts
    book: Book,
    code: str,
    payee: str,
    amount: Money,
    received_on: date,
    at: datetime,
    iban: str | None = None,
    document: Path | None = None,
    *,
    keep_photo_data: bool = False,
) -> Changes:
    """A lawyer's quote; the newest is the accepted one and says what the campaign asks for."""
    if amount.minor <= 0:
        raise KnownError("quote.amount", code)
    with book.operation("quote add", at, subject=code) as op:
        if amount.currency != op.currency:
            raise KnownError("campaign.currency", amount.currency, currency=op.currency)
        found = campaigns.find_campaign(op.db, code, op.currency)
        payee_found, warnings = the_payee(op, payee, iban)
        kept = keep_document(op, document, keep_photo_data=keep_photo_data) if document else None
        row_id = campaigns.add_quote(op, found.id, payee_found.id, amount, received_on, kept.id if kept else None)
        return Changes(op.id, (row_id,), _TOUCHED, (*warnings, *(kept.warnings if kept else ())))


def open_campaign(book: Book, code: str, on: date, at: datetime) -> Changes:
    """Begin, or begin again, to collect."""
    return _move(book, "campaign open", code, State.OPEN, on, at)


def end_collection(book: Book, code: str, on: date, at: datetime) -> Changes:
    """The collection is over: later gifts go to suspense and the late-gift rule."""
    return _move(book, "campaign over", code, State.OVER, on, at)


def _move(book: Book, verb: str, code: str, state: State, on: date, at: datetime) -> Changes:
    with book.operation(verb, at, subject=code) as op:
        found = campaigns.find_campaign(op.db, code, op.currency)
        _step(op, found, state, on)
        return Changes(op.id, (found.id,), _TOUCHED)


def _step(op: Operation, found: Campaign, state: State, on: date, figures: FundFigures | None = None, entered: int = 0) -> None:
    problems = check_step(found, state, figures, entered, on)
    if state is State.OPEN:
        problems += [one for one in check_consent(found, on) if one.code == "campaign.consent_expired"]
    if problems:
        raise refusal(tuple(problems))
    campaigns.set_state(op, found, state, on)


def close_campaign(book: Book, code: str, on: date, at: datetime, second: Witness | None = None) -> Changes:
    """Settle the surplus by the mandate and close; raises KnownError with everything that blocks.

    A surplus that is held stays in the fund and is shown as unspent; a secondary purpose takes it over. The book is
    backed up before. Whoever closes signs the log; the recovery key signs nothing, which is a warning. Money that goes to another
    campaign takes a `second` person: raises move.two_persons without her where others open the book.
    """
    warned = () if blocking(book, code) else back_up_first(book, at)
    with book.operation("campaign close", at, subject=code) as op:
        found = campaigns.find_campaign(op.db, code, op.currency)
        ready = _figures(op, found)
        entered = _unapproved(op, found)
        problems = [one for one in check_step(found, State.CLOSED, ready, entered, on) if one.code != "campaign.surplus_not_settled"]
        if problems:
            raise refusal(tuple(problems))
        if ready.remaining.minor > 0:
            warned += _settle_surplus(op, found, ready.remaining, on, second)
        if found.mandate.surplus == REFUND:
            campaigns.set_state(op, found, State.CLOSED, on)  # what is refundable stays owed until the bank has paid it
        else:
            _step(op, found, State.CLOSED, on, _figures(op, found), entered)
        return Changes(op.id, (found.id,), _TOUCHED, (*warned, *sign_close(book, op, second)))


def _settle_surplus(op: Operation, found: Campaign, rest: Money, on: date, second: Witness | None) -> tuple[Problem, ...]:
    rule = found.mandate.surplus
    if rule == REFUND:
        return _refund(op, found, rest, on, second)
    return _hand_on(op, found, rule, rest, on, second) if rule.startswith(TO_CAMPAIGN) else ()


def _hand_on(op: Operation, found: Campaign, rule: str, amount: Money, on: date, second: Witness | None) -> tuple[Problem, ...]:
    """Money of a campaign goes to the one that a rule names; raises campaign.surplus_taker where that one takes none any more."""
    taker = campaigns.find_campaign(op.db, rule.removeprefix(TO_CAMPAIGN), op.currency)
    if taker.state not in {State.OPEN, State.OVER}:
        raise KnownError("campaign.surplus_taker", taker.code, state=taker.state.value)
    return move_money(op, found.fund, taker.fund, amount, on, found.code, second)


def _refund(op: Operation, found: Campaign, rest: Money, on: date, second: Witness | None) -> tuple[Problem, ...]:
    """What is left goes back in proportion to what each gave: a voucher a donor.

    The share of gifts that nobody can be paid back for, and shares below the smallest refund, are held or go where the fallback says.
    """
    shares = refund_shares(vouchers.given_by(op.db, found.fund, refundable=True), rest, found.mandate.smallest_minor)
    for donor, share in shares.items():
        write(op, Draft(VoucherKind.REFUND, share, on, campaign=found.code, donor=str(donor)))
    left = rest.minor - sum(share.minor for share in shares.values())
    if not left or not found.mandate.fallback.startswith(TO_CAMPAIGN):
        return ()
    return _hand_on(op, found, found.mandate.fallback, replace(rest, minor=left), on, second)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What closing a campaign would do: everything that blocks, what is left or lacking, and where it goes.

    `refunded` goes back to `n_refunds` donors, `moved` to the campaign `taker`, `held` stays and is shown as unspent.
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


def settlement(book: Book, code: str) -> Settlement:
    """What `close_campaign` would do now, with nothing written."""
    lacking, blocks = shortfall(book, code), tuple(blocking(book, code))
    with book.reading() as db:
        found = campaigns.find_campaign(db, code, book.currency)
        left = funds.fund_figures(db, book.currency, [found.fund])[found.fund].remaining
        given = vouchers.given_by(db, found.fund, refundable=True)
    nothing, rule, fallback = left - left, found.mandate.surplus, found.mandate.fallback
    surplus = left if left.minor > 0 else nothing
    shares = refund_shares(given, surplus, found.mandate.smallest_minor) if rule == REFUND else {}
    refunded = sum(shares.values(), start=nothing)
    taker = (fallback if rule == REFUND else rule) if surplus != refunded else ""
    moved = surplus - refunded if taker.startswith(TO_CAMPAIGN) else nothing
    taker = taker.removeprefix(TO_CAMPAIGN) if moved else ""
    return Settlement(blocks, rule, surplus, lacking, refunded, len(shares), moved, taker, surplus - refunded - moved)


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


def shortfall(book: Book, code: str) -> Money:
    """What a campaign still lacks to pay everything that was approved; zero when it lacks nothing."""
    with book.reading() as db:
        found = campaigns.find_campaign(db, code, book.currency)
        missing = -funds.fund_figures(db, book.currency, [found.fund])[found.fund].available
    return missing if missing.minor > 0 else missing - missing


def blocking(book: Book, code: str) -> list[Problem]:
    """Everything that stands in the way of closing a campaign now; what the mandate settles by itself is no obstacle."""
    with book.reading() as db:
        found = campaigns.find_campaign(db, code, book.currency)
        ready = funds.fund_figures(db, book.currency, [found.fund])[found.fund]
        entered = sum(not one.approved for one in invoices.invoices(db, book.currency, campaign_id=found.id))
    return [one for one in check_step(found, State.CLOSED, ready, entered) if one.code != "campaign.surplus_not_settled"]


def _figures(op: Operation, found: Campaign) -> FundFigures:
    return funds.fund_figures(op.db, op.currency, [found.fund])[found.fund]


def _unapproved(op: Operation, found: Campaign) -> int:
    return sum(not one.approved for one in invoices.invoices(op.db, op.currency, campaign_id=found.id))
