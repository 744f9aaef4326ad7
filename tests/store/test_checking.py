"""`check` finds and names what was changed behind the guards' back with a plain SQL tool."""

from __future__ import annotations

import gc
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

import pytest

from fundledger.store import log
from fundledger.store.book import open_book
from fundledger.store.checking import CHECKS, check
from fundledger.store.guards import guard_statements
from tests.store.bookkeeping import PASSPHRASE, accept, bank_with_lines, faults, interest, post, unmatch

if TYPE_CHECKING:
    from fundledger.store.book import Book

# Each fault is made by plain SQL in a book where lines 1 and 2 are matched (entries 1 and 4), line 1 for the second time
# (entry 2, reversed by 3, was its first), and entry 5 is interest. The code named must be among what check finds.
_REFUNDED = "INSERT INTO refund_share (voucher_id, donation_id, amount_minor) SELECT max(v.id), max(d.id), 7 FROM voucher v, donation d"
_VOUCHER = "INSERT INTO voucher (kind, fund_id, amount_minor, dated, entry_id, undone) VALUES "
_TERMS = ("collected", "returned", "charged_back", "fees", "moved_in", "moved_out", "paid", "advanced", "due_back")
_TAKEOVER = (
    f"INSERT INTO takeover (campaign_id, before_on, sha256, agreed_by, {', '.join(f'{one}_minor' for one in _TERMS)})"
    f" VALUES (1, '2026-01-01', 'ab', 1{', 0' * len(_TERMS)})"
)
_PERIOD = "INSERT INTO period (id, start_on, end_on, locked) VALUES"
_CLOSE = "INSERT INTO leaf (operation_id, kind, subject_id, payload, chain) VALUES (1, 'period', 1, '{}', x'')"
_RECEIPT = (
    "INSERT INTO receipt (number, kind, issued_on, language, sha256, made_by, donor_id, amount_minor, agreed_by)"
    " VALUES ('1', 'single', '2026-03-02', 'en', 'ab', 1,"
)
_REVIEW = "INSERT INTO review (line_id, reasons, state, raised_on, raised_by, decided_by, agreed_by) VALUES"
_TO_DEFERRAL = (
    "INSERT INTO campaign (id, code, fund_id, state, reference, asked_minor) SELECT 7, 'C-7', max(fund_id), 'open', 'RF7', 1 FROM donation;"
    " INSERT INTO mandate (campaign_id, version, taken_on, surplus, shortfall, late_gift, fee, purpose, disclosure, method, reserve_minor,"
    " smallest_minor, fallback, ended, vat, protected, consent_scope, salt, digest)"
    " VALUES (7, 1, '2026-01-01', '', '', '', '', 'cause', 'code', 'deferral', 0, 0, '', '', 'unsaid', 0, '', x'', '')"
)
FAULTS = (
    ("check.other_method", "UPDATE account SET code = '2610-9' WHERE id = (SELECT max(account_id) FROM posting)"),
    ("check.out_of_step", _TO_DEFERRAL),
    ("check.entry_not_zero", "UPDATE posting SET amount_minor = amount_minor + 1 WHERE id = 1"),
    ("check.balance_differs", "UPDATE posting SET amount_minor = amount_minor + 1 WHERE id = 1"),
    ("check.balance_differs", "UPDATE balance SET amount_minor = amount_minor + 1"),
    ("check.balance_differs", "DELETE FROM balance"),
    ("check.entry_not_zero", "UPDATE posting SET fund_id = 1 WHERE id = 1"),
    ("check.flow_not_named", "UPDATE posting SET flow = ''"),
    ("check.balance_differs", "UPDATE posting SET flow = 'returned' WHERE id = 2"),
    ("check.zero_posting", "INSERT INTO posting (entry_id, ordinal, account_id, fund_id, amount_minor, flow) VALUES (1, 9, 1, 1, 0, '')"),
    ("check.entry_lines", "DELETE FROM posting WHERE entry_id = 1"),
    ("check.entry_lines", "UPDATE entry SET n_lines = 7 WHERE id = 1"),
    ("check.number_gap", "UPDATE entry SET number = 70 WHERE id = 1"),
    ("check.number_gap", "UPDATE entry SET number = NULL WHERE id = 1"),
    ("check.number_gap", "DELETE FROM entry WHERE id = 1"),
    ("check.reference", "DELETE FROM entry WHERE id = 1"),
    ("check.entry_unposted", "UPDATE entry SET posted = 0 WHERE id = 1"),
    ("check.operation_open", "UPDATE operation SET done = 0 WHERE id = 3"),
    (
        "check.reversal_differs",
        "UPDATE posting SET amount_minor = 2 * amount_minor WHERE entry_id = (SELECT id FROM entry WHERE kind = 'reversal')",
    ),
    ("check.line_not_booked", "UPDATE line SET status = 'pending' WHERE id = 1"),
    ("check.line_not_booked", "UPDATE line SET standing = 'dropped' WHERE id = 1"),
    ("check.allocations_differ", "UPDATE allocation SET amount_minor = 1"),
    ("check.allocations_differ", "UPDATE line SET amount_minor = 1"),
    ("check.line_entry_differs", "UPDATE line SET amount_minor = 1"),
    ("check.bank_differs", "UPDATE line SET amount_minor = 1"),
    ("check.bank_differs", "UPDATE reconciliation SET undone = 1"),
    ("check.undone_but_standing", "UPDATE reconciliation SET undone = 1"),
    ("check.line_matched_twice", "DROP INDEX uq_reconciliation_line; UPDATE reconciliation SET undone = 0"),
    ("check.matched_but_reversed", "DROP INDEX uq_reconciliation_line; UPDATE reconciliation SET undone = 0"),
    ("check.donation_without_match", "UPDATE donation SET undone = 1"),
    ("check.donations_differ", "UPDATE donation SET undone = 1"),
    ("check.donation_differs", "UPDATE donation SET amount_minor = 1"),
    ("check.donations_differ", "UPDATE donation SET fund_id = 1"),
    ("check.donations_differ", "DELETE FROM donation"),
    (
        "check.payables_differ",
        """INSERT INTO campaign (code, fund_id, state, reference, asked_minor) VALUES ('C', 3, 'open', 'R', 1);
        INSERT INTO payee (code) VALUES ('P');
        INSERT INTO invoice (campaign_id, payee_id, number, amount_minor, issued_on, state, entered_by)
        VALUES (1, 1, '7', 500, '2026-03-02', 'approved', 1)""",
    ),
    (
        "check.approval_missing",
        """INSERT INTO campaign (code, fund_id, state, reference, asked_minor) VALUES ('C', 3, 'open', 'R', 1);
        INSERT INTO payee (code) VALUES ('P');
        INSERT INTO invoice (campaign_id, payee_id, number, amount_minor, issued_on, state, entered_by, approved_by)
        VALUES (1, 1, '7', 500, '2026-03-02', 'approved', 1, 1)""",
    ),
    (
        "check.original_differs",
        f"""INSERT INTO campaign (code, fund_id, state, reference, asked_minor) VALUES ('C', 3, 'open', 'R', 1);
        INSERT INTO payee (code) VALUES ('P');
        INSERT INTO invoice (campaign_id, payee_id, number, amount_minor, original_minor, original_currency, issued_on, state, entered_by)
        VALUES (1, 1, '7', 500, 540, 'USD', '2026-03-02', 'approved', 1);
        {_VOUCHER.replace("undone", "undone, invoice_id, original_minor")} ('settled', 3, 499, '2026-03-02', 5, 0, 1, 540)""",
    ),
    ("check.voucher_reversed", f"{_VOUCHER} ('in_kind', 1, 900, '2026-03-02', (SELECT max(reverses_id) FROM entry), 0)"),
    ("check.voucher_standing", f"{_VOUCHER} ('in_kind', 1, 900, '2026-03-02', 5, 1)"),
    ("check.voucher_differs", f"{_VOUCHER} ('in_kind', 1, 901, '2026-03-02', 5, 0)"),
    ("check.voucher_differs", f"{_VOUCHER} ('in_kind', 2, 900, '2026-03-02', 5, 0)"),
    ("check.refund_differs", f"{_VOUCHER} ('refund', 1, 900, '2026-03-02', 5, 0); {_REFUNDED}"),
    ("check.refund_without_gift", f"{_VOUCHER} ('refund', 1, 900, '2026-03-02', 5, 0); {_REFUNDED}"),
    ("check.voucher_unsigned", f"{_VOUCHER.replace('undone', 'undone, agreed_by')} ('in_kind', 1, 900, '2026-03-02', 5, 0, 1)"),
    ("check.takeover_unsigned", _TAKEOVER),
    ("check.cash_without_gift", f"{_VOUCHER} ('cash', 1, 900, '2026-03-02', 5, 0)"),
    ("check.donation_without_match", "UPDATE donation SET allocation_id = NULL"),
    ("check.adjustment_alone", "UPDATE entry SET kind = 'adjustment' WHERE id = 1"),
    ("check.period_not_reopened", f"{_PERIOD} (1, '2026-03-01', '2026-03-31', 0)"),
    ("check.reopening_unsigned", "INSERT INTO reopening (period_id, at, asked_by, agreed_by) VALUES (1, '2026-04-01', 1, 2)"),
    ("check.periods_overlap", f"{_PERIOD} (1, '2026-03-01', '2026-03-31', 1), (2, '2026-03-31', '2026-04-30', 1)"),
    (
        "check.entry_after_close",
        f"{_PERIOD} (1, '2000-01-01', '2099-12-31', 1); {_CLOSE}",
    ),
    ("check.receipt_differs", f"{_RECEIPT} 1, 4999, NULL)"),
    (
        "check.receipt_not_hers",
        (
            f"{_RECEIPT} 1, 5000, NULL); INSERT INTO receipt_donation (receipt_id, donation_id, amount_minor)"
            " SELECT 1, max(id), 5000 FROM donation"
        ),
    ),
    ("check.receipt_unsigned", f"{_RECEIPT} 1, 5000, 1)"),
    ("check.review_not_held", f"{_REVIEW} (1, 'hand', 'held', '2026-03-02', 1, NULL, NULL)"),
    (
        "check.review_unsigned",
        f"INSERT INTO person (id, uid, role) VALUES (9, 'other', 'enter'); {_REVIEW} (1, 'hand', 'clear', '2026-03-02', 1, 1, 9)",
    ),
    (
        "check.payment_file_differs",
        (
            "INSERT INTO payment_file (message, account_id, made_at, execute_on, n_payments, amount_minor, sha256, made_by)"
            " VALUES ('FL-1', 1, '2026-03-02', '2026-03-02', 1, 500, '', 1)"
        ),
    ),
    ("check.name_words", "DELETE FROM identity_donor_word"),
    ("check.name_words", "UPDATE identity_donor SET folded = 'another name'"),
    ("check.merged_owns", "UPDATE donor SET merged_into = 2 WHERE id = (SELECT max(donor_id) FROM donation)"),
    ("check.guard_missing", "DROP TRIGGER IF EXISTS guard_entry_delete"),
)


