"""Refunds that are owed, as a payment file wants them: whose they are, the account the gift came from, who decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.paying import Refund
from fundledger.store.paying import on_their_way
from fundledger.store.refunds import refunds_owed

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fundledger.store.refunds import Owed

_FROM = """
    FROM reconciliation r JOIN allocation x ON x.reconciliation_id = r.id AND r.undone = 0 JOIN identity_line i ON i.line_id = r.line_id
    LEFT JOIN identity_detail t ON t.detail_id = x.detail_id LEFT JOIN processed p ON p.line_id = r.line_id
"""
_PARTY = "coalesce(t.iban, i.iban), coalesce(t.name, i.name)"
# The accounts gifts came from, by what goes back: the gifts a document names, else all of hers to this fund; of a late gift, its own.
_OF_SHARES = (
    f"SELECT {_PARTY} {_FROM} JOIN donation d ON d.allocation_id = x.id JOIN refund_share s ON s.donation_id = d.id"
    " WHERE s.voucher_id = ? AND p.line_id IS NULL"
)
_OF_DONOR = (
    f"SELECT {_PARTY} {_FROM} JOIN donation d ON d.allocation_id = x.id AND d.undone = 0"
    " WHERE d.donor_id = ? AND d.fund_id = ? AND p.line_id IS NULL"
)
_OF_LINE = f"SELECT {_PARTY} {_FROM} WHERE r.line_id = ? AND x.target = 'suspense' AND p.line_id IS NULL"
_DECIDED = """
    SELECT o.person_id, u.agreed_by FROM voucher u JOIN entry e ON e.id = u.entry_id JOIN operation o ON o.id = e.operation_id
    WHERE u.id = ?
"""
_LATE = "SELECT accepted_by, NULL FROM reconciliation WHERE line_id = ? AND undone = 0"
_DONOR = """
    SELECT d.code, d.protected, d.restricted = 1 OR d.id IN (SELECT donor_id FROM erasure) FROM donor d
    WHERE d.id = coalesce(?, (SELECT donor_id FROM identity_donor_account WHERE iban = ? ORDER BY id LIMIT 1))
"""


def refunds_to_pay(db: Connection, currency: str, campaign: str | None = None) -> list[Refund]:
    """Every refund that is owed (of the campaign with this code), with the file it is in already."""
    codes = {int(fund): str(code) for fund, code in db.exec_driver_sql("SELECT fund_id, code FROM campaign")}
    sent = {(one.voucher, one.line): one.message for one in on_their_way(db, currency) if one.invoice is None}
    owed = [one for one in refunds_owed(db, currency) if campaign is None or codes.get(one.fund) == campaign]
    return [_refund(db, one, codes.get(one.fund, ""), sent.get((one.voucher, one.line))) for one in owed]


def _refund(db: Connection, one: Owed, code: str, in_file: str | None) -> Refund:
    sources = dict(_sources(db, one))
    iban, name = next(iter(sources.items())) if len(sources) == 1 else (None, "")
    decided = (_DECIDED, one.voucher) if one.voucher is not None else (_LATE, one.line)
    roles = db.exec_driver_sql(decided[0], (decided[1],)).one()
    who = db.exec_driver_sql(_DONOR, (one.donor, iban)).first() or ("", 0, 0)
    return Refund(
        one.fund, one.amount, code, who[0], name or "", iban, one.voucher, one.line, (roles[0], roles[1]), guarded=bool(who[1]),
        barred=bool(who[2]), in_file=in_file,
    )  # fmt: skip


def _sources(db: Connection, one: Owed) -> list[tuple[str, str]]:
    """The accounts, each with the name that stood with it last."""
    if one.line is not None:
        rows = db.exec_driver_sql(_OF_LINE, (one.line,)).all()
    else:
        rows = db.exec_driver_sql(_OF_SHARES, (one.voucher,)).all() or db.exec_driver_sql(_OF_DONOR, (one.donor, one.fund)).all()
    return [(str(iban), str(name or "")) for iban, name in rows if iban]
