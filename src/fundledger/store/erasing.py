"""Forgetting a person: names, accounts, history and the texts of her payments; ids, amounts and days stay.

What a page once held may lie on in its unused part, so the file is written anew afterwards (`Book.rewrite`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import LargeBinary, Text, and_, delete, exists, false, func, or_, select, update

from fundledger.domain.chart import REFUNDS
from fundledger.domain.voucher import VoucherKind
from fundledger.store import texts
from fundledger.store.rows import add_row
from fundledger.store.schema import (
    IDENTITY,
    allocation,
    detail,
    donation,
    donor,
    erasure,
    identity_beneficiary,
    identity_detail,
    identity_donor,
    identity_donor_account,
    identity_donor_email,
    identity_donor_word,
    identity_history,
    identity_line,
    identity_mandate_text,
    identity_review,
    identity_rule,
    identity_voucher,
    line,
    mandate,
    metadata,
    operation,
    reconciliation,
    review,
    rule,
    voucher,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sqlalchemy import Column, ColumnElement, Connection, Select, Table

    from fundledger.store.operations import Operation

RESTRICT = "donor restrict"  # the verb of its operation
_AT_ONCE = 500
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Erased:
    """An erasure as it stands beside the backups: ids alone.

    `lines` are the keys of her bank lines in hexadecimal digits, of a payment in a batch followed by `:` and its place.
    """

    donor: str
    at: str
    reason: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restricted:
    """A restriction as it stands beside the backups: the donor's uid, and the ISO day until which the law wants her gifts kept."""

    donor: str
    until: str


@dataclass(frozen=True, slots=True)
class Places:
    """Whole bank lines, and single payments of batches."""

    lines: frozenset[int] = frozenset()
    details: frozenset[int] = frozenset()


NOWHERE = Places()


@dataclass(frozen=True, slots=True)
class Traces:
    """Where a person stands on bank lines: whole lines, and single payments of batches with the lines they stand in."""

    lines: frozenset[int]
    details: frozenset[int]
    batches: frozenset[int]


# --- who, and until when ----------------------------------------------------------------------------------------------
def retention(db: Connection, donor_id: int) -> tuple[bool, str | None]:
    """Whether a donor is restricted, and the ISO day until which the law wants her gifts kept; None where nobody said."""
    found = db.execute(select(donor.c.restricted, donor.c.retain_until).where(donor.c.id == donor_id)).one()
    return bool(found[0]), found[1]


def owed(db: Connection, donor_id: int) -> int:
    """What is to go back to a donor and may not have been paid yet, minor units: at most what her refunds still standing say."""
    query = (
        "SELECT sum(min(v.minor, -b.minor)) FROM (SELECT fund_id, sum(amount_minor) AS minor FROM voucher"
        " WHERE donor_id = ? AND kind = ? AND undone = 0 GROUP BY fund_id) v JOIN (SELECT b.fund_id, sum(b.amount_minor) AS minor"
        " FROM balance b JOIN account a ON a.id = b.account_id WHERE a.code = ? GROUP BY b.fund_id) b ON b.fund_id = v.fund_id"
        " WHERE b.minor < 0"
    )
    return int(db.exec_driver_sql(query, (donor_id, VoucherKind.REFUND.value, REFUNDS)).scalar_one() or 0)


def restrict(op: Operation, donor_id: int, until: str) -> None:
    """Show a donor to nobody, and keep her until a day."""
    op.db.execute(update(donor).where(donor.c.id == donor_id).values(restricted=1, retain_until=until))


def is_restriction(db: Connection, operation_id: int) -> bool:
    """Whether an operation restricted a donor."""
    return db.execute(select(operation.c.id).where(operation.c.id == operation_id, operation.c.verb == RESTRICT)).first() is not None


def lifted(db: Connection, uids: Collection[str]) -> set[str]:
    """Those of these donors whom the book knows and does not restrict."""
    return set(db.execute(select(donor.c.uid).where(donor.c.uid.in_(tuple(uids)), donor.c.restricted == 0)).scalars())


