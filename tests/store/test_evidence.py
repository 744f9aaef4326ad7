"""The log names what was changed with the key, a plain SQL tool and the guards dropped; earlier heads find the rest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from fundledger.domain import booking
from fundledger.domain.approval import Signed, canonical, message, refused_message
from fundledger.domain.campaign import Mandate, PublicText
from fundledger.domain.entry import Entry, EntryKind
from fundledger.domain.evidence import START, Edge, chained, leaf_hash
from fundledger.domain.invoice import Details
from fundledger.domain.money import Money
from fundledger.domain.voucher import TERMS, VoucherKind
from fundledger.store import approvals, campaigns, invoices, journal, log, merges, parties, pledges, policies, vouchers
from fundledger.store.checking import check
from fundledger.store.guards import guard_statements
from fundledger.store.leaves import KINDS
from fundledger.store.schema import (
    campaign_paper,
    disapproval,
    donation,
    edition,
    edition_figure,
    edition_file,
    identity_donor,
    invoice,
    paper,
    payment,
    payment_file,
    period,
    person,
    receipt,
    receipt_donation,
    reopening,
    review,
)
from tests.store.bookkeeping import AT, DAY, accept, add, bank_with_lines, faults, interest, unmatch

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fundledger.domain.evidence import Head
    from fundledger.domain.problem import Problem
    from fundledger.store.book import Book
    from fundledger.store.operations import Operation

PAPER = b"%PDF-1.7 an invented invoice"
SECOND = Ed25519PrivateKey.from_private_bytes(b"2" * 32)


@dataclass(frozen=True, slots=True)
class Kept:
    """A book in which everything the log records has happened, and the head of its first report."""

    book: Book
    head: Head


def paper_and_no(book: Book, op: Operation, invoice_id: int, document_id: int) -> None:
    """A letter for an invoice and for its campaign, and somebody's no to it before it was approved."""
    add(op, paper, invoice_id=invoice_id, kind="letter", document_id=document_id, added_on="2026-03-02")
    add(op, campaign_paper, campaign_id=1, kind="letter", document_id=document_id, added_on="2026-03-02")
    said = canonical(approvals.facts(op.db, invoice_id))
    no = {"said": said, "signed": book.sign(refused_message(said)), "request": "asked-1"}
    add(op, disapproval, invoice_id=invoice_id, person_id=op.person_id, operation_id=op.id, **no)


def donors_told(book: Book, campaign_id: int) -> None:
    """A donor's promise, two donors kept apart, a limit of reviews."""
    with book.operation("pledge add", AT) as op:
        pledges.add_pledge(op, 2, campaign_id, Money(2000, "EUR"), DAY)
        merges.set_apart(op, 1, 2)
        policies.keep(op, "review.single", "100000")


