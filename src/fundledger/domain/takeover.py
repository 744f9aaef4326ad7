"""A foundation that is older than its book: what its bank accounts, campaigns and open items were on one day, and whether that adds up."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from fundledger.domain.exchange import converted
from fundledger.domain.money import Money
from fundledger.domain.problem import Problem
from fundledger.domain.voucher import TERMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from fundledger.domain.exchange import Rate

# The sheets of the workbook with their columns. A column is known by `SHEET.COLUMN` in the row above its first value.
SHEETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "about": ("first_day",),
        "accounts": ("account", "name", "currency", "balance", "foundation"),
        "campaigns": ("campaign", *TERMS),
        "money": ("account", "campaign", "amount"),
        "payees": ("payee", "iban"),
        "invoices": ("campaign", "payee", "number", "issued_on", "amount"),
        "advances": ("campaign", "payee", "amount"),
        "due_back": ("campaign", "payee", "amount"),
        "donors": ("donor", "iban"),
        "pledges": ("campaign", "donor", "pledged_on", "amount"),
    },
)
DAYS, AMOUNTS = frozenset({"first_day", "issued_on", "pledged_on"}), frozenset({"balance", "foundation", "amount", *TERMS})
# What may be left empty; an amount then is zero.
MAY_BE_EMPTY = frozenset({"name", "currency", "foundation", "iban", *TERMS})
_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: columns[:1] for name, columns in SHEETS.items()}
    | {"money": ("account", "campaign"), "invoices": ("payee", "number")}
    | dict.fromkeys(("advances", "due_back"), ("campaign", "payee"))
    | {"pledges": SHEETS["pledges"]},
)
# Totals that are listed by payee on a sheet of their own, and how it is said that they are not.
_LISTED = (("advances", "advanced", "takeover.advances_sum"), ("due_back", "due_back", "takeover.due_back_sum"))
_SIGNS = dict(zip(TERMS, (1, -1, -1, -1, 1, -1, -1, -1, -1), strict=True))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet as it was read: texts, days and amounts by column, and in which cell each stands."""

    sheet: str
    cells: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)
    amounts: Mapping[str, Money] = field(default_factory=dict)

    def at(self, column: str) -> str:
        """The cell of a column, or of the row's first where the sheet has none."""
        return self.cells.get(column, next(iter(self.cells.values())))

    @property
    def key(self) -> tuple[object, ...]:
        """What may stand in one row of the sheet only."""
        return tuple(self.texts.get(name) or self.days.get(name) or self.amounts.get(name) for name in _KEYS[self.sheet])


@dataclass(frozen=True, slots=True)
class Sheets:
    """A workbook that was read whole: the first day of the new book, and the rows of each sheet."""

    first_day: date
    rows: Mapping[str, tuple[Row, ...]]

    def __getitem__(self, name: str) -> tuple[Row, ...]:
        """The rows of a sheet, none where it has none."""
        return self.rows.get(name, ())


@dataclass(frozen=True, slots=True)
class Account:
    """One of our accounts as the book has it already; `opened` is what of its opening is the foundation's own, None without one."""

    currency: str
    opened: Money | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the book knows of what the sheets name; people by the words of the sheets, donors with how many are called so."""

    currency: str
    accounts: Mapping[str, Account]
    campaigns: frozenset[str]
    taken: frozenset[str]
    payees: frozenset[str]
    donors: Mapping[str, int]
    invoices: frozenset[tuple[str, str]]
    rates: Mapping[str, Rate]


def check(sheets: Sheets, known: Known) -> list[Problem]:
    """Everything that stands in the way of a take-over, each with its cell.

    A bank account is the sum of the funds' money in it; of each campaign collected − returned − charged back − fees + in − out − paid −
    advanced − due back is its money; advances and amounts due back are listed by payee.
    """
    return [
        *_twice(sheets),
        *_accounts(sheets, known),
        *_campaigns(sheets, known),
        *_open_items(sheets, known),
    ]


def worth(amount: Money, known: Known) -> Money:
    """An amount in the book's currency, at the rate of the day before the first."""
    return amount if amount.currency == known.currency else converted(amount, known.rates[amount.currency])


def _twice(sheets: Sheets) -> Iterator[Problem]:
    for name, rows in sheets.rows.items():
        seen: dict[tuple[object, ...], Row] = {}
        for row in rows:
            first, column = seen.setdefault(row.key, row), _KEYS[name][0]
            if first is not row:
                yield Problem("takeover.row_twice", row.at(column), {"other": first.cells[column]})


