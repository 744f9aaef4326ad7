"""Writers of processors' exports, for round trips: movements of a balance in, a table out; everything in it is invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fundledger.domain import money
from fundledger.domain.statement import ProcessorKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date


class Movement(NamedTuple):
    """One movement in minor units; the fee is positive when it was taken."""

    on: date
    kind: ProcessorKind
    gross: int
    fee: int
    currency: str
    name: str = "Sample Person Alpha"
    parent: str = ""

    @property
    def net(self) -> int:
        """What the balance changes by."""
        return self.gross - self.fee


PAYPAL_WORDS = {
    ProcessorKind.DONATION: "Donation Payment",
    ProcessorKind.REFUND: "Payment Refund",
    ProcessorKind.CHARGEBACK: "Chargeback",
    ProcessorKind.CHARGEBACK_REVERSAL: "Chargeback Reversal",
    ProcessorKind.FEE: "Chargeback Fee",
    ProcessorKind.CONVERSION: "General Currency Conversion",
    ProcessorKind.PAYOUT: "General Withdrawal",
}
_STRIPE_WORDS = {
    ProcessorKind.DONATION: "charge",
    ProcessorKind.REFUND: "refund",
    ProcessorKind.CHARGEBACK: "dispute",
    ProcessorKind.CHARGEBACK_REVERSAL: "dispute_reversal",
    ProcessorKind.FEE: "fee",
    ProcessorKind.CONVERSION: "other_adjustment",
    ProcessorKind.PAYOUT: "payout",
}
_PAYPAL = (
    "Date", "Time", "TimeZone", "Name", "Type", "Status", "Currency", "Gross", "Fee", "Net", "Transaction ID", "Reference Txn ID",
    "Invoice Number", "Balance",
)  # fmt: skip
_STRIPE = (
    "balance_transaction_id", "created_utc", "available_on_utc", "currency", "gross", "fee", "net", "reporting_category", "source_id",
    "description", "charge_id",
)  # fmt: skip
_GENERIC = ("gateway", "id", "parent", "type", "gross", "fee", "net", "currency", "batch", "date", "reference")


def english(minor: int, currency: str) -> str:
    """Such as 1,234.50."""
    return _grouped(minor, currency, ",", ".")


def german(minor: int, currency: str) -> str:
    """Such as 1.234,50."""
    return _grouped(minor, currency, ".", ",")


def plain(minor: int, currency: str) -> str:
    """Such as 1234.50."""
    return money.plain(minor, currency)


def _grouped(minor: int, currency: str, group: str, decimal: str) -> str:
    sign, text = "-" if minor < 0 else "", money.plain(abs(minor), currency)
    whole, _, fraction = text.partition(".")
    return sign + f"{int(whole):,}".replace(",", group) + (decimal + fraction if fraction else "")


def _csv(rows: Iterable[Sequence[str]]) -> str:
    return "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in rows)


def paypal(movements: Sequence[Movement], opening: int, *, newest_first: bool, figure: Callable[[int, str], str] = english) -> str:
    """PayPal's activity in English, months first, a running balance for each currency."""
    balances: dict[str, int] = {}
    rows = []
    for number, one in enumerate(movements, 1):
        balances[one.currency] = balances.get(one.currency, opening) + one.net
        figures = [figure(minor, one.currency) for minor in (one.gross, -one.fee, one.net)]
        day = f"{one.on.month}/{one.on.day}/{one.on.year}"
        rows.append([
            day, "10:11:12", "CET", one.name, PAYPAL_WORDS[one.kind], "Completed", one.currency, *figures, f"T{number}", one.parent, "",
            figure(balances[one.currency], one.currency),
        ])  # fmt: skip
    return _csv([_PAYPAL, *(reversed(rows) if newest_first else rows)])


def stripe(movements: Sequence[Movement]) -> str:
    """Stripe's itemised balance change."""
    rows = [
        [
            f"txn_{number}", f"{one.on} 10:11:12", f"{one.on} 00:00:00", one.currency.lower(),
            *(plain(minor, one.currency) for minor in (one.gross, one.fee, one.net)), _STRIPE_WORDS[one.kind], f"T{number}", one.name,
            one.parent,
        ]
        for number, one in enumerate(movements, 1)
    ]  # fmt: skip
    return _csv([_STRIPE, *rows])


def generic(movements: Sequence[Movement], gateway: str = "gifthub") -> str:
    """Our own table of any processor."""
    rows = [
        [
            gateway, f"T{number}", one.parent, one.kind.value, *(plain(minor, one.currency) for minor in (one.gross, one.fee, one.net)),
            one.currency, "", one.on.isoformat(), one.name,
        ]
        for number, one in enumerate(movements, 1)
    ]  # fmt: skip
    return _csv([_GENERIC, *rows])
