"""A foundation of its own for every worked example; the empty book is made once a session."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.worked.foundation import Foundation, at_a_desk

if TYPE_CHECKING:
    from pathlib import Path


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


@pytest.fixture
def foundation(tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch) -> Foundation:
    """The command line with a copy of the empty book."""
    at_a_desk(monkeypatch)
    shutil.copytree(empty, tmp_path / empty.name)
    return Foundation(tmp_path)
