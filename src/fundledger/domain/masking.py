"""How names and accounts look while they are masked: enough to tell two apart, not enough to know one."""

from __future__ import annotations


def mask_name(name: str | None) -> str:
    """Nothing of a name but that there is one."""
    return "•••" if name else ""


def mask_account(iban: str | None) -> str:
    """The country and that there is more."""
    return f"{iban[:2]}••••" if iban else ""


def mask_text(text: str | None) -> str:
    """Nothing of a text a person wrote but that there is one."""
    return "•••" if text else ""
