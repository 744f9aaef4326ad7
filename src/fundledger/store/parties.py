"""Donors and payees: codes in the ledger tables, names and accounts in their identity tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select, update

from fundledger.domain.money import Money
from fundledger.domain.people import Donor, Payee
from fundledger.domain.problem import KnownError
from fundledger.store.donors import protected_countries
from fundledger.store.rows import add_row
from fundledger.store.schema import (
    donor,
    identity_donor,
    identity_donor_account,
    identity_payee,
    payee,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from fundledger.store.operations import Operation


def add_donor(op: Operation, name: str, folded: str, ibans: Iterable[str], *, protected: bool = False) -> Donor:
    """A new donor under the next code."""
    n = op.db.execute(select(func.coalesce(func.max(donor.c.id), 0))).scalar_one() + 1
    code = f"D-{n:04d}"
    row_id = add_row(op.db, donor, code=code, protected=int(protected))
    add_row(op.db, identity_donor, donor_id=row_id, name=name, folded=folded)
    for iban in ibans:
        add_donor_account(op, row_id, iban)
    return Donor(row_id, code, name, protected)


def add_donor_account(op: Operation, donor_id: int, iban: str) -> None:
    """Remember that an account is this donor's; one already known stays with whom it is, one of a protected country protects her."""
    if not op.db.execute(select(identity_donor_account.c.id).where(identity_donor_account.c.iban == iban)).first():
        add_row(op.db, identity_donor_account, donor_id=donor_id, iban=iban)
        if iban[:2] in protected_countries(op.db):
            op.db.execute(update(donor).where(donor.c.id == donor_id, donor.c.protected == 0).values(protected=1))


def find_donor(db: Connection, key: str | int, *, merged: bool = False) -> Donor:
    """The donor with this code or row id; raises donor.unknown, and donor.merged for one merged into another unless `merged`."""
    query = select(donor.c.id, donor.c.code, identity_donor.c.name, donor.c.protected, donor.c.restricted, donor.c.merged_into)
    wanted = donor.c.id == int(key) if isinstance(key, int) or key.isdecimal() else donor.c.code == key
    row = db.execute(query.join(identity_donor, identity_donor.c.donor_id == donor.c.id).where(wanted)).one_or_none()
    if row is None:
        raise KnownError("donor.unknown", str(key))
    if row[5] is not None and not merged:
        raise KnownError("donor.merged", row[1], into=db.execute(select(donor.c.code).where(donor.c.id == row[5])).scalar_one())
    return Donor(row[0], row[1], row[2], bool(row[3]), bool(row[4]))


def donors_for_matching(db: Connection, among: Iterable[int] | None = None) -> list[tuple[int, str, str]]:
    """(id, code, folded name) of every donor (of these), the earliest first.

    Nobody is found by the name of a restricted donor: it is empty here. One who was merged into another is no donor of her own.
    """
    folded = case((donor.c.restricted == 1, ""), else_=identity_donor.c.folded)
    query = select(donor.c.id, donor.c.code, folded).join(identity_donor, identity_donor.c.donor_id == donor.c.id)
    query = query.where(donor.c.merged_into.is_(None)).order_by(donor.c.id)
    if among is not None:
        query = query.where(donor.c.id.in_(among))
    return [(row[0], row[1], row[2]) for row in db.execute(query)]


def donors_named(db: Connection, folded: str) -> list[tuple[int, str]]:
    """(id, code) of the donors of exactly this folded name; a restricted one is not found, and who was merged finds the other."""
    kept = donor.alias("kept")
    query = select(kept.c.id, kept.c.code).distinct().select_from(identity_donor).join(donor, donor.c.id == identity_donor.c.donor_id)
    query = query.join(kept, kept.c.id == func.coalesce(donor.c.merged_into, donor.c.id))
    named = identity_donor.c.folded == folded
    return [(row[0], row[1]) for row in db.execute(query.where(named, kept.c.restricted == 0).order_by(kept.c.id))] if folded else []


def donor_of_account(db: Connection, iban: str | None) -> int | None:
    """The donor whose account this is known to be."""
    query = "SELECT donor_id FROM identity_donor_account WHERE iban = ?"
    return db.exec_driver_sql(query, (iban,)).scalar_one_or_none() if iban else None


