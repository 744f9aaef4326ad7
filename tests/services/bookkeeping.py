"""An invented foundation's desk: bank files written as payments, verbs in one word, and the proof that all ties out."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.campaign import HOLD, PAY_PART, Mandate, PublicText
from fundledger.domain.money import Money, parse, plain
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import creditor_reference
from fundledger.reports.catalogue import build_report
from fundledger.reports.value import Audience, Comparison, Figures, Identity, Kind, Message, Table
from fundledger.services import accounts, campaigns, importing, invoices, reconciling
from fundledger.services.arriving import Answers
from fundledger.services.checking import check_book
from fundledger.services.sample import build_sample
from fundledger.store import book as books
from fundledger.store import campaigns as campaign_store
from fundledger.store import funds, keys, lines
from fundledger.store.keys import Cost
from tests.statements.building import DONOR, OURS, PAYEE, balance, detail, document, entry, party, tag

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fundledger.domain.campaign import Campaign
    from fundledger.domain.figures import FundFigures
    from fundledger.domain.matching import Share
    from fundledger.reports.value import Report
    from fundledger.services.arriving import Imported
    from fundledger.store.book import Book
    from fundledger.store.lines import LineRow

__all__ = ["DONOR", "OTHER_BANK", "OURS", "PAYEE"]

OTHER_BANK = "DE93999999990000000001"
PASSPHRASE = "tikras slaptas sakinys"
RECOVERY_KEY = "0123 4567 89AB CDEF GHJK MNPQ RSTV WXYZ"
CHEAP = Cost(32, 1, 4)
LAWYER = "Sample Law Office"
PEOPLE = ("Donor Alpha", "Testa Testaitė", "Donor Gamma", "Узорная Ўласніца", "Bandomas Žodis")
GIFTS = ("1000.00", "800.00", "600.00", "400.00", "230.00")


def at(day: date) -> datetime:
    """A working hour of that day."""
    return datetime.combine(day, time(10), UTC)


def day(text: str) -> date:
    """A day of the books' year, as month-day."""
    return date.fromisoformat(f"2026-{text}")


def cents(text: str) -> int:
    """Cents of a plain amount."""
    return parse(text, "EUR").minor


def euro(text: str) -> Money:
    """A plain amount."""
    return parse(text, "EUR")


# --- bank files -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Paid:
    """One payment as a bank writes it; negative when it went out."""

    amount: str
    on: str = "01-05"
    name: str | None = None
    iban: str | None = None
    text: str | None = None
    rf: str | None = None
    bank: str | None = None
    end_to_end: str | None = None
    reason: str | None = None
    status: str = "BOOK"
    parts: tuple[Paid, ...] = ()


def _detail(one: Paid, *, bare: bool) -> str:
    role = "Dbtr" if (cents(one.amount) > 0) != bool(one.reason) else "Cdtr"
    structured = f"<Strd><CdtrRefInf><Ref>{one.rf}</Ref></CdtrRefInf></Strd>" if one.rf else ""
    reason = f"<RtrInf><Rsn><Cd>{one.reason}</Cd></Rsn></RtrInf>" if one.reason else ""
    made = detail(
        None if bare else plain(abs(cents(one.amount)), "EUR"),
        refs=tag("EndToEndId", one.end_to_end),
        parties=party(role, one.name, one.iban),
        text=one.text,
        more=reason,
    )
    if not structured:
        return made
    return (
        made.replace("</RmtInf>", f"{structured}</RmtInf>")
        if one.text
        else made.replace("</TxDtls>", f"<RmtInf>{structured}</RmtInf></TxDtls>")
    )


def _entry(one: Paid) -> str:
    minor = cents(one.amount)
    details = "".join(_detail(part, bare=False) for part in one.parts) or _detail(one, bare=True)
    booked = f"<Dt>2026-{one.on}</Dt>"
    status = f"<Cd>{one.status}</Cd>"
    direction = "CRDT" if minor > 0 else "DBIT"
    return entry(plain(abs(minor), "EUR"), direction, status=status, booked=booked, valued=booked, bank=one.bank, details=details)


def camt(  # noqa: PLR0913  a statement has this many facts
    paid: Sequence[Paid],
    *,
    first: str = "01-01",
    last: str = "01-31",
    opening: str | None = "0.00",
    number: str = "1",
    account: str = OURS,
    currency: str = "EUR",
    late: bool = False,
    period: bool = True,
) -> str:
    """A statement that adds up; `late` puts the balances behind the entries, an `opening` of None leaves them out."""
    booked = sum(cents(one.amount) for one in paid if one.status == "BOOK")
    balances = ""
    if opening is not None:
        closing = cents(opening) + booked
        days = ((f"2026-{first}", "OPBD", cents(opening)), (f"2026-{last}", "CLBD", closing))
        balances = "".join(
            balance(code, plain(abs(minor), "EUR"), on, "CRDT" if minor >= 0 else "DBIT", currency) for on, code, minor in days
        )
    span = f"<FrToDt><FrDtTm>2026-{first}T00:00:00</FrDtTm><ToDtTm>2026-{last}T23:59:59</ToDtTm></FrToDt>" if period else ""
    head = f"<Id>{account[:4]}-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>{span}"
    holder = f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
    entries = "".join(map(_entry, paid))
    return document(f"<Stmt>{head}{holder}{entries + balances if late else balances + entries}</Stmt>")


