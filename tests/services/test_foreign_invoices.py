"""Invoices in another currency: booked at the rate of their day, paid from any account, the difference borne by rule, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundledger.domain.matching import TargetKind
from fundledger.domain.money import Money, parse
from fundledger.domain.voucher import Draft, VoucherKind
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience, Identity, Table
from fundledger.services import accounts, invoices, reconciling, undoing, vouchers
from fundledger.store import invoices as kept
from fundledger.store import lines
from tests.services.bookkeeping import LAWYER, OTHER_BANK, Desk, Paid, camt, collected, day, empty_book, faults, refused
from tests.services.test_foreign import balances, line_of, take_rates

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.domain.people import Invoice
    from fundledger.store.book import Book

# Invented: 3,000 dollars are 2,760 euros on the day of the invoice, 2,400 at the end of February.
PUBLISHED = "Date,USD,GBP,\n2026-02-27,1.2500,0.8000,\n2026-02-10,1.0752688,0.8500,\n2026-01-30,1.0869565,0.8600,\n"
NUMBER = "NY-7"


def start(book: Book, folder: Path, fee: str = "foundation") -> Desk:
    """A bank with 500.00 of the foundation's own, a campaign with 3,030.00 of five donors, and a file of rates."""
    desk = Desk(book, folder)
    desk.account(opening="500.00")
    desk.campaign(fee=fee)
    desk.take(*collected(), opening="500.00")
    assert desk.sure() == 5
    take_rates(desk, PUBLISHED)
    return desk


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    return start(book, tmp_path)


def billed(desk: Desk, amount: str = "3000.00", currency: str = "USD", number: str = NUMBER, *, approve: bool = True) -> None:
    """An invoice of the lawyer issued on the Sunday after the rate."""
    facts: dict[str, Any] = {"campaign": "C-101", "payee": LAWYER, "number": number, "issued_on": day("02-01"), "at": desk.now}
    invoices.add_invoice(desk.book, amount=parse(amount, currency), **facts)
    if approve:
        invoices.approve_invoice(desk.book, number, desk.now)


def paid(desk: Desk, amount: str, *targets: str, on: str = "02-10") -> int:
    """A line of the bank in euros, booked as these."""
    number = str(next(desk.files) + 1)
    opening = str(Money(50000 + sum(one.amount.minor for one in desk.lines("all")), "EUR"))
    desk.take(Paid(amount, on, LAWYER, bank=f"B-{number}"), opening=opening, number=number, first="02-01", last="02-28")
    line = max(one.id for one in desk.lines("open"))
    desk.accept(line, *targets)
    return line


def bill(desk: Desk, number: str = NUMBER) -> Invoice:
    with desk.book.reading() as db:
        return kept.find_invoice(db, number, "EUR")


def standing(desk: Desk) -> tuple[str, str, str]:
    """What is payable: in the invoice's currency, in the book's, and on 2010."""
    found = bill(desk)
    return str(found.own - found.own_paid), str(found.payable), balances(desk, "C-101").get("2010", "0.00")


def test_it_is_booked_at_the_rate_of_its_day_and_keeps_what_it_says(desk: Desk) -> None:
    billed(desk)
    assert (bill(desk).amount, bill(desk).original) == (Money(276000, "EUR"), Money(300000, "USD"))
    with desk.book.reading() as db:
        rows = db.exec_driver_sql(
            "SELECT amount_minor, original_minor, original_currency, rate, rate_on FROM posting WHERE original_minor IS NOT NULL ORDER BY 1"
        ).all()
    assert rows == [(-276000, -300000, "USD", "1.0869565", "2026-01-30"), (276000, 300000, "USD", "1.0869565", "2026-01-30")]
    assert faults(desk.book) == []


