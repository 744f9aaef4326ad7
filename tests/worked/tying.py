"""Every tie-out of a book in one function: each is found in two ways, and the two must agree to the cent."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience, Figures, Identity, Table
from fundledger.store import campaigns, donors, extracts, funds, invoices, outstanding, payouts, vouchers
from tests.services.bookkeeping import faults

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from fundledger.domain.figures import FundFigures
    from fundledger.reports.value import Report
    from fundledger.store.book import Book

_MONEY = ("1010", "1020", "1060", "1065", "1090")
_POSTED = (
    "SELECT p.fund_id, a.code, p.amount_minor FROM posting p JOIN entry e ON e.id = p.entry_id AND e.posted = 1"
    " JOIN account a ON a.id = p.account_id"
)
# The net of what was booked, in whichever account: closing entries move it between accounts, and say nothing new of it.
_STANDING = "kind <> 'closing'"


def assert_ties_out(book: Book) -> None:
    """Fail where anything of a book does not tie out with anything else."""
    with book.reading() as db:
        _debit_is_credit(db)
        _numbers_have_no_gaps(db)
        _every_fund_is_what_moved(book, db)
        _banks_are_what_they_state(book, db)
        _clearing_is_what_is_in_flight(book, db)
        _donors_gave_what_was_collected(book, db)
        _payables_are_the_invoices(book, db)
        _payments_have_bank_lines(book, db)
        _lines_have_one_disposition(db)
        ledger = _ledger(db)
    _trial_balance_is_the_ledger(book, ledger)
    _the_overview_is_all_there_is(book, ledger)
    _the_public_reads_what_the_auditor_reads(book)
    _the_listings_are_the_figures(book)
    assert faults(book) == [], "the log verifies, and every identity, comparison and total of every report agrees"


def _ledger(db: Connection) -> dict[tuple[int, str], int]:
    """What every fund has on every account, added up from the postings alone."""
    found: dict[tuple[int, str], int] = defaultdict(int)
    for fund, code, minor in db.exec_driver_sql(_POSTED):
        found[fund, code] += minor
    return {key: minor for key, minor in found.items() if minor}


def _debit_is_credit(db: Connection) -> None:
    by_fund: dict[int, int] = defaultdict(int)
    for fund, _, minor in db.exec_driver_sql(_POSTED):
        by_fund[fund] += minor
    assert set(by_fund.values()) <= {0}, "debit = credit inside each fund, hence in total"


def _numbers_have_no_gaps(db: Connection) -> None:
    numbers = db.exec_driver_sql("SELECT number FROM entry WHERE posted = 1 ORDER BY number").scalars().all()
    assert list(numbers) == list(range(1, len(numbers) + 1))


def _every_fund_is_what_moved(book: Book, db: Connection) -> None:
    """The identity of each fund, and the sum of all sources and uses."""
    ledger, figures = _ledger(db), funds.fund_figures(db, book.currency)
    for fund, own in figures.items():
        money = sum(minor for (of, code), minor in ledger.items() if of == fund and code[:4] in _MONEY)
        assert own.remaining.minor == own.money.minor == money
        assert own.remaining.minor == _worth(own)
        for term, group in (("advanced", "1210"), ("due_back", "1220")):
            assert getattr(own, term).minor == sum(minor for (of, code), minor in ledger.items() if of == fund and code[:4] == group)
    everything = sum(minor for (_, code), minor in ledger.items() if code[:4] in _MONEY)
    assert sum(own.remaining.minor for own in figures.values()) == everything, "Σ sources and uses = bank + cash + clearing + …"


def _worth(own: FundFigures) -> int:
    """The identity as it is printed, term by term."""
    came = own.collected.minor - own.returned.minor - own.charged_back.minor - own.fees.minor
    moved = own.moved_in.minor - own.moved_out.minor + own.opening.minor
    return came + moved - own.paid.minor - own.advanced.minor - own.due_back.minor


def _banks_are_what_they_state(book: Book, db: Connection) -> None:
    """Statement closing ± outstanding = book, and a bank account is the sum of what the funds have in it."""
    held, ledger = outstanding.held(db, date.max), _ledger(db)
    for bank in extracts.bank_facts(db, None):
        stated = db.exec_driver_sql(
            "SELECT s.closing_minor FROM statement s JOIN account a ON a.id = s.account_id WHERE a.code = ? AND s.end_on = ?",
            (bank.account, bank.statement_on.isoformat() if bank.statement_on else ""),
        )
        assert bank.closing_minor is None or bank.closing_minor in stated.scalars().all(), "the closing balance is the bank's own"
        in_book = sum(minor for (_, code), minor in ledger.items() if code == bank.account)
        assert in_book == sum(accounts.get(bank.account, 0) for accounts in held.values()), "bank book = Σ funds' money in it"
        adjusted = extracts.adjusted_minor(bank)
        assert adjusted is None or adjusted == bank.ledger_minor, f"{bank.account}: closing ± outstanding = book"
        if bank.currency == book.currency:
            assert in_book == bank.ledger_minor


def _clearing_is_what_is_in_flight(book: Book, db: Connection) -> None:
    """Clearing = batches in flight = the processor's balance, where all of its lines are booked."""
    ledger = _ledger(db)
    rests: dict[str, int] = defaultdict(int)
    for batch in payouts.batches(db, date.max):
        rests[batch.account] += batch.rest.minor
        assert batch.rest.minor == (batch.gross - batch.fees - batch.paid_out).minor
    for bank in extracts.bank_facts(db, None):
        if not bank.account.startswith("1060") or bank.currency != book.currency or bank.open_lines:
            continue
        booked = sum(minor for (_, code), minor in ledger.items() if code == bank.account)
        assert booked == rests[bank.account], "clearing = batches in flight"
        assert bank.closing_minor is None or booked == bank.closing_minor + bank.later_minor, "… = the processor's balance"
    on_the_way = sum(one.amount.minor for one in outstanding.transfers_in_flight(db, date.max))
    assert sum(minor for (_, code), minor in ledger.items() if code == "1090") == -on_the_way, "in transit = halves that wait for the other"


