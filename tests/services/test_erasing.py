"""A person who asks to be forgotten is: in no page, index, history or log; amounts, days and ids stay, and the book is sound."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from fundledger.domain.matching import TargetKind
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import creditor_reference
from fundledger.domain.rules import Rule
from fundledger.domain.voucher import Draft, VoucherKind
from fundledger.export.personal import files
from fundledger.i18n import Speaker
from fundledger.reports.catalogue import forbidden_names
from fundledger.services import campaigns, donors, pledges, receipts, rules, undoing, vouchers
from fundledger.services.backups import back_up, restore
from fundledger.services.erased_list import LIST
from fundledger.services.erasing import erase_donor, reapply_erasures, withdraw_consent
from fundledger.services.folding import fold
from fundledger.services.proposing import proposals
from fundledger.store import donors as register
from fundledger.store import erasing, keys, parties
from fundledger.store.book import open_book
from fundledger.store.operations import operations
from fundledger.store.schema import erasure, identity_donor, identity_history, metadata
from tests.services.bookkeeping import PASSPHRASE, Desk, Paid, collected, day, euro, faults, refused
from tests.services.pages import clear_pages, seen

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book

HER, ACCOUNT, HELPED = "Testa Testaitė", "LT601010012345678901", "Bandoma Globotinė"
SAID = "Ačiū jums, Testos dovana"


def her_gift(amount: str = "70.00", on: str = "02-03", text: str = SAID) -> Paid:
    return Paid(amount, on, HER, ACCOUNT, text, rf=creditor_reference("C-101"), bank=f"HER-{on}-{amount}")


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    """Five donors and a sixth, who gave on her own and in a batch."""
    made = Desk(book, tmp_path)
    made.account(opening="500.00")
    made.campaign()
    made.take(*[one for one in collected() if one.name != HER], opening="500.00")
    batch = Paid("30.00", "02-05", parts=(
        Paid("20.00", name=HER, iban=ACCOUNT, text=SAID, rf=creditor_reference("C-101")),
        Paid("10.00", name="Donor Alpha", iban="LT1099", text="from Alpha", rf=creditor_reference("C-101")),
    ), bank="BATCH-1")  # fmt: skip
    made.take(her_gift(), batch, first="02-01", last="02-28", opening="2730.00", number="2")
    assert made.sure() == 6
    return made


def donor_id(book: Book, name: str = HER) -> int:
    with book.reading() as db:
        [found] = [row for row, _, folded in parties.donors_for_matching(db) if folded == fold(name)]
    return found


def pages(book: Book) -> bytes:
    return clear_pages(book.path, keys.unlock(book.path / "keys.json", PASSPHRASE)[0].data)


def test_no_byte_of_an_erased_donor_is_left_in_any_page(desk: Desk) -> None:
    book, her = desk.book, donor_id(desk.book)
    assert seen(pages(book), HER)
    before = desk.figures()

    changes = erase_donor(book, her, desk.now)

    clear = pages(book)
    assert [text for text in (HER, "Testaitė", "testaite", ACCOUNT, SAID) if seen(clear, text)] == []
    assert seen(clear, "Donor Alpha")
    assert seen(clear, "from Alpha"), "another person's payment in the same batch stays as it was"
    assert desk.figures() == before
    assert faults(book) == []
    assert [one.code for one in changes.warnings] == ["erase.fresh_backup"]


def test_a_rule_that_looks_for_her_is_emptied_and_tried_no_more(desk: Desk) -> None:
    held = Rule(TargetKind.SUSPENSE)
    for looks in (
        replace(held, name=HER),
        replace(held, iban=ACCOUNT),
        replace(held, text=f"from {HER}"),
        replace(held, text="from alpha"),
    ):
        rules.save(desk.book, looks, desk.now)
    erase_donor(desk.book, donor_id(desk.book), desk.now)
    assert [one.text for one in rules.rules(desk.book)] == ["from alpha"]
    clear = pages(desk.book)
    assert [text for text in ("testaite testa", "testa testaite", ACCOUNT) if seen(clear, text)] == []
    assert faults(desk.book) == []


def test_an_erased_donor_stays_in_no_list_log_or_report(desk: Desk) -> None:
    book, her = desk.book, donor_id(desk.book)
    erase_donor(book, her, desk.now)
    with book.reading() as db:
        [row] = register.donor_rows(db, [her], "EUR", reveal=True)
        log = repr(operations(db))
        history = db.execute(select(identity_history.c.old_value)).scalars().all()
        assert db.execute(select(identity_donor.c.name).where(identity_donor.c.donor_id == her)).scalar_one() == ""
        assert db.execute(select(erasure.c.donor_id, erasure.c.reason)).all() == [(her, "request")]
    assert (row.name, row.gifts, row.given) == ("", 2, euro("90.00"))
    assert not [word for word in ("Testa", ACCOUNT) if word in log]
    assert HER not in history
    assert HER not in forbidden_names(book)


def test_an_erasure_is_final(desk: Desk) -> None:
    her = donor_id(desk.book)
    changes = erase_donor(desk.book, her, desk.now)
    assert refused(lambda: undoing.undo(desk.book, desk.now, changes.operation)) == ["undo.not_undoable"]
    assert undoing.next_undo(desk.book) is None, "an older act is undone only by its number"
    assert refused(lambda: undoing.undo(desk.book, desk.now)) == ["undo.nothing"]
    assert refused(lambda: erase_donor(desk.book, her, desk.now)) == ["erase.already"]


def test_the_same_payments_imported_again_bring_no_name_back(desk: Desk) -> None:
    erase_donor(desk.book, donor_id(desk.book), desk.now)
    again = desk.take(her_gift(), first="02-01", last="02-28", opening="2730.00", number="2")
    assert (again.new, again.already_here) == (0, 1)
    assert seen(pages(desk.book), HER) == []


def test_a_later_gift_of_hers_is_a_new_donors(desk: Desk) -> None:
    her = donor_id(desk.book)
    erase_donor(desk.book, her, desk.now)
    desk.take(her_gift("5.00", "03-04"), first="03-01", last="03-31", opening="2830.00", number="3")
    assert desk.sure() == 1
    assert donor_id(desk.book) != her


def test_a_payment_not_booked_yet_is_erased_as_well(desk: Desk) -> None:
    desk.take(Paid("5.00", "03-04", HER, ACCOUNT, SAID, bank="Z-1"), Paid("6.00", "03-05", HER.upper(), None, "be sąskaitos", bank="Z-2"),
              first="03-01", last="03-31", opening="2830.00", number="3")  # fmt: skip
    erase_donor(desk.book, donor_id(desk.book), desk.now)
    assert seen(pages(desk.book), HER) == []
    assert [(one.name, one.text, str(one.amount)) for one in desk.lines()] == [("", "", "5.00"), ("", "", "6.00")]


def test_a_namesakes_payments_are_left_alone(desk: Desk) -> None:
    other = donors.add_donor(desk.book, HER, ["LT99990000"], desk.now).ids[0]
    desk.take(Paid("5.00", "03-04", HER, "LT99990000", "namesake", bank="Z-1"), first="03-01", last="03-31", opening="2830.00", number="3")
    with desk.book.reading() as db:
        her = next(row for row, _, folded in parties.donors_for_matching(db) if folded == fold(HER) and row != other)
    changes = erase_donor(desk.book, her, desk.now)
    assert [one.name for one in desk.lines()] == [HER]
    assert "erase.still_named" in [one.code for one in changes.warnings]


def test_while_the_law_wants_her_gifts_kept_she_is_restricted(desk: Desk) -> None:
    book, her = desk.book, donor_id(desk.book)
    until = desk.now.date() + timedelta(days=400)
    changes = erase_donor(book, her, desk.now, retain_until=until)
    assert [(one.code, dict(one.values)) for one in changes.warnings] == [("erase.restricted", {"until": until})]
    with book.reading() as db:
        [row] = register.donor_rows(db, [her], "EUR", reveal=True)
    assert (row.name, row.restricted) == ("•••", True)
    assert HER in forbidden_names(book)
    assert [one.code for one in erase_donor(book, her, desk.now).warnings] == ["erase.restricted"]
    erase_donor(book, her, desk.now + timedelta(days=401))
    assert seen(pages(book), HER) == []


def test_nobody_is_proposed_or_revealed_by_a_restricted_name(desk: Desk) -> None:
    her = donor_id(desk.book)
    erase_donor(desk.book, her, desk.now, retain_until=date(2040, 1, 1))
    desk.take(Paid("5.00", "03-04", HER, None, "iš jos", bank="Z-1"), Paid("6.00", "03-05", "", ACCOUNT, "iš jos", bank="Z-2"),
              first="03-01", last="03-31", opening="2830.00", number="3")  # fmt: skip
    rules = {line: [share.donor for match in found for share in match.shares] for line, found in proposals(desk.book).items()}
    assert rules[desk.line("5.00")] == []
    assert rules[desk.line("6.00")] == [her], "one person stays one donor by her account"
    shown = {str(one.amount): one.name for one in desk.lines("matched")}
    assert (shown["70.00"], shown["1000.00"]) == ("•••", "Donor Alpha")


def test_a_restriction_can_be_taken_back(desk: Desk) -> None:
    her = donor_id(desk.book)
    erase_donor(desk.book, her, desk.now, retain_until=date(2040, 1, 1))
    undoing.undo(desk.book, desk.now)
    with desk.book.reading() as db:
        [row] = register.donor_rows(db, [her], "EUR", reveal=True)
    assert (row.name, row.restricted) == (HER, False)


def test_an_older_copy_is_erased_again(desk: Desk, tmp_path: Path) -> None:
    book = desk.book
    book.close()
    older = shutil.copytree(book.path, tmp_path / "Older.fundledger")
    with open_book(book.path, PASSPHRASE) as now:
        erase_donor(now, donor_id(now), desk.now)
        told = json.loads((now.path / "backups" / LIST).read_text("utf-8"))
    assert HER not in json.dumps(told, ensure_ascii=False)
    assert len(told["erasures"][0]["lines"]) == 2
    with open_book(older, PASSPHRASE) as restored:
        assert len(reapply_erasures(restored, book.path / "backups", desk.now).ids) == 1
        assert seen(pages(restored), HER) == []
        assert faults(restored) == []
        assert json.loads((restored.path / "backups" / LIST).read_text("utf-8"))["erasures"] == told["erasures"]
        assert reapply_erasures(restored, book.path / "backups", desk.now).operation is None


def test_a_restored_backup_brings_no_name_back(desk: Desk, tmp_path: Path) -> None:
    book = desk.book
    made = back_up(book, desk.now)
    erase_donor(book, donor_id(book), desk.now)
    back = restore(made.backup.file, tmp_path / "Back", desk.now, PASSPHRASE)
    assert "erase.again" in [one.code for one in back.warnings]
    with open_book(tmp_path / "Back", PASSPHRASE) as restored:
        assert seen(pages(restored), HER) == []
        assert faults(restored) == []


def restricted(book: Book, donor: int) -> tuple[bool, str | None]:
    with book.reading() as db:
        return erasing.retention(db, donor)


def test_a_restored_backup_shows_no_restricted_name(desk: Desk, tmp_path: Path) -> None:
    book, her, until = desk.book, donor_id(desk.book), date(2040, 1, 1)
    made = back_up(book, desk.now)
    erase_donor(book, her, desk.now, retain_until=until)
    told = (book.path / "backups" / LIST).read_text("utf-8")
    assert HER not in told
    assert ACCOUNT not in told
    back = restore(made.backup.file, tmp_path / "Back", desk.now, PASSPHRASE)
    assert [one.code for one in back.warnings] == ["erase.restricted_again"]
    with open_book(tmp_path / "Back", PASSPHRASE) as again:
        assert restricted(again, her) == (True, "2040-01-01")
        assert (again.path / "backups" / LIST).read_text("utf-8") == told
        assert reapply_erasures(again, book.path / "backups", desk.now).operation is None
        assert reapply_erasures(again, book.path / "backups", desk.now).warnings == ()
        assert faults(again) == []


def test_a_restriction_taken_back_or_followed_by_erasure_is_on_no_list(desk: Desk, tmp_path: Path) -> None:
    book, her = desk.book, donor_id(desk.book)
    made = back_up(book, desk.now)
    erase_donor(book, her, desk.now, retain_until=date(2040, 1, 1))
    undoing.undo(book, desk.now)
    assert json.loads((book.path / "backups" / LIST).read_text("utf-8"))["restrictions"] == []
    back = restore(made.backup.file, tmp_path / "Back", desk.now, PASSPHRASE)
    assert back.warnings == ()
    with open_book(tmp_path / "Back", PASSPHRASE) as again:
        assert restricted(again, her) == (False, None)
    erase_donor(book, her, desk.now, retain_until=date(2027, 1, 1))
    erase_donor(book, her, desk.now + timedelta(days=900))
    told = json.loads((book.path / "backups" / LIST).read_text("utf-8"))
    assert (len(told["erasures"]), told["restrictions"]) == (1, [])


def test_a_copy_from_before_she_was_known_is_erased_as_well(book: Book, tmp_path: Path) -> None:
    desk = Desk(book, tmp_path)
    desk.account(opening="500.00")
    desk.campaign()
    desk.take(her_gift(on="01-03"), opening="500.00")
    book.close()
    older = shutil.copytree(book.path, tmp_path / "Older.fundledger")
    with open_book(book.path, PASSPHRASE) as now:
        Desk(now, tmp_path).sure()
        erase_donor(now, donor_id(now), desk.now)
    with open_book(older, PASSPHRASE) as restored:
        reapply_erasures(restored, book.path / "backups", desk.now)
        assert seen(pages(restored), HER) == []


def test_texts_committed_to_before_an_erasure_say_nothing_afterwards(desk: Desk) -> None:
    """The salt that tied the log to her texts is gone, the batch is recorded again, and other lines keep theirs."""

    def committed() -> dict[int, tuple[bytes, bytes]]:
        with desk.book.reading() as db:
            rows = db.exec_driver_sql("SELECT l.id, l.text_digest, i.salt FROM line l JOIN identity_line i ON i.line_id = l.id")
            return {row[0]: (row[1], row[2]) for row in rows}

    def batches() -> int:
        with desk.book.reading() as db:
            return int(db.exec_driver_sql("SELECT count(*) FROM leaf WHERE kind = 'batch'").scalar_one())

    before, recorded = committed(), batches()
    erase_donor(desk.book, donor_id(desk.book), desk.now)
    after = committed()
    hers = {row for row in before if before[row] != after[row]}
    clear = pages(desk.book)
    assert len(hers) == 2
    assert batches() == recorded + 1
    assert not any(told in clear for row in hers for told in (*before[row], before[row][1].hex().upper().encode()))
    assert all(before[row][0] != after[row][0] and before[row][1] != after[row][1] for row in hers)
    assert faults(desk.book) == []


def test_a_damaged_list_refuses_before_anything_is_erased(desk: Desk) -> None:
    (desk.book.path / "backups" / LIST).write_text("{", encoding="utf-8")
    her = donor_id(desk.book)
    assert refused(lambda: erase_donor(desk.book, her, desk.now)) == ["erase.list_damaged"]
    assert donor_id(desk.book) == her


def test_old_backups_are_named_with_the_day_they_are_gone(desk: Desk) -> None:
    desk.book.back_up(desk.now)
    warned = {one.code: one.values for one in erase_donor(desk.book, donor_id(desk.book), desk.now).warnings}
    assert warned["erase.backups"] == {"until": date(2028, 12, 31)}


def test_a_reason_is_one_of_ours(desk: Desk) -> None:
    her = donor_id(desk.book)
    assert refused(lambda: erase_donor(desk.book, her, desk.now, reason=f"{HER} asked")) == ["erase.reason"]


def test_withdrawn_consent_leaves_the_code_alone(desk: Desk) -> None:
    book = desk.book
    campaigns.add_campaign(book, "C-7", euro("10.00"), desk.find("C-101").mandate, desk.now, beneficiary=HELPED)
    title = desk.find("C-7").title("en")
    assert title == "Title of C-101"
    assert HELPED not in forbidden_names(book)
    withdraw_consent(book, "C-101", date(2026, 12, 31), desk.now)
    changes = withdraw_consent(book, "C-7", date(2026, 12, 31), desk.now)
    assert [one.code for one in changes.warnings] == ["campaign.earlier_editions"]
    assert (desk.find("C-7").title("en"), desk.find("C-7").story("en")) == ("C-7", "")
    assert seen(pages(book), title) == []
    assert HELPED in forbidden_names(book)
    assert faults(book) == []
    assert refused(lambda: withdraw_consent(book, "C-7", date(2026, 12, 31), desk.now)) == ["campaign.consent_withdrawn"]


def test_a_restored_copy_loses_the_consent_again(desk: Desk, tmp_path: Path) -> None:
    book = desk.book
    book.close()
    older = shutil.copytree(book.path, tmp_path / "Older.fundledger")
    with open_book(book.path, PASSPHRASE) as now:
        withdraw_consent(now, "C-101", date(2026, 12, 31), desk.now)
    with open_book(older, PASSPHRASE) as restored:
        reapply_erasures(restored, book.path / "backups", desk.now)
        assert Desk(restored, tmp_path).find("C-101").title("en") == "C-101"
        assert seen(pages(restored), "Title of C-101") == []


def test_her_own_data_is_hers_alone(desk: Desk) -> None:
    data = donors.personal_data(desk.book, donor_id(desk.book), desk.now)
    assert (data.name, data.accounts) == (HER, (ACCOUNT,))
    assert [(str(one.amount), one.campaign, one.text) for one in data.gifts] == [("70.00", "C-101", SAID), ("20.00", "C-101", SAID)]
    assert "Alpha" not in repr(data)
    assert {one.table for one in data.log} == {"donor", "identity_donor", "identity_donor_account", "donation"}
    with desk.book.reading() as db:
        newest = operations(db, 1)[0]
    assert (newest.verb, newest.subject) == ("donor export", data.code)


# Whatever refers to a donor, and where she is told of it; or why she is not.
TOLD = {
    "donor": "code", "identity_donor": "name", "identity_donor_account": "accounts", "identity_donor_email": "emails", "pledge": "pledges",
    "donation": "gifts", "voucher": "refunds", "receipt": "receipts", "rule": "rules",
}  # fmt: skip
NOT_TOLD = {
    "identity_donor_word": "derived from her name, which is told",
    "donor_apart": "tells of another person who is called alike",
    "erasure": "whoever is erased has no data to be told of",
}


def test_every_table_that_refers_to_a_donor_is_told_or_left_out_with_a_reason(desk: Desk) -> None:
    refer = {table.name for table in metadata.sorted_tables for key in table.foreign_keys if key.column.table.name == "donor"}
    assert refer | {"donor"} == {*TOLD, *NOT_TOLD}
    her = donor_id(desk.book)
    with desk.book.reading() as db:
        code = parties.find_donor(db, her).code
    donors.add_email(desk.book, code, "testa@example.org", desk.now)
    pledges.add_pledge(desk.book, code, "C-101", euro("20.00"), day("02-01"), desk.now)
    back = Draft(VoucherKind.REFUND, euro("10.00"), day("02-10"), campaign="C-101", donor=code)
    vouchers.book_voucher(desk.book, back, desk.now)
    receipts.issue_receipt(desk.book, code, desk.now, lambda _: b"", year=2026)
    rules.save(desk.book, Rule(TargetKind.SUSPENSE, iban=ACCOUNT), desk.now)
    told = donors.personal_data(desk.book, code, desk.now)
    assert [field for field in TOLD.values() if not getattr(told, field)] == []
    assert told.rules == (ACCOUNT,)
    said = files(told, Speaker("en"))
    assert all(ACCOUNT in text.decode() for text in said.values())


def test_an_unknown_donor_is_said_to_be_unknown(desk: Desk) -> None:
    with pytest.raises(KnownError) as error:
        erase_donor(desk.book, "D-9999", desk.now)
    assert error.value.code == "donor.unknown"
