"""Where one gift's money is: to the cent hers, and nothing that would show what anybody else gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.approval import PaperKind
from fundledger.domain.figures import figures
from fundledger.domain.money import Money
from fundledger.domain.whereabouts import whereabouts
from fundledger.export import letter as setting
from fundledger.i18n import Speaker
from fundledger.reports import where_is_my_money
from fundledger.services import evidence, receipts
from fundledger.store import receipts as store
from tests.services import bookkeeping
from tests.services.bookkeeping import PEOPLE, Desk, Paid, camt, day, euro, refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """3,030.00 of five donors, an invoice of 2,800.00 with its paper and the letter, paid."""
    with bookkeeping.empty_book(tmp_path_factory, tmp_path) as book:
        made = bookkeeping.standard_desk(book, tmp_path)
        invoice = tmp_path / "invoice.pdf"
        invoice.write_bytes(b"%PDF-1.7\n%%EOF")
        made.invoice("2800.00", document=invoice)
        letter = tmp_path / "letter.pdf"
        letter.write_bytes(b"%PDF-1.7 engaged\n%%EOF")
        evidence.add_paper(book, "SLO-14", PaperKind.LETTER, letter, made.now)
        paid = Paid("-2800.00", "02-05", bookkeeping.LAWYER, bookkeeping.PAYEE, bank="paid")
        made.take_in(camt([paid], first="02-01", last="02-28", opening="3530.00", number="2"))
        made.accept(made.line("-2800.00"), "invoice:SLO-14")
        yield made


def told(desk: Desk, amount: str = "1000.00", language: str = "en") -> str:
    """The letter of whoever gave this amount, as text."""
    with desk.book.reading() as db:
        [gift] = [one for one in store.gifts(db, "EUR", {}) if one.amount == euro(amount)]
    letter = where_is_my_money.build(desk.book, gift.donor or "", gift.id, day("12-31"), language)
    return setting.text(letter, Speaker(language)).decode()


def test_her_share_what_was_paid_and_what_remains_by_which_rule(desk: Desk) -> None:
    text = told(desk)
    assert "Your €1,000.00 is 33.00 % of the €3,030.00 that was collected for Title of C-101" in text
    assert [line.split() for line in text.splitlines() if line.startswith(("Paid to", "Remaining", "Total"))] == [
        ["Paid", "to", "lawyers", "2,800.00", "924.09"],
        ["Remaining", "230.00", "75.91"],
        ["Total", "1,000.00"],
    ]
    assert "Paid in 1 payment, 1 of it documented: €2,800.00." in text
    assert "€230.00 remains. By the rule given when the appeal began it stays kept for this purpose." in text


def test_it_names_her_and_nobody_else(desk: Desk) -> None:
    text = told(desk)
    assert PEOPLE[0] in text
    assert not any(other in text for other in (*PEOPLE[1:], bookkeeping.LAWYER, "SLO-14", "LT"))


def test_it_speaks_her_language(desk: Desk) -> None:
    assert "33,00 % visų" in told(desk, language="lt")


def test_of_fewer_than_five_donors_no_figure_is_told(desk: Desk) -> None:
    desk.campaign("C-102")
    desk.take(Paid("50.00", "03-03", PEOPLE[0], "LT1099", bank="one"), first="03-01", last="03-31", opening="730.00", number="3")
    desk.accept(desk.line("50.00"), "campaign:C-102")
    text = told(desk, "50.00")
    assert "Fewer than five people stand behind its figures" in text
    assert "%" not in text


def test_a_gift_to_two_purposes_is_told_of_both_and_of_the_foundation_in_words(desk: Desk) -> None:
    desk.take(Paid("60.00", "03-03", PEOPLE[0], "LT1099", bank="two"), first="03-01", last="03-31", opening="730.00", number="3")
    desk.accept(desk.line("60.00"), "campaign:C-101=45.00", "foundation=15.00")
    text = told(desk, "45.00")
    assert "your gift of €60.00" in text
    assert "Your €45.00 is 1.46 % of the €3,075.00" in text
    assert "Your €15.00 is for the foundation itself" in text


def test_consent_withdrawn_shows_the_code_alone(desk: Desk) -> None:
    from fundledger.services.erasing import withdraw_consent  # noqa: PLC0415  one test of twenty

    withdraw_consent(desk.book, "C-101", day("03-01"), desk.now)
    assert "Title of" not in told(desk)


def test_a_letter_that_leaves_is_in_the_log(desk: Desk) -> None:
    with desk.book.reading() as db:
        gift = store.gifts(db, "EUR", {})[0]
    assert receipts.log_letter(desk.book, gift.donor or "", desk.now).operation is not None
    assert refused(lambda: where_is_my_money.build(desk.book, "D-0002", gift.id, day("12-31"))) == ["gift.not_hers"]


# --- the rule ---------------------------------------------------------------------------------------------------------
@given(st.integers(1, 10**8), st.integers(0, 10**8), st.integers(0, 10**8), st.integers(0, 10**6))
def test_her_parts_are_her_amount_to_the_cent(own: int, others: int, paid: int, fees: int) -> None:
    collected = own + others
    balances = [("1010", "", collected - paid - fees), ("4010", "collected", -collected), ("2010", "paid", paid), ("5310", "fees", fees)]
    found = whereabouts(Money(own, "EUR"), figures(balances, "EUR"))
    assert found is not None
    assert sum(part.minor for _, part in found.uses.values()) == own
    assert 0 <= found.percent <= 100
