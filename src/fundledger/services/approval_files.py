"""An approval that travels: a request for one person, her signature on a machine without the book, her answer taken back in.

The file is canonical JSON with a checksum: whatever happens to it on its way is seen, at the latest by her signature. It names the payee
and her account, for she has to judge them; what she signs holds commitments in their stead, so that the book keeps no name with it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fundledger.domain.approval import FORMAT, Signed, canonical, message, stale
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError, refusal
from fundledger.domain.roles import check_step
from fundledger.services.changes import Area, Changes
from fundledger.services.invoices import book_approval
from fundledger.store import approvals, invoices, keys, people
from fundledger.store import paying as accounts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from fundledger.domain.people import Invoice
    from fundledger.store.book import Book
    from fundledger.store.people import Person
    from fundledger.store.rows import Database

_KIND = "fundledger approval"
_MOST_BYTES = 64 * 1024
_TOUCHED = frozenset({Area.INVOICES, Area.CAMPAIGNS})


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it travels: `facts` are what is signed, `shown` is what she is told in words, `signature` her answer (None: open)."""

    facts: dict[str, Any]
    shown: dict[str, Any]
    salt: str
    key: str
    signature: bytes | None = None

    @property
    def uid(self) -> str:
        """What it is known by; its file is called so."""
        return str(self.facts.get("request", ""))

    @property
    def file_name(self) -> str:
        """How its file is called; an answer lies beside its request."""
        return f"approval-{self.uid[:8]}{'.signed' if self.signature else ''}.json"

    @property
    def amount(self) -> Money:
        """What the invoice asks for."""
        return Money(int(self.facts["amount"]), str(self.facts["currency"]))


# --- the file ---------------------------------------------------------------------------------------------------------
def render(request: Request) -> bytes:
    """The bytes of its file: the same request is the same bytes."""
    content = {
        "facts": request.facts, "format": FORMAT, "key": request.key, "kind": _KIND, "salt": request.salt, "shown": request.shown,
        "signed": request.signature.hex() if request.signature else "",
    }  # fmt: skip
    return (canonical(content | {"sum": _sum(content)}) + "\n").encode()


def read(data: bytes) -> Request:
    """A request from its file; raises KnownError approval.no_request, approval.altered."""
    try:
        content = json.loads(data if len(data) <= _MOST_BYTES else b"")
        found = Request(content["facts"], content["shown"], content["salt"], content["key"], bytes.fromhex(content["signed"]) or None)
        whole = render(found) == data and found.facts["shown"] == _shown(found.shown, found.salt) and bool(found.uid and found.amount)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise KnownError("approval.altered" if _KIND.encode() in data[:_MOST_BYTES] else "approval.no_request") from None
    if not whole:
        raise KnownError("approval.altered")
    return found


def _sum(content: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _shown(shown: dict[str, Any], salt: str) -> str:
    """What ties the words she read to what she signed; without the salt it says nothing of them."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical(shown).encode()).hexdigest()


# --- asking -----------------------------------------------------------------------------------------------------------
def request_approval(
    book: Book, key: str | int, person_id: int, at: datetime, deliver: Callable[[Request], object]
) -> tuple[Changes, Request]:
    """Ask a person who has not the book at hand to approve an invoice; `deliver` writes the file within the operation.

    Raises person.unknown, person.removed, role.not_yours where she does not approve, approval.no_key, invoice.unknown,
    invoice.already_approved.
    """
    with book.operation("invoice request", at, subject=str(key)) as op:
        found = invoices.find_invoice(op.db, key, op.currency)
        if found.approved:
            raise KnownError("invoice.already_approved", found.number)
        person = _approver(people.find_person(op.db, person_id))
        words, salt = _words(op.db, found), secrets.token_hex(32)
        facts = approvals.facts(op.db, found.id) | {"person": person.uid, "request": str(uuid4()), "shown": _shown(words, salt)}
        made = Request(facts, words, salt, (person.public_key or b"").hex())
        deliver(made)
        return Changes(op.id, (found.id,), _TOUCHED), made


def _approver(person: Person) -> Person:
    if person.removed:
        raise KnownError("person.removed", str(person.id))
    if problems := check_step(person.role, "invoice approve"):
        raise refusal(tuple(problems))
    if person.public_key is None:
        raise KnownError("approval.no_key", str(person.id))
    return person


def _words(db: Database, found: Invoice) -> dict[str, Any]:
    payee = accounts.payee_accounts(db)[found.payee]
    return {"account": payee.iban or "", "payee": payee.name}


# --- answering --------------------------------------------------------------------------------------------------------
def sign(data: bytes, key: bytes, passphrase: str, paper: bytes | None = None) -> Request:
    """Her answer, by her own key and without the book; with a `paper` only where it is the one that the request means.

    Raises what `read` and `keys.read_key_file` raise, approval.answered, approval.other_key, approval.other_paper.
    """
    asked = read(data)
    secret, uid = keys.read_key_file(key, passphrase)
    if asked.signature is not None:
        raise KnownError("approval.answered", asked.facts["invoice"])
    if uid != asked.facts["book"] or (secret.verifying or b"").hex() != asked.key:
        raise KnownError("approval.other_key", asked.facts["invoice"])
    if paper is not None and hashlib.sha256(paper).hexdigest() != asked.facts["document"]:
        raise KnownError("approval.other_paper", asked.facts["invoice"])
    return Request(asked.facts, asked.shown, asked.salt, asked.key, secret.sign(message(canonical(asked.facts))))


# --- taking it back -----------------------------------------------------------------------------------------------------
def take_approval(book: Book, data: bytes, at: datetime) -> Changes:
    """Approve an invoice as its answer says, in the name of who signed it.

    Raises what `read` raises, approval.unsigned, approval.other_book, approval.nobody, approval.other_key, approval.answered,
    approval.stale where the invoice, its payee's name or account is another now, and what an approval at the desk raises.
    """
    answer = read(data)
    facts = answer.facts
    if answer.signature is None:
        raise KnownError("approval.unsigned", facts["invoice"])
    if facts["book"] != book.uid:
        raise KnownError("approval.other_book", facts["invoice"])
    with book.operation("approval take", at, subject=str(facts["invoice"])) as op:
        person = people.person_of(op.db, str(facts["person"]))
        if person is None:
            raise KnownError("approval.nobody", facts["invoice"])
        said = canonical(facts)
        if not keys.is_signed(_approver(person).public_key, answer.signature, message(said)):
            raise KnownError("approval.other_key", facts["invoice"])
        if approvals.is_answered(op.db, answer.uid):
            raise KnownError("approval.answered", facts["invoice"])
        found = invoices.find_of_payee(op.db, str(facts["payee"]), str(facts["invoice"]), op.currency)
        other = stale(facts, approvals.facts(op.db, found.id)) if found else ["invoice"]
        if found is None or other:
            raise KnownError("approval.stale", facts["invoice"], facts=other)
        if answer.shown != _words(op.db, found):
            raise KnownError("approval.altered")
        warned = book_approval(op, found, Signed(person.id, said, answer.signature, answer.uid))
        return Changes(op.id, (found.id,), _TOUCHED, warned)
