"""A report as a page that everybody can read: by eye, by ear, by keyboard, on a telephone, in the dark and on black and white paper."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from fundledger.domain.money import Money
from fundledger.export import html
from fundledger.i18n import Speaker, public_languages
from fundledger.reports.value import Bar, Column, Kind, Report, Row, Table, money_columns
from tests.export.sample import campaign, eur

LOADING = {"src", "href", "srcset", "xlink:href", "data", "action", "poster", "background", "ping", "formaction"}
SCHEMES = ("light", "dark")


class Read(HTMLParser):
    """Every element with its attributes and those it stands in; text by element."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None], tuple[str, ...]]] = []
        self.said: list[tuple[str, str]] = []
        self.stack: list[str] = []
        self.feed(data.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs), tuple(self.stack)))
        if tag not in {"meta", "br"}:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs), tuple(self.stack)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.said.append((self.stack[-1], data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes, _ in self.seen if name == tag]


def drawn() -> Report:
    """A report with each picture: the bar, one series, two."""
    quarters = tuple(Row((f"2025, {n}", eur(n * 100_00))) for n in (1, 2, 3))
    funds = tuple(Row((f"C-{n} · Ačiū, дзякуй, dziękuję", "open", eur(n), eur(1))) for n in (1, 2))
    return replace(
        campaign(),
        sections=(
            *campaign().sections,
            Table("quarters", (Column("quarter"), *money_columns("collected")), quarters, {"collected": eur(600_00)}),
            Table("funds", (Column("fund"), Column("state"), *money_columns("collected", "paid")), funds),
        ),
    )


@pytest.fixture(params=public_languages())
def page(request: pytest.FixtureRequest) -> Read:
    return Read(html.render(drawn(), Speaker(request.param, public=True)))


def test_it_is_read_in_order(page: Read) -> None:
    assert page.all("html")[0]["lang"] in public_languages()
    assert (len(page.all("main")), len(page.all("h1")), len(page.all("title"))) == (1, 1, 2 + len(page.all("svg")) - 1)
    levels = [int(tag[1]) for tag, _, _ in page.seen if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(later - before <= 1 for before, later in pairwise(levels))
    assert all("main" in inside for tag, _, inside in page.seen if tag in {"h1", "h2", "table", "svg"})


def test_every_table_says_what_it_is_and_what_each_cell_belongs_to(page: Read) -> None:
    assert len(page.all("table")) == len(page.all("caption")) > 0
    assert {attributes.get("scope") for attributes in page.all("th")} == {"col", "row"}
    rows = [place for place, (tag, _, _) in enumerate(page.seen) if tag == "tr"]
    assert all(page.seen[place + 1][0] == "th" for place in rows), "the first cell of a row says what it is"
    scrolling = [attributes for attributes in page.all("div") if attributes.get("class") == "scroll"]
    assert all(attributes.get("tabindex") == "0" and attributes.get("aria-label") for attributes in scrolling)


def test_every_picture_has_a_name_its_words_and_its_figures(page: Read) -> None:
    names = [attributes["id"] for _, attributes, _ in page.seen if "id" in attributes]
    assert len(names) == len(set(names))
    pictures = page.all("svg")
    assert len(pictures) == 3
    for picture in pictures:
        assert picture["role"] == "img"
        assert {picture["aria-labelledby"], picture["aria-describedby"]} <= set(names)
    shown = {text for tag, text in page.said if tag == "text"}
    cells = {text for tag, text in page.said if tag in {"td", "th"}}
    assert shown <= cells, "what is drawn stands in a table too"


def test_it_loads_nothing_and_points_nowhere(page: Read) -> None:
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert not {"script", "img", "link", "iframe", "object", "embed", "form", "a", "use", "image", "base"} & {
        tag for tag, _, _ in page.seen
    }
    for _, attributes, _ in page.seen:
        assert not LOADING & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
        assert "//" not in "".join(filter(None, attributes.values()))
    style = next(text for tag, text in page.said if tag == "style")
    assert not re.search(r"url\(|@import|//", style)


def test_markup_in_what_is_drawn_stays_text() -> None:
    hostile = "</desc></svg><script>alert(1)</script>"
    rows = tuple(Row((hostile, eur(n))) for n in (1, 2))
    table = Table("quarters", (Column("quarter"), *money_columns("collected")), rows)
    seen = Read(html.render(replace(campaign(), sections=(table,)), Speaker("en")))
    assert not seen.all("script")
    assert len(seen.all("svg")) == 1


def test_nothing_collected_yet_is_a_picture_too() -> None:
    nothing = replace(campaign(), sections=(Bar(Money(0, "EUR"), Money(0, "EUR"), Money(0, "EUR")),))
    widths = [bar["width"] for bar in Read(html.render(nothing, Speaker("en"))).all("rect")]
    assert widths == ["0%", "0%", "0%"]


def test_amounts_stand_on_the_right() -> None:
    table = Table("gifts", (Column("quarter"), Column("gifts", Kind.COUNT), *money_columns("given")), (Row(("2025", 7, eur(5))),))
    cells = [attributes.get("class") for attributes in Read(html.render(replace(campaign(), sections=(table,)), Speaker("en"))).all("td")]
    assert cells == ["n", "n"]


# --- contrast ---------------------------------------------------------------------------------------------------------
def colours(scheme: str) -> dict[str, str]:
    rules: list[str] = re.findall(r":root\{([^}]*)\}", html.STYLE)
    return dict(re.findall(r"--(\w+):(#\w+)", rules[SCHEMES.index(scheme)]))


def light(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ink", ["ink", "muted", "accent"])
@pytest.mark.parametrize("ground", ["paper", "tint"])
def test_words_and_bars_stand_out_from_their_ground(scheme: str, ink: str, ground: str) -> None:
    found = colours(scheme)
    darker, lighter = sorted((light(found[ink]), light(found[ground])))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
