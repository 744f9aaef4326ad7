"""Layouts of tables a person mapped once, by the header they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from fundledger.store.rows import add_row
from fundledger.store.schema import identity_profile

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fundledger.store.operations import Operation


def profiles(db: Connection) -> dict[str, str]:
    """The layout of every header, as JSON text, the latest first."""
    query = select(identity_profile.c.header, identity_profile.c.layout).order_by(identity_profile.c.id.desc())
    return {row.header: row.layout for row in db.execute(query)}


def set_profile(op: Operation, header: str, layout: str) -> int:
    """Keep the layout of a header in place of the one it had."""
    op.db.execute(delete(identity_profile).where(identity_profile.c.header == header))
    return add_row(op.db, identity_profile, header=header, layout=layout)