@pytest.fixture
def matched(book: Book) -> Book:
    bank = bank_with_lines(book)
    accept(book, bank.lines[0], bank.fund)
    unmatch(book, bank.lines[0])
    for line_id in bank.lines:
        accept(book, line_id, bank.fund)
    post(book, interest(900, 1))
    return book


def test_a_book_with_matches_past_and_present_is_sound(matched: Book) -> None:
    assert faults(matched) == []


@pytest.mark.parametrize(("code", "statements"), FAULTS)
def test_a_fault_made_with_the_guards_dropped_is_named(matched: Book, code: str, statements: str) -> None:
    assert matched._writer is not None
    with matched._writer.begin() as db:
        db.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for name in db.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            db.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in statements.split(";"):
            db.exec_driver_sql(statement)
        found = [problem.code for problem in check(db)]
        db.rollback()
    assert code in found
    assert found.count("check.guard_missing") == len(guard_statements())


def test_every_check_has_a_fault_that_it_finds() -> None:
    assert set(CHECKS) <= {code for code, _ in FAULTS}


def test_faults_hold_ids_and_amounts_and_nobody_s_name(matched: Book) -> None:
    assert matched._writer is not None
    with matched._writer.begin() as db:
        for name in ("guard_posting_update", "guard_entry_update"):
            db.exec_driver_sql(f"DROP TRIGGER {name}")
        db.exec_driver_sql("UPDATE posting SET amount_minor = amount_minor + 7 WHERE id = 1")
    with matched.reading() as db:
        found = {problem.code: problem for problem in check(db)}
    assert found["check.entry_not_zero"].subject == "1"
    assert dict(found["check.entry_not_zero"].values) == {"fund": 3, "difference_minor": 7}
    assert found["check.guard_missing"].subject == "guard_posting_update"


