"""What reports ask of the book: sums for a period, gifts of a fund, what the banks say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from fundledger.domain.entry import MEMO_FLOWS, Flow
from fundledger.store import outstanding
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
    identity_donor_email,
    identity_invoice,
    identity_line,
    identity_person,
    identity_rule,
    line,
    mandate,
    posting,
    reconciliation,
    voucher,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fundledger.domain.identity import Span

_LONG_AGO, _FAR_AHEAD = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Gift:
    """One donation of a fund, by the id of its donor (None: nobody knows), with the entry and bank line behind it (None: cash)."""

    given_on: date
    donor: int | None
    amount_minor: int
    entry_number: int
    line: int | None


@dataclass(frozen=True, slots=True)
class BankFacts:
    """One bank account: what its latest statement says, what came after, what is not booked yet; minor units of its currency.

    statement + later = booked + open + ignored + unsure is what the tie-out proves. `open` are lines not booked by that day;
    `ignored` those a person left out of the books.
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
    ignored_minor: int = 0
    ignored_lines: int = 0
    currency: str = ""


def adjusted_minor(bank: BankFacts) -> int | None:
    """What the bank states, with later lines, without what is not booked by then; None where it states no balance."""
    if bank.closing_minor is None:
        return None
    return bank.closing_minor + bank.later_minor - bank.open_minor - bank.ignored_minor - bank.unsure_minor


def last_posting(db: Connection) -> date | None:
    """The latest date of any entry."""
    found = db.execute(select(func.max(entry.c.dated)).where(entry.c.posted == 1)).scalar_one_or_none()
    return date.fromisoformat(found) if found else None


def sums(db: Connection, start: date | None, end: date | None, number: int | None = None) -> dict[int, list[tuple[str, str, int]]]:
    """Per fund (account code, flow, amount) as the balance table has them, but as of `end` (and of an entry).

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
    if number is not None:
        query = query.where(entry.c.number <= number)
    found: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for fund_id, code, why, minor in db.execute(query):
        found[fund_id].append((code, why, minor))
    return found


def gifts(db: Connection, fund_id: int | None, start: date | None, end: date | None) -> list[Gift]:
    """The donations of a fund (of all funds), by day."""
    query = (
        select(donation.c.given_on, donation.c.donor_id, donation.c.amount_minor, entry.c.number, reconciliation.c.line_id)
        .outerjoin(allocation, allocation.c.id == donation.c.allocation_id)
        .outerjoin(reconciliation, reconciliation.c.id == allocation.c.reconciliation_id)
        .outerjoin(voucher, voucher.c.id == donation.c.voucher_id)
        .join(entry, entry.c.id == func.coalesce(reconciliation.c.entry_id, voucher.c.entry_id))
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


def bank_facts(db: Connection, end: date | None, currency: str | None = None) -> list[BankFacts]:
    """Every account that has statements (in a currency), as of a day, in the order of the chart."""
    until = end or _FAR_AHEAD
    wanted = select(account.c.id, account.c.code, account.c.currency).where(account.c.bank == 1)
    rows = db.execute((wanted.where(account.c.currency == currency) if currency else wanted).order_by(account.c.id)).all()
    aside = [outstanding.unbooked(db, until), outstanding.ignored(db, until)]
    return [_bank_facts(db, row_id, code, own, until.isoformat(), aside) for row_id, code, own in rows]


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


def _bank_facts(db: Connection, account_id: int, code: str, currency: str, until: str, aside: list[list[outstanding.Waiting]]) -> BankFacts:
    latest = _last_statement(db, account_id, until)
    stated_on = latest.end_on if latest else None
    mine = (line.c.account_id == account_id, line.c.status == "booked", line.c.booked_on <= until)
    waiting, ignored = ([one for one in some if one.account == code] for some in aside)
    total = select(func.coalesce(func.sum(line.c.amount_minor), 0), func.count())
    after = stated_on.isoformat() if stated_on else ""
    later = db.execute(total.where(*mine, line.c.standing == "counted", line.c.booked_on > after)).one()[0] if stated_on else 0
    later += sum(one.amount.minor for one in ignored if stated_on and one.booked_on > stated_on)
    unsure = db.execute(total.where(*mine, line.c.standing == "unsure")).one()
    return BankFacts(
        account=code,
        statement_on=stated_on,
        closing_minor=latest.closing_minor if latest else None,
        later_minor=later,
        open_minor=sum(one.amount.minor for one in waiting),
        open_lines=len(waiting),
        unsure_minor=unsure[0] - _corrected(db, account_id, until),
        unsure_lines=unsure[1],
        ledger_minor=outstanding.ledger(db, account_id, until),
        ignored_minor=sum(one.amount.minor for one in ignored),
        ignored_lines=len(ignored),
        currency=currency,
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


# What people were called, and where they had their accounts, before.
_FORMERLY = """
    SELECT DISTINCT old_value FROM identity_history WHERE old_value <> '' AND column_name IN ('name', 'iban', 'email')
        AND table_name NOT IN ('identity_book', 'identity_account', 'identity_beneficiary', 'identity_document', 'identity_setting')
"""


def people_to_protect(db: Connection) -> list[str]:
    """Every name, account and e-mail of donors, staff and whoever stood on a bank line: what no public byte may hold.

    A beneficiary is among them unless the latest mandate of her campaign lets the public read its title.
    """
    own = select(identity_account.c.iban)
    columns = (
        identity_donor.c.name, identity_donor_account.c.iban, identity_donor_email.c.email, identity_person.c.name,
        identity_line.c.name, identity_line.c.iban, identity_detail.c.name, identity_detail.c.iban,
        identity_rule.c.name, identity_rule.c.iban, identity_invoice.c.iban,
    )  # fmt: skip
    mine = set(db.execute(own).scalars()) | set(db.execute(select(identity_book.c.name)).scalars())
    found = set(_hidden_beneficiaries(db)) | set(db.exec_driver_sql(_FORMERLY).scalars())
    for column in columns:
        found.update(text for text in db.execute(select(column).distinct()).scalars() if text)
    return sorted(found - mine)


def _hidden_beneficiaries(db: Connection) -> list[str]:
    latest = select(mandate.c.campaign_id, func.max(mandate.c.version).label("version")).group_by(mandate.c.campaign_id).subquery()
    query = (
        select(identity_beneficiary.c.name)
        .join(mandate, mandate.c.campaign_id == identity_beneficiary.c.campaign_id)
        .join(latest, (latest.c.campaign_id == mandate.c.campaign_id) & (latest.c.version == mandate.c.version))
        .where((mandate.c.disclosure == "code") | (mandate.c.consent_on.is_not(None) & mandate.c.consent_scope.not_like("%name%")))
    )
    return list(db.execute(query).scalars())
