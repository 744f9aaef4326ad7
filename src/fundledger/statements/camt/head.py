"""The head of a camt statement: account, balances, period, number, what its summary states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.statement import Balance, Statement
from fundledger.statements.camt import values
from fundledger.statements.camt.shape import Node, cut, shape

if TYPE_CHECKING:
    from datetime import date

    from fundledger.statements.findings import Findings

_ACCOUNT = ("Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/PrtryAcct/Id", "Acct/Id/BBAN", "Acct/Id/UPIC")
# What may open and close a statement, the best first; an available balance is the last resort.
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_OPENING_AVAILABLE, _CLOSING_AVAILABLE = ("OPAV",), ("CLAV", "ITAV")


@dataclass(frozen=True, slots=True)
class Summary:
    """Numbers and sums a statement states of itself, None where it does not."""

    path: str
    number: int | None
    total: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in a statement beside its entries."""

    statement: Statement
    balances: tuple[tuple[str, Balance], ...] = ()
    summaries: tuple[Summary, ...] = ()


class HeadReader:
    """Reads the fragments of one statement that are not entries, before or after them."""

    def __init__(self, fragment: str, where: str, found: Findings) -> None:
        """Cut the fragment, the statement's element without its entries."""
        tags, self._texts = cut(fragment)
        self._node: Node = shape(tags)
        self._where = where
        self._found = found

    def read(self, kind: str, entry_currency: str) -> Head:
        """The head; where the account has no currency, its balances' or the first entry's is taken."""
        account = self._account()
        currency = self._currency(entry_currency)
        balances = tuple(self.balances(currency))
        opening, closing = opening_and_closing(balances)
        start_on = self._day("FrToDt/FrDt", "FrToDt/FrDtTm") or (opening.on if opening else None)
        end_on = self._day("FrToDt/ToDt", "FrToDt/ToDtTm") or (closing.on if closing else None)
        number = self._text("ElctrncSeqNb") or self._text("LglSeqNb") or self._text("Id")
        statement = Statement(account, currency, number or None, opening, closing, start_on, end_on, kind)
        return Head(statement, balances, tuple(self.summaries()))

    def _text(self, *paths: str) -> str:
        return self._texts[self._node.place_of(*paths)].strip()

    def _account(self) -> str:
        stated = self._text(*_ACCOUNT)
        account, sound = values.iban(stated)
        if account is None:
            self._found.warn("statement.account_missing", self._where)
        elif self._node.first(_ACCOUNT[0]) and not sound:
            self._found.warn("statement.iban", self._where)
        return account or ""

    def _currency(self, entry_currency: str) -> str:
        """The account's currency; raises nothing: a bad one is a fault of the statement."""
        stated = [self._text("Acct/Ccy"), *(node.currency for node in self._node.all("Bal/Amt")), entry_currency]
        currency = next(filter(None, stated), "")
        try:
            return values.amount("0", currency, credit=True).currency
        except KnownError as error:
            self.fault(error, "Acct")
            return currency

    def fault(self, error: KnownError, element: str) -> None:
        """Note a value of the head that cannot be read; a bound that was met refuses at once."""
        problem = error.problems[0]
        if problem.code.startswith("file."):
            raise error
        code = problem.code.replace("line.", "statement.", 1)
        self._found.fault(Problem(code, f"{self._where}/{element}/{problem.subject}", problem.values))

    def _day(self, *paths: str) -> date | None:
        try:
            return values.day(self._text(*paths))
        except KnownError as error:
            self.fault(error, paths[0])
            return None

    def balances(self, currency: str) -> list[tuple[str, Balance]]:
        """The balances in the account's currency with their type codes, in the order of the file."""
        found = []
        for node in self._node.all("Bal"):
            try:
                balance = self._balance(node)
            except KnownError as error:
                self.fault(error, "Bal")
                continue
            if balance and balance[1].amount.currency == currency:
                found.append(balance)
            elif balance:
                self._found.warn("statement.balance_currency", self._where, currency=balance[1].amount.currency)
        return found

    def _balance(self, node: Node) -> tuple[str, Balance] | None:
        code = self._texts[node.place_of("Tp/CdOrPrtry/Cd", "Tp/Cd", "Tp/CdOrPrtry/Prtry")].strip()
        stated = node.first("Amt") or Node("")
        credit = values.credit(self._texts[node.place_of("CdtDbtInd")])
        amount = values.amount(self._texts[stated.place], stated.currency, credit)
        on = values.day(self._texts[node.place_of("Dt/Dt", "Dt/DtTm", "Dt")]) or self._day("FrToDt/ToDt", "FrToDt/ToDtTm", "CreDtTm")
        if on is None:
            self._found.warn("statement.balance_undated", self._where)
            return None
        return code, Balance(on, amount, booked=code not in _OPENING_AVAILABLE + _CLOSING_AVAILABLE)

    def summaries(self) -> list[Summary]:
        """What the summary states of all, credit and debit entries."""
        found = []
        for path in ("TtlNtries", "TtlCdtNtries", "TtlDbtNtries"):
            node = self._node.first(f"TxsSummry/{path}")
            if node:
                number, total = (self._texts[node.place_of(name)] for name in ("NbOfNtries", "Sum"))
                found.append(Summary(path, values.count(number), total.strip()))
        return found


def opening_and_closing(balances: tuple[tuple[str, Balance], ...]) -> tuple[Balance | None, Balance | None]:
    """The balance before the first line and the one after the last, as far as the bank gives them.

    Of several days the earliest opens and the latest closes. Interim balances (ITBD) stand for a missing one: the page
    before ended with the first, this one ends with the last; a single one closes, unless a closing balance is there.
    """
    opening = min(_of(balances, _OPENING), key=_on, default=None)
    closing = max(reversed(_of(balances, _CLOSING)), key=_on, default=None)
    interim = _of(balances, ("ITBD",))
    if opening is None and len(interim) > (closing is None):
        opening = interim[0]
    if closing is None and interim:
        closing = interim[-1]
    opening = opening or next(iter(_of(balances, _OPENING_AVAILABLE)), None)
    closing = closing or next(reversed(_of(balances, _CLOSING_AVAILABLE)), None)
    return opening, closing


def _of(balances: tuple[tuple[str, Balance], ...], codes: tuple[str, ...]) -> list[Balance]:
    """The balances of the first type that occurs at all."""
    return next((found for code in codes if (found := [balance for name, balance in balances if name == code])), [])


def _on(balance: Balance) -> date:
    return balance.on
