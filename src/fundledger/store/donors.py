"""The register of donors: who is listed, found and changed; a list of a hundred thousand is asked for by indexes alone."""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, Select, bindparam, case, delete, func, select, update

from fundledger.domain.masking import mask_name
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.store import policies
from fundledger.store.erasing import is_erased
from fundledger.store.rows import add_row
from fundledger.store.schema import campaign, donation, donor, identity_donor, identity_donor_account, identity_donor_email

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from fundledger.store.operations import Operation

_COUNTRIES = "donor.protected_countries"
_AT_ONCE = 10_000
_LAST = "\x7f"  # behind every sign of a folded word and of a code
_GAVE = "EXISTS (SELECT 1 FROM donation g WHERE g.donor_id = d.id AND g.undone = 0)"
_CHIPS = {"gave": f" AND {_GAVE}", "waiting": f" AND NOT {_GAVE}"}
# What each donor is put in order by; whoever has nothing there comes last.
_ORDERS = {
    "gifts": "SELECT donor_id, count(*) FROM donation WHERE undone = 0 AND donor_id IS NOT NULL GROUP BY donor_id",
    "given": "SELECT donor_id, sum(amount_minor) FROM donation WHERE undone = 0 AND donor_id IS NOT NULL GROUP BY donor_id",
    "last": "SELECT donor_id, max(given_on) FROM donation WHERE undone = 0 AND donor_id IS NOT NULL GROUP BY donor_id",
    "protected": "SELECT id, protected FROM donor WHERE protected = 1",
    "name": "SELECT donor_id, folded FROM identity_donor WHERE folded <> ''",
}


@dataclass(frozen=True, slots=True)
class DonorRow:
    """A donor as lists show one: the name masked unless asked for, gifts counted and summed in book currency.

    The name of a restricted donor is masked whoever asks; that of an erased one is empty. `into` is the code of the donor this one
    was merged into.
    """

    id: int
    code: str
    name: str
    gifts: int
    given: Money
    last_on: str | None
    protected: bool
    restricted: bool
    into: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One word that is looked for: the beginning of a code, empty where it is none, and the beginnings of folded words of a name."""

    code: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: a whole account number, a whole e-mail, or terms that all find somebody; any of these may be empty."""

    terms: tuple[Term, ...] = ()
    iban: str = ""
    email: str = ""


# --- listing ----------------------------------------------------------------------------------------------------------
def donor_ids(db: Connection, chip: str = "all") -> array[int]:
    """The row ids of the donors of a chip (`all`, `gave`, `waiting`) in the order of their codes, without who was merged into another."""
    there = f"FROM donor d WHERE d.id > ? AND d.merged_into IS NULL{_CHIPS.get(chip, '')}"
    query = f"SELECT json_group_array(id) FROM (SELECT d.id {there} ORDER BY d.id LIMIT {_AT_ONCE})"
    found = array("q", bytes(8 * db.exec_driver_sql(f"SELECT count(*) {there}", (0,)).scalar_one()))
    # Some thousand in one list come four times as fast as a row for each, and a million ids never stand as numbers of Python at once.
    for place in range(0, len(found), _AT_ONCE):
        some = db.exec_driver_sql(query, (found[place - 1] if place else 0,)).scalar_one()
        found[place : place + _AT_ONCE] = array("q", json.loads(some))
    return found


def find_donors(db: Connection, wanted: Wanted, chip: str = "all") -> list[int]:
    """The donors of a chip who have that account or e-mail, or else whom every term finds, in the order of their codes.

    One who was merged into another finds the other. A restricted donor is found by her code alone.
    """
    into: dict[int, int] = dict(db.exec_driver_sql("SELECT id, merged_into FROM donor WHERE merged_into IS NOT NULL").all())
    hidden = set(db.exec_driver_sql("SELECT id FROM donor WHERE restricted = 1").scalars())

    def seen(ids: set[int]) -> set[int]:
        return ({into.get(one, one) for one in ids} if into else ids) - hidden

    found = seen(_owners(db, wanted))
    for place, term in enumerate(() if found else wanted.terms):
        ids = _coded(db, term.code, into)
        if term.names:
            ids |= seen(set.intersection(*(_named(db, word) for word in term.names)))
        found = found & ids if place else ids
    return sorted(found & set(donor_ids(db, chip)) if chip in _CHIPS else found)


def _owners(db: Connection, wanted: Wanted) -> set[int]:
    queries = (
        ("SELECT donor_id FROM identity_donor_account WHERE iban = ?", wanted.iban),
        ("SELECT donor_id FROM identity_donor_email WHERE email = ?", wanted.email),
    )
    return {int(row) for query, value in queries if value for row in db.exec_driver_sql(query, (value,)).scalars()}


