"""A linkage attack in small: whoever has every public edition of a year and each donor's bank statement finds nobody."""

from __future__ import annotations

import pytest

from tests.bench.linkage import attack


@pytest.mark.parametrize("gifts", [300, 3_000])
def test_nobody_is_singled_out_whom_a_list_of_days_and_amounts_would_give_away(gifts: int) -> None:
    found = attack(gifts)
    assert found.cells > 0
    assert found.by_editions == 0
    assert found.by_plain_list > gifts // 10