@pytest.mark.parametrize(("fee", "bearer"), [("campaign", "C-101"), ("foundation", "U")])
@pytest.mark.parametrize(("amount", "difference"), [("-2790.00", "30.00"), ("-2700.00", "-60.00")])
def test_a_payment_in_euros_settles_it_whole_and_the_difference_is_borne_by_rule(
    book: Book, tmp_path: Path, fee: str, bearer: str, amount: str, difference: str
) -> None:
    desk = start(book, tmp_path, fee)
    billed(desk)
    line = paid(desk, amount, f"invoice:{NUMBER}")
    assert standing(desk) == ("0.00", "0.00", "0.00")
    assert (balances(desk, bearer)["5330"], balances(desk, {"U": "C-101", "C-101": "U"}[bearer]).get("5330")) == (difference, None)
    left = {"C-101": f"{3030 + float(amount):.2f}", "U": "270.00"} if bearer == "C-101" else {"C-101": "270.00"}
    assert balances(desk, "C-101")["1010-1"] == left["C-101"]
    assert faults(desk.book) == []
    reconciling.unmatch(desk.book, line, desk.now)
    assert standing(desk) == ("3000.00", "2760.00", "-2760.00")
    undoing.undo(desk.book, desk.now)
    assert standing(desk) == ("0.00", "0.00", "0.00")
    assert faults(desk.book) == []


def test_parts_are_said_and_the_last_one_leaves_nothing(desk: Desk) -> None:
    billed(desk)
    paid(desk, "-1000.00", f"invoice:{NUMBER}@1100.00=1000.00")
    assert standing(desk) == ("1900.00", "1748.00", "-1748.00")
    assert balances(desk, "U")["5330"] == "-12.00"
    paid(desk, "-1800.00", f"invoice:{NUMBER}@1900.00=1800.00", on="02-12")
    assert standing(desk) == ("0.00", "0.00", "0.00")
    assert balances(desk, "U")["5330"] == "40.00"
    with desk.book.reading() as db:
        assert [str(one.original) for one in kept.disbursements(db, "EUR")] == ["1100.00", "1900.00"]
    assert faults(desk.book) == []


def test_a_part_nobody_says_is_reckoned_at_the_rate_of_the_invoice_with_a_warning(desk: Desk) -> None:
    billed(desk)
    desk.take(Paid("-1380.00", "02-10", LAWYER, bank="B-9"), opening="3530.00", number="2", first="02-01", last="02-28")
    shares = [reconciling.parse_target(desk.book, f"invoice:{NUMBER}=1380.00", -1)]
    changes = reconciling.accept(desk.book, desk.line("-1380.00"), shares, desk.now)
    assert [one.code for one in changes.warnings] == ["invoice.original_taken"]
    assert standing(desk) == ("1500.00", "1380.00", "-1380.00")
    assert faults(desk.book) == []


def test_a_payment_that_names_it_is_proposed_for_the_whole_whatever_it_cost(desk: Desk) -> None:
    billed(desk)
    named = Paid("-2790.00", "02-10", LAWYER, text=f"Invoice {NUMBER}", bank="B-9")
    desk.take(named, opening="3530.00", number="2", first="02-01", last="02-28")
    line = desk.line("-2790.00")
    [first, *_] = reconciling.proposals(desk.book, [line])[line]
    assert ([(one.target, one.amount) for one in first.shares], first.sure) == ([(TargetKind.INVOICE, Money(-279000, "EUR"))], False)
    reconciling.accept_match(desk.book, first, desk.now)
    assert standing(desk) == ("0.00", "0.00", "0.00")
    assert faults(desk.book) == []


def test_what_is_paid_twice_is_due_back_and_before_approval_it_is_an_advance(desk: Desk) -> None:
    billed(desk)
    billed(desk, "100.00", number="NY-8", approve=False)
    paid(desk, "-2760.00", f"invoice:{NUMBER}@3000.00=2760.00")
    paid(desk, "-95.00", f"invoice:{NUMBER}@100.00=95.00", on="02-11")
    paid(desk, "-92.00", "invoice:NY-8", on="02-12")
    found = balances(desk, "C-101")
    assert (found["1220"], found["1210"], found.get("2010")) == ("95.00", "92.00", None)
    assert faults(desk.book) == []


