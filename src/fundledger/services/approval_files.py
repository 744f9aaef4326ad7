"""An approval that travels: a request for one person, her signature on a machine without the book, her answer taken back in.

The file is canonical JSON with a checksum around a sealed box: whoever carries it reads two random ids and nothing else. A request opens
with her key alone, an answer in the book alone. Inside, the payee is named, for she has to judge that; what she signs holds commitments in
its stead, so that the book keeps no name with it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fundledger.domain.approval import Signed, canonical, message, refused_message, stale
from fundledger.domain.money import Money
from fundledger.domain.paying import AccountState
from fundledger.domain.people import check_request
from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.domain.roles import check_step
from fundledger.services.changes import Area, Changes
from fundledger.services.invoices import book_approval
from fundledger.store import approvals, campaigns, envelopes, funds, invoices, keys, people
from fundledger.store import paying as accounts
from fundledger.store.arrivals import book_secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from fundledger.domain.people import Invoice
    from fundledger.store.book import Book
    from fundledger.store.operations import Operation
    from fundledger.store.people import Person
    from fundledger.store.rows import Database

_REQUEST, _ANSWER = "fundledger request", "fundledger answer"
_FORMAT = 2  # 1 was readable on its way
_MOST_BYTES, _MOST_LETTERS = 64 * 1024, 2000
_TOUCHED = frozenset({Area.INVOICES, Area.CAMPAIGNS})
# What she may be warned of before she signs; whatever else a file says is no warning.
_TOLD = frozenset({"approval.over_quote", "approval.over_available", "approval.account_changed", "approval.account_unverified"})


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it travels: `facts` are what is signed, `shown` is what she is told in words.

    `key` is her own, `back` the one her answer is closed under (both in hex); `signature` is her answer (None: open), and with a
    `reason` it is a no.
    """

    facts: dict[str, Any]
    shown: dict[str, Any]
    salt: str
    key: str
    back: str = field(repr=False)
    signature: bytes | None = None
    reason: str = ""

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

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What she should look at before she signs."""
        return tuple(
            Problem(code, str(self.facts["invoice"]), {name: Money(*value) for name, value in values.items()})
            for code, values in self.shown["warnings"]
            if code in _TOLD
        )


# --- the file ---------------------------------------------------------------------------------------------------------
def render(request: Request) -> bytes:
    """The bytes of its file: a request sealed to her key, an answer closed for the book; outside stand two random ids alone."""
    content: dict[str, Any] = {"facts": request.facts, "shown": request.shown, "salt": request.salt}
    head = _head(_ANSWER if request.signature else _REQUEST, str(request.facts["book"]), request.uid)
    if request.signature:
        content |= {"reason": request.reason, "signed": request.signature.hex()}
        box = envelopes.under(canonical(content).encode(), bytes.fromhex(request.back), _bound(head))
    else:
        box = envelopes.to_person(canonical(content | {"back": request.back}).encode(), bytes.fromhex(request.key), _bound(head))
    outside = head | {"box": box.hex()}
    return (canonical(outside | {"sum": _sum(outside)}) + "\n").encode()


def look(data: bytes) -> dict[str, Any]:
    """The outside of a file, whole as it was written; raises KnownError approval.no_request, approval.altered, approval.format."""
    try:
        content = json.loads(data if len(data) <= _MOST_BYTES else b"")
        known = content["format"] == _FORMAT
        outside = {name: content[name] for name in ("book", "box", "format", "kind", "request")}
        whole = (canonical(outside | {"sum": _sum(outside)}) + "\n").encode() == data and content["kind"] in {_REQUEST, _ANSWER}
        bytes.fromhex(outside["box"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        marked = any(kind.encode() in data[:_MOST_BYTES] for kind in (_REQUEST, _ANSWER))
        raise KnownError("approval.altered" if marked else "approval.no_request") from None
    if not known:
        raise KnownError("approval.format")
    if not whole:
        raise KnownError("approval.altered")
    return outside


def is_request(data: bytes) -> bool:
    """Whether it is a request, and no answer to one; raises as `look`."""
    return bool(look(data)["kind"] == _REQUEST)


def _inside(content: bytes | None, outside: dict[str, Any], key: str, back: str = "") -> Request | None:
    """What a file held; None where that is not what a book writes."""
    try:
        found = json.loads(content or b"")
        signed = bytes.fromhex(found["signed"]) if "signed" in found else None
        back = back or str(found["back"])
        made = Request(found["facts"], found["shown"], str(found["salt"]), key, back, signed, str(found.get("reason", "")))
        whole = made.facts["shown"] == _shown(made.shown, made.salt) and (made.uid, made.facts["book"]) == (
            outside["request"],
            outside["book"],
        )
        told = [made.amount, made.warnings, made.shown["payee"], made.shown["account"], *map(made.facts.__getitem__, _NEEDED)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return made if whole and told and bytes.fromhex(back) else None


_NEEDED = ("campaign", "document", "invoice", "issued_on", "payee", "person")


def _head(kind: str, book: str, request: str) -> dict[str, Any]:
    return {"book": book, "format": _FORMAT, "kind": kind, "request": request}


def _bound(outside: dict[str, Any]) -> bytes:
    return canonical(_head(outside["kind"], outside["book"], outside["request"])).encode()


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
    with book.reading() as db:
        meant = invoices.find_invoice(db, key, book.currency)
    with book.operation("invoice request", at, subject=f"{meant.number} · {meant.payee_code}") as op:
        found = invoices.find_invoice(op.db, meant.id, op.currency)
        if found.approved:
            raise KnownError("invoice.already_approved", found.number)
        person = _approver(people.find_person(op.db, person_id))
        words, salt = _words(op.db, found) | {"warnings": _warnings(op, found)}, secrets.token_hex(32)
        facts = approvals.facts(op.db, found.id) | {"person": person.uid, "request": str(uuid4()), "shown": _shown(words, salt)}
        back = envelopes.answer_key(book_secret(op.db), facts["request"]).hex()
        made = Request(facts, words, salt, (person.public_key or b"").hex(), back)
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


def _warnings(op: Operation, found: Invoice) -> list[list[Any]]:
    """What she should look at: codes, with their amounts alone."""
    figures = funds.fund_figures(op.db, op.currency, [found.fund])[found.fund]
    quoted = campaigns.find_campaign(op.db, found.campaign, op.currency).quoted
    state, number = accounts.payee_accounts(op.db)[found.payee].state, found.number
    told = check_request(found, figures, quoted)
    if state is AccountState.CHANGED:
        told.append(Problem("approval.account_changed", number))
    elif state is AccountState.UNVERIFIED:
        told.append(Problem("approval.account_unverified", number))
    return [
        [one.code, {name: [value.minor, value.currency] for name, value in one.values.items() if isinstance(value, Money)}] for one in told
    ]


# --- answering --------------------------------------------------------------------------------------------------------
def open_request(data: bytes, key: bytes, passphrase: str) -> Request:
    """What a request asks, by her own key and without the book; raises what `sign` raises but approval.other_paper."""
    return _opened(data, key, passphrase)[0]


def sign(data: bytes, key: bytes, passphrase: str, paper: bytes | None = None, reason: str = "") -> Request:
    """Her answer, by her own key and without the book: a no where she gives a reason. With a `paper` only if the request means that one.

    Raises what `look` and `keys.read_key_file` raise, approval.answered, approval.other_key, approval.other_paper, approval.reason.
    """
    asked, secret = _opened(data, key, passphrase)
    if paper is not None and hashlib.sha256(paper).hexdigest() != asked.facts["document"]:
        raise KnownError("approval.other_paper", asked.facts["invoice"])
    reason = reason.strip()
    if len(reason) > _MOST_LETTERS:
        raise KnownError("approval.reason", str(len(reason)), most=_MOST_LETTERS)
    return replace(asked, signature=secret.sign(_said(asked.facts, asked.salt, reason)), reason=reason)


def _opened(data: bytes, key: bytes, passphrase: str) -> tuple[Request, keys.Secret]:
    outside = look(data)
    if outside["kind"] != _REQUEST:
        raise KnownError("approval.answer")
    secret, uid = keys.read_key_file(key, passphrase)
    verifying = (secret.verifying or b"").hex()
    content = envelopes.for_me(bytes.fromhex(outside["box"]), secret.signing or b"", _bound(outside)) if uid == outside["book"] else None
    if content is None:
        raise KnownError("approval.not_yours")
    asked = _inside(content, outside, verifying)
    if asked is None or asked.signature is not None:
        raise KnownError("approval.altered")
    return asked, secret


def _said(facts: dict[str, Any], salt: str, reason: str) -> bytes:
    """What she signs: an approval, or a no that is tied to its reason."""
    return refused_message(no_facts(facts, salt, reason)) if reason else message(canonical(facts))


def no_facts(facts: dict[str, Any], salt: str, reason: str) -> str:
    """What a no says: the facts that were asked for, and the digest of its reason, which stands among the names."""
    return canonical(facts | {"reason": hashlib.sha256(bytes.fromhex(salt) + reason.encode()).hexdigest()})


# --- taking it back -----------------------------------------------------------------------------------------------------
def take_approval(book: Book, data: bytes, at: datetime) -> tuple[Changes, Request]:
    """Approve an invoice as its answer says, in the name of who signed it; a no is kept with its reason, and approves nothing.

    Raises what `look` raises, approval.unsigned, approval.other_book, approval.nobody, approval.other_key, approval.answered,
    approval.stale where the invoice, its payee's name or account is another now, and what an approval at the desk raises.
    """
    outside = look(data)
    if outside["kind"] != _ANSWER:
        raise KnownError("approval.unsigned")
    if outside["book"] != book.uid:
        raise KnownError("approval.other_book")
    with book.reading() as db:
        back = envelopes.answer_key(book_secret(db), outside["request"])
    answer = _inside(envelopes.opened(bytes.fromhex(outside["box"]), back, _bound(outside)), outside, "", back.hex())
    if answer is None or answer.signature is None:
        raise KnownError("approval.altered")
    with book.operation("approval take", at, subject=str(answer.facts["invoice"])) as op:
        person, found = _answered(op, answer)
        if answer.reason:
            said = no_facts(answer.facts, answer.salt, answer.reason)
            approvals.add_refusal(op, found.id, Signed(person.id, said, answer.signature, answer.uid), answer.reason)
            return Changes(op.id, (found.id,), _TOUCHED, (Problem("approval.refused", found.number),)), answer
        warned = book_approval(op, found, Signed(person.id, canonical(answer.facts), answer.signature, answer.uid))
        return Changes(op.id, (found.id,), _TOUCHED, warned), answer


def _answered(op: Operation, answer: Request) -> tuple[Person, Invoice]:
    """Who answered, and the invoice as it was when she was asked."""
    facts, number = answer.facts, str(answer.facts["invoice"])
    person = people.person_of(op.db, str(facts["person"]))
    if person is None:
        raise KnownError("approval.nobody", number)
    said = _said(facts, answer.salt, answer.reason)
    if not keys.is_signed(_approver(person).public_key, answer.signature or b"", said):
        raise KnownError("approval.other_key", number)
    if approvals.is_answered(op.db, answer.uid):
        raise KnownError("approval.answered", number)
    found = invoices.find_of_payee(op.db, str(facts["payee"]), number, op.currency)
    other = stale(facts, approvals.facts(op.db, found.id)) if found else ["invoice"]
    if found is None or other:
        raise KnownError("approval.stale", number, facts=other)
    if any(answer.shown[name] != word for name, word in _words(op.db, found).items()):
        raise KnownError("approval.altered")
    return person, found
