"""Bank lines as the book keeps them: figures in `line`, everything a person wrote in `identity_line`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, or_, select, update

from fundledger.domain.masking import mask_account, mask_name, mask_text
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.store.rows import add_row
from fundledger.store.schema import (
    account,
    allocation,
    correction,
    detail,
    donation,
    donor,
    identity_account,
    identity_detail,
    identity_donor_account,
    identity_dropped,
    identity_line,
    line,
    period,
    processed,
    reconciliation,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection

    from fundledger.store.operations import Operation


@dataclass(frozen=True, slots=True)
class LineRow:
    """A bank line as lists show one; name, account and text are masked unless asked for.

    `state` is open, matched, pending, unsure, dropped or ignored; `disposition` is what a matched line became. `kind` is what a
    payment processor says it is, `fee` what it kept of a gift or gave back of a refund, `original` what was given in
    another currency. `corrects` is the line an arrived one may take the place of.
    """

    id: int
    account: str
    booked_on: date
    amount: Money
    status: str
    text: str
    name: str
    iban: str
    state: str
    disposition: str | None
    n_details: int
    reversal: bool
    return_reason: str | None
    kind: str | None = None
    fee: Money | None = None
    corrects: int | None = None
    original: Money | None = None

    @property
    def gross(self) -> Money:
        """What was given or asked before a payment processor took its fee; the amount itself where there is none."""
        return self.amount + self.fee if self.fee else self.amount


@dataclass(frozen=True, slots=True)
class PartRow:
    """What stands on a line or on one payment of a batch, unmasked, for matching only; before a processor's fee."""

    line: int
    detail: int | None
    booked_on: date
    amount: Money | None
    references: str
    end_to_end: str | None
    remittance: str
    name: str | None
    iban: str | None
    return_reason: str | None = None
    reversal: bool = False
    kind: str | None = None


_PAYOUT_DAYS = 7
_ACTIVE = and_(reconciliation.c.line_id == line.c.id, reconciliation.c.undone == 0)


def _state_filter(state: str) -> ColumnElement[bool]:
    """What `lines --state` asks for; withdrawn and superseded lines are shown nowhere."""
    counted = and_(line.c.status == "booked", line.c.standing == "counted")
    if state == "open":
        return and_(counted, reconciliation.c.id.is_(None))
    if state == "matched":
        return and_(counted, reconciliation.c.id.is_not(None))
    if state == "unsure":
        return line.c.standing == "unsure"
    if state == "ignored":
        return and_(line.c.standing == "dropped", line.c.id.in_(select(identity_dropped.c.line_id)))
    return line.c.standing.not_in(("withdrawn", "superseded"))


def line_ids(db: Connection, state: str = "all", account_id: int | None = None) -> list[int]:
    """Row ids of lines by state (open, matched, unsure, ignored, all), the earliest first."""
    query = select(line.c.id).outerjoin(reconciliation, _ACTIVE).where(_state_filter(state)).order_by(line.c.booked_on, line.c.id)
    if account_id is not None:
        query = query.where(line.c.account_id == account_id)
    return list(db.execute(query).scalars())


def lines_like(db: Connection, number: int, minor: int | None, most: int) -> list[int]:
    """Row ids of the line with a number and of those with an amount, out or in (minor units), the latest first."""
    wanted = line.c.id == number
    if minor is not None:
        wanted = or_(wanted, line.c.amount_minor.in_((minor, -minor)))
    query = (
        select(line.c.id).where(wanted, line.c.standing.not_in(("withdrawn", "superseded"))).order_by(line.c.booked_on.desc(), line.c.id)
    )
    return list(db.execute(query.limit(most)).scalars())


def count_open(db: Connection) -> int:
    """How many booked lines wait for their disposition."""
    return int(
        db.execute(select(func.count()).select_from(line).outerjoin(reconciliation, _ACTIVE).where(_state_filter("open"))).scalar_one()
    )


