"""What reports ask of the book: sums for a period, gifts of a fund, what the banks say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from fundledger.domain.entry import MEMO_FLOWS, Flow
from fundledger.store.arrivals import known_statements
from fundledger.store.schema import (
    account,
    allocation,
    correction,
    donation,
    entry,
    identity_account,
    identity_beneficiary,
    identity_book,
    identity_detail,
    identity_donor,
    identity_donor_account,
    identity_line,
    identity_person,
    line,
    mandate,
    posting,
    reconciliation,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fundledger.domain.identity import Span

_LONG_AGO, _FAR_AHEAD = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Gift:
    """One donation of a fund, by the id of its donor (None: nobody knows), with the entry and bank line behind it."""

    given_on: date
    donor: int | None
    amount_minor: int
    entry_number: int
    line: int


@dataclass(frozen=True, slots=True)
class BankFacts:
    """One bank account: what its latest statement says, what came after, what is not booked yet; minor units.

    statement + later = booked + open + unsure is what the tie-out proves.
    """

    account: str
    statement_on: date | None
    closing_minor: int | None
    later_minor: int
    open_minor: int
    open_lines: int
    unsure_minor: int
    unsure_lines: int
    ledger_minor: int


def last_posting(db: Connection) -> date | None:
    """The latest date of any entry."""
    found = db.execute(select(func.max(entry.c.dated)).where(entry.c.posted == 1)).scalar_one_or_none()
    return date.fromisoformat(found) if found else None


def sums(db: Connection, start: date | None, end: date | None) -> dict[int, list[tuple[str, str, int]]]:
    """Per fund (account code, flow, amount) as the balance table has them, but as of `end`.

    What moved before `start` counts as opening; memo flows before it are left out.
    """
    before = entry.c.dated < (start or _LONG_AGO).isoformat()
    moved = posting.c.flow.not_in([flow.value for flow in MEMO_FLOWS])
    flow = case((before & moved, Flow.OPENING.value), (before, Flow.NONE.value), else_=posting.c.flow)
    query = (
        select(posting.c.fund_id, account.c.code, flow, func.sum(posting.c.amount_minor))
        .join(entry, entry.c.id == posting.c.entry_id)
        .join(account, account.c.id == posting.c.account_id)
        .where(entry.c.posted == 1, entry.c.dated <= (end or _FAR_AHEAD).isoformat())
        .group_by(posting.c.fund_id, account.c.code, flow)
    )
    found: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for fund_id, code, why, minor in db.execute(query):
        found[fund_id].append((code, why, minor))
    return found


def gifts(db: Connection, fund_id: int | None, start: date | None, end: date | None) -> list[Gift]:
    """The donations of a fund (of all funds), by day."""
    query = (
        select(donation.c.given_on, donation.c.donor_id, donation.c.amount_minor, entry.c.number, reconciliation.c.line_id)
        .join(allocation, allocation.c.id == donation.c.allocation_id)
        .join(reconciliation, reconciliation.c.id == allocation.c.reconciliation_id)
        .join(entry, entry.c.id == reconciliation.c.entry_id)
        .where(
            donation.c.undone == 0,
            donation.c.given_on >= (start or _LONG_AGO).isoformat(),
            donation.c.given_on <= (end or _FAR_AHEAD).isoformat(),
        )
        .order_by(donation.c.given_on, donation.c.id)
    )
    if fund_id is not None:
        query = query.where(donation.c.fund_id == fund_id)
    return [Gift(date.fromisoformat(row[0]), *row[1:]) for row in db.execute(query)]


def funds_given_to(db: Connection, until: date) -> dict[int, set[int | None]]:
    """Who gave to each fund up to a day; None stands for whoever is not known."""
    query = select(donation.c.fund_id, donation.c.donor_id).where(donation.c.undone == 0, donation.c.given_on <= until.isoformat())
    found: dict[int, set[int | None]] = defaultdict(set)
    for fund_id, donor_id in db.execute(query.distinct()):
        found[fund_id].add(donor_id)
    return found


def donors_of_funds(db: Connection, start: date | None, end: date | None) -> dict[int, set[int]]:
    """The distinct linked donors of each fund in a period."""
    query = (
        select(donation.c.fund_id, donation.c.donor_id)
        .where(
            donation.c.undone == 0,
            donation.c.donor_id.is_not(None),
            donation.c.given_on >= (start or _LONG_AGO).isoformat(),
            donation.c.given_on <= (end or _FAR_AHEAD).isoformat(),
        )
        .distinct()
    )
    found: dict[int, set[int]] = defaultdict(set)
    for fund_id, donor_id in db.execute(query):
        found[fund_id].add(donor_id)
    return found


def refunds_of_funds(db: Connection, start: date | None, end: date | None) -> dict[int, int]:
    """How many times money of each fund went back to a donor in a period."""
    query = (
        select(allocation.c.fund_id, func.count())
        .join(reconciliation, reconciliation.c.id == allocation.c.reconciliation_id)
        .join(line, line.c.id == reconciliation.c.line_id)
        .where(reconciliation.c.undone == 0, allocation.c.target.in_(("campaign", "foundation")), allocation.c.amount_minor < 0)
        .where(line.c.booked_on.between((start or _LONG_AGO).isoformat(), (end or _FAR_AHEAD).isoformat()))
        .group_by(allocation.c.fund_id)
    )
    return dict(db.execute(query).all())


def bank_facts(db: Connection, end: date | None, currency: str) -> list[BankFacts]:
    """Every account that has statements in a currency, as of a day, in the order of the chart."""
    wanted = select(account.c.id, account.c.code).where(account.c.bank == 1, account.c.currency == currency)
    rows = db.execute(wanted.order_by(account.c.id)).all()
    return [_bank_facts(db, row_id, code, (end or _FAR_AHEAD).isoformat()) for row_id, code in rows]


def _last_statement(db: Connection, account_id: int, until: str) -> Span | None:
    """What the bank stated last.

    Of several statements that end on one day it is the one with which no other goes on, then the one with the highest
    number, whichever was imported first; of two that contradict each other in all of this the later one corrects the earlier.
    """
    known = sorted(known_statements(db, account_id), key=lambda one: one.id, reverse=True)
    closed = [one.span for one in known if one.span.closing_minor is not None]
    last_on = max((span.end_on for span in closed if span.end_on and span.end_on.isoformat() <= until), default=None)
    same_day = [span for span in closed if last_on and span.end_on == last_on]

    def rank(span: Span) -> tuple[bool, int]:
        goes_on = any(other.opening_minor == span.closing_minor for other in same_day if other is not span)
        return not goes_on, int(span.number) if span.number and span.number.isdecimal() else 0

    return max(same_day, key=rank, default=None)


def _bank_facts(db: Connection, account_id: int, code: str, until: str) -> BankFacts:
    latest = _last_statement(db, account_id, until)
    stated_on = latest.end_on if latest else None
    mine = (line.c.account_id == account_id, line.c.status == "booked", line.c.booked_on <= until)
    counted = (*mine, line.c.standing == "counted")
    still_open = (
        select(func.coalesce(func.sum(line.c.amount_minor), 0), func.count())
        .outerjoin(reconciliation, (reconciliation.c.line_id == line.c.id) & (reconciliation.c.undone == 0))
        .where(*counted, reconciliation.c.id.is_(None))
    )
    total = select(func.coalesce(func.sum(line.c.amount_minor), 0), func.count())
    later = db.execute(total.where(*counted, line.c.booked_on > stated_on.isoformat())).one()[0] if stated_on else 0
    unsure = db.execute(total.where(*mine, line.c.standing == "unsure")).one()
    ledger = (
        select(func.coalesce(func.sum(posting.c.amount_minor), 0))
        .join(entry, entry.c.id == posting.c.entry_id)
        .where(posting.c.account_id == account_id, entry.c.dated <= until)
    )
    open_minor, open_lines = db.execute(still_open).one()
    return BankFacts(
        account=code,
        statement_on=stated_on,
        closing_minor=latest.closing_minor if latest else None,
        later_minor=later,
        open_minor=open_minor,
        open_lines=open_lines,
        unsure_minor=unsure[0] - _corrected(db, account_id, until),
        unsure_lines=unsure[1],
        ledger_minor=db.execute(ledger).scalar_one(),
    )


def _corrected(db: Connection, account_id: int, until: str) -> int:
    """What counts still although an unsure line of the account may correct it: only the difference is in doubt."""
    new, old = line.alias("new"), line.alias("old")
    query = (
        select(func.coalesce(func.sum(old.c.amount_minor), 0))
        .select_from(correction)
        .join(new, new.c.id == correction.c.line_id)
        .join(old, old.c.id == correction.c.corrects_id)
        .where(new.c.account_id == account_id, new.c.standing == "unsure", new.c.booked_on <= until, old.c.standing == "counted")
    )
    return int(db.execute(query).scalar_one())


def entry_numbers(db: Connection, subject: str) -> list[int]:
    """The numbers of the entries about one thing."""
    return list(
        db.execute(select(entry.c.number).where(entry.c.subject == subject, entry.c.posted == 1).order_by(entry.c.number)).scalars()
    )


def counts(db: Connection) -> tuple[int, int]:
    """How many entries are posted and how many booked lines the book holds."""
    entries = db.execute(select(func.count()).select_from(entry).where(entry.c.posted == 1)).scalar_one()
    lines = db.execute(select(func.count()).select_from(line).where(line.c.status == "booked", line.c.standing == "counted")).scalar_one()
    return int(entries), int(lines)


def people_to_protect(db: Connection) -> list[str]:
    """Every name and account of donors, staff and whoever stood on a bank line: what no public byte may hold.

    A beneficiary is among them unless the latest mandate of her campaign lets the public read its title.
    """
    own = select(identity_account.c.iban)
    columns = (
        identity_donor.c.name, identity_donor_account.c.iban, identity_person.c.name,
        identity_line.c.name, identity_line.c.iban, identity_detail.c.name, identity_detail.c.iban,
    )  # fmt: skip
    mine = set(db.execute(own).scalars()) | set(db.execute(select(identity_book.c.name)).scalars())
    found = set(_hidden_beneficiaries(db))
    for column in columns:
        found.update(text for text in db.execute(select(column).distinct()).scalars() if text)
    return sorted(found - mine)


def _hidden_beneficiaries(db: Connection) -> list[str]:
    latest = select(mandate.c.campaign_id, func.max(mandate.c.version).label("version")).group_by(mandate.c.campaign_id).subquery()
    query = (
        select(identity_beneficiary.c.name)
        .join(mandate, mandate.c.campaign_id == identity_beneficiary.c.campaign_id)
        .join(latest, (latest.c.campaign_id == mandate.c.campaign_id) & (latest.c.version == mandate.c.version))
        .where(mandate.c.disclosure == "code")
    )
    return list(db.execute(query).scalars())
