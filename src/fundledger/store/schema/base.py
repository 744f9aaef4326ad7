"""What every table belongs to, and which tables are of a special kind."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"},
)
IDENTITY = "identity_"
# Balances are derived from postings and a name's words from the name, and check recomputes both; the audit pair is the log itself; a
# draft is nothing of the books yet.
UNAUDITED = frozenset({
    "operation", "audit", "leaf", "head", "signature", "balance", "line_sighting", "identity_history", "alembic_version", "draft",
    "identity_draft", "identity_donor_word",
})  # fmt: skip
# The log that shows tampering: rows are added behind one another, and never changed or taken away.
EVIDENCE = ("leaf", "head", "signature")
# Rows of these tables are the journal: added when posted, never changed afterwards.
JOURNAL = ("entry", "posting")
