"""One field 61 and the field 86 behind it become one statement line."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING
from unicodedata import normalize

from fundledger.domain.money import Money, is_currency
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import stated
from fundledger.domain.statement import Charge, Exchange, LineStatus, Party, References, StatementLine
from fundledger.statements.mt940 import values
from fundledger.statements.mt940.told import Told, told, told_beside
from fundledger.statements.safety import LONGEST_FIELD

if TYPE_CHECKING:
    from fundledger.statements.findings import Findings

_OLDEST = date(1970, 1, 1)
_VALUE_DAYS_AHEAD = timedelta(days=31)
# What stands for a reference that is told in field 86, or for none.
_ELSEWHERE = frozenset({"EREF", "PREF", "MARF", "KREF", "KREF+", "EREF+", "MREF+", "NONE", "0", "-"})
_STATED = re.compile(r"([A-Z]{3})?[ ]*([0-9][0-9.,]*|,[0-9]+)[ ]*([A-Z]{3})?", re.ASCII)
_NOTHING: Told = {}


class EntryReader:
    """Reads the lines of one file and warns into `found`; `account`, `currency` and `near` (a day) are those of the statement being read.

    Days after `today` warn; None leaves that out.
    """

    def __init__(self, found: Findings, today: date | None) -> None:
        """Stand before the first statement."""
        self.account = ""
        self.currency = ""
        self.near: date | None = None
        self._found = found
        self._latest = today or date.max
        self._latest_value = today + _VALUE_DAYS_AHEAD if today else date.max

    def line(self, number: int, position: int, text: str, said: str | None) -> StatementLine:
        """The line of a field 61 that begins in line `number` of the file; `said` is its field 86.

        Raises KnownError line.amount, line.date, line.direction for a row that cannot be taken, file.field at the bound.
        """
        raw = f":61:{text}" if said is None else f":61:{text}\n:86:{said}"
        if len(raw) > LONGEST_FIELD:
            raise KnownError("file.field", "", limit=LONGEST_FIELD)
        octets = raw.encode()
        if len(octets) != len(raw):
            text, said = normalize("NFC", text), None if said is None else normalize("NFC", said)
        row = values.row(text)
        amount = Money(values.minor(row.amount, self.currency) * values.sign(row.mark), self.currency)
        value_on, booked_on = self._days(row.days, number, position)
        evidence = _merged(told(said) if said else _NOTHING, row.more)
        charges, exchange, more = self._monies(evidence, amount)
        return StatementLine(
            amount=amount,
            position=position,
            booked_on=booked_on,
            value_on=value_on,
            status=LineStatus.PENDING if row.mark[0] == "E" else LineStatus.BOOKED,
            reversal=row.mark[0] == "R",
            references=References(
                _reference(row.bank),
                _reference(evidence.get("end_to_end")),
                evidence.get("structured"),
                _reference(evidence.get("transaction")),
                _reference(row.reference) or _reference(evidence.get("instruction")),
            ),
            remittance=_remittance(evidence, more),
            counterparty=self._party(evidence, amount, number, position),
            charges=charges,
            exchange=exchange,
            return_reason=evidence.get("returned"),
            raw=octets,
        )

    def _warn(self, code: str, number: int, position: int, **more: object) -> None:
        self._found.warn(code, f"line {number}", entry=position, **more)

    def _days(self, text: str, number: int, position: int) -> tuple[date | None, date | None]:
        """Value and booking day; a line without a booking day was booked on its value day as far as anyone is told.

        The 30th of February, taken for the month's last day, warns.
        """
        value_on, booked_on = values.days(text, self.near)
        bankers = text[2:6] == "0230"
        for on, latest in ((booked_on, self._latest), (value_on, self._latest_value)):
            if on is not None and (not _OLDEST <= on <= latest or (bankers and on is value_on)):
                self._warn("line.date_unlikely", number, position, date=on)
        return value_on, booked_on or value_on

    def _party(self, evidence: Told, amount: Money, number: int, position: int) -> Party:
        sides = ("payer", "payee") if amount.minor >= 0 else ("payee", "payer")
        name = evidence.get("name") or evidence.get(sides[0]) or evidence.get(sides[1])
        iban = evidence.get("iban") or None
        if iban == self.account:
            iban = None
        if iban and "unsound" in evidence:
            self._warn("line.iban", number, position)
        return Party(name, iban)

    def _monies(self, evidence: Told, amount: Money) -> tuple[tuple[Charge, ...], Exchange | None, list[str]]:
        """Charges and the exchange the bank names, and as text what is neither; a charge is taken from us."""
        if not ("original" in evidence or "charge" in evidence or "rate" in evidence):
            return (), None, []
        more: list[str] = []
        charge, original = (self._stated(evidence.get(name), more) for name in ("charge", "original"))
        included = None
        if charge and original and charge.currency == original.currency == amount.currency:
            included = True if abs(amount) in {original + charge, original - charge} else None
        rate = evidence.get("rate")
        foreign = original if original and original.currency != amount.currency else None
        source, target = (foreign.currency, amount.currency) if foreign else (None, None)
        if original and not foreign:
            more.append(f"OAMT {original}")
        exchange = Exchange(foreign, source, target, rate) if foreign or rate else None
        return ((Charge(-charge, included),) if charge else ()), exchange, more

    def _stated(self, text: str | None, more: list[str]) -> Money | None:
        """An amount within words, in its own currency or the account's; what cannot be read stays among the words."""
        match = _STATED.match(text) if text else None
        if text is None:
            return None
        currency = (match and (match[1] or match[3])) or self.currency
        try:
            return Money(values.minor(match[2], currency), currency) if match and is_currency(currency) else None
        except KnownError:
            more.append(text)
            return None


def _merged(found: Told, more: str) -> Told:
    """What fields 86 and 61 tell together; the first comes first."""
    if not more or more.isspace():
        return found
    beside = told_beside(more)
    text = beside.pop("words", "")
    merged = beside | found
    if text and text not in found.get("words", ""):
        merged["more"] = f"{found['more']} {text}" if "more" in found else text
    return merged


def _remittance(evidence: Told, more: list[str]) -> str:
    """The words of the payer, else the kind of booking; behind it what has no place of its own."""
    text = evidence.get("words") or evidence.get("posting", "")
    if "more" not in evidence and not more:
        return text
    return " ".join(filter(None, (text, evidence.get("more"), *more)))


def _reference(text: str | None) -> str | None:
    if not text:
        return None
    found = stated(text)
    return None if found in _ELSEWHERE else found
