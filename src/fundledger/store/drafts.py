"""What a person was typing when the window was locked: one payload a place, encrypted with the book, never in its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from fundledger.store.rows import add_row
from fundledger.store.schema import draft, identity_draft

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fundledger.store.operations import Operation


def put_draft(op: Operation, place: str, payload: str) -> None:
    """Keep this instead of what was kept for the same person and place."""
    drop_draft(op, place)
    row_id = add_row(op.db, draft, person_id=op.person_id, place=place)
    add_row(op.db, identity_draft, draft_id=row_id, payload=payload)


def drafts(db: Connection, person_id: int) -> dict[str, str]:
    """Payload by place, of one person."""
    both = draft.join(identity_draft, identity_draft.c.draft_id == draft.c.id)
    query = select(draft.c.place, identity_draft.c.payload).select_from(both).where(draft.c.person_id == person_id)
    return {row.place: row.payload for row in db.execute(query.order_by(draft.c.place))}


def drop_draft(op: Operation, place: str) -> None:
    """Forget what the person kept for a place; the pages it stood on are wiped."""
    mine = (draft.c.person_id == op.person_id) & (draft.c.place == place)
    op.db.execute(delete(identity_draft).where(identity_draft.c.draft_id.in_(select(draft.c.id).where(mine))))
    op.db.execute(delete(draft).where(mine))
