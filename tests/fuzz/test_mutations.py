"""Files of every format, cut, doubled, flipped, swapped and blown up: read or refused, within the bounds, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.reading import cost
from tests.fuzz.seeds import FORMS, seeds

_NUMBER = re.compile(rb"[0-9]+")
_FIELD = re.compile(rb"[^\r\n;,\t<>:^|]+")
_LINE = re.compile(rb"[^\n]*\n")
_PUT = {"drop line": (_LINE, b""), "blow": (_NUMBER, b"9"), "empty": (_FIELD, b"")}

# What is done to a file, where (two places from 0 to 1), and with which octet.
steps = st.lists(
    st.tuples(
        st.sampled_from(["cut", "double", "flip", "insert", "swap lines", "swap fields", "end", *_PUT]),
        st.floats(0, 1, exclude_max=True),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 255),
    ),
    min_size=1,
    max_size=5,
)


def swapped(content: bytes, pieces: list[re.Match[bytes]], one: float, other: float) -> bytes:
    """Two pieces of a text change places."""
    if len(pieces) < 2:
        return content
    first, second = sorted((pieces[int(one * len(pieces))], pieces[int(other * len(pieces))]), key=lambda piece: piece.start())
    if first.end() > second.start():
        return content
    return content[: first.start()] + second[0] + content[first.end() : second.start()] + first[0] + content[second.end() :]


def put(content: bytes, pieces: list[re.Match[bytes]], place: float, text: bytes) -> bytes:
    """A text in place of one piece."""
    if not pieces:
        return content
    piece = pieces[int(place * len(pieces))]
    return content[: piece.start()] + text + content[piece.end() :]


def mutated(content: bytes, changes: list[tuple[str, float, float, int]]) -> bytes:
    """The file after a few changes a transfer, an editor or an enemy makes."""
    for kind, one, other, octet in changes:
        start, end = sorted((int(one * len(content)), int(other * len(content))))
        match kind:
            case "cut":
                content = content[:start] + content[end:]
            case "double":
                content = content[:end] + content[start:]
            case "flip":
                content = content[:start] + bytes([octet]) + content[start + 1 :]
            case "insert":
                content = content[:start] + bytes([octet]) * (octet // 8) + content[start:]
            case "swap lines":
                content = swapped(content, list(_LINE.finditer(content)), one, other)
            case "swap fields":
                content = swapped(content, list(_FIELD.finditer(content)), one, other)
            case "end":
                content = content[:end]
            case _:
                pieces, text = _PUT[kind]
                content = put(content, list(pieces.finditer(content)), one, text * (octet + 1))
    return content


@pytest.mark.parametrize("form", FORMS)
def test_every_seed_is_taken(form: str) -> None:
    for seed in seeds(form):
        found = cost(form, seed)
        assert (found.taken, found.excess) == (True, "")


@pytest.mark.parametrize("form", FORMS)
@given(st.data())
def test_a_changed_file_is_read_or_refused_and_nothing_else(form: str, data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, len(seeds(form)) - 1))
    assert not cost(form, mutated(seeds(form)[seed], data.draw(steps))).excess


# The other formats have such a run beside their own tests.
@pytest.mark.full
@given(st.data())
@settings(max_examples=50_000)
def test_many_changed_camt_files(data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, len(seeds("camt")) - 1))
    assert not cost("camt", mutated(seeds("camt")[seed], data.draw(steps))).excess
