"""Electronic invoices as documents: told from any other XML, and their sums reckoned; they are never booked by themselves.

Both syntaxes of EN 16931 are known: UN/CEFACT Cross Industry Invoice (Factur-X, ZUGFeRD, XRechnung) and UBL 2 (XRechnung, Peppol).
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from fundledger.domain.money import Money, is_currency, parse
from fundledger.domain.problem import KnownError, Problem
from fundledger.statements.safety import HEAD_SIZE, MOST_ELEMENTS, xml_beginning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

_CII, _UBL = "CrossIndustryInvoice", "urn:oasis:names:specification:ubl:schema:xsd:"
_LINES = frozenset({"IncludedSupplyChainTradeLineItem", "InvoiceLine", "CreditNoteLine"})
_SUMMARIES = frozenset({"SpecifiedTradeSettlementHeaderMonetarySummation", "LegalMonetaryTotal"})
_LINE_SUMS = frozenset({"LineTotalAmount", "LineExtensionAmount"})
# The words of both syntaxes for the sums of EN 16931 (BT-106 to BT-115).
_SUMS = MappingProxyType({
    "LineTotalAmount": "lines", "LineExtensionAmount": "lines", "AllowanceTotalAmount": "allowances", "ChargeTotalAmount": "charges",
    "TaxBasisTotalAmount": "before_tax", "TaxExclusiveAmount": "before_tax", "TaxTotalAmount": "tax", "GrandTotalAmount": "with_tax",
    "TaxInclusiveAmount": "with_tax", "TotalPrepaidAmount": "prepaid", "PrepaidAmount": "prepaid", "RoundingAmount": "rounding",
    "PayableRoundingAmount": "rounding", "DuePayableAmount": "due", "PayableAmount": "due",
})  # fmt: skip


@dataclass(slots=True)
class _Totals:
    """What an invoice says of itself; `lines` is reckoned from its lines, `said` stands in its summary."""

    currency: str = ""
    lines: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)


def is_invoice(content: bytes) -> bool:
    """Whether an XML text is an invoice of one of the two syntaxes; one with a DOCTYPE never is."""
    return _read(content) is not None


def sum_problems(content: bytes, name: str) -> list[Problem]:
    """Where the sums of an electronic invoice differ (BR-CO-10, 13, 15, 16): invoice.xml_sum, or invoice.xml_unreadable."""
    found = _read(content)
    if found is None:
        return []
    try:
        said = {key: parse(text, found.currency) for key, text in found.said.items()}
        lines = [parse(text, found.currency) for text in found.lines]
    except KnownError:
        return [Problem("invoice.xml_unreadable", name)]
    nothing = Money(0, found.currency)
    said = dict.fromkeys(("lines", "allowances", "charges", "tax", "prepaid", "rounding"), nothing) | said
    reckoned = {
        "lines": sum(lines, nothing),
        "before_tax": said["lines"] - said["allowances"] + said["charges"],
        "with_tax": said.get("before_tax", nothing) + said["tax"],
        "due": said.get("with_tax", nothing) - said["prepaid"] + said["rounding"],
    }
    return _differences(said, reckoned, name)


def amount_due(content: bytes) -> Money | None:
    """What an electronic invoice asks for, in its own currency; None where it does not say so, or is none."""
    found = _read(content)
    if found is None or not found.currency:
        return None
    try:
        return parse(found.said["due"], found.currency)
    except (KeyError, KnownError):
        return None


def _differences(said: Mapping[str, Money], reckoned: Mapping[str, Money], name: str) -> list[Problem]:
    wrong = [key for key in reckoned if key in said and said[key] != reckoned[key]]
    return [
        Problem("invoice.xml_sum", name, {"said": said[key], "reckoned": reckoned[key], "difference": said[key] - reckoned[key]})
        for key in wrong
    ]


def _read(content: bytes) -> _Totals | None:
    """The sums of an invoice; None for anything else: another kind of XML, a DOCTYPE, too many elements, no XML at all."""
    from lxml import etree  # noqa: PLC0415  only where a document is kept

    try:
        xml_beginning(content[:HEAD_SIZE])
    except KnownError:
        return None
    found = _Totals()
    parsed = etree.iterparse(
        io.BytesIO(content), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for count, (event, element) in enumerate(parsed):
            if count == 0 and not _is_root(element):
                return None
            if count > 2 * MOST_ELEMENTS:
                return None
            if event == "end":
                _take(element, found)
    except (etree.XMLSyntaxError, UnicodeError):
        return None
    return found


def _is_root(element: _Element) -> bool:
    space, _, name = element.tag.removeprefix("{").rpartition("}")
    return (name == _CII and _CII in space) or (name in {"Invoice", "CreditNote"} and space.startswith(_UBL))


def _take(element: _Element, found: _Totals) -> None:
    name, text = _name(element), (element.text or "").strip()
    if name in _SUMMARIES:
        for child in element:
            key = _SUMS.get(_name(child))
            # A tax total may be said twice, the second time in the currency of the tax office.
            if key and (key not in found.said or child.get("currencyID") == found.currency):
                found.said[key] = (child.text or "").strip()
    elif name in {"InvoiceCurrencyCode", "DocumentCurrencyCode"} and is_currency(text):
        found.currency = text
    elif name == "TaxTotal" and _name(element.getparent()) in {"Invoice", "CreditNote"}:
        for child in element:
            if _name(child) == "TaxAmount" and child.get("currencyID", found.currency) == found.currency:
                found.said["tax"] = (child.text or "").strip()
    elif name in _LINES:
        sums = [one for one in element.iter() if _name(one) in _LINE_SUMS]
        found.lines += [(one.text or "").strip() for one in sums[:1]]
        element.clear()


def _name(element: _Element | None) -> str:
    # The tag of a comment is no text.
    return "" if element is None else str(element.tag).rpartition("}")[2]
