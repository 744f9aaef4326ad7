"""Every guard on the way from an invoice to the bank, one row each: what it sees, and whether it warns or refuses."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.problem import KnownError
from fundledger.domain.voucher import Draft, VoucherKind
from fundledger.export import pain
from fundledger.services import campaigns, donors, invoices, payees, paying, people, policies, vouchers
from tests.services.bookkeeping import CHEAP, LAWYER, PAYEE, Desk, Paid, day, euro

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fundledger.domain.problem import Problem

OTHER = "LT601010012345678901"
SECOND = "antras slaptas sakinys"


def bill(desk: Desk, number: str = "S-1", amount: str = "50.00", **facts: object) -> Sequence[Problem]:
    """Enter an invoice; what it warns of."""
    given = {"payee": LAWYER, "issued_on": day("02-03"), "iban": PAYEE} | facts
    return invoices.add_invoice(desk.book, campaign="C-101", number=number, amount=euro(amount), at=desk.now, **given).warnings  # type: ignore[arg-type]


def approve(desk: Desk, number: str = "S-1") -> Sequence[Problem]:
    """Approve an invoice; what it warns of."""
    return invoices.approve_invoice(desk.book, number, desk.now).warnings


def pay(desk: Desk, *numbers: str) -> Sequence[Problem]:
    """Make a payment file; what it warns of."""
    return paying.request_payments(desk.book, numbers, "1010-1", desk.now.date(), desk.now, pain.render)[0].warnings


def over_quote(desk: Desk, _: Path) -> Sequence[Problem]:
    campaigns.add_quote(desk.book, "C-101", LAWYER, euro("40.00"), day("01-20"), desk.now)
    bill(desk)
    return approve(desk)


def over_available(desk: Desk, _: Path) -> Sequence[Problem]:
    bill(desk, amount="99999.00")
    return approve(desk)


def no_money(desk: Desk, _: Path) -> Sequence[Problem]:
    bill(desk, amount="99999.00")
    approve(desk)
    return pay(desk, "S-1")


def not_approved(desk: Desk, _: Path) -> Sequence[Problem]:
    bill(desk)
    return pay(desk, "S-1")


def same_number(desk: Desk, _: Path) -> Sequence[Problem]:
    bill(desk)
    return bill(desk)


def number(first: str, second: str) -> Callable[[Desk, Path], Sequence[Problem]]:
    """Two invoices of one payee whose numbers people mistake."""

    def entered(desk: Desk, _: Path) -> Sequence[Problem]:
        bill(desk, first)
        return bill(desk, second)

    return entered


def same_file(desk: Desk, folder: Path) -> Sequence[Problem]:
    paper = folder / "bill.pdf"
    paper.write_bytes(b"%PDF-1.7 invented")
    bill(desk, document=paper)
    return bill(desk, "S-2", document=paper)


def other_account(desk: Desk, _: Path) -> Sequence[Problem]:
    bill(desk)
    return bill(desk, "S-2", iban=OTHER)


def changed_account(desk: Desk, _: Path) -> Sequence[Problem]:
    bill(desk)
    approve(desk)
    payees.edit_payee(desk.book, LAWYER, desk.now, iban=OTHER)
    return pay(desk, "S-1")


def new_payee(desk: Desk, _: Path) -> Sequence[Problem]:
    return bill(desk, payee="Another Sample Office", iban=OTHER)


def by_herself(desk: Desk, _: Path) -> Sequence[Problem]:
    bill(desk)
    people.add_person(desk.book, "Second Sample Person", "approve", SECOND, desk.now, CHEAP)
    return approve(desk)


def by_herself_of_three(desk: Desk, _: Path) -> Sequence[Problem]:
    policies.set_payment_people(desk.book, 3, desk.now)
    return by_herself(desk, _)


def by_one_person(desk: Desk, _: Path) -> Sequence[Problem]:
    by_herself(desk, _)
    return pay(desk, "S-1")


def before_campaign(desk: Desk, _: Path) -> Sequence[Problem]:
    return bill(desk, issued_on=date(2020, 1, 1))


def consent_expired(desk: Desk, _: Path) -> Sequence[Problem]:
    bill(desk)
    given = {"consent_scope": "name", "consent_on": day("01-01"), "consent_until": day("02-01")}
    campaigns.change_mandate(desk.book, "C-101", day("01-15"), desk.now, given)
    return approve(desk)


def in_a_file(desk: Desk, _: Path) -> Sequence[Problem]:
    bill(desk)
    approve(desk)
    pay(desk, "S-1")
    return pay(desk, "S-1")


def protected_donor(desk: Desk, _: Path) -> Sequence[Problem]:
    [her] = donors.add_donor(desk.book, "Sample Person Delta", (), desk.now, protected=True).ids
    draft = Draft(VoucherKind.REFUND, euro("1.00"), day("02-10"), campaign="C-101", donor=str(her))
    return vouchers.book_voucher(desk.book, draft, desk.now).warnings


def elsewhere(desk: Desk, _: Path) -> Sequence[Problem]:
    bill(desk)
    return bill(desk, "s 1", payee="Another Sample Office", iban=OTHER)


def unverified_account(desk: Desk, _: Path) -> Sequence[Problem]:
    bill(desk)
    approve(desk)
    return pay(desk, "S-1")


def refund(desk: Desk) -> str:
    """A refund to a donor whose account is one; her code."""
    gift = Paid("20.00", "01-20", "Sample Person Zeta", "LT817044000000000001", rf=desk.find("C-101").reference, bank="zeta")
    desk.take(gift, opening="3530.00", first="01-20", number="2")
    assert desk.sure() == 1
    with desk.book.reading() as db:
        [code] = db.exec_driver_sql("SELECT code FROM donor ORDER BY id DESC LIMIT 1").one()
    draft = Draft(VoucherKind.REFUND, euro("1.00"), day("02-10"), campaign="C-101", donor=code)
    vouchers.book_voucher(desk.book, draft, desk.now)
    return str(code)


def back(desk: Desk) -> Sequence[Problem]:
    """Every refund that is owed, in a file; what it warns of."""
    wish = paying.Wish(every_refund=True)
    return paying.request_payments(desk.book, wish, "", desk.now.date(), desk.now, pain.render)[0].warnings


def refund_to_protected(desk: Desk, _: Path) -> Sequence[Problem]:
    donors.edit_donor(desk.book, refund(desk), desk.now, protected=True, why="Asked")
    return back(desk)


def refund_by_one(desk: Desk, _: Path) -> Sequence[Problem]:
    refund(desk)
    return back(desk)


def refund_to_no_account(desk: Desk, _: Path) -> Sequence[Problem]:
    draft = Draft(VoucherKind.REFUND, euro("1.00"), day("02-10"), campaign="C-101", donor="D-0001")
    vouchers.book_voucher(desk.book, draft, desk.now)
    return back(desk)


def refund_twice(desk: Desk, _: Path) -> Sequence[Problem]:
    refund(desk)
    back(desk)
    return back(desk)


GUARDS = {
    "over the quote": (over_quote, "warns", "invoice.over_quote"),
    "over what is available": (over_available, "warns", "invoice.over_available"),
    "no money": (no_money, "refuses", "payment.no_money"),
    "nobody approved it": (not_approved, "refuses", "payment.entered"),
    "a number seen before": (same_number, "refuses", "invoice.number_taken"),
    "a number in other case": (number("SLO-14", "slo-14"), "warns", "invoice.number_alike"),
    "a number without its hyphen": (number("SLO-14", "SLO 14"), "warns", "invoice.number_alike"),
    "a number with zeros before": (number("7", "007"), "warns", "invoice.number_alike"),
    "a file seen before": (same_file, "warns", "invoice.document_seen"),
    "another account on it": (other_account, "warns", "payee.other_account"),
    "an account that changed": (changed_account, "refuses", "payment.account_changed"),
    "a payee never seen": (new_payee, "warns", "payee.new"),
    "approved by who entered it": (by_herself, "warns", "invoice.approved_by_herself"),
    "approved by who entered it, where a payment takes three": (by_herself_of_three, "refuses", "approval.herself"),
    "entered, approved and paid by one": (by_one_person, "refuses", "payment.one_person"),
    "dated before the campaign": (before_campaign, "warns", "invoice.before_campaign"),
    "for somebody whose consent has ended": (consent_expired, "warns", "campaign.consent_expired"),
    "in a file that has not come back": (in_a_file, "refuses", "payment.on_its_way"),
    "a refund to a protected donor": (protected_donor, "refuses", "donor.two_persons"),
    "the number and amount of another payee": (elsewhere, "warns", "invoice.number_elsewhere"),
    "an account nobody compared": (unverified_account, "warns", "payment.account_unverified"),
    "a payee paid for the first time": (unverified_account, "warns", "payment.first"),
    "a refund to a donor protected since": (refund_to_protected, "refuses", "donor.two_persons"),
    "a refund decided and paid by who is alone": (refund_by_one, "warns", "payment.one_person"),
    "a refund to what is no IBAN": (refund_to_no_account, "refuses", "payment.left_out"),
    "a refund that is on its way": (refund_twice, "refuses", "payment.nothing"),
}


def told(act: Callable[[], Sequence[Problem]]) -> tuple[str, set[str]]:
    """Whether an act was refused, and everything it said."""
    try:
        return "warns", {one.code for one in act()}
    except KnownError as error:
        return "refuses", {one.code for one in error.problems}


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_stands_where_the_ledger_says(desk: Desk, tmp_path: Path, guard: str) -> None:
    act, how, code = GUARDS[guard]
    done, said = told(lambda: act(desk, tmp_path))
    assert (done, code in said) == (how, True), said


def test_numbers_that_nobody_mistakes_are_different(desk: Desk) -> None:
    bill(desk, "2026-10")
    assert "invoice.number_alike" not in {one.code for one in bill(desk, "2026-1")}


def test_a_step_of_a_campaign_is_not_dated_before_the_one_it_follows(desk: Desk) -> None:
    opened = campaigns.settlement(desk.book, "C-101")
    assert opened.blocks
    with pytest.raises(KnownError, match=r"campaign\.days"):
        campaigns.end_collection(desk.book, "C-101", date(2020, 1, 1), desk.now)
