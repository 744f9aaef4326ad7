"""The page that describes the log is enough: its worked example comes out with nothing but a hash function and JSON."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

import fundledger
from fundledger.store import texts
from fundledger.store.leaves import KINDS

PAGE = (Path(fundledger.__file__).parent / "store" / "EVIDENCE.md").read_text(encoding="utf-8")
WORD = st.none() | st.text(st.characters(exclude_categories=["Cs"]))


def said(name: str) -> str:
    """What stands behind a name in the worked example."""
    found = re.search(rf"^    {name}  +(.+)$", PAGE, re.MULTILINE)
    assert found, name
    return found[1]


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def test_the_leaves_chain_root_and_head_of_the_page_are_right() -> None:
    first, second = (sha256(b"\x00", payload.encode()) for payload in re.findall(r"^    \d  (\{.+\})$", PAGE, re.MULTILINE))
    assert (first.hex(), second.hex()) == (said("leaf 1"), said("leaf 2"))
    chain = sha256(bytes(32), first)
    assert (chain.hex(), sha256(chain, second).hex()) == (said("chain 1"), said("chain 2"))
    root = sha256(b"\x01", first, second)
    assert root.hex() == said("root")
    letters = base64.b32encode(root[:20]).decode()
    assert said("head") == "2 · " + " ".join(re.findall("....", letters))


def test_the_text_digest_and_the_commitment_of_the_page_are_right() -> None:
    words = said("words")
    assert json.loads(words) == [None, None, None, "auka", "Testa Testaitė", None]
    assert sha256(bytes(range(16)), words.encode(), b"\n\n", b"<Ntry/>").hex() == said("text_digest")
    name = hashlib.sha256("Testa Testaitė".encode()).hexdigest()
    assert hmac.digest(bytes(range(32)), f"entry-1|7|{name}|1".encode(), "sha256").hex() in PAGE


def test_every_kind_of_leaf_has_its_facts_on_the_page() -> None:
    rows = {name: facts for names, facts in re.findall(r"^\| ([a-z_, ]+) \| (.+) \|$", PAGE, re.MULTILINE) for name in names.split(", ")}
    assert set(KINDS) <= set(rows)
    missing = {f"{kind}.{fact}" for kind, one in KINDS.items() for fact in one.facts if fact not in rows[kind]}
    assert missing == set()


@pytest.fixture(scope="module")
def sqlite() -> dbapi2.Connection:
    return dbapi2.connect(":memory:")


@given(st.lists(WORD, min_size=6, max_size=6))
def test_the_book_and_the_program_write_any_words_the_same_way(sqlite: dbapi2.Connection, said: list[str | None]) -> None:
    [(made,)] = sqlite.execute("SELECT CAST(json_array(?, ?, ?, ?, ?, ?) AS BLOB)", said).fetchall()
    assert made == texts.words(*said)
    assert json.loads(made) == said


@given(st.lists(st.lists(WORD, min_size=6, max_size=6), min_size=1, max_size=4), st.binary(), st.data())
def test_no_other_texts_have_the_same_digest(said: list[list[str | None]], raw: bytes, data: st.DataObject) -> None:
    salt = bytes(texts.SALT)
    line, *payments = (texts.words(*one) for one in said)
    other = [list(one) for one in said]
    place, word = data.draw(st.integers(0, len(said) - 1)), data.draw(st.integers(0, 5))
    other[place][word] = data.draw(WORD.filter(lambda found: found != said[place][word]))
    changed, *others = (texts.words(*one) for one in other)
    made = texts.digest(salt, line, payments, raw)
    assert made != texts.digest(salt, changed, others, raw)
    assert made != texts.digest(salt, line, [*payments, texts.words(*(None,) * 6)], raw)
    assert made != texts.digest(salt, line, payments[:-1], b"\n".join((*payments[-1:], b"", raw)) if payments else raw + b"x")
    assert made != texts.digest(bytes([1]) * texts.SALT, line, payments, raw)
