"""HTML, JSON and CSV of a report, and the appeal's own page."""

from __future__ import annotations

import csv as read_csv
import io
import json as read_json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundledger.export import csv, html, json, page
from fundledger.i18n import NBSP, Speaker
from fundledger.reports.value import AppealState, Audience, Column, Paragraph, Row, Table
from tests.export.sample import appeal, campaign, eur

if TYPE_CHECKING:
    from tests.conftest import Golden

HOSTILE = '<script>alert(1)</script> & "quoted" <img src=x onerror=y>'


class Tags(HTMLParser):
    """Collects every tag and checks that all are closed in order."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def cells(data: bytes) -> list[list[str]]:
    return list(read_csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("language", ["en", "lt"])
@pytest.mark.parametrize(("form", "render"), [("json", json.render), ("csv", csv.render), ("html", html.render)])
def test_the_campaign_report_reads_as_agreed(form: str, render: object, language: str, golden: Golden) -> None:
    assert callable(render)
    golden(Path(f"golden/campaign-{language}.{form}"), render(campaign(), Speaker(language)))


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    text = html.render(campaign(), Speaker("en")).decode()
    tags = Tags(text)
    assert not {"script", "img", "link", "iframe", "object", "form", "a"} & {tag for tag, _ in tags.seen}
    assert not re.search(r"url\((?!#)|@import|https?:", text), "what it points at stands in the page itself"
    assert ("html", {"lang": "en"}) in tags.seen
    assert all("scope" in attributes for tag, attributes in tags.seen if tag == "th")


@pytest.mark.parametrize("language", ["en", "lt"])
def test_markup_in_any_text_stays_text(language: str) -> None:
    table = Table("gifts", (Column("text"),), (Row((HOSTILE,)),))
    report = replace(campaign(subject=HOSTILE), foundation=HOSTILE, sections=(Paragraph(HOSTILE), table))
    assert not {"script", "img"} & {tag for tag, _ in Tags(html.render(report, Speaker(language)).decode()).seen}
    made = page.render(replace(appeal(), title=HOSTILE, story=HOSTILE, foundation=HOSTILE), Speaker(language))["html"]
    assert not {"script", "img"} & {tag for tag, _ in Tags(made.decode()).seen}


def test_json_is_canonical_and_money_is_text() -> None:
    data = json.render(campaign(), Speaker("en"))
    found = read_json.loads(data)
    assert data == (read_json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()
    bar, figures, identity = found["sections"][1:4]
    assert bar["collected"] == {"amount": "3030.00", "currency": "EUR"}
    assert figures["items"][0]["value"] == {"amount": "3030.00", "currency": "EUR"}
    assert identity["difference"] == {"amount": "0.00", "currency": "EUR"}
    assert not re.search(r":-?\d+\.\d", data.decode()), "no number with a fraction"


def test_the_schema_describes_every_key_of_json() -> None:
    described = set(re.findall(r"`(\w+)`", (Path(json.__file__).parent / "REPORT.md").read_text(encoding="utf-8")))

    def keys(value: object) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(keys, value))
        own = {key: inner for key, inner in value.items() if key not in {"cells", "totals"}} if isinstance(value, dict) else {}
        return set(own).union(*map(keys, own.values()))

    for audience in Audience:
        found = read_json.loads(json.render(campaign(audience), Speaker("en")))
        assert (found["schema"], found["version"]) == ("fundledger.report", 1)
        assert keys(found) - {"amount"} <= described
        assert {section["kind"] for section in found["sections"]} <= described


def test_entry_numbers_are_for_the_auditor_and_never_public() -> None:
    for render in (json.render, csv.render):
        assert b"ntries" not in render(campaign(), Speaker("en"))
        assert b"ntries" in render(campaign(Audience.AUDITOR), Speaker("en"))


@pytest.mark.parametrize("start", [*"=+-@|\t\r\n%\uff1d\uff0b\uff0d\uff20\u2212", " ="])
def test_text_that_looks_like_a_formula_gets_an_apostrophe(start: str) -> None:
    table = Table("gifts", (Column("text"), Column("amount")), (Row((f"{start}1", eur(-500))),))
    row = cells(csv.render(replace(campaign(), sections=(table,)), Speaker("en")))[-1]
    assert row[0].startswith("'")
    assert row[1] == "-5.00"


@settings(max_examples=100)
@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_any_text_comes_back_from_every_plain_format(text: str) -> None:
    report = replace(campaign(subject=text), sections=(Paragraph(text), Table("gifts", (Column("text"),), (Row((text,)),))))
    Tags(html.render(report, Speaker("en")).decode())
    read_json.loads(json.render(report, Speaker("en")))
    for row in cells(csv.render(report, Speaker("en"))):
        assert not any(cell.startswith(tuple("=+-@|\t\r\n")) for cell in row)


@pytest.mark.parametrize("language", ["en", "lt"])
@pytest.mark.parametrize("form", ["html", "txt", "json"])
def test_the_appeals_page_reads_as_agreed(form: str, language: str, golden: Golden) -> None:
    golden(Path(f"golden/page-{language}.{form}"), page.render(appeal(), Speaker(language))[form])


def test_the_page_says_how_much_is_needed_and_what_was_collected() -> None:
    english = page.render(appeal(), Speaker("en"))["txt"].decode()
    assert f"How much is needed? €{NBSP}3{NBSP}030 — the amount asked by the lawyer" in english
    assert f"The collection is over. Collected: €{NBSP}3{NBSP}030." in english
    assert f"Rinkliava baigta. Surinkta: €{NBSP}3{NBSP}030." in page.render(appeal(), Speaker("lt"))["txt"].decode()


def test_cents_are_shown_on_every_figure_or_on_none() -> None:
    text = page.render(appeal(collected=303050), Speaker("en"))["txt"].decode()
    assert f"€{NBSP}3{NBSP}030.00 — the amount" in text
    assert f"Collected: €{NBSP}3{NBSP}030.50." in text


@pytest.mark.parametrize("state", list(AppealState))
@pytest.mark.parametrize("form", ["html", "txt", "json"])
def test_below_five_donors_no_sum_of_gifts_is_told(form: str, state: AppealState) -> None:
    text = page.render(appeal(state, collected=None), Speaker("en"))[form].decode().replace(NBSP, " ")
    assert "3 030" in text, "what is needed is told"
    assert "2 800" not in text
    assert "2800" not in text


def test_the_payment_reference_is_shown_only_while_money_is_asked_for() -> None:
    assert "RF18 5390 0754 7034" in page.render(appeal(AppealState.OPEN), Speaker("en"))["txt"].decode()
    assert "RF18" not in page.render(appeal(AppealState.OVER), Speaker("en"))["html"].decode()
