"""What a treasurer sets beside the amount: VAT inside it, a reverse charge on top of it, tax withheld from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.invoice import LINES, Details, Lane, check_lines, lane_of
from fundledger.domain.money import Money
from fundledger.domain.paying import AccountState
from fundledger.domain.problem import Problem
from fundledger.services import invoices, payees, paying, undoing
from fundledger.services.checking import check_book
from fundledger.store import funds, vouchers
from fundledger.store import invoices as store
from fundledger.store import paying as sent
from tests.services.bookkeeping import LAWYER, PAYEE, Desk, Paid, collected, day, euro, refused

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.domain.people import Invoice
    from fundledger.store.book import Book


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    """A campaign with 3,030.00 of five donors."""
    made = Desk(book, tmp_path)
    made.account()
    made.campaign(asked="3500.00")
    made.take(*collected())
    assert made.sure() == 5
    return made


def enter(desk: Desk, number: str = "S-1", amount: str = "2000.00", **lines: str) -> None:
    details = Details({name: euro(line) for name, line in lines.items()}, day("03-01"), "RF18 5390 0754 7034", origins={"number": "xml"})
    invoices.add_invoice(
        desk.book, campaign="C-101", payee=LAWYER, number=number, amount=euro(amount), issued_on=day("02-01"), at=desk.now, iban=PAYEE,
        details=details,
    )  # fmt: skip


def found(desk: Desk, number: str = "S-1") -> Invoice:
    with desk.book.reading() as db:
        return store.find_invoice(db, number, "EUR")


def standing(desk: Desk) -> dict[str, int]:
    """What stands in each account of the campaign."""
    with desk.book.reading() as db:
        return {code: minor for code, minor in funds.bank_split(db, desk.find("C-101").fund).items() if minor}


def taxes(desk: Desk) -> Money:
    with desk.book.reading() as db:
        rows = db.exec_driver_sql("SELECT -sum(amount_minor) FROM balance b JOIN account a ON a.id = b.account_id WHERE a.code = '2040'")
        return Money(rows.scalar_one() or 0, "EUR")


def test_what_an_invoice_says_beside_its_amount_is_kept(desk: Desk) -> None:
    enter(desk, vat="347.11", withholding="300.00")
    with desk.book.reading() as db:
        kept = store.details_of(db, [found(desk).id])[found(desk).id]
    assert kept == Details(
        {"vat": euro("347.11"), "withholding": euro("300.00")}, day("03-01"), "RF18 5390 0754 7034", PAYEE, {"number": "xml"},
    )  # fmt: skip
    assert (found(desk).payable, found(desk).due_on) == (euro("1700.00"), day("03-01"))


def test_withheld_tax_is_owed_to_the_state_and_the_payee_gets_the_rest(desk: Desk) -> None:
    enter(desk, withholding="300.00")
    invoices.approve_invoice(desk.book, "S-1", desk.now)
    assert (found(desk).payable, taxes(desk)) == (euro("1700.00"), euro("300.00"))
    payees.verify_payee(desk.book, LAWYER, PAYEE, desk.now)
    made = paying.prepare(desk.book, ["S-1"], "1010-1", desk.now.date(), desk.now).file
    assert made.total == euro("1700.00")
    desk.take(Paid("-1700.00", "02-10", LAWYER, PAYEE, text="S-1"), opening="3030.00")
    desk.accept(desk.line("-1700.00"), "invoice:S-1")
    assert found(desk).state == "paid"
    assert not check_book(desk.book)


def test_a_reverse_charge_is_owed_on_top(desk: Desk) -> None:
    enter(desk, reverse_charge="420.00")
    invoices.approve_invoice(desk.book, "S-1", desk.now)
    assert (found(desk).payable, taxes(desk)) == (euro("2000.00"), euro("420.00"))
    assert desk.figures().invoiced == euro("2420.00")
    assert desk.figures().available == euro("610.00")
    assert not check_book(desk.book)


def test_vat_inside_the_amount_is_part_of_the_cost(desk: Desk) -> None:
    enter(desk, vat="347.11")
    invoices.approve_invoice(desk.book, "S-1", desk.now)
    assert (found(desk).payable, taxes(desk), desk.figures().invoiced) == (euro("2000.00"), euro("0.00"), euro("2000.00"))


def test_an_approval_taken_back_takes_its_lines_back(desk: Desk) -> None:
    enter(desk, withholding="300.00", reverse_charge="420.00")
    before = standing(desk)
    changes = invoices.approve_invoice(desk.book, "S-1", desk.now)
    undoing.undo(desk.book, desk.now, changes.operation)
    assert (found(desk).approved, standing(desk), taxes(desk)) == (False, before, euro("0.00"))
    with desk.book.reading() as db:
        assert {one.undone for one in vouchers.vouchers(db, "EUR")} <= {True}
    invoices.approve_invoice(desk.book, "S-1", desk.now)
    assert taxes(desk) == euro("720.00")
    assert not check_book(desk.book)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ({"tip": "1.00"}, "invoice.line_unknown"),
        ({"vat": "0.00"}, "invoice.line_amount"),
        ({"withholding": "2000.00"}, "invoice.line_amount"),
        ({"vat": "100.00", "reverse_charge": "100.00"}, "invoice.line_both"),
    ],
)
def test_lines_that_cannot_be_are_refused(desk: Desk, lines: dict[str, str], code: str) -> None:
    assert refused(lambda: enter(desk, **lines)) == [code]


def test_a_line_is_in_the_invoices_currency() -> None:
    assert check_lines("S-1", euro("5.00"), {"vat": Money(1, "USD")}) == [
        Problem("invoice.line_currency", "S-1", {"line": "USD", "currency": "EUR"})
    ]


@given(st.dictionaries(st.sampled_from(LINES), st.integers(1, 500_000)), st.integers(1, 500_000))
def test_what_is_taken_is_never_more_than_the_amount(lines: dict[str, int], amount: int) -> None:
    taken = {name: Money(minor, "EUR") for name, minor in lines.items()}
    if not check_lines("S-1", Money(amount, "EUR"), taken):
        assert lines.get("withholding", 0) < amount
        assert Details(taken).withheld == lines.get("withholding", 0)


def test_an_invoice_goes_from_lane_to_lane(desk: Desk, tmp_path: Path) -> None:
    def lane() -> Lane:
        with desk.book.reading() as db:
            on_its_way = {one.invoice for one in sent.on_their_way(db, "EUR")}
            account = sent.payee_accounts(db)[found(desk).payee].state
        return lane_of(found(desk), account, in_file=found(desk).id in on_its_way)

    paper = tmp_path / "S-1.pdf"
    paper.write_bytes(b"%PDF-1.7\nS-1")
    desk.invoice("100.00", "S-1", approve=False, document=paper)
    lanes = [lane()]
    payees.verify_payee(desk.book, LAWYER, PAYEE, desk.now)
    lanes.append(lane())
    invoices.approve_invoice(desk.book, "S-1", desk.now)
    lanes.append(lane())
    made = paying.request_payments(desk.book, ["S-1"], "1010-1", desk.now.date(), desk.now, lambda _: b"x")[1]
    lanes.append(lane())
    desk.take(Paid("-100.00", "02-10", LAWYER, PAYEE, end_to_end=made.payments[0].end_to_end), opening="3030.00")
    assert desk.sure() == 1
    lanes.append(lane())
    assert lanes == [Lane.INBOX, Lane.APPROVE, Lane.PAY, Lane.UNMATCHED, Lane.DONE]
    assert lane_of(found(desk), AccountState.NONE, in_file=False) is Lane.DONE