def known_accounts(db: Connection, among: Iterable[int] | None = None) -> dict[str, int]:
    """The donor of each account that gifts came from (of these donors)."""
    query = select(identity_donor_account.c.iban, identity_donor_account.c.donor_id)
    if among is not None:
        query = query.where(identity_donor_account.c.donor_id.in_(among))
    return dict(db.execute(query).all())


def last_gifts(db: Connection, currency: str, among: Sequence[int] | None = None) -> dict[int, list[tuple[int, Money]]]:
    """Per donor (of these) the funds given to, the latest first, each with the last gift; of one day the one booked last."""
    # Of a group by its greatest value SQLite gives the other columns of that very row.
    query = (
        "SELECT donor_id, fund_id, amount_minor, max(given_on || printf('%012d', id)) FROM donation"
        f" WHERE undone = 0 AND amount_minor > 0 AND {_among('donor_id', among)} GROUP BY donor_id, fund_id ORDER BY 4 DESC"
    )
    found: dict[int, list[tuple[int, Money]]] = {}
    for donor_id, fund_id, minor, _ in db.exec_driver_sql(query):
        found.setdefault(donor_id, []).append((fund_id, Money(minor, currency)))
    return found


def open_pledges(db: Connection, currency: str, among: Sequence[int] | None = None) -> list[tuple[int, int, int, Money, date]]:
    """Pledges (of these donors) that gifts since have not kept, as (id, donor, campaign, what is left, day); an older one is kept first."""
    query = (
        "SELECT p.id, p.donor_id, p.campaign_id, p.amount_minor, p.pledged_on,"
        " (SELECT coalesce(sum(d.amount_minor), 0) FROM donation d WHERE d.donor_id = p.donor_id AND d.fund_id = c.fund_id"
        " AND d.undone = 0 AND d.given_on >= (SELECT min(o.pledged_on) FROM pledge o"
        " WHERE o.donor_id = p.donor_id AND o.campaign_id = p.campaign_id))"
        f" FROM pledge p JOIN campaign c ON c.id = p.campaign_id WHERE p.cancelled_on IS NULL AND {_among('p.donor_id', among)}"
        " ORDER BY p.donor_id, p.campaign_id, p.pledged_on, p.id"
    )
    used: dict[tuple[int, int], int] = {}
    found = []
    for row_id, donor_id, campaign_id, minor, on, given in db.exec_driver_sql(query):
        key = (donor_id, campaign_id)
        kept = min(minor, max(0, given - used.get(key, 0)))
        used[key] = used.get(key, 0) + kept
        if kept < minor:
            found.append((row_id, donor_id, campaign_id, Money(minor - kept, currency), date.fromisoformat(on)))
    return found


def _among(column: str, ids: Sequence[int] | None) -> str:
    return f"{column} IS NOT NULL" if ids is None else f"{column} IN ({','.join(map(str, map(int, ids)))})"


def add_payee(op: Operation, name: str, folded: str, iban: str | None) -> Payee:
    """A new payee under the next code."""
    n = op.db.execute(select(func.coalesce(func.max(payee.c.id), 0))).scalar_one() + 1
    row_id = add_row(op.db, payee, code=f"P-{n:03d}")
    add_row(op.db, identity_payee, payee_id=row_id, name=name, folded=folded, iban=iban)
    return Payee(row_id, f"P-{n:03d}", name, iban)


def set_payee_account(op: Operation, payee_id: int, iban: str) -> None:
    """The account of a payee who was known without one."""
    op.db.execute(update(identity_payee).where(identity_payee.c.payee_id == payee_id).values(iban=iban))


_PAYEES = select(payee.c.id, payee.c.code, identity_payee.c.name, identity_payee.c.iban).join(identity_payee)


def payees(db: Connection) -> list[Payee]:
    """Every payee by code."""
    return [Payee(*row) for row in db.execute(_PAYEES.order_by(payee.c.id))]


def find_payee(db: Connection, key: str, folded: str) -> Payee | None:
    """The payee with this code, or whose folded name is the same."""
    row = db.execute(_PAYEES.where((payee.c.code == key) | (identity_payee.c.folded == folded))).first()
    return Payee(*row) if row else None
