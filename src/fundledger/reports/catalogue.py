"""Every report by its name, and whom each edition must not name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fundledger.domain.campaign import State
from fundledger.domain.problem import KnownError
from fundledger.reports import campaign as one_campaign
from fundledger.reports import internal, overview, policy, tieout, transparency, trial_balance, workbook
from fundledger.reports.disclosed import disclosed
from fundledger.reports.facts import Asked
from fundledger.store import campaigns, extracts, parties, periods

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from fundledger.reports.value import Audience, Report
    from fundledger.store.book import Book

REPORTS = ("campaign", "overview", "reconciliation", "trial-balance")
# For the public alone, and what is shown to whom, which anybody may read.
PUBLISHED = (transparency.NAME, policy.NAME)
# The books as they are kept, for whoever works with them or audits them: no edition of these is ever public.
BOOKS = (workbook.NAME, *internal.REPORTS)

_BUILDERS: dict[str, Callable[[Book, Asked], Report]] = {
    "overview": overview.build,
    "reconciliation": tieout.build,
    "trial-balance": trial_balance.build,
    transparency.NAME: transparency.build,
    policy.NAME: policy.build,
    workbook.NAME: workbook.build,
}


def build_report(
    book: Book,
    name: str,
    audience: Audience,
    *,
    campaign: str | None = None,
    start: date | None = None,
    end: date | None = None,
    language: str = "en",
    seed: str = "",
) -> Report:
    """Build a report of what the policy lets its audience read; the one way to have one.

    Raises KnownError report.unknown, report.no_campaign, report.not_in_policy and what the report itself refuses.
    """
    report = disclosed(_built(book, name, campaign, Asked(audience, language, start, end, seed)))
    return replace(report, draft=name != policy.NAME and _is_draft(book, report, campaign))


def _is_draft(book: Book, report: Report, campaign: str | None) -> bool:
    """Whether a day of its figures is open: of its period, of the books so far; the life of a campaign that is closed is not."""
    last = report.end_on or report.as_of
    with book.reading() as db:
        locked = periods.closed(db)
        if (
            campaign
            and report.end_on is None
            and campaigns.find_campaign(db, campaign, book.currency).state in {State.CLOSED, State.ARCHIVED}
        ):
            return False
    first = report.start_on or min((start for start, _ in locked), default=last)
    return first is not None and last is not None and periods.open_day(locked, first) <= last


def _built(book: Book, name: str, campaign: str | None, asked: Asked) -> Report:
    match name:
        case "campaign":
            if not campaign:
                raise KnownError("report.no_campaign")
            return one_campaign.build(book, campaign, asked)
        case _ if name in _BUILDERS:
            return _BUILDERS[name](book, asked)
        case _ if name in internal.REPORTS:
            return internal.build(book, name, asked)
        case _:
            raise KnownError("report.unknown", name, known=", ".join((*REPORTS, *PUBLISHED, *BOOKS)))


def forbidden_names(book: Book) -> list[str]:
    """Every full name, account and e-mail that no public byte may hold: donors, payees, staff, whoever stood on a bank line.

    A single word is no full name: one donor called after a common word would keep every report from leaving.
    """
    with book.reading() as db:
        payees = parties.payees(db)
        people = extracts.people_to_protect(db)
    named = {text for payee in payees for text in (payee.name, payee.iban) if text}
    return sorted(text for text in named.union(people) if len(text.split()) > 1 or any(sign.isdigit() or sign == "@" for sign in text))
