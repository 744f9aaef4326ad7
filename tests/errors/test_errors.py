"""Every error the program can name has one sentence, a sample and what it says in English."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

import fundledger
from fundledger.domain.money import parse
from fundledger.domain.problem import Problem
from fundledger.i18n import Speaker, catalogue, languages
from tests.errors.codes import codes

SOURCES = Path(fundledger.__file__).parent
SAMPLES = Path(__file__).parent / "samples.tsv"
_MONEY = re.compile(r"([A-Z]{3}) (-?[0-9.]+)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def samples() -> dict[str, tuple[str, dict[str, object], str]]:
    """Code → subject, values, sentence; each code once."""
    found: dict[str, tuple[str, dict[str, object], str]] = {}
    for line in SAMPLES.read_text(encoding="utf-8").splitlines():
        code, subject, values, sentence = line.split("\t")
        assert code not in found, f"{code} has two samples"
        found[code] = subject, {name: _value(value) for name, value in json.loads(values).items()}, sentence
    return found


def _value(value: object) -> object:
    """Money and days are written as `EUR 5.00` and `2026-03-31`."""
    if isinstance(value, str) and (money := _MONEY.fullmatch(value)):
        return parse(money[2], money[1])
    return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value


def test_every_code_of_the_sources_has_a_sample_and_no_sample_is_stale() -> None:
    raised = codes(SOURCES)
    assert {code: sorted(where) for code, where in raised.items() if code not in samples()} == {}
    assert sorted(set(samples()) - set(raised)) == []


@pytest.mark.parametrize("code", sorted(samples()))
def test_a_code_says_its_sentence(code: str) -> None:
    subject, values, sentence = samples()[code]
    assert Speaker("en").problem(Problem(code, subject, values)) == sentence


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("code", sorted(samples()))
def test_a_code_is_said_whole_in_every_language(code: str, language: str) -> None:
    subject, values, _ = samples()[code]
    key = f"error.{code}"
    assert {catalogue(language).gettext(key), catalogue(language).ngettext(key, key, 2)} != {key}
    said = Speaker(language).problem(Problem(code, subject, values))
    assert re.search(r"\{\w+\}", said) is None


@pytest.mark.parametrize("code", sorted(samples()))
def test_a_sentence_is_one_that_helps(code: str) -> None:
    """It begins with a capital or with what it is about, and ends as a sentence or with a command to type."""
    subject, _, sentence = samples()[code]
    assert sentence[0].isupper() or sentence.startswith(subject) or sentence[0].isdigit()
    assert sentence.endswith(".") or "fundledger" in sentence.rpartition(":")[2] or "fundledger" in sentence.rpartition(": ")[2]
