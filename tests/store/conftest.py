"""A book of an invented foundation for every test, its key slot as cheap as Argon2 allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.bookkeeping import new_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fundledger.store.book import Book


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with new_book(tmp_path / "Sample") as made:
        yield made
