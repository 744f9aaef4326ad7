"""Bank files come in whole or not at all, in any order, as often as anybody likes; equal lines are counted, never dropped."""

from __future__ import annotations

import errno
import io
import shutil
from collections import Counter
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.campaign import State
from fundledger.services import arriving, deciding, importing, undoing
from fundledger.services.progress import CancelledError
from fundledger.services.sample import sample_statements
from fundledger.statements import Given
from fundledger.statements.reading import files_in
from fundledger.statements.safety import FILE_LIMIT
from fundledger.statements.source import Source
from fundledger.store import extracts, lines
from fundledger.store.operations import operations
from tests.services.bookkeeping import (
    OTHER_BANK,
    OURS,
    Desk,
    Paid,
    at,
    camt,
    day,
    differences,
    euro,
    faults,
    refused,
    reports,
    sample_book,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.services.arriving import Imported
    from fundledger.store.book import Book

SAMPLE = [Path(str(file)) for file in sample_statements()]
TWIN = Paid("50.00", "01-05", "Donor Alpha", "LT1099", "gift")


@pytest.fixture(autouse=True, params=[1000, 2], ids=["by the thousand", "by twos"])
def _chunks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are placed in chunks; where a chunk ends must not matter."""
    monkeypatch.setattr(arriving, "_AT_ONCE", request.param)


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    """Two banks and nothing else."""
    made = Desk(book, tmp_path)
    made.account(opening="500.00")
    made.account(OTHER_BANK)
    return made


def result(found: Imported) -> tuple[int, int, int]:
    """New, already here, unsure."""
    return found.new, found.already_here, found.unsure


def codes(found: Imported) -> list[str]:
    return [problem.code for problem in found.problems]


def everything(book: Book) -> tuple[object, ...]:
    """What a refused import must leave as it is: every table's count, the log, the file's lines."""
    with book.reading() as db:
        tables = db.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").scalars().all()
        return tuple((table, db.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one()) for table in tables)


def held(book: Book) -> Counter[tuple[str, ...]]:
    """Every booked line of the book by what the bank says of it."""
    with book.reading() as db:
        rows = lines.line_rows(db, lines.line_ids(db), reveal=True)
    return Counter(
        (one.account, str(one.booked_on), str(one.amount), one.name, one.text, one.state) for one in rows if one.status == "booked"
    )


def banks(book: Book) -> list[tuple[int | None, int, int]]:
    """Each bank's closing balance, what came later, and what is open."""
    with book.reading() as db:
        return [(bank.closing_minor, bank.later_minor, bank.open_minor) for bank in extracts.bank_facts(db, None, "EUR")]


# --- the sample, again and in any order -------------------------------------------------------------------------------
def again(book: Book, folder: Path, files: list[Path], *, reformat: bool) -> Counter[str]:
    """Import files once more; reformatted they have other bytes."""
    counted: Counter[str] = Counter()
    for file in files:
        path = file
        if reformat:
            path = folder / file.name
            path.write_bytes(file.read_bytes().replace(b"\n", b"\n "))
        found = importing.import_statement(book, path, at(day("01-02")))
        counted += Counter(new=found.new, unsure=found.unsure, here=found.already_here, before=found.imported_before is not None)
    return counted


def test_row_14_each_sample_file_again_in_any_order_twice_adds_nothing_and_says_so(sample: Book, tmp_path: Path) -> None:
    before, n = held(sample), everything(sample)
    for seed in (1, 2):
        counted = again(sample, tmp_path, Random(seed).sample(SAMPLE, len(SAMPLE)), reformat=False)
        assert (counted["new"], counted["unsure"], counted["before"]) == (0, 0, len(SAMPLE))
    assert (held(sample), everything(sample)) == (before, n)
    twins = Counter({key: n for key, n in before.items() if n > 1})
    assert sorted(twins.values()) == [2, 2], "the twin gifts are both there, both times"


def test_row_15_each_sample_file_downloaded_again_with_other_bytes_adds_nothing(sample: Book, tmp_path: Path) -> None:
    before, tied = held(sample), banks(sample)
    counted = again(sample, tmp_path, Random(3).sample(SAMPLE, len(SAMPLE)), reformat=True)
    assert (counted["new"], counted["unsure"], counted["before"]) == (0, 0, 0)
    assert counted["here"] >= sum(before.values())
    assert (held(sample), banks(sample)) == (before, tied)
    with sample.reading() as db:
        pending = [row for row in lines.line_rows(db, lines.line_ids(db)) if row.status == "pending"]
    assert pending == []
    assert not [wrong for report in reports(sample) for wrong in differences(report)]


@pytest.fixture
def sample_lines(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Counter[tuple[str, ...]]]:
    """The lines of the sample book, whatever became of them."""
    with sample_book(tmp_path_factory, tmp_path) as book:
        yield Counter({key[:-1]: n for key, n in held(book).items()})


@pytest.mark.parametrize("seed", range(3))
def test_the_files_of_the_sample_in_any_order_give_the_same_lines(desk: Desk, seed: int, sample_lines: Counter[tuple[str, ...]]) -> None:
    if seed:
        Random(seed).shuffle(files := list(SAMPLE))
    else:
        files = SAMPLE[::-1]
    found = [importing.import_statement(desk.book, path, desk.now) for path in files]
    assert sum(one.unsure for one in found) == 0
    assert Counter({key[:-1]: n for key, n in held(desk.book).items()}) == sample_lines
    assert sum(one.new for one in found) == sum(sample_lines.values())
    with desk.book.reading() as db:
        for bank in extracts.bank_facts(db, None, "EUR"):
            assert (bank.later_minor, bank.statement_on) == (0, day("12-31").replace(year=2025))
            opening = 50000 if bank.account == "1010-1" else 0
            assert bank.closing_minor == opening + bank.open_minor
        assert [row for row in lines.line_rows(db, lines.line_ids(db)) if row.status == "pending"] == []


# --- equal lines ------------------------------------------------------------------------------------------------------
def test_a_file_has_three_equal_lines_and_the_book_two(desk: Desk) -> None:
    assert result(desk.take(TWIN, TWIN, opening="500.00", last="01-15")) == (2, 0, 0)
    assert result(desk.take(TWIN, TWIN, TWIN, opening="500.00")) == (1, 2, 0)
    assert result(desk.take(TWIN, TWIN, TWIN, opening="500.00", number="2")) == (0, 3, 0)


def test_equal_lines_far_apart_in_one_file_are_met_once_each(desk: Desk) -> None:
    between = [Paid(f"{n}.00", "01-06", bank=f"B-{n}") for n in range(1, 6)]
    content = [TWIN, *between, TWIN, TWIN]
    assert result(desk.take(*content, opening="500.00")) == (8, 0, 0)
    assert result(desk.take(*content, opening="500.00", number="2")) == (0, 8, 0)
    assert result(desk.take(*content, TWIN, opening="500.00", number="3")) == (1, 8, 0)


def test_two_statements_of_one_day_with_one_equal_gift_each_are_two_gifts(desk: Desk) -> None:
    day_of = {"first": "01-05", "last": "01-05"}
    assert result(desk.take(TWIN, opening="500.00", number="1", **day_of)) == (1, 0, 0)
    assert result(desk.take(TWIN, opening="550.00", number="2", **day_of)) == (1, 0, 0)
    assert result(desk.take(TWIN, TWIN, opening="500.00")) == (0, 2, 0)
    assert faults(desk.book) == []


def test_of_two_statements_of_one_day_the_later_closes_whichever_came_first(desk: Desk) -> None:
    day_of = {"first": "01-05", "last": "01-05"}
    desk.take(Paid("20.00"), opening="550.00", number="2", **day_of)
    desk.take(Paid("50.00"), opening="500.00", number="1", **day_of)
    assert banks(desk.book)[0] == (57000, 0, 7000)
    assert faults(desk.book) == []


def without_balances(*paid: Paid, number: str, late: bool = False) -> str:
    """A statement of one day that says nothing of the balance."""
    return camt(paid, first="01-05", last="01-05", opening=None, number=number, late=late)


def test_where_balances_cannot_decide_a_person_does(desk: Desk) -> None:
    desk.take_in(without_balances(TWIN, number="1"))
    found = desk.take_in(without_balances(TWIN, Paid("7.00"), number="7"))
    assert result(found) == (1, 0, 1)
    line_id = desk.line("50.00", "unsure")
    assert refused(lambda: desk.accept(line_id, "foundation")) == ["line.not_booked"]
    deciding.keep_lines(desk.book, [line_id], desk.now)
    assert len([one for one in desk.lines() if one.amount == euro("50.00")]) == 2
    assert refused(lambda: deciding.keep_lines(desk.book, [line_id], desk.now)) == ["line.not_unsure"]
    undoing.undo(desk.book, desk.now)
    deciding.drop_lines(desk.book, [line_id], desk.now)
    assert len(desk.lines()) == 2
    again = without_balances(TWIN, Paid("7.00"), number="7").replace("><", "> <")
    assert result(desk.take_in(again)) == (0, 2, 0), "a tombstone is met"


def test_only_as_many_lines_are_unsure_as_the_other_statement_has(desk: Desk) -> None:
    desk.take_in(without_balances(TWIN, number="1"))
    assert result(desk.take_in(without_balances(*[TWIN] * 4, number="7"))) == (3, 0, 1)


def test_the_same_reference_with_another_amount_is_another_line(desk: Desk) -> None:
    desk.take(Paid("50.00", bank="B-1"), opening="500.00", last="01-15")
    assert result(desk.take(Paid("50.00", bank="B-1"), Paid("-5.00", bank="B-1"), opening="500.00")) == (1, 1, 0)


def test_a_repeated_bank_reference_is_counted_like_any_equal_line(desk: Desk) -> None:
    repeated = Paid("50.00", bank="0000")
    assert result(desk.take(repeated, repeated, opening="500.00")) == (2, 0, 0)


# --- pending ----------------------------------------------------------------------------------------------------------
def statuses(desk: Desk) -> list[tuple[str, str]]:
    return sorted((one.status, str(one.amount)) for one in desk.lines("all"))


def test_a_pending_line_gives_way_to_the_booked_one_and_never_counts(desk: Desk) -> None:
    found = desk.take(Paid("50.00", "01-31", text="gift", status="PDNG"), Paid("20.00", bank="B-1"), opening="500.00")
    assert (result(found), found.pending) == ((1, 0, 0), 1)
    assert statuses(desk) == [("booked", "20.00"), ("pending", "50.00")]
    assert refused(lambda: desk.accept(next(one.id for one in desk.lines("all") if one.status == "pending"), "foundation")) == [
        "line.not_booked"
    ]
    desk.take(Paid("50.00", "02-01", text="gift"), first="02-01", last="02-28", opening="520.00", number="2")
    assert statuses(desk) == [("booked", "20.00"), ("booked", "50.00")]
    undoing.undo(desk.book, desk.now)
    assert statuses(desk) == [("booked", "20.00"), ("pending", "50.00")]


def test_a_pending_line_that_comes_after_its_booking_is_not_shown(desk: Desk) -> None:
    desk.take(Paid("50.00", "02-01"), first="02-01", last="02-28", opening="500.00", number="2")
    desk.take(Paid("50.00", "01-31", status="PDNG"), opening="500.00")
    assert statuses(desk) == [("booked", "50.00")]


@pytest.mark.parametrize("status", ["PDNG", "INFO"])
def test_a_file_downloaded_again_shows_what_is_not_booked_once(desk: Desk, status: str) -> None:
    content = camt([Paid("50.00", "01-30", status=status), Paid("20.00", bank="B-1")], opening="500.00")
    desk.take_in(content)
    assert result(desk.take_in(content.replace("><", ">\n<"))) == (0, 1, 0)
    assert statuses(desk) == [("booked", "20.00"), ("pending" if status == "PDNG" else "info", "50.00")]


def test_information_stays_though_later_statements_come(desk: Desk) -> None:
    desk.take(Paid("50.00", "01-30", status="INFO"), opening="500.00")
    desk.take(first="02-01", last="02-28", opening="500.00", number="2")
    assert statuses(desk) == [("info", "50.00")]


# --- refused as a whole -----------------------------------------------------------------------------------------------
GOOD = camt([TWIN, Paid("20.00", bank="B-1")], opening="500.00")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (
            GOOD.replace("50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>", "50.01</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>", 1),
            "statement.unbalanced",
        ),
        (camt([TWIN], account="LT457044060000000099"), "account.unknown"),
        (camt([TWIN], currency="USD").replace('Ccy="EUR"', 'Ccy="USD"'), "statement.currency"),
        (GOOD[: len(GOOD) // 2], "file.truncated"),
        (GOOD.replace("2026-01-05", "2026-02-30", 1), "line.day"),
        (GOOD.replace("20.00", "twenty", 1), "line.amount"),
        ("", "file.empty"),
        ("Dear customer, see you soon\n", "file.unknown"),
        (b"%PDF-1.7", "file.pdf"),
    ],
)
def test_a_file_that_is_refused_changes_nothing(desk: Desk, content: str | bytes, code: str) -> None:
    desk.take(Paid("1.00", "12-31"), first="12-01", last="12-31", opening="500.00")
    before = everything(desk.book)
    [found] = refused(lambda: desk.take_in(content))[:1]
    assert found.startswith(code.split(".", maxsplit=1)[0])
    assert everything(desk.book) == before
    assert result(desk.take_in(GOOD)) == (2, 0, 0)


def test_row_21_a_statement_of_another_currency_is_refused_for_that_account(desk: Desk) -> None:
    before = everything(desk.book)
    content = camt([TWIN], currency="USD").replace('Ccy="EUR"', 'Ccy="USD"')
    assert refused(lambda: desk.take_in(content)) == ["statement.currency"]
    assert everything(desk.book) == before


class Drive(io.BytesIO):
    """A file on a drive that somebody pulls out after so many reads."""

    left = 10**9

    def read(self, size: int | None = -1, /) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.EIO, "gone")
        return super().read(size)


