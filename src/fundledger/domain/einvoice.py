"""Electronic invoices of EN 16931: what one says of itself, and whether its sums agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from fundledger.domain.money import Money
from fundledger.domain.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

CREDIT_NOTES = frozenset({"81", "83", "261", "296", "308", "381", "396", "420", "458", "532"})
REVERSE_CHARGE = "AE"  # BT-118: whoever buys owes the tax
# What the form and the book take from an electronic invoice, in the order in which they are asked for.
FIELDS = ("payee", "number", "amount", "issued_on", "due_on", "iban", "reference", "vat")


class Origin(StrEnum):
    """Where a field of an invoice comes from."""

    XML = "xml"  # as the electronic invoice says it
    CHANGED = "changed"  # said by it, and changed by a person
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class EInvoice:
    """What an electronic invoice says; an empty text, or None, where it says nothing that can be read.

    BT-1 number, BT-3 type, BT-2 issued, BT-9 due, BT-5 currency, BT-27 or BT-59 payee, BT-31 vat_number, BT-84 iban, BT-83 reference,
    BT-25 credits (the invoice a credit note is about), BT-44 buyer, BT-118 categories. `sums` are BT-106 to BT-115 by their words,
    `lines` the sums of its lines (BT-131). `unread` are the words of fields that are there and cannot be read.
    """

    syntax: str
    number: str = ""
    type: str = ""
    issued_on: date | None = None
    due_on: date | None = None
    currency: str = ""
    payee: str = ""
    vat_number: str = ""
    iban: str = ""
    reference: str = ""
    credits: str = ""
    buyer: str = ""
    categories: tuple[str, ...] = ()
    sums: Mapping[str, Money] = field(default_factory=dict)
    lines: tuple[Money, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def credit_note(self) -> bool:
        """Whether it takes back what another asked for."""
        return self.type in CREDIT_NOTES

    @property
    def due(self) -> Money | None:
        """What it asks for (BT-115)."""
        return self.sums.get("due")

    @property
    def tax(self) -> Money | None:
        """The tax in it (BT-110), none where that is nothing."""
        found = self.sums.get("tax")
        return found if found and found.minor else None

    @property
    def reverse_charge(self) -> bool:
        """Whether tax is owed on top of it by whoever buys; the treasurer decides."""
        return REVERSE_CHARGE in self.categories

    def fields(self) -> dict[str, object]:
        """What it says of `FIELDS`; what it does not say is left out."""
        said: dict[str, object] = {
            "payee": self.payee, "number": self.number, "amount": self.due, "issued_on": self.issued_on, "due_on": self.due_on,
            "iban": self.iban, "reference": self.reference, "vat": self.tax,
        }  # fmt: skip
        return {name: said[name] for name in FIELDS if said[name]}


def origins(said: Mapping[str, object], kept: Mapping[str, object]) -> dict[str, Origin]:
    """Where each field that is kept comes from, given what the electronic invoice said."""
    return {
        name: Origin.TYPED if name not in said else Origin.XML if said[name] == value else Origin.CHANGED
        for name, value in kept.items()
        if value
    }


def check_sums(found: EInvoice, name: str) -> list[Problem]:
    """Where its sums differ (BR-CO-10, 13, 15, 16): invoice.xml_sum, or invoice.xml_unreadable; `name` is the file's."""
    if any(one in found.unread for one in ("sums", "lines")):
        return [Problem("invoice.xml_unreadable", name)]
    nothing = Money(0, found.currency)
    said = dict.fromkeys(("lines", "allowances", "charges", "tax", "prepaid", "rounding"), nothing) | dict(found.sums)
    reckoned = {
        "lines": sum(found.lines, nothing),
        "before_tax": said["lines"] - said["allowances"] + said["charges"],
        "with_tax": said.get("before_tax", nothing) + said["tax"],
        "due": said.get("with_tax", nothing) - said["prepaid"] + said["rounding"],
    }
    wrong = [key for key in reckoned if key in said and said[key] != reckoned[key]]
    return [
        Problem("invoice.xml_sum", name, {"said": said[key], "reckoned": reckoned[key], "difference": said[key] - reckoned[key]})
        for key in wrong
    ]
