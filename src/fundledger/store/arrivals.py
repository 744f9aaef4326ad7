"""What an import adds: a batch, its statements and their lines, written in bulk."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, insert, or_, select, update

from fundledger.domain.identity import Span
from fundledger.store import texts
from fundledger.store.rows import add_row
from fundledger.store.schema import (
    audit,
    batch,
    book,
    correction,
    detail,
    identity_batch,
    identity_line,
    line,
    line_sighting,
    operation,
    reconciliation,
    statement,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, RowMapping

    from fundledger.domain.money import Money
    from fundledger.domain.statement import LineDetail, Processed, Statement, StatementLine
    from fundledger.store.operations import Operation


@dataclass(frozen=True, slots=True)
class Arrival:
    """A line to store: its key and how it stands."""

    line: StatementLine
    key: bytes
    booked_on: date
    standing: str


@dataclass(frozen=True, slots=True)
class KnownStatement:
    """A statement of the book with what it covers."""

    id: int
    span: Span


def book_secret(db: Connection) -> bytes:
    """The secret that keys the identity of lines."""
    return bytes(db.execute(select(book.c.secret)).scalar_one())


def find_batch(db: Connection, sha256: str) -> int | None:
    """The batch of a file with this digest, if it was imported and still is."""
    return db.execute(select(func.max(batch.c.id)).where(batch.c.sha256 == sha256, batch.c.undone == 0)).scalar_one_or_none()


def batch_imported_at(db: Connection, batch_id: int) -> str | None:
    """When a batch came in, by its operation."""
    query = select(operation.c.at).join(audit, audit.c.operation_id == operation.c.id)
    return db.execute(query.where(audit.c.table_name == "batch", audit.c.row_id == batch_id, audit.c.act == "insert")).scalar_one_or_none()


def count_lines(db: Connection, batch_id: int) -> int:
    """How many lines a batch brought or showed again."""
    mine = select(statement.c.id).where(statement.c.batch_id == batch_id)
    brought = select(func.count()).select_from(line).where(line.c.statement_id.in_(mine))
    again = select(func.count()).select_from(line_sighting).where(line_sighting.c.statement_id.in_(mine))
    return int(db.execute(brought).scalar_one()) + int(db.execute(again).scalar_one())


def is_used(db: Connection, sha256: str) -> bool:
    """Whether a line that the batch of this file brought is reconciled, so that the batch is no more undone alone."""
    used = (
        select(reconciliation.c.id)
        .join(line, line.c.id == reconciliation.c.line_id)
        .join(statement, statement.c.id == line.c.statement_id)
        .where(reconciliation.c.undone == 0, statement.c.batch_id == find_batch(db, sha256))
    )
    return db.execute(used.limit(1)).first() is not None


def add_batch(op: Operation, sha256: str, form: str, size: int, file_name: str, reason: str | None = None) -> int:
    """One imported file; `reason` says why one that does not add up was taken."""
    row_id = add_row(op.db, batch, sha256=sha256, format=form, size=size)
    add_row(op.db, identity_batch, batch_id=row_id, file_name=file_name, reason=reason)
    return row_id


def known_statements(db: Connection, account_id: int) -> list[KnownStatement]:
    """Every statement of an account that is in the books, the earliest first."""
    query = (
        select(statement)
        .join(batch, batch.c.id == statement.c.batch_id)
        .where(statement.c.account_id == account_id, batch.c.undone == 0)
        .order_by(statement.c.start_on, statement.c.id)
    )
    return [KnownStatement(row["id"], _span(row)) for row in db.execute(query).mappings()]


def _span(row: RowMapping) -> Span:
    start, end = (date.fromisoformat(row[name]) if row[name] else None for name in ("start_on", "end_on"))
    return Span(start, end, row["opening_minor"], row["closing_minor"], row["number"])


def add_statement(op: Operation, batch_id: int, account_id: int, head: Statement) -> int:
    """The head of a statement; what only its end tells is added by `finish_statement`."""
    values = {"batch_id": batch_id, "account_id": account_id, "number": head.number, "kind": head.kind}
    return add_row(op.db, statement, **values)


def finish_statement(op: Operation, statement_id: int, span: Span) -> None:
    """What a statement turned out to cover."""
    values = {
        "opening_minor": span.opening_minor,
        "closing_minor": span.closing_minor,
        "start_on": span.start_on and span.start_on.isoformat(),
        "end_on": span.end_on and span.end_on.isoformat(),
    }
    op.db.execute(update(statement).where(statement.c.id == statement_id).values(values))


# Plain SQL: a thousand keys at a time, each through the expression compiler, cost half of an import's look-ups.
_EQUALS = (
    "SELECT id, key, statement_id FROM line WHERE account_id = ? AND key IN ({}) AND status = 'booked'"
    " AND standing NOT IN ('withdrawn', 'superseded') ORDER BY id"
)


def equals(db: Connection, account_id: int, keys: Iterable[bytes]) -> dict[bytes, list[tuple[int, tuple[int, ...]]]]:
    """Per key the equal lines of an account in the book, each with the statements it was seen in."""
    wanted = tuple(set(keys))
    rows = db.exec_driver_sql(_EQUALS.format(", ".join("?" * len(wanted))), (account_id, *wanted)).all()
    seen: dict[int, list[int]] = defaultdict(list)
    if rows:
        sightings = select(line_sighting.c.line_id, line_sighting.c.statement_id).where(
            line_sighting.c.line_id.in_([row[0] for row in rows])
        )
        for line_id, statement_id in db.execute(sightings):
            seen[line_id].append(statement_id)
    found: dict[bytes, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    for line_id, key, statement_id in rows:
        found[key].append((line_id, (statement_id, *seen[line_id])))
    return found


def missing(db: Connection, earlier_id: int, statement_id: int, first: date, last: date) -> list[int]:
    """The booked lines of an earlier statement, in these days, that do not stand in another that covers them as well."""
    here = select(line_sighting.c.line_id).where(line_sighting.c.statement_id == statement_id)
    query = select(line.c.id).where(line.c.statement_id == earlier_id, line.c.status == "booked", line.c.id.not_in(here))
    query = query.where(line.c.booked_on.between(first.isoformat(), last.isoformat()), line.c.standing.in_(("counted", "unsure")))
    return list(db.execute(query).scalars())


def corrections(db: Connection, statement_id: int, gone: Sequence[int]) -> list[tuple[int, int, int]]:
    """(line, its position, the line it corrects) of a statement's lines that carry the bank reference of a line that is gone.

    A reference that stands on several lines of either side pairs nothing.
    """
    old, new = identity_line.alias("old"), identity_line.alias("new")
    query = (
        select(line.c.id, line.c.position, old.c.line_id)
        .join(new, new.c.line_id == line.c.id)
        .join(old, old.c.bank_reference == new.c.bank_reference)
        .where(line.c.statement_id == statement_id, line.c.status == "booked", line.c.standing == "counted", old.c.line_id.in_(gone))
    )
    rows = [(int(new_id), int(position), int(old_id)) for new_id, position, old_id in db.execute(query)]
    arrived, left = Counter(row[0] for row in rows), Counter(row[2] for row in rows)
    return [row for row in rows if arrived[row[0]] == 1 and left[row[2]] == 1]


def set_correction(op: Operation, line_id: int, old_id: int) -> None:
    """A line waits for a person to say whether it corrects another."""
    op.db.execute(update(line).where(line.c.id == line_id).values(standing="unsure"))
    op.db.execute(insert(correction).values(line_id=line_id, corrects_id=old_id))


def add_sightings(op: Operation, statement_id: int, line_ids: Sequence[int]) -> None:
    """These lines stand in another statement as well."""
    if line_ids:
        op.db.execute(insert(line_sighting).prefix_with("OR IGNORE"), [{"line_id": one, "statement_id": statement_id} for one in line_ids])


def supersede_unbooked(op: Operation, account_id: int, since: date | None, until: date) -> int:
    """Pending lines up to a day give way to the statement that covers it, and so does what it says for information.

    Information of days before `since` stays: no later statement repeats it. Returns how many there were.
    """
    covered = or_(line.c.status == "pending", and_(line.c.status == "info", line.c.booked_on >= (since or until).isoformat()))
    still = (line.c.account_id == account_id, covered, line.c.standing == "counted", line.c.booked_on <= until.isoformat())
    return op.db.execute(update(line).where(*still).values(standing="superseded")).rowcount


_LINE = (
    "INSERT INTO line (id, statement_id, account_id, position, booked_on, value_on, amount_minor, currency, status, standing, reversal,"
    ' return_reason, "key", n_details, text_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'
)
_IDENTITY_LINE = (
    "INSERT INTO identity_line (line_id, bank_reference, end_to_end, structured, remittance, name, iban, salt, raw)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DETAIL = "INSERT INTO detail (id, line_id, ordinal, amount_minor) VALUES (?, ?, ?, ?)"
_IDENTITY_DETAIL = (
    "INSERT INTO identity_detail (detail_id, bank_reference, end_to_end, structured, remittance, name, iban) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_PROCESSED = (
    "INSERT INTO processed (line_id, gateway, kind, gross_minor, fee_minor, original_minor, original_fee_minor, original_currency, rate,"
    " settled_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_IDENTITY_PROCESSED = "INSERT INTO identity_processed (line_id, parent, batch, our_reference) VALUES (?, ?, ?, ?)"


def _minor(amount: Money | None, currency: str) -> int | None:
    """The amount of a payment of a batch; one in another currency tells nothing of its share of the line."""
    return amount.minor if amount and amount.currency == currency else None


def _words(one: StatementLine | LineDetail) -> tuple[str | None, ...]:
    """What stands on a line or a payment, in the order of `texts.WORDS`."""
    refs, who = one.references, one.counterparty
    return refs.bank, refs.end_to_end, refs.structured, one.remittance, who.name, who.iban


def _salts(number: int) -> list[bytes]:
    every = secrets.token_bytes(texts.SALT * number)
    return [every[start : start + texts.SALT] for start in range(0, len(every), texts.SALT)]


def _processed(line_id: int, one: Processed) -> tuple[object, ...]:
    gross, fee = one.original_gross, one.original_fee
    original = (gross and gross.minor, fee and fee.minor, gross and gross.currency)
    settled_on = one.settled_on and one.settled_on.isoformat()
    return (line_id, one.gateway, one.kind.value, one.gross.minor, one.fee.minor, *original, one.rate, settled_on)


@dataclass(slots=True)
class LineWriter:
    """Writes lines in bulk; ids are given here, for there is one writer and every line is followed by its identity."""

    op: Operation
    account_id: int
    next_line: int = field(init=False)
    next_detail: int = field(init=False)

    def __post_init__(self) -> None:
        """Take the numbers up where the book left off."""
        self.next_line = self.op.db.execute(select(func.coalesce(func.max(line.c.id), 0))).scalar_one() + 1
        self.next_detail = self.op.db.execute(select(func.coalesce(func.max(detail.c.id), 0))).scalar_one() + 1

    def write(self, statement_id: int, arrivals: Sequence[Arrival]) -> None:
        """Store lines of one statement with what stands on them and their details."""
        if not arrivals:
            return
        lines, identities, details, detail_identities, processed, references = [], [], [], [], [], []
        for arrival, salt in zip(arrivals, _salts(len(arrivals)), strict=True):
            found, payments = arrival.line, [_words(one) for one in arrival.line.details]
            said = _words(found)
            told = texts.digest(salt, texts.words(*said), [texts.words(*one) for one in payments], found.raw)
            lines.append((
                self.next_line, statement_id, self.account_id, found.position, arrival.booked_on.isoformat(),
                found.value_on and found.value_on.isoformat(), found.amount.minor, found.amount.currency, found.status.value,
                arrival.standing, int(found.reversal), found.return_reason, arrival.key, len(found.details),
                told,
            ))  # fmt: skip
            identities.append((self.next_line, *said, salt, found.raw))
            for ordinal, (one, words) in enumerate(zip(found.details, payments, strict=True)):
                details.append((self.next_detail, self.next_line, ordinal, _minor(one.amount, found.amount.currency)))
                detail_identities.append((self.next_detail, *words))
                self.next_detail += 1
            if found.processed:
                processed.append(_processed(self.next_line, found.processed))
                references.append((self.next_line, found.processed.parent, found.processed.batch, found.processed.our_reference))
            self.next_line += 1
        for sql, rows in (
            (_LINE, lines), (_IDENTITY_LINE, identities), (_DETAIL, details), (_IDENTITY_DETAIL, detail_identities),
            (_PROCESSED, processed), (_IDENTITY_PROCESSED, references),
        ):  # fmt: skip
            if rows:
                self.op.db.exec_driver_sql(sql, rows)
