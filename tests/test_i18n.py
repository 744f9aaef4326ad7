"""What is said, in every language, and that the catalogues say the same."""

from __future__ import annotations

import subprocess
import sys
import warnings
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from fundledger.domain.money import Money
from fundledger.domain.problem import Problem
from fundledger.i18n import NBSP, Speaker, UnsaidWarning, catalogue, house_money, languages, public_languages
from fundledger.reports.value import Message

ROOT = Path(__file__).parents[1]
MINUS = "\N{MINUS SIGN}"
# Names, signs and rooms for values alone: the same in every language.
SAID_ALIKE = {
    "cli.column.iban", "cli.column.id", "cli.file", "cli.item.ok", "cli.item.problem", "cli.item.wrong", "cli.proposal",
    "gui.dashboard.month", "gui.settings.accounts.iban", "gui.settings.scale.n", "gui.importing.counted",
    "gui.target.in_campaign", "letter.dated", "letter.to", "value.list",
}  # fmt: skip


def own_sentences(language: str) -> dict[str, str]:
    """The sentences of a language that hold a word, by their keys."""
    said = {str(key): text for key, text in vars(catalogue(language))["_catalog"].items() if key}
    return {key: text for key, text in said.items() if any(letter.isalpha() for letter in text)}


def test_a_key_is_said_in_the_readers_language() -> None:
    assert Speaker("en").say("paper.page", page=1, pages=12) == "Page 1 of 12"
    assert Speaker("lt").say("paper.page", page=1, pages=12) == "1 puslapis iš 12"


@pytest.mark.parametrize(
    ("n", "lithuanian", "english"),
    [(1, "1 eilutė", "1 row"), (2, "2 eilutės", "2 rows"), (10, "10 eilučių", "10 rows"), (21, "21 eilutė", "21 rows")],
)
def test_plurals_follow_the_language(n: int, lithuanian: str, english: str) -> None:
    assert Speaker("lt").say("sheet.rows", n=n) == lithuanian
    assert Speaker("en").say("sheet.rows", n=n) == english


@pytest.mark.parametrize(("n", "belarusian"), [(1, "1 радок"), (2, "2 радкі"), (5, "5 радкоў"), (11, "11 радкоў"), (21, "21 радок")])
def test_plurals_of_three_forms(n: int, belarusian: str) -> None:
    assert Speaker("be").say("sheet.rows", n=n) == belarusian


def test_values_of_a_sentence_are_written_in_the_readers_way() -> None:
    values: dict[str, object] = {"start": date(2026, 3, 31), "end": datetime(2026, 4, 1, 9, 5)}  # noqa: DTZ001  a wall clock
    assert Speaker("en").say("paper.period", **values) == "31 March 2026 to 1 April 2026 09:05"
    described = Speaker("lt").say("page.paid", amount=Money(280000, "EUR"))
    assert described == f"Advokatui jau išmokėta: 2{NBSP}800,00{NBSP}€."
    inside = Speaker("en").say("page.paid", amount=Message("paper.page", {"page": 1, "pages": 2}))
    assert inside == "Paid to the lawyer so far: Page 1 of 2."
    assert Speaker("en").value([True, None, 1234, Problem("export.not_a_folder", "x")]).startswith("yes, –, 1,234, Nothing was written: x ")


def test_a_day_in_a_column_is_short() -> None:
    assert Speaker("ru").day(date(2025, 4, 17), "medium") == "17 апр. 2025"
    assert Speaker("ru").day(date(2025, 4, 17)).startswith("17 апреля 2025")


def test_a_day_that_ends_in_a_full_stop_ends_its_sentence() -> None:
    said = Speaker("lt").say("gui.disbursements.returned_on", amount="80,00", day=date(2025, 12, 31))
    assert said == "80,00 grįžo 2025 m. gruodžio 31 d."
    assert Speaker("en").say("gui.disbursements.returned_on", amount="80.00", day=date(2025, 12, 31)).endswith("31 December 2025.")


def test_braces_in_a_value_are_only_text() -> None:
    assert Speaker().say("page.reference", reference="{0.__class__}") == "Payment reference: {0.__class__}"


def test_an_unknown_language_speaks_english() -> None:
    assert Speaker("xx").say("paper.total") == Speaker("en_US").say("paper.total") == "Total"


def test_a_missing_key_is_a_failure_here_and_itself_at_run_time() -> None:
    with pytest.warns(UnsaidWarning, match="no.such_key"):
        assert Speaker("lt").say("no.such_key") == "no.such_key"
    with warnings.catch_warnings():
        warnings.resetwarnings()
        for category in (DeprecationWarning, ResourceWarning):  # the interpreter's own filters
            warnings.simplefilter("ignore", category)
        assert Speaker("lt").say("paper.page", page=1) == "1 puslapis iš {pages}"


def test_money_follows_the_pattern_of_the_language() -> None:
    assert Speaker("en").money(Money(303000, "EUR")) == "€3,030.00"
    assert Speaker("lt").money(Money(303000, "EUR")) == f"3{NBSP}030,00{NBSP}€"
    assert Speaker("lt").money(Money(1234567, "IQD")) == f"1{NBSP}234,567{NBSP}IQD"


@given(st.integers(min_value=-(10**15), max_value=10**15), st.sampled_from(["EUR", "JPY", "KWD"]), st.sampled_from(["en", "lt"]))
def test_amounts_are_exact_and_as_babel_writes_them(minor: int, currency: str, language: str) -> None:
    amount = Money(minor, currency)
    digits = {"EUR": ".00", "JPY": "", "KWD": ".000"}[currency]
    locale = {"en": "en_GB"}.get(language, language)
    expected = format_decimal(Decimal(str(amount)), f"#,##0{digits}", locale=locale)
    assert Speaker(language).amount(amount).replace(MINUS, "-") == expected.replace(MINUS, "-")


@pytest.mark.parametrize(
    ("amount", "among", "said"),
    [
        (Money(303000, "EUR"), [], f"€{NBSP}3{NBSP}030"),
        (Money(303000, "EUR"), [Money(280050, "EUR")], f"€{NBSP}3{NBSP}030.00"),
        (Money(123456789, "EUR"), [], f"€{NBSP}1{NBSP}234{NBSP}567.89"),
        (Money(-500, "EUR"), [], f"€{NBSP}{MINUS}5"),
        (Money(5000, "JPY"), [], f"JPY{NBSP}5{NBSP}000"),
    ],
)
def test_the_house_pattern_drops_cents_only_where_all_figures_are_whole(amount: Money, among: list[Money], said: str) -> None:
    assert house_money(amount, among) == said


def test_all_catalogues_are_fresh_and_say_the_same() -> None:
    assert languages() == ["be", "en", "lt", "ru"]
    assert public_languages() == ["be", "de", "en", "lt", "pl", "ru"]
    run = subprocess.run([sys.executable, ROOT / "packaging" / "catalogue.py", "--check"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_a_language_of_public_texts_alone_speaks_english_where_everything_is_said() -> None:
    assert (Speaker("pl").language, Speaker("pl", public=True).language, Speaker("fr", public=True).language) == ("en", "pl", "en")


@pytest.mark.parametrize("language", [one for one in languages() if one != "en"])
def test_no_sentence_was_left_in_english(language: str) -> None:
    own, english = own_sentences(language), own_sentences("en")
    assert {key for key in own if own[key] == english.get(key) and not key.startswith("gui.language.")} <= SAID_ALIKE
