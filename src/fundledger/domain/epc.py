"""The text of a QR code that a banking app reads to pay (EPC069-12, version 002): name, account and reference of who is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.campaign import State
from fundledger.domain.problem import KnownError
from fundledger.domain.reference import compact, iban_is_valid, reference_is_valid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fundledger.domain.campaign import Campaign

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


def giving_text(campaign: Campaign, payee: str, ours: Mapping[str, str], iban: str | None = None, bic: str = "") -> str:
    """What a donor scans to give to a campaign that collects, to `iban` or the only account in euro of `ours` (IBAN to currency).

    Raises KnownError qr.protected for a campaign that publishes no reference, qr.not_open, qr.which_account, qr.not_ours, qr.euro.
    """
    if campaign.mandate.protected:
        raise KnownError("qr.protected", campaign.code)
    if campaign.state is not State.OPEN:
        raise KnownError("qr.not_open", campaign.code)
    euro = [one for one, currency in ours.items() if currency == "EUR" and iban_is_valid(one)]
    if iban is None and len(euro) != 1:
        raise KnownError("qr.which_account", campaign.code, known=sorted(euro))
    chosen = compact(iban) if iban else euro[0]
    if chosen not in ours:
        raise KnownError("qr.not_ours", chosen)
    if ours[chosen] != "EUR":
        raise KnownError("qr.euro", chosen)
    return payment_code(payee, chosen, campaign.reference, bic)
