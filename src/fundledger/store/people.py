"""The people of the foundation: ids and roles in one table, their names in an identity table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from fundledger.domain.problem import KnownError
from fundledger.domain.roles import RECOVERY
from fundledger.store.rows import add_row
from fundledger.store.schema import identity_person, person

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from fundledger.store.operations import Operation


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who opens or once opened the book; the recovery key counts as one, without a name."""

    id: int
    role: str
    public_key: bytes | None
    removed: bool
    name: str
    uid: str = ""


def people(db: Connection) -> list[Person]:
    """Everybody, by id."""
    return [_person(row) for row in db.execute(_query().order_by(person.c.id)).all()]


def find_person(db: Connection, person_id: int) -> Person:
    """One person; raises KnownError person.unknown, also for the recovery key, which is none."""
    row = db.execute(_query().where(person.c.id == person_id, person.c.role != RECOVERY)).one_or_none()
    if row is None:
        raise KnownError("person.unknown", str(person_id))
    return _person(row)


def person_of(db: Connection, uid: str) -> Person | None:
    """Who is called so in files that leave the book."""
    return next((one for one in people(db) if one.uid == uid), None)


def recovery_person(db: Connection) -> int:
    """In whose name the recovery key works."""
    return int(db.execute(select(person.c.id).where(person.c.role == RECOVERY)).scalar_one())


def add_person(op: Operation, uid: str, name: str, role: str) -> int:
    """A new person, who has no key yet."""
    row_id = add_row(op.db, person, uid=uid, role=role)
    add_row(op.db, identity_person, person_id=row_id, name=name)
    return row_id


def set_public_key(op: Operation, person_id: int, public_key: bytes | None) -> None:
    """What verifies her signatures from now on."""
    op.db.execute(update(person).where(person.c.id == person_id).values(public_key=public_key))


def set_role(op: Operation, person_id: int, role: str) -> None:
    """What she does from now on."""
    op.db.execute(update(person).where(person.c.id == person_id).values(role=role))


def mark_removed(op: Operation, person_id: int) -> None:
    """She opens the book no more; what she did stays hers."""
    op.db.execute(update(person).where(person.c.id == person_id).values(removed=1))


def _query() -> Select[int, str, bytes | None, int, str | None, str]:
    named = person.outerjoin(identity_person, identity_person.c.person_id == person.c.id)
    columns = (person.c.id, person.c.role, person.c.public_key, person.c.removed, identity_person.c.name, person.c.uid)
    return select(*columns).select_from(named)


def _person(row: tuple[int, str, bytes | None, int, str | None, str]) -> Person:
    return Person(row[0], row[1], row[2], bool(row[3]), row[4] or "", row[5])
