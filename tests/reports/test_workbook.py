"""The auditor's workbook and the reports of the books: every figure found twice, as of any day, nobody named."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

import fundledger
from fundledger.domain.problem import KnownError
from fundledger.export.writing import render
from fundledger.i18n import Speaker
from fundledger.reports import workbook
from fundledger.reports.catalogue import BOOKS, build_report, forbidden_names
from fundledger.reports.value import Audience, Comparison, Message, Table
from fundledger.services import reconciling
from fundledger.store import auditing
from tests.services.bookkeeping import Paid, day, differences, standard_desk

if TYPE_CHECKING:
    from fundledger.reports.value import Report
    from fundledger.store.book import Book
    from tests.services.bookkeeping import Desk

FOLDER = Path(fundledger.__file__).parents[2] / "resources" / "i18n"
PARTS = ["02a", "02b", "03", "04a", "04b", "04c", "05", "06", "07", "08a", "08b", "09", "10a", "10b", "11", "12", "13", "14", "15"]


def books(book: Book, end: str | None = None, start: str | None = None) -> Report:
    days = {name: None if text is None else day(text).replace(year=2025) for name, text in (("start", start), ("end", end))}
    return build_report(book, "workbook", Audience.AUDITOR, start=days["start"], end=days["end"])


def table(report: Report, key: str) -> Table:
    [found] = [one for one in report.sections if isinstance(one, Table) and one.key == key]
    return found


def sides(report: Report, key: str) -> list[str]:
    [found] = [one for one in report.sections if isinstance(one, Comparison) and one.key == key]
    return [str(amount) for _, amount in found.sides]


def control(report: Report, key: str) -> tuple[object, object]:
    [cells] = [row.cells for row in table(report, "book_controls").rows if isinstance(row.cells[0], Message) and row.cells[0].key == key]
    return cells[1], cells[2]


# --- all of them ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize(("start", "end"), [(None, None), (None, "06-30"), ("04-01", "06-30"), (None, "01-01")])
def test_every_figure_agrees_as_of_any_day(sample: Book, name: str, start: str | None, end: str | None) -> None:
    days = [None if text is None else day(text).replace(year=2025) for text in (start, end)]
    assert differences(build_report(sample, name, Audience.AUDITOR, start=days[0], end=days[1])) == []


@pytest.mark.parametrize("name", BOOKS)
def test_nobody_is_named_and_the_same_data_are_the_same_bytes(sample: Book, name: str) -> None:
    report, names = build_report(sample, name, Audience.INTERNAL), forbidden_names(sample)
    for form in ("xlsx", "csv", "json", "html"):
        made = render(report, form, Speaker("lt"))
        assert made == render(build_report(sample, name, Audience.INTERNAL), form, Speaker("lt"))
        said = _words(made) if form == "xlsx" else made.decode()
        assert [one for one in names if one in said] == []


def _words(made: bytes) -> str:
    book = load_workbook(io.BytesIO(made), read_only=True)
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


@pytest.mark.parametrize("name", [name for name in BOOKS if name != "workbook"])
@pytest.mark.parametrize("language", ["en", "lt"])
def test_every_report_goes_on_paper(sample: Book, name: str, language: str) -> None:
    assert render(build_report(sample, name, Audience.INTERNAL), "pdf", Speaker(language)).startswith(b"%PDF")


@pytest.mark.parametrize("name", BOOKS)
def test_no_book_is_public(sample: Book, name: str) -> None:
    with pytest.raises(KnownError, match=r"report\.not_public"):
        build_report(sample, name, Audience.PUBLIC)


@pytest.mark.parametrize("name", BOOKS)
def test_a_book_without_entries_says_so(book: Book, name: str) -> None:
    report = build_report(book, name, Audience.AUDITOR)
    assert differences(report) == []
    assert render(report, "xlsx", Speaker("en"))


def test_the_fifteen_parts_are_there_in_order(sample: Book) -> None:
    places = [one.place for one in books(sample).sections if isinstance(one, Table)]
    assert places == ["01", *PARTS]


def test_every_column_stands_in_the_dictionary(sample: Book) -> None:
    report = books(sample)
    tables = [one for one in report.sections if isinstance(one, Table) and one.key != "book_dictionary"]
    assert len(table(report, "book_dictionary").rows) == sum(len(one.columns) for one in tables)


def test_a_book_that_changed_meanwhile_is_not_mixed_with_what_it_was(desk: Desk) -> None:
    report = books(desk.book)
    desk.take(Paid("20.00", "01-10"), opening="500.00")
    with pytest.raises(KnownError, match=r"report\.book_changed"):
        render(report, "csv", Speaker("en"))


# --- tie-outs ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def busy(book: Book, tmp_path: Path) -> Desk:
    """Gifts, an invoice that is half paid, one gift taken back, a line still open."""
    made = standard_desk(book, tmp_path)
    made.take(Paid("40.00", "02-03"), Paid("-100.00", "02-04"), Paid("15.00", "02-05"), first="02-01", last="02-28", opening="3530.00")
    made.accept_as(made.line("40.00"), "suspense")
    reconciling.unmatch(made.book, made.line("40.00", "matched"), made.now)
    return made


def test_debit_is_credit_in_total_and_by_fund(sample: Book) -> None:
    report = books(sample)
    assert len(set(sides(report, "book_sums"))) == 1
    by_fund: dict[str, int] = {}
    for row in table(report, "book_trial_funds").rows:
        by_fund[str(row.cells[0])] = by_fund.get(str(row.cells[0]), 0) + getattr(row.cells[4], "minor", 0)
    assert set(by_fund.values()) == {0}


def test_the_sums_of_the_general_ledger_are_the_trial_balance(sample: Book) -> None:
    report = books(sample)
    sums: dict[object, int] = {}
    for row in table(report, "book_ledger").rows:
        sums[row.cells[4]] = sums.get(row.cells[4], 0) + getattr(row.cells[9], "minor", 0) - getattr(row.cells[10], "minor", 0)
    assert sums == {row.cells[0]: getattr(row.cells[3], "minor", 0) for row in table(report, "book_trial").rows}


def test_each_bank_account_is_the_sum_of_the_funds_money_in_it(sample: Book) -> None:
    rows = table(books(sample), "book_banks").rows
    assert rows
    assert [row.cells[8] for row in rows] == [row.cells[9] for row in rows]


def test_each_statement_with_what_is_outstanding_is_the_book(busy: Desk) -> None:
    rows = table(books(busy.book), "book_banks").rows
    assert [str(row.cells[10]) for row in rows] == ["0.00"]
    assert len(table(books(busy.book), "book_outstanding").rows) == 3


def test_sources_and_uses_are_what_remains(sample: Book) -> None:
    assert len(set(sides(books(sample), "book_money"))) == 1
    assert len(set(sides(books(sample), "book_funds"))) == 1


def test_the_donor_listing_is_the_gross_gifts(sample: Book, busy: Desk) -> None:
    assert sides(books(sample), "book_gifts") == ["12047.00", "12047.00"]
    assert len(set(sides(books(busy.book), "book_gifts"))) == 1


def test_the_payables_listing_is_the_payable_account(sample: Book) -> None:
    """In May the second invoice of C-101 was approved and not paid yet."""
    listed = {end: sides(books(sample, end), "book_payables") for end in ("04-04", "05-03", "07-04", "12-31")}
    assert all(one == other for one, other in listed.values())
    assert any(one != "0.00" for one, _ in listed.values())


def test_numbers_have_no_gap(busy: Desk) -> None:
    wanted, found = control(books(busy.book), "control.numbers")
    assert wanted == found


def test_every_bank_line_has_one_disposition(busy: Desk) -> None:
    wanted, found = control(books(busy.book), "control.dispositions")
    assert wanted == found


def test_every_payment_has_a_bank_line_and_the_log_verifies(sample: Book) -> None:
    assert control(books(sample), "control.payments") == (0, 0)
    assert control(books(sample), "control.log") == (0, 0)


def test_the_sample_is_found_again_by_its_seed(sample: Book) -> None:
    report = build_report(sample, "workbook", Audience.AUDITOR, seed="audit 2025")
    drawn = [row.cells[1] for row in table(report, "book_sample").rows]
    with sample.reading() as db:
        numbers = [row[0] for row in auditing.population(None, None).rows(db)]
    again = sorted(numbers, key=lambda number: hashlib.sha256(f"audit 2025:{number}".encode()).digest())
    assert drawn == again[: workbook.SAMPLE]
    assert table(report, "book_sample").note != table(books(sample), "book_sample").note


# --- the finished workbook --------------------------------------------------------------------------------------------
@pytest.mark.full
@pytest.mark.parametrize("language", ["en", "lt"])
def test_libreoffice_reckons_the_workbook(sample: Book, tmp_path: Path, language: str) -> None:
    program = shutil.which("soffice")
    assert program is not None, "LibreOffice is needed: apt-get install libreoffice-calc-nogui"
    source = tmp_path / "workbook.xlsx"
    source.write_bytes(render(books(sample), "xlsx", Speaker(language)))
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [program, home, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    reckoned = load_workbook(tmp_path / "out" / "workbook.xlsx", data_only=True)
    formulas = [cell for sheet in load_workbook(source) for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) > 200
    for cell in formulas:
        found = reckoned[cell.parent.title][cell.coordinate].value
        assert isinstance(found, (int, float)), f"{cell.parent.title}!{cell.coordinate} reads {found}"
        if str(cell.value).startswith(("=ROUND", "=SUMSQ")):
            assert found == 0, f"{cell.parent.title}!{cell.coordinate} reads {found}"


# --- in words ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "lt"])
def test_dispositions_and_changes_are_said_in_words(sample: Book, language: str) -> None:
    report, speaker = books(sample), Speaker(language)
    for key, columns in (("book_lines", ("disposition", "rule", "evidence")), ("book_log", ("verb", "role"))):
        found = table(report, key)
        places = [place for place, column in enumerate(found.columns) if column.key in columns]
        told = [cell for row in found.rows for cell in (row.cells[place] for place in places) if isinstance(cell, Message)]
        cells = {each.key for one in told for each in (one, *one.values.get("parts", ()))}  # type: ignore[misc]  # messages in a message
        assert not any(isinstance(row.cells[place], str) for row in found.rows for place in places)
        assert len(cells) > 3
        assert [one for one in cells if not speaker.knows(one)] == []


def test_every_evidence_has_short_words() -> None:
    """What the window says with names and amounts the workbook says without."""
    keys = (FOLDER / "en" / "fundledger.po").read_text("utf-8")
    assert set(re.findall(r'"evidence\.(\w+)"', keys)) <= set(re.findall(r'"book_evidence\.(\w+)"', keys))


def test_every_act_of_the_log_has_words() -> None:
    """Whatever opens an operation under a name is called by it in the log and in the workbook."""
    sources = "\n".join(path.read_text("utf-8") for path in Path(fundledger.__file__).parent.rglob("*.py"))
    verbs = {verb.replace(" ", "_") for verb in re.findall(r'\.operation\(\s*"([a-z ]+)"', sources)}
    assert len(verbs) > 60
    assert [verb for verb in sorted(verbs) if Speaker("en").say(f"gui.verb.{verb}") == f"gui.verb.{verb}"] == []
