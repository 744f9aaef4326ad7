"""Check digits of the sample's invented accounts and references, computed apart from the program that checks them."""

from __future__ import annotations


def _check_digits(body: str, prefix: str) -> str:
    """Two digits that make prefix + digits + body leave 1 modulo 97 (ISO 7064); letters count from A = 10."""
    number = int("".join(str(int(sign, 36)) for sign in body + prefix + "00"))
    return f"{98 - number % 97:02d}"


def iban(country: str, body: str) -> str:
    """Make an IBAN (ISO 13616) of a country and a national account number."""
    return country + _check_digits(body, country) + body


def reference(campaign: str) -> str:
    """Make the creditor reference (ISO 11649) of a campaign: its code without anything but A-Z and 0-9."""
    body = "".join(sign for sign in campaign.upper() if sign.isascii() and sign.isalnum())
    return "RF" + _check_digits(body, "RF") + body


def wrong_reference(campaign: str) -> str:
    """Write the same reference as a tired hand types it: the two check digits exchanged, or moved on by one."""
    right = reference(campaign)
    digits = right[3] + right[2] if right[2] != right[3] else f"{(int(right[2:4]) + 1) % 100:02d}"
    return "RF" + digits + right[4:]