def erased(db: Connection) -> list[Erased]:
    """Every erasure of the book, the earliest first; the keys of bank lines stand beside the backups alone."""
    query = select(donor.c.uid, erasure.c.at, erasure.c.reason).join(erasure, erasure.c.donor_id == donor.c.id).order_by(erasure.c.id)
    return [Erased(*row) for row in db.execute(query)]


def is_erased(db: Connection, donor_id: int) -> bool:
    """Whether a donor was erased."""
    return db.execute(select(erasure.c.id).where(erasure.c.donor_id == donor_id)).first() is not None


def uid_of(db: Connection, donor_id: int) -> str:
    """The uid of a donor."""
    return str(db.execute(select(donor.c.uid).where(donor.c.id == donor_id)).scalar_one())


def donor_of_uid(db: Connection, uid: str) -> int | None:
    """The donor with this uid who was not erased yet."""
    done = exists().where(erasure.c.donor_id == donor.c.id)
    return db.execute(select(donor.c.id).where(donor.c.uid == uid, ~done)).scalar_one_or_none()


# --- where she stands -------------------------------------------------------------------------------------------------
def names_on_lines(db: Connection) -> list[str]:
    """Every different name that stands on a bank line or a payment of a batch."""
    columns = (identity_line.c.name, identity_detail.c.name)
    return sorted({name for column in columns for name in db.execute(select(column).distinct()).scalars() if name})


def traces(db: Connection, donor_id: int, names: Collection[str], ibans: Collection[str], known: Places = NOWHERE) -> Traces:
    """Her gifts, and what carries one of her names or accounts and is nobody else's gift; `known` was told to be hers before."""
    standing = donation.c.undone == 0
    gift_lines, gift_details = _ids(db, _gifts(standing, donation.c.donor_id == donor_id))
    kept_lines, kept_details = _ids(db, _gifts(standing, donation.c.donor_id.is_not(None), donation.c.donor_id != donor_id))
    kept_lines |= _payments(db)
    marked_lines = _marked(db, identity_line, "line_id", names, ibans)
    marked_details = _marked(db, identity_detail, "detail_id", names, ibans)
    details = (gift_details | marked_details | known.details) - kept_details
    batches = {row[1] for row in _detail_lines(db, details)}
    # A batch of several persons keeps what it says as a whole; its raw text holds everybody's names and goes.
    shared = {row for row in batches if _has_others(db, row, details)}
    whole = ((gift_lines | marked_lines | known.lines) - kept_lines - shared) | (batches - shared)
    inside = {row[0] for row in db.execute(select(detail.c.id).where(detail.c.line_id.in_(whole)))}
    return Traces(frozenset(whole), frozenset(details | inside), frozenset(shared))


def _gifts(*which: ColumnElement[bool]) -> Select[int, int | None]:
    query = select(reconciliation.c.line_id, allocation.c.detail_id).select_from(donation)
    query = query.join(allocation, allocation.c.id == donation.c.allocation_id)
    return query.join(reconciliation, reconciliation.c.id == allocation.c.reconciliation_id).where(*which)


def _payments(db: Connection) -> set[int]:
    """Lines that pay an invoice: whoever gives and is paid as well stays known as a payee."""
    query = select(reconciliation.c.line_id).join(allocation, allocation.c.reconciliation_id == reconciliation.c.id)
    return set(db.execute(query.where(reconciliation.c.undone == 0, allocation.c.invoice_id.is_not(None))).scalars())


def _ids(db: Connection, gifts: Select[int, int | None]) -> tuple[set[int], set[int]]:
    """Lines that are gifts as a whole, and payments of batches that are."""
    rows = db.execute(gifts).all()
    return {row[0] for row in rows if row[1] is None}, {row[1] for row in rows if row[1] is not None}


def _marked(db: Connection, table: Table, key: str, names: Collection[str], ibans: Collection[str]) -> set[int]:
    found: set[int] = set()
    for column, wanted in ((table.c.name, tuple(names)), (table.c.iban, tuple(ibans))):
        for some in _pieces(wanted):
            found |= set(db.execute(select(table.c[key]).where(column.in_(some))).scalars())
    return found


def _detail_lines(db: Connection, details: Collection[int]) -> list[tuple[int, int]]:
    query = select(detail.c.id, detail.c.line_id)
    return [(row[0], row[1]) for some in _pieces(tuple(details)) for row in db.execute(query.where(detail.c.id.in_(some)))]