def test_row_27_a_drive_that_is_pulled_while_importing_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    octets = Drive(camt([Paid(f"{n}.00", bank=f"B-{n}") for n in range(1, 900)], opening="500.00").encode())
    source = Source("march.xml", octets, FILE_LIMIT)
    monkeypatch.setattr(importing, "open_statements", lambda *_, **__: files_in(source, FILE_LIMIT, Given()))
    octets.left, before = 3, everything(desk.book)
    [found] = importing.import_file(desk.book, Path("march.xml"), desk.now)
    assert [problem.code for problem in found.refused] == ["file.unreadable"]
    assert everything(desk.book) == before


def test_reports_and_notifications_are_no_statements(desk: Desk) -> None:
    for kind, message, code in (("Rpt", "BkToCstmrAcctRpt", "provisional"), ("Ntfctn", "BkToCstmrDbtCdtNtfctn", "notification")):
        content = GOOD.replace("Stmt>", f"{kind}>").replace(f"BkToCstmr{kind}>", f"{message}>")
        assert refused(partial(desk.take_in, content)) == [f"statement.{code}"]


def test_an_account_nobody_knows_is_asked_for_and_never_preset(desk: Desk) -> None:
    content = camt([TWIN], account="LT457044060000000099")
    assert refused(lambda: desk.take_in(content, account="LT457044060000000098")) == ["account.unknown"]
    found = desk.take_in(content, account=f"{OURS[:4]} {OURS[4:]}".lower())
    assert (result(found), found.statements[0].account) == ((1, 0, 0), "1010-1")


