"""Approvals as they were signed, and the papers of a payment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from fundledger.domain.approval import PaperKind
from fundledger.domain.problem import KnownError
from fundledger.store.leaves import prepare
from fundledger.store.rows import add_row
from fundledger.store.schema import approval, disapproval, identity_disapproval, paper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from fundledger.domain.approval import Signed
    from fundledger.domain.people import Invoice
    from fundledger.store.operations import Operation

# What an invoice says now, without a name: its payee's name and account stand as commitments.
_FACTS = (
    "json_object('account', committed(i.secret, b.uid, v.payee_id, i.iban), 'amount', coalesce(v.original_minor, v.amount_minor),"
    " 'book', b.uid, 'campaign', c.code, 'currency', coalesce(v.original_currency, b.currency), 'document', d.sha256,"
    " 'invoice', v.number, 'issued_on', v.issued_on, 'payee', y.code, 'payee_name', committed(i.secret, b.uid, v.payee_id, i.name))"
)
_FROM = (
    "invoice v CROSS JOIN book b JOIN campaign c ON c.id = v.campaign_id JOIN payee y ON y.id = v.payee_id"
    " LEFT JOIN identity_payee i ON i.payee_id = v.payee_id LEFT JOIN document d ON d.id = v.document_id"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """An approval as it is kept, with the key that verifies it now and what its invoice says now (None: there is none)."""

    id: int
    operation: int
    person: int
    public_key: bytes | None
    said: str
    signature: bytes
    present: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose hands an approved invoice went through, as persons' ids; `paid_by` made the payment file it was in last."""

    invoice: int
    number: str
    campaign: str
    approved_at: str
    entered_by: int
    approved_by: int
    paid_by: int | None
    travelled: bool

    @property
    def people(self) -> int:
        """How many different people those are."""
        return len({self.entered_by, self.approved_by, self.paid_by} - {None})

    @property
    def herself(self) -> bool:
        """Whether who approved it also entered it or made the payment file."""
        return self.approved_by in {self.entered_by, self.paid_by}


@dataclass(frozen=True, slots=True)
class Refused:
    """A no to an invoice that somebody without the book was asked to approve, and why."""

    id: int
    invoice: int
    number: str
    campaign: str
    at: str
    person: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class No:
    """A no as it is kept, with the key that verifies it now."""

    id: int
    operation: int
    person: int
    public_key: bytes | None
    said: str
    signature: bytes


def facts(db: Connection, invoice_id: int) -> dict[str, Any]:
    """What there is to sign of an invoice now."""
    row = prepare(db).execute(f"SELECT {_FACTS} FROM {_FROM} WHERE v.id = ?", (invoice_id,)).fetchone()
    return dict(json.loads(row[0]))


def kept(db: Connection) -> Iterator[Kept]:
    """Every approval."""
    query = (
        f"SELECT a.id, a.operation_id, a.person_id, p.public_key, a.said, a.signed, iif(v.id IS NULL, NULL, {_FACTS})"
        f" FROM approval a LEFT JOIN person p ON p.id = a.person_id LEFT JOIN ({_FROM}) ON v.id = a.invoice_id ORDER BY a.id"
    )
    rows = prepare(db).execute(query)
    return (Kept(row_id, at, who, key, said, sign, json.loads(now) if now else None) for row_id, at, who, key, said, sign, now in rows)


_HANDS = """
    SELECT v.id, v.number, c.code, o.at, v.entered_by, v.approved_by,
        (SELECT f.made_by FROM payment p JOIN payment_file f ON f.id = p.file_id WHERE p.invoice_id = v.id AND f.withdrawn = 0
         ORDER BY f.id DESC LIMIT 1), a.request IS NOT NULL
    FROM approval a JOIN invoice v ON v.id = a.invoice_id JOIN campaign c ON c.id = v.campaign_id
    JOIN operation o ON o.id = a.operation_id ORDER BY a.id"""


def hands(db: Connection) -> list[Hands]:
    """Every approved invoice in the order of the approvals."""
    rows = db.exec_driver_sql(_HANDS)
    return [Hands(row_id, n, code, at, by, ok, paid, bool(far)) for row_id, n, code, at, by, ok, paid, far in rows]


def add_paper(op: Operation, found: Invoice, kind: PaperKind, document_id: int) -> int:
    """A paper that proves the payments on an invoice; raises KnownError paper.known where it is there as that."""
    same = paper.c.invoice_id == found.id, paper.c.kind == kind.value, paper.c.document_id == document_id
    if op.db.execute(select(paper.c.id).where(*same)).first():
        raise KnownError("paper.known", found.number)
    values = {"invoice_id": found.id, "kind": kind.value, "document_id": document_id, "added_on": op.at.date().isoformat()}
    return add_row(op.db, paper, **values)


