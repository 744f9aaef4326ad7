"""Reads electronic invoices of EN 16931 in both syntaxes; what they say is offered, and never booked by itself.

UN/CEFACT Cross Industry Invoice (D16B, D22B: Factur-X, ZUGFeRD, XRechnung) and UBL 2 Invoice and CreditNote (XRechnung, Peppol).
Written from EN 16931-3-2 and -3-3, the bindings of the two syntaxes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from fundledger.domain.einvoice import EInvoice, check_sums
from fundledger.domain.money import Money, is_currency, parse
from fundledger.domain.problem import KnownError, Problem
from fundledger.statements.safety import DEEPEST, HEAD_SIZE, LONGEST_FIELD, MOST_ATTRIBUTES, MOST_ELEMENTS, xml_beginning

if TYPE_CHECKING:
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
# Where each field stands below the root; of several at one place the first counts, of several places the last here.
_AGREED = "SupplyChainTradeTransaction/ApplicableHeaderTradeAgreement/"
_SETTLED = "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement/"
_FIELDS = MappingProxyType({
    "ExchangedDocument/ID": "number",
    "ExchangedDocument/TypeCode": "type",
    "ExchangedDocument/IssueDateTime/DateTimeString": "issued_on",
    f"{_AGREED}SellerTradeParty/Name": "seller",
    f"{_AGREED}BuyerTradeParty/Name": "buyer",
    f"{_SETTLED}PayeeTradeParty/Name": "payee",
    f"{_SETTLED}PaymentReference": "reference",
    f"{_SETTLED}InvoiceReferencedDocument/IssuerAssignedID": "credits",
    f"{_SETTLED}SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID": "iban",
    f"{_SETTLED}SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString": "due_on",
    f"{_SETTLED}ApplicableTradeTax/CategoryCode": "category",
    "ID": "number",
    "InvoiceTypeCode": "type",
    "CreditNoteTypeCode": "type",
    "IssueDate": "issued_on",
    "DueDate": "due_on",
    "PaymentMeans/PaymentDueDate": "due_on",
    "AccountingSupplierParty/Party/PartyLegalEntity/RegistrationName": "seller",
    "AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName": "buyer",
    "PayeeParty/PartyName/Name": "payee",
    "PaymentMeans/PaymentID": "reference",
    "PaymentMeans/PayeeFinancialAccount/ID": "iban",
    "BillingReference/InvoiceDocumentReference/ID": "credits",
    "TaxTotal/TaxSubtotal/TaxCategory/ID": "category",
})  # fmt: skip
_VAT_CII = f"{_AGREED}SellerTradeParty/SpecifiedTaxRegistration"
_VAT_UBL = "AccountingSupplierParty/Party/PartyTaxScheme"


@dataclass(slots=True)
class _Texts:
    """What stands in the file, as it stands there; `lines` are the sums of its lines, `said` those of its summary."""

    syntax: str = ""
    currency: str = ""
    lines: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    categories: dict[str, None] = field(default_factory=dict)


def is_invoice(content: bytes) -> bool:
    """Whether an XML text is an invoice of one of the two syntaxes; one with a DOCTYPE never is."""
    return _known(content) is not None


def sum_problems(content: bytes, name: str) -> list[Problem]:
    """Where the sums of an electronic invoice differ; none for what is no such invoice."""
    found = _known(content)
    return check_sums(found, name) if found else []


def _known(content: bytes) -> EInvoice | None:
    try:
        return read_invoice(content, "")
    except KnownError:
        return None


def read_invoice(content: bytes, name: str) -> EInvoice:
    """What an electronic invoice says; `name` is the file's.

    Raises einvoice.doctype for what no parser should see, einvoice.elements, depth, attributes and letters beyond their
    bounds, einvoice.broken for what is not whole, einvoice.other_root for any other XML.
    """
    from lxml import etree  # noqa: PLC0415  only where a document is kept

    try:
        xml_beginning(content[:HEAD_SIZE])
    except KnownError as error:
        raise KnownError("einvoice.doctype" if error.code == "file.doctype" else "einvoice.broken", name) from None
    found, path = _Texts(), list[str]()
    parsed = etree.iterparse(
        io.BytesIO(content), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for count, (event, element) in enumerate(parsed):
            if event == "start":
                _enter(element, path, found, name)
                if count > 2 * MOST_ELEMENTS:
                    raise KnownError("einvoice.elements", name, limit=MOST_ELEMENTS)
                if len(path) > DEEPEST:
                    raise KnownError("einvoice.depth", name, limit=DEEPEST)
                if len(element.attrib) > MOST_ATTRIBUTES:
                    raise KnownError("einvoice.attributes", name, limit=MOST_ATTRIBUTES)
            else:
                if len(element.text or "") > LONGEST_FIELD:
                    raise KnownError("einvoice.letters", name, limit=LONGEST_FIELD)
                _take(element, "/".join(path[1:]), found)
                path.pop()
    except (etree.XMLSyntaxError, UnicodeError):
        raise KnownError("einvoice.broken", name) from None
    return _understood(found)


def _enter(element: _Element, path: list[str], found: _Texts, name: str) -> None:
    if not path:
        space, _, root = element.tag.removeprefix("{").rpartition("}")
        found.syntax = "cii" if root == _CII and _CII in space else "ubl"
        if found.syntax == "ubl" and not (root in {"Invoice", "CreditNote"} and space.startswith(_UBL)):
            raise KnownError("einvoice.other_root", name, root=root[:60])
        if root == "CreditNote":
            found.fields["type"] = "381"  # unless it says another of the credit notes
    path.append(_name(element))


def _take(element: _Element, path: str, found: _Texts) -> None:
    name, text = _name(element), (element.text or "").strip()
    if name in _SUMMARIES:
        for child in element:
            _take_sum(found, _SUMS.get(_name(child), ""), child)
    elif name in {"InvoiceCurrencyCode", "DocumentCurrencyCode"} and is_currency(text):
        found.currency = text
    elif path == "TaxTotal":
        for child in element:
            if _name(child) == "TaxAmount" and child.get("currencyID", found.currency) == found.currency:
                found.said["tax"] = (child.text or "").strip()
    elif name in _LINES:
        sums = [one for one in element.iter() if _name(one) in _LINE_SUMS]
        found.lines += [(one.text or "").strip() for one in sums[:1]]
        element.clear()
    elif path in {_VAT_CII, _VAT_UBL}:
        _take_vat_number(element, found)
    elif path in _FIELDS and text:
        _take_field(found, _FIELDS[path], text)


def _take_sum(found: _Texts, key: str, child: _Element) -> None:
    # A tax total may be said twice, the second time in the currency of the tax office.
    if key and (key not in found.said or child.get("currencyID") == found.currency):
        found.said[key] = (child.text or "").strip()


def _take_field(found: _Texts, key: str, text: str) -> None:
    if key == "category":
        found.categories[text] = None
    elif key == "type":
        found.fields[key] = text
    else:
        found.fields.setdefault(key, text)


def _take_vat_number(element: _Element, found: _Texts) -> None:
    """The number of a registration for VAT, and of no other."""
    by_scheme = [child for child in element if _name(child) == "ID" and child.get("schemeID") == "VA"]
    scheme = [one for one in element.iter() if _name(one) == "ID" and _name(one.getparent()) == "TaxScheme"]
    if any((one.text or "").strip().upper() == "VAT" for one in scheme):
        by_scheme += [child for child in element if _name(child) == "CompanyID"]
    for child in by_scheme[:1]:
        found.fields.setdefault("vat_number", (child.text or "").strip())


def _name(element: _Element | None) -> str:
    # The tag of a comment is no text.
    return "" if element is None else str(element.tag).rpartition("}")[2]


def _understood(found: _Texts) -> EInvoice:
    texts, unread = found.fields, list[str]()
    days: dict[str, date | None] = {}
    for name in ("issued_on", "due_on"):
        days[name] = _day(texts.get(name, ""))
        if name in texts and days[name] is None:
            unread.append(name)
    sums: dict[str, Money] = {}
    lines: list[Money] = []
    for word, texts_of, into in (("sums", found.said.items(), sums), ("lines", enumerate(found.lines), None)):
        for key, text in texts_of:
            amount = _amount(text, found.currency)
            if amount is None:
                unread.append(word)
            elif into is None:
                lines.append(amount)
            else:
                into[str(key)] = amount
    return EInvoice(
        found.syntax, texts.get("number", ""), texts.get("type", ""), days["issued_on"], days["due_on"], found.currency,
        texts.get("payee") or texts.get("seller", ""), texts.get("vat_number", ""), "".join(texts.get("iban", "").split()).upper(),
        texts.get("reference", ""), texts.get("credits", ""), texts.get("buyer", ""), tuple(found.categories), sums, tuple(lines),
        tuple(dict.fromkeys(unread)),
    )  # fmt: skip


def _day(text: str) -> date | None:
    """A day as UBL (2026-03-02, a zone may follow) and CII (20260302) write it; None for anything else."""
    plain = text[:10] if "-" in text else f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    try:
        return date.fromisoformat(plain) if len(plain) == 10 else None
    except ValueError:
        return None


def _amount(text: str, currency: str) -> Money | None:
    try:
        return parse(text, currency) if currency else None
    except KnownError:
        return None
