"""Sets a payment file as SEPA credit transfers: ISO 20022 pain.001.001.09, as the EPC's guidelines of 2023 want it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from fundledger.domain.money import plain
from fundledger.domain.paying import SEPA
from fundledger.domain.problem import refusal
from fundledger.export.gate import check_public
from fundledger.export.writing import check_target, save

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fundledger.domain.paying import Payment, PaymentFile

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"


def render(made: PaymentFile) -> bytes:
    """The finished bytes; the same file has the same bytes."""
    document = etree.Element("Document", xmlns=NAMESPACE)
    root = etree.SubElement(document, "CstmrCdtTrfInitn")
    total, n = plain(made.total.minor, SEPA), str(len(made.payments))
    head = _below(root, "GrpHdr")
    _said(head, MsgId=made.message, CreDtTm=made.made_at.replace(microsecond=0, tzinfo=None).isoformat(), NbOfTxs=n, CtrlSum=total)
    _said(_below(head, "InitgPty"), Nm=made.name)
    info = _below(root, "PmtInf")
    _said(info, PmtInfId=f"{made.message}-P", PmtMtd="TRF", BtchBookg="false", NbOfTxs=n, CtrlSum=total)
    _said(_below(info, "PmtTpInf", "SvcLvl"), Cd="SEPA")
    _said(_below(info, "ReqdExctnDt"), Dt=made.execute_on.isoformat())
    _said(_below(info, "Dbtr"), Nm=made.name)
    _said(_below(info, "DbtrAcct", "Id"), IBAN=made.iban)
    _said(_below(info, "DbtrAgt", "FinInstnId", "Othr"), Id="NOTPROVIDED")
    _said(info, ChrgBr="SLEV")
    for one in made.payments:
        _transfer(_below(info, "CdtTrfTxInf"), one)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _transfer(at: etree._Element, one: Payment) -> None:
    _said(_below(at, "PmtId"), EndToEndId=one.end_to_end)
    amount = _below(at, "Amt", "InstdAmt")
    amount.set("Ccy", SEPA)
    amount.text = plain(one.amount.minor, SEPA)
    _said(_below(at, "Cdtr"), Nm=one.shown)
    _said(_below(at, "CdtrAcct", "Id"), IBAN=one.payee.iban or "")
    _said(_below(at, "RmtInf"), Ustrd=one.text)


def _below(parent: etree._Element, *names: str) -> etree._Element:
    for name in names:
        parent = etree.SubElement(parent, name)
    return parent


def _said(parent: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        etree.SubElement(parent, name).text = text


def write(made: PaymentFile, path: Path, forbidden: Sequence[str]) -> bytes:
    """Write a payment file and return its bytes; raises as writing a report does.

    What goes to a bank names us and the payees in it, and nobody else of the book: the finished bytes are searched for everybody else.
    """
    check_target(path.parent)
    data = render(made)
    named = {text for one in made.payments for text in (one.payee.name, one.shown, one.payee.iban or "")}
    problems = check_public(data, path.name, forbidden, {made.name, made.iban, *named})
    if problems:
        raise refusal(tuple(problems))
    save(path.parent, {path.name: data})
    return data
