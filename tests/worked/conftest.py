"""A foundation of its own for every worked example; the empty book is made once a session."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.recognising import METHODS
from tests.worked.foundation import Foundation, at_a_desk
from tests.worked.telling import sources_and_uses, trial_balances

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Golden


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new book of two persons."""
    folder = tmp_path_factory.mktemp("worked")
    with pytest.MonkeyPatch.context() as patch:
        at_a_desk(patch)
        made = Foundation(folder)
        made("new {book} --name", "Sample Foundation")
        made("person add {book} --role enter+approve --name", "Sample Person Beta")
    return folder / "Fund.fundledger"


@pytest.fixture(params=[METHODS[0], *(pytest.param(each, marks=pytest.mark.full) for each in METHODS[1:])])
def foundation(request: pytest.FixtureRequest, tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch) -> Foundation:
    """The command line with a copy of the empty book, whose campaigns recognise by one of the methods."""
    at_a_desk(monkeypatch)
    shutil.copytree(empty, tmp_path / empty.name)
    return Foundation(tmp_path, request.param)


@pytest.fixture
def golden(request: pytest.FixtureRequest, foundation: Foundation, golden: Golden) -> Golden:
    """As the golden of every test; by another method the sources and uses are those of restricted income, the trial balance its own."""

    def compare(path: Path, content: str | bytes) -> None:
        __tracebackhide__ = True
        if foundation.method == METHODS[0]:
            return golden(path, content)
        restricted = (request.path.parent / path).read_text(encoding="utf-8")
        assert sources_and_uses(str(content)) == sources_and_uses(restricted)
        return golden(path.with_name(f"{path.stem}-{foundation.method}.txt"), trial_balances(str(content)))

    return compare
