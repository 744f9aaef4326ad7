"""What is booked on a document: the worked examples around it, what is refused, and undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.chart import group
from fundledger.domain.matching import Share, TargetKind
from fundledger.domain.voucher import Draft, VoucherKind
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience, Table
from fundledger.services import accounts, campaigns, importing, invoices, people, reconciling, undoing, vouchers
from fundledger.services.donors import add_donor, personal_data
from fundledger.services.erasing import erase_donor
from fundledger.services.year_end import close_year
from fundledger.store import donors, extracts, journal, parties
from fundledger.store import vouchers as kept
from tests.services.bookkeeping import CHEAP, LAWYER, PAYEE, Desk, Paid, collected, day, euro, faults, refused
from tests.services.test_processors import GIFT, HEAD

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.domain.problem import Problem
    from fundledger.store.book import Book, Witness

SECOND = "antras slaptas sakinys"


def draft(kind: str, amount: str, on: str = "03-01", **facts: str) -> Draft:
    """A draft of campaign C-101, or of the invoice it names."""
    named = facts if "invoice" in facts else {"campaign": "C-101", **facts}
    return Draft(VoucherKind(kind), euro(amount), day(on), **named)  # type: ignore[arg-type]


def witness(book: Book) -> Witness:
    """A second person, let in at need."""
    people.add_person(book, "Second Sample Person", "enter+approve", SECOND, Desk(book, book.path).now, CHEAP)
    return book.witness(SECOND)


def voucher(desk: Desk, kind: str, amount: str, on: str = "03-01", second: Witness | None = None, **facts: str) -> tuple[Problem, ...]:
    """Book one; its warnings."""
    return vouchers.book_voucher(desk.book, draft(kind, amount, on, **facts), desk.now, second).warnings


def bank(desk: Desk, *paid: Paid, opening: str, month: str = "02") -> None:
    """What a month of the bank holds."""
    desk.take(*paid, first=f"{month}-01", last=f"{month}-28", opening=opening, number=month.lstrip("0"))


def to_account(desk: Desk, amount: str, account: str, payee: str = "") -> None:
    """Accept the open line of an amount to an account of the ledger, in the campaign's fund."""
    with desk.book.reading() as db:
        who = next((one.id for one in parties.payees(db) if one.name == payee), None)
    share = Share(TargetKind.ACCOUNT, account, euro(amount), bearer=desk.find("C-101").id, payee=who)
    reconciling.accept(desk.book, desk.line(amount), [share], desk.now)


def pay(desk: Desk, amount: str, number: str = "SLO-14") -> None:
    desk.accept(desk.line(f"-{amount}"), f"invoice:{number}")


def figures(desk: Desk, *names: str) -> list[str]:
    own = desk.figures()
    return [str(getattr(own, name)) for name in names]


def paid_invoice(desk: Desk) -> None:
    desk.invoice("2800.00")
    bank(desk, Paid("-2800.00", "02-10", LAWYER, PAYEE, "SLO-14", bank="P-1"), opening="3530.00")
    pay(desk, "2800.00")


# --- worked examples --------------------------------------------------------------------------------------------------
def test_a_credit_note_after_payment_is_due_back_until_the_money_comes(desk: Desk) -> None:
    paid_invoice(desk)
    voucher(desk, "credit_paid", "300.00", invoice="SLO-14")
    assert figures(desk, "invoiced", "paid", "due_back", "owed", "remaining") == ["2500.00", "2500.00", "300.00", "0.00", "230.00"]
    assert str(desk.figures().committed(None)) == "0.00"
    assert faults(desk.book) == []
    bank(desk, Paid("300.00", "03-20", LAWYER, PAYEE, "Credit note", bank="R-1"), opening="730.00", month="03")
    to_account(desk, "300.00", "1220")
    assert figures(desk, "paid", "due_back", "remaining", "money") == ["2500.00", "0.00", "530.00", "530.00"]
    assert faults(desk.book) == []


