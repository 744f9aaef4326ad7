"""The three methods of recognition side by side: whatever happens, the same sources and uses, in accounts that are always in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fundledger.domain.matching import Share, TargetKind
from fundledger.domain.recognising import METHODS
from fundledger.domain.voucher import BY_HAND, NAMES, Draft, VoucherKind
from fundledger.services import campaigns, invoices, people, reconciling, undoing, vouchers, year_end
from fundledger.store import funds, journal
from tests.services.bookkeeping import CHEAP, LAWYER, PAYEE, Desk, Paid, collected, day, empty_book, euro, faults, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fundledger.domain.figures import FundFigures
    from fundledger.store.book import Witness

SECOND = "antras slaptas sakinys"


class Side:
    """One of three books that do the same: C-101 with 3,030.00 from five donors, 300.00 of it advanced; C-102 by another method."""

    def __init__(self, factory: pytest.TempPathFactory, folder: Path, method: str, other: str) -> None:
        folder.mkdir()
        self.desk = Desk(empty_book(factory, folder), folder)
        self.desk.account(opening="500.00")
        self.desk.campaign(method=method)
        self.desk.campaign("C-102", "100.00", method=other)
        paid = Paid("-300.00", "01-08", LAWYER, PAYEE, "retainer")
        self.desk.take(*collected(), paid, Paid("-5.00", "01-09", text="bank fee"), opening="500.00")
        assert self.desk.sure() == 5
        self.desk.accept_as(self.desk.line("-5.00"), "charge")
        with self.desk.book.reading() as db:
            payee = db.exec_driver_sql("SELECT min(id) FROM payee").scalar_one()
        self.to_account("-300.00", "1210", payee)
        people.add_person(self.desk.book, "Second Sample Person", "enter+approve", SECOND, self.desk.now, CHEAP)

    def to_account(self, amount: str, code: str, payee: int | None = None) -> None:
        share = Share(TargetKind.ACCOUNT, code, euro(amount), bearer=self.desk.find("C-101").id, payee=payee)
        reconciling.accept(self.desk.book, self.desk.line(amount), [share], self.desk.now)

    @property
    def second(self) -> Witness:
        return self.desk.book.witness(SECOND)

    def voucher(self, kind: str, amount: str, on: str = "01-20", **facts: str) -> None:
        vouchers.book_voucher(self.desk.book, Draft(VoucherKind(kind), euro(amount), day(on), **facts), self.desk.now, self.second)  # type: ignore[arg-type]

    @property
    def figures(self) -> dict[int, FundFigures]:
        with self.desk.book.reading() as db:
            return funds.fund_figures(db, "EUR")

    def held(self, code: str, campaign: str = "C-101") -> str:
        """What stands on an account of a campaign, debit positive."""
        fund = self.desk.find(campaign).fund
        with self.desk.book.reading() as db:
            minor = sum(amount for of, _, amount in funds.balances(db, [fund]).get(fund, ()) if of == code)
        return str(type(euro("0.00"))(minor, "EUR"))


@pytest.fixture
def sides(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Side]]:
    made = [
        Side(tmp_path_factory, tmp_path / method, method, other)
        for method, other in zip(METHODS, ("agency", "restricted", "deferral"), strict=True)
    ]
    yield made
    for side in made:
        side.desk.book.close()


def in_all(sides: list[Side], act: Callable[[Side], object]) -> None:
    """Do it in each book; afterwards all say the same, and each is sound."""
    for side in sides:
        act(side)
    assert all(side.figures == sides[0].figures for side in sides)
    assert [faults(side.desk.book) for side in sides] == [[], [], []]


# --- vouchers of every kind -------------------------------------------------------------------------------------------
FACTS = {
    "invoice": "SLO-14", "campaign": "C-101", "taker": "C-102", "payee": LAWYER, "donor": "D-0001", "debit": "5400", "credit": "5320",
}  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in BY_HAND if kind is not VoucherKind.LOST])
def test_a_voucher_of_every_kind_and_its_undo(sides: list[Side], kind: VoucherKind) -> None:
    in_all(sides, lambda side: side.desk.invoice("2000.00" if kind is VoucherKind.TRANSFER else "3400.00"))
    if kind is VoucherKind.CREDIT_PAID:
        in_all(sides, lambda side: side.voucher("advance_used", "300.00", invoice="SLO-14"))
    before = [(side.figures, _sums(side)) for side in sides]
    in_all(sides, lambda side: side.voucher(kind, "200.00", **{name: FACTS[name] for name in NAMES[kind]}))
    assert all(side.figures != then for side, (then, _) in zip(sides, before, strict=True)) or kind in {
        VoucherKind.IN_KIND, VoucherKind.ADJUSTMENT, VoucherKind.BENEFICIARY, VoucherKind.WITHHELD,
    }  # fmt: skip
    in_all(sides, lambda side: undoing.undo(side.desk.book, side.desk.now))
    assert [(side.figures, _sums(side)) for side in sides] == before


def _sums(side: Side) -> dict[tuple[int, str, str], int]:
    with side.desk.book.reading() as db:
        return {(fund, code, flow): minor for fund, rows in funds.balances(db).items() for code, flow, minor in rows if minor}


def test_work_in_kind_is_income_and_cost_or_a_memo(sides: list[Side]) -> None:
    """By agency neither is the foundation's: what stands there is told twice on 2610, and comes to nothing."""
    before = [side.held("2610") for side in sides]
    in_all(sides, lambda side: side.voucher("in_kind", "500.00", campaign="C-101"))
    assert [(side.held("5010"), side.held("4030")) for side in sides] == [("500.00", "-500.00"), ("500.00", "-500.00"), ("0.00", "0.00")]
    assert [side.held("2610") for side in sides] == before


