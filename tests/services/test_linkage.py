"""The linkage attack on real books: files from a bank, editions through the verbs, the adversary reads what was published."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from fundledger.domain.disclosure import quarter
from fundledger.domain.money import plain
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import creditor_reference
from fundledger.export.recognising import recognise
from fundledger.export.writing import write_report
from fundledger.i18n import Speaker
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience
from fundledger.services import publishing
from tests.bench import linkage
from tests.bench.linkage import OWN, QUARTERS, YEAR, Figure, Gift, singled_out
from tests.services.bookkeeping import Desk, Paid, cents, day, faults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from fundledger.store.book import Book


def code(fund: int) -> str:
    return f"C-{100 + fund}"


def paid(gift: Gift) -> Paid:
    """A gift as the bank tells it; one of nobody known has neither name nor account."""
    rf = None if gift.fund == OWN[0] else creditor_reference(code(gift.fund))
    name, iban = (None, None) if gift.donor is None else (f"Donor {gift.donor} Sample", f"LT{gift.donor:018d}")
    return Paid(plain(gift.minor, "EUR"), f"{gift.on:%m-%d}", name, iban, rf=rf, bank=f"B-{gift.number}")


class Year:
    """A year of the foundation, quarter by quarter, and what the adversary reads of it."""

    def __init__(self, desk: Desk, given: Sequence[Gift]) -> None:
        self.desk, self.given = desk, given
        self.published: list[dict[str, Any]] = []
        self.held = 0
        desk.account(opening="0.00")
        for fund in linkage.campaigns(given):
            desk.campaign(code(fund))

    def happen(self) -> None:
        """Take each quarter's statement, then publish what may be published."""
        opening = 0
        for first, end in zip(("01-01", "04-01", "07-01", "10-01"), QUARTERS, strict=True):
            new = [gift for gift in self.given if quarter(gift.on) == quarter(end)]
            number = str(quarter(end)[1])
            self.desk.take(*map(paid, new), first=first, last=f"{end:%m-%d}", opening=plain(opening, "EUR"), number=number)
            opening += sum(gift.minor for gift in new)
            self.desk.sure()
            for line in self.desk.lines():
                self.desk.accept(line.id, "foundation", anonymous=line.name is None)
            for fund in linkage.campaigns(self.given):
                self.publish("campaign", end, campaign=code(fund))
        for name in ("overview", "transparency"):
            self.publish(name, QUARTERS[-1], start=day("01-01"))

    def publish(self, name: str, end: date, **about: object) -> None:
        report = build_report(self.desk.book, name, Audience.PUBLIC, end=end, **about)  # type: ignore[arg-type]
        [path] = write_report(report, self.desk.folder / "public" / f"{end}", ("json",), Speaker("en"), ())
        try:
            publishing.publish(self.desk.book, recognise(self.desk.book, [path]), self.desk.now)
        except KnownError as error:
            self.held += error.code == "disclosure.singled_out"
        else:
            self.published.append(json.loads(path.read_text("utf-8")))

    # --- what the adversary reads -------------------------------------------------------------------------------------
    def figures(self) -> set[Figure]:
        """Every figure that was published, as the gifts it is of; each amount is what those gifts add up to."""
        return {found for one in self.published for found in (self._all_funds(one) if one["report"] != "campaign" else self._campaign(one))}

    def _campaign(self, one: dict[str, Any]) -> list[Figure]:
        mine = [gift for gift in self.given if code(gift.fund) == one["subject"].split(" ")[0] and f"{gift.on}" <= one["end_on"]]
        found = []
        for section in one["sections"]:
            if section["kind"] == "figures":
                told = {item["key"]: item["value"] for item in section["items"]}
                found += [figure_of(mine, told["figure.collected"])] if "figure.collected" in told else []
            if section.get("key") == "quarters":
                rows = [row["cells"] for row in section["rows"]]
                found += [figure_of(within(mine, row["quarter"]), row["collected"]) for row in rows]
        return found

    def _all_funds(self, one: dict[str, Any]) -> list[Figure]:
        found = []
        for table in (section for section in one["sections"] if section["kind"] == "table"):
            rows = [row["cells"] for row in table["rows"]]
            if table["key"] == "bands":
                found += [figure_of(of_size(within(self.given, row["quarter"]), row["band"]), row["given"]) for row in rows]
            else:
                heads = [row["fund"] for row in rows]
                found += [figure_of(self.of_row(row["fund"], heads), row["collected"]) for row in rows]
        return found

    def of_row(self, head: str, heads: Sequence[str]) -> list[Gift]:
        """The gifts of a campaign by itself, of the small ones together, or of all that stands in no other row."""
        alone = {one.split(" ")[0] for one in heads}
        if code_of(head):
            return [gift for gift in self.given if code(gift.fund) == code_of(head)]
        small = {gift.fund for gift in self.given if gift.fund != OWN[0] and self.donors(gift.fund) < 5}
        if is_small(head):
            return [gift for gift in self.given if gift.fund in small]
        folded = any(map(is_small, heads))
        return [gift for gift in self.given if code(gift.fund) not in alone and not (folded and gift.fund in small)]

    def donors(self, fund: int) -> int:
        return len({gift.donor for gift in self.given if gift.fund == fund} - {None})


