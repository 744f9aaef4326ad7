"""The bookings are the rows of the table: debit and credit, each in its fund."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain import booking
from fundledger.domain.entry import Entry, EntryKind, Flow, Posting, check_entry
from fundledger.domain.figures import figures
from fundledger.domain.money import Money
from fundledger.domain.voucher import VoucherKind

U, S, C, D = 1, 2, 3, 4
FUNDS = {U: "U", S: "S", C: "C", D: "D"}


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


def read(postings: tuple[Posting, ...]) -> set[str]:
    """Postings as the table says them: `Dr 1010 C 50.00`."""
    sides = ((abs(one.amount), "Dr" if one.amount.minor > 0 else "Cr", one.account[:4], FUNDS[one.fund]) for one in postings)
    return {f"{side} {account} {fund} {amount}" for amount, side, account, fund in sides}


def document(kind: str, minor: int) -> tuple[Posting, ...]:
    return booking.document(VoucherKind(kind), C, euro(minor))


TABLE = {
    "opening of a bank account": (booking.opening("1010-1", U, euro(5000)), "Dr 1010 U 50.00 / Cr 3900 U 50.00", "opening"),
    "gift by transfer, campaign known": (booking.gift("1010-1", C, euro(5000)), "Dr 1010 C 50.00 / Cr 4010 C 50.00", "collected"),
    "gift to the foundation itself": (booking.gift("1010-1", U, euro(5000)), "Dr 1010 U 50.00 / Cr 4010 U 50.00", "collected"),
    "interest, tax share": (booking.move("1010-1", "4020", U, euro(120)), "Dr 1010 U 1.20 / Cr 4020 U 1.20", "collected"),
    "gift, campaign unknown": (booking.unidentified("1010-1", S, euro(5000)), "Dr 1010 S 50.00 / Cr 2090 S 50.00", "collected"),
    "sent back": (booking.sent_back("1010-1", S, euro(-5000)), "Dr 2090 S 50.00 / Cr 1010 S 50.00", "returned"),
    "bank charge": (booking.charge("1010-1", U, euro(-350)), "Dr 5320 U 3.50 / Cr 1010 U 3.50", "fees"),
    "running cost": (booking.move("1010-1", "5400", U, euro(-9900)), "Dr 5400 U 99.00 / Cr 1010 U 99.00", "paid"),
    "its payment": (booking.payment("1010-1", C, euro(-280000)), "Dr 2010 C 2800.00 / Cr 1010 C 2800.00", "paid"),
    "outgoing payment returned": (booking.payment("1010-1", C, euro(280000)), "Dr 1010 C 2800.00 / Cr 2010 C 2800.00", "paid"),
    "refund to donor": (booking.refund("1010-1", C, euro(-5000)), "Dr 4090 C 50.00 / Cr 1010 C 50.00", "returned"),
    "own transfer, out": (booking.transfer("1010-1", U, euro(-5000)), "Dr 1090 U 50.00 / Cr 1010 U 50.00", None),
    "own transfer, in": (booking.transfer("1010-2", U, euro(5000)), "Dr 1010 U 50.00 / Cr 1090 U 50.00", None),
    "lawyer's invoice 2,800": (booking.approved(C, euro(280000)), "Dr 5010 C 2800.00 / Cr 2010 C 2800.00", "invoiced"),
    "paid by others or waived": (document("settled", 37000), "Dr 2010 C 370.00 / Cr 4030 C 370.00", None),
    "reverse charge": (document("reverse_charge", 58800), "Dr 5010 C 588.00 / Cr 2040 C 588.00", "invoiced"),
    "withholding": (document("withheld", 42000), "Dr 2010 C 420.00 / Cr 2040 C 420.00", None),
    "retainer before invoice": (booking.move("1010-1", "1210", C, euro(-300000)), "Dr 1210 C 3000.00 / Cr 1010 C 3000.00", None),
    "retainer, on invoice": (document("advance_used", 280000), "Dr 2010 C 2800.00 / Cr 1210 C 2800.00", "paid"),
    "retainer, unused": (document("advance_unused", 20000), "Dr 1220 C 200.00 / Cr 1210 C 200.00", None),
    "credit note, unpaid": (document("credit", 30000), "Dr 2010 C 300.00 / Cr 5010 C 300.00", "invoiced"),
    "credit note on a paid invoice": (
        document("credit_paid", 30000),
        "Dr 2010 C 300.00 / Cr 5010 C 300.00 / Cr 2010 C 300.00 / Dr 1220 C 300.00",
        "invoiced paid",
    ),
    "money back on it": (booking.move("1010-1", "1220", C, euro(30000)), "Dr 1010 C 300.00 / Cr 1220 C 300.00", None),
    "beneficiary paid the lawyer": (document("beneficiary", 280000), "Dr 2010 C 2800.00 / Cr 2020 C 2800.00", None),
    "beneficiary paid back": (booking.move("1010-1", "2020", C, euro(-280000)), "Dr 2020 C 2800.00 / Cr 1010 C 2800.00", "paid"),
    "paid twice by mistake": (booking.move("1010-1", "1220", C, euro(-280000)), "Dr 1220 C 2800.00 / Cr 1010 C 2800.00", None),
    "in kind": (document("in_kind", 50000), "Dr 5010 C 500.00 / Cr 4030 C 500.00", None),
    "cash gift": (document("cash", 5000), "Dr 1020 C 50.00 / Cr 4010 C 50.00", "collected"),
    "cash deposit": (booking.move("1010-1", "1020", C, euro(5000)), "Dr 1010 C 50.00 / Cr 1020 C 50.00", None),
    "refund decided": (document("refund", 7588), "Dr 4090 C 75.88 / Cr 2030 C 75.88", None),
    "refund paid": (booking.move("1010-1", "2030", C, euro(-7588)), "Dr 2030 C 75.88 / Cr 1010 C 75.88", "returned"),
    "chargeback opened": (booking.move("1060-1", "1065", C, euro(-10000)), "Dr 1065 C 100.00 / Cr 1060 C 100.00", None),
    "chargeback won": (booking.move("1060-1", "1065", C, euro(10000)), "Dr 1060 C 100.00 / Cr 1065 C 100.00", None),
    "chargeback lost": (document("lost", 10000), "Dr 4091 C 100.00 / Cr 1065 C 100.00", "charged_back"),
    "adjustment between costs": (booking.adjusted("5320", "5400", U, euro(900)), "Dr 5320 U 9.00 / Cr 5400 U 9.00", None),
    "adjustment of money": (booking.adjusted("5400", "1020", U, euro(900)), "Dr 5400 U 9.00 / Cr 1020 U 9.00", "paid"),
    "adjustment between holdings": (booking.adjusted("1220", "1210", C, euro(900)), "Dr 1220 C 9.00 / Cr 1210 C 9.00", None),
    "retainer a payee had when the book began": (document("advance_before", 30000), "Dr 1210 C 300.00 / Cr 3900 C 300.00", "opening"),
    "what a payee owed when the book began": (document("due_back_before", 30000), "Dr 1220 C 300.00 / Cr 3900 C 300.00", "opening"),
    "year end": (
        booking.closed_year(C, [("1010-1", 23000), ("4010", -303000), ("5010", 280000), ("3920", -5000), ("2010", 0)], "EUR"),
        "Dr 4010 C 3030.00 / Cr 5010 C 2800.00 / Dr 3920 C 50.00 / Cr 3900 C 280.00",
        None,
    ),
    "cover U to C": (
        booking.move_between("1010-1", U, C, euro(37000)),
        "Dr 3910 U 370.00 / Cr 1010 U 370.00 / Dr 1010 C 370.00 / Cr 3920 C 370.00",
        "moved_out moved_in",
    ),
    "surplus to a named fund": (
        booking.move_between("1010-1", C, D, euro(23000)),
        "Dr 3910 C 230.00 / Cr 1010 C 230.00 / Dr 1010 D 230.00 / Cr 3920 D 230.00",
        "moved_out moved_in",
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_case_is_booked_as_the_table_says(case: str) -> None:
    postings, expected, flows = TABLE[case]
    assert read(postings) == set(expected.split(" / "))
    assert [one.flow.value for one in postings if one.flow] == (flows.split() if flows else [])
    assert check_entry(Entry("uid", EntryKind.LINE, date(2026, 3, 2), postings)) == []


def test_one_gift_for_two_campaigns_is_one_entry_zero_in_each_fund() -> None:
    postings = (*booking.gift("1010-1", C, euro(3000)), *booking.gift("1010-1", D, euro(2000)))
    assert read(postings) == {"Dr 1010 C 30.00", "Cr 4010 C 30.00", "Dr 1010 D 20.00", "Cr 4010 D 20.00"}
    assert check_entry(Entry("uid", EntryKind.LINE, date(2026, 3, 2), postings)) == []


@pytest.mark.parametrize(
    ("counter", "flow"),
    [
        ("1020", Flow.NONE), ("1090", Flow.NONE), ("1210", Flow.NONE), ("1220", Flow.NONE), ("2010", Flow.PAID), ("2020", Flow.PAID),
        ("2030", Flow.RETURNED), ("2040", Flow.PAID), ("2090", Flow.COLLECTED), ("3900", Flow.OPENING), ("3910", Flow.MOVED_OUT),
        ("3920", Flow.MOVED_IN), ("4010", Flow.COLLECTED), ("4020", Flow.COLLECTED), ("4090", Flow.RETURNED),
        ("4091", Flow.CHARGED_BACK), ("5010", Flow.PAID), ("5310", Flow.FEES), ("5320", Flow.FEES), ("5330", Flow.FEES),
        ("5400", Flow.PAID),
    ],
)  # fmt: skip
def test_money_moves_for_the_reason_its_counter_account_gives(counter: str, flow: Flow) -> None:
    assert booking.flow_of(counter) is flow


COUNTERS = ("1020", "1090", "1210", "1220", "2010", "2030", "2090", "3900", "3910", "3920", "4010", "4020", "4090", "4091", "5320", "5400")
DOCUMENTS = sorted(set(VoucherKind) - {VoucherKind.TRANSFER, VoucherKind.ADJUSTMENT})
AMOUNTS = st.integers(-10_000, 10_000).filter(bool).map(euro)
BOOKINGS = st.one_of(
    st.builds(lambda counter, amount: booking.move("1010-1", counter, C, amount), st.sampled_from(COUNTERS), AMOUNTS),
    st.builds(lambda amount: booking.approved(C, amount), AMOUNTS),
    st.builds(lambda kind, amount: booking.document(kind, C, amount), st.sampled_from(DOCUMENTS), AMOUNTS),
    st.builds(
        lambda debit, credit, amount: booking.adjusted(debit, credit, C, amount),
        st.sampled_from(COUNTERS),
        st.sampled_from(COUNTERS),
        AMOUNTS,
    ),
    st.builds(lambda amount: booking.move_between("1010-1", C, D, amount), AMOUNTS),
    st.builds(lambda amount: booking.unidentified("1010-1", C, amount), AMOUNTS),
)


@given(st.lists(BOOKINGS, max_size=12))
def test_what_flowed_is_the_money_that_is_there_whatever_was_booked(bookings: list[tuple[Posting, ...]]) -> None:
    sums = [(one.account, one.flow.value, one.amount.minor) for postings in bookings for one in postings if one.fund == C]
    found = figures(sums, "EUR")
    assert found.remaining == found.money
    assert found.money.minor == sum(minor for code, _, minor in sums if code[:4] in {"1010", "1020", "1060", "1065", "1090"})


@given(st.lists(BOOKINGS, max_size=12))
def test_a_closed_year_changes_no_figure_and_leaves_no_income_or_cost(bookings: list[tuple[Posting, ...]]) -> None:
    sums = [(one.account, one.flow.value, one.amount.minor) for postings in bookings for one in postings if one.fund == C]
    closing = [
        (one.account, one.flow.value, one.amount.minor) for one in booking.closed_year(C, [(code, minor) for code, _, minor in sums], "EUR")
    ]
    assert figures(sums + closing, "EUR") == figures(sums, "EUR")
    left: dict[str, int] = {}
    for code, _, minor in sums + closing:
        left[code] = left.get(code, 0) + minor
    assert not any(minor for code, minor in left.items() if code[0] in "45" or code in {"3910", "3920"})


def test_a_credit_note_on_what_is_paid_lowers_paid_and_commits_nothing_anew() -> None:
    bookings = (booking.approved(C, euro(280000)), booking.payment("1010-1", C, euro(-280000)), document("credit_paid", 30000))
    found = figures([(one.account, one.flow.value, one.amount.minor) for postings in bookings for one in postings], "EUR")
    told = (found.invoiced, found.paid, found.due_back, found.owed, found.committed(None))
    assert [str(one) for one in told] == ["2500.00", "2500.00", "300.00", "0.00", "0.00"]


ACCOUNTS = ("1010-1", "1020", "1060", "1065", "1090", "1210", "1220", "2010", "2090", "3900", "3910", "4010", "4090", "5010", "5320")
POSTINGS = st.lists(st.tuples(st.sampled_from(ACCOUNTS), st.integers(-50, 50).filter(bool), st.sampled_from(list(Flow))), max_size=4)


@given(POSTINGS)
def test_whatever_check_entry_lets_through_keeps_the_identity(drawn: list[tuple[str, int, Flow]]) -> None:
    """The last two postings bring the fund, and what holds value with its reasons, to zero: then nothing can be wrong."""
    postings = [Posting(account, C, euro(minor), flow) for account, minor, flow in drawn]
    before = figures([(one.account, one.flow.value, one.amount.minor) for one in postings], "EUR")
    missing = before.money - before.remaining
    total = sum(one.amount.minor for one in postings)
    for minor, account, flow in ((-missing.minor, "4010", Flow.COLLECTED), (missing.minor - total, "5010", Flow.NONE)):
        postings += [Posting(account, C, euro(minor), flow)] if minor else []
    refused = [one.code for one in check_entry(Entry("uid", EntryKind.LINE, date(2026, 3, 2), tuple(postings)))]
    found = figures([(one.account, one.flow.value, one.amount.minor) for one in postings], "EUR")
    assert found.remaining == found.money
    assert set(refused) <= {"entry.too_few_postings"}


@given(POSTINGS)
def test_whatever_breaks_the_identity_is_refused(drawn: list[tuple[str, int, Flow]]) -> None:
    postings = tuple(Posting(account, C, euro(minor), flow) for account, minor, flow in drawn)
    refused = {one.code for one in check_entry(Entry("uid", EntryKind.LINE, date(2026, 3, 2), postings))}
    found = figures([(one.account, one.flow.value, one.amount.minor) for one in postings], "EUR")
    assert (found.remaining != found.money) == ("entry.flow_not_named" in refused)