def test_a_credit_note_on_what_is_unpaid_lowers_what_is_owed(desk: Desk) -> None:
    desk.invoice("2800.00")
    voucher(desk, "credit", "300.00", invoice="SLO-14")
    assert figures(desk, "invoiced", "paid", "owed", "available") == ["2500.00", "0.00", "2500.00", "530.00"]
    assert faults(desk.book) == []


def test_a_retainer_larger_than_its_invoice_is_advanced_then_paid_and_its_rest_due_back(desk: Desk) -> None:
    bank(desk, Paid("-3000.00", "02-10", LAWYER, PAYEE, "Retainer", bank="P-1"), opening="3530.00")
    to_account(desk, "-3000.00", "1210", LAWYER)
    assert figures(desk, "paid", "advanced", "remaining", "money") == ["0.00", "3000.00", "30.00", "30.00"]
    desk.invoice("2800.00", on="02-20")
    voucher(desk, "advance_used", "2800.00", invoice="SLO-14")
    assert figures(desk, "paid", "advanced", "owed", "remaining") == ["2800.00", "200.00", "0.00", "30.00"]
    assert refused(lambda: voucher(desk, "advance_unused", "200.01", payee=LAWYER)) == ["voucher.no_advance"]
    voucher(desk, "advance_unused", "200.00", payee=LAWYER)
    bank(desk, Paid("200.00", "03-20", LAWYER, PAYEE, bank="R-1"), opening="530.00", month="03")
    to_account(desk, "200.00", "1220")
    assert figures(desk, "paid", "advanced", "due_back", "remaining") == ["2800.00", "0.00", "0.00", "230.00"]
    assert faults(desk.book) == []


def test_a_retainer_of_one_lawyer_pays_no_invoice_of_another(desk: Desk) -> None:
    bank(desk, Paid("-3000.00", "02-10", LAWYER, PAYEE, "Retainer", bank="P-1"), opening="3530.00")
    to_account(desk, "-3000.00", "1210", LAWYER)
    facts = {"campaign": "C-101", "payee": "Another Office", "number": "AO-1", "amount": euro("100.00"), "issued_on": day("02-20")}
    invoices.add_invoice(desk.book, **facts, at=desk.now)  # type: ignore[arg-type]
    invoices.approve_invoice(desk.book, "AO-1", desk.now)
    assert refused(lambda: voucher(desk, "advance_used", "100.00", invoice="AO-1")) == ["voucher.no_advance"]


def test_a_surplus_goes_back_to_the_donors_in_proportion_and_small_shares_are_held(book: Book, tmp_path: Path) -> None:
    desk = Desk(book, tmp_path)
    desk.account(opening="500.00")
    desk.campaign(surplus="refund", smallest_minor=2000)  # type: ignore[arg-type]
    desk.take(*collected(), opening="500.00")
    desk.sure()
    desk.end()
    paid_invoice(desk)
    desk.close()
    with book.reading() as db:
        back = kept.vouchers(db, "EUR", kind=VoucherKind.REFUND)
    assert [str(one.amount) for one in back] == ["75.91", "60.73", "45.54", "30.36"], "17.46 is less than the smallest refund"
    assert (desk.find("C-101").state, figures(desk, "returned", "owed", "remaining")) == ("closed", ["0.00", "212.54", "230.00"])
    bank(desk, *(Paid(f"-{one.amount}", "03-20", bank=f"B-{one.id}") for one in back), opening="730.00", month="03")
    for one in back:
        to_account(desk, f"-{one.amount}", "2030")
    assert figures(desk, "returned", "owed", "remaining", "money") == ["212.54", "0.00", "17.46", "17.46"]
    assert faults(book) == []


def test_what_nobody_can_be_paid_back_stays_with_the_campaign(book: Book, tmp_path: Path) -> None:
    desk = Desk(book, tmp_path)
    desk.account()
    desk.campaign(surplus="refund")
    desk.take(Paid("60.00", "01-05", "Donor Alpha", "LT1099"), Paid("30.00", "01-06"))
    desk.accept(desk.line("60.00"), "campaign:C-101")
    desk.accept(desk.line("30.00"), "campaign:C-101", anonymous=True)
    desk.end()
    desk.close()
    assert figures(desk, "owed", "remaining", "available") == ["60.00", "90.00", "30.00"]
    assert faults(book) == []


