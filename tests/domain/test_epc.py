"""What a banking app reads from the code of a campaign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.epc import LONGEST_NAME, MOST_BYTES, payment_code
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import creditor_reference

OURS, REFERENCE = "LT121000011101001000", "RF70C101"


def test_the_lines_are_those_of_the_standard() -> None:
    expected = ["BCD", "002", "1", "SCT", "", "Pavyzdžio fondas", OURS, "", "", REFERENCE]
    assert payment_code(" Pavyzdžio  fondas ", "LT12 1000 0111 0100 1000", "RF70 C101").split("\n") == expected
    assert payment_code("Sample", OURS, REFERENCE, "CBVILT2X").split("\n")[4] == "CBVILT2X"


@pytest.mark.parametrize(
    ("name", "iban", "reference", "code"),
    [(" ", OURS, REFERENCE, "qr.name"), ("A", "LT02", REFERENCE, "qr.account"), ("A", OURS, "RF00C101", "qr.reference")],
)
def test_what_a_bank_would_refuse_makes_no_code(name: str, iban: str, reference: str, code: str) -> None:
    with pytest.raises(KnownError) as error:
        payment_code(name, iban, reference)
    assert error.value.code == code


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200).filter(lambda name: any(name.split())),
    st.text("ABC123", min_size=1, max_size=21),
)
def test_no_name_makes_more_lines_or_bytes_than_a_code_holds(name: str, body: str) -> None:
    made = payment_code(name, OURS, creditor_reference(body), "CBVILT2XXXX")
    assert (made.count("\n"), len(made.split("\n")[5]) <= LONGEST_NAME, len(made.encode()) <= MOST_BYTES) == (9, True, True)
