"""Campaigns: opened with a mandate, fed by quotes, ended and closed as the mandate says."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fundledger.domain.campaign import PAPERS, TO_CAMPAIGN, State, check_consent, check_mandate, check_step
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.reference import creditor_reference
from fundledger.services.changes import Area, Changes
from fundledger.services.documents import keep_document
from fundledger.services.ending import (
    Settlement,
    ShortfallChoices,
    archive_campaign,
    blocking,
    close_campaign,
    cover,
    refunds_owed,
    settlement,
    shortfall,
    shortfall_choices,
)
from fundledger.services.quotes import accept_quote, add_quote, refuse_quote
from fundledger.store import campaigns, erasing, funds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path

    from fundledger.domain.campaign import Campaign, Mandate
    from fundledger.domain.money import Money
    from fundledger.store.book import Book
    from fundledger.store.operations import Operation

__all__ = [
    "Settlement",
    "ShortfallChoices",
    "accept_quote",
    "add_campaign",
    "add_quote",
    "archive_campaign",
    "blocking",
    "change_mandate",
    "close_campaign",
    "cover",
    "end_collection",
    "expire_consents",
    "open_campaign",
    "refunds_owed",
    "refuse_quote",
    "settlement",
    "shortfall",
    "shortfall_choices",
]

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


def add_paper(book: Book, code: str, kind: str, file: Path, at: datetime, *, keep_photo_data: bool = False) -> Changes:
    """Keep a paper about a campaign itself: its mandate, a consent, a letter or another; it may come at any time.

    Raises campaign.paper_kind, campaign.paper_known, and what `keep_document` raises.
    """
    if kind not in PAPERS:
        raise KnownError("campaign.paper_kind", kind[:40], known=list(PAPERS))
    with book.operation("campaign document", at, subject=code) as op:
        found = campaigns.find_campaign(op.db, code, op.currency)
        kept = keep_document(op, file, keep_photo_data=keep_photo_data)
        campaigns.add_paper(op, found, kind, kept.id, at.date())
        return Changes(op.id, (found.id,), _TOUCHED, kept.warnings)


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


def _step(op: Operation, found: Campaign, state: State, on: date) -> None:
    problems = check_step(found, state, on=on)
    if state is State.OPEN:
        problems += [one for one in check_consent(found, on) if one.code == "campaign.consent_expired"]
    if problems:
        raise refusal(tuple(problems))
    campaigns.set_state(op, found, state, on)
