"""What a new book holds."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from uuid import uuid4

from fundledger.domain.chart import CHART
from fundledger.domain.roles import RECOVERY
from fundledger.store import connecting, migrating, operations

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from fundledger.store import keys


def fill(file: Path, data_key: bytes, founder: keys.Secret, at: datetime, *, uid: str, currency: str, name: str, person: str) -> None:
    """The tables, the guards and the first operation of a book, in one commit."""
    file.touch(mode=0o600)
    engine = connecting.writing(file, data_key)
    rows: dict[str, list[tuple[object, ...]]] = {
        "INSERT INTO person (id, uid, role, public_key) VALUES (?, ?, ?, ?)": [
            (founder.person_id, str(uuid4()), founder.role, founder.verifying),
            (2, str(uuid4()), RECOVERY, None),  # whoever opens the book with the recovery key works in its name
        ],
        "INSERT INTO identity_person (person_id, name) VALUES (?, ?)": [(founder.person_id, person)],
        "INSERT INTO book (uid, currency, secret) VALUES (?, ?, ?)": [(uid, currency, secrets.token_bytes(32))],
        "INSERT INTO identity_book (name) VALUES (?)": [(name,)],
        "INSERT INTO account (code, currency, bank) VALUES (?, ?, 0)": [(code, currency) for code in CHART],
        "INSERT INTO fund (kind) VALUES (?)": [("unrestricted",), ("suspense",)],
    }
    try:
        with connecting.world(file), engine.begin() as db:
            migrating.migrate(db)
            # The first operation is done by a person whose row it writes itself.
            db.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            row_id = operations.begin(db, "new", at, founder.person_id)
            for statement, values in rows.items():
                db.exec_driver_sql(statement, values)
            operations.finish(db, row_id)
    finally:
        engine.dispose()