def line_rows(db: Connection, ids: Sequence[int], *, reveal: bool = False) -> list[LineRow]:
    """The rows of these lines in the order asked for."""
    query = (
        select(
            line.c.id, account.c.code, line.c.booked_on, line.c.amount_minor, line.c.currency, line.c.status, line.c.standing,
            line.c.n_details, line.c.reversal, line.c.return_reason, identity_line.c.remittance, identity_line.c.name, identity_line.c.iban,
            reconciliation.c.disposition, processed.c.kind, processed.c.gross_minor, processed.c.fee_minor,
            processed.c.original_minor, processed.c.original_currency, correction.c.corrects_id, identity_dropped.c.id.label("ignored"),
        )
        .join(account, account.c.id == line.c.account_id)
        .join(identity_line, identity_line.c.line_id == line.c.id)
        .outerjoin(processed, processed.c.line_id == line.c.id)
        .outerjoin(correction, correction.c.line_id == line.c.id)
        .outerjoin(identity_dropped, identity_dropped.c.line_id == line.c.id)
        .outerjoin(reconciliation, _ACTIVE)
        .where(line.c.id.in_(ids))
    )  # fmt: skip
    rows, hidden = {}, _restricted(db, ids) if reveal else set()
    for row in db.execute(query).mappings():
        name, iban, text = row["name"] or "", row["iban"] or "", row["remittance"]
        shown = reveal and row["id"] not in hidden
        rows[row["id"]] = LineRow(
            id=row["id"],
            account=row["code"],
            booked_on=date.fromisoformat(row["booked_on"]),
            amount=Money(row["amount_minor"], row["currency"]),
            status=row["status"],
            text=text if shown else mask_text(text),
            name=name if shown else mask_name(name),
            iban=iban if shown else mask_account(iban),
            state="ignored" if row["ignored"] else _state(row["status"], row["standing"], row["disposition"]),
            disposition=row["disposition"],
            n_details=row["n_details"],
            reversal=bool(row["reversal"]),
            return_reason=row["return_reason"],
            kind=row["kind"],
            fee=Money(row["fee_minor"], row["currency"]) if row["fee_minor"] and row["gross_minor"] else None,
            corrects=row["corrects_id"],
            original=Money(row["original_minor"], row["original_currency"]) if row["original_minor"] and row["original_currency"] else None,
        )
    return [rows[one] for one in ids if one in rows]


def _restricted(db: Connection, ids: Sequence[int]) -> set[int]:
    """The lines among these that are gifts of a restricted donor, or came from an account of one."""
    gifts = (
        select(reconciliation.c.line_id)
        .join(allocation, allocation.c.reconciliation_id == reconciliation.c.id)
        .join(donation, donation.c.allocation_id == allocation.c.id)
        .join(donor, donor.c.id == donation.c.donor_id)
        .where(donation.c.undone == 0, donor.c.restricted == 1, reconciliation.c.line_id.in_(ids))
    )
    from_account = (
        select(identity_line.c.line_id)
        .join(identity_donor_account, identity_donor_account.c.iban == identity_line.c.iban)
        .join(donor, donor.c.id == identity_donor_account.c.donor_id)
        .where(donor.c.restricted == 1, identity_line.c.line_id.in_(ids))
    )
    return set(db.execute(gifts.union(from_account)).scalars())


def _state(status: str, standing: str, disposition: str | None) -> str:
    if standing in {"unsure", "dropped"}:
        return standing
    if status != "booked":
        return status
    return "open" if disposition is None else "matched"


def find_line(db: Connection, line_id: int) -> LineRow:
    """One line, masked; raises line.unknown."""
    rows = line_rows(db, [line_id])
    if not rows:
        raise KnownError("line.unknown", str(line_id))
    return rows[0]