def _has_others(db: Connection, line_id: int, details: Collection[int]) -> bool:
    return not set(db.execute(select(detail.c.id).where(detail.c.line_id == line_id)).scalars()) <= set(details)


def places(db: Connection, found: Traces) -> tuple[str, ...]:
    """Where she stands, told by the keys of lines: these find them again in a restored book, whatever their row ids are there."""
    wholes = select(line.c.key)
    whole = [bytes(key).hex() for some in _pieces(found.lines) for key in db.execute(wholes.where(line.c.id.in_(some))).scalars()]
    query = select(line.c.key, detail.c.ordinal).join(detail, detail.c.line_id == line.c.id)
    parts = [row for some in _pieces(found.details) for row in db.execute(query.where(detail.c.id.in_(some), line.c.id.in_(found.batches)))]
    return tuple(sorted({*whole, *(f"{bytes(key).hex()}:{ordinal}" for key, ordinal in parts)}))


def find_places(db: Connection, told: Iterable[str]) -> Places:
    """What `places` told, in this book."""
    parted = [one.partition(":") for one in told]
    wholes = [bytes.fromhex(key) for key, _, ordinal in parted if not ordinal]
    lines = {row for some in _pieces(wholes) for row in db.execute(select(line.c.id).where(line.c.key.in_(some))).scalars()}
    query = select(detail.c.id).join(line, line.c.id == detail.c.line_id)
    details: set[int] = set()
    for key, _, ordinal in parted:
        if ordinal:
            details |= set(db.execute(query.where(line.c.key == bytes.fromhex(key), detail.c.ordinal == int(ordinal))).scalars())
    return Places(frozenset(lines), frozenset(details))


# --- taking it away ---------------------------------------------------------------------------------------------------
def erase_texts(op: Operation, found: Traces, needles: Collection[str]) -> None:
    """Empty the texts of her payments; of a batch with others in it only her payment, the raw text, and what names her."""
    nothing = _nothing(identity_line)
    _change(op, identity_line, found.lines, nothing)
    _change(op, identity_detail, found.details, _nothing(identity_detail))
    _change(op, identity_line, found.batches, {"raw": b""})
    for name in texts.WORDS:
        _change(op, identity_line, found.batches, {name: nothing[name]}, _told(identity_line.c[name], needles))
    reviewed = identity_review.c.review_id.in_(select(review.c.id).where(review.c.line_id.in_(found.lines)))
    _change(op, identity_review, _rows(op.db, identity_review, reviewed), _nothing(identity_review))
    touched = found.lines | found.batches
    texts.renew(op, touched)
    _forget(op.db, identity_line, touched)


def erase_person(op: Operation, donor_id: int, reason: str) -> None:
    """Empty a donor's name and secret, take her accounts, e-mails and history, and say so in one row of ids."""
    _change(op, identity_donor, _rows(op.db, identity_donor, identity_donor.c.donor_id == donor_id), _nothing(identity_donor))
    for table in (identity_donor_account, identity_donor_email):
        mine = _rows(op.db, table, table.c.donor_id == donor_id)
        # An account or e-mail that was taken from her earlier is history as well.
        gone = select(identity_history.c.row_id).where(
            identity_history.c.table_name == table.name,
            identity_history.c.column_name == "donor_id",
            identity_history.c.old_value == str(donor_id),
        )
        former = set(op.db.execute(gone).scalars())
        op.db.execute(delete(table).where(table.c.donor_id == donor_id))
        _forget(op.db, table, mine | former)
    said = identity_voucher.c.voucher_id.in_(select(voucher.c.id).where(voucher.c.donor_id == donor_id))
    _change(op, identity_voucher, _rows(op.db, identity_voucher, said), _nothing(identity_voucher))
    add_row(op.db, erasure, donor_id=donor_id, operation_id=op.id, at=op.at.isoformat(), reason=reason)