def code_of(head: str) -> str | None:
    """The campaign a row is of."""
    found = re.match(r"C-\d+", head)
    return found[0] if found else None


def is_small(head: str) -> bool:
    """Whether a row is of the small campaigns alone."""
    return head in {Speaker("en").say("fund.small", n=n) for n in range(2, 500)}


def figure_of(gifts: Sequence[Gift], amount: dict[str, str]) -> Figure:
    """The gifts, once it is sure that they are what was printed."""
    assert sum(gift.minor for gift in gifts) == cents(amount["amount"])
    return frozenset(gift.number for gift in gifts)


def within(gifts: Sequence[Gift], said: str) -> list[Gift]:
    """The gifts of quarters in words."""
    ends = [(int(year), int(number)) for year, number in re.findall(r"(\d{4}), quarter (\d)", said)]
    assert ends[0][0] == YEAR
    return [gift for gift in gifts if ends[0] <= quarter(gift.on) <= ends[-1]]


def of_size(gifts: Sequence[Gift], said: str) -> list[Gift]:
    """The gifts of a band in words."""
    low, high = (re.search(rf"{word} €([0-9,.]+)", said) for word in ("above", "up to"))
    least, most = (cents(found[1].replace(",", "")) if found else None for found in (low, high))
    return [gift for gift in gifts if (least is None or gift.minor > least) and (most is None or gift.minor <= most)]


@pytest.mark.parametrize("gifts", [300, pytest.param(3_000, marks=pytest.mark.full)])
def test_whoever_has_every_edition_and_each_donors_statement_finds_nobody(book: Book, tmp_path: Path, gifts: int) -> None:
    given = linkage.year(gifts)
    year = Year(Desk(book, tmp_path), given)
    year.happen()
    read = year.figures()
    assert singled_out(list(read), given) == set()
    assert linkage.plain_list(given) > gifts // 3
    assert faults(book) == []
    by_rule, editions, held = linkage.publish(given)
    empty = len(year.published) - editions  # of campaigns too small to show a figure
    assert (read, year.held) == ({figure for figure in by_rule if figure}, held)
    assert empty >= 0


def test_an_adversary_finds_whoever_a_careless_edition_would_give_away() -> None:
    """The attack can succeed: one gift more in an edition that nobody held back."""
    given = linkage.year(300)
    figures, _, _ = linkage.publish(given)
    [last] = {max(figures, key=len)}
    assert singled_out([*figures, last - {min(last)}], given) == {min(last)}
