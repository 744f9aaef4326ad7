"""A foundation that is older than its book is taken over from a workbook: looked at as often as wanted, then booked by two persons."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Never

from fundledger.domain import booking
from fundledger.domain.chart import BANK, CLEARING
from fundledger.domain.entry import Entry, EntryKind
from fundledger.domain.exchange import with_original
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.reference import iban_is_valid
from fundledger.domain.takeover import Account, Known, Row, Sheets, check, worth
from fundledger.domain.voucher import BEFORE, TERMS, UNRESTRICTED
from fundledger.services.changes import EVERYTHING, Changes
from fundledger.services.folding import fold
from fundledger.services.payees import the_payee
from fundledger.services.rates import rate_on
from fundledger.services.signing import sign_close
from fundledger.services.takeover_sheet import read_workbook
from fundledger.store import accounts, campaigns, invoices, journal, parties, pledges, vouchers

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from fundledger.domain.entry import Posting
    from fundledger.domain.exchange import Rate
    from fundledger.store.book import Book, Witness
    from fundledger.store.operations import Operation
    from fundledger.store.rows import Database


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a take-over does, by the sheet that says so (`domain.takeover.SHEETS`) and its first cell.

    `about` is an account's code, an invoice's number, a person's code or a term of the totals; `fund` a campaign's code or
    `unrestricted`. What is booked has its two accounts.
    """

    what: str
    place: str
    about: str
    fund: str | None = None
    amount: Money | None = None
    debit: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a workbook comes to: why it cannot be taken over, or else every step, and what to know of them."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    steps: tuple[Step, ...] = ()


class _LookedError(Exception):
    """A preview is over: what it wrote is taken back; it carries what was seen."""

    def __init__(self, seen: Preview) -> None:
        super().__init__()
        self.seen = seen


def preview(book: Book, path: Path, at: datetime) -> Preview:
    """What `take_over` would do; it is done and taken back, so that it cannot be anything else. Raises what opening the file raises."""
    try:
        with book.operation("takeover read", at) as op:
            _look(_read(op, path, op.person_id))
    except _LookedError as looked:
        return looked.seen
    except KnownError as error:
        if not error.code.startswith("takeover."):
            raise
        return Preview(error.problems)


def _look(taking: _Taking) -> Never:
    raise _LookedError(Preview((), taking.warnings, tuple(taking.steps)))


def take_over(book: Book, path: Path, at: datetime, second: Witness) -> Changes:
    """Book what a workbook says of the day before the new book's first, as one operation that undo takes back whole.

    Bank accounts are opened by the funds that have money in them, advances and amounts due back stand with their payee, the campaigns'
    totals are kept as a memo. Invoices are entered for somebody to approve; pledges, payees and donors are taken down. The `second`
    person (`Book.witness`) signs the log with whoever reads it in. Raises a refusal with every problem of `domain.takeover.check`, and
    what reading the workbook raises.
    """
    with book.operation("takeover read", at) as op:
        taking = _read(op, path, second.person_id)
        signed = sign_close(book, op, second)
        return Changes(op.id, (), EVERYTHING, (*taking.warnings, *signed))


def _read(op: Operation, path: Path, agreed_by: int) -> _Taking:
    sheets, digest, warnings = read_workbook(path, op.currency)
    known = _known(op.db, op, sheets)
    problems = check(sheets, known)
    if problems:
        raise refusal(tuple(problems))
    taking = _Taking(op, sheets, known, digest, agreed_by, warnings)
    taking.write()
    return taking


def _known(db: Database, op: Operation, sheets: Sheets) -> Known:
    """What the book knows of everything that the sheets name."""
    found: dict[str, Account] = {}
    for one in accounts.bank_accounts(db):
        opened = vouchers.opened_with(db, one.code, op.unrestricted_fund)
        found[one.iban] = Account(one.currency, None if opened is None else Money(opened, op.currency))
    payees = {text: parties.find_payee(db, text, fold(text)) for text in _named(sheets, "payee")}
    ids = {text: one.id for text, one in payees.items() if one}
    taken = {(one.payee, one.number) for one in invoices.invoices(db, op.currency)}
    bills = [(row.texts["payee"], row.texts["number"]) for row in sheets["invoices"]]
    return Known(
        op.currency,
        found,
        frozenset(one.code for one in campaigns.campaigns(db, op.currency)),
        vouchers.taken_over(db),
        frozenset(ids),
        {text: len(_donors(db, text)) for text in _named(sheets, "donor")},
        frozenset(one for one in bills if (ids.get(one[0]), one[1]) in taken),
        _rates(db, op.currency, sheets),
    )