def _coded(db: Connection, begun: str, into: Mapping[int, int]) -> set[int]:
    """By the beginning of a code."""
    query = "SELECT id FROM donor WHERE code >= ? AND code < ?"
    return {into.get(one, one) for one in db.exec_driver_sql(query, (begun, begun + _LAST)).scalars()} if begun else set()


def _named(db: Connection, begun: str) -> set[int]:
    """By the beginning of a word of the name."""
    query = "SELECT donor_id FROM identity_donor_word WHERE word >= ? AND word < ?"
    return set(db.exec_driver_sql(query, (begun, begun + _LAST)).scalars())


def in_order(db: Connection, ids: Sequence[int], column: str, *, down: bool) -> Sequence[int]:
    """Ids in the order of the codes, put in that of a column of the list: `code`, `name`, `protected`, `gifts`, `given`, `last`."""
    if column not in _ORDERS:
        return ids[::-1] if down else ids
    keys: dict[int, Any] = dict(db.exec_driver_sql(_ORDERS[column]).all())
    there = [one for one in ids if one in keys]
    return sorted(there, key=keys.__getitem__, reverse=down) + [one for one in ids if one not in keys]


def donor_rows(db: Connection, ids: Iterable[int], currency: str, *, reveal: bool = False) -> list[DonorRow]:
    """The rows of these donors, in the order asked for."""
    wanted = tuple(ids)
    rows = {
        row[0]: DonorRow(row[0], row[1], row[2], row[3] or 0, Money(row[4] or 0, currency), row[5], bool(row[6]), bool(row[7]), row[8])
        for row in db.execute(_query_of_rows(reveal=reveal), {"wanted": wanted})
    }
    return [rows[one] for one in wanted if one in rows]


@cache
def _query_of_rows(*, reveal: bool) -> Select[tuple[Any, ...]]:
    """Made once: a list asks it again at every jump."""
    wanted: BindParameter[int] = bindparam("wanted", expanding=True)
    given = (
        select(
            donation.c.donor_id,
            func.count().label("n"),
            func.sum(donation.c.amount_minor).label("minor"),
            func.max(donation.c.given_on).label("last_on"),
        )
        .where(donation.c.undone == 0, donation.c.donor_id.in_(wanted))
        .group_by(donation.c.donor_id)
        .subquery()
    )
    known, masked, other = identity_donor.c.name, mask_name("of a donor"), donor.alias("other")
    name = case((known == "", ""), (donor.c.restricted == 1, masked), else_=known if reveal else masked)
    shown = (name, given.c.n, given.c.minor, given.c.last_on, donor.c.protected, donor.c.restricted, other.c.code)
    query = select(donor.c.id, donor.c.code, *shown).join(identity_donor, identity_donor.c.donor_id == donor.c.id)
    query = query.outerjoin(given, given.c.donor_id == donor.c.id).outerjoin(other, other.c.id == donor.c.merged_into)
    return query.where(donor.c.id.in_(wanted))


def accounts_of(db: Connection, donor_id: int) -> list[str]:
    """The account numbers of a donor, the earliest first."""
    query = select(identity_donor_account.c.iban).where(identity_donor_account.c.donor_id == donor_id)
    return list(db.execute(query.order_by(identity_donor_account.c.id)).scalars())


def emails_of(db: Connection, donor_id: int) -> list[str]:
    """The e-mails of a donor, the earliest first."""
    query = select(identity_donor_email.c.email).where(identity_donor_email.c.donor_id == donor_id)
    return list(db.execute(query.order_by(identity_donor_email.c.id)).scalars())


def protected_why(db: Connection, donor_id: int) -> str:
    """Why a donor is protected, as a person wrote it."""
    return db.execute(select(identity_donor.c.protected_why).where(identity_donor.c.donor_id == donor_id)).scalar_one() or ""


def emails_by_donor(db: Connection) -> list[tuple[int, str]]:
    """(donor, e-mail) of every donor whom one may look for."""
    query = select(identity_donor_email.c.donor_id, identity_donor_email.c.email).join(donor)
    return [(row[0], row[1]) for row in db.execute(query.where(donor.c.restricted == 0).order_by(identity_donor_email.c.id))]


@dataclass(frozen=True, slots=True)
class GiftRow:
    """One gift of a donor that stands: `campaign` is its code, None for the foundation and what waits in suspense."""

    id: int
    given_on: date
    campaign: str | None
    amount: Money
    anonymous: bool


