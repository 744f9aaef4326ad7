"""What one donor of two would be, who may not become one, and what is no e-mail and no code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fundledger.domain.donors import Standing, check_merge, code_begun, email_of, united
from fundledger.domain.money import Money

ONE = Standing("D-0001", 2, Money(7000, "EUR"), "2026-02-01", accounts=1, emails=1, pledges=1, vouchers=0)
OTHER = Standing("D-0002", 1, Money(3000, "EUR"), "2026-03-01", accounts=1, emails=2, pledges=0, vouchers=1, protected=True)


def test_the_one_has_what_both_had_and_a_shared_email_once() -> None:
    result = united(OTHER, ONE, 1)
    assert (result.code, result.gifts, str(result.given), result.last_on) == ("D-0001", 3, "100.00", "2026-03-01")
    assert (result.accounts, result.emails, result.pledges, result.vouchers) == (2, 2, 1, 1)
    assert result.protected, "whoever is protected stays so"


def test_two_who_never_gave_gave_nothing_together() -> None:
    nobody = replace(ONE, gifts=0, given=Money(0, "EUR"), last_on=None)
    assert united(nobody, replace(nobody, code="D-0002"), 0).last_on is None


@pytest.mark.parametrize(
    ("gone", "kept", "apart", "codes"),
    [
        (OTHER, ONE, False, []),
        (ONE, ONE, False, ["donor.same"]),
        (OTHER, ONE, True, ["donor.apart"]),
        (replace(OTHER, into="D-0003"), ONE, False, ["donor.merged"]),
        (OTHER, replace(ONE, into="D-0002"), False, ["donor.merged"]),
        (replace(OTHER, restricted=True), replace(ONE, erased=True, restricted=True), False, ["donor.erased", "donor.restricted"]),
    ],
)
def test_everything_that_stands_in_the_way_is_said_at_once(gone: Standing, kept: Standing, apart: bool, codes: list[str]) -> None:
    assert [one.code for one in check_merge(gone, kept, apart=apart)] == codes


@pytest.mark.parametrize("text", ["", "nobody", "a@b", "a b@example.org", "a@@example.org", "a@example..org", f"{'a' * 250}@example.org"])
def test_what_is_no_email(text: str) -> None:
    assert email_of(text) == ""


def test_an_email_is_kept_in_small_letters() -> None:
    assert email_of(" Testa.Testaite+gift@Pastas.Example.ORG ") == "testa.testaite+gift@pastas.example.org"


@pytest.mark.parametrize(
    ("word", "code"), [("d-00", "D-00"), ("D-0012", "D-0012"), ("12", "D-0012"), ("12345", "D-12345"), ("d", ""), ("testa", ""), ("٣", "")]
)
def test_a_word_that_begins_a_code(word: str, code: str) -> None:
    assert code_begun(word) == code