@pytest.fixture
def kept(book: Book) -> Kept:
    """Lines 1 and 2 matched (line 1 a second time), an invoice with its document approved, a quote, a mandate, a closed month."""
    bank = bank_with_lines(book)
    accept(book, bank.lines[0], bank.fund)
    unmatch(book, bank.lines[0])
    with book.reading() as db:
        head = log.head(db)
    accept(book, bank.lines[0], bank.fund)
    accept(book, bank.lines[1], bank.fund)
    with book.operation("campaign add", AT) as op:
        taken = Mandate({"en": PublicText("A title", "A story.")})
        campaign_id = campaigns.add_campaign(op, "C-1", bank.fund, "RF18X", Money(1000, "EUR"), taken)
        payee = parties.add_payee(op, "Sample Law Office", "sample law office", None)
        document = invoices.add_document(op, "invoice.pdf", "pdf", PAPER)
        row_id = invoices.add_invoice(
            op,
            campaign_id=campaign_id,
            payee_id=payee.id,
            number="7",
            amount=Money(500, "EUR"),
            issued_on=DAY,
            document_id=document.id,
            details=Details({"vat": Money(87, "EUR")}, DAY, "RF18X", "LT999", {"number": "xml"}),
        )
        campaigns.add_quote(op, campaign_id, payee.id, Money(500, "EUR"), DAY, document.id)
    with book.operation("invoice approve", AT) as op:
        approved = Entry("approved-1", EntryKind.INVOICE, DAY, booking.approved(bank.fund, Money(500, "EUR")))
        settled = Entry("settled-1", EntryKind.VOUCHER, DAY, booking.document(VoucherKind.SETTLED, bank.fund, Money(100, "EUR")))
        said = canonical(approvals.facts(op.db, row_id))
        signed = Signed(op.person_id, said, book.sign(message(said)))
        invoices.set_approved(op, row_id, journal.post(op, [approved])[0], Money(500, "EUR"), signed)
        paper_and_no(book, op, row_id, document.id)
        made = journal.post(op, [settled])[0]
        vouchers.add_voucher(op, VoucherKind.SETTLED, bank.fund, Money(100, "EUR"), DAY, made, invoice=row_id, payee=payee.id, donor=2)
        other = add(op, person, uid="second", role="treasurer", public_key=SECOND.public_key().public_bytes_raw())
        vouchers.add_takeover(op, campaign_id, DAY, dict.fromkeys(TERMS, Money(0, "EUR")), "ab" * 32, other)
        log.sign_head(op, SECOND.sign, other)
    with book.operation("invoice pay", AT) as op:
        facts = {"account_id": 1, "made_at": "2026-03-02", "execute_on": "2026-03-03", "n_payments": 1, "made_by": op.person_id}
        file_id = add(op, payment_file, message="FL-1", amount_minor=400, sha256="cd" * 32, **facts)
        add(op, payment, file_id=file_id, invoice_id=row_id, end_to_end="FL-1-1", amount_minor=400)
    with book.operation("donor merge", AT) as op:
        merges.merge(op, parties.add_donor(op, "Sample Person Twice", "person sample twice", ()).id, 2)
    with book.operation("period close", AT) as op:
        closed = add(op, period, start_on="2026-02-01", end_on="2026-02-28", locked=1)
        add(op, reopening, period_id=closed, at="2026-03-02T12:00:00+00:00", asked_by=op.person_id, agreed_by=other)
        log.sign_head(op, SECOND.sign, other)
    with book.operation("donor receipt", AT) as op:
        facts = {"kind": "single", "issued_on": "2026-03-02", "language": "en", "sha256": "ef" * 32, "made_by": op.person_id}
        paper_id = add(op, receipt, number="2026-0001", donor_id=2, amount_minor=5000, **facts)
        add(op, receipt_donation, receipt_id=paper_id, donation_id=2, amount_minor=5000)
        told = {"state": "clear", "raised_on": "2026-03-02", "decided_on": "2026-03-03", "screened_on": "2026-03-03"}
        add(op, review, line_id=1, reasons="hand", raised_by=op.person_id, decided_by=op.person_id, agreed_by=other, **told)
        log.sign_head(op, SECOND.sign, other)
    donors_told(book, campaign_id)
    with book.operation("publish", AT) as op:
        cut = {"end_on": "2026-02-28", "head_size": head.size, "head": head.letters, "last_number": 1}
        row_id = add(op, edition, report="overview", audience="public", published_at="2026-03-02", published_by=op.person_id, **cut)
        add(op, edition_file, edition_id=row_id, sha256="ab" * 32, format="pdf", language="en", size=1)
        add(op, edition_figure, edition_id=row_id, name="money", amount_minor=5000)
    return Kept(book, head)


def tampered(book: Book, script: str) -> Book:
    """The book after plain SQL with its key and without its guards; the guards are put back, as whoever does this would."""
    assert book._writer is not None
    held = book._writer.raw_connection()
    db: Any = held.driver_connection
    dropped = [f'DROP TRIGGER "{row[0]}"' for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()]
    script_lines = filter(str.strip, script.split(";"))
    for statement in ("PRAGMA foreign_keys = OFF", "BEGIN", *dropped, *script_lines, *guard_statements(), "COMMIT"):
        db.execute(statement)
    db.execute("PRAGMA foreign_keys = ON")
    held.close()
    return book