def test_a_transfer_between_campaigns_of_different_methods_uses_each_ones_own_account(sides: list[Side]) -> None:
    in_all(sides, lambda side: side.voucher("transfer", "30.00", campaign="C-101", taker="C-102"))
    own = {"restricted": ("3910", "3920"), "deferral": ("2510", "2510"), "agency": ("2610", "2610")}
    for side in sides:
        out, came = side.desk.find("C-101").mandate.method, side.desk.find("C-102").mandate.method
        assert side.held(own[came][1], "C-102") == "-30.00"
        assert side.held(own[out][0]) == ("30.00" if out == "restricted" else "-3000.00")


# --- costs, cover, and what is taken back -----------------------------------------------------------------------------
def test_a_gift_taken_back_takes_the_release_with_it_at_once(sides: list[Side]) -> None:
    """It used to wait for the fund's next entry; an invoice that gifts no longer cover is a memo by agency at once, too."""
    in_all(sides, lambda side: side.desk.invoice("2800.00"))
    _, deferral, agency = sides
    assert (deferral.held("2510"), deferral.held("4510")) == ("-230.00", "-2800.00")
    line = sides[0].desk.line("1000.00", "matched")
    in_all(sides, lambda side: reconciling.unmatch(side.desk.book, line, side.desk.now))
    assert (deferral.held("2510"), deferral.held("4510"), deferral.held("5010")) == ("0.00", "-2030.00", "2800.00")
    assert (agency.held("2610"), agency.held("2010"), agency.held("9020")) == ("0.00", "-2030.00", "-770.00")
    in_all(sides, lambda side: undoing.undo(side.desk.book, side.desk.now))
    assert (deferral.held("2510"), deferral.held("4510")) == ("-230.00", "-2800.00")
    assert (agency.held("2610"), agency.held("2010"), agency.held("9020")) == ("-230.00", "-2800.00", "0.00")


def test_costs_beyond_the_gifts_wait_for_the_cover(sides: list[Side]) -> None:
    in_all(sides, lambda side: side.desk.invoice("3400.00"))
    _, deferral, agency = sides
    assert (deferral.held("4510"), deferral.held("2510")) == ("-3030.00", "0.00")
    assert (agency.held("2010"), agency.held("9020"), agency.held("9010")) == ("-3030.00", "-370.00", "370.00")
    in_all(sides, lambda side: side.voucher("transfer", "370.00", campaign="unrestricted", taker="C-101"))
    assert (deferral.held("4510"), deferral.held("2510")) == ("-3400.00", "0.00")
    assert (agency.held("2010"), agency.held("9020"), agency.held("2610")) == ("-3400.00", "0.00", "0.00")
    in_all(sides, lambda side: side.voucher("credit", "400.00", invoice="SLO-14"))
    assert (deferral.held("4510"), deferral.held("2510"), agency.held("2610")) == ("-3000.00", "-400.00", "-400.00")


