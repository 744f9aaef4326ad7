"""What the log records of each kind of row: one question a kind, whose answer is the payload as it is hashed.

A payload is canonical JSON (keys sorted, no blanks, letters as they are, whole numbers and texts only) with its format first. The
database puts it together, for writing and for checking alike: there is one definition, and 100,000 of them take half a second.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fundledger.domain.evidence import FORMAT, commitment, name_digest
from fundledger.domain.voucher import TERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

ENTRY = "entry"
ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of leaf: its facts in the order of their names, where they come from, and what must hold of a row that is in force.

    `id` is the row the leaf is about. `touched` says per table, and act of its log, which subjects a changed row belongs to.
    """

    facts: Mapping[str, str]
    id: str
    tables: str
    in_force: str
    touched: tuple[tuple[str, str, str], ...]
    grouped: bool = False

    def question(self, name: str, some: str = "") -> str:
        """(subject, payload as bytes) of every row in force, or of `some`, in the order of their ids."""
        named = {"_format": str(FORMAT), "_leaf": f"'{name}'", **self.facts}
        payload = ", ".join(f"'{key}', {value}" for key, value in sorted(named.items()))
        within = f" AND {self.id} IN ({some})" if some else ""
        group = f" GROUP BY {self.id}" if self.grouped else ""
        said = f"CAST(json_object({payload}) AS BLOB)"
        return f"SELECT {self.id} AS subject, {said} AS said FROM {self.tables} WHERE {self.in_force}{within}{group} ORDER BY {self.id}"