def test_a_payment_that_comes_back_opens_it_again(desk: Desk) -> None:
    billed(desk)
    sent = paid(desk, "-2790.00", f"invoice:{NUMBER}@3000.00=2790.00")
    desk.take(Paid("2790.00", "02-14", LAWYER, bank="B-20"), opening="740.00", number="3", first="02-01", last="02-28")
    desk.accept_as(desk.line("2790.00"), "return", of=sent)
    assert standing(desk) == ("3000.00", "2760.00", "-2760.00")
    assert "5330" not in balances(desk, "U")
    assert faults(desk.book) == []


def test_half_of_a_payment_that_comes_back_opens_half_of_it(desk: Desk) -> None:
    billed(desk)
    sent = paid(desk, "-2790.00", f"invoice:{NUMBER}@3000.00=2790.00")
    desk.take(Paid("1395.00", "02-14", LAWYER, bank="B-20"), opening="740.00", number="3", first="02-01", last="02-28")
    desk.accept_as(desk.line("1395.00"), "return", of=sent)
    assert standing(desk) == ("1500.00", "1380.00", "-1380.00")
    assert faults(desk.book) == []


@pytest.mark.parametrize(("amount", "currency"), [("500.00", "USD"), ("460.00", "EUR")])
def test_a_credit_note_in_either_currency_settles_its_part(desk: Desk, amount: str, currency: str) -> None:
    billed(desk)
    vouchers.book_voucher(desk.book, Draft(VoucherKind.CREDIT, parse(amount, currency), day("02-05"), invoice=NUMBER), desk.now)
    assert standing(desk) == ("2500.00", "2300.00", "-2300.00")
    paid(desk, "-2310.00", f"invoice:{NUMBER}")
    assert standing(desk) == ("0.00", "0.00", "0.00")
    vouchers.book_voucher(desk.book, Draft(VoucherKind.CREDIT_PAID, parse("250.00", "USD"), day("02-20"), invoice=NUMBER), desk.now)
    assert balances(desk, "C-101")["1220"] == "230.00"
    assert faults(desk.book) == []
    far = Draft(VoucherKind.CREDIT_PAID, parse("2500.01", "USD"), day("02-20"), invoice=NUMBER)
    assert refused(lambda: vouchers.book_voucher(desk.book, far, desk.now)) == ["voucher.nothing_paid"]
    other = Draft(VoucherKind.CREDIT, parse("1.00", "GBP"), day("02-20"), invoice=NUMBER)
    assert refused(lambda: vouchers.book_voucher(desk.book, other, desk.now)) == ["voucher.currency"]


def test_an_advance_used_settles_as_much_as_it_is_worth(desk: Desk) -> None:
    paid(desk, "-1380.00", "account:1210@C-101")
    billed(desk)
    vouchers.book_voucher(desk.book, Draft(VoucherKind.ADVANCE_USED, parse("1380.00", "EUR"), day("02-12"), invoice=NUMBER), desk.now)
    assert standing(desk) == ("1500.00", "1380.00", "-1380.00")
    assert faults(desk.book) == []


# --- out of an account in another currency ----------------------------------------------------------------------------
def dollars(desk: Desk, *amounts: str, on: str = "02-10") -> None:
    """A bank account in dollars, opened with 5,000 of the foundation's own, and what left it."""
    accounts.add_account(desk.book, OTHER_BANK, "Dollar bank", desk.now, parse("5000.00", "USD"), day("01-31"), currency="USD")
    sent = [Paid(amount, on, LAWYER, bank=f"USD-{n}") for n, amount in enumerate(amounts)]
    statement = camt(sent, account=OTHER_BANK, currency="USD", opening="5000.00", first="02-01", last="02-28")
    desk.take_in(statement.replace('Ccy="EUR"', 'Ccy="USD"'))


def accept_own(desk: Desk, line_id: int, *targets: str) -> None:
    with desk.book.reading() as db:
        amount = lines.find_line(db, line_id).amount
    shares = [reconciling.parse_target(desk.book, one, 1 if amount.minor > 0 else -1, amount.currency) for one in targets]
    reconciling.accept(desk.book, line_id, shares, desk.now)