def test_a_cash_gift_of_two_signatures_is_collected_listed_and_deposited(desk: Desk) -> None:
    donor = add_donor(desk.book, "Cash Donor", [], desk.now).ids[0]
    assert refused(lambda: voucher(desk, "cash", "50.00", "01-20", donor=str(donor))) == ["voucher.two_persons"]
    second = witness(desk.book)
    voucher(desk, "cash", "50.00", "01-20", second, donor=str(donor))
    voucher(desk, "cash", "5.00", "01-20", second)
    assert figures(desk, "collected", "money", "available") == ["3085.00", "3085.00", "3085.00"]
    made = build_report(desk.book, "campaign", Audience.AUDITOR, campaign="C-101")
    [gifts] = [one for one in made.sections if isinstance(one, Table) and one.key == "gifts"]
    assert (len(gifts.rows), str(gifts.totals["amount"])) == (7, "3085.00")
    [told] = personal_data(desk.book, str(donor), desk.now).gifts
    assert (str(told.amount), told.name) == ("50.00", "")
    bank(desk, Paid("55.00", "02-02", bank="D-1"), opening="3530.00")
    to_account(desk, "55.00", "1020")
    assert figures(desk, "collected", "money") == ["3085.00", "3085.00"]
    assert faults(desk.book) == []


def test_a_dispute_lost_after_the_invoice_was_paid_leaves_the_campaign_overdrawn_and_says_so(desk: Desk) -> None:
    accounts.add_account(desk.book, "", "PayPal", desk.now, processor="paypal")
    path = desk.folder / "activity.csv"
    opened = "14/02/2026,10:00:00,CET,,Chargeback,Completed,EUR,-100.00,0.00,-100.00,,,P2,P1,-3.20,,"
    path.write_text(f"{HEAD}\n{GIFT}\n{opened}\n")
    importing.import_statement(desk.book, path, desk.now)
    desk.accept(desk.line("96.80"), "campaign:C-101=100.00")
    desk.invoice("3130.00")
    bank(desk, Paid("-3130.00", "02-10", LAWYER, PAYEE, "SLO-14", bank="P-1"), opening="3530.00")
    pay(desk, "3130.00")
    assert refused(lambda: voucher(desk, "lost", "100.00")) == ["voucher.not_disputed"]
    to_account(desk, "-100.00", "1065")
    assert figures(desk, "charged_back", "money") == ["0.00", "0.00"]
    voucher(desk, "lost", "100.00")
    assert figures(desk, "collected", "charged_back", "paid", "money") == ["3130.00", "100.00", "3130.00", "-100.00"]
    desk.end()
    assert "campaign.overdrawn" in refused(desk.close)
    voucher(desk, "transfer", "100.00", second=witness(desk.book), campaign="unrestricted", taker="C-101")
    assert figures(desk, "moved_in", "money") == ["100.00", "0.00"]
    assert faults(desk.book) == []


def test_an_invoice_the_beneficiary_paid_is_owed_to_her_and_paid_when_she_has_it_back(desk: Desk) -> None:
    desk.invoice("2800.00")
    assert [one.code for one in voucher(desk, "beneficiary", "2800.00", invoice="SLO-14")] == ["voucher.no_document"]
    assert figures(desk, "invoiced", "paid", "owed", "available") == ["2800.00", "0.00", "2800.00", "230.00"]
    bank(desk, Paid("-2800.00", "02-10", bank="P-1"), opening="3530.00")
    to_account(desk, "-2800.00", "2020")
    assert figures(desk, "paid", "owed", "remaining") == ["2800.00", "0.00", "230.00"]
    assert faults(desk.book) == []


def test_work_in_kind_worth_500_is_outside_the_money_collected(desk: Desk) -> None:
    before = desk.figures()
    proof = desk.file(b"%PDF-1.4 valuation")
    facts = replace(draft("in_kind", "500.00"), document=proof, reason="Two days of Sample Person Alpha")
    assert vouchers.preview(desk.book, facts)[0].account == "5010"
    row_id = vouchers.book_voucher(desk.book, facts, desk.now).ids[0]
    with desk.book.reading() as db:
        made = kept.find_voucher(db, row_id, "EUR")
        sums = {code: debit - credit for code, _, debit, credit in journal.trial_balance(db)}
    assert (sums["5010"], sums["4030"]) == (50000, -50000)
    assert (made.reason, bool(made.document), desk.figures(), faults(desk.book)) == ("Two days of Sample Person Alpha", True, before, [])


