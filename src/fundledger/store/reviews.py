"""Gifts that wait for two people's decision, what they decided, and the limits that ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.review import Limits, Reason, ReviewState
from fundledger.store import policies
from fundledger.store.rows import add_row
from fundledger.store.schema import allocation, donation, identity_beneficiary, identity_review, line, reconciliation, review

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from fundledger.store.operations import Operation

_SINGLE, _YEAR, _THIRD, _FAMILY, _COUNTRIES = (
    "review.single", "review.year", "review.third_party", "review.family", "review.countries",
)  # fmt: skip


# --- limits -----------------------------------------------------------------------------------------------------------
def limits(db: Connection, currency: str) -> Limits:
    """What holds now; nothing is held where nobody said otherwise."""
    single, year, third_party, family, countries = (policies.kept(db, name) for name in (_SINGLE, _YEAR, _THIRD, _FAMILY, _COUNTRIES))
    one, whole = (Money(int(said), currency) if said else None for said in (single, year))
    return Limits(one, whole, bool(third_party), bool(family), frozenset(countries.split()))


def set_limits(op: Operation, new: Limits) -> None:
    """What holds from now on."""
    values = {
        _SINGLE: str(new.single.minor) if new.single else "",
        _YEAR: str(new.year.minor) if new.year else "",
        _THIRD: "yes" * new.third_party,
        _FAMILY: "yes" * new.family,
        _COUNTRIES: " ".join(sorted(new.countries)),
    }
    for name, value in values.items():
        policies.keep(op, name, value)


def given_since(db: Connection, donor_id: int, after: date, until: date, currency: str) -> Money:
    """What a donor gave after a day, until another."""
    query = select(func.coalesce(func.sum(donation.c.amount_minor), 0)).where(
        donation.c.undone == 0, donation.c.donor_id == donor_id, donation.c.given_on > after.isoformat(),
        donation.c.given_on <= until.isoformat(),
    )  # fmt: skip
    return Money(int(db.execute(query).scalar_one()), currency)


def helped(db: Connection, campaign_id: int) -> str:
    """The name of whom a campaign helps; empty where nobody told."""
    query = select(identity_beneficiary.c.name).where(identity_beneficiary.c.campaign_id == campaign_id)
    return db.execute(query).scalar_one_or_none() or ""


# --- reviews ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review as lists show one; `gone_back` says that a bank line sent the gift back.

    `against` and `said` are what people wrote, and only there where they were asked for.
    """

    id: int
    line: int
    booked_on: date
    amount: Money
    reasons: tuple[Reason, ...]
    state: ReviewState
    raised_on: date
    decided_on: date | None
    screened_on: date | None
    gone_back: bool
    against: str = ""
    said: str = ""


def add_review(op: Operation, line_id: int, why: Iterable[Reason], said: str = "") -> int:
    """A gift begins to wait."""
    facts = {"raised_on": op.at.date().isoformat(), "raised_by": op.person_id, "state": ReviewState.HELD.value}
    row_id = add_row(op.db, review, line_id=line_id, reasons=" ".join(why), **facts)
    add_row(op.db, identity_review, review_id=row_id, screened_against="", said=said)
    return row_id


def decide(op: Operation, review_id: int, state: ReviewState, agreed_by: int, screened_on: date | None, texts: tuple[str, str]) -> None:
    """What two people decided; `texts` are the list it was screened against, and what they said."""
    values = {
        "state": state.value, "decided_on": op.at.date().isoformat(), "decided_by": op.person_id, "agreed_by": agreed_by,
        "screened_on": screened_on.isoformat() if screened_on else None,
    }  # fmt: skip
    op.db.execute(update(review).where(review.c.id == review_id).values(**values))
    told = {name: text for name, text in zip(("screened_against", "said"), texts, strict=True) if text}
    if told:
        op.db.execute(update(identity_review).where(identity_review.c.review_id == review_id).values(**told))


_BACK = (
    select(allocation.c.counterpart_id)
    .join(reconciliation, reconciliation.c.id == allocation.c.reconciliation_id)
    .where(reconciliation.c.undone == 0, allocation.c.amount_minor < 0, allocation.c.counterpart_id.is_not(None))
)
_ROWS = (
    select(
        review, line.c.booked_on, line.c.amount_minor, line.c.currency, review.c.line_id.in_(_BACK).label("gone_back"),
        identity_review.c.screened_against, identity_review.c.said,
    )
    .join(line, line.c.id == review.c.line_id)
    .join(identity_review, identity_review.c.review_id == review.c.id)
    .where(review.c.undone == 0)
    .order_by(review.c.id.desc())
)  # fmt: skip


def reviews(db: Connection, state: str | None = None, *, reveal: bool = False) -> list[ReviewRow]:
    """Every review (of a state), the newest first."""
    query = _ROWS if state is None else _ROWS.where(review.c.state == state)
    return [
        ReviewRow(
            row["id"], row["line_id"], date.fromisoformat(row["booked_on"]), Money(row["amount_minor"], row["currency"]),
            tuple(map(Reason, row["reasons"].split())), ReviewState(row["state"]), date.fromisoformat(row["raised_on"]),
            _day(row["decided_on"]), _day(row["screened_on"]), bool(row["gone_back"]),
            *((row["screened_against"], row["said"]) if reveal else ()),
        )
        for row in db.execute(query).mappings()
    ]  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def find_review(db: Connection, key: str | int) -> ReviewRow:
    """The review of this id; raises review.unknown."""
    found = next((one for one in reviews(db) if str(one.id) == str(key)), None)
    if found is None:
        raise KnownError("review.unknown", str(key))
    return found


def states(db: Connection, line_ids: Sequence[int]) -> dict[int, ReviewState]:
    """Per line of these that was ever under review how that stands."""
    query = select(review.c.line_id, review.c.state).where(review.c.undone == 0, review.c.line_id.in_(line_ids)).order_by(review.c.id)
    return {int(row[0]): ReviewState(row[1]) for row in db.execute(query)}
