"""What is proposed for an invented year whose truth the generator knows: the sure ones are true, and nearly all first ones."""

from __future__ import annotations

import pytest

from fundledger.domain.matching import TargetKind
from fundledger.domain.proposing import propose
from tests.bench.truth import Known, Year, agrees, measure


def judged(size: int) -> None:
    found = measure(size)
    assert found["sure"] > size / 4, "many lines leave nothing to guess"
    assert found["sure_right"] >= 0.999
    assert found["first_right"] >= 0.95


def test_the_lines_of_a_small_year_are_told() -> None:
    judged(500)


@pytest.mark.full
def test_the_lines_of_a_whole_year_are_told() -> None:
    judged(20_000)


def test_the_year_has_every_kind_of_line_and_a_wrong_proposal_is_counted() -> None:
    year = Year(500)
    assert {one.truth[0][0] for one in year.known} == set(TargetKind) - {TargetKind.FOUNDATION}
    assert any(one.line.returned for one in year.known)
    [gift, *_] = [one for one in year.known if one.truth == ((TargetKind.CAMPAIGN, 1),)]
    wrong = Known(gift.line, ((TargetKind.CAMPAIGN, 2),))
    best = propose(gift.line, year.items)[0]
    assert (agrees(best, gift), agrees(best, wrong)) == (True, False)