@pytest.mark.parametrize("after", [0, 1, 2])
def test_an_import_that_is_stopped_leaves_nothing(desk: Desk, after: int) -> None:
    asked = iter([False] * after)
    before = everything(desk.book)
    path = desk.file(camt([Paid(f"{n}.00", bank=f"B-{n}") for n in range(1, 9)], opening="500.00"))
    if after and arriving._AT_ONCE > 2:
        asked = iter(())
    with pytest.raises(CancelledError):
        importing.import_statement(desk.book, path, desk.now, cancelled=lambda: next(asked, True))
    assert everything(desk.book) == before
    assert importing.import_statement(desk.book, path, desk.now).new == 8


# --- taken back -------------------------------------------------------------------------------------------------------
def test_an_import_is_undone_as_a_whole_and_may_come_again(desk: Desk) -> None:
    first = desk.take(TWIN, opening="500.00", last="01-15")
    desk.take_in(GOOD)
    undoing.undo(desk.book, desk.now)
    assert [(str(one.amount)) for one in desk.lines("all")] == ["50.00"]
    assert result(desk.take_in(GOOD)) == (1, 1, 0)
    assert first.operation is not None
    assert refused(lambda: undoing.undo(desk.book, desk.now, first.operation)) == ["undo.changed_since"], "another file shows its line"
    undoing.undo(desk.book, desk.now)
    undoing.undo(desk.book, desk.now, first.operation)
    assert (desk.lines("all"), faults(desk.book)) == ([], [])
    assert result(desk.take_in(GOOD)) == (2, 0, 0)