def erase_rules(op: Operation, donor_id: int, ibans: Collection[str], name: str, text: str) -> None:
    """Empty the rules that look for her, and try them no more: one that looks for nothing would fit every line.

    `name` and `text` are her name folded as a rule keeps it in either column.
    """
    mine = _rows(op.db, rule, rule.c.donor_id == donor_id)
    named = or_(
        identity_rule.c.rule_id.in_(mine),
        identity_rule.c.iban.in_(ibans),
        *(func.instr(column, said) > 0 for column, said in ((identity_rule.c.name, name), (identity_rule.c.text, text)) if said),
    )
    op.db.execute(update(rule).where(rule.c.id.in_(select(identity_rule.c.rule_id).where(named))).values(ordinal=0, off=1))
    _change(op, identity_rule, _rows(op.db, identity_rule, named), _nothing(identity_rule))


def erase_appeal(op: Operation, campaign_id: int) -> None:
    """Take the titles and stories of a campaign, in every version of its mandate."""
    mine = identity_mandate_text.c.mandate_id.in_(select(mandate.c.id).where(mandate.c.campaign_id == campaign_id))
    rows = _rows(op.db, identity_mandate_text, mine)
    op.db.execute(delete(identity_mandate_text).where(mine))
    _forget(op.db, identity_mandate_text, rows)


def set_beneficiary(op: Operation, campaign_id: int, name: str) -> None:
    """Remember whom a campaign helps."""
    add_row(op.db, identity_beneficiary, campaign_id=campaign_id, name=name)


def has_beneficiary(db: Connection, campaign_id: int) -> bool:
    """Whether it is known whom a campaign helps."""
    return db.execute(select(identity_beneficiary.c.id).where(identity_beneficiary.c.campaign_id == campaign_id)).first() is not None


def rebuild_indexes(op: Operation) -> None:
    """Write every index anew, those of names and accounts among them."""
    op.db.exec_driver_sql("REINDEX")


def mentions(db: Connection, needles: Collection[str]) -> dict[str, list[int]]:
    """Where one of these texts still stands in what people wrote: row ids by table, without the history and the words of names."""
    found: dict[str, list[int]] = {}
    for table in metadata.sorted_tables:
        if not table.name.startswith(IDENTITY) or table in {identity_history, identity_donor_word}:
            continue
        told = [_told(column, needles) for column in table.columns if isinstance(column.type, Text) or column is identity_line.c.raw]
        rows = db.execute(select(table.primary_key.columns[0]).where(or_(false(), *told))).scalars().all()
        found |= {table.name: sorted(rows)} if rows else {}
    return found


def _told(column: Column[str], needles: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column holds one of these texts, as written, in small letters, in capitals or begun with them."""
    forms = dict.fromkeys(form for text in needles for form in (text, text.lower(), text.upper(), text.title()))
    as_bytes = isinstance(column.type, LargeBinary)
    return or_(false(), *(func.instr(column, form.encode() if as_bytes else form) > 0 for form in forms))


def _nothing(table: Table) -> dict[str, object]:
    """The values of an identity row from which everything a person wrote is gone; what ties it to its owner stays."""
    texts = [column for column in table.columns if not column.primary_key and not column.foreign_keys]
    return {column.name: None if column.nullable else (b"" if isinstance(column.type, LargeBinary) else "") for column in texts}


def _rows(db: Connection, table: Table, which: ColumnElement[bool]) -> set[int]:
    return set(db.execute(select(table.primary_key.columns[0]).where(which)).scalars())


def _change(op: Operation, table: Table, ids: Iterable[int], values: Mapping[str, object], *which: ColumnElement[bool]) -> None:
    """Empty rows, and forget what they held before: the guards have just written it down."""
    key = table.primary_key.columns[0]
    for some in _pieces(tuple(ids)):
        op.db.execute(update(table).where(and_(key.in_(some), *which)).values(dict(values)))
        _forget(op.db, table, some)


def _forget(db: Connection, table: Table, ids: Collection[int]) -> None:
    for some in _pieces(tuple(ids)):
        db.execute(delete(identity_history).where(identity_history.c.table_name == table.name, identity_history.c.row_id.in_(some)))


def _pieces(values: Iterable[Value]) -> Iterator[tuple[Value, ...]]:
    """No statement takes more values than any SQLite allows."""
    every = tuple(values)
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))
