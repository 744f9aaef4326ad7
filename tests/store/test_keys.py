"""A slot opens for its passphrase, its book and its own parameters, and for nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundledger.domain.problem import KnownError
from fundledger.store import keys
from tests.store.bookkeeping import CHEAP

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = keys.Key(bytes(range(32)), 3, "treasurer")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    slots = [keys.wrap(keys.Key(KEY.data, n, "auditor"), "uid", f"passphrase {n}", CHEAP) for n in (1, 2)]
    keys.write(tmp_path / "keys.json", "uid", [*slots, keys.wrap(KEY, "uid", "mine", CHEAP)])
    return tmp_path / "keys.json"


def change(file: Path, how: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads(file.read_text())
    how(content)
    file.write_text(json.dumps(content))


def code_of(file: Path, passphrase: str = "mine") -> str:  # noqa: S107  an invented one
    with pytest.raises(KnownError) as error:
        keys.unlock(file, passphrase)
    return error.value.code


def test_each_person_opens_her_own_slot(file: Path) -> None:
    assert keys.unlock(file, "mine") == (KEY, "uid")
    assert keys.unlock(file, "passphrase 2")[0].person_id == 2
    assert code_of(file, "nobody's") == "book.does_not_open"


def test_the_key_shows_neither_in_the_file_nor_in_a_repr(file: Path) -> None:
    assert KEY.data.hex() not in file.read_text()
    assert KEY.data.hex() not in repr(KEY)
    assert repr(KEY.data) not in repr(KEY)


def test_no_half_written_file_is_left_beside(file: Path) -> None:
    assert [each.name for each in file.parent.iterdir()] == ["keys.json"]


@pytest.mark.parametrize("name", ["memory_kib", "iterations"])
def test_a_slot_with_altered_parameters_does_not_open(file: Path, name: str) -> None:
    change(file, lambda content: content["slots"][2].update({name: content["slots"][2][name] * 2}))
    assert code_of(file) == "book.does_not_open"


@pytest.mark.parametrize("name", ["salt", "nonce", "wrapped"])
def test_a_slot_with_an_altered_byte_does_not_open(file: Path, name: str) -> None:
    def flip(content: dict[str, Any]) -> None:
        slot = content["slots"][2]
        slot[name] = bytes([bytes.fromhex(slot[name])[0] ^ 1, *bytes.fromhex(slot[name])[1:]]).hex()

    change(file, flip)
    assert code_of(file) == "book.does_not_open"


def test_a_slot_moved_into_the_file_of_another_book_does_not_open(file: Path) -> None:
    change(file, lambda content: content.update(book="another"))
    assert code_of(file) == "book.does_not_open"


@pytest.mark.parametrize(
    ("name", "value"), [("memory_kib", 1024 * 1024 + 1), ("iterations", 65), ("iterations", 0), ("lanes", 17), ("memory_kib", 31)]
)
def test_a_cost_out_of_bounds_is_refused_before_it_is_paid(file: Path, name: str, value: int) -> None:
    change(file, lambda content: content["slots"][0].update({name: value}))
    assert code_of(file) == "book.keys_refused"


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "null", '{"slots": [], "book": "u", "format": 1}', '{"slots": 7}', "\x00", '{"slots": [{"salt": 1}]}']
)
def test_what_is_no_key_file_is_unreadable(file: Path, content: str) -> None:
    file.write_text(content)
    assert code_of(file) == "book.keys_unreadable"


def test_a_file_of_another_format_is_unreadable(file: Path) -> None:
    change(file, lambda content: content.update(format=2))
    assert code_of(file) == "book.keys_unreadable"


@settings(max_examples=50, deadline=None)
@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_any_json_is_refused_plainly(tmp_path_factory: pytest.TempPathFactory, content: object) -> None:
    file = tmp_path_factory.mktemp("keys") / "keys.json"
    file.write_text(json.dumps({"format": 1, "book": "u", "slots": content}))
    assert code_of(file) == "book.keys_unreadable"


def test_the_measured_cost_has_a_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 100.0, 0.0, 0.0001])
    monkeypatch.setattr(keys, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(keys, "_derive", lambda *_: b"")
    assert keys.calibrated() == keys.Cost(65536, 3, 4)
    assert keys.calibrated() == keys.Cost(65536, 64, 4)