def test_an_approval_is_undone_with_its_release(sides: list[Side]) -> None:
    before = [_sums(side) for side in sides]
    in_all(sides, lambda side: side.desk.invoice("3400.00", approve=False))
    in_all(sides, lambda side: invoices.approve_invoice(side.desk.book, "SLO-14", side.desk.now))
    in_all(sides, lambda side: undoing.undo(side.desk.book, side.desk.now))
    assert [_sums(side) for side in sides] == before


# --- the year's end ---------------------------------------------------------------------------------------------------
def test_a_year_is_closed_and_goes_on_by_every_method(sides: list[Side]) -> None:
    """Deferral and agency close nothing of what is still held; what is taken back afterwards is in step with what was closed."""
    in_all(sides, lambda side: side.desk.invoice("2800.00"))
    in_all(sides, lambda side: year_end.close_year(side.desk.book, day("02-28"), side.desk.now))
    assert [side.held("3900") for side in sides] == ["-230.00", "0.00", "0.00"]
    assert [(side.held("5010"), side.held("4510"), side.held("4010")) for side in sides] == [("0.00",) * 3] * 3
    assert [side.held("2510") for side in sides] == ["0.00", "-230.00", "0.00"]
    assert [side.held("2610") for side in sides] == ["0.00", "0.00", "-230.00"]
    in_all(sides, lambda side: side.voucher("credit", "100.00", "03-05", invoice="SLO-14"))
    line = sides[0].desk.line("1000.00", "matched")
    in_all(sides, lambda side: reconciling.unmatch(side.desk.book, line, side.desk.now))
    in_all(sides, lambda side: side.voucher("adjustment", "7.00", "03-06", campaign="unrestricted", debit="5400", credit="2040"))
    in_all(sides, lambda side: year_end.close_year(side.desk.book, day("12-31"), side.desk.now))
    in_all(sides, lambda side: undoing.undo(side.desk.book, side.desk.now))


# --- the method of a campaign -----------------------------------------------------------------------------------------
def test_a_method_changes_before_anything_is_booked_and_never_after(sides: list[Side]) -> None:
    side = sides[0]
    side.desk.campaign("C-103")
    book, now = side.desk.book, side.desk.now
    campaigns.change_mandate(book, "C-103", day("01-02"), now, {"method": "deferral"})
    side.voucher("transfer", "30.00", campaign="C-101", taker="C-103")
    assert (side.held("2510", "C-103"), faults(book)) == ("-30.00", [])
    assert refused(lambda: campaigns.change_mandate(book, "C-103", day("01-03"), now, {"method": "agency"})) == ["campaign.method_booked"]
    campaigns.change_mandate(book, "C-103", day("01-03"), now, {"fee": "campaign"})
    assert (side.desk.find("C-103").mandate.method, faults(book)) == ("deferral", [])


def test_what_is_recognised_anew_is_an_entry_of_its_own_linked_to_its_operation(sides: list[Side]) -> None:
    deferral = sides[1]
    deferral.desk.invoice("2800.00")
    done = reconciling.unmatch(deferral.desk.book, deferral.desk.line("1000.00", "matched"), deferral.desk.now).operation
    with deferral.desk.book.reading() as db:
        kinds = db.exec_driver_sql("SELECT kind, reverses_id IS NOT NULL FROM entry WHERE operation_id = ? ORDER BY number", (done,)).all()
        [last] = [one.entry for one in journal.entries(db) if one.entry.kind == "release"]
    assert [tuple(one) for one in kinds] == [("reversal", 1), ("release", 0)]
    assert [(one.account, str(one.amount)) for one in last.postings] == [("2510", "-770.00"), ("4510", "770.00")]
