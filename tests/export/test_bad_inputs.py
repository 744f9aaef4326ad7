"""Rows 82 to 92 of the list of bad inputs: what would go wrong in what leaves the book, the public editions included."""

from __future__ import annotations

import csv as read_csv
import errno
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import creditor_reference
from fundledger.export import csv, html, json, page, pdf, xlsx
from fundledger.export.gate import texts
from fundledger.export.recognising import recognise
from fundledger.export.text import file_name
from fundledger.export.verifying import verify_file
from fundledger.export.writing import FORMATS, check_target, render, save, write_report
from fundledger.i18n import Speaker
from fundledger.reports import appeal
from fundledger.reports.catalogue import BOOKS, build_report
from fundledger.reports.disclosed import disclosed
from fundledger.reports.value import Audience, Column, Kind, Message, Paragraph, Report, Row, Table
from fundledger.services import publishing
from tests.export.sample import campaign, eur, journal
from tests.services.bookkeeping import Paid, day, empty_book, standard_desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.store.book import Book

SPEAKER = Speaker("en")


@pytest.fixture
def book(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    with empty_book(tmp_path_factory, tmp_path) as made:
        yield made


def with_texts(*texts: str) -> Report:
    """A table whose invoice numbers are these: the one text of the books that others write."""
    rows = tuple(Row((text, eur(-500))) for text in texts)
    table = Table(
        "book_invoices", (Column("invoice"), Column("amount", Kind.MONEY, totalled=True)), rows, {"amount": eur(-500 * len(rows))}
    )
    return replace(campaign(Audience.AUDITOR), sections=(table,))


def refused(call: object, *given: object) -> str:
    with pytest.raises(KnownError) as caught:
        call(*given)  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+cmd", "-1+1", "@SUM(A1)"])
def test_row_82_a_text_that_begins_like_a_formula_is_text(text: str) -> None:
    book = load_workbook(io.BytesIO(xlsx.render(with_texts(text), SPEAKER)))
    [cell] = [cell for row in book["Invoices"].iter_rows() for cell in row if cell.value == text]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "|", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_row_83_a_text_in_a_csv_gets_an_apostrophe_and_an_amount_keeps_its_minus(start: str) -> None:
    said = csv.render(with_texts(f"{start}1"), SPEAKER).decode("utf-8-sig")
    row = next(row for row in read_csv.reader(io.StringIO(said, newline="")) if row[-1:] == ["-5.00"] and row[0].startswith("'"))
    assert row[1] == "-5.00"


def test_row_84_what_no_cell_can_hold_is_marked_or_cut_with_a_note() -> None:
    data = xlsx.render(with_texts("A\x00B", "A\ud800B", "x" * 40_000), SPEAKER)
    texts = [str(row[0]) for row in load_workbook(io.BytesIO(data))["Invoices"].iter_rows(values_only=True)]
    assert texts.count("A\ufffdB") == 2
    assert texts[-1].endswith("…")
    report = [str(row[0]) for row in load_workbook(io.BytesIO(data))["Report"].iter_rows(values_only=True)]
    assert any("were cut: 1" in line for line in report)


def test_row_85_more_rows_than_a_sheet_go_on_in_the_next_and_no_digit_is_rounded() -> None:
    book = load_workbook(io.BytesIO(xlsx.render(journal(40), SPEAKER, most_rows=20)))
    assert [name for name in book.sheetnames if name.startswith("Gifts")] == ["Gifts", "Gifts 2", "Gifts 3"]
    table = Table("gifts", (Column("amount", Kind.MONEY),), (Row((Money(10**15, "EUR"),)),))
    assert refused(xlsx.render, replace(campaign(), sections=(table,)), SPEAKER) == "export.too_exact"


MARKUP = "<b>Bold</b> & <img src=file:///etc/passwd> <a href='http://198.51.100.1/x'>here</a> {x} %s"


def public(story: str, title: str = "A lawyer") -> Report:
    """A public edition whose title and story a person wrote."""
    return replace(campaign(), subject=f"C-101 · {title}", sections=(Paragraph(story), *campaign().sections))


@pytest.mark.parametrize("form", FORMATS)
def test_row_86_markup_in_a_story_or_a_title_is_text_and_fetches_nothing(form: str) -> None:
    """The whole suite runs without a network, so that a fetch would fail it."""
    data = render(public(MARKUP, MARKUP), form, SPEAKER)
    told = "\n".join(text for _, text in texts(data)).replace("\r", "").replace("\n", " ")
    assert "<b>Bold</b>" in told
    if form == "html":
        said = data.decode()
        assert "&lt;b&gt;Bold&lt;/b&gt; &amp; &lt;img" in said
        assert not re.search(r"<(img|a|script|iframe|link|object)[\s>]", said.casefold())
    if form == "pdf":
        assert not re.search(rb"/(URI|JavaScript|JS|Launch|EmbeddedFile|XObject\s*<<[^>]*/Image)\b", data)
    if form == "xlsx":
        assert b"hyperlink" not in b"".join(part for name, part in parts(data) if "sheet" in name)


def parts(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def test_row_86_markup_in_a_payees_name_is_text_on_paper() -> None:
    data = pdf.render(with_texts(MARKUP), SPEAKER)
    told = " ".join(" ".join(text for where, text in texts(data) if where.key == "place.page").split())
    assert "<b>Bold</b> & <img" in told


@pytest.mark.parametrize(("letters", "named"), [("漢字", "字 (U+5B57)"), ("한", "한 (U+D55C)"), ("अ", "अ (U+0905)")])
def test_row_87_a_letter_no_font_has_stops_the_paper_and_is_named(letters: str, named: str) -> None:
    with pytest.raises(KnownError) as caught:
        pdf.render(public(f"For {letters}"), SPEAKER)
    [problem] = caught.value.problems
    assert (problem.code, named in SPEAKER.problem(problem)) == ("export.letters_missing", True)
    assert letters in html.render(public(f"For {letters}"), SPEAKER).decode(), "a page is set by the reader's own fonts"


@pytest.mark.parametrize("letters", ["გია", "ąčęėįšųūž ĄČĘĖĮŠŲŪŽ", "ўіёъ ЎІЁЪ ґєї ҐЄЇ", "ąćęłńóśźż ĄĆĘŁŃÓŚŹŻ", "äöüß ẞ €„“–−"])
def test_row_87_letters_the_font_has_are_on_paper(letters: str) -> None:
    data = pdf.render(public(f"For {letters}"), SPEAKER)
    told = " ".join(" ".join(text for where, text in texts(data) if where.key == "place.page").split())
    assert letters in told


def test_row_88_a_place_nothing_can_be_written_to_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "Mine.fundledger").mkdir()
    assert refused(check_target, tmp_path / "file") == "export.not_a_folder"
    assert refused(check_target, tmp_path / "Mine.fundledger" / "reports") == "export.inside_book"
    assert refused(check_target, Path("/proc/reports")) == "export.unwritable"


@pytest.mark.parametrize("words", ['a/b\\c:d*e?f"g<h>i|j', "CON", "trailing.", "x" * 300])
def test_row_88_a_name_no_system_takes_becomes_a_safe_one(words: str) -> None:
    name = file_name(words)
    assert not set(name) & set('/\\:*?"<>|')
    assert 0 < len(name.encode()) <= 255
    assert name.upper() != "CON"
    assert not name.endswith(".")


def test_row_88_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "workbook.xlsx").write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("os.fsync", full)
    assert refused(save, tmp_path, {"workbook.xlsx": b"new"}) == "export.no_space"
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"workbook.xlsx": b"old"}