def test_tax_owed_on_top_and_tax_kept_back_are_paid_as_tax(desk: Desk) -> None:
    desk.invoice("2000.00")
    voucher(desk, "reverse_charge", "420.00", invoice="SLO-14")
    voucher(desk, "withheld", "300.00", invoice="SLO-14")
    assert figures(desk, "invoiced", "owed") == ["2420.00", "2420.00"]
    bank(desk, Paid("-1700.00", "02-10", LAWYER, PAYEE, "SLO-14"), Paid("-720.00", "02-20", "Tax office"), opening="3530.00")
    pay(desk, "1700.00")
    to_account(desk, "-720.00", "2040")
    assert figures(desk, "paid", "owed", "remaining") == ["2420.00", "0.00", "610.00"]
    assert faults(desk.book) == []


def test_what_others_settled_is_a_voucher_and_the_same_as_before(desk: Desk) -> None:
    desk.invoice("3400.00")
    invoices.settle_by_others(desk.book, "SLO-14", euro("370.00"), day("03-01"), desk.now)
    with desk.book.reading() as db:
        [one] = kept.vouchers(db, "EUR")
    assert (one.kind, str(one.amount), one.invoice, one.fund) == ("settled", "370.00", "SLO-14", "C-101")
    assert figures(desk, "invoiced", "owed", "paid") == ["3400.00", "3030.00", "0.00"]
    assert faults(desk.book) == []


def test_a_transfer_needs_money_and_a_second_person(desk: Desk) -> None:
    second = witness(desk.book)
    assert refused(lambda: voucher(desk, "transfer", "500.01", campaign="unrestricted", taker="C-101")) == [
        "voucher.two_persons",
        "voucher.no_money",
    ]
    assert refused(lambda: voucher(desk, "transfer", "1.00", second=second, campaign="C-101", taker="C-101")) == ["voucher.same_fund"]
    voucher(desk, "transfer", "500.00", second=second, campaign="unrestricted", taker="C-101")
    assert (figures(desk, "moved_in", "money"), desk.money("U"), faults(desk.book)) == (["500.00", "3530.00"], "0.00", [])
    with desk.book.reading() as db:
        [one] = kept.vouchers(db, "EUR", fund_id=desk.find("C-101").fund)
    assert (one.fund, one.taker, bool(one.agreed_by)) == ("unrestricted", "C-101", True)


def test_a_cover_the_mandate_promises_is_a_voucher_that_needs_nobody_else(book: Book, tmp_path: Path) -> None:
    desk = Desk(book, tmp_path)
    desk.account(opening="500.00")
    desk.campaign(asked="3400.00", shortfall="cover")
    campaigns.cover(book, "C-101", euro("70.00"), day("03-01"), desk.now)
    with book.reading() as db:
        [one] = kept.vouchers(db, "EUR")
    assert (one.kind, one.taker, one.agreed_by, faults(book)) == ("transfer", "C-101", None, [])


def test_a_refund_is_decided_then_paid_and_never_more_than_was_given(desk: Desk) -> None:
    paid_invoice(desk)
    with desk.book.reading() as db:
        [donor] = [one for one in donors.donor_rows(db, donors.donor_ids(db), "EUR", reveal=True) if one.name == "Donor Alpha"]
    assert refused(lambda: voucher(desk, "refund", "1000.01", donor=donor.code)) == ["voucher.not_given"]
    assert [one.code for one in voucher(desk, "refund", "1000.00", donor=donor.code)] == ["voucher.over_available"], "refund after spend"
    assert figures(desk, "returned", "owed", "available", "remaining") == ["0.00", "1000.00", "-770.00", "230.00"]
    assert refused(lambda: voucher(desk, "refund", "0.01", donor=donor.code)) == ["voucher.not_given"]
    bank(desk, Paid("-1000.00", "03-20", "Donor Alpha", bank="B-1"), opening="730.00", month="03")
    to_account(desk, "-1000.00", "2030")
    assert figures(desk, "returned", "owed", "money") == ["1000.00", "0.00", "-770.00"]
    assert faults(desk.book) == []