def check_against(db: Connection, heads: list[Head]) -> list[Problem]:
    """What a check says of earlier reports alone."""
    return [one for one in check(db, reported=heads) if one.code.startswith("check.reported")]


def found(book: Book) -> set[tuple[str, str]]:
    with book.reading() as db:
        return {(one.code, one.subject) for one in check(db)}


# What is changed, the fault and the row that must be named.
CHANGES = {
    "an amount": ("UPDATE posting SET amount_minor = 2 * amount_minor WHERE entry_id = 3", "check.changed_amount", "entry:3"),
    "a text": ("UPDATE entry SET subject = 'line:9' WHERE id = 3", "check.changed_text", "entry:3"),
    "a kind": ("UPDATE entry SET kind = 'opening' WHERE id = 3", "check.changed_text", "entry:3"),
    "a date": ("UPDATE entry SET dated = '2026-01-01' WHERE id = 3", "check.changed_date", "entry:3"),
    "a payment that was asked for": ("UPDATE payment SET amount_minor = 1", "check.changed_record", "payment_file:1"),
    "a fund": ("UPDATE posting SET fund_id = 1 WHERE entry_id = 3", "check.changed_fund", "entry:3"),
    "an account": ("UPDATE posting SET account_id = 1 WHERE entry_id = 3 AND ordinal = 0", "check.changed_account", "entry:3"),
    "a rate": ("UPDATE posting SET original_minor = 1, rate = '7' WHERE entry_id = 3", "check.changed_record", "entry:3"),
    "another donor": ("UPDATE donation SET donor_id = 1 WHERE donor_id = 3", "check.changed_donor", "reconciliation:3"),
    "a donor's name": (
        "UPDATE identity_donor SET name = 'Sample Person Beta' WHERE donor_id = 2", "check.changed_donor", "reconciliation:2",
    ),
    "a donor's secret": ("UPDATE identity_donor SET secret = NULL WHERE donor_id = 2", "check.secret_missing", "donor:2"),
    "no donor": ("UPDATE donation SET donor_id = NULL WHERE donor_id = 2", "check.changed_donor", "reconciliation:2"),
    "a share's fund": ("UPDATE allocation SET fund_id = 1 WHERE id = 3", "check.changed_fund", "reconciliation:3"),
    "who accepted": (
        "INSERT INTO person (id, uid, role) VALUES (9, 'other', 'treasurer'); UPDATE reconciliation SET accepted_by = 9 WHERE id = 3",
        "check.changed_person", "reconciliation:3",
    ),
    "the day an invoice is due": ("UPDATE invoice SET due_on = '2026-05-01'", "check.changed_record", "invoice:1"),
    "the tax on an invoice": ("UPDATE invoice SET vat_minor = 1", "check.changed_record", "invoice:1"),
    "tax that somebody else owes": ("UPDATE invoice SET reverse_charge_minor = 5", "check.changed_record", "invoice:1"),
    "what is withheld of an invoice": ("UPDATE invoice SET withholding_minor = 5", "check.changed_record", "invoice:1"),
    "the account on an invoice": ("UPDATE identity_invoice SET iban = 'LT777'", "check.changed_record", "invoice:1"),
    "the reference of an invoice": ("UPDATE identity_invoice SET reference = 'RF00'", "check.changed_record", "invoice:1"),
    "the account on an invoice removed": ("DELETE FROM identity_invoice", "check.changed_record", "invoice:1"),
    "where a field came from": ("UPDATE invoice SET origins = '{\"number\": \"typed\"}'", "check.changed_record", "invoice:1"),
    "what a payment pays": ("UPDATE payment SET amount_minor = 1", "check.changed_record", "payment_file:1"),
    "who approved": (
        "INSERT INTO person (id, uid, role) VALUES (9, 'other', 'treasurer'); UPDATE invoice SET approved_by = 9",
        "check.changed_person", "approval:1",
    ),
    "an approved amount": ("UPDATE invoice SET amount_minor = 700", "check.changed_amount", "approval:1"),
    "an approved amount, as it was signed": ("UPDATE invoice SET amount_minor = 700", "check.approval_differs", "1"),
    "an approved account, for another payee": ("UPDATE payee SET code = 'P-009'", "check.approval_differs", "1"),
    "what was signed": ("UPDATE approval SET said = replace(said, '500', '700')", "check.approval_signature", "1"),
    "a signature": ("UPDATE approval SET signed = zeroblob(64)", "check.approval_signature", "1"),
    "a refusal": ("UPDATE disapproval SET said = '{}'", "check.refusal_signature", "1"),
    "a refusal taken away": ("DELETE FROM disapproval", "check.gone", "disapproval:1"),
    "an approval without its signature": ("DELETE FROM approval", "check.approval_missing", "1"),
    "a paper": ("UPDATE paper SET kind = 'proof'", "check.changed_text", "paper:1"),
    "a campaign's paper": ("UPDATE campaign_paper SET kind = 'consent'", "check.changed_text", "campaign_paper:1"),
    "an approval taken away": ("UPDATE invoice SET state = 'entered', entry_id = NULL", "check.gone", "approval:1"),
    "a payee": ("UPDATE identity_payee SET name = 'Another Office'", "check.changed_payee", "approval:1"),
    "a voucher's donor": ("UPDATE voucher SET donor_id = 1", "check.changed_donor", "voucher:1"),
    "a voucher's payee": ("UPDATE identity_payee SET name = 'Another Office'", "check.changed_payee", "voucher:1"),
    "what was taken over": ("UPDATE takeover SET paid_minor = 7", "check.changed_record", "takeover:1"),
    "a voucher": ("UPDATE voucher SET amount_minor = 1", "check.changed_amount", "voucher:1"),
    "a document's bytes": ("UPDATE identity_document SET content = x'25'", "check.document", "*"),
    "a document's digest": ("UPDATE document SET sha256 = 'ab'", "check.changed_document", "invoice_document:1"),
    "a document unlinked": ("UPDATE invoice SET document_id = NULL", "check.gone", "invoice_document:1"),
    "a quote": ("UPDATE quote SET amount_minor = 1", "check.changed_amount", "quote_document:1"),
    "what became of a quote": ("UPDATE quote SET state = 'refused'", "check.changed_record", "quote:1"),
    "whose refund it is": ("INSERT INTO refund_share VALUES (9, 1, 2, 7)", "check.changed_record", "voucher:1"),
    "a promise": ("UPDATE mandate SET surplus = 'campaign:X'", "check.changed_record", "mandate:1"),
    "a story": ("UPDATE identity_mandate_text SET story = 'Another.'", "check.mandate_text", "mandate:1"),
    "a story removed": ("DELETE FROM identity_mandate_text", "check.mandate_text", "mandate:1"),
    "a bank line": ("UPDATE line SET amount_minor = 5001 WHERE id = 1", "check.changed_content", "batch:1"),
    "a remittance": ("UPDATE identity_line SET remittance = 'kita' WHERE line_id = 1", "check.line_text", "line:1"),
    "a counterparty": ("UPDATE identity_line SET name = 'Sample Person Beta' WHERE line_id = 2", "check.line_text", "line:2"),
    "what the bank wrote": ("UPDATE identity_line SET raw = x'25' WHERE line_id = 2", "check.line_text", "line:2"),
    "a payment of a batch": ("INSERT INTO identity_detail (detail_id, remittance) VALUES (2, 'kita')", "check.line_text", "line:2"),
    "the texts of a line removed": ("DELETE FROM identity_line WHERE line_id = 2", "check.line_text", "line:2"),
    "texts without a line": (
        "INSERT INTO identity_line (line_id, remittance, salt, raw) VALUES (9, '', x'', x'')", "check.reference", "identity_line:9",
    ),
    "a remittance with its digest": (
        "UPDATE identity_line SET remittance = 'kita' WHERE line_id = 1; UPDATE line SET text_digest = x'00' WHERE id = 1",
        "check.changed_content", "batch:1",
    ),
    "a bank file": ("UPDATE batch SET sha256 = 'cd'", "check.changed_document", "batch:1"),
    "a bank file's size": ("UPDATE batch SET size = 2", "check.changed_record", "batch:1"),
    "a statement's balance": ("UPDATE statement SET closing_minor = 8001", "check.changed_record", "batch:1"),
    "a payee's secret": ("UPDATE identity_payee SET secret = NULL", "check.secret_missing", "payee:1"),
    "a promise's fee": ("UPDATE mandate SET fee = 'campaign'", "check.changed_record", "mandate:1"),
    "who may be named": ("UPDATE mandate SET disclosure = 'code'", "check.changed_record", "mandate:1"),
    "consent as if it were withdrawn": (
        "UPDATE mandate SET disclosure = 'code'; DELETE FROM identity_mandate_text", "check.changed_record", "mandate:1",
    ),
    "what a receipt confirms": ("UPDATE receipt_donation SET amount_minor = 1", "check.changed_record", "receipt:1"),
    "whose receipt it is": ("UPDATE identity_donor SET name = 'Another' WHERE donor_id = 2", "check.changed_donor", "receipt:1"),
    "a decision on a gift": ("UPDATE review SET screened_on = '2026-03-04'", "check.changed_record", "review:1"),
    "a promise of a donor": ("UPDATE pledge SET amount_minor = 1", "check.changed_amount", "pledge:1"),
    "whose promise it is": ("UPDATE pledge SET donor_id = 1", "check.changed_donor", "pledge:1"),
    "two persons said to be one": ("DELETE FROM donor_apart", "check.gone", "apart:1"),
    "other persons kept apart": ("UPDATE donor_apart SET other_id = 3", "check.changed_record", "apart:1"),
    "a limit of reviews": ("UPDATE policy SET value = '900000'", "check.changed_record", "policy:1"),
    "a limit removed": ("DELETE FROM policy", "check.gone", "policy:1"),
    "a match taken back": ("UPDATE reconciliation SET undone = 1 WHERE id = 3", "check.gone", "reconciliation:3"),
    "a match put back": (
        "DROP INDEX uq_reconciliation_line; UPDATE reconciliation SET undone = 0 WHERE id = 1", "check.not_recorded", "reconciliation:1",
    ),
    "a month reopened": ("UPDATE period SET locked = 0", "check.gone", "period:1"),
    "an entry in the middle": ("DELETE FROM posting WHERE entry_id = 3; DELETE FROM entry WHERE id = 3", "check.gone", "entry:3"),
    "the last entry": (
        "DELETE FROM posting WHERE entry_id = 6; DELETE FROM entry WHERE id = 6; DELETE FROM voucher", "check.gone", "entry:6",
    ),
    "an entry added": (
        """INSERT INTO entry (id, uid, number, kind, dated, n_lines, posted, operation_id)
        SELECT 7, 'new', 7, kind, dated, n_lines, 1, operation_id FROM entry WHERE id = 6;
        INSERT INTO posting (entry_id, ordinal, account_id, fund_id, amount_minor, flow)
        SELECT 7, ordinal, account_id, fund_id, amount_minor, flow FROM posting WHERE entry_id = 6""",
        "check.not_recorded", "entry:7",
    ),
    "a leaf": ("UPDATE leaf SET payload = replace(payload, '5000', '5001') WHERE id = 2", "check.chain_broken", "2"),
    "a leaf nobody can read": ("UPDATE leaf SET payload = CAST(x'ff' AS TEXT) WHERE id = 2", "check.chain_broken", "2"),
    "a leaf removed": ("DELETE FROM leaf WHERE id = 2", "check.leaf_missing", "2"),
    "the end of the log": ("DELETE FROM leaf WHERE id > 9", "check.log_length", "9"),
    "a root": ("UPDATE head SET root = zeroblob(32) WHERE id = 2", "check.head_differs", "3"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_behind_the_guards_is_named(kept: Kept, change: str) -> None:
    script, code, subject = CHANGES[change]
    named = {(one, "*" if subject == "*" else where) for one, where in found(tampered(kept.book, script))}
    assert (code, subject) in named


def test_a_book_in_which_everything_happened_is_sound(kept: Kept) -> None:
    assert faults(kept.book) == []
    with kept.book.reading() as db:
        assert {row[0] for row in db.exec_driver_sql("SELECT DISTINCT kind FROM leaf")} == set(KINDS) - {"erasure"}
        assert check_against(db, [kept.head, log.head(db)]) == []


def test_payloads_are_canonical_json_without_names(kept: Kept) -> None:
    with kept.book.reading() as db:
        payloads = list(db.exec_driver_sql("SELECT payload FROM leaf").scalars())
    for payload in payloads:
        said = json.loads(payload)
        assert payload == json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert payload.startswith('{"_format":1,"_leaf":"')
        assert not any(name in payload for name in ("Testa", "Sample", "Testaitė", "A title"))


def test_the_log_is_written_whatever_letters_a_text_has(book: Book) -> None:
    text = "\"\\\x00\x01\x1f\n\t\x7fžД😀</'"
    with book.operation("odd", AT) as op:
        op.db.exec_driver_sql("INSERT INTO payee (code) VALUES (?)", (text.replace("\x00", ""),))
        made = op.db.exec_driver_sql("SELECT json_array(code) FROM payee").scalar_one()
    assert made == json.dumps([text.replace("\x00", "")], ensure_ascii=False)


# --- what the log follows by itself -----------------------------------------------------------------------------------
def test_a_donor_renamed_or_merged_in_an_operation_is_recorded_again(kept: Kept) -> None:
    with kept.book.operation("donor rename", AT) as op:
        op.db.execute(update(identity_donor).where(identity_donor.c.donor_id == 2).values(name="Sample Person Gamma"))
        op.db.execute(update(donation).where(donation.c.donor_id == 3).values(donor_id=2))
    assert faults(kept.book) == []
    with kept.book.reading() as db:
        last = db.exec_driver_sql("SELECT kind, subject_id FROM leaf ORDER BY id DESC LIMIT 4").all()
    assert sorted(tuple(row) for row in last) == [("receipt", 1), ("reconciliation", 2), ("reconciliation", 3), ("voucher", 1)]


def test_what_is_put_out_of_force_has_a_leaf_that_withdraws_its_last(kept: Kept) -> None:
    with kept.book.operation("reopen", AT) as op:
        other = op.db.exec_driver_sql("SELECT id FROM person WHERE uid = 'second'").scalar_one()
        add(op, reopening, period_id=1, at="2026-03-03T12:00:00+00:00", asked_by=op.person_id, agreed_by=other)
        op.db.execute(update(period).values(locked=0))
        op.db.execute(update(invoice).values(document_id=None))
        log.sign_head(op, SECOND.sign, other)
    with kept.book.reading() as db:
        last = [json.loads(row) for row in db.exec_driver_sql("SELECT payload FROM leaf ORDER BY id DESC LIMIT 3").scalars()]
        wanted: dict[str, int] = dict(db.exec_driver_sql("SELECT kind, min(id) FROM leaf GROUP BY kind").all())
    assert faults(kept.book) == ["check.approval_differs"], "an approval names the paper that it was given on"
    assert {one["_leaf"]: one["withdrawn"] for one in last if "withdrawn" in one} == {
        name: wanted[name] for name in ("period", "invoice_document")
    }


def test_an_operation_that_records_nothing_leaves_the_head_alone(kept: Kept) -> None:
    with kept.book.reading() as db:
        before = log.head(db)
    with kept.book.operation("payee add", AT) as op:
        parties.add_payee(op, "Sample Office", "sample office", None)
    with kept.book.reading() as db:
        assert log.head(db) == before


def test_the_log_takes_no_row_out_of_place(kept: Kept) -> None:
    writer = kept.book._writer
    assert writer is not None
    for hostile in (
        "UPDATE leaf SET payload = '{}'",
        "DELETE FROM leaf",
        "INSERT OR REPLACE INTO leaf SELECT id, operation_id, kind, subject_id, '{}', chain FROM leaf WHERE id = 2",
        "UPDATE head SET root = zeroblob(32)",
        "DELETE FROM head",
        "INSERT INTO head SELECT 99, operation_id, 3, root, chain, edge FROM head WHERE id = 1",
    ):
        with pytest.raises(IntegrityError, match=r"changed|deleted|out of place"), writer.begin() as db:  # noqa: PT012  a whole operation is what is tried
            db.exec_driver_sql("INSERT INTO operation (uid, verb, at, person_id) VALUES ('x', 'hostile', 'now', 1)")
            db.exec_driver_sql(hostile)
    assert faults(kept.book) == []


# --- signatures -------------------------------------------------------------------------------------------------------
def test_a_signed_head_verifies_and_an_altered_one_does_not(kept: Kept) -> None:
    with kept.book.operation("campaign close", AT) as op:
        journal.post(op, [interest(300, 1)])
        log.sign_head(op, kept.book.sign)
    assert faults(kept.book) == []
    assert faults(tampered(kept.book, "UPDATE signature SET signed = zeroblob(64) WHERE person_id = 1")) == ["check.signature"]


# --- what only an earlier report can tell -----------------------------------------------------------------------------
def recomputed(db: Connection) -> None:
    """Every payload taken from the rows as they are, the chain, the heads and the tree made anew: what a thorough forger does.

    Signatures are made by a key of the forger's own: one inside a book proves nothing.
    """
    driver: Any = db.connection.driver_connection
    chain, hashes = START, []
    for name in KINDS:
        for one in list(log.differences(db, name)):
            if one.present is not None and one.leaf is not None:
                driver.execute("UPDATE leaf SET payload = ? WHERE id = ?", (one.present.decode(), one.leaf))
    for place, payload in driver.execute("SELECT id, payload FROM leaf ORDER BY id").fetchall():
        hashes.append(leaf_hash(payload.encode()))
        chain = chained(chain, hashes[-1])
        driver.execute("UPDATE leaf SET chain = ? WHERE id = ?", (chain, place))
        edge = Edge().extended(hashes)
        values = (edge.root, chain, b"".join(edge.peaks), place)
        driver.execute("UPDATE head SET root = ?, chain = ?, edge = ? WHERE size = ?", values)
    heads = "SELECT s.id, b.uid, h.size, h.root FROM signature s JOIN head h ON h.id = s.head_id CROSS JOIN book b"
    for row_id, *signed in driver.execute(heads).fetchall():
        driver.execute("UPDATE signature SET signed = ? WHERE id = ?", (SECOND.sign(log.signed_message(*signed)), row_id))


def test_a_full_recomputation_is_invisible_inside_and_found_by_an_earlier_report(kept: Kept) -> None:
    with kept.book.reading() as db:
        whole = log.head(db)
    book = tampered(kept.book, "UPDATE entry SET subject = 'line:9' WHERE id = 1")
    assert book._writer is not None
    with book._writer.begin() as db:
        for name in db.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            db.exec_driver_sql(f'DROP TRIGGER "{name}"')
        recomputed(db)
        for statement in guard_statements():
            db.exec_driver_sql(statement)
    assert faults(book) == []
    with book.reading() as db:
        assert [one.code for one in check_against(db, [kept.head, whole])] == ["check.reported_differs"] * 2


# --- the chain ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("place", range(1, 18))
def test_any_leaf_with_one_letter_changed_breaks_the_chain_there(kept: Kept, place: int) -> None:
    script = f"UPDATE leaf SET payload = substr(payload, 1, 20) || 'x' || substr(payload, 22) WHERE id = {place}"
    assert ("check.chain_broken", str(place)) in found(tampered(kept.book, script))
