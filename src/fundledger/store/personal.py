"""Everything a book holds about one donor: what she may ask to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
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
    identity_history,
    identity_line,
    operation,
    pledge,
    reconciliation,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sqlalchemy import ColumnElement, Connection, Row


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


@dataclass(frozen=True, slots=True)
class PersonalTrace:
    """One step of the log that touched a row about her."""

    at: datetime
    verb: str
    table: str
    act: str


@dataclass(frozen=True, slots=True)
class PersonalData:
    """All of it; `foundation` says who holds it, `earlier` are values that were changed or deleted and are kept for an undo."""

    foundation: str
    code: str
    name: str
    protected: bool
    restricted: bool
    retain_until: date | None
    accounts: tuple[str, ...]
    gifts: tuple[PersonalGift, ...]
    pledges: tuple[PersonalPledge, ...]
    earlier: tuple[str, ...]
    log: tuple[PersonalTrace, ...]


def everything_about(db: Connection, donor_id: int, foundation: str, currency: str) -> PersonalData:
    """What the book holds about a donor; raises KnownError donor.unknown."""
    query = select(donor, identity_donor.c.id.label("identity"), identity_donor.c.name).join(identity_donor)
    row = db.execute(query.where(donor.c.id == donor_id)).mappings().one_or_none()
    if row is None:
        raise KnownError("donor.unknown", str(donor_id))
    accounts = db.execute(
        select(identity_donor_account.c.id, identity_donor_account.c.iban).where(identity_donor_account.c.donor_id == donor_id)
    ).all()
    about = _rows_about(db, donor_id, row["identity"], [one[0] for one in accounts])
    return PersonalData(
        foundation=foundation,
        code=row["code"],
        name=row["name"],
        protected=bool(row["protected"]),
        restricted=bool(row["restricted"]),
        retain_until=date.fromisoformat(row["retain_until"]) if row["retain_until"] else None,
        accounts=tuple(one[1] for one in accounts),
        gifts=tuple(_gifts(db, donor_id, currency)),
        pledges=tuple(_pledges(db, donor_id, currency)),
        earlier=tuple(_earlier(db, about)),
        log=tuple(_log(db, about)),
    )


def _rows_about(db: Connection, donor_id: int, identity: int, accounts: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """Row ids about her, by table."""
    pledges = db.execute(select(pledge.c.id).where(pledge.c.donor_id == donor_id)).scalars().all()
    gifts = db.execute(select(donation.c.id).where(donation.c.donor_id == donor_id)).scalars().all()
    return {
        donor.name: (donor_id,),
        identity_donor.name: (identity,),
        identity_donor_account.name: tuple(accounts),
        pledge.name: tuple(pledges),
        donation.name: tuple(gifts),
    }


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
    query = select(pledge.c.pledged_on, pledge.c.amount_minor, campaign.c.code).join(campaign, campaign.c.id == pledge.c.campaign_id)
    for pledged_on, minor, code in db.execute(query.where(pledge.c.donor_id == donor_id).order_by(pledge.c.pledged_on, pledge.c.id)):
        yield PersonalPledge(date.fromisoformat(pledged_on), Money(minor, currency), code)


def _earlier(db: Connection, about: dict[str, tuple[int, ...]]) -> list[str]:
    query = select(identity_history.c.old_value).where(
        _these(identity_history.c.table_name, identity_history.c.row_id, about),
        identity_history.c.column_name.in_(("name", "iban")),
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
