"""What follows a gift: receipts for the donor, and reviews of what was given; the limits that ask for a review."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint

from fundledger.store.columns import flag, ident, minor, one_of, ref, word
from fundledger.store.schema.base import metadata

# A receipt that left, numbered in its year. `repeats_id` is the one it says once more; `agreed_by` the second person, where the donor
# is protected.
receipt = Table(
    "receipt",
    metadata,
    ident(),
    word("number", unique=True),
    one_of("kind", "single", "yearly"),
    ref("donor_id", "donor"),
    minor(),
    word("issued_on"),
    word("language"),
    word("sha256"),
    ref("made_by", "person"),
    ref("agreed_by", "person", optional=True),
    ref("repeats_id", "receipt", optional=True),
    flag("undone"),
    Index("ix_receipt_donor", "donor_id"),
)
# What of each gift stood when it was made: given, less what was returned.
receipt_donation = Table(
    "receipt_donation",
    metadata,
    ident(),
    ref("receipt_id", "receipt"),
    ref("donation_id", "donation"),
    minor(),
    UniqueConstraint("receipt_id", "donation_id"),
    Index("ix_receipt_donation_donation", "donation_id"),
)
# A gift that waits in suspense until two people decide on it; `reasons` are the words of what asked for it, joined by blanks.
review = Table(
    "review",
    metadata,
    ident(),
    ref("line_id", "line"),
    word("reasons"),
    one_of("state", "held", "clear", "returned"),
    word("raised_on"),
    ref("raised_by", "person"),
    word("decided_on", optional=True),
    ref("decided_by", "person", optional=True),
    ref("agreed_by", "person", optional=True),
    word("screened_on", optional=True),
    flag("undone"),
    CheckConstraint("state = 'held' OR (decided_by IS NOT NULL AND agreed_by IS NOT NULL AND decided_by <> agreed_by)"),
    Index("ix_review_line", "line_id"),
)
# Against which list it was screened, and what people said: both may name somebody.
identity_review = Table(
    "identity_review", metadata, ident(), ref("review_id", "review", unique=True), word("screened_against"), word("said")
)
# A rule of the foundation that is more than a look: one value a name, each change in the log with what it was before.
policy = Table("policy", metadata, ident(), word("name", unique=True), word("value"))
