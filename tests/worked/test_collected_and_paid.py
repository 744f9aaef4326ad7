"""What a campaign collects, pays and has left: each worked example from bank files to reports, to the cent."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tests.services.takeovers import workbook
from tests.worked.foundation import LAWYER, OURS, PAYEE, PEOPLE, RF, Foundation, Paid, collected

if TYPE_CHECKING:
    from tests.conftest import Golden
    from tests.services.takeovers import Rows

GOLDEN = Path("golden")


def paid(amount: str, number: str = "SLO-14", on: str = "02-10", bank: str = "P-1", **more: str) -> Paid:
    """A payment on an invoice leaves the bank."""
    return Paid(f"-{amount}", on, LAWYER, PAYEE, f"Invoice {number}", bank=bank, end_to_end=f"E-{bank}", **more)  # type: ignore[arg-type]


def test_exact(foundation: Foundation, golden: Golden) -> None:
    foundation.open()
    foundation.collect()
    foundation.over()
    foundation.invoice("3030.00")
    foundation.tell("3,030.00 collected, an invoice of 3,030.00 approved")
    foundation.bank(paid("3030.00"))
    foundation.accept("-3030.00")
    foundation.close()
    foundation.tell("paid and closed")
    golden(GOLDEN / "exact.txt", foundation.told())


def test_a_surplus_that_is_held(foundation: Foundation, golden: Golden) -> None:
    foundation.open()
    foundation.collect()
    foundation.over()
    foundation.invoice("2800.00")
    foundation.bank(paid("2800.00"))
    foundation.accept("-2800.00")
    foundation.close()
    foundation.tell("3,030.00 collected, 2,800.00 paid, 230.00 held")
    golden(GOLDEN / "surplus-held.txt", foundation.told())


def test_a_surplus_with_a_second_purpose(foundation: Foundation, golden: Golden) -> None:
    foundation("campaign add {book} C-104 --asked 5000.00 --open --on 2026-01-01 --title", "A lawyer for C-104")
    foundation.open("--surplus", "campaign:C-104")
    foundation.collect()
    foundation.over()
    foundation.invoice("2800.00")
    foundation.bank(paid("2800.00"))
    foundation.accept("-2800.00")
    foundation.close()
    foundation.tell("3,030.00 collected, 2,800.00 paid, 230.00 to C-104")
    golden(GOLDEN / "surplus-moved.txt", foundation.told())


def test_a_surplus_that_goes_back_in_proportion(foundation: Foundation, golden: Golden) -> None:
    foundation.open("--surplus", "refund")
    foundation.collect()
    foundation.over()
    foundation.invoice("2800.00")
    foundation.bank(paid("2800.00"))
    foundation.accept("-2800.00")
    foundation.close()
    foundation.tell("3,030.00 collected, 2,800.00 paid, 230.00 owed to five donors")
    shares = sorted((one["amount"] for one in foundation("voucher list {book} --kind refund")), key=float, reverse=True)
    back = [Paid(f"-{share}", "04-10", name, bank=f"B-{name[:3]}") for share, name in zip(shares, PEOPLE, strict=True)]
    foundation.bank(*back, month="04", opening="730.00")
    for share in shares:
        foundation.accept(f"-{share}", "--to", f"account:2030@C-101={share}")
    foundation.tell("paid back")
    golden(GOLDEN / "surplus-refunded.txt", foundation.told())


def test_a_shortfall(foundation: Foundation, golden: Golden) -> None:
    foundation.open(asked="3400.00")
    foundation.collect()
    foundation.over()
    foundation.invoice("3400.00")
    foundation.bank(paid("3030.00"))
    foundation.accept("-3030.00")
    foundation.tell("3,030.00 of 3,400.00 paid, 370.00 owed")
    assert "still owes €370.00" in foundation.refused("campaign close {book} C-101 --on 2026-03-31")
    foundation.voucher("settled", "370.00", "--invoice", "SLO-14")
    foundation.close()
    foundation.tell("370.00 paid by others, closed")
    golden(GOLDEN / "shortfall.txt", foundation.told())


def test_a_shortfall_that_the_foundation_covers(foundation: Foundation, golden: Golden) -> None:
    foundation.open("--shortfall", "cover", asked="3400.00")
    foundation.collect()
    foundation.over()
    foundation.invoice("3400.00")
    foundation("campaign cover {book} C-101 --on 2026-02-05")
    foundation.bank(paid("3400.00"))
    foundation.accept("-3400.00")
    foundation.close()
    foundation.tell("370.00 of the foundation's own, 3,400.00 paid")
    golden(GOLDEN / "shortfall-covered.txt", foundation.told())


def test_a_refund_after_the_money_is_spent(foundation: Foundation, golden: Golden) -> None:
    foundation.open()
    foundation.collect()
    foundation.over()
    foundation.invoice("2800.00")
    foundation.bank(paid("2800.00"))
    foundation.accept("-2800.00")
    donor = next(one["code"] for one in foundation("donor list {book}") if one["given"] == "400.00")
    foundation.voucher("refund", "400.00", "--campaign", "C-101", "--donor", donor)
    foundation.bank(Paid("-400.00", "03-05", PEOPLE[3], bank="R-1"), month="03", opening="730.00")
    foundation.accept("-400.00", "--to", "account:2030@C-101=400.00")
    foundation.tell("400.00 given back out of 230.00: the campaign is overdrawn by 170.00")
    assert "C-101" in foundation.refused("campaign close {book} C-101 --on 2026-03-31")
    foundation.voucher("transfer", "170.00", "--campaign", "unrestricted", "--to", "C-101", on="03-10")
    foundation.close()
    foundation.tell("covered by the foundation, by two persons, and closed")
    golden(GOLDEN / "refund-after-spend.txt", foundation.told())


def test_a_payment_that_comes_back_less_a_fee(foundation: Foundation, golden: Golden) -> None:
    foundation.open()
    foundation.collect()
    foundation.over()
    foundation.invoice("2800.00")
    foundation.bank(paid("2800.00"))
    foundation.accept("-2800.00")
    back = Paid("2795.00", "03-02", LAWYER, PAYEE, bank="R-1", end_to_end="E-P-1", reason="AC04")
    foundation.bank(back, month="03", opening="730.00")
    foundation.accept("2795.00", "--as", "return")
    foundation.tell("2,795.00 of 2,800.00 back: the invoice is open again, the bank kept 5.00")
    foundation.bank(paid("2800.00", on="04-02", bank="P-2"), month="04", opening="3525.00")
    foundation.accept("-2800.00")
    foundation.tell("paid again")
    golden(GOLDEN / "returned-payment.txt", foundation.told())


def test_twin_gifts(foundation: Foundation, golden: Golden) -> None:
    foundation.open()
    foundation.collect()
    twin = Paid("50.00", "02-05", PEOPLE[0], "LT1099", rf=RF)
    assert foundation.bank(twin, twin)["new"] == 2
    again = foundation.bank(twin, twin, number="2b")
    assert (again["new"], again["already_here"]) == (0, 2)
    assert foundation("reconcile {book} --accept-sure")[-1]["accepted"] == 2
    foundation.tell("two gifts of one donor, one day and one amount are two, however often the bank sends them")
    golden(GOLDEN / "twin-gifts.txt", foundation.told())


def test_a_gift_after_the_closing(foundation: Foundation, golden: Golden) -> None:
    foundation.open()
    foundation.collect()
    foundation.over()
    foundation.invoice("3030.00")
    foundation.bank(paid("3030.00"))
    foundation.accept("-3030.00")
    foundation.close()
    foundation.publish("03-31")
    foundation.bank(Paid("20.00", "04-05", PEOPLE[0], "LT1099", rf=RF, bank="L-1"), month="04", opening="500.00")
    assert foundation("reconcile {book} --accept-sure")[-1]["accepted"] == 0
    foundation.accept("20.00")
    foundation.tell("20.00 held, the campaign is what it was")
    foundation.bank(Paid("-20.00", "05-05", PEOPLE[0], "LT1099", bank="L-2"), month="05", opening="520.00")
    foundation.accept("-20.00", "--as", "suspense")
    foundation.tell("20.00 sent back")
    golden(GOLDEN / "late-gift.txt", foundation.told())


def test_a_retainer_larger_than_its_invoice(foundation: Foundation, golden: Golden) -> None:
    foundation.open()
    foundation.collect()
    foundation.over()
    foundation.bank(Paid("-3000.00", "02-10", LAWYER, PAYEE, "Retainer", bank="A-1"))
    foundation.accept("-3000.00", "--to", "account:1210@C-101=3000.00", "--payee", LAWYER)
    foundation.tell("3,000.00 advanced, nothing paid")
    foundation.invoice("2800.00", issued="03-01")
    foundation.voucher("advance_used", "2800.00", "--invoice", "SLO-14")
    foundation.voucher("advance_unused", "200.00", "--campaign", "C-101", "--payee", LAWYER, on="03-02")
    foundation.tell("2,800.00 of it used for the invoice, 200.00 due back")
    foundation.bank(Paid("200.00", "04-02", LAWYER, PAYEE, bank="A-2"), month="04", opening="530.00")
    foundation.accept("200.00", "--to", "account:1220@C-101=200.00", "--payee", LAWYER)
    foundation.close("04-30")
    foundation.tell("200.00 back, closed with 230.00 held")
    golden(GOLDEN / "retainer.txt", foundation.told())


def test_a_credit_note_after_payment(foundation: Foundation, golden: Golden) -> None:
    foundation.open()
    foundation.collect()
    foundation.over()
    foundation.invoice("3030.00")
    foundation.bank(paid("3030.00"))
    foundation.accept("-3030.00")
    foundation.voucher("credit_paid", "230.00", "--invoice", "SLO-14")
    foundation.tell("230.00 of 3,030.00 credited: paid 2,800.00, due back 230.00")
    foundation.bank(Paid("230.00", "04-02", LAWYER, PAYEE, bank="C-1"), month="04", opening="500.00")
    foundation.accept("230.00", "--to", "account:1220@C-101=230.00", "--payee", LAWYER)
    foundation.close("04-30")
    foundation.tell("230.00 back, closed with 230.00 held")
    golden(GOLDEN / "credit-note.txt", foundation.told())


def test_a_campaign_taken_over_in_mid_year(foundation: Foundation, golden: Golden) -> None:
    foundation.open(asked="5560.00", opened="1530.00")
    rows: Rows = {
        "about": [(date(2026, 1, 1),)],
        "accounts": [(OURS, "", "EUR", 1530, 500)],
        "campaigns": [("C-101", 2630, 60, 0, 40, 0, 0, 1500, 0, 0)],
        "money": [(OURS, "C-101", 1030)],
    }
    foundation(f"takeover read {{book}} {workbook(foundation.folder, rows)}")
    foundation.tell("1,030.00 of 1,530.00 in the bank is the campaign's")
    foundation.bank(*collected(), month="01", opening="1530.00")
    assert foundation("reconcile {book} --accept-sure")[-1]["accepted"] == len(PEOPLE)
    foundation.publish("01-31")
    foundation.over()
    foundation.invoice("4000.00")
    foundation.bank(paid("4000.00"), opening="4560.00")
    foundation.accept("-4000.00")
    foundation.close()
    foundation.tell("3,030.00 more collected, 4,000.00 paid, 60.00 held")
    golden(GOLDEN / "take-over.txt", foundation.told())
