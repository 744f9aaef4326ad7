"""What donors promised: memos that are never counted as collected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.store.parties import open_pledges
from fundledger.store.rows import add_row
from fundledger.store.schema import campaign, donor, pledge

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fundledger.store.operations import Operation

STATES = ("open", "due", "kept", "cancelled")


@dataclass(frozen=True, slots=True)
class PledgeRow:
    """A promise; `left` is what gifts since have not kept of it."""

    id: int
    donor_id: int
    donor: str
    campaign: str
    amount: Money
    left: Money
    pledged_on: date
    due_on: date | None
    cancelled_on: date | None

    def state(self, today: date) -> str:
        """One of STATES: kept by gifts, cancelled, past the day it was promised for, or open."""
        if self.cancelled_on is not None:
            return "cancelled"
        if not self.left:
            return "kept"
        return "due" if self.due_on is not None and self.due_on < today else "open"


def add_pledge(op: Operation, donor_id: int, campaign_id: int, amount: Money, pledged_on: date, due_on: date | None = None) -> int:
    """A promise, kept as a memo."""
    return add_row(
        op.db, pledge, donor_id=donor_id, campaign_id=campaign_id, amount_minor=amount.minor, pledged_on=pledged_on.isoformat(),
        due_on=due_on.isoformat() if due_on else None,
    )  # fmt: skip


def cancel(op: Operation, pledge_id: int, on: date) -> None:
    """Expect nothing of a promise any more; it stays in the list."""
    op.db.execute(update(pledge).where(pledge.c.id == pledge_id).values(cancelled_on=on.isoformat()))


def pledges(db: Connection, currency: str, donor_id: int | None = None, campaign_id: int | None = None) -> list[PledgeRow]:
    """Every promise (of a donor, to a campaign), the earliest first."""
    query = (
        select(pledge, donor.c.code, campaign.c.code.label("campaign"))
        .join(donor, donor.c.id == pledge.c.donor_id)
        .join(campaign, campaign.c.id == pledge.c.campaign_id)
        .order_by(pledge.c.pledged_on, pledge.c.id)
    )
    query = query if donor_id is None else query.where(pledge.c.donor_id == donor_id)
    query = query if campaign_id is None else query.where(pledge.c.campaign_id == campaign_id)
    left = {row[0]: row[3] for row in open_pledges(db, currency, None if donor_id is None else [donor_id])}
    nothing = Money(0, currency)
    return [
        PledgeRow(
            row["id"], row["donor_id"], row["code"], row["campaign"], Money(row["amount_minor"], currency), left.get(row["id"], nothing),
            date.fromisoformat(row["pledged_on"]), _day(row["due_on"]), _day(row["cancelled_on"]),
        )
        for row in db.execute(query).mappings()
    ]  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def find_pledge(db: Connection, key: str | int, currency: str) -> PledgeRow:
    """The promise of this id; raises pledge.unknown."""
    found = next((one for one in pledges(db, currency) if str(one.id) == str(key)), None)
    if found is None:
        raise KnownError("pledge.unknown", str(key))
    return found
