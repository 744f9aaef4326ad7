"""A copy of a new book, of the standard desk's or of the sample's, for every test; each is made once a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.services import bookkeeping

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fundledger.store.book import Book
    from tests.services.bookkeeping import Desk


@pytest.fixture
def book(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    with bookkeeping.empty_book(tmp_path_factory, tmp_path) as made:
        yield made


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    return bookkeeping.standard_desk(book, tmp_path)


@pytest.fixture
def sample(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    with bookkeeping.sample_book(tmp_path_factory, tmp_path) as made:
        yield made