def parts(db: Connection, ids: Iterable[int]) -> dict[int, tuple[PartRow, tuple[PartRow, ...]]]:
    """Of each line its whole and the payments of its batch, unmasked, for matching."""
    wanted = tuple(ids)
    wholes = (
        select(
            line.c.id, line.c.booked_on, line.c.amount_minor, line.c.currency, line.c.return_reason, identity_line.c.structured,
            identity_line.c.end_to_end, identity_line.c.remittance, identity_line.c.name, identity_line.c.iban, line.c.reversal,
            processed.c.kind, processed.c.gross_minor,
        )
        .join(identity_line, identity_line.c.line_id == line.c.id)
        .outerjoin(processed, processed.c.line_id == line.c.id)
        .where(line.c.id.in_(wanted))
    )  # fmt: skip
    details = _details(db, wanted)
    found = {}
    for row in db.execute(wholes):
        on, amount = date.fromisoformat(row[1]), Money(row[12] or row[2], row[3])
        found[row[0]] = (
            PartRow(row[0], None, on, amount, row[5] or "", row[6], row[7], row[8], row[9], row[4], bool(row[10]), row[11]),
            tuple(details.get(row[0], ())),
        )
    return found


def _details(db: Connection, line_ids: Iterable[int]) -> dict[int, list[PartRow]]:
    """The payments of each batch among these lines."""
    query = (
        select(
            detail.c.line_id, line.c.booked_on, line.c.currency, detail.c.id, detail.c.amount_minor, identity_detail.c.structured,
            identity_detail.c.end_to_end, identity_detail.c.remittance, identity_detail.c.name, identity_detail.c.iban,
        )
        .join(identity_detail, identity_detail.c.detail_id == detail.c.id)
        .join(line, line.c.id == detail.c.line_id)
        .where(detail.c.line_id.in_(line_ids))
        .order_by(detail.c.line_id, detail.c.ordinal)
    )  # fmt: skip
    found: dict[int, list[PartRow]] = {}
    for line_id, on, currency, detail_id, minor, structured, end_to_end, remittance, name, iban in db.execute(query):
        amount = None if minor is None else Money(minor, currency)
        part = PartRow(line_id, detail_id, date.fromisoformat(on), amount, structured or "", end_to_end, remittance, name, iban)
        found.setdefault(line_id, []).append(part)
    return found


def opposite_lines(db: Connection, whole: PartRow, end_to_end: str | None) -> list[PartRow]:
    """Reconciled lines of the opposite amount, or the other way with this end-to-end id, up to its day, the latest first.

    A processor's are of their gross amount. Without those that came back already.
    """
    amount = whole.amount.minor if whole.amount else 0
    gross = func.coalesce(processed.c.gross_minor, line.c.amount_minor)
    same_id = and_(identity_line.c.end_to_end == end_to_end, gross * (1 if amount > 0 else -1) < 0) if end_to_end else None
    back = (
        select(allocation.c.counterpart_id)
        .join(reconciliation, reconciliation.c.id == allocation.c.reconciliation_id)
        .where(reconciliation.c.undone == 0, allocation.c.counterpart_id.is_not(None))
    )
    query = (
        select(line.c.id)
        .join(reconciliation, _ACTIVE)
        .join(identity_line, identity_line.c.line_id == line.c.id)
        .outerjoin(processed, processed.c.line_id == line.c.id)
        .where(or_(gross == -amount, same_id) if same_id is not None else gross == -amount)
        .where(line.c.booked_on <= whole.booked_on.isoformat(), line.c.id.not_in(back))
        .order_by(line.c.booked_on.desc(), line.c.id.desc())
        .limit(50)
    )
    ids = list(db.execute(query).scalars())
    found = parts(db, ids)
    return [found[one][0] for one in ids]


# Of a processor's payouts there are few, and an index finds them; asked for every bank line this must cost nothing.
_HALVES = (
    "SELECT o.id, o.booked_on FROM {} WHERE o.amount_minor = ? AND o.currency = ? AND o.account_id <> ? AND o.status = 'booked'"
    " AND o.standing = 'counted' AND abs(julianday(o.booked_on) - julianday(?)) <= ? ORDER BY o.id"
)
_PAYOUTS = "processed p JOIN line o ON o.id = p.line_id AND p.kind = 'payout'"
_BANK_LINES = "line o"