def test_row_89_a_workbook_that_is_open_in_excel_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "workbook.xlsx").write_bytes(b"old")

    def held(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, str(self), str(target))

    monkeypatch.setattr(Path, "replace", held)
    assert refused(save, tmp_path, {"workbook.xlsx": b"new"}) == "export.target_open"
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"workbook.xlsx": b"old"}


@pytest.mark.parametrize("letters", ["عربي", "\U0001f600"])
def test_row_87_arabic_and_a_smile_are_in_the_font(letters: str) -> None:
    assert pdf.render(public(f"For {letters}"), SPEAKER).startswith(b"%PDF")


def test_row_90_a_report_without_entries_says_so() -> None:
    table = Table("book_ledger", (Column("number", Kind.COUNT),), (), empty=Message("note.no_entries"))
    report = replace(campaign(Audience.AUDITOR), sections=(table,))
    said = SPEAKER.say("note.no_entries")
    assert said in html.render(report, SPEAKER).decode()
    rows = load_workbook(io.BytesIO(xlsx.render(report, SPEAKER)))["Report"].iter_rows(values_only=True)
    assert any(said in row for row in rows)
    assert pdf.render(report, SPEAKER).startswith(b"%PDF")


def test_row_90_a_single_donation_stands_in_no_public_table(book: Book, tmp_path: Path) -> None:
    """Neither by itself nor as what one table leaves of another; the auditor reads it."""
    desk = standard_desk(book, tmp_path)
    desk.campaign("C-102")
    desk.take(
        Paid("77.77", "05-05", "Lone Donor", "LT7788", rf=creditor_reference("C-102")), first="05-01", last="05-31", opening="3530.00"
    )
    desk.take(
        Paid("66.66", "08-05", "Sixth Donor", "LT7799", rf=creditor_reference("C-101")), first="08-01", last="08-31", opening="3607.77"
    )
    assert desk.sure() == 2
    files = []
    for name, code in (("campaign", "C-101"), ("campaign", "C-102"), ("overview", None), ("transparency", None), ("reconciliation", None)):
        report = build_report(book, name, Audience.PUBLIC, campaign=code)
        files += [render(report, form, SPEAKER) for form in FORMATS]
    files += page.render(appeal.build(book, "C-102"), Speaker("en", public=True)).values()
    told = "\n".join(text for data in files for _, text in texts(data))
    assert not re.search(r"(?<!\d)(77[.,]77|66[.,]66)(?!\d)", told)
    report = build_report(book, "campaign", Audience.AUDITOR, campaign="C-102")
    assert "77.77" in json.render(report, SPEAKER).decode()
    [quarters] = [one for one in build_report(book, "campaign", Audience.PUBLIC, campaign="C-101").sections if isinstance(one, Table)]
    assert len(quarters.rows) == 1, "the sixth gift is told with the quarter before"


