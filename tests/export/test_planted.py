"""Marked people in every field that a person or a bank's file can fill: none of them in any public byte, in any language."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import LargeBinary, String, func, insert, select, update

from fundledger.domain.campaign import PublicText
from fundledger.domain.problem import KnownError
from fundledger.export import page
from fundledger.export.gate import texts
from fundledger.export.writing import FORMATS, render, report_stem, write_page, write_report
from fundledger.i18n import Speaker, public_languages
from fundledger.reports import appeal
from fundledger.reports.catalogue import PUBLISHED, REPORTS, build_report, forbidden_names
from fundledger.reports.value import Audience, Paragraph
from fundledger.services import campaigns, donors
from fundledger.services.erasing import withdraw_consent
from fundledger.store.schema import metadata
from tests.services.bookkeeping import OURS as OURS_IBAN
from tests.services.bookkeeping import Desk, collected, day, empty_book, sample_book, standard_desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Column, Connection, Table

    from fundledger.reports.value import Report
    from fundledger.store.book import Book

PUBLIC = (*(name for name in REPORTS if name != "trial-balance"), *PUBLISHED)
# What is public on purpose, what names tables and settings to the program itself, and words taken of names.
OURS = {
    ("identity_book", "name"), ("identity_account", "iban"), ("identity_account", "name"), ("identity_mandate_text", "title"),
    ("identity_mandate_text", "story"), ("identity_mandate_text", "language"), ("identity_history", "table_name"),
    ("identity_history", "column_name"), ("identity_setting", "name"), ("identity_donor_word", "word"),
}  # fmt: skip
# A file's name is no person's, and a beneficiary's own may be public.
NO_NAMES = {"identity_document", "identity_beneficiary"}
SAMPLES = {String: "2020-01-31", LargeBinary: b"bytes"}
MARKS = "qvarve", "кварве"


def mark(n: int) -> str:
    """A person nobody has: a name in two alphabets, an account, an e-mail."""
    return f"Qvarvena Marked Кварвена Пазначаная LT99QVARVE{n:010d} qvarvena{n}@mark.invalid"


def fields() -> list[tuple[Table, Column[str]]]:
    """Every text of every table that keeps what people are called or wrote."""
    return [
        (table, column)
        for table in metadata.sorted_tables
        if table.name.startswith("identity_")
        for column in table.columns
        if isinstance(column.type, String) and (table.name, column.name) not in OURS
    ]


def fill(book: Book) -> None:
    """Put a mark in every such field of every row, and first a row in every table that has none."""
    with book.operation("plant", Desk(book, book.path).now) as op:
        op.db.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        for (guard,) in op.db.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            op.db.exec_driver_sql(f'DROP TRIGGER "{guard}"')
        for table, _ in fields():
            _one(op.db, table)
        op.db.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
        for n, (table, column) in enumerate(fields()):
            keys = list(table.primary_key)
            for place, row in enumerate(op.db.execute(select(*keys)).all()):
                here = [key == value for key, value in zip(keys, row, strict=True)]
                op.db.execute(update(table).where(*here).values({column.name: mark(10_000 * place + n)}))


def _one(db: Connection, table: Table) -> int:
    """A row of a table, made if there is none, with one of each table it refers to."""
    [key, *_] = table.primary_key
    found = db.execute(select(func.min(key))).scalar_one()
    if found is not None:
        return int(found)
    values: dict[str, object] = {}
    for column in table.columns:
        if column.foreign_keys:
            [reference] = column.foreign_keys
            values[column.name] = _one(db, reference.column.table)
        elif not column.primary_key:
            values[column.name] = next((value for kind, value in SAMPLES.items() if isinstance(column.type, kind)), 1)
    db.execute(insert(table).values(values))
    return int(db.execute(select(func.min(key))).scalar_one())


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """The sample's book with a mark wherever somebody could be named."""
    with sample_book(tmp_path_factory, tmp_path_factory.mktemp("planted")) as book:
        fill(book)
        yield book


def built(book: Book, name: str, language: str = "en") -> Report:
    return build_report(book, name, Audience.PUBLIC, campaign="C-104" if name == "campaign" else None, language=language)


def marks(data: bytes, name: str) -> list[str]:
    """Where a mark stands in a file, its bytes, its name."""
    whole = [("file name", name), ("bytes", data.decode("utf-8", "replace")), *((str(where), told) for where, told in texts(data))]
    return [where for where, told in whole if any(each in told.casefold() for each in MARKS)]


def test_there_is_a_field_to_plant_in_each_table_of_people(planted: Book) -> None:
    with planted.reading() as db:
        bare = {
            f"{table.name}.{column.name}"
            for table, column in fields()
            if not db.execute(select(func.count()).select_from(table).where(func.lower(column).like("%qvarve%"))).scalar_one()
        }
    assert bare == set()