def test_an_import_with_a_reconciled_line_is_not_undone(desk: Desk) -> None:
    operation = desk.take_in(GOOD).operation
    desk.accept(desk.line("50.00"), "foundation")
    assert refused(lambda: undoing.undo(desk.book, desk.now, operation)) == ["undo.lines_reconciled"]


def test_the_log_says_what_came_in_and_no_name(desk: Desk) -> None:
    desk.take_in(GOOD)
    with desk.book.reading() as db:
        [newest] = operations(db, 1)
    assert (newest.verb, newest.subject) == ("import", None)
    assert {(table, n) for table, _, n in newest.changes} >= {("batch", 1), ("line", 2), ("statement", 1)}


# --- continuity and odd statements ------------------------------------------------------------------------------------
def test_rows_18_and_22_a_gap_and_a_balance_that_does_not_continue_are_said(desk: Desk) -> None:
    desk.take(TWIN, opening="500.00")
    assert codes(desk.take(first="02-01", last="02-28", opening="550.00", number="2")) == []
    found = desk.take(first="04-01", last="04-30", opening="560.00", number="4")
    assert codes(found) == ["statement.opening_differs", "statement.gap"]
    assert (found.problems[0].values["difference"], found.problems[1].values["missing"]) == (euro("10.00"), 3)