# --- the desk ---------------------------------------------------------------------------------------------------------
@cache
def _template(folder: Path) -> Path:
    path = folder / "Empty"
    facts = {"name": "Testų fondas", "currency": "EUR", "passphrase": PASSPHRASE, "person": "Treasurer", "recovery_key": RECOVERY_KEY}
    books.create_book(path, **facts, at=at(date(2025, 12, 31)), cost=CHEAP).close()
    return books.with_ending(path)


@cache
def _sample(folder: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "calibrated", lambda: CHEAP)
        build_sample(folder / "Sample", PASSPHRASE).close()
    return books.with_ending(folder / "Sample")


def copy_of(made: Callable[[Path], Path], factory: pytest.TempPathFactory, folder: Path) -> Book:
    """An open copy of a book that is made once a session."""
    source = made(factory.getbasetemp())
    shutil.copytree(source, folder / source.name)
    return books.open_book(folder / source.name, PASSPHRASE)


def empty_book(factory: pytest.TempPathFactory, folder: Path) -> Book:
    """A new book without an account."""
    return copy_of(_template, factory, folder)


def sample_book(factory: pytest.TempPathFactory, folder: Path) -> Book:
    """The sample foundation's book after its year."""
    return copy_of(_sample, factory, folder)


@dataclass(slots=True)
class Desk:
    """The verbs with their usual facts filled in; every verb is done at the moment of its day."""

    book: Book
    folder: Path
    now: datetime = field(default_factory=lambda: at(day("12-31")))
    files: count[int] = field(default_factory=lambda: count(1))

    def account(self, iban: str = OURS, opening: str | None = None) -> None:
        """A bank account of ours."""
        accounts.add_account(self.book, iban, "Sample bank", self.now, euro(opening) if opening else None, date(2025, 12, 31))

    def campaign(
        self, code: str = "C-101", asked: str = "3030.00", surplus: str = HOLD, shortfall: str = PAY_PART, **more: str
    ) -> Campaign:
        """An open campaign with an accepted quote."""
        mandate = Mandate({"en": PublicText(f"Title of {code}", "A story.")}, surplus=surplus, shortfall=shortfall, **more)  # type: ignore[arg-type]
        campaigns.add_campaign(self.book, code, euro(asked), mandate, self.now, opened_on=day("01-01"))
        campaigns.add_quote(self.book, code, LAWYER, euro(asked), day("01-01"), self.now, PAYEE)
        return self.find(code)

    def find(self, code: str) -> Campaign:
        with self.book.reading() as db:
            return campaign_store.find_campaign(db, code, "EUR")

    def file(self, content: str | bytes) -> Path:
        """A file from the bank."""
        path = self.folder / f"statement-{next(self.files)}.xml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def take_in(self, content: str | bytes, **more: str) -> Imported:
        """Import a bank file."""
        return importing.import_statement(self.book, self.file(content), self.now, answers=Answers(more.get("account")))

    def take(self, *paid: Paid, **statement: str) -> Imported:
        """Import a statement with these payments."""
        return self.take_in(camt(paid, **statement))  # type: ignore[arg-type]

    def lines(self, state: str = "open") -> list[LineRow]:
        with self.book.reading() as db:
            return lines.line_rows(db, lines.line_ids(db, state), reveal=True)

    def line(self, amount: str, state: str = "open") -> int:
        """The only line of an amount in a state."""
        [found] = [one for one in self.lines(state) if one.amount == euro(amount)]
        return found.id

    def accept(self, line_id: int, *targets: str, donor: int | None = None, anonymous: bool = False) -> None:
        """Book a line as `campaign:C-101=30.00` and the like; a target without an amount takes the whole line."""
        with self.book.reading() as db:
            amount = lines.find_line(db, line_id).amount
        sign = 1 if amount.minor > 0 else -1
        whole = [target if "=" in target else f"{target}={abs(amount)}" for target in targets]
        shares: list[Share] = [reconciling.parse_target(self.book, target, sign) for target in whole]
        reconciling.accept(self.book, line_id, shares, self.now, donor=donor, anonymous=anonymous)

    def accept_as(self, line_id: int, disposition: str, **more: str | int) -> None:
        reconciling.accept_as(self.book, line_id, disposition, self.now, **more)  # type: ignore[arg-type]

    def sure(self) -> int:
        """Accept the sure ones; how many there were."""
        return len(reconciling.accept_sure(self.book, self.now).ids)

    def invoice(
        self,
        amount: str,
        number: str = "SLO-14",
        code: str = "C-101",
        on: str = "02-01",
        *,
        approve: bool = True,
        document: Path | None = None,
    ) -> None:
        """An invoice of the lawyer, approved as a rule."""
        facts = {"campaign": code, "payee": LAWYER, "number": number, "amount": euro(amount), "issued_on": day(on)}
        invoices.add_invoice(self.book, **facts, at=self.now, document=document)  # type: ignore[arg-type]
        if approve:
            invoices.approve_invoice(self.book, number, self.now)

    def end(self, code: str = "C-101", on: str = "01-31") -> None:
        campaigns.end_collection(self.book, code, day(on), self.now)

    def close(self, code: str = "C-101", on: str = "03-31") -> None:
        campaigns.close_campaign(self.book, code, day(on), self.now)

    def figures(self, of: str = "C-101") -> FundFigures:
        """The figures of a campaign, of `U` or of `S`."""
        own = {"U": self.book.unrestricted_fund, "S": self.book.suspense_fund}
        fund = own.get(of) or self.find(of).fund
        with self.book.reading() as db:
            return funds.fund_figures(db, "EUR", [fund])[fund]

    def money(self, of: str = "C-101") -> str:
        """A fund's money."""
        return str(self.figures(of).money)


