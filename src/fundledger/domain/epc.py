"""The text of a QR code that a banking app reads to pay (EPC069-12, version 002): name, account and reference of who is paid."""

from __future__ import annotations

from fundledger.domain.problem import KnownError
from fundledger.domain.reference import compact, iban_is_valid, reference_is_valid

# A code holds 331 bytes at the most; what is not the name takes less than 90 of them.
LONGEST_NAME, MOST_BYTES, _NAME_BYTES = 70, 331, 240


def payment_code(name: str, iban: str, reference: str, bic: str = "") -> str:
    """Lines for a SEPA credit transfer of any amount under a creditor reference (ISO 11649), in UTF-8.

    Raises KnownError qr.name, qr.account, qr.reference for what a bank would refuse.
    """
    payee, account, wanted = (
        " ".join(name.split()).encode()[:_NAME_BYTES].decode(errors="ignore")[:LONGEST_NAME],
        compact(iban),
        compact(reference),
    )
    if not payee:
        raise KnownError("qr.name", name)
    if not iban_is_valid(account):
        raise KnownError("qr.account", iban)
    if not reference_is_valid(wanted):
        raise KnownError("qr.reference", reference)
    # service tag, version, character set (1 is UTF-8), kind, BIC, name, IBAN, amount, purpose, structured reference
    lines = ("BCD", "002", "1", "SCT", bic, payee, account, "", "", wanted)
    return "\n".join(lines)
