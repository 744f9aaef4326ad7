"""Foreign money: gifts at the published rate of their day, payouts to the cent, accounts that tie out in their own currency."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.campaign import Mandate, PublicText
from fundledger.domain.closing import ItemKey
from fundledger.domain.money import Money, parse
from fundledger.reports import tieout
from fundledger.services import accounts, campaigns, closing, importing, rates, reconciling, revaluing, undoing
from fundledger.services.checking import check_book
from fundledger.store import book as books
from fundledger.store import extracts, lines
from tests.services.bookkeeping import CHEAP, OTHER_BANK, PASSPHRASE, RECOVERY_KEY, Desk, Paid, at, camt, day, faults, refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fundledger.store.book import Book

HEAD = "gateway,id,parent,type,gross,fee,net,currency,batch,date,reference"
GIFT = "gifthub,T1,,donation,100.00,0.00,100.00,USD,,2026-01-17,Sample Person Alpha"
PAYOUT = "gifthub,T2,,payout,-100.00,0.00,-100.00,USD,,2026-01-20,"
# Invented: on the Friday before the gift a euro cost 100 / 92 dollars.
PUBLISHED = "Date,USD,\n2026-01-30,1.2500,\n2026-01-19,1.0500,\n2026-01-16,1.0869565,\n"


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    """A bank in euros, a processor's account in dollars, and a file of rates."""
    made = Desk(book, tmp_path)
    made.account()
    accounts.add_account(book, "", "Gifthub", made.now, processor="gifthub", currency="USD")
    take_rates(made)
    return made


def foreign_statement(desk: Desk, paid: Sequence[Paid], currency: str, **more: str) -> None:
    """A statement of the other bank in its currency."""
    statement = camt(paid, account=OTHER_BANK, currency=currency, **more)  # type: ignore[arg-type]
    desk.take_in(statement.replace('Ccy="EUR"', f'Ccy="{currency}"'))


def take_rates(desk: Desk, content: str = PUBLISHED) -> None:
    path = desk.folder / "eurofxref.csv"
    path.write_text(content)
    rates.import_rates(desk.book, path, desk.now)


def activity(desk: Desk, *rows: str) -> None:
    path = desk.folder / f"activity-{next(desk.files)}.csv"
    path.write_text("\n".join((HEAD, *rows, "")))
    importing.import_statement(desk.book, path, desk.now)


def accept(desk: Desk, line_id: int, *targets: str) -> None:
    """Book a line in its own currency; amounts below zero run against it."""
    with desk.book.reading() as db:
        amount = lines.find_line(db, line_id).amount
    sign = 1 if amount.minor > 0 else -1
    shares = [reconciling.parse_target(desk.book, target, sign, amount.currency) for target in targets]
    reconciling.accept(desk.book, line_id, shares, desk.now)


def line_of(desk: Desk, account: str, minor: int) -> int:
    [found] = [one.id for one in desk.lines("all") if one.account == account and one.amount.minor == minor]
    return found


def balances(desk: Desk, of: str) -> dict[str, str]:
    """What a fund has on every account that is not at zero, debit positive, in the book's currency."""
    fund = desk.book.unrestricted_fund if of == "U" else desk.find(of).fund
    with desk.book.reading() as db:
        found = db.exec_driver_sql(
            "SELECT a.code, sum(p.amount_minor) FROM posting p JOIN account a ON a.id = p.account_id WHERE p.fund_id = ?"
            " GROUP BY a.code HAVING sum(p.amount_minor) <> 0 ORDER BY a.code",
            (fund,),
        ).all()
    return {code: f"{minor / 100:.2f}" for code, minor in found}


CAMPAIGN_BEARS: tuple[dict[str, str], dict[str, str]] = ({"1010-1": "90.70", "4010": "-92.00", "5310": "0.60", "5330": "0.70"}, {})
FOUNDATION_BEARS = ({"1010-1": "92.00", "4010": "-92.00"}, {"1010-1": "-1.30", "5310": "0.60", "5330": "0.70"})


