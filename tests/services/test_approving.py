"""An approval is signed by whoever gives it, at the desk or on a machine without the book; two people move money between funds."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from fundledger.domain.approval import PaperKind, canonical
from fundledger.domain.campaign import COVER, HOLD, Mandate, PublicText
from fundledger.services import accounts, approval_files, campaigns, evidence, invoices, payees, paying, people, policies, undoing
from fundledger.services.checking import check_book
from fundledger.store import approvals
from tests.services.bookkeeping import CHEAP, LAWYER, PASSPHRASE, PAYEE, Desk, day, euro, refused

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.services.approval_files import Request

_COLUMNS = "campaign_id, payee_id, number, amount_minor, issued_on, state, entered_by, approved_by"
SECOND = "antras slaptas sakinys"
THIRD = "trečias slaptas sakinys"


def bill(desk: Desk, number: str = "S-1", amount: str = "500.00", document: Path | None = None) -> None:
    """An invoice of C-101 that waits for its approval."""
    invoices.add_invoice(
        desk.book, campaign="C-101", payee=LAWYER, number=number, amount=euro(amount), issued_on=day("02-03"), at=desk.now, iban=PAYEE,
        document=document,
    )  # fmt: skip


def let_in(desk: Desk, role: str = "treasurer", passphrase: str = SECOND) -> int:
    """Another person; her row id."""
    return people.add_person(desk.book, "Second Sample Person", role, passphrase, desk.now, CHEAP).ids[0]


def key_of(desk: Desk, passphrase: str) -> bytes:
    """The key file of a person, who works again as the first one afterwards."""
    made: list[bytes] = []
    desk.book.switch(passphrase)
    people.export_key(desk.book, passphrase, desk.now, made.append, CHEAP)
    desk.book.switch(PASSPHRASE)
    return made[0]


def ask(desk: Desk, person: int, number: str = "S-1") -> Request:
    """A request to a person."""
    return approval_files.request_approval(desk.book, number, person, desk.now, lambda _: None)[1]


# --- at the desk --------------------------------------------------------------------------------------------------------
def test_an_approval_is_signed_and_the_book_is_sound(desk: Desk) -> None:
    bill(desk)
    changes = invoices.approve_invoice(desk.book, "S-1", desk.now)
    with desk.book.reading() as db:
        [kept] = approvals.kept(db)
        assert kept.present is not None
        assert kept.present["amount"] == euro("500.00").minor
        assert "Sample" not in kept.said, "what is signed names nobody"
        assert [one.people for one in approvals.hands(db)] == [1]
    assert check_book(desk.book) == []
    undoing.undo(desk.book, desk.now, changes.operation)
    with desk.book.reading() as db:
        assert list(approvals.kept(db)) == []
    invoices.approve_invoice(desk.book, "S-1", desk.now)
    assert check_book(desk.book) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoice SET state = 'approved', approved_by = 1",
        f"INSERT INTO invoice ({_COLUMNS}) SELECT campaign_id, payee_id, 'X', 1, issued_on, 'approved', 1, 1 FROM invoice",
        f"REPLACE INTO invoice (id, {_COLUMNS}) SELECT id, campaign_id, payee_id, number, 1, issued_on, 'approved', 1, 1 FROM invoice",
    ],
)
def test_raw_sql_approves_nothing_that_nobody_signed(desk: Desk, statement: str) -> None:
    bill(desk)
    with pytest.raises(IntegrityError, match="approved"), desk.book.operation("invoice approve", desk.now) as op:
        op.db.execute(text(statement))


@pytest.mark.parametrize("statement", ["DELETE FROM approval", "UPDATE approval SET said = ''", "UPDATE approval SET person_id = 2"])
def test_raw_sql_takes_no_signature_away(desk: Desk, statement: str) -> None:
    bill(desk)
    invoices.approve_invoice(desk.book, "S-1", desk.now)
    with pytest.raises(IntegrityError, match="approval"), desk.book.operation("invoice approve", desk.now) as op:
        op.db.execute(text(statement))


# --- by a file ----------------------------------------------------------------------------------------------------------
def test_an_approval_travels(desk: Desk, tmp_path: Path) -> None:
    paper = tmp_path / "bill.pdf"
    paper.write_bytes(b"%PDF-1.7 invented")
    bill(desk, document=paper)
    her = let_in(desk, "approve")
    key = key_of(desk, SECOND)
    asked = ask(desk, her)
    assert (asked.shown["account"], asked.shown["payee"]) == (PAYEE, LAWYER)
    data = approval_files.render(asked)
    assert approval_files.is_request(data)
    assert approval_files.open_request(data, key, SECOND) == asked
    assert [one.code for one in asked.warnings] == ["approval.account_unverified"]
    assert refused(lambda: approval_files.sign(data, key, SECOND, b"another paper")) == ["approval.other_paper"]
    assert refused(lambda: approval_files.sign(data, key, THIRD)) == ["key.does_not_open"]
    assert refused(lambda: approval_files.take_approval(desk.book, data, desk.now)) == ["approval.unsigned"]
    answer = approval_files.render(approval_files.sign(data, key, SECOND, paper.read_bytes()))
    assert approval_files.take_approval(desk.book, answer, desk.now)[0].warnings == ()
    with desk.book.reading() as db:
        [hands] = approvals.hands(db)
    assert (hands.entered_by, hands.approved_by, hands.travelled) == (1, her, True)
    assert check_book(desk.book) == []
    assert refused(lambda: approval_files.take_approval(desk.book, answer, desk.now)) == ["approval.answered"]
    assert refused(lambda: approval_files.sign(answer, key, SECOND)) == ["approval.answer"]


def test_who_carries_it_reads_nothing(desk: Desk) -> None:
    bill(desk)
    her = let_in(desk, "approve")
    request = approval_files.render(ask(desk, her))
    answer = approval_files.render(approval_files.sign(request, key_of(desk, SECOND), SECOND, reason="Sample Law Office was never asked"))
    for data in (request, answer):
        assert set(json.loads(data)) == {"book", "box", "format", "kind", "request", "sum"}
        inside = bytes.fromhex(json.loads(data)["box"])
        for said in (LAWYER, PAYEE, "S-1", "C-101", "never asked", "50000"):
            assert said.encode() not in data
            assert said.encode() not in inside


def test_every_byte_that_is_altered_is_seen(desk: Desk) -> None:
    bill(desk)
    her = let_in(desk, "approve")
    key = key_of(desk, SECOND)
    request = approval_files.render(ask(desk, her))
    answer = approval_files.render(approval_files.sign(request, key, SECOND))
    known = {"approval.altered", "approval.no_request", "approval.format"}
    for data in (request, answer):
        for place in range(len(data)):
            altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
            assert set(refused(lambda altered=altered: approval_files.look(altered))) <= known  # type: ignore[misc]
        for other in (b"", b"{}", b"[1]", b"null", data[:-1], data + b" ", data[: len(data) // 2], b"[" * 70_000, b"\xff" + data):
            assert set(refused(lambda other=other: approval_files.look(other))) <= known  # type: ignore[misc]


def test_whoever_makes_the_sum_right_again_is_found_by_the_box(desk: Desk) -> None:
    bill(desk)
    her = let_in(desk, "approve")
    key = key_of(desk, SECOND)
    request = approval_files.render(ask(desk, her))
    answer = approval_files.render(approval_files.sign(request, key, SECOND))

    def forged(data: bytes, **other: str) -> bytes:
        content = json.loads(data) | other
        del content["sum"]
        return (canonical(content | {"sum": approval_files._sum(content)}) + "\n").encode()

    def flipped(data: bytes, place: int) -> bytes:
        box = bytearray.fromhex(json.loads(data)["box"])
        box[place] ^= 1
        return forged(data, box=box.hex())

    for place in (0, 31, 32, 100, -1):
        assert refused(lambda place=place: approval_files.sign(flipped(request, place), key, SECOND)) == ["approval.not_yours"]  # type: ignore[misc]
        bad = flipped(answer, place)
        assert refused(lambda bad=bad: approval_files.take_approval(desk.book, bad, desk.now)) == ["approval.altered"]  # type: ignore[misc]
    assert refused(lambda: approval_files.take_approval(desk.book, forged(answer, request="another"), desk.now)) == ["approval.altered"]
    assert refused(lambda: approval_files.take_approval(desk.book, forged(answer, book="another"), desk.now)) == ["approval.other_book"]
    assert refused(lambda: approval_files.sign(forged(request, book="another"), key, SECOND)) == ["approval.not_yours"]
    assert refused(lambda: approval_files.sign(forged(request, box=""), key, SECOND)) == ["approval.not_yours"]


def test_an_answer_that_the_book_itself_could_have_closed_is_found_by_its_signature(desk: Desk) -> None:
    bill(desk)
    her = let_in(desk, "approve")
    answer = approval_files.sign(approval_files.render(ask(desk, her)), key_of(desk, SECOND), SECOND)
    for forged in (replace(answer, facts=answer.facts | {"amount": 1}), replace(answer, reason="No.")):
        assert refused(lambda forged=forged: approval_files.take_approval(desk.book, approval_files.render(forged), desk.now)) == [  # type: ignore[misc]
            "approval.other_key"
        ]


# --- a no ---------------------------------------------------------------------------------------------------------------
def test_a_no_is_kept_with_its_reason_and_approves_nothing(desk: Desk) -> None:
    bill(desk)
    her = let_in(desk, "approve")
    key, why = key_of(desk, SECOND), "The hours are not ours; ask the office again."
    data = approval_files.render(ask(desk, her))
    with desk.book.reading() as db:
        assert list(approvals.asked(db)) == [1]
    assert refused(lambda: approval_files.sign(data, key, SECOND, reason="x" * 2001)) == ["approval.reason"]
    answer = approval_files.render(approval_files.sign(data, key, SECOND, reason=why))
    changes, _ = approval_files.take_approval(desk.book, answer, desk.now)
    assert [one.code for one in changes.warnings] == ["approval.refused"]
    with desk.book.reading() as db:
        [no] = approvals.refusals(db)
        assert (no.number, no.person, no.reason) == ("S-1", her, why)
        assert approvals.asked(db) == {}
        assert approvals.hands(db) == [], "nothing is approved"
    assert check_book(desk.book) == []
    assert refused(lambda: approval_files.take_approval(desk.book, answer, desk.now)) == ["approval.answered"]
    undoing.undo(desk.book, desk.now, changes.operation)
    with desk.book.reading() as db:
        assert approvals.refusals(db) == []
    assert check_book(desk.book) == []
    approval_files.take_approval(desk.book, answer, desk.now)
    asked_again = approval_files.render(ask(desk, her))
    approval_files.take_approval(desk.book, approval_files.render(approval_files.sign(asked_again, key, SECOND)), desk.now)
    assert check_book(desk.book) == [], "a no may become a yes; both stay"
    with desk.book.reading() as db:
        assert (len(approvals.refusals(db)), len(approvals.hands(db))) == (1, 1)


def test_what_one_person_did_alone_is_listed(desk: Desk) -> None:
    bill(desk)
    bill(desk, "S-2")
    invoices.approve_invoice(desk.book, "S-1", desk.now)
    let_in(desk)
    desk.book.switch(SECOND)
    invoices.approve_invoice(desk.book, "S-2", desk.now)
    with desk.book.reading() as db:
        assert {one.number: one.herself for one in approvals.hands(db)} == {"S-1": True, "S-2": False}


def test_another_s_key_answers_for_nobody(desk: Desk) -> None:
    bill(desk)
    her = let_in(desk, "approve")
    let_in(desk, "approve", THIRD)
    other = key_of(desk, THIRD)
    data = approval_files.render(ask(desk, her))
    assert refused(lambda: approval_files.sign(data, other, THIRD)) == ["approval.not_yours"]


def test_what_changed_since_it_was_asked_for_is_not_approved(desk: Desk) -> None:
    bill(desk)
    her = let_in(desk, "approve")
    answer = approval_files.render(approval_files.sign(approval_files.render(ask(desk, her)), key_of(desk, SECOND), SECOND))
    payees.edit_payee(desk.book, LAWYER, desk.now, iban="LT601010012345678901")
    assert refused(lambda: approval_files.take_approval(desk.book, answer, desk.now)) == ["approval.stale"]


def test_only_who_approves_is_asked(desk: Desk) -> None:
    bill(desk)
    her = let_in(desk, "enter")
    assert refused(lambda: ask(desk, her)) == ["role.not_yours"]
    people.change_role(desk.book, her, "approve", desk.now)
    assert ask(desk, her).key
    assert refused(lambda: people.change_role(desk.book, her, "approve", desk.now)) == ["person.role_same"]
    assert refused(lambda: people.change_role(desk.book, desk.book.person_id, "pay", desk.now)) == ["person.own_role"]
    assert refused(lambda: people.change_role(desk.book, her, "enter+approve+pay", desk.now)) == ["person.role_unknown"]
    desk.book.switch(SECOND)
    assert desk.book.role == "approve", "the book says what she does, not the slot that was made before"
    assert refused(lambda: bill(desk, "S-2")) == ["role.not_yours"]


# --- how many people --------------------------------------------------------------------------------------------------------
def test_fewer_people_for_a_payment_takes_two_to_say_so(desk: Desk) -> None:
    let_in(desk)
    second = desk.book.witness(SECOND)
    policies.set_payment_people(desk.book, 3, desk.now)
    assert policies.payment_people(desk.book) == 3
    bill(desk)
    assert refused(lambda: invoices.approve_invoice(desk.book, "S-1", desk.now)) == ["approval.herself"]
    assert refused(lambda: policies.set_payment_people(desk.book, 1, desk.now)) == ["policy.loosened"]
    assert refused(lambda: policies.set_payment_people(desk.book, 4, desk.now)) == ["policy.people"]
    assert [one.code for one in policies.set_payment_people(desk.book, 1, desk.now, second).warnings] == ["policy.one_person"]
    assert "invoice.approved_by_herself" in {one.code for one in invoices.approve_invoice(desk.book, "S-1", desk.now).warnings}
    payees.verify_payee(desk.book, LAWYER, PAYEE, desk.now)
    ready = paying.prepare(desk.book, ["S-1"], "1010-1", desk.now.date(), desk.now)
    assert "payment.one_person" in {one.code for one in ready.warnings}
    policies.set_payment_people(desk.book, 2, desk.now)
    ready = paying.prepare(desk.book, ["S-1"], "1010-1", desk.now.date(), desk.now)
    assert "payment.one_person" in {one.code for one in ready.refused}
    assert check_book(desk.book) == []


# --- money between funds ----------------------------------------------------------------------------------------------------
def covered(desk: Desk, surplus: str = HOLD) -> None:
    """A foundation with money of its own, and a campaign it promised to cover, with an invoice."""
    accounts.add_account(desk.book, "LT609999900000000009", "Own", desk.now, euro("1000.00"), day("01-01"))
    campaigns.add_campaign(
        desk.book,
        "C-9",
        euro("100.00"),
        Mandate({"en": PublicText("Nine")}, shortfall=COVER, surplus=surplus),
        desk.now,
        opened_on=day("01-01"),
    )


def test_a_cover_takes_a_second_person_where_there_is_one(desk: Desk) -> None:
    covered(desk)
    alone = campaigns.cover(desk.book, "C-9", euro("10.00"), day("02-01"), desk.now)
    assert [one.code for one in alone.warnings] == ["move.alone"]
    let_in(desk)
    assert refused(lambda: campaigns.cover(desk.book, "C-9", euro("10.00"), day("02-01"), desk.now)) == ["move.two_persons"]
    second = desk.book.witness(SECOND)
    assert campaigns.cover(desk.book, "C-9", euro("10.00"), day("02-01"), desk.now, second).warnings == ()
    with desk.book.reading() as db:
        agreed = db.exec_driver_sql("SELECT agreed_by FROM voucher ORDER BY id").scalars().all()
    assert agreed == [None, second.person_id]
    assert check_book(desk.book) == []


def test_a_surplus_goes_to_another_campaign_when_two_people_agree(desk: Desk) -> None:
    covered(desk, surplus="campaign:C-101")
    campaigns.cover(desk.book, "C-9", euro("10.00"), day("02-01"), desk.now)
    campaigns.end_collection(desk.book, "C-9", day("02-02"), desk.now)
    let_in(desk)
    assert refused(lambda: campaigns.close_campaign(desk.book, "C-9", day("02-03"), desk.now)) == ["move.two_persons"]
    second = desk.book.witness(SECOND)
    assert campaigns.close_campaign(desk.book, "C-9", day("02-03"), desk.now, second).warnings == ()
    with desk.book.reading() as db:
        assert db.exec_driver_sql("SELECT agreed_by FROM voucher ORDER BY id DESC LIMIT 1").scalar_one() == second.person_id
    assert check_book(desk.book) == []


# --- what proves a payment --------------------------------------------------------------------------------------------------
def test_a_paper_comes_later_and_a_letter_is_for_all_of_a_payee(desk: Desk, tmp_path: Path) -> None:
    paper = tmp_path / "letter.pdf"
    paper.write_bytes(b"%PDF-1.7 an invented letter")
    bill(desk)
    bill(desk, "S-2")
    invoices.approve_invoice(desk.book, "S-1", desk.now)
    changes = evidence.add_paper(desk.book, "S-1", PaperKind.LETTER, paper, desk.now)
    assert refused(lambda: evidence.add_paper(desk.book, "S-1", PaperKind.LETTER, paper, desk.now)) == ["paper.known"]
    with desk.book.reading() as db:
        assert {kind for found in approvals.papers(db).values() for kind, _ in found} == {PaperKind.LETTER}
        assert len(approvals.papers(db)) == 2
    assert check_book(desk.book) == []
    undoing.undo(desk.book, desk.now, changes.operation)
    with desk.book.reading() as db:
        assert approvals.papers(db) == {}
    assert check_book(desk.book) == []