def test_who_is_forgotten_is_forgotten_in_the_reasons_of_her_vouchers(desk: Desk) -> None:
    donor = add_donor(desk.book, "Cash Donor", [], desk.now).ids[0]
    voucher(desk, "cash", "50.00", "01-20", witness(desk.book), donor=str(donor), reason="In the hand of Cash Donor")
    assert [one.code for one in erase_donor(desk.book, str(donor), desk.now).warnings] == ["erase.fresh_backup"]
    with desk.book.reading() as db:
        [one] = kept.vouchers(db, "EUR")
    assert (one.reason, faults(desk.book)) == ("", [])


# --- the year's end ---------------------------------------------------------------------------------------------------
def test_a_closed_year_moves_income_and_costs_and_changes_no_figure(desk: Desk) -> None:
    paid_invoice(desk)
    voucher(desk, "in_kind", "500.00")
    before = (desk.figures(), desk.figures("U"), build_report(desk.book, "campaign", Audience.PUBLIC, campaign="C-101").sections)
    close_year(desk.book, day("12-31"), desk.now)
    assert (desk.figures(), desk.figures("U"), build_report(desk.book, "campaign", Audience.PUBLIC, campaign="C-101").sections) == before
    with desk.book.reading() as db:
        left = {code: debit - credit for code, _, debit, credit in journal.trial_balance(db, end=day("12-31"))}
    assert not any(minor for code, minor in left.items() if code[0] in "45" or group(code) in {"3910", "3920"})
    assert faults(desk.book) == []
    assert refused(lambda: close_year(desk.book, day("12-31"), desk.now)) == ["year.closed_already"]
    undoing.undo(desk.book, desk.now)
    assert (desk.figures(), faults(desk.book)) == (before[0], [])
    close_year(desk.book, day("12-31"), desk.now)
    assert faults(desk.book) == []


def test_a_year_without_income_or_costs_has_nothing_to_close(desk: Desk) -> None:
    assert refused(lambda: close_year(desk.book, date(2025, 12, 31), desk.now)) == ["year.nothing"]


# --- what is refused --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (draft("settled", "1.00"), ["voucher.needs_invoice"]),
        (draft("settled", "0.00", invoice="SLO-14"), ["voucher.amount"]),
        (draft("settled", "2800.01", invoice="SLO-14"), ["invoice.settle_amount"]),
        (draft("settled", "1.00", invoice="SLO-15"), ["invoice.not_approved"]),
        (draft("settled", "1.00", invoice="SLO-99"), ["invoice.unknown"]),
        (draft("credit", "2800.01", invoice="SLO-14"), ["invoice.settle_amount"]),
        (draft("credit_paid", "0.01", invoice="SLO-14"), ["voucher.nothing_paid"]),
        (draft("advance_used", "1.00", invoice="SLO-14"), ["voucher.no_advance"]),
        (draft("advance_unused", "1.00"), ["voucher.needs_payee"]),
        (draft("advance_unused", "1.00", payee="Nobody"), ["payee.unknown"]),
        (draft("refund", "1.00"), ["voucher.needs_donor"]),
        (draft("refund", "1.00", donor="D-0099"), ["donor.unknown"]),
        (draft("lost", "1.00"), ["voucher.not_disputed"]),
        (draft("lost", "1.00", campaign=""), ["voucher.needs_campaign"]),
        (draft("cash", "1.00", campaign="C-102"), ["voucher.two_persons", "voucher.not_collecting"]),
        (draft("cash", "1.00", campaign="suspense"), ["voucher.two_persons", "voucher.needs_campaign"]),
        (draft("transfer", "1.00"), ["voucher.needs_taker", "voucher.two_persons"]),
        (draft("adjustment", "1.00", debit="5400"), ["voucher.needs_accounts", "voucher.two_persons"]),
        (draft("adjustment", "1.00", debit="5400", credit="5400"), ["voucher.two_persons", "voucher.needs_accounts"]),
        (draft("adjustment", "1.00", debit="5400", credit="7777"), ["voucher.two_persons", "voucher.account_unknown"]),
        (draft("adjustment", "1.00", debit="1010-1", credit="5400"), ["voucher.two_persons", "voucher.account_kept"]),
    ],
)  # fmt: skip
def test_everything_that_stands_in_the_way_is_said_at_once(desk: Desk, facts: Draft, codes: list[str]) -> None:
    campaigns.add_campaign(desk.book, "C-102", euro("10.00"), desk.find("C-101").mandate, desk.now)
    desk.invoice("2800.00")
    desk.invoice("100.00", "SLO-15", approve=False)
    assert [one.code for one in vouchers.problems(desk.book, facts)] == codes
    assert refused(lambda: vouchers.book_voucher(desk.book, facts, desk.now)) == codes
    assert vouchers.preview(desk.book, facts) == () or codes == ["voucher.two_persons"]