@pytest.mark.parametrize("late", [False, True], ids=["balances before", "balances after"])
@pytest.mark.parametrize("period", [True, False], ids=["with a period", "without"])
def test_balances_count_wherever_they_stand(desk: Desk, late: bool, period: bool) -> None:
    content = camt([TWIN, Paid("20.00", "01-09", bank="B-1")], opening="500.00", late=late, period=period)
    assert result(desk.take_in(content)) == (2, 0, 0)
    assert banks(desk.book)[0] == (57000, 0, 7000)
    assert faults(desk.book) == []
    assert result(desk.take_in(content.replace("><", ">\n<"))) == (0, 2, 0)
    second = camt([TWIN], first="01-31", last="01-31", opening="570.00", number="2").replace("2026-01-05", "2026-01-31")
    assert result(desk.take_in(second)) == (1, 0, 0)


def test_several_statements_of_two_accounts_come_in_one_file(desk: Desk) -> None:
    one, other = camt([TWIN], opening="500.00"), camt([TWIN, TWIN], account=OTHER_BANK)
    both = one.replace("</BkToCstmrStmt>", other[other.index("<Stmt>") : other.index("</BkToCstmrStmt>")] + "</BkToCstmrStmt>")
    found = desk.take_in(both)
    assert (result(found), [one.account for one in found.statements]) == ((3, 0, 0), ["1010-1", "1010-2"])
    assert refused(lambda: desk.take_in(both.replace(f"<IBAN>{OTHER_BANK}", "<IBAN>LT457044060000000099").replace("><", "> <"))) == [
        "account.unknown"
    ]
    assert [one.account for one in desk.lines()] == ["1010-1", "1010-2", "1010-2"]


def test_an_open_campaign_is_not_needed_to_import(desk: Desk, tmp_path: Path) -> None:
    file = desk.file(GOOD)
    shutil.copy(file, tmp_path / "renamed.csv")
    assert result(importing.import_statement(desk.book, file, desk.now)) == (2, 0, 0)
    found = importing.import_statement(desk.book, tmp_path / "renamed.csv", desk.now)
    assert (found.new, found.already_here, found.imported_before) == (0, 2, desk.now.isoformat())
    assert State.OPEN not in [desk.campaign("C-101").state][1:]


def test_a_line_the_bank_corrected_is_told_of(desk: Desk) -> None:
    first = desk.take(Paid("6.00", "01-10", bank="H1"), Paid("5.00", "01-11", bank="H2"))
    again = desk.take(Paid("7.00", "01-10", bank="H1"), Paid("5.00", "01-11", bank="H2"))
    assert (first.new, result(again)) == (2, (0, 1, 1))
    assert [problem.values["n"] for problem in again.problems if problem.code == "statement.corrected"] == [1]


def test_a_line_that_is_gone_without_a_successor_is_told_of(desk: Desk) -> None:
    desk.take(Paid("6.00", "01-10", bank="H1"), Paid("5.00", "01-11", bank="H2"))
    again = desk.take(Paid("7.00", "01-10", bank="H3"), Paid("5.00", "01-11", bank="H2"))
    assert result(again) == (1, 1, 0)
    assert [problem.values["n"] for problem in again.problems if problem.code == "statement.lines_missing"] == [1]


def test_a_shorter_download_of_the_same_month_lacks_nothing(desk: Desk) -> None:
    desk.take(Paid("6.00", "01-10", bank="H1"), Paid("5.00", "01-20", bank="H2"))
    again = desk.take(Paid("6.00", "01-10", bank="H1"), last="01-15")
    assert (again.already_here, [problem.code for problem in again.problems]) == (1, [])


# --- files that name no currency --------------------------------------------------------------------------------------
def test_a_file_without_a_currency_is_of_the_account_it_is_for(desk: Desk) -> None:
    opening = "!Type:Bank\nD01/31/2026\nT100.00\nPOpening Balance\nL[Ours]\n^\n"
    quicken = f"{opening}D02/13/2026\nT-12.50\nPSample Payee\nSFood\n$-10.00\nSOther\n$-2.50\n^\n"
    found = desk.take_in(quicken, account=OURS)
    assert (result(found), found.format) == ((1, 0, 0), "qif")
    [line] = desk.lines()
    assert (line.amount, line.booked_on) == (euro("-12.50"), day("02-13"))
    assert result(desk.take_in(quicken.replace("^\n", "^\n\n"), account=OURS)) == (0, 1, 0)
    assert faults(desk.book) == []