@pytest.mark.parametrize("language", public_languages())
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", PUBLIC)
def test_no_public_byte_holds_a_marked_person(planted: Book, name: str, form: str, language: str) -> None:
    speaker = Speaker(language, public=True)
    report = built(planted, name, language)
    assert marks(render(report, form, speaker), f"{report_stem(report, speaker)}.{form}") == []


@pytest.mark.parametrize("language", public_languages())
def test_no_page_holds_a_marked_person(planted: Book, language: str) -> None:
    for form, data in page.render(appeal.build(planted, "C-104", language), Speaker(language, public=True)).items():
        assert marks(data, form) == []


def test_the_auditors_edition_would_be_seen_to_hold_one(planted: Book) -> None:
    report = build_report(planted, "campaign", Audience.AUDITOR, campaign="C-104")
    assert marks(render(report, "json", Speaker("en")), "a.json") != []


def test_the_gate_knows_every_marked_name_and_account(planted: Book) -> None:
    told = forbidden_names(planted)
    for column in (
        "identity_donor.name",
        "identity_person.name",
        "identity_line.iban",
        "identity_donor_email.email",
        "identity_payee.name",
    ):
        table = metadata.tables[column.split(".")[0]]
        with planted.reading() as db:
            some = set(db.execute(select(table.c[column.split(".")[1]])).scalars()) - {None}
        assert some <= set(told), column


@pytest.fixture
def book(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    with empty_book(tmp_path_factory, tmp_path) as made:
        yield made


# --- a name in what is public on purpose ------------------------------------------------------------------------------
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("who", ["Testa Testaitė", "Узорная Ўласніца", "Uzornaja Ulasnica", "LT1099", "her@mail.invalid"])
def test_a_donor_in_a_title_or_a_story_keeps_the_report_in(book: Book, tmp_path: Path, who: str, form: str) -> None:
    desk = standard_desk(book, tmp_path)
    forbidden = [*forbidden_names(book), "her@mail.invalid"]
    for place in ("title", "story"):
        report = built_of(desk, "C-101")
        text = f"for {who}"
        leaking = replace(report, subject=text) if place == "title" else replace(report, sections=(Paragraph(text), *report.sections))
        assert refused_by_gate(lambda leaking=leaking: write_report(leaking, tmp_path / "out", (form,), Speaker("en"), forbidden))
    assert not list((tmp_path / "out").iterdir())


def built_of(desk: Desk, code: str) -> Report:
    return build_report(desk.book, "campaign", Audience.PUBLIC, campaign=code)


def refused_by_gate(act: object) -> bool:
    with pytest.raises(KnownError) as caught:
        act()  # type: ignore[operator]
    return {one.code for one in caught.value.problems} == {"gate.name_found"}


HELPED = "Padedama Pavyzdytė"


@pytest.fixture
def helping(book: Book, tmp_path: Path) -> Desk:
    """A campaign for one person, who agreed to be named until the end of the year."""
    desk = Desk(book, tmp_path)
    desk.account(opening="500.00")
    known = desk.campaign("C-900")
    texts = {"en": PublicText(f"Legal help for {HELPED}", f"{HELPED} needs a lawyer.")}
    terms = {"consent_scope": "name,story", "consent_on": day("01-01"), "consent_until": day("12-31")}
    mandate = replace(known.mandate, texts=texts, **terms)  # type: ignore[arg-type]  # mixed facts
    campaigns.add_campaign(book, "C-101", known.asked, mandate, desk.now, opened_on=day("01-01"), beneficiary=HELPED)
    desk.take(*collected(), opening="500.00")
    desk.sure()
    return desk


def leave(desk: Desk, report: Report) -> list[Path]:
    return write_report(report, desk.folder / "out", FORMATS, Speaker("en"), forbidden_names(desk.book))


def test_a_beneficiary_leaves_while_she_agrees_and_no_longer(helping: Desk) -> None:
    report = built_of(helping, "C-101")
    assert len(leave(helping, report)) == len(FORMATS)
    html, *_ = write_page(
        appeal.build(helping.book, "C-101"), helping.folder / "out", Speaker("en", public=True), forbidden_names(helping.book)
    )
    assert HELPED in html.read_text("utf-8")
    withdraw_consent(helping.book, "C-101", day("12-31"), helping.now)
    assert refused_by_gate(lambda: leave(helping, report)), "what was built before does not leave any more"
    assert leave(helping, built_of(helping, "C-101"))


def test_a_beneficiary_whose_consent_ended_does_not_leave(helping: Desk) -> None:
    report = built_of(helping, "C-101")
    campaigns.expire_consents(helping.book, helping.now + timedelta(days=1))
    assert refused_by_gate(lambda: leave(helping, report))
    assert leave(helping, built_of(helping, "C-101"))


def test_our_own_name_and_account_leave_though_a_donor_has_our_name(helping: Desk) -> None:
    donors.add_donor(helping.book, helping.book.name, (), helping.now)
    report = built_of(helping, "C-101")
    ours = replace(report, sections=(Paragraph(f"{helping.book.name}: {OURS_IBAN}"), *report.sections))
    assert leave(helping, ours)