@pytest.mark.parametrize(
    ("fee", "expected", "charge"),
    [("campaign", CAMPAIGN_BEARS, "account:5310@C-101=-0.60"), ("foundation", FOUNDATION_BEARS, "account:5310=-0.60")],
)
def test_a_dollar_gift_on_a_weekend_is_paid_out_in_euros(
    desk: Desk, fee: str, expected: tuple[dict[str, str], dict[str, str]], charge: str
) -> None:
    desk.campaign(fee=fee)
    activity(desk, GIFT, PAYOUT)
    gift, sent = line_of(desk, "1060-1", 10000), line_of(desk, "1060-1", -10000)
    accept(desk, gift, "campaign:C-101=100.00")
    assert balances(desk, "C-101") == {"1060-1": "92.00", "4010": "-92.00"}
    assert faults(desk.book) == []
    desk.accept_as(sent, "payout")
    assert balances(desk, "C-101") == {"1090": "92.00", "4010": "-92.00"}
    assert faults(desk.book) == []
    desk.take(Paid("90.70", "01-22", "Gifthub"))
    came = line_of(desk, "1010-1", 9070)
    desk.accept_as(came, "payout", fee=parse("0.60", "EUR"))  # type: ignore[arg-type]
    assert (balances(desk, "C-101"), balances(desk, "U")) == expected
    assert faults(desk.book) == []
    reconciling.unmatch(desk.book, came, desk.now)
    assert (balances(desk, "C-101"), balances(desk, "U")) == ({"1090": "92.00", "4010": "-92.00"}, {})
    assert faults(desk.book) == []
    accept(desk, came, "transfer=91.30", charge)
    assert (balances(desk, "C-101"), balances(desk, "U")) == expected
    undoing.undo(desk.book, desk.now)
    assert balances(desk, "C-101") == {"1090": "92.00", "4010": "-92.00"}
    assert faults(desk.book) == []


def test_the_gift_keeps_its_dollars_and_the_rate_of_the_day_before_the_weekend(desk: Desk) -> None:
    desk.campaign()
    activity(desk, GIFT)
    accept(desk, line_of(desk, "1060-1", 10000), "campaign:C-101=100.00")
    with desk.book.reading() as db:
        found = rates.rate_on(db, "USD", day("01-18"), "EUR")
        given = db.exec_driver_sql("SELECT amount_minor FROM donation").scalar_one()
    assert (found.text, found.on, given) == ("1.0869565", day("01-16"), 9200)


def test_a_foreign_bank_account_ties_out_in_its_own_currency_and_is_revalued(desk: Desk) -> None:
    desk.campaign()
    accounts.add_account(desk.book, OTHER_BANK, "Dollar bank", desk.now, currency="USD")
    statement = camt([Paid("100.00", "01-17", "Sample Person Alpha")], account=OTHER_BANK, currency="USD")
    desk.take_in(statement.replace('Ccy="EUR"', 'Ccy="USD"'))
    accept(desk, line_of(desk, "1010-2", 10000), "campaign:C-101=100.00")
    assert faults(desk.book) == []
    with desk.book.reading() as db:
        assert [code for code, _ in revaluing.needs_revaluation(db, day("01-31"), "EUR")] == ["1010-2"]
    revaluing.revalue(desk.book, day("01-31"), desk.now)
    assert balances(desk, "C-101") == {"1010-2": "80.00", "4010": "-92.00", "5330": "12.00"}
    with desk.book.reading() as db:
        assert revaluing.needs_revaluation(db, day("01-31"), "EUR") == []
        [own] = [one for one in extracts.bank_facts(db, day("01-31")) if one.account == "1010-2"]
    assert (own.closing_minor, own.ledger_minor, own.open_lines) == (10000, 10000, 0)
    assert faults(desk.book) == []
    assert revaluing.revalue(desk.book, day("01-31"), desk.now).operation is None
    undoing.undo(desk.book, desk.now)
    assert balances(desk, "C-101") == {"1010-2": "92.00", "4010": "-92.00"}
    assert faults(desk.book) == []


