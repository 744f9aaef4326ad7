"""Where the fields of an entry stand, worked out once for every shape of entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundledger.statements.camt.shape import NOWHERE, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSTRUCTED = ("AmtDtls/InstdAmt/Amt",)
_IN_ACCOUNT = ("AmtDtls/CntrValAmt/Amt", "AmtDtls/TxAmt/Amt")
_RATES = tuple(f"AmtDtls/{kind}/CcyXchg" for kind in ("TxAmt", "InstdAmt", "CntrValAmt", "AnncdPstngAmt", "PrtryAmt"))


@dataclass(frozen=True, slots=True)
class AmountPlan:
    """An amount's place and its currency, which is part of the shape."""

    place: int
    currency: str


@dataclass(frozen=True, slots=True)
class ChargePlan:
    """One charge: its amount, its sign, whether it is inside the line's amount."""

    amount: AmountPlan
    direction: int
    included: int


@dataclass(frozen=True, slots=True)
class ExchangePlan:
    """A currency exchange."""

    instructed: AmountPlan | None
    source: int
    target: int
    rate: int


@dataclass(frozen=True, slots=True)
class PartyPlan:
    """A party and its account; the ultimate party's name stands in for a missing one, else behind the text."""

    name: int
    ultimate: int
    iban: int
    other: int


@dataclass(frozen=True, slots=True)
class MoneyPlan:
    """What an entry and a detail have alike beside their amount."""

    charges: tuple[ChargePlan, ...]
    exchange: ExchangePlan | None
    in_account: tuple[AmountPlan, ...]
    bank: int
    note: int


@dataclass(frozen=True, slots=True)
class DetailPlan:
    """One TxDtls."""

    amount: AmountPlan | None
    direction: int
    money: MoneyPlan
    end_to_end: int
    transaction: int
    instruction: int
    structured: tuple[int, ...]
    texts: tuple[int, ...]
    debtor: PartyPlan
    creditor: PartyPlan
    return_reason: int


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """One Ntry."""

    amount: AmountPlan
    direction: int
    status: int
    reversal: int
    booked_on: int
    value_on: int
    reference: int
    batches: tuple[int, ...]
    money: MoneyPlan
    details: tuple[DetailPlan, ...]


def plan_entry(entry: Node) -> EntryPlan:
    """Places of an Ntry of any version; version 01 has its details without NtryDtls around them."""
    amount = _amount(entry.first("Amt")) or AmountPlan(NOWHERE, "")
    return EntryPlan(
        amount=amount,
        direction=entry.place_of("CdtDbtInd"),
        status=entry.place_of("Sts/Cd", "Sts/Prtry", "Sts"),
        reversal=entry.place_of("RvslInd"),
        booked_on=entry.place_of("BookgDt/Dt", "BookgDt/DtTm"),
        value_on=entry.place_of("ValDt/Dt", "ValDt/DtTm"),
        reference=entry.place_of("NtryRef"),
        batches=_places(entry, "NtryDtls/Btch/NbOfTxs", "Btch/NbOfTxs"),
        money=_money(entry, amount.currency, "AcctSvcrRef", "AddtlNtryInf"),
        details=tuple(plan_detail(node, amount.currency) for node in _all(entry, "NtryDtls/TxDtls", "TxDtls")),
    )


def plan_detail(node: Node, currency: str) -> DetailPlan:
    """Places of a TxDtls in an entry of this currency."""
    amounts = [plan for path in ("Amt", *reversed(_IN_ACCOUNT)) if (plan := _amount(node.first(path)))]
    return DetailPlan(
        amount=next((plan for plan in amounts if plan.currency == currency), amounts[0] if amounts else None),
        direction=node.place_of("CdtDbtInd"),
        money=_money(node, currency, "Refs/AcctSvcrRef", "AddtlTxInf"),
        end_to_end=node.place_of("Refs/EndToEndId"),
        transaction=node.place_of("Refs/TxId"),
        instruction=node.place_of("Refs/InstrId"),
        structured=_places(node, "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/CdtrRefInf/CdtrRef"),
        texts=_places(node, "RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf"),
        debtor=_party(node, "Dbtr"),
        creditor=_party(node, "Cdtr"),
        return_reason=node.place_of(*(f"RtrInf/{rsn}/{kind}" for rsn in ("Rsn", "RtrRsn") for kind in ("Cd", "Prtry"))),
    )


def _money(node: Node, currency: str, bank: str, note: str) -> MoneyPlan:
    return MoneyPlan(
        charges=tuple(_charges(node)),
        exchange=_exchange(node, currency),
        in_account=tuple(plan for path in _IN_ACCOUNT if (plan := _amount(node.first(path)))),
        bank=node.place_of(bank),
        note=node.place_of(note),
    )


def _charges(node: Node) -> Iterator[ChargePlan]:
    """Charges as records (since version 04), on their own (before), or only as their total."""
    for charges in node.all("Chrgs"):
        for record in list(charges.all("Rcrd")) or [charges]:
            amount = _amount(record.first("Amt", "TtlChrgsAndTaxAmt"))
            if amount:
                yield ChargePlan(amount, record.place_of("CdtDbtInd"), record.place_of("ChrgInclInd"))


def _exchange(node: Node, currency: str) -> ExchangePlan | None:
    """An exchange is named by its block, or by an instructed amount in another currency."""
    instructed = _amount(node.first(*_INSTRUCTED))
    block = node.first(*_RATES)
    if block is None and (instructed is None or instructed.currency == currency):
        return None
    block = block or Node("")
    return ExchangePlan(instructed, block.place_of("SrcCcy"), block.place_of("TrgtCcy"), block.place_of("XchgRate"))


def _party(node: Node, role: str) -> PartyPlan:
    """Since version 08 a party is wrapped in Pty, or is a bank (Agt)."""
    related = node.first("RltdPties") or Node("")
    return PartyPlan(
        name=related.place_of(f"{role}/Pty/Nm", f"{role}/Nm", f"{role}/Agt/FinInstnId/Nm"),
        ultimate=related.place_of(f"Ultmt{role}/Pty/Nm", f"Ultmt{role}/Nm"),
        iban=related.place_of(f"{role}Acct/Id/IBAN"),
        other=related.place_of(f"{role}Acct/Id/Othr/Id", f"{role}Acct/Id/PrtryAcct/Id", f"{role}Acct/Id/BBAN"),
    )


def _amount(node: Node | None) -> AmountPlan | None:
    return AmountPlan(node.place, node.currency) if node else None


def _all(node: Node, *paths: str) -> Iterator[Node]:
    return (found for path in paths for found in node.all(path))


def _places(node: Node, *paths: str) -> tuple[int, ...]:
    return tuple(found.place for found in _all(node, *paths))