def test_an_amount_in_another_currency_is_refused(desk: Desk) -> None:
    foreign = replace(draft("in_kind", "1.00"), amount=replace(euro("1.00"), currency="USD"))
    assert [one.code for one in vouchers.problems(desk.book, foreign)] == ["voucher.currency"]


# --- undo -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("settled", {"invoice": "SLO-14"}), ("credit", {"invoice": "SLO-14"}), ("beneficiary", {"invoice": "SLO-14"}),
        ("withheld", {"invoice": "SLO-14"}), ("reverse_charge", {"invoice": "SLO-14"}), ("in_kind", {}), ("cash", {}),
        ("refund", {"donor": "D-0001"}), ("transfer", {"campaign": "unrestricted", "taker": "C-101"}),
        ("adjustment", {"debit": "5400", "credit": "5320", "reason": "An invented reason"}),
    ],
)  # fmt: skip
def test_undo_of_a_voucher_reverses_it_and_keeps_it_as_history(desk: Desk, kind: str, facts: dict[str, str]) -> None:
    second = witness(desk.book)
    desk.invoice("2800.00")
    with desk.book.reading() as db:
        before = (desk.figures(), desk.figures("U"), kept.given_by(db, desk.find("C-101").fund), extracts.gifts(db, None, None, None))
    voucher(desk, kind, "100.00", "01-20", second, **facts)
    assert faults(desk.book) == []
    undoing.undo(desk.book, desk.now)
    with desk.book.reading() as db:
        after = (desk.figures(), desk.figures("U"), kept.given_by(db, desk.find("C-101").fund), extracts.gifts(db, None, None, None))
        [one] = kept.vouchers(db, "EUR")
    assert (after, one.undone, faults(desk.book)) == (before, True, [])


def test_an_approval_with_a_voucher_on_it_stays(desk: Desk) -> None:
    desk.invoice("2800.00")
    voucher(desk, "reverse_charge", "100.00", invoice="SLO-14")
    with desk.book.reading() as db:
        approval = db.exec_driver_sql("SELECT id FROM operation WHERE verb = 'invoice approve'").scalar_one()
    assert refused(lambda: undoing.undo(desk.book, desk.now, approval)) == ["undo.changed_since"]


def test_a_day_that_is_closed_takes_no_voucher(desk: Desk) -> None:
    with desk.book.operation("period close", desk.now) as op:
        op.db.exec_driver_sql("INSERT INTO period (start_on, end_on, locked) VALUES ('2026-01-01', '2026-01-31', 1)")
    assert refused(lambda: voucher(desk, "in_kind", "1.00", "01-20")) == ["entry.period_locked"]
    second = witness(desk.book)
    facts = {"debit": "5400", "credit": "2040"}
    assert refused(lambda: voucher(desk, "adjustment", "1.00", "01-20", second, **facts)) == ["entry.period_locked"]
    voucher(desk, "adjustment", "1.00", "01-31", second, **facts)
    assert faults(desk.book) == []
