"""A row of widgets goes on below where it does not fit, each on the middle of its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from fundledger.gui.flow import Flow

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.usefixtures("qapp")
sizes = st.lists(st.tuples(st.integers(1, 300), st.integers(1, 60)), max_size=9)


def laid_out(of: Sequence[tuple[int, int]], width: int, hidden: int = -1) -> tuple[list[QRect], int]:
    """Where widgets of these sizes stand within a width, and how high all is."""
    parent, made = QWidget(), [QWidget() for _ in of]
    for one, (wide, high) in zip(made, of, strict=True):
        one.setFixedSize(wide, high)
    flow = Flow(*made, spacing=6)
    parent.setLayout(flow)
    if hidden >= 0:
        made[hidden].hide()
    flow.setGeometry(QRect(0, 0, width, 1000))
    return [one.geometry() for one in made if one.isVisibleTo(parent)], flow.heightForWidth(width)


def test_the_second_line_begins_where_the_first_is_full() -> None:
    places, height = laid_out([(100, 20), (100, 20), (100, 20)], 206)
    assert [(one.x(), one.y()) for one in places] == [(0, 0), (106, 0), (0, 26)]
    assert height == 46


def test_a_lower_one_stands_on_the_middle_of_its_line() -> None:
    places, _ = laid_out([(50, 30), (50, 10)], 300)
    assert [one.y() for one in places] == [0, 10]


def test_one_that_is_hidden_leaves_no_gap() -> None:
    places, height = laid_out([(100, 20), (100, 40), (100, 20)], 206, hidden=1)
    assert [(one.x(), one.y()) for one in places] == [(0, 0), (106, 0)]
    assert height == 20


@given(of=sizes, width=st.integers(1, 700))
def test_none_overlaps_another_none_is_cut_and_the_height_holds_all(of: list[tuple[int, int]], width: int) -> None:
    places, height = laid_out(of, width)
    assert [one.size().toTuple() for one in places] == of
    assert all(not one.intersects(other) for at, one in enumerate(places) for other in places[:at])
    assert all(one.right() < max(width, one.width()) for one in places)
    assert height == max((one.bottom() + 1 for one in places), default=0)
