"""Closes periods and opens them again: the checklist, what a person said of it, the lock, two people and a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from fundledger.domain.chart import CLEARING, group
from fundledger.domain.closing import EXPLAINABLE, Item, ItemKey, check_days, item, named, uncovered
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.services.backups import back_up_first
from fundledger.services.changes import EVERYTHING, Area, Changes
from fundledger.services.coverage import account_coverage
from fundledger.services.evidence import proved
from fundledger.services.revaluing import needs_revaluation
from fundledger.services.signing import sign_close
from fundledger.store import campaigns, editions, extracts, outstanding, payouts, periods

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from fundledger.domain.closing import Days
    from fundledger.services.coverage import AccountCoverage
    from fundledger.store.book import Book, Witness
    from fundledger.store.periods import Period
    from fundledger.store.rows import Database

_WEEK = timedelta(days=7)
_TOUCHED = frozenset({Area.PERIODS})


def checklist(book: Book, start: date, end: date) -> list[Item]:
    """Every item of the checklist for these days, with what is wrong as of the last of them."""
    covered = account_coverage(book)
    with book.reading() as db:
        said = periods.explanations(db, end)
        held = outstanding.held(db, end)
        found: dict[ItemKey, Iterator[Problem]] = {
            ItemKey.STATEMENTS: _statements(covered, outstanding.first_posted(db), start, end),
            ItemKey.LINES: (_line("closing.open_line", one) for one in outstanding.unbooked(db, end) if one.state == "open"),
            ItemKey.UNSURE: (_line("closing.unsure_line", one) for one in outstanding.unsure(db, end)),
            ItemKey.SUSPENSE: _suspense(book, held),
            ItemKey.CLEARING: _clearing(db, end),
            ItemKey.FUNDS: _funds(book, db, held),
            ItemKey.DOCUMENTS: (
                Problem("closing.undocumented", number, {"line": line, "dated": on})
                for number, line, on in outstanding.undocumented(db, end)
            ),
            ItemKey.REVALUED: _revalued(book, db, end),
        }
        return [item(key, problems, said.get(key, {})) for key, problems in found.items()]


def explain(book: Book, days: Days, key: str, subject: str, said: str, at: datetime) -> Changes:
    """Say why a problem of the checklist may stand as it is at the end of these days; said again, it replaces what was said.

    Raises KnownError explanation.not_explainable (this item must be mended), explanation.no_problem, explanation.empty.
    """
    if not said.strip():
        raise KnownError("explanation.empty", key)
    if key not in EXPLAINABLE:
        raise KnownError("explanation.not_explainable", key, known=sorted(EXPLAINABLE))
    found = next(one for one in checklist(book, *days) if one.key == key)
    subjects = {one.subject for one in found.problems} | {one.problem.subject for one in found.explained}
    if subject not in subjects:
        raise KnownError("explanation.no_problem", subject, item=key, known=sorted(subjects))
    with book.operation("period explain", at, subject=named(*days)) as op:
        return Changes(op.id, (periods.explain(op, key, subject, days[1], said.strip()),), _TOUCHED)


def list_periods(book: Book) -> list[Period]:
    """Every period that was ever closed, the earliest first."""
    with book.reading() as db:
        return periods.periods(db)


def blocking(book: Book, days: Days, today: date) -> list[Problem]:
    """Everything that keeps these days from being closed."""
    with book.reading() as db:
        known = [(one.start_on, one.end_on, one.locked) for one in periods.periods(db)]
    found = check_days(*days, today, known)
    return found or [problem for one in checklist(book, *days) for problem in one.problems]


def _unproved(book: Book, end: date) -> list[Problem]:
    """How many payments lack a paper that is no invoice: the letter that engages the payee. It stands in no close's way."""
    with book.reading() as db:
        lacking = sum(bool(one.missing) for one in proved(db, book.currency) if one.payment.paid_on <= end)
    return [Problem("closing.unproved", "", {"n": lacking})] if lacking else []


