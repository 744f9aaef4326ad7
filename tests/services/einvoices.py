"""Electronic invoices written from the bindings of EN 16931, and PDFs that carry one."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pypdfium2  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas

from fundledger.domain.money import Money, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CII = "urn:un:unece:uncefact:data:standard:"
SELLER_IBAN = "LT121000011101001000"


@dataclass(frozen=True, slots=True)
class Bill:
    """The facts of an invoice; `lines` in minor units, tax on their sum."""

    number: str = "SLO-2026/14"
    type: str = "380"
    issued_on: date = date(2026, 2, 1)
    due_on: date | None = date(2026, 3, 3)
    currency: str = "EUR"
    payee: str = "Sample Law Office"
    vat_number: str = "LT999999999"
    iban: str = SELLER_IBAN
    reference: str = "RF18 5390 0754 7034"
    buyer: str = "Testų fondas"
    credits: str = ""
    lines: tuple[int, ...] = (200_000, 31_405)
    tax: int = 48_595
    prepaid: int = 0
    category: str = "S"

    @property
    def due(self) -> int:
        return sum(self.lines) + self.tax - self.prepaid

    def said(self, minor: int) -> str:
        return plain(minor, self.currency)

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)


BILL = Bill()
CREDIT_NOTE = replace(BILL, number="SLO-2026/15", type="381", credits="SLO-2026/14")


def _tag(name: str, text: str, more: str = "") -> str:
    return f"<{name}{more}>{escape(text)}</{name}>" if text else ""


def ubl(bill: Bill = BILL) -> bytes:
    """An Invoice or CreditNote of UBL 2.1, as EN 16931-3-2 binds it."""
    root = "CreditNote" if bill.type == "381" else "Invoice"
    amount = f' currencyID="{bill.currency}"'
    due = bill.due_on.isoformat() if bill.due_on else ""
    paid_by = _tag("cbc:PaymentDueDate", due) if root == "CreditNote" else ""
    quantity = "CreditedQuantity" if root == "CreditNote" else "InvoicedQuantity"
    lines = "".join(
        f"<cac:{root}Line><cbc:ID>{place}</cbc:ID><cbc:{quantity} unitCode='HUR'>1</cbc:{quantity}>"
        f"{_tag('cbc:LineExtensionAmount', bill.said(each), amount)}<cac:Item><cbc:Name>Defence</cbc:Name></cac:Item></cac:{root}Line>"
        for place, each in enumerate(bill.lines, 1)
    )
    about = _tag("cbc:ID", bill.credits)
    party = "<cac:Party><cac:PartyLegalEntity>{}</cac:PartyLegalEntity></cac:Party>"
    scheme = f"{_tag('cbc:CompanyID', bill.vat_number)}<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    vat = f"<cac:PartyTaxScheme>{scheme}</cac:PartyTaxScheme>"
    seller = f"<cac:Party>{vat}<cac:PartyLegalEntity>{_tag('cbc:RegistrationName', bill.payee)}</cac:PartyLegalEntity></cac:Party>"
    before_tax = bill.said(sum(bill.lines))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="{UBL}{root}-2" xmlns:cac="{UBL}CommonAggregateComponents-2" xmlns:cbc="{UBL}CommonBasicComponents-2">
{_tag("cbc:ID", bill.number)}{_tag("cbc:IssueDate", bill.issued_on.isoformat())}{_tag("cbc:DueDate", due) if not paid_by else ""}
<cbc:{root}TypeCode>{bill.type}</cbc:{root}TypeCode>{_tag("cbc:DocumentCurrencyCode", bill.currency)}
{f"<cac:BillingReference><cac:InvoiceDocumentReference>{about}</cac:InvoiceDocumentReference></cac:BillingReference>" if about else ""}
<cac:AccountingSupplierParty>{seller}</cac:AccountingSupplierParty>
<cac:AccountingCustomerParty>{party.format(_tag("cbc:RegistrationName", bill.buyer))}</cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>{paid_by}{_tag("cbc:PaymentID", bill.reference)}
<cac:PayeeFinancialAccount>{_tag("cbc:ID", bill.iban)}</cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:TaxTotal>{_tag("cbc:TaxAmount", bill.said(bill.tax), amount)}<cac:TaxSubtotal>
{_tag("cbc:TaxableAmount", before_tax, amount)}{_tag("cbc:TaxAmount", bill.said(bill.tax), amount)}
<cac:TaxCategory>{_tag("cbc:ID", bill.category)}</cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal>{_tag("cbc:LineExtensionAmount", before_tax, amount)}{_tag("cbc:TaxExclusiveAmount", before_tax, amount)}
{_tag("cbc:TaxInclusiveAmount", bill.said(sum(bill.lines) + bill.tax), amount)}{_tag("cbc:PrepaidAmount", bill.said(bill.prepaid), amount)}
{_tag("cbc:PayableAmount", bill.said(bill.due), amount)}</cac:LegalMonetaryTotal>{lines}</{root}>""".encode()