def _named(sheets: Sheets, column: str) -> set[str]:
    return {row.texts[column] for rows in sheets.rows.values() for row in rows if column in row.texts}


def _donors(db: Database, text: str) -> list[int]:
    """Who is called so: the donor of a code, or everybody of a name."""
    try:
        return [parties.find_donor(db, text).id]
    except KnownError:
        return [row_id for row_id, _ in parties.donors_named(db, fold(text))]


def _rates(db: Database, currency: str, sheets: Sheets) -> dict[str, Rate]:
    """The rates of the day before the first, as far as there are any."""
    found = {}
    for other in {row.amounts["balance"].currency for row in sheets["accounts"]} - {currency}:
        try:
            found[other] = rate_on(db, other, _eve(sheets), currency)
        except KnownError:
            continue
    return found


def _eve(sheets: Sheets) -> date:
    return sheets.first_day - timedelta(days=1)


class _Taking:
    """One take-over inside its operation: what is written is told of, step by step."""

    def __init__(self, op: Operation, sheets: Sheets, known: Known, digest: str, agreed_by: int, warnings: tuple[Problem, ...]) -> None:
        self._op, self._sheets, self._known, self._digest, self._agreed_by = op, sheets, known, digest, agreed_by
        self._campaigns = {one.code: one for one in campaigns.campaigns(op.db, op.currency)}
        self.warnings = warnings
        self.steps: list[Step] = []

    def write(self) -> None:
        """Everything, in the order of the sheets."""
        for row in self._sheets["accounts"]:
            self._account(row)
        for row in self._sheets["campaigns"]:
            self._before(row)
        for row in self._sheets["payees"]:
            self._payee(row)
        for sheet in BEFORE:
            for row in self._sheets[sheet]:
                self._voucher(row)
        for row in self._sheets["invoices"]:
            self._invoice(row)
        for row in self._sheets["donors"]:
            self._donor(row)
        for row in self._sheets["pledges"]:
            self._pledge(row)

    def _tell(self, row: Row, about: str, fund: str | None = None, amount: Money | None = None, *accounts: str) -> None:
        debit, credit = accounts or (None, None)
        self.steps.append(Step(row.sheet, next(iter(row.cells.values())), about, fund, amount, debit, credit))

    def _account(self, row: Row) -> None:
        """The account, made where there is none, and in it the money of each fund; what was opened as the foundation's is no longer."""
        number, balance = row.texts["account"], row.amounts["balance"]
        bank = accounts.find_bank_account(self._op.db, number)
        if bank is None:
            kept_by = CLEARING if "/" in number else BANK
            bank = accounts.add_bank_account(self._op, number, row.texts.get("name") or number[:4], balance.currency, kept_by)
            if kept_by == BANK and not iban_is_valid(number):
                self.warnings += (Problem("account.check_digits", number[:4]),)
            self._tell(row, bank.code)
        opened = number in self._known.accounts and self._known.accounts[number].opened is not None
        own = row.amounts["foundation"] - balance if opened else row.amounts["foundation"]
        shares: list[tuple[Row, str | None, Money]] = [(row, None, own)]
        shares += [(one, one.texts["campaign"], one.amounts["amount"]) for one in self._sheets["money"] if one.texts["account"] == number]
        shares = [one for one in shares if one[2]]
        if shares:
            pairs = [self._opening(bank.code, code, amount) for _, code, amount in shares]
            entry_id = self._post(bank.code, tuple(posting for pair in pairs for posting in pair))
            for at, code, _ in shares:
                self._tell_booked(at, bank.code, code, entry_id)

    def _opening(self, account: str, code: str | None, amount: Money) -> tuple[Posting, Posting]:
        fund, booked = self._campaigns[code].fund if code else self._op.unrestricted_fund, worth(amount, self._known)
        money, counter = booking.opening(account, fund, booked)
        if amount.currency == self._op.currency:
            return money, counter
        rate = self._known.rates[amount.currency]
        return with_original(money, amount, booked, rate), with_original(counter, amount, booked, rate)

    def _post(self, subject: str, postings: tuple[Posting, ...]) -> int:
        [entry_id] = journal.post(self._op, [Entry(str(uuid.uuid4()), EntryKind.OPENING, _eve(self._sheets), postings, subject)])
        return entry_id

    def _tell_booked(self, row: Row, about: str, code: str | None, entry_id: int) -> None:
        """As it stands in the journal, in the accounts of the fund's method."""
        fund = self._campaigns[code].fund if code else self._op.unrestricted_fund
        pair = [one for one in journal.read_entry(self._op.db, entry_id).postings if one.fund == fund]
        debit, credit = sorted(pair, key=lambda one: -one.amount.minor)
        self._tell(row, about, code or UNRESTRICTED, debit.amount, debit.account, credit.account)

    def _before(self, row: Row) -> None:
        terms = {name: row.amounts[name] for name in TERMS}
        code = row.texts["campaign"]
        vouchers.add_takeover(self._op, self._campaigns[code].id, self._sheets.first_day, terms, self._digest, self._agreed_by)
        for name, amount in terms.items():
            if amount:
                self._tell(row, name, code, amount)

    def _payee(self, row: Row) -> None:
        found, warnings = the_payee(self._op, row.texts["payee"], row.texts.get("iban") or None)
        self.warnings += tuple(one for one in warnings if one.code != "payee.new")
        self._tell(row, found.code)

    def _voucher(self, row: Row) -> None:
        """What a payee has of a campaign's money, so that nobody else uses it."""
        kind, campaign, amount = BEFORE[row.sheet], self._campaigns[row.texts["campaign"]], row.amounts["amount"]
        payee, _ = the_payee(self._op, row.texts["payee"], None)
        entry_id = self._post(campaign.code, booking.document(kind, campaign.fund, amount))
        vouchers.add_voucher(self._op, kind, campaign.fund, amount, _eve(self._sheets), entry_id, payee=payee.id, agreed_by=self._agreed_by)
        self._tell_booked(row, payee.code, campaign.code, entry_id)

    def _invoice(self, row: Row) -> None:
        """What is still to pay of an invoice; somebody approves it like any other."""
        campaign, amount, number = self._campaigns[row.texts["campaign"]], row.amounts["amount"], row.texts["number"]
        payee, _ = the_payee(self._op, row.texts["payee"], None)
        facts = {"campaign_id": campaign.id, "payee_id": payee.id, "number": number, "amount": amount}
        invoices.add_invoice(self._op, **facts, issued_on=row.days["issued_on"], document_id=None)  # type: ignore[arg-type]  # mixed facts
        self._tell(row, number, campaign.code, amount)

    def _donor(self, row: Row) -> None:
        name = row.texts["donor"].strip()
        ibans = [text for text in [row.texts.get("iban", "")] if text]
        found = _donors(self._op.db, name)
        if not fold(name):
            raise refusal((Problem("takeover.cell_empty", row.at("donor")),))
        if found:
            for iban in ibans:
                parties.add_donor_account(self._op, found[0], iban)
        made = parties.find_donor(self._op.db, found[0]) if found else parties.add_donor(self._op, name, fold(name), ibans)
        self._tell(row, made.code)

    def _pledge(self, row: Row) -> None:
        campaign, amount = self._campaigns[row.texts["campaign"]], row.amounts["amount"]
        donor_id = _donors(self._op.db, row.texts["donor"])[0]
        pledges.add_pledge(self._op, donor_id, campaign.id, amount, row.days["pledged_on"])
        self._tell(row, parties.find_donor(self._op.db, donor_id).code, campaign.code, amount)