def close_period(book: Book, days: Days, at: datetime) -> Changes:
    """Close these days for good: the trial balance goes into the log, the log is signed, and every way in is locked.

    The book is backed up before. Raises KnownError with everything that is in the way: period.not_over, period.overlaps,
    period.closed_already, closing.*; the recovery key signs nothing, which is a warning.
    """
    found = blocking(book, days, at.date())
    if found:
        raise refusal(tuple(found))
    warned = (*back_up_first(book, at), *_unproved(book, days[1]))
    with book.operation("period close", at, subject=named(*days)) as op:
        row_id = periods.lock(op, *days)
        return Changes(op.id, (row_id,), EVERYTHING, (*warned, *sign_close(book, op)))


def reopen(book: Book, days: Days, reason: str, witness: Witness, at: datetime) -> Changes:
    """Open a closed period again, which takes two people and a reason; both sign. Editions that show its days are superseded.

    Raises KnownError period.unknown, period.not_closed, period.no_reason, book.same_person.
    """
    text = named(*days)
    if not reason.strip():
        raise KnownError("period.no_reason", text)
    if witness.person_id == book.person_id:
        raise KnownError("book.same_person")
    with book.reading() as db:
        if not periods.find_period(db, *days).locked:
            raise KnownError("period.not_closed", text)
    warned = back_up_first(book, at)
    with book.operation("period reopen", at, subject=text) as op:
        found = periods.find_period(op.db, *days)
        periods.reopen(op, found.id, witness.person_id, reason.strip())
        gone = editions.supersede_from(op, days[0])
        told = (Problem("period.editions_superseded", text, {"n": gone}),) if gone else ()
        return Changes(op.id, (found.id,), EVERYTHING, (*warned, *told, *sign_close(book, op, witness)))


# --- the items --------------------------------------------------------------------------------------------------------
def _line(code: str, one: outstanding.Waiting) -> Problem:
    return Problem(code, str(one.line), {"account": one.account, "amount": one.amount, "dated": one.booked_on})


def _statements(covered: list[AccountCoverage], first_posted: dict[str, date], start: date, end: date) -> Iterator[Problem]:
    """Days without a statement. What a processor exports has no first and last day: its clearing account is asked instead."""
    for one in covered:
        code = one.account.code
        begun = first_posted.get(code)
        if group(code) == CLEARING or (not one.coverage.covered and (begun is None or begun >= end)):
            continue
        for first, last in uncovered(one.coverage, start, end):
            yield Problem("closing.no_statement", f"{code} {first}", {"account": code, "start": first, "end": last})


def _suspense(book: Book, held: dict[int, dict[str, int]]) -> Iterator[Problem]:
    minor = sum(held.get(book.suspense_fund, {}).values())
    if minor:
        yield Problem("closing.suspense", "suspense", {"amount": Money(minor, book.currency)})


def _clearing(db: Database, end: date) -> Iterator[Problem]:
    """A processor's account is what it says it holds, no batch was paid out beyond what it is, and transfers arrive in a week."""
    for bank in extracts.bank_facts(db, end):
        if group(bank.account) == CLEARING and extracts.adjusted_minor(bank) not in {None, bank.ledger_minor}:
            yield Problem("closing.clearing", bank.account, {"amount": Money(bank.ledger_minor, bank.currency)})
    for one in payouts.batches(db, end):
        if one.state == "overpaid":
            yield Problem("closing.batch", f"{one.account} {one.batch}".strip(), {"amount": -one.rest})
    arrived_late = {one.line for one in outstanding.transfers_in_flight(db, end + _WEEK)}
    yield from (_line("closing.transit", one) for one in outstanding.transfers_in_flight(db, end) if one.line in arrived_late)


def _funds(book: Book, db: Database, held: dict[int, dict[str, int]]) -> Iterator[Problem]:
    names = {one.fund: one.code for one in campaigns.campaigns(db, book.currency)}
    names |= {book.unrestricted_fund: "unrestricted", book.suspense_fund: "suspense"}
    for fund, accounts in sorted(held.items()):
        minor = sum(accounts.values())
        if minor < 0:
            yield Problem("closing.overdrawn", names[fund], {"amount": Money(-minor, book.currency)})


def _revalued(book: Book, db: Database, end: date) -> Iterator[Problem]:
    """An account in another currency stands at the rate of the last day."""
    for code, held in needs_revaluation(db, end, book.currency):
        yield Problem("closing.not_revalued", code, {"amount": held, "dated": end})
