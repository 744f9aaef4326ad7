"""A foundation that is older than its book: what it had is read from a workbook, looked at, and booked by two persons."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from fundledger.domain.problem import KnownError
from fundledger.domain.recognising import METHODS
from fundledger.domain.takeover import SHEETS
from fundledger.domain.voucher import Draft, VoucherKind
from fundledger.export.takeover import render, write_template
from fundledger.i18n import Speaker, languages
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience, Figures
from fundledger.services import donors, invoices, people, takeover, undoing, vouchers
from fundledger.store import campaigns as campaign_store
from fundledger.store import extracts, journal, parties
from fundledger.store import invoices as invoice_store
from fundledger.store import vouchers as kept
from tests.services.bookkeeping import CHEAP, LAWYER, OURS, PAYEE, Desk, Paid, cents, collected, day, euro, faults, refused
from tests.services.takeovers import SOUND, Rows, workbook

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.domain.problem import Problem
    from fundledger.services.takeover import Preview
    from fundledger.store.book import Book, Witness

SECOND = "antras slaptas sakinys"
PAYPAL = "PayPal/EUR"


def second(book: Book) -> Witness:
    people.add_person(book, "Second Sample Person", "enter+approve", SECOND, Desk(book, book.path).now, CHEAP)
    return book.witness(SECOND)


def desk_of(book: Book, folder: Path, **campaign: str) -> Desk:
    desk = Desk(book, folder)
    desk.campaign(**campaign)
    return desk


def look(desk: Desk, rows: Rows) -> Preview:
    return takeover.preview(desk.book, workbook(desk.folder, rows), desk.now)


def take(desk: Desk, rows: Rows) -> int:
    changes = takeover.take_over(desk.book, workbook(desk.folder, rows), desk.now, second(desk.book))
    assert changes.operation is not None
    return changes.operation


def told(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(one.code.removeprefix("takeover."), one.subject) for one in problems]


# --- what is taken over -----------------------------------------------------------------------------------------------
def test_a_campaign_taken_over_mid_year_has_its_money_and_says_what_was_before(book: Book, tmp_path: Path) -> None:
    desk = desk_of(book, tmp_path)
    take(desk, SOUND)
    own = desk.figures()
    assert [str(one) for one in (own.opening, own.advanced, own.remaining, own.money)] == ["940.00", "240.00", "700.00", "700.00"]
    assert (desk.money("U"), str(desk.figures("U").opening)) == ("500.00", "500.00")
    desk.take(*collected(), opening="1200.00")
    assert desk.sure() == 5
    with book.reading() as db:
        [account] = extracts.bank_facts(db, day("01-31"), "EUR")
    assert (account.closing_minor, account.ledger_minor) == (423000, 423000)
    made = build_report(book, "campaign", Audience.AUDITOR, campaign="C-101")
    [before] = [one for one in made.sections if isinstance(one, Figures) and one.key == "before"]
    assert {name.key.removeprefix("figure."): str(amount) for name, amount in before.items} == {
        "collected": "2000.00", "returned": "50.00", "fees": "10.00", "paid": "1000.00", "advanced": "240.00",
    }  # fmt: skip
    assert faults(book) == []
    assert told(look(desk, SOUND).problems) == [("opening", "Accounts!D6"), ("exists", "Campaigns!A6")]


def test_an_account_that_was_opened_as_the_foundations_gives_the_campaigns_their_part(book: Book, tmp_path: Path) -> None:
    desk = desk_of(book, tmp_path)
    desk.account(opening="1200.00")
    take(desk, SOUND)
    assert (desk.money("U"), desk.money(), faults(book)) == ("500.00", "700.00", [])


def test_several_accounts_are_opened_by_the_funds_that_have_money_in_them(book: Book, tmp_path: Path) -> None:
    desk = desk_of(book, tmp_path)
    desk.campaign("C-102")
    rows = SOUND | {
        "accounts": [*SOUND["accounts"], ("DE93999999990000000001", "", "", 80, None), (PAYPAL, "PayPal", "", 20.5, None)],
        "campaigns": [*SOUND["campaigns"], ("C-102", 100.5)],
        "money": [*SOUND["money"], ("DE93 9999 9999 0000 0000 01", "C-102", 80), (PAYPAL, "C-102", 20.5)],
    }
    take(desk, rows)
    with book.reading() as db:
        sums = {(code, fund): debit - credit for code, fund, debit, credit in journal.trial_balance(db)}
    one, other, unrestricted = desk.find("C-101").fund, desk.find("C-102").fund, book.unrestricted_fund
    assert sums == {
        ("1010-1", unrestricted): 50000, ("3900", unrestricted): -50000, ("1010-1", one): 70000, ("1210", one): 24000,
        ("3900", one): -94000, ("1010-2", other): 8000, ("1060-1", other): 2050, ("3900", other): -10050,
    }  # fmt: skip
    assert faults(book) == []


@pytest.mark.parametrize("method", METHODS)
def test_open_items_go_on_in_the_book(book: Book, tmp_path: Path, method: str) -> None:
    """An invoice is approved and paid, an advance used by the one who has it, a pledge kept: as if the book had been there."""
    desk = desk_of(book, tmp_path, method=method)
    desk.campaign("C-102", "100.00")
    rows = SOUND | {
        "campaigns": [("C-101", 2000, 0, 0, 0, 0, 0, 960, 240, 100)],
        "payees": [(LAWYER, PAYEE), ("Another Sample Office", None)],
        "invoices": [("C-101", LAWYER, "OLD-1", date(2025, 11, 3), 300), ("C-102", LAWYER, 7, date(2025, 12, 1), 20)],
        "advances": [("C-101", LAWYER, 200), ("C-101", "Another Sample Office", 40)],
        "due_back": [("C-101", "Another Sample Office", 100)],
        "donors": [("Donor Alpha", "LT1099")],
        "pledges": [("C-101", "Donor Alpha", date(2025, 12, 24), 1000)],
    }
    take(desk, rows)
    invoices.approve_invoice(book, "OLD-1", desk.now)
    draft = Draft(VoucherKind.ADVANCE_USED, euro("200.01"), day("01-02"), invoice="OLD-1")
    assert refused(lambda: vouchers.book_voucher(book, draft, desk.now)) == ["voucher.no_advance"], "40.00 of it is another's"
    vouchers.book_voucher(book, Draft(VoucherKind.ADVANCE_USED, euro("200.00"), day("01-02"), invoice="OLD-1"), desk.now)
    desk.take(
        Paid("-100.00", "01-10", LAWYER, PAYEE, "OLD-1"), Paid("60.00", "01-12", "Another Sample Office"), *collected(), opening="1200.00"
    )
    desk.accept(desk.line("-100.00"), "invoice:OLD-1")
    desk.accept(desk.line("60.00"), "account:1220@C-101")
    assert desk.sure() == 5
    with book.reading() as db:
        states = {one.number: one.state for one in invoice_store.invoices(db, "EUR")}
        pledges = parties.open_pledges(db, "EUR")
    own = desk.figures()
    assert (states, pledges) == ({"OLD-1": "paid", "7": "entered"}, [])
    assert [str(one) for one in (own.paid, own.advanced, own.due_back, own.money)] == ["300.00", "40.00", "40.00", "3690.00"]
    assert faults(book) == []


def test_what_is_looked_at_is_what_is_booked_in_the_accounts_of_the_method(book: Book, tmp_path: Path) -> None:
    desk = desk_of(book, tmp_path, method="agency")
    before = [one.id for one in journal_of(book)]
    seen = look(desk, SOUND)
    assert [one.id for one in journal_of(book)] == before
    assert [(one.what, one.place, one.about, one.fund, str(one.amount), one.debit, one.credit) for one in seen.steps if one.debit] == [
        ("accounts", "Accounts!A6", "1010-1", "unrestricted", "500.00", "1010-1", "3900"),
        ("money", "Money in accounts!A6", "1010-1", "C-101", "700.00", "1010-1", "2610"),
        ("advances", "Advances!A6", "P-001", "C-101", "240.00", "1210", "2610"),
    ]
    take(desk, SOUND)
    assert len(journal_of(book)) == len(before) + 2


def journal_of(book: Book) -> list[journal.PostedEntry]:
    with book.reading() as db:
        return list(journal.entries(db))


def test_all_of_it_is_undone_at_once_unless_it_was_used(book: Book, tmp_path: Path) -> None:
    desk = desk_of(book, tmp_path)
    rows = SOUND | {"invoices": [("C-101", LAWYER, "OLD-1", date(2025, 11, 3), 300)]}
    done = take(desk, rows)
    undoing.undo(book, desk.now)
    with book.reading() as db:
        assert (kept.taken_over(db), invoice_store.invoices(db, "EUR"), [one.undone for one in kept.vouchers(db, "EUR")]) == (
            frozenset(), [], [True],
        )  # fmt: skip
    assert (desk.money(), desk.money("U"), faults(book)) == ("0.00", "0.00", [])
    again = takeover.take_over(book, workbook(tmp_path, rows), desk.now, book.witness(SECOND)).operation
    assert (desk.money(), again) == ("700.00", done + 2)
    invoices.approve_invoice(book, "OLD-1", desk.now)
    vouchers.book_voucher(book, Draft(VoucherKind.ADVANCE_USED, euro("200.00"), day("01-02"), invoice="OLD-1"), desk.now)
    assert refused(lambda: undoing.undo(book, desk.now, again)) == ["undo.changed_since"]
    assert faults(book) == []


def test_the_second_person_is_somebody_else_and_signs(book: Book, tmp_path: Path) -> None:
    desk = desk_of(book, tmp_path)
    take(desk, SOUND)
    with book.reading() as db:
        signed = db.exec_driver_sql(
            "SELECT s.person_id FROM signature s JOIN head h ON h.id = s.head_id JOIN leaf l ON l.operation_id = h.operation_id"
            " WHERE l.kind = 'takeover'"
        )
        agreed = db.exec_driver_sql("SELECT t.agreed_by, length(t.sha256) FROM takeover t").all()
        assert sorted(set(signed.scalars())) == [book.person_id, agreed[0][0]]
    assert agreed[0][1] == 64
    assert refused(lambda: book.witness("tikras slaptas sakinys")) == ["book.same_person"]


def test_a_voucher_of_what_was_before_cannot_be_booked_by_hand(book: Book, tmp_path: Path) -> None:
    desk = desk_of(book, tmp_path)
    draft = Draft(VoucherKind.ADVANCE_BEFORE, euro("5.00"), day("01-02"), campaign="C-101", payee=LAWYER)
    assert refused(lambda: vouchers.book_voucher(book, draft, desk.now)) == ["voucher.by_takeover"]


# --- what stands in the way -------------------------------------------------------------------------------------------
WRONG: dict[str, tuple[Rows, list[tuple[str, str]]]] = {
    "a bank that is not the sum of its funds": (
        {"accounts": [(OURS, "", "", 1200.01, 500)]}, [("account_sum", "Accounts!D6")],
    ),
    "totals that do not add up": ({"campaigns": [("C-101", 2000, 50, 0, 9.99, 0, 0, 1000, 240)]}, [("identity", "Campaigns!A6")]),
    "a term below zero": ({"campaigns": [("C-101", 2000, 50, 0, -10, 0, 0, 1020, 240)]}, [("negative", "Campaigns!E6")]),
    "an advance nobody has": ({"advances": []}, [("advances_sum", "Campaigns!I6")]),
    "an advance of a campaign that is not listed": (
        {"advances": [*SOUND["advances"], ("C-109", LAWYER, 5)]}, [("campaign_unlisted", "Advances!A7")],
    ),
    "money due back that is not listed": (
        {"campaigns": [("C-101", 2000, 50, 0, 10, 0, 0, 990, 240, 10)]}, [("due_back_sum", "Campaigns!J6")],
    ),
    "a payee nobody knows": ({"payees": []}, [("payee_unknown", "Advances!B6")]),
    "a donor nobody knows": ({"pledges": [("C-101", "Sample Zeta", date(2025, 12, 1), 5)]}, [("donor_unknown", "Pledges!B6")]),
    "a donor of a name that two have": ({"pledges": [("C-101", "Twin Sample", date(2025, 12, 1), 5)]}, [("donor_ambiguous", "Pledges!B6")]),
    "a row that stands twice": (
        {"money": [(OURS, "C-101", 350), (OURS, "C-101", 350)]}, [("row_twice", "Money in accounts!A7")],
    ),
    "an account that stands twice": (
        {"accounts": [*SOUND["accounts"], (f"{OURS[:4]} {OURS[4:]}", "", "USD", 0, 0)]},
        [("row_twice", "Accounts!A7"), ("account_sum", "Accounts!D7")],
    ),
    "money in an account that is not listed": (
        {"money": [*SOUND["money"], ("DE93999999990000000001", "C-101", 0)]}, [("account_unlisted", "Money in accounts!A7")],
    ),
    "money of a campaign that is not listed": (
        {"money": [*SOUND["money"], (OURS, "C-109", 0)]}, [("campaign_unlisted", "Money in accounts!B7")],
    ),
    "a campaign the book does not have": (
        {"campaigns": [*SOUND["campaigns"], ("C-109", 0)]}, [("campaign_unknown", "Campaigns!A7")],
    ),
    "an invoice of no campaign": (
        {"invoices": [("C-109", LAWYER, "1", date(2025, 12, 1), 5)]}, [("campaign_unknown", "Unpaid invoices!A6")],
    ),
    "an invoice of nothing, of a day to come": (
        {"invoices": [("C-101", LAWYER, "1", date(2026, 1, 1), 0)]},
        [("not_positive", "Unpaid invoices!E6"), ("too_late", "Unpaid invoices!D6")],
    ),
    "an invoice twice": ({"invoices": [("C-101", LAWYER, "HERE", date(2025, 12, 1), 5)]}, [("invoice_exists", "Unpaid invoices!C6")]),
    "a formula": ({"accounts": [(OURS, "", "", "=700+500", 500)]}, [("formula", "Accounts!D6")]),
    "words in the place of an amount": ({"accounts": [(OURS, "", "", "1 200,00", 500)]}, [("amount", "Accounts!D6")]),
    "a part of a cent": ({"accounts": [(OURS, "", "", 1200.001, 500)]}, [("amount", "Accounts!D6")]),
    "an amount out of all bounds": ({"accounts": [(OURS, "", "", 10**15, 500)]}, [("amount", "Accounts!D6")]),
    "a day in words": ({"about": [("first of January",)]}, [("day", "Start here!A11")]),
    "an empty cell": ({"accounts": [(OURS, "", "", None, 500)]}, [("cell_empty", "Accounts!D6")]),
    "no currency": ({"accounts": [(OURS, "", "Euro", 1200, 500)]}, [("currency", "Accounts!C6")]),
    "a currency without a rate": (
        {"accounts": [*SOUND["accounts"], ("DE93999999990000000001", "", "XAU", 1, 1)]}, [("rate", "Accounts!C7")],
    ),
    "two first days": ({"about": [(date(2026, 1, 1),), (date(2026, 7, 1),)]}, [("first_day", "take-over.xlsx")]),
    "no first day": ({"about": []}, [("first_day", "take-over.xlsx")]),
    "nothing": ({name: [] for name in SOUND if name != "about"}, [("empty", "take-over.xlsx")]),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_with_its_cell_and_nothing_is_booked(book: Book, tmp_path: Path, case: str) -> None:
    desk = desk_of(book, tmp_path)
    for _ in range(2):
        donors.add_donor(book, "Twin Sample", [], desk.now)
    desk.invoice("5.00", "HERE", approve=False)
    changed, expected = WRONG[case]
    if case == "a payee nobody knows":
        changed = changed | {"advances": [("C-101", "Nobody Known", 240)]}
    seen = look(desk, SOUND | changed)
    assert (told(seen.problems), seen.steps) == (expected, ())
    assert refused(lambda: take(desk, SOUND | changed)) == [f"takeover.{code}" for code, _ in expected]
    assert (journal_of(book), faults(book)) == ([], [])


def test_every_problem_has_a_sentence_with_the_cell_in_both_languages(book: Book, tmp_path: Path) -> None:
    desk = desk_of(book, tmp_path)
    for rows, expected in (WRONG["a payee nobody knows"], WRONG["a formula"], WRONG["totals that do not add up"]):
        for language in ("en", "lt"):
            said = [Speaker(language).problem(one) for one in look(desk, SOUND | rows | {"advances": [("C-101", "Nobody", 240)]}).problems]
            assert any(expected[0][1] in one for one in said) or expected[0][0] == "payee_unknown"


def test_hostile_workbooks_are_refused(book: Book, tmp_path: Path) -> None:
    desk = desk_of(book, tmp_path)
    prose, bomb = tmp_path / "prose.xlsx", tmp_path / "foreign.xlsx"
    prose.write_text("No workbook at all")
    Workbook().save(bomb)
    long = Workbook()
    sheet = long.worksheets[0]
    sheet.append(["money.account", "money.campaign", "money.amount"])
    for _ in range(20_001):
        sheet.append([OURS, "C-101", 1])
    long.save(tmp_path / "long.xlsx")
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(workbook(tmp_path, SOUND).read_bytes()[:9000])
    for path, code in (
        (prose, "file.no_workbook"),
        (tmp_path / "long.xlsx", "file.rows"),
        (cut, "file.workbook_broken"),
        (tmp_path / "none.xlsx", "file.missing"),
        (tmp_path, "file.not_a_file"),
    ):
        assert refused(lambda path=path: takeover.preview(book, path, desk.now)) == [code]  # type: ignore[misc]  # the path of this turn
    assert told(takeover.preview(book, bomb, desk.now).problems) == [("not_ours", "foreign.xlsx")]


def test_columns_are_known_by_their_keys_wherever_they_stand(book: Book, tmp_path: Path) -> None:
    desk = desk_of(book, tmp_path)
    path = workbook(tmp_path, SOUND, language="lt")
    mine = load_workbook(path)
    mine["Sąskaitos"].insert_cols(2)
    mine["Sąskaitos"]["B6"] = "my own note"
    mine.create_sheet("Notes")["A1"] = "nothing of ours"
    mine.save(path)
    assert takeover.preview(book, path, desk.now).problems == ()
    mine["Sąskaitos"]["E5"] = "accounts.saldo"
    mine.create_sheet("More")["A1"] = "money.account"
    mine.save(path)
    assert told(takeover.preview(book, path, desk.now).problems)[0] == ("column", "Sąskaitos")
    assert ("sheet_twice", "More") in told(takeover.preview(book, path, desk.now).problems)


# --- the empty workbook -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "lt"])
def test_the_empty_workbook_has_every_column_under_a_name(language: str, tmp_path: Path) -> None:
    assert language in languages()
    made = load_workbook(io.BytesIO(render(Speaker(language))))
    keys = {str(cell.value) for sheet in made.worksheets for row in sheet.iter_rows() for cell in row}
    assert keys >= {f"{name}.{column}" for name, columns in SHEETS.items() for column in columns}
    assert render(Speaker(language)) == render(Speaker(language))
    write_template(tmp_path / "new.xlsx", Speaker(language))
    with pytest.raises(KnownError, match=r"takeover\.file_there"):
        write_template(tmp_path / "new.xlsx", Speaker(language))


def test_an_empty_workbook_has_nothing_to_take_over(book: Book, tmp_path: Path) -> None:
    assert told(look(desk_of(book, tmp_path), {}).problems) == [("first_day", "take-over.xlsx")]


# --- whatever stands in the cells -------------------------------------------------------------------------------------
CELLS: Any = st.none() | st.integers(-(10**16), 10**16) | st.floats(-(10**6), 10**6) | st.sampled_from(
    [OURS, PAYPAL, "C-101", "C-102", LAWYER, "Donor Alpha", "EUR", "USD", "=1+1", "", " ", "2026-01-01", "\u202e", date(2025, 12, 31)]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    rows=st.fixed_dictionaries(
        {name: st.lists(st.lists(CELLS, max_size=len(SHEETS[name])), max_size=2) for name in SHEETS if name != "about"}
    )
)
def test_whatever_is_filled_in_is_booked_soundly_or_told_of(book: Book, tmp_path: Path, rows: Rows) -> None:
    desk = Desk(book, tmp_path)
    seen = look(desk, {"about": SOUND["about"], **rows})
    assert bool(seen.problems) != bool(seen.steps)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(minors=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=4), own=st.integers(-(10**9), 10**9))
def test_a_bank_is_the_sum_of_its_funds_to_the_cent(book: Book, tmp_path: Path, minors: list[int], own: int) -> None:
    """Every split of a balance is taken, and each that is a cent off is refused with that cent."""
    desk = Desk(book, tmp_path)
    with book.reading() as db:
        known = {one.code for one in campaign_store.campaigns(db, "EUR")}
    codes = [f"C-{100 + n}" for n in range(len(minors))]
    for code in set(codes) - known:
        desk.campaign(code)
    sums = [f"{minor / 100:.2f}" for minor in minors]
    rows: Rows = {
        "about": SOUND["about"],
        "accounts": [(OURS, "", "", f"{(sum(minors) + own) / 100:.2f}", f"{own / 100:.2f}")],
        "campaigns": [
            (code, *(said if minor > 0 else "", *[""] * 5, said.strip("-") if minor < 0 else ""))
            for code, said, minor in zip(codes, sums, minors, strict=True)
        ],
        "money": [(OURS, code, said) for code, said in zip(codes, sums, strict=True)],
    }
    seen = look(desk, rows)
    assert seen.problems == ()
    assert (
        sum(one.amount.minor * (1 if (one.debit or "").startswith("1010") else -1) for one in seen.steps if one.amount and one.debit)
        == sum(minors) + own
    )
    rows["accounts"] = [(OURS, "", "", f"{(sum(minors) + own + 1) / 100:.2f}", f"{own / 100:.2f}")]
    [problem] = look(desk, rows).problems
    assert (problem.code, problem.values["difference"]) == ("takeover.account_sum", euro("0.01"))
    assert cents("0.01") == 1