@pytest.mark.parametrize(("fee", "bearer"), [("campaign", "C-101"), ("foundation", "U")])
def test_a_dollar_account_pays_it_at_the_rate_of_the_day_and_ties_out_in_dollars(book: Book, tmp_path: Path, fee: str, bearer: str) -> None:
    desk = start(book, tmp_path, fee)
    billed(desk)
    dollars(desk, "-1000.00", "-2000.00")
    accept_own(desk, line_of(desk, "1010-2", -100000), f"invoice:{NUMBER}=1000.00")
    assert standing(desk) == ("2000.00", "1840.00", "-1840.00")
    assert balances(desk, bearer)["5330"] == "10.00"
    accept_own(desk, line_of(desk, "1010-2", -200000), f"invoice:{NUMBER}=2000.00")
    assert standing(desk) == ("0.00", "0.00", "0.00")
    assert balances(desk, bearer)["5330"] == "30.00"
    assert faults(desk.book) == []


def test_a_dollar_account_pays_an_invoice_in_euros(desk: Desk) -> None:
    billed(desk, "920.00", "EUR")
    dollars(desk, "-1000.00")
    accept_own(desk, line_of(desk, "1010-2", -100000), f"invoice:{NUMBER}=1000.00")
    assert standing(desk) == ("0.00", "0.00", "0.00")
    assert balances(desk, "U")["5330"] == "10.00"
    assert faults(desk.book) == []


def test_a_dollar_account_pays_an_invoice_in_pounds(desk: Desk) -> None:
    billed(desk, "860.00", "GBP")
    assert bill(desk).amount == Money(100000, "EUR")
    dollars(desk, "-1096.77")
    accept_own(desk, line_of(desk, "1010-2", -109677), f"invoice:{NUMBER}=1096.77")
    assert standing(desk) == ("0.00", "0.00", "0.00")
    assert balances(desk, "U")["5330"] == "20.00"
    assert faults(desk.book) == []


def test_without_a_rate_it_is_not_entered_and_a_word_is_no_currency(desk: Desk) -> None:
    assert refused(lambda: billed(desk, currency="AED")) == ["rate.missing"]
    assert refused(lambda: billed(desk, currency="DOLLAR")) == ["invoice.currency"]
    assert faults(desk.book) == []


def test_the_campaign_s_report_is_in_euros_with_the_dollars_beside(desk: Desk) -> None:
    billed(desk)
    paid(desk, "-2790.00", f"invoice:{NUMBER}")
    report = build_report(desk.book, "campaign", Audience.AUDITOR, campaign="C-101")
    tables = {one.key: one for one in report.sections if isinstance(one, Table)}
    [bill_row], [payment] = tables["invoices"].rows, tables["payments"].rows
    assert bill_row.cells[4:] == ("USD 3000.00", Money(276000, "EUR"), Money(276000, "EUR"), Money(0, "EUR"))
    assert payment.cells[4:] == ("USD 3000.00", Money(276000, "EUR"))
    [found] = [one for one in report.sections if isinstance(one, Identity)]
    assert "2760.00" in {str(term.amount) for term in found.terms}
    assert str(found.result) == "270.00"


# --- any payments in parts --------------------------------------------------------------------------------------------
PARTS = st.lists(st.tuples(st.integers(1, 90_000), st.integers(80, 120)), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=PARTS, fee=st.sampled_from(["foundation", "campaign"]), in_dollars=st.booleans())
def test_any_parts_leave_nothing_payable_and_the_funds_are_the_money(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[int, int]], fee: str, in_dollars: bool
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    desk = start(empty_book(tmp_path_factory, folder), folder, fee)
    billed(desk, str(Money(sum(own for own, _ in parts), "USD")))
    if in_dollars:
        dollars(desk, *(str(Money(-own, "USD")) for own, _ in parts))
        for line in [one.id for one in desk.lines("open") if one.account == "1010-2"]:
            with desk.book.reading() as db:
                amount = abs(lines.find_line(db, line).amount)
            accept_own(desk, line, f"invoice:{NUMBER}={amount}")
    else:
        for own, at in parts:
            amount = Money(max(1, own * at // 110), "EUR")
            paid(desk, str(-amount), f"invoice:{NUMBER}@{Money(own, 'USD')}={amount}")
    assert standing(desk) == ("0.00", "0.00", "0.00")
    assert faults(desk.book) == []
    desk.book.close()
