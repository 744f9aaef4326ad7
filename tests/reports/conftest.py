"""The sample foundation's book, and an empty one, for the reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.services import bookkeeping

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fundledger.store.book import Book
    from tests.services.bookkeeping import Desk


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """Reports change nothing, so one copy serves them all."""
    with bookkeeping.sample_book(tmp_path_factory, tmp_path_factory.mktemp("reports")) as made:
        yield made


@pytest.fixture
def book(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    with bookkeeping.empty_book(tmp_path_factory, tmp_path) as made:
        yield made


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    made = bookkeeping.Desk(book, tmp_path)
    made.account(opening="500.00")
    return made
