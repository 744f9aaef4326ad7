"""Rules of the foundation that are more than a look: one value a name; the log has each change with what it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from fundledger.domain.roles import PEOPLE
from fundledger.store.rows import add_row
from fundledger.store.schema import policy

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fundledger.store.operations import Operation

_PEOPLE = "payment.people"


def kept(db: Connection, name: str) -> str:
    """The value of a rule; empty where nobody set one."""
    return db.execute(select(policy.c.value).where(policy.c.name == name)).scalar_one_or_none() or ""


def keep(op: Operation, name: str, value: str) -> None:
    """Another value of a rule from now on."""
    if not op.db.execute(update(policy).where(policy.c.name == name).values(value=value)).rowcount and value:
        add_row(op.db, policy, name=name, value=value)


def payment_people(db: Connection) -> int:
    """How many different people enter, approve and pay one invoice at least."""
    return int(kept(db, _PEOPLE) or PEOPLE)


def set_payment_people(op: Operation, n: int) -> None:
    """So many from now on."""
    keep(op, _PEOPLE, str(n))
