"""Approvals by file: a request for somebody without the book, and her answer taken back in."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from fundledger.domain.approval import PaperKind
from fundledger.domain.masking import mask_name, mask_text
from fundledger.domain.problem import KnownError
from fundledger.domain.roles import check_step
from fundledger.export import approval_file
from fundledger.gui.forms import Form, choice
from fundledger.gui.parts import label
from fundledger.services.approval_files import request_approval, take_approval
from fundledger.services.evidence import add_paper
from fundledger.services.people import list_people

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from fundledger.domain.people import Invoice
    from fundledger.gui.desk import Desk
    from fundledger.services.people import PersonRow
    from fundledger.store.approvals import Refused


def approvers(desk: Desk) -> list[PersonRow]:
    """Who may be asked: everybody who approves, but whoever works now."""
    return [
        one for one in list_people(desk.book)
        if not one.removed and one.id != desk.book.person_id and one.fingerprint and not check_step(one.role, "invoice approve")
    ]  # fmt: skip


class RequestForm(Form):
    """Whom to ask for the approval of an invoice; the file is written into a folder of choice."""

    def __init__(self, desk: Desk, invoice: Invoice, people: Sequence[PersonRow]) -> None:
        """For an invoice, among these people."""
        super().__init__(desk, desk.say("approving.title", number=invoice.number), desk.say("approving.write"))
        self._invoice = invoice
        self._body.addWidget(label(desk.say("approving.about" if people else "approving.nobody"), "muted", wrap=True))
        named: list[tuple[str, object]] = [(one.name if desk.revealed else f"{mask_name(one.name)} {one.id}", one.id) for one in people]
        self.person = choice(desk.say("field.approver"), named)
        self.add("approver", self.person, "auditor")

    def write(self) -> None:
        """Ask for a folder and write the request there."""
        person, desk, invoice = self.person.currentData(), self._desk, self._invoice
        folder = desk.dialogs.folder(self, desk.say("approving.write")) if person is not None else None
        if folder is None:
            return
        at, book = desk.now(), desk.book
        desk.act(
            "invoice_request",
            lambda _, __: request_approval(book, invoice.id, person, at, lambda made: approval_file.write(made, folder))[0],
            lambda _: self.discarded.emit(),
            self.refuse,
        )


class PaperForm(Form):
    """A paper that proves the payments on an invoice: what it is, then its file."""

    def __init__(self, desk: Desk, invoice: Invoice) -> None:
        """For an invoice."""
        super().__init__(desk, desk.say("approving.paper.title", number=invoice.number), desk.say("approving.paper.choose"))
        self._invoice = invoice
        self.kind = choice(desk.say("field.paper_kind"), [(desk.say(f"paper.{kind}"), kind.value) for kind in PaperKind])
        self.add("paper_kind", self.kind, "auditor", desk.say("approving.paper.about"))

    def choose(self) -> None:
        """Ask for the file and keep it."""
        desk, invoice, kind = self._desk, self._invoice, PaperKind(self.kind.currentData())
        path = desk.dialogs.file(self, desk.say("approving.paper.choose"), "*.pdf *.xml *.png *.jpg *.jpeg")
        if path is not None:
            at, book = desk.now(), desk.book
            run = partial(add_paper, book, invoice.id, kind, path, at)
            desk.act("invoice_document", lambda _, __: run(), lambda _: self.discarded.emit(), self.refuse)


def choose_answer(desk: Desk, parent: QWidget) -> None:
    """Choose the file of an answer and take it in."""
    path = desk.dialogs.file(parent, desk.say("approving.take"), "*.json")
    if path is not None:
        take(desk, path)


def take(desk: Desk, path: Path) -> None:
    """Approve what an answer approves, or keep its no."""
    at, book = desk.now(), desk.book
    desk.act("approval_take", lambda _, __: take_approval(book, _content(path), at)[0])


def waiting_said(desk: Desk, asked: str | None, no: Refused | None) -> list[tuple[str, str]]:
    """What became of asking by a file: the latest no and its reason, or that there is no answer yet; sentences with their tone."""
    said = []
    if no is not None:
        who = no.name if desk.revealed else f"{mask_name(no.name)} {no.person}"
        reason = no.reason if desk.revealed else mask_text(no.reason)
        day = desk.speaker.day(datetime.fromisoformat(no.at).date(), "medium")
        said.append((desk.say("approving.no", who=who, day=day, reason=reason), "negative"))
    if asked is not None:
        day = desk.speaker.day(datetime.fromisoformat(asked).date(), "medium")
        said.append((desk.say("approving.asked", day=day), "muted"))
    return said


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise KnownError("approval.file", path.name) from None


def proof_said(desk: Desk, missing: Sequence[str]) -> str:
    """What proves a payment, in words: all of it, or what is missing."""
    if not missing:
        return desk.say("approving.proved")
    return desk.say("approving.missing", what=[desk.say(f"paper.{kind}") for kind in missing])
