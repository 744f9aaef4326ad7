"""Funds and their balances, read from the table that every batch of postings keeps up to date."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from fundledger.domain.figures import FundFigures, figures
from fundledger.store.rows import add_row
from fundledger.store.schema import campaign, fund, mandate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from fundledger.store.operations import Operation


_BALANCES = "SELECT b.fund_id, a.code, b.flow, b.amount_minor FROM balance b JOIN account a ON a.id = b.account_id"
_BALANCES_OF = f"{_BALANCES} WHERE b.fund_id IN (SELECT value FROM json_each(?))"


def add_fund(op: Operation) -> int:
    """A new campaign's fund."""
    return add_row(op.db, fund, kind="campaign")


def fund_kinds(db: Connection) -> dict[int, str]:
    """Kind of every fund by id: campaign, unrestricted or suspense."""
    return dict(db.execute(select(fund.c.id, fund.c.kind)).all())


def balances(db: Connection, funds: Iterable[int] | None = None) -> dict[int, list[tuple[str, str, int]]]:
    """Per fund the (account code, flow, amount in minor units, debit positive) sums."""
    rows = db.exec_driver_sql(_BALANCES) if funds is None else db.exec_driver_sql(_BALANCES_OF, (json.dumps(list(funds)),))
    sums: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for fund_id, code, flow, amount in rows:
        sums[fund_id].append((code, flow, amount))
    return sums


def fund_figures(db: Connection, currency: str, funds: Iterable[int] | None = None) -> dict[int, FundFigures]:
    """The figures of every fund (or the named ones), a fund without a posting included."""
    chosen = tuple(funds) if funds is not None else None
    sums = balances(db, chosen)
    kept = reserves(db)
    everyone = chosen if chosen is not None else tuple(fund_kinds(db))
    return {fund_id: figures(sums.get(fund_id, ()), currency, kept.get(fund_id, 0)) for fund_id in everyone}


def reserves(db: Connection) -> dict[int, int]:
    """Refund reserve of each fund that has one, by its latest mandate."""
    query = select(campaign.c.fund_id, mandate.c.reserve_minor).join(mandate, mandate.c.campaign_id == campaign.c.id)
    rows = db.execute(query.where(mandate.c.reserve_minor != 0).order_by(mandate.c.version))
    return dict(rows.all())


def bank_split(db: Connection, fund_id: int) -> dict[str, int]:
    """What a fund has in each money account, by account code, in minor units."""
    split: dict[str, int] = defaultdict(int)
    for code, _, amount in balances(db, [fund_id]).get(fund_id, ()):
        split[code] += amount
    return split
