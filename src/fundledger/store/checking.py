"""Recomputes everything a book says, with the guards taken for granted in nothing.

Each check is one question in plain SQL that a sound book answers with no row; a row is a fault, its first column the id of
what it is about, the others its values. Names never appear: ids only.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from fundledger.domain.chart import DONATIONS, HELD, HOLDINGS, MEMO_PAYABLE, PAYABLE, TARGETED
from fundledger.domain.entry import MEMO_FLOWS
from fundledger.domain.problem import Problem
from fundledger.domain.recognising import AGENCY, DEFERRAL, RESTRICTED, foreign_to
from fundledger.domain.voucher import SETTLING
from fundledger.store import verifying
from fundledger.store.guards import missing_guards
from fundledger.store.outstanding import OWN
from fundledger.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Connection

    from fundledger.domain.evidence import Head

# Tables whose every row is read further on and compared with a hash: to walk their trees before would read most of a book twice.
_HASHED = frozenset({"leaf", "identity_line", "identity_detail"})
# The longest table says nothing of figures: it is read through, and its index.
_READ_THROUGH = "SELECT (SELECT sum(row_id) FROM audit), (SELECT sum(operation_id) FROM audit)"
_ROOM_KIB = 96 * 1024
_QUESTION = 1_000  # steps that a question counts for, and after which progress is told
_HOLDS_VALUE = f"substr(a.code, 1, 4) IN {tuple(sorted(HOLDINGS))}"
_MOVES = f"p.flow NOT IN {tuple(sorted(flow.value for flow in MEMO_FLOWS))}"
# A share of a line in the book's currency.
_BOOKED = "coalesce(x.booked_minor, x.amount_minor)"
# The funds that have another method than restricted income: beside what happened, their entries say what it recognises.
_METHODS = (
    "SELECT c.fund_id, m.method FROM campaign c JOIN mandate m ON m.campaign_id = c.id"
    " WHERE m.version = (SELECT max(version) FROM mandate WHERE campaign_id = c.id)"
)
_OTHER = f"SELECT fund_id FROM ({_METHODS}) WHERE method <> 'restricted'"
_SETTLE = tuple(sorted(kind.value for kind in SETTLING))
# How often an entry was taken back, and taken back again: it stands while that is even.
_CHAIN = (
    "WITH RECURSIVE chain (root, id, depth) AS (SELECT entry_id, entry_id, 0 FROM {table} WHERE {which} UNION ALL"
    " SELECT root, entry.id, depth + 1 FROM entry JOIN chain ON entry.reverses_id = chain.id),"
    " state (entry_id, taken_back) AS (SELECT root, max(depth) % 2 FROM chain GROUP BY root)"
)
_TAKEN_BACK = "undone = 0 AND entry_id IN (SELECT reverses_id FROM entry WHERE reverses_id IS NOT NULL)"
# Entries of the year's end, and what took them back: they move what was booked before and say nothing new of it.
_CLOSING = (
    "WITH RECURSIVE closing (id) AS (SELECT id FROM entry WHERE kind = 'closing' UNION ALL"
    " SELECT entry.id FROM entry JOIN closing ON entry.reverses_id = closing.id) "
)
_JOURNAL = {
    "check.operation_open": "SELECT id FROM operation WHERE done = 0",
    "check.entry_unposted": "SELECT id FROM entry WHERE posted = 0",
    "check.number_gap": (
        "SELECT id, number, expected FROM (SELECT id, number, row_number() OVER (ORDER BY number) AS expected FROM entry WHERE posted = 1)"
        " WHERE number IS NOT expected LIMIT 1"
    ),
    "check.entry_lines": (
        "SELECT e.id, e.n_lines, count(p.id) AS found FROM entry e LEFT JOIN posting p ON p.entry_id = e.id"
        " GROUP BY e.id HAVING e.n_lines <> count(p.id) OR e.n_lines < 2"
    ),
    "check.zero_posting": "SELECT entry_id FROM posting WHERE amount_minor = 0",
    "check.entry_not_zero": (
        "SELECT entry_id, fund_id AS fund, sum(amount_minor) AS difference_minor FROM posting"
        " GROUP BY entry_id, fund_id HAVING sum(amount_minor) <> 0"
    ),
    "check.flow_not_named": (
        f"SELECT p.entry_id, p.fund_id AS fund, sum(p.amount_minor * (({_HOLDS_VALUE}) + ({_MOVES}))) AS difference_minor"
        " FROM posting p JOIN account a ON a.id = p.account_id GROUP BY p.entry_id, p.fund_id HAVING difference_minor <> 0"
    ),
    "check.reversal_differs": (
        "SELECT r.id, r.reverses_id AS entry FROM entry r WHERE r.reverses_id IS NOT NULL AND ("
        " SELECT group_concat(account_id || ',' || fund_id || ',' || flow || ',' || amount_minor, ';' ORDER BY ordinal)"
        " FROM posting WHERE entry_id = r.id) IS NOT ("
        " SELECT group_concat(account_id || ',' || fund_id || ',' || flow || ',' || (-amount_minor), ';' ORDER BY ordinal)"
        " FROM posting WHERE entry_id = r.reverses_id)"
    ),
    "check.balance_differs": (
        "SELECT fund_id || ':' || account_id || ':' || flow, sum(amount_minor) AS difference_minor FROM ("
        " SELECT fund_id, account_id, flow, amount_minor FROM balance UNION ALL"
        " SELECT fund_id, account_id, flow, -sum(amount_minor) FROM posting GROUP BY fund_id, account_id, flow)"
        " GROUP BY fund_id, account_id, flow HAVING sum(amount_minor) <> 0"
    ),
}
_MATCHES = {
    "check.line_matched_twice": "SELECT line_id FROM reconciliation WHERE undone = 0 GROUP BY line_id HAVING count(*) > 1",
    "check.line_not_booked": (
        "SELECT l.id FROM line l JOIN reconciliation r ON r.line_id = l.id AND r.undone = 0"
        " WHERE l.status <> 'booked' OR l.standing <> 'counted'"
    ),
    "check.allocations_differ": (
        "SELECT l.id, l.amount_minor - coalesce(sum(a.amount_minor), 0) AS difference_minor"
        " FROM reconciliation r JOIN line l ON l.id = r.line_id LEFT JOIN allocation a ON a.reconciliation_id = r.id"
        " WHERE r.undone = 0 GROUP BY r.id HAVING l.amount_minor <> coalesce(sum(a.amount_minor), 0)"
    ),
    "check.line_entry_differs": (
        f"SELECT l.id, r.entry_id AS entry, l.amount_minor - coalesce(sum({OWN}), 0) AS difference_minor"
        " FROM reconciliation r JOIN line l ON l.id = r.line_id CROSS JOIN book b JOIN account a ON a.id = l.account_id"
        " LEFT JOIN posting p ON p.entry_id = r.entry_id AND p.account_id = l.account_id"
        f" WHERE r.undone = 0 GROUP BY r.id HAVING l.amount_minor <> coalesce(sum({OWN}), 0)"
    ),
    "check.matched_but_reversed": (
        _CHAIN.format(table="reconciliation", which=_TAKEN_BACK) + " SELECT r.id, r.entry_id AS entry FROM reconciliation r"
        " JOIN state s ON s.entry_id = r.entry_id WHERE r.undone = 0 AND s.taken_back = 1"
    ),
    "check.undone_but_standing": (
        _CHAIN.format(table="reconciliation", which="undone = 1") + " SELECT r.id, r.entry_id AS entry FROM reconciliation r"
        " JOIN state s ON s.entry_id = r.entry_id WHERE r.undone = 1 AND s.taken_back = 0"
    ),
    "check.donation_without_match": (
        "SELECT d.id FROM donation d LEFT JOIN allocation a ON a.id = d.allocation_id"
        " LEFT JOIN reconciliation r ON r.id = a.reconciliation_id LEFT JOIN voucher v ON v.id = d.voucher_id AND v.kind = 'cash'"
        " WHERE d.undone IS NOT coalesce(r.undone, v.undone) OR (r.id IS NULL) = (v.id IS NULL)"
    ),
    "check.donation_differs": (
        f"SELECT d.id, coalesce({_BOOKED}, v.amount_minor) - d.amount_minor AS difference_minor FROM donation d"
        " LEFT JOIN allocation x ON x.id = d.allocation_id LEFT JOIN voucher v ON v.id = d.voucher_id"
        f" WHERE d.amount_minor <> coalesce({_BOOKED}, v.amount_minor) OR d.fund_id <> coalesce(x.fund_id, v.fund_id)"
    ),
}
_VOUCHERS = {
    "check.voucher_reversed": (
        _CHAIN.format(table="voucher", which=_TAKEN_BACK) + " SELECT v.id, v.entry_id AS entry FROM voucher v"
        " JOIN state s ON s.entry_id = v.entry_id WHERE v.undone = 0 AND s.taken_back = 1"
    ),
    "check.voucher_standing": (
        _CHAIN.format(table="voucher", which="undone = 1") + " SELECT v.id, v.entry_id AS entry FROM voucher v"
        " JOIN state s ON s.entry_id = v.entry_id WHERE v.undone = 1 AND s.taken_back = 0"
    ),
    "check.voucher_differs": (
        "SELECT DISTINCT v.id, v.entry_id AS entry FROM voucher v JOIN posting p ON p.entry_id = v.entry_id"
        f" WHERE (abs(p.amount_minor) <> v.amount_minor AND p.fund_id NOT IN ({_OTHER})) OR NOT EXISTS"
        " (SELECT 1 FROM posting s WHERE s.entry_id = v.entry_id AND abs(s.amount_minor) = v.amount_minor)"
        " OR (p.fund_id <> v.fund_id AND p.fund_id IS NOT v.taker_id)"
    ),
    # Whoever agreed signed the log as that act left it: a second name without a signature was put there by one person.
    "check.voucher_unsigned": (
        "SELECT v.id, v.agreed_by AS person FROM voucher v JOIN entry e ON e.id = v.entry_id WHERE v.agreed_by IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM head h JOIN signature s ON s.head_id = h.id WHERE h.operation_id = e.operation_id AND s.person_id = v.agreed_by)"
    ),
    "check.takeover_unsigned": (
        "SELECT t.id, t.agreed_by AS person FROM takeover t WHERE NOT EXISTS (SELECT 1 FROM leaf l JOIN head h"
        " ON h.operation_id = l.operation_id JOIN signature s ON s.head_id = h.id WHERE l.kind = 'takeover' AND l.kind <> 'entry'"
        " AND l.subject_id = t.id AND s.person_id = t.agreed_by)"
    ),
    # A refund of several gifts is the sum of its shares, each of a gift of that fund that still stands.
    "check.refund_differs": (
        "SELECT v.id, v.amount_minor - sum(s.amount_minor) AS difference_minor FROM voucher v JOIN refund_share s ON s.voucher_id = v.id"
        " GROUP BY v.id HAVING v.amount_minor <> sum(s.amount_minor)"
    ),
    "check.refund_without_gift": (
        "SELECT s.id, s.donation_id AS donation FROM refund_share s JOIN voucher v ON v.id = s.voucher_id AND v.undone = 0"
        " JOIN donation d ON d.id = s.donation_id WHERE v.kind <> 'refund' OR d.undone = 1 OR d.fund_id <> v.fund_id"
    ),
    "check.cash_without_gift": (
        "SELECT v.id FROM voucher v LEFT JOIN donation d ON d.voucher_id = v.id WHERE v.kind = 'cash' AND d.id IS NULL"
    ),
}
_TIE_OUTS = {
    # What was booked as donations is what donors gave, and what a person booked to that account by hand; by the other methods it
    # stands with what was returned, and only why it came tells it apart.
    "check.donations_differ": (
        f"{_CLOSING}SELECT fund_id, sum(minor) AS difference_minor FROM ("
        f" SELECT p.fund_id, p.amount_minor AS minor FROM posting p JOIN account a ON a.id = p.account_id"
        f" WHERE (a.code = '{DONATIONS}' OR (a.code IN ('{TARGETED}', '{HELD}') AND p.flow = 'collected'))"
        " AND p.entry_id NOT IN (SELECT id FROM closing) UNION ALL SELECT fund_id, amount_minor FROM donation WHERE undone = 0"
        f" UNION ALL SELECT x.fund_id, {_BOOKED} FROM allocation x JOIN reconciliation r ON r.id = x.reconciliation_id AND r.undone = 0"
        f" JOIN account a ON a.id = x.account_id WHERE a.code = '{DONATIONS}') GROUP BY fund_id HAVING sum(minor) <> 0"
    ),
    # A fund has nothing in the accounts of another method than its own.
    "check.other_method": (
        "SELECT DISTINCT p.entry_id, p.fund_id AS fund, a.code AS account, coalesce(m.method, 'restricted') AS method FROM posting p"
        f" JOIN account a ON a.id = p.account_id LEFT JOIN ({_METHODS}) m ON m.fund_id = p.fund_id"
        " WHERE CASE coalesce(m.method, 'restricted')"
        f" WHEN 'deferral' THEN substr(a.code, 1, 4) IN {tuple(sorted(foreign_to(DEFERRAL)))}"
        f" WHEN 'agency' THEN substr(a.code, 1, 4) IN {tuple(sorted(foreign_to(AGENCY)))}"
        f" ELSE substr(a.code, 1, 4) IN {tuple(sorted(foreign_to(RESTRICTED)))} END"
    ),
    # Deferral has released min(costs not covered, 2510), agency what 2610 does not reach is a memo: of both nothing is left to do.
    "check.out_of_step": (
        "SELECT fund_id, method FROM (SELECT b.fund_id, m.method, sum(b.amount_minor * (substr(a.code, 1, 1) IN ('3', '4', '5'))) AS costs,"
        f" sum(b.amount_minor * (a.code = '{TARGETED}')) AS targeted, sum(b.amount_minor * (a.code = '{HELD}')) AS held,"
        f" sum(b.amount_minor * (a.code = '{PAYABLE}')) AS payable, sum(b.amount_minor * (a.code = '{MEMO_PAYABLE}')) AS memo"
        f" FROM balance b JOIN account a ON a.id = b.account_id JOIN ({_METHODS}) m ON m.fund_id = b.fund_id GROUP BY b.fund_id, m.method)"
        " WHERE (method = 'deferral' AND min(costs, -targeted) <> 0)"
        " OR (method = 'agency' AND -memo <> max(0, min(-memo - payable, held - memo)))"
    ),
    # What is owed to payees is what was approved, less what was paid or settled otherwise.
    "check.payables_differ": (
        "SELECT fund_id, sum(minor) AS difference_minor FROM ("
        f" SELECT p.fund_id, p.amount_minor AS minor FROM posting p JOIN account a ON a.id = p.account_id WHERE a.code IN"
        f" ('{PAYABLE}', '{MEMO_PAYABLE}')"
        " UNION ALL SELECT c.fund_id, i.amount_minor FROM invoice i JOIN campaign c ON c.id = i.campaign_id WHERE i.state = 'approved'"
        f" UNION ALL SELECT c.fund_id, {_BOOKED} FROM allocation x JOIN reconciliation r ON r.id = x.reconciliation_id AND r.undone = 0"
        " JOIN invoice i ON i.id = x.invoice_id JOIN campaign c ON c.id = i.campaign_id"
        f" UNION ALL SELECT fund_id, -amount_minor FROM voucher WHERE undone = 0 AND kind IN {_SETTLE})"
        " GROUP BY fund_id HAVING sum(minor) <> 0"
    ),
    # An invoice in another currency is paid when all of that is, and not before.
    "check.original_differs": (
        "SELECT i.id, i.original_minor AS original, i.amount_minor - coalesce(sum(s.minor), 0) AS left_minor FROM invoice i"
        f" LEFT JOIN (SELECT x.invoice_id, -{_BOOKED} AS minor, -x.original_minor AS own FROM allocation x"
        " JOIN reconciliation r ON r.id = x.reconciliation_id AND r.undone = 0"
        f" UNION ALL SELECT invoice_id, amount_minor, original_minor FROM voucher WHERE undone = 0 AND kind IN {_SETTLE}) s"
        " ON s.invoice_id = i.id WHERE i.original_minor IS NOT NULL AND i.state = 'approved'"
        " GROUP BY i.id HAVING coalesce(sum(s.own), 0) = i.original_minor AND left_minor <> 0"
    ),
    # A bank account holds its opening and its reconciled lines, all in its own currency; whatever else touched it moves between
    # funds alone.
    "check.bank_differs": (
        "WITH RECURSIVE opening (id) AS (SELECT id FROM entry WHERE kind = 'opening' UNION ALL"
        " SELECT entry.id FROM entry JOIN opening ON entry.reverses_id = opening.id)"
        " SELECT account_id, sum(minor) AS difference_minor FROM ("
        f" SELECT p.account_id, {OWN} AS minor FROM posting p JOIN account a ON a.id = p.account_id AND a.bank = 1"
        " CROSS JOIN book b WHERE p.entry_id NOT IN (SELECT id FROM opening)"
        " UNION ALL SELECT l.account_id, -l.amount_minor FROM line l JOIN reconciliation r ON r.line_id = l.id AND r.undone = 0)"
        " GROUP BY account_id HAVING sum(minor) <> 0"
    ),
}
# A closed period opens by two people alone, and what is dated in it since its close is an adjustment that two people made.
_PERIODS = {
    "check.period_not_reopened": (
        "SELECT p.id, p.start_on AS start, p.end_on AS end FROM period p WHERE p.locked = 0"
        " AND NOT EXISTS (SELECT 1 FROM reopening r WHERE r.period_id = p.id AND r.asked_by <> r.agreed_by)"
    ),
    # As of a voucher: whoever agreed signed the log as that act left it.
    "check.reopening_unsigned": (
        "SELECT r.id, r.agreed_by AS person FROM reopening r WHERE NOT EXISTS (SELECT 1 FROM leaf l JOIN head h"
        " ON h.operation_id = l.operation_id JOIN signature s ON s.head_id = h.id WHERE l.kind = 'reopening' AND l.kind <> 'entry'"
        " AND l.subject_id = r.id AND s.person_id = r.agreed_by)"
    ),
    "check.periods_overlap": (
        "SELECT p.id, o.id AS other FROM period p JOIN period o ON o.id > p.id AND p.start_on <= o.end_on AND p.end_on >= o.start_on"
    ),
    "check.entry_after_close": (
        "SELECT e.id, e.dated FROM period p JOIN entry e ON e.dated BETWEEN p.start_on AND p.end_on WHERE p.locked = 1"
        " AND e.kind <> 'adjustment' AND e.operation_id > (SELECT max(l.operation_id) FROM leaf l"
        " WHERE l.kind = 'period' AND l.kind <> 'entry' AND l.subject_id = p.id)"
    ),
    "check.adjustment_alone": (
        "SELECT e.id, e.dated FROM entry e JOIN operation o ON o.id = e.operation_id WHERE e.kind = 'adjustment'"
        " AND NOT EXISTS (SELECT 1 FROM voucher v WHERE v.entry_id = e.id AND v.agreed_by IS NOT NULL AND v.agreed_by <> o.person_id)"
    ),
}
# Whoever agreed signed the log as that act left it.
_AGREED = (
    "SELECT o.id, o.agreed_by AS person FROM {0} o WHERE o.agreed_by IS NOT NULL AND o.undone = 0 AND NOT EXISTS (SELECT 1 FROM leaf l"
    " JOIN head h ON h.operation_id = l.operation_id JOIN signature s ON s.head_id = h.id WHERE l.kind = '{0}' AND l.kind <> 'entry'"
    " AND l.subject_id = o.id AND s.person_id = o.agreed_by)"
)
_GIVING = {
    "check.receipt_differs": (
        "SELECT o.id, o.amount_minor - coalesce(sum(x.amount_minor), 0) AS difference_minor FROM receipt o"
        " LEFT JOIN receipt_donation x ON x.receipt_id = o.id GROUP BY o.id HAVING difference_minor <> 0"
    ),
    "check.receipt_not_hers": (
        "SELECT DISTINCT o.id, d.id AS gift FROM receipt o JOIN receipt_donation x ON x.receipt_id = o.id"
        " JOIN donation d ON d.id = x.donation_id WHERE o.undone = 0 AND d.donor_id IS NOT o.donor_id"
    ),
    "check.receipt_unsigned": _AGREED.format("receipt"),
    # Nobody approved what nobody signed.
    "check.approval_missing": (
        "SELECT v.id, v.approved_by AS person FROM invoice v LEFT JOIN approval a ON a.invoice_id = v.id"
        " WHERE v.state = 'approved' AND a.person_id IS NOT v.approved_by"
    ),
    # What two people have not cleared stands in suspense.
    "check.review_not_held": (
        "SELECT v.id, v.line_id AS line FROM review v LEFT JOIN reconciliation r ON r.line_id = v.line_id AND r.undone = 0"
        " WHERE v.undone = 0 AND v.state <> 'clear' AND r.disposition IS NOT 'suspense'"
    ),
    "check.review_unsigned": _AGREED.format("review"),
}
_FILES = {
    # A file for the bank says how many payments it holds, and their sum.
    "check.payment_file_differs": (
        "SELECT f.id, f.amount_minor - coalesce(sum(p.amount_minor), 0) AS difference_minor, f.n_payments - count(p.id) AS n"
        " FROM payment_file f LEFT JOIN payment p ON p.file_id = f.id GROUP BY f.id HAVING difference_minor <> 0 OR n <> 0"
    ),
}
_SPLIT = "json_each('[' || replace(json_quote(i.folded), ' ', '\",\"') || ']') w WHERE w.value <> ''"
_DONORS = {
    # What a search by name looks through is every word of every name, and nothing else.
    "check.name_words": (
        f"SELECT donor_id FROM (SELECT DISTINCT i.donor_id AS donor_id, w.value AS word, 1 AS n FROM identity_donor i, {_SPLIT}"
        " UNION ALL SELECT donor_id, word, -1 FROM identity_donor_word) GROUP BY donor_id, word HAVING sum(n) <> 0"
    ),
    # Whatever was hers is the other's since; one who was merged goes no further.
    "check.merged_owns": (
        "SELECT d.id, d.merged_into AS donor FROM donor d JOIN donor t ON t.id = d.merged_into WHERE t.merged_into IS NOT NULL"
        " OR EXISTS (SELECT 1 FROM donation g WHERE g.donor_id = d.id) OR EXISTS (SELECT 1 FROM pledge p WHERE p.donor_id = d.id)"
        " OR EXISTS (SELECT 1 FROM voucher v WHERE v.donor_id = d.id)"
    ),
}
CHECKS = MappingProxyType(_JOURNAL | _MATCHES | _VOUCHERS | _TIE_OUTS | _PERIODS | _GIVING | _FILES | _DONORS)


def check(db: Connection, progress: Callable[[int, int], None] = lambda *_: None, reported: Iterable[Head] = ()) -> list[Problem]:
    """Every fault of a book, each with its own code, measured also against heads of earlier reports; a sound book has none.

    `progress` is told of steps done and their number. A file whose pages do not verify is not asked any further: what it would
    answer is not the book.
    """
    try:
        with _roomy(db):
            return list(_faults(db, progress, reported))
    except DBAPIError:
        damaged = _pages(db)
        if not damaged:
            raise
        with suppress(DBAPIError):
            db.exec_driver_sql("ROLLBACK")  # no commit succeeds any more on a connection that has met such a page
        return damaged


def _faults(db: Connection, progress: Callable[[int, int], None], reported: Iterable[Head]) -> Iterator[Problem]:
    tables = [name for name in metadata.tables if name not in {*_HASHED, "audit"}]
    steps = _Steps(progress, verifying.count(db) + (len(tables) + len(CHECKS)) * _QUESTION)
    damaged = _file(db, tables, steps)
    if damaged:
        yield from damaged
        return
    yield from (Problem("check.guard_missing", name) for name in missing_guards(db))
    for table in tables:
        for row in db.exec_driver_sql(f'PRAGMA foreign_key_check("{table}")'):
            yield Problem("check.reference", f"{row[0]}:{row[1]}", {"to": row[2]})
    yield from _answers(db, steps)
    yield from verifying.verify(db, steps.one, reported)
    steps.end()


class _Steps:
    """Counts steps, and tells of them now and then."""

    def __init__(self, tell: Callable[[int, int], None], total: int) -> None:
        self._tell, self._total, self._done = tell, total, 0

    def one(self) -> None:
        """One more step."""
        self._done += 1
        if self._done % _QUESTION == 0 and self._done < self._total:
            self._tell(self._done, self._total)

    def end(self) -> None:
        """Nothing is left, whatever was counted before."""
        self._tell(self._total, self._total)

    def many(self) -> None:
        """A question was answered."""
        self._done += _QUESTION
        self._tell(self._done, self._total)


def _file(db: Connection, tables: Iterable[str], steps: _Steps) -> list[Problem]:
    """The trees of these tables and their indexes; whatever page is read for it is compared with its HMAC.

    quick_check and not integrity_check: what the latter compares besides, indexes with their rows, nobody without the key can
    part, and whoever has it is found by the log. It would cost as much as all other questions together.
    """
    found = []
    db.exec_driver_sql(_READ_THROUGH).all()
    for table in tables:
        told = db.exec_driver_sql(f'PRAGMA quick_check("{table}")').scalars().all()
        found += [Problem("check.file", "", {"detail": one}) for one in told if one != "ok"]
        steps.many()
    return (_pages(db) or found) if found else []


def _pages(db: Connection) -> list[Problem]:
    """Every page that is not what its HMAC says."""
    rows = db.exec_driver_sql("PRAGMA cipher_integrity_check").scalars().all()
    return [Problem("check.page", "", {"detail": one}) for one in rows]


@contextmanager
def _roomy(db: Connection) -> Iterator[None]:
    """Room to keep what is read again and again: decrypting a page costs more than most questions about it."""
    usual = db.exec_driver_sql("PRAGMA cache_size").scalar_one()
    gc.freeze()  # what the program had before is no garbage: to look through it again and again took a tenth of the time
    db.exec_driver_sql(f"PRAGMA cache_size = -{_ROOM_KIB}")
    try:
        yield
    finally:
        gc.unfreeze()
        with suppress(DBAPIError):
            db.exec_driver_sql(f"PRAGMA cache_size = {usual}")


def _answers(db: Connection, steps: _Steps) -> Iterator[Problem]:
    for code, question in CHECKS.items():
        result = db.exec_driver_sql(question)
        names = tuple(result.keys())[1:]
        for row in result:
            yield Problem(code, str(row[0]), dict(zip(names, row[1:], strict=True)))
        steps.many()
