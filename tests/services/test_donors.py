"""The register of donors: found by what is known of them, changed on record, merged and parted; nothing leaves of a protected one alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fundledger.domain.problem import KnownError
from fundledger.domain.reference import creditor_reference
from fundledger.domain.voucher import Draft, VoucherKind
from fundledger.export.gate import check_public
from fundledger.reports.catalogue import forbidden_names
from fundledger.services import donors, merging, people, pledges, receipts, undoing, vouchers
from fundledger.services.erasing import erase_donor
from fundledger.store import donors as register
from fundledger.store import merges, parties
from tests.services.bookkeeping import CHEAP, Desk, Paid, collected, day, euro, faults, refused, standard_desk

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book, Witness

HER, ACCOUNT, EMAIL = "Testa Pavyzdytė", "LT601010012345678901", "testa@pastas.example.org"
SECOND = "kitas ilgas sakinys"


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    return standard_desk(book, tmp_path)


def add(desk: Desk, name: str = HER, *ibans: str, emails: tuple[str, ...] = (), protected: bool = False) -> int:
    return donors.add_donor(desk.book, name, ibans, desk.now, emails=emails, protected=protected).ids[0]


def find(desk: Desk, text: str, *, names: bool = True, chip: str = "all", column: str = "code", down: bool = False) -> list[int]:
    return list(donors.find_donors(desk.book, text, names=names, chip=chip, column=column, down=down))


def row(desk: Desk, donor: int) -> register.DonorRow:
    with desk.book.reading() as db:
        return register.donor_rows(db, [donor], "EUR", reveal=True)[0]


def known(desk: Desk, donor: int) -> tuple[list[str], list[str]]:
    with desk.book.reading() as db:
        return register.accounts_of(db, donor), register.emails_of(db, donor)


def witness(desk: Desk) -> Witness:
    people.add_person(desk.book, "Sample Second Person", "treasurer", SECOND, desk.now, cost=CHEAP)
    return desk.book.witness(SECOND)


# --- finding ----------------------------------------------------------------------------------------------------------
def test_a_donor_is_found_by_code_account_email_and_the_beginnings_of_her_names(desk: Desk) -> None:
    her = add(desk, HER, ACCOUNT, emails=(EMAIL,))
    for text in ("D-0006", "6", "d-0006", "LT60 1010 0123 4567 8901", EMAIL.upper(), "tes", "PAVYZ testa", "Тест", "pavyzdyte"):
        assert her in find(desk, text), text
    assert find(desk, "testa nobody") == []
    assert find(desk, "estaite") == [], "a word is found by its beginning"


def test_while_names_are_masked_no_name_and_no_part_of_an_account_finds_anybody(desk: Desk) -> None:
    her = add(desk, HER, ACCOUNT, emails=(EMAIL,))
    assert [find(desk, text, names=False) for text in ("testa", "LT6010", "testa@")] == [[], [], []]
    assert [find(desk, text, names=False) for text in ("D-0006", ACCOUNT, EMAIL)] == [[her], [her], [her]]


def test_who_is_restricted_is_found_by_her_code_alone(desk: Desk) -> None:
    her = add(desk, HER, ACCOUNT, emails=(EMAIL,))
    erase_donor(desk.book, her, desk.now, retain_until=day("12-31").replace(year=2036))
    assert [find(desk, text) for text in ("pavyzdyte", ACCOUNT, EMAIL, "D-0006")] == [[], [], [], [her]]


def test_chips_and_columns_put_the_list_in_order(desk: Desk) -> None:
    her = add(desk)
    assert find(desk, "", chip="waiting") == [her]
    assert her not in find(desk, "", chip="gave")
    assert find(desk, "testa", chip="gave") == [2]
    assert find(desk, "", column="given", down=True) == [1, 2, 3, 4, 5, her]
    assert find(desk, "", column="given") == [5, 4, 3, 2, 1, her], "who gave nothing comes last, either way"
    assert find(desk, "", names=False, column="name") == [1, 2, 3, 4, 5, her], "masked names are in no order"
    assert find(desk, "", down=True) == [her, 5, 4, 3, 2, 1]


def test_the_words_of_a_name_follow_the_name(desk: Desk) -> None:
    her = add(desk)
    donors.edit_donor(desk.book, her, desk.now, name="Probė Naujoji")
    assert (find(desk, "pavyzdyte"), find(desk, "naujo")) == ([], [her])
    undoing.undo(desk.book, desk.now)
    assert (find(desk, "pavyzdyte"), find(desk, "naujo")) == ([her], [])
    erase_donor(desk.book, her, desk.now)
    assert find(desk, "pavyzdyte") == []
    assert faults(desk.book) == []


# --- changing ---------------------------------------------------------------------------------------------------------
def test_accounts_and_emails_come_and_go_and_the_undo_brings_them_back(desk: Desk) -> None:
    her = add(desk)
    donors.add_account(desk.book, her, "lt60 1010 0123 4567 8901", desk.now)
    donors.add_email(desk.book, her, "Testa@Pastas.example.org", desk.now)
    assert known(desk, her) == ([ACCOUNT], [EMAIL])
    donors.remove_account(desk.book, her, ACCOUNT, desk.now)
    donors.remove_email(desk.book, her, EMAIL, desk.now)
    assert known(desk, her) == ([], [])
    undoing.undo(desk.book, desk.now)
    assert known(desk, her) == ([], [EMAIL])
    assert faults(desk.book) == []


def test_what_cannot_be_changed_is_refused_with_its_reason(desk: Desk) -> None:
    her, book, now = add(desk, HER, ACCOUNT), desk.book, desk.now
    assert refused(lambda: donors.add_account(book, 1, ACCOUNT, now)) == ["donor.account_taken"]
    assert refused(lambda: donors.add_account(book, 1, " ", now)) == ["donor.no_account"]
    assert refused(lambda: donors.remove_account(book, 1, ACCOUNT, now)) == ["donor.account_unknown"]
    assert refused(lambda: donors.add_email(book, her, "nobody", now)) == ["donor.email_unreadable"]
    assert refused(lambda: donors.remove_email(book, her, EMAIL, now)) == ["donor.email_unknown"]
    assert refused(lambda: donors.edit_donor(book, her, now, name=HER)) == ["donor.unchanged"]
    assert refused(lambda: donors.edit_donor(book, her, now, name="…")) == ["donor.no_name"]
    assert refused(lambda: donors.edit_donor(book, her, now, protected=True)) == ["donor.no_reason"]
    assert [one.code for one in donors.add_donor(book, "Another Name", [ACCOUNT], now).warnings] == ["donor.account_elsewhere"]
    erase_donor(book, her, now)
    assert refused(lambda: donors.add_email(book, her, EMAIL, now)) == ["donor.erased"]


def test_protecting_needs_a_reason_and_lifting_it_a_second_person(desk: Desk) -> None:
    her, book = add(desk), desk.book
    donors.edit_donor(book, her, desk.now, protected=True, why="her family asked")
    assert row(desk, her).protected
    assert refused(lambda: donors.edit_donor(book, her, desk.now, protected=False, why="no need")) == ["donor.two_persons"]
    donors.edit_donor(book, her, desk.now, protected=False, why="no need", second=witness(desk))
    assert not row(desk, her).protected
    with book.reading() as db:
        assert db.exec_driver_sql("SELECT count(DISTINCT person_id) FROM signature").scalar_one() == 2
    assert faults(book) == []


def test_an_email_is_in_no_public_byte_and_goes_with_the_person(desk: Desk) -> None:
    her = add(desk, HER, emails=(EMAIL, "other@pastas.example.org"))
    donors.remove_email(desk.book, her, "other@pastas.example.org", desk.now)
    assert EMAIL in forbidden_names(desk.book)
    assert check_public(f"written to {EMAIL}".encode(), "page.html", forbidden_names(desk.book))
    data = donors.personal_data(desk.book, her, desk.now)
    assert (data.emails, data.earlier) == ((EMAIL,), ("other@pastas.example.org",))
    erase_donor(desk.book, her, desk.now)
    with desk.book.reading() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM identity_donor_email").scalar_one() == 0
        assert db.exec_driver_sql("SELECT count(*) FROM identity_history WHERE old_value LIKE '%pastas%'").scalar_one() == 0


# --- merging ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def twice(desk: Desk) -> tuple[int, int]:
    """One person by two accounts: each gave, one promised, both have the same e-mail; (the later, the earlier)."""
    desk.take(
        Paid("70.00", "02-03", HER, ACCOUNT, rf=creditor_reference("C-101"), bank="HER-1"),
        Paid("30.00", "02-04", "Testa P.", "LT601010012345678902", rf=creditor_reference("C-101"), bank="HER-2"),
        first="02-01", last="02-28", opening="3530.00", number="2",
    )  # fmt: skip
    assert desk.sure() == 2
    for donor in (6, 7):
        donors.add_email(desk.book, donor, EMAIL, desk.now)
    pledges.add_pledge(desk.book, 7, "C-101", euro("50.00"), day("02-05"), desk.now)
    return 7, 6


def test_twins_stay_apart_until_somebody_merges_them(desk: Desk) -> None:
    one, other = (add(desk, "Twin Sample", f"LT{n}") for n in (1, 2))
    assert [(found.id, found.other) for found in donors.possible_duplicates(desk.book)] == [(other, "D-0006")]
    merging.set_apart(desk.book, one, other, desk.now)
    assert donors.possible_duplicates(desk.book) == []
    assert refused(lambda: merging.merge(desk.book, one, other, desk.now)) == ["donor.apart"]
    merging.set_apart(desk.book, other, one, desk.now, lifted=True)
    assert refused(lambda: merging.set_apart(desk.book, one, other, desk.now, lifted=True)) == ["donor.not_apart"]
    merging.merge(desk.book, other, one, desk.now)
    assert known(desk, one)[0] == ["LT1", "LT2"]
    assert donors.possible_duplicates(desk.book) == []


def test_two_people_of_one_name_stay_two_from_the_bank_file_to_their_receipts(desk: Desk) -> None:
    rf = creditor_reference("C-101")
    ibans = ("LT601010012345678901", "LT601010012345678902")
    both = [Paid("50.00", "02-03", "Twin Sample", iban, rf=rf, bank=iban[-2:]) for iban in ibans]
    desk.take(*both, first="02-01", last="02-10", opening="3530.00", number="2")
    one, other = (add(desk, "Twin Sample", iban) for iban in ibans)
    assert desk.sure() == 2
    assert [find(desk, iban) for iban in ibans] == [[one], [other]], "the account says which of the two gave"
    [pair] = donors.possible_duplicates(desk.book)
    assert {pair.code, pair.other} == {row(desk, one).code, row(desk, other).code}
    merging.set_apart(desk.book, one, other, desk.now)
    later = Paid("25.00", "02-12", "Twin Sample", ibans[0], rf=rf, bank="later")
    desk.take(later, first="02-11", last="02-20", opening="3630.00", number="3")
    assert desk.sure() == 1
    made = [receipts.issue_receipt(desk.book, who, desk.now, lambda _: b"", year=2026)[1] for who in (one, other)]
    assert [str(paper.total) for paper in made] == ["75.00", "50.00"]
    assert not {gift.id for gift in made[0].gifts} & {gift.id for gift in made[1].gifts}
    assert donors.possible_duplicates(desk.book) == [], "that they are two is remembered"
    assert refused(lambda: merging.merge(desk.book, one, other, desk.now)) == ["donor.apart"]
    assert faults(desk.book) == []


def test_a_preview_says_what_the_one_would_be_and_writes_nothing(desk: Desk, twice: tuple[int, int]) -> None:
    shown = merging.preview(desk.book, *twice)
    assert (str(shown.gone.given), str(shown.kept.given), str(shown.result.given)) == ("30.00", "70.00", "100.00")
    assert (shown.result.accounts, shown.result.emails, shown.result.pledges, shown.problems) == (2, 1, 1, ())
    assert row(desk, twice[0]).into is None


def test_merged_the_one_has_everything_and_is_found_by_both_names(desk: Desk, twice: tuple[int, int]) -> None:
    gone, kept = twice
    expected = merging.preview(desk.book, *twice).result
    before = desk.figures()
    merging.merge(desk.book, gone, kept, desk.now)
    with desk.book.reading() as db:
        assert merges.standing(db, kept, "EUR") == expected
        assert parties.donors_named(db, "p testa") == [(kept, "D-0006")]
        kinds = db.exec_driver_sql("SELECT kind FROM leaf ORDER BY id DESC LIMIT 3").scalars().all()
    assert sorted(kinds) == ["merge", "pledge", "reconciliation"]
    assert (row(desk, gone).into, find(desk, "D-0007"), gone in find(desk, "")) == ("D-0006", [kept], False)
    assert refused(lambda: pledges.add_pledge(desk.book, gone, "C-101", euro("5.00"), day("03-01"), desk.now)) == ["donor.merged"]
    assert desk.figures() == before
    assert faults(desk.book) == []


def test_the_next_gift_of_either_spelling_or_account_is_the_ones(desk: Desk, twice: tuple[int, int]) -> None:
    merging.merge(desk.book, *twice, desk.now)
    desk.take(
        Paid("11.00", "03-03", "Testa P.", "LT601010012345678902", rf=creditor_reference("C-101"), bank="HER-3"),
        Paid("12.00", "03-04", "Testa P.", None, rf=creditor_reference("C-101"), bank="HER-4"),
        first="03-01", last="03-31", opening="3630.00", number="3",
    )  # fmt: skip
    assert desk.sure() == 2
    assert str(row(desk, twice[1]).given) == "123.00"


def test_a_merge_is_undone_until_something_later_touches_either(desk: Desk, twice: tuple[int, int]) -> None:
    gone, kept = twice
    stood = [merging.preview(desk.book, *twice).gone, merging.preview(desk.book, *twice).kept]
    merged = merging.merge(desk.book, gone, kept, desk.now).operation
    undoing.undo(desk.book, desk.now)
    assert [merging.preview(desk.book, *twice).gone, merging.preview(desk.book, *twice).kept] == stood
    assert faults(desk.book) == []
    merged = merging.merge(desk.book, gone, kept, desk.now).operation
    pledges.add_pledge(desk.book, kept, "C-101", euro("5.00"), day("03-01"), desk.now)
    assert refused(lambda: undoing.undo(desk.book, desk.now, merged)) == ["undo.changed_since"]
    undoing.undo(desk.book, desk.now)  # the pledge
    undoing.undo(desk.book, desk.now, merged)
    assert faults(desk.book) == []


def test_who_was_merged_into_the_one_that_goes_goes_along_and_comes_back(desk: Desk, twice: tuple[int, int]) -> None:
    gone, kept = twice
    first = merging.merge(desk.book, gone, kept, desk.now).operation
    second = merging.merge(desk.book, kept, 1, desk.now).operation
    assert (row(desk, gone).into, row(desk, kept).into, str(row(desk, 1).given)) == ("D-0001", "D-0001", "1100.00")
    assert refused(lambda: undoing.undo(desk.book, desk.now, first)) == ["undo.changed_since"]
    undoing.undo(desk.book, desk.now, second)
    undoing.undo(desk.book, desk.now, first)
    assert [str(row(desk, one).given) for one in (gone, kept)] == ["30.00", "70.00"]
    assert faults(desk.book) == []


def test_told_apart_from_a_third_the_one_stays_apart_from_him(desk: Desk, twice: tuple[int, int]) -> None:
    gone, kept = twice
    merging.set_apart(desk.book, gone, 1, desk.now)
    merging.merge(desk.book, gone, kept, desk.now)
    assert refused(lambda: merging.merge(desk.book, kept, 1, desk.now)) == ["donor.apart"]


def test_restricted_and_erased_donors_and_oneself_are_not_merged(desk: Desk, twice: tuple[int, int]) -> None:
    gone, kept = twice
    erase_donor(desk.book, 1, desk.now)
    erase_donor(desk.book, 2, desk.now, retain_until=day("12-31").replace(year=2036))
    assert refused(lambda: merging.merge(desk.book, 1, kept, desk.now)) == ["donor.erased"]
    assert refused(lambda: merging.merge(desk.book, 2, kept, desk.now)) == ["donor.restricted"]
    assert refused(lambda: merging.merge(desk.book, kept, kept, desk.now)) == ["donor.same"]
    assert refused(lambda: merging.set_apart(desk.book, gone, gone, desk.now)) == ["donor.same"]


def test_erasing_the_one_forgets_every_name_she_had(desk: Desk, twice: tuple[int, int]) -> None:
    gone, kept = twice
    merging.merge(desk.book, gone, kept, desk.now)
    assert donors.personal_data(desk.book, kept, desk.now).merged == ("D-0007 Testa P.",)
    with pytest.raises(KnownError, match=r"donor\.merged"):
        erase_donor(desk.book, gone, desk.now)
    erase_donor(desk.book, kept, desk.now)
    with desk.book.reading() as db:
        left = [text for name in ("identity_donor", "identity_line") for text in db.exec_driver_sql(f"SELECT name FROM {name}").scalars()]
    assert not [one for one in left if one and "Testa P" in one]
    assert faults(desk.book) == []


# --- protected --------------------------------------------------------------------------------------------------------
def refund(amount: str = "10.00", donor: int = 1) -> Draft:
    return Draft(VoucherKind.REFUND, euro(amount), day("03-01"), campaign="C-101", donor=str(donor))


def test_no_refund_and_no_letter_of_a_protected_donor_leaves_by_one_person(desk: Desk) -> None:
    donors.edit_donor(desk.book, 1, desk.now, protected=True, why="asked so")
    assert refused(lambda: vouchers.book_voucher(desk.book, refund(), desk.now)) == ["donor.two_persons"]
    assert refused(lambda: donors.personal_data(desk.book, 1, desk.now)) == ["donor.two_persons"]
    assert vouchers.needs_two(desk.book, refund())
    assert not vouchers.needs_two(desk.book, refund(donor=2))
    second = witness(desk)
    vouchers.book_voucher(desk.book, refund(), desk.now, second)
    assert donors.personal_data(desk.book, 1, desk.now, second).code == "D-0001"
    assert faults(desk.book) == []


def test_the_share_of_a_protected_donor_is_held_when_a_surplus_goes_back(book: Book, tmp_path: Path) -> None:
    made = Desk(book, tmp_path)
    made.account(opening="500.00")
    made.campaign(surplus="refund")
    made.take(*collected(), opening="500.00")
    made.sure()
    donors.edit_donor(book, 1, made.now, protected=True, why="asked so")
    made.end()
    made.close()
    with book.reading() as db:
        back = {row[0]: row[1] for row in db.exec_driver_sql("SELECT donor_id, amount_minor FROM voucher WHERE kind = 'refund'")}
    assert 1 not in back
    assert back == {2: 80000, 3: 60000, 4: 40000, 5: 23000}


def test_while_a_refund_is_owed_her_she_is_not_erased(desk: Desk) -> None:
    booked = vouchers.book_voucher(desk.book, refund(), desk.now)
    with pytest.raises(KnownError) as error:
        erase_donor(desk.book, 1, desk.now)
    [problem] = error.value.problems
    assert (problem.code, dict(problem.values)) == ("erase.refund_owed", {"amount": euro("10.00")})
    erase_donor(desk.book, 1, desk.now, retain_until=day("12-31").replace(year=2036))
    undoing.undo(desk.book, desk.now)
    undoing.undo(desk.book, desk.now, booked.operation)
    erase_donor(desk.book, 1, desk.now)


def test_an_account_of_a_protected_country_protects_her_now_and_later(desk: Desk) -> None:
    her, other = add(desk, HER, "BY04CBDC36029110100040000000"), add(desk, "Another Name")
    assert not row(desk, her).protected
    donors.protect_countries(desk.book, ["by"], desk.now)
    assert (row(desk, her).protected, row(desk, other).protected) == (True, False)
    donors.add_account(desk.book, other, "BY05CBDC36029110100040000001", desk.now)
    assert row(desk, other).protected
    assert refused(lambda: donors.protect_countries(desk.book, ["Belarus"], desk.now)) == ["donor.no_country"]
    assert refused(lambda: donors.protect_countries(desk.book, [], desk.now)) == ["donor.two_persons"]
    donors.protect_countries(desk.book, [], desk.now, witness(desk))
    assert row(desk, her).protected, "nobody is protected less by it"
    assert faults(desk.book) == []
