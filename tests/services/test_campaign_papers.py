"""Papers about a campaign itself: kept once, with the campaign, and taken back by undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fundledger.services import campaigns, undoing
from fundledger.store import campaigns as store
from fundledger.store.timeline import timeline
from tests.services.bookkeeping import Desk, faults, refused, standard_desk

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.store.book import Book


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    return standard_desk(book, tmp_path)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "mandate.pdf"
    path.write_bytes(b"%PDF-1.7 an invented mandate")
    return path


def kept(desk: Desk) -> list[str]:
    with desk.book.reading() as db:
        return [one.kind for one in store.papers(db, desk.find("C-101").id)]


def test_a_paper_is_kept_told_of_and_taken_back(desk: Desk, paper: Path) -> None:
    campaigns.add_paper(desk.book, "C-101", "mandate", paper, desk.now)
    assert kept(desk) == ["mandate"]
    with desk.book.reading() as db:
        told = [dict(one.values) for one in timeline(db, desk.find("C-101")) if one.kind == "paper"]
    assert told == [{"name": "mandate"}]
    assert faults(desk.book) == []
    undoing.undo(desk.book, desk.now)
    assert (kept(desk), faults(desk.book)) == ([], [])


def test_the_same_paper_is_kept_once_and_of_a_kind_there_is(desk: Desk, paper: Path) -> None:
    campaigns.add_paper(desk.book, "C-101", "consent", paper, desk.now)
    assert refused(lambda: campaigns.add_paper(desk.book, "C-101", "letter", paper, desk.now)) == ["campaign.paper_known"]
    assert refused(lambda: campaigns.add_paper(desk.book, "C-101", "photo", paper, desk.now)) == ["campaign.paper_kind"]
    assert kept(desk) == ["consent"]
