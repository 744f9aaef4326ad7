"""How the few campaigns, invoices and funds are called that something names, without reading all there are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.store import campaigns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection


_INVOICES = (
    "SELECT i.id, i.number || '  ' || c.code FROM invoice i JOIN campaign c ON c.id = i.campaign_id"
    " WHERE i.id IN (SELECT value FROM json_each(?))"
)
_FUNDS = "SELECT fund_id, code FROM campaign WHERE fund_id IN (SELECT value FROM json_each(?))"
_QUOTED = (
    "SELECT c.fund_id, q.amount_minor FROM campaign c JOIN quote q ON q.campaign_id = c.id AND q.state = 'accepted'"
    " WHERE c.fund_id IN (SELECT value FROM json_each(?))"
)


def campaigns_called(db: Connection, ids: Iterable[int], currency: str, language: str) -> dict[int, str]:
    """Code and title of each campaign by its row id."""
    found = [campaigns.find_campaign(db, one, currency) for one in ids]
    return {one.id: f"{one.code}  {one.title(language)}" for one in found}


def invoices_called(db: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Number and campaign of each invoice by its row id."""
    return dict(db.exec_driver_sql(_INVOICES, (json.dumps(list(ids)),)).all())


def funds_called(db: Connection, ids: Iterable[int]) -> dict[int, str]:
    """The campaign's code of each fund that is a campaign's."""
    return dict(db.exec_driver_sql(_FUNDS, (json.dumps(list(ids)),)).all())


def quoted(db: Connection, ids: Iterable[int], currency: str) -> dict[int, Money]:
    """The accepted quote of each fund that has one."""
    return {fund: Money(minor, currency) for fund, minor in db.exec_driver_sql(_QUOTED, (json.dumps(list(ids)),))}