def _touched(*tables: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((table, "any", "{}") for table in tables)


_GIFTS_OF = (
    "SELECT x.reconciliation_id FROM identity_donor i JOIN donation d ON d.donor_id = i.donor_id"
    " JOIN allocation x ON x.id = d.allocation_id WHERE i.id IN ({})"
)
_MATCH_OF = "SELECT x.reconciliation_id FROM donation d JOIN allocation x ON x.id = d.allocation_id WHERE d.id IN ({})"
_APPROVALS_OF = "SELECT v.id FROM identity_payee i JOIN invoice v ON v.payee_id = i.payee_id WHERE i.id IN ({})"
_VOUCHERS_OF = "SELECT u.id FROM identity_{0} i JOIN voucher u ON u.{0}_id = i.{0}_id WHERE i.id IN ({{}})"
_RECEIPTS_OF = "SELECT r.id FROM identity_donor i JOIN receipt r ON r.donor_id = i.donor_id WHERE i.id IN ({})"
_BATCH_OF = "SELECT s.batch_id FROM line l JOIN statement s ON s.id = l.statement_id WHERE l.id IN ({})"
_LINES = (
    "SELECT digest(fact) FROM (SELECT json_array(l.position, l.booked_on, l.value_on, l.amount_minor, l.currency, l.status, l.reversal,"
    " l.return_reason, lower(hex(l.key)), l.n_details, lower(hex(l.text_digest)), o.gateway, o.kind, o.gross_minor,"
    " o.fee_minor) AS fact FROM line l LEFT JOIN processed o ON o.line_id = l.id"
    " WHERE l.statement_id IN (SELECT id FROM statement WHERE batch_id = b.id) ORDER BY l.statement_id, l.id)"
)
_STATEMENTS = (
    "SELECT json_group_array(json_array(a.code, s.kind, s.number, s.start_on, s.end_on, s.opening_minor, s.closing_minor) ORDER BY s.id)"
    " FROM statement s JOIN account a ON a.id = s.account_id WHERE s.batch_id = b.id"
)
# As it was when the period was closed: an adjustment of a closed period is recorded as an entry and as a voucher.
_TRIAL_BALANCE = (
    "SELECT json_group_array(json_array(code, fund_id, debit, credit) ORDER BY code, fund_id) FROM ("
    " SELECT a.code, p.fund_id, sum(max(p.amount_minor, 0)) AS debit, -sum(min(p.amount_minor, 0)) AS credit"
    " FROM entry e JOIN posting p ON p.entry_id = e.id JOIN account a ON a.id = p.account_id"
    " WHERE e.dated BETWEEN o.start_on AND o.end_on AND e.kind <> 'adjustment' GROUP BY 1, 2)"
)
_FIGURES = (
    "SELECT json_group_array(json_array(fund_id, name, amount_minor) ORDER BY fund_id, name) FROM edition_figure WHERE edition_id = o.id"
)
_PAYMENTS = (
    "SELECT json_group_array(json_array(p.end_to_end, coalesce(v.number, 'refund:' || p.voucher_id, 'late:' || p.line_id), p.amount_minor)"
    " ORDER BY p.id) FROM payment p LEFT JOIN invoice v ON v.id = p.invoice_id WHERE p.file_id = o.id"
)
_RECEIPTED = (
    "SELECT json_group_array(json_array(donation_id, amount_minor) ORDER BY donation_id) FROM receipt_donation WHERE receipt_id = o.id"
)
_REFUNDED = "SELECT json_group_array(json_array(donation_id, amount_minor) ORDER BY donation_id) FROM refund_share WHERE voucher_id = u.id"
_FILES = "SELECT json_group_array(json_array(sha256, format, language, size) ORDER BY sha256) FROM edition_file WHERE edition_id = o.id"
KINDS: Mapping[str, Kind] = MappingProxyType({
    ENTRY: Kind(
        {
            "dated": "e.dated",
            "kind": "e.kind",
            "lines": "json_group_array(json_array(a.code, p.fund_id, p.amount_minor, p.flow))",
            "n_lines": "e.n_lines",
            "number": "e.number",
            "originals": (
                "json_group_array(json_array(p.ordinal, p.original_minor, p.original_currency, p.rate, p.rate_on, p.rate_source))"
                " FILTER (WHERE p.original_minor IS NOT NULL)"
            ),
            "reverses": "r.uid",
            "subject": "e.subject",
            "uid": "e.uid",
        },
        "e.id",
        # Entries first (CROSS), and of each its postings in the order the index has them: nothing is left to be sorted.
        "entry e CROSS JOIN posting p INDEXED BY sqlite_autoindex_posting_1 ON p.entry_id = e.id JOIN account a ON a.id = p.account_id"
        " LEFT JOIN entry r ON r.id = e.reverses_id",
        "e.posted = 1",
        (("entry", "insert", "{}"),),
        grouped=True,
    ),
    "reconciliation": Kind(
        {
            "accepted_by": "w.uid",
            "allocations": (
                "json_group_array(json_array(x.target, x.fund_id, x.amount_minor, x.invoice_id, a.code,"
                " committed(i.secret, e.uid, d.donor_id, i.name)) ORDER BY x.id)"
            ),
            "disposition": "r.disposition",
            "entry": "e.uid",
            "evidence": "r.evidence",
            "foreign": (
                "json_group_array(json_array(x.amount_minor, x.booked_minor, x.original_minor) ORDER BY x.id)"
                " FILTER (WHERE coalesce(x.booked_minor, x.original_minor) IS NOT NULL)"
            ),
            "line": "lower(hex(l.key))",
            "rule": "r.rule",
        },
        "r.id",
        "reconciliation r JOIN entry e ON e.id = r.entry_id JOIN line l ON l.id = r.line_id JOIN person w ON w.id = r.accepted_by"
        " JOIN allocation x ON x.reconciliation_id = r.id LEFT JOIN account a ON a.id = x.account_id"
        " LEFT JOIN donation d ON d.allocation_id = x.id LEFT JOIN identity_donor i ON i.donor_id = d.donor_id",
        "r.undone = 0",
        (*_touched("reconciliation"), ("donation", "update", _MATCH_OF), ("identity_donor", "update", _GIFTS_OF)),
        grouped=True,
    ),
    "batch": Kind(
        {
            "digest": f"({_LINES})",
            "format": "b.format",
            "lines": "(SELECT count(*) FROM line l WHERE l.statement_id IN (SELECT id FROM statement WHERE batch_id = b.id))",
            "sha256": "b.sha256",
            "size": "b.size",
            "statements": f"({_STATEMENTS})",
        },
        "b.id",
        "batch b",
        "b.undone = 0",
        (*_touched("batch"), ("identity_line", "update", _BATCH_OF)),
    ),
    "mandate": Kind(
        {name: f"m.{name}" for name in ("digest", "disclosure", "fee", "method", "purpose", "reserve_minor", "shortfall")}
        | {"campaign": "c.code", "late": "m.late_gift", "surplus": "m.surplus", "taken_on": "m.taken_on", "version": "m.version"},
        "m.id",
        "mandate m JOIN campaign c ON c.id = m.campaign_id",
        "TRUE",
        _touched("mandate"),
    ),
    "approval": Kind(
        {
            "amount": "v.amount_minor",
            "approved_by": "w.uid",
            "campaign": "c.code",
            "entry": "e.uid",
            "invoice": "v.number",
            "issued_on": "v.issued_on",
            "original": "json_array(v.original_minor, v.original_currency)",
            "payee": "committed(i.secret, e.uid, v.payee_id, i.name)",
            "said": "s.said",
            "signed": "lower(hex(s.signed))",
        },
        "v.id",
        "invoice v JOIN campaign c ON c.id = v.campaign_id JOIN entry e ON e.id = v.entry_id JOIN person w ON w.id = v.approved_by"
        " LEFT JOIN identity_payee i ON i.payee_id = v.payee_id LEFT JOIN approval s ON s.invoice_id = v.id",
        "v.state = 'approved'",
        (*_touched("invoice"), ("identity_payee", "update", _APPROVALS_OF)),
    ),
    "voucher": Kind(
        {
            "agreed_by": "w.uid",
            "amount": "u.amount_minor",
            "dated": "u.dated",
            "document": "d.sha256",
            "donor": "committed(g.secret, e.uid, u.donor_id, g.name)",
            "entry": "e.uid",
            "fund": "u.fund_id",
            "invoice": "v.number",
            "kind": "u.kind",
            "original": "u.original_minor",
            "payee": "committed(y.secret, e.uid, u.payee_id, y.name)",
            "shares": f"({_REFUNDED})",
            "taker": "u.taker_id",
        },
        "u.id",
        "voucher u JOIN entry e ON e.id = u.entry_id LEFT JOIN invoice v ON v.id = u.invoice_id"
        " LEFT JOIN document d ON d.id = u.document_id LEFT JOIN person w ON w.id = u.agreed_by"
        " LEFT JOIN identity_donor g ON g.donor_id = u.donor_id LEFT JOIN identity_payee y ON y.payee_id = u.payee_id",
        "u.undone = 0",
        (*_touched("voucher"), *((f"identity_{who}", "update", _VOUCHERS_OF.format(who)) for who in ("donor", "payee"))),
    ),
    "takeover": Kind(
        {"agreed_by": "w.uid", "before_on": "t.before_on", "campaign": "c.code", "sha256": "t.sha256"}
        | {term: f"t.{term}_minor" for term in TERMS},
        "t.id",
        "takeover t JOIN campaign c ON c.id = t.campaign_id JOIN person w ON w.id = t.agreed_by",
        "TRUE",
        _touched("takeover"),
    ),
    "invoice": Kind(
        {
            "account": "iif(n.iban IS NULL, NULL, committed(i.secret, c.code || ' ' || v.number, v.payee_id, n.iban))",
            "campaign": "c.code",
            "due_on": "v.due_on",
            "entered_by": "w.uid",
            "number": "v.number",
            "origins": "v.origins",
            "payee": "y.code",
            "reference": "iif(n.reference IS NULL, NULL, committed(i.secret, c.code || ' ' || v.number, v.payee_id, n.reference))",
            "tax": "json_array(v.vat_minor, v.reverse_charge_minor, v.withholding_minor)",
        },
        "v.id",
        "invoice v JOIN campaign c ON c.id = v.campaign_id JOIN payee y ON y.id = v.payee_id JOIN person w ON w.id = v.entered_by"
        " LEFT JOIN identity_payee i ON i.payee_id = v.payee_id LEFT JOIN identity_invoice n ON n.invoice_id = v.id",
        "TRUE",
        (
            *_touched("invoice"),
            ("identity_payee", "update", _APPROVALS_OF),
            ("identity_invoice", "update", "SELECT invoice_id FROM identity_invoice WHERE id IN ({})"),
        ),
    ),
    "invoice_document": Kind(
        {"campaign": "c.code", "invoice": "v.number", "sha256": "d.sha256", "size": "d.size"},
        "v.id",
        "invoice v JOIN campaign c ON c.id = v.campaign_id JOIN document d ON d.id = v.document_id",
        "TRUE",
        _touched("invoice"),
    ),
    "paper": Kind(
        {"added_on": "o.added_on", "campaign": "c.code", "invoice": "v.number", "kind": "o.kind", "sha256": "d.sha256", "size": "d.size"},
        "o.id",
        "paper o JOIN invoice v ON v.id = o.invoice_id JOIN campaign c ON c.id = v.campaign_id JOIN document d ON d.id = o.document_id",
        "TRUE",
        _touched("paper"),
    ),
    "campaign_paper": Kind(
        {"added_on": "o.added_on", "campaign": "c.code", "kind": "o.kind", "sha256": "d.sha256", "size": "d.size"},
        "o.id",
        "campaign_paper o JOIN campaign c ON c.id = o.campaign_id JOIN document d ON d.id = o.document_id",
        "TRUE",
        _touched("campaign_paper"),
    ),
    "quote": Kind(
        {
            "amount": "q.amount_minor",
            "campaign": "c.code",
            "decided_on": "q.decided_on",
            "payee": "p.code",
            "received_on": "q.received_on",
            "state": "q.state",
            "vat": "q.vat",
            "version": "q.version",
        },
        "q.id",
        "quote q JOIN campaign c ON c.id = q.campaign_id JOIN payee p ON p.id = q.payee_id",
        "TRUE",
        _touched("quote"),
    ),
    "quote_document": Kind(
        {"amount": "q.amount_minor", "campaign": "c.code", "sha256": "d.sha256", "size": "d.size", "version": "q.version"},
        "q.id",
        "quote q JOIN campaign c ON c.id = q.campaign_id JOIN document d ON d.id = q.document_id",
        "TRUE",
        _touched("quote"),
    ),
    "payment_file": Kind(
        {
            "agreed_by": "x.uid",
            "amount": "o.amount_minor",
            "execute_on": "o.execute_on",
            "made_by": "w.uid",
            "message": "o.message",
            "payments": f"({_PAYMENTS})",
            "sha256": "o.sha256",
        },
        "o.id",
        "payment_file o JOIN person w ON w.id = o.made_by LEFT JOIN person x ON x.id = o.agreed_by",
        "o.withdrawn = 0",
        _touched("payment_file"),
    ),
    "receipt": Kind(
        {
            "agreed_by": "w.uid",
            "amount": "o.amount_minor",
            "donor": "committed(i.secret, o.number, o.donor_id, i.name)",
            "gifts": f"({_RECEIPTED})",
            "issued_on": "o.issued_on",
            "kind": "o.kind",
            "language": "o.language",
            "made_by": "v.uid",
            "number": "o.number",
            "repeats": "x.number",
            "sha256": "o.sha256",
        },
        "o.id",
        "receipt o JOIN person v ON v.id = o.made_by LEFT JOIN person w ON w.id = o.agreed_by LEFT JOIN receipt x ON x.id = o.repeats_id"
        " LEFT JOIN identity_donor i ON i.donor_id = o.donor_id",
        "o.undone = 0",
        (*_touched("receipt"), ("identity_donor", "update", _RECEIPTS_OF)),
    ),
    "review": Kind(
        {
            "agreed_by": "w.uid",
            "decided_by": "v.uid",
            "decided_on": "o.decided_on",
            "line": "lower(hex(l.key))",
            "raised_by": "u.uid",
            "raised_on": "o.raised_on",
            "reasons": "o.reasons",
            "screened_on": "o.screened_on",
            "state": "o.state",
        },
        "o.id",
        "review o JOIN line l ON l.id = o.line_id JOIN person u ON u.id = o.raised_by LEFT JOIN person v ON v.id = o.decided_by"
        " LEFT JOIN person w ON w.id = o.agreed_by",
        "o.undone = 0",
        _touched("review"),
    ),
    "erasure": Kind(
        {"at": "x.at", "donor": "d.uid", "reason": "x.reason"},
        "x.id",
        "erasure x JOIN donor d ON d.id = x.donor_id",
        "TRUE",
        _touched("erasure"),
    ),
    "pledge": Kind(
        {
            "amount": "o.amount_minor",
            "campaign": "c.code",
            "cancelled_on": "o.cancelled_on",
            "donor": "d.uid",
            "due_on": "o.due_on",
            "pledged_on": "o.pledged_on",
        },
        "o.id",
        "pledge o JOIN donor d ON d.id = o.donor_id JOIN campaign c ON c.id = o.campaign_id",
        "TRUE",
        _touched("pledge"),
    ),
    "apart": Kind(
        {"donor": "d.uid", "other": "t.uid"},
        "o.id",
        "donor_apart o JOIN donor d ON d.id = o.donor_id JOIN donor t ON t.id = o.other_id",
        "TRUE",
        _touched("donor_apart"),
    ),
    "policy": Kind({"name": "o.name", "value": "o.value"}, "o.id", "policy o", "TRUE", _touched("policy")),
    "merge": Kind(
        {"donor": "d.uid", "into": "t.uid"},
        "d.id",
        "donor d JOIN donor t ON t.id = d.merged_into",
        "TRUE",
        (("donor", "update", "{}"),),
    ),
    "disapproval": Kind(
        {"by": "w.uid", "campaign": "c.code", "invoice": "v.number", "said": "n.said", "signed": "lower(hex(n.signed))"},
        "n.id",
        "disapproval n JOIN invoice v ON v.id = n.invoice_id JOIN campaign c ON c.id = v.campaign_id JOIN person w ON w.id = n.person_id",
        "TRUE",
        _touched("disapproval"),
    ),
    "reopening": Kind(
        {"agreed_by": "w.uid", "asked_by": "v.uid", "at": "o.at", "end_on": "p.end_on", "start_on": "p.start_on"},
        "o.id",
        "reopening o JOIN period p ON p.id = o.period_id JOIN person v ON v.id = o.asked_by JOIN person w ON w.id = o.agreed_by",
        "TRUE",
        _touched("reopening"),
    ),
    "edition": Kind(
        {
            "audience": "o.audience",
            "campaign": "c.code",
            "end_on": "o.end_on",
            "figures": f"({_FIGURES})",
            "files": f"({_FILES})",
            "head": "o.head",
            "head_size": "o.head_size",
            "last_number": "o.last_number",
            "published_at": "o.published_at",
            "report": "o.report",
            "start_on": "o.start_on",
            "superseded": "o.superseded",
        },
        "o.id",
        "edition o LEFT JOIN campaign c ON c.id = o.campaign_id",
        "TRUE",
        (*_touched("edition"), ("edition_file", "insert", "SELECT edition_id FROM edition_file WHERE id IN ({})")),
    ),
    "period": Kind(
        {"end_on": "o.end_on", "start_on": "o.start_on", "trial_balance": f"({_TRIAL_BALANCE})"},
        "o.id",
        "period o",
        "o.locked = 1",
        _touched("period"),
    ),
})  # fmt: skip


class _Digest:
    """SHA-256 of texts in their order, a line end behind each."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def step(self, text: str) -> None:
        """Take the next text."""
        self._hash.update(text.encode() + b"\n")

    def finalize(self) -> str:
        """The digest in hexadecimal digits."""
        return self._hash.hexdigest()


def prepare(db: Connection) -> Any:  # noqa: ANN401  the driver's own connection, which no stub describes
    """The driver's connection, taught what the questions ask for beyond SQL; ten thousands of rows come faster without SQLAlchemy."""
    driver: Any = db.connection.driver_connection
    driver.create_function("committed", 4, _commitments(), deterministic=True)
    driver.create_aggregate("digest", 1, _Digest)
    return driver


def _commitments() -> Callable[[bytes | None, str, int | None, str | None], str | None]:
    """The function that commits to a person; whoever gave often is hashed once."""
    digests: dict[str, str] = {}

    def committed(secret: bytes | None, uid: str, person: int | None, name: str | None) -> str | None:
        if person is None:
            return None
        if secret is None:
            return ERASED
        name = name or ""
        if name not in digests:
            digests[name] = name_digest(name)
        return commitment(secret, uid, person, digests[name])

    return committed
