"""Everything a book holds about one donor: what she may ask to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.voucher import VoucherKind
from fundledger.store.schema import (
    allocation,
    audit,
    campaign,
    detail,
    donation,
    donor,
    identity_detail,
    identity_donor,
    identity_donor_account,
    identity_donor_email,
    identity_history,
    identity_line,
    identity_review,
    identity_rule,
    identity_voucher,
    line,
    operation,
    pledge,
    receipt,
    reconciliation,
    review,
    rule,
    voucher,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sqlalchemy import ColumnElement, Connection, Row, Table


@dataclass(frozen=True, slots=True)
class PersonalGift:
    """One gift as it is kept, with what stood on the bank line; the campaign is its code, None for the foundation itself."""

    given_on: date
    amount: Money
    campaign: str | None
    anonymous: bool
    taken_back: bool
    name: str
    iban: str
    text: str
    bank_reference: str


@dataclass(frozen=True, slots=True)
class PersonalPledge:
    """One promise."""

    pledged_on: date
    amount: Money
    campaign: str
    due_on: date | None
    cancelled_on: date | None


@dataclass(frozen=True, slots=True)
class PersonalRefund:
    """What was decided to go back to her, the day it was, and why as a person wrote it."""

    decided_on: date
    amount: Money
    campaign: str | None
    taken_back: bool
    reason: str


@dataclass(frozen=True, slots=True)
class PersonalReceipt:
    """A receipt she was given."""

    number: str
    issued_on: date
    amount: Money
    taken_back: bool


@dataclass(frozen=True, slots=True)
class PersonalReview:
    """A review of a gift of hers: what asked for it, what was decided, and what people wrote, unless others gave by the same line."""

    raised_on: date
    reasons: str
    state: str
    decided_on: date | None
    screened_against: str
    said: str


@dataclass(frozen=True, slots=True)
class PersonalTrace:
    """One step of the log that touched a row about her."""

    at: datetime
    verb: str
    table: str
    act: str


@dataclass(frozen=True, slots=True)
class PersonalData:
    """All of it; `foundation` says who holds it, `earlier` are values that were changed or deleted and are kept for an undo.

    `merged` are codes and names under which she stood before, `refunds` what was decided to go back to her, `rules` what the rules of
    matching look for to know a payment as hers. Who else is said to be another person than she is told of others, and left out.
    """

    foundation: str
    code: str
    name: str
    protected: bool
    restricted: bool
    retain_until: date | None
    protected_why: str
    merged: tuple[str, ...]
    accounts: tuple[str, ...]
    emails: tuple[str, ...]
    gifts: tuple[PersonalGift, ...]
    pledges: tuple[PersonalPledge, ...]
    refunds: tuple[PersonalRefund, ...]
    receipts: tuple[PersonalReceipt, ...]
    reviews: tuple[PersonalReview, ...]
    rules: tuple[str, ...]
    earlier: tuple[str, ...]
    log: tuple[PersonalTrace, ...]


def everything_about(db: Connection, donor_id: int, foundation: str, currency: str) -> PersonalData:
    """What the book holds about a donor; raises KnownError donor.unknown."""
    query = select(
        donor, identity_donor.c.id.label("identity"), identity_donor.c.name, identity_donor.c.folded, identity_donor.c.protected_why
    )
    query = query.join(identity_donor, identity_donor.c.donor_id == donor.c.id)
    row = db.execute(query.where(donor.c.id == donor_id)).mappings().one_or_none()
    if row is None:
        raise KnownError("donor.unknown", str(donor_id))
    before = db.execute(query.where(donor.c.merged_into == donor_id).order_by(donor.c.id)).mappings().all()
    accounts, emails = (_hers(db, table, donor_id) for table in (identity_donor_account, identity_donor_email))
    about = _rows_about(db, [donor_id, *(one["id"] for one in before)])
    return PersonalData(
        foundation=foundation,
        code=row["code"],
        name=row["name"],
        protected=bool(row["protected"]),
        restricted=bool(row["restricted"]),
        retain_until=date.fromisoformat(row["retain_until"]) if row["retain_until"] else None,
        protected_why=row["protected_why"] or "",
        merged=tuple(f"{one['code']} {one['name']}" for one in before),
        accounts=accounts,
        emails=emails,
        gifts=tuple(_gifts(db, donor_id, currency)),
        pledges=tuple(_pledges(db, donor_id, currency)),
        refunds=tuple(_refunds(db, donor_id, currency)),
        receipts=tuple(_receipts(db, donor_id, currency)),
        reviews=tuple(_reviews(db, donor_id)),
        rules=tuple(_rules(db, donor_id, row["folded"], accounts)),
        earlier=tuple(_earlier(db, about)),
        log=tuple(_log(db, about)),
    )


def _hers(db: Connection, table: Table, donor_id: int) -> tuple[str, ...]:
    """Accounts or e-mails, the third column of their table."""
    return tuple(db.execute(select(table.columns[2]).where(table.c.donor_id == donor_id).order_by(table.c.id)).scalars())


def _rows_about(db: Connection, ids: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """Row ids about her, by table."""
    tables = (identity_donor, identity_donor_account, identity_donor_email, pledge, donation, voucher, receipt)
    found = {table.name: set(db.execute(select(table.c.id).where(table.c.donor_id.in_(ids))).scalars()) for table in tables}
    # What was taken from her is told by whose it was.
    gone = select(identity_history.c.table_name, identity_history.c.row_id).where(
        identity_history.c.column_name == "donor_id", identity_history.c.old_value.in_([str(one) for one in ids])
    )
    for name, row_id in db.execute(gone.where(identity_history.c.table_name.in_(tuple(found)))):
        found[name].add(row_id)
    return {donor.name: tuple(ids), **{name: tuple(sorted(rows)) for name, rows in found.items()}}


def _gifts(db: Connection, donor_id: int, currency: str) -> Iterator[PersonalGift]:
    query = (
        select(
            donation.c.given_on, donation.c.amount_minor, campaign.c.code, donation.c.anonymous, donation.c.undone, allocation.c.detail_id,
            identity_line.c.name, identity_line.c.iban, identity_line.c.remittance, identity_line.c.bank_reference,
            identity_detail.c.name, identity_detail.c.iban, identity_detail.c.remittance, identity_detail.c.bank_reference,
        )
        .outerjoin(allocation, allocation.c.id == donation.c.allocation_id)
        .outerjoin(reconciliation, reconciliation.c.id == allocation.c.reconciliation_id)
        .outerjoin(identity_line, identity_line.c.line_id == reconciliation.c.line_id)
        .outerjoin(detail, detail.c.id == allocation.c.detail_id)
        .outerjoin(identity_detail, identity_detail.c.detail_id == detail.c.id)
        .outerjoin(campaign, campaign.c.fund_id == donation.c.fund_id)
        .where(donation.c.donor_id == donor_id)
        .order_by(donation.c.given_on, donation.c.id)
    )  # fmt: skip
    for given_on, minor, code, anonymous, undone, part, *told in db.execute(query):
        # The whole of a batch names others; of it she is told her own payment alone.
        texts = [text or "" for text in (told[:4] if part is None else told[4:])]
        amount = Money(minor, currency)
        yield PersonalGift(date.fromisoformat(given_on), amount, code, bool(anonymous), bool(undone), *texts)


def _pledges(db: Connection, donor_id: int, currency: str) -> Iterator[PersonalPledge]:
    query = select(pledge.c.pledged_on, pledge.c.amount_minor, campaign.c.code, pledge.c.due_on, pledge.c.cancelled_on)
    query = query.join(campaign, campaign.c.id == pledge.c.campaign_id).where(pledge.c.donor_id == donor_id)
    for pledged_on, minor, code, *days in db.execute(query.order_by(pledge.c.pledged_on, pledge.c.id)):
        yield PersonalPledge(date.fromisoformat(pledged_on), Money(minor, currency), code, *map(_day, days))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _refunds(db: Connection, donor_id: int, currency: str) -> Iterator[PersonalRefund]:
    query = select(voucher.c.dated, voucher.c.amount_minor, campaign.c.code, voucher.c.undone, identity_voucher.c.reason)
    query = query.outerjoin(campaign, campaign.c.fund_id == voucher.c.fund_id)
    query = query.outerjoin(identity_voucher, identity_voucher.c.voucher_id == voucher.c.id)
    hers = (voucher.c.donor_id == donor_id, voucher.c.kind == VoucherKind.REFUND.value)
    for dated, minor, code, undone, reason in db.execute(query.where(*hers).order_by(voucher.c.dated, voucher.c.id)):
        yield PersonalRefund(date.fromisoformat(dated), Money(minor, currency), code, bool(undone), reason or "")


def _receipts(db: Connection, donor_id: int, currency: str) -> Iterator[PersonalReceipt]:
    query = select(receipt.c.number, receipt.c.issued_on, receipt.c.amount_minor, receipt.c.undone)
    for number, issued_on, minor, undone in db.execute(query.where(receipt.c.donor_id == donor_id).order_by(receipt.c.id)):
        yield PersonalReceipt(number, date.fromisoformat(issued_on), Money(minor, currency), bool(undone))


def _reviews(db: Connection, donor_id: int) -> Iterator[PersonalReview]:
    """Of the lines that brought her gifts, or came from an account of hers."""
    gifts = (
        select(reconciliation.c.line_id)
        .join(allocation, allocation.c.reconciliation_id == reconciliation.c.id)
        .join(donation, donation.c.allocation_id == allocation.c.id)
        .where(donation.c.donor_id == donor_id)
    )
    accounts = select(identity_line.c.line_id).join(identity_donor_account, identity_donor_account.c.iban == identity_line.c.iban)
    query = (
        select(
            review.c.raised_on, review.c.reasons, review.c.state, review.c.decided_on, line.c.n_details, identity_review.c.screened_against,
            identity_review.c.said,
        )
        .join(line, line.c.id == review.c.line_id)
        .join(identity_review, identity_review.c.review_id == review.c.id)
        .where(review.c.undone == 0)
        .where(line.c.id.in_(gifts.union(accounts.where(identity_donor_account.c.donor_id == donor_id))))
        .order_by(review.c.id)
    )  # fmt: skip
    for raised_on, reasons, state, decided_on, parts, *texts in db.execute(query):
        said = texts if parts <= 1 else ("", "")
        yield PersonalReview(date.fromisoformat(raised_on), reasons, state, _day(decided_on), *said)


def _rules(db: Connection, donor_id: int, folded: str, accounts: Sequence[str]) -> Iterator[str]:
    """What each rule looks for that means her: by its donor, her account, or her name as it is compared."""
    looks = identity_rule.c
    query = select(looks.name, looks.iban, looks.text).select_from(rule).join(identity_rule, looks.rule_id == rule.c.id)
    hers = [rule.c.donor_id == donor_id, looks.iban.in_(accounts), *([looks.name == folded] if folded else [])]
    for row in db.execute(query.where(or_(*hers)).order_by(rule.c.ordinal)):
        yield "  ".join(filter(None, row))


def _earlier(db: Connection, about: dict[str, tuple[int, ...]]) -> list[str]:
    query = select(identity_history.c.old_value).where(
        _these(identity_history.c.table_name, identity_history.c.row_id, about),
        identity_history.c.column_name.in_(("name", "iban", "email")),
        identity_history.c.old_value.is_not(None),
    )
    return list(db.execute(query.order_by(identity_history.c.id).distinct()).scalars())


def _log(db: Connection, about: dict[str, tuple[int, ...]]) -> list[PersonalTrace]:
    query = select(operation.c.at, operation.c.verb, audit.c.table_name, audit.c.act)
    query = query.join(operation, operation.c.id == audit.c.operation_id)
    rows: Sequence[Row[*tuple[Any, ...]]] = db.execute(
        query.where(_these(audit.c.table_name, audit.c.row_id, about)).order_by(audit.c.id)
    ).all()
    return [PersonalTrace(datetime.fromisoformat(row[0]), *row[1:]) for row in rows]


def _these(table: ColumnElement[str], row: ColumnElement[int], about: dict[str, tuple[int, ...]]) -> ColumnElement[bool]:
    return or_(*(and_(table == name, row.in_(ids)) for name, ids in about.items()))