def test_without_a_rate_nothing_is_booked_and_everything_stays(desk: Desk) -> None:
    desk.campaign()
    activity(desk, GIFT.replace("2026-01-17", "2026-11-21"))
    line = line_of(desk, "1060-1", 10000)
    assert refused(lambda: accept(desk, line, "campaign:C-101=100.00")) == ["rate.missing"]
    assert ([one.state for one in desk.lines("all")], balances(desk, "C-101")) == (["open"], {})
    opening = parse("5.00", "USD")
    assert refused(
        lambda: accounts.add_account(desk.book, OTHER_BANK, "Dollars", desk.now, opening, date(2026, 11, 21), currency="USD")
    ) == ["rate.missing"]
    assert faults(desk.book) == []


def test_an_opening_in_another_currency_than_the_account_is_refused(desk: Desk) -> None:
    opening = parse("5.00", "EUR")
    assert refused(lambda: accounts.add_account(desk.book, OTHER_BANK, "Dollars", desk.now, opening, day("01-17"), currency="USD")) == [
        "account.currency"
    ]


def test_an_opening_in_dollars_stands_at_the_rate_of_its_day(desk: Desk) -> None:
    accounts.add_account(desk.book, OTHER_BANK, "Dollars", desk.now, parse("100.00", "USD"), day("01-17"), currency="USD")
    assert balances(desk, "U") == {"1010-2": "92.00", "3900": "-92.00"}
    assert faults(desk.book) == []


def test_the_same_file_of_rates_is_taken_once(desk: Desk) -> None:
    take_rates(desk)
    assert len(rates.kept(desk.book)) == 1


def test_what_left_in_dollars_is_booked_before_what_came_of_it(desk: Desk) -> None:
    desk.campaign()
    activity(desk, GIFT, PAYOUT)
    desk.take(Paid("90.70", "01-22", "Gifthub"))
    sent, came = line_of(desk, "1060-1", -10000), line_of(desk, "1010-1", 9070)
    accept(desk, line_of(desk, "1060-1", 10000), "campaign:C-101=100.00")
    desk.accept_as(came, "payout")
    assert refused(lambda: desk.accept_as(sent, "payout")) == ["payout.bank_first"]
    reconciling.unmatch(desk.book, came, desk.now)
    desk.accept_as(sent, "payout")
    desk.accept_as(came, "payout")
    assert balances(desk, "C-101") == {"1010-1": "92.00", "4010": "-92.00"}
    assert balances(desk, "U") == {"1010-1": "-1.30", "5330": "1.30"}
    assert faults(desk.book) == []


def test_a_month_of_a_dollar_account_is_imported_reconciled_revalued_and_closed(desk: Desk) -> None:
    desk.campaign()
    desk.take()
    accounts.add_account(desk.book, OTHER_BANK, "Dollar bank", desk.now, parse("10.00", "USD"), date(2025, 12, 31), currency="USD")
    gifts = [Paid("100.00", "01-17", "Sample Person Alpha", bank="G-1"), Paid("-8.70", "01-20", "Dollar bank", bank="G-2")]
    foreign_statement(desk, gifts, "USD", opening="10.00")
    january = (day("01-01"), day("01-31"))
    items = {one.key: [each.code for each in one.problems] for one in closing.checklist(desk.book, *january) if not one.ok}
    assert items == {ItemKey.LINES: ["closing.open_line", "closing.open_line"], ItemKey.REVALUED: ["closing.not_revalued"]}
    accept(desk, line_of(desk, "1010-2", 10000), "campaign:C-101=100.00")
    desk.accept_as(line_of(desk, "1010-2", -870), "charge")
    assert refused(lambda: closing.close_period(desk.book, january, desk.now)) == ["closing.not_revalued"]
    revaluing.revalue(desk.book, day("01-31"), desk.now)
    assert (balances(desk, "C-101")["1010-2"], balances(desk, "U")["1010-2"]) == ("80.00", "1.04")
    assert closing.close_period(desk.book, january, desk.now).ids
    with desk.book.reading() as db:
        [own] = [one for one in tieout.standing(db, "EUR", day("01-31")).foreign if one.account == "1010-2"]
    assert (own.closing_minor, own.ledger_minor, own.open_minor) == (10130, 10130, 0)
    assert faults(desk.book) == []


