"""A table nobody knows is mapped once; every file with its header is read so from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fundledger.services import importing
from fundledger.services.arriving import Answers
from fundledger.services.profiles import save_layout, saved_layouts
from fundledger.services.undoing import undo
from fundledger.statements.layout import Column, Layout, Role
from tests.services.bookkeeping import OURS, Desk, faults, refused

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.services.arriving import Imported
    from fundledger.store.book import Book

HEADER = ("feld a", "feld b", "feld c", "feld d")
CONTENT = "Feld A;Feld B;Feld C;Feld D\n13.01.2026;12,50;7,00;Sample Person Alpha\n14.01.2026;-2,50;8,00;Sample Person Beta\n"
BY_B = Layout("Sample bank", (Column(Role.BOOKED_ON, "Feld A"), Column(Role.AMOUNT, "Feld B"), Column(Role.NAME, "Feld D")), HEADER)
BY_C = Layout("Sample bank", (Column(Role.BOOKED_ON, "Feld A"), Column(Role.AMOUNT, "Feld C"), Column(Role.NAME, "Feld D")), HEADER)


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    made = Desk(book, tmp_path)
    made.account()
    return made


def take(desk: Desk, content: str = CONTENT) -> Imported:
    path = desk.folder / f"odd-{next(desk.files)}.csv"
    path.write_text(content)
    return importing.import_statement(desk.book, path, desk.now, answers=Answers(OURS))


def test_a_table_that_can_be_read_in_two_ways_is_asked_about_and_the_answer_is_kept(desk: Desk) -> None:
    assert refused(lambda: take(desk)) == ["file.layout"]
    save_layout(desk.book, BY_B, desk.now)
    assert take(desk).new == 2
    assert [(str(one.amount), one.name) for one in desk.lines()] == [("12.50", "Sample Person Alpha"), ("-2.50", "Sample Person Beta")]
    assert faults(desk.book) == []


def test_the_latest_answer_for_a_header_counts(desk: Desk) -> None:
    save_layout(desk.book, BY_B, desk.now)
    save_layout(desk.book, BY_C, desk.now)
    assert saved_layouts(desk.book) == (BY_C,)
    take(desk)
    assert [str(one.amount) for one in desk.lines()] == ["7.00", "8.00"]


def test_an_undo_forgets_a_layout_and_brings_the_one_before_it_back(desk: Desk) -> None:
    save_layout(desk.book, BY_B, desk.now)
    save_layout(desk.book, BY_C, desk.now)
    undo(desk.book, desk.now)
    assert saved_layouts(desk.book) == (BY_B,)
    undo(desk.book, desk.now)
    assert saved_layouts(desk.book) == ()
    assert faults(desk.book) == []
