"""Rules of matching as they are kept, and what matching asks of all open lines at once."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select, update

from fundledger.domain.blocking import Half
from fundledger.domain.matching import TargetKind
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.rules import Direction, Rule
from fundledger.store.rows import add_row
from fundledger.store.schema import account, identity_rule, operation, rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from fundledger.store.operations import Operation

_OUT = 0  # the place of a rule that was removed, or that an edited one took the place of


def rules(db: Connection) -> list[Rule]:
    """The rules in the order they are tried, also those that are off."""
    bank, target = account.alias("bank"), account.alias("target")
    query = (
        select(
            rule.c.target, rule.c.direction, identity_rule.c.text, identity_rule.c.name, identity_rule.c.iban, bank.c.code,
            rule.c.least_minor, rule.c.most_minor, rule.c.campaign_id, target.c.code, rule.c.donor_id, rule.c.off, rule.c.learned_from,
            rule.c.id,
        )
        .join(identity_rule, identity_rule.c.rule_id == rule.c.id)
        .outerjoin(bank, bank.c.id == rule.c.bank_account_id)
        .outerjoin(target, target.c.id == rule.c.account_id)
        .where(rule.c.ordinal != _OUT)
        .order_by(rule.c.ordinal, rule.c.id)
    )  # fmt: skip
    found = []
    for number, row in enumerate(db.execute(query), 1):
        looks = (row[2] or "", row[3] or "", row[4] or "", row[5], row[6], row[7])
        found.append(Rule(TargetKind(row[0]), Direction(row[1]), *looks, row[8], row[9], row[10], bool(row[11]), row[12], row[13], number))
    return found


def find_rule(db: Connection, number: int) -> Rule:
    """The rule at a place of the order; raises rule.unknown."""
    found = next((one for one in rules(db) if one.number == number), None)
    if found is None:
        raise KnownError("rule.unknown", str(number))
    return found


def add_rule(op: Operation, draft: Rule) -> Rule:
    """Keep a rule, last in the order."""
    last = op.db.execute(select(func.coalesce(func.max(rule.c.ordinal), 0))).scalar_one()
    values = {
        "ordinal": last + 1,
        "direction": draft.direction.value,
        "bank_account_id": _account_id(op.db, draft.bank),
        "least_minor": draft.least_minor,
        "most_minor": draft.most_minor,
        "target": draft.target.value,
        "campaign_id": draft.campaign,
        "account_id": _account_id(op.db, draft.account),
        "donor_id": draft.donor,
        "learned_from": draft.learned_from,
        "off": int(draft.off),
    }
    row_id = add_row(op.db, rule, **values)
    add_row(op.db, identity_rule, rule_id=row_id, text=draft.text or None, name=draft.name or None, iban=draft.iban or None)
    return replace(draft, id=row_id)


def _account_id(db: Connection, code: str | None) -> int | None:
    if code is None:
        return None
    found = db.execute(select(account.c.id).where(account.c.code == code)).scalar_one_or_none()
    if found is None:
        raise KnownError("account.unknown", code)
    return int(found)


def order(op: Operation, ids: Sequence[int]) -> None:
    """Put the rules in this order; one that is not named is out, and stays for what it once proposed."""
    current = dict(op.db.execute(select(rule.c.id, rule.c.ordinal)).all())
    wanted = {one: place for place, one in enumerate(ids, 1)}
    for row_id, ordinal in current.items():
        if wanted.get(row_id, _OUT) != ordinal:
            op.db.execute(update(rule).where(rule.c.id == row_id).values(ordinal=wanted.get(row_id, _OUT)))


def last_operation(db: Connection) -> int:
    """The id of the newest operation: what was read under the same one is still as it was."""
    return int(db.execute(select(func.coalesce(func.max(operation.c.id), 0))).scalar_one())


_COUNTED = "l.status = 'booked' AND l.standing = 'counted'"
_OPEN = f"{_COUNTED} AND NOT EXISTS (SELECT 1 FROM reconciliation r WHERE r.line_id = l.id AND r.undone = 0)"


def counted_lines(db: Connection) -> list[int]:
    """Every booked line that counts, the earliest first."""
    query = f"SELECT l.id FROM line l WHERE {_COUNTED} ORDER BY l.booked_on, l.id"
    return list(db.exec_driver_sql(query).scalars())


def accounts_of(db: Connection, line_ids: Sequence[int]) -> dict[int, str]:
    """The account code of each of these lines, 500 at most."""
    places = ",".join("?" * len(line_ids))
    query = f"SELECT l.id, a.code FROM line l JOIN account a ON a.id = l.account_id WHERE l.id IN ({places})"
    return {int(row): str(code) for row, code in db.exec_driver_sql(query, tuple(line_ids))}


def halves(db: Connection) -> dict[Money, list[Half]]:
    """Open lines by their amount: any may be the other half of a transfer."""
    return _halves(db, _OPEN)


def payout_lines(db: Connection) -> dict[Money, list[Half]]:
    """A processor's payouts by their amount, whether they are decided or not."""
    return _halves(db, f"{_COUNTED} AND l.id IN (SELECT p.line_id FROM processed p WHERE p.kind = 'payout')")


