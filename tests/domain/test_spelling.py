"""What is spelled in groups of four reads back to the same bytes, however it was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.problem import KnownError
from fundledger.domain.roles import check_role, keeps_people
from fundledger.domain.spelling import read_back, spelled

TWENTY = st.binary(min_size=20, max_size=20)


@given(TWENTY)
def test_twenty_bytes_are_eight_groups_of_four_and_read_back(content: bytes) -> None:
    text = spelled(content)
    assert [len(group) for group in text.split(" ")] == [4] * 8
    assert not set("ILOU") & set(text)
    assert read_back(text) == content


@given(TWENTY)
def test_blanks_small_letters_and_look_alikes_do_not_matter(content: bytes) -> None:
    text = spelled(content).lower().replace("0", "o").replace("1", "l").replace("v", "u").replace(" ", " - ")
    assert read_back(f"  {text}\n") == content
    assert read_back(text.replace("l", "I")) == content


@given(st.text())
def test_anything_else_is_refused_without_repeating_it(text: str) -> None:
    try:
        read_back(text)
    except KnownError as error:
        assert (error.code, error.problems[0].subject) == ("recovery.unreadable", "")  # noqa: PT017  or it was a spelling after all
    else:
        assert len([sign for sign in text if sign.isalnum()]) == 32


@pytest.mark.parametrize("role", ["treasurer", "enter", "approve", "pay", "enter+pay", "approve+enter"])
def test_a_role_has_one_or_two_steps_or_is_the_treasurers(role: str) -> None:
    assert check_role(role) == []
    assert keeps_people(role) == (role == "treasurer")


@pytest.mark.parametrize("role", ["", "recovery", "enter+approve+pay", "enter+enter", "owner", "enter+", "treasurer+pay"])
def test_anything_else_is_no_role(role: str) -> None:
    assert [(one.code, one.subject) for one in check_role(role)] == [("person.role_unknown", role)]
