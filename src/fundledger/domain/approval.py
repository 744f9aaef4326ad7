"""An approval as a person signs it: an invoice's facts in one text that every machine writes alike; and papers that prove a payment."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
# What may become another after an approval: a payee moves or marries. That is recorded by itself, and payments look at the account.
_LATER = frozenset({"account", "payee_name", "person", "request", "shown"})


@dataclass(frozen=True, slots=True)
class Signed:
    """An approval: whose it is, the canonical facts she signed, her Ed25519 signature, the request it answers (None: at the desk)."""

    person_id: int
    said: str
    signature: bytes = field(repr=False)
    request: str | None = None


class PaperKind(StrEnum):
    """What a paper proves of a payment; an approval is signed in the book, and one on paper may stand beside it."""

    LETTER = "letter"
    INVOICE = "invoice"
    APPROVAL = "approval"
    PROOF = "proof"


def canonical(facts: Mapping[str, Any]) -> str:
    """Facts as one text: JSON with its keys sorted, no blanks, letters as they are."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def message(said: str) -> bytes:
    """What is signed: the purpose and the format before the facts, so that it can pass for nothing else."""
    return f"FundLedger approval {FORMAT} {said}".encode()


def refused_message(said: str) -> bytes:
    """What is signed by who does not approve: another purpose, so that a no never passes for a yes."""
    return f"FundLedger refusal {FORMAT} {said}".encode()


def facts_of(said: str) -> dict[str, Any]:
    """The facts of a text; one that is none says nothing."""
    try:
        found = json.loads(said)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def changed(signed: Mapping[str, Any], present: Mapping[str, Any]) -> list[str]:
    """The facts that an approved invoice no longer says as they were signed, by name."""
    return sorted(name for name in (signed.keys() | present.keys()) - _LATER if signed.get(name) != present.get(name))


def stale(signed: Mapping[str, Any], present: Mapping[str, Any]) -> list[str]:
    """The facts that are another now than when an approval was asked for: its payee's account and name as well."""
    return sorted(name for name in present if signed.get(name) != present[name])
