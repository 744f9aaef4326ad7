"""What only an earlier report can tell: a truncated log, an old copy of the folder; and a log that only ever grows."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundledger.domain.evidence import Edge, head_of, is_consistent, leaf_hash
from fundledger.domain.evidence import consistency_proof as proof_of
from fundledger.store import log
from fundledger.store.book import open_book
from fundledger.store.checking import check
from tests.store.bookkeeping import PASSPHRASE, faults, gift, interest, new_book, post
from tests.store.test_evidence import check_against, tampered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fundledger.store.book import Book


def test_a_truncation_with_its_heads_is_found_by_an_earlier_report(book: Book) -> None:
    post(book, gift(100, 1))
    with book.reading() as db:
        early = log.head(db)
    post(book, interest(200, 1))
    with book.reading() as db:
        late = log.head(db)
    cut = (
        "DELETE FROM posting WHERE entry_id = 2; DELETE FROM entry WHERE id = 2; DELETE FROM leaf WHERE id = 2;"
        "DELETE FROM head WHERE id = 2; DELETE FROM balance; INSERT INTO balance SELECT fund_id, account_id, flow, sum(amount_minor)"
        " FROM posting GROUP BY 1, 2, 3"
    )
    with tampered(book, cut).reading() as db:
        assert {one.code for one in check(db)} <= {"check.donations_differ"}, "the gift of this test has no donor"
        assert check_against(db, [early]) == []
        assert [(one.code, one.values["missing"]) for one in check_against(db, [late])] == [("check.reported_missing", 1)]


def test_an_old_copy_of_the_folder_is_found_by_a_later_report(tmp_path: Path) -> None:
    with new_book(tmp_path / "Sample") as book:
        post(book, interest(100, 1))
        path = book.path
    shutil.copytree(path, tmp_path / "old")
    with open_book(path, PASSPHRASE) as book:
        post(book, interest(200, 1))
        with book.reading() as db:
            head = log.head(db)
    shutil.rmtree(path)
    (tmp_path / "old").rename(path)
    with open_book(path, PASSPHRASE) as book:
        assert faults(book) == []
        with book.reading() as db:
            assert [one.code for one in check_against(db, [head])] == ["check.reported_missing"]
        post(book, interest(999, 1))
        with book.reading() as db:
            assert [one.code for one in check_against(db, [head])] == ["check.reported_differs"]


# --- any sequence -----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def growing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    with new_book(tmp_path_factory.mktemp("growing") / "Sample") as made:
        yield made


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
def test_whatever_is_appended_the_old_head_is_the_beginning_of_the_new_one(growing: Book, batches: list[int]) -> None:
    with growing.reading() as db:
        old = log.head(db)
    for n in batches:
        post(growing, *(interest(100 + each, 1) for each in range(n)))
    with growing.reading() as db:
        hashes = [leaf_hash(each.encode()) for each in db.exec_driver_sql("SELECT payload FROM leaf ORDER BY id").scalars()]
        new = log.head(db)
        assert check_against(db, [old, new]) == []
    before, after = ((size, Edge().extended(hashes[:size]).root) for size in (old.size, new.size))
    assert (head_of(*before), head_of(*after)) == (old, new)
    assert is_consistent(before, after, proof_of(hashes, old.size))
