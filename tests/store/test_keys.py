"""keys.json opens for each of its people, is refused plainly when it was tampered with, and never gives another key."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundledger.domain.problem import KnownError
from fundledger.store import keys
from fundledger.store.keys import Kind, Member, new_member, new_secret
from tests.store.bookkeeping import CHEAP, RECOVERY_KEY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DATA_KEY, NEXT_KEY = bytes(range(32)), bytes(range(1, 33))
_ALL = [
    *(new_member(new_secret(n, "approve"), Kind.PERSON, "uid", f"passphrase {n}", CHEAP) for n in (3, 4)),
    new_member(new_secret(1, "treasurer"), Kind.PERSON, "uid", "mine", CHEAP),
    new_member(new_secret(2, "recovery"), Kind.RECOVERY, "uid", RECOVERY_KEY, CHEAP),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    keys.write(tmp_path / "keys.json", "uid", _ALL, DATA_KEY)
    return tmp_path / "keys.json"


def change(file: Path, how: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads(file.read_text())
    how(content)
    file.write_text(json.dumps(content))


def code_of(file: Path, passphrase: str = "mine", kind: Kind = Kind.PERSON) -> str:  # noqa: S107  an invented one
    with pytest.raises(KnownError) as error:
        keys.unlock(file, passphrase, kind)
    return error.value.code


def test_each_person_opens_her_own_slot(file: Path) -> None:
    key, uid = keys.unlock(file, "mine")
    assert (key.data, key.person_id, key.role, key.coming, uid) == (DATA_KEY, 1, "treasurer", None, "uid")
    assert keys.unlock(file, "passphrase 4")[0].person_id == 4
    assert code_of(file, "nobody's") == "book.does_not_open"


def test_the_recovery_key_opens_it_however_it_is_typed(file: Path) -> None:
    typed = RECOVERY_KEY.lower().replace(" ", "").replace("0", "o").replace("1", "I")
    assert keys.unlock(file, typed, Kind.RECOVERY)[0].role == "recovery"
    assert code_of(file, RECOVERY_KEY.replace("Z", "Y"), Kind.RECOVERY) == "book.does_not_open"
    assert code_of(file, "mine", Kind.RECOVERY) == "recovery.unreadable"


def test_what_opens_one_kind_of_slot_opens_no_other(file: Path) -> None:
    assert code_of(file, RECOVERY_KEY) == "book.does_not_open"
    assert code_of(file, "mine", Kind.KEYRING) == "book.does_not_open"


def test_two_recovery_keys_are_never_the_same() -> None:
    assert keys.new_recovery_key() != keys.new_recovery_key()


def test_no_key_shows_in_the_file_or_in_a_repr(file: Path) -> None:
    key, _ = keys.unlock(file, "mine")
    assert key.secret
    for one in (key.data, key.secret.private):
        assert one.hex() not in file.read_text()
        assert repr(one) not in repr(key)
    content = json.loads(file.read_text())
    assert "treasurer" not in file.read_text()
    assert not any("person" in slot for slot in content["slots"])


def test_no_half_written_file_is_left_beside(file: Path) -> None:
    assert [each.name for each in file.parent.iterdir()] == ["keys.json"]


# --- members ----------------------------------------------------------------------------------------------------------
def test_whoever_has_the_data_key_knows_whose_slot_is_whose(file: Path) -> None:
    assert list(keys.members(file, DATA_KEY)) == _ALL
    with pytest.raises(KnownError, match=r"book\.keys_unreadable"):
        keys.members(file, NEXT_KEY)


def test_a_confirmation_is_kept(file: Path) -> None:
    keys.write(file, "uid", [Member(one.slot, one.person_id, confirmed=True) for one in _ALL], DATA_KEY)
    assert all(one.confirmed for one in keys.members(file, DATA_KEY))


def test_a_new_data_key_reaches_every_holder_without_her_passphrase(file: Path) -> None:
    keys.write(file, "uid", keys.members(file, DATA_KEY), DATA_KEY, NEXT_KEY)
    for typed, kind in (("mine", Kind.PERSON), ("passphrase 3", Kind.PERSON), (RECOVERY_KEY, Kind.RECOVERY)):
        key, _ = keys.unlock(file, typed, kind)
        assert (key.data, key.coming) == (DATA_KEY, NEXT_KEY)
    keys.write(file, "uid", keys.members(file, NEXT_KEY), NEXT_KEY)
    assert keys.unlock(file, "passphrase 4")[0].data == NEXT_KEY


def test_a_slot_the_roster_does_not_name_opens_nothing(file: Path) -> None:
    """Somebody who can write the file but not open the book adds a slot of her own."""
    mine = new_secret(1, "treasurer")
    planted = new_member(mine, Kind.PERSON, "uid", "planted", CHEAP)
    keys.write(file.with_name("hers.json"), "uid", [planted], DATA_KEY)
    slot = json.loads(file.with_name("hers.json").read_text())["slots"][0]
    sealed = json.loads(file.with_name("hers.json").read_text())["keys"][0]["sealed"]

    def plant(content: dict[str, Any]) -> None:
        content["slots"].append(slot)
        content["keys"][0]["sealed"].update(sealed)

    change(file, plant)
    assert code_of(file, "planted") == "book.does_not_open"
    assert list(keys.members(file, DATA_KEY)) == _ALL
    assert keys.unlock(file, "mine")[0].data == DATA_KEY


def test_the_slots_of_two_people_cannot_be_exchanged(file: Path) -> None:
    def exchange(content: dict[str, Any]) -> None:
        one, other = content["slots"][0], content["slots"][2]
        one["public"], other["public"] = other["public"], one["public"]

    change(file, exchange)
    assert code_of(file) == "book.does_not_open"


# --- tampering --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["memory_kib", "iterations"])
@pytest.mark.parametrize("factor", [2, 0.5])
def test_a_slot_with_altered_parameters_does_not_open(file: Path, name: str, factor: float) -> None:
    dear = keys.Cost(64, 2, 4)
    keys.write(file, "uid", [new_member(new_secret(1, "treasurer"), Kind.PERSON, "uid", "mine", dear)], DATA_KEY)
    change(file, lambda content: content["slots"][0].update({name: int(content["slots"][0][name] * factor)}))
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
    "content",
    ["", "{}", "[]", "null", '{"slots": [], "keys": [], "book": "u", "format": 1}', '{"slots": 7}', "\x00", '{"slots": [{"salt": 1}]}',
     "[" * 100_000],
)  # fmt: skip
def test_what_is_no_key_file_is_unreadable(file: Path, content: str) -> None:
    file.write_text(content)
    assert code_of(file) == "book.keys_unreadable"


def test_a_file_of_another_format_is_unreadable(file: Path) -> None:
    change(file, lambda content: content.update(format=2))
    assert code_of(file) == "book.keys_unreadable"


def test_a_file_with_three_generations_or_none_is_unreadable(file: Path) -> None:
    change(file, lambda content: content.update(keys=content["keys"] * 3))
    assert code_of(file) == "book.keys_unreadable"
    change(file, lambda content: content.update(keys=[]))
    assert code_of(file) == "book.keys_unreadable"


@settings(max_examples=50, deadline=None)
@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_any_json_is_refused_plainly(tmp_path_factory: pytest.TempPathFactory, content: object) -> None:
    file = tmp_path_factory.mktemp("keys") / "keys.json"
    file.write_text(json.dumps({"format": 1, "book": "u", "slots": content, "keys": content}))
    assert code_of(file) == "book.keys_unreadable"


def test_one_altered_byte_is_harmless_or_refused_plainly(file: Path) -> None:
    whole, chance = file.read_bytes(), random.Random(1)
    told = set()
    for _ in range(600):
        content = bytearray(whole)
        content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
        file.write_bytes(content)
        try:
            assert keys.unlock(file, "mine")[0].data == DATA_KEY
        except KnownError as error:
            told.add(error.code)
    assert {"book.does_not_open", "book.keys_unreadable"} <= told <= {"book.does_not_open", "book.keys_unreadable", "book.keys_refused"}
