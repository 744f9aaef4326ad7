"""One field 61 and the field 86 behind it become one statement line."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
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
    from collections.abc import Sequence

    from fundledger.statements.findings import Findings

# Charges, the exchange, and as text what is neither.
Monies = tuple[tuple[Charge, ...], Exchange | None, "Sequence[str]"]

_OLDEST = date(1970, 1, 1)
_VALUE_DAYS_AHEAD = timedelta(days=31)
# What stands for a reference that is told in field 86, or for none.
_ELSEWHERE = frozenset({"EREF", "PREF", "MARF", "KREF", "KREF+", "EREF+", "MREF+", "NONE", "0", "-"})
_STATED = re.compile(r"([A-Z]{3})?[ ]*([0-9][0-9.,]*|,[0-9]+)[ ]*([A-Z]{3})?", re.ASCII)
_NOTHING: Told = {}
# What a mark says: the sign, whether the line is booked, whether it takes back another.
_MARKS = {
    "C": (1, LineStatus.BOOKED, False), "D": (-1, LineStatus.BOOKED, False), "RC": (-1, LineStatus.BOOKED, True),
    "RD": (1, LineStatus.BOOKED, True), "EC": (1, LineStatus.PENDING, False), "ED": (-1, LineStatus.PENDING, False),
}  # fmt: skip
_MONIES = frozenset({"original", "charge", "rate"})
_NO_MONIES: Monies = ((), None, ())


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
        days, mark, stated_amount, reference, bank, beside = values.row(text)
        sign, status, reversal = _MARKS[mark]
        amount = Money(values.minor(stated_amount, self.currency) * sign, self.currency)
        value_on, booked_on, unlikely = _days(days, self.near, self._latest, self._latest_value)
        for on in unlikely:
            self._warn("line.date_unlikely", number, position, date=on)
        evidence = told(said) if said else _NOTHING
        if beside and not beside.isspace():
            evidence = _merged(evidence, beside)
        charges, exchange, more = _NO_MONIES if _MONIES.isdisjoint(evidence) else self._monies(evidence, amount)
        find = evidence.get
        return StatementLine(
            amount=amount,
            position=position,
            booked_on=booked_on,
            value_on=value_on,
            status=status,
            reversal=reversal,
            references=References(
                _reference(bank),
                _reference(find("end_to_end")),
                find("structured"),
                _reference(find("transaction")),
                _reference(reference) or _reference(find("instruction")),
            ),
            remittance=_remittance(evidence, more),
            counterparty=self._party(evidence, amount, number, position),
            charges=charges,
            exchange=exchange,
            return_reason=find("returned"),
            raw=octets,
        )

    def _warn(self, code: str, number: int, position: int, **more: object) -> None:
        self._found.warn(code, f"line {number}", entry=position, **more)

    def _party(self, evidence: Told, amount: Money, number: int, position: int) -> Party:
        name, iban = evidence.get("name"), evidence.get("iban") or None
        if not name:
            near, far = ("payer", "payee") if amount.minor >= 0 else ("payee", "payer")
            name = evidence.get(near) or evidence.get(far)
        if iban == self.account:
            iban = None
        if iban and "unsound" in evidence:
            self._warn("line.iban", number, position)
        return Party(name, iban)

    def _monies(self, evidence: Told, amount: Money) -> Monies:
        """The charges and the exchange the bank names; a charge is taken from us."""
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


@lru_cache(maxsize=4096)
def _days(text: str, near: date | None, latest: date, latest_value: date) -> tuple[date | None, date | None, tuple[date, ...]]:
    """Value and booking day, and those of them no bank would write.

    A line without a booking day was booked on its value day as far as anyone is told. The 30th of February, taken for the month's last
    day, is no day.
    """
    value_on, booked_on = values.days(text, near)
    bankers = text[2:6] == "0230"
    unlikely = tuple(
        on
        for on, last in ((booked_on, latest), (value_on, latest_value))
        if on is not None and (not _OLDEST <= on <= last or (bankers and on is value_on))
    )
    return value_on, booked_on or value_on, unlikely


def _merged(found: Told, more: str) -> Told:
    """What fields 86 and 61 tell together; the first comes first."""
    beside = told_beside(more)
    text = beside.pop("words", "")
    merged = beside | found
    if text and text not in found.get("words", ""):
        merged["more"] = f"{found['more']} {text}" if "more" in found else text
    return merged


def _remittance(evidence: Told, more: Sequence[str]) -> str:
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
