"""Whatever is typed: it ends with a code of the contract, and nothing a terminal would obey is printed."""

from __future__ import annotations

import io
import json
import unicodedata
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundledger.cli.call import a_day
from fundledger.cli.main import main
from fundledger.cli.output import json_line, shown
from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from datetime import date

HARMFUL = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ANY = st.text(st.characters(exclude_categories=()))
WORDS = st.one_of(
    ANY, st.sampled_from(["--json", "--reveal", "--to", "--as", "other", "--on", "--limit", "1", "C-1", "--state", "--help", "--"])
)


def harmful(text: str) -> list[str]:
    return [letter for letter in text if unicodedata.category(letter) in HARMFUL]


@given(text=ANY)
def test_what_is_shown_is_one_harmless_line_of_bounded_length(text: str) -> None:
    assert harmful(shown(text)) == []
    assert len(shown(text)) <= 163
    assert shown(text) == text or harmful(text) or len(text) > 160


@given(record=st.dictionaries(ANY, st.one_of(ANY, st.integers(), st.booleans(), st.none(), st.lists(ANY))))
def test_an_object_is_one_harmless_line_that_says_the_same(record: dict[str, object]) -> None:
    assert harmful(json_line(record)) == []
    assert json.loads(json_line(record)) == record


@given(
    verb=st.sampled_from(["balances", "inspect", "accept", "lines", "campaign", "invoice", "report", "import"]),
    words=st.lists(WORDS, max_size=5),
)
def test_no_words_are_a_bug(verb: str, words: list[str]) -> None:
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main([verb, *words])
    assert code in {0, 2}
    assert harmful(err.getvalue().replace("\n", "")) == []
    assert "Traceback" not in err.getvalue()
    assert code == 2 or out.getvalue()


@given(day=st.dates())
def test_a_day_is_read_as_it_is_written(day: date) -> None:
    assert a_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    ["", "2026-02-30", "20260131", "2026-W05-6", "31.01.2026", "2026-1-1", "\N{ARABIC-INDIC DIGIT TWO}026-01-01", "2026-01-01T00:00"],
)
def test_a_day_is_an_iso_date_and_nothing_else(text: str) -> None:
    with pytest.raises(KnownError, match=r"date\.unreadable"):
        a_day(text)
