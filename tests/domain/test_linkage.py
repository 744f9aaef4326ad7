"""A linkage attack in small: whoever has every public edition of a year and each donor's bank statement finds nobody."""

from __future__ import annotations

import pytest

from tests.bench.linkage import attack


@pytest.mark.parametrize(("gifts", "seed"), [(300, 7), (300, 8), (300, 9), (3_000, 7), (3_000, 8)])
def test_nobody_is_singled_out_whom_a_list_of_days_and_amounts_would_give_away(gifts: int, seed: int) -> None:
    found = attack(gifts, seed)
    assert found.figures > gifts // 30
    assert found.by_editions == 0
    assert found.by_plain_list > gifts // 4