def _halves(db: Connection, which: str) -> dict[Money, list[Half]]:
    found: dict[Money, list[Half]] = defaultdict(list)
    query = f"SELECT l.id, a.code, l.booked_on, l.amount_minor, l.currency FROM line l JOIN account a ON a.id = l.account_id WHERE {which}"
    for row_id, code, on, minor, currency in db.exec_driver_sql(query):
        found[Money(minor, currency)].append(Half(row_id, code, date.fromisoformat(on)))
    return found


def halves_of(db: Connection, line_ids: Iterable[int]) -> dict[int, tuple[Money, Half | None]]:
    """Of each of these lines the amount, and the half of a transfer it may be while it is open."""
    places = ",".join(map(str, line_ids))
    still = {half.line: half for some in _halves(db, f"{_OPEN} AND l.id IN ({places})").values() for half in some}
    query = f"SELECT id, amount_minor, currency FROM line WHERE id IN ({places})"
    return {row: (Money(minor, currency), still.get(row)) for row, minor, currency in db.exec_driver_sql(query)}


def sent_ids(db: Connection, line_ids: Iterable[int] | None = None) -> dict[int, str]:
    """The end-to-end ids of our own payments that are accepted (of these lines), by line."""
    among = "" if line_ids is None else f" AND l.id IN ({','.join(map(str, line_ids))})"
    query = (
        "SELECT l.id, i.end_to_end FROM identity_line i JOIN line l ON l.id = i.line_id JOIN reconciliation r ON r.line_id = l.id"
        f" AND r.undone = 0 WHERE l.amount_minor < 0 AND i.end_to_end IS NOT NULL AND i.end_to_end NOT IN ('', 'NOTPROVIDED'){among}"
    )
    return {int(row): str(said) for row, said in db.exec_driver_sql(query)}


# What an operation may do so that everything else matching reads stays as it was: (table, act), an update of these columns alone.
_MINDED: dict[str, dict[str, set[str] | None]] = {
    "entry": {"insert": None},
    "reconciliation": {"insert": None, "update": {"undone"}},
    "allocation": {"insert": None},
    "donation": {"insert": None, "update": {"undone"}},
    "donor": {"insert": None},
    "identity_donor": {"insert": None},
    "identity_donor_account": {"insert": None},
    "identity_donor_email": {"insert": None, "delete": None},
    "invoice": {"insert": None, "update": {"state", "entry_id", "approved_by", "amount_minor"}},
    "pledge": {"insert": None},
    "batch": {"insert": None},
    "identity_batch": {"insert": None},
    "statement": {"insert": None, "update": None},
    "processed": {"insert": None},
}
_MOST_CHANGES = 5_000


class Touched(NamedTuple):
    """The donors, invoices and lines that operations touched by deciding about lines, and whether new lines arrived."""

    donors: Sequence[int]
    invoices: Sequence[int]
    lines: Sequence[int]
    arrived: bool


def changed_since(db: Connection, operation_id: int) -> Touched | None:
    """What later operations touched; None where they did more than import lines and decide about them.

    A table or column that is not named here makes everything be read anew: what is new in the book is never overlooked.
    """
    new_line = "table_name = 'line' AND act = 'insert'"
    query = f"SELECT table_name, row_id, act, before FROM audit WHERE operation_id > ? AND NOT ({new_line}) LIMIT ?"
    touched: dict[str, set[int]] = defaultdict(set)
    rows = db.exec_driver_sql(query, (operation_id, _MOST_CHANGES)).all()
    for table, row_id, act, before in rows:
        acts = _MINDED.get(table, {})
        columns = acts.get(act)
        if act not in acts or (columns is not None and not columns.issuperset(json.loads(before))):
            return None
        touched[table].add(row_id)
    if len(rows) == _MOST_CHANGES:
        return None

    def ids(column: str, table: str, key: str = "id", of: str = "") -> set[int]:
        places = ",".join(map(str, touched[of or table]))
        found = db.exec_driver_sql(f"SELECT DISTINCT {column} FROM {table} WHERE {key} IN ({places}) AND {column} IS NOT NULL")
        return {int(row) for row in found.scalars()}

    donors = touched["donor"] | ids("donor_id", "donation") | ids("donor_id", "identity_donor_account") | ids("donor_id", "pledge")
    decided = ids("invoice_id", "allocation", "reconciliation_id", "reconciliation")
    arrived = db.exec_driver_sql(f"SELECT EXISTS (SELECT 1 FROM audit WHERE operation_id > ? AND {new_line})", (operation_id,)).scalar_one()
    return Touched(sorted(donors), sorted(touched["invoice"] | decided), sorted(ids("line_id", "reconciliation")), bool(arrived))
