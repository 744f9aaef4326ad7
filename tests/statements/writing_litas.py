"""A writer of LITAS-ESIS, for round trips; everything in it is invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

OURS = "LT029999900000000001"
DONOR = "LT729999900000000002"


class Payment(NamedTuple):
    """One payment; cents positive when money came in."""

    on: date
    minor: int
    name: str = "Testa Testaitė"
    iban: str = DONOR
    purpose: str = "Auka stogui"
    document: str = "17"
    bank: str = "OP1"
    code: str = ""
    original: tuple[str, str] = ("", "")
    kind: str = "MK"


def payment(one: Payment, *, whole: bool = True) -> str:
    """One 010 record; `whole` has the time and the fields between the side and the purpose."""
    side, cents = "D" if one.minor < 0 else "C", str(abs(one.minor))
    middle = [*one.original, one.document, one.bank, "", one.code] if whole else [one.document, one.bank, one.code]
    time = ["1011"] if whole else []
    other = ["AGBLLT2X", "Pavyzdžio bankas", one.iban, one.name, "", "", ""]
    return "\t".join(["010", one.kind, one.on.strftime("%Y%m%d"), *time, cents, cents, side, *middle, one.purpose, *other])


def balance(word: str, on: date, minor: int, *, whole: bool = True) -> str:
    """One 020 record."""
    return "\t".join(["020", word, on.strftime("%Y%m%d"), *([""] if whole else []), str(minor), str(minor)])


def head(on: date, account: str = OURS, currency: str = "EUR") -> str:
    """One 000 record."""
    return "\t".join(["000", on.strftime("%Y%m%d"), "AGBLLT2X", "Pavyzdžio bankas", "VšĮ Pavyzdys", account, currency])


def document(payments: Sequence[Payment], opening: int = 10_000, *, whole: bool = True) -> str:
    """A whole file, its balances right."""
    first, last = min(one.on for one in payments), max(one.on for one in payments)
    closing = opening + sum(one.minor for one in payments)
    records = [head(last), balance("LikutisPR", first, opening, whole=whole), *(payment(one, whole=whole) for one in payments)]
    return "\r\n".join([*records, balance("LikutisPB", last, closing, whole=whole), ""])