def collected(code: str = "C-101", amounts: Sequence[str] = GIFTS, on: str = "01-05") -> list[Paid]:
    """Gifts of five donors with the campaign's reference."""
    rf = creditor_reference(code)
    gifts = zip(PEOPLE, amounts, strict=True)
    return [Paid(amount, on, name, f"LT{n:02d}99", rf=rf, bank=f"{code}-{n}") for n, (name, amount) in enumerate(gifts, 10)]


def standard_desk(book: Book, folder: Path) -> Desk:
    """A bank with 500.00 of the foundation's own, campaign C-101 with 3,030.00 from five donors."""
    desk = Desk(book, folder)
    desk.account(opening="500.00")
    desk.campaign()
    desk.take(*collected(), opening="500.00")
    assert desk.sure() == 5
    return desk


def refused(act: Callable[[], object]) -> list[str]:
    """The codes with which an act is refused."""
    with pytest.raises(KnownError) as error:
        act()
    return [problem.code for problem in error.value.problems]


# --- the proof --------------------------------------------------------------------------------------------------------
def reports(book: Book) -> list[Report]:
    """Every report for the public and the auditor."""
    with book.reading() as db:
        codes = [one.code for one in campaign_store.campaigns(db, book.currency)]
    audiences = (Audience.PUBLIC, Audience.AUDITOR)
    plain_ones = [build_report(book, name, audience) for name in ("overview", "reconciliation") for audience in audiences]
    return plain_ones + [build_report(book, "campaign", audience, campaign=code) for code in codes for audience in audiences]


def differences(report: Report) -> list[str]:
    """Every identity, comparison and total of a report that does not agree."""
    found = []
    for section in report.sections:
        if isinstance(section, Identity):
            left = sum(term.sign * term.amount.minor for term in section.terms)
            found += [f"{section.key}: {left} is not {section.result}"] * (left != section.result.minor)
        elif isinstance(section, Comparison):
            sides = {str(amount) for _, amount in section.sides if amount is not None}
            found += [f"{section.key}: {sides}"] * (len(sides) > 1)
        elif isinstance(section, Table):
            found += _wrong_totals(section)
    return found


def _wrong_totals(table: Table) -> list[str]:
    found = []
    for place, column in enumerate(table.columns):
        if column.totalled:
            cells = [row.cells[place] for row in table.rows]
            amounts = [cell for cell in cells if isinstance(cell, Money)]
            counts = [cell for cell in cells if isinstance(cell, int)]
            if column.kind is Kind.COUNT:
                found += [f"{table.key}.{column.key}: {sum(counts)}"] * (sum(counts) != table.totals[column.key])
                continue
            said = table.totals.get(column.key)  # a column of which no row says anything has none
            total = sum(amounts, Money(0, said.currency if isinstance(said, Money) else "EUR"))
            found += [f"{table.key}.{column.key}: {total}"] * (total != said if amounts or said else False)
    return found


def figure(report: Report, key: str) -> object:
    """A named figure of a report."""
    [found] = [value for one in report.sections if isinstance(one, Figures) for name, value in one.items if name.key == key]
    return str(found) if isinstance(found, Money) else found


def faults(book: Book) -> list[str]:
    """Everything that does not tie out: `check`, and each difference of each report."""
    found = [f"{problem.code} {problem.subject}" for problem in check_book(book)]
    return found + [f"{one.name} {one.audience} {one.subject} {wrong}" for one in reports(book) for wrong in differences(one)]


def said(message: object) -> object:
    """A message's key and plain values."""
    return (message.key, {name: str(value) for name, value in message.values.items()}) if isinstance(message, Message) else message


def after(first: date, days: int) -> date:
    """Some days later."""
    return first + timedelta(days=days)