def test_a_line_not_yet_booked_stands_between_bank_and_ledger_in_dollars(desk: Desk) -> None:
    desk.campaign()
    accounts.add_account(desk.book, OTHER_BANK, "Dollar bank", desk.now, currency="USD")
    foreign_statement(desk, [Paid("100.00", "01-17", "Sample Person Alpha", bank="G-1"), Paid("7.00", "01-18", "B", bank="G-2")], "USD")
    accept(desk, line_of(desk, "1010-2", 10000), "campaign:C-101=100.00")
    with desk.book.reading() as db:
        [own] = [one for one in tieout.standing(db, "EUR", day("01-31")).foreign if one.account == "1010-2"]
    assert (own.closing_minor, own.ledger_minor, own.open_minor, extracts.adjusted_minor(own)) == (10700, 10000, 700, 10000)
    assert faults(desk.book) == []


# --- books that are not in euros --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("currency", "given", "expected", "rate"),
    [
        ("PLN", "EUR", "420.00", "0.238095238095"),  # 100 EUR at 4.2000
        ("PLN", "USD", "386.40", "0.258799166667"),  # 100 USD at 1.0869565: 92.00 EUR, through the euro
        ("USD", "EUR", "108.70", "0.920000018400"),
        ("JPY", "EUR", "16205", "0.00617093489664"),  # no decimals: 100 EUR at 162.05
    ],
)
def test_a_gift_in_another_currency_in_a_book_that_is_not_in_euros(
    tmp_path: Path, currency: str, given: str, expected: str, rate: str
) -> None:
    facts = {"name": "Testų fondas", "currency": currency, "passphrase": PASSPHRASE, "person": "Treasurer", "recovery_key": RECOVERY_KEY}
    path = tmp_path / "Other"
    books.create_book(path, **facts, at=at(date(2025, 12, 31)), cost=CHEAP).close()
    with books.open_book(books.with_ending(path), PASSPHRASE) as book:
        desk = Desk(book, tmp_path)
        take_rates(desk, "Date,USD,PLN,JPY,\n2026-01-30,1.0500,4.0000,160.00,\n2026-01-16,1.0869565,4.2000,162.05,\n")
        mandate = Mandate({"en": PublicText("A title", "A story.")})
        campaigns.add_campaign(book, "C-101", parse("9000", currency), mandate, desk.now, opened_on=day("01-01"))
        accounts.add_account(book, OTHER_BANK, "Other bank", desk.now, currency=given)
        foreign_statement(desk, [Paid("100.00", "01-17", "Sample Person Alpha")], given)
        accept(desk, line_of(desk, "1010-1", 10000), "campaign:C-101=100.00")
        with book.reading() as db:
            [own] = tieout.standing(db, currency, day("01-31")).foreign
            found = db.exec_driver_sql("SELECT p.amount_minor, p.original_minor, p.rate FROM posting p ORDER BY 1 DESC LIMIT 1").one()
            assert rates.rate_on(db, given, day("01-17"), currency).text == rate
        assert (str(Money(found[0], currency)), found[1], found[2]) == (expected, 10000, rate)
        assert (own.closing_minor, own.ledger_minor) == (10000, 10000)
        assert [problem.code for problem in check_book(book)] == []
        revaluing.revalue(book, day("01-31"), desk.now)
        with book.reading() as db:
            assert revaluing.needs_revaluation(db, day("01-31"), currency) == []
        assert [problem.code for problem in check_book(book)] == []
