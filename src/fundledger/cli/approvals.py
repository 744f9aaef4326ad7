"""Approvals: by whom, and on their way to somebody without the book and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.passphrase import ask
from fundledger.domain.approval import PaperKind
from fundledger.domain.masking import mask_text
from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.services.approval_files import Request

_REQUEST = ("invoice", "campaign", "amount", "issued_on", "payee", "account", "document", "answered", "reason")
_APPROVAL = ("id", "number", "campaign", "entered_by", "approved_by", "paid_by", "travelled", "people")
_REFUSED = ("id", "number", "campaign", "answered_at", "person", "reason")
_LONGEST = 32 * 1024 * 1024


def declare(verbs: Verbs, invoice: Verbs) -> None:
    """Declare the verbs of approvals, and those of invoices that ask for one or prove it."""
    asking = invoice.verb("request", request).book().takes("invoice", metavar="INVOICE")
    asking.takes("--person", required=True, type=int, metavar="P").takes("--out", required=True, metavar="DIR").json()
    adding = invoice.verb("document", add_paper).book().takes("invoice", metavar="INVOICE").takes("file", metavar="FILE", said="paper")
    adding.choice("--kind", tuple(PaperKind), default=PaperKind.INVOICE.value, said="paper_kind").flag("--keep-photo-data").json()
    approval = verbs.noun("approval")
    showing = approval.verb("show", show).takes("file", metavar="FILE", said="request_file").takes("--key", required=True, metavar="F")
    showing.takes("--passphrase-file", metavar="F", said="key_passphrase_file").json()
    signing = approval.verb("sign", sign).takes("file", metavar="FILE", said="request_file").takes("--key", required=True, metavar="F")
    signing.takes("--document", metavar="F", said="request_document").takes("--out", metavar="DIR", said="answer_out")
    signing.takes("--no", metavar="TEXT", said="answer_no").takes("--passphrase-file", metavar="F", said="key_passphrase_file").json()
    approval.verb("take", take).book().takes("file", metavar="FILE", said="answer_file").json()
    approval.verb("list", list_all).book().flag("--self").flag("--refused").reveal().json()


def request(call: Call) -> int:
    """Ask a person to approve an invoice on a machine without the book."""
    from fundledger.export.approval_file import write  # noqa: PLC0415  loaded where something is written
    from fundledger.services.approval_files import request_approval  # noqa: PLC0415  the store is loaded where a book is opened

    folder = Path(call.given("out"))
    with call.book() as book:
        changes, made = request_approval(book, call.given("invoice"), call.given("person"), call.at, lambda made: write(made, folder))
    record: dict[str, object] = {"request": made.uid, "file": str(folder / made.file_name)}
    return call.changed(changes, "request", record, number=call.given("invoice"), file=made.file_name)


def show(call: Call) -> int:
    """What a request asks for; it opens with her key alone."""
    from fundledger.services.approval_files import open_request  # noqa: PLC0415  as above

    file, key = (_bytes(call.given(name)) for name in ("file", "key"))
    asked = open_request(file, key, ask(call.given("passphrase_file"), call.out.speaker))
    _say(call, asked)
    return 0


def sign(call: Call) -> int:
    """Approve what a request asks for, with her own key and without the book, or say no and why."""
    from fundledger.export.approval_file import write  # noqa: PLC0415  as above
    from fundledger.services import approval_files  # noqa: PLC0415  as above

    asked, key, paper = (call.given(name) for name in ("file", "key", "document"))
    folder = Path(call.given("out") or Path(asked).parent)
    passphrase = ask(call.given("passphrase_file"), call.out.speaker)
    answer = approval_files.sign(_bytes(asked), _bytes(key), passphrase, _bytes(paper) if paper else None, call.given("no") or "")
    write(answer, folder)
    if call.out.as_json:
        call.out.record(_facts(call, answer) | {"file": str(folder / answer.file_name)})
    else:
        _say(call, answer)
        call.out.say("cli.done.sign_no" if answer.reason else "cli.done.sign", file=answer.file_name)
    return 0


def _say(call: Call, request: Request) -> None:
    call.out.facts(_facts(call, request), _REQUEST)
    for problem in () if call.out.as_json else request.warnings:
        call.out.note(problem)


def _facts(call: Call, request: Request) -> dict[str, object]:
    """Names are shown: the file was made for this one person, who has to judge them."""
    said = request.facts
    return {
        "id": request.uid, "invoice": said["invoice"], "campaign": said["campaign"], "amount": request.amount,
        "currency": request.amount.currency, "issued_on": said["issued_on"], "payee": request.shown["payee"],
        "account": request.shown["account"], "document": said["document"], "answered": request.signature is not None,
        "reason": request.reason, "warnings": [call.out.problem_record(one) for one in request.warnings],
    }  # fmt: skip


def _bytes(file: str) -> bytes:
    """What stands in a file; raises KnownError file.unreadable."""
    try:
        with Path(file).open("rb") as opened:
            return opened.read(_LONGEST)
    except OSError:
        raise KnownError("approval.file", file) from None


def take(call: Call) -> int:
    """Take the answer of a person into the book."""
    from fundledger.services.approval_files import take_approval  # noqa: PLC0415  as above

    data = _bytes(call.given("file"))
    with call.book() as book:
        changes, answer = take_approval(book, data, call.at)
    number = answer.facts["invoice"]
    return call.changed(
        changes, "refusal" if answer.reason else "approve", {"number": number, "approved": not answer.reason}, number=number
    )


def list_all(call: Call) -> int:
    """Whose hands every approved invoice went through, or only those of one person (--self); with --refused who said no, and why."""
    from fundledger.store.approvals import hands  # noqa: PLC0415  as above

    if call.given("refused"):
        return _list_refused(call)
    with call.book() as book, book.reading() as db:
        found = [one for one in hands(db) if one.herself or not call.given("self")]
    records: list[dict[str, object]] = [
        {
            "id": one.invoice, "number": one.number, "campaign": one.campaign, "approved_at": one.approved_at, "entered_by": one.entered_by,
            "approved_by": one.approved_by, "paid_by": one.paid_by, "travelled": one.travelled, "people": one.people,
        }
        for one in found
    ]  # fmt: skip
    call.out.rows(records, _APPROVAL)
    return 0


def _list_refused(call: Call) -> int:
    from fundledger.store.approvals import refusals  # noqa: PLC0415  as above

    with call.book() as book:
        reveal = call.revealing(book, "approvals")
        with book.reading() as db:
            found = refusals(db)
    records: list[dict[str, object]] = [
        {
            "id": one.id,
            "number": one.number,
            "campaign": one.campaign,
            "answered_at": one.at,
            "person": one.person,
            "reason": one.reason if reveal else mask_text(one.reason),
        }
        for one in found
    ]
    call.out.rows(records, _REFUSED)
    return 0


def add_paper(call: Call) -> int:
    """Keep a paper that proves the payments on an invoice."""
    from fundledger.services.evidence import add_paper as add  # noqa: PLC0415  as above

    kind = PaperKind(call.given("kind"))
    with call.book() as book:
        changes = add(book, call.given("invoice"), kind, Path(call.given("file")), call.at, keep_photo_data=call.given("keep_photo_data"))
    number = call.given("invoice")
    return call.changed(changes, "paper", {"kind": kind.value}, number=number, kind=call.out.word("paper", kind.value))