def gifts_of(db: Connection, donor_id: int, currency: str) -> list[GiftRow]:
    """What a donor gave, the latest first."""
    query = (
        select(donation.c.id, donation.c.given_on, campaign.c.code, donation.c.amount_minor, donation.c.anonymous)
        .outerjoin(campaign, campaign.c.fund_id == donation.c.fund_id)
        .where(donation.c.donor_id == donor_id, donation.c.undone == 0)
        .order_by(donation.c.given_on.desc(), donation.c.id.desc())
    )
    return [GiftRow(row[0], date.fromisoformat(row[1]), row[2], Money(row[3], currency), bool(row[4])) for row in db.execute(query)]


def alike(db: Connection, donor_id: int) -> list[str]:
    """The codes of donors of the very same folded name or with an e-mail of hers, without those who were told apart."""
    query = (
        "SELECT d.code FROM donor me JOIN identity_donor i ON i.donor_id = me.id JOIN donor d ON d.id <> me.id WHERE me.id = ?"
        " AND me.restricted = 0 AND me.merged_into IS NULL AND d.restricted = 0 AND d.merged_into IS NULL AND d.id IN ("
        " SELECT donor_id FROM identity_donor WHERE folded = i.folded AND folded <> '' UNION SELECT donor_id FROM identity_donor_email"
        " WHERE email IN (SELECT email FROM identity_donor_email WHERE donor_id = me.id)) AND NOT EXISTS (SELECT 1 FROM donor_apart a"
        " WHERE a.donor_id = min(me.id, d.id) AND a.other_id = max(me.id, d.id)) ORDER BY d.id"
    )
    return list(db.exec_driver_sql(query, (donor_id,)).scalars())


# --- changing ---------------------------------------------------------------------------------------------------------
def check_changeable(db: Connection, donor_id: int) -> None:
    """Raises donor.restricted and donor.erased: the first is kept as she is, of the second nothing is left to be changed."""
    code, restricted = db.execute(select(donor.c.code, donor.c.restricted).where(donor.c.id == donor_id)).one()
    if is_erased(db, donor_id):
        raise KnownError("donor.erased", code)
    if restricted:
        raise KnownError("donor.restricted", code)


def rename(op: Operation, donor_id: int, name: str, folded: str) -> None:
    """Another name; the words it is found by follow."""
    op.db.execute(update(identity_donor).where(identity_donor.c.donor_id == donor_id).values(name=name, folded=folded))


def protect(op: Operation, donor_id: int, why: str, *, protected: bool) -> None:
    """Protect a donor or do so no longer, and say why."""
    op.db.execute(update(donor).where(donor.c.id == donor_id).values(protected=int(protected)))
    op.db.execute(update(identity_donor).where(identity_donor.c.donor_id == donor_id).values(protected_why=why or None))


def add_email(op: Operation, donor_id: int, email: str) -> None:
    """Remember an e-mail of a donor; again is no harm."""
    if email not in emails_of(op.db, donor_id):
        add_row(op.db, identity_donor_email, donor_id=donor_id, email=email)


def remove_account(op: Operation, donor_id: int, iban: str) -> bool:
    """Forget that an account is this donor's; False where it was not."""
    mine = (identity_donor_account.c.donor_id == donor_id) & (identity_donor_account.c.iban == iban)
    return op.db.execute(delete(identity_donor_account).where(mine)).rowcount > 0


def remove_email(op: Operation, donor_id: int, email: str) -> bool:
    """Forget an e-mail of a donor; False where it was not hers."""
    mine = (identity_donor_email.c.donor_id == donor_id) & (identity_donor_email.c.email == email)
    return op.db.execute(delete(identity_donor_email).where(mine)).rowcount > 0


# --- protected by the country of an account ---------------------------------------------------------------------------
def protected_countries(db: Connection) -> frozenset[str]:
    """The countries, by the two letters of their account numbers, whose donors are protected."""
    return frozenset(policies.kept(db, _COUNTRIES).split())


def set_protected_countries(op: Operation, countries: Collection[str]) -> int:
    """Protect whoever has an account there, now and from now on; how many donors that protected anew. Nobody is protected less."""
    policies.keep(op, _COUNTRIES, " ".join(sorted(countries)))
    there = func.substr(identity_donor_account.c.iban, 1, 2).in_(sorted(countries))
    hers = select(identity_donor_account.c.donor_id).where(there)
    return op.db.execute(update(donor).where(donor.c.protected == 0, donor.c.id.in_(hers)).values(protected=1)).rowcount
