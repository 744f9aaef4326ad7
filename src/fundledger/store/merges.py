"""Two entries of the register become one: whatever named the first names the second, and the first keeps her name and where she went."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select, update

from fundledger.domain.donors import Standing
from fundledger.domain.money import Money
from fundledger.store.erasing import is_erased
from fundledger.store.rows import add_row
from fundledger.store.schema import (
    audit,
    donation,
    donor,
    donor_apart,
    erasure,
    identity_donor,
    identity_donor_account,
    identity_donor_email,
    identity_donor_word,
    metadata,
    operation,
    pledge,
    voucher,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Table

    from fundledger.store.operations import Operation

MERGE = "donor merge"  # the verb of its operation
# What a donor keeps who was merged into another: her name and what was decided about herself.
_STAY = (identity_donor, identity_donor_word, donor_apart, erasure)


def _of_donors() -> list[Table]:
    """Every table whose rows are a donor's, those of other rooms among them."""
    tables = [table for table in metadata.sorted_tables if table not in _STAY and "donor_id" in table.c]
    return [table for table in tables if any(key.column.table is donor for key in table.c.donor_id.foreign_keys)]


def standing(db: Connection, donor_id: int, currency: str) -> Standing:
    """An entry as it stands, counted."""

    def count(table: Table) -> int:
        standing = [table.c.undone == 0] if "undone" in table.c else []
        return int(db.execute(select(func.count()).select_from(table).where(table.c.donor_id == donor_id, *standing)).scalar_one())

    kept = donor.alias("kept")
    query = select(donor, kept.c.code.label("into")).outerjoin(kept, kept.c.id == donor.c.merged_into)
    who = db.execute(query.where(donor.c.id == donor_id)).mappings().one()
    gifts = select(func.count(), func.coalesce(func.sum(donation.c.amount_minor), 0), func.max(donation.c.given_on))
    n, minor, last_on = db.execute(gifts.where(donation.c.donor_id == donor_id, donation.c.undone == 0)).one()
    counted = (count(identity_donor_account), count(identity_donor_email), count(pledge), count(voucher))
    state = (bool(who["protected"]), bool(who["restricted"]), is_erased(db, donor_id), who["into"] or "")
    return Standing(who["code"], n, Money(minor, currency), last_on, *counted, *state)


def shared_emails(db: Connection, one: int, other: int) -> list[str]:
    """The e-mails two donors both have."""
    both = (
        select(identity_donor_email.c.email)
        .where(identity_donor_email.c.donor_id.in_((one, other)))
        .group_by(identity_donor_email.c.email)
        .having(func.count() > 1)
    )
    return list(db.execute(both).scalars())


def former(db: Connection, donor_id: int) -> list[int]:
    """Those who were merged into a donor."""
    return list(db.execute(select(donor.c.id).where(donor.c.merged_into == donor_id).order_by(donor.c.id)).scalars())


def merge(op: Operation, gone: int, kept: int) -> None:
    """Make `gone` part of `kept`: accounts, e-mails, gifts, pledges, vouchers and whatever else is a donor's; who is protected stays so."""
    twice = identity_donor_email.c.email.in_(shared_emails(op.db, gone, kept))
    op.db.execute(delete(identity_donor_email).where(identity_donor_email.c.donor_id == gone, twice))
    for table in _of_donors():
        op.db.execute(update(table).where(table.c.donor_id == gone).values(donor_id=kept))
    if op.db.execute(select(donor.c.protected).where(donor.c.id == gone)).scalar_one():
        op.db.execute(update(donor).where(donor.c.id == kept).values(protected=1))
    op.db.execute(update(donor).where(or_(donor.c.id == gone, donor.c.merged_into == gone)).values(merged_into=kept))
    for one, other in sorted(apart(op.db)):
        if gone in {one, other} and kept not in {one, other}:
            set_apart(op, kept, other if one == gone else one)


# --- not the same person ----------------------------------------------------------------------------------------------
def apart(db: Connection) -> set[tuple[int, int]]:
    """Pairs of donors of whom somebody said that they are two persons, the lower row id first."""
    return {(row[0], row[1]) for row in db.execute(select(donor_apart.c.donor_id, donor_apart.c.other_id))}


def set_apart(op: Operation, one: int, other: int) -> int:
    """Say that two donors are two persons; the row's id, also where it was said before."""
    low, high = sorted((one, other))
    said = op.db.execute(select(donor_apart.c.id).where(donor_apart.c.donor_id == low, donor_apart.c.other_id == high)).scalar_one_or_none()
    return int(said) if said is not None else add_row(op.db, donor_apart, donor_id=low, other_id=high)


def no_longer_apart(op: Operation, one: int, other: int) -> bool:
    """Take back that two donors are two persons; False where nobody had said so."""
    low, high = sorted((one, other))
    mine = (donor_apart.c.donor_id == low) & (donor_apart.c.other_id == high)
    return op.db.execute(delete(donor_apart).where(mine)).rowcount > 0


# --- whether it may still be taken back -------------------------------------------------------------------------------
def touched_since(db: Connection, operation_id: int) -> tuple[str, int] | None:
    """A row about either of the two donors of a merge that a later operation touched and that still stands; None for none.

    Nobody could say afterwards to whom of the two a later gift belonged.
    """
    if db.execute(select(operation.c.verb).where(operation.c.id == operation_id)).scalar_one_or_none() != MERGE:
        return None
    pair = _merged_by(db, operation_id)
    undone = select(operation.c.undoes_id).where(operation.c.undoes_id.is_not(None))
    later = (
        select(audit.c.table_name, audit.c.row_id)
        .join(operation, operation.c.id == audit.c.operation_id)
        .where(audit.c.operation_id > operation_id, operation.c.undoes_id.is_(None), operation.c.id.not_in(undone))
    )
    for table in (donor, identity_donor, *_of_donors()):
        owner = table.c.id if table is donor else table.c.donor_id
        hers = select(table.c.id).where(owner.in_(pair))
        row = db.execute(later.where(audit.c.table_name == table.name, audit.c.row_id.in_(hers)).limit(1)).first()
        if row:
            return row[0], row[1]
    return None


def _merged_by(db: Connection, operation_id: int) -> Iterable[int]:
    """The two donors, and who had been merged into the first before."""
    changed = select(audit.c.row_id, audit.c.after).where(
        audit.c.operation_id == operation_id, audit.c.table_name == donor.name, audit.c.act == "update"
    )
    rows = [(row_id, json.loads(after).get("merged_into")) for row_id, after in db.execute(changed)]
    return {one for row_id, into in rows if into is not None for one in (row_id, into)}
