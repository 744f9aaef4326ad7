"""Vouchers that others stand on or two persons book: an advance in use, both signatures, the photo of a receipt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fundledger.services import reconciling, undoing, vouchers
from fundledger.services.checking import check_book
from fundledger.store.operations import operations
from tests.services.bookkeeping import LAWYER, PAYEE, RECOVERY_KEY, Desk, Paid, faults, refused
from tests.services.photos import jpeg_photo
from tests.services.test_vouchers import bank, draft, figures, to_account, voucher, witness
from tests.store.test_evidence import tampered

if TYPE_CHECKING:
    from pathlib import Path


def test_an_advance_that_paid_an_invoice_is_not_unmatched_under_it(desk: Desk) -> None:
    bank(desk, Paid("-500.00", "02-05", LAWYER, PAYEE), opening="3530.00")
    to_account(desk, "-500.00", "1210", LAWYER)
    with desk.book.reading() as db:
        accepted = operations(db)[0].id
    line = next(one.id for one in desk.lines("matched") if str(one.amount) == "-500.00")
    desk.invoice("300.00")
    voucher(desk, "advance_used", "300.00", invoice="SLO-14")
    before = figures(desk, "paid", "advanced", "due_back")
    assert refused(lambda: reconciling.unmatch(desk.book, line, desk.now)) == ["advance.used"]
    assert refused(lambda: undoing.undo(desk.book, desk.now, accepted)) == ["advance.used"]
    assert figures(desk, "paid", "advanced", "due_back") == before == ["300.00", "200.00", "0.00"]
    undoing.undo(desk.book, desk.now)
    reconciling.unmatch(desk.book, line, desk.now)
    assert faults(desk.book) == []


def test_a_photo_keeps_its_cameras_data_only_where_a_person_wants_it(desk: Desk, tmp_path: Path) -> None:
    photo = tmp_path / "receipt.jpg"
    photo.write_bytes(jpeg_photo())
    facts = replace(draft("in_kind", "5.00"), document=photo)
    assert [one.code for one in vouchers.book_voucher(desk.book, facts, desk.now).warnings] == ["document.photo_data_left_out"]
    assert vouchers.book_voucher(desk.book, replace(facts, keep_photo_data=True), desk.now).warnings == ()


def test_both_persons_sign_and_a_second_name_without_a_signature_is_found(desk: Desk) -> None:
    second = witness(desk.book)
    voucher(desk, "cash", "20.00", second=second)
    with desk.book.reading() as db:
        assert db.exec_driver_sql("SELECT person_id FROM signature ORDER BY id").scalars().all() == [1, second.person_id]
    assert faults(desk.book) == []
    found = check_book(tampered(desk.book, "DELETE FROM signature WHERE person_id <> 1"))
    assert ("check.voucher_unsigned", {"person": second.person_id}) in [(one.code, dict(one.values)) for one in found]


def test_a_forged_signature_is_named(desk: Desk) -> None:
    second = witness(desk.book)
    voucher(desk, "cash", "20.00", second=second)
    found = check_book(tampered(desk.book, "UPDATE signature SET signed = zeroblob(64) WHERE person_id <> 1"))
    assert [one.code for one in found] == ["check.signature"]


def test_the_recovery_key_is_no_second_person(desk: Desk) -> None:
    assert refused(lambda: desk.book.witness(RECOVERY_KEY)) in (["witness.wrong"], ["book.same_person"])
