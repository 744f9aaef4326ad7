"""Money that comes through a payment processor or in another currency: worked examples from its files to reports, to the cent."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.statement import ProcessorKind
from tests.statements.writing_processors import Movement
from tests.worked.foundation import GIFTS, LAWYER, OPENED, PAYEE, PEOPLE, Foundation, Paid, collected

if TYPE_CHECKING:
    from tests.conftest import Golden

GOLDEN = Path("golden")
KIND = ProcessorKind
# Invented: on the Friday before the gift a euro cost 100 / 92 dollars.
PUBLISHED = "Date,USD,\n2026-01-30,1.2500,\n2026-01-19,1.0500,\n2026-01-16,1.0869565,\n"


def moved(on: str, kind: ProcessorKind, gross: int, fee: int = 0, name: str = "", parent: str = "", currency: str = "EUR") -> Movement:
    """A movement of a processor's balance on a day of the books' year; minor units."""
    return Movement(date.fromisoformat(f"2026-{on}"), kind, gross, fee, currency, name, parent)


def cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def test_three_payouts_with_one_in_flight(foundation: Foundation, golden: Golden) -> None:
    """Five card gifts of 3,030.00 less 75.00 are paid out in three parts; the last one has not arrived."""
    foundation.open()
    foundation("account add {book} --processor paypal --name PayPal")
    gifts = [moved(f"01-{10 + n:02}", KIND.DONATION, cents(gift), 1500, PEOPLE[n]) for n, gift in enumerate(GIFTS)]
    out = [moved("01-20", KIND.PAYOUT, -177000), moved("01-22", KIND.PAYOUT, -58500), moved("01-24", KIND.PAYOUT, -60000)]
    foundation.processor("paypal", [*gifts[:2], out[0], gifts[2], out[1], *gifts[3:], out[2]])
    foundation.bank(Paid("1770.00", "01-22", "PayPal", bank="A"), Paid("585.00", "01-26", "PayPal", bank="B"), month="01", opening=OPENED)
    for gift in GIFTS:
        net = f"{(cents(gift) - 1500) / 100:.2f}"
        foundation.accept(net, "--to", f"campaign:C-101={gift}", account="1060-1")
    for sent in ("-1770.00", "-585.00", "-600.00"):
        foundation.accept(sent, "--as", "payout", account="1060-1")
    for came in ("1770.00", "585.00"):
        foundation.accept(came, "--as", "payout")
    foundation.tell("1,770.00 and 585.00 in the bank, 600.00 in flight")
    foundation.publish("01-31")
    foundation.bank(Paid("600.00", "02-02", "PayPal", bank="C"), opening="2855.00")
    foundation.accept("600.00", "--as", "payout")
    foundation.tell("all in the bank: the campaign has 3,030.00, the foundation bore 75.00")
    golden(GOLDEN / "three-payouts.txt", foundation.told())


def test_a_dispute_lost_after_the_invoice_was_paid(foundation: Foundation, golden: Golden) -> None:
    """One of five gifts came by card and is charged back when the money is spent."""
    foundation.open()
    foundation("account add {book} --processor stripe --name Stripe")
    foundation.bank(*collected()[:4], month="01", opening=OPENED)
    assert foundation("reconcile {book} --accept-sure")[-1]["accepted"] == 4
    card = [moved("01-13", KIND.DONATION, 23000, 700, PEOPLE[4]), moved("01-20", KIND.PAYOUT, -22300)]
    foundation.processor("stripe", card)
    foundation.accept("223.00", "--to", "campaign:C-101=230.00", account="1060-1")
    foundation.accept("-223.00", "--as", "payout", account="1060-1")
    foundation.bank(Paid("223.00", "02-02", "Stripe", bank="O-1"), opening="3300.00")
    foundation.accept("223.00", "--as", "payout")
    foundation.over()
    foundation.invoice("3030.00")
    foundation.bank(Paid("-3030.00", "03-02", LAWYER, PAYEE, "SLO-14", bank="P-1"), month="03", opening="3523.00")
    foundation.accept("-3030.00")
    foundation.tell("3,030.00 collected, one gift of 230.00 by card, all of it paid")
    foundation.publish("03-09")
    disputed = moved("03-10", KIND.CHARGEBACK, -23000, 1500, PEOPLE[4], parent="T1")
    foundation.processor("stripe", [*card, disputed])
    foundation.accept("-245.00", account="1060-1")
    foundation.tell("charged back: 230.00 in dispute, the fee of 15.00 is the foundation's")
    foundation.voucher("lost", "230.00", "--campaign", "C-101", on="03-20")
    foundation.tell("lost: the campaign is overdrawn by 230.00")
    foundation.voucher("transfer", "230.00", "--campaign", "unrestricted", "--to", "C-101", on="03-25")
    foundation.tell("covered by the foundation")
    golden(GOLDEN / "lost-dispute.txt", foundation.told())


@pytest.mark.parametrize("bearer", ["campaign", "foundation"])
def test_a_foreign_gift_over_a_weekend(foundation: Foundation, golden: Golden, bearer: str) -> None:
    """USD 100 on a Saturday are worth 92.00 at Friday's rate; 90.70 arrive after a fee of 0.60."""
    foundation.open("--fee", bearer)
    foundation.collect()
    foundation("account add {book} --processor gifthub --currency USD --name Gifthub")
    foundation("rate import {book}", foundation.write("eurofxref.csv", PUBLISHED))
    gift = moved("01-17", KIND.DONATION, 10000, 0, "Sample Person Alpha", currency="USD")
    foundation.processor("generic", [gift, moved("01-28", KIND.PAYOUT, -10000, currency="USD")])
    foundation.accept("100.00", "--to", "campaign:C-101=100.00", account="1060-1")
    foundation.tell("92.00 in clearing")
    foundation.accept("-100.00", "--as", "payout", account="1060-1")
    foundation.bank(Paid("90.70", "02-02", "Gifthub", bank="G-1"))
    fee = "account:5310@C-101=-0.60" if bearer == "campaign" else "account:5310=-0.60"
    foundation.accept("90.70", "--to", "transfer=91.30", "--to", fee)
    foundation.tell(f"90.70 in the bank, 0.60 and 0.70 borne by the {bearer}")
    golden(GOLDEN / f"foreign-gift-{bearer}.txt", foundation.told())


@pytest.mark.parametrize("bearer", ["campaign", "foundation"])
def test_card_gifts_and_who_bears_the_fee(foundation: Foundation, golden: Golden, bearer: str) -> None:
    """A gift of 100 less 3.20, and its payout of 96.80."""
    foundation.open("--fee", bearer)
    foundation.collect()
    foundation("account add {book} --processor paypal --name PayPal")
    foundation.processor("paypal", [moved("01-13", KIND.DONATION, 10000, 320, PEOPLE[0]), moved("01-20", KIND.PAYOUT, -9680)])
    foundation.bank(Paid("96.80", "02-02", "PayPal", bank="O-1"))
    foundation.accept("96.80", "--to", "campaign:C-101=100.00", account="1060-1")
    foundation.tell("the card gift in clearing")
    foundation.accept("-96.80", "--as", "payout", account="1060-1")
    foundation.accept("96.80", "--as", "payout")
    foundation.tell(f"96.80 paid out, 3.20 borne by the {bearer}")
    golden(GOLDEN / f"card-gift-{bearer}.txt", foundation.told())