def cii(bill: Bill = BILL, version: str = "100") -> bytes:
    """A Cross Industry Invoice of D16B (100) or D22B (named by its context), as EN 16931-3-3 binds it."""
    day = "<udt:DateTimeString format='102'>{:%Y%m%d}</udt:DateTimeString>"
    lines = "".join(
        f"<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>{place}</ram:LineID>"
        "</ram:AssociatedDocumentLineDocument><ram:SpecifiedLineTradeSettlement><ram:SpecifiedTradeSettlementLineMonetarySummation>"
        f"{_tag('ram:LineTotalAmount', bill.said(each))}</ram:SpecifiedTradeSettlementLineMonetarySummation>"
        "</ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>"
        for place, each in enumerate(bill.lines, 1)
    )
    before_tax = bill.said(sum(bill.lines))
    due = f"<ram:DueDateDateTime>{day.format(bill.due_on)}</ram:DueDateDateTime>" if bill.due_on else ""
    vat_number = _tag("ram:ID", bill.vat_number, " schemeID='VA'")
    credited = f"<ram:InvoiceReferencedDocument>{_tag('ram:IssuerAssignedID', bill.credits)}</ram:InvoiceReferencedDocument>"
    tax_number = "<ram:SpecifiedTaxRegistration><ram:ID schemeID='FC'>304455</ram:ID></ram:SpecifiedTaxRegistration>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="{CII}CrossIndustryInvoice:{version}" xmlns:udt="{CII}UnqualifiedDataType:{version}"
 xmlns:ram="{CII}ReusableAggregateBusinessInformationEntity:{version}">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn:cen.eu:en16931:2017</ram:ID>
</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument>{_tag("ram:ID", bill.number)}{_tag("ram:TypeCode", bill.type)}
<ram:IssueDateTime>{day.format(bill.issued_on)}</ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>{lines}<ram:ApplicableHeaderTradeAgreement>
<ram:SellerTradeParty>{_tag("ram:Name", bill.payee)}{tax_number}<ram:SpecifiedTaxRegistration>{vat_number}</ram:SpecifiedTaxRegistration>
</ram:SellerTradeParty><ram:BuyerTradeParty>{_tag("ram:Name", bill.buyer)}</ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery/><ram:ApplicableHeaderTradeSettlement>{_tag("ram:PaymentReference", bill.reference)}
{_tag("ram:InvoiceCurrencyCode", bill.currency)}<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode>
<ram:PayeePartyCreditorFinancialAccount>{_tag("ram:IBANID", bill.iban)}</ram:PayeePartyCreditorFinancialAccount>
</ram:SpecifiedTradeSettlementPaymentMeans><ram:ApplicableTradeTax>{_tag("ram:CalculatedAmount", bill.said(bill.tax))}
<ram:TypeCode>VAT</ram:TypeCode>{_tag("ram:CategoryCode", bill.category)}</ram:ApplicableTradeTax>
<ram:SpecifiedTradePaymentTerms>{due}</ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradeSettlementHeaderMonetarySummation>
{_tag("ram:LineTotalAmount", before_tax)}{_tag("ram:TaxBasisTotalAmount", before_tax)}
{_tag("ram:TaxTotalAmount", bill.said(bill.tax), f" currencyID='{bill.currency}'")}
{_tag("ram:GrandTotalAmount", bill.said(sum(bill.lines) + bill.tax))}{_tag("ram:TotalPrepaidAmount", bill.said(bill.prepaid))}
{_tag("ram:DuePayableAmount", bill.said(bill.due))}</ram:SpecifiedTradeSettlementHeaderMonetarySummation>
{credited if bill.credits else ""}</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>""".encode()


def factur_x(*attached: tuple[str, bytes]) -> bytes:
    """A PDF of one page with these attachments."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(300, 400), invariant=1)
    canvas.drawString(20, 200, "Invoice")
    canvas.save()
    paper = pypdfium2.PdfDocument(out.getvalue())
    _attach(paper, attached)
    written = io.BytesIO()
    paper.save(written)
    paper.close()
    return written.getvalue()


def _attach(paper: pypdfium2.PdfDocument, attached: Sequence[tuple[str, bytes]]) -> None:
    for name, content in attached:
        paper.new_attachment(name).set_data(content)