def test_a_page_that_does_not_verify_is_named_before_anything_is_read_from_it(book: Book) -> None:
    post(book, *(interest(minor, 1) for minor in range(1, 400)))
    book.close()
    ledger = book.path / "ledger.db"
    content = bytearray(ledger.read_bytes())
    content[-5000] ^= 1
    ledger.write_bytes(content)
    with open_book(book.path, PASSPHRASE) as damaged, damaged.reading() as db:
        assert {problem.code for problem in check(db)} <= {"check.page", "check.file"}
        assert "page" in str(check(db)[0].values["detail"])


def test_whoever_waits_for_a_check_hears_of_every_phase(matched: Book) -> None:
    told: list[tuple[int, int]] = []
    with matched.reading() as db:
        assert check(db, lambda done, total: told.append((done, total)), [log.head(db)]) == []
    done, totals = [one[0] for one in told], {one[1] for one in told}
    assert len(totals) == 1
    assert done == sorted(set(done))
    assert done[-1] == totals.pop(), "the last thing told is that everything is done"
    assert len(done) > len(CHECKS), "the file, each question, and the log behind them"


def test_a_check_that_is_stopped_leaves_the_book_as_usable_as_before(matched: Book) -> None:
    def stop(done: int, total: int) -> None:
        raise CancelledError(f"{done} of {total}")

    for _ in range(3):
        with pytest.raises(CancelledError), matched.reading() as db:
            check(db, stop)
    assert faults(matched) == []
    assert not gc.get_freeze_count()
