"""Vouchers: what is booked on a document and not on a bank line, one kind a case of the ledger's table of bookings."""

from __future__ import annotations

from enum import StrEnum


class VoucherKind(StrEnum):
    """What a voucher says happened."""

    SETTLED = "settled"  # others paid part of an invoice, or the payee waived it
    CREDIT = "credit"  # a credit note on what of an invoice is unpaid
    CREDIT_PAID = "credit_paid"  # a credit note on what of an invoice is paid: due back from the payee
    ADVANCE_USED = "advance_used"  # a retainer that pays an invoice
    ADVANCE_UNUSED = "advance_unused"  # a retainer the payee gives back
    BENEFICIARY = "beneficiary"  # the beneficiary paid an invoice and is owed it
    WITHHELD = "withheld"  # tax kept back from an invoice
    REVERSE_CHARGE = "reverse_charge"  # tax owed on top of an invoice
    IN_KIND = "in_kind"  # work that is never invoiced, at its value
    CASH = "cash"  # a gift in cash
    REFUND = "refund"  # a gift that is to be given back
    TRANSFER = "transfer"  # money of one fund for another, decided and documented
    LOST = "lost"  # a chargeback that was decided against us
    ADJUSTMENT = "adjustment"  # dated the last day of a closed period, by two persons


# Kinds that settle an invoice: its payable falls by the amount.
SETTLING = frozenset({VoucherKind.SETTLED, VoucherKind.CREDIT, VoucherKind.ADVANCE_USED, VoucherKind.BENEFICIARY, VoucherKind.WITHHELD})
# Kinds that one person alone cannot book.
OF_TWO = frozenset({VoucherKind.CASH, VoucherKind.TRANSFER, VoucherKind.ADJUSTMENT})