@pytest.mark.parametrize("form", FORMATS)
def test_row_90_a_public_report_of_a_quarter_without_a_gift_says_so(book: Book, tmp_path: Path, form: str) -> None:
    standard_desk(book, tmp_path)
    report = build_report(book, "transparency", Audience.PUBLIC, start=day("07-01"), end=day("09-30"))
    told = "\n".join(text for _, text in texts(render(report, form, SPEAKER)))
    assert " ".join(SPEAKER.say("note.nothing_to_show").split()) in " ".join(told.split())


def test_row_91_the_public_layout_has_no_field_for_a_name(book: Book, tmp_path: Path) -> None:
    """Whoever asks for a report with names publicly is refused; what has names cannot be set for the public."""
    desk = standard_desk(book, tmp_path)
    for name in (*BOOKS, "trial-balance"):
        assert refused(build_report, desk.book, name, Audience.PUBLIC) == "report.not_public"
    named = Table("gifts", (Column("donor"), Column("amount", Kind.MONEY)), (Row(("Testa Testaitė", eur(100))),))
    report = build_report(book, "campaign", Audience.PUBLIC, campaign="C-101")
    assert refused(disclosed, replace(report, sections=(named,))) == "report.not_in_policy"
    assert refused(disclosed, replace(build_report(book, "campaign", Audience.AUDITOR, campaign="C-101"), audience=Audience.PUBLIC)) == (
        "report.not_in_policy"
    )


def test_row_92_a_public_file_that_was_changed_is_not_published_and_alone_proves_nothing(book: Book, tmp_path: Path) -> None:
    desk = standard_desk(book, tmp_path)
    report = build_report(book, "campaign", Audience.PUBLIC, campaign="C-101")
    files = write_report(report, tmp_path / "out", FORMATS, SPEAKER, ())
    for path in files:
        [found] = verify_file(path, str, None).problems
        assert (found.code, path.name) == ("verify.report_alone", found.subject)
        data = bytearray(path.read_bytes())
        place = len(data) // 2
        changed = tmp_path / "changed" / path.name
        changed.parent.mkdir(exist_ok=True)
        for other in (bytes([*data[:place], data[place] ^ 1, *data[place + 1 :]]), bytes(data) + b"\n", bytes(data[:-9])):
            changed.write_bytes(other)
            assert refused(recognise, book, [changed]) in {"publish.differs", "evidence.no_head", "publish.unrecognised"}
    assert publishing.publish(book, recognise(book, files), desk.now).ids