# A letter is about all that one payee does for a campaign; her accepted quote on paper is one.
_PAPERS = """
    SELECT v.id, p.kind, d.sha256 FROM invoice v JOIN paper p ON p.invoice_id = v.id JOIN document d ON d.id = p.document_id
    UNION SELECT v.id, 'invoice', d.sha256 FROM invoice v JOIN document d ON d.id = v.document_id
    UNION SELECT v.id, 'letter', d.sha256 FROM invoice v JOIN invoice o ON o.payee_id = v.payee_id AND o.campaign_id = v.campaign_id
    JOIN paper p ON p.invoice_id = o.id AND p.kind = 'letter' JOIN document d ON d.id = p.document_id
    UNION SELECT v.id, 'letter', d.sha256 FROM invoice v JOIN quote q ON q.payee_id = v.payee_id AND q.campaign_id = v.campaign_id
    AND q.state = 'accepted' JOIN document d ON d.id = q.document_id ORDER BY 1, 2, 3"""


def papers(db: Connection) -> dict[int, list[tuple[PaperKind, str]]]:
    """Per invoice its papers: kind and SHA-256."""
    found: dict[int, list[tuple[PaperKind, str]]] = {}
    for invoice_id, kind, sha256 in db.exec_driver_sql(_PAPERS):
        found.setdefault(invoice_id, []).append((PaperKind(kind), sha256))
    return found


def add_approval(op: Operation, invoice_id: int, signed: Signed) -> int:
    """Keep a signed approval; the guards let no invoice be approved without one."""
    return add_row(
        op.db, approval, invoice_id=invoice_id, person_id=signed.person_id, operation_id=op.id, said=signed.said, signed=signed.signature,
        request=signed.request,
    )  # fmt: skip


def is_answered(db: Connection, request: str) -> bool:
    """Whether the answer to a request is in the book, a yes or a no."""
    tables = approval, disapproval
    return any(db.execute(select(one.c.id).where(one.c.request == request)).first() for one in tables)


def add_refusal(op: Operation, invoice_id: int, signed: Signed, reason: str) -> int:
    """Keep a signed no, its reason among the names."""
    facts = {"person_id": signed.person_id, "said": signed.said, "signed": signed.signature, "request": signed.request}
    row_id = add_row(op.db, disapproval, invoice_id=invoice_id, operation_id=op.id, **facts)
    add_row(op.db, identity_disapproval, disapproval_id=row_id, reason=reason)
    return row_id


_REFUSED = """
    SELECT n.id, v.id, v.number, c.code, o.at, n.person_id, coalesce(p.name, ''), coalesce(i.reason, '')
    FROM disapproval n JOIN invoice v ON v.id = n.invoice_id
    JOIN campaign c ON c.id = v.campaign_id JOIN operation o ON o.id = n.operation_id
    LEFT JOIN identity_disapproval i ON i.disapproval_id = n.id
    LEFT JOIN identity_person p ON p.person_id = n.person_id ORDER BY n.id"""


def refusals(db: Connection) -> list[Refused]:
    """Every no, the oldest first, those to invoices approved since included."""
    return [Refused(*row) for row in db.exec_driver_sql(_REFUSED)]


_ASKED = """
    SELECT v.id, max(o.at) FROM invoice v JOIN payee y ON y.id = v.payee_id
    JOIN operation o ON o.verb = 'invoice request' AND o.subject = v.number || ' · ' || y.code
    WHERE v.state = 'entered' AND NOT EXISTS (SELECT 1 FROM operation u WHERE u.undoes_id = o.id)
    AND NOT EXISTS (SELECT 1 FROM disapproval n WHERE n.invoice_id = v.id AND n.operation_id > o.id) GROUP BY v.id"""


def asked(db: Connection) -> dict[int, str]:
    """Invoices that somebody was asked by a file to approve and has not answered: when, as ISO."""
    return {int(row_id): str(at) for row_id, at in db.exec_driver_sql(_ASKED)}


def noes(db: Connection) -> list[No]:
    """Every no as it was signed."""
    rows = db.exec_driver_sql(
        "SELECT n.id, n.operation_id, n.person_id, p.public_key, n.said, n.signed"
        " FROM disapproval n JOIN person p ON p.id = n.person_id ORDER BY n.id"
    )
    return [No(*row) for row in rows]