def _donors_gave_what_was_collected(book: Book, db: Connection) -> None:
    """The listing of gifts is what stands as gross gifts in each fund, and what each donor gave by herself."""
    listed: dict[int, int] = defaultdict(int)
    for fund, minor in db.exec_driver_sql("SELECT fund_id, amount_minor FROM donation WHERE undone = 0"):
        listed[fund] += minor
    booked: dict[int, int] = defaultdict(int)
    gifts = "a.code = '4010' OR (a.code IN ('2510', '2610') AND p.flow = 'collected')"
    query = f"{_POSTED.replace('e.posted = 1', f'e.posted = 1 AND e.{_STANDING}')} WHERE {gifts}"
    for fund, _, minor in db.exec_driver_sql(query):
        booked[fund] -= minor
    assert {fund: minor for fund, minor in listed.items() if minor} == {fund: minor for fund, minor in booked.items() if minor}
    for fund, given in listed.items():
        assert sum(gift.amount_minor for gift in extracts.gifts(db, fund, None, None)) == given
    known = sum(row.given.minor for row in donors.donor_rows(db, donors.donor_ids(db), book.currency))
    unknown = db.exec_driver_sql("SELECT coalesce(sum(amount_minor), 0) FROM donation WHERE undone = 0 AND donor_id IS NULL")
    assert known + unknown.scalar_one() == sum(listed.values())


def _payables_are_the_invoices(book: Book, db: Connection) -> None:
    """The listing of payables is 2010, fund by fund, and what of it is the beneficiary's to pay."""
    owed: dict[int, int] = defaultdict(int)
    for one in invoices.invoices(db, book.currency):
        owed[one.fund] += one.payable.minor if one.approved else 0
    booked: dict[int, int] = defaultdict(int)
    for (fund, code), minor in _ledger(db).items():
        booked[fund] -= minor if code in {"2010", "9020"} else 0
    assert {fund: minor for fund, minor in owed.items() if minor} == {fund: minor for fund, minor in booked.items() if minor}


def _payments_have_bank_lines(book: Book, db: Connection) -> None:
    """What was paid on an invoice left a bank account on a line of its own, or was an advance that did."""
    lines = {
        (line, invoice): minor
        for line, invoice, minor in db.exec_driver_sql(
            "SELECT l.id, x.invoice_id, sum(x.amount_minor) FROM allocation x JOIN reconciliation r ON r.id = x.reconciliation_id"
            " AND r.undone = 0 JOIN line l ON l.id = r.line_id AND l.status = 'booked' AND l.standing = 'counted'"
            " WHERE x.invoice_id IS NOT NULL GROUP BY 1, 2"
        )
    }
    used = 0
    for one in invoices.disbursements(db, book.currency):
        if one.line is None:
            used += one.amount.minor
        else:
            assert one.amount.minor == -lines.pop((one.line, one.invoice))
    assert not lines, "and every bank line on an invoice is listed"
    kinds = [one.amount.minor for one in vouchers.vouchers(db, book.currency) if one.kind == "advance_used" and not one.undone]
    assert used == sum(kinds)


