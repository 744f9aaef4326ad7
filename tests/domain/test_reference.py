"""Check digits catch every mistyped sign, and a reference is found however the bank wrote it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.reference import compact, creditor_reference, iban_is_valid, reference_is_valid, references_in

# Published examples of ISO 13616 and of ISO 11649.
IBANS = ["GB82WEST12345698765432", "DE89370400440532013000", "LT121000011101001000", "NL91ABNA0417164300", "NO9386011117947"]
REFERENCES = ["RF18539007547034", "RF45G72UUR", "RF6518K5"]
BODIES = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=21)


@pytest.mark.parametrize("iban", IBANS)
def test_known_ibans_are_valid_and_any_other_sign_is_not(iban: str) -> None:
    assert iban_is_valid(iban)
    for place in range(2, len(iban)):
        for sign in string.digits:
            if iban[place].isdigit() and sign != iban[place]:
                assert not iban_is_valid(iban[:place] + sign + iban[place + 1 :])
    assert not iban_is_valid(iban.lower())
    assert not iban_is_valid(f"{iban[:4]} {iban[4:]}")


@pytest.mark.parametrize("iban", IBANS)
def test_neighbours_that_changed_places_are_caught(iban: str) -> None:
    for place in range(4, len(iban) - 1):
        one, other = iban[place], iban[place + 1]
        if one != other and one.isdigit() and other.isdigit():
            assert not iban_is_valid(iban[:place] + other + one + iban[place + 2 :])


@pytest.mark.parametrize("reference", REFERENCES)
def test_known_references_are_valid(reference: str) -> None:
    assert reference_is_valid(reference)
    assert creditor_reference(reference[4:]) == reference


@given(BODIES, st.data())
def test_one_wrong_digit_is_always_caught(body: str, data: st.DataObject) -> None:
    reference = creditor_reference(body)
    assert reference_is_valid(reference)
    place = data.draw(st.sampled_from([n for n, sign in enumerate(reference) if sign.isdigit()]))
    other = data.draw(st.sampled_from([sign for sign in string.digits if sign != reference[place]]))
    assert not reference_is_valid(reference[:place] + other + reference[place + 1 :])


@pytest.mark.parametrize("text", ["", "RF", "RF18", "RFAA539007547034", "XX18539007547034", "RF18" + "0" * 30])
def test_what_has_not_the_form_is_not_valid(text: str) -> None:
    assert not reference_is_valid(text)


def test_a_code_and_its_compact_form_have_one_reference() -> None:
    assert creditor_reference("C-101") == creditor_reference("c 101") == creditor_reference("C101")
    assert compact(" lt12-1000 ") == "LT121000"


ONE, OTHER = creditor_reference("C-101"), creditor_reference("C-102")
KNOWN = frozenset({ONE, OTHER})


@pytest.mark.parametrize(
    "text",
    [
        ONE,
        ONE.lower(),
        f"Auka {ONE}",
        f"{ONE[:4]} {ONE[4:]}",
        f"gift {ONE[:2]} {ONE[2:4]} {ONE[4:]} thank you",
        " ".join(ONE[n : n + 4] for n in range(0, len(ONE), 4)),
        f"{ONE}AUKA",
        f"AUKA{ONE}",
        f"/RFB/{ONE}/",
        f"{ONE}, {ONE}",
    ],
)
def test_a_known_reference_is_found_in_a_text(text: str) -> None:
    assert set(references_in(text, KNOWN)) == {ONE}


@pytest.mark.parametrize(
    "text", [f"{ONE} {OTHER}", f"{ONE}{OTHER}", f"{ONE},{OTHER}", f"{ONE[:4]} {ONE[4:]} {OTHER[:4]} {OTHER[4:]}", f"{OTHER} and {ONE}"]
)
def test_two_references_are_two(text: str) -> None:
    assert set(references_in(text, KNOWN)) == KNOWN


@pytest.mark.parametrize("text", ["", "RF", "no reference", creditor_reference("C-999"), "RF00C101", "R F18 C101"])
def test_an_unknown_or_mistyped_reference_is_none(text: str) -> None:
    assert references_in(text, KNOWN) == []
