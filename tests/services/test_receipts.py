"""A donor asks for a receipt: what stands of her gifts, numbered, never twice without saying so, and hers alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.money import Money
from fundledger.domain.receipt import Gift, GivenBack, standing
from fundledger.domain.voucher import Draft, VoucherKind
from fundledger.export import letter as setting
from fundledger.export.gate import texts
from fundledger.i18n import Speaker, public_languages
from fundledger.reports import receipt as paper
from fundledger.reports import where_is_my_money
from fundledger.services import accounts, donors, erasing, merging, people, receipts, reconciling, undoing, vouchers
from fundledger.services.folding import fold
from fundledger.services.payouts import processor_shares
from fundledger.store import parties
from fundledger.store import receipts as store
from tests.services.bookkeeping import CHEAP, OTHER_BANK, PEOPLE, Desk, Paid, day, euro, faults, refused
from tests.services.test_foreign import accept, foreign_statement, line_of, take_rates
from tests.services.test_processors import GIFT as CARD
from tests.services.test_processors import activity

if TYPE_CHECKING:
    from fundledger.domain.entry import Original
    from fundledger.domain.receipt import Receipt
    from fundledger.services.changes import Changes

ALPHA = PEOPLE[0]
AGREES = "antro asmens sakinys"


def code_of(desk: Desk, name: str = ALPHA) -> str:
    with desk.book.reading() as db:
        [(_, code)] = parties.donors_named(db, fold(name))
    return code


def gifts(desk: Desk, donor: str) -> list[store.GiftRow]:
    with desk.book.reading() as db:
        return store.gifts(db, "EUR", {"donor_id": parties.find_donor(db, donor).id})


def issue(desk: Desk, donor: str, **asked: object) -> tuple[Receipt, str]:
    """Make a receipt; it and its paper as text."""
    written: list[bytes] = []

    def deliver(made: Receipt) -> bytes:
        written.append(setting.text(paper.letter(made), Speaker(made.language)))
        return written[0]

    _, made = receipts.issue_receipt(desk.book, donor, desk.now, deliver, **asked)  # type: ignore[arg-type]
    return made, written[0].decode()


def protect(desk: Desk, name: str = "Sample Person Protected") -> str:
    """A protected donor with one gift."""
    donors.add_donor(desk.book, name, ["LT99"], desk.now, protected=True)
    desk.take(Paid("70.00", "02-03", name, "LT99", bank="protected"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept(desk.line("70.00"), "campaign:C-101")
    return code_of(desk, name)


def test_a_receipt_for_one_gift_names_the_donor_the_purpose_and_what_stands(desk: Desk) -> None:
    made, text = issue(desk, code_of(desk), gift=gifts(desk, code_of(desk))[0].id)
    assert (made.number, str(made.total), made.repeats) == ("2026-0001", "1000.00", None)
    assert ALPHA in text
    assert "Title of C-101" in text
    assert "DUPLICATE" not in text
    assert not any(other in text for other in PEOPLE[1:])
    assert faults(desk.book) == []


def test_the_second_paper_for_the_same_gift_says_duplicate(desk: Desk) -> None:
    donor = code_of(desk)
    for expected in (None, "2026-0001", "2026-0001"):
        made, text = issue(desk, donor, gift=gifts(desk, donor)[0].id)
        assert made.repeats == expected
        assert ("DUPLICATE of receipt 2026-0001" in text) == (expected is not None)
    _, yearly = issue(desk, donor, year=2026)
    assert "DUPLICATE: these gifts were confirmed before, in 2026-0001" in yearly


def test_a_yearly_receipt_marks_the_gift_that_was_confirmed_before(desk: Desk) -> None:
    donor = code_of(desk)
    issue(desk, donor, gift=gifts(desk, donor)[0].id)
    desk.take(Paid("25.00", "02-03", ALPHA, "LT1099", bank="again"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept(desk.line("25.00"), "campaign:C-101")
    made, text = issue(desk, donor, year=2026)
    assert [str(one.stands) for one in made.gifts] == ["1000.00", "25.00"]
    assert "DUPLICATE as far as gifts were confirmed before, in 2026-0001" in text
    assert str(made.total) == "1025.00"


def test_one_payment_shared_out_to_two_campaigns_is_one_receipt(desk: Desk) -> None:
    desk.campaign("C-102")
    desk.take(Paid("50.00", "02-03", ALPHA, "LT1099", bank="both"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept(desk.line("50.00"), "campaign:C-101=30.00", "campaign:C-102=20.00")
    donor = code_of(desk)
    second = next(one.id for one in gifts(desk, donor) if one.campaign == "C-102")
    made, text = issue(desk, donor, gift=second)
    assert [(one.campaign, str(one.stands)) for one in made.gifts] == [("C-101", "30.00"), ("C-102", "20.00")]
    assert "Title of C-101" in text
    assert "Title of C-102" in text


def test_what_was_returned_is_taken_off(desk: Desk) -> None:
    donor = code_of(desk)
    vouchers.book_voucher(desk.book, Draft(VoucherKind.REFUND, euro("250.00"), day("02-10"), campaign="C-101", donor=donor), desk.now)
    made, text = issue(desk, donor, year=2026)
    assert (str(made.gifts[0].amount), str(made.gifts[0].returned), str(made.total)) == ("1000.00", "250.00", "750.00")
    assert "What went back to you is taken off" in text


def test_a_gift_that_went_back_whole_has_no_receipt(desk: Desk) -> None:
    donor = code_of(desk)
    desk.take(Paid("-1000.00", "02-03", ALPHA, "LT1099", bank="back"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept_as(desk.line("-1000.00"), "return")
    assert refused(lambda: issue(desk, donor, year=2026)) == ["receipt.nothing"]
    assert refused(lambda: issue(desk, donor, gift=gifts(desk, donor)[0].id)) == ["receipt.nothing"]


@pytest.mark.parametrize("named", [True, False])
def test_a_card_gift_in_dispute_or_lost_is_confirmed_to_nobody_and_again_when_it_is_won(desk: Desk, named: bool) -> None:
    accounts.add_account(desk.book, "", "PayPal", desk.now, processor="paypal")
    opened = "15/01/2026,10:00:00,CET,,Chargeback,Completed,EUR,-40.00,-15.00,-55.00,,,P3,P1,41.80,,"
    won = "18/01/2026,10:00:00,CET,,Chargeback Reversal,Completed,EUR,40.00,0.00,40.00,,,P4,P1,81.80,,"
    activity(desk, CARD.replace("Alpha", "Cardholder"), opened, won)
    desk.accept(desk.line("96.80"), "campaign:C-101=100.00")
    donor = code_of(desk, "Sample Person Cardholder")
    assert str(issue(desk, donor, year=2026)[0].total) == "100.00"
    lost, back = desk.line("-55.00"), desk.line("40.00")
    if named:
        with desk.book.reading() as db:
            [disputed] = [one for one in desk.lines() if one.id == lost]
            shares = processor_shares(db, disputed, {desk.find("C-101").fund: desk.find("C-101").id})
        reconciling.accept(desk.book, lost, shares, desk.now)
    else:
        desk.accept(lost, "account:1065@C-101=40.00")
    made, text = issue(desk, donor, year=2026)
    assert (str(made.gifts[0].returned), str(made.total)) == ("40.00", "60.00")
    assert "What went back to you is taken off" in text
    vouchers.book_voucher(desk.book, Draft(VoucherKind.LOST, euro("40.00"), day("02-10"), campaign="C-101"), desk.now)
    assert str(issue(desk, donor, year=2026)[0].total) == "60.00"
    undoing.undo(desk.book, desk.now)
    undoing.undo(desk.book, desk.now)
    desk.accept(back, "account:1065@C-101=40.00")
    assert str(issue(desk, donor, year=2026)[0].total) == "100.00"
    assert faults(desk.book) == []


def test_a_gift_the_payer_s_bank_recalled_is_confirmed_to_nobody(desk: Desk) -> None:
    desk.take(Paid("-1000.00", "02-03", ALPHA, "LT1099", bank="recalled"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept_as(desk.line("-1000.00"), "recall", campaign="C-101")
    assert refused(lambda: issue(desk, code_of(desk), year=2026)) == ["receipt.nothing"]


def test_a_refund_to_her_account_that_names_no_payment_is_taken_off(desk: Desk) -> None:
    desk.take(Paid("-100.00", "02-03", ALPHA, "LT1099", bank="part"), first="02-01", last="02-28", opening="3530.00", number="2")
    desk.accept_as(desk.line("-100.00"), "refund", campaign="C-101")
    made, _ = issue(desk, code_of(desk), year=2026)
    assert str(made.total) == "900.00"


def test_a_protected_donor_s_receipt_needs_a_second_person_who_signs(desk: Desk) -> None:
    donor = protect(desk)
    assert refused(lambda: issue(desk, donor, year=2026)) == ["letter.protected"]
    people.add_person(desk.book, "Sample Person Second", "approve", AGREES, desk.now, CHEAP)
    made, _ = issue(desk, donor, year=2026, second=desk.book.witness(AGREES))
    assert str(made.total) == "70.00"
    with desk.book.reading() as db:
        assert store.receipts(db, "EUR")[0].agreed_by is not None
    assert faults(desk.book) == []


def test_nobody_who_is_erased_or_restricted_gets_a_paper(desk: Desk) -> None:
    donor, other = code_of(desk), code_of(desk, "Donor Gamma")
    erasing.erase_donor(desk.book, other, desk.now)
    erasing.erase_donor(desk.book, donor, desk.now, retain_until=date(2030, 1, 1))
    assert refused(lambda: issue(desk, other, year=2026)) == ["letter.erased"]
    assert refused(lambda: issue(desk, donor, year=2026)) == ["letter.restricted"]


def test_erasing_her_leaves_the_receipt_and_a_sound_log(desk: Desk) -> None:
    donor = code_of(desk)
    issue(desk, donor, year=2026)
    erasing.erase_donor(desk.book, donor, desk.now)
    assert faults(desk.book) == []


def test_another_donor_s_gift_is_refused(desk: Desk) -> None:
    theirs = gifts(desk, code_of(desk, "Donor Gamma"))[0].id
    assert refused(lambda: issue(desk, code_of(desk), gift=theirs)) == ["gift.not_hers"]
    assert refused(lambda: issue(desk, code_of(desk), gift=999)) == ["gift.unknown"]
    assert refused(lambda: issue(desk, code_of(desk))) == ["receipt.which"]


def test_a_receipt_taken_back_is_no_reason_to_say_duplicate_and_its_number_is_gone(desk: Desk) -> None:
    donor = code_of(desk)
    issue(desk, donor, year=2026)
    undoing.undo(desk.book, desk.now)
    made, text = issue(desk, donor, year=2026)
    assert (made.number, made.repeats) == ("2026-0002", None)
    assert "DUPLICATE" not in text
    assert faults(desk.book) == []


def test_a_file_that_cannot_be_written_leaves_no_receipt(desk: Desk) -> None:
    def fails(made: Receipt) -> bytes:
        raise OSError(made.number)

    with pytest.raises(OSError, match="2026-0001"):
        receipts.issue_receipt(desk.book, code_of(desk), desk.now, fails, year=2026)
    with desk.book.reading() as db:
        assert store.receipts(db, "EUR") == []


def test_a_gift_made_anonymous_later_stays_hers(desk: Desk) -> None:
    donor = code_of(desk)
    done: Changes = receipts.set_anonymous(desk.book, gifts(desk, donor)[0].id, desk.now)
    assert [one.anonymous for one in gifts(desk, donor)] == [True]
    assert str(issue(desk, donor, year=2026)[0].total) == "1000.00"
    assert done.operation is not None
    assert faults(desk.book) == []


def test_the_pdf_speaks_the_donor_s_language_and_names_nobody_else(desk: Desk) -> None:
    donor = code_of(desk, "Testa Testaitė")
    made, _ = issue(desk, donor, year=2026, language="lt")
    drawn = setting.pdf(paper.letter(made), Speaker("lt"))
    told = " ".join(part for _, part in texts(drawn))
    assert "2026 metų aukų kvitas 2026-0001" in told
    assert "Testa Testaitė" in told
    assert ALPHA not in told
    assert drawn == setting.pdf(paper.letter(made), Speaker("lt"))


@pytest.mark.parametrize("language", public_languages())
def test_a_receipt_and_where_her_money_is_speak_every_public_language(desk: Desk, language: str) -> None:
    vouchers.book_voucher(
        desk.book, Draft(VoucherKind.REFUND, euro("250.00"), day("02-10"), campaign="C-101", donor=code_of(desk)), desk.now
    )
    [gift] = gifts(desk, code_of(desk))
    made, _ = issue(desk, code_of(desk), gift=gift.id)
    speaker = Speaker(language, public=True)
    where = where_is_my_money.build(desk.book, code_of(desk), gift.id, desk.now.date(), language)
    for letter in (paper.letter(replace(made, language=language, earlier={gift.id: ("2026-0001",)})), where):
        said = setting.text(letter, speaker).decode()
        assert ALPHA in said
        assert "{" not in said
        assert setting.pdf(letter, speaker).startswith(b"%PDF")
        english = setting.text(letter, Speaker("en")).decode()
        assert (said == english) == (language == "en")
        whole = (one for one in english.splitlines() if len(one.split()) > 4 and "Title of" not in one and ALPHA not in one)
        assert language == "en" or not [one for one in whole if one in said], "no sentence falls back on English"


def test_a_gift_in_dollars_stands_at_the_rate_it_was_booked_at(desk: Desk) -> None:
    accounts.add_account(desk.book, OTHER_BANK, "Dollar bank", desk.now, currency="USD")
    take_rates(desk)
    foreign_statement(desk, [Paid("100.00", "01-17", ALPHA, "LT1099", bank="usd")], "USD")
    accept(desk, line_of(desk, "1010-2", 10000), "campaign:C-101=100.00")
    made, text = issue(desk, code_of(desk), year=2026)
    assert [str(one.stands) for one in made.gifts] == ["1000.00", "92.00"]
    assert "US$100.00 at 1.0869565 USD for 1 EUR of 16 January 2026" in text
    assert str(made.total) == "1092.00"


def test_a_receipt_goes_with_the_donor_it_was_made_for_into_a_merge(desk: Desk) -> None:
    donor, other = code_of(desk), code_of(desk, "Donor Gamma")
    issue(desk, donor, year=2026)
    merging.merge(desk.book, donor, other, desk.now)
    with desk.book.reading() as db:
        assert [one.donor for one in store.receipts(db, "EUR")] == [other]
    made, text = issue(desk, other, year=2026)
    assert str(made.total) == "1600.00"
    assert "DUPLICATE as far as gifts were confirmed before, in 2026-0001" in text
    assert faults(desk.book) == []


# --- the rule ---------------------------------------------------------------------------------------------------------
def a_gift(row_id: int, minor: int, on: str = "01-05", fund: int = 3, original: Original | None = None) -> Gift:
    money = Money(minor, "EUR")
    return Gift(row_id, f"line:{row_id}", day(on), fund, "C-101", money, Money(0, "EUR"), original=original)


def test_a_refund_takes_what_she_gave_before_it_in_proportion() -> None:
    given_before = (a_gift(1, 6000), a_gift(2, 3000), a_gift(3, 5000, on="03-01"), a_gift(4, 7000, fund=9))
    found = standing(given_before, [GivenBack(3, day("02-01"), euro("30.00"))])
    assert [one.returned.minor for one in found] == [2000, 1000, 0, 0]


def test_a_payment_taken_back_is_shared_with_whoever_else_gave_by_it() -> None:
    found = standing((a_gift(1, 6000),), [GivenBack(3, day("02-01"), euro("80.00"), ((1, 6000), (77, 2000)))])
    assert found[0].returned.minor == 6000


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=8), st.lists(st.integers(1, 10**8), max_size=5))
def test_whatever_goes_back_no_more_than_was_given_is_taken_off_to_the_cent(amounts: list[int], back: list[int]) -> None:
    made = tuple(a_gift(n, minor) for n, minor in enumerate(amounts))
    found = standing(made, [GivenBack(3, day("02-01"), Money(minor, "EUR")) for minor in back])
    assert all(0 <= one.returned.minor <= one.amount.minor for one in found)
    if sum(back) <= sum(amounts):
        assert sum(one.returned.minor for one in found) == sum(back)