def _accounts(sheets: Sheets, known: Known) -> Iterator[Problem]:
    """Each account is there, can be counted, and holds what its funds have in it."""
    listed = {row.texts["account"] for row in sheets["accounts"]}
    for row in sheets["money"]:
        if row.texts["account"] not in listed:
            yield Problem("takeover.account_unlisted", row.at("account"), {"account": row.texts["account"]})
    for row in sheets["accounts"]:
        balance = row.amounts["balance"]
        shares = [one.amounts["amount"] for one in sheets["money"] if one.texts["account"] == row.texts["account"]]
        there = known.accounts.get(row.texts["account"])
        if balance.currency not in {known.currency, *known.rates}:
            yield Problem("takeover.rate", row.at("currency"), {"currency": balance.currency})
        elif there and there.currency != balance.currency:
            yield Problem("takeover.account_currency", row.at("account"), {"currency": there.currency})
        elif there and there.opened is not None and there.opened != worth(balance, known):
            yield Problem("takeover.opening", row.at("balance"), {"balance": balance, "opened": there.opened})
        held = sum((one for one in shares if one.currency == balance.currency), row.amounts["foundation"])
        if held != balance:
            yield Problem("takeover.account_sum", row.at("balance"), {"balance": balance, "funds": held, "difference": balance - held})


def _campaigns(sheets: Sheets, known: Known) -> Iterator[Problem]:
    money: dict[str, Money] = defaultdict(lambda: Money(0, known.currency))
    listed = {row.texts["campaign"] for row in sheets["campaigns"]}
    for row in sheets["money"]:
        if row.texts["campaign"] not in listed:
            yield Problem("takeover.campaign_unlisted", row.at("campaign"), {"campaign": row.texts["campaign"]})
        elif row.amounts["amount"].currency in {known.currency, *known.rates}:
            money[row.texts["campaign"]] += worth(row.amounts["amount"], known)
    for row in sheets["campaigns"]:
        code = row.texts["campaign"]
        if code not in known.campaigns:
            yield Problem("takeover.campaign_unknown", row.at("campaign"), {"campaign": code})
        elif code in known.taken:
            yield Problem("takeover.exists", row.at("campaign"), {"campaign": code})
        terms = {name: row.amounts[name] for name in TERMS}
        yield from (Problem("takeover.negative", row.at(name)) for name, amount in terms.items() if amount.minor < 0)
        left = Money(sum(_SIGNS[name] * amount.minor for name, amount in terms.items()), known.currency)
        if left != money[code]:
            yield Problem(
                "takeover.identity",
                row.at("campaign"),
                {"campaign": code, "left": left, "money": money[code], "difference": left - money[code]},
            )
        for sheet, term, differs in _LISTED:
            mine = [one.amounts["amount"] for one in sheets[sheet] if one.texts["campaign"] == code]
            found = sum(mine, Money(0, known.currency))
            if found != terms[term]:
                yield Problem(
                    differs, row.at(term), {"campaign": code, "stated": terms[term], "listed": found, "difference": terms[term] - found}
                )


def _open_items(sheets: Sheets, known: Known) -> Iterator[Problem]:
    """Who and which campaign an open item names is known, and it is an amount."""
    listed = {row.texts["campaign"] for row in sheets["campaigns"]}
    for name in ("invoices", "advances", "due_back", "pledges"):
        for row in sheets[name]:
            code = row.texts["campaign"]
            if name in {"advances", "due_back"} and code not in listed:
                yield Problem("takeover.campaign_unlisted", row.at("campaign"), {"campaign": code})
            elif code not in known.campaigns:
                yield Problem("takeover.campaign_unknown", row.at("campaign"), {"campaign": code})
            if row.amounts["amount"].minor <= 0:
                yield Problem("takeover.not_positive", row.at("amount"))
            yield from _people(row, sheets, known)
            if (row.texts.get("payee", ""), row.texts.get("number", "")) in known.invoices:
                yield Problem("takeover.invoice_exists", row.at("number"), {"number": row.texts["number"]})
            yield from (
                Problem("takeover.too_late", row.at(column), {"first_day": sheets.first_day}) for column in _late(row, sheets.first_day)
            )


def _people(row: Row, sheets: Sheets, known: Known) -> Iterator[Problem]:
    if "payee" in row.texts and row.texts["payee"] not in known.payees | _names(sheets["payees"], "payee"):
        yield Problem("takeover.payee_unknown", row.at("payee"))
    if "donor" in row.texts:
        called = known.donors.get(row.texts["donor"], 0)
        if called > 1:
            yield Problem("takeover.donor_ambiguous", row.at("donor"), {"n": called})
        elif not called and row.texts["donor"] not in _names(sheets["donors"], "donor"):
            yield Problem("takeover.donor_unknown", row.at("donor"))


def _names(rows: Iterable[Row], column: str) -> frozenset[str]:
    return frozenset(row.texts[column] for row in rows)


def _late(row: Row, first_day: date) -> Iterator[str]:
    return (column for column, day in row.days.items() if day >= first_day)