def payout_halves(db: Connection, one: PartRow) -> list[tuple[int, date]]:
    """The other half of a payout, as (line, booking day): the opposite amount within a week, one of both a processor's payout."""
    if one.amount is None:
        return []
    account_id = db.exec_driver_sql("SELECT account_id FROM line WHERE id = ?", (one.line,)).scalar_one()
    values = (-one.amount.minor, one.amount.currency, account_id, one.booked_on.isoformat(), _PAYOUT_DAYS)
    found = db.exec_driver_sql(_HALVES.format(_BANK_LINES if one.kind else _PAYOUTS), values).all()
    ours = {row for (row,) in db.exec_driver_sql("SELECT line_id FROM processed WHERE kind = 'payout'")} if one.kind else set()
    return [(int(row), date.fromisoformat(on)) for row, on in found if row not in ours]


def set_standing(op: Operation, line_id: int, standing: str) -> None:
    """A person's word on an unsure line: counted, or dropped and kept as a tombstone.

    Raises KnownError line.period_closed for a line that counts and stands in a closed period.
    """
    counts = (line.c.id == line_id, line.c.standing == "counted", line.c.status == "booked")
    inside = (period.c.locked == 1, line.c.booked_on.between(period.c.start_on, period.c.end_on))
    if standing != "counted" and op.db.execute(select(line.c.id).join(period, and_(*inside)).where(*counts)).first():
        raise KnownError("line.period_closed", str(line_id))
    op.db.execute(update(line).where(line.c.id == line_id).values(standing=standing))


def ignore(op: Operation, line_id: int, reason: str) -> None:
    """Leave a line out of the books, and keep why; only `heed` brings it back."""
    set_standing(op, line_id, "dropped")
    add_row(op.db, identity_dropped, line_id=line_id, reason=reason)


def heed(op: Operation, line_id: int) -> None:
    """A line that was ignored counts again."""
    op.db.execute(delete(identity_dropped).where(identity_dropped.c.line_id == line_id))
    set_standing(op, line_id, "counted")


def why_ignored(db: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Per line of these that is ignored the reason, in a person's words."""
    return dict(db.execute(select(identity_dropped.c.line_id, identity_dropped.c.reason).where(identity_dropped.c.line_id.in_(ids))).all())


def twins(db: Connection, ids: Sequence[int]) -> dict[int, tuple[int, bool]]:
    """Per line of these the line of the book it may be, and whether it is one that it would correct."""
    same = line.alias("same")
    key = and_(same.c.account_id == line.c.account_id, same.c["key"] == line.c["key"], same.c.id != line.c.id)
    counts = same.c.standing.in_(("counted", "unsure", "dropped"))
    query = select(line.c.id, func.min(same.c.id)).join(same, and_(key, counts)).where(line.c.id.in_(ids)).group_by(line.c.id)
    found = {int(one): (int(twin), False) for one, twin in db.execute(query)}
    corrected = select(correction.c.line_id, correction.c.corrects_id).where(correction.c.line_id.in_(ids))
    return found | {int(one): (int(old), True) for one, old in db.execute(corrected)}


def matched_uncounted(db: Connection) -> int | None:
    """A line that is reconciled though it does not count; there is none in a sound book."""
    wrong = or_(line.c.status != "booked", line.c.standing != "counted")
    return db.execute(select(line.c.id).join(reconciliation, _ACTIVE).where(wrong).limit(1)).scalar_one_or_none()


def find_by_reference(db: Connection, iban: str, reference: str) -> int:
    """The line of one of our accounts that carries this bank reference; raises line.unknown where there is not exactly one."""
    query = (
        select(line.c.id)
        .join(identity_line, identity_line.c.line_id == line.c.id)
        .join(identity_account, identity_account.c.account_id == line.c.account_id)
        .where(
            identity_account.c.iban == iban,
            identity_line.c.bank_reference == reference,
            line.c.status == "booked",
            line.c.standing == "counted",
        )
    )
    found = db.execute(query).scalars().all()
    if len(found) != 1:
        raise KnownError("line.unknown", reference)
    return int(found[0])
