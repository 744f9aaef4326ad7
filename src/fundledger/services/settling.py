"""What payments settle of invoices: what fits, what is beyond, and the difference of an exchange."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fundledger.domain.chart import ADVANCES, DUE_BACK
from fundledger.domain.matching import Share, TargetKind
from fundledger.domain.money import Money
from fundledger.domain.problem import Problem
from fundledger.domain.settling import Open, part_of
from fundledger.services.exchanging import settling_shares

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fundledger.domain.people import Invoice
    from fundledger.services.allocating import Ground
    from fundledger.store.lines import LineRow


def as_facts(
    line: LineRow, shares: Sequence[Share], on: Ground, settled: dict[int, Invoice], worth: Callable[[Money], Money]
) -> tuple[tuple[Share, ...], tuple[Problem, ...]]:
    """What a bank did is booked, whatever we owed: these shares with the parts that no invoice takes, and warnings of them.

    What is paid above a payable is due back from the payee (1220), what is paid on an invoice nobody approved is an advance (1210),
    what comes back beyond what was paid is nobody's yet. What it took more or less of the book's money than was owed is an exchange
    difference. `settled` are the invoices as earlier shares of this operation left them, `worth` money of the line in the book's.
    """
    made: list[Share] = []
    warnings: list[Problem] = []
    for share in shares:
        invoice = _invoice(share, on, settled)
        if invoice is None:
            made.append(share)
            continue
        said = _said(line, share, invoice, alone=len(shares) == 1)
        sign = 1 if share.amount.minor > 0 else -1
        part = part_of(_open(invoice, sign), abs(share.amount.minor), max(1, abs(worth(share.amount).minor)), said)
        rest = share.amount.minor - sign * part.taken
        if part.taken:
            booked, own = Money(sign * part.booked, on.currency), Money(sign * part.own, invoice.own.currency)
            settled[invoice.id] = _after(invoice, booked, own)
            kept = share._replace(amount=replace(share.amount, minor=sign * part.taken), original=own if invoice.original else None)
            made += settling_shares(kept, booked, worth, invoice.fund, on)
            if said is None:
                warnings.append(Problem("invoice.original_taken", invoice.number, {"original": abs(own), "amount": abs(kept.amount)}))
        if rest:
            other, code = _beyond(invoice, share._replace(amount=replace(share.amount, minor=rest)))
            made.append(other)
            warnings.append(Problem(code, invoice.number, {"amount": abs(other.amount)}))
    return tuple(made), tuple(warnings)


def _said(line: LineRow, share: Share, invoice: Invoice, *, alone: bool) -> int | None:
    """What of the invoice's own amount a payment is said to pay: by a person, by its currency, by the bank; None where nobody says."""
    own = share.original or share.amount
    if own.currency == invoice.own.currency:
        return abs(own.minor)
    bank = line.original if alone else None
    return abs(bank.minor) if bank and bank.currency == invoice.own.currency else None


def _open(invoice: Invoice, sign: int) -> Open:
    """What a payment (negative) may settle, or what money that comes back may open again."""
    if sign > 0:
        return Open(invoice.own_paid.minor, invoice.paid.minor)
    return Open((invoice.own - invoice.own_paid).minor, invoice.payable.minor) if invoice.approved else Open(0, 0)


def _after(invoice: Invoice, booked: Money, own: Money) -> Invoice:
    return replace(invoice, paid=invoice.paid - booked, original_paid=invoice.own_paid - own if invoice.original else None)


def _beyond(invoice: Invoice, share: Share) -> tuple[Share, str]:
    """What becomes of a payment that an invoice does not take, and the warning of it."""
    if share.amount.minor > 0:
        return Share(TargetKind.SUSPENSE, None, share.amount), "invoice.returned_over"
    account, code = (DUE_BACK, "invoice.paid_over") if invoice.approved else (ADVANCES, "invoice.paid_as_advance")
    return Share(TargetKind.ACCOUNT, account, share.amount, detail=share.detail, bearer=invoice.campaign, payee=invoice.payee), code


def _invoice(share: Share, on: Ground, settled: Mapping[int, Invoice]) -> Invoice | None:
    """The invoice of a share as it stands by now; None for a share that is for none."""
    if share.target is not TargetKind.INVOICE or not isinstance(share.key, int):
        return None
    return settled.get(share.key) or on.invoices.get(share.key)
