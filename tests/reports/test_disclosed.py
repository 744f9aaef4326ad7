"""Default deny: what the policy does not show an audience is in no byte of what it gets, and what it does not name stops the report."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from fundledger.domain import disclosure
from fundledger.export import page
from fundledger.export.gate import texts
from fundledger.export.writing import FORMATS, render
from fundledger.i18n import Speaker, catalogue, public_languages
from fundledger.reports import appeal
from fundledger.reports.catalogue import BOOKS, PUBLISHED, REPORTS, build_report
from fundledger.reports.disclosed import disclosed, fields_of_public_reports
from fundledger.reports.value import Appeal, Audience, Column, Figures, Identity, Kind, Message, Paragraph, Report, Row, Table, Term
from tests.export.sample import eur
from tests.services.bookkeeping import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.store.book import Book

PUBLIC = (*(name for name in REPORTS if name != "trial-balance"), *PUBLISHED)


def built(book: Book, name: str, audience: Audience = Audience.PUBLIC) -> Report:
    return build_report(book, name, audience, campaign="C-104" if name == "campaign" else None)


def parts(report: Report) -> Iterator[str]:
    """Each section and each named part of it."""
    for one in report.sections:
        yield type(one).__name__.lower()
        if isinstance(one, Table):
            yield from (f"{one.key}.{column.key}" for column in one.columns)
            yield from (f"{one.key}.total" for _ in one.totals)
        if isinstance(one, Figures):
            yield from (f"{one.key}.{label.key}" for label, _ in one.items)


def said(report: Report, form: str) -> str:
    """All that a file says, its properties and hidden parts included."""
    return "\n".join(text for _, text in texts(render(report, form, Speaker("en"))))


# One thing of each field: a report it stands in, and words that are there with it and nowhere without.
SHOWN = {
    "campaign": ("campaign", "Needed"),
    "campaign_totals": ("campaign", "Remaining"),
    "all_totals": ("overview", "All money"),
    "gift_cells": ("campaign", "Collected by quarter"),
    "open_lines": ("reconciliation", "Bank lines still open"),
    "disclosure": ("policy", "Name of a donor"),
}


def test_each_field_the_public_reads_is_tried() -> None:
    assert set(SHOWN) == fields_of_public_reports() == {field for field in disclosure.POLICY if disclosure.is_shown(field, "public")}


@pytest.mark.parametrize(("field", "form"), [*product(SHOWN, FORMATS)])
def test_a_field_taken_out_of_the_policy_is_in_no_file(sample: Book, field: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, words = SHOWN[field]
    assert words.casefold() in said(built(sample, name), form).casefold()
    monkeypatch.delitem(disclosure.POLICY, field)
    assert words.casefold() not in said(built(sample, name), form).casefold()


@pytest.mark.parametrize("language", public_languages())
def test_a_field_taken_out_of_the_policy_is_on_no_page(sample: Book, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    speaker = Speaker(language, public=True)
    collected = speaker.money(eur(160000))
    before = page.render(appeal.build(sample, "C-104", language), speaker)
    monkeypatch.delitem(disclosure.POLICY, "campaign_totals")
    after = page.render(appeal.build(sample, "C-104", language), speaker)
    assert json.loads(before["json"])["collected"]
    assert "collected" not in json.loads(after["json"])
    assert collected not in after["txt"].decode()
    monkeypatch.delitem(disclosure.POLICY, "campaign")
    assert refused(lambda: appeal.build(sample, "C-104", language)) == ["report.not_in_policy"]


def test_whatever_a_page_says_of_money_may_be_left_out() -> None:
    from fundledger.reports.disclosed import _OF_PAGE  # noqa: PLC0415  what is tried

    money = {one.name for one in fields(Appeal) if "Money" in str(one.type)}
    assert money - set(_OF_PAGE) == {"asked"}


@pytest.mark.parametrize(
    "section",
    [
        Table("funds", (Column("fund"), Column("donor")), (Row(("C-101", "Testa Testaitė")),)),
        Table("donors", (Column("name"),), (Row(("Testa Testaitė",)),)),
        Table("quarters", (Column("quarter"), Column("given_on", Kind.DATE)), ()),
        Figures("campaign", ((Message("figure.donor"), "Testa Testaitė"),)),
        Figures("places", ((Message("place.cash"), eur(5000)),)),
        Figures("campaign", ((Message("figure.needed"), eur(1)),), Message("note.largest_gift", {"amount": eur(5000)})),
        Identity("donor", (Term(1, "collected", eur(5000)),), "fund_money", eur(5000)),
        Paragraph(Message("sentence.thanks", {"name": "Testa Testaitė"})),
    ],
)
def test_what_stands_for_no_field_stops_a_public_report(sample: Book, section: Table | Figures | Identity | Paragraph) -> None:
    report = built(sample, "campaign")
    assert refused(lambda: disclosed(replace(report, sections=(section,)))) == ["report.not_in_policy"]


def test_a_new_table_for_the_auditor_needs_a_field_too(sample: Book) -> None:
    report = replace(built(sample, "overview", Audience.AUDITOR), sections=(Table("addresses", (Column("text"),), ()),))
    assert refused(lambda: disclosed(report)) == ["report.not_in_policy"]


def test_a_field_of_the_auditor_can_be_taken_away(sample: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "gifts.donor" in set(parts(built(sample, "campaign", Audience.AUDITOR)))
    monkeypatch.setitem(disclosure.POLICY, "pseudonym", frozenset({"internal"}))
    assert "gifts.donor" not in set(parts(built(sample, "campaign", Audience.AUDITOR)))
    assert "gifts.donor" in set(parts(built(sample, "campaign", Audience.INTERNAL)))


@pytest.mark.parametrize(("name", "audience"), [*product(PUBLIC, [Audience.PUBLIC]), *product((*REPORTS, *BOOKS), ["auditor", "internal"])])
def test_the_policy_names_all_that_any_report_holds(sample: Book, name: str, audience: str) -> None:
    assert built(sample, name, Audience(audience)).sections


def test_every_field_is_said_in_words() -> None:
    for language in ("en", "lt"):
        words = {field: catalogue(language).gettext(f"field.{field}") for field in disclosure.POLICY}
        assert [field for field, told in words.items() if told == f"field.{field}"] == []


# --- what the public path reads of the book ---------------------------------------------------------------------------
# Of the tables that hold what people are called and wrote, a public report reads what campaigns and we ourselves are called.
MAY_READ = {("identity_book", "name"), ("identity_account", "name"), ("identity_account", "iban")} | {
    ("identity_mandate_text", column) for column in ("title", "story", "language")
}
# By what money went to are people counted, and payouts put together: inside the database, so that none of it comes out.
MAY_COUNT = {("identity_donor_account", "iban"), ("identity_line", "iban"), ("identity_detail", "iban"), ("identity_processed", "batch")}


def read_columns(book: Book, name: str, audience: Audience = Audience.PUBLIC) -> set[tuple[str, str]]:
    """Each column of an identity table that is read while a public report is built, as the database itself tells."""
    found: set[tuple[str, str]] = set()

    def allow(act: int, table: str | None, column: str | None, _: str | None, __: str | None) -> int:
        if act == 20 and table and table.startswith("identity_"):  # SQLITE_READ
            found.add((table, str(column)))
        return 0

    def watch(connection: Any, *_: object) -> None:  # noqa: ANN401  the driver's own
        connection.set_authorizer(allow)

    with book.reading() as db:
        engine = db.engine
    event.listen(engine, "checkout", watch)
    try:
        appeal.build(book, "C-104") if name == "page" else built(book, name, audience)
    finally:
        event.remove(engine, "checkout", watch)
        with book.reading() as db:
            driver: Any = db.connection.dbapi_connection
            driver.set_authorizer(None)
    return found


@pytest.mark.parametrize("name", [*PUBLIC, "page"])
def test_a_public_report_reads_nobodys_name(sample: Book, name: str) -> None:
    others = {(table, column) for table, column in read_columns(sample, name) if not column.endswith("_id")}
    assert others - MAY_READ - MAY_COUNT == set()
    assert ("identity_mandate_text", "title") in others, "the spy sees what is read"


def test_the_auditors_report_would_be_seen_reading_more(sample: Book) -> None:
    assert ("identity_payee", "name") in read_columns(sample, "campaign", Audience.AUDITOR)
