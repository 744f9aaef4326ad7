"""Small MT940 files written as bookkeeping: lines in, a file out, in the dialects banks have; all of it invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.money import Money, exponent, plain
from fundledger.domain.statement import LineStatus
from tests.statements.building import OURS, Read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from fundledger.domain.statement import StatementLine

LINE, SUBFIELD = 65, 27


def amount(money: Money) -> str:
    """The amount without its sign, with the comma the standard wants."""
    text = plain(abs(money.minor), money.currency).replace(".", ",")
    return text if exponent(money.currency) else text + ","


def balance(money: Money, on: date) -> str:
    """A balance as fields 60 and 62 have it."""
    return f"{'D' if money.minor < 0 else 'C'}{on:%y%m%d}{money.currency}{amount(money)}"


def broken(text: str, width: int = LINE) -> list[str]:
    """A text cut hard into pieces of one width; a piece never ends or begins with a blank, which a bank's line might lose."""
    pieces: list[str] = []
    while len(text) > width:
        pieces.append(text[:width])
        text = text[width:]
    return [*pieces, text]


def mark(line: StatementLine) -> str:
    """The sign as the standard writes it: the reversal of a credit takes money away, that of a debit brings it back."""
    came_in = line.amount.minor >= 0
    if line.reversal:
        return "RD" if came_in else "RC"
    return ("E" if line.status is LineStatus.PENDING else "") + ("C" if came_in else "D")


def written(line: StatementLine, words: Callable[[StatementLine], str]) -> str:
    """Fields 61 and 86 of a line."""
    assert line.value_on is not None
    booked = f"{line.booked_on:%m%d}" if line.booked_on else ""
    bank = f"//{line.references.bank}" if line.references.bank else ""
    reference = line.references.instruction or "NONREF"
    return f":61:{line.value_on:%y%m%d}{booked}{mark(line)}{amount(line.amount)}NTRF{reference}{bank}\n:86:{words(line)}\n"


def german(line: StatementLine) -> str:
    """Words in subfields of 27 letters, and the whole in lines of 65."""
    sepa = (f"EREF+{line.references.end_to_end}" if line.references.end_to_end else "", f"SVWZ+{line.remittance}")
    purpose = [piece for text in sepa if text for piece in broken(text, SUBFIELD)]
    numbers = [*range(20, 30), *range(60, 64)]
    parts = [f"?{number}{piece}" for number, piece in zip(numbers, purpose, strict=False)]
    if line.counterparty.iban:
        parts.append(f"?31{line.counterparty.iban}")
    if line.counterparty.name:
        parts += [f"?{number}{piece}" for number, piece in zip((32, 33), broken(line.counterparty.name, SUBFIELD), strict=False)]
    return "\n".join(broken("166?00GUTSCHRIFT?109310" + "".join(parts)))


def dutch(line: StatementLine) -> str:
    """Words between slashes, in lines of 65."""
    name, iban, reference = line.counterparty.name, line.counterparty.iban, line.references.end_to_end
    parts = [f"/EREF/{reference}" if reference else "", f"/IBAN/{iban}" if iban else "", f"/NAME/{name}" if name else ""]
    return "\n".join(broken("/TRTP/SEPA OVERBOEKING" + "".join(parts) + f"/REMI/{line.remittance}"))


def plain_words(line: StatementLine) -> str:
    """Nothing but the words."""
    return "\n".join(broken(line.remittance))


def message(
    *fields: str,
    opening: str = "C260101EUR1000,00",
    closing: str = "C260131EUR1000,00",
    number: str = "41/1",
    account: str = OURS,
    end: str = "-\n",
) -> str:
    """One message around its lines."""
    return f":20:STARTUMS\n:25:{account}\n:28C:{number}\n:60F:{opening}\n" + "".join(fields) + f":62F:{closing}\n" + end


def statement(lines: Sequence[StatementLine], words: Callable[[StatementLine], str], opening: Money, on: date) -> str:
    """A whole message whose balances meet the booked lines."""
    booked = Money(sum(line.amount.minor for line in lines if line.status is LineStatus.BOOKED), opening.currency)
    return message(*(written(line, words) for line in lines), opening=balance(opening, on), closing=balance(opening + booked, on))


def read(folder: Path, content: str | bytes, today: date | None = None) -> Read:
    """Write a file and read it."""
    path = folder / "sample.sta"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Read(path, today)


def read_row(folder: Path, row: str, said: str | None = None, opening: str = "C260101EUR1000,00") -> StatementLine:
    """The line of a message with one field 61, and its field 86."""
    fields = (f":61:{row}\n", *(() if said is None else (f":86:{said}\n",)))
    return read(folder, message(*fields, opening=opening)).lines[0]