def _lines_have_one_disposition(db: Connection) -> None:
    """Each line is open, unsure, ignored or has exactly one standing reconciliation whose shares are the whole of it."""
    rows = db.exec_driver_sql(
        "SELECT l.id, l.status, l.standing, count(DISTINCT r.id), coalesce(sum(x.amount_minor), 0), l.amount_minor"
        " FROM line l LEFT JOIN reconciliation r ON r.line_id = l.id AND r.undone = 0"
        " LEFT JOIN allocation x ON x.reconciliation_id = r.id GROUP BY l.id"
    )
    for line, status, standing, n, shares, minor in rows:
        counts = status == "booked" and standing == "counted"
        assert n <= (1 if counts else 0), f"line {line}"
        assert n == 0 or shares == minor, f"line {line}: Σ allocations = line amount"


# --- what the reports say ---------------------------------------------------------------------------------------------
def _trial_balance_is_the_ledger(book: Book, ledger: dict[tuple[int, str], int]) -> None:
    report = build_report(book, "trial-balance", Audience.AUDITOR)
    tables = [one for one in report.sections if isinstance(one, Table)]
    whole = _balances(tables[:1])
    by_account: dict[str, int] = defaultdict(int)
    for (_, code), minor in ledger.items():
        by_account[code] += minor
    assert whole == {code: minor for code, minor in by_account.items() if minor}
    assert _balances(tables[1:]) == whole, "the trial balances of the funds add up to the whole"
    assert all(one.totals["balance"] == Money(0, book.currency) for one in tables), "debit = credit, total and per fund"


def _balances(tables: Iterable[Table]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for table in tables:
        for row in table.rows:
            found[str(row.cells[0])] += row.cells[-1].minor if isinstance(row.cells[-1], Money) else 0
    return {code: minor for code, minor in found.items() if minor}


def _the_overview_is_all_there_is(book: Book, ledger: dict[tuple[int, str], int]) -> None:
    """All funds, the foundation's and suspense included, are bank + cash + clearing + disputed + in transit."""
    places = ("bank", "cash", "clearing", "disputed", "transit")
    overview = _named(build_report(book, "overview", Audience.AUDITOR))
    for place, group in zip(places, _MONEY, strict=True):
        booked = sum(minor for (_, code), minor in ledger.items() if code[:4] == group)
        assert overview.get(f"place.{place}", Money(0, book.currency)) == Money(booked, book.currency)
    assert overview["figure.all_money"] == Money(sum(m for (_, code), m in ledger.items() if code[:4] in _MONEY), book.currency)


def _the_public_reads_what_the_auditor_reads(book: Book) -> None:
    """Public figures, where they are not withheld, are the auditor's."""
    with book.reading() as db:
        codes = [one.code for one in campaigns.campaigns(db, book.currency)]
    for code in codes:
        public, full = (_named(build_report(book, "campaign", who, campaign=code)) for who in (Audience.PUBLIC, Audience.AUDITOR))
        if "figure.remaining" in public:
            net = [full[f"figure.{name}"] for name in ("collected", "returned", "charged_back")]
            assert public["figure.collected"] == net[0] - net[1] - net[2]  # type: ignore[operator]  # figures of money
        for key in {"figure.needed", "figure.paid", "figure.advanced", "figure.due_back", "figure.remaining"} & public.keys():
            assert public[key] == full[key], key


def _the_listings_are_the_figures(book: Book) -> None:
    """In each campaign's report the gifts are what was collected, the payments what was paid, the invoices what is unpaid."""
    with book.reading() as db:
        codes = [one.code for one in campaigns.campaigns(db, book.currency)]
        ledger = _ledger(db)
    if any(code[:4] in {"2020", "2040"} for _, code in ledger):
        return
    for code in codes:
        report = build_report(book, "campaign", Audience.AUDITOR, campaign=code)
        shown, totals = _named(report), {one.key: one.totals for one in report.sections if isinstance(one, Table)}
        assert totals["gifts"]["amount"] == shown["figure.collected"]
        assert totals["payments"]["amount"] == shown["figure.paid"]


def _named(report: Report) -> dict[str, object]:
    figures = [one for one in report.sections if isinstance(one, Figures) and one.key != "before"]
    shown: dict[str, object] = {label.key: value for one in figures for label, value in one.items}
    assert all(sum(t.sign * t.amount.minor for t in one.terms) == one.result.minor for one in report.sections if isinstance(one, Identity))
    return shown
